"""What is kept of a range of trials: named statistics that merge with those of the next range.

A tally of a million trials is as large as that of a thousand.  Written down it is one line of
JSON, which names the arrays, and their bytes, little-endian: nothing that is read can run.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SimulationError
from equipoise.simulate.characteristics.histogram import Histogram
from equipoise.simulate.characteristics.moments import Comoments, Counts, Moments

Statistic: TypeAlias = Counts | Moments | Comoments | Histogram
KINDS: dict[str, type[Statistic]] = {
    kind.__name__: kind for kind in (Counts, Moments, Comoments, Histogram)
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Statistics by name, of so many trials."""

    trials: int
    statistics: Mapping[str, Statistic]

    def merged(self, other: Self) -> Self:
        """Take in the trials that follow.

        Raises:
            SimulationError: The other counts other things.

        Witness: NumPy's moments of the whole table; associative bit for bit on fixed nodes.
        """
        if self.statistics.keys() != other.statistics.keys():
            strange = sorted(self.statistics.keys() ^ other.statistics.keys())
            raise SimulationError(
                f"Two ranges of trials do not count the same: {strange[0]!r} is in one alone. "
                "Merge parts of one plan made by one version."
            )
        both = {
            name: mine.merged(cast("Any", other.statistics[name]))
            for name, mine in self.statistics.items()
        }
        return type(self)(self.trials + other.trials, both)

    def of(self, prefix: str) -> Self:
        """Give the statistics whose names begin so, without that beginning."""
        kept = {
            name.removeprefix(prefix): each
            for name, each in self.statistics.items()
            if name.startswith(prefix)
        }
        return type(self)(self.trials, kept)

    def has(self, name: str) -> bool:
        """Tell whether something was counted."""
        return name in self.statistics

    def counts(self, name: str) -> Counts:
        """Give counts by name."""
        return cast("Counts", self.statistics[name])

    def moments(self, name: str) -> Moments:
        """Give moments by name."""
        return cast("Moments", self.statistics[name])

    def comoments(self, name: str) -> Comoments:
        """Give moments of pairs by name."""
        return cast("Comoments", self.statistics[name])

    def histogram(self, name: str) -> Histogram:
        """Give a histogram by name."""
        return cast("Histogram", self.statistics[name])


def tally_bytes(tally: Tally) -> bytes:
    """Write a tally down; the same tally gives the same bytes."""
    names: list[list[Any]] = []
    data: list[bytes] = []
    for name, statistic in tally.statistics.items():
        held = []
        for field, array in statistic.arrays().items():
            little = _narrow(array).newbyteorder("<")
            held.append([field, little.str, list(array.shape)])
            data.append(np.ascontiguousarray(array, dtype=little).tobytes())
        names.append([name, type(statistic).__name__, held])
    head = json.dumps({"trials": tally.trials, "statistics": names}, separators=(",", ":"))
    return head.encode() + b"\n" + b"".join(data)


def _narrow(array: NDArray[np.generic]) -> np.dtype[Any]:
    """Find the smallest form that holds whole numbers; others stay as they are."""
    if array.dtype.kind != "i" or not array.size:
        return array.dtype
    ends = np.min_scalar_type(int(array.min())), np.min_scalar_type(-1 - abs(int(array.max())))
    return np.promote_types(*(np.promote_types(end, np.int8) for end in ends))


def tally_from(data: bytes) -> Tally:
    """Read a tally that `tally_bytes` has written.

    Witness: what was written is read again bit for bit.
    """
    head, _, rest = data.partition(b"\n")
    told = json.loads(head)
    statistics: dict[str, Statistic] = {}
    at = 0
    for name, kind, held in told["statistics"]:
        arrays: dict[str, Any] = {}
        for field, form, shape in held:
            count = int(np.prod(shape))
            read = np.frombuffer(rest, dtype=np.dtype(form), count=count, offset=at)
            whole = np.int64 if read.dtype.kind == "i" else np.float64
            arrays[field] = read.astype(whole).reshape(shape)
            at += read.nbytes
        statistics[name] = KINDS[kind](**arrays)
    return Tally(int(told["trials"]), statistics)

"""The laws of a world as a table of rows, each told once."""

from dataclasses import dataclass, field

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector, codes, frozen, vector
from equipoise.simulate.worlds.world import Law


@dataclass(slots=True)
class LawTable:
    """Laws met so far; equal ones share a row."""

    laws: list[Law] = field(default_factory=list)
    row: dict[tuple[bytes, bytes, float, float], int] = field(default_factory=dict)

    def row_of(self, law: Law) -> int:
        """Give the row of a law, a new one if it is new."""
        starts, values = vector(law.hazard.starts), vector(law.hazard.values)
        key = starts.tobytes(), values.tobytes(), float(law.shape), float(law.cured)
        if key not in self.row:
            self.row[key] = len(self.laws)
            self.laws.append(law)
        return self.row[key]


@dataclass(frozen=True, slots=True)
class LawColumns:
    """The table as arrays; see `WorldArrays`."""

    pieces: Codes
    start: Matrix
    hazard: Matrix
    before: Matrix
    shape: Vector
    cured: Vector


def law_columns(laws: list[Law]) -> LawColumns:
    """Lay laws out as arrays; none make one row on which nothing happens."""
    rows = max(len(laws), 1)
    most = max((law.hazard.starts.size for law in laws), default=1)
    start, hazard, before = (
        np.full((rows, most), np.inf),
        np.zeros((rows, most)),
        np.zeros((rows, most)),
    )
    start[:, 0] = 0.0
    for row, law in enumerate(laws):
        pieces = law.hazard.starts.size
        start[row, :pieces] = law.hazard.starts
        hazard[row, :pieces] = law.hazard.values
        spent = np.diff(law.hazard.starts) * law.hazard.values[:-1]
        before[row, 1:pieces] = np.cumsum(spent)
    return LawColumns(
        pieces=codes([law.hazard.starts.size for law in laws] or [1]),
        start=frozen(start),
        hazard=frozen(hazard),
        before=frozen(before),
        shape=vector([law.shape for law in laws] or [1.0]),
        cured=vector([law.cured for law in laws] or [0.0]),
    )

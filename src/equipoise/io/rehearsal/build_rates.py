"""From a rate as written, a number, pieces or pairs, to pieces in the trial's time unit."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from equipoise.io.protocol.building import Building
from equipoise.io.protocol.fields import Length, moment
from equipoise.protocol.trial import DAYS_PER, TimeUnit

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path
    from equipoise.protocol.planning import Pieces

LARGEST = 1e9  # a rate beyond is a slip of the pen
UNREAD: "Pieces" = ((0.0, 1.0),)  # in place of what is already objected to


def rate_pieces(
    building: Building,
    path: "Path",
    written: "float | Sequence[Sequence[float]] | Mapping[str, float]",
    unit: TimeUnit,
    *,
    per_time: bool,
) -> "Pieces":
    """Put a rate that may change over time in the trial's unit, objecting to what cannot be.

    Args:
        building: notes what is wrong.
        path: where the rate stands.
        written: as the file has it.
        unit: of moments without one, and of rates.
        per_time: whether values are rates per time unit, or pure numbers such as ratios.
    """
    own = building.file.trial.time_unit
    factor = DAYS_PER[own] / DAYS_PER[unit] if per_time and own != unit else 1.0
    held = tuple(
        (time.measured_in(own), float(value) * factor) for time, value in _moments(written, unit)
    )
    if any(not 0 <= value <= LARGEST for _, value in held):
        what = "a hazard or rate is 0 or more" if per_time else "a hazard ratio is 0 or more"
        shown = ", ".join(f"{value / factor:g}" for _, value in held)
        building.object_to(path, what, shown, f"write it like {0.03 if per_time else 0.7:g}")
        return UNREAD
    if held[0][0] != 0:
        remedy = "begin with 0, or a value for the beginning is missing"
        building.object_to(path, "the first moment is 0", f"{held[0][0]:g}", remedy)
        return UNREAD
    for before, after in pairwise(held):
        if not after[0] > before[0]:
            what, remedy = "moments increase from one to the next", "put them in the order of time"
            building.object_to(path, what, f"{after[0]:g} after {before[0]:g}", remedy)
            return UNREAD
    return held


def _moments(
    written: "float | Sequence[Sequence[float]] | Mapping[str, float]", unit: TimeUnit
) -> list[tuple[Length, float]]:
    if isinstance(written, Mapping):
        told = [(moment(key), value) for key, value in written.items()]
    elif isinstance(written, Sequence):
        told = [(Length(time), value) for time, value in written]
    else:
        told = [(Length(0.0), written)]
    return [(Length(time.amount, time.unit or unit), value) for time, value in told]

"""What the rest of a trial is drawn from: those at hand, those to come, and how they will fare.

Calendar time is counted from the first randomization, in the trial's time unit; the cut is at
`PatientsAtHand.cut`.  A group is an arm in a stratum, a stratum, or everyone (blinded): those who
share hazards.
"""

from dataclasses import dataclass

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector


@dataclass(frozen=True, slots=True)
class PatientsAtHand:
    """Everyone randomized by the cut, as followed by then; no arms where nobody may see them."""

    cut: float
    entry: Vector  # (patients,) calendar time of randomization
    time: Vector  # (patients,) since randomization: to the event, or as far as is known
    event: Flags  # (patients,)
    lost: Flags  # (patients,) gone before the cut, without event
    group: Codes  # (patients,) whose hazards are theirs; all 0 when blinded
    groups: tuple[str, ...]
    arm: Codes | None = None  # (patients,) index into the protocol's arms; None: blinded
    stratum: Codes | None = None  # of the test


@dataclass(frozen=True, slots=True)
class RateDraws:
    """A rate in pieces, known (one row) or uncertain (a row a draw)."""

    starts: Vector  # (pieces,) from 0, increasing
    values: Matrix  # (draws, pieces) a time unit


@dataclass(frozen=True, slots=True)
class FutureModel:
    """Hazards by time since randomization, accrual by calendar time after the cut."""

    event: tuple[RateDraws, ...]  # one a group; `starts` on the clock t**shape
    dropout: tuple[RateDraws, ...]  # one a group
    shape: tuple[Vector, ...]  # one a group, (draws,): time runs as t**shape; 1: as it is
    accrual: RateDraws  # patients a time unit, from the cut on
    to_come: int  # patients still to be randomized, at most
    shares: Vector  # (groups,) of those to come
    assumed: tuple[str, ...]
    longest_follow_up: float = float("inf")  # of each patient, from randomization

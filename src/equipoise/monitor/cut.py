"""The data as they were known on a date: follow-up truncated, and what came too late listed."""

from dataclasses import dataclass
from datetime import date

from equipoise.analyze.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class LateEvent:
    """An event on or before a cut that came into the database after it."""

    subject: str
    endpoint: str  # id
    happening: str
    on: date
    recorded: date
    counted: bool  # whether this look counts it all the same


@dataclass(frozen=True, slots=True)
class DataCut:
    """The snapshot of a look."""

    as_of: date
    snapshot: Snapshot  # of the patients randomized by then, as followed by then
    late: tuple[LateEvent, ...]
    after: int  # patients in the data who were randomized after the cut
    first_randomized: date
    latest_seen: date  # the last date on which anyone in the data was seen
    remarks: tuple[str, ...]  # what the data did not allow to cut, as sentences

"""What is measured: the four kinds of endpoint a randomized trial reports.

A time-to-event endpoint names its events in words; the data section of the protocol says
where each is recorded.  Every named happening has one role:

    events      the endpoint has occurred                     (outcome 1)
    competing   something happened that makes it impossible    (outcome 2, 3, ...)
    censoring   follow-up for this endpoint ends here by rule  (outcome 0)

The first happening in time decides; a tie between roles goes to the event, then to the
competing event, then to the censoring (a censoring at t counts as after an event at t).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """Time from randomization to the first of `events`."""

    id: str
    label: str
    events: tuple[str, ...]
    competing: tuple[str, ...] = ()
    censoring: tuple[str, ...] = ()
    better: Literal["later", "sooner"] = "later"  # is it good for patients when it comes later?


@dataclass(frozen=True, slots=True)
class Binary:
    """Whether something was so; a missing answer counts as `missing` says, never silently."""

    id: str
    label: str
    missing: Literal["counts as no", "counts as yes", "excluded"] = "counts as no"
    better: Literal["yes", "no"] = "yes"


@dataclass(frozen=True, slots=True)
class Continuous:
    """A measurement on a scale, adjusted for its value at baseline if `baseline` names one."""

    id: str
    label: str
    unit: str = ""
    baseline: str | None = None  # the id of a variable
    better: Literal["higher", "lower"] = "higher"


@dataclass(frozen=True, slots=True)
class AdverseEvents:
    """Adverse events by system organ class, preferred term and grade, per arm as treated."""

    id: str
    label: str
    grading: str = "CTCAE"
    severe_from: int = 3  # grades from here on are counted as severe
    minimum_percent: float = 0.0  # terms in fewer patients (in every arm) are not listed


Endpoint: TypeAlias = TimeToEvent | Binary | Continuous | AdverseEvents

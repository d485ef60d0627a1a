"""What a paper or news item prints about a trial, number by number, as printed.

Every printed number stands for an interval: all values that would have been printed so.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Sides: TypeAlias = Literal[1, 2]
TestKind: TypeAlias = Literal["log-rank", "proportions", "rates at a time", "cox", "not stated"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the claims file a number stands."""

    file: str
    line: int  # from 1
    column: int


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as printed, and the values that would be printed so."""

    text: str  # "59.3", "<.0001", ".05"
    value: float  # in the unit of the claim: proportions, not percent
    lower: float  # closed interval; for "<.0001" from 0
    upper: float
    relation: Literal["=", "<", ">", "<=", ">="] = "="
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class PrintedInterval:
    """A confidence interval as printed."""

    lower: PrintedNumber
    upper: PrintedNumber
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class ClaimedArm:
    """An arm, and how many patients it is said to have."""

    id: str
    label: str
    role: Literal["control", "experimental"]
    patients: PrintedNumber | None


@dataclass(frozen=True, slots=True)
class ClaimedRate:
    """The fraction of an arm without an event at a time (or, of a competing event, with one)."""

    endpoint: str
    arm: str
    time: float
    rate: PrintedNumber
    standard_error: PrintedNumber | None = None
    interval: PrintedInterval | None = None
    kind: Literal["survival", "incidence"] = "survival"


@dataclass(frozen=True, slots=True)
class ClaimedMedian:
    """A median time to event."""

    endpoint: str
    arm: str
    median: PrintedNumber
    interval: PrintedInterval | None = None


@dataclass(frozen=True, slots=True)
class ClaimedRatio:
    """A hazard ratio (experimental over control unless `inverted`)."""

    endpoint: str
    experimental: str
    control: str
    ratio: PrintedNumber
    interval: PrintedInterval | None = None
    inverted: bool = False  # printed as control over experimental


@dataclass(frozen=True, slots=True)
class ClaimedP:
    """A P value."""

    about: str  # endpoint, or what is counted
    p: PrintedNumber
    test: TestKind = "not stated"
    sides: Sides | None = None  # None: not stated
    time: float | None = None  # of rates compared at a time
    experimental: str | None = None  # the arms it compares; None: not said
    control: str | None = None
    significant: bool | None = None  # whether this P is called so; None: as all of its endpoint


@dataclass(frozen=True, slots=True)
class ClaimedEvents:
    """Events of an endpoint, in an arm or in all."""

    endpoint: str
    arm: str | None  # None: all arms together
    events: PrintedNumber


@dataclass(frozen=True, slots=True)
class ClaimedCount:
    """Patients with something, as count, percentage, or both, of so many."""

    what: str
    arm: str
    count: PrintedNumber | None
    percent: PrintedNumber | None  # as a proportion
    of: PrintedNumber | None  # the denominator; None: the arm's patients, it is assumed


@dataclass(frozen=True, slots=True)
class ClaimedDifference:
    """A difference of two arms in a rate or percentage, experimental minus control."""

    about: str
    experimental: str
    control: str
    difference: PrintedNumber
    interval: PrintedInterval | None = None
    time: float | None = None


@dataclass(frozen=True, slots=True)
class ClaimedAtRisk:
    """Numbers at risk below a curve."""

    endpoint: str
    arm: str
    times: tuple[float, ...]
    patients: tuple[PrintedNumber, ...]


@dataclass(frozen=True, slots=True)
class ClaimedFollowUp:
    """How long patients were followed."""

    median: PrintedNumber | None
    range: tuple[PrintedNumber, PrintedNumber] | None = None
    arm: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimedPlan:
    """What was planned: the yardstick of "significant"."""

    alpha: float | None = None
    sides: Sides | None = None
    events: PrintedNumber | None = None  # planned in all
    hazard_ratio: float | None = None
    power: float | None = None
    stopped_early: bool | None = None  # None: not stated
    information: float | None = None  # fraction at the analysis, if stated
    accrual: tuple[float, float] | None = None  # calendar times of first and last patient
    data_cut: float | None = None  # on the same calendar
    unverified: bool = False  # not read in a source: remembered, or told


Claimed: TypeAlias = (
    ClaimedRate
    | ClaimedMedian
    | ClaimedRatio
    | ClaimedP
    | ClaimedEvents
    | ClaimedCount
    | ClaimedDifference
    | ClaimedAtRisk
    | ClaimedFollowUp
)


@dataclass(frozen=True, slots=True)
class Claims:
    """All that one source prints about one trial."""

    id: str
    source: str  # short name, as findings speak of it
    time_unit: Literal["day", "week", "month", "year"]
    arms: tuple[ClaimedArm, ...]
    patients: PrintedNumber | None  # all arms together
    claimed: tuple[Claimed, ...]
    plan: ClaimedPlan = ClaimedPlan()
    significant: tuple[str, ...] = ()  # what is called significant: endpoints or counts
    file: str = ""
    unverified: tuple[Place, ...] = ()  # numbers said to be printed that were not read there
    trial: str = ""  # its name
    citation: str = ""  # of the source, in full
    labels: tuple[tuple[str, str], ...] = ()  # of endpoints and counts, where they are named

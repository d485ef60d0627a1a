"""Follow-up as known at a data cut: all that `analyze` accepts, real or simulated.

Patients are numbered 0 ... n-1 in the order of the subjects' table; everything else points
at them by that number.  Missing numbers are NaN here and missing categories -1; what they
mean is decided by the protocol, and every exclusion is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.analyze.estimates import Finding
from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.protocol.trial import Protocol


@dataclass(frozen=True, slots=True)
class Categories:
    """A categorical variable: `codes` index `levels`, -1 is missing."""

    levels: tuple[str, ...]
    codes: Codes


@dataclass(frozen=True, slots=True)
class Subjects:
    """One entry a randomized patient."""

    id: tuple[str, ...]
    assigned: Codes  # index into protocol.arms
    received: Codes  # index into protocol.arms; -1: no study treatment
    variables: Mapping[str, Vector | Categories]  # by variable id; NaN or -1 is missing
    populations: Mapping[str, Flags]  # by population id
    randomized: Codes | None = None  # `date.toordinal()`, -1 unknown; None: no dates in the data
    treated_from: Codes | None = None  # likewise: first and last day of study treatment
    treated_until: Codes | None = None  # -1 also while treatment goes on

    @property
    def size(self) -> int:
        """How many patients."""
        return len(self.id)


@dataclass(frozen=True, slots=True)
class Followup:
    """Time-to-event data of one endpoint: one row a patient, or (entry, time] rows.

    Outcome 0 is censored, 1 the endpoint's event, 2, 3, ... its competing events in the
    order of `TimeToEvent.competing`.
    """

    endpoint: str
    subject: Codes  # which patient
    time: Vector  # in the trial's time unit
    outcome: Codes
    entry: Vector | None = None  # None: everyone observed from 0
    happening: Categories | None = None  # what ended each row ("relapse", "death", a reason)
    recorded: Codes | None = None  # `date.toordinal()` a row came into the database, -1 unknown
    on: Codes | None = None  # likewise: the date on which each row ended; None: only its time


@dataclass(frozen=True, slots=True)
class Answers:
    """A binary endpoint: 1 yes, 0 no, -1 missing, one a patient."""

    endpoint: str
    value: Codes
    time: Vector | None = None  # since randomization, of the assessment; NaN unknown
    recorded: Codes | None = None  # as in `Followup`
    awaited: Flags | None = None  # not due, or not known, at a data cut: in no analysis of it


@dataclass(frozen=True, slots=True)
class Measurements:
    """A continuous endpoint, one value a patient; NaN is missing."""

    endpoint: str
    value: Vector
    time: Vector | None = None  # as in `Answers`
    recorded: Codes | None = None


@dataclass(frozen=True, slots=True)
class AdverseEventLog:
    """Adverse events, one entry an event that counts (treatment-emergent, if so mapped)."""

    endpoint: str
    subject: Codes
    system_organ_class: Categories
    term: Categories
    grade: Codes  # -1: not graded
    serious: Flags
    related: Flags
    fatal: Flags
    has: frozenset[str]  # which of "grade", "serious", "related", "fatal" were recorded at all
    left_out: int = 0  # records not treatment-emergent
    onset: Vector | None = None  # time since randomization; NaN unknown
    recorded: Codes | None = None  # as in `Followup`


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Patients or records left out, and why."""

    what: str  # e.g. "endpoint dfs", "population safety", "records of adae"
    reason: str
    count: int
    by_arm: Mapping[str, int]  # arm id → patients; empty where arms are unknown
    subjects: tuple[str, ...] = ()  # the first ten


@dataclass(frozen=True, slots=True)
class Disposition:
    """The CONSORT counts: what became of everyone."""

    assessed: int | None  # None: not recorded
    not_randomized: int | None
    randomized: Mapping[str, int]  # arm id → patients
    treated: Mapping[str, int]  # empty where not recorded
    completed: Mapping[str, int]
    discontinued: Mapping[str, Mapping[str, int]]  # arm id → reason → patients
    populations: Mapping[str, Mapping[str, int]]  # population id → arm id → patients
    exclusions: tuple[Exclusion, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One file read, so that a second run can be compared bit for bit."""

    name: str  # as the protocol names it
    sha256: str
    bytes: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything known of the trial at the data cut."""

    protocol: Protocol
    subjects: Subjects
    followups: Mapping[str, Followup]  # by endpoint id
    answers: Mapping[str, Answers]
    measurements: Mapping[str, Measurements]
    adverse_events: Mapping[str, AdverseEventLog]
    disposition: Disposition
    findings: tuple[Finding, ...]
    sources: tuple[Source, ...]

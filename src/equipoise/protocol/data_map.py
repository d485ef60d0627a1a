"""Where in the data each promised thing is found.

A table is a file (with an optional row filter); one of them holds a row a patient.  Columns,
events and responses point into tables.  Conditions are small expressions on the columns of
one table: ``status == 1``, ``extent >= 3 and surg == 0``, ``AEREL in ("PROBABLE", "POSSIBLE")``,
``crtime is not missing``.  They are parsed, never evaluated as code.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Table:
    """A file and the rows of it that count."""

    id: str
    file: str  # relative to the data folder; the ending says the format
    where: str | None = None
    dataset: str | None = None  # member name, where a file holds several (XPT)


@dataclass(frozen=True, slots=True)
class Subjects:
    """The table with one row a patient: identifier, arm assigned, arm received, dates."""

    table: str
    id: str  # column
    arm: str  # column
    arm_values: tuple[tuple[str, str], ...] = ()  # value as recorded → arm id
    received: str | None = None  # column; None: as assigned
    randomized: str | None = None  # column with the date of randomization
    treated_from: str | None = None  # column with the date of the first study treatment
    treated_until: str | None = None  # column with that of the last
    screened: str | None = None  # condition: patients assessed for eligibility
    treated: str | None = None  # condition: received any study treatment
    completed: str | None = None  # condition: completed the study
    discontinued: str | None = None  # column with the reason for discontinuation


@dataclass(frozen=True, slots=True)
class VariableSource:
    """How one variable is read: a column (with relabelled values), or a condition per level."""

    variable: str
    table: str | None = None  # None: the subjects' table
    column: str | None = None
    values: tuple[tuple[str, str], ...] = ()  # value as recorded → level
    when: tuple[tuple[str, str], ...] = ()  # level → condition


@dataclass(frozen=True, slots=True)
class EventSource:
    """Where one named happening is recorded: at `time` (or `date`), in rows where `when` holds."""

    event: str
    table: str
    time: str | None = None  # column, time since randomization
    date: str | None = None  # column, calendar date
    when: str | None = None  # None: wherever the time is not missing
    recorded: str | None = None  # column, date on which it came into the database


@dataclass(frozen=True, slots=True)
class FirstOf:
    """Follow-up assembled from several columns: the first happening decides."""

    endpoint: str
    happenings: tuple[EventSource, ...]
    last_contact_table: str
    last_contact_time: str | None = None  # column: censored here if nothing happened
    last_contact_date: str | None = None
    subject: str | None = None  # column with the patient's identifier; None: as in subjects


@dataclass(frozen=True, slots=True)
class SingleTime:
    """Follow-up recorded as one time and what ended it.

    Either `event` (a condition), or `cause` with a value for each named happening.  `entry` is
    the time a patient came under observation (left truncation); with several rows a patient
    these are (entry, time] intervals, and only the last may end in an event.
    """

    endpoint: str
    table: str
    time: str
    event: str | None = None
    cause: str | None = None  # column
    cause_values: tuple[tuple[str, str], ...] = ()  # value as recorded → happening or "censored"
    entry: str | None = None
    subject: str | None = None
    date: str | None = None  # column, the date on which each row ended, beside `time`
    recorded: str | None = None  # column, date on which a row came into the database


@dataclass(frozen=True, slots=True)
class AdamTimeToEvent:
    """ADTTE: AVAL with CNSR, where 0 is an event and every other code a reason for censoring.

    `competing` names the EVNTDESC (or CNSR) values that are competing events.
    """

    endpoint: str
    table: str
    parameter: str  # PARAMCD
    time: str = "AVAL"
    censor: str = "CNSR"
    parameter_column: str = "PARAMCD"
    description: str | None = None  # EVNTDESC, for reasons
    competing: tuple[tuple[str, str], ...] = ()  # CNSR value → name of the competing event
    subject: str | None = None
    time_unit: Literal["day", "week", "month", "year"] | None = None  # None: the trial's
    date: str | None = None  # column, such as ADT; as in `SingleTime`
    recorded: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A binary answer: yes where `yes` holds, no where `no` holds, missing otherwise."""

    endpoint: str
    table: str
    yes: str  # condition
    no: str | None = None  # None: wherever the columns of `yes` are not missing
    subject: str | None = None
    time: str | None = None  # column, time from randomization to the assessment
    date: str | None = None  # column, its date
    due: float | None = None  # time by which everyone should have been assessed
    recorded: str | None = None  # column, date on which it came into the database


@dataclass(frozen=True, slots=True)
class Measurement:
    """A continuous endpoint's column."""

    endpoint: str
    table: str
    column: str
    subject: str | None = None
    time: str | None = None  # as in `Response`
    date: str | None = None
    recorded: str | None = None


@dataclass(frozen=True, slots=True)
class AdverseEventRecords:
    """One row an event: patient, system organ class, preferred term, grade or severity."""

    endpoint: str
    table: str
    term: str  # column, preferred term
    system_organ_class: str | None = None  # column
    grade: str | None = None  # column
    grade_values: tuple[tuple[str, int], ...] = ()  # e.g. MILD → 1
    serious: str | None = None  # condition
    related: str | None = None  # condition
    fatal: str | None = None  # condition
    treatment_emergent: str | None = None  # condition; other rows are counted and left out
    subject: str | None = None
    start: str | None = None  # column, date on which it began
    start_time: str | None = None  # column, time since randomization, instead
    recorded: str | None = None  # column, date on which it came into the database


EndpointSource: TypeAlias = (
    FirstOf | SingleTime | AdamTimeToEvent | Response | Measurement | AdverseEventRecords
)


@dataclass(frozen=True, slots=True)
class DataMap:
    """Where everything is; empty while a trial has no data yet."""

    tables: tuple[Table, ...] = ()
    subjects: Subjects | None = None
    variables: tuple[VariableSource, ...] = ()
    endpoints: tuple[EndpointSource, ...] = ()

"""The grammar of a protocol's `data` section: where in the files each promised thing is found.

How an endpoint is recorded is told from the keys it has: `first_of`, `parameter`, `yes`,
`column`, `term`, or `time` with `event` or `cause`.
"""

from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from equipoise.io.protocol.fields import TAG, Condition, Duration, Id, Section, Text, default_of
from equipoise.protocol.data_map import AdamTimeToEvent
from equipoise.protocol.trial import TimeUnit

_TABLE = "A table's id; derived: the subjects' table"
_RECORDED = "Column with the date on which it came into the database"
_ENDED = "Column with the date that `time` leads to; a data cut goes by it"
_ASSESSED = "Column with the time of the assessment, since randomization"
_ASSESSED_ON = "Column with the date of the assessment, instead of `time`"
_DUE = (
    "Time since randomization until when a patient without an answer is awaited at a data cut; if "
    "absent, the longest that an answer took"
)
_SUBJECT = "Column with the patient's identifier; if absent, as in `subjects`"


class TableSource(Section):
    """A file, and the rows of it that count."""

    file: Text = Field(description="Name inside the data folder; its ending says the format")
    where: Condition | None = Field(None, description="Rows that count; all if absent")
    dataset: Text | None = Field(None, description="Member, where the file holds several (XPT)")


class CodedColumn(Section):
    """A column, and what its recorded values stand for."""

    column: Text = Field(description="Name of the column")
    values: dict[str, Text] = Field(description="Value as recorded: what it stands for")


class GradeColumn(Section):
    """A column with grades in words."""

    column: Text = Field(description="Name of the column")
    values: dict[str, int] = Field(description="Value as recorded: grade from 1 to 5")


def _short_or_long(value: object) -> str:
    return TAG + "short" if isinstance(value, str) else TAG + "long"


Table: TypeAlias = Annotated[
    Annotated[Text, Tag(TAG + "short")] | Annotated[TableSource, Tag(TAG + "long")],
    Discriminator(_short_or_long),
]
ColumnOrCoded: TypeAlias = Annotated[
    Annotated[Text, Tag(TAG + "short")] | Annotated[CodedColumn, Tag(TAG + "long")],
    Discriminator(_short_or_long),
]
ColumnOrGrades: TypeAlias = Annotated[
    Annotated[Text, Tag(TAG + "short")] | Annotated[GradeColumn, Tag(TAG + "long")],
    Discriminator(_short_or_long),
]


class SubjectsSource(Section):
    """The table with one row a patient."""

    table: Id = Field(description="A table's id")
    id: Text = Field(description="Column with the patient's identifier")
    arm: ColumnOrCoded = Field(
        description="Column with the arm assigned, with `values` if it does not hold arm ids"
    )
    received: Text | None = Field(
        None, description="Column with the arm received, coded alike; if absent, as assigned"
    )
    randomized: Text | None = Field(None, description="Column with the date of randomization")
    treated_from: Text | None = Field(
        None, description="Column with the date of the first study treatment"
    )
    treated_until: Text | None = Field(
        None, description="Column with the date of the last study treatment"
    )
    screened: Condition | None = Field(None, description="Patients assessed for eligibility")
    treated: Condition | None = Field(None, description="Patients who received any treatment")
    completed: Condition | None = Field(None, description="Patients who completed the study")
    discontinued: Text | None = Field(
        None, description="Column with the reason for discontinuation"
    )


class VariableSource(Section):
    """A column, with its values relabelled; or a condition for each level."""

    table: Id | None = Field(None, description=_TABLE)
    column: Text | None = Field(None, description="Name of the column")
    values: dict[str, Text] = Field({}, description="Value as recorded: level")
    when: dict[Text, Condition] = Field({}, description="Level: the condition that means it")


VariableColumn: TypeAlias = Annotated[
    Annotated[Text, Tag(TAG + "short")] | Annotated[VariableSource, Tag(TAG + "long")],
    Discriminator(_short_or_long),
]


class Happening(Section):
    """Where one named event is recorded."""

    event: Text = Field(description="One of the endpoint's events, competing or censoring")
    table: Id | None = Field(None, description=_TABLE)
    time: Text | None = Field(None, description="Column with the time since randomization")
    date: Text | None = Field(None, description="Column with the date, instead of `time`")
    when: Condition | None = Field(
        None, description="Rows in which it happened; if absent, wherever the time is not missing"
    )
    recorded: Text | None = Field(None, description=_RECORDED)


class LastContact(Section):
    """Until when a patient was followed."""

    table: Id | None = Field(None, description=_TABLE)
    time: Text | None = Field(None, description="Column with the time since randomization")
    date: Text | None = Field(None, description="Column with the date, instead of `time`")


class FirstOfSource(Section):
    """Time-to-event: the first of several happenings decides."""

    first_of: list[Happening] = Field(description="Where each is recorded", min_length=1)
    last_contact: LastContact = Field(description="Where censoring times are recorded")
    subject: Text | None = Field(None, description=_SUBJECT)


class SingleTimeSource(Section):
    """Time-to-event: one time, and what ended it."""

    table: Id | None = Field(None, description=_TABLE)
    time: Text = Field(description="Column with the time since randomization")
    event: Condition | None = Field(None, description="Rows that end in the event")
    cause: CodedColumn | None = Field(
        None,
        description="Column with what ended follow-up; `values` name the endpoint's events, "
        "or `censored`",
    )
    entry: Text | None = Field(
        None, description="Column with the time from which the patient was observed"
    )
    subject: Text | None = Field(None, description=_SUBJECT)
    date: Text | None = Field(None, description=_ENDED)
    recorded: Text | None = Field(None, description=_RECORDED)


class AdamTimeToEventSource(Section):
    """Time-to-event: a parameter of an ADaM ADTTE data set, CNSR 0 being an event."""

    table: Id = Field(description="A table's id")
    parameter: Text = Field(description="Value of PARAMCD")
    time: Text = Field(default_of(AdamTimeToEvent, "time"), description="Column with the time")
    censor: Text = Field(
        default_of(AdamTimeToEvent, "censor"), description="Column with the censoring code"
    )
    parameter_column: Text = Field(
        default_of(AdamTimeToEvent, "parameter_column"), description="Column with the parameter"
    )
    description: Text | None = Field(None, description="Column with reasons, such as EVNTDESC")
    competing: dict[str, Text] = Field({}, description="Censoring code: competing event")
    subject: Text | None = Field(None, description=_SUBJECT)
    time_unit: TimeUnit | None = Field(None, description="Unit of the time; if absent, the trial's")
    date: Text | None = Field(None, description=f"{_ENDED}; such as ADT")
    recorded: Text | None = Field(None, description=_RECORDED)


class ResponseSource(Section):
    """Binary: yes where `yes` holds."""

    table: Id | None = Field(None, description=_TABLE)
    yes: Condition = Field(description="Rows in which the answer is yes")
    no: Condition | None = Field(
        None, description="Rows in which it is no; if absent, wherever `yes` can be told"
    )
    subject: Text | None = Field(None, description=_SUBJECT)
    time: Text | None = Field(None, description=_ASSESSED)
    date: Text | None = Field(None, description=_ASSESSED_ON)
    due: Duration | None = Field(None, description=_DUE)
    recorded: Text | None = Field(None, description=_RECORDED)


class MeasurementSource(Section):
    """Continuous: a column."""

    table: Id | None = Field(None, description=_TABLE)
    column: Text = Field(description="Name of the column")
    subject: Text | None = Field(None, description=_SUBJECT)
    time: Text | None = Field(None, description=_ASSESSED)
    date: Text | None = Field(None, description=_ASSESSED_ON)
    recorded: Text | None = Field(None, description=_RECORDED)


class AdverseEventsSource(Section):
    """Adverse events: one row an event."""

    table: Id = Field(description="A table's id")
    term: Text = Field(description="Column with the preferred term")
    system_organ_class: Text | None = Field(None, description="Column")
    grade: ColumnOrGrades | None = Field(
        None, description="Column, with `values` if it does not hold numbers from 1 to 5"
    )
    serious: Condition | None = Field(None, description="Rows with a serious event")
    related: Condition | None = Field(None, description="Rows related to treatment")
    fatal: Condition | None = Field(None, description="Rows with a fatal event")
    treatment_emergent: Condition | None = Field(
        None, description="Rows that count; the others are counted and left out"
    )
    subject: Text | None = Field(None, description=_SUBJECT)
    start: Text | None = Field(None, description="Column with the date on which it began")
    start_time: Text | None = Field(
        None, description="Column with the time since randomization, instead of `start`"
    )
    recorded: Text | None = Field(None, description=_RECORDED)


_TELLING_KEYS = {
    "first_of": TAG + "first of",
    "last_contact": TAG + "first of",
    "parameter": TAG + "adam",
    "term": TAG + "adverse events",
    "yes": TAG + "response",
    "column": TAG + "measurement",
    "time": TAG + "single time",
    "event": TAG + "single time",
    "cause": TAG + "single time",
}


def _how_recorded(value: Any) -> str | None:  # noqa: ANN401 - whatever the file holds
    keys = value if isinstance(value, dict) else ()
    return next((tag for key, tag in _TELLING_KEYS.items() if key in keys), None)


EndpointSource: TypeAlias = Annotated[
    Annotated[FirstOfSource, Tag(TAG + "first of")]
    | Annotated[SingleTimeSource, Tag(TAG + "single time")]
    | Annotated[AdamTimeToEventSource, Tag(TAG + "adam")]
    | Annotated[ResponseSource, Tag(TAG + "response")]
    | Annotated[MeasurementSource, Tag(TAG + "measurement")]
    | Annotated[AdverseEventsSource, Tag(TAG + "adverse events")],
    Discriminator(_how_recorded),
]


class DataSection(Section):
    """Where everything is found; absent while a trial has no data yet."""

    tables: dict[Id, Table] = Field(description="Files by a short name", min_length=1)
    subjects: SubjectsSource = Field(description="The table with one row a patient")
    variables: dict[Id, VariableColumn] = Field(
        {}, description="How variables are read; if absent, from the column of the same name"
    )
    endpoints: dict[Id, EndpointSource] = Field(
        {}, description="How endpoints are recorded, by the endpoint's id"
    )

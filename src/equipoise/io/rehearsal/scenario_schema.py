"""The grammar of a protocol's `scenarios`: truths to rehearse the trial in.

A scenario starts from what the design assumes and changes what it names.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from equipoise.io.protocol.fields import TAG, Duration, Id, Section, Text
from equipoise.io.protocol.planning_schema import AccrualSection, CourseSection, DropoutSection
from equipoise.io.rehearsal.course_schema import AdverseEventSection, CourseFile, Rate
from equipoise.protocol.rehearsal import Effects

MOST = 100


class ArmTruthSection(Section):
    """What is true of an endpoint in one experimental arm: a ratio, or its own course."""

    hazard_ratio: Rate | None = Field(
        None, description="Over the control: a number, or {0: 1, 4 months: 0.5}"
    )
    experimental: CourseSection | None = Field(
        None, description="The arm's own course, in place of a hazard ratio; binary: its rate"
    )
    experimental_cured: float | None = Field(
        None, description="Fraction of the arm who never have the event"
    )


class TruthSection(ArmTruthSection):
    """What is true of an endpoint in some patients."""

    control: CourseSection | None = Field(
        None, description="The control arm's course; binary: its rate"
    )
    cured: float | None = Field(None, description="Fraction who never have the event, of every arm")


class CompetingSection(Section):
    """A competing event of an endpoint."""

    control: CourseSection = Field(description="Its course in the control arm")
    hazard_ratio: Rate = Field(1.0, description="Of the experimental arms, over the control")


class SwitchingSection(Section):
    """Patients of an arm who go over to other treatment after an event of another endpoint."""

    after: Id = Field(description="The endpoint whose event comes before")
    arm: Id = Field(description="Whose patients")
    probability: float = Field(description="Share of them")
    hazard_ratio: float = Field(description="Their hazard from then on, over that before")
    delay: Duration | None = Field(None, description="From the event to the switch; none if absent")


class ScenarioEndpointSection(TruthSection):
    """What is otherwise true of one endpoint: of everyone, then of those named."""

    strata: dict[Text, TruthSection] = Field({}, description="By level of a stratum")
    populations: dict[Id, TruthSection] = Field(
        {}, description="In a population, whose prevalence is given"
    )
    arms: dict[Id, ArmTruthSection] = Field({}, description="By experimental arm")
    shape: float | None = Field(
        None,
        description="Weibull: hazards and ratios count on the clock t^shape; goes with the "
        "control's course",
        json_schema_extra={"exclusiveMinimum": 0},
    )
    known_at: Duration | None = Field(
        None,
        description="Binary: when the answer is known, since entry; derived: `planning.follow_up` "
        "in a trial sized by answers, 0 in others",
    )
    missing: float | None = Field(
        None, description="Binary: share of answers that never come; 0 if absent"
    )
    competing: dict[Text, CompetingSection] = Field(
        {}, description="Competing events, by the endpoint's own words"
    )
    switching: SwitchingSection | None = Field(None, description="None if absent")


def _kind_of_course(value: object) -> str:
    return TAG + ("file" if isinstance(value, str) else "course")


CourseOrFile: TypeAlias = Annotated[
    Annotated[Text, Tag(TAG + "file")] | Annotated[CourseFile, Tag(TAG + "course")],
    Discriminator(_kind_of_course),
]


class FigureSection(Section):
    """A figure of the evidence library, whose rebuilt patients are drawn with replacement."""

    figure: Text = Field(description="Its id, as `equipoise evidence list` shows it")
    endpoint: Id = Field(description="The protocol's endpoint that is read from it")
    arm: Literal["control", "experimental", "each"] = Field(
        "control",
        description="Whose patients are drawn for every arm; each: the figure's arms for the "
        "trial's own",
    )


class ScenarioSection(Section):
    """A truth the trial is rehearsed in, as it differs from the one planned."""

    label: Text | None = Field(None, description="Name as printed; derived from the id")
    effects: Effects | None = Field(
        None,
        description="Where nothing else is named: those planned; none; those of the null "
        "hypothesis, at a margin. Derived: planned, none for `no_effect`",
    )
    endpoints: dict[Id, ScenarioEndpointSection] = Field({}, description="By the endpoint's id")
    patients: float | None = Field(None, description="Of all arms together")
    accrual: AccrualSection | None = Field(None, description="How patients come")
    dropout: DropoutSection | None = Field(None, description="How they are lost to follow-up")
    strata: dict[Id, dict[str, float]] = Field(
        {}, description="Shares of the levels, by variable; several are independent"
    )
    populations: dict[Id, float] = Field(
        {}, description="Prevalence of populations, independent of each other and of strata"
    )
    correlation: float | None = Field(
        None,
        description="Between any two endpoints, of their normal scores; 0 if absent",
        json_schema_extra={"exclusiveMinimum": -1, "exclusiveMaximum": 1},
    )
    correlations: dict[Id, dict[Id, float]] = Field(
        {}, description="Of pairs of endpoints, where it differs"
    )
    course: CourseOrFile | None = Field(
        None,
        description="A multi-state course that all endpoints are read from: a file beside the "
        "protocol, or written here",
    )
    resampled: Literal["by arm", "pooled"] | None = Field(
        None,
        description="Patients drawn from the protocol's data, within their arm or from all arms",
    )
    evidence: FigureSection | None = Field(
        None, description="Patients drawn from a figure of the evidence library"
    )
    adverse_events: list[AdverseEventSection] = Field(
        [], max_length=MOST, description="Adverse events on treatment"
    )

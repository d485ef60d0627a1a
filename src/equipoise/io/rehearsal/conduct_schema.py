"""The grammar of a protocol's `conduct` section: how the trial is run, when it is looked at."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from equipoise.io.protocol.fields import TAG, Duration, Id, Section, default_of
from equipoise.protocol.rehearsal import (
    ArmDropping,
    ConductPromise,
    Enrichment,
    Intersections,
    LookTrigger,
    Process,
    Randomizing,
    SizeReestimation,
    StopRule,
)

MOST_LOOKS = 50
MOST_ADAPTATIONS = 20
MOST_SIZES = 20  # of blocks


Block: TypeAlias = Annotated[
    Annotated[int, Tag(TAG + "one")]
    | Annotated[list[int], Field(min_length=1, max_length=MOST_SIZES), Tag(TAG + "list")],
    Discriminator(lambda value: TAG + ("list" if isinstance(value, list) else "one")),
]


class RandomizationSection(Section):
    """Who gets what."""

    method: Randomizing = Field(
        default_of(ConductPromise, "randomization"), description="How arms are assigned"
    )
    block: Block | None = Field(
        None,
        description="Patients in a block, or a list of sizes to draw from; derived: twice what the "
        "allocation needs",
    )
    by_stratum: bool = Field(
        default_of(ConductPromise, "by_stratum"), description="Whether each stratum has its list"
    )
    probability: float = Field(
        default_of(ConductPromise, "probability"),
        description="Of minimization: of the arm with the smaller imbalance",
    )
    imbalance: Literal["range", "variance"] = Field(
        default_of(ConductPromise, "imbalance"), description="Of minimization: of a level's arms"
    )
    weights: dict[Id, float] = Field(
        {}, description="Of minimization, by stratum variable; equal if absent"
    )


class LookTriggerSection(Section):
    """When one look is held: at the last (or first) of the conditions to come true."""

    planned: bool = Field(
        default_of(LookTrigger, "planned"),
        description="At the number (or time) that the design plans for it",
    )
    events: int | None = Field(None, description="When so many events are known")
    endpoint: Id | None = Field(
        None, description="Whose events; derived: of the hypothesis that sizes the trial"
    )
    population: Id | None = Field(None, description="Of events or patients; everyone if absent")
    arms: list[Id] = Field([], description="Of the events; all if absent")
    calendar: Duration | None = Field(None, description="Time since the trial opened")
    patients: int | None = Field(None, description="When so many are enrolled")
    followed: Duration | None = Field(
        None, description="Time since these patients were enrolled; without `patients`, the last"
    )
    after_look: int | None = Field(None, description="An earlier look, counted from 1")
    later: Duration | None = Field(None, description="Time since that look")
    whichever: Literal["first", "last"] = Field(
        default_of(LookTrigger, "whichever"), description="Which of several conditions decides"
    )
    gap: Duration | None = Field(None, description="Least time since the look before")


class DropArmsSection(Section):
    """After a look, close the arms that do worst: `keep`, `below` or both."""

    look: int = Field(description="Counted from 1")
    keep: int | None = Field(None, description="Keep so many experimental arms, the best")
    below: float | None = Field(None, description="Drop those with z below this")
    hypotheses: list[Id] = Field(
        [], description="Judged by, one an experimental arm; the primary ones if absent"
    )
    enroll: Literal["planned total", "planned an arm"] = Field(
        default_of(ArmDropping, "enroll"),
        description="From then on: all patients planned, or those of the arms that stay",
    )
    method: Literal["inverse normal", "all data"] = Field(
        default_of(ArmDropping, "method"), description="How the stages are weighed together"
    )


class ReestimateSizeSection(Section):
    """After a look, raise the size still to come where conditional power is promising."""

    look: int = Field(description="Counted from 1")
    hypothesis: Id | None = Field(None, description="Derived: the one that sizes the trial")
    target: float = Field(
        default_of(SizeReestimation, "target"), description="Conditional power aimed at"
    )
    promising: list[float] = Field(
        list(default_of(SizeReestimation, "promising")),
        description="Conditional power from where to where it is raised",
        min_length=2,
        max_length=2,
    )
    most: float = Field(
        default_of(SizeReestimation, "most"), description="At most, in planned sizes"
    )
    method: Literal["inverse normal", "promising zone"] = Field(
        default_of(SizeReestimation, "method"), description="What keeps the test valid"
    )


class EnrichSection(Section):
    """After a look, enroll one population only, if it does well and the whole does not."""

    look: int = Field(description="Counted from 1")
    population: Id = Field(description="The population enrolled from then on")
    full: Id = Field(description="The hypothesis in all patients")
    subgroup: Id = Field(description="The hypothesis in the population")
    full_below: float = Field(
        default_of(Enrichment, "full_below"), description="z below which the whole is given up"
    )
    subgroup_above: float = Field(
        default_of(Enrichment, "subgroup_above"), description="z from which it is pursued"
    )


class ConductSection(Section):
    """How the trial is run, for its rehearsal."""

    accrual: Process = Field(
        default_of(ConductPromise, "accrual"),
        description="How patients come at the planned rates: at random times without a fixed "
        "end (poisson), at even distances, or so many at random within the duration (uniform)",
    )
    randomization: RandomizationSection = Field(
        RandomizationSection.model_validate({}), description="Who gets what"
    )
    looks: list[LookTriggerSection] | None = Field(
        None,
        description="When each look of the design is held; derived: at the numbers or times "
        "the design plans",
        min_length=1,
        max_length=MOST_LOOKS,
    )
    gap: Duration | None = Field(None, description="Least time between looks; none if absent")
    maximum_duration: Duration | None = Field(
        None,
        description="A look not reached by then is held then; derived: three times the planned "
        "duration",
    )
    data_lag: Duration | None = Field(
        None, description="What is known at a look reaches so far back; none if absent"
    )
    reporting_delay: dict[Id, Duration] = Field(
        {}, description="Mean delay, exponential, of news of an endpoint's events"
    )
    futility: Literal["obeyed", "ignored"] = Field(
        "obeyed", description="Whether the trial stops at its futility bounds"
    )
    stop: StopRule | None = Field(
        None,
        description="When the trial ends; derived: primary decided, or all decided where every "
        "hypothesis is primary",
    )
    drop_arms: list[DropArmsSection] = Field(
        [], max_length=MOST_ADAPTATIONS, description="Arms closed after a look"
    )
    reestimate_size: list[ReestimateSizeSection] = Field(
        [], max_length=MOST_ADAPTATIONS, description="Sizes raised after a look"
    )
    enrich: list[EnrichSection] = Field(
        [], max_length=MOST_ADAPTATIONS, description="Enrollment confined after a look"
    )
    closed_test: Intersections | None = Field(
        None,
        description="Claim hypotheses by a closed combination test, intersections tested so; by "
        "the design's bounds and multiplicity if absent",
    )

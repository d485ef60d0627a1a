"""The grammar of a protocol's `planning` section: what is assumed of patients and endpoints."""

from typing import TypeAlias

from pydantic import Field

from equipoise.io.protocol.fields import (
    Duration,
    DurationGrid,
    Grid,
    Id,
    NumberOrPieces,
    Pieces,
    Section,
    default_of,
)
from equipoise.protocol.planning import EndpointAssumption

_Shares: TypeAlias = dict[str, float]


class AccrualSection(Section):
    """How patients come."""

    duration: DurationGrid | None = Field(
        None, description="From the first patient to the last; derived from rates and patients"
    )
    rate: float | None = Field(None, description="Patients a time unit")
    rates: Pieces | None = Field(None, description="Patients a time unit: {0: 2, 6 months: 4}")
    relative: Pieces | None = Field(
        None, description="Rates in proportion, scaled to the patients: {0: 1, 6 months: 2}"
    )


class DropoutArmSection(Section):
    """How one arm is lost to follow-up: one of the two."""

    yearly: float | None = Field(None, description="Fraction lost in a year")
    hazard: NumberOrPieces | None = Field(None, description="Hazard of being lost a time unit")


class DropoutSection(DropoutArmSection):
    """How patients are lost to follow-up: alike in both arms, or by arm."""

    control: DropoutArmSection | None = Field(None, description="In the control arm")
    experimental: DropoutArmSection | None = Field(None, description="In the experimental arm")


class CourseSection(Section):
    """The control arm's course: one of these."""

    survival: Pieces | None = Field(
        None, description="Fraction without event at times: {24 months: 0.45}; cured included"
    )
    median: Duration | None = Field(None, description="Median time to the event")
    hazard: NumberOrPieces | None = Field(
        None, description="Hazard a time unit, of those not cured: {0: 0.05, 6 months: 0.02}"
    )
    rate: float | None = Field(None, description="Binary: the probability of a yes")


class EndpointPlanSection(Section):
    """What is assumed of one endpoint."""

    control: CourseSection | None = Field(None, description="The control arm's course")
    strata: dict[str, CourseSection] | None = Field(
        None, description="Instead of `control`: the course by level of the stratum"
    )
    cured: float = Field(
        default_of(EndpointAssumption, "cured"),
        description="Fraction of both arms who never have the event",
    )
    standard_deviation: float | None = Field(None, description="Continuous: within an arm")
    correlation: float | None = Field(
        None, description="Continuous: with the value at baseline, for analysis of covariance"
    )


class PlanningSection(Section):
    """What is assumed of the patients, and of each endpoint in the control arm."""

    patients: Grid | None = Field(None, description="Patients of all arms together")
    accrual: AccrualSection | None = Field(None, description="How patients come")
    follow_up: DurationGrid | None = Field(
        None, description="Of the last patient; for endpoints that are no times: until known"
    )
    longest_follow_up: Duration | None = Field(
        None, description="Of each patient; until the last look if absent"
    )
    dropout: DropoutSection | None = Field(None, description="None if absent")
    strata: dict[Id, _Shares] | None = Field(
        None, description="A stratum's variable, and the share of each level"
    )
    endpoints: dict[Id, EndpointPlanSection] = Field(
        {}, description="Assumptions by the endpoint's id"
    )

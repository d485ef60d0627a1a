"""The grammar of a protocol's endpoints: the four kinds of what is measured."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from equipoise.io.protocol.fields import Id, Section, Text, default_of
from equipoise.protocol import endpoints as domain


class TimeToEventSection(Section):
    """Time from randomization to the first of some events."""

    id: Id = Field(description="Short name, used in the rest of the file")
    type: Literal["time-to-event"] = Field(description="The kind of endpoint")
    label: Text | None = Field(None, description="Name as printed; derived from the id")
    events: list[Text] = Field(description="What counts as the event", min_length=1)
    competing: list[Text] = Field([], description="What makes the event impossible")
    censoring: list[Text] = Field([], description="What ends follow-up for this endpoint by rule")
    better: Literal["later", "sooner"] = Field(
        default_of(domain.TimeToEvent, "better"),
        description="Whether it is good for patients when the event comes later or sooner",
    )


class BinarySection(Section):
    """Whether something was so."""

    id: Id = Field(description="Short name, used in the rest of the file")
    type: Literal["binary"] = Field(description="The kind of endpoint")
    label: Text | None = Field(None, description="Name as printed; derived from the id")
    missing: Literal["counts as no", "counts as yes", "excluded"] = Field(
        default_of(domain.Binary, "missing"), description="What a missing answer means"
    )
    better: Literal["yes", "no"] = Field(
        default_of(domain.Binary, "better"), description="The answer that is good for patients"
    )


class ContinuousSection(Section):
    """A measurement on a scale."""

    id: Id = Field(description="Short name, used in the rest of the file")
    type: Literal["continuous"] = Field(description="The kind of endpoint")
    label: Text | None = Field(None, description="Name as printed; derived from the id")
    unit: str = Field(default_of(domain.Continuous, "unit"), description="Unit as printed")
    baseline: Id | None = Field(
        None, description="The variable with the value at baseline, to adjust for"
    )
    better: Literal["higher", "lower"] = Field(
        default_of(domain.Continuous, "better"), description="The side good for patients"
    )


class AdverseEventsSection(Section):
    """Adverse events by system organ class, preferred term and grade."""

    id: Id = Field(description="Short name, used in the rest of the file")
    type: Literal["adverse-events"] = Field(description="The kind of endpoint")
    label: Text | None = Field(None, description="Name as printed; derived from the id")
    grading: Text = Field(
        default_of(domain.AdverseEvents, "grading"), description="The scale of the grades"
    )
    severe_from: int = Field(
        default_of(domain.AdverseEvents, "severe_from"),
        description="Grades from here on count as severe",
        json_schema_extra={"minimum": 1, "maximum": 5},
    )
    minimum_percent: float = Field(
        default_of(domain.AdverseEvents, "minimum_percent"),
        description="Terms in a smaller percentage of every arm are not listed",
        json_schema_extra={"minimum": 0, "maximum": 100},
    )


EndpointSection: TypeAlias = Annotated[
    TimeToEventSection | BinarySection | ContinuousSection | AdverseEventsSection,
    Field(discriminator="type"),
]

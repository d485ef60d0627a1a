"""The grammar of a claims file: what one paper or news item prints about one trial.

Every number is a text, as printed: a trailing zero is a digit.  Where a mapping takes arms as
keys, they stand beside its own keys.  `schema/claims.schema.json` and docs/appraise.md print this
grammar.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from equipoise.io.claims.fields import (
    ByArm,
    CalendarDay,
    ClaimSection,
    Count,
    Number,
    PrintedDifference,
    PrintedP,
    PrintedPatients,
    PrintedRange,
    PrintedRate,
    PrintedRatio,
    PrintedTime,
    Time,
    Yes,
)
from equipoise.io.protocol.fields import TAG, Id, Text

MOST = 200  # entries of a mapping or list
Sides: TypeAlias = Annotated[Literal["1", "2"], WithJsonSchema({"enum": [1, 2]})]
Standing: TypeAlias = Literal["published", "unverified"]


def _form(value: object) -> str:
    """Tell a text, a list and a mapping apart."""
    if isinstance(value, list):
        return TAG + "list"
    return TAG + ("mapping" if isinstance(value, dict) else "one")


def _one_or_mapping(value: object) -> str:
    return TAG + ("mapping" if isinstance(value, dict) else "one")


class SourceSection(ClaimSection):
    """Where the claims are printed."""

    name: Text | None = Field(
        None, description="Short name, as findings speak of it; derived: `where`"
    )
    where: Text = Field(description="Journal, meeting or site, with volume and page")
    title: Text | None = Field(None, description="Title of the paper or news item")
    date: CalendarDay | None = Field(None, description="When it was published")
    url: Text | None = Field(None, description="Where it can be read")


class ClaimedTrialSection(ClaimSection):
    """Which trial it is about."""

    name: Text = Field(description="Name of the trial")
    registry: Text | None = Field(None, description="Registration number, such as NCT02101853")
    time_unit: Literal["day", "week", "month", "year"] = Field(
        "month", description="Unit of the times in this file"
    )


class ClaimedArmSection(ClaimSection):
    """One treatment, and how many patients it is said to have."""

    label: Text | None = Field(None, description="Name as printed; derived from the id")
    role: Literal["control", "experimental"] = Field(
        description="Hazard ratios set the experimental arm over the control"
    )
    patients: Count | None = Field(None, description="Randomized to it")


class FollowUpSection(ByArm):
    """How long patients were followed, in all and by arm."""

    median: PrintedTime | None = Field(None, description="Median follow-up of all arms together")
    range: PrintedRange | None = Field(None, description="Shortest and longest, such as 0.1-5.2")
    standing: Standing = Field("published", description="Whether the number was read in the source")
    __pydantic_extra__: dict[str, PrintedTime]


FollowUp: TypeAlias = Annotated[
    Annotated[PrintedTime, Tag(TAG + "one")] | Annotated[FollowUpSection, Tag(TAG + "mapping")],
    Discriminator(_one_or_mapping),
]


class AccrualSection(ClaimSection):
    """When the first and the last patient were randomized."""

    first: CalendarDay = Field(description="First patient: 2014-12-15, or 2014-12")
    last: CalendarDay = Field(description="Last patient")


class PlanSection(ClaimSection):
    """What was planned: the yardstick of "significant"."""

    alpha: Number | None = Field(None, description="Planned error of the first kind")
    sides: Sides | None = Field(None, description="Whether alpha is one- or two-sided")
    events: Count | None = Field(None, description="Events planned for the final analysis")
    hazard_ratio: Number | None = Field(None, description="Planned for")
    power: Number | None = Field(None, description="Planned")
    stopped_early: Yes | None = Field(None, description="Before the planned final analysis")
    information: Number | None = Field(
        None, description="Fraction of the planned information at the analysis, if stated"
    )
    accrual: AccrualSection | None = Field(None, description="When patients were randomized")
    data_cut: CalendarDay | None = Field(None, description="Up to when patients were followed")
    standing: Standing = Field("published", description="Whether the plan was read in a source")


class RatesSection(ByArm):
    """Rates at one time, by arm."""

    p: PrintedP | None = Field(None, description="P value of the comparison at this time")
    __pydantic_extra__: dict[str, PrintedRate]


class AtRiskSection(ByArm):
    """Numbers at risk below a curve, by arm."""

    times: list[Time] = Field(min_length=1, max_length=MOST, description="Times of the numbers")
    __pydantic_extra__: dict[str, list[Count]]


class RatioSection(ClaimSection):
    """A hazard ratio, where more must be said of it."""

    value: PrintedRatio = Field(description="0.70, or 0.70 (0.47-1.03)")
    experimental: Id | None = Field(None, description="Derived, where there is only one")
    control: Id | None = Field(None, description="Derived, where there is only one")
    inverted: Yes | None = Field(None, description="Printed as control over experimental")
    standing: Standing = Field("published", description="Whether the number was read in the source")


class PSection(ClaimSection):
    """A P value, where more is said of it."""

    value: PrintedP = Field(description=".05, or <.0001")
    sides: Sides | None = Field(None, description="If stated")
    test: Literal["log-rank", "proportions", "rates at a time", "cox"] | None = Field(
        None, description="If stated"
    )
    time: Time | None = Field(None, description="Of rates compared at a time")
    experimental: Id | None = Field(
        None, description="The arm it is of; derived, where there is only one"
    )
    control: Id | None = Field(
        None, description="The arm that is compared with; derived, where there is only one"
    )
    significant: Yes | None = Field(
        None, description="Whether this P is called significant; as its endpoint, if left out"
    )
    standing: Standing = Field("published", description="Whether the number was read in the source")


class DifferenceSection(ClaimSection):
    """A difference, where more is said of it."""

    value: PrintedDifference = Field(description="27%, or 27% (15-41)")
    experimental: Id | None = Field(None, description="Derived, where there is only one")
    control: Id | None = Field(None, description="Derived, where there is only one")
    standing: Standing = Field("published", description="Whether the number was read in the source")


RatioText: TypeAlias = Annotated[PrintedRatio, Tag(TAG + "one")]
Ratio: TypeAlias = Annotated[
    RatioText
    | Annotated[RatioSection, Tag(TAG + "mapping")]
    | Annotated[list[RatioSection], Field(max_length=MOST), Tag(TAG + "list")],
    Discriminator(_form),
]
P: TypeAlias = Annotated[
    Annotated[PrintedP, Tag(TAG + "one")]
    | Annotated[PSection, Tag(TAG + "mapping")]
    | Annotated[list[PSection], Field(max_length=MOST), Tag(TAG + "list")],
    Discriminator(_form),
]
Difference: TypeAlias = Annotated[
    Annotated[PrintedDifference, Tag(TAG + "one")]
    | Annotated[DifferenceSection, Tag(TAG + "mapping")]
    | Annotated[list[DifferenceSection], Field(max_length=MOST), Tag(TAG + "list")],
    Discriminator(_form),
]
Events: TypeAlias = Annotated[
    Annotated[Count, Tag(TAG + "one")]
    | Annotated[dict[Id, Count], Field(max_length=MOST), Tag(TAG + "mapping")],
    Discriminator(_one_or_mapping),
]


class ClaimedEndpointSection(ClaimSection):
    """All that is printed of one endpoint."""

    label: Text | None = Field(None, description="Name as printed; derived from the id")
    kind: Literal["survival", "incidence"] = Field(
        "survival", description="Whether rates are without an event, or with one (competing risks)"
    )
    rates: dict[Time, RatesSection] = Field(
        {}, max_length=MOST, description="Rates at times, by arm: 59.3%, 59.3% ± 4.9"
    )
    medians: dict[Id, PrintedTime] = Field(
        {}, max_length=MOST, description="By arm: 7.7, or 7.7 (5.6-9.6), or NR"
    )
    hazard_ratio: Ratio | None = Field(None, description="0.70, or 0.70 (0.47-1.03)")
    p: P | None = Field(None, description=".05, or <.0001")
    events: Events | None = Field(None, description="By arm, or in all arms together")
    differences: dict[Time, Difference] = Field(
        {}, max_length=MOST, description="Experimental minus control, at times"
    )
    at_risk: AtRiskSection | None = Field(None, description="Numbers at risk, by arm")
    significant: Yes | None = Field(None, description="Whether it is called significant")
    standing: Standing = Field("published", description="Whether all this was read in the source")


class DenominatorsSection(ByArm):
    """Of how many patients, by arm."""

    __pydantic_extra__: dict[str, Count]


class CountSection(ByArm):
    """Patients with something, by arm: 79%, 83 (79%), or 74/102 (73%)."""

    label: Text | None = Field(None, description="Name as printed; derived from the id")
    of: DenominatorsSection | None = Field(
        None, description="Of how many, by arm; taken to be the arm's patients if absent"
    )
    p: P | None = Field(None, description=".05, or <.0001")
    difference: Difference | None = Field(
        None, description="Experimental minus control: 27% (15-41)"
    )
    significant: Yes | None = Field(None, description="Whether it is called significant")
    standing: Standing = Field("published", description="Whether all this was read in the source")
    __pydantic_extra__: dict[str, PrintedPatients]


Source: TypeAlias = Annotated[
    Annotated[Text, Tag(TAG + "one")] | Annotated[SourceSection, Tag(TAG + "mapping")],
    Discriminator(_one_or_mapping),
]


class ClaimsFile(ClaimSection):
    """What one source prints about one randomized trial."""

    version: Annotated[Literal["1"], WithJsonSchema({"const": 1})] = Field(
        alias="claims", description="Version of this language"
    )
    source: Source = Field(description="Where it is printed")
    trial: ClaimedTrialSection = Field(description="Which trial it is about")
    arms: dict[Id, ClaimedArmSection] = Field(
        description="The treatments, by a short name", min_length=1, max_length=MOST
    )
    patients: Count | None = Field(None, description="In all arms together")
    follow_up: FollowUp | None = Field(None, description="Median follow-up: 1.4, or 17 months")
    plan: PlanSection | None = Field(None, description="What was planned, if known")
    endpoints: dict[Id, ClaimedEndpointSection] = Field(
        {}, max_length=MOST, description="What is printed of times to events"
    )
    counts: dict[Id, CountSection] = Field(
        {}, max_length=MOST, description="What is printed of patients with something"
    )

"""The grammar of a multi-state course, in a file of its own or within a scenario.

A rate that changes over time reads {0: 0.04, 3 months: 0.02}, or as pairs [[0, 0.04], [3, 0.02]].
By arm it is a mapping from arms, with `other` for those not named.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from equipoise.io.protocol.fields import (
    MOST_PIECES,
    TAG,
    Duration,
    Id,
    Pieces,
    Section,
    Text,
    default_of,
    moment,
)
from equipoise.protocol.course import AdverseEventRate, Clock, Transition
from equipoise.protocol.trial import TimeUnit

MOST = 200
OTHER = "other"  # in place of an arm: those not named
ARMS = TAG + "arms"  # the kind of what is written by arm


def _is_moment(key: object) -> bool:
    try:
        moment(str(key))
    except ValueError:
        return False
    return True


def kind_of_rate(value: object) -> str:
    """Tell one number, pairs, pieces and rates by arm apart."""
    if isinstance(value, list):
        return TAG + "pairs"
    if isinstance(value, dict):
        return TAG + "pieces" if all(map(_is_moment, value)) else ARMS
    return TAG + "one"


Pairs: TypeAlias = Annotated[
    list[Annotated[list[float], Field(min_length=2, max_length=2)]],
    Field(min_length=1, max_length=MOST_PIECES),
]
Rate: TypeAlias = Annotated[
    Annotated[float, Tag(TAG + "one")]
    | Annotated[Pairs, Tag(TAG + "pairs")]
    | Annotated[Pieces, Tag(TAG + "pieces")],
    Discriminator(lambda value: kind_of_rate(value).replace("arms", "pieces")),
]
RateByArm: TypeAlias = Annotated[
    Annotated[float, Tag(TAG + "one")]
    | Annotated[Pairs, Tag(TAG + "pairs")]
    | Annotated[Pieces, Tag(TAG + "pieces")]
    | Annotated[
        dict[Id, Rate], Tag(ARMS), Field(json_schema_extra={"additionalProperties": False})
    ],
    Discriminator(kind_of_rate),
]
Shares: TypeAlias = dict[Id, float]
StartByArm: TypeAlias = Annotated[
    Annotated[Shares, Tag(TAG + "one")] | Annotated[dict[Id, Shares], Tag(TAG + "arms")],
    Discriminator(
        lambda value: (
            TAG
            + (
                "arms"
                if isinstance(value, dict)
                and any(isinstance(each, dict) for each in value.values())
                else "one"
            )
        )
    ),
]

NumberByArm: TypeAlias = Annotated[
    Annotated[float, Tag(TAG + "one")] | Annotated[dict[Id, float], Tag(ARMS)],
    Discriminator(lambda value: ARMS if isinstance(value, dict) else TAG + "one"),
]
Grades: TypeAlias = Annotated[list[float], Field(min_length=5, max_length=5)]
GradesByArm: TypeAlias = Annotated[
    Annotated[Grades, Tag(TAG + "one")] | Annotated[dict[Id, Grades], Tag(TAG + "arms")],
    Discriminator(lambda value: TAG + ("arms" if isinstance(value, dict) else "one")),
]


class StateSection(Section):
    """A state a patient can be in."""

    id: Id = Field(description="Short name, used in the rest of the course")
    label: Text | None = Field(None, description="Name as printed; derived from the id")


class TransitionSection(Section):
    """A move from one state to another, and how fast it happens."""

    source: Id = Field(alias="from", description="The state it leaves")
    target: Id = Field(alias="to", description="The state it enters")
    hazard: RateByArm = Field(
        description="A time unit: a number, {0: 0.04, 3 months: 0.02}, or one of these by arm "
        "(`other` for the arms not named)"
    )
    clock: Clock = Field(
        default_of(Transition, "clock"), description="Since when the times of its pieces count"
    )
    ratios: dict[Text, float] = Field(
        {}, description="Hazard ratio by level of a stratum, or by population"
    )
    arm_ratios: dict[Id, dict[Text, float]] = Field(
        {}, description="Likewise, in one arm only: a subgroup with its own effect"
    )


class ReadingSection(Section):
    """An endpoint read from the course: by what it enters, or by where it is at a time."""

    endpoint: Id = Field(description="An endpoint of the protocol")
    entering: dict[Id, Text] | None = Field(
        None, description="Time to event: state, and which of the endpoint's events it is"
    )
    competing: dict[Id, Text] = Field(
        {}, description="Likewise, which of its competing events it is"
    )
    at: Duration | None = Field(None, description="Binary: when it is answered")
    states: list[Id] | None = Field(None, description="Binary: a yes is to be in one of these")


class AdverseEventSection(Section):
    """One kind of adverse event, which can recur."""

    term: Text = Field(description="The preferred term")
    system_organ_class: Text = Field(description="The class it belongs to")
    rates: RateByArm = Field(description="Events a patient and time unit, likewise by arm")
    grades: GradesByArm = Field(description="Shares of grades 1 to 5, of all arms or by arm")
    serious: float = Field(
        default_of(AdverseEventRate, "serious"), description="Share of grade 3 or more"
    )
    related: float = Field(
        default_of(AdverseEventRate, "related"), description="Share related to treatment"
    )
    susceptible: NumberByArm | None = Field(
        None, description="Share of patients who can have it at all, also by arm; all if absent"
    )
    until: Duration | None = Field(None, description="None from this time on; never if absent")


class CourseFile(Section):
    """A multi-state course of disease, from which every endpoint is read."""

    version: Literal[1] | None = Field(
        None, alias="schema", description="Version of this language, in a file of its own"
    )
    title: Text | None = Field(None, description="What it is a course of")
    time_unit: TimeUnit | None = Field(
        None, description="Of its times, hazards and rates; derived: the trial's"
    )
    notes: list[Text] = Field([], description="The standing of its numbers")
    states: list[StateSection] = Field(
        description="Where patients can be", min_length=2, max_length=MOST
    )
    start: StartByArm = Field(description="Shares of the states at randomization, also by arm")
    transitions: list[TransitionSection] = Field(
        description="How they move", min_length=1, max_length=MOST
    )
    readings: list[ReadingSection] = Field(
        description="What is read from it", min_length=1, max_length=MOST
    )
    adverse_events: list[AdverseEventSection] = Field(
        [], max_length=MOST, description="Adverse events on treatment"
    )

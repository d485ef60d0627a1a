"""A multi-state course of disease: states, hazards between them, and endpoints read from it.

All endpoints follow from one path, so they agree: overall survival never ends before
disease-free survival.  Times are in the trial's time unit since randomization; hazards are per
that unit, constant on pieces.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.protocol.planning import Pieces

Clock = Literal["since randomization", "since entry"]  # Markov, or reset on entering the state


@dataclass(frozen=True, slots=True)
class CourseState:
    """A state a patient can be in; one without transitions out of it is absorbing."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A move from one state to another, and how fast it happens."""

    source: str
    target: str
    hazard: Pieces  # in every arm that `by_arm` does not name
    clock: Clock = "since randomization"
    by_arm: tuple[tuple[str, Pieces], ...] = ()  # (arm id, its own hazard)
    ratios: tuple[tuple[str, float], ...] = ()  # (stratum level or population id, hazard ratio)
    arm_ratios: tuple[tuple[str, str, float], ...] = ()  # (arm id, level or population, ratio)


@dataclass(frozen=True, slots=True)
class ReadTime:
    """A time-to-event endpoint: the first entry into one of these states."""

    endpoint: str
    entering: tuple[tuple[str, str], ...]  # (state, what happened, in the endpoint's own words)
    competing: tuple[tuple[str, str], ...] = ()  # likewise, for its competing events


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A binary endpoint: yes where the patient is in one of these states at a time."""

    endpoint: str
    at: float
    states: tuple[str, ...]


Reading: TypeAlias = ReadTime | ReadAnswer


@dataclass(frozen=True, slots=True)
class Course:
    """States, where patients start, how they move, and what is read from it."""

    states: tuple[CourseState, ...]
    start: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]  # (arm id, ((state, share), ...))
    transitions: tuple[Transition, ...]
    readings: tuple[Reading, ...]
    notes: tuple[str, ...] = ()  # the standing of its numbers


@dataclass(frozen=True, slots=True)
class AdverseEventRate:
    """One kind of adverse event: recurrent, by a piecewise-constant intensity on treatment."""

    term: str
    system_organ_class: str
    rates: tuple[tuple[str, Pieces], ...]  # (arm id, events a patient and time unit)
    grades: tuple[tuple[str, tuple[float, ...]], ...]  # (arm id, shares of grades 1 ... 5)
    serious: float = 0.0  # share of events of grade 3 or more that are serious
    related: float = 0.0  # share that is related to treatment
    until: float | None = None  # time since randomization when it no longer occurs
    susceptible: tuple[tuple[str, float], ...] = ()  # (arm id, share of patients who can have it);
    # all, in arms not named.  Who can have a kind with the smaller share can have all others.

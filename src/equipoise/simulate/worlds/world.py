"""The truth of a rehearsed trial, as values: who comes, where they go, what becomes of them.

Calendar time 0 is when the trial opens.  Rates and hazards are per unit of the trial's time.
A *cell* is a kind of patient: a stratum, and which biomarker populations the patient belongs to;
laws are given by arm and cell.
"""

import math
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from equipoise.design.survival.world import Piecewise
from equipoise.kernel.arrays import Codes, Flags, Matrix
from equipoise.protocol.course import AdverseEventRate, Course

Process = Literal["poisson", "even", "uniform"]


@dataclass(frozen=True, slots=True)
class Enrollment:
    """How patients come, until `patients` have.

    `poisson`: by a Poisson process of these rates, as lrstat does; `even`: the i-th (from 1) when
    the rates expect i, as rpact does; `uniform`: at random times, so many within `duration`,
    with a density in proportion to the rates.  Patients whom adaptations add to these come
    later, by a Poisson process of the average rate.
    """

    patients: int
    rates: Piecewise  # patients a time unit, all arms together; the last piece lasts forever
    process: Process = "poisson"
    duration: float = math.inf  # `uniform` only


@dataclass(frozen=True, slots=True)
class Randomization:
    """Who gets what; allocation is in `World.allocation`."""

    method: Literal["permuted blocks", "simple", "minimization"] = "permuted blocks"
    block: int | tuple[int, ...] | None = None  # patients in a block, or sizes to draw from;
    # None: the smallest that holds the allocation
    by_stratum: bool = True
    probability: float = 0.8  # minimization: of following the smaller imbalance
    imbalance: Literal["range", "variance"] = "range"  # minimization: of a level's arms
    weights: tuple[float, ...] = ()  # minimization: of the stratum variables; empty: equal


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of patient."""

    share: float  # of the patients; all add up to 1
    stratum: int = 0  # index into `World.strata`
    populations: tuple[str, ...] = ()  # ids of `World.populations` it belongs to


@dataclass(frozen=True, slots=True)
class Law:
    """The time to one event: piecewise-exponential on the clock t^shape, a fraction cured.

    With shape κ the cumulative hazard is Λ(t^κ) and the pieces start on the clock t^κ, as in
    `design.survival.world`.  A survival curve given as a table is one piece a row.
    """

    hazard: Piecewise
    shape: float = 1.0
    cured: float = 0.0


@dataclass(frozen=True, slots=True)
class Switching:
    """After an event of another endpoint, patients of one arm switch with some probability.

    From then on (plus `delay`) their hazard of the event itself, not of its competing events, is
    multiplied by `hazard_ratio`.
    """

    after: str  # endpoint id
    arm: int
    probability: float
    hazard_ratio: float
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class TimeTruth:
    """A time-to-event endpoint: laws by arm and cell."""

    endpoint: str
    laws: tuple[tuple[Law, ...], ...]  # [arm][cell]
    competing: tuple[tuple[tuple[Law, ...], ...], ...] = ()  # one table of laws a competing event
    switching: Switching | None = None


@dataclass(frozen=True, slots=True)
class AnswerTruth:
    """A binary endpoint: the probability of a yes by arm and cell, known `at` after entry."""

    endpoint: str
    probability: tuple[tuple[float, ...], ...]  # [arm][cell]
    at: float
    missing: float = 0.0  # share of answers that never come


@dataclass(frozen=True, slots=True)
class IndependentEndpoints:
    """Every endpoint by its own law; `correlation` is of their normal scores (Gaussian copula).

    A high score is a late event, or a yes.  Competing events are independent of everything.
    Whatever the correlation, nothing keeps endpoints that contain each other in order: a patient's
    death may come before the progression or death of another law.  Where that matters, read
    them from a course (`CourseTruth`).
    """

    endpoints: tuple[TimeTruth | AnswerTruth, ...]
    correlation: Matrix | None = None  # (endpoints, endpoints)


@dataclass(frozen=True, slots=True)
class CourseTruth:
    """Every endpoint read from one multi-state course."""

    course: Course


@dataclass(frozen=True, slots=True)
class ResampledPatients:
    """Patients drawn with replacement from real follow-up, within arm (or pooled) and cell.

    One row a patient; (endpoints, rows) for times and outcomes, as in `analyze.snapshot.Followup`
    (0 censored, 1 event, 2, 3, ... competing); binary endpoints hold their answer as outcome.
    """

    endpoints: tuple[str, ...]
    arm: Codes  # (rows,) index into `World.arms`; -1: drawn for any arm
    cell: Codes  # (rows,)
    time: Matrix
    outcome: Codes  # (endpoints, rows); -1: missing
    binary: Flags  # (endpoints,)


Truth: TypeAlias = IndependentEndpoints | CourseTruth | ResampledPatients


@dataclass(frozen=True, slots=True)
class Reporting:
    """How late news comes.

    A snapshot at c holds the follow-up until c - `lag`.  Beside that, an event is known only
    a delay after it happened, exponential with `mean_delay` for each endpoint; until then its
    patient counts as event-free.
    """

    lag: float = 0.0
    mean_delay: tuple[float, ...] = ()  # by endpoint; empty: none


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is true of a rehearsed trial."""

    arms: tuple[str, ...]  # ids, the control first
    allocation: tuple[int, ...]  # whole-number ratio, one an arm
    enrollment: Enrollment
    truth: Truth
    strata: tuple[str, ...] = ("all",)
    stratum_levels: tuple[tuple[str, ...], ...] = ()  # levels of each stratum, one a variable
    stratum_variables: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = (Cell(1.0),)
    randomization: Randomization = field(default_factory=Randomization)
    dropout: tuple[tuple[Law, ...], ...] = ()  # [arm][cell]; empty: none
    longest_follow_up: float = math.inf  # of each patient
    reporting: Reporting = field(default_factory=Reporting)
    adverse_events: tuple[AdverseEventRate, ...] = ()

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Ids of the endpoints, in the order of every array that has one row an endpoint."""
        if isinstance(self.truth, IndependentEndpoints):
            return tuple(each.endpoint for each in self.truth.endpoints)
        if isinstance(self.truth, CourseTruth):
            return tuple(each.endpoint for each in self.truth.course.readings)
        return self.truth.endpoints

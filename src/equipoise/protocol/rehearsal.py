"""How the trial is to be rehearsed: its conduct, and the scenarios it is played in.

Values only, as written; `simulate` turns them into a conduct and a world.  Lengths of time are
in `Trial.time_unit`; hazards and rates are per that unit.  A scenario starts from what the design
assumes and changes what it names.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from equipoise.protocol.course import AdverseEventRate, Course
from equipoise.protocol.planning import Grid, Pieces

Process = Literal["poisson", "even", "uniform"]
Randomizing = Literal["permuted blocks", "simple", "minimization"]
StopRule = Literal[
    "first rejection", "all decided", "primary decided", "never before the last look"
]
Intersections = Literal["bonferroni", "sidak", "simes", "parametric"]
Effects = Literal["planned", "none", "at the margin"]
PLANNED, NO_EFFECT, AT_MARGIN = "planned", "no_effect", "at_margin"  # scenarios always there


@dataclass(frozen=True, slots=True)
class LookTrigger:
    """When one look is held: at the first or the last of what is named to come true."""

    planned: bool = False  # at the number the design plans for it
    events: int | None = None
    endpoint: str | None = None  # whose events; None: of the hypothesis that sizes the trial
    population: str | None = None  # of the events or patients counted; None: everyone
    arms: tuple[str, ...] = ()  # of the events; empty: all
    calendar: float | None = None  # since the trial opened
    patients: int | None = None  # enrolled, and followed for the time below
    followed: float | None = None  # without `patients`: since the last one was enrolled
    after_look: int | None = None  # from 1
    later: float | None = None  # so long after that look
    whichever: Literal["first", "last"] = "last"
    gap: float | None = None  # at least so long after the look before; None: as for all


@dataclass(frozen=True, slots=True)
class ArmDropping:
    """After a look, the arms that do worst are closed to new patients."""

    look: int
    keep: int | None = None  # so many experimental arms, the best
    below: float | None = None  # those whose z is below this
    hypotheses: tuple[str, ...] = ()  # judged by; empty: the primary ones
    enroll: Literal["planned total", "planned an arm"] = "planned total"  # from then on
    method: Literal["inverse normal", "all data"] = "inverse normal"


@dataclass(frozen=True, slots=True)
class SizeReestimation:
    """After a look, the size still to come follows from conditional power; raised only."""

    look: int
    hypothesis: str | None = None  # None: the one that sizes the trial
    target: float = 0.9
    promising: tuple[float, float] = (0.3, 0.9)  # conditional power in which it is raised
    most: float = 2.0  # times the planned size
    method: Literal["inverse normal", "promising zone"] = "inverse normal"


@dataclass(frozen=True, slots=True)
class Enrichment:
    """After a look, only one population is enrolled, if it does well and the whole does not."""

    look: int
    population: str
    full: str  # hypothesis in all patients
    subgroup: str  # hypothesis in the population
    full_below: float = 0.0  # z
    subgroup_above: float = 0.0  # z


@dataclass(frozen=True, slots=True)
class ConductPromise:
    """How the trial is run; what is None is derived where it is used."""

    accrual: Process = "poisson"
    randomization: Randomizing = "permuted blocks"
    block: tuple[int, ...] = ()  # patients, or sizes to draw from; empty: twice the smallest
    by_stratum: bool = True
    probability: float = 0.8  # minimization: of following the smaller imbalance
    imbalance: Literal["range", "variance"] = "range"  # minimization: of a level's arms
    weights: tuple[tuple[str, float], ...] = ()  # minimization: of the strata; empty: equal
    looks: tuple[LookTrigger, ...] = ()  # empty: at the numbers the design plans
    gap: float = 0.0  # between looks, at least
    maximum_duration: float | None = None  # None: `DURATIONS` times the one planned
    data_lag: float = 0.0  # what is known at a look reaches so far back
    reporting_delay: tuple[tuple[str, float], ...] = ()  # (endpoint, mean of an exponential)
    futility_obeyed: bool = True
    stop: StopRule | None = None  # None: primary decided, or all where all are primary
    drop_arms: tuple[ArmDropping, ...] = ()
    reestimate_size: tuple[SizeReestimation, ...] = ()
    enrich: tuple[Enrichment, ...] = ()
    closed_test: Intersections | None = None  # None: by the design's own bounds and multiplicity


DURATIONS = 3.0  # the longest a rehearsed trial lasts, in planned durations


@dataclass(frozen=True, slots=True)
class TruthChange:
    """What is otherwise true of an endpoint in some patients; empty or None: as before."""

    control: Pieces = ()  # hazard of those not cured, on the clock t^shape
    experimental: Pieces = ()  # likewise, in place of a hazard ratio
    hazard_ratio: Pieces = ()
    control_rate: float | None = None  # binary
    experimental_rate: float | None = None
    cured: float | None = None  # of both arms, unless the next is given
    experimental_cured: float | None = None


@dataclass(frozen=True, slots=True)
class CompetingChange:
    """A competing event of an endpoint, by its own words."""

    event: str
    control: Pieces
    hazard_ratio: Pieces = ((0.0, 1.0),)


@dataclass(frozen=True, slots=True)
class SwitchingChange:
    """Patients of one arm who go over to other treatment after an event of another endpoint."""

    after: str  # endpoint
    arm: str
    probability: float
    hazard_ratio: float
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """What is otherwise true of one endpoint: of everyone, then by what is named."""

    endpoint: str
    everyone: TruthChange = TruthChange()
    by_level: tuple[tuple[str, TruthChange], ...] = ()  # of a stratum
    by_population: tuple[tuple[str, TruthChange], ...] = ()
    by_arm: tuple[tuple[str, TruthChange], ...] = ()  # experimental arms
    shape: float | None = None  # Weibull
    known_at: float | None = None  # binary: when the answer is known
    missing: float | None = None  # binary: share of answers that never come
    competing: tuple[CompetingChange, ...] = ()
    switching: SwitchingChange | None = None


@dataclass(frozen=True, slots=True)
class DrawnPatients:
    """Real patients to draw from, read with the protocol: one endpoint, one entry a patient."""

    source: str  # as printed
    endpoint: str  # id
    time: tuple[float, ...]  # in the trial's unit
    event: tuple[bool, ...]
    experimental: tuple[bool, ...] = ()  # empty: drawn for any arm


@dataclass(frozen=True, slots=True)
class Scenario:
    """A truth the trial is rehearsed in."""

    id: str
    label: str
    effects: Effects = "planned"
    endpoints: tuple[EndpointChange, ...] = ()
    patients: float | None = None
    accrual_pieces: Pieces = ()
    accrual_relative: bool = False
    accrual_duration: Grid = ()
    dropout: tuple[Pieces, Pieces] | None = None  # control, experimental
    strata: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()  # (variable, shares)
    populations: tuple[tuple[str, float], ...] = ()  # (population, prevalence)
    correlation: float | None = None  # of the normal scores of any two endpoints
    correlations: tuple[tuple[str, str, float], ...] = ()  # of pairs, where it differs
    course: Course | None = None  # then every endpoint follows from it
    course_file: str = ""  # where it was read
    resampled: Literal["by arm", "pooled"] | None = None  # patients drawn from the data
    drawn: DrawnPatients | None = None  # or from a figure of the evidence library
    adverse_events: tuple[AdverseEventRate, ...] = ()

    def endpoint(self, identifier: str) -> EndpointChange:
        """Find what changes of an endpoint; nothing, where nothing is written."""
        found = (each for each in self.endpoints if each.endpoint == identifier)
        return next(found, EndpointChange(identifier))


Scenarios: TypeAlias = tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class RehearsalPromise:
    """How the trial is rehearsed; scenarios that a protocol always has are among them."""

    conduct: ConductPromise = field(default_factory=ConductPromise)
    scenarios: Scenarios = ()

    def scenario(self, identifier: str) -> Scenario | None:
        """Find a scenario by its id."""
        return next((each for each in self.scenarios if each.id == identifier), None)

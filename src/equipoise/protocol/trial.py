"""The protocol as a value: everything the trial promised, written down once.

Frozen and free of files: `io` reads it from YAML, and every other room is a function of it.
Lengths of time are in `Trial.time_unit`, the unit of the data as read.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from equipoise.protocol.data_map import DataMap
from equipoise.protocol.endpoints import Endpoint
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.monitoring import MonitoringPromise
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.rehearsal import RehearsalPromise

TimeUnit = Literal["day", "week", "month", "year"]
DAYS_PER: dict[str, float] = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


@dataclass(frozen=True, slots=True)
class Trial:
    """Who the trial is, and the unit its times are recorded in."""

    id: str
    title: str
    registry: str | None = None
    time_unit: TimeUnit = "day"
    display_unit: TimeUnit = "month"  # the unit of figures and tables
    notes: tuple[str, ...] = ()  # printed on the report's first page, e.g. a source notice


@dataclass(frozen=True, slots=True)
class Arm:
    """One treatment a patient can be randomized to."""

    id: str
    label: str
    role: Literal["control", "experimental"]
    allocation: float = 1.0


@dataclass(frozen=True, slots=True)
class Variable:
    """Something known of each patient at randomization; `levels` is empty if continuous."""

    id: str
    label: str
    kind: Literal["continuous", "categorical"]
    levels: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Population:
    """A set of patients analyzed together, by the arm assigned or the arm received."""

    id: str  # "itt" and "safety" always exist
    label: str
    where: str | None = None  # an expression on the subjects' table
    arms: Literal["assigned", "received"] = "assigned"


@dataclass(frozen=True, slots=True)
class Comparison:
    """An experimental arm set against a control arm: hazard ratios are experimental / control."""

    id: str
    label: str
    experimental: str
    control: str


class TestMethod(Enum):
    """The test that decides a hypothesis."""

    __test__ = False  # not a pytest class

    LOG_RANK = "log-rank"
    FLEMING_HARRINGTON = "fleming-harrington"
    MAX_COMBO = "max-combo"
    COX_WALD = "cox wald"
    RESTRICTED_MEAN = "restricted mean"
    GRAY = "gray"
    MIETTINEN_NURMINEN = "miettinen-nurminen"
    COCHRAN_MANTEL_HAENSZEL = "cochran-mantel-haenszel"
    FISHER = "fisher"
    WELCH = "welch"
    ANCOVA = "ancova"


@dataclass(frozen=True, slots=True)
class Test:
    """How a hypothesis is tested; `rho` and `gamma` are Fleming-Harrington weights."""

    __test__ = False  # not a pytest class

    method: TestMethod
    stratified_by: tuple[str, ...] = ()  # ids of variables
    rho: float = 0.0
    gamma: float = 0.0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the trial set out to decide, for one endpoint and one comparison."""

    id: str
    label: str
    estimand: str
    comparison: str
    test: Test
    role: Literal["primary", "secondary"] = "primary"


class Alternative(Enum):
    """Sidedness of every p-value the report prints."""

    ONE_SIDED = "one-sided"
    TWO_SIDED = "two-sided"


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """The choices that hold for every display; each is printed beside the numbers it shapes."""

    alpha: float = 0.025  # a budget, for the alternative below
    alternative: Alternative = Alternative.ONE_SIDED
    level: float = 0.95  # the confidence of every interval (two-sided)
    survival_interval: Literal["log-log", "log", "plain"] = "log-log"
    ties: Literal["efron", "breslow"] = "efron"
    landmarks: tuple[float, ...] = ()  # in the trial's time unit
    restricted_mean_until: float | None = None  # None: the largest time both arms allow
    subgroups: tuple[str, ...] = ()  # ids of categorical variables
    baseline: tuple[str, ...] = ()  # ids of variables shown by arm
    data_cut: str | None = None  # ISO date


@dataclass(frozen=True, slots=True)
class Protocol:
    """A randomized trial, written down once."""

    trial: Trial
    arms: tuple[Arm, ...]
    variables: tuple[Variable, ...]
    strata: tuple[str, ...]  # ids of the variables randomization was stratified by
    populations: tuple[Population, ...]
    endpoints: tuple[Endpoint, ...]
    estimands: tuple[Estimand, ...]
    comparisons: tuple[Comparison, ...]
    hypotheses: tuple[Hypothesis, ...]
    analysis: AnalysisPlan
    design: DesignPromise | None = None
    data: DataMap = field(default_factory=DataMap)
    schema: int = 1
    rehearsal: RehearsalPromise = field(default_factory=RehearsalPromise)
    monitoring: MonitoringPromise = field(default_factory=MonitoringPromise)

    def arm(self, identifier: str) -> Arm:
        """Find an arm by its id."""
        return next(arm for arm in self.arms if arm.id == identifier)

    def variable(self, identifier: str) -> Variable:
        """Find a variable by its id."""
        return next(variable for variable in self.variables if variable.id == identifier)

    def endpoint(self, identifier: str) -> Endpoint:
        """Find an endpoint by its id."""
        return next(endpoint for endpoint in self.endpoints if endpoint.id == identifier)

    def population(self, identifier: str) -> Population:
        """Find a population by its id."""
        return next(population for population in self.populations if population.id == identifier)

    def estimand(self, identifier: str) -> Estimand:
        """Find an estimand by its id."""
        return next(estimand for estimand in self.estimands if estimand.id == identifier)

    def comparison(self, identifier: str) -> Comparison:
        """Find a comparison by its id."""
        return next(comparison for comparison in self.comparisons if comparison.id == identifier)

    def hypothesis(self, identifier: str) -> Hypothesis:
        """Find a hypothesis by its id."""
        return next(hypothesis for hypothesis in self.hypotheses if hypothesis.id == identifier)

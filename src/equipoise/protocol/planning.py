"""The statistical design a protocol promises: effects, looks, spending, and what is assumed.

Values only, as written; the rooms that follow compute.  A number given as a tuple of several
is a grid: the design is made for the first, and the rest are told as alternatives.
Lengths of time are in `Trial.time_unit`; rates are per that unit.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Grid: TypeAlias = tuple[float, ...]  # one number, or several alternatives (the first is planned)
Pieces: TypeAlias = tuple[tuple[float, float], ...]  # (from time, value)
Parameter: TypeAlias = float | str | tuple[float, ...]  # of a rule
Procedure = Literal[
    "fixed sequence",
    "bonferroni",
    "holm",
    "hochberg",
    "hommel",
    "graph",
    "co-primary",
    "dunnett",
]
SolveFor = Literal["power", "events", "patients", "accrual duration", "follow-up", "effect"]
Measure = Literal[
    "hazard ratio", "risk difference", "risk ratio", "odds ratio", "mean difference", "rate ratio"
]


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """What one hypothesis is planned to find; the kind follows the endpoint."""

    hypothesis: str
    measure: Measure
    value: Grid = ()  # empty where `pieces` are given, or where the effect is solved for
    pieces: Pieces = ()  # a hazard ratio that changes: (from time, ratio)
    margin: float | None = None  # non-inferiority: the null value; None: no difference


@dataclass(frozen=True, slots=True)
class SpendingChoice:
    """A boundary rule by name, with its parameters."""

    rule: str  # one of `boundary_rules`, such as "power", "wang-tsiatis", "haybittle-peto"
    parameters: tuple[tuple[str, Parameter], ...] = ()
    binding: bool = False  # futility only
    looks: tuple[int, ...] | None = None  # counted from 1; None: all
    lower: "SpendingChoice | None" = None  # two-sided: another rule for the lower side
    lower_alpha: float | None = None  # what of alpha the lower side spends


@dataclass(frozen=True, slots=True)
class LookSchedule:
    """When the trial is looked at: by information fraction, or by calendar time."""

    information: tuple[float, ...] = (1.0,)
    calendar: tuple[float, ...] = ()  # times since the first patient; then information follows
    spending_by: Literal["information", "calendar"] = "information"
    read_at: tuple[float, ...] = ()  # further counts (events, or patients) to read the design at


@dataclass(frozen=True, slots=True)
class EndpointAssumption:
    """What is assumed of an endpoint in the control arm (and of nuisance parameters)."""

    endpoint: str
    hazard: Pieces = ()  # control hazard on pieces; of those not cured
    stratum_hazards: tuple[tuple[str, Pieces], ...] = ()  # by level, where they differ
    cured: float = 0.0  # the fraction of both arms who never have the event
    rate: float | None = None  # binary: the control arm's probability of a yes
    standard_deviation: float | None = None
    correlation: float | None = None  # with the baseline, for ANCOVA


@dataclass(frozen=True, slots=True)
class PlanningAssumptions:
    """Accrual, follow-up and dropout, and each endpoint's course in the control arm."""

    patients: Grid = ()
    accrual_pieces: Pieces = ()  # (from time, patients per time unit), absolute or relative
    accrual_relative: bool = False  # the pieces are relative: rates scale to the patients
    accrual_duration: Grid = ()
    follow_up: Grid = ()  # of the last patient
    longest_follow_up: float | None = None  # of each patient; None: until the last look
    control_dropout: Pieces = ()  # hazards of being lost; none where empty
    experimental_dropout: Pieces = ()
    stratum_variable: str | None = None
    strata: tuple[tuple[str, float], ...] = ()  # (level, share)
    endpoints: tuple[EndpointAssumption, ...] = ()

    def endpoint(self, identifier: str) -> EndpointAssumption:
        """Find what is assumed of an endpoint; nothing, where nothing is written."""
        found = (each for each in self.endpoints if each.endpoint == identifier)
        return next(found, EndpointAssumption(identifier))


@dataclass(frozen=True, slots=True)
class Multiplicity:
    """How several hypotheses share alpha: a graph (Bretz et al. 2009), however it was named.

    Co-primary hypotheses must all be met, each at the full alpha; what follows them has no
    weight and is tested in order, once they are met.  Dunnett's test shares alpha by the
    correlation of several arms' comparisons with one control.
    """

    procedure: Procedure
    weights: tuple[tuple[str, float], ...]  # (hypothesis, share of alpha)
    transitions: tuple[tuple[str, str, float], ...] = ()  # (from, to, share passed on)
    correlation: float | None = None  # of the statistics of any two endpoints; None: not given


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of the effect beforehand, normal on its linear scale, for assurance."""

    measure: Measure
    mean: float  # on the effect's own scale (a hazard ratio, a difference)
    standard_deviation: float  # on the linear scale (log for ratios)
    source: str = ""  # a sentence that says where it is from; empty: the protocol itself


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """A sequential bound on a toxicity or death in one arm, checked after each patient or group."""

    id: str
    label: str
    acceptable: float  # probability that is still acceptable
    level: float  # chance of stopping an acceptable arm, or the posterior threshold
    patients: int
    method: Literal["pocock", "o'brien-fleming", "beta-binomial", "max-sprt"] = "pocock"
    every: int = 1  # patients between checks
    unacceptable: float | None = None  # for the chance of stopping when it should
    prior: tuple[float, float] | None = None  # of the beta distribution


@dataclass(frozen=True, slots=True)
class DesignPromise:
    """The statistical design of a protocol: its sections `design` and `planning`, and effects."""

    alpha: float  # for the alternative of the analysis plan
    sides: Literal[1, 2]
    sized_for: str | None = None  # the hypothesis that decides how large the trial is
    sized_for_all: bool = False  # whether every primary one is to have the power; it leads them
    power: Grid = ()
    events: Grid = ()
    solve_for: SolveFor = "events"
    method: str = "schoenfeld"  # the formula of the sample size
    effects: tuple[PlannedEffect, ...] = ()
    looks: LookSchedule = field(default_factory=LookSchedule)
    efficacy: SpendingChoice = SpendingChoice("lan-demets o'brien-fleming")
    futility: SpendingChoice | None = None
    harm: SpendingChoice | None = None  # a bound below futility's
    multiplicity: Multiplicity | None = None
    prior: Prior | None = None
    safety: tuple[SafetyRule, ...] = ()
    planning: PlanningAssumptions = field(default_factory=PlanningAssumptions)
    notes: tuple[str, ...] = ()  # printed with the design, e.g. the standing of an assumption

    @property
    def measure(self) -> str:
        """What the effect of the hypothesis is measured by that the trial is sized for."""
        effect = self.effect(self.sized_for or "")
        return effect.measure if effect else ""

    def effect(self, hypothesis: str) -> PlannedEffect | None:
        """Find the effect a hypothesis is planned for, if it is."""
        found = (each for each in self.effects if each.hypothesis == hypothesis)
        return next(found, None)

"""The design of a whole trial as a value: what every page, table, figure and JSON reads.

One `HypothesisDesign` for each hypothesis of the protocol, in its order; around them what
belongs to the trial as a whole.  Times are in the trial's time unit, since the first patient.
Numbers of patients and events are as calculated; whole numbers stand beside them in `Plan`.
"""

from dataclasses import dataclass
from typing import Literal

from equipoise.design.plan import Bound, Plan
from equipoise.design.printing import Printed
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Vector
from equipoise.protocol.planning import PlannedEffect, Prior, SafetyRule
from equipoise.protocol.trial import Protocol

Truth = Literal["null", "alternative"]


@dataclass(frozen=True, slots=True)
class Course:
    """Patients and events expected by calendar time in one arm, were the trial never stopped."""

    truth: Truth
    arm: str  # id of the arm
    stratum: str | None  # None: all strata together
    time: Vector  # (times,) since the first patient
    patients: Vector  # (times,) enrolled by then
    events: Vector  # (times,) by then


@dataclass(frozen=True, slots=True)
class Reading:
    """What the design says at a count that is no planned look, were the trial read there.

    Read in place of the planned look that is nearest, the looks before it as planned; errors
    are spent by the same functions, of the fraction of the planned information.
    """

    count: float  # events, or patients where the endpoint has no events to count
    counted_in: Literal["events", "patients"]
    information_fraction: float
    look: int  # the planned look it stands in for, from 1
    final: bool  # whether that is the last look, which then spends all that is left of alpha
    time: float | None  # when the count is expected under the alternative
    efficacy: Bound | None
    futility: Bound | None
    lower_efficacy: Bound | None  # the other side of a two-sided design
    alpha_spent: float | None  # cumulative
    beta_spent: float | None
    assumed: tuple[str, ...]
    refused: str = ""  # why the design cannot be read here; then it has no bounds


@dataclass(frozen=True, slots=True, repr=False)
class HypothesisDesign(Printed):
    """What the design says of one hypothesis."""

    hypothesis: str  # id
    label: str
    endpoint: str  # id
    comparison: str  # id
    control: str  # ids of the arms compared
    experimental: str
    role: Literal["primary", "secondary"]
    sized: bool  # whether the trial is sized for it; otherwise its power follows from the size
    alpha: float  # at the start, by the multiplicity rule; 0 where it waits for another
    planned_alpha: float | None  # the plan's: that at the start, or the least it waits for
    effect: PlannedEffect | None  # None: tested, without a promise of power
    plan: Plan | None  # None without an effect
    not_planned: str  # why there is no plan, as a sentence; empty where there is one
    promised_power: float | None  # where power, size and effect are all given: compare with plan
    power_futility_ignored: float | None  # where futility is not binding: were it never obeyed
    world: SurvivalWorld | None  # time-to-event: what the numbers rest on
    courses: tuple[Course, ...]  # time-to-event: over calendar time, by arm, truth (and stratum)
    readings: tuple[Reading, ...]  # at the counts under `looks.read_at`
    assumed: tuple[str, ...]  # what is to be said beside the plan's own conventions
    whole: Plan | None = None  # the plan at whole events and patients; None where it is whole


@dataclass(frozen=True, slots=True)
class AlternativeDesign:
    """One row of the table of alternatives: the design with other planned numbers."""

    settings: tuple[tuple[str, float], ...]  # (what varies, its value), such as ("power", 0.9)
    planned: bool  # the row the protocol's own design stands in
    effect: float | None
    power: float | None
    patients: float | None  # all arms together, as below
    patients_whole: int | None
    events: float | None
    events_whole: int | None
    duration: float | None  # until the last look, under the alternative
    expected_patients: float | None  # on average under the alternative; None: more than two arms
    expected_events: float | None
    expected_duration: float | None
    refused: str  # why no such design exists, with the remedy; empty where one does


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The table of alternatives of the hypothesis that sizes the trial."""

    hypothesis: str
    varied: tuple[str, ...]  # the columns of `settings`, in order
    rows: tuple[AlternativeDesign, ...]


@dataclass(frozen=True, slots=True)
class AlphaLevel:
    """An alpha a hypothesis can come to be tested at, and the boundaries that go with it."""

    hypothesis: str
    after: tuple[str, ...]  # the hypotheses that must be rejected for it, fewest first
    alpha: float
    z: tuple[float | None, ...]  # efficacy bound at each look; None where not tested; () not drawn,
    # as for another endpoint without an effect, whose information at the looks is not planned


@dataclass(frozen=True, slots=True)
class SuccessOfSeveral:
    """How often several hypotheses succeed in the trial, alpha that is passed on counted.

    Standard errors are those of the simulation; 0 where nothing is simulated.
    """

    each: tuple[tuple[str, float, float], ...]  # (hypothesis, chance of rejection, its error)
    some: float | None  # at least one is rejected; None for co-primary ones
    every: float  # all are; of co-primary ones, those that must be met together
    some_error: float | None
    every_error: float
    every_if_independent: float | None  # co-primary: with independent endpoints, the least
    every_at_most: float | None  # co-primary: were endpoints perfectly correlated
    correlation: float | None  # of different endpoints, as promised; None: independent
    trials: int | None  # simulated; None: none
    seed: int | None
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MultiplicityDesign:
    """How the hypotheses share alpha."""

    procedure: str
    weights: tuple[tuple[str, float], ...]  # (hypothesis, share of alpha) at the start
    transitions: tuple[tuple[str, str, float], ...]  # (from, to, share passed on)
    levels: tuple[AlphaLevel, ...]
    assumed: tuple[str, ...]
    success: SuccessOfSeveral | None = None  # None where fewer than two have a plan


@dataclass(frozen=True, slots=True)
class SizeAlone:
    """What one primary hypothesis would take by itself."""

    hypothesis: str
    alpha: float
    patients: float | None  # all arms together; None where events alone are planned
    events: float | None
    duration: float | None  # until its last look, under the alternative


@dataclass(frozen=True, slots=True)
class Sizing:
    """Which of several hypotheses decides the size, and what each would take alone."""

    goal: Literal["each", "all met"]  # who is to have the power: each one, or all together
    power: float  # promised
    driven_by: str  # id of the hypothesis with the largest trial
    alone: tuple[SizeAlone, ...]
    driven_power: float  # its power: above that promised where the others need more


@dataclass(frozen=True, slots=True)
class ArmPatients:
    """Patients of one arm of the trial."""

    arm: str  # id
    patients: float
    whole: int


@dataclass(frozen=True, slots=True)
class Assurance:
    """The chance that the trial succeeds, averaged over what is believed of the effect."""

    hypothesis: str
    prior: Prior
    measure: str  # whose scale the prior's mean is on
    probability: float
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SafetyCheck:
    """One check of a safety rule at which it can stop: at this many events or more."""

    patients: int
    stop_at: int


@dataclass(frozen=True, slots=True)
class SafetyDesign:
    """The bound of a safety rule and how it behaves."""

    rule: SafetyRule
    checks: tuple[SafetyCheck, ...]
    stops_if_acceptable: float  # chance of stopping at the acceptable probability
    stops_if_unacceptable: float | None
    patients_if_acceptable: float  # expected when it stops or ends
    patients_if_unacceptable: float | None
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class TrialDesign(Printed):
    """What the trial of a protocol will take."""

    protocol: Protocol  # `protocol.design` holds what was promised
    hypotheses: tuple[HypothesisDesign, ...]
    multiplicity: MultiplicityDesign | None  # None with one hypothesis
    alternatives: Alternatives | None  # None where nothing is given as a grid
    assurance: tuple[Assurance, ...]
    safety: tuple[SafetyDesign, ...]
    paragraphs: tuple[str, ...]  # for the protocol's statistics section, plain text
    notes: tuple[str, ...]  # the protocol's own, such as the standing of its assumptions
    assumed: tuple[str, ...]  # conventions and formulas, each once, in words
    sizing: Sizing | None = None  # None where one hypothesis, or the size given, decides
    arms: tuple[ArmPatients, ...] = ()  # every arm, also those no plan compares

    @property
    def patients(self) -> float | None:
        """Patients of all arms together."""
        return sum(arm.patients for arm in self.arms) if self.arms else None

    @property
    def patients_whole(self) -> int | None:
        """Whole patients of all arms together."""
        return sum(arm.whole for arm in self.arms) if self.arms else None

    @property
    def main(self) -> HypothesisDesign | None:
        """The hypothesis the trial is sized for, or the first that has a plan."""
        planned = [each for each in self.hypotheses if each.plan is not None]
        return next((each for each in planned if each.sized), next(iter(planned), None))

    def hypothesis(self, identifier: str) -> HypothesisDesign:
        """Find a hypothesis by its id."""
        return next(each for each in self.hypotheses if each.hypothesis == identifier)

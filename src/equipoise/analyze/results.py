"""What the analysis of a whole protocol holds: every number of the report, with its question.

`TrialAnalysis` is what `equipoise.analyze` returns and all that `report` reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from equipoise.analyze.estimates import Estimate, Interval, Number, TestResult
from equipoise.analyze.snapshot import Snapshot
from equipoise.kernel.arrays import Matrix, Vector
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, TimeToEvent
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Arm, Comparison, Hypothesis, Population, Protocol, Variable


@dataclass(frozen=True, slots=True)
class Verdict:
    """A hypothesis, its test, and whether p is within alpha."""

    hypothesis: Hypothesis
    test: TestResult
    p: Number  # of the protocol's sidedness
    rejected: bool | None  # None: the test does not exist for these data
    significance_level: float  # alpha as it applies to `p`


# --- baseline and follow-up -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContinuousSummary:
    """How a measurement is distributed in one column of the baseline table."""

    patients: int  # with a value
    missing: int  # without one
    mean: Number
    standard_deviation: Number
    median: Number
    lower_quartile: Number  # quantile definition 2 of Hyndman & Fan (SAS default PCTLDEF=5)
    upper_quartile: Number
    minimum: Number
    maximum: Number


@dataclass(frozen=True, slots=True)
class CategoricalSummary:
    """How many patients in each level, in one column of the baseline table."""

    patients: int  # with a value: the denominator of percentages
    missing: int  # without one
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One variable by arm; the key "" holds all arms together."""

    variable: Variable
    by_arm: Mapping[str, ContinuousSummary | CategoricalSummary]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Reverse Kaplan-Meier follow-up of one endpoint; arm None is all arms together."""

    endpoint: str
    arm: Arm | None
    patients: int
    median: Estimate
    lower_quartile: Number
    upper_quartile: Number
    longest: Number


# --- time to event --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Curve:
    """A step function with pointwise limits, ready to draw: constant from `time[j]` on.

    The first point is time 0 (or the earliest entry).  Limits are NaN where they do not exist.
    """

    time: Vector
    value: Vector
    lower: Vector
    upper: Vector
    censored_at: Vector  # times with at least one censoring, for tick marks
    interval_method: str


@dataclass(frozen=True, slots=True)
class RateAt:
    """The estimate at one landmark."""

    time: float
    at_risk: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class DifferenceAt:
    """The difference between two arms at one landmark, experimental minus control."""

    time: float
    estimate: Estimate
    test: TestResult


@dataclass(frozen=True, slots=True)
class ArmSurvival:
    """Kaplan-Meier of one arm."""

    arm: Arm
    patients: int
    events: int
    censored: int
    first_events: Mapping[str, int]  # which happening came first → patients
    curve: Curve
    median: Estimate
    lower_quartile: Estimate  # time by which 25% have had the event
    upper_quartile: Estimate
    landmarks: tuple[RateAt, ...]
    at_risk: tuple[int, ...]  # at `TimeToEventAnalysis.at_risk_times`
    restricted_mean: Estimate | None  # None where no time is common to the arms


@dataclass(frozen=True, slots=True)
class SubgroupEffect:
    """The hazard ratio within one level; `level` "" is all patients."""

    variable: str
    variable_label: str
    level: str
    patients: Mapping[str, int]  # arm id → patients
    events: Mapping[str, int]
    hazard_ratio: Estimate


@dataclass(frozen=True, slots=True)
class SubgroupInteraction:
    """Likelihood-ratio test that the hazard ratio is the same in every level."""

    variable: str
    test: TestResult


@dataclass(frozen=True, slots=True)
class RestrictedMeanComparison:
    """Restricted mean survival time up to `until`."""

    until: float
    difference: Estimate
    ratio: Estimate
    test: TestResult


@dataclass(frozen=True, slots=True)
class TimeToEventComparison:
    """Everything said about two arms and one time-to-event endpoint."""

    comparison: Comparison
    tests: tuple[TestResult, ...]  # the protocol's test first, then supporting tests
    hazard_ratio: Estimate  # stratified as the protocol's test
    hazard_ratio_tests: tuple[TestResult, ...]  # Wald, score, likelihood ratio
    unstratified_hazard_ratio: Estimate
    proportional_hazards: TestResult
    restricted_mean: RestrictedMeanComparison | None
    landmarks: tuple[DifferenceAt, ...]
    subgroups: tuple[SubgroupEffect, ...]
    interactions: tuple[SubgroupInteraction, ...]
    strata: tuple[str, ...]  # labels of the stratification variables used
    uninformative_strata: int  # strata with patients of one arm only
    left_out: int = 0  # patients without a stratum, in no stratified result


@dataclass(frozen=True, slots=True)
class TimeToEventAnalysis:
    """One time-to-event endpoint without competing events."""

    endpoint: TimeToEvent
    estimand: Estimand
    population: Population
    arms: tuple[ArmSurvival, ...]
    at_risk_times: tuple[float, ...]
    comparisons: tuple[TimeToEventComparison, ...]
    follow_up: tuple[FollowUp, ...]
    verdicts: tuple[Verdict, ...]
    assumed: tuple[str, ...]


# --- competing risks ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CauseIncidence:
    """Aalen-Johansen cumulative incidence of one cause in one arm."""

    cause: str
    events: int
    curve: Curve
    landmarks: tuple[RateAt, ...]


@dataclass(frozen=True, slots=True)
class ArmIncidence:
    """All causes in one arm; the first is the endpoint's event."""

    arm: Arm
    patients: int
    censored: int
    causes: tuple[CauseIncidence, ...]
    at_risk: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CompetingRisksComparison:
    """Gray's test per cause, differences at landmarks, and the cause-specific hazard ratio."""

    comparison: Comparison
    tests: Mapping[str, TestResult]  # cause → Gray's test
    landmarks: tuple[DifferenceAt, ...]  # of the endpoint's event; not stratified
    cause_specific_hazard_ratio: Estimate  # stratified as the tests
    unstratified_hazard_ratio: Estimate
    strata: tuple[str, ...] = ()  # labels of the stratification variables used
    left_out: int = 0  # patients without a stratum, in no stratified result


@dataclass(frozen=True, slots=True)
class CompetingRisksAnalysis:
    """One time-to-event endpoint with competing events."""

    endpoint: TimeToEvent
    estimand: Estimand
    population: Population
    arms: tuple[ArmIncidence, ...]
    at_risk_times: tuple[float, ...]
    comparisons: tuple[CompetingRisksComparison, ...]
    verdicts: tuple[Verdict, ...]
    assumed: tuple[str, ...]


# --- binary and continuous ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArmProportion:
    """Responders of one arm."""

    arm: Arm
    patients: int  # the denominator used
    responders: int
    missing: int
    proportion: Estimate


@dataclass(frozen=True, slots=True)
class BinaryComparison:
    """Difference and ratio of odds, unstratified and stratified."""

    comparison: Comparison
    difference: Estimate  # Miettinen-Nurminen
    stratified_difference: Estimate | None  # Mantel-Haenszel weights; None without strata
    odds_ratio: Estimate
    common_odds_ratio: Estimate | None  # Mantel-Haenszel
    tests: tuple[TestResult, ...]  # Fisher, chi-square, CMH
    strata: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BinaryAnalysis:
    """One binary endpoint."""

    endpoint: Binary
    estimand: Estimand
    population: Population
    arms: tuple[ArmProportion, ...]
    comparisons: tuple[BinaryComparison, ...]
    verdicts: tuple[Verdict, ...]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArmMean:
    """A measurement in one arm."""

    arm: Arm
    summary: ContinuousSummary
    mean: Estimate


@dataclass(frozen=True, slots=True)
class ContinuousComparison:
    """Difference in means, plain and adjusted for baseline."""

    comparison: Comparison
    difference: Estimate  # Welch
    adjusted_difference: Estimate | None  # ANCOVA; None without a baseline variable
    tests: tuple[TestResult, ...]


@dataclass(frozen=True, slots=True)
class ContinuousAnalysis:
    """One continuous endpoint."""

    endpoint: Continuous
    estimand: Estimand
    population: Population
    arms: tuple[ArmMean, ...]
    comparisons: tuple[ContinuousComparison, ...]
    verdicts: tuple[Verdict, ...]
    assumed: tuple[str, ...]


# --- adverse events -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AdverseEventCount:
    """Patients with at least one, and events, in one arm; patients by worst grade."""

    patients: int
    events: int
    by_worst_grade: Mapping[int, int]  # grade → patients whose worst this was


@dataclass(frozen=True, slots=True)
class AdverseEventRow:
    """One line of the table: an overview line, a system organ class, or a preferred term."""

    kind: str  # "overview" | "system organ class" | "preferred term"
    label: str
    system_organ_class: str | None
    by_arm: Mapping[str, AdverseEventCount]  # arm id → counts
    differences: Mapping[str, Estimate]  # comparison id → difference in proportions


@dataclass(frozen=True, slots=True)
class AdverseEventAnalysis:
    """Adverse events of the safety population, by the arm received."""

    endpoint: AdverseEvents
    estimand: Estimand
    population: Population
    arms: tuple[Arm, ...]
    patients: Mapping[str, int]  # arm id → patients at risk (denominators)
    overview: tuple[AdverseEventRow, ...]
    rows: tuple[AdverseEventRow, ...]  # classes by frequency, each followed by its terms
    comparisons: tuple[Comparison, ...]
    grades: tuple[int, ...]  # grades that occur; empty if not recorded
    left_out: int  # records not treatment-emergent
    assumed: tuple[str, ...]


EndpointAnalysis: TypeAlias = (
    TimeToEventAnalysis
    | CompetingRisksAnalysis
    | BinaryAnalysis
    | ContinuousAnalysis
    | AdverseEventAnalysis
)


@dataclass(frozen=True, slots=True)
class TrialAnalysis:
    """The whole analysis: the promise, the data, and every answer in the protocol's order."""

    protocol: Protocol
    snapshot: Snapshot
    baseline: tuple[BaselineRow, ...]
    endpoints: tuple[EndpointAnalysis, ...]  # one per estimand


__all__ = [
    "AdverseEventAnalysis",
    "AdverseEventCount",
    "AdverseEventRow",
    "ArmIncidence",
    "ArmMean",
    "ArmProportion",
    "ArmSurvival",
    "BaselineRow",
    "BinaryAnalysis",
    "BinaryComparison",
    "CategoricalSummary",
    "CauseIncidence",
    "CompetingRisksAnalysis",
    "CompetingRisksComparison",
    "ContinuousAnalysis",
    "ContinuousComparison",
    "ContinuousSummary",
    "Curve",
    "DifferenceAt",
    "EndpointAnalysis",
    "FollowUp",
    "Interval",
    "Matrix",
    "RateAt",
    "RestrictedMeanComparison",
    "SubgroupEffect",
    "SubgroupInteraction",
    "TimeToEventAnalysis",
    "TimeToEventComparison",
    "TrialAnalysis",
    "Verdict",
]

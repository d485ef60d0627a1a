"""The analysis of a time-to-event endpoint without competing events."""

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.analyze.estimates import Estimate, TestResult
from equipoise.analyze.results.baseline import FollowUp
from equipoise.analyze.results.shared import Curve, DifferenceAt, RateAt, Verdict
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Arm, Comparison, Population


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

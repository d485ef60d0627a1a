"""The analysis of a time-to-event endpoint with competing events."""

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.analyze.estimates import Estimate, TestResult
from equipoise.analyze.results.shared import Curve, DifferenceAt, RateAt, Verdict
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Arm, Comparison, Population


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

"""The analysis of a binary or a continuous endpoint."""

from dataclasses import dataclass

from equipoise.analyze.estimates import Estimate, TestResult
from equipoise.analyze.results.baseline import ContinuousSummary
from equipoise.analyze.results.shared import Verdict
from equipoise.protocol.endpoints import Binary, Continuous
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Arm, Comparison, Population


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
    left_out: int = 0  # patients without a stratum, in no stratified result


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

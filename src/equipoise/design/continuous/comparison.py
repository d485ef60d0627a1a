"""What is compared, and how precise the comparison is with so many patients.

For every design here the estimate is normal with variance V / n, n being all patients, and its
standard error is estimated with n - m degrees of freedom.  With r experimental patients per
control patient and standard deviations s (experimental) and c (control):

    one mean                V = s²                                    m = 1
    difference              V = (1 + r) (s²/r + c²)                   m = 2
    ratio, margin ρ         V = (1 + r) (s²/r + ρ² c²)                m = 2     in control means
    after q covariates      V = (1 - R²) × that of the difference     m = 2 + q
    crossover, two periods  V = 2 s² (within)                         m = 2

The ratio is tested as mean₁ - ρ mean₀ (Sasabuchi 1988; Kieser & Hauschke 2000).  V (1 - R²) is
the variance reduction of Borm et al. (2007), J Clin Epidemiol 60: 1234.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from equipoise.design.checks import check_above_zero, check_allocation
from equipoise.errors import DesignError

Measure: TypeAlias = Literal["mean", "mean difference", "mean ratio", "geometric mean ratio"]
LARGEST_LOG = 700.0
SMALLEST = 1e-100  # standard deviation
Allocation: TypeAlias = float | Literal["optimal"]


@dataclass(frozen=True, slots=True)
class MeanComparison:
    """One mean, or two compared, with all that decides about the precision."""

    measure: Measure
    effect: float
    null: float
    standard_deviation: float  # of the control arm, or of one patient's value
    experimental_standard_deviation: float
    allocation: float  # patients in the experimental arm per control patient; inf: one arm
    lost_degrees: float  # m: of freedom
    covariates: int = 0  # normal ones, adjusted for
    explained: float = 0.0  # R²: the part of the variance within arms that they explain
    pooled: bool = True  # False: each arm has its own variance, estimated (Welch)

    @property
    def two_arms(self) -> bool:
        """Whether patients are split between two parallel arms."""
        return bool(np.isfinite(self.allocation))

    @property
    def variance(self) -> float:
        """V: the variance of the estimate on the linear scale, times all patients."""
        if not self.two_arms:
            return self.standard_deviation**2
        ratio = self.allocation
        times = self.null if self.measure == "mean ratio" else 1.0
        control = (times * self.standard_deviation) ** 2
        spread = (1 + ratio) * (self.experimental_standard_deviation**2 / ratio + control)
        return spread * (1 - self.explained)

    @property
    def distance(self) -> float:
        """The effect less its null value, on the linear scale."""
        return self.linear(self.effect) - self.linear(self.null)

    @property
    def shares(self) -> tuple[float, float]:
        """The fractions of the patients in the control and in the experimental arm."""
        if not self.two_arms:
            return 0.0, 1.0
        return 1 / (1 + self.allocation), self.allocation / (1 + self.allocation)

    def linear(self, value: float) -> float:
        """Give an effect on the scale on which the test is linear."""
        return float(np.log(value)) if self.measure == "geometric mean ratio" else value

    def from_linear(self, value: float) -> float:
        """Give an effect from the scale on which the test is linear."""
        if self.measure != "geometric mean ratio":
            return value
        return float(np.exp(value)) if value < LARGEST_LOG else float(np.inf)

    def with_effect(self, effect: float) -> "MeanComparison":
        """Give the same comparison with another effect."""
        return replace(self, effect=effect)

    def with_arms(self, control: float, experimental: float) -> "MeanComparison":
        """Give the same comparison with its patients split like these."""
        if not self.two_arms:
            return self
        return replace(self, allocation=experimental / control)


def one_mean(effect: float, standard_deviation: float, *, null: float = 0.0) -> MeanComparison:
    """Compare one group's mean with a given value; also for differences within pairs.

    Args:
        effect: the mean under the alternative.
        standard_deviation: of one value (of one pair's difference).
        null: the mean under the null hypothesis.
    """
    check_deviation(standard_deviation)
    return MeanComparison(
        measure="mean",
        effect=effect,
        null=null,
        standard_deviation=standard_deviation,
        experimental_standard_deviation=standard_deviation,
        allocation=np.inf,
        lost_degrees=1.0,
    )


def paired_difference(
    effect: float, standard_deviation: float, *, correlation: float, null: float = 0.0
) -> MeanComparison:
    """Compare two values of the same patient; `standard_deviation` is that of each value."""
    check_correlation(correlation)
    spread = standard_deviation * float(np.sqrt(2 * (1 - correlation)))
    return one_mean(effect, spread, null=null)


def crossover_difference(
    effect: float, within_standard_deviation: float, *, null: float = 0.0
) -> MeanComparison:
    """Compare two treatments given to each patient in either order, as many patients in each."""
    spread = within_standard_deviation * float(np.sqrt(2.0))
    return replace(one_mean(effect, spread, null=null), measure="mean difference", lost_degrees=2.0)


def mean_difference(
    effect: float,
    standard_deviation: float,
    *,
    null: float = 0.0,
    allocation: Allocation = 1.0,
    experimental_standard_deviation: float | None = None,
    correlation: float = 0.0,
    covariates: int = 0,
) -> MeanComparison:
    """Compare the means of two arms, adjusted for covariates if any.

    Args:
        effect: experimental minus control under the alternative.
        standard_deviation: of the control arm; of both, unless the next but one is given.
        null: the margin; 0 for superiority.
        allocation: experimental per control, or "optimal": in proportion to the deviations.
        experimental_standard_deviation: if it differs; then the variances are not pooled.
        correlation: multiple correlation of the endpoint with the covariates, within arms.
        covariates: how many are adjusted for; each costs a degree of freedom.
    """
    check_deviation(standard_deviation)
    check_correlation(correlation)
    pooled = experimental_standard_deviation is None
    experimental = experimental_standard_deviation or standard_deviation
    check_deviation(experimental)
    if correlation and not covariates:
        raise DesignError(
            f"A correlation of {correlation:g} with no covariate reduces nothing; "
            "give `covariates`, how many the analysis adjusts for."
        )
    if covariates and not pooled:
        raise DesignError(
            "Adjusting for covariates takes one variance for both arms; leave out "
            "`experimental_standard_deviation`, or the covariates."
        )
    ratio = checked_allocation(allocation, experimental / standard_deviation)
    return MeanComparison(
        measure="mean difference",
        effect=effect,
        null=null,
        standard_deviation=standard_deviation,
        experimental_standard_deviation=experimental,
        allocation=ratio,
        lost_degrees=2.0 + covariates,
        covariates=covariates,
        explained=correlation**2,
        pooled=pooled,
    )


def mean_ratio(
    effect: float,
    standard_deviation: float,
    *,
    null: float = 1.0,
    allocation: Allocation = 1.0,
) -> MeanComparison:
    """Compare two arms by the ratio of their means, tested as a difference mean₁ - null·mean₀.

    Args:
        effect: experimental over control under the alternative.
        standard_deviation: of both arms, in units of the control mean.
        null: the ratio under the null hypothesis.
        allocation: experimental per control, or "optimal": 1 / null.
    """
    check_deviation(standard_deviation)
    check_above_zero(effect, "The ratio of means")
    check_above_zero(null, "The ratio of means under the null hypothesis")
    ratio = checked_allocation(allocation, 1 / null)
    return MeanComparison(
        measure="mean ratio",
        effect=effect,
        null=null,
        standard_deviation=standard_deviation,
        experimental_standard_deviation=standard_deviation,
        allocation=ratio,
        lost_degrees=2.0,
    )


def geometric_mean_ratio(
    effect: float,
    coefficient_of_variation: float,
    *,
    null: float = 1.0,
    allocation: Allocation = 1.0,
    crossover: bool = False,
) -> MeanComparison:
    """Compare log-normal values by the ratio of geometric means, a difference of mean logs.

    Args:
        effect: experimental over control under the alternative.
        coefficient_of_variation: of the values: variance of the log is log(1 + CV²).
        null: the ratio under the null hypothesis.
        allocation: experimental per control, or "optimal": 1.
        crossover: each patient receives both, in either order; the CV is within patients.
    """
    check_above_zero(effect, "The ratio of geometric means")
    check_above_zero(null, "The ratio of geometric means under the null hypothesis")
    check_above_zero(coefficient_of_variation, "The coefficient of variation")
    deviation = float(np.sqrt(np.log1p(coefficient_of_variation**2)))
    if crossover:
        base = crossover_difference(0.0, deviation)
    else:
        base = mean_difference(0.0, deviation, allocation=allocation)
    return replace(base, measure="geometric mean ratio", effect=effect, null=null)


def check_deviation(deviation: float) -> None:
    """Refuse a standard deviation that is none, or whose square no computer holds."""
    check_above_zero(deviation, "The standard deviation")
    if not SMALLEST <= deviation <= 1 / SMALLEST:
        raise DesignError(
            f"The standard deviation is {deviation:g}; measure in a unit that makes it "
            f"{SMALLEST:g} to {1 / SMALLEST:g}."
        )


def check_correlation(correlation: float) -> None:
    """Refuse a correlation outside -1 to 1, both excluded."""
    if not -1 < correlation < 1:
        raise DesignError(
            f"The correlation is {correlation:g}; give one between -1 and 1, not the ends."
        )


def checked_allocation(allocation: Allocation, optimal: float) -> float:
    """Give the allocation as a number: experimental patients per control patient."""
    if allocation == "optimal":
        return optimal
    check_allocation(float(allocation))
    return float(allocation)

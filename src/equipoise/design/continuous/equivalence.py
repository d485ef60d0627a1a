"""Equivalence of means: two one-sided t-tests, both of which must succeed.

Equivalence is concluded when the estimate is more than t_{f, α} estimated standard errors above
the lower margin and as far below the upper one (Schuirmann 1987).  With ε = √(V / n),

    power = E [Φ((U - θ)/ε - t u) - Φ((L - θ)/ε + t u)]⁺,   u² ~ χ²_f / f      (Owen 1965).

Margins are on the scale of the effect; a ratio of geometric means is compared by its logarithm.
"""

import numpy as np
from scipy.special import ndtr

from equipoise.design.checks import check_alpha, check_power
from equipoise.design.continuous.comparison import MeanComparison
from equipoise.design.continuous.fixed import (
    Test,
    bracketed_root,
    check_patients,
    check_size,
    fewest_patients,
)
from equipoise.errors import DesignError
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.student import student_upper_quantile, within_both_margins


def means_equivalence_power(
    comparison: MeanComparison,
    patients: float,
    *,
    lower: float,
    upper: float,
    alpha: float = 0.025,
    test: Test = "t",
) -> float:
    """Give the chance that both one-sided tests succeed.

    Args:
        comparison: what is compared; `effect` is the truth, its null value plays no part.
        patients: in all.
        lower: margin below.
        upper: margin above.
        alpha: of each of the two tests.
        test: "t" estimates the variance, "z" knows it.

    Raises:
        DesignError: for margins out of order, too few patients, or what has no exact power here.

    Accuracy: 1e-12 absolute.

    Witness: SAS PROC POWER (design-0087); PowerTOST by double integration; law: symmetric.

    >>> from equipoise.design.continuous.comparison import mean_difference
    >>> difference = mean_difference(0.01, 0.1)
    >>> round(means_equivalence_power(difference, 140, lower=-0.04, upper=0.06, alpha=0.05), 3)
    0.806
    """
    check_margins(comparison, lower, upper)
    check_patients(comparison, patients, test)
    below, above = _distances(comparison, lower, upper)
    per_error = float(np.sqrt(patients / comparison.variance))
    if test == "z":
        critical = upper_quantile(alpha)
        reach = ndtr(above * per_error - critical) - ndtr(below * per_error + critical)
        return float(max(0.0, reach))
    degrees = patients - comparison.lost_degrees
    critical = student_upper_quantile(alpha, degrees)
    return within_both_margins(critical, degrees, below * per_error, above * per_error)


def means_equivalence_patients(
    comparison: MeanComparison,
    power: float,
    *,
    lower: float,
    upper: float,
    alpha: float = 0.025,
    test: Test = "t",
) -> float:
    """Give the patients in all, with their fraction, that show equivalence with a power.

    Args:
        comparison: from `mean_difference`, `one_mean`, `mean_ratio`, ....
        power: to reach.
        lower: limit of equivalence.
        upper: limit of equivalence.
        alpha: of each of the two one-sided tests.
        test: "t" estimates the variance, "z" knows it.

    Raises:
        DesignError: where the true effect does not lie between the margins.

    Accuracy: 1e-10 relative.

    Witness: SAS PROC POWER (design-0087); law: `means_equivalence_power` at this number.
    """
    check_margins(comparison, lower, upper)
    check_alpha(alpha)
    check_power(power, alpha)
    below, above = _distances(comparison, lower, upper)
    if not below < 0 < above:
        raise DesignError(
            f"The true effect {comparison.effect:g} does not lie between the margins {lower:g} "
            f"and {upper:g}; no number of patients shows equivalence. Widen the margins."
        )

    def lacking(log_patients: float) -> float:
        reached = means_equivalence_power(
            comparison,
            float(np.exp(log_patients)),
            lower=lower,
            upper=upper,
            alpha=alpha,
            test=test,
        )
        return reached - power

    drift = upper_quantile(alpha) + upper_quantile(1 - power)
    guess = comparison.variance * (drift / min(-below, above)) ** 2
    check_size(guess)
    lowest = fewest_patients(comparison) * (1 + 1e-12) if test == "t" else 0.0
    return float(np.exp(bracketed_root(lacking, lowest, max(guess, lowest * 1.01))))


def check_margins(comparison: MeanComparison, lower: float, upper: float) -> None:
    """Refuse margins out of order, and comparisons whose exact power is another integral."""
    if not lower < upper:
        raise DesignError(
            f"The lower margin {lower:g} is not below the upper one, {upper:g}; exchange them."
        )
    if comparison.measure == "mean ratio":
        raise DesignError(
            "Equivalence by the ratio of arithmetic means is not offered; use "
            "`geometric_mean_ratio` with the coefficient of variation, or margins on a difference."
        )
    if comparison.measure == "geometric mean ratio" and lower <= 0:
        raise DesignError(f"The lower margin of a ratio is {lower:g}; give one above 0.")
    if comparison.covariates or not comparison.pooled:
        raise DesignError(
            "Equivalence takes one variance for both arms and no covariates; reduce the standard "
            "deviation by √(1 - R²) instead of giving covariates."
        )


def _distances(comparison: MeanComparison, lower: float, upper: float) -> tuple[float, float]:
    truth = comparison.linear(comparison.effect)
    return comparison.linear(lower) - truth, comparison.linear(upper) - truth

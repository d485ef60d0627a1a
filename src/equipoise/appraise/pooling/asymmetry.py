"""Whether small studies find more than large ones: asymmetry of the funnel.

    Egger     y_i = β₀ + β₁ s_i, weights 1/s_i², residual variance free, t of k - 2 degrees;
              β₁ ≠ 0 is asymmetry, β₀ the effect of an infinitely large study  (Egger et al. 1997)
    Begg      Kendall's τ of (y_i - μ̂) / √(s_i² - 1/Σw) and s_i²         (Begg & Mazumdar 1994)

Asymmetry has many causes; publication bias is one.  Below ten studies neither test sees much.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analyze.estimates import Interval, Number
from equipoise.appraise.pooling.pool import as_printed, check_studies, quantile, spread, wald_p
from equipoise.appraise.pooling.studies import StudyEffect, check_level
from equipoise.errors import NotEstimable
from equipoise.kernel.arrays import Vector
from equipoise.kernel.heterogeneity import weighted

LEAST = 3
ENOUGH = 10  # studies, below which these tests have hardly any power


@dataclass(frozen=True, slots=True)
class FunnelAsymmetry:
    """Egger's and Begg's tests."""

    studies: tuple[StudyEffect, ...]
    slope: float  # change of the effect per unit of standard error
    slope_error: float
    statistic: Number  # Egger's t
    degrees_of_freedom: int
    p: Number
    at_infinite_size: Number  # the effect, as printed, where the standard error is 0
    at_infinite_size_interval: Interval
    kendall_tau: float
    kendall_p: float
    assumed: tuple[str, ...]


def funnel_asymmetry(studies: Sequence[StudyEffect], *, level: float = 0.95) -> FunnelAsymmetry:
    """Test whether the effect changes with the standard error of the study.

    Raises:
        ClaimError: studies that cannot be put together.
        NotEstimable: fewer than three studies, or all with one standard error.

    Accuracy: 1e-9.  Witness: R metafor 3.8 `regtest(model="lm")`, `ranktest`.
    """
    check_studies(studies)
    check_level(level)
    value = np.array([study.estimate for study in studies])
    error = np.array([study.standard_error for study in studies])
    if value.size < LEAST or np.ptp(error) == 0.0:
        why = "are too few" if value.size < LEAST else "all have one standard error"
        raise NotEstimable(f"The {value.size} studies {why} to see asymmetry. Give more.")
    variance, degrees = error**2, value.size - 2
    line = weighted(value, variance, 0.0, np.column_stack([np.ones(value.size), error]))
    spreads = np.sqrt(np.diag(line.covariance) * line.q / degrees)
    statistic, p = wald_p(float(line.coefficients[1]), float(spreads[1]), degrees)
    scale, start = studies[0].scale, float(line.coefficients[0])
    lower, upper = spread(start, float(spreads[0]), quantile(level, degrees))
    rank, rank_p = _begg(value, variance)
    few = (
        (
            f"With {value.size} studies these tests have little power: a large P is no evidence of "
            "symmetry."
        ),
    )
    return FunnelAsymmetry(
        studies=tuple(studies),
        slope=float(line.coefficients[1]),
        slope_error=float(spreads[1]),
        statistic=statistic,
        degrees_of_freedom=degrees,
        p=p,
        at_infinite_size=as_printed(start, scale),
        at_infinite_size_interval=Interval(
            as_printed(lower, scale), as_printed(upper, scale), level, f"t, {degrees} degrees"
        ),
        kendall_tau=rank,
        kendall_p=rank_p,
        assumed=(
            "Egger's regression on the standard error, with multiplicative residual variance.",
            (
                "Asymmetry can come from bias in what is published, from real differences between "
                "small and large studies, or by chance."
            ),
            *(few if value.size < ENOUGH else ()),
        ),
    )


def _begg(value: Vector, variance: Vector) -> tuple[float, float]:
    """Give Kendall's τ of standardized effects and variances, and its P."""
    from scipy.stats import kendalltau  # noqa: PLC0415 - slow to import, used here alone

    middle = weighted(value, variance, 0.0, np.ones((value.size, 1)))
    standardized = middle.residual / np.sqrt(variance - middle.covariance[0, 0])
    rank = kendalltau(standardized, variance)
    return float(rank.statistic), float(rank.pvalue)

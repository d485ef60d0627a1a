"""What two event rates tell about their ratio, patient by patient.

A patient observed for time t has a negative binomial number of events with mean μ = λ t and
variance μ + k μ² (k = 0: Poisson).  The information on log λ is μ / (1 + k μ); over arms,

    1 / I = 1 / Σ_control μ/(1 + kμ) + 1 / Σ_experimental μ/(1 + kμ)      (Mütze et al. 2019,
                                                       Stat Methods Med Res 28: 2326)

in each stratum, and the strata's information adds up (one common ratio, a baseline each).
With one time for all it is the variance of Friede & Schmidli (2010) and of method 2 of Zhu &
Lakkis (2014, Stat Med 33: 376), whose methods 1 and 3 take other rates under the null.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from equipoise.design.checks import check_above_zero
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector

NullVariance: TypeAlias = Literal[
    "true rates", "control rate", "null maximum likelihood", "pooled rate"
]
"""Zhu & Lakkis's methods 2, 1 and 3; the mean of both rates, as allocated (lrstat)."""


@dataclass(frozen=True, slots=True)
class RateComparison:
    """Two rates compared by their ratio, experimental over control."""

    control_rate: float  # events per patient and time unit
    experimental_rate: float
    null: float  # the ratio under the null hypothesis
    control_dispersion: float  # k
    experimental_dispersion: float
    allocation: float  # experimental patients per control patient
    strata: tuple[tuple[float, float], ...] = ()  # (share, rate as a multiple of those above)

    @property
    def stratum_shares(self) -> Vector:
        """The fraction of the patients in each stratum; one stratum if none are given."""
        return np.array([share for share, _ in self.strata] or [1.0])

    @property
    def stratum_multiples(self) -> Vector:
        """The rate of each stratum as a multiple of the arm's."""
        return np.array([multiple for _, multiple in self.strata] or [1.0])

    @property
    def ratio(self) -> float:
        """The rate ratio under the alternative."""
        return self.experimental_rate / self.control_rate

    @property
    def distance(self) -> float:
        """The log ratio less its null value."""
        return float(np.log(self.ratio / self.null))

    @property
    def shares(self) -> tuple[float, float]:
        """The fractions of the patients in the control and in the experimental arm."""
        return 1 / (1 + self.allocation), self.allocation / (1 + self.allocation)

    def with_ratio(self, ratio: float) -> "RateComparison":
        """Give the same control rate with another ratio."""
        return replace(self, experimental_rate=self.control_rate * ratio)

    def with_rates(self, control: float, experimental: float) -> "RateComparison":
        """Give the same comparison with other rates."""
        return replace(self, control_rate=control, experimental_rate=experimental)

    def with_allocation(self, allocation: float) -> "RateComparison":
        """Give the same comparison with patients split otherwise."""
        return replace(self, allocation=allocation)


def rate_ratio(  # noqa: PLR0913 - rates may be given in three ways
    ratio: float | None = None,
    *,
    control_rate: float | None = None,
    experimental_rate: float | None = None,
    pooled_rate: float | None = None,
    null: float = 1.0,
    dispersion: float = 0.0,
    experimental_dispersion: float | None = None,
    allocation: float = 1.0,
    strata: tuple[tuple[float, float], ...] = (),
) -> RateComparison:
    """Compare two event rates, given any two of ratio, control, experimental and pooled rate.

    Args:
        ratio: experimental over control under the alternative.
        control_rate: events per patient and time unit.
        experimental_rate: likewise.
        pooled_rate: over both arms, patients weighted as allocated (known while blinded).
        null: the ratio under the null hypothesis; a margin in a non-inferiority trial.
        dispersion: k, of the variance μ + kμ²; 0 is Poisson.
        experimental_dispersion: if it differs.
        allocation: experimental patients per control patient.
        strata: (share of the patients, multiple of both arms' rates) of each, if any.

    Raises:
        DesignError: for rates, ratios or dispersions that are none, or not two of the four.

    >>> comparison = rate_ratio(0.7, pooled_rate=0.234)
    >>> round(comparison.control_rate, 6)
    0.275294
    """
    given = {"ratio": ratio, "control rate": control_rate, "experimental rate": experimental_rate}
    given |= {"pooled rate": pooled_rate, "null ratio": null, "allocation": allocation}
    for name, value in given.items():
        if value is not None:
            check_above_zero(value, f"The {name}")
    for value in (dispersion, experimental_dispersion or 0.0):
        if not (np.isfinite(value) and value >= 0):
            raise DesignError(f"The dispersion is {value:g}; give 0 (Poisson) or more.")
    shares = [share for share, _ in strata] or [1.0]
    if min(shares) <= 0 or abs(sum(shares) - 1) > 1e-9 or any(m <= 0 for _, m in strata):  # noqa: PLR2004
        raise DesignError(
            f"The strata are {strata}; shares must add up to 1, and shares and multiples of the "
            "rate be above 0."
        )
    control, experimental = _both(ratio, control_rate, experimental_rate, pooled_rate, allocation)
    return RateComparison(
        control_rate=control,
        experimental_rate=experimental,
        null=null,
        control_dispersion=dispersion,
        experimental_dispersion=(
            dispersion if experimental_dispersion is None else experimental_dispersion
        ),
        allocation=allocation,
        strata=strata,
    )


def _both(
    ratio: float | None,
    control: float | None,
    experimental: float | None,
    pooled: float | None,
    allocation: float,
) -> tuple[float, float]:
    """Give both rates from two of the four."""
    match (ratio, control, experimental, pooled):
        case (None, float() | int(), float() | int(), None):
            return control, experimental
        case (float() | int(), float() | int(), None, None):
            return control, control * ratio
        case (float() | int(), None, float() | int(), None):
            return experimental / ratio, experimental
        case (float() | int(), None, None, float() | int()):
            first = pooled * (1 + allocation) / (1 + allocation * ratio)
            return first, first * ratio
    raise DesignError(
        "Give two of: the ratio with one of control, experimental or pooled rate; or the control "
        "and the experimental rate."
    )

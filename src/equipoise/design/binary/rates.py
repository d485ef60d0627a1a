"""Two response rates, the statistic that compares them, and its spread per patient.

With p1 (experimental), p0 (control) and r experimental patients per control patient, each
statistic estimates a distance d from the null with variance σ²/n, n patients in all:

    risk difference   p1 - p0 - Δ            p1(1-p1)(1+r)/r + p0(1-p0)(1+r)
    risk ratio        p1 - ρ p0              p1(1-p1)(1+r)/r + ρ² p0(1-p0)(1+r)
    log risk ratio    log(p1/p0) - log ρ     (1-p1)/p1 (1+r)/r + (1-p0)/p0 (1+r)
    log odds ratio    log ψ - log ψ₀         (1+r)/(r p1(1-p1)) + (1+r)/(p0(1-p0))
    arcsine           asin √p1 - asin √p0    (1+r)²/(4r)

A *score* test takes σ₀² at the rates fitted under the null (Farrington & Manning 1990; the
pooled rate where the null is no difference), a *Wald* test at the rates as they are (σ₁²):

    n = ((z_α σ₀ + z_β σ₁) / d)²,   power = Φ((d √n - z_α σ₀) / σ₁).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.design.checks import check_allocation
from equipoise.errors import DesignError
from equipoise.kernel.two_by_two import (
    constrained_difference,
    constrained_odds,
    constrained_ratio,
)

Measure = Literal["risk difference", "risk ratio", "odds ratio"]
RateTest = Literal["score", "wald", "log score", "log wald", "arcsine"]
TESTS: dict[Measure, tuple[RateTest, ...]] = {
    "risk difference": ("score", "wald", "arcsine"),
    "risk ratio": ("score", "wald", "log score", "log wald"),
    "odds ratio": ("log score", "log wald"),
}
NO_DIFFERENCE: dict[Measure, float] = {
    "risk difference": 0.0,
    "risk ratio": 1.0,
    "odds ratio": 1.0,
}
CLOSE = 1e-9  # an effect this near the null is no effect


@dataclass(frozen=True, slots=True)
class TwoRates:
    """Response probabilities of two arms, and how they are compared.

    `null` is the effect to be ruled out: a margin, or None for no difference.  `test` is
    "score" or "wald" on the natural scale of the measure; for the odds ratio both mean the
    log scale.
    """

    control: float
    experimental: float
    measure: Measure = "risk difference"
    null: float | None = None
    test: RateTest = "score"
    allocation: float = 1.0  # experimental patients per control patient

    @property
    def null_effect(self) -> float:
        """The effect under the null hypothesis."""
        return NO_DIFFERENCE[self.measure] if self.null is None else self.null

    @property
    def effect(self) -> float:
        """The planned effect on the scale of the measure."""
        return effect_of(self.measure, self.experimental, self.control)

    @property
    def statistic(self) -> RateTest:
        """The test; on the log scale wherever the measure is an odds ratio."""
        if self.measure == "odds ratio" and self.test in ("score", "wald"):
            return "log score" if self.test == "score" else "log wald"
        return self.test


@dataclass(frozen=True, slots=True)
class Spread:
    """A statistic's distance from the null, and its standard deviations times √n."""

    distance: float  # signed: positive if the experimental effect is above the null
    null_sd: float
    alternative_sd: float

    def fixed_patients(self, z_alpha: float, z_beta: float) -> float:
        """Give the patients of one analysis, as calculated."""
        spread = z_alpha * self.null_sd + z_beta * self.alternative_sd
        return (spread / self.distance) ** 2


def effect_of(measure: Measure, experimental: float, control: float) -> float:
    """Give the effect of two rates on the scale of the measure.

    Witness: definition.

    >>> round(effect_of("odds ratio", 0.5, 0.25), 12)
    3.0
    """
    if measure == "risk difference":
        return experimental - control
    if measure == "risk ratio":
        return experimental / control
    return experimental * (1 - control) / ((1 - experimental) * control)


def experimental_rate(measure: Measure, effect: float, control: float) -> float:
    """Give the experimental rate that makes the effect.

    Raises:
        DesignError: No probability does.

    Witness: inverse of `effect_of` (tests/laws).
    """
    if measure == "risk difference":
        rate = control + effect
    elif measure == "risk ratio":
        rate = control * effect
    else:
        rate = control * effect / (1 - control + control * effect)
    if not 0 < rate < 1:
        raise DesignError(
            f"A {measure} of {effect:g} over a control rate of {control:g} gives an experimental "
            f"rate of {rate:g}, which must lie between 0 and 1. Plan a smaller effect."
        )
    return rate


def spread(rates: TwoRates, *, equal: bool = False) -> Spread:
    """Give the statistic's distance from the null and its two standard deviations.

    Args:
        rates: both rates, the measure, the null and the test.
        equal: whether the effect may equal the null.

    Raises:
        DesignError: The rates, the null or the test do not fit together.

    Witness: Farrington & Manning (1990); gsDesign `nBinomial`; rpact `getSampleSizeRates`.

    >>> found = spread(TwoRates(0.3, 0.5))
    >>> round(found.fixed_patients(1.959963984540054, 1.2815515655446004), 4)
    247.9973
    """
    checked(rates, equal=equal)
    p1, p0, null = rates.experimental, rates.control, rates.null_effect
    q1, q0 = _under_null(rates)
    if rates.statistic == "arcsine":
        at_null = p0 + null
        distance = np.arcsin(np.sqrt(p1)) - np.arcsin(np.sqrt(at_null))
        sd = (1 + rates.allocation) / (2 * np.sqrt(rates.allocation))
        return Spread(float(distance), float(sd), float(sd))
    alternative = _standard_deviation(rates, p1, p0)
    wald = rates.statistic in ("wald", "log wald")
    under_null = alternative if wald else _standard_deviation(rates, q1, q0)
    return Spread(_distance(rates, p1, p0), under_null, alternative)


def checked(rates: TwoRates, *, equal: bool = False) -> TwoRates:
    """Refuse rates and nulls that no test could compare.

    Args:
        rates: as asked.
        equal: whether the planned effect may equal the null.
    """
    for name, rate in (("control", rates.control), ("experimental", rates.experimental)):
        if not 0 < rate < 1:
            raise DesignError(
                f"The {name} rate must lie between 0 and 1, found {rate:g}. "
                "With a certain outcome there is nothing to compare."
            )
    check_allocation(rates.allocation)
    if rates.statistic not in TESTS[rates.measure]:
        offered = ", ".join(TESTS[rates.measure])
        raise DesignError(f"A {rates.measure} has no {rates.test} test. Choose one of: {offered}.")
    _check_null(rates)
    if not equal and abs(_distance(rates, rates.experimental, rates.control)) < CLOSE:
        raise DesignError(
            f"The planned {rates.measure} {rates.effect:g} equals the null {rates.null_effect:g}: "
            "no number of patients tells them apart. Plan another effect or another margin."
        )
    return rates


def _check_null(rates: TwoRates) -> None:
    null = rates.null_effect
    low, high = (-1.0, 1.0) if rates.measure == "risk difference" else (0.0, np.inf)
    if not low < null < high:
        raise DesignError(
            f"The null {rates.measure} must lie between {low:g} and {high:g}, found {null:g}."
        )
    if rates.statistic == "arcsine" and not 0 < rates.control + null < 1:
        raise DesignError(
            f"A margin of {null:g} on a control rate of {rates.control:g} leaves the range of "
            "probabilities. Use the score test or a smaller margin."
        )


def _under_null(rates: TwoRates) -> tuple[float, float]:
    """Fit both rates under the null, as if the planned rates were seen in one patient."""
    r = rates.allocation
    if rates.null_effect == NO_DIFFERENCE[rates.measure]:
        pooled = (r * rates.experimental + rates.control) / (1 + r)
        return pooled, pooled
    n1, n0 = np.asarray(r / (1 + r)), np.asarray(1 / (1 + r))
    fit = {
        "risk difference": constrained_difference,
        "risk ratio": constrained_ratio,
        "odds ratio": constrained_odds,
    }[rates.measure]
    at_null = np.asarray(rates.null_effect, dtype=np.float64)
    q1, q0 = fit(n1 * rates.experimental, n1, n0 * rates.control, n0, at_null)
    return float(q1), float(q0)


def _distance(rates: TwoRates, p1: float, p0: float) -> float:
    null = rates.null_effect
    if rates.statistic in ("log score", "log wald"):
        return float(np.log(effect_of(rates.measure, p1, p0)) - np.log(null))
    return p1 - p0 - null if rates.measure == "risk difference" else p1 - null * p0


def _standard_deviation(rates: TwoRates, p1: float, p0: float) -> float:
    """Give √n times the standard error of the statistic at two rates."""
    v1, v0 = p1 * (1 - p1), p0 * (1 - p0)
    if rates.measure == "odds ratio":
        v1, v0 = 1 / v1, 1 / v0
    elif rates.statistic in ("log score", "log wald"):
        v1, v0 = (1 - p1) / p1, (1 - p0) / p0
    elif rates.measure == "risk ratio":
        v0 *= rates.null_effect**2
    total = 1 + rates.allocation
    return float(np.sqrt(v1 * total / rates.allocation + v0 * total))

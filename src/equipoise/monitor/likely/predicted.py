"""Predictive power at a look, under normal beliefs about the effect.

A belief N(m, s²) of the advantage is N(m λ, s² λ²) of the drift, with λ the drift per advantage;
what is averaged is conditional power over the belief as updated by z at this look.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from equipoise.design.adaptive.priors import NormalPrior
from equipoise.design.sequential.conditional_power import Futility, bounds
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.conditional_power import Bounds, predictive_stopping
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.normal import upper_tail
from equipoise.kernel.sequential import StoppingProbability
from equipoise.monitor.likely.rest import Rest
from equipoise.monitor.likely.values import PredictedChances, PredictedEnd
from equipoise.monitor.statistics.effect_scale import EffectScale

NARROW = 1e-4  # variance of a belief about the drift: a walk would lose its digits
POINTS = 8  # of a narrow belief: power is all but linear over it


@dataclass(frozen=True, slots=True)
class DriftLaw:
    """What is believed of the drift before the trial: normal, or flat."""

    mean: float = 0.0
    variance: float | None = None  # None: flat

    @property
    def precision(self) -> float:
        """1 / variance; 0 where flat."""
        return 0.0 if self.variance is None else 1.0 / self.variance


def law_of(belief: NormalPrior | None, slope: float) -> DriftLaw:
    """Give a belief of the advantage as one of the drift; None: a flat one."""
    if belief is None:
        return DriftLaw()
    return DriftLaw(slope * belief.mean, (slope * belief.sd) ** 2)


def predicted_chances(
    rest: Rest, name: str, law: DriftLaw, scale: EffectScale, *, level: float
) -> PredictedChances:
    """Give predictive power in all its ways under one belief.

    Args:
        rest: the trial from here.
        name: of the belief.
        law: what it says of the drift.
        scale: of the effect.
        level: of the intervals of what the end will show.

    Accuracy: 1e-10.

    Witness: gsDesign `gsPP`, `gsPI`; conditional power averaged by quadrature.
    """
    obeyed, ignored = (_stops(rest, law, each) for each in ("obeyed", "ignored"))
    parts = split(rest, obeyed)
    at_last, fixed = (_ends_above(rest, law, c) for c in (rest.last_bound, rest.fixed_bound))
    return PredictedChances(
        belief=name,
        futility_ignored=float(ignored.upper.sum()),
        futility_obeyed=float(obeyed.upper.sum()),
        at_last=at_last,
        fixed=fixed,
        efficacy=parts[0],
        futility=parts[1],
        other_side=parts[2],
        efficacy_ignoring=vector(ignored.upper),
        end=_end(rest, law, scale, level),
    )


def split(rest: Rest, stops: StoppingProbability) -> tuple[Vector, Vector, Vector]:
    """Give first stops by look for efficacy, futility and the other side: they add to 1."""
    two_sided = rest.drawn.sides > 1
    other = np.array(stops.lower if two_sided else np.zeros(stops.upper.size))
    futile = np.array(stops.inner if two_sided else stops.lower)
    futile[-1] = max(0.0, 1.0 - stops.upper.sum() - other.sum() - futile[:-1].sum())
    return vector(stops.upper), vector(futile), vector(other)


def _stops(rest: Rest, law: DriftLaw, futility: Futility) -> StoppingProbability:
    if law.variance is None or law.variance >= NARROW:
        later = bounds(rest.drawn, futility).after(rest.look)
        return _predictive(rest, law, later)
    middle, spread = _posterior(rest, law)
    node, weight = hermegauss(POINTS)
    weight = weight / weight.sum()
    each = rest.stops(middle + np.sqrt(spread) * node, futility)
    return StoppingProbability(
        *(vector(weight @ side) for side in (each.upper, each.lower, each.inner))
    )


def _predictive(rest: Rest, law: DriftLaw, later: Bounds) -> StoppingProbability:
    return predictive_stopping(later, rest.at, rest.z, mean=law.mean, precision=law.precision)


def _posterior(rest: Rest, law: DriftLaw) -> tuple[float, float]:
    """Give mean and variance of the drift as believed after this look."""
    variance = 1.0 / (law.precision + rest.at)
    return variance * (law.precision * law.mean + rest.z * np.sqrt(rest.at)), variance


def _score_at_end(rest: Rest, law: DriftLaw) -> tuple[float, float]:
    """Give mean and standard deviation of the score at the last look, as predicted."""
    middle, variance = _posterior(rest, law)
    ahead = rest.end - rest.at
    spread = np.sqrt(ahead * (1.0 + ahead * variance))
    return float(rest.z * np.sqrt(rest.at) + middle * ahead), float(spread)


def _ends_above(rest: Rest, law: DriftLaw, critical: float) -> float:
    mean, spread = _score_at_end(rest, law)
    return upper_tail((critical * float(np.sqrt(rest.end)) - mean) / spread)


def _end(rest: Rest, law: DriftLaw, scale: EffectScale, level: float) -> PredictedEnd:
    """Give the interval of z and of the estimate at the last look."""
    mean, spread = _score_at_end(rest, law)
    reach = normal_quantile(level) * spread
    score = (mean - reach, mean, mean + reach)
    root = float(np.sqrt(rest.end))
    low, middle, high = (each / root for each in score)
    if rest.slope is None:
        return PredictedEnd(level, middle, (low, high), None, None)
    worst, best, most = (scale.value(each / (rest.end * rest.slope)) for each in score)
    return PredictedEnd(level, middle, (low, high), best, (min(worst, most), max(worst, most)))

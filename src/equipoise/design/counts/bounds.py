"""The rate ratio that a bound stands for, the control rate held at its planned value.

At a look the information on the log ratio x depends on x itself: the estimate at a bound z is

    (x - log null) √I(x) = ± z          (as in rpact; Mütze et al. 2019 write it with I fixed)

Toward 0 the experimental arm's events vanish, so a low bound may be out of reach of any ratio,
however small: then it is told as 0.
"""

import numpy as np

from equipoise.design.counts.trial import Trial
from equipoise.design.sequential.describe import EffectAt
from equipoise.kernel.arrays import Vector
from equipoise.kernel.minimum import least_between
from equipoise.kernel.root import root_between

STEP = 0.05  # of the log ratio, to begin the search
GROWTH = 1.5
PEAK = 1e-5  # of the log ratio: near enough to tell whether the bound is reached


def ratio_at_bound(trial: Trial, time: float, statistic: float) -> float:
    """Give the rate ratio whose (log ratio - log null) √information is `statistic`.

    Args:
        trial: with its planned rates.
        time: calendar time of the look.
        statistic: positive for ratios above the null value.

    Accuracy: 1e-10 relative.

    Witness: rpact getSampleSizeCounts, fixed designs (plan-rpact-0160, 0161, 0162).
    """
    null = trial.comparison.null
    side = 1.0 if statistic > 0 else -1.0
    wanted = abs(statistic)
    if wanted == 0:
        return null

    information = trial.information_by_ratio(time)

    def short(distance: float) -> float:
        ratio = np.array([null * np.exp(side * distance)])
        return distance * float(np.sqrt(information(ratio)[0])) - wanted

    low, high, lack = 0.0, STEP, short(STEP)
    while lack < 0:
        low, high, before = high, high * GROWTH, lack
        lack = short(high)
        if lack < before:  # turned back: is the peak between high enough?
            peak = least_between(lambda at: -short(at), low / GROWTH, high, within=PEAK)
            if -peak.value < 0:
                return 0.0
            low, high, lack = low / GROWTH, peak.at, 0.0
    return null * float(np.exp(side * root_between(short, low, high)))


def bounds_as_ratios(trial: Trial, times: Vector) -> EffectAt:
    """Give the rule by which a z at a look becomes the ratio estimated there."""
    toward = -1.0 if trial.comparison.distance < 0 else 1.0

    def at(look: int, z: float) -> float:
        return ratio_at_bound(trial, float(times[look - 1]), toward * z)

    return at

"""Numbers that come from rehearsed trials, each with its Monte Carlo standard error.

A probability p from n trials has the error √(p(1-p)/n) and limits by Wilson (1927),

    (p + z²/2n ∓ z √(p(1-p)/n + z²/4n²)) / (1 + z²/n),

which stay honest where nothing, or next to nothing, was counted.  A mean has sd/√n.  A quantile
has half the distance between the quantiles one error of its share to either side.
"""

import math
from dataclasses import dataclass

from equipoise.kernel.confidence import normal_quantile
from equipoise.simulate.characteristics.histogram import Histogram
from equipoise.simulate.characteristics.moments import Moments

LEVEL = 0.95  # of the limits of probabilities
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Probability:
    """How often something happened."""

    value: float
    error: float  # Monte Carlo standard error
    lower: float  # 95% limits
    upper: float
    count: int  # trials in which it happened
    trials: int


@dataclass(frozen=True, slots=True)
class Mean:
    """An average over trials."""

    value: float
    error: float  # Monte Carlo standard error
    sd: float  # between trials
    trials: int  # in which the number exists


@dataclass(frozen=True, slots=True)
class Quantile:
    """The number below which a share of the trials lies."""

    share: float
    value: float
    error: float  # Monte Carlo standard error, and no more than the buckets tell


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number is spread over trials."""

    mean: Mean
    quantiles: tuple[Quantile, ...]  # 5%, 25%, 50%, 75%, 95%
    least: float
    most: float

    @property
    def median(self) -> float:
        """The number that half the trials lie below."""
        return next(each.value for each in self.quantiles if each.share == 0.5)  # noqa: PLR2004


def probability(count: int, trials: int) -> Probability | None:
    """Give a probability; none where there are no trials.

    >>> never = probability(0, 1000)
    >>> never.value, round(never.upper, 4)
    (0.0, 0.0038)

    Witness: R's prop.test without continuity correction.
    """
    if trials < 1:
        return None
    p, z2 = count / trials, normal_quantile(LEVEL) ** 2
    error = math.sqrt(p * (1.0 - p) / trials)
    half = math.sqrt(z2 * (error * error + z2 / (4.0 * trials * trials)))
    middle, whole = p + z2 / (2.0 * trials), 1.0 + z2 / trials
    lower = 0.0 if count == 0 else (middle - half) / whole
    upper = 1.0 if count == trials else (middle + half) / whole
    return Probability(p, error, lower, upper, count, trials)


def cautious_error(count: int, trials: int) -> float:
    """Give a probability's error as if one more success and one more failure had been seen.

    Witness: √(p(1-p)/n) with p = (count + 1) / (n + 2).
    """
    p = (count + 1.0) / (trials + 2.0)
    return math.sqrt(p * (1.0 - p) / (trials + 2.0))


def mean(moments: Moments, at: tuple[int, ...] = ()) -> Mean | None:
    """Give the mean of one of several numbers; none where no trial has it.

    Witness: NumPy's mean and standard deviation (divisor n - 1) of the whole table.
    """
    trials = int(moments.count[at])
    if trials < 1:
        return None
    sd = math.sqrt(float(moments.squares[at]) / (trials - 1)) if trials > 1 else 0.0
    return Mean(float(moments.mean[at]), sd / math.sqrt(trials), sd, trials)


def spread(
    moments: Moments, histogram: Histogram, at: tuple[int, ...] = (), *, whole: bool = False
) -> Spread | None:
    """Give mean, quantiles and extremes, of whole numbers too; none where no trial has one.

    Witness: NumPy's quantiles of the whole table, to 2^-10 of each.
    """
    average = mean(moments, at)
    if average is None:
        return None
    least, most = float(moments.least[at]), float(moments.most[at])

    def found(share: float) -> float:
        inside = min(max(share, 0.0), 1.0)
        return min(max(histogram.quantile(inside, whole=whole), least), most)

    def quantile(share: float) -> Quantile:
        step = math.sqrt(share * (1.0 - share) / average.trials)
        return Quantile(share, found(share), (found(share + step) - found(share - step)) / 2.0)

    return Spread(average, tuple(map(quantile, SHARES)), least, most)

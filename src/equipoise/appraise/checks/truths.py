"""Truths from which trials are drawn to match a claim: hazards, follow-up, loss, patients.

rates: flat, `REACH`·`INFLATED` standard errors either way of the one printed; from the second
    time on this is over the rate printed before, the chance of going on to the next time
hazards: constant in each half of the time between; the early part of the cumulative hazard 30% to
    80%, on the logit scale apart in the arms by sd `EARLY_LATE`; then going on, times e to a
    normal of sd `AFTER_BOTH` common to both and one of sd `AFTER` by arm
follow-up: F = longest·U^k.  Longest = m·Q, m the printed median or flat in `UNKNOWN_FOLLOW_UP`
    last times; log Q flat from √2 to where k = `PACE`, 5 at most, but past the last time; k gives
    P(F < m) = 1 - 1/(2 alive(m)).  alive(m): by constant hazards from the rates of survival, or
    half the endpoint's hazard, times e to a normal of sd `ALIVE_THEN`; where it is 1/2 or less,
    or m is not printed, P(F < m) = 1/2.  With accrual and data cut the longest is theirs.
lost by the last printed time: 0 to 10% of an arm, flat
"""

import numpy as np
from scipy.special import expit, logit

from equipoise.appraise.checks.sampler import Truths
from equipoise.appraise.checks.to_match import HALF, Printed
from equipoise.kernel.arrays import Codes, Matrix, Vector

EARLY_LATE, AFTER, AFTER_BOTH = 0.3, 0.2, 0.3
LOST = 0.10
REACH, INFLATED = 3.0, 1.3  # errors of a rate either way, over those without censoring
LEAST_RATE, MOST_RATE = 0.005, 0.995
TIMES_MEDIAN = (2**HALF, 5.0)  # the longest follow-up, over its median
PACE = 1.5  # k, at most: patients entering ever faster
BEYOND = 1.05  # of the last printed time: the longest follow-up, at the least
ALIVE_THEN = 0.3  # sd of the log cumulative hazard of death at the median follow-up
UNKNOWN_FOLLOW_UP = (0.6, 2.5)  # median, times the last printed time
LEAST_LESS = 0.05  # of patients, at least, followed less than the median time observed
POWERS = (0.05, 5.0)  # where accrual and data cut are printed
SHAPES = (0.3, 0.8)  # part of the cumulative hazard in the first half


def draw_truths(printed: Printed, trials: int, rng: np.random.Generator) -> Truths:
    """Draw what trials are made from.

    Args:
        printed: what they are to match.
        trials: how many.
        rng: of all draws.

    Witness: the median potential follow-up and the rates drawn.
    """
    patients = _patients(printed, trials, rng)
    start, hazard = _hazards(printed, trials, rng)
    longest, power = _follow_up(printed, trials, rng)
    last = printed.times[-1]
    loss = -np.log1p(-rng.uniform(0.0, LOST, (trials, 2))) / last
    return Truths(patients, start, hazard, longest, power, loss)


def _patients(printed: Printed, trials: int, rng: np.random.Generator) -> Codes:
    drawn = [
        rng.integers(round(each.lower), round(each.upper), trials, endpoint=True)
        for each in printed.patients
    ]
    if printed.total is not None:
        drawn[0] = round(printed.total.middle) - drawn[1]
    return np.ascontiguousarray(np.column_stack(drawn).astype(np.int64))


def _hazards(printed: Printed, trials: int, rng: np.random.Generator) -> tuple[Vector, Matrix]:
    """Draw piecewise constant hazards: two pieces up to each printed time, one after the last."""
    edges = np.array([0.0, *printed.times])
    start = np.sort(np.concatenate([edges, HALF * (edges[1:] + edges[:-1])]))
    pieces = start.size
    hazard = np.zeros((trials, 2 * pieces))
    shape = logit(rng.uniform(*SHAPES, (trials, len(printed.times))))
    after = AFTER_BOTH * rng.standard_normal(trials)
    for arm in range(2):
        rates = np.concatenate([[1.0], printed.rates[arm]])
        size = printed.patients[arm].middle
        for j, width in enumerate(np.diff(edges)):
            reach = REACH * INFLATED * np.sqrt(rates[j + 1] * (1 - rates[j + 1]) / size)
            part = (rates[j + 1] + reach * rng.uniform(-1.0, 1.0, trials)) / rates[j]
            part = np.clip(part, LEAST_RATE, MOST_RATE)
            apart = EARLY_LATE * rng.standard_normal(trials) * np.sqrt(HALF)
            early = expit(shape[:, j] + apart)
            whole, half = -np.log(part), HALF * width
            hazard[:, arm * pieces + 2 * j] = whole * early / half
            hazard[:, arm * pieces + 2 * j + 1] = whole * (1 - early) / half
        last = hazard[:, arm * pieces + pieces - 2]
        own = AFTER * rng.standard_normal(trials)
        hazard[:, arm * pieces + pieces - 1] = last * np.exp(after + own)
    return start, hazard


def _follow_up(printed: Printed, trials: int, rng: np.random.Generator) -> tuple[Vector, Vector]:
    """Draw longest and power of potential follow-up longest·U^power: P(F > m) is as m is read.

    The longest is m·Q, log Q flat; given Q, the power is what sets P(F > m).
    """
    last = printed.times[-1]
    if printed.follow_up is None:
        median = last * rng.uniform(*UNKNOWN_FOLLOW_UP, trials)
        within = np.full(trials, HALF)
    else:
        median = np.full(trials, printed.follow_up)
        within = _followed_less(printed.alive_then, trials, rng)
    slope = -np.log(within)
    if printed.longest is not None and printed.longest > BEYOND * last:
        longest = np.full(trials, printed.longest)
        return longest, np.clip(np.log(longest / median) / slope, *POWERS)
    least = np.maximum(np.log(TIMES_MEDIAN[0]), np.log(BEYOND * last / median))
    most = np.minimum(PACE * slope, np.log(TIMES_MEDIAN[1]))
    most = np.maximum(most, least + np.log(TIMES_MEDIAN[0]))
    log = least + (most - least) * rng.uniform(0.0, 1.0, trials)
    return median * np.exp(log), log / slope


def _followed_less(alive_then: float, trials: int, rng: np.random.Generator) -> Vector:
    """Draw P(F < m) of a printed median m of the time to death or last contact of all patients.

    P(F > m) alive(m) = 1/2.  A trial in which no more than half would be alive at m cannot have
    it as the median of that time: there m is the median of F itself.
    """
    gone = -np.log(alive_then) * np.exp(ALIVE_THEN * rng.standard_normal(trials))
    alive = np.exp(-gone)
    less = np.maximum(LEAST_LESS, 1.0 - HALF / np.maximum(alive, HALF))
    return np.where(alive > HALF, less, HALF)

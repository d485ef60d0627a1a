"""Truths from which trials are drawn to match a claim: hazards, follow-up, loss, patients.

The prior is stated in `matching`.  All draws come from one generator in a fixed order.
"""

import numpy as np
from scipy.special import expit, logit

from equipoise.appraise.checks.matching import (
    AFTER,
    AFTER_BOTH,
    BEYOND,
    EARLY_LATE,
    INFLATED,
    LOST,
    PACE,
    REACH,
)
from equipoise.appraise.checks.sampler import Truths
from equipoise.appraise.checks.to_match import HALF, Printed
from equipoise.kernel.arrays import Codes, Matrix, Vector

LEAST_RATE, MOST_RATE = 0.005, 0.995
UNKNOWN_FOLLOW_UP = (0.6, 2.5)  # median, times the last printed time
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
        size, before = printed.patients[arm].middle, np.ones(trials)
        for j, width in enumerate(np.diff(edges)):
            reach = REACH * INFLATED * np.sqrt(rates[j + 1] * (1 - rates[j + 1]) / size)
            part = (rates[j + 1] + reach * rng.uniform(-1.0, 1.0, trials)) / rates[j]
            part = np.clip(part, LEAST_RATE, MOST_RATE)
            apart = EARLY_LATE * rng.standard_normal(trials) * np.sqrt(HALF)
            early = expit(shape[:, j] + apart)
            whole, half = -np.log(part), HALF * width
            hazard[:, arm * pieces + 2 * j] = whole * early / half
            hazard[:, arm * pieces + 2 * j + 1] = whole * (1 - early) / half
            before *= part
        last = hazard[:, arm * pieces + pieces - 2]
        own = AFTER * rng.standard_normal(trials)
        hazard[:, arm * pieces + pieces - 1] = last * np.exp(after + own)
    return start, hazard


def _follow_up(printed: Printed, trials: int, rng: np.random.Generator) -> tuple[Vector, Vector]:
    """Draw longest and power of potential follow-up longest·U^power with the printed median.

    P(F > m) alive(m) = 1/2 where the median is of time observed, until death or last contact.
    """
    last = printed.times[-1]
    if printed.follow_up is None:
        median = last * rng.uniform(*UNKNOWN_FOLLOW_UP, trials)
        within = np.full(trials, HALF)
    else:
        median = np.full(trials, printed.follow_up)
        within = np.full(trials, max(0.05, 1.0 - HALF / max(HALF, printed.alive_then)))
        within = np.where(printed.alive_then > HALF, within, HALF)
    if printed.longest is not None and printed.longest > BEYOND * last:
        longest = np.full(trials, printed.longest)
        power = np.clip(np.log(median / longest) / np.log(within), 0.05, 5.0)
        return longest, power
    least = np.maximum(PACE[0], np.log(BEYOND * last / median) / -np.log(within))
    most = np.maximum(PACE[1], least + HALF)
    power = least + (most - least) * rng.uniform(0.0, 1.0, trials)
    return median / within**power, power

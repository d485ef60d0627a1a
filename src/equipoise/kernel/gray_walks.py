"""The walk of Gray's test over the moments; its equations stand in `gray`.

An event of group r takes from the score of group c at once, w h_r (h_c / H - [r = c]) with
H = Σ h, and again at every moment ahead, where that much is multiplied by the null hazard.  What
lies ahead is known only once it has been summed, so the moments are walked twice.

Counts come by kind and moment (see `tally`); a kind is a group and how its row ended.
"""

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.tally import Counts

CAUSE, OTHER, ENDINGS = 1, 2, 3  # what ended a row, seen from the cause tested; 0 is censoring


@compiled
def walk(  # noqa: C901, PLR0912 - a call with arrays costs more here than all it would do
    left: Counts, joined: Counts, rho: float, total: Matrix, score: Vector, covariance: Matrix
) -> Matrix:
    """Step every group's (S_r, F_r) and the null F₀ through the moments.

    The first walk, with `total` empty, adds to the score and gives the total of what an event
    of r changes in the score of c at every moment; the second walk adds the covariance.
    """
    groups, again = score.size, total.size > 0
    at_risk, share, through = np.zeros(groups), np.zeros(groups), np.zeros(groups)
    survival, incidence, null = np.ones(groups), np.zeros(groups), 0.0
    past = np.zeros((groups, groups))
    for j in range(left.shape[1]):
        if j < joined.shape[1]:
            for k in range(left.shape[0]):
                at_risk[k // ENDINGS] += joined[k, j]
        deaths, pooled, adjusted = left[CAUSE, j], 0.0, 0.0
        for r in range(1, groups):
            deaths += left[r * ENDINGS + CAUSE, j]
        weight = step = hazard = rate = 0.0
        if deaths:
            for r in range(groups):
                share[r] = _over(at_risk[r], survival[r])
                pooled += share[r]
                adjusted += share[r] * (1.0 - incidence[r])
            staying, rate = max(1.0 - null, 0.0), _over(float(deaths), adjusted)
            weight = staying**rho if rho else 1.0
            step = _over(float(deaths), pooled)
            hazard = _over(step, staying)
        null += step
        for r in range(groups):
            own, others = left[r * ENDINGS + CAUSE, j], left[r * ENDINGS + OTHER, j]
            y, lived = at_risk[r], survival[r]
            at_risk[r] -= own + others + left[r * ENDINGS, j]
            if own + others and y > 0.0:
                survival[r] *= 1.0 - (own + others) / y
            remaining = _over(1.0 - null, survival[r])
            if deaths:
                if not again:
                    score[r] += weight * (own - rate * share[r] * (1.0 - incidence[r]))
                part, kept = weight * _over(share[r], pooled), 1.0 - remaining
                if survival[r] <= 0.0:
                    kept = 1.0
                for c in range(groups):
                    direct = (weight * share[r] if c == r else 0.0) - part * share[c]
                    past[r, c] += direct * hazard
                    if again:
                        through[c] = direct + kept * (total[r, c] - past[r, c])
                if again:
                    variance = _untied(deaths, pooled * lived) * _over(lived * deaths, pooled * y)
                    _spread(through, variance, covariance)
            if others and again:
                for c in range(groups):
                    through[c] = remaining * (total[r, c] - past[r, c])
                variance = _untied(others, y) * _over(lived * lived * others, y * y)
                _spread(through, variance, covariance)
            incidence[r] += _over(lived * own, y)
    return past


@compiled
def outlived(left: Counts, joined: Counts, groups: int) -> bool:
    """Tell whether the cause strikes while a group has patients at risk past S_r = 0."""
    at_risk, over = np.zeros(groups, np.int64), np.zeros(groups, np.bool_)
    for j in range(left.shape[1]):
        if j < joined.shape[1]:
            for k in range(left.shape[0]):
                at_risk[k // ENDINGS] += joined[k, j]
        deaths = stranded = 0
        for r in range(groups):
            own, others = left[r * ENDINGS + CAUSE, j], left[r * ENDINGS + OTHER, j]
            deaths += own
            stranded += over[r] and at_risk[r] > 0
            over[r] |= own + others > 0 and own + others == at_risk[r]
            at_risk[r] -= own + others + left[r * ENDINGS, j]
        if deaths and stranded:
            return True
    return False


@compiled
def _spread(through: Vector, variance: float, covariance: Matrix) -> None:
    """Add the variance of an event that goes through the scores so."""
    for c in range(through.size):
        for other in range(through.size):
            covariance[c, other] += through[c] * through[other] * variance


@compiled
def _untied(events: int, at_risk: float) -> float:
    """Shrink a variance for ties: 1 - (d - 1) / (n - 1) where d > 1."""
    return 1.0 - _over(events - 1.0, at_risk - 1.0) if events > 1 else 1.0


@compiled
def _over(top: float, bottom: float) -> float:
    """Divide, taking nothing over nothing as nothing."""
    return top / bottom if bottom > 0.0 else 0.0

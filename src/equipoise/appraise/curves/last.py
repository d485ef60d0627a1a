"""The last few patients of a curve, whose steps are so large that they tell each one's fate.

From where few are at risk, every number r that may be left at the end of the curve
is tried; the misfit of the steps, the unlikelihood of several events at one point, and of many
still followed where the curve ends, tell which it is.
"""

import numpy as np

from equipoise.appraise.curves.counts import FEW, TOGETHER, Counted, count_parts, counted_from
from equipoise.appraise.curves.parts import Held, Steps, Told, parts_of

FEW_GUESSED = 10  # by a guess beyond
LINGERING = 0.5  # of a patient more who is followed to the very end of the curve
AWRY = 6.0  # of an event more or less than are told


def last_held(
    steps: Steps,
    held: Held,
    told: Told,
    spread: float,
    generator: np.random.Generator | None,
) -> Held:
    """Replace what is guessed of the last few patients by what fits their steps best.

    Args:
        steps: of the curve.
        held: numbers at risk up to the end of the curve, the last of them guessed.
        told: what is known of the arm; numbers printed stay.
        spread: standard deviation of a value as read.
        generator: to draw what is left at the end, as likely as it fits.
    """
    printed, marks = told.held.times.size - 1, told.marks
    limit = np.where(np.arange(held.times.size) == printed, FEW, FEW_GUESSED)
    few = np.flatnonzero(held.patients <= limit)
    few = few[few >= printed]
    if not few.size or few[0] + 1 >= held.times.size or held.patients[few[0]] < 1:
        return held
    first = int(few[0])
    head = Held(held.times[: first + 1], held.patients[: first + 1])
    known = count_parts(steps, parts_of(steps, head, marks)[:-1], spread, None, None)
    state = known[-1].incidence if known else np.zeros(steps.incidence.shape[0])
    before = sum(int(one.events.sum()) for one in known)
    left = None if told.events is None else told.events - before
    tries = [
        Held(np.append(head.times, steps.end), np.append(head.patients, r))
        for r in range(1, int(head.patients[-1]) + 1)
    ]
    costs = []
    for one in tries:
        parts = parts_of(steps, one, marks)[-2:]
        costs.append(_cost(counted_from(steps, parts, spread, state), left))
    cost = np.array(costs)
    if generator is None:
        return tries[int(cost.argmin())]
    weight = np.cumsum(np.exp(-0.5 * (cost - cost.min())))
    return tries[min(int(np.searchsorted(weight, generator.random() * weight[-1])), cost.size - 1)]


def _cost(counted: tuple[Counted, ...], left: int | None) -> float:
    """Tell how unlikely these fates of the last patients are."""
    cost, had = 0.0, 0
    for one in counted:
        together = one.events.sum(axis=0)
        cost += one.misfit + TOGETHER * float(np.maximum(together - 1, 0).sum())
        had += int(together.sum())
    cost += LINGERING * (counted[-1].part.at_risk - 1)
    return cost if left is None else cost + AWRY * abs(had - left)

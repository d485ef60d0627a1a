"""The repeated interval and p-value at the look in hand, valid whether or not the trial stops.

The bound c(a) of this look at any one-sided level a comes from the spending function, at the looks
held and with futility ignored; the interval is (z ± c((1 - level)/2)) / √I, the p-value the a with
c(a) = z (`repeated_intervals`, `design.multiplicity.repeated_p`).  Where bounds are not spent, only
the bound in hand is known, and with it the interval of that one level.
"""

import numpy as np

from equipoise.design.multiplicity.repeated_p import (
    HypothesisSchedule,
    efficacy_bounds,
    hypothesis_schedule,
    repeated_p_values,
)
from equipoise.design.sequential.rules import SpendAlpha
from equipoise.errors import DesignError
from equipoise.monitor.inference.inference import Limits
from equipoise.monitor.inference.sampled_looks import SampledLooks, stopped_before
from equipoise.monitor.look.look import HypothesisLook

NOTHING = Limits(None, None, None, None)
SAME = 1e-9


def repeated_at(look: HypothesisLook, looks: SampledLooks, level: float) -> tuple[Limits, str]:
    """Give the repeated inference at the look the trial ends at, and what is to be said of it.

    Args:
        look: in hand.
        looks: of its hypothesis.
        level: of the interval, two-sided.

    Witness: mon_rci, mon_repeated_p; `repeated_intervals`.
    """
    bound = float(looks.upper[looks.at])
    if not np.isfinite(bound) or look.drawn is None:
        return NOTHING, "No alpha is spent at this look."
    root = float(np.sqrt(looks.information[looks.at]))
    plan, p_value = _schedule(look), None
    outside = 0.5 * (1.0 - level)
    stopping = look.drawn.asked.stopping
    own = abs(outside - stopping.alpha / 2.0 * (3 - stopping.sides)) < SAME
    remark = ""
    if plan is not None:
        z = np.full(plan.information.size, looks.z)
        p_value = float(repeated_p_values(plan, z)[-1])
        if stopping.sides == 1 or not own:
            bound = float(efficacy_bounds(plan, outside)[-1])
    elif own:
        remark = "No p-value is given: the bounds do not come from a spending function."
    else:
        return NOTHING, (
            "The bounds do not come from a spending function, so that none is known at this level."
        )
    if not np.isfinite(bound):
        return Limits(p_value, looks.z / root, None, None), "At this level nothing is spent yet."
    low, high = (looks.z - bound) / root, (looks.z + bound) / root
    return Limits(p_value, looks.z / root, low, high), remark


def _schedule(look: HypothesisLook) -> HypothesisSchedule | None:
    """Give the looks at which alpha was spent, and the function; None: it is not spent by one."""
    drawn, stop = look.drawn, stopped_before(look)
    rule = None if drawn is None else drawn.asked.stopping.efficacy
    if not isinstance(rule, SpendAlpha):
        return None
    fractions, times = [], []
    for each in look.past:
        if each.bound is not None and np.isfinite(each.bound) and each.information > 0.0:
            fractions.append(each.information / look.planned)
            times.append(each.spending_time)
        if each is stop:
            break
    else:
        fractions.append(look.fraction)
        times.append(_time_now(look))
    given = [each for each in times if each is not None]
    try:
        return hypothesis_schedule(
            rule.spending, fractions, given if len(given) == len(times) else None
        )
    except DesignError:  # looks that share their information: none of them can be told apart
        return None


def _time_now(look: HypothesisLook) -> float | None:
    """Give the spending time of this look, where alpha is spent by the calendar."""
    assert look.drawn is not None  # noqa: S101 - for the type checker
    times = look.drawn.asked.stopping.spending_time
    return None if times is None or not look.place else float(times[look.place - 1])

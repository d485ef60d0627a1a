"""The allocation that takes the fewest patients.

With a larger share in one arm each patient says less of the other; with unequal hazards or
dropout the best share is not a half.  The total is smooth in log r and has one minimum.
"""

import math
from dataclasses import replace

from equipoise.design.survival.formulas import EVENT_FORMULAS, effect_per_root_event
from equipoise.design.survival.needed import needed_events
from equipoise.design.survival.question import SurvivalQuestion, check_question
from equipoise.design.survival.solve import events_by
from equipoise.errors import DesignError

WIDEST = math.log(50.0)  # allocations from 1:50 to 50:1
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
STEPS = 45


def optimal_survival_allocation(question: SurvivalQuestion) -> float:
    """Find the patients in the experimental arm per control that take the fewest in all.

    Args:
        question: the world, the looks, and how the trial ends.

    Raises:
        DesignError: the question is not one of patients with accrual and follow-up given.
    Accuracy:
        1e-6: the total is flat about its minimum.
    Witness:
        plan-rpact-0076, plan-rpact-0094.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum
    >>> world = one_stratum(accrual(12), 0.05, 0.5)
    >>> round(optimal_survival_allocation(SurvivalQuestion(world, follow_up=12.0)), 3)
    0.793
    """
    check_question(question)
    duration = question.duration
    if question.solve_for != "patients" or duration is None or question.power is None:
        raise DesignError("The best allocation is found for patients, power and follow-up given.")
    drift = needed_events(question, question.world, duration).sequential.drift

    def patients(log_allocation: float) -> float:
        world = replace(question.world, allocation=math.exp(log_allocation))
        if question.method in EVENT_FORMULAS:
            effect = effect_per_root_event(
                question.method,
                question.hazard_ratio,
                null_ratio=question.null_ratio,
                allocation=world.allocation,
                better=question.side,
            )
            events = (drift / effect) ** 2
        else:
            events = needed_events(question, world, duration).events
        return events / events_by(world, duration)

    low, high = -WIDEST, WIDEST
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = patients(left), patients(right)
    for _ in range(STEPS):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = patients(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = patients(right)
    return math.exp((low + high) / 2.0)

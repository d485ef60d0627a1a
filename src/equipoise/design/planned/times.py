"""When the looks of a plan come whose endpoint is no time: patients enrolled, then followed.

time of look k = the time by which its patients are enrolled + follow-up
"""

from dataclasses import replace

import numpy as np

from equipoise.design.plan import Expected, Plan
from equipoise.design.survival.world import Accrual, Piecewise


def with_times(plan: Plan, accrual: Accrual, follow_up: float) -> Plan:
    """Give the plan with the times of its looks, and those the trial takes on average.

    Witness: `Accrual.enrolled`, turned round.
    """
    edges = np.append(accrual.starts, accrual.duration)
    enrolled = Piecewise(accrual.starts, accrual.rates).cumulative(edges)
    patients = np.array([look.patients for look in plan.looks])
    times = np.interp(patients, enrolled, edges) + follow_up
    looks = tuple(
        replace(look, time=float(time)) for look, time in zip(plan.looks, times, strict=True)
    )
    return replace(
        plan,
        looks=looks,
        expected=tuple(_expected(plan, each, times) for each in plan.expected),
    )


def _expected(plan: Plan, truth: Expected, times: "np.typing.NDArray[np.float64]") -> Expected:
    fraction = {"null": 0.0, "halfway": 0.5, "alternative": 1.0}[truth.truth]
    stops = plan.sequential.stops(fraction * plan.sequential.drift)
    leaving = (stops.upper + stops.lower + stops.inner)[:-1]
    leaving = np.append(leaving, 1.0 - leaving.sum())
    return replace(truth, time=float(leaving @ times))

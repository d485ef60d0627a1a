"""What becomes of a planned trial if the hazards are not as planned.

The bounds stay as they are; the looks come when the planned events have happened (or at the
planned times); the statistic has the mean and the information that the new world gives it:

    E[Z_k] = μ_k / √V_k,    Corr(Z_j, Z_k) = √(V_j / V_k)        (`log_rank_moments`)
"""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from equipoise.design.plan import Plan
from equipoise.design.printing import Printed
from equipoise.design.survival.checks import check_world
from equipoise.design.survival.timing import Timing, look_times
from equipoise.design.survival.weighted_log_rank import log_rank_evidence
from equipoise.design.survival.weights import Weight, log_rank_weight
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.sequential import stopping_probability


@dataclass(frozen=True, slots=True, repr=False)
class NonproportionalPower(Printed):
    """A planned trial in another world; arrays are by look."""

    power: float
    efficacy: Vector  # chance of stopping first at each look, futility obeyed
    futility: Vector
    time: Vector
    patients: Vector
    events: Vector
    hazard_ratio: Vector  # where the (weighted) Cox estimate tends to
    mean_z: Vector
    information_fraction: Vector  # of the score's variance at the last look
    expected_events: float
    expected_time: float
    assumed: tuple[str, ...]


def nonproportional_power(
    plan: Plan,
    world: SurvivalWorld,
    *,
    looks_by: Literal["events", "calendar"] = "events",
    weight: Weight | None = None,
) -> NonproportionalPower:
    """Tell how a planned trial does when the hazard ratio changes over time.

    Args:
        plan: of a survival trial, such as one made for proportional hazards.
        world: with the accrual that will be, and the hazards that may be.
        looks_by: whether the looks keep their events or their times.
        weight: of the test; the log-rank test's by default.

    Raises:
        DesignError: the plan is not of a survival trial, or its events are never reached.
    Accuracy:
        1e-9.
    Witness:
        simulation cases delay3, crossing, stratified and others (lrstat), to 1e-8.

    >>> from equipoise.design.survival.average_hazard_ratio import average_hazard_ratio_design
    >>> from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
    >>> steady = one_stratum(accrual(12, 20), 0.06, 0.7)
    >>> planned = average_hazard_ratio_design(steady, Timing(36.0), power=0.9)
    >>> late = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
    >>> 0.0 < nonproportional_power(planned.plan, late, looks_by="calendar").power < 0.9
    True
    """
    check_world(world)
    chosen = _chosen(weight, len(plan.looks))
    assess = partial(log_rank_evidence, weight=chosen, null_ratio=_null(plan))
    times = look_times(world, _timing(plan, looks_by), assess)
    evidence = assess(world, times)
    sequential = plan.sequential
    fraction = evidence.information / evidence.information[-1]
    drift = evidence.effect * np.sqrt(evidence.information[-1])
    chances = stopping_probability(
        sequential.upper, sequential.lower, vector(fraction), drift=drift, inner=sequential.inner
    )
    both = chances.upper + (chances.lower if sequential.sides > 1 else 0.0)
    futility = chances.inner if sequential.sides > 1 else chances.lower
    events = evidence.events.sum(axis=1)
    return NonproportionalPower(
        power=float(both.sum()),
        efficacy=vector(both),
        futility=vector(futility),
        time=times,
        patients=evidence.patients,
        events=vector(events),
        hazard_ratio=evidence.shown,
        mean_z=vector(evidence.mean_z),
        information_fraction=vector(fraction),
        expected_events=float(chances.ending @ events),
        expected_time=float(chances.ending @ times),
        assumed=(
            "bounds as planned, futility obeyed",
            f"looks at the planned {'numbers of events' if looks_by == 'events' else 'times'}",
            f"{chosen.name} test, large-sample mean and variance under the world given",
        ),
    )


def _chosen(weight: Weight | None, looks: int) -> Weight:
    """Give the weight of the test, or refuse one that several looks cannot be taken by."""
    chosen = weight or log_rank_weight()
    if not chosen.same_at_every_look and looks > 1:
        raise DesignError(f"The {chosen.name} test has no independent increments over looks.")
    return chosen


def _timing(plan: Plan, looks_by: Literal["events", "calendar"]) -> Timing:
    """Give the looks of the plan, by their events or their times."""
    if plan.kind != "time-to-event":
        raise DesignError(f"Hazards change the power of survival trials; the plan is {plan.kind}.")
    known = [look.events if looks_by == "events" else look.time for look in plan.looks]
    values = tuple(float(value) for value in known if value is not None)
    if len(values) != len(known):
        raise DesignError(f"The plan does not tell the {looks_by} of every look.")
    return Timing(events=values) if looks_by == "events" else Timing(calendar=values)


def _null(plan: Plan) -> float:
    return plan.effect.null if plan.effect.scale == "log" else 1.0

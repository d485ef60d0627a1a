"""Equivalence of two hazards: both of two one-sided tests reject.

The ratio is equivalent when it lies above θ_L and below θ_U.  With information I_k = D_k r/(1+r)²
and z_k the efficacy bounds of a one-sided design at alpha, the first test rejects where the
estimate is above θ_L exp(z_k/√I_k), the second where it is below θ_U exp(-z_k/√I_k), each at any
look; equivalence is shown when both have (`both_tests`).
"""

import math
from dataclasses import dataclass

import numpy as np

from equipoise.design.checks import check_above_zero, check_allocation
from equipoise.design.printing import Printed
from equipoise.design.sequential.both_tests import both_rejected
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.checks import check_world
from equipoise.design.survival.enrollment import with_rate
from equipoise.design.survival.events import counts_at, courses, patients_of, times_when
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.root import root_between

DOUBLINGS = 60


@dataclass(frozen=True, slots=True)
class EquivalenceLimits:
    """The hazard ratios between which the arms count as equivalent."""

    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not 0.0 < self.lower < self.upper < math.inf:
            raise DesignError(
                f"Equivalence needs limits 0 < lower < upper; found {self.lower:g} and "
                f"{self.upper:g}."
            )


@dataclass(frozen=True, slots=True, repr=False)
class SurvivalEquivalencePower(Printed):
    """How likely equivalence is shown, and where the tests reject."""

    events: Vector  # (looks,)
    critical: Vector  # (looks,) z of each one-sided test
    above: Vector  # (looks,) the first test rejects where the estimated ratio is above this
    below: Vector  # (looks,) the second where it is below this
    power_by_look: Vector  # (looks,) cumulative
    alpha_at_lower: float  # chance of claiming equivalence at the lower limit
    alpha_at_upper: float

    @property
    def power(self) -> float:
        """The chance of showing equivalence."""
        return float(self.power_by_look[-1])


@dataclass(frozen=True, slots=True, repr=False)
class SurvivalEquivalenceDesign(Printed):
    """A survival trial of equivalence: how it is enrolled, when it is looked at, its power."""

    world: SurvivalWorld
    time: Vector  # (looks,)
    patients: float
    result: SurvivalEquivalencePower


def survival_equivalence_power(
    limits: EquivalenceLimits,
    events: float,
    *,
    hazard_ratio: float = 1.0,
    stopping: StoppingPlan | None = None,
    allocation: float = 1.0,
) -> SurvivalEquivalencePower:
    """Tell how likely so many events show that a hazard ratio lies between two limits.

    Args:
        limits: the ratios that are not equivalent any more.
        events: at the last look.
        hazard_ratio: the true one.
        stopping: looks and alpha, of each one-sided test.
        allocation: patients in the experimental arm per patient in the control arm.

    Raises:
        DesignError: limits out of order.
    Accuracy:
        1e-9.
    Witness:
        lr29 (lrstat lrpowerequiv).

    >>> round(survival_equivalence_power(EquivalenceLimits(0.71, 1.4), 300.0).power, 4)
    0.8046
    """
    check_above_zero(events, "The number of events")
    check_above_zero(hazard_ratio, "The hazard ratio")
    check_allocation(allocation)
    plan = stopping or StoppingPlan(alpha=0.05)
    bounds = group_sequential(plan, drift=1.0)
    information = bounds.information * events * allocation / (1.0 + allocation) ** 2
    root = np.sqrt(information)
    above = math.log(limits.lower) + bounds.upper / root
    below = math.log(limits.upper) - bounds.upper / root

    def shown(ratio: float) -> Vector:
        return both_rejected(above * root, below * root, information, math.log(ratio))

    return SurvivalEquivalencePower(
        vector(bounds.information * events),
        vector(bounds.upper),
        vector(np.exp(above)),
        vector(np.exp(below)),
        vector(shown(hazard_ratio)),
        float(shown(limits.lower)[-1]),
        float(shown(limits.upper)[-1]),
    )


def survival_equivalence_events(
    limits: EquivalenceLimits,
    power: float,
    *,
    hazard_ratio: float = 1.0,
    stopping: StoppingPlan | None = None,
    allocation: float = 1.0,
) -> float:
    """Tell how many events show equivalence with a wanted power.

    Args:
        limits: between which the arms are equivalent.
        power: to reach.
        hazard_ratio: the true one, experimental over control.
        stopping: looks, alpha and rules.
        allocation: patients in the experimental arm per control.

    Raises:
        DesignError: a true ratio outside the limits.
    Witness:
        inverse of `survival_equivalence_power`.

    >>> round(survival_equivalence_events(EquivalenceLimits(0.71, 1.4), 0.8), 1)
    297.3
    """
    if not limits.lower < hazard_ratio < limits.upper:
        raise DesignError(
            f"A hazard ratio of {hazard_ratio:g} is not between {limits.lower:g} and "
            f"{limits.upper:g}, so equivalence is never shown; widen the limits."
        )

    def lacking(events: float) -> float:
        found = survival_equivalence_power(
            limits, events, hazard_ratio=hazard_ratio, stopping=stopping, allocation=allocation
        )
        return found.power - power

    high = 100.0
    for _ in range(DOUBLINGS):
        if lacking(high) > 0:
            break
        high *= 2.0
    return root_between(lacking, 1.0, high, relative=1e-11)


def survival_equivalence_design(
    world: SurvivalWorld,
    limits: EquivalenceLimits,
    follow_up: float,
    *,
    power: float | None = None,
    stopping: StoppingPlan | None = None,
) -> SurvivalEquivalenceDesign:
    """Design a trial of equivalence: its power, or the patients that a power takes.

    Args:
        world: accrual, hazards, and the true hazard ratio.
        limits: the ratios that are not equivalent any more.
        follow_up: from the end of enrollment to the last look.
        power: wanted, by enrolling faster; None: the power of the world as it is.
        stopping: looks and alpha, of each one-sided test.

    Witness:
        lr29.
    """
    check_world(world)
    ratio = float(world.strata[0].hazard_ratio.values[0])
    end = world.accrual.duration + follow_up
    seen = float(counts_at(world, vector([end])).total_events[0])
    if power is not None:
        wanted = survival_equivalence_events(
            limits, power, hazard_ratio=ratio, stopping=stopping, allocation=world.allocation
        )
        world, seen = with_rate(world, wanted / seen), wanted
    result = survival_equivalence_power(
        limits, seen, hazard_ratio=ratio, stopping=stopping, allocation=world.allocation
    )
    early = result.events[:-1]
    time = times_when(courses(world), early) if early.size else early
    return SurvivalEquivalenceDesign(
        world, vector(np.append(time, end)), patients_of(world), result
    )

"""Plan one hypothesis of a protocol: which endpoint, which formula, which numbers."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from equipoise.design.planned.stopping import stopping_plan
from equipoise.design.planned.survival import SurvivalCase, plan_survival
from equipoise.design.planned.world import Numbers, accrual_of, has_accrual, share_of
from equipoise.design.sequential.rules import FixedEfficacy
from equipoise.design.wording.numbers import Clock
from equipoise.errors import DesignError
from equipoise.protocol.coherence_effects import favors_experimental_below, null_of
from equipoise.protocol.coherence_planning import MOST_PATIENTS
from equipoise.protocol.endpoints import Binary, Endpoint, TimeToEvent
from equipoise.protocol.trial import Hypothesis, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design.plan import Plan
    from equipoise.design.sequential.rules import StoppingPlan
    from equipoise.design.survival.world import Accrual, SurvivalWorld
    from equipoise.protocol.planning import DesignPromise, PlannedEffect, SolveFor


@dataclass(frozen=True, slots=True)
class Asked:
    """One hypothesis, and all that its plan is made of."""

    protocol: Protocol
    promise: "DesignPromise"  # with the looks this hypothesis is tested at
    hypothesis: Hypothesis
    endpoint: Endpoint
    effect: "PlannedEffect"
    allocation: float  # experimental per control
    alpha: float
    solve_for: "SolveFor"
    method: str
    futility: bool = True  # whether it may stop the trial for futility
    share: float = 1.0  # of all patients, that are in the two arms compared
    bounds: "tuple[float, ...]" = ()  # z, where efficacy is shared with other comparisons


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan of two arms, the world of a time-to-event endpoint, and what is to be said."""

    plan: "Plan"
    world: "SurvivalWorld | None" = None
    extra: tuple[str, ...] = ()
    share: float = 1.0  # of all patients, that are in the two arms
    accrual: "Accrual | None" = None  # of all arms, where it is planned
    again: "Callable[[], Plan] | None" = None  # plans at whole events and patients

    @property
    def patients(self) -> float:
        """Patients of all arms together."""
        return self.plan.patients / self.share

    def whole(self) -> "Plan | None":
        """Plan at whole events and patients; None where that is the plan, or is not planned."""
        counts = [look.patients if look.events is None else look.events for look in self.plan.looks]
        if self.again is None or all(count.is_integer() for count in counts):
            return None
        try:
            return self.again()
        except DesignError:  # looks so close that rounding makes them one
            return None


def asked_of(protocol: Protocol, promise: "DesignPromise", hypothesis: Hypothesis) -> Asked:
    """Put together what a hypothesis asks for; its alpha and method are the trial's.

    Raises:
        DesignError: no effect is planned for it.
    """
    endpoint = protocol.endpoint(protocol.estimand(hypothesis.estimand).endpoint)
    effect = promise.effect(hypothesis.id)
    if effect is None:
        raise DesignError(f"No effect is planned for {hypothesis.id}; add `effect` to it.")
    comparison = protocol.comparison(hypothesis.comparison)
    control, experimental = protocol.arm(comparison.control), protocol.arm(comparison.experimental)
    everyone = sum(arm.allocation for arm in protocol.arms)
    return Asked(
        protocol,
        promise,
        hypothesis,
        endpoint,
        effect,
        experimental.allocation / control.allocation,
        promise.alpha,
        promise.solve_for,
        promise.method,
        share=(control.allocation + experimental.allocation) / everyone,
    )


def plan_hypothesis(asked: Asked, numbers: Numbers) -> Planned:
    """Plan one hypothesis with one choice of numbers, of which patients are those of all arms.

    Raises:
        DesignError: no design satisfies what is asked, with the nearest that does.

    Witness: the modules it hands on to (`planned.survival`, `planned.rates`).
    """
    null = null_of(asked.effect)
    stopping = stopping_plan(
        asked.promise, asked.alpha, planned=numbers.effect, null=null, futility=asked.futility
    )
    if asked.bounds:
        stopping = replace(stopping, efficacy=FixedEfficacy(asked.bounds))
    planned = _planned(asked, numbers, stopping)
    if planned.patients > MOST_PATIENTS:
        raise DesignError(
            f"{planned.patients:,.0f} patients would be needed for a {asked.effect.measure} of "
            f"{planned.plan.effect.value:g}, and no trial has so many. Plan for an effect further "
            "from the null hypothesis, or for less power.",
            f"effect of {asked.hypothesis.id}",
        )
    return planned


def _planned(asked: Asked, numbers: Numbers, stopping: "StoppingPlan") -> Planned:
    """Hand on to the module of the endpoint."""
    below = favors_experimental_below(asked.endpoint)
    if isinstance(asked.endpoint, TimeToEvent):
        found = plan_survival(
            SurvivalCase(
                promise=asked.promise,
                endpoint=asked.endpoint.id,
                effect=asked.effect,
                test=asked.hypothesis.test,
                numbers=numbers,
                stopping=stopping,
                allocation=asked.allocation,
                solve_for=asked.solve_for,
                method=asked.method,
                better_lower=below,
                horizon=asked.protocol.analysis.restricted_mean_until,
                share=asked.share,
                clock=Clock(asked.protocol.trial),
            )
        )
        world = found.world
        accrual = None if world is None else share_of(world.accrual, 1.0 / asked.share)
        return Planned(found.plan, world, found.extra, asked.share, accrual, found.whole)
    from equipoise.design.planned.rates import (  # noqa: PLC0415 - only where asked for
        PatientCase,
        at_whole_patients,
        plan_means,
        plan_rates,
    )

    case = PatientCase(
        assumed=asked.promise.planning.endpoint(asked.endpoint.id),
        effect=asked.effect,
        test=asked.hypothesis.test,
        numbers=_compared(numbers, asked.share),
        stopping=stopping,
        allocation=asked.allocation,
        solve_for=asked.solve_for,
        method=asked.method,
        better_lower=below,
    )
    planning = plan_rates if isinstance(asked.endpoint, Binary) else plan_means
    plan = planning(case)
    again = None if plan.exact else lambda: planning(at_whole_patients(case, plan))
    return replace(_timed(asked, numbers, plan), again=again)


def _compared(numbers: Numbers, share: float) -> Numbers:
    """Give the numbers with the patients of the two arms compared."""
    return replace(numbers, patients=None if numbers.patients is None else numbers.patients * share)


def _timed(asked: Asked, numbers: Numbers, plan: "Plan") -> Planned:
    """Add the times of the looks where accrual is planned."""
    planning = asked.promise.planning
    if not has_accrual(planning, numbers):
        return Planned(plan, share=asked.share)
    from equipoise.design.planned.times import with_times  # noqa: PLC0415 - only where asked for

    accrual = accrual_of(planning, replace(numbers, patients=plan.patients / asked.share))
    timed = with_times(plan, share_of(accrual, asked.share), numbers.follow_up or 0.0)
    return Planned(timed, share=asked.share, accrual=accrual)

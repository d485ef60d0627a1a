"""Re-estimate a protocol's trial from pooled data: plan anew with what the data say, blinded.

The hypothesis that sizes the trial is planned again with the re-estimated nuisance parameter in
place of the assumed one; test, bounds, alpha, power and the planned effect are the protocol's.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import chdtri

from equipoise.design.adaptive.blinded import (
    ReestimatedSize,
    blinded_probabilities,
    blinded_standard_deviation,
    restrained_size,
)
from equipoise.design.planned.hypothesis import plan_hypothesis
from equipoise.design.planned.multiplicity import levels, planned_level
from equipoise.design.planned.secondary import asked_at
from equipoise.design.planned.world import Numbers
from equipoise.design.sequential.conditional_power import design_drift
from equipoise.design.survival.world import SurvivalWorld
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.one_proportion import proportion_limits
from equipoise.monitor.future import PatientsAtHand
from equipoise.monitor.reestimation import (
    NuisanceEstimate,
    Pooled,
    PooledAnswers,
    PooledMeasurements,
    Reestimation,
    enrollment_pace,
    events_reestimated,
    inflation_for_variance,
)
from equipoise.monitor.reestimation_hazard import BlindedHazard, blinded_hazard
from equipoise.monitor.reestimation_wording import sentences_of_events, sentences_of_size
from equipoise.protocol.coherence_effects import experimental_rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design.plan import Plan
    from equipoise.protocol.planning import EndpointAssumption

Adjustment = Literal["none", "planned difference"]
EVENTS_A_PERIOD = 10  # fewer do not tell a rate of their own
TWO_ARMS = 2
ALPHA = (
    "No arm is told apart, so the type I error of the test of superiority stays at its level but "
    "for a little (Kieser & Friede 2003, Stat Med 22:3571; Friede & Kieser 2006, Biom J 48:537)."
)
ALPHA_OF_EVENTS = (
    "Events are counted whatever the arm, so the type I error of the log-rank test stays at its "
    "level (Todd, Valdés-Márquez & West 2012, Pharm Stat 11:141)."
)
ALPHA_OF_MARGIN = (
    "In a trial with a margin blinded re-estimation may raise the type I error slightly: simulate "
    "it before relying on it (Friede & Kieser 2003, Stat Med 22:995)."
)


def blinded_reestimation(
    pooled: Pooled,
    design: TrialDesign,
    *,
    at_most: float = np.inf,
    adjust: Adjustment = "none",
) -> Reestimation:
    """Tell from pooled data whether the trial has the size it needs, and what would change.

    Args:
        pooled: of the endpoint of the hypothesis that sizes the trial; arms are not looked at.
        design: of the trial.
        at_most: patients after re-estimation, all arms together; never fewer than planned.
        adjust: of a standard deviation: "planned difference" takes off what the arms would
            differ by.

    Raises:
        DesignError: no hypothesis with a plan, more than two arms, other data than its
            endpoint's, or no design with what the data say.
        DataError: too few data.

    Accuracy: that of the design.

    Witness: law: what was planned, seen, changes nothing; blindrecalc 1.0.1 `n_fix`
        (monitored_reestimation.json).
    """
    main = design.main
    if main is None or main.plan is None:
        raise DesignError("No hypothesis of the protocol has a plan: there is no size to revise.")
    if len(design.protocol.arms) != TWO_ARMS:
        raise DesignError(
            f"The trial has {len(design.protocol.arms)} arms; pooled data are split between two. "
            "Re-estimate each pair's design by itself."
        )
    kind = main.plan.kind
    if kind == "time-to-event" and isinstance(pooled, PatientsAtHand):
        return _of_times(pooled, design, main, main.plan)
    if kind == "binary" and isinstance(pooled, PooledAnswers):
        return _of_answers(pooled, design, main, main.plan, at_most)
    if kind == "continuous" and isinstance(pooled, PooledMeasurements):
        return _of_measurements(pooled, design, main, main.plan, at_most, adjust)
    raise DesignError(
        f"The trial is sized for {main.label}, a {kind} endpoint; the pooled data are of another "
        f"kind ({type(pooled).__name__}). Give its own."
    )


def _of_times(
    pooled: PatientsAtHand, design: TrialDesign, main: HypothesisDesign, plan: "Plan"
) -> Reestimation:
    world, last = main.world, plan.looks[-1]
    if world is None or last.time is None or last.events is None:
        raise DesignError(
            "The design plans events alone, not when they come; add accrual and hazards under "
            "`planning` to re-estimate them."
        )
    starts = _periods(pooled.time[pooled.event], world)
    hazard = blinded_hazard(pooled.time, pooled.event, world, starts=starts)
    pace = enrollment_pace(pooled.entry, pooled.cut, world.accrual)
    events = events_reestimated(
        world,
        hazard.factor,
        pace,
        patients=max(world.accrual.patients, float(pooled.entry.size)),
        cut=pooled.cut,
        events=last.events,
        planned_end=last.time,
    )
    share = min(1.0, events.events_by_planned_end / last.events)
    power = plan.sequential.rejection(design_drift(plan.sequential, share**0.5))
    events = replace(events, power_at_planned_end=power)
    return Reestimation(
        hypothesis=main.hypothesis,
        kind="time-to-event",
        nuisance=_factors(hazard),
        hazard=hazard,
        events=events,
        size=None,
        whole=None,
        inflated=None,
        power_unchanged=power,
        sentences=sentences_of_events(hazard, events, pooled.cut, design.protocol),
        alpha=ALPHA_OF_MARGIN if _has_margin(main) else ALPHA_OF_EVENTS,
        assumed=(
            (
                "The hazard ratio is as planned; control and experimental patients are as many as "
                "planned in every stratum."
            ),
            (
                "Dropout is as planned; patients come as planned from the cut on, or at the "
                "average rate so far where the plan has none then."
            ),
        ),
    )


def _periods(events: Vector, world: SurvivalWorld) -> Vector:
    """Start a period where a planned hazard changes, if both sides have events to tell."""
    changes = np.unique(np.concatenate([each.control_hazard.starts for each in world.strata]))
    kept, since = [0.0], 0
    for start in changes[1:].tolist():
        here = int((events <= start).sum())
        left = events.size - here
        if here - since >= EVENTS_A_PERIOD and left >= EVENTS_A_PERIOD:
            kept.append(start)
            since = here
    return vector(kept)


def _factors(hazard: BlindedHazard) -> tuple[NuisanceEstimate, ...]:
    starts = hazard.factor.starts.tolist()
    return tuple(
        NuisanceEstimate(
            "hazard, times the planned"
            + (f", from {start:g} after randomization" if len(starts) > 1 else ""),
            1.0,
            float(hazard.factor.values[place]),
            float(hazard.lower[place]),
            float(hazard.upper[place]),
            hazard.level,
            f"{hazard.events[place]:.0f} events",
        )
        for place, start in enumerate(starts)
    )


def _of_answers(
    pooled: PooledAnswers,
    design: TrialDesign,
    main: HypothesisDesign,
    plan: "Plan",
    at_most: float,
) -> Reestimation:
    if not 0 < pooled.yes < pooled.patients:
        raise DesignError(
            f"{pooled.yes} of {pooled.patients} answers are yes: no rate strictly between 0 and 1 "
            "to plan with. Wait for more."
        )
    effect, level = plan.effect, design.protocol.analysis.level
    seen = pooled.yes / pooled.patients
    control, _ = blinded_probabilities(
        seen,
        effect.value,
        measure=effect.name,  # type: ignore[arg-type]
        allocation=plan.allocation,
    )
    planned = _assumption(design, main).rate or 0.0
    lower, upper = proportion_limits(pooled.yes, pooled.patients, level, "wilson")
    was = _pooled_rate(planned, plan)
    estimate = NuisanceEstimate(
        "pooled probability of a yes",
        was,
        seen,
        lower,
        upper,
        level,
        f"{pooled.patients} answers",
    )
    told = NuisanceEstimate(
        "control arm's probability of a yes, at the planned effect,",
        planned,
        control,
        None,
        None,
        level,
        f"{pooled.patients} answers",
    )
    return _sized(
        design, main, plan, (estimate, told), lambda a: replace(a, rate=control), at_most, None
    )


def _of_measurements(
    pooled: PooledMeasurements,
    design: TrialDesign,
    main: HypothesisDesign,
    plan: "Plan",
    at_most: float,
    adjust: Adjustment,
) -> Reestimation:
    effect, level = plan.effect, design.protocol.analysis.level
    if effect.name != "mean difference":
        raise DesignError(f"A {effect.name} is not re-estimated from pooled measurements.")
    taken_off = effect.value if adjust == "planned difference" else None
    within = blinded_standard_deviation(
        pooled.standard_deviation,
        pooled.patients,
        difference=taken_off,
        allocation=plan.allocation,
    )
    degrees = pooled.patients - 1
    spread = within * np.sqrt(degrees)
    lower, upper = (
        float(spread / np.sqrt(chdtri(degrees, tail)))
        for tail in ((1 - level) / 2, (1 + level) / 2)
    )
    estimate = NuisanceEstimate(
        "standard deviation within arms",
        _assumption(design, main).standard_deviation or 0.0,
        within,
        lower,
        upper,
        level,
        f"{pooled.patients} measurements",
    )
    stopping = plan.sequential.asked.stopping
    factor = inflation_for_variance(
        pooled.patients, alpha=stopping.alpha, power=plan.power, sides=stopping.sides
    )
    return _sized(
        design,
        main,
        plan,
        (estimate,),
        lambda a: replace(a, standard_deviation=within),
        at_most,
        factor,
    )


def _sized(
    design: TrialDesign,
    main: HypothesisDesign,
    plan: "Plan",
    nuisance: tuple[NuisanceEstimate, ...],
    revise: "Callable[[EndpointAssumption], EndpointAssumption]",
    at_most: float,
    factor: float | None,
) -> Reestimation:
    """Plan again with a revised assumption, and set the sizes side by side."""
    power = _power_to_reach(design, plan)
    anew = planned_again(design, main, revise, power=power)
    unchanged = planned_again(design, main, revise, patients=plan.patients)
    wanted = anew.patients * (1.0 if factor is None else factor)
    size = restrained_size(anew.patients, plan.patients, at_most=at_most)
    return Reestimation(
        hypothesis=main.hypothesis,
        kind=plan.kind,  # type: ignore[arg-type]
        nuisance=nuisance,
        hazard=None,
        events=None,
        size=size,
        whole=_whole(size, anew, plan),
        inflated=None if factor is None else wanted,
        power_unchanged=unchanged.power,
        sentences=sentences_of_size(
            nuisance, size, _whole(size, anew, plan), plan.power, unchanged.power
        ),
        alpha=ALPHA_OF_MARGIN if _has_margin(main) else ALPHA,
        assumed=(
            (
                f"The {plan.effect.name} is as planned, {plan.effect.value:g}; so are test, "
                "bounds, alpha and power."
            ),
            "Patients are never fewer than planned (Wittes & Brittain 1990, Stat Med 9:65).",
        ),
    )


def _power_to_reach(design: TrialDesign, plan: "Plan") -> float:
    """Give the plan's power; of an exact test, whose power jumps with patients, that promised."""
    promise = design.protocol.design
    if plan.exact is None or promise is None or not promise.power:
        return plan.power
    return min(plan.power, promise.power[0])


def _whole(size: ReestimatedSize, anew: "Plan", plan: "Plan") -> int:
    """Give the whole patients to go on with; a cap is never passed."""
    if size.patients == anew.patients:
        return sum(anew.patients_whole)
    return sum(plan.patients_whole) if size.patients == plan.patients else int(size.patients)


def planned_again(
    design: TrialDesign,
    main: HypothesisDesign,
    revise: "Callable[[EndpointAssumption], EndpointAssumption]",
    *,
    power: float | None = None,
    patients: float | None = None,
) -> "Plan":
    """Plan the hypothesis that sizes a trial with another assumption about its endpoint.

    Args:
        design: of the trial.
        main: the hypothesis.
        revise: makes the new assumption of the old one.
        power: to reach; or
        patients: to have.

    Raises:
        DesignError: no such design.

    Witness: law: an assumption that is not changed gives the plan again.
    """
    protocol, promise = design.protocol, design.protocol.design
    assert promise is not None and main.plan is not None  # noqa: PT018, S101 - it has a plan
    old = promise.planning
    others = tuple(each for each in old.endpoints if each.endpoint != main.endpoint)
    planning = replace(
        old,
        endpoints=(*others, revise(_assumption(design, main))),
        patients=(),
        accrual_pieces=(),
        accrual_duration=(),
        follow_up=(),
    )
    level = planned_level(levels(protocol, promise), main.hypothesis)
    asked = asked_at(protocol, protocol.hypothesis(main.hypothesis), level)
    asked = replace(
        asked,
        promise=replace(asked.promise, planning=planning),
        solve_for="patients" if patients is None else "power",
    )
    numbers = Numbers(effect=main.plan.effect.value, power=power, patients=patients)
    return plan_hypothesis(asked, numbers).plan


def _assumption(design: TrialDesign, main: HypothesisDesign) -> "EndpointAssumption":
    promise = design.protocol.design
    assert promise is not None  # noqa: S101 - it has a plan
    return promise.planning.endpoint(main.endpoint)


def _has_margin(main: HypothesisDesign) -> bool:
    return main.effect is not None and main.effect.margin is not None


def _pooled_rate(control: float, plan: "Plan") -> float:
    """Give the planned probability of both arms together."""
    experimental = experimental_rate(plan.effect.name, plan.effect.value, control) or 0.0
    return (control + plan.allocation * experimental) / (1.0 + plan.allocation)

"""Re-estimate the patients of a trial from pooled answers or measurements: plan it anew.

The hypothesis that sizes the trial is planned again with the re-estimated nuisance parameter in
place of the assumed one; test, bounds, alpha, power and the planned effect are the protocol's.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

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
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError
from equipoise.kernel.one_proportion import proportion_limits
from equipoise.monitor.reestimation.reestimation import (
    NuisanceEstimate,
    PooledAnswers,
    PooledMeasurements,
    Reestimation,
    inflation_for_variance,
)
from equipoise.monitor.reestimation.wording import ALPHA, alpha_kept, sentences_of_size
from equipoise.protocol.coherence_effects import experimental_rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design.plan import Plan
    from equipoise.protocol.planning import EndpointAssumption

Adjustment: TypeAlias = Literal["none", "planned difference"]


def reestimate_answers(
    pooled: PooledAnswers,
    design: TrialDesign,
    main: HypothesisDesign,
    plan: "Plan",
    at_most: float,
) -> Reestimation:
    """Re-estimate the pooled probability, and plan with its split at the planned effect.

    Args:
        pooled: answers of all patients.
        design: of the trial.
        main: the hypothesis that sizes it.
        plan: its plan.
        at_most: patients.

    Raises:
        DesignError: no two probabilities fit, or all answers are alike.

    Witness: blindrecalc 1.0.1 `n_fix` (monitored_reestimation.json).
    """
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
    said = f"{pooled.patients} answers"
    estimate = NuisanceEstimate(
        "pooled probability of a yes",
        _pooled_rate(planned, plan),
        seen,
        lower,
        upper,
        level,
        said,
    )
    told = NuisanceEstimate(
        "control arm's probability of a yes, at the planned effect,",
        planned,
        control,
        None,
        None,
        level,
        said,
    )
    return _sized(
        design, main, plan, (estimate, told), lambda a: replace(a, rate=control), at_most, None
    )


def reestimate_measurements(
    pooled: PooledMeasurements,
    design: TrialDesign,
    main: HypothesisDesign,
    plan: "Plan",
    at_most: float,
    adjust: Adjustment,
) -> Reestimation:
    """Re-estimate the standard deviation within arms, and plan with it.

    Args:
        pooled: measurements of all patients.
        design: of the trial.
        main: the hypothesis that sizes it.
        plan: its plan.
        at_most: patients.
        adjust: whether the planned difference is taken off.

    Raises:
        DesignError: the planned difference would explain all of the spread.

    Witness: blindrecalc 1.0.1 `n_fix` (monitored_reestimation.json).
    """
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
    estimate = NuisanceEstimate(
        "standard deviation within arms",
        _assumption(design, main).standard_deviation or 0.0,
        within,
        *_deviation_limits(within, pooled.patients - 1, level),
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


def _deviation_limits(deviation: float, degrees: int, level: float) -> tuple[float, float]:
    """Give chi-square limits, those of one sample."""
    lower, upper = (
        deviation * float(np.sqrt(degrees / chdtri(degrees, tail)))
        for tail in ((1 - level) / 2, (1 + level) / 2)
    )
    return lower, upper


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
        alpha=alpha_kept(main, ALPHA),
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


def _pooled_rate(control: float, plan: "Plan") -> float:
    """Give the planned probability of both arms together."""
    experimental = experimental_rate(plan.effect.name, plan.effect.value, control) or 0.0
    return (control + plan.allocation * experimental) / (1.0 + plan.allocation)

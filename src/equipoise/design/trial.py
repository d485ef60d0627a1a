"""What the trial of a protocol will take: the whole design, from the promises alone.

    the hypothesis that sizes the trial    its plan, as solved
    every other one with an effect         its power in that trial
    around them                            multiplicity, alternatives, assurance, safety

Errors of the first are the caller's; another hypothesis that cannot be planned says why.
"""

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING

from equipoise.design.alternatives import alternatives
from equipoise.design.hypothesis_plan import Planned, plan_hypothesis
from equipoise.design.planned_world import choices
from equipoise.design.secondary import asked_for_main, plan_secondary
from equipoise.design.stopping import stopping_plan
from equipoise.design.trial_design import (
    Assurance,
    HypothesisDesign,
    MultiplicityDesign,
    Reading,
    SafetyCheck,
    SafetyDesign,
    TrialDesign,
)
from equipoise.design.wording import paragraphs
from equipoise.design.wording_numbers import sentence
from equipoise.errors import DesignError
from equipoise.protocol.coherence_effects import null_of
from equipoise.protocol.trial import Hypothesis, Protocol, TestMethod

if TYPE_CHECKING:
    from equipoise.design.hypothesis_plan import Asked
    from equipoise.design.plan import Plan
    from equipoise.design.sequential.rules import StoppingPlan
    from equipoise.protocol.planning import DesignPromise, Prior, SafetyRule


def design_trial(protocol: Protocol, *, read_at: tuple[float, ...] = ()) -> TrialDesign:
    """Design the trial a protocol promises.

    Args:
        protocol: with a `design`.
        read_at: further counts to read the design at, beside those of the protocol.

    Raises:
        DesignError: the protocol promises no design, or none satisfies it.

    Witness: the modules it hands on to; `equipoise design` on the examples (tests/end_to_end).
    """
    promise = protocol.design
    if promise is None:
        raise DesignError(
            f"The protocol of {protocol.trial.id} promises no design; add `design` with `power` "
            "and an `effect` to a hypothesis."
        )
    if promise.sized_for is None and not promise.safety:
        raise DesignError(
            f"No hypothesis of {protocol.trial.id} has an effect to plan for; add "
            "`effect: {hazard_ratio: 0.7}`, or another, to one."
        )
    main = _main(protocol, promise)
    hypotheses = tuple(
        _hypothesis(protocol, promise, each, main, read_at) for each in protocol.hypotheses
    )
    design = TrialDesign(
        protocol=protocol,
        hypotheses=hypotheses,
        multiplicity=_multiplicity(protocol, promise, hypotheses, main),
        alternatives=alternatives(*main) if main else None,
        assurance=_assurance(promise, main),
        safety=tuple(_safety(rule) for rule in promise.safety),
        paragraphs=(),
        notes=promise.notes,
        assumed=_assumed(hypotheses),
    )
    return replace(design, paragraphs=paragraphs(design))


def _main(protocol: Protocol, promise: "DesignPromise") -> "tuple[Asked, Planned] | None":
    """Plan the hypothesis the trial is sized for."""
    from equipoise.design.planned_multiplicity import planned_alpha  # noqa: PLC0415

    if promise.sized_for is None:
        return None
    hypothesis = protocol.hypothesis(promise.sized_for)
    alpha = planned_alpha(promise.multiplicity, hypothesis.id, promise.alpha)
    asked = asked_for_main(protocol, hypothesis, alpha)
    return asked, plan_hypothesis(asked, next(choices(promise)))


def _hypothesis(
    protocol: Protocol,
    promise: "DesignPromise",
    hypothesis: Hypothesis,
    main: "tuple[Asked, Planned] | None",
    read_at: tuple[float, ...],
) -> HypothesisDesign:
    from equipoise.design.planned_multiplicity import (  # noqa: PLC0415
        planned_alpha,
        starting_alpha,
    )

    sized = hypothesis.id == promise.sized_for
    effect = promise.effect(hypothesis.id)
    planned, why = None, "no effect is planned for it"
    level = planned_alpha(promise.multiplicity, hypothesis.id, promise.alpha)
    if sized and main:
        planned, why = main[1], ""
    elif effect is not None and main and level == 0:
        why = "the share of alpha that comes to it is nothing to speak of"
    elif effect is not None and main:
        try:
            planned, why = plan_secondary(protocol, hypothesis, level, main[1]), ""
        except DesignError as refusal:
            why = str(refusal)
    comparison = protocol.comparison(hypothesis.comparison)
    plan = planned.plan if planned else None
    check = sized and promise.solve_for == "power" and bool(promise.power)
    empty = HypothesisDesign(
        hypothesis=hypothesis.id,
        label=hypothesis.label,
        endpoint=protocol.estimand(hypothesis.estimand).endpoint,
        comparison=comparison.id,
        control=comparison.control,
        experimental=comparison.experimental,
        role=hypothesis.role,
        sized=sized,
        alpha=starting_alpha(promise.multiplicity, hypothesis.id, promise.alpha),
        planned_alpha=level if plan else None,
        effect=effect,
        plan=plan,
        not_planned=why,
        promised_power=promise.power[0] if check else None,
        power_futility_ignored=_without_futility(plan),
        world=planned.world if planned else None,
        courses=(),
        readings=(),
        assumed=planned.extra if planned else (),
    )
    if planned is None:
        return empty
    counts = (*promise.looks.read_at, *read_at) if sized else ()
    return _over_time(protocol, replace(empty, readings=_readings(planned, counts)))


def _over_time(protocol: Protocol, design: HypothesisDesign) -> HypothesisDesign:
    """Add patients and events over calendar time, where there are times."""
    if design.world is None or design.plan is None or design.effect is None:
        return design
    from equipoise.design.expected_courses import courses  # noqa: PLC0415

    last = design.plan.looks[-1].time or 0.0
    promise = protocol.design
    follow_up = promise.planning.follow_up[0] if promise and promise.planning.follow_up else 0.0
    until = max(last, design.world.accrual.duration + follow_up)
    comparison = protocol.comparison(design.comparison)
    return replace(design, courses=courses(design.world, comparison, null_of(design.effect), until))


def _readings(planned: Planned, counts: tuple[float, ...]) -> tuple[Reading, ...]:
    if not counts:
        return ()
    from equipoise.design.readings import reading  # noqa: PLC0415

    return tuple(
        reading(planned.plan, count, planned.world) for count in dict.fromkeys(sorted(counts))
    )


def _without_futility(plan: "Plan | None") -> float | None:
    """Give the power were futility never obeyed, where alpha does not rely on it."""
    if plan is None or plan.sequential.binding or plan.sequential.asked.stopping.futility is None:
        return None
    import numpy as np  # noqa: PLC0415

    from equipoise.design.sequential.conditional_power import design_drift  # noqa: PLC0415
    from equipoise.kernel.arrays import vector  # noqa: PLC0415

    sequential = plan.sequential
    open_below = vector(np.full(sequential.looks, -np.inf))
    lower = sequential.lower if sequential.sides > 1 else open_below
    ignored = replace(sequential, lower=lower, inner=None)
    return ignored.rejection(design_drift(sequential))


def _multiplicity(
    protocol: Protocol,
    promise: "DesignPromise",
    hypotheses: tuple[HypothesisDesign, ...],
    main: "tuple[Asked, Planned] | None",
) -> MultiplicityDesign | None:
    rule = promise.multiplicity
    if rule is None or main is None:
        return None
    from equipoise.design.planned_multiplicity import multiplicity_design  # noqa: PLC0415

    plan = main[1].plan
    tested = {each.hypothesis: _tested(protocol, each, plan) for each in hypotheses}
    return multiplicity_design(rule, promise.alpha, tested, plan.sequential.drift)


def _tested(
    protocol: Protocol, hypothesis: HypothesisDesign, main: "Plan"
) -> "StoppingPlan | None":
    """Give the rules a hypothesis is tested by: its plan's, or those of the trial."""
    promise = protocol.design
    test = protocol.hypothesis(hypothesis.hypothesis).test.method
    if promise is None or test is TestMethod.MAX_COMBO:
        return None
    if hypothesis.plan is not None:
        stopping = hypothesis.plan.sequential.asked.stopping
    else:
        stopping = stopping_plan(promise, promise.alpha, futility=False)
        looks = main.sequential.asked.stopping
        stopping = replace(
            stopping, information=looks.information, spending_time=looks.spending_time
        )
    binding = stopping.futility is not None and stopping.futility.binding
    return stopping if binding else replace(stopping, futility=None)


def _assurance(
    promise: "DesignPromise", main: "tuple[Asked, Planned] | None"
) -> tuple[Assurance, ...]:
    prior = promise.prior
    if prior is None or main is None:
        return ()
    from equipoise.design.sequential.predictive_power import (  # noqa: PLC0415
        DriftBelief,
        probability_of_success,
    )

    plan, (mean, spread) = main[1].plan, _belief(prior, main[1].plan)
    chance = probability_of_success(plan.sequential, DriftBelief(mean, spread), futility="obeyed")
    scale = "logarithm of the " if plan.effect.scale == "log" else ""
    told = f"The {scale}{prior.measure} is believed to be normal."
    if plan.sequential.asked.stopping.futility is not None:
        told += " Futility is obeyed."
    return (Assurance(promise.sized_for or "", prior, prior.measure, chance, (told,)),)


def _belief(prior: "Prior", plan: "Plan") -> tuple[float, float]:
    """Give the prior in units of the planned effect, on the scale where z is linear in it."""
    ratio = plan.effect.scale == "log"

    def linear(value: float) -> float:
        return log(value) if ratio else value

    whole = linear(plan.effect.value) - linear(plan.effect.null)
    return (linear(prior.mean) - linear(plan.effect.null)) / whole, abs(
        prior.standard_deviation / whole
    )


def _safety(rule: "SafetyRule") -> SafetyDesign:
    from equipoise.design.safety.boundary import safety_boundary  # noqa: PLC0415

    found = safety_boundary(rule)
    bad = found.unacceptable
    return SafetyDesign(
        rule=rule,
        checks=tuple(SafetyCheck(patients, stop_at) for patients, stop_at in found.boundary),
        stops_if_acceptable=found.acceptable.stopping,
        stops_if_unacceptable=bad.stopping if bad else None,
        patients_if_acceptable=found.acceptable.expected_patients,
        patients_if_unacceptable=bad.expected_patients if bad else None,
        assumed=found.assumed,
    )


def _assumed(hypotheses: tuple[HypothesisDesign, ...]) -> tuple[str, ...]:
    said = [sentence(line) for each in hypotheses if each.plan for line in each.plan.assumed]
    return tuple(dict.fromkeys(said))

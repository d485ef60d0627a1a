"""What the trial of a protocol will take: the whole design, from the promises alone.

    the hypothesis that sizes the trial    its plan, as solved (`sizing`)
    every other one with an effect         its power in that trial
    around them                            multiplicity, alternatives, assurance, safety

Errors of the first are the caller's; another hypothesis that cannot be planned says why.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.design.planned.multiplicity import Levels, levels, planned_level, starting_alpha
from equipoise.design.planned.secondary import plan_secondary
from equipoise.design.planned.several import arms_of, goal_of_all, multiplicity_of
from equipoise.design.planned.sizing import Sized, size_trial
from equipoise.design.planned.world import choices
from equipoise.design.trial_design import Assurance, HypothesisDesign, Reading, TrialDesign
from equipoise.design.wording.design import paragraphs
from equipoise.design.wording.numbers import sentence
from equipoise.errors import DesignError
from equipoise.protocol.coherence_effects import null_of
from equipoise.protocol.remarks_of_planning import LONGEST, planning_remarks, years
from equipoise.protocol.trial import Hypothesis, Protocol

if TYPE_CHECKING:
    from equipoise.design.plan import Plan
    from equipoise.design.planned.hypothesis import Planned
    from equipoise.design.trial_design import Alternatives, SafetyDesign
    from equipoise.protocol.planning import DesignPromise


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
    held = levels(protocol, promise)
    together = goal_of_all(protocol, held)
    sized = None
    if promise.sized_for is not None:
        sized = size_trial(protocol, held, next(choices(promise)), together)
    hypotheses = tuple(
        _hypothesis(protocol, promise, each, held, sized, read_at) for each in protocol.hypotheses
    )
    design = TrialDesign(
        protocol=protocol,
        hypotheses=hypotheses,
        multiplicity=multiplicity_of(protocol, held, hypotheses, sized) if sized else None,
        alternatives=_alternatives(protocol, held, sized),
        assurance=_assurance(promise, hypotheses),
        safety=_safety(promise),
        paragraphs=(),
        notes=(*promise.notes, *_remarks(protocol, hypotheses)),
        assumed=_assumed(hypotheses),
        sizing=sized.sizing if sized else None,
        arms=arms_of(protocol, sized.planned, sized.asked) if sized else (),
    )
    return replace(design, paragraphs=paragraphs(design))


def _remarks(protocol: Protocol, hypotheses: tuple[HypothesisDesign, ...]) -> tuple[str, ...]:
    """Remark on what is planned, or follows from it, and no trial has seen."""
    told = [
        f"Remark: {each.what}, {each.value}; {each.remedy}." for each in planning_remarks(protocol)
    ]
    for each in hypotheses:
        last = each.plan.looks[-1].time if each.plan and each.sized else None
        lasting = 0.0 if last is None else years(last, protocol.trial.time_unit)
        if lasting > LONGEST:
            told.append(
                f"Remark: the last look comes {lasting:.3g} years after the first patient; enroll "
                "faster, or follow longer, unless it is meant so."
            )
    return tuple(told)


def _hypothesis(
    protocol: Protocol,
    promise: "DesignPromise",
    hypothesis: Hypothesis,
    held: Levels,
    sized: Sized | None,
    read_at: tuple[float, ...],
) -> HypothesisDesign:
    decides = sized is not None and hypothesis.id == sized.asked.hypothesis.id
    planned, why = _planned(protocol, promise, hypothesis, held, sized)
    comparison = protocol.comparison(hypothesis.comparison)
    plan = planned.plan if planned else None
    alone = not promise.multiplicity or promise.multiplicity.procedure != "co-primary"
    found = promise.solve_for == "power" or (bool(promise.events) and promise.solve_for != "effect")
    check = decides and found and bool(promise.power) and alone
    empty = HypothesisDesign(
        hypothesis=hypothesis.id,
        label=hypothesis.label,
        endpoint=protocol.estimand(hypothesis.estimand).endpoint,
        comparison=comparison.id,
        control=comparison.control,
        experimental=comparison.experimental,
        role=hypothesis.role,
        sized=decides,
        alpha=starting_alpha(held, hypothesis.id),
        planned_alpha=planned_level(held, hypothesis.id).alpha if plan else None,
        effect=promise.effect(hypothesis.id),
        plan=plan,
        not_planned=why,
        promised_power=promise.power[0] if check else None,
        power_futility_ignored=_without_futility(plan),
        world=planned.world if planned else None,
        courses=(),
        readings=(),
        assumed=planned.extra if planned else (),
        whole=planned.whole() if planned else None,
    )
    if planned is None:
        return empty
    counts = (*promise.looks.read_at, *read_at) if decides else ()
    return _over_time(protocol, replace(empty, readings=_readings(planned, counts)))


def _planned(
    protocol: Protocol,
    promise: "DesignPromise",
    hypothesis: Hypothesis,
    held: Levels,
    sized: Sized | None,
) -> "tuple[Planned | None, str]":
    """Give the plan of a hypothesis, or why there is none."""
    if sized is not None and hypothesis.id == sized.asked.hypothesis.id:
        return sized.planned, ""
    if promise.effect(hypothesis.id) is None or sized is None:
        return None, "no effect is planned for it"
    if sized.own and hypothesis.id in sized.own:
        return sized.own[hypothesis.id], ""
    level = planned_level(held, hypothesis.id)
    if level.alpha == 0:
        return None, "the share of alpha that comes to it is nothing to speak of"
    try:
        return plan_secondary(protocol, hypothesis, level, sized.planned), ""
    except DesignError as refusal:
        return None, str(refusal)


def _over_time(protocol: Protocol, design: HypothesisDesign) -> HypothesisDesign:
    """Add patients and events over calendar time, where there are times."""
    if design.world is None or design.plan is None or design.effect is None:
        return design
    from equipoise.design.planned.expected_courses import courses  # noqa: PLC0415

    last = design.plan.looks[-1].time or 0.0
    promise = protocol.design
    follow_up = promise.planning.follow_up[0] if promise and promise.planning.follow_up else 0.0
    until = max(last, design.world.accrual.duration + follow_up)
    comparison = protocol.comparison(design.comparison)
    return replace(design, courses=courses(design.world, comparison, null_of(design.effect), until))


def _readings(planned: "Planned", counts: tuple[float, ...]) -> tuple[Reading, ...]:
    if not counts:
        return ()
    from equipoise.design.planned.readings import reading  # noqa: PLC0415

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


def _alternatives(protocol: Protocol, held: Levels, sized: Sized | None) -> "Alternatives | None":
    if sized is None:
        return None
    from equipoise.design.planned.alternatives import alternatives  # noqa: PLC0415

    return alternatives(protocol, held, sized)


def _assurance(
    promise: "DesignPromise", hypotheses: tuple[HypothesisDesign, ...]
) -> tuple[Assurance, ...]:
    lead = next((each for each in hypotheses if each.hypothesis == promise.sized_for), None)
    if promise.prior is None or lead is None or lead.plan is None:
        return ()
    from equipoise.design.planned.assurance import assurance_of  # noqa: PLC0415

    return (assurance_of(lead.hypothesis, promise.prior, lead.plan),)


def _safety(promise: "DesignPromise") -> "tuple[SafetyDesign, ...]":
    if not promise.safety:
        return ()
    from equipoise.design.planned.safety import safety_of  # noqa: PLC0415

    return tuple(safety_of(rule) for rule in promise.safety)


def _assumed(hypotheses: tuple[HypothesisDesign, ...]) -> tuple[str, ...]:
    said = [sentence(line) for each in hypotheses if each.plan for line in each.plan.assumed]
    return tuple(dict.fromkeys(said))

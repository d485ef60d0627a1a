"""By which bounds each hypothesis of a planned trial is decided, and at which looks.

A hypothesis with a plan has the plan's design, drawn at its level at the start, or at all of alpha
where it waits for others.  One without has the trial's rules, at the information its endpoint is
expected to have at the looks in the scenario `planned`.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.planned.stopping import stopping_plan
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import FixedEfficacy, SpendBothSides, StoppingPlan
from equipoise.design.survival.events import counts_at
from equipoise.design.survival.world import Accrual, StratumWorld, SurvivalWorld, constant_rate
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.monitor.rules import Bounds, FixedBounds, HypothesisRules, UpdatedBounds
from equipoise.protocol.planning import DesignPromise
from equipoise.simulate.conduct import Proportions, RestrictedMean, Tested
from equipoise.simulate.planned_looks import whole_plan
from equipoise.simulate.world import IndependentEndpoints, TimeTruth, World

SAME = 1e-9
EARLIEST = 1e-4  # of the information at the last look


@dataclass(frozen=True, slots=True)
class Deciding:
    """The rules of a hypothesis, or why it has none."""

    rules: HypothesisRules | None
    why_not: str = ""


def deciding_of(
    design: TrialDesign,
    promise: DesignPromise,
    each: HypothesisDesign,
    tested: Tested,
    world: World | None,
) -> Deciding:
    """Give how a hypothesis is decided.

    Args:
        design: of the trial.
        promise: the protocol's.
        each: the hypothesis as designed.
        tested: how it is tested.
        world: the scenario `planned`, for the information of hypotheses without a plan; None
            where it is not known.

    Witness: the design's own bounds; `group_sequential` at other levels.
    """
    obeyed = design.protocol.rehearsal.conduct.futility_obeyed
    looks = len(design.main.plan.looks) if design.main and design.main.plan else 1
    if each.plan is not None:
        plan = whole_plan(each)
        bounds = _of_plan(promise, each, plan.sequential, _planned(each, tested))
        at = None if len(plan.looks) == looks else (looks,)
        return Deciding(HypothesisRules(each.hypothesis, bounds, at, obeyed))
    if promise.effect(each.hypothesis) is not None and each.not_planned:
        return Deciding(None, each.not_planned)
    if world is None:
        return Deciding(None, "no effect is planned for it, and who comes when is not, either")
    return _without_plan(design, promise, each, tested, world)


def _of_plan(
    promise: DesignPromise, each: HypothesisDesign, drawn: GroupSequential, planned: float
) -> Bounds:
    """Give the bounds of a plan, at the level the hypothesis has at the start."""
    stopping = drawn.asked.stopping
    together = promise.multiplicity is not None and promise.multiplicity.procedure == "dunnett"
    if together:
        return FixedBounds(tuple(drawn.upper.tolist()), tuple(drawn.lower.tolist()), planned)
    level = each.alpha or promise.alpha
    if abs(stopping.alpha - level) <= SAME or isinstance(stopping.efficacy, FixedEfficacy):
        return UpdatedBounds(drawn, planned)
    efficacy = stopping.efficacy
    if isinstance(efficacy, SpendBothSides):
        share = level / stopping.alpha
        efficacy = replace(efficacy, alpha_lower=efficacy.alpha_lower * share)
    other = replace(stopping, alpha=level, efficacy=efficacy)
    return UpdatedBounds(group_sequential(other, drift=drawn.drift), planned)


def _planned(each: HypothesisDesign, tested: Tested) -> float:
    """Give what information fraction 1 counts."""
    plan = whole_plan(each)
    last = plan.looks[-1]
    if isinstance(tested.test, RestrictedMean):
        return last.information
    if isinstance(tested.test, Proportions):
        return float(sum(plan.patients_whole))
    return last.events if last.events is not None else last.patients


def _without_plan(
    design: TrialDesign,
    promise: DesignPromise,
    each: HypothesisDesign,
    tested: Tested,
    world: World,
) -> Deciding:
    lead = design.main
    assert lead is not None  # noqa: S101 - a trial is sized
    plan = whole_plan(lead)
    if isinstance(tested.test, RestrictedMean):
        return Deciding(None, "no effect is planned for it, nor the information of its test")
    level = each.alpha or promise.alpha
    if isinstance(tested.test, Proportions):
        if lead.plan is not None and lead.plan.kind == "time-to-event":
            stopping = replace(_alone(promise, level), information=(1.0,), spending_time=None)
            drawn = group_sequential(stopping, drift=plan.sequential.drift)
            everyone = _pair(world, tested) * world.enrollment.patients
            rules = HypothesisRules(
                each.hypothesis, UpdatedBounds(drawn, everyone), (len(plan.looks),)
            )
            return Deciding(rules)
        information = vector([look.patients for look in plan.looks])
    else:
        times = [look.time for look in plan.looks if look.time is not None]
        if len(times) < len(plan.looks):
            why = "no effect is planned for it, and when the trial is looked at is not, either"
            return Deciding(None, why)
        found = expected_events(world, tested, vector(times))
        if found is None or not found[-1] > 0:
            return Deciding(None, "nothing is assumed of its endpoint in the scenario `planned`")
        information = found
    return _at_information(design, promise, each, level, information)


def _at_information(
    design: TrialDesign,
    promise: DesignPromise,
    each: HypothesisDesign,
    level: float,
    information: Vector,
) -> Deciding:
    assert design.main is not None  # noqa: S101 - a trial is sized
    leading = whole_plan(design.main).sequential.asked.stopping
    fractions = tuple((information / information[-1]).tolist())
    tested = tuple(
        look
        for look, (before, here) in enumerate(zip((0.0, *fractions), fractions, strict=False), 1)
        if here > max(EARLIEST, before)
    )
    kept = tuple(fractions[look - 1] for look in tested)
    spent = leading.spending_time
    time = None if spent is None else tuple(float(spent[look - 1]) for look in tested)
    try:
        stopping = replace(stopping_plan(promise, level, futility=False), information=kept)
        drawn = group_sequential(
            replace(stopping, spending_time=time),
            drift=whole_plan(design.main).sequential.drift,
        )
    except DesignError as refusal:
        return Deciding(None, str(refusal))
    at = None if len(tested) == len(fractions) else tested
    bounds = UpdatedBounds(drawn, float(information[-1]))
    return Deciding(HypothesisRules(each.hypothesis, bounds, at))


def _alone(promise: DesignPromise, level: float) -> StoppingPlan:
    """Give the rules of one look, at the end."""
    from equipoise.design.planned.secondary import at_the_end  # noqa: PLC0415 - where asked for

    return stopping_plan(at_the_end(promise), level, futility=False)


def _pair(world: World, tested: Tested) -> float:
    """Give the share of patients in the two arms compared."""
    two = world.allocation[tested.control] + world.allocation[tested.experimental]
    return two / sum(world.allocation)


def expected_events(world: World, tested: Tested, times: Vector) -> Vector | None:
    """Give the events of an endpoint expected by calendar times in the two arms compared.

    Args:
        world: its patients and laws.
        tested: whose endpoint, arms and population.
        times: (looks,) calendar times.

    Returns:
        (looks,) events; None where the world does not tell.

    Witness: `counts_at` of the design's own world.
    """
    truth = world.truth
    if not isinstance(truth, IndependentEndpoints) or tested.endpoint not in world.endpoints:
        return None
    found = truth.endpoints[world.endpoints.index(tested.endpoint)]
    if not isinstance(found, TimeTruth):
        return None
    events = np.zeros(times.size)
    for arm in (tested.control, tested.experimental):
        share = world.allocation[arm] / sum(world.allocation)
        events = events + _events_of_arm(world, found, tested, arm, share, times)
    return vector(events)


def _events_of_arm(
    world: World, truth: TimeTruth, tested: Tested, arm: int, share: float, times: Vector
) -> Vector:
    """Give the events of one arm, as both arms of a world in which all are like it."""
    cells = [
        place
        for place, cell in enumerate(world.cells)
        if tested.population is None or tested.population in cell.populations
    ]
    within = sum(world.cells[cell].share for cell in cells)
    strata = []
    for cell in cells:
        law = truth.laws[arm][cell]
        lost = world.dropout[arm][cell].hazard if world.dropout else constant_rate(0.0)
        for competing in truth.competing:
            other = competing[arm][cell].hazard
            starts = np.union1d(lost.starts, other.starts)
            lost = type(lost)(vector(starts), vector(lost.at(starts) + other.at(starts)))
        strata.append(
            StratumWorld(
                f"cell {cell}",
                world.cells[cell].share / within,
                law.hazard,
                constant_rate(1.0),
                lost,
                lost,
                law.cured,
                law.cured,
            )
        )
    shape = truth.laws[arm][cells[0]].shape
    came = world.enrollment
    rates = came.rates.times(share * within)
    accrual = Accrual(rates.starts, rates.values, came.duration)
    told = SurvivalWorld(accrual, tuple(strata), 1.0, world.longest_follow_up, shape)
    return counts_at(told, times).total_events

"""By which bounds each hypothesis of a planned trial is decided, as far as a scenario tells.

A hypothesis with a plan has the plan's design (`monitor.bounds.planned`).  One without has the
trial's rules, at the information its endpoint is expected to have at the looks in the scenario
`planned`.
"""

import numpy as np

from equipoise.design.plan import Plan
from equipoise.design.survival.events import counts_at
from equipoise.design.survival.world import Accrual, StratumWorld, SurvivalWorld, constant_rate
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.kernel.arrays import Vector, vector
from equipoise.monitor.bounds.planned import Deciding, deciding_of
from equipoise.protocol.planning import DesignPromise
from equipoise.simulate.conduct import Proportions, RestrictedMean, Tested
from equipoise.simulate.planned.looks import whole_plan
from equipoise.simulate.worlds.world import IndependentEndpoints, TimeTruth, World


def rehearsed_deciding(
    design: TrialDesign,
    promise: DesignPromise,
    each: HypothesisDesign,
    tested: Tested,
    world: World | None,
) -> Deciding:
    """Give how a hypothesis is decided, or why it cannot be rehearsed.

    Args:
        design: of the trial.
        promise: the protocol's.
        each: the hypothesis as designed.
        tested: how it is tested.
        world: the scenario `planned`, for the information of hypotheses without a plan; None
            where it is not known.

    Witness: the design's own bounds; `group_sequential` at other levels.
    """
    if each.plan is not None or (promise.effect(each.hypothesis) is not None and each.not_planned):
        return deciding_of(design, promise, each, tested.information, None)
    found = expected_without_plan(design, tested, world)
    if isinstance(found, str):
        return Deciding(None, found)
    return deciding_of(design, promise, each, tested.information, found)


def expected_without_plan(design: TrialDesign, tested: Tested, world: World | None) -> Vector | str:
    """Give the information expected of a hypothesis without a plan, or say why none is.

    Returns:
        (looks,) as its test counts it, or one number for a test at the last look alone.

    Witness: closed form (everyone compared, or those planned by each look); `expected_events`.
    """
    if world is None:
        return "no effect is planned for it, and who comes when is not, either"
    lead = design.main
    assert lead is not None  # noqa: S101 - a trial is sized
    plan = whole_plan(lead)
    if isinstance(tested.test, RestrictedMean):
        return "no effect is planned for it, nor the information of its test"
    if isinstance(tested.test, Proportions):
        if lead.plan is not None and lead.plan.kind == "time-to-event":
            return vector([_pair(world, tested) * world.enrollment.patients])
        return vector([look.patients for look in plan.looks])
    return _events_by_looks(plan, tested, world)


def _events_by_looks(plan: Plan, tested: Tested, world: World) -> Vector | str:
    """Give the events expected by the times of the looks."""
    times = [look.time for look in plan.looks if look.time is not None]
    if len(times) < len(plan.looks):
        return "no effect is planned for it, and when the trial is looked at is not, either"
    found = expected_events(world, tested, vector(times))
    if found is None or not found[-1] > 0:
        return "nothing is assumed of its endpoint in the scenario `planned`"
    return found


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

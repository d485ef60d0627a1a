"""Rehearse a range of trials, each from the first patient to the decision.

Trials are played (`play`), decided by the rules of the real one (`monitor.look.decide`), and
estimated where each of them stopped.  Those that may change are played look by look (`adapt`).
A trial depends on (seed, scenario, trial) alone: ranges may be cut anywhere.
"""

import numpy as np

from equipoise.monitor.bounds.rules import Decisions
from equipoise.monitor.inference.stagewise import inference_at_stopping
from equipoise.monitor.look.decide import decide
from equipoise.simulate.adapt.adapt import adaptive_trials
from equipoise.simulate.adapt.combination import NEVER
from equipoise.simulate.adapt.rules import Course, as_planned
from equipoise.simulate.arrays import LookTable
from equipoise.simulate.conduct import Conduct, CoxWald, LogRank, MaxCombo, Tested
from equipoise.simulate.evidence import evidence_of, stopping_rules
from equipoise.simulate.rehearsed import Effects, Rehearsed
from equipoise.simulate.replays.play import Rehearsal, estimates_at, play


def rehearse_range(
    rehearsal: Rehearsal,
    *,
    seed: int,
    scenario: int,
    first: int,
    last: int,
    estimates: bool = True,
    adjusted: bool = False,
    table: LookTable | None = None,
) -> Rehearsed:
    """Play trials `first` ... `last` - 1, decide their looks, and estimate where they stopped.

    Args:
        rehearsal: of `prepare`.
        seed: of the run, 0 or more.
        scenario: its number, 0 or more.
        first: the first trial, from 0.
        last: one past the last trial.
        estimates: whether to estimate effects where trials stopped.
        adjusted: whether to adjust them for the looks, too; not known for trials that were
            changed, where they are nan.
        table: of these trials, where it was played before: designs with the same world, looks and
            tests, and no adaptations, share it.

    Raises:
        SimulationError: Rules, looks or adaptations that do not fit each other.

    Witness: tests/twice (plain NumPy, trial by trial); lrstat's `lrsim`.
    """
    world, conduct = rehearsal.world, rehearsal.conduct
    rules = stopping_rules(conduct)
    if conduct.adaptations or conduct.closed_test is not None:
        table, decisions, course = adaptive_trials(
            rehearsal, seed=seed, scenario=scenario, first=first, last=last
        )
    else:
        if table is None:
            table = play(rehearsal, seed=seed, scenario=scenario, first=first, last=last)
        decisions = decide(rules, evidence_of(world, conduct, table))
        course = as_planned(world, conduct, last - first)
    effects = None
    if estimates:
        effects = _effects(rehearsal, (seed, scenario, first), (table, decisions, course))
        if adjusted:
            effects = _adjusted(conduct, effects, (table, decisions, course))
    return Rehearsed(
        first=first,
        table=table,
        decisions=decisions,
        effects=effects,
        patients=course.rules.patients.astype(np.int32),
        arm_closed=course.arm_closed,
        enriched=course.enriched,
    )


def _effects(
    rehearsal: Rehearsal,
    numbers: tuple[int, int, int],
    found: tuple[LookTable, Decisions, Course],
) -> Effects:
    """Estimate effects at the look at which each trial stopped."""
    (seed, scenario, first), (table, decisions, course) = numbers, found
    rows = np.arange(decisions.stopped.size)
    estimate, error = estimates_at(
        rehearsal,
        seed=seed,
        scenario=scenario,
        first=first,
        look_time=table.time[rows, decisions.stopped],
        rules=course.rules if rehearsal.conduct.adaptations else None,
    )
    nowhere = np.full(estimate.shape, np.nan)
    return Effects(estimate, error, nowhere, nowhere, nowhere)


def _adjusted(
    conduct: Conduct, naive: Effects, found: tuple[LookTable, Decisions, Course]
) -> Effects:
    """Adjust the estimates for the looks, in trials that were not changed.

    What the ordering gives is the effect in the better direction, a unit of the score over its
    variance; on the linear scale it is a log hazard ratio, or a difference, from the null value.
    """
    table, decisions, course = found
    if conduct.closed_test is not None:
        return naive
    inference = inference_at_stopping(
        stopping_rules(conduct), decisions, table.z, table.information
    )
    kept = (course.remade == NEVER)[:, None]
    towards = np.array([_towards_better(each) for each in conduct.tested])
    margin = np.array([each.margin for each in conduct.tested])
    limits = np.stack([inference.lower, inference.estimate, inference.upper])
    linear = np.where(kept, margin + towards * limits, np.nan)
    low, middle, high = np.sort(linear, axis=0) if linear.size else linear
    return Effects(naive.estimate, naive.error, middle, low, high)


def _towards_better(tested: Tested) -> float:
    """Give the sign of a better effect: of hazard ratios below 1, of differences above 0.

    MaxCombo has no effect of its own.
    """
    if isinstance(tested.test, MaxCombo):
        return float("nan")
    sign = -1.0 if tested.sooner_is_better else 1.0
    return -sign if isinstance(tested.test, LogRank | CoxWald) else sign

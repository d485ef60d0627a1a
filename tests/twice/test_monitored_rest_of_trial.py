"""The rest of a trial, replicate by replicate, in plain NumPy with the tests of real data.

The second program draws each patient's future by walking along hazards, cuts the data at the look's
event, and asks the public functions of `analyze`.  It knows nothing of `equipoise.simulate`.
"""

from dataclasses import replace
from math import ceil

import numpy as np
import pytest

import sample_rest as trials
from equipoise.analyze.cox import cox
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.restricted_mean import restricted_mean_difference
from equipoise.kernel.arrays import flags, vector
from equipoise.monitor.future.future import FutureModel, RateDraws
from equipoise.simulate.rest.rest import Foretold, simulate_rest

FUTURE, SEED, REPLICATES = 2**62, 11, 12
EVENT, LOSS, ARRIVAL, GROUP, STRATUM = range(5)


def numbers(replicate, purpose, size):
    bits = np.random.Philox(
        key=np.array([SEED, FUTURE], np.uint64),
        counter=np.array([0, purpose, replicate, 0], np.uint64),
    )
    return np.random.Generator(bits).random(size)


def reached(rates, draw, since, goal):
    """Walk along the pieces from `since` until the hazards add up to the goal."""
    values = rates.values[draw % rates.values.shape[0]]
    at = since
    for piece, start in enumerate(rates.starts):
        end = rates.starts[piece + 1] if piece + 1 < rates.starts.size else np.inf
        if end <= at:
            continue
        if values[piece] > 0 and goal <= values[piece] * (end - max(at, start)):
            return max(at, start) + goal / values[piece]
        goal -= values[piece] * (end - max(at, start)) if values[piece] > 0 else 0.0
        at = end
    return np.inf


def futures(model, hand, replicate):
    """Rows (entry, arm, stratum, event, loss) of everyone in one replicate."""
    known, strata = hand.entry.size, model.shares.size // 2
    events = -np.log1p(-numbers(replicate, EVENT, known + model.to_come))
    losses = -np.log1p(-numbers(replicate, LOSS, known + model.to_come))
    order = np.argsort(hand.entry, kind="stable")
    rows = []
    for i, at in enumerate(order):
        group, since = hand.group[at], hand.time[at]
        event = reached(model.event[group], replicate, since, events[i])
        loss = reached(model.dropout[group], replicate, since, losses[i])
        if hand.event[at]:
            event, loss = since, np.inf
        elif hand.lost[at]:
            event, loss = np.inf, since
        rows.append((hand.entry[at], hand.arm[at], hand.stratum[at], event, loss))
    arrivals = np.cumsum(-np.log1p(-numbers(replicate, ARRIVAL, model.to_come)))
    chosen = numbers(replicate, GROUP, model.to_come)
    for j in range(model.to_come):
        group = int(np.searchsorted(np.cumsum(model.shares), chosen[j], side="right"))
        entry = hand.cut + reached(model.accrual, replicate, 0.0, arrivals[j])
        event = reached(model.event[group], replicate, 0.0, events[known + j])
        loss = reached(model.dropout[group], replicate, 0.0, losses[known + j])
        rows.append((entry, group // strata, group % strata, event, loss))
    return np.array(rows)


def at_event(rows, count, cut):
    """When the count-th event happens, and not before the cut."""
    entry, event, loss = rows[:, 0], rows[:, 3], rows[:, 4]
    return max(np.sort((entry + event)[event <= loss])[count - 1], cut)


def shown(rows, at):
    rows = rows[rows[:, 0] <= at]
    followed = np.minimum(at - rows[:, 0], rows[:, 4])
    died = (rows[:, 3] <= rows[:, 4]) & (rows[:, 0] + rows[:, 3] <= at)
    return (
        np.where(died, rows[:, 3], followed),
        died,
        rows[:, 1].astype(int),
        rows[:, 2].astype(int),
    )


def uncertain(to_come, strata, *, scale=1.0):
    """A model of drawn hazards by pieces that are not proportional."""
    random = np.random.default_rng(4)

    def drawn(level, pieces):
        starts = vector(np.arange(pieces) * 7.0)
        return RateDraws(starts, level * random.uniform(0.5, 1.5, (5, pieces)))

    groups = 2 * strata
    return FutureModel(
        event=tuple(drawn(scale * 0.05, 3) for _ in range(groups)),
        dropout=tuple(drawn(0.003, 1) for _ in range(groups)),
        shape=tuple(vector([1.0]) for _ in range(groups)),
        accrual=drawn(15.0, 2),
        to_come=to_come,
        shares=vector(np.full(groups, 1.0 / groups)),
        assumed=(),
    )


@pytest.mark.parametrize("test", ["log-rank", "fleming-harrington, rho: 0, gamma: 1", "cox wald"])
@pytest.mark.parametrize("strata", [1, 2])
def test_looks_are_those_of_the_second_program(test, strata):
    stratified = ", stratified_by: [risk]" if strata > 1 else ", stratified_by: []"
    design = trials.design_of(test=f"{{method: {test}{stratified}}}", patients=300, ratio=0.6)
    hand, left = trials.at_hand(300, 60, seed=3, dropout=0.004, lag=2.0, strata=strata)
    model, cut = uncertain(left, strata), trials.cut_at(hand.cut)
    rules = trials.rules_of(design)
    found = simulate_rest(
        cut, design, rules, trials.NOBODY, model, at_hand=hand, replicates=REPLICATES, seed=SEED
    )
    plan = design.main.whole or design.main.plan
    counts = [ceil(look.events - 1e-6) for look in plan.looks]
    for replicate in range(REPLICATES):
        rows = futures(model, hand, replicate)
        for k, count in enumerate(counts):
            at = at_event(rows, count, hand.cut)
            assert found.every.time[replicate, k] == pytest.approx(at, abs=1e-9)
            time, died, arm, stratum = shown(rows, at)
            layers = stratum if strata > 1 else None
            fit = cox(time, died, arm, stratum=layers)
            effect = fit.coefficients[0]
            z = -effect / fit.standard_errors[0]
            if "cox" not in test:
                weights = {"gamma": 1.0} if "gamma" in test else {}
                z = log_rank(time, died, arm, groups=2, stratum=layers, **weights).test.statistic
            assert found.every.z[replicate, k, 0] == pytest.approx(z, abs=2e-7)
            assert found.every.effect[replicate, k, 0] == pytest.approx(effect, abs=1e-6)
            assert found.every.information[replicate, k, 0] == died.sum() == count
            assert found.every.patients[replicate, k] == time.size


def test_further_endpoints_take_the_same_numbers_at_the_same_looks():
    design = trials.design_of(patients=300, ratio=0.6)
    hand, left = trials.at_hand(300, 60, seed=5)
    odd = np.arange(hand.entry.size) % 2 == 1
    died = hand.event & odd
    other = replace(
        hand, event=flags(died), time=vector(np.where(died, hand.time, hand.cut - hand.entry))
    )
    model, survival = uncertain(left, 1), uncertain(left, 1, scale=0.5)
    found = simulate_rest(
        trials.cut_at(hand.cut),
        design,
        trials.rules_of(design),
        trials.NOBODY,
        model,
        at_hand=hand,
        others={"os": Foretold(other, survival)},
        replicates=REPLICATES,
        seed=SEED,
    )
    assert [each.hypothesis for each in found.hypotheses] == ["H1", "H2"]
    assert found.left_out == ()
    for replicate in range(REPLICATES):
        rows = futures(survival, other, replicate)
        for k, at in enumerate(found.every.time[replicate]):
            time, event, arm, _ = shown(rows, at)
            z = log_rank(time, event, arm, groups=2).test.statistic
            assert found.every.z[replicate, k, 1] == pytest.approx(z, abs=1e-9)
            assert found.every.information[replicate, k, 1] == event.sum()


def test_curves_are_compared_as_the_analysis_does():
    design = trials.design_of(test="{method: restricted mean, stratified_by: []}", ratio=0.6)
    hand, left = trials.at_hand(300, 60, seed=6, dropout=0.004)
    model = uncertain(left, 1)
    found = simulate_rest(
        trials.cut_at(hand.cut),
        design,
        trials.rules_of(design),
        trials.NOBODY,
        model,
        at_hand=hand,
        replicates=4,
        seed=SEED,
    )
    for replicate in range(4):
        rows = futures(model, hand, replicate)
        for k, at in enumerate(found.every.time[replicate]):
            time, died, arm, _ = shown(rows, at)
            curves = [kaplan_meier(time[arm == each], died[arm == each]) for each in (1, 0)]
            difference = restricted_mean_difference(*curves, 10.0).difference
            z = difference.value / difference.standard_error
            assert found.every.z[replicate, k, 0] == pytest.approx(z, abs=1e-9)
            variance = difference.standard_error**2
            assert found.every.information[replicate, k, 0] == pytest.approx(1 / variance, rel=1e-9)

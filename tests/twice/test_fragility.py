"""Fragility again, by trying every set of patients of small trials."""

from itertools import combinations

import numpy as np
import pytest

from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.proportions import fisher_exact
from equipoise.appraise.rebuilt.fragility import outcome_fragility, reassignment_fragility
from equipoise.appraise.rebuilt.fragility_tables import table_fragility

MOST = 4  # changes tried


def small_trial(seed: int):
    """Some ten patients, with ties in every second trial, better in the experimental arm."""
    random = np.random.default_rng(seed)
    patients = int(random.integers(8, 14))
    arm = np.arange(patients) % 2
    time = random.exponential(1.0, patients) * np.where(arm == 1, 3.0, 1.0)
    if seed % 2:
        time = np.ceil(2.0 * time)
    if seed % 4 == 3:  # nearly all leave together
        time = np.minimum(time, 3.0)
    event = random.random(patients) < 0.7
    event[:2] = True
    return time, event, arm


def p_of(time, event, arm, sides):
    test = log_rank(time, event, arm, groups=2).test
    p = test.p_one_sided if sides == 1 else test.p_two_sided
    return p if isinstance(p, float) else 1.0


def fewest(time, event, arm, alpha, sides):
    """Try all sets of one, two, ... patients."""
    before = p_of(time, event, arm, sides) < alpha
    for many in range(1, MOST + 1):
        for rows in combinations(range(time.size), many):
            other = event.copy()
            other[list(rows)] ^= True
            if (p_of(time, other, arm, sides) < alpha) != before:
                return many
    return None


@pytest.mark.parametrize("seed", range(40))
def test_no_smaller_set_of_outcomes_suffices(seed):
    trial = small_trial(seed)
    alpha, sides = (0.2, 2) if seed % 3 else (0.05, 1)
    found = outcome_fragility(*trial, alpha=alpha, sides=sides)
    truly = fewest(*trial, alpha, sides)
    if truly is None:
        assert found.patients is None or found.patients > MOST
    else:
        assert found.at_least <= truly == found.patients
    if found.patients is not None:
        time, event, arm = trial
        event[list(found.rows)] ^= True
        after = found.p_after if isinstance(found.p_after, float) else 1.0  # no test is left
        assert p_of(time, event, arm, sides) == pytest.approx(after, rel=1e-12)
        assert (after < alpha) != found.significant


@pytest.mark.parametrize("seed", range(12))
def test_best_survivors_go_one_by_one(seed):
    time, event, arm = small_trial(seed)
    found = reassignment_fragility(time, event, arm, alpha=0.2)
    before = p_of(time, event, arm, 2) < 0.2
    better = log_rank(time, event, arm, groups=2).test.statistic > 0
    giving = int(before and better)
    now, many = arm.copy(), 0
    while (p_of(time, event, now, 2) < 0.2) == before:
        left = [row for row in range(time.size) if now[row] == giving == arm[row]]
        if len(left) == 1:
            many = None
            break
        best = max(left, key=lambda row: (time[row], not event[row], -row))
        now[best], many = 1 - giving, many + 1
    assert found.patients == many


@pytest.mark.parametrize(
    ("x1", "n1", "x0", "n0"), [(1, 20, 9, 20), (5, 12, 6, 12), (0, 15, 5, 14), (3, 10, 3, 9)]
)
def test_no_fewer_outcomes_of_a_table(x1, n1, x0, n0):
    found = table_fragility(x1, n1, x0, n0)
    across = {
        (a, b): fisher_exact(a, n1, b, n0).p_two_sided < 0.05
        for a in range(n1 + 1)
        for b in range(n0 + 1)
    }
    away = [
        abs(a - x1) + abs(b - x0)
        for (a, b), significant in across.items()
        if significant != found.significant
    ]
    assert found.fewest.patients == min(away)
    assert found.index is None or found.index.patients >= min(away)


def test_walshs_rule():
    """Events are added to the arm with fewer until P is no longer below 0.05."""
    found = table_fragility(1, 100, 9, 100).index
    assert (found.patients, found.experimental_events, found.control_events) == (1, 2, 9)
    assert fisher_exact(1, 100, 9, 100).p_two_sided < 0.05 < found.p

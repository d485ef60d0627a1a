"""Counts that spend error exactly: one responder less, or more, would spend too much."""

import numpy as np
import pytest
from scipy.stats import binom

from equipoise.design.binary.exact_spending import ExactSpendingQuestion, exact_spending
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming, LanDeMetsPocock
from equipoise.errors import DesignError


def stopped_by_look(patients, low, high, rate):
    """Forward sums over counts: chance of having stopped low and high by each look."""
    chance, at, lows, highs = {0: 1.0}, 0, [], []
    total_low = total_high = 0.0
    for n, floor, ceiling in zip(patients, low, high, strict=True):
        following = {}
        for x, p in chance.items():
            for more in range(n - at + 1):
                following[x + more] = following.get(x + more, 0.0) + p * binom.pmf(
                    more, n - at, rate
                )
        total_low += sum(p for x, p in following.items() if x <= floor)
        total_high += sum(p for x, p in following.items() if x >= ceiling)
        chance = {x: p for x, p in following.items() if floor < x < ceiling}
        lows.append(total_low)
        highs.append(total_high)
        at = n
    return lows, highs


@pytest.mark.parametrize("binding", [False, True])
def test_no_count_can_be_moved(binding):
    patients, alpha, beta = (12, 20, 31), 0.05, 0.2
    efficacy, futility = LanDeMetsPocock(), LanDeMetsOBrienFleming()
    asked = ExactSpendingQuestion(patients, 0.2, 0.45, alpha, efficacy, beta, futility, binding)
    found = exact_spending(asked)
    low, high = list(found.design.stages.low), list(found.design.stages.high)
    allowed = efficacy(np.array(patients) / 31, alpha)
    lost = futility(np.array(patients) / 31, beta)
    obeyed = low if binding else [-1] * 3
    _, claimed = stopped_by_look(patients, [*obeyed[:2], high[2] - 1], high, 0.2)
    assert (np.array(claimed) <= allowed).all()
    assert found.alpha == pytest.approx(claimed[-1], abs=1e-13)
    for k in range(3):
        fewer = [*high[:k], high[k] - 1, *high[k + 1 :]]
        _, claimed = stopped_by_look(patients[: k + 1], obeyed[: k + 1], fewer[: k + 1], 0.2)
        assert claimed[k] > allowed[k]
    stopped, _ = stopped_by_look(patients, low, high, 0.45)
    assert (np.array(stopped[:2]) <= lost[:2]).all()
    for k in range(2):
        more = [*low[:k], low[k] + 1]
        stopped, _ = stopped_by_look(patients[: k + 1], more, high[: k + 1], 0.45)
        assert stopped[k] > lost[k] or more[k] >= high[k]


def test_refusals():
    with pytest.raises(DesignError, match="Not even 3 of 3 responders"):
        exact_spending(ExactSpendingQuestion((2, 3), 0.5, 0.9, 0.01, LanDeMetsPocock()))
    with pytest.raises(DesignError, match="Give both or none"):
        exact_spending(ExactSpendingQuestion((9, 18), 0.2, 0.4, 0.05, LanDeMetsPocock(), beta=0.1))
    with pytest.raises(DesignError, match="Reorder the looks"):
        exact_spending(ExactSpendingQuestion((18, 9), 0.2, 0.4, 0.05, LanDeMetsPocock()))

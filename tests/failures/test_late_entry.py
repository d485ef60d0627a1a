"""Late entries that once gave numbers without meaning: an audit's finds, kept.

Gray's test: eight patients had z = 4.5, because an arm that everyone had left by an event
counted as if no one of it were at risk when more of its patients entered.
"""

import numpy as np
import pytest

from equipoise.analyze.estimates import Absent
from equipoise.analyze.gray import gray_test

FEW = {
    "time": [1, 3, 4, 5, 2, 3.5, 4.5, 6],
    "outcome": [1, 1, 2, 0, 1, 1, 1, 0],
    "entry": [0, 2, 2, 2, 0, 0, 0, 0],
}
ARM = np.array([0, 0, 0, 0, 1, 1, 1, 1])


@pytest.mark.parametrize("arm", [ARM, 1 - ARM])
def test_gray_past_the_end_of_an_arm(arm):
    test = gray_test(FEW["time"], FEW["outcome"], arm, entry=FEW["entry"])
    assert test.statistic is test.p_one_sided is test.p_two_sided is Absent.NO_RISK_SET


def test_gray_before_the_end_of_an_arm():
    """One more of the arm at risk from the start, and its risk set lives on."""
    time, outcome, entry = [*FEW["time"], 7], [*FEW["outcome"], 0], [*FEW["entry"], 0]
    test = gray_test(time, outcome, [*ARM, 0], entry=entry)
    assert abs(test.statistic) < 2


def test_gray_with_nothing_left_to_compare():
    """Who enters past the end does no harm if the cause tested strikes no more."""
    time, outcome, arm = [1, 2, 5, 6], [1, 1, 2, 0], [0, 1, 0, 1]
    late = gray_test(time, outcome, arm, entry=[0, 0, 3, 3])
    assert late.statistic == gray_test(time[:2], outcome[:2], arm[:2]).statistic


def test_gray_skips_and_counts_such_a_stratum():
    rng = np.random.default_rng(3)
    whole = {"time": rng.integers(1, 9, 60), "outcome": rng.integers(0, 3, 60)}
    arm, entry = rng.integers(0, 2, 60), np.zeros(60)
    alone = gray_test(whole["time"], whole["outcome"], arm, stratum=np.zeros(60, int))
    both = gray_test(
        np.append(whole["time"], FEW["time"]),
        np.append(whole["outcome"], FEW["outcome"]),
        np.append(arm, ARM),
        stratum=np.repeat([0, 1], [60, 8]),
        entry=np.append(entry, FEW["entry"]),
    )
    assert both.statistic == pytest.approx(alone.statistic, rel=1e-12)
    said = "1 stratum skipped: patients enter an arm after all earlier ones had events"
    assert both.assumed == (*alone.assumed, said)


@pytest.mark.parametrize("seed", range(60))
def test_gray_with_arms_swapped(seed):
    """z changes its sign and nothing else, or there is none both ways."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(8, 80))
    entry = rng.choice([0.0, 0, 1, 2, 5, 9], size)
    time, outcome = entry + rng.integers(1, 9, size), rng.integers(0, 3, size)
    arm, stratum = rng.integers(0, 2, size), rng.integers(0, rng.integers(1, 6), size)
    arm[:2] = 0, 1
    one, other = (
        gray_test(time, outcome, each, stratum=stratum, entry=entry) for each in (arm, 1 - arm)
    )
    assert one.assumed == other.assumed
    if isinstance(one.statistic, Absent):
        assert other.statistic is one.statistic
    else:
        assert other.statistic == pytest.approx(-one.statistic, rel=1e-12, abs=1e-12)

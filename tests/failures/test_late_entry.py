"""Late entries that once gave numbers without meaning: an audit's finds, kept.

Gray's test: eight patients had z = 4.5, because an arm that everyone had left by an event
counted as if no one of it were at risk when more of its patients entered.

Cox: sums over the risk sets were leavers minus entrants, which is rounding once risk scores span
sixteen digits; and a climb that ended early told a log likelihood 0.9 off, or above 0.
"""

import numpy as np
import pytest

from equipoise.analyze.cox import cox
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


def test_cox_whose_sums_cancelled():
    """Was a division by zero; earlier, log L = nan."""
    x = [-1.942, 0.6642, -0.0843, -0.6625, -0.7751, -0.474, -0.6116, -0.4194, 0.719, -1.293]
    fit = cox(
        [2.0, 1, 15, 5, 3, 8, 11, 5, 5, 3],
        [0, 0, 1, 1, 0, 0, 0, 0, 1, 0],
        x,
        stratum=[0, 1, 1, 0, 0, 0, 0, 0, 1, 0],
        entry=[0.0, -4, 14, -2, -5, 5, 4, -1, -3, 1],
    )
    assert fit.coefficients == (Absent.MONOTONE_LIKELIHOOD,)
    assert -1e-12 < fit.log_likelihood <= 0
    assert fit.likelihood_ratio.statistic**2 == pytest.approx(2 * np.log(3), rel=1e-12)


def test_cox_whose_limit_is_certainty():
    """Was log L = -0.89; every event is certain in the limit, so that log L rises to 0."""
    rows = np.array(
        [
            [872, 522, 1, 2, 0.0, 0.6462, 66],
            [205, -45, 1, 0, 0, -0.3891, 44],
            [212, 12, 0, 0, 1, 1.8134, 69],
            [21, -129, 1, 1, 1, -0.852, 81],
            [619, 419, 0, 1, 1, -1.5828, 58],
            [538, 338, 1, 0, 0, 1.4165, 66],
            [430, 130, 0, 1, 1, -0.0453, 64],
            [897, 647, 0, 2, 0, -0.1149, 77],
            [791, 391, 0, 1, 0, 1.2158, 88],
            [294, 144, 1, 0, 0, 2.1783, 44],
            [360, 110, 1, 0, 1, -0.0953, 41],
            [16, -384, 1, 2, 0, -0.3111, 61],
            [536, 236, 0, 0, 0, 0.1088, 72],
            [216, 16, 1, 2, 1, 0.5438, 36],
            [582, 382, 1, 2, 1, -0.2573, 59],
        ]
    )
    time, entry, event, stratum, *x = rows.T
    fit = cox(time, event, np.transpose(x), stratum=stratum.astype(int), entry=entry)
    assert fit.coefficients == (Absent.MONOTONE_LIKELIHOOD,) * 3
    assert -1e-12 < fit.log_likelihood <= 0
    assert fit.likelihood_ratio.statistic == pytest.approx(-2 * fit.log_likelihood_null, rel=1e-12)


@pytest.mark.parametrize("late", [True, False])
def test_cox_limit_far_beyond_e_to_the_700(late):
    """Two patients agree but for 1e-4 of what others differ by: log L rises to -log 2."""
    time, x = [1.0, 2, 3, 4], [1.0, 0.0002, 0.0001, -2]
    entry = [0, 0.5, 0, 0] if late else None
    fit = cox([*time, 5, 5], [1, 1, 0, 0, 1, 1], [*x, 0.0, 0.0], entry=entry and [*entry, 4, 4])
    assert fit.coefficients == (Absent.MONOTONE_LIKELIHOOD,)
    assert fit.log_likelihood == pytest.approx(-np.log(2), abs=1e-9)

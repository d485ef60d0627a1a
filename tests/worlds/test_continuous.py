"""Measurements without spread, without values, without arms; the baseline table."""

import numpy as np
import pytest

from equipoise.analyze.baseline import baseline_table
from equipoise.analyze.estimates import Absent
from equipoise.analyze.means import ancova, mean_estimate, one_way, summarize, welch_difference
from equipoise.analyze.selection import select
from equipoise.errors import DataError
from equipoise.protocol.trial import Variable
from sample_snapshot import snapshot


def test_no_values_and_one_value():
    assert summarize([np.nan]).mean is Absent.NO_PATIENTS
    assert summarize([np.nan]).missing == 1
    assert mean_estimate([]).value is Absent.NO_PATIENTS
    assert mean_estimate([4.0]).standard_error is Absent.TOO_FEW
    assert summarize([4.0]).standard_deviation is Absent.TOO_FEW
    assert welch_difference([1.0], [1.0, 2.0])[1].statistic is Absent.TOO_FEW


def test_no_spread():
    estimate, test = welch_difference([2.0, 2.0], [1.0, 1.0])
    assert estimate.value == 1.0
    assert test.statistic is Absent.NO_VARIANCE
    assert one_way([1.0, 1.0, 2.0, 2.0], ["a", "a", "b", "b"]).statistic is Absent.NO_VARIANCE
    estimate, test = ancova([1.0, 1, 2, 2, 3], [0, 0, 1, 1, 0], [[1.0], [1], [1], [1], [3]])
    assert estimate.value == pytest.approx(1.0)
    assert test.statistic is Absent.NO_VARIANCE


def test_arm_hidden_by_a_covariate():
    arm = [0, 0, 1, 1, 0, 1]
    estimate, _ = ancova([1.0, 2, 3, 5, 4, 3], arm, np.array(arm, dtype=float)[:, None])
    assert estimate.value is Absent.COLLINEAR
    assert ancova([1.0, 2], [1, 1])[0].value is Absent.NO_PATIENTS


def test_ancova_without_covariates_is_the_pooled_t_test():
    first, second = np.array([3.0, 4, 6, 8]), np.array([1.0, 2, 4])
    estimate, test = ancova(np.concatenate([first, second]), [1] * 4 + [0] * 3)
    pooled = (3 * first.var(ddof=1) + 2 * second.var(ddof=1)) / 5
    error = np.sqrt(pooled * (1 / 4 + 1 / 3))
    assert estimate.value == pytest.approx(first.mean() - second.mean())
    assert test.statistic == pytest.approx((first.mean() - second.mean()) / error)
    lower = ancova(np.concatenate([first, second]), [1] * 4 + [0] * 3, better="lower")[1]
    assert lower.statistic == -test.statistic


def test_infinite_values_are_named():
    with pytest.raises(DataError, match="rows 2"):
        summarize([1.0, np.inf])


def test_baseline_by_arm_and_in_all():
    data = snapshot(patients=40)
    age, risk = baseline_table(data.protocol.variables[::-1], data.subjects, select(data, "itt"))
    ages, risks = data.subjects.variables["age"], data.subjects.variables["risk"]
    for place, arm in enumerate(("control", "new", "")):
        mine = np.ones(40, dtype=bool) if not arm else data.subjects.assigned == place
        assert age.by_arm[arm].mean == pytest.approx(np.nanmean(ages[mine]))
        assert age.by_arm[arm].missing == np.isnan(ages[mine]).sum()
        counted = risk.by_arm[arm]
        assert counted.counts == {
            "low": (risks.codes[mine] == 0).sum(),
            "high": (risks.codes[mine] == 1).sum(),
        }
        assert counted.patients + counted.missing == mine.sum()
    with pytest.raises(DataError, match="was not read"):
        baseline_table((Variable("x", "X", "continuous"),), data.subjects, select(data, "itt"))

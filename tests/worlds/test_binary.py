"""Proportions at their edges, and the rule for missing answers."""

import numpy as np
import pytest

from equipoise.analyze import proportions, ratios
from equipoise.analyze.binary import binary_analysis
from equipoise.analyze.estimates import Absent
from equipoise.analyze.stratified_proportions import (
    cochran_mantel_haenszel,
    common_odds_ratio,
    stratified_tables,
)
from equipoise.errors import DataError
from sample_snapshot import protocol, snapshot


@pytest.mark.parametrize(
    ("successes", "patients", "words"),
    [(3, 2, "3 successes among 2"), (1.5, 4, "whole"), (0, 0, "at least one"), (-1, 4, "whole")],
)
def test_counts_that_cannot_be(successes, patients, words):
    with pytest.raises(DataError, match=words):
        proportions.proportion(successes, patients)
    with pytest.raises(DataError, match=words):
        proportions.miettinen_nurminen_difference(1, 5, successes, patients)


def test_none_and_all():
    for counts in ((0, 10, 0, 12), (10, 10, 12, 12), (0, 10, 12, 12), (10, 10, 0, 12)):
        interval = proportions.miettinen_nurminen_difference(*counts).interval
        assert -1 <= interval.lower < interval.upper <= 1
        assert ratios.odds_ratio(*counts).value is Absent.NO_EVENTS_IN_AN_ARM
        assert proportions.fisher_exact(*counts).p_two_sided <= 1
    assert proportions.chi_square(0, 10, 0, 12).statistic is Absent.NO_VARIANCE
    assert proportions.fisher_exact(0, 10, 0, 12).p_two_sided == 1.0
    assert proportions.miettinen_nurminen_test(10, 10, 12, 12).statistic is Absent.NO_VARIANCE


def test_one_against_one():
    interval = proportions.miettinen_nurminen_difference(1, 1, 0, 1).interval
    assert -1 <= interval.lower < interval.upper <= 1


def test_strata_that_say_nothing():
    silent = stratified_tables([0, 3], [4, 3], [0, 0], [5, 0])
    assert cochran_mantel_haenszel(silent).statistic is Absent.NO_VARIANCE
    assert common_odds_ratio(silent).value is Absent.NO_EVENTS
    with pytest.raises(DataError, match="strata"):
        stratified_tables([1, 2], [3], [1], [2])


@pytest.mark.parametrize("missing", ["counts as no", "counts as yes", "excluded"])
def test_missing_answers_count_as_promised(missing):
    promise = protocol(missing=missing)
    data = snapshot(patients=80, promise=promise)
    analysis = binary_analysis(data, promise.estimand("mrd"))
    answer = data.answers["mrd"].value
    for place, arm in enumerate(analysis.arms):
        mine = answer[data.subjects.assigned == place]
        unknown = int((mine < 0).sum())
        assert arm.missing == unknown > 0
        assert arm.patients == mine.size - (unknown if missing == "excluded" else 0)
        yes = int((mine == 1).sum()) + (unknown if missing == "counts as yes" else 0)
        assert arm.responders == yes
    x0, x1 = (arm.responders for arm in analysis.arms)
    n0, n1 = (arm.patients for arm in analysis.arms)
    expected = proportions.miettinen_nurminen_difference(x1, n1, x0, n0)
    assert analysis.comparisons[0].difference == expected


def test_no_is_better():
    data = snapshot()
    more = proportions.chi_square(8, 10, 2, 10)
    fewer = proportions.chi_square(8, 10, 2, 10, better="no")
    assert fewer.statistic == -more.statistic
    assert fewer.p_one_sided == pytest.approx(1 - more.p_one_sided)
    assert np.isfinite(binary_analysis(data, data.protocol.estimand("mrd")).verdicts[0].p)

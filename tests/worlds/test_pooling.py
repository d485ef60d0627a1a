"""One study, two, studies that agree to the last digit, tables without events."""

import math

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
from equipoise.appraise.indirect.matched import anchored_comparison
from equipoise.appraise.indirect.weights import TargetCovariate
from equipoise.appraise.network.consistency import decompose, split_comparisons
from equipoise.appraise.network.network import network
from equipoise.appraise.network.studies import two_arm_study
from equipoise.appraise.pooling.pool import ESTIMATORS, pool
from equipoise.appraise.pooling.sensitivity import cumulative, influence
from equipoise.appraise.pooling.studies import StudyEffect, StudyTable
from equipoise.appraise.pooling.tables import pool_tables
from equipoise.appraise.pooling.trim import trim_and_fill

FEW = Absent.TOO_FEW_STUDIES
ONE = StudyEffect("a", "A", -0.3, 0.2, year=2020)
TWO = (ONE, StudyEffect("b", "B", -0.6, 0.3, year=2021))


def alike(count):
    return [StudyEffect(str(k), str(k), -0.3, 0.2, year=k) for k in range(count)]


@pytest.mark.parametrize("method", ESTIMATORS)
def test_one_study_gives_itself(method):
    told = pool([ONE], method=method)
    assert (told.mean, told.standard_error) == pytest.approx((-0.3, 0.2))
    assert told.effect.value == pytest.approx(math.exp(-0.3))
    found = told.heterogeneity
    assert (found.q, found.degrees_of_freedom) == (0, 0)
    assert found.p is found.i_squared is found.h is found.tau_squared_interval.lower is FEW
    if method == "fixed":
        assert told.prediction is None
    else:
        assert told.prediction.lower is FEW


def test_one_study_has_no_hartung_knapp_interval():
    told = pool([ONE], interval="hartung-knapp")
    assert told.standard_error is told.p is told.statistic is told.effect.interval.lower is FEW
    assert told.effect.value == pytest.approx(math.exp(-0.3))


def test_two_studies_have_no_prediction_interval():
    told = pool(TWO)
    assert told.prediction.lower is told.prediction.upper is FEW
    assert isinstance(told.heterogeneity.tau_squared, float)
    assert "too narrow" in " ".join(told.assumed)
    knapp = pool(TWO, interval="hartung-knapp")
    assert knapp.degrees_of_freedom == 1
    assert knapp.effect.interval.lower < told.effect.interval.lower


@pytest.mark.parametrize("method", ESTIMATORS)
@pytest.mark.parametrize("count", [2, 5])
def test_studies_that_agree_exactly(method, count):
    told = pool(alike(count), method=method)
    assert told.mean == pytest.approx(-0.3)
    assert told.standard_error == pytest.approx(0.2 / count**0.5)
    found = told.heterogeneity
    assert found.tau_squared == 0
    assert found.i_squared == 0
    assert found.h == 1
    assert found.p == pytest.approx(1)
    assert found.tau_squared_interval.lower is Absent.NO_VALUE_FITS
    if method != "fixed":
        plain = pool(alike(count), method=method, interval="hartung-knapp")
        assert plain.standard_error is plain.p is Absent.NO_VARIANCE
        modified = pool(alike(count), method=method, interval="hartung-knapp-modified")
        assert modified.standard_error == pytest.approx(0.2 / count**0.5)


def test_a_cumulative_analysis_begins_with_one_study():
    first, second = cumulative(pool(TWO))
    assert first.mean == pytest.approx(-0.3)
    assert second.mean == pool(TWO).mean


def test_nothing_is_trimmed_of_studies_that_agree():
    told = trim_and_fill(pool(alike(5)))
    assert (told.missing, told.filled) == (0, ())
    assert told.pooled.mean == pytest.approx(-0.3)


def test_influence_among_two_studies():
    told = influence(pool(TWO, method="DL"))
    assert told[0].deleted_residual == pytest.approx(0.3 / (0.04 + 0.09) ** 0.5)
    assert told[1].deleted_residual == pytest.approx(-told[0].deleted_residual)


def test_studies_without_events_are_counted_and_left_out():
    silent = StudyTable("s", "S", 0, 20, 0, 22)
    tables = [StudyTable("a", "A", 4, 123, 11, 139), silent]
    told = pool_tables(tables)
    assert [study.id for study in told.studies] == ["a"]
    assert "1 of 2 studies" in told.assumed[-1]
    assert len(pool_tables(tables, measure="risk difference").studies) == 2
    assert told.heterogeneity.p is FEW


def test_an_arm_without_events_is_no_trouble_to_mantel_and_haenszel():
    tables = [StudyTable("a", "A", 0, 20, 2, 20), StudyTable("b", "B", 3, 30, 5, 30)]
    told = pool_tables(tables)
    assert 0 < told.effect.value < 1
    assert pool_tables(tables, method="Peto").effect.value < 1


def test_a_network_of_one_study_each_cannot_know_its_heterogeneity():
    chain = [
        two_arm_study(TWO[0], experimental="A", control="C"),
        two_arm_study(TWO[1], experimental="B", control="C"),
    ]
    told = network(chain)
    assert told.heterogeneity.tau_squared is told.heterogeneity.p is FEW
    assert "cannot be known" in told.assumed[-1]
    parts = decompose(told)
    assert parts.within.p is parts.between.p is FEW
    assert all(each.indirect.value is each.p is FEW for each in split_comparisons(told))
    assert network(chain, method="fixed").heterogeneity.tau_squared == 0


def trial(random, size, share):
    """A treatment that helps the young (share of the patients) and hardly the old."""
    young, arm = random.random(size) < share, np.arange(size) % 2
    hazard = 0.1 * np.exp(-0.4 * young + arm * np.where(young, -1.2, -0.1))
    time, censored = random.exponential(1 / hazard), random.uniform(5, 30, size)
    return np.minimum(time, censored), time <= censored, arm, young.astype(float)


def test_matching_gives_the_effect_that_the_other_population_would_have_had():
    random = np.random.default_rng(20)
    ours, theirs = trial(random, 12_000, 0.3), trial(random, 12_000, 0.7)
    published = StudyEffect("b", "B against C", -0.5, 0.1)
    told = anchored_comparison(
        *ours, [TargetCovariate("young", float(theirs[3].mean()))], published
    )
    there = cox(*theirs[:3])
    truth, error = there.coefficients[0], there.standard_errors[0]
    noise = math.hypot(error, told.matched.standard_error)
    assert abs(math.log(told.matched.value) - truth) < 3 * noise
    assert abs(math.log(told.unmatched.value) - truth) > 8 * noise  # without matching: far off
    assert told.log_hazard_ratio == pytest.approx(math.log(told.matched.value) + 0.5)

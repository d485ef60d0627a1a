"""Estimates at stopping: the naive one leans away from the null, the adjusted one does not."""

import math

import pytest

from equipoise.simulate.run import run
from sample_plan import plan, scenario

TRIALS = 3000
TRUE = math.log(0.6)


@pytest.fixture(scope="module")
def hypothesis():
    asked = plan(
        scenarios=(scenario("planned", 0.6),),
        trials=TRIALS,
        chunk=1000,
        estimates=True,
        adjusted=True,
    )
    return run(asked).of("planned", "three looks").hypothesis("OS")


def test_the_naive_estimate_leans_away_from_the_null(hypothesis):
    assert hypothesis.naive.bias.value < -4 * hypothesis.naive.bias.error
    assert hypothesis.naive.where_rejected.value < hypothesis.naive.estimate.mean.value


def test_the_adjusted_estimate_is_median_unbiased(hypothesis):
    median = next(each for each in hypothesis.adjusted.estimate.quantiles if each.share == 0.5)
    assert abs(median.value - TRUE) <= 3 * median.error


def test_intervals_cover(hypothesis):
    adjusted, naive = hypothesis.adjusted.coverage, hypothesis.naive.coverage
    assert adjusted.trials == naive.trials == TRIALS
    assert abs(adjusted.value - 0.95) <= 3 * adjusted.error
    assert naive.value < adjusted.value


def test_errors_are_those_of_the_trials(hypothesis):
    """Bias² + variance is the mean squared error; the reported error is near the spread."""
    found = hypothesis.naive
    spread = found.estimate.mean.sd**2 * (TRIALS - 1) / TRIALS
    assert found.mean_squared_error.value == pytest.approx(found.bias.value**2 + spread, rel=1e-10)
    assert found.bias.value == pytest.approx(found.estimate.mean.value - TRUE, rel=1e-9)
    assert hypothesis.wrong_side.value < 0.02
    assert hypothesis.wrong_efficacy is None

"""Cox models where something does not exist: named states, never NaN, never a crash."""

import numpy as np
import pytest

from equipoise.analyze import cox_diagnostics as diagnostics
from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
from equipoise.analyze.proportional_hazards import proportional_hazards_test
from equipoise.errors import DataError, NotEstimable

INFINITE = Absent.MONOTONE_LIKELIHOOD


def test_no_events():
    with pytest.raises(NotEstimable, match="needs events"):
        cox([1, 2, 3], [0, 0, 0], [0, 1, 1])


def test_no_rows():
    with pytest.raises(NotEstimable, match="needs rows"):
        cox([], [], np.empty((0, 1)))


def test_one_row():
    fit = cox([5.0], [1], [1.0])
    assert fit.coefficients == (Absent.NO_VARIANCE,)
    assert fit.wald.statistic is Absent.NO_VARIANCE
    assert fit.hazard_ratio(0).value is Absent.NO_VARIANCE
    assert proportional_hazards_test(fit).together.statistic is Absent.NO_VARIANCE


def test_no_covariates():
    fit = cox([1, 2, 3], [1, 1, 0], np.empty((3, 0)))
    assert fit.coefficients == ()
    assert fit.log_likelihood == pytest.approx(-np.log(6), rel=1e-14)
    assert diagnostics.martingale_residuals(fit) == pytest.approx([2 / 3, 1 / 6, -5 / 6])


def test_everyone_tied():
    """Six deaths among ten on one day, four of them in the arm of five."""
    event = [1, 1, 1, 1, 0, 1, 1, 0, 0, 0]
    arm = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    fit = cox(np.full(10, 3.0), event, arm, ties="breslow")
    assert fit.coefficients[0] == pytest.approx(np.log(2), rel=1e-12)
    efron = cox(np.full(10, 3.0), event, arm)
    assert efron.coefficients[0] > fit.coefficients[0]
    assert proportional_hazards_test(fit).tests[0].statistic is Absent.NO_VARIANCE


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_events_in_one_arm(side, ties):
    """The Wald test fails; score and likelihood ratio stand, in the right direction."""
    arm = np.array([1, 0, 1, 0, 1, 0])
    fit = cox([1, 1, 2, 2, 3, 3], arm == side, arm, ties=ties)
    assert fit.coefficients == fit.standard_errors == (INFINITE,)
    ratio = fit.hazard_ratio(0)
    assert (ratio.value, ratio.interval.lower, ratio.interval.upper) == (INFINITE,) * 3
    assert fit.wald.statistic is INFINITE
    assert np.sign(fit.last_iterate[0]) == (1 if side else -1)
    assert fit.log_likelihood == pytest.approx(-np.log(6), rel=1e-12)
    assert fit.score_test.statistic == pytest.approx(np.sqrt(3) * (-1 if side else 1))
    assert fit.likelihood_ratio.statistic**2 == pytest.approx(2 * np.log(8))
    assert fit.likelihood_ratio.p_two_sided < 0.05
    assert proportional_hazards_test(fit).tests[0].statistic is INFINITE


def test_limit_of_the_likelihood():
    """With separation each event is certain to be the arm's: log L → -Σ log of its numbers."""
    fit = cox(np.arange(1.0, 11), [1] * 5 + [0] * 5, [1] * 5 + [0] * 5)
    assert fit.coefficients == (INFINITE,)
    assert fit.log_likelihood == pytest.approx(-np.log([5, 4, 3, 2, 1]).sum(), rel=1e-12)


def test_separation_leaves_the_other_coefficients():
    """A level without events is infinite; the rest equals the model without those rows."""
    random = np.random.default_rng(3)
    x, level = random.normal(size=60), (np.arange(60) % 4 == 0).astype(float)
    time = random.integers(1, 30, 60).astype(float)
    event = (random.random(60) < 0.7) & (level == 0)
    fit = cox(time, event, np.column_stack([x, level]), names=("x", "level"))
    assert fit.coefficients[1] is INFINITE
    without = cox(time[level == 0], event[level == 0], x[level == 0])
    assert fit.coefficients[0] == pytest.approx(without.coefficients[0], rel=1e-8)
    assert fit.standard_errors[0] == pytest.approx(without.standard_errors[0], rel=1e-7)
    assert fit.log_likelihood == pytest.approx(without.log_likelihood, rel=1e-12)
    assert fit.likelihood_ratio.degrees_of_freedom == 2


def test_monotone_in_a_combination():
    """Neither covariate separates alone; their difference does."""
    random = np.random.default_rng(5)
    x = random.normal(size=30)
    y = x - np.linspace(3, 0, 30)
    time = np.arange(1.0, 31)
    fit = cox(time, np.ones(30), np.column_stack([x, y]))
    assert fit.coefficients == (INFINITE, INFINITE)
    assert cox(time, np.ones(30), x).coefficients[0] is not INFINITE


def test_far_out_on_the_way_to_infinity():
    """Risk scores reach e^390 before the likelihood is flat: their squares are no numbers."""
    covariates = [[0.4, 0.0], [0.7, -0.5], [-0.9, 0.6], [-0.2, 1.2]]
    fit = cox([4, 5, 1, 7], [1, 0, 1, 1], covariates)
    assert fit.coefficients == (INFINITE, INFINITE)
    assert fit.log_likelihood == pytest.approx(0, abs=1e-10)


def test_late_entry_on_the_way_to_infinity():
    """Each event is certain in the limit; taking late rows out again must leave the others."""
    covariates = [[-0.6, -0.8], [-0.3, -0.9], [-0.3, 1.7], [0, -2.9], [1.2, 0.2], [0.7, -0.1]]
    fit = cox([2, 7, 5, 3, 7, 4], [1, 1, 1, 1, 0, 0], covariates, entry=[-3, 5, 1, 0, 4, -1])
    assert fit.coefficients == (INFINITE, INFINITE)
    assert fit.log_likelihood == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("late", [False, True])
def test_large_is_not_infinite(late):
    """One event out of order among many keeps the coefficient finite, however large."""
    size = 400
    x = np.linspace(1, 0, size)
    x[[10, 60]] = x[[60, 10]]
    entry = np.full(size, -1.0) if late else None
    fit = cox(np.arange(size) + 1.0, np.ones(size), x, entry=entry)
    assert isinstance(fit.coefficients[0], float)
    assert fit.coefficients[0] > 20


def test_rare_covariate_is_not_infinite():
    size = 5000
    random = np.random.default_rng(8)
    rare = np.zeros(size)
    rare[[17, 2100]] = 1
    event = random.random(size) < 0.5
    event[[17, 2100]] = (True, False)
    fit = cox(random.integers(1, 200, size), event, rare)
    assert isinstance(fit.coefficients[0], float)


def test_collinear_and_constant_columns_are_named():
    random = np.random.default_rng(2)
    x, y = random.normal(size=(2, 50))
    time, event = random.exponential(size=50), random.random(50) < 0.8
    columns = np.column_stack([x, np.full(50, 1e6 + 0.1), 3 * x - 7, y, x + y])
    fit = cox(time, event, columns, names=("x", "one", "again", "y", "sum"))
    assert fit.coefficients[1] is Absent.NO_VARIANCE
    assert fit.coefficients[2] is fit.coefficients[4] is Absent.COLLINEAR
    plain = cox(time, event, np.column_stack([x, y]))
    assert fit.coefficients[::3] == pytest.approx(plain.coefficients, rel=1e-10)
    assert fit.wald.statistic == pytest.approx(plain.wald.statistic, rel=1e-10)
    assert fit.likelihood_ratio.degrees_of_freedom == 2
    ours, theirs = proportional_hazards_test(fit), proportional_hazards_test(plain)
    assert ours.tests[1].statistic is Absent.NO_VARIANCE
    assert ours.together.statistic == pytest.approx(theirs.together.statistic, rel=1e-9)


CONSTANT_AT_RISK = [  # time, event, x: everyone with another x has left before the first event
    ([8, 8, 6, 2], [1, 1, 0, 0], [0, 0, 1, 0]),
    ([6, 4, 8, 3, 4, 4, 6, 2], [1, 0, 0, 1, 0, 1, 1, 0], [1, 1, 1, 1, 1, 1, 1, 0]),
]


@pytest.mark.parametrize("rows", CONSTANT_AT_RISK)
def test_constant_among_those_at_risk(rows):
    """Rounding leaves 1e-17 of information, which is none."""
    time, event, x = rows
    assert cox(time, event, x).coefficients == (Absent.NO_VARIANCE,)
    other = np.arange(len(x)) % 3
    fit = cox(time, event, np.column_stack([x, other]))
    assert fit.coefficients[0] is Absent.NO_VARIANCE
    assert fit.last_iterate[1] == pytest.approx(cox(time, event, other).last_iterate[0])


def test_constant_within_strata():
    stratum = np.array([0, 0, 0, 1, 1, 1])
    fit = cox([1, 2, 3, 1, 2, 3], [1, 1, 1, 1, 1, 0], stratum * 2.5, stratum=stratum)
    assert fit.coefficients == (Absent.NO_VARIANCE,)


def test_entry_at_an_event_time_is_not_at_risk():
    """Row 3 enters at 3, when row 1 dies: it is not among those who could have died."""
    fit = cox([3, 6, 6], [1, 1, 0], np.empty((3, 0)), entry=[0, 3, 0])
    assert fit.log_likelihood == pytest.approx(-2 * np.log(2), rel=1e-14)


def test_risk_set_that_empties():
    fit = cox([1, 2, 3, 6, 7, 8], [1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 0, 1], entry=[0, 0, 0, 5, 5, 5])
    first = cox([1, 2, 3, 6, 7, 8], [1] * 6, [0, 1, 1, 1, 0, 1], stratum=[0, 0, 0, 1, 1, 1])
    assert fit.last_iterate == pytest.approx(first.last_iterate, rel=1e-12)
    assert fit.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-13)


def test_near_ties_are_ties():
    times = [0.1 + 0.2, 0.3, 0.5, 0.7, 0.1 * 7, 1]
    event, x = [1, 1, 0, 1, 1, 0], [0.5, 1, 0, 2, 0.3, 1]
    fit = cox(times, event, x)
    assert fit.last_iterate == pytest.approx(cox([3, 3, 5, 7, 7, 10], event, x).last_iterate)


def test_dates_as_covariates():
    """Seconds since 1970 beside an indicator: scale 1e12 and its noise."""
    random = np.random.default_rng(4)
    days, arm = random.integers(0, 900, 200), random.integers(0, 2, 200)
    time, event = random.integers(1, 90, 200), random.random(200) < 0.6
    fit = cox(time, event, np.column_stack([1e12 + 86400e3 * days, arm]))
    plain = cox(time, event, np.column_stack([days, arm]))
    assert fit.last_iterate * [86400e3, 1] == pytest.approx(plain.last_iterate, rel=1e-9)
    assert fit.wald.statistic == pytest.approx(plain.wald.statistic, rel=1e-9)


def test_extreme_value_of_z_keeps_its_p():
    """p-values come from the tail itself: never exactly 0."""
    size = 1000
    arm = np.arange(size) % 2
    time = np.where(arm == 0, np.arange(size), np.arange(size) + size) + 1.0
    time[0] = 4 * size
    fit = cox(time, np.ones(size), arm)
    assert 30 < fit.score_test.statistic < 37
    assert 0 < fit.score_test.p_one_sided < 1e-200


def test_sign_favors_the_experimental_arm():
    fit = cox([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 1, 1], [0, 1, 0, 1, 1, 0])
    assert fit.coefficients[0] < 0
    for test in (fit.wald, fit.score_test, fit.likelihood_ratio):
        assert test.statistic > 0
        assert test.p_one_sided == pytest.approx(test.p_two_sided / 2)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"time": [1, np.nan, 3]}, r"Rows \[2\] have a missing or infinite time"),
        ({"event": [0, 1, 2]}, r"Rows \[3\] have an event that is neither 0 nor 1"),
        ({"entry": [0, 2, 1]}, r"Rows \[2\] end no later than they begin"),
        ({"weight": [1, 0, 1]}, r"Rows \[2\] have a weight of 0 or less"),
        ({"covariates": [[1], [np.inf], [2]]}, r"Rows \[2\] have a missing or infinite covariate"),
        ({"stratum": [1, 2]}, "not one label for each of the 3 rows"),
        ({"names": ("a", "b")}, "2 names were given for 1 covariates"),
    ],
)
def test_broken_rows_are_named(broken, message):
    rows = {"time": [1, 2, 3], "event": [1, 1, 0], "covariates": [1, 2, 0]} | broken
    with pytest.raises(DataError, match=message):
        cox(**rows)


def test_log_of_time_zero():
    fit = cox([0, 1, 2, 3], [1, 1, 1, 0], [1, 0, 1, 0])
    with pytest.raises(NotEstimable, match="log of time"):
        proportional_hazards_test(fit, "log")


def test_a_fit_keeps_rows_of_its_own():
    """What the caller does to an array afterwards does not reach the fit, nor the reverse."""
    random = np.random.default_rng(6)
    given = {
        "time": random.integers(1, 20, 40).astype(float),
        "event": random.random(40) < 0.7,
        "covariates": random.normal(size=(40, 2)),
        "entry": np.zeros(40),
        "weight": random.uniform(0.5, 2, 40),
        "offset": random.normal(size=40),
    }
    fit = cox(**given)
    before = diagnostics.score_residuals(fit), proportional_hazards_test(fit)
    for array in given.values():
        array[:] = array[::-1].copy()  # and may still be written to
    assert (diagnostics.score_residuals(fit) == before[0]).all()
    assert proportional_hazards_test(fit) == before[1]
    for kept in given:
        assert not getattr(fit.data, kept).flags.writeable


def test_sealed_arrays_are_not_copied():
    time, x = np.arange(1.0, 9), np.array([0.0, 1, 1, 0, 1, 0, 0, 1])
    window = x[:]
    window.setflags(write=False)  # x itself may still be written to
    assert not np.shares_memory(cox(time, np.ones(8), window).data.covariates, x)
    x.setflags(write=False)
    assert np.shares_memory(cox(time, np.ones(8), window).data.covariates, x)


def test_conventions_read_well():
    fit = cox([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1])
    assert "Newton iteration to 1e-9 standard errors" in fit.assumed
    loose = cox([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1], tolerance=0.001)
    assert "Newton iteration to 0.001 standard errors" in loose.assumed


def test_nothing_warns_and_nothing_is_nan():
    """Small random worlds, most of them degenerate."""
    random = np.random.default_rng(1)
    for _ in range(300):
        size = random.integers(1, 7)
        x = random.integers(0, 2, (size, random.integers(1, 4)))
        event = random.random(size) < 0.6
        event[0] = True
        fit = cox(random.integers(1, 4, size), event, x, robust=True)
        numbers = [*fit.coefficients, *fit.standard_errors]
        tests = (fit.wald, fit.score_test, fit.likelihood_ratio, fit.robust_score_test)
        numbers += [number for test in tests for number in (test.statistic, test.p_two_sided)]
        assert all(isinstance(n, Absent) or np.isfinite(n) for n in numbers)
        assert np.isfinite(fit.covariance).all()
        for test in proportional_hazards_test(fit).tests:
            assert isinstance(test.statistic, Absent) or np.isfinite(test.statistic)

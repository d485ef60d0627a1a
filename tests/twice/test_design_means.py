"""Means: noncentral t, Welch, covariates and equivalence by plain numerical integration."""

import math

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import nctdtr, ndtr

from equipoise.design.continuous.comparison import (
    crossover_difference,
    geometric_mean_ratio,
    mean_difference,
    one_mean,
    paired_difference,
)
from equipoise.design.continuous.equivalence import (
    means_equivalence_patients,
    means_equivalence_power,
)
from equipoise.design.continuous.equivalence_plan import means_equivalence_design
from equipoise.design.continuous.fixed import means_power
from equipoise.design.sequential.both_tests import both_rejected
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.kernel.beta import beta_rule
from equipoise.kernel.student import (
    noncentral_t_upper_tail,
    student_upper_quantile,
    within_both_margins,
)


@pytest.mark.parametrize("degrees", [1, 2.5, 7, 23.9, 24.1, 100.7, 3000, 1e6])
@pytest.mark.parametrize("noncentrality", [0.0, 0.4, 3.2, 12.0])
def test_noncentral_t_as_boost_has_it(degrees, noncentrality):
    for alpha in (0.2, 0.025, 1e-4):
        t = student_upper_quantile(alpha, degrees)
        tail = noncentral_t_upper_tail(t, degrees, noncentrality)
        assert tail == pytest.approx(1 - nctdtr(degrees, noncentrality, t), abs=1e-11)


@pytest.mark.parametrize("degrees", [1.0, 3.0, 12.5, 60.0])
def test_both_margins_by_quadrature(degrees):
    t, lower, upper = student_upper_quantile(0.05, degrees), -3.0, 2.5

    def given_spread(u):
        inside = ndtr(upper - t * u) - ndtr(lower + t * u)
        return inside * stats.chi.pdf(u * math.sqrt(degrees), degrees) * math.sqrt(degrees)

    end = (upper - lower) / (2 * t)
    plain = integrate.quad(given_spread, 0, end, epsabs=1e-13, epsrel=1e-12)[0]
    assert within_both_margins(t, degrees, lower, upper) == pytest.approx(plain, abs=1e-11)


def test_welch_by_two_chi_squares():
    comparison = mean_difference(20, 15, experimental_standard_deviation=25, allocation=0.5)
    treated, control = 6, 12
    first, second = treated - 1, control - 1
    true = 25**2 / treated + 15**2 / control
    node, weight = np.polynomial.legendre.leggauss(160)
    quantile, weight = (node + 1) / 2, weight / 2
    variance1 = 25**2 / treated * stats.chi2.ppf(quantile, first)[:, None] / first
    variance0 = 15**2 / control * stats.chi2.ppf(quantile, second)[None, :] / second
    seen = variance1 + variance0
    degrees = seen**2 / (variance1**2 / first + variance0**2 / second)
    bound = stats.t.isf(0.025, degrees) * np.sqrt(seen / true)
    plain = weight @ ndtr(20 / math.sqrt(true) - bound) @ weight
    assert means_power(comparison, 18) == pytest.approx(plain, abs=2e-5)  # corners of the square


def test_covariates_by_averaging_over_their_balance():
    comparison = mean_difference(1.2, 1.0, correlation=0.5, covariates=2)
    patients, covariates = 20, 2
    degrees = patients - 4
    shift = 1.2 / math.sqrt(comparison.variance / patients)
    bound = stats.t.isf(0.025, degrees)

    def given(kept):
        power = 1 - nctdtr(degrees, shift * math.sqrt(kept), bound)
        return power * stats.beta.pdf(kept, (patients - 1 - covariates) / 2, covariates / 2)

    plain = integrate.quad(given, 0, 1, epsabs=1e-12)[0]
    assert means_power(comparison, patients) == pytest.approx(plain, abs=1e-9)


def test_sequential_equivalence_by_simulation():
    difference, margins = mean_difference(0.01, 0.1), {"lower": -0.04, "upper": 0.06}
    looks = StoppingPlan((0.4, 1.0), alpha=0.05)
    planned = means_equivalence_design(difference, looks, patients=450, test="z", **margins)
    information = np.array([0.4, 1.0]) * 450 / difference.variance
    step = np.diff(information, prepend=0.0)
    trials = 200_000
    noise = np.random.default_rng(7).normal(size=(trials, 2)) * np.sqrt(step)
    for truth, found in ((0.01, planned.power_by_look), (0.06, [None, planned.alpha_at_upper])):
        estimate = np.cumsum(truth * step + noise, axis=1) / information
        root = np.sqrt(information)
        low = np.maximum.accumulate((estimate + 0.04) * root >= planned.critical, axis=1)
        high = np.maximum.accumulate((0.06 - estimate) * root >= planned.critical, axis=1)
        claimed = (low & high).mean(axis=0)
        four_errors = 4 * math.sqrt(0.25 / trials)
        assert claimed[-1] == pytest.approx(found[-1], abs=four_errors)
    assert planned.power_by_look[0] > 0.001


def test_equivalence_with_one_look_is_the_fixed_one():
    difference, margins = mean_difference(0.01, 0.1), {"lower": -0.04, "upper": 0.06}
    for test in ("t", "z"):
        fixed = means_equivalence_patients(difference, 0.8, alpha=0.05, test=test, **margins)
        one = StoppingPlan(alpha=0.05)
        planned = means_equivalence_design(difference, one, power=0.8, test=test, **margins)
        assert planned.patients == pytest.approx(fixed, rel=1e-9)
        back = means_equivalence_design(difference, one, patients=fixed, test=test, **margins)
        assert back.power == pytest.approx(0.8, abs=1e-9)


def test_both_tests_at_any_look_as_lrstat_has_it():
    """lr29, lrstat 0.3.3: lrpowerequiv(kMax = 2, ..., 0.71, 1.4) rejects with 0.469917176."""
    information = np.array([22.5969807796846, 45.1939615593692])
    bound = np.array([2.53798760344278, 1.66210659458978])
    root = np.sqrt(information)
    above, below = math.log(0.71) * root + bound, math.log(1.4) * root - bound
    found = both_rejected(above, below, information, 0.0)
    assert found == pytest.approx([0.0, 0.469917176033502], abs=1e-7)  # their integration


def test_power_tost_crossover():
    """PowerTOST 1.5: power.TOST(CV = 0.3, theta0 = 0.95, n = 40) gives 0.8158453."""
    ratio = geometric_mean_ratio(0.95, 0.3, crossover=True)
    power = means_equivalence_power(ratio, 40, lower=0.8, upper=1.25, alpha=0.05)
    assert power == pytest.approx(0.8158453, abs=5e-8)


def test_designs_that_are_one_sample_in_disguise():
    pairs = paired_difference(1.0, 2.0, correlation=0.4)
    assert means_power(pairs, 25) == means_power(one_mean(1.0, 2.0 * math.sqrt(1.2)), 25)
    crossed = crossover_difference(1.0, 1.5)
    shift = 1.0 / math.sqrt(2 * 1.5**2 / 24)
    tail = noncentral_t_upper_tail(student_upper_quantile(0.025, 22), 22, shift)
    assert means_power(crossed, 24) == pytest.approx(tail, abs=1e-14)


@pytest.mark.parametrize(("first", "second"), [(0.5, 0.5), (3.0, 7.5), (400.0, 0.5), (2000.0, 1.0)])
def test_beta_rule_has_the_moments_of_beta(first, second):
    node, mass = beta_rule(first, second)
    moment = 1.0
    for k in range(8):
        assert mass @ node**k == pytest.approx(moment, rel=1e-11)
        moment *= (first + k) / (first + second + k)

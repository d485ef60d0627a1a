"""Adaptive designs a second time: phase-type laws, double integrals, averages over a grid."""

import math

import numpy as np
import pytest
from scipy import integrate
from scipy.linalg import expm
from scipy.special import gammaincc, ndtr
from scipy.stats import chi2, norm

from equipoise.design.adaptive.adapt import adapt
from equipoise.design.adaptive.assurance import InterimResult, assurance, assurance_curve
from equipoise.design.adaptive.blinded import blinded_counts
from equipoise.design.adaptive.fisher import fisher_combination
from equipoise.design.adaptive.priors import (
    GridPrior,
    MixturePrior,
    NormalPrior,
    TruncatedNormalPrior,
    pooled_evidence,
)
from equipoise.design.adaptive.promising_zone import (
    promising_information,
    promising_power,
    promising_zone,
)
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import (
    FixedFutility,
    NoInterimEfficacy,
    SpendBeta,
    StoppingPlan,
)
from equipoise.design.sequential.spending import HwangShihDeCani
from equipoise.kernel.arrays import vector
from equipoise.kernel.uniform_products import stopping_for_efficacy

THIRDS = (1 / 3, 2 / 3, 1.0)
DESIGN = group_sequential(StoppingPlan(THIRDS, futility=SpendBeta(HwangShihDeCani(-2))), power=0.9)


@pytest.mark.parametrize("weight", [(1.0, 0.7, 2.2), (1.0, 1.0, 1.0), (0.3, 1.0, 1.001, 0.5)])
@pytest.mark.parametrize("bound", [2.0, 9.0, 20.0])
def test_product_of_stages_as_a_phase_type_law(weight, bound):
    """P(Σ w E > b) is the first row sum of exp(b A), A stepping through the exponentials."""
    stages = len(weight)
    rate = 1 / np.array(weight)
    generator = np.diag(-rate) + np.diag(rate[:-1], 1)
    survival = expm(bound * generator)[0].sum()
    same = np.full(stages, math.exp(-bound))
    found = stopping_for_efficacy(same, np.ones(stages - 1), vector(weight)).sum()
    assert found == pytest.approx(survival, rel=1e-10)


def test_equal_weights_are_chi_squared():
    critical = fisher_combination((0.25, 0.5, 0.75, 1.0), bounds="full alpha").critical[-1]
    assert gammaincc(4, -math.log(critical)) == pytest.approx(0.025, rel=1e-12)


def test_two_stages_in_closed_form():
    test = fisher_combination(alpha=0.05, futility=(0.5,))
    first, second = test.critical
    assert first + second * math.log(0.5 / first) == pytest.approx(0.05, abs=1e-13)


def test_three_stages_with_futility_by_double_integration():
    critical, futility = np.array([0.011, 0.0016, 0.0009]), (0.45, 0.2)
    weight = np.array([1.0, 0.8, 1.3])

    def third(p2, p1):
        product = p1 * p2**0.8
        return 0.0 if product <= critical[1] else min(1.0, (critical[2] / product) ** (1 / 1.3))

    def second(p1):
        low = min(1.0, (critical[1] / p1) ** (1 / 0.8))
        return integrate.quad(third, low, max(low, futility[1]), args=(p1,), epsabs=1e-13)[0]

    knot = critical[1] / futility[1] ** 0.8
    points = [knot] if critical[0] < knot < futility[0] else None
    late = integrate.quad(second, critical[0], futility[0], points=points, epsabs=1e-12)[0]
    middle = integrate.quad(
        lambda p: min(1.0, (critical[1] / p) ** (1 / 0.8)), critical[0], futility[0], epsabs=1e-13
    )[0]
    found = stopping_for_efficacy(vector(critical), vector(futility), vector(weight))
    assert found == pytest.approx([critical[0], middle, late], abs=1e-10)


@pytest.mark.parametrize("prior_sd", [0.3, 1.5])
def test_assurance_is_power_averaged_over_a_grid(prior_sd):
    prior = NormalPrior(2.5, prior_sd)
    plain = integrate.quad(
        lambda drift: DESIGN.stops(drift).upper.sum() * norm.pdf(drift, 2.5, prior_sd),
        2.5 - 9 * prior_sd,
        2.5 + 9 * prior_sd,
        epsabs=1e-11,
    )[0]
    assert assurance(DESIGN, prior).probability == pytest.approx(plain, abs=1e-10)
    cut = TruncatedNormalPrior(2.5, prior_sd)
    assert assurance(DESIGN, cut).probability == pytest.approx(plain, abs=1e-9)


def test_a_look_weighs_the_parts_of_a_mixture():
    grid = np.linspace(-4.0, 9.0, 4001)
    optimist, skeptic = NormalPrior(3.3, 1.0), NormalPrior(0.0, 0.7)
    mixed = MixturePrior((optimist, skeptic), (1.0, 3.0))
    density = norm.pdf(grid, 3.3, 1.0) + 3 * norm.pdf(grid, 0.0, 0.7)
    by_points = GridPrior(tuple(grid), tuple(density))
    for after in (None, InterimResult(1, 1.4), InterimResult(2, 0.9)):
        exact = assurance(DESIGN, mixed, after=after)
        points = assurance(DESIGN, by_points, after=after)
        assert exact.probability == pytest.approx(points.probability, abs=1e-9)
    assert exact.better == pytest.approx(points.better, abs=2e-3)


def test_assurance_of_a_larger_trial_in_closed_form():
    one_look = group_sequential(StoppingPlan(), power=0.9)
    drift = one_look.drift
    curve = assurance_curve(one_look, NormalPrior(drift, 0.6 * drift), information=(0.5, 1, 4, 1e6))
    for multiple, found in curve:
        root = math.sqrt(multiple) * drift
        plain = ndtr((root - 1.959963984540054) / math.sqrt(1 + (0.6 * root) ** 2))
        assert found == pytest.approx(plain, abs=1e-12)
    assert curve[-1][1] == pytest.approx(ndtr(1 / 0.6), abs=1e-3)  # the chance of being better


@pytest.mark.parametrize("drift", [0.0, 3.0])
def test_a_promising_zone_that_multiplies_p_values(drift):
    stopping = StoppingPlan((0.5, 1.0), efficacy=NoInterimEfficacy())
    planned = group_sequential(stopping, power=0.85)
    grown = promising_zone(planned, most_information=2.0, lowest=0.25, test="fisher")
    product = math.exp(-chi2.isf(0.025, 4) / 2)

    def density(z):
        rest = float(grown.rule.rest(z))
        needed = norm.isf(min(product / norm.sf(z), 1.0)) if norm.sf(z) > product else -np.inf
        return norm.sf(needed - drift * math.sqrt(rest)) * norm.pdf(z - drift * math.sqrt(0.5))

    points = [*grown.promising, *grown.rule.kinks()]
    plain = integrate.quad(density, -8.0, 11.0, points=points, epsabs=1e-11, limit=400)[0]
    assert promising_power(grown, drift) == pytest.approx(plain, abs=1e-9)
    assert drift > 0 or grown.type_one_error == pytest.approx(0.025, abs=1e-9)


def test_promising_zone_by_double_integration():
    stopping = StoppingPlan(
        (0.5, 1.0), efficacy=NoInterimEfficacy(), futility=FixedFutility((0.0,))
    )
    planned = group_sequential(stopping, power=0.85)
    grown = promising_zone(planned, most_information=2.0, lowest=0.25, test="conventional")
    for drift in (0.0, planned.drift):

        def then(z, drift=drift):
            rest = float(grown.rule.rest(z))
            bound = planned.upper[-1] * math.sqrt(0.5 + rest) - z * math.sqrt(0.5)
            return ndtr(drift * math.sqrt(rest) - bound / math.sqrt(rest))

        middle = drift * math.sqrt(0.5)
        plain = integrate.quad(
            lambda z, middle=middle, then=then: then(z) * norm.pdf(z - middle),
            0.0,
            9.0 + middle,
            points=[*grown.promising, *grown.rule.kinks()],
            epsabs=1e-11,
            limit=200,
        )[0]
        assert promising_power(grown, drift) == pytest.approx(plain, abs=1e-9)
    most = promising_information(grown, planned.drift)
    assert 0.5 < most < 2.0
    assert grown.expected_information == most


def test_a_rest_with_planned_weights_is_the_planned_trial_when_nothing_changes():
    changed = adapt(DESIGN, 90.0, look=1, z=1.3, effect=0.4, information=60.0)
    assert changed.efficacy == pytest.approx(DESIGN.upper, abs=1e-12)
    assert changed.information == pytest.approx(90 * DESIGN.information)
    binding = StoppingPlan(THIRDS, futility=FixedFutility((0.1, 0.6), binding=True))
    planned = group_sequential(binding, power=0.9)
    changed = adapt(planned, 90.0, look=1, z=1.3, effect=0.4, information=60.0)
    assert changed.efficacy == pytest.approx(planned.upper, abs=1e-12)
    assert changed.power == pytest.approx(changed.conditional_power, abs=1e-10)


@pytest.mark.parametrize("method", ["restricted maximum likelihood", "paule-mandel"])
def test_between_trial_variance_solves_its_equation(method):
    value = np.array([-0.5, -0.1, -0.4, 0.3, -0.9])
    error = np.array([0.2, 0.15, 0.3, 0.25, 0.22])
    told = pooled_evidence(list(zip(value, error, strict=True)), method=method)
    assert told.between > 0

    def restricted(square):
        weight = 1 / (error**2 + square)
        mean = weight @ value / weight.sum()
        spread = weight @ (value - mean) ** 2
        return 0.5 * (np.log(weight).sum() - np.log(weight.sum()) - spread)

    weight = 1 / (error**2 + told.between**2)
    mean = weight @ value / weight.sum()
    assert told.mean == pytest.approx(mean)
    if method == "paule-mandel":
        assert weight @ (value - mean) ** 2 == pytest.approx(4.0, abs=1e-9)
    else:
        best = restricted(told.between**2)
        assert best >= max(restricted(told.between**2 * f) for f in (0.99, 0.999, 1.001, 1.01))


def test_blinded_counts_as_glm_nb_fits_them():
    """R 4.2.2, MASS 7.3-58.2: glm.nb(y ~ 1 + offset(log(t))), epsilon 1e-12."""
    events = [0, 2, 1, 0, 5, 1, 0, 0, 3, 7, 1, 2]
    time = [1.0, 1.2, 0.8, 1.0, 2.0, 1.5, 0.7, 1.0, 1.0, 2.0, 1.0, 1.3]
    fit = blinded_counts(events, time)
    assert fit.rate == pytest.approx(1.4289661337, rel=1e-7)
    assert fit.dispersion == pytest.approx(0.2452171340, rel=1e-5)
    assert blinded_counts([1, 1, 1, 2], 2.0).rate == pytest.approx(0.625)
    assert blinded_counts([1, 1, 1, 2], 2.0).dispersion == 0.0

"""Conditional and predictive power by slower roads: many trials' paths, and quadrature."""

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from scipy.stats import multivariate_normal

from equipoise.design.sequential.conditional_power import conditional_power
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.predictive_power import (
    DriftBelief,
    predictive_power,
    probability_of_success,
)
from equipoise.design.sequential.rules import SpendBeta, StoppingPlan
from equipoise.design.sequential.spending import HwangShihDeCani, PowerSpending

LOOKS = np.array([0.25, 0.5, 0.8, 1.0])
DESIGN = group_sequential(
    StoppingPlan(tuple(LOOKS), futility=SpendBeta(HwangShihDeCani(-2.0))), power=0.9
)
WEDGED = group_sequential(
    StoppingPlan(tuple(LOOKS), 0.05, 2, futility=SpendBeta(PowerSpending(1.5), binding=True)),
    power=0.9,
)


def box(z, at, low, high, looks, drift):
    """P(low < Z_j < high at every look given), conditionally on Z = z at information `at`."""
    looks = np.asarray(looks)
    mean = (z * np.sqrt(at) + drift * (looks - at)) / np.sqrt(looks)
    least = np.minimum.outer(looks, looks)
    cov = (least - at) / np.sqrt(np.outer(looks, looks))
    reach = np.clip(np.array([low, high]), -40.0, 40.0)
    return multivariate_normal.cdf(
        reach[1], mean, cov, lower_limit=reach[0], abseps=1e-10, releps=1e-10, maxpts=10**7
    )


def by_rectangles(design, look, z, drift):
    """The chance never to cross an upper bound, from rectangles of the joint normal."""
    lower, at = np.full(design.looks, -np.inf), design.information[look - 1]
    rest = slice(look, design.looks)
    return 1.0 - box(z, at, lower[rest], design.upper[rest], design.information[rest], drift)


@pytest.mark.parametrize(("look", "z"), [(1, 1.2), (2, 0.4), (3, 1.9)])
@pytest.mark.parametrize("drift", [0.0, 2.0, 4.5])
def test_conditional_power_is_a_rectangle_less_than_one(look, z, drift):
    slow = by_rectangles(DESIGN, look, z, drift)
    assert conditional_power(DESIGN, look, z, drift) == pytest.approx(slow, abs=1e-7)


def test_a_wedge_is_left_out_piece_by_piece():
    """Two looks ahead: above the wedge, or below it, and then over the last bound."""
    z, drift, at = 0.9, 3.0, float(LOOKS[1])
    upper, inner, rest = WEDGED.upper[2:], WEDGED.inner[2, 1], LOOKS[2:]
    first = 1.0 - box(z, at, [-np.inf], [upper[0]], rest[:1], drift)
    pieces = sum(
        box(z, at, [low, upper[1]], [high, np.inf], rest, drift)
        for low, high in ((inner, upper[0]), (-upper[0], -inner))
    )
    ours = conditional_power(WEDGED, 2, z, drift)
    assert ours == pytest.approx(first + pieces, abs=1e-7)


class TestPredictivePowerIsAnAverage:
    NODE, WEIGHT = hermegauss(80)

    def average(self, mean, variance, value):
        weights = self.WEIGHT / self.WEIGHT.sum()
        drifts = mean + np.sqrt(variance) * self.NODE
        return sum(w * value(float(drift)) for w, drift in zip(weights, drifts, strict=True))

    @pytest.mark.parametrize("futility", ["obeyed", "ignored"])
    @pytest.mark.parametrize("sd", [0.3, 1.0, None])
    def test_over_the_posterior(self, futility, sd):
        look, z, at = 2, 1.3, float(LOOKS[1])
        precision = 0.0 if sd is None else (sd * DESIGN.drift) ** -2
        variance = 1.0 / (precision + at)
        mean = variance * (precision * 0.7 * DESIGN.drift + z * np.sqrt(at))
        slow = self.average(
            mean,
            variance,
            lambda drift: conditional_power(DESIGN, look, z, drift, futility=futility),
        )
        ours = predictive_power(DESIGN, look, z, DriftBelief(0.7, sd), futility=futility)
        assert ours == pytest.approx(slow, abs=1e-9)

    def test_over_the_prior(self):
        belief = DriftBelief(0.9, 0.3)
        slow = self.average(0.9 * DESIGN.drift, (0.3 * DESIGN.drift) ** 2, DESIGN.rejection)
        ours = probability_of_success(DESIGN, belief, futility="obeyed")
        assert ours == pytest.approx(slow, abs=1e-9)

    @pytest.mark.parametrize("look", [1, 3])
    def test_over_the_prior_of_trials_told_to_go_on(self, look):
        mean, variance = 0.9 * DESIGN.drift, (0.3 * DESIGN.drift) ** 2

        def later(drift):
            return DESIGN.stops(drift).upper[look:].sum()

        def going_on(drift):
            stops = DESIGN.stops(drift)
            return 1.0 - (stops.upper + stops.lower)[:look].sum()

        slow = self.average(mean, variance, later) / self.average(mean, variance, going_on)
        belief = DriftBelief(0.9, 0.3)
        ours = probability_of_success(DESIGN, belief, after=look, futility="obeyed")
        assert ours == pytest.approx(slow, abs=1e-9)

    def test_with_a_wedge(self):
        look, z, at = 2, 1.0, float(LOOKS[1])
        slow = self.average(
            z / np.sqrt(at), 1.0 / at, lambda drift: conditional_power(WEDGED, look, z, drift)
        )
        assert predictive_power(WEDGED, look, z) == pytest.approx(slow, abs=1e-8)

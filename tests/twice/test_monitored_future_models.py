"""Posteriors of hazards and enrollment against closed forms and quadrature."""

import numpy as np
import pytest
from scipy import stats

from equipoise.design.survival.world import Piecewise
from equipoise.kernel.arrays import vector
from equipoise.monitor.future.model import AccrualPlan, fitted_future
from equipoise.monitor.future.model_hazards import HazardPrior
from equipoise.monitor.future.model_walk import (
    BEND_SD,
    TREND_SD,
    WALK_SCALE,
    WALKS,
    WalkPrior,
    walk_draws,
)
from plain_future import busy_hand, patients

DRAWS = 20_000


def expect_law(drawn, law):
    """Kolmogorov-Smirnov, at three standard errors and more."""
    assert stats.kstest(drawn, law.cdf).statistic < 1.9 / np.sqrt(len(drawn))


def test_constant_rates_follow_gamma_laws():
    """Events by group, dropout, and enrollment in the last half of the time."""
    at_hand = busy_hand()
    model = fitted_future(
        at_hand,
        AccrualPlan(10, recent=8.0),
        hazard="exponential",
        draws=DRAWS,
        prior=HazardPrior(0.05, 3.0),
        dropout_prior=HazardPrior(0.01, 1.0),
    )
    for group in (0, 1):
        mine = at_hand.group == group
        time = at_hand.time[mine].sum()
        events, lost = at_hand.event[mine].sum(), at_hand.lost[mine].sum()
        expect_law(model.event[group].values[:, 0], stats.gamma(events + 3, 0, 1 / (time + 60)))
        expect_law(model.dropout[group].values[:, 0], stats.gamma(lost + 1, 0, 1 / (time + 100)))
    came = (at_hand.entry > 16).sum()
    expect_law(model.accrual.values[:, 0], stats.gamma(came + 0.5, 0, 1 / 8))


def test_weibull_shapes_and_rates_by_quadrature():
    """The means of κ, log λ and their product under the joint posterior on a fine plane."""
    at_hand = busy_hand(80)
    at_hand = patients(24, at_hand.entry, at_hand.time, event=at_hand.event)
    prior = HazardPrior(0.05, 2.0)
    model = fitted_future(at_hand, AccrualPlan(0), hazard="weibull", draws=DRAWS, prior=prior)
    shape, rate = model.shape[0], model.event[0].values[:, 0]
    kappa = np.exp(np.linspace(-1.5, 1.5, 400))[:, None]
    lam = np.exp(np.linspace(-9, 1, 500))[None, :]
    time, event = at_hand.time, at_hand.event
    total = (time[None, :] ** kappa).sum(axis=1, keepdims=True)
    height = (
        event.sum() * (np.log(lam) + np.log(kappa))
        + (kappa - 1) * np.log(time[event]).sum()
        - lam * total
        + stats.gamma.logpdf(lam, 2.0, scale=0.05**kappa / 2.0)
        + np.log(lam)  # of the grid in log λ
        + stats.norm.logpdf(np.log(kappa), 0, 0.5)
    )
    weight = np.exp(height - height.max())
    weight /= weight.sum()
    for found, quantity in (
        (shape, kappa + 0 * lam),
        (np.log(rate), np.log(lam) + 0 * kappa),
        (shape * np.log(rate), kappa * np.log(lam)),
    ):
        mean = float((weight * quantity).sum())
        deviation = np.sqrt(float((weight * quantity**2).sum()) - mean**2)
        assert abs(found.mean() - mean) < 4 * deviation / np.sqrt(DRAWS)
        assert found.std() == pytest.approx(deviation, rel=0.03)


@pytest.mark.parametrize(
    ("events", "exposure"), [([6.0, 2.0], [40.0, 60.0]), ([0.0, 0.0], [3.0, 1.0])]
)
def test_walks_of_two_pieces_by_quadrature(events, exposure):
    """Also without events, where the posterior is far from normal."""
    events, exposure, place = (
        np.array(each) for each in (events, exposure, [[0.0, 1.5], [0.2, 0.9]])
    )
    prior = WalkPrior(np.log(0.05), 1.0)
    rng = np.random.default_rng(8)
    drawn = walk_draws(events, exposure, place, prior, DRAWS, rng)
    center = np.average(place, axis=1, weights=events + 1)
    x, u = place - center[:, None]
    axis = np.linspace(-10, 4, 500) + np.log(0.05) * 0.5
    one, two = np.meshgrid(axis, axis, indexing="ij")
    away = np.stack([one, two], axis=-1) - prior.mean
    density = 0.0
    for walk in WALKS:
        cov = 1.0 + TREND_SD**2 * np.outer(x, x) + BEND_SD**2 * np.outer(u, u)
        cov += walk**2 * np.diag([0.0, 1.5])
        normal = stats.multivariate_normal(np.zeros(2), cov).pdf(away)
        density = density + normal * np.exp(-0.5 * (walk / WALK_SCALE) ** 2)
    density = density * np.exp(
        events[0] * one + events[1] * two - exposure[0] * np.exp(one) - exposure[1] * np.exp(two)
    )
    density /= density.sum()
    for found, quantity in (
        (drawn[:, 0], one),
        (drawn[:, 1], two),
        (drawn[:, 0] * drawn[:, 1], one * two),
        (drawn[:, 1] - drawn[:, 0], two - one),
    ):
        mean = float((density * quantity).sum())
        deviation = np.sqrt(float((density * quantity**2).sum()) - mean**2)
        assert abs(found.mean() - mean) < 6 * deviation / np.sqrt(DRAWS)  # resampled: twice as far
        assert found.std() == pytest.approx(deviation, rel=0.05)


def test_pieces_nobody_has_reached_follow_trend_and_walk():
    """Given the pieces seen, the rest has the mean and spread of the conditional normal."""
    rng = np.random.default_rng(9)
    place = np.array([[0.0, 1.0, 2.0], [0.5, 1.0, 1.0]])
    events, exposure = np.array([1e7, 1e7 * np.exp(-0.5), 0.0]), np.array([1e8, 1e8, 0.0])
    drawn = walk_draws(events, exposure, place, WalkPrior(np.log(0.1), 1.0), DRAWS, rng)
    step = drawn[:, 2] - drawn[:, 1]
    assert -0.5 < step.mean() < -0.05  # the trend goes on, drawn towards none
    assert 0.05 < step.std() < 0.8


def test_planned_rates_are_all_wrong_by_one_factor():
    """A plan that doubles at the cut; its worth is counted as patients."""
    at_hand = busy_hand()
    planned = Piecewise(vector([0.0, 24.0, 30.0]), vector([3.0, 6.0, 9.0]))
    plan = AccrualPlan(50, recent=24.0, planned=planned, worth=12.0)
    model = fitted_future(at_hand, plan, hazard="exponential", draws=DRAWS)
    assert model.accrual.starts.tolist() == [0.0, 6.0]
    expect_law(model.accrual.values[:, 0] / 6.0, stats.gamma(60 + 12, 0, 1 / (72 + 12)))
    np.testing.assert_allclose(model.accrual.values[:, 1], model.accrual.values[:, 0] * 1.5)

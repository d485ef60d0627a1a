"""Counts: information over calendar time by double integration; Zhu & Lakkis's three formulas."""

import math

import numpy as np
import pytest
from scipy import integrate

from equipoise.design.counts.observation import Observation
from equipoise.design.counts.plan import counts_design
from equipoise.design.counts.rates import rate_ratio
from equipoise.design.counts.solve import optimal_counts_allocation
from equipoise.design.counts.trial import Trial
from equipoise.design.survival.world import Accrual, Piecewise, constant_rate
from equipoise.kernel.arrays import vector

ACCRUAL = Accrual(vector([0, 3]), vector([5.0, 10.0]), 8.0)


def per_patient(time, rate, dispersion, dropout, cap):
    """Average over entry (piecewise uniform) and dropout (exponential) of μ / (1 + kμ)."""

    def observed(length):
        mean = rate * length
        return mean / (1 + dispersion * mean)

    def given_entry(entry):
        end = min(time - entry, cap)
        if end <= 0:
            return 0.0
        left = integrate.quad(lambda s: observed(s) * dropout * math.exp(-dropout * s), 0, end)[0]
        return left + observed(end) * math.exp(-dropout * end)

    early = integrate.quad(given_entry, 0, 3, epsabs=1e-11, limit=200)[0] * 5
    knots = [x for x in (time, time - cap) if 3 < x < 8]
    late = integrate.quad(given_entry, 3, 8, points=knots or None, epsabs=1e-11, limit=200)[0] * 10
    return (early + late) / 65


@pytest.mark.parametrize("time", [2.0, 6.0, 9.5, 20.0])
@pytest.mark.parametrize("cap", [math.inf, 2.5])
def test_information_over_calendar_time(time, cap):
    comparison = rate_ratio(0.6, control_rate=1.3, dispersion=0.8, experimental_dispersion=2.0)
    observation = Observation(
        exposure=None if cap == math.inf else cap,
        accrual=ACCRUAL,
        control_dropout=constant_rate(0.1),
        experimental_dropout=constant_rate(0.2),
    )
    control, experimental = Trial.of(comparison, observation, 200).of_arms(time)
    assert control == pytest.approx(100 * per_patient(time, 1.3, 0.8, 0.1, cap), rel=1e-7)
    assert experimental == pytest.approx(100 * per_patient(time, 0.78, 2.0, 0.2, cap), rel=1e-7)


@pytest.mark.parametrize("dispersion", [0.0, 5.0, 500.0])
def test_information_is_the_sum_over_many_evenly_spaced_patients(dispersion):
    comparison = rate_ratio(0.6, control_rate=4.0, dispersion=dispersion)
    one_piece = Accrual(vector([0]), vector([1.0]), 5.0)
    many = 200_001
    smooth = Trial.of(comparison, Observation(accrual=one_piece), 2.0 * many)
    spaced = Trial.of(comparison, Observation(accrual=one_piece, entry="evenly spaced"), 2.0 * many)
    for time in (1.0, 5.0, 12.0):
        assert smooth.information(time) == pytest.approx(spaced.information(time), rel=2e-5)


def test_strata_add_their_information():
    shares, multiples = (0.3, 0.7), (0.5, 2.0)
    strata = tuple(zip(shares, multiples, strict=True))
    together = rate_ratio(0.6, control_rate=1.0, dispersion=0.8, strata=strata)
    observation = Observation(accrual=ACCRUAL, follow_up=3.0)
    apart = sum(
        Trial.of(
            rate_ratio(0.6, control_rate=multiple, dispersion=0.8), observation, 100 * share
        ).information(9.0)
        for share, multiple in strata
    )
    trial = Trial.of(together, observation, 100)
    assert trial.information(9.0) == pytest.approx(apart, rel=1e-12)
    by_ratio = trial.information_by_ratio(9.0)(np.array([0.6, 1.0]))
    assert by_ratio[0] == pytest.approx(apart, rel=1e-12)
    alone = Trial.of(rate_ratio(0.6, control_rate=1.0), observation, 100).events(9.0)
    assert trial.events(9.0)[0] == pytest.approx(1.55 * alone[0])
    best = optimal_counts_allocation(together, observation)
    variance = [
        1 / Trial.of(together.with_allocation(best * f), observation, 1.0).information(11.0)
        for f in (0.97, 1.0, 1.03)
    ]
    assert variance[1] < min(variance[0], variance[2])


def test_dropout_may_change_over_time():
    comparison = rate_ratio(0.6, control_rate=4.0)
    steps = Piecewise(vector([0, 1]), vector([0.5, 0.1]))
    observation = Observation(exposure=3.0, control_dropout=steps)
    control, _ = Trial.of(comparison, observation, 2.0).of_arms(3.0)
    stay = (1 - math.exp(-0.5)) / 0.5 + math.exp(-0.5) * (1 - math.exp(-0.2)) / 0.1
    assert control == pytest.approx(4.0 * stay, rel=1e-12)


@pytest.mark.parametrize("allocation", [1.0, 2.0])
def test_zhu_and_lakkis(allocation):
    """Their sample sizes of the control arm, methods 1 to 3, typed from the formulas."""
    z_alpha, z_beta = 1.959963984540054, 0.8416212335729143
    base, ratio, k, t = 0.8, 0.7, 0.6, 0.75
    treated, r = base * ratio, allocation
    true = (1 / base + 1 / (r * treated)) / t + (1 + r) * k / r
    null = {
        "control rate": (1 + r) / r * (1 / (t * base) + k),
        "true rates": true,
        "null maximum likelihood": (1 + r) ** 2 / (t * r * (base + r * treated)) + (1 + r) * k / r,
    }
    for name, variance in null.items():
        shown = z_alpha * math.sqrt(variance) + z_beta * math.sqrt(true)
        control = (shown / math.log(ratio)) ** 2
        planned = counts_design(
            rate_ratio(ratio, control_rate=base, dispersion=k, allocation=allocation),
            Observation(exposure=t),
            power=0.8,
            null_variance=name,
        )
        assert planned.plan.patients == pytest.approx((1 + r) * control, rel=1e-10)


def test_null_rates_solve_the_score_with_unequal_exposure():
    comparison = rate_ratio(0.7, control_rate=1.0, null=1.1, dispersion=0.5)
    observation = Observation(accrual=ACCRUAL, follow_up=2.0)
    trial = Trial.of(comparison, observation, 100)
    null = trial.under_null("null maximum likelihood", 10.0).comparison
    assert null.ratio == pytest.approx(1.1)
    entry = (np.arange(20_000) + 0.5) / 20_000
    enters = np.where(entry < 15 / 65, entry * 65 / 5, 3 + (entry * 65 - 15) / 10)
    score = 0.0
    for truth, rate in ((1.0, null.control_rate), (0.7, null.experimental_rate)):
        time = 10.0 - enters
        score += ((truth - rate) * time / (1 + 0.5 * rate * time)).mean()
    assert score == pytest.approx(0.0, abs=1e-7)

"""Blinded re-estimation, programmed a second time: its likelihood, and the type I error."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import t as student

from equipoise.design.survival.hazards import accrual
from equipoise.design.survival.world import Piecewise, StratumWorld, SurvivalWorld, constant_rate
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.reestimation.hazard import blinded_hazard
from equipoise.monitor.reestimation.reestimation import PooledMeasurements
from equipoise.monitor.reestimation.trial import blinded_reestimation
from sample_design import sample_design

LOST = constant_rate(0.0)


def a_world(*, cured=0.0, allocation=1.0):
    hazards = (
        Piecewise(vector([0.0, 6.0]), vector([0.08, 0.03])),
        Piecewise(vector([0.0, 3.0]), vector([0.02, 0.05])),
    )
    ratio = Piecewise(vector([0.0, 4.0]), vector([0.9, 0.5]))
    strata = tuple(
        StratumWorld(name, share, hazard, ratio, LOST, LOST, cured, cured / 2)
        for name, share, hazard in zip("ab", (0.3, 0.7), hazards, strict=True)
    )
    return SurvivalWorld(accrual(24, 20), strata, allocation)


def components(world):
    for stratum in world.strata:
        for share, cured, hazard in (
            (1 - world.experimental_share, stratum.control_cured, stratum.control_hazard),
            (world.experimental_share, stratum.experimental_cured, stratum.experimental_hazard),
        ):
            yield stratum.share * share * (1 - cured), hazard
            yield stratum.share * share * cured, None


def log_likelihood(factors, starts, time, event, world):
    total = 0.0
    for t, had in zip(time, event, strict=True):
        density = 0.0
        for share, hazard in components(world):
            if hazard is None:
                density += share * (not had)
                continue
            ends = np.append(starts[1:], np.inf)
            cumulative = sum(
                k * float((hazard.cumulative(min(t, e)) - hazard.cumulative(s))[0])
                for k, s, e in zip(factors, starts, ends, strict=True)
                if t > s
            )
            place = max(np.searchsorted(starts, t, side="left") - 1, 0)
            rate = factors[place] * float(hazard.at(t - 1e-12)) if had else 1.0
            density += share * rate * np.exp(-cumulative)
        total += np.log(density)
    return total


@pytest.mark.parametrize("starts", [(0.0,), (0.0, 5.0)])
@pytest.mark.parametrize(("cured", "allocation"), [(0.0, 1.0), (0.3, 2.0)])
def test_factor_maximizes_the_likelihood(starts, cured, allocation):
    rng = np.random.default_rng(5)
    time = np.minimum(rng.exponential(15.0, 30), rng.uniform(4, 24, 30))
    event = rng.random(30) < 0.7
    world = a_world(cured=cured, allocation=allocation)
    found = blinded_hazard(time, event, world, starts=starts)
    best = minimize(
        lambda logs: -log_likelihood(np.exp(logs), starts, time, event, world),
        np.log(found.factor.values) + 0.1,
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-12},
    )
    assert np.exp(best.x) == pytest.approx(found.factor.values, rel=1e-5)
    at = log_likelihood(found.factor.values, starts, time, event, world)
    assert at >= -best.fun - 1e-9


@pytest.mark.parametrize("factors", [(0.6, 1.4), (1.0, 1.0)])
def test_factor_is_found_in_many_patients(factors):
    """The truth, within 3.5 standard errors of 20,000 patients; at 1, as many events as planned."""
    rng = np.random.default_rng(8)
    world = a_world()
    size, starts = 20_000, np.array([0.0, 5.0])
    truth = Piecewise(vector(starts), vector(factors))
    draw, target = rng.random(size), rng.exponential(1.0, size)
    shares = [(share, hazard) for share, hazard in components(world) if share > 0]
    edges = np.cumsum([share for share, _ in shares])
    which = np.searchsorted(edges, draw * edges[-1])
    grid = np.linspace(0, 60, 60_001)
    time = np.empty(size)
    for place, (_, hazard) in enumerate(shares):
        mine = which == place
        time[mine] = np.interp(target[mine], hazard.times(truth).cumulative(grid), grid)
    censored = rng.uniform(5, 20, size)
    found = blinded_hazard(np.minimum(time, censored), time <= censored, world, starts=starts)
    error = found.factor.values / np.sqrt(found.events)
    assert (np.abs(found.factor.values - truth.values) < 3.5 * error).all()
    if factors == (1.0, 1.0):
        assert (np.abs(found.events - found.planned) < 3.5 * np.sqrt(found.events)).all()


def test_size_of_the_t_test_after_reestimation():
    """8,000 null trials re-estimated after 60 patients: size 0.025 within 3 standard errors."""
    design = sample_design("mean-fixed")  # difference -4, standard deviation 12
    rng = np.random.default_rng(11)
    trials, first = 8_000, 30
    spread = np.linspace(6, 20, 57)
    known = [
        blinded_reestimation(PooledMeasurements(float(sd), 60), design).size.unrestricted
        for sd in spread
    ]
    rejected = 0
    for _ in range(trials):
        stage = rng.normal(0, 10, (2, first))
        patients = np.interp(stage.std(ddof=1), spread, known)
        half = max(first, int(np.ceil(patients / 2)))
        more = rng.normal(0, 10, (2, half - first))
        new, control = np.concatenate([stage, more], axis=1)
        pooled = (new.var(ddof=1) + control.var(ddof=1)) / half
        rejected += (control.mean() - new.mean()) / pooled**0.5 > student.isf(0.025, 2 * half - 2)
    assert abs(rejected / trials - 0.025) < 3 * (0.025 * 0.975 / trials) ** 0.5


def test_size_of_the_log_rank_test_after_reestimation():
    """400 null trials that end when the pooled rate says: size 0.1 within 3 standard errors."""
    design = sample_design("survival-fixed")
    world = design.main.world
    rng = np.random.default_rng(21)
    trials, rejected = 400, 0
    size = round(world.accrual.patients)
    for _ in range(trials):
        entry = np.sort(rng.uniform(0, 24, size))
        arm = rng.permutation(np.arange(size) % 2)
        course = rng.exponential(1 / 0.035, size)
        cut = 15.0
        here = entry < cut
        seen = np.minimum(course, cut - entry)[here]
        pooled = PatientsAtHand(
            cut,
            vector(entry[here]),
            vector(seen),
            flags(course[here] <= cut - entry[here]),
            flags(np.zeros(here.sum())),
            codes(np.zeros(here.sum())),
            ("all",),
        )
        end = blinded_reestimation(pooled, design).events.end
        followed = np.minimum(course, end - entry)
        event = course <= end - entry
        rejected += log_rank(followed, event, arm) > 1.2815515655446004
    assert abs(rejected / trials - 0.1) < 3 * (0.1 * 0.9 / trials) ** 0.5


def log_rank(time, event, arm):
    """The standardized log-rank statistic, positive where arm 1 has fewer events."""
    order = np.argsort(time)
    event, arm = event[order], arm[order]
    at_risk = np.arange(time.size, 0, -1)
    new = arm[::-1].cumsum()[::-1]
    share = new / at_risk
    score = (event * (arm - share)).sum()
    return -score / np.sqrt((event * share * (1 - share)).sum())

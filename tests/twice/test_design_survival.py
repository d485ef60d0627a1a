"""Expected events, by adaptive integration and by simulation; exponential entry, by sampling."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from equipoise.design.survival.constant_hazards import ConstantHazards, event_probability
from equipoise.design.survival.events import expected_events, most_events, time_of_events
from equipoise.design.survival.hazards import (
    accrual,
    hazard_from_survival,
    one_stratum,
    piecewise_rate,
    survival_at,
    weibull_hazard,
)
from equipoise.design.survival.look_rules import LookRule, look_calendar
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.survival_design import survival_design
from equipoise.kernel.piecewise_exponential import first_moments
from equipoise.kernel.root import root_between

WORLD = one_stratum(
    accrual(20, piecewise_rate([0, 5, 11], [2, 0, 7])),
    piecewise_rate([0, 6, 12], [0.06, 0.0, 0.03]),
    0.7,
    dropout=(piecewise_rate([0, 3], [0.0, 0.02]), 0.001),
    allocation=2.0,
    cured=(0.2, 0.35),
)


def patient(world, arm, followed, *, of):
    """The chance of an event (or dropout) within so long, integrated over the time it comes."""
    stratum = world.strata[0]
    hazard = (stratum.control_hazard, stratum.experimental_hazard)[arm]
    dropout = (stratum.control_dropout, stratum.experimental_dropout)[arm]
    cured = (stratum.control_cured, stratum.experimental_cured)[arm]
    shape = world.weibull_shape
    followed = min(followed, world.longest_follow_up)

    def flow(time):
        alive = math.exp(-float(hazard.cumulative(time**shape)[0]))
        staying = math.exp(-float(dropout.cumulative(time)[0]))
        if of == "events":
            rate = float(hazard.at(time**shape)) * shape * time ** (shape - 1)
            return (1 - cured) * rate * alive * staying
        return (cured + (1 - cured) * alive) * staying * float(dropout.at(time))

    breaks = [*(hazard.starts ** (1 / shape)), *dropout.starts]
    inside = sorted({float(b) for b in breaks if 0 < b < followed})
    edges = [0.0, *inside, followed]
    return sum(quad(flow, a, b, epsabs=1e-12, epsrel=1e-10)[0] for a, b in pairwise(edges))


def by_entry(world, arm, time, *, of):
    """Expected numbers, integrated over the time patients enter."""
    enrollment = world.accrual
    share = (1 - world.experimental_share, world.experimental_share)[arm]
    ends = [*enrollment.starts[1:].tolist(), enrollment.duration]
    node, weight = np.polynomial.legendre.leggauss(24)
    total = 0.0
    for start, end, rate in zip(enrollment.starts, ends, enrollment.rates, strict=True):
        kinks = [time - b for b in (3.0, 6.0, 12.0, world.longest_follow_up)]
        last = min(end, time)
        if last <= start or rate == 0:
            continue
        edges = [start, *sorted(k for k in kinks if start < k < last), last]
        for a, b in pairwise(edges):
            near = ((node + 1) / 2) ** 4  # stretched towards the end, where events start like s^κ
            slope = 4 * near**0.75 / 2
            values = [patient(world, arm, time - (b - (b - a) * y), of=of) for y in near]
            total += rate * share * (b - a) * float((weight * slope) @ values)
    return total


@pytest.mark.parametrize("time", [4.0, 17.5, 41.0])
@pytest.mark.parametrize("longest", [math.inf, 9.0])
def test_events_and_dropouts_by_integration_over_entry(time, longest):
    world = replace(WORLD, longest_follow_up=longest)
    seen = expected_events(world, [time])
    for arm in (0, 1):
        events, dropouts = (by_entry(world, arm, time, of=of) for of in ("events", "dropouts"))
        assert seen.events[0, 0, arm] == pytest.approx(events, rel=1e-9)
        assert seen.dropouts[0, 0, arm] == pytest.approx(dropouts, rel=1e-9)


@pytest.mark.parametrize("shape", [0.6, 1.7, 3.0])
def test_weibull_events_by_integration_over_entry(shape):
    world = one_stratum(accrual(12, 5), weibull_hazard(0.08, shape), 0.6, dropout=0.01)
    world = replace(world, weibull_shape=shape)
    for arm, time in ((0, 7.0), (1, 20.0)):
        expected = by_entry(world, arm, time, of="events")
        seen = expected_events(world, [time])
        assert seen.events[0, 0, arm] == pytest.approx(expected, rel=1e-7)


def test_weibull_without_dropout_in_closed_form():
    world = one_stratum(accrual(12, 5), weibull_hazard(0.08, 2.0), 1.0)
    world = replace(world, weibull_shape=2.0)
    expected = quad(lambda entry: 5 * -math.expm1(-((0.08 * (20 - entry)) ** 2)), 0, 12)[0]
    assert expected_events(world, [20.0]).total_events[0] == pytest.approx(expected, rel=1e-11)
    assert most_events(world) == pytest.approx(60.0, rel=1e-9)


def test_events_by_simulation():
    random = np.random.default_rng(7)
    size = 400_000
    enrollment = WORLD.accrual
    entered = np.interp(
        random.random(size) * enrollment.patients,
        enrollment.enrolled([0, 5, 11, 20]),
        [0, 5, 11, 20],
    )
    stratum = WORLD.strata[0]
    grid = np.linspace(0, 60, 60_001)
    event = np.interp(random.exponential(size=size), stratum.control_hazard.cumulative(grid), grid)
    event = np.where(event >= 60, np.inf, event)
    event = np.where(random.random(size) < stratum.control_cured, np.inf, event)
    gone = np.interp(random.exponential(size=size), stratum.control_dropout.cumulative(grid), grid)
    gone = np.where(gone >= 60, np.inf, gone)
    followed = 30.0 - entered
    patients = enrollment.patients / 3
    seen = expected_events(WORLD, [30.0])
    for found, expected in (
        ((event <= gone) & (event <= followed), seen.events[0, 0, 0]),
        ((gone < event) & (gone <= followed), seen.dropouts[0, 0, 0]),
        ((event > followed) & (gone > followed), seen.at_risk[0, 0, 0]),
    ):
        share = expected / patients
        error = math.sqrt(share * (1 - share) / size)
        assert abs(found.mean() - share) < 4 * error


def test_moments_against_the_power_series():
    exponents = np.array([0.0, 1e-12, 1e-5, 0.009, 0.011, 0.3, 2.0])
    first, second = first_moments(exponents)
    for place, x in enumerate(exponents):
        terms = [(-x) ** n / math.factorial(n) for n in range(40)]
        assert first[place] == pytest.approx(
            math.fsum(t / (n + 1) for n, t in enumerate(terms)), rel=1e-13
        )
        assert second[place] == pytest.approx(
            math.fsum(t / (n + 2) for n, t in enumerate(terms)), rel=1e-12
        )


def test_exponential_entry_by_integration():
    for rate in (-0.2, 0.15):
        trial = ConstantHazards(0.05, 0.03, 30, 18, dropout=0.004, entry_rate=rate)
        whole = quad(lambda u, g=rate: math.exp(-g * u), 0, 18)[0]
        had = quad(
            lambda u, g=rate: math.exp(-g * u) * 0.05 / 0.054 * -math.expm1(-0.054 * (30 - u)),
            0,
            18,
        )[0]
        assert event_probability(trial, 0.05) == pytest.approx(had / whole, rel=1e-10)


def test_times_by_bisection():
    wanted = 0.6 * most_events(WORLD)
    found = time_of_events(WORLD, wanted)[0]
    by_root = root_between(
        lambda t: expected_events(WORLD, [t]).total_events[0] - wanted, 0.0, 500.0
    )
    assert found == pytest.approx(by_root, rel=1e-12)


def test_hazard_goes_through_its_points():
    hazard = hazard_from_survival([6, 12, 30], [0.8, 0.55, 0.4])
    assert survival_at(hazard, [6, 12, 30]) == pytest.approx([0.8, 0.55, 0.4])
    curved = hazard_from_survival([6, 12, 30], [0.8, 0.55, 0.4], shape=1.4)
    assert survival_at(curved, [6, 12, 30], shape=1.4) == pytest.approx([0.8, 0.55, 0.4])


def test_every_unknown_leads_back_to_the_same_design():
    world = one_stratum(accrual(18, 12), 0.06, 0.65, dropout=0.004)
    known = survival_design(SurvivalQuestion(world, "power", power=None, follow_up=10.0))
    power, events = known.plan.power, known.plan.events
    for method in ("schoenfeld", "lachin-foulkes", "freedman", "direct", "hsieh-freedman"):
        question = SurvivalQuestion(world, "power", power=None, follow_up=10.0, method=method)
        power = survival_design(question).plan.power
        size = survival_design(SurvivalQuestion(world, power=power, follow_up=10.0, method=method))
        assert size.plan.patients == pytest.approx(216.0, rel=1e-8)
        wait = survival_design(SurvivalQuestion(world, "follow-up", power=power, method=method))
        assert wait.follow_up == pytest.approx(10.0, rel=1e-7)
        assert wait.plan.events == pytest.approx(events, rel=1e-8)
        enroll = replace(size.asked, solve_for="accrual duration")
        assert survival_design(enroll).accrual_duration == pytest.approx(18.0, rel=1e-7)
        fixed_end = replace(enroll, follow_up=None, study_duration=28.0)
        assert survival_design(fixed_end).accrual_duration == pytest.approx(18.0, rel=1e-6)
        effect = survival_design(replace(size.asked, solve_for="effect"))
        assert effect.hazard_ratio == pytest.approx(0.65, rel=1e-8)
        by_events = replace(size.asked, solve_for="effect", events=events, follow_up=None)
        assert survival_design(by_events).hazard_ratio == pytest.approx(0.65, rel=1e-7)


def test_looks_that_wait_for_several_things():
    world = one_stratum(accrual(12, 10), 0.05, 0.6)
    rules = [
        LookRule(patients=60, followed=4),
        LookRule(time=14, events=60, longest_wait=3),
        LookRule(events=60, after_previous=2),
    ]
    assert look_calendar(world, rules) == pytest.approx([10.0, 17.0, time_of_events(world, 60)[0]])

"""Bounds between printed numbers a second time: every small trial, and every count, one by one."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from equipoise.appraise.checks.shrinkage import shrinkage
from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedArm,
    ClaimedAtRisk,
    ClaimedEvents,
    ClaimedRate,
    Claims,
    PrintedInterval,
)
from equipoise.appraise.claims.intervals import Range, range_of
from equipoise.appraise.claims.printed import printed
from equipoise.appraise.relations.counts import counts_that_fit
from equipoise.appraise.relations.events import early_censoring, numbers_at_risk
from equipoise.appraise.relations.rates import errors_of, errors_of_rates
from equipoise.kernel.confidence import SCALES, survival_limits

TIME = 12.0


def one_arm(patients: int, *claimed: Claimed) -> Claims:
    arm = ClaimedArm("a", "A", "control", printed(str(patients), "count"))
    return Claims("x", "x", "month", (arm,), None, claimed)


def survival(text: str, interval: PrintedInterval | None = None) -> ClaimedRate:
    return ClaimedRate("os", "a", TIME, printed(text, "proportion"), None, interval)


def small_trials(patients: int):
    """Give (events in all, rate as printed, censored before, at risk after) of every order."""
    for events in itertools.product((0, 1), repeat=patients):
        rate, censored = Fraction(1), 0
        for gone in range(patients + 1):
            if gone and events[gone - 1]:
                rate *= Fraction(patients - gone, patients - gone + 1)
            elif gone:
                censored += 1
            yield sum(events), f"{100 * float(rate):.1f}%", censored, patients - gone


@pytest.mark.parametrize("patients", [4, 7, 9])
def test_no_trial_censors_fewer_early_than_its_events_and_rate_say(patients: int):
    least: dict[tuple[int, str], int] = {}
    for events, rate, censored, _ in small_trials(patients):
        if rate != "100.0%":
            place = events, rate
            least[place] = min(least.get(place, patients), censored)
    reached = 0
    for (events, rate), fewest in least.items():
        own = survival(rate)
        count = ClaimedEvents("os", "a", printed(str(events), "count"))
        found = early_censoring(one_arm(patients, count, own), own)
        assert found.least <= fewest
        reached += found.least == fewest
    assert reached > 0.4 * len(least)  # the bound is often the truth itself


@pytest.mark.parametrize("patients", [5, 8])
def test_numbers_at_risk_of_every_small_trial_are_possible(patients: int):
    for rate, at_risk in {(each[1], each[3]) for each in small_trials(patients)}:
        numbers = tuple(printed(str(each), "count") for each in (patients, at_risk))
        risk = ClaimedAtRisk("os", "a", (0.0, TIME), numbers)
        assert not numbers_at_risk(one_arm(patients, risk, survival(rate)))


@pytest.mark.parametrize("patients", [3, 11, 29, 64, 105, 333])
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_counts_behind_a_percentage_are_those_that_round_to_it(patients: int, decimals: int):
    unit = Fraction(1, 10**decimals)
    for step in range(0, 100 * 10**decimals + 1, 1 if decimals < 2 else 7):
        value = step * unit
        wanted = {
            count
            for count in range(patients + 1)
            if abs(Fraction(100 * count, patients) - value) <= unit / 2
        }
        share = range_of(printed(f"{float(value):.{decimals}f}%", "proportion"))
        found = counts_that_fit(share, Range(patients, patients))
        assert {count for count, _ in found} == wanted


@pytest.mark.parametrize("scale", SCALES)
def test_the_error_behind_an_interval_is_among_those_read_from_it(scale: str):
    rng = np.random.default_rng(99)
    for _ in range(300):
        patients, decimals = int(rng.integers(8, 300)), int(rng.integers(0, 2))
        dead = int(rng.integers(1, patients))
        rate = 1 - dead / patients
        variance = dead / (patients * (patients - dead))
        low, high = survival_limits(np.array([rate]), np.array([variance]), 0.95, scale)
        limits = [
            printed(f"{100 * min(max(float(each[0]), 0), 1):.{decimals}f}%", "proportion")
            for each in (low, high)
        ]
        own = survival(f"{100 * rate:.{decimals}f}%", PrintedInterval(*limits))
        if not 0.0 < own.rate.lower <= own.rate.upper < 1.0:
            continue
        error, shapes = errors_of(own)
        assert {"arcsin": "arcsine"}.get(scale, scale) in shapes
        assert error.widened(1e-9).contains(rate * np.sqrt(variance))
        found = errors_of_rates(one_arm(patients, own))
        assert [each.grade for each in found] in (["consistent"], [])


@pytest.mark.parametrize(
    ("ratio", "error", "fraction", "planned", "sd"),
    [
        (0.44, 0.30, 0.61, 0.58, 0.331170607837766),
        (1.20, 0.25, 0.30, 0.75, 0.174898281365597),
        (0.70, 0.20, 0.50, None, 0.35),
    ],
)
def test_shrinkage_is_bayes_theorem_on_a_grid(
    ratio: float, error: float, fraction: float, planned: float | None, sd: float
):
    told = shrinkage(ratio, error, fraction=fraction, planned=planned)
    grid, seen = np.linspace(-4, 4, 400_001), np.log(ratio)
    weight = np.exp(-0.5 * (grid / sd) ** 2 - 0.5 * ((seen - grid) / error) ** 2)
    weight /= weight.sum()
    mean = float(weight @ grid)
    variance = float(weight @ (grid - mean) ** 2)
    assert np.log(told.believed) == pytest.approx(mean, abs=1e-9)
    rest = error**2 * fraction / (1 - fraction)  # variance of what is still to come, alone
    later = fraction * seen + (1 - fraction) * mean
    spread = 1.959963984540054 * (1 - fraction) * np.sqrt(variance + rest)
    assert np.log(told.final_interval) == pytest.approx([later - spread, later + spread], abs=1e-8)

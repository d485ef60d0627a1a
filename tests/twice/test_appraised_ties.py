"""What ties allow, a second time: every small trial with any number of events at one time."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest

from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedArm,
    ClaimedAtRisk,
    ClaimedEvents,
    ClaimedRate,
    Claims,
    PrintedInterval,
)
from equipoise.appraise.claims.intervals import Range
from equipoise.appraise.claims.printed import printed
from equipoise.appraise.relations.events import early_censoring, left_after, numbers_at_risk
from equipoise.appraise.relations.rates import (
    FEW,
    WILSON,
    errors_of,
    errors_of_rates,
    least_by_tsiatis,
    least_error,
)

WHEN = 2


def one_arm(patients: int, *claimed: Claimed) -> Claims:
    arm = ClaimedArm("a", "A", "control", printed(str(patients), "count"))
    return Claims("x", "x", "month", (arm,), None, claimed)


def tied_trials(patients: int) -> Iterator[tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    """Give every trial at three times: all patients, and (events, at risk) up to `WHEN`."""
    kinds = list(itertools.product((1, 2, 3), (0, 1)))
    for trial in itertools.combinations_with_replacement(kinds, patients):
        steps = []
        for time in range(1, WHEN + 1):
            at_risk = sum(each[0] >= time for each in trial)
            dead = sum(each == (time, 1) for each in trial)
            if dead:
                steps.append((dead, at_risk))
        yield list(trial), steps


def estimates(steps: list[tuple[int, int]]) -> tuple[float, float, float]:
    """Give S, and Σ of Greenwood's and of Tsiatis's variance."""
    rate = math.prod(1 - d / n for d, n in steps)
    greenwood = sum(d / (n * (n - d)) if n > d else math.inf for d, n in steps)
    return rate, greenwood, sum(d / n**2 for d, n in steps)


@pytest.mark.parametrize("patients", [4, 7])
def test_nothing_that_can_be_at_risk_is_called_impossible(patients: int):
    told = set()
    for trial, steps in tied_trials(patients):
        rate, _, _ = estimates(steps)
        events = sum(each[1] for each in trial)
        before = sum(each[0] >= WHEN for each in trial)
        after = sum(each[0] > WHEN for each in trial)
        left = before - sum(each == (WHEN, 1) for each in trial)
        found = left_after(*(Range(v, v) for v in (patients, rate, before, events)))
        assert left in found.whole()
        told |= {(f"{100 * rate:.0f}%", events, shown) for shown in (before, after)}
    for text, events, shown in told:
        own = ClaimedRate("os", "a", WHEN, printed(text, "proportion"))
        numbers = tuple(printed(str(each), "count") for each in (patients, shown))
        risk = ClaimedAtRisk("os", "a", (0.0, WHEN), numbers)
        count = ClaimedEvents("os", "a", printed(str(events), "count"))
        for claimed in ((risk, own), (risk, own, count)):
            grades = {each.grade for each in numbers_at_risk(one_arm(patients, *claimed))}
            assert grades <= {"possible"}


def test_what_no_trial_can_have_at_risk_is_found():
    """Of all numbers at risk, events and exact rates that no trial of 7 gives, most are found."""
    patients, seen = 7, set()
    for trial, steps in tied_trials(patients):
        rate, _, _ = estimates(steps)
        events = sum(each[1] for each in trial)
        seen.add((round(rate, 9), sum(each[0] >= WHEN for each in trial), events))
    rates = sorted({each[0] for each in seen})
    never = [
        (rate, at_risk, events)
        for rate in rates
        for at_risk in range(1, patients + 1)
        for events in range(1, patients + 1)
        if (rate, at_risk, events) not in seen
    ]
    whole = Range(patients, patients)
    found = [
        not len(left_after(whole, Range(s, s), Range(y, y), Range(d, d)).whole())
        for s, y, d in never
    ]
    assert np.mean(found) > 0.5


@pytest.mark.parametrize("patients", [5, 8])
def test_no_error_of_a_tied_trial_is_called_impossible(patients: int):
    for _, steps in tied_trials(patients):
        rate, greenwood, tsiatis = estimates(steps)
        if not 0.0 < rate < 1.0:
            continue
        own, whole = Range(rate, rate), Range(patients, patients)
        assert rate * math.sqrt(greenwood) >= least_error(own, whole).lower * (1 - 1e-12)
        floor = least_by_tsiatis(own, whole, ties=True)
        assert rate * math.sqrt(tsiatis) >= floor * (1 - 1e-12)
        assert (1 - rate) / rate / greenwood >= FEW * (1 - 1e-12)  # effective patients
        for variance in (greenwood, tsiatis):
            error = printed(f"{100 * rate * math.sqrt(variance):.1f}%", "proportion")
            said = ClaimedRate("os", "a", WHEN, printed(f"{100 * rate:.1f}%", "proportion"), error)
            grades = {each.grade for each in errors_of_rates(one_arm(patients, said))}
            assert "impossible" not in grades
            assert "unlikely" not in grades or variance == tsiatis


def test_each_event_at_its_own_time_by_tsiatis_is_at_most_possible():
    rng = np.random.default_rng(11)
    seen = set()
    for _ in range(400):
        patients = int(rng.integers(4, 120))
        event = rng.random(patients) < rng.uniform(0.3, 1.0)
        last = int(rng.integers(1, patients))
        steps = [(1, patients - i) for i in range(last) if event[i]]
        rate, _, tsiatis = estimates(steps)
        if not 0.001 < rate < 0.999:
            continue
        error = printed(f"{100 * rate * math.sqrt(tsiatis):.2f}%", "proportion")
        said = ClaimedRate("os", "a", WHEN, printed(f"{100 * rate:.1f}%", "proportion"), error)
        seen |= {each.grade for each in errors_of_rates(one_arm(patients, said))}
    assert seen == {"consistent", "possible"}


@pytest.mark.parametrize(("count", "patients"), [(19, 20), (1, 20), (33, 50), (7, 8), (80, 300)])
def test_wilson_s_interval_gives_back_its_error(count: int, patients: int):
    z, share = 1.959963984540054, count / patients
    middle = (share + z**2 / (2 * patients)) / (1 + z**2 / patients)
    half = z * math.sqrt(share * (1 - share) / patients + z**2 / (4 * patients**2))
    half /= 1 + z**2 / patients
    limits = [
        printed(f"{100 * each:.1f}%", "proportion") for each in (middle - half, middle + half)
    ]
    rate = ClaimedRate(
        "os",
        "a",
        WHEN,
        printed(f"{100 * share:.1f}%", "proportion"),
        None,
        PrintedInterval(*limits),
    )
    error, shapes = errors_of(rate)
    assert WILSON in shapes
    assert error.widened(1e-9).contains(math.sqrt(share * (1 - share) / patients))
    assert [each.grade for each in errors_of_rates(one_arm(patients, rate))] == ["consistent"]


def test_early_censoring_holds_for_ties():
    for trial, steps in tied_trials(6):
        rate, _, _ = estimates(steps)
        events = sum(each[1] for each in trial)
        own = ClaimedRate("os", "a", WHEN, printed(f"{100 * rate:.1f}%", "proportion"))
        if rate > 0.9995:
            continue
        count = ClaimedEvents("os", "a", printed(str(events), "count"))
        found = early_censoring(one_arm(6, count, own), own)
        assert found.least <= sum(each[0] <= WHEN and not each[1] for each in trial)

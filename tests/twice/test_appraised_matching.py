"""Matching trials a second time: patient by patient with `analyze`, and kept by rounding alone."""

import numpy as np
import pytest

from appraised_claims import NEWS, claims, follow_up, p, rate, rates
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.log_rank import log_rank
from equipoise.appraise.checks import sampler
from equipoise.appraise.checks.matching import matching_trials
from equipoise.appraise.checks.sampler import (
    TIME,
    Truths,
    fill_patients,
    put_in_order,
    sample_trials,
)
from equipoise.appraise.checks.to_match import what_is_printed
from equipoise.appraise.checks.truths import draw_truths
from equipoise.appraise.claims.intervals import Range

ASKED = what_is_printed(NEWS, "os")


@pytest.fixture(scope="module")
def truths() -> Truths:
    return draw_truths(ASKED, 40, np.random.Generator(np.random.Philox(key=[3, 0])))


def patients(truths: Truths, trial: int, seed: int):
    size = int(truths.patients[trial].sum())
    stamp = np.empty(size, np.int64)
    fill_patients(
        truths.patients[trial],
        truths.start,
        truths.hazard[trial],
        truths.longest[trial],
        truths.power[trial],
        truths.loss[trial],
        seed,
        trial,
        np.empty(3 * size),
        stamp,
    )
    label = stamp & 3
    return (stamp & TIME).view(np.float64), label & 1 == 1, label >> 1


def test_every_number_of_a_trial_is_that_of_the_analysis(truths: Truths):
    made = sample_trials(truths, np.array([2.0]), 3)
    for trial in range(40):
        time, event, arm = patients(truths, trial, 3)
        test = log_rank(time, event, arm)
        z = -made.score[trial, 0] / np.sqrt(made.score[trial, 1])
        assert z == pytest.approx(test.test.statistic, abs=1e-9)
        assert made.events[trial].tolist() == [event[arm == each].sum() for each in (0, 1)]
        for each in (0, 1):
            curve = kaplan_meier(time[arm == each], event[arm == each])
            if not (time[arm == each] > 2.0).any():
                continue
            place = np.searchsorted(curve.time, 2.0, side="right") - 1
            survival, spread = curve.survival[place], np.sqrt(curve.log_variance[place])
            assert np.exp(made.log_rate[trial, each]) == pytest.approx(survival, abs=1e-12)
            assert made.error[trial, each] == pytest.approx(survival * spread, abs=1e-12)
            assert made.at_risk[trial, each] == (time[arm == each] > 2.0).sum()


@pytest.mark.parametrize("power", [0.0, 0.05, 1.0, 5.0, 60.0])
def test_patients_are_put_in_the_order_of_numpy(power: float):
    """Crowded early or late, all at one time, or at the very end."""
    rng = np.random.default_rng(6)
    for size in (1, 2, 300):
        time = np.append(4.0 * rng.random(size - 1) ** power, 4.0)
        drawn = (time.view(np.int64) & TIME) | rng.integers(0, 4, size)
        stamp = np.empty_like(drawn)
        put_in_order(drawn, 4.0, np.empty(size + 1, np.int64), stamp)
        assert stamp.tolist() == np.sort(drawn).tolist()


def test_the_answer_does_not_depend_on_how_many_work(truths: Truths, monkeypatch):
    """40 trials in blocks of 7 by three at once, or by one."""
    whole = sample_trials(truths, np.array([2.0]), 3)
    for workers in (1, 3):
        monkeypatch.setattr(sampler, "MOST_THREADS", workers)
        monkeypatch.setattr(sampler, "AT_ONCE", 7)
        again = sample_trials(truths, np.array([2.0]), 3)
        for one, other in zip(whole, again, strict=True):
            np.testing.assert_array_equal(one, other)


def test_kept_by_rounding_alone_gives_the_same_chances():
    """Rejection to within a point, without weights or regression, on other trials."""
    trials = 60_000
    rng = np.random.Generator(np.random.Philox(key=[8, 0]))
    made = sample_trials(draw_truths(ASKED, trials, rng), np.array([2.0]), 8)
    off = np.abs(np.exp(made.log_rate) - np.array(ASKED.rates).ravel())
    kept = (off < 0.02).all(axis=1)
    z = -made.score[kept, 0] / np.sqrt(made.score[kept, 1])
    assert kept.sum() > 500
    matching = matching_trials(ASKED, trials=20_000, seed=2)
    mean = float((matching.z * matching.weight).sum())
    assert mean == pytest.approx(z.mean(), abs=4 * z.std() * np.sqrt(1 / z.size + 2 / 1000))
    spread = float(np.sqrt((matching.weight * (matching.z - mean) ** 2).sum()))
    assert spread == pytest.approx(z.std(), rel=0.15)


def test_the_answer_depends_on_the_seed_alone():
    first = matching_trials.__wrapped__(ASKED, trials=12_000, seed=5)
    again = matching_trials.__wrapped__(ASKED, trials=12_000, seed=5)
    other = matching_trials.__wrapped__(ASKED, trials=12_000, seed=6)
    assert first.z.tolist() == again.z.tolist()
    assert first.z[0] != other.z[0]


def test_a_printed_error_narrows_what_is_possible():
    bare = matching_trials(ASKED, trials=20_000, seed=1)
    more = claims(
        rate("os", "blinatumomab", 2, "79.4%", "4.5%"),
        rate("os", "chemotherapy", 2, "59.2%", "6.0%"),
        p("os", ".05"),
        follow_up("1.4"),
        sizes=(105, 103),
    )
    told = matching_trials(what_is_printed(more, "os"), trials=60_000, seed=1)
    spreads = [
        np.sqrt(np.average((each.z - np.median(each.z)) ** 2, weights=each.weight))
        for each in (bare, told)
    ]
    assert spreads[1] < spreads[0]
    assert told.middle(1) == pytest.approx(0.0025, abs=0.0015)  # worked out by hand: .003


def test_two_times_are_matched_together():
    both = claims(
        *rates("os", 1, "88%", "80%"),
        *rates("os", 2, "79%", "59%"),
        p("os", ".03"),
        sizes=(105, 103),
    )
    matching = matching_trials(what_is_printed(both, "os"), trials=20_000, seed=1)
    assert matching.z.size == 1000
    assert 0.0 < matching.at_most(Range(0.025, 0.035), 2) <= 1.0

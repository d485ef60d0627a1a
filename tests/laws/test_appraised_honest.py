"""Honest reports raise few alarms, planted errors many (docs/appraise-errors.md counts more)."""

import numpy as np
import pytest

from equipoise.appraise.checks.check import appraise
from equipoise.appraise.checks.reading import chosen
from equipoise.appraise.claims.claim import ClaimedEvents, ClaimedRate
from equipoise.appraise.honest.counted import Counted, count_alarms
from equipoise.appraise.honest.printed import ARMS, honest_claims, style_of
from equipoise.appraise.honest.spoiled import SPOILED
from equipoise.appraise.honest.trials import honest_trial


@pytest.fixture(scope="module")
def counted() -> Counted:
    return count_alarms(0, 250, seed=11, matching=0)


class TestHonestReports:
    def test_none_is_called_impossible(self, counted: Counted):
        assert counted.impossible == 0

    def test_few_are_called_unlikely(self, counted: Counted):
        assert counted.unlikely <= 0.01 * counted.trials

    def test_the_true_sidedness_is_never_ruled_out(self, counted: Counted):
        assert counted.sided > 300
        assert counted.missed <= 0.002 * counted.sided

    def test_most_planted_errors_of_these_kinds_are_found(self, counted: Counted):
        for name in ("standard deviation for standard error", "interval of another endpoint"):
            assert counted.found[name] > 0.7 * counted.spoiled[name]

    def test_every_error_is_planted_and_sometimes_found(self, counted: Counted):
        needs_matching = 0  # none of them
        assert set(counted.spoiled) == set(SPOILED)
        assert all(counted.found[name] > needs_matching for name in SPOILED)


def test_two_halves_add_up_to_the_whole():
    whole = count_alarms(0, 30, seed=3, matching=0)
    parts = Counted()
    parts.add(count_alarms(0, 17, seed=3, matching=0))
    parts.add(count_alarms(17, 30, seed=3, matching=0))
    assert parts == whole


def test_matching_trials_raise_few_alarms():
    counted = count_alarms(0, 40, seed=5, matching=2000, spoil=False)
    checked = counted.checked["p-of-matching-trials"]
    assert checked > 10
    assert counted.alarms["p-of-matching-trials", "unlikely"] <= 0.05 * checked + 3 * np.sqrt(
        0.05 * checked
    )


def test_what_is_printed_is_what_was_seen():
    rng = np.random.Generator(np.random.Philox(key=[1, 4]))
    trial, style = honest_trial(rng), style_of(rng)
    made = honest_claims(trial, style)
    assert appraise(made, trials=0).claims is made
    for each in chosen(made, ClaimedRate):
        assert each.time == trial.horizon
    for each in chosen(made, ClaimedEvents):
        outcome = trial.survival if each.endpoint == "os" else trial.progression_free
        own = trial.arm >= 0 if each.arm is None else trial.arm == ARMS.index(each.arm)
        assert each.events.value == outcome.event[own].sum()

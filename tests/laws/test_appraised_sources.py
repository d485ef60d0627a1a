"""Two sources about one trial: what only grows, and what moves."""

from dataclasses import replace

import numpy as np
import pytest

from appraised_claims import CONTROL, TREATED, claims, events, follow_up, p, rates, ratio
from equipoise.appraise.checks.check import Appraisal, appraise
from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedAtRisk,
    ClaimedFollowUp,
    ClaimedMedian,
    ClaimedP,
    Claims,
)
from equipoise.appraise.claims.printed import printed


def source(followed: str, *claimed: Claimed) -> Claims:
    return claims(*claimed, follow_up(followed), sizes=(105, 103), name=f"after {followed} years")


def only(appraisal: Appraisal, relation: str):
    (found,) = appraisal.about(relation)
    return found


def held(first: tuple[Claimed, ...], second: tuple[Claimed, ...]) -> Appraisal:
    return appraise(source("1.4", *first), source("2.9", *second), trials=0)


def median(text: str) -> ClaimedMedian:
    return ClaimedMedian("os", TREATED, printed(text, "time"))


def at_risk(patients: int) -> ClaimedAtRisk:
    return ClaimedAtRisk(
        "os", TREATED, (0.0, 1.0), (printed("105", "count"), printed(str(patients), "count"))
    )


class TestAPMoves:
    @pytest.mark.parametrize(("before", "after"), [(".05", ".0001"), (".0001", ".90")])
    def test_which_is_told_and_never_held_against_anybody(self, before, after):
        found = only(held((p("os", before),), (p("os", after),)), "p-between-sources")
        assert found.grade == "consistent"
        assert f"P moved from {before} in after 1.4 years to {after} in" in found.sentence

    def test_as_printed_with_fewer_digits_it_may_be_the_same(self):
        found = only(held((p("os", "<.0001"),), (p("os", "<.001"),)), "p-between-sources")
        assert "can be one P" in found.sentence

    def test_of_other_times_or_arms_nothing_is_told(self):
        landmark = ClaimedP("os", printed(".03", "P"), time=2.0)
        assert not held((p("os", ".05"),), (landmark,)).about("p-between-sources")


class TestAHazardRatioMoves:
    def test_by_new_events(self):
        found = held((ratio("os", "0.60", "0.35-1.03"),), (ratio("os", "0.72", "0.48-1.08"),))
        told = only(found, "ratios-between-sources")
        assert told.grade == "consistent"
        assert "was 0.60 (0.35 to 1.03) in" in told.sentence

    def test_farther_than_new_events_move_it(self):
        found = held((ratio("os", "0.60", "0.50-0.72"),), (ratio("os", "0.90", "0.76-1.07"),))
        told = only(found, "ratios-between-sources")
        assert told.grade == "possible"
        assert told.chance < 0.01

    def test_to_a_wider_interval(self):
        found = held((ratio("os", "0.60", "0.50-0.72"),), (ratio("os", "0.60", "0.40-0.90"),))
        assert "became wider" in only(found, "ratios-between-sources").sentence

    def test_its_chance_is_that_of_independent_increments(self):
        """Simulated: 0.25² and 0.20² are variances of which the later holds the earlier."""
        rng = np.random.default_rng(3)
        n, early, late = 200_000, 0.25, 0.20
        first = early * rng.standard_normal(n)
        new = 1 / (1 / late**2 - 1 / early**2)
        second = (first / early**2 + rng.normal(0, np.sqrt(new), n) / new) * late**2
        assert (second - first).var() == pytest.approx(early**2 - late**2, rel=0.02)


class TestRatesAndMediansMove:
    def test_rates_without_patients_too(self):
        first = replace(source("1.4", *rates("os", 2, "79%", "59%")), arms=claims().arms)
        second = replace(source("2.9", *rates("os", 2, "71%", "58%")), arms=claims().arms)
        told = only(appraise(first, second, trials=0), "estimates-between-sources")
        assert "79% v 59% in after 1.4 years became 71% v 58%" in told.sentence
        assert "hazard ratio" not in told.sentence

    def test_medians(self):
        told = only(held((median("NR"),), (median("3.1"),)), "medians-between-sources")
        assert "the median was not reached in" in told.sentence
        assert "is 3.1 years in" in told.sentence


class TestWhatOnlyGrows:
    def test_events(self):
        found = held(tuple(events("os", 30, 40)), tuple(events("os", 29, 50)))
        assert only(found, "events-between-sources").grade == "impossible"

    def test_numbers_at_risk(self):
        told = only(held((at_risk(80),), (at_risk(70),)), "at-risk-between-sources")
        assert told.grade == "unlikely"
        assert not held((at_risk(60),), (at_risk(70),)).about("at-risk-between-sources")

    def test_follow_up_of_an_arm(self):
        own = [ClaimedFollowUp(printed(text, "time"), None, CONTROL) for text in ("2.0", "1.5")]
        told = only(held((own[0],), (own[1],)), "follow-up-between-sources")
        assert told.grade == "unlikely"
        assert "2.0 years" in told.sentence

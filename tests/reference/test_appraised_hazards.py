"""How far chance sets a hazard ratio and rates or medians apart: against R, and published trials.

Numbers of trials: IPASS, N Engl J Med 2009;361:947; KEYNOTE-061, Lancet 2018;392:123; CLEOPATRA,
N Engl J Med 2015;372:724; CheckMate 067, N Engl J Med 2015;373:23.
"""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from appraised_claims import CONTROL, TREATED, claims, events, rates, ratio
from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import ratios_of
from equipoise.appraise.claims.claim import ClaimedMedian, Claims
from equipoise.appraise.claims.printed import printed, printed_interval
from equipoise.appraise.relations.changing import MODEL, apart_at, chance_apart
from equipoise.appraise.relations.directions import direction_of_events
from equipoise.appraise.relations.hazards import ratio_of_rates
from equipoise.appraise.relations.medians import ratio_of_medians

R_CASES = json.loads(Path(__file__).with_name("appraised_hazards.json").read_text())["cases"]


def medians(one: str, other: str, *limits: str) -> tuple[ClaimedMedian, ...]:
    ends = [printed_interval(each, "time") for each in limits] or [None, None]
    return tuple(
        ClaimedMedian("os", arm, printed(text, "time"), end)
        for arm, text, end in zip((TREATED, CONTROL), (one, other), ends, strict=True)
    )


def only(found: tuple[Finding, ...]) -> Finding:
    (each,) = found
    return each


@pytest.mark.parametrize("case", R_CASES, ids=lambda each: each["name"])
class TestAgainstR:
    def test_the_covariance_is_the_variance_of_cox(self, case):
        assert case["covariance"] == pytest.approx(case["cox_variance"], rel=0.05)

    def test_spread_of_rates(self, case):
        variance = sum(
            (1 - rate) / (size * rate * math.log(rate) ** 2)
            for rate, size in zip(case["rates"], case["patients"], strict=True)
        )
        own = case["cox_variance"]
        least, most = math.sqrt(variance - own), math.sqrt(variance - own + MODEL * own)
        assert chance_apart(variance, own) == most
        assert least / 1.04 < case["sd_rates"] < 1.04 * most

    def test_spread_of_medians(self, case):
        if "sd_medians" not in case:
            return
        one, other = (round(each) for each in case["events"])
        made = claims(ratio("os", "0.55", "0.40-0.75"), *events("os", one, other), sizes=(100, 100))
        apart = apart_at(made, ratios_of(made)[0], (0.5, 0.5))
        assert 0.97 < apart.chance / case["sd_medians"] < 1.12


class TestOfMedians:
    def test_an_inverted_ratio_of_a_hundred_v_a_hundred(self):
        made = claims(
            *medians("20", "10"),
            ratio("os", "1.9", "1.4-2.6"),
            *events("os", 60, 90),
            sizes=(100, 100),
        )
        for found in (only(ratio_of_medians(made)), only(direction_of_events(made))):
            assert found.grade == "unlikely"
            assert "Its inverse would fit" in found.sentence
            assert "changing hazards allow" not in found.sentence

    def test_without_patients_or_events(self):
        made = claims(*medians("20", "10"), ratio("os", "2.0", "1.64-2.44"))
        assert only(ratio_of_medians(replace(made, patients=None))).grade == "unlikely"

    @pytest.mark.parametrize(
        ("value", "limits", "grade"),
        [("0.68", "0.56-0.84", "consistent"), ("1.47", "1.19-1.79", "unlikely")],
    )
    def test_cleopatra_and_its_inverse(self, value: str, limits: str, grade: str):
        made = self.cleopatra(value, limits)
        assert only(ratio_of_medians(made)).grade == grade
        assert only(direction_of_events(made)).grade == grade

    def cleopatra(self, value: str, limits: str) -> Claims:
        return claims(
            *medians("56.5", "40.8", "49.3-NR", "35.8-48.3"),
            ratio("os", value, limits),
            *events("os", 168, 221),
            sizes=(402, 406),
        )

    @pytest.mark.parametrize(
        ("pair", "value", "limits", "sizes"),
        [
            (("1.5", "4.1"), "1.27", "1.03-1.57", (196, 199)),  # KEYNOTE-061, progression
            (("5.7", "5.8"), "0.74", "0.65-0.85", (609, 608)),  # IPASS
            (("6.9", "2.9"), "0.57", "0.46-0.70", (316, 315)),  # CheckMate 067
        ],
    )
    def test_honest_trials_whose_hazards_change(self, pair, value, limits, sizes):
        made = claims(*medians(*pair), ratio("os", value, limits), sizes=sizes)
        assert only(ratio_of_medians(made)).grade == "consistent"


class TestOfRates:
    def test_swapped_rates_are_unlikely_and_not_by_chance(self):
        made = claims(
            *rates("os", 12, "27.1%", "39.8%"),
            ratio("os", "0.82", "0.66-1.03"),
            *events("os", 151, 175),
            sizes=(196, 199),
        )
        found = only(ratio_of_rates(made))
        assert found.grade == "unlikely"
        assert "Chance" not in found.sentence
        assert "about 1.42 until 12 years and about 0.08 after it" in found.sentence

    def test_as_published_chance_is_enough(self):
        made = claims(
            *rates("os", 12, "39.8%", "27.1%"),
            ratio("os", "0.82", "0.66-1.03"),
            *events("os", 151, 175),
            sizes=(196, 199),
        )
        found = only(ratio_of_rates(made))
        assert found.grade == "consistent"
        assert "which chance allows" in found.sentence

    def test_crossing_curves_are_possible_but_not_by_chance(self):
        made = claims(
            *rates("os", 12, "24.9%", "6.7%"),
            ratio("os", "0.74", "0.65-0.85"),
            *events("os", 453, 497),
            sizes=(609, 608),
        )
        found = only(ratio_of_rates(made))
        assert found.grade == "possible"
        assert "Chance alone sets them so far apart in fewer than 1 in 1,000" in found.sentence
        assert "from about 1.71 at the start to about 0.16 at 12 years" in found.sentence

"""What the arithmetic says of AALL1331's news and papers, to the digits worked out by hand.

Numbers: the news item (ASH 2019, LBA1), JAMA 2021;325:833, JCO 2023 (low risk).
"""

import math
from dataclasses import replace

import pytest

from appraised_claims import CONTROL, LOW_RISK, NEWS, PAPER, TREATED, counted
from equipoise.appraise.checks.check import Appraisal, appraise
from equipoise.appraise.checks.reading import rate_pairs, ratios_of
from equipoise.appraise.checks.sidedness import p_of_z
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.claims.intervals import Range
from equipoise.appraise.relations.events import early_censoring
from equipoise.appraise.relations.hazards import rates_ratio
from equipoise.appraise.relations.proportions import proportion_tests
from equipoise.appraise.relations.ratio import error_of, least_events, z_of

R_TRANSPLANTS = {
    "chi-square": 5.34820136671e-05,
    "corrected": 9.62286534992e-05,
    "exact": 8.05024801328e-05,
}


@pytest.fixture(scope="module")
def news() -> Appraisal:
    return appraise(NEWS, trials=40_000)


@pytest.fixture(scope="module")
def paper() -> Appraisal:
    return appraise(PAPER)


def only(appraisal: Appraisal, relation: str, about: str):
    (found,) = appraisal.about(relation, about)
    return found


def with_claimed(claims: Claims, *more: object) -> Claims:
    return replace(claims, claimed=(*claims.claimed, *more))


class TestTheNews:
    def test_survival_p_is_unlikely_and_a_dropped_zero_would_fit(self, news: Appraisal):
        found = only(news, "p-of-matching-trials", "os")
        assert found.grade == "unlikely"
        assert ".005" in found.sentence
        assert "zero" in found.sentence
        assert found.chance < 0.05

    def test_disease_free_p_is_possible_and_its_sidedness_open(self, news: Appraisal):
        found = only(news, "p-of-matching-trials", "dfs")
        assert found.grade == "possible"
        assert found.sides == {1, 2}
        assert news.sidedness["dfs"].fits == {1, 2}
        assert found.chance > 0.1

    def test_significant_is_not_earned_at_one_sided_alpha(self, news: Appraisal):
        found = only(news, "significance", "dfs")
        assert "not earned" in found.sentence
        assert found.grade in {"unlikely", "impossible"}
        assert ".004" in found.sentence  # Lan-DeMets O'Brien-Fleming at 0.61: z 2.65

    def test_transplants_alone_are_consistent(self, news: Appraisal):
        grades = {f.grade for f in news.findings if f.about == "hsct"}
        assert grades == {"consistent"}

    @pytest.mark.parametrize("treated", [73, 79, 70])
    def test_no_percentage_of_transplants_is_told_wrong_by_its_p(self, treated: int):
        x = round(treated * 105 / 100)
        tests = proportion_tests([(x, 105, 44, 103)])
        two_sided = [values for _, sides, values in tests.ranges if sides == 2]
        assert max(values.upper for values in two_sided) < 1e-4

    def test_rates_imply_these_ratios(self):
        implied = {pair.endpoint: rates_ratio(pair).middle for pair in rate_pairs(NEWS)}
        assert implied["dfs"] == pytest.approx(math.log(0.593) / math.log(0.410), abs=1e-3)
        assert implied["dfs"] == pytest.approx(0.586, abs=5e-4)
        assert implied["os"] == pytest.approx(0.440, abs=5e-4)

    def test_the_estimate_is_likely_too_good(self, news: Appraisal):
        found = only(news, "early-stopping", "os")
        believed = next(each for each in found.arithmetic if each.what == "believed")
        assert believed.lower < 0.62 < believed.upper  # what the paper found
        assert "0.44" in found.sentence


class TestThePaper:
    def test_p_values_are_one_sided(self, paper: Appraisal):
        assert paper.sidedness["dfs"].fits == {1}
        assert paper.sidedness["os"].fits == {1}

    def test_dfs_p_is_only_just_inside(self, paper: Appraisal):
        (dfs,) = ratios_of(PAPER, "dfs")
        implied = p_of_z(z_of(dfs), 1)
        assert implied.lower == pytest.approx(0.0319, abs=1e-4)
        assert implied.upper == pytest.approx(0.0434, abs=1e-4)
        assert "only just" in only(paper, "p-of-ratio", "dfs").sentence
        assert "only just" not in only(paper, "p-of-ratio", "os").sentence

    def test_interval_needs_about_a_hundred_events(self):
        (dfs,) = ratios_of(PAPER, "dfs")
        least = least_events(error_of(dfs))
        assert (least.lower, least.upper) == pytest.approx((96.0, 103.9), abs=0.2)

    def test_difference_is_off_the_middle(self, paper: Appraisal):
        found = only(paper, "difference-in-its-interval", "hsct")
        assert found.grade == "possible"
        assert "27.8" in found.sentence
        assert only(paper, "difference-of-numbers", "hsct").grade == "possible"

    def test_censoring_differs_between_arms(self, paper: Appraisal):
        found = only(paper, "differential-censoring", "dfs")
        assert "6 to 8" in found.sentence
        assert CONTROL in found.sentence
        (pair,) = [each for each in rate_pairs(PAPER) if each.endpoint == "dfs"]
        assert early_censoring(PAPER, pair.control).censored.lower == pytest.approx(6.2, abs=0.05)
        assert early_censoring(PAPER, pair.experimental).least == 0

    def test_nothing_in_it_is_unlikely_or_impossible(self, paper: Appraisal):
        assert {f.grade for f in paper.findings} <= {"consistent", "possible"}


class TestTheLowRiskPaper:
    def test_p_values_are_one_sided(self):
        appraisal = appraise(LOW_RISK)
        assert appraisal.sidedness["dfs"].fits == {1}
        assert appraisal.sidedness["os"].fits == {1}
        assert {f.grade for f in appraisal.findings} == {"consistent"}


class TestNewsAndPaper:
    def test_transplants_are_in_conflict(self):
        both = appraise(NEWS, PAPER, trials=0)
        treated, _ = both.about("counts-between-sources", "hsct")
        assert treated.grade == "impossible"
        assert "83" in treated.sentence
        assert "74" in treated.sentence

    def test_treated_denominators_that_fit_are_named(self):
        more = (
            counted("any harm", TREATED, "77", None, "102"),
            counted("any harm", CONTROL, "88", None, "97"),
        )
        both = appraise(NEWS, with_claimed(PAPER, *more), trials=0)
        treated, control = both.about("counts-between-sources", "hsct")
        assert "73% would be 74/102" in treated.sentence
        assert "44/97" in control.sentence
        assert control.grade == "possible"

    def test_the_order_in_which_they_are_given_does_not_matter(self):
        first, second = appraise(NEWS, PAPER, trials=0), appraise(PAPER, NEWS, trials=0)
        pairs = [{f for f in each.findings if "sources" in f.relation} for each in (first, second)]
        assert pairs[0] == pairs[1]

    def test_the_estimate_shrank(self):
        found = only(appraise(NEWS, PAPER, trials=0), "estimates-between-sources", "os")
        assert "0.44" in found.sentence
        assert "0.62" in found.sentence


def test_p_values_of_transplants_are_those_of_r():
    """R 4.2: prop.test(c(74, 44), c(105, 103), correct = FALSE or TRUE), fisher.test."""
    tests = proportion_tests([(74, 105, 44, 103)])
    found = {name: values.upper for name, sides, values in tests.ranges if sides == 2}
    assert found["chi-square"] == pytest.approx(R_TRANSPLANTS["chi-square"], rel=1e-6)
    assert found["corrected chi-square"] == pytest.approx(R_TRANSPLANTS["corrected"], rel=1e-6)
    assert found["Fisher's exact test"] == pytest.approx(R_TRANSPLANTS["exact"], rel=1e-6)


def test_p_ranges_hold_both_ends():
    assert p_of_z(Range(-1.0, 1.0), 2).upper == 1.0

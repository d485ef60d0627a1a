"""Claims at the edge: hardly anything printed, nothing possible, numbers that contradict."""

from dataclasses import replace

import pytest

from appraised_claims import (
    CONTROL,
    NEWS,
    TREATED,
    claims,
    counted,
    difference,
    events,
    follow_up,
    p,
    rate,
    rates,
    ratio,
)
from equipoise.appraise.checks.check import appraise
from equipoise.appraise.claims.claim import (
    ClaimedAtRisk,
    ClaimedFollowUp,
    ClaimedMedian,
    ClaimedPlan,
    PrintedNumber,
)
from equipoise.appraise.claims.printed import printed, printed_interval
from equipoise.errors import ClaimError


def graded(made, relation: str) -> list[str]:
    return [each.grade for each in appraise(made, trials=1000).about(relation)]


def test_an_empty_claim_has_no_findings():
    assert appraise(claims()).findings == ()


def test_a_claim_without_arms_is_refused():
    with pytest.raises(ClaimError, match="no arms"):
        appraise(replace(claims(), arms=()))
    with pytest.raises(ClaimError, match="0 or more"):
        appraise(claims(), trials=-1)


@pytest.mark.parametrize("made", [("100%", "100%"), ("0%", "0%"), ("0%", "100%")])
def test_rates_of_all_or_none_break_nothing(made: tuple[str, str]):
    found = appraise(
        claims(*rates("os", 2, *made), p("os", ".5"), *events("os", 0, 0), sizes=(10, 10)),
        trials=1000,
    )
    assert all(each.chance is None or 0.0 <= each.chance <= 1.0 for each in found.findings)


def test_tiny_arms_and_missing_sizes_break_nothing():
    for sizes in ((1, 1), (2, 3), (None, None), (None, 5)):
        appraise(claims(*rates("os", 2, "50%", "50%"), p("os", ".5"), sizes=sizes), trials=1000)


def test_percentages_over_a_hundred():
    number = PrintedNumber("110%", 1.1, 1.095, 1.105)
    made = claims(replace(counted("cr", TREATED, "1"), count=None, percent=number), sizes=(10, 10))
    assert graded(made, "percentage-in-range") == ["impossible"]


def test_counts_over_patients():
    made = claims(counted("cr", TREATED, "12"), *events("os", 11, 3), sizes=(10, 10))
    assert graded(made, "count-within-patients") == ["impossible", "impossible"]


def test_percentages_that_no_count_gives():
    stated = claims(counted("cr", TREATED, None, "79%", "10"), sizes=(10, 10))
    assumed = claims(counted("cr", TREATED, None, "79%"), sizes=(10, 10))
    assert graded(stated, "percentage-of-patients") == ["impossible"]
    assert graded(assumed, "percentage-of-patients") == ["possible"]


def test_arms_that_do_not_add_up():
    assert graded(claims(sizes=(105, 103), patients=210), "arms-add-up") == ["impossible"]
    assert graded(claims(sizes=(105, 103), patients=208), "arms-add-up") == ["consistent"]


def test_errors_too_small_and_deviations():
    small = claims(rate("os", TREATED, 2, "60%", "2%"), sizes=(100, 100))
    large = claims(rate("os", TREATED, 2, "60%", "49%"), sizes=(100, 100))
    right = claims(rate("os", TREATED, 2, "60%", "5%"), sizes=(100, 100))
    assert graded(small, "error-of-rate") == ["impossible"]
    assert graded(large, "error-of-rate") == ["unlikely"]
    assert graded(right, "error-of-rate") == ["consistent"]


def test_rates_that_rise():
    made = claims(rate("os", TREATED, 1, "60%"), rate("os", TREATED, 2, "70%"), sizes=(100, 100))
    assert graded(made, "rate-falls-with-time") == ["impossible"]


def test_a_median_on_the_wrong_side_of_a_rate():
    median = ClaimedMedian("os", TREATED, printed("3.0", "time"))
    made = claims(median, rate("os", TREATED, 2, "40%"), sizes=(100, 100))
    assert graded(made, "median-and-rate") == ["impossible"]
    never = ClaimedMedian("os", TREATED, printed("NR", "time"))
    assert graded(claims(never, rate("os", TREATED, 2, "40%")), "median-and-rate") == ["impossible"]
    assert graded(claims(never, rate("os", TREATED, 2, "60%")), "median-and-rate") == []


def test_a_median_outside_its_interval():
    limits = printed_interval("4.0-9.0", "time")
    made = claims(ClaimedMedian("os", TREATED, printed("3.0", "time"), limits))
    assert graded(made, "median-in-its-interval") == ["impossible"]


def test_ratios_outside_or_off_their_interval():
    assert graded(claims(ratio("os", "1.20", "0.50-1.10")), "ratio-in-its-interval") == [
        "impossible"
    ]
    assert graded(claims(ratio("os", "0.60", "0.47-1.30")), "ratio-in-its-interval") == ["unlikely"]


def test_too_few_events_for_so_narrow_an_interval():
    made = claims(ratio("os", "0.70", "0.60-0.82"), *events("os", 30, 40), sizes=(100, 100))
    assert graded(made, "events-of-ratio") == ["unlikely"]


def test_an_inverted_ratio_is_named():
    made = claims(*rates("os", 2, "79%", "50%"), ratio("os", "2.94", "1.80-4.80"), sizes=(150, 150))
    (found,) = appraise(made).about("ratio-of-rates")
    assert found.grade == "unlikely"
    assert "control over experimental" in found.sentence


def test_differences_outside_their_interval():
    made = claims(difference("cr", "50%", "15%", "41%"))
    assert graded(made, "difference-in-its-interval") == ["impossible"]


def test_numbers_at_risk_that_grow_or_exceed():
    def at_risk(*patients: str) -> ClaimedAtRisk:
        times = tuple(float(each) for each in range(len(patients)))
        return ClaimedAtRisk("os", TREATED, times, tuple(printed(n, "count") for n in patients))

    assert graded(claims(at_risk("90", "50", "60"), sizes=(90, 90)), "numbers-at-risk") == [
        "impossible"
    ]
    assert graded(claims(at_risk("95", "50"), sizes=(90, 90)), "numbers-at-risk") == ["impossible"]
    full = claims(at_risk("90", "60"), rate("os", TREATED, 1, "60%"), sizes=(90, 90))
    assert graded(full, "numbers-at-risk") == ["possible"]
    most = claims(at_risk("90", "60"), rate("os", TREATED, 1, "0.5%"), sizes=(90, 90))
    assert graded(most, "numbers-at-risk") == ["impossible"]


def test_more_deaths_than_events():
    made = claims(*events("os", 20, 30), *events("pfs", 15, 40), sizes=(50, 50))
    assert graded(made, "deaths-within-events") == ["unlikely"]


def test_follow_up_longer_than_the_trial():
    plan = ClaimedPlan(accrual=(0.0, 2.0), data_cut=3.0)
    made = claims(follow_up("3.5"), rate("os", TREATED, 5, "60%"), plan=plan)
    assert graded(made, "follow-up-and-calendar") == ["impossible", "impossible"]


def test_a_stated_sidedness_that_does_not_fit():
    made = claims(ratio("dfs", "0.70", "0.47-1.03"), p("dfs", ".03", 2))
    assert graded(made, "p-of-ratio") == ["unlikely"]


def test_a_p_that_no_test_of_the_counts_gives():
    made = claims(
        counted("cr", TREATED, "50"),
        counted("cr", CONTROL, "48"),
        p("cr", ".001"),
        sizes=(100, 100),
    )
    (found,) = appraise(made).about("p-of-proportions")
    assert found.grade == "unlikely"
    assert found.sides == frozenset()


@pytest.mark.parametrize(
    ("text", "sides", "grade"),
    [
        (".001", None, "consistent"),
        (".04", None, "possible"),
        (".2", None, "impossible"),
        (".05", 1, "impossible"),
        (".05", 2, "cannot tell"),
        (".04", 2, "consistent"),
    ],
)
def test_significance_by_reading(text: str, sides, grade: str):
    plan = ClaimedPlan(alpha=0.025, sides=1)
    made = claims(p("os", text, sides), plan=plan, significant=("os",))
    assert graded(made, "significance") == [grade]


def test_too_few_simulated_trials_cannot_tell():
    found = appraise(NEWS, trials=100).about("p-of-matching-trials")
    assert {each.grade for each in found} == {"cannot tell"}


def test_other_sources_may_use_other_units():
    months = replace(
        claims(*rates("os", 24, "71.3%", "58.4%"), follow_up("34.8"), sizes=(105, 103)),
        time_unit="month",
    )
    assert appraise(NEWS, months, trials=0).about("estimates-between-sources", "os")


def test_huge_trials_take_no_longer():
    """Very many patients once made the enumeration of counts endless."""
    earlier = claims(
        counted("cr", TREATED, None, "79%"),
        counted("cr", CONTROL, None, "45%"),
        p("cr", "<.0001"),
        patients=200_000,
        name="earlier",
    )
    later = claims(counted("cr", TREATED, "70000"), sizes=(100_000, 100_000), name="later")
    assert appraise(earlier, later).about("counts-between-sources", "cr")[0].grade == "impossible"


def test_of_several_comparisons_no_p_is_guessed():
    made = claims(ratio("os", "0.70", "0.47-1.03"), ratio("os", "0.62", "0.39-0.98"), p("os", ".5"))
    assert appraise(made).about("p-of-ratio") == ()
    assert appraise(made).sidedness["os"].told_by == ()


def test_a_median_that_was_not_reached_has_no_unit():
    made = claims(
        rate("os", CONTROL, 3, "40%"), ClaimedMedian("os", CONTROL, printed("NR", "time"))
    )
    (found,) = appraise(made).about("median-and-rate")
    assert "a median that was not reached and 40% at 3 years" in found.sentence
    assert "reached year" not in found.sentence


def test_ids_are_told_as_words_and_labels_as_they_are():
    made = claims(p("event_free-survival", ".03"), ratio("event_free-survival", "0.7", "0.5-0.98"))
    told = appraise(made)
    assert told.findings[0].sentence.startswith("Event free survival: ")
    named = replace(made, labels=(("event_free-survival", "Event-free survival"),))
    told = appraise(named)
    assert told.findings[0].sentence.startswith("Event-free survival: ")


class TestWhatIsHeldAgainstNothingIsSaid:
    def test_a_p_alone(self):
        (found,) = appraise(claims(p("os", ".03"))).about("p-alone")
        assert found.grade == "cannot tell"
        assert found.settles.startswith("A hazard ratio with its interval")
        (found,) = appraise(claims(counted("mrd", TREATED, "30"), p("mrd", ".03"))).about("p-alone")
        assert "of how many" in found.sentence

    @pytest.mark.parametrize("trials", [0, 2000])
    def test_not_of_a_p_that_trials_are_made_for(self, trials: int):
        made = claims(*rates("os", 2, "79%", "59%"), p("os", ".05"), patients=208)
        assert not appraise(made, trials=trials).about("p-alone")

    def test_a_ratio_of_nothing(self):
        (found,) = appraise(claims(ratio("os", "0.00", "0.00-0.50"))).about("ratio-of-nothing")
        assert found.grade == "cannot tell"


def test_a_rate_at_the_start_is_of_everybody():
    made = claims(*rates("os", 0, "100%", "59%"))
    (found,) = appraise(made).about("rate-in-range")
    assert (found.grade, CONTROL in found.sentence) == ("impossible", True)


def test_a_median_follow_up_lies_in_its_range():
    span = printed("1", "time"), printed("5", "time")
    assert graded(
        claims(ClaimedFollowUp(printed("9", "time"), span)), "follow-up-in-its-range"
    ) == ["impossible"]
    assert not graded(
        claims(ClaimedFollowUp(printed("5.2", "time"), span)), "follow-up-in-its-range"
    )


def test_a_count_whose_percentage_is_of_more_than_there_are():
    made = claims(counted("mrd", TREATED, "83", "59%"), sizes=(105, 103))
    (found,) = appraise(made).about("percentage-of-patients")
    assert found.grade == "unlikely"
    assert "would be of 140 patients or more, and there are 105" in found.sentence
    made = claims(counted("mrd", TREATED, "83", "59%", "105"))
    assert graded(made, "percentage-of-patients") == ["impossible"]


def test_a_p_near_one_is_no_surprise_where_rates_are_alike():
    """Two-sided it is rare whatever the truth: what counts is how weak the effect is."""
    alike = claims(*rates("os", 2, "50%", "50%"), p("os", ".99", 2), sizes=(105, 103))
    (found,) = appraise(alike, trials=10_000).about("p-of-matching-trials")
    assert found.grade == "consistent"
    assert "or an effect for the other arm" in found.sentence
    apart = claims(*rates("os", 2, "80%", "50%"), p("os", ".99", 2), sizes=(105, 103))
    (found,) = appraise(apart, trials=10_000).about("p-of-matching-trials")
    assert found.grade == "unlikely"


def test_a_limit_that_is_not_estimable_says_nothing_of_evenness():
    made = claims(ratio("os", "0.70", "0.47-NE"))
    assert graded(made, "ratio-in-its-interval") == []


def test_a_follow_up_that_was_not_reached_is_none():
    made = claims(*rates("os", 2, "60%", "50%"), p("os", ".05"), follow_up("NR"), patients=208)
    assert graded(made, "p-of-matching-trials") == ["possible"]
    assert graded(made, "rate-beyond-follow-up") == []


def test_of_two_ratios_it_is_not_known_whose_p_it_is():
    made = claims(ratio("os", "0.7", "0.5-0.98"), ratio("os", "0.8", "0.6-1.1"), p("os", ".03"))
    (found,) = appraise(made).about("p-alone")
    assert "to which of the hazard ratios it belongs" in found.sentence

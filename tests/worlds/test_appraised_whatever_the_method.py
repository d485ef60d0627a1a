"""What an honest trial can print by another usual method is never called impossible."""

from dataclasses import replace

import numpy as np
import pytest

from appraised_claims import (
    CONTROL,
    TREATED,
    claims,
    counted,
    events,
    p,
    rate,
    rates,
    ratio,
)
from equipoise.analyze.estimates import Estimate, Interval
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.appraise.checks.check import appraise
from equipoise.appraise.claims.claim import ClaimedAtRisk
from equipoise.appraise.claims.printed import printed, printed_interval
from equipoise.appraise.rebuilt.together import joined_interval, joined_median
from equipoise.errors import DataError


def found(made, relation: str):
    return appraise(made, trials=0).about(relation)


def at_risk(arm: str, *numbers: tuple[float, int]) -> ClaimedAtRisk:
    return ClaimedAtRisk(
        "pfs",
        arm,
        tuple(time for time, _ in numbers),
        tuple(printed(str(each), "count") for _, each in numbers),
    )


class TestSeveralEventsAtOneTime:
    def test_three_events_in_the_month_of_the_rate(self):
        made = claims(
            rate("pfs", TREATED, 3, "60%"), at_risk(TREATED, (0, 10), (3, 9)), sizes=(10, 10)
        )
        (one,) = found(made, "numbers-at-risk")
        assert one.grade == "possible"
        assert "only if 3 or more of the events fell at that very time" in one.sentence

    @pytest.mark.parametrize("seed", range(25))
    def test_times_in_whole_months(self, seed: int):
        rng = np.random.default_rng([seed, 3])
        patients, at = int(rng.integers(60, 301)), 12.0
        time = np.ceil(rng.exponential(14.0, patients))
        lost = np.ceil(rng.uniform(5.0, 40.0, patients))
        event, seen = time <= lost, np.minimum(time, lost)
        survival = float(kaplan_meier(seen, event).at(at)[0])
        made = claims(
            rate("pfs", TREATED, at, f"{100 * survival:.1f}%"),
            at_risk(TREATED, (0, patients), (at, int((seen >= at).sum()))),
            *events("pfs", int(event.sum()), 20),
            sizes=(patients, 50),
        )
        assert {each.grade for each in found(made, "numbers-at-risk")} <= {"possible"}

    def test_no_number_of_events_at_one_time_makes_it_possible(self):
        made = claims(
            rate("pfs", TREATED, 12, "60%"),
            at_risk(TREATED, (0, 100), (12, 40)),
            *events("pfs", 10, 12),
            sizes=(100, 100),
        )
        (one,) = found(made, "numbers-at-risk")
        assert one.grade == "impossible"
        assert "at least 30 must be left after it and at most 15.32 can" in one.sentence
        assert one.arithmetic[-1].how == "at risk, patients × rate, events × rate / (1 - rate)"


class TestRobustErrors:
    def test_a_sandwich_may_be_a_little_narrower(self):
        """R 4.2, survival: `coxph(robust = TRUE)` with 61 events gives .69 (.42-1.12)."""
        made = claims(ratio("os", "0.69", "0.42-1.12"), *events("os", 28, 33), sizes=(50, 50))
        (one,) = found(made, "events-of-ratio")
        assert one.grade == "possible"
        fewer = claims(ratio("os", "0.69", "0.42-1.12"), *events("os", 26, 30), sizes=(50, 50))
        (one,) = found(fewer, "events-of-ratio")
        assert one.grade == "possible"
        assert "unless its errors are robust" in one.sentence

    def test_far_too_few_are_unlikely(self):
        made = claims(ratio("os", "0.69", "0.42-1.12"), *events("os", 15, 20), sizes=(50, 50))
        (one,) = found(made, "events-of-ratio")
        assert one.grade == "unlikely"


class TestOfWhichPatients:
    def test_more_deaths_than_relapses_of_responders(self):
        made = claims(*events("os", 60, 70), *events("rfs", 20, 25), sizes=(100, 100))
        told = found(made, "deaths-within-events")
        assert [each.grade for each in told] == ["possible"] * 3
        assert all("if it is of all randomized patients" in each.sentence for each in told)

    def test_more_deaths_than_progressions(self):
        made = claims(*events("os", 60, 70), *events("pfs", 20, 25), sizes=(100, 100))
        assert {each.grade for each in found(made, "deaths-within-events")} == {"unlikely"}

    def test_rates_of_responders(self):
        made = claims(
            *rates("os", 2, "40%", "35%"), *rates("rfs", 2, "60%", "55%"), sizes=(100, 100)
        )
        told = found(made, "rates-within-rates")
        assert [each.grade for each in told] == ["possible"] * 2
        assert all("if it is of all randomized patients" in each.sentence for each in told)


class TestErrorsOfRates:
    def test_wilson_s_interval(self):
        limits = printed_interval("76.4%-99.1%", "proportion")
        own = replace(rate("os", TREATED, 1, "95.0%"), interval=limits)
        made = claims(own, sizes=(20, 20))
        assert [each.grade for each in found(made, "error-of-rate")] == ["consistent"]

    def test_few_patients_and_a_late_rate(self):
        """Of 8 patients 5 are censored, then one of 3 has an event, and one of 2."""
        curve = kaplan_meier([1, 1, 1, 1, 1, 2, 3, 4], [0, 0, 0, 0, 0, 1, 1, 0])
        error = curve.survival[-1] * np.sqrt(curve.log_variance[-1])
        text = f"{100 * curve.survival[-1]:.1f}%", f"{100 * error:.1f}%"
        made = claims(rate("os", TREATED, 3, *text), sizes=(8, 8))
        assert [each.grade for each in found(made, "error-of-rate")] == ["consistent"]

    def test_sizes_that_are_assumed_make_nothing_impossible(self):
        small = claims(rate("os", TREATED, 2, "60%", "2%"), patients=200)
        assert [each.grade for each in found(small, "error-of-rate")] == ["unlikely"]
        many = claims(*events("os", 120, 20)[:1], patients=200)
        assert [each.grade for each in found(many, "count-within-patients")] == ["unlikely"]


class TestTestsOfProportions:
    @pytest.mark.parametrize("value", [".00007", ".002"])
    def test_unpooled_z_and_logistic_regression(self, value: str):
        """2/88 v 18/88: the difference over its unpooled error gives .00007, the log odds .0016."""
        both = counted("cr", TREATED, "2"), counted("cr", CONTROL, "18")
        made = claims(*both, p("cr", value, 2), sizes=(88, 88))
        (one,) = found(made, "p-of-proportions")
        assert one.grade == "consistent"
        assert {"unpooled z, two-sided", "logistic regression, two-sided"} <= {
            each.what for each in one.arithmetic
        }

    def test_without_events_they_are_left_out(self):
        made = claims(
            counted("cr", TREATED, "0"),
            counted("cr", CONTROL, "0"),
            p("cr", ">.99", 2),
            sizes=(20, 20),
        )
        (one,) = found(made, "p-of-proportions")
        assert one.grade == "consistent"


class TestOneOtherReconstruction:
    def test_is_refused(self):
        one = Estimate(0.7, 0.2, Interval(0.4, 1.1, 0.95, "Wald"), "hazard ratio")
        with pytest.raises(DataError, match="at least 2"):
            joined_interval(one, [one], 0.95, "log")
        curve = kaplan_meier([1.0, 2.0, 3.0], [1, 1, 0])
        with pytest.raises(DataError, match="at least 2"):
            joined_median(curve, [curve], 0.95)

"""What a safety review obeys, whatever its numbers."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample_safety
from equipoise.design.planned.safety import safety_of
from equipoise.kernel.arrays import codes, flags
from equipoise.monitor.safety.bounds import hold_rule
from equipoise.monitor.safety.deaths import is_death
from equipoise.monitor.safety.events import most_frequent
from equipoise.monitor.safety.exposure import event_rate, rate_ratio
from equipoise.monitor.safety.harms import Harms
from equipoise.monitor.safety.safety import safety_review
from equipoise.protocol.monitoring import MonitoringPromise, SafetyCount
from equipoise.protocol.planning import SafetyRule

COUNTS = (SafetyCount("tox", "ae"), SafetyCount("obf", "trm", within=6.0))
METHODS = st.sampled_from(["pocock", "o'brien-fleming", "beta-binomial", "max-sprt"])
RULES = {
    method: safety_of(
        SafetyRule(
            "r",
            "Harm",
            0.15,
            0.9 if method == "beta-binomial" else 0.1,
            40,
            method,
            every=3,
            unacceptable=0.4,
        )
    )
    for method in ("pocock", "o'brien-fleming", "beta-binomial", "max-sprt")
}


def harms(course):
    size = len(course)
    return Harms(
        tuple(map(str, range(size))),
        flags([True] * size),
        flags(course),
        flags([False] * size),
        "",
        (),
    )


def shuffled(cut, seed):
    """The same data with its patients in another order, entering on days of their own."""
    snapshot, rng = cut.snapshot, np.random.default_rng(seed)
    order = rng.permutation(snapshot.subjects.size)
    place = np.argsort(order)
    subjects = snapshot.subjects

    def by_patient(values):
        return codes(values[order])

    def moved(rows):
        return replace(rows, subject=codes(place[rows.subject]))

    answers = {k: replace(v, value=by_patient(v.value)) for k, v in snapshot.answers.items()}
    return replace(
        cut,
        snapshot=replace(
            snapshot,
            subjects=replace(
                subjects,
                id=tuple(subjects.id[i] for i in order),
                assigned=by_patient(subjects.assigned),
                received=by_patient(subjects.received),
                randomized=by_patient(subjects.randomized),
                treated_from=by_patient(subjects.treated_from),
                treated_until=by_patient(subjects.treated_until),
                populations=MappingProxyType(
                    {k: flags(v[order]) for k, v in subjects.populations.items()}
                ),
            ),
            followups=MappingProxyType({k: moved(v) for k, v in snapshot.followups.items()}),
            answers=MappingProxyType(answers),
            adverse_events=MappingProxyType(
                {k: moved(v) for k, v in snapshot.adverse_events.items()}
            ),
        ),
    )


def on_days_of_their_own(cut):
    subjects = cut.snapshot.subjects
    rank = np.argsort(np.argsort(subjects.randomized))
    treated = np.where(subjects.received >= 0, subjects.randomized.min() + 3 + rank, -1)
    changed = replace(subjects, treated_from=codes(treated))
    return replace(cut, snapshot=replace(cut.snapshot, subjects=changed))


class TestReview:
    """The order of the data does not matter; arms add up; causes add up to deaths."""

    @pytest.mark.parametrize("seed", [1, 2])
    def test_order_of_the_data(self, seed):
        cut = on_days_of_their_own(sample_safety.cut(seed, rules=sample_safety.RULES))
        promise = MonitoringPromise(safety=COUNTS)
        since = date(2019, 3, 1)
        first = safety_review(cut, promise, since=since)
        again = safety_review(shuffled(cut, seed), promise, since=since)
        assert first.deaths == again.deaths
        assert first.boundaries == again.boundaries
        assert first.events[0].new == again.events[0].new
        assert first.events[0].rows == again.events[0].rows
        for one, other in zip(first.exposure, again.exposure, strict=True):
            assert one.followed == pytest.approx(other.followed, rel=1e-12)
            assert one.treated == pytest.approx(other.treated, rel=1e-12)
        assert first.toxic.tests["c"].statistic == pytest.approx(
            again.toxic.tests["c"].statistic, rel=1e-9
        )

    @pytest.mark.parametrize("seed", range(4))
    def test_sums(self, seed):
        review = safety_review(sample_safety.cut(seed), MonitoringPromise())
        for deaths, arm in zip(review.deaths, review.toxic.arms, strict=True):
            assert sum(deaths.by_cause.values()) == deaths.deaths
            toxic, other = arm.causes
            assert toxic.events == deaths.toxic
            assert toxic.events + other.events + arm.censored == arm.patients
            assert toxic.events + other.events == deaths.deaths
        events = review.events[0]
        share = [
            max(count.patients / events.patients[arm] for arm, count in row.by_arm.items())
            for row in events.frequent
        ]
        assert share == sorted(share, reverse=True)
        assert most_frequent(events.rows, events.patients) == events.frequent


class TestBounds:
    """More harm never lowers a chance; a crossed bound has no later chance."""

    @settings(max_examples=60, deadline=None)
    @given(METHODS, st.lists(st.booleans(), min_size=1, max_size=40), st.integers(0, 39))
    def test_one_more_harmed(self, method, course, place):
        design, count = RULES[method], SafetyCount("r", "ae")
        place %= len(course)
        worse = [*course[:place], True, *course[place + 1 :]]
        less, more = (hold_rule(design, harms(each), count, ("new",)) for each in (course, worse))
        assert more.above_acceptable >= less.above_acceptable - 1e-12
        assert more.above_acceptable >= more.above_unacceptable
        if less.crossed:
            assert more.crossed.patients <= less.crossed.patients
            assert less.crossing_predicted is None
        elif not more.crossed and less.crossing_predicted is not None:
            assert more.crossing_predicted >= less.crossing_predicted - 1e-9
            assert more.crossing_if_acceptable >= less.crossing_if_acceptable - 1e-12
            assert less.crossing_if_unacceptable >= less.crossing_if_acceptable - 1e-12
            assert 0 <= less.crossing_predicted <= 1

    @pytest.mark.parametrize("method", RULES)
    def test_before_the_first_patient(self, method):
        design = RULES[method]
        look = hold_rule(design, harms([]), SafetyCount("r", "ae"), ("new",))
        assert look.rate is None
        assert look.crossing_if_acceptable == pytest.approx(design.stops_if_acceptable, abs=1e-12)
        assert look.crossing_if_unacceptable == pytest.approx(
            design.stops_if_unacceptable, abs=1e-12
        )

    @pytest.mark.parametrize("method", RULES)
    def test_distance(self, method):
        """So many more harmed reach the soonest bound, and one less does not."""
        design, count = RULES[method], SafetyCount("r", "ae")
        for seen in (0, 4, 10, 17):
            course = [False] * seen
            soon = hold_rule(design, harms(course), count, ("new",)).soonest
            for more, crossed in ((soon.more_harmed, True), (soon.more_harmed - 1, False)):
                rest = [False] * (soon.more_patients - more) + [True] * more
                look = hold_rule(design, harms(course + rest), count, ("new",))
                assert (look.crossed is not None) == crossed


class TestRates:
    """Limits enclose the rate; swapping arms inverts the ratio."""

    @settings(max_examples=60)
    @given(st.integers(0, 60), st.floats(0.5, 500), st.integers(0, 60), st.floats(0.5, 500))
    def test_ratio(self, x1, t1, x0, t0):
        rate = event_rate(x1, t1)
        assert rate.interval.lower <= rate.value <= rate.interval.upper
        if x1 and x0:
            one, other = rate_ratio((x1, t1), (x0, t0)), rate_ratio((x0, t0), (x1, t1))
            assert one.value * other.value == pytest.approx(1.0)
            assert one.interval.lower * other.interval.upper == pytest.approx(1.0)
            assert one.interval.lower < one.value < one.interval.upper


@pytest.mark.parametrize(
    ("happening", "death"),
    [
        ("death", True),
        ("Death in remission", True),
        ("died of infection", True),
        ("treatment-related mortality", True),
        ("relapse", False),
        ("relapse or death", False),
        ("progression/death", False),
        ("deathly ill", False),
    ],
)
def test_what_is_a_death(happening, death):
    assert is_death(happening) is death

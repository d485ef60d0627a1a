"""Truths behind matching trials: the printed follow-up is what it says, and nothing jumps."""

from dataclasses import replace

import numpy as np
import pytest

from appraised_claims import NEWS, claims, events, follow_up, p, rates
from equipoise.appraise.checks.check import appraise
from equipoise.appraise.checks.likeness import FAR, aims_of, differences, unmatched
from equipoise.appraise.checks.matching import Matching, matching_trials
from equipoise.appraise.checks.to_match import Printed, what_is_printed
from equipoise.appraise.checks.truths import draw_truths
from equipoise.appraise.claims.claim import Claims, Sides
from equipoise.appraise.claims.intervals import Range

MANY = 20_000


def survival(treated: str, control: str, text: str = ".003", median: str = "2.0") -> Claims:
    both = rates("os", 2, treated, control)
    return claims(*both, p("os", text, 2), follow_up(median), sizes=(100, 100))


def asked(treated: str, control: str) -> Printed:
    printed = what_is_printed(survival(treated, control), "os")
    assert printed is not None
    return printed


def drawn(printed: Printed, trials: int = MANY):
    return draw_truths(printed, trials, np.random.Generator(np.random.Philox(key=[17, 0])))


def matched(printed: Printed, trials: int = 40_000) -> Matching:
    found = matching_trials(printed, trials=trials, seed=1)
    assert found is not None
    return found


@pytest.mark.parametrize("control", [85, 70, 60, 52, 50, 48, 40, 20])
def test_the_longest_follow_up_is_a_small_multiple_of_the_median(control: int):
    truths = drawn(asked(f"{control + 5}%", f"{control}%"))
    times = truths.longest / 2.0
    assert times.min() >= np.sqrt(2) * (1 - 1e-12)
    assert times.max() <= 5.0 * (1 + 1e-12)
    assert np.median(times) < 3.0
    assert truths.power.min() > 0.0
    assert truths.power.max() <= 1.5 * (1 + 1e-12)


@pytest.mark.parametrize(("treated", "control"), [("85%", "80%"), ("75%", "65%"), ("95%", "90%")])
def test_the_median_time_to_death_or_last_contact_is_the_one_printed(treated: str, control: str):
    """Patients drawn with constant hazards of death and the drawn follow-up, nobody lost."""
    printed = asked(treated, control)
    truths = drawn(printed)
    rng = np.random.default_rng(4)
    potential = truths.longest[:, None] * rng.random((MANY, 20)) ** truths.power[:, None]
    death = rng.exponential(2.0 / -np.log(printed.alive_then), (MANY, 20))
    assert np.median(np.minimum(death, potential)) == pytest.approx(2.0, rel=0.02)


def test_where_half_would_be_dead_by_then_it_is_the_median_of_follow_up_itself():
    truths = drawn(asked("20%", "10%"))
    half = np.isclose(truths.longest * 0.5**truths.power, 2.0, rtol=1e-12)
    assert half.mean() > 0.999  # alive then is uncertain


def test_accrual_and_data_cut_give_the_longest_follow_up():
    printed = replace(asked("75%", "65%"), longest=6.0)
    assert set(drawn(printed).longest) == {6.0}


def test_nothing_jumps_where_half_of_the_patients_are_alive():
    """55.0% v 45.5% once had 168 events and a chance of .16; 54.4% v 45.5% had 90 and .005."""
    above, below = matched(asked("55.0%", "45.5%")), matched(asked("54.4%", "45.5%"))
    assert above.printed.alive_then > 0.5 > below.printed.alive_then
    assert above.events == pytest.approx(below.events, rel=0.02)
    chances = [each.at_most(Range(0.0025, 0.0035), 2) for each in (above, below)]
    assert chances[0] == pytest.approx(chances[1], abs=0.01)
    for treated in ("55.0%", "54.4%"):
        (found,) = appraise(survival(treated, "45.5%"), trials=20_000).about("p-of-matching-trials")
        assert found.grade == "consistent"


def test_events_change_little_by_little_with_the_rates():
    """In steps of 2 points, across one half: by less than 1 in 20 of themselves."""
    found = [matched(asked(f"{r + 5}%", f"{r - 5}%"), 15_000).events for r in range(42, 60, 2)]
    assert np.abs(np.diff(np.log(found))).max() < 0.05


def far(treated: int, control: int, sides: Sides = 2) -> Claims:
    return claims(
        *rates("pfs", 1, "60.0%", "50.0%"),
        *events("pfs", treated, control),
        p("pfs", ".02", sides),
        follow_up("2.5"),
        sizes=(200, 200),
    )


@pytest.mark.parametrize("both", [(5, 5), (42, 62), (60, 80)])
def test_trials_that_do_not_match_say_nothing(both: tuple[int, int]):
    """The nearest 5% had 180 events where 104 are printed, and their P was told to agree."""
    (found,) = appraise(far(*both), trials=10_000).about("p-of-matching-trials")
    assert (found.grade, found.chance, found.sides) == ("cannot tell", None, None)
    assert "do not match is the rates and events" in found.sentence
    lines = [each for each in found.arithmetic if each.what.startswith("events")]
    assert sum(each.lower for each in lines) > sum(both) + 40
    assert f"printed: {both[0]};" in lines[1].how


def test_trials_that_match_are_told():
    (found,) = appraise(far(110, 125), trials=10_000).about("p-of-matching-trials")
    assert found.grade == "consistent"
    assert found.chance is not None
    assert "do not match" not in found.sentence


def test_what_one_of_the_trials_printed_is_matched():
    printed = what_is_printed(far(110, 125), "pfs")
    assert printed is not None
    rate, error = np.array([[0.5, 0.6], [0.4, 0.7]]), np.full((2, 2), 0.03)
    off = differences(printed, rate, error, np.array([[125.0, 110.0], [140.0, 90.0]]))
    np.testing.assert_allclose(off[0], 0.0, atol=1e-12)
    scale = [np.sqrt(0.25 / 200), np.sqrt(0.24 / 200), np.sqrt(126), np.sqrt(111)]
    np.testing.assert_allclose(off[1], np.array([-0.1, 0.1, 15, -20]) / scale)
    aims = aims_of(printed)
    assert unmatched(aims, off, np.array([1.0, 0.0])) == ()
    told = unmatched(aims, off, np.array([0.0, 1.0]))
    assert [each.aim.kind for each in told] == ["rates", "rates", "events"]  # 15 / √126 < FAR
    assert told[0].kept == pytest.approx(0.4)
    assert all(abs(each.kept - each.aim.printed) > FAR * each.aim.scale for each in told)


def test_the_news_is_matched():
    for endpoint in ("os", "dfs"):
        printed = what_is_printed(NEWS, endpoint)
        assert printed is not None
        assert matched(printed).unmatched == ()

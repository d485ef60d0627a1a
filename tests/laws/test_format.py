"""How numbers look in print: laws that hold for every number."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.estimates import Absent, Estimate, Interval
from equipoise.protocol.trial import Alternative, Trial
from equipoise.report.format import (
    Clock,
    absent_footnotes,
    count,
    decimal,
    p_statement,
    p_value,
    percent,
    ratio,
    significant,
    with_interval,
)

FINITE = st.floats(-1e12, 1e12, allow_nan=False)
PROBABILITY = st.floats(0, 1)
PRINTED = re.compile(
    r"[<>]?−?[0-9]{1,4}(\u202f[0-9]{3})*(\.[0-9]+)?|[<>]?−?[0-9]{1,3}(\u202f[0-9]{3})*(\.[0-9]+)?"
)


def value_of(text: str) -> float:
    return float(text.lstrip("<>").replace("−", "-").replace("\u202f", ""))


class TestNumbers:
    @settings(deadline=None, max_examples=200)
    @given(FINITE)
    def test_every_number_prints_as_digits_with_a_true_minus(self, value: float) -> None:
        for text in (decimal(value), significant(value), percent(value)):
            assert PRINTED.fullmatch(text), text
            assert "-" not in text

    @settings(deadline=None, max_examples=200)
    @given(FINITE)
    def test_print_is_within_half_a_unit_of_the_last_place(self, value: float) -> None:
        assert abs(value_of(decimal(value, 2)) - value) <= 0.005 + 1e-9 * abs(value)

    @settings(deadline=None, max_examples=200)
    @given(st.floats(1e-9, 1e9))
    def test_a_ratio_is_never_printed_as_zero(self, value: float) -> None:
        assert re.search("[1-9]", ratio(value))

    @settings(deadline=None, max_examples=200)
    @given(st.integers(-(10**12), 10**12))
    def test_counts_are_exact(self, value: int) -> None:
        assert int(count(value).replace("−", "-").replace("\u202f", "")) == value

    def test_zero_has_no_sign(self) -> None:
        assert decimal(-0.0) == decimal(-0.01) == "0.0"

    @pytest.mark.parametrize(("n", "text"), [(9999, "9999"), (10_000, "10\u202f000")])
    def test_grouping_begins_at_ten_thousand(self, n: int, text: str) -> None:
        assert count(n) == text


class TestProbabilities:
    @settings(deadline=None, max_examples=200)
    @given(PROBABILITY)
    def test_never_zero_and_never_one(self, p: float) -> None:
        text = p_value(p)
        assert text in {"<0.001", ">0.99"} or 0 < value_of(text) < 1

    @settings(deadline=None, max_examples=200)
    @given(PROBABILITY, st.sampled_from([0.0001, 0.0125, 0.025, 0.05, 0.1]))
    def test_never_rounded_across_its_level(self, p: float, level: float) -> None:
        text = p_value(p, level)
        if text[0] == "<":
            assert p < value_of(text)
        elif text[0] != ">":
            shown = value_of(text)
            assert (shown <= level) == (p <= level) or abs(p - level) < 1e-8

    @settings(deadline=None, max_examples=200)
    @given(PROBABILITY)
    def test_sidedness_is_always_said(self, p: float) -> None:
        for side in Alternative:
            assert p_statement(p, side).startswith(f"{side.value} P ")

    @pytest.mark.parametrize(
        ("p", "text"),
        [
            (0.0, "<0.001"),
            (0.00099, "<0.001"),
            (0.001, "0.001"),
            (0.0094, "0.009"),
            (0.01, "0.01"),
            (0.126, "0.13"),
            (0.99, "0.99"),
            (0.9901, ">0.99"),
            (1.0, ">0.99"),
        ],
    )
    def test_places(self, p: float, text: str) -> None:
        assert p_value(p) == text


class TestAbsent:
    def test_an_absent_number_prints_as_its_mark_everywhere(self) -> None:
        for show in (decimal, significant, percent, ratio, p_value):
            assert show(Absent.NO_EVENTS) == "NE"
            assert show(Absent.NOT_REACHED) == "NR"

    def test_an_absent_limit_is_marked_and_explained(self) -> None:
        half = Estimate(
            2.0, Absent.UNBOUNDED, Interval(1.0, Absent.NOT_REACHED, 0.95, "log-log"), "KM"
        )
        assert with_interval(half, decimal) == "2.0 (1.0 to NR)"
        (note,) = absent_footnotes(half)  # the standard error is not printed, so not explained
        assert note.startswith("NR, not reached")

    def test_every_state_has_a_footnote(self) -> None:
        assert len(absent_footnotes(list(Absent))) == len(Absent)


class TestTimes:
    def test_landmarks_print_whole(self) -> None:
        clock = Clock(Trial("T", "T", time_unit="day", display_unit="year"))
        assert clock.length(5 * 365.25) == "5 years"
        assert clock.length(365.25) == "1 year"
        assert clock.show(365.25 * 1.5) == "1.5"

    def test_days_have_no_decimals(self) -> None:
        assert Clock(Trial("T", "T", display_unit="day")).show(28.0) == "28"

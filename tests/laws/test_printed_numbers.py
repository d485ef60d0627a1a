"""What a printed number stands for, held against Python's own rounding."""

from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.appraise.claims.printed import (
    PrintedError,
    printed,
    printed_estimate,
    printed_interval,
)

ROUNDINGS = [ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN]
VALUES = st.decimals(0, 50, places=6)


class TestEveryValueThatPrintsSoIsInside:
    """Whatever rounds to the printed text lies in its interval, ends included."""

    @given(VALUES, st.integers(0, 4), st.sampled_from(ROUNDINGS))
    def test_however_a_half_is_rounded(self, value, places, rounding):
        text = str(value.quantize(Decimal(1).scaleb(-places), rounding=rounding))
        number = printed(text, "ratio")
        assert number.lower <= float(value) <= number.upper
        assert number.text == text

    @given(VALUES, st.integers(0, 3))
    def test_percentages(self, value, places):
        text = f"{value:.{places}f}%"
        number = printed(text)
        assert number.lower - 1e-15 <= float(value) / 100 <= number.upper + 1e-15


class TestNothingThatPrintsOtherwiseIsInside:
    """A little beyond either end, the text is another."""

    @given(st.integers(1, 99_999), st.integers(0, 4))
    def test_beyond_the_ends(self, digits, places):
        value = Decimal(digits).scaleb(-places)
        text = f"{value:f}"
        number = printed(text, "time")
        for beyond in (number.lower - 1e-9, number.upper + 1e-9):
            assert f"{beyond:.{places}f}" != text


CASES = [
    ("59.3", "proportion", 0.593, 0.5925, 0.5935),
    ("59.3%", "number", 0.593, 0.5925, 0.5935),
    (".593", "proportion", 0.593, 0.5925, 0.5935),
    ("79", "proportion", 0.79, 0.785, 0.795),
    ("0", "proportion", 0.0, 0.0, 0.005),
    ("100%", "proportion", 1.0, 0.995, 1.0),
    (".05", "P", 0.05, 0.045, 0.055),
    ("0.050", "P", 0.05, 0.0495, 0.0505),
    ("P = .05", "P", 0.05, 0.045, 0.055),
    ("p=0·05", "P", 0.05, 0.045, 0.055),
    ("<.0001", "P", 0.0001, 0.0, 0.0001),
    ("P < 0.001", "P", 0.001, 0.0, 0.001),
    ("≤.05", "P", 0.05, 0.0, 0.05),
    (">.99", "P", 0.99, 0.99, 1.0),
    ("2.3e-5", "P", 2.3e-5, 2.25e-5, 2.35e-5),
    ("0.70", "ratio", 0.7, 0.695, 0.705),
    ("1,234", "count", 1234.0, 1234.0, 1234.0),
    ("<5", "count", 5.0, 0.0, 4.0),
    ("−5.2%", "difference", -0.052, -0.0525, -0.0515),
    ("NR", "time", float("inf"), float("inf"), float("inf")),
]


@pytest.mark.parametrize(("text", "kind", "value", "lower", "upper"), CASES)
def test_forms_that_papers_print(text, kind, value, lower, upper):
    number = printed(text, kind)
    assert (number.value, number.lower, number.upper) == (value, lower, upper)


@pytest.mark.parametrize(
    "text",
    [
        "0.47-1.03",
        "0.47 to 1.03",
        "(0.47, 1.03)",
        "[0.47; 1.03]",
        "0.47\N{EN DASH}1.03",
        "95% CI 0.47-1.03",
        "95% CI, 0.47 to 1.03",
    ],
)
def test_forms_of_intervals(text):
    interval = printed_interval(text, "ratio")
    assert (interval.lower.value, interval.upper.value, interval.level) == (0.47, 1.03, 0.95)


def test_a_percent_sign_holds_for_what_stands_beside_it():
    found = printed_estimate("59.3% ± 0.9 (0.5-68.5)", "proportion")
    assert found.standard_error.value == 0.009
    assert (found.interval.lower.value, found.interval.upper.value) == (0.005, 0.685)
    bare = printed_estimate(".993 (.98-1)", "proportion")
    assert bare.interval.upper.value == 1.0
    low = printed_estimate("-2 (-5 to 1)", "difference")
    assert (low.interval.lower.value, low.interval.upper.value) == (-0.05, 0.01)


REFUSED = [
    ("abc", "P", "a P value belongs here"),
    ("", "P", "a P value belongs here"),
    ("0,70", "ratio", "a ratio belongs here"),
    ("109%", "proportion", "a percentage over 100"),
    ("5", "P", "a P value over 1"),
    ("-0.7", "ratio", "is not below 0"),
    ("10.5", "count", "no count of patients"),
    ("1e99", "number", "beyond what papers print"),
    ("9" * 200, "number", "too long for a number"),
    ("NR", "P", "a P value belongs here"),
]


@pytest.mark.parametrize(("text", "kind", "fact"), REFUSED)
def test_what_is_no_number_is_refused_with_value_and_remedy(text, kind, fact):
    with pytest.raises(PrintedError) as refused:
        printed(text, kind)
    assert fact in refused.value.fact
    assert refused.value.remedy


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    for kind in ("number", "proportion", "P", "count", "time", "difference", "ratio"):
        try:
            number = printed_estimate(text, kind).number
        except PrintedError:
            continue
        assert number.lower <= number.upper

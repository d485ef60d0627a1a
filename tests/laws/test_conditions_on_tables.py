"""Conditions are Kleene's logic over cells that may be missing."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.io.data.columns import TableData, dates, matched, numbers, text
from equipoise.io.data.conditions import holds
from equipoise.kernel.arrays import codes


def table(**columns: object) -> TableData:
    frame = pl.DataFrame(columns)
    return TableData("t", "t.csv", frame, codes(np.arange(1, frame.height + 1)))


ROWS = table(
    num=["1", "2", "NA", None],
    word=["a", "NA", None, "b"],
    real=[1.0, 2.5, None, 3.0],
    flag=[True, False, None, True],
    when=[date(2024, 1, 1), date(2024, 3, 1), None, date(2023, 1, 1)],
    iso=["2024-01-01", "2024-03-01T10:00", None, "2023-01-01"],
    bit=["1", "0", "1", None],
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("num == 1", [True, False, None, None]),
        ("1 < num", [False, True, None, None]),
        ("num != 1", [False, True, None, None]),
        ('num == "1"', [True, False, False, None]),
        ("num is missing", [False, False, True, True]),
        ("word is missing", [False, False, True, False]),
        ('word == "NA"', [False, True, None, False]),
        ('word in ("a", "b")', [True, False, None, True]),
        ('word not in ("a", "b")', [False, True, None, False]),
        ("num in (1, 3)", [True, False, None, None]),
        ("real >= 2.5", [False, True, None, True]),
        ('real == "1"', [True, False, None, False]),
        ("flag == true", [True, False, None, True]),
        ("bit == true", [True, False, True, None]),
        ("bit == false", [False, True, False, None]),
        ("num == real", [True, False, None, None]),
        ("num < real", [False, True, None, None]),
        ("word == iso", [False, False, None, False]),
        ('when >= "2024-01-01"', [True, True, None, False]),
        ('when == "2024-01-01"', [True, False, None, False]),
        ('iso > "2024-01-01"', [False, True, None, False]),
        ("iso == when", [True, True, None, True]),
        ("num == 1 or flag == true", [True, False, None, True]),
        ("num is missing or num == 2", [False, True, True, True]),
        ("not (num == 1)", [False, True, None, None]),
    ],
)
def test_truth_table(condition: str, expected: list[bool | None]):
    assert holds(condition, ROWS).to_list() == expected


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("word > 1", "word is used as a number but holds 'a', 'b'"),
        ('num > "1"', "Texts are compared by == and != only"),
        ("word == true", "compared with true or false but holds 'a', 'NA', 'b'"),
        ("colour == 1", "no column 'colour'"),
        ('word > "2024-01-01"', "used as a date but holds 'a', 'b'"),
        ('when == "spring"', "or a date as 2024-02-29"),
    ],
)
def test_what_cannot_be_compared_is_refused(condition: str, says: str):
    with pytest.raises(DataError, match=says):
        holds(condition, ROWS)


class TestKleene:
    """not (a and b) = (not a) or (not b), with unknowns; unknown and false is false."""

    @given(st.lists(st.tuples(*[st.sampled_from([None, 0.0, 1.0])] * 2), min_size=1))
    @settings(deadline=None, max_examples=50)
    def test_de_morgan(self, cells: list[tuple[float | None, float | None]]):
        a, b = zip(*cells, strict=True)
        rows = TableData(
            "t", "t", pl.DataFrame({"a": a, "b": b}, {"a": pl.Float64, "b": pl.Float64}),
            codes(np.arange(1, len(cells) + 1)),
        )  # fmt: skip
        left = holds("not (a == 1 and b == 1)", rows).to_list()
        assert left == holds("not a == 1 or not b == 1", rows).to_list()
        naive = [kleene_and(x, y) for x, y in cells]
        assert holds("a == 1 and b == 1", rows).to_list() == naive


def kleene_and(x: float | None, y: float | None) -> bool | None:
    if 0.0 in {x, y}:
        return False
    return None if None in {x, y} else True


def test_numbers_as_text_have_no_decimal_point_unless_needed():
    rows = table(x=[1.0, 1.5, None, -3.0])
    assert text(rows, "x").to_list() == ["1", "1.5", None, "-3"]


def test_numbers_understand_blanks_signs_and_exponents():
    rows = table(x=[" 1 ", "+2", "1e3", ".", "NA", None, "-0.5"])
    assert str(numbers(rows, "x").tolist()) == "[1.0, 2.0, 1000.0, nan, nan, nan, -0.5]"


def test_date_times_count_by_their_date_unless_they_have_a_zone():
    plain = table(d=[datetime(2024, 1, 1, 23, 59)])  # noqa: DTZ001 - without a zone on purpose
    assert dates(plain, "d").to_list() == [date(2024, 1, 1)]
    zoned = table(d=pl.Series([datetime(2024, 1, 1)]).dt.replace_time_zone("UTC"))  # noqa: DTZ001 - given a zone here
    with pytest.raises(DataError, match="without a time zone"):
        dates(zoned, "d")
    with pytest.raises(DataError, match="is used as a date but holds Float64"):
        dates(table(d=[19000.0]), "d")


def test_labels_match_as_text_first():
    values = pl.Series(["001", "1", "1.0", "x", None])
    code, unknown = matched(values, {"001": 5, "1": 7})
    assert code.tolist() == [5, 7, 7, -1, -1]
    assert unknown.tolist() == [False, False, False, True, False]

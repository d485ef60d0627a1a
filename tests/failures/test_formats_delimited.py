"""Delimited files as people save them: each trap is read as written, said aloud, or refused."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.io.formats.delimited import read_delimited


def rows(content: bytes) -> dict[str, list[object]]:
    return read_delimited(content, "x.csv").frame.to_dict(as_series=False)


def test_identifiers_that_pandas_destroys_stay_text():
    kept = rows(b"id,arm\n001,NA\n1E5,None\nNA,nan\nNone,NULL\n")
    assert kept == {"id": ["001", "1E5", "NA", "None"], "arm": ["NA", "None", "nan", "NULL"]}


def test_blank_cells_are_missing_quoted_or_not():
    assert rows(b'a,b\n1,\n"",2\n" ",3\n')["a"] == ["1", None, None]


def test_byte_order_mark_semicolons_and_decimal_commas_are_detected_and_stated():
    read = read_delimited(b"\xef\xbb\xbfid;time;note\r\n1;1,5;a,b\r\n2;2;c\r\n", "x.csv")
    assert read.frame.to_dict(as_series=False) == {
        "id": ["1", "2"],
        "time": ["1.5", "2"],
        "note": ["a,b", "c"],
    }
    said = " ".join(read.notes)
    assert "byte-order mark" in said
    assert "separated by semicolons" in said
    assert "decimal mark in time" in said


def test_tabs_and_bars():
    assert rows(b"a\tb\n1\t2\n") == {"a": ["1"], "b": ["2"]}
    assert rows(b"a|b\n1|2\n") == {"a": ["1"], "b": ["2"]}


def test_quoted_newlines_separators_and_marks():
    assert rows(b'a,b\n"x\ny","1,2"\n"5"" tube",z\n') == {
        "a": ["x\ny", '5" tube'],
        "b": ["1,2", "z"],
    }


def test_markup_formulas_and_direction_marks_are_just_text():
    hostile = ["<script>alert(1)</script>", "=1+1", "@x", "-1", "\u202eabc"]
    content = "a,b\n" + "".join(f"{text},1\n" for text in hostile)
    assert rows(content.encode())["a"] == hostile


def test_one_column_with_a_missing_value():
    assert rows(b"a\n1\n\n\n3\n") == {"a": ["1", None, None, "3"]}


def test_header_only_has_no_rows():
    assert read_delimited(b"id,time\n", "x.csv").frame.shape == (0, 2)


def test_old_line_ends():
    assert rows(b"a,b\r1,2\r3,4") == {"a": ["1", "3"], "b": ["2", "4"]}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "x.csv is empty"),
        (b"\n\n", "x.csv is empty"),
        (
            b"a,b\n1,2\n3\n4,5,6\n",
            r"data row 2 \(line 3 of the file, 1 cells\), 3 \(line 4 of the file, 3 cells\)",
        ),
        (b"a,b\n1,2\n\n3,4\n", r"data row 2 \(line 3 of the file, 1 cells\)"),
        (b"a,b\n1,\xe9\n", r"not UTF-8: byte 0xe9 on line 2"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"a,b\n1,\x00\n", "zero byte on line 2"),
        (b"a,a\n1,2\n", "more than one column named 'a'"),
        (b'a,b\n1,"2\n', "opened on line 2 is never closed"),
        (b'a,b\n1,2\n5" x,6" y\n', "quotation mark stands inside a cell in data row 2"),
        (b"a,b\n1,2\n3,\r4\n", "carriage return stands inside a cell in data row 2"),
        (b"a,b;c\n1,2;3\n", "as many commas and semicolons"),
    ],
)
def test_refused_with_the_place(content: bytes, says: str):
    with pytest.raises(DataError, match=says):
        read_delimited(content, "x.csv")


CELL = st.text(st.sampled_from('ab1,;"\n \t|é='), max_size=6)


class TestWhatPythonsOwnCsvWriterWritesIsReadBack:
    """For every rectangular table, reading what the csv module wrote gives the table."""

    @given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n))))
    @settings(deadline=None, max_examples=150)
    def test_round_trip(self, table: list[list[str]]):
        width = len(table[0]) if table else 1
        names = [f"c{place}" for place in range(width)]
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([names, *table])
        frame = read_delimited(text.getvalue().encode(), "x.csv").frame
        expected = [[cell if cell.strip() else None for cell in row] for row in table]
        assert frame.height == len(table)
        assert [list(row) for row in frame.iter_rows()] == expected
        assert frame.schema == dict.fromkeys(names, pl.String)

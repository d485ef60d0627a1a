"""Digitized points that are no curve: the message names the file and the line."""

import pytest

from equipoise.errors import ClaimError, DataError
from equipoise.io.figures.curve_file import read_at_risk, read_curves

REFUSED = {
    "empty": ("", r"c\.csv is empty\. Give times and values, one point a line"),
    "only names": ("time,survival\n", "holds no numbers"),
    "words": ("hello\nworld\n", "holds no numbers"),
    "a word among numbers": ("t,S\n0,1\n2,0.9\n3,abc\n4,.8\n", r"c\.csv:4: 'abc' is no number"),
    "a value without time": ("t,S\n0,1\n,0.9\n3,.8\n", r"c\.csv:3: a value, 0\.9, has no time"),
    "decimals torn": ("0,5,0,98\n1,5,0,91\n2,0,0,85\n", r"c\.csv:1: commas separate"),
    "percents beside proportions": ("t,a,b\n0,1,100\n1,.9,80\n", r"c\.csv:2: a is in proportions"),
    "two of one name": ("t,a,a\n0,1,1\n2,.9,.8\n", "two curves named 'a'"),
    "a curve that rises": ("t,S\n0,1\n2,0.8\n3,0.95\n4,.7\n", r"c\.csv:4"),
    "beyond all": ("t,S\n0,100\n2,140\n3,90\n", r"c\.csv:3: a curve cannot be above 100%"),
    "a percent with a digit too many at the end": (
        "t,a,b\n0,100,100\n6,80,90\n12,180,80\n",
        r"c\.csv:4: a curve cannot be above 100%, found 180%",
    ),
    "a percent with a digit too many at the start": (
        "t,a,b\n0,1000,100\n6,80,90\n12,60,80\n",
        r"c\.csv:2: a curve cannot be above 100%, found 1000%",
    ),
    "a proportion without its point": (
        "t,a,b\n0,1,1\n6,80,.9\n12,.7,.8\n",
        r"c\.csv:3: 80 would be a percent, but 1 \(c\.csv:2\) a proportion",
    ),
    "a percent only at the start": (
        "t,a\n0,100\n6,.8\n12,.7\n",
        r"c\.csv:2: 100 would be a percent, but 0\.8 \(c\.csv:3\) a proportion",
    ),
    "a start far from 100%": ("t,a\n0,10\n6,8\n12,7\n", r"c\.csv:2: .* stands at 10% at time 0"),
    "before time 0": ("t,S\n-5,1\n2,0.9\n9,.8\n", r"c\.csv:2"),
    "one column": ("1\n2\n3\n", "holds no numbers"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what, tmp_path):
    text, message = REFUSED[what]
    path = tmp_path / "c.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((DataError, ClaimError), match=message):
        read_curves(path)


def test_an_incidence_without_its_point(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("t,F\n0,0\n6,.1\n12,.2\n18,35\n", encoding="utf-8")
    with pytest.raises(ClaimError, match=r"c\.csv:5: 35 would be a percent, but 0\.2 \(c\.csv:4\)"):
        read_curves(path, kind="incidence")
    path.write_text("t,F\n0,0\n6,.4\n12,.9\n18,3.5\n", encoding="utf-8")
    assert read_curves(path, kind="incidence").curves[0].value[-1] == pytest.approx(0.035)


def test_a_long_file_names_its_own_lines(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("arm,t,S\na,0,1\nb,0,1\na,2,.9\nb,2,.5\nb,3,.9\n", encoding="utf-8")
    with pytest.raises(ClaimError, match=r"c\.csv:6"):
        read_curves(path)


def test_layouts_that_do_not_fit(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("0,1,1\n1,.9,.8\n", encoding="utf-8")
    with pytest.raises(DataError, match="make no pairs"):
        read_curves(path, layout="pairs")
    with pytest.raises(DataError, match="none of names"):
        read_curves(path, layout="long")


def test_incidence_without_names_may_be_either(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("0.5,0,0,0\n1.5,.1,2,.2\n3.1,.2,4,.3\n", encoding="utf-8")
    with pytest.raises(DataError, match="Give layout as 'pairs' or 'wide'"):
        read_curves(path, kind="incidence")


def test_numbers_at_risk(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("t,n\n0,100\n12,60\n24,75\n", encoding="utf-8")
    with pytest.raises(ClaimError, match=r"c\.csv:4: the number at risk grows from 60 at 12 to 75"):
        read_at_risk(path)
    path.write_text("t,n\n0,100\n12,60.5\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"c\.csv:3: 60\.5 at risk is no whole number"):
        read_at_risk(path)


def test_labels_of_another_count(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("0,1\n1,.9\n", encoding="utf-8")
    with pytest.raises(DataError, match="2 labels were given for 1 curves"):
        read_curves(path, labels=["a", "b"])
    with pytest.raises(DataError, match="cannot be opened"):
        read_curves(tmp_path / "none.csv")

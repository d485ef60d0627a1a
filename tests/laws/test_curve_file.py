"""Points written to a file, in any of the forms digitizers write, come back."""

import numpy as np
import pytest

from equipoise.io.figures.curve_file import read_at_risk, read_curves

TIMES = [0.0, 2.5, 6.25, 11.0]
FIRST = [1.0, 0.9, 0.75, 0.5]
SECOND = [1.0, 0.8, 0.6, 0.3]


def written(tmp_path, text, name="curve.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def assert_first(curve, values=FIRST):
    assert curve.time == pytest.approx(TIMES)
    assert curve.value == pytest.approx(values)


ONE_CURVE = {
    "no header": "0,1\n2.5,0.9\n6.25,0.75\n11,0.5\n",
    "header": "time,survival\n0,1\n2.5,0.9\n6.25,0.75\n11,0.5\n",
    "spaces": "0 1\n2.5  0.9\n6.25 0.75\n11 0.5\n",
    "commas and spaces": "0, 1\n2.5, 0.9\n6.25, 0.75\n11, 0.5\n",
    "tabs": "x\ty\n0\t1\n2.5\t0.9\n6.25\t0.75\n11\t0.5\n",
    "semicolons, decimal commas": "t;S\n0;1\n2,5;0,9\n6,25;0,75\n11;0,5\n",
    "tabs, decimal commas": "0\t1\n2,5\t0,9\n6,25\t0,75\n11\t0,5\n",
    "spaces, decimal commas": "0 1\n2,5 0,9\n6,25 0,75\n11 0,5\n",
    "percents": "0,100\n2.5,90\n6.25,75\n11,50\n",
    "percent signs": "0,100%\n2.5,90%\n6.25,75%\n11,50%\n",
    "comments": "# DigitizeIt\n0,1\n2.5,0.9\n\n6.25,0.75\n# end\n11,0.5\n",
    "quotes": '"time","S"\n"0","1"\n"2.5","0.9"\n"6.25","0.75"\n"11","0.5"\n',
    "windows": "\ufefftime,S\r\n0,1\r\n2.5,0.9\r\n6.25,0.75\r\n11,0.5\r\n",
    "exponents": "0.00e0,1e0\n2.5,9e-1\n6.25,7.5E-1\n1.1e1,5e-1\n",
    "unordered": "11,0.5\n0,1\n6.25,0.75\n2.5,0.9\n",
}

TWO_CURVES = {
    "wide": "time,Control,Active\n0,1,1\n2.5,.9,.8\n6.25,.75,.6\n11,.5,.3\n",
    "wide with gaps": (
        "time;Control;Active\n0;1;\n0;;1\n2,5;,9;\n2,5;;,8\n6,25;,75;,6\n11;,5;,3\n"
    ),
    "long": (
        "arm,time,S\nControl,0,1\nControl,2.5,.9\nControl,6.25,.75\nControl,11,.5\n"
        "Active,0,1\nActive,2.5,.8\nActive,6.25,.6\nActive,11,.3\n"
    ),
    "WebPlotDigitizer": (
        "Control,,Active,\nX,Y,X,Y\n0,1,0,1\n2.5,.9,2.5,.8\n6.25,.75,6.25,.6\n11,.5,11,.3\n"
    ),
    "pairs with names": (
        "x,Control,x,Active\n0,1,0,1\n2.5,.9,2.5,.8\n6.25,.75,6.25,.6\n11,.5,11,.3\n,,12,.3\n"
    ),
}


class TestOneCurve:
    """Whatever the separator, the decimals and the header, the points are the same."""

    @pytest.mark.parametrize("form", ONE_CURVE)
    def test_form(self, form, tmp_path):
        read = read_curves(written(tmp_path, ONE_CURVE[form]))
        assert len(read.curves) == 1
        assert_first(read.curves[0])
        assert read.curves[0].label == ""


class TestSeveralCurves:
    """However several curves stand beside or below each other, each comes back with its name."""

    @pytest.mark.parametrize("form", TWO_CURVES)
    def test_form(self, form, tmp_path):
        first, second = read_curves(written(tmp_path, TWO_CURVES[form])).curves
        assert (first.label, second.label) == ("Control", "Active")
        assert_first(first)
        assert second.value[:4] == pytest.approx(SECOND)

    def test_pairs_without_names(self, tmp_path):
        rows = "".join(
            f"{t},{a},{t + 1},{b}\n" for t, a, b in zip(TIMES, FIRST, SECOND, strict=True)
        )
        first, second = read_curves(written(tmp_path, rows)).curves
        assert (first.label, second.label) == ("curve 1", "curve 2")
        assert_first(first)
        assert second.time[1:] == pytest.approx(np.array(TIMES) + 1)

    def test_four_columns_of_values(self, tmp_path):
        rows = "t,a,b,c\n" + "".join(
            f"{t},{v},{v},{v}\n" for t, v in zip(TIMES, FIRST, strict=True)
        )
        read = read_curves(written(tmp_path, rows))
        assert [curve.label for curve in read.curves] == ["a", "b", "c"]
        assert "first column" in read.assumed[0]

    def test_percents_are_told_from_all_curves(self, tmp_path):
        """A curve that ends below 1.5% is one of percents where the others are."""
        rows = "t,a,b\n0,0,0\n5,0.4,9\n9,1.2,20\n"
        first, second = read_curves(written(tmp_path, rows), kind="incidence").curves
        assert first.value.tolist() == pytest.approx([0, 0.004, 0.012])
        assert second.value.tolist() == pytest.approx([0, 0.09, 0.2])

    def test_labels_given(self, tmp_path):
        read = read_curves(written(tmp_path, TWO_CURVES["wide"]), labels=["x", "y"])
        assert [curve.label for curve in read.curves] == ["x", "y"]


class TestNumbersAtRisk:
    """Numbers at risk come back as written, one row an arm."""

    def test_of_two_arms(self, tmp_path):
        table = read_at_risk(
            written(tmp_path, "months,Control,Active\n0,101,99\n12,70,80\n24,9,\n")
        )
        assert table["Control"].patients.tolist() == [101, 70, 9]
        assert table["Active"].patients.tolist() == [99, 80]
        assert table["Active"].times.tolist() == [0, 12]

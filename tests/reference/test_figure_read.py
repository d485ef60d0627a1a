"""Figures drawn by R give back what R says of the patients."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.appraise.curves.reconstruct import reconstruct
from equipoise.io.figures.curve_file import read_curves
from equipoise.io.figures.read import read_figure

FIGURES = Path(__file__).parents[2] / "examples" / "figures"
CASE = json.loads((Path(__file__).parent / "figure_colon.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("suffix", ["pdf", "svg"])
@pytest.mark.parametrize("label", CASE["arms"])
def test_r_figure(suffix, label):
    read = read_figure(FIGURES / f"colon.{suffix}")
    arm, known = read.arm(label), CASE["arms"][label]
    assert read.assumed == ()
    assert read.time_unit == "years"
    # a day is 0.0027 years, and steps are drawn to 0.0002
    assert arm.curve.at(np.array(known["time"]) + 0.0005) == pytest.approx(
        known["survival"], abs=5e-5
    )
    whole = np.isin(arm.at_risk.times, known["time"])
    assert arm.at_risk.patients[whole].tolist() == known["at_risk"][1:]
    assert arm.censored.size == known["censored_times"]


@pytest.mark.parametrize("label", CASE["arms"])
def test_its_patients(label):
    arm = read_figure(FIGURES / "colon.pdf").arm(label)
    rebuilt = reconstruct(arm.curve, at_risk=arm.at_risk, censor_marks=arm.censored)
    assert int((rebuilt.outcome == 1).sum()) == CASE["arms"][label]["events"]


def test_the_digitized_points():
    """Points written in percent with one decimal, in two pairs of columns."""
    for curve in read_curves(FIGURES / "colon-points.csv").curves:
        known = CASE["arms"][curve.label]
        times = np.array(known["time"][1:])
        assert curve.at(times) == pytest.approx(known["survival"][1:], abs=0.004)

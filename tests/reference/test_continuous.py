"""Means against R, and analysis of variance against NIST's certified values."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.means import ancova, mean_estimate, one_way, summarize, welch_difference

HERE = Path(__file__).parent
CASES = json.loads((HERE / "continuous.json").read_text(encoding="utf-8"))["cases"]
NIST = {  # certified F, and what the data's own rounding leaves of it (13 constant digits: 1e-4)
    "AtmWtAg": (15.9467335677930, 1e-9),
    "SiRstv": (1.18046237440255, 1e-11),
    "SmLs02": (201.0, 1e-11),
    "SmLs07": (21.0, 1e-4),
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_means_as_r_computes_them(case):
    take = {
        name: np.array([row.get(name) for row in case["rows"]], dtype=float)
        for name in ("value", "arm", "baseline", "site")
    }
    expected = case["expected"]
    experimental, control = take["value"][take["arm"] == 1], take["value"][take["arm"] == 0]
    mean = mean_estimate(experimental)
    assert mean.value == pytest.approx(expected["mean"], rel=1e-12)
    assert mean.standard_error == pytest.approx(expected["mean_error"], rel=1e-10)
    assert ends(mean) == pytest.approx(expected["mean_interval"], rel=1e-10)

    difference, welch = welch_difference(experimental, control)
    assert difference.value == pytest.approx(expected["difference"], rel=1e-10)
    assert difference.standard_error == pytest.approx(expected["difference_error"], rel=1e-10)
    assert ends(difference) == pytest.approx(expected["difference_interval"], rel=1e-9)
    assert welch.statistic == pytest.approx(expected["t"], rel=1e-10)
    assert welch.p_two_sided == pytest.approx(expected["p"], rel=1e-9)
    assert welch.p_one_sided == pytest.approx(expected["p_greater"], rel=1e-9)

    site = (take["site"][:, None] == [2, 3]).astype(float)
    adjusted, test = ancova(take["value"], take["arm"], np.column_stack([take["baseline"], site]))
    assert adjusted.value == pytest.approx(expected["adjusted"], rel=1e-9)
    assert adjusted.standard_error == pytest.approx(expected["adjusted_error"], rel=1e-9)
    assert ends(adjusted) == pytest.approx(expected["adjusted_interval"], rel=1e-9)
    assert test.statistic == pytest.approx(expected["adjusted_t"], rel=1e-9)
    assert test.p_two_sided == pytest.approx(expected["adjusted_p"], rel=1e-8)
    assert "2 incomplete rows left out" in test.assumed

    summary = summarize(take["value"])
    quartiles = [summary.lower_quartile, summary.median, summary.upper_quartile]
    assert quartiles == pytest.approx(expected["quantiles"], rel=1e-14)
    assert summary.standard_deviation == pytest.approx(expected["sd"], rel=1e-12)
    assert summary.missing == 1
    f = one_way(take["value"], take["site"])
    assert [f.statistic, f.p_two_sided] == pytest.approx(expected["f"], rel=1e-9)


@pytest.mark.parametrize("name", NIST)
def test_nist_one_way_analysis_of_variance(name):
    path = HERE / "data" / f"nist_anova_{name}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    value = [float(row["response"]) for row in rows]
    test = one_way(value, [row["treatment"] for row in rows])
    certified, tolerance = NIST[name]
    assert test.statistic == pytest.approx(certified, rel=tolerance)


def ends(estimate):
    found = [estimate.interval.lower, estimate.interval.upper]
    assert all(math.isfinite(end) for end in found)
    return found

"""All 304 figures of the evidence library, analyzed as R's survival analyzes them."""

import json
from math import log
from pathlib import Path

import pytest

from equipoise import evidence
from equipoise.analyze.estimates import Absent

HELD = json.loads((Path(__file__).parent / "evidence_library.json").read_text(encoding="utf-8"))
CLOSE = HELD["tolerance"]["relative"]
FIGURES = {each.id: each for each in evidence.catalog()}


def test_every_figure_is_held():
    assert list(FIGURES) == list(HELD["figures"])
    assert len(FIGURES) == 304
    assert sum(each.patients for each in FIGURES.values()) == 262_570
    assert sum(each.events for each in FIGURES.values()) == 101_648


@pytest.mark.parametrize("first", range(0, 304, 38))
def test_figures_as_in_r(first):
    for name in list(FIGURES)[first : first + 38]:
        expected = dict(zip(HELD["columns"], HELD["figures"][name], strict=True))
        found = evidence.analyze_figure(FIGURES[name])
        control, experimental = found.arms
        assert [control.patients, experimental.patients] == [expected["n0"], expected["n1"]]
        assert control.events + experimental.events == expected["events"]
        error = expected["standard_error"]
        fitted = found.hazard_ratio
        assert fitted.standard_error == pytest.approx(error, rel=CLOSE)
        assert log(fitted.value) == pytest.approx(
            expected["log_hazard_ratio"], rel=CLOSE, abs=CLOSE * error
        )
        assert found.test.statistic**2 == pytest.approx(expected["chi_square"], rel=1e-7, abs=1e-9)
        assert found.proportional_hazards.statistic == pytest.approx(
            expected["ph_chi_square"], rel=1e-6, abs=1e-8
        )
        for arm, median in ((control, "median0"), (experimental, "median1")):
            if expected[median] is None:
                assert arm.median.value is Absent.NOT_REACHED
            else:
                assert arm.median.value == pytest.approx(expected[median], rel=CLOSE)
        means = found.restricted_mean
        assert means.until == pytest.approx(expected["until"], rel=CLOSE)
        assert means.difference.value == pytest.approx(
            expected["mean_difference"], rel=1e-7, abs=1e-9
        )
        assert means.difference.standard_error == pytest.approx(expected["mean_error"], rel=1e-7)

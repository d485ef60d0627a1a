"""Bounds on harm against published critical values."""

import json
from pathlib import Path

import pytest

from equipoise.design.safety.poisson import PoissonQuestion, poisson_boundary

HERE = Path(__file__).parent
CASES = json.loads((HERE / "design_binary_more.json").read_text(encoding="utf-8"))["cases"]
KULLDORFF = next(case for case in CASES if case["id"] == "kulldorff-2011")


@pytest.mark.parametrize(("expected", "critical"), KULLDORFF["rows"])
def test_critical_values_of_the_poisson_max_sprt(expected, critical):
    found = poisson_boundary(PoissonQuestion(1.0, float(expected), 0.05))
    assert found.critical_value == pytest.approx(critical, abs=KULLDORFF["tolerance"])
    assert found.acceptable.stopping == pytest.approx(0.05, abs=1e-10)

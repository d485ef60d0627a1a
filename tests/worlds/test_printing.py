"""What results show of themselves, and what `help` shows of the functions that give them."""

import inspect
import pydoc

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.max_combo import max_combo
from sample_analysis import two_arm_analysis

TIME, DIED, ARM = [5, 8, 3, 9, 4, 7], [1, 1, 1, 0, 1, 1], [1, 0, 1, 0, 0, 1]
SHOWN = {
    "curve": (
        kaplan_meier(TIME, DIED),
        "SurvivalCurve: n=6, events=5, median 6 (3 to NE), 95% log-log",
    ),
    "nothing happened": (
        kaplan_meier([1, 2], [0, 0]),
        "SurvivalCurve: n=2, events=0, median NR (NE to NE), 95% log-log",
    ),
    "log-rank": (
        log_rank(TIME, DIED, ARM),
        "Log-rank: z = -1.291, two-sided P = 0.2\n  observed 2, 3; expected 3.267, 1.733",
    ),
    "no test": (
        log_rank([1, 2], [0, 0], [0, 1]),
        "Log-rank: not estimable: no events\n  observed 0, 0; expected 0, 0",
    ),
    "incidence": (
        cumulative_incidence(TIME, [1, 2, 1, 0, 1, 2]),
        "CumulativeIncidence: n=6, events of cause 1: 3, cause 2: 2; incidence at 9: 0.5, 0.3333",
    ),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_a_line_or_two(kind: str):
    result, expected = SHOWN[kind]
    assert repr(result) == expected


def test_a_cox_model_shows_a_line_a_coefficient():
    shown = repr(cox(TIME, DIED, np.array([ARM, [1, 2, 3, 4, 5, 6]]).T, names=["new arm", "age"]))
    lines = shown.splitlines()
    assert lines[0] == "CoxFit: n=6, events=5, Efron ties"
    assert lines[1].startswith("  new arm  hazard ratio 4.309 (0.4206 to 44.15)")
    assert lines[2].startswith("  age      hazard ratio 0.")
    assert lines[3].startswith("  Wald test (Cox model): chi-square (2 df) = ")


def test_an_infinite_coefficient_is_marked():
    assert "hazard ratio NE (NE to NE)" in repr(cox([1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0]))


def test_max_combo_shows_every_weight():
    shown = repr(max_combo(TIME, DIED, ARM))
    assert shown.startswith("MaxCombo: z = ")
    assert shown.count("): ") == 4


def test_an_analysis_shows_a_line_an_estimand():
    analysis = two_arm_analysis()
    lines = repr(analysis).splitlines()
    assert len(lines) == 1 + len(analysis.endpoints)
    assert lines[0].endswith("patients randomized")
    for line, endpoint in zip(lines[1:], analysis.endpoints, strict=True):
        assert line.startswith(f"  {endpoint.estimand.id} ({endpoint.estimand.label})")


@pytest.mark.parametrize("function", [cox, log_rank, kaplan_meier, cumulative_incidence])
def test_help_is_short_and_explains_every_argument(function):
    shown = pydoc.render_doc(function, renderer=pydoc.plaintext)
    signature = shown.splitlines()[2]
    assert "time: 'ArrayLike', " in signature
    assert "_SupportsArray" not in shown
    for name in inspect.signature(function).parameters:
        assert f"        {name}: " in shown.partition("Args:")[2]

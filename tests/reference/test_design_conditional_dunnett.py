"""Conditional Dunnett tests against rpact (design_conditional_dunnett.json), and Dunnett's own."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.multiplicity.conditional_dunnett import conditional_dunnett
from equipoise.design.multiplicity.dunnett import dunnett_p_values
from equipoise.errors import DesignError

CASES = json.loads(
    (Path(__file__).parent / "design_conditional_dunnett.json").read_text(encoding="utf-8")
)["cases"]
HALF = np.full((3, 3), 0.5) + 0.5 * np.eye(3)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_conditional_dunnett(case):
    asked, expected = case["input"], case["expected"]
    test = conditional_dunnett(
        np.array(asked["z"], dtype=float),
        asked["information"],
        tuple(asked["correlation"]),
        second_stage="conditional" if asked["conditional"] else "unconditional",
    )
    ours = test.members.tolist()
    order = [ours.index([member == 1 for member in row]) for row in expected["members"]]
    assert test.conditional_error[order] == pytest.approx(expected["error"], abs=2e-9)
    second = np.array(expected["p"], dtype=float)
    assert test.second_stage_p[order] == pytest.approx(second, abs=1e-8, nan_ok=True)
    assert test.rejected.tolist() == expected["rejected"]


def test_unchanged_it_is_dunnetts_test():
    rng = np.random.default_rng(4)
    for z in rng.normal(1.4, 1.0, (20, 2, 3)):
        test = conditional_dunnett(z, 0.3, (HALF, HALF))
        adjusted = dunnett_p_values(np.sqrt(0.3) * z[0] + np.sqrt(0.7) * z[1], HALF)
        assert test.rejected.tolist() == (adjusted <= 0.025).tolist()


def test_the_conditional_error_averages_to_alpha():
    rng = np.random.default_rng(5)
    first = np.sqrt(0.5) * (rng.standard_normal((250, 1)) + rng.standard_normal((250, 3)))
    errors = [conditional_dunnett([z], 0.5, (HALF,)).conditional_error[0] for z in first]
    assert np.mean(errors) == pytest.approx(0.025, abs=4 * np.std(errors) / np.sqrt(250))


@pytest.mark.parametrize(
    ("z", "information", "said"),
    [
        ([[1.0, np.nan, 2.0]], 0.5, "at the first stage"),
        ([[1.0, 1.0, 1.0], [np.nan] * 3], 0.5, "at least one"),
        ([[1.0, 1.0, 1.0]], 1.0, "between 0 and 1"),
        ([[1.0, 1.0, 1.0]] * 2, 0.5, "correlation each"),
        ([[1.0, 1.0, 1.0]] * 3, 0.5, "two stages"),
    ],
)
def test_what_cannot_be_tested(z, information, said):
    with pytest.raises(DesignError, match=said):
        conditional_dunnett(z, information, (HALF,))

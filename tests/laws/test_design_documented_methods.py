"""The table of methods in docs/design.md holds every value, and no other."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from equipoise.design import pooled_evidence
from equipoise.design.binary.rates import Measure, RateTest
from equipoise.design.binary.sizing import Calibration
from equipoise.design.binary.tables import ExactMethod
from equipoise.design.continuous.fixed import Test as MeansTest
from equipoise.design.counts.rates import NullVariance
from equipoise.design.safety.poisson import PoissonMethod
from equipoise.design.safety.statistics import SafetyMethod
from equipoise.design.survival.formulas import NAMES
from equipoise.design.survival.milestone import MilestoneScale
from equipoise.design.survival.restricted_mean import RestrictedMeanScale

PAGE = (Path(__file__).parents[2] / "docs" / "design.md").read_text()
VALUES = {
    "SurvivalQuestion(method=)": tuple(NAMES),
    "milestone_design(scale=)": get_args(MilestoneScale),
    "restricted_mean_design(scale=)": get_args(RestrictedMeanScale),
    "TwoRates(measure=)": get_args(Measure),
    "TwoRates(test=)": get_args(RateTest),
    "binary_design(calibration=)": get_args(Calibration),
    "ExactBinaryQuestion(method=)": get_args(ExactMethod),
    "means_design(test=)": get_args(MeansTest),
    "counts_design(null_variance=)": get_args(NullVariance),
    "pooled_evidence(method=)": get_args(get_type_hints(pooled_evidence)["method"]),
    "SafetyQuestion(method=)": get_args(SafetyMethod),
    "PoissonQuestion(method=)": get_args(PoissonMethod),
}


@pytest.mark.parametrize("argument", VALUES)
def test_the_page_lists_every_method(argument):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{argument}` "))
    assert set(re.findall(r'`"([^`]+)"`', row)) == set(VALUES[argument])

"""Every public number names its witness: a reference, a closed form, or a law."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ANALYZE = Path(__file__).parents[2] / "src" / "equipoise" / "analyze"
METHODS = [
    "kaplan_meier",
    "follow_up",
    "landmark",
    "log_rank",
    "max_combo",
    "restricted_mean",
    "cox",
    "cox_diagnostics",
    "proportional_hazards",
    "cumulative_incidence",
    "gray",
    "proportions",
    "ratios",
    "stratified_proportions",
    "means",
]
CARRIERS = {  # types that carry a statistic to the user
    "Estimate",
    "TestResult",
    "Interval",
    "DifferenceAt",
    "RestrictedMeanComparison",
    "SurvivalCurve",
    "LogRank",
    "MaxCombo",
    "CoxFit",
    "ProportionalHazards",
    "CumulativeIncidence",
    "ContinuousSummary",
    "Schoenfeld",
    "Matrix",
    "Vector",
}
BUILDERS = {
    "normal_test",
    "log_wald",
    "limits_of",
}  # put into words or scale what has its witness


def public_numbers(module: str) -> Iterator[ast.FunctionDef]:
    tree = ast.parse((ANALYZE / f"{module}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith(("_", "checked")):
            continue
        returned = {n.id for n in ast.walk(node.returns) if isinstance(n, ast.Name)}
        if returned & CARRIERS and node.name not in BUILDERS:
            yield node


@pytest.mark.parametrize("module", METHODS)
def test_every_public_number_names_its_witness(module: str):
    functions = list(public_numbers(module))
    assert functions, f"{module} has no public function that returns a statistic"
    silent = [f.name for f in functions if "Witness:" not in (ast.get_docstring(f) or "")]
    assert not silent, f"{module}: no witness named by {silent}"

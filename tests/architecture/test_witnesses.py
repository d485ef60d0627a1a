"""Every public number names its witness: a reference, a closed form, or a law."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from equipoise import appraisal, design, monitoring, simulation

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


QUESTIONS = {  # functions of the design room that put a question together, and answer none
    "accrual",
    "constant_rate",
    "crossover_difference",
    "early_zero_weight",
    "equally_spaced",
    "geometric_mean_ratio",
    "hypothesis_schedule",
    "log_rank_weight",
    "mean_difference",
    "mean_ratio",
    "one_mean",
    "one_stratum",
    "paired_difference",
    "piecewise_rate",
    "rate_ratio",
}
ANSWERS = [  # its results that can be asked further
    "DelayedResponse",
    "FisherCombination",
    "GroupSequential",
    "MultiArmBounds",
    "PoissonBoundary",
    "PopulationBounds",
    "SafetyBoundary",
    "SurvivalDesign",
]
FUNCTIONS = [name for name in design.__all__ if inspect.isfunction(getattr(design, name))]


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - QUESTIONS))
def test_every_design_names_its_witness(name: str):
    assert "Witness:" in (inspect.getdoc(getattr(design, name)) or "")


@pytest.mark.parametrize("name", ANSWERS)
def test_every_further_number_of_a_design_names_its_witness(name: str):
    asked = vars(getattr(design, name))
    methods = {n: f for n, f in asked.items() if inspect.isfunction(f) and not n.startswith("_")}
    assert methods
    silent = [n for n, method in methods.items() if "Witness:" not in (method.__doc__ or "")]
    assert not silent, f"{name}: no witness named by {silent}"


def test_questions_are_functions_of_the_room():
    assert set(FUNCTIONS) >= QUESTIONS


PUT_TOGETHER = {  # functions of a rehearsal that put a question together, or write an answer down
    "grid_plan",
    "law",
    "plan_simulation",
    "prepare",
    "simulation_json",
}
REHEARSAL = [name for name in simulation.__all__ if inspect.isfunction(getattr(simulation, name))]
REHEARSED = {  # its results that can be asked further
    "OperatingCharacteristics": {"hypothesis"},
    "Simulation": {"differences", "of"},
    "SimulationPlan": {"chunks_of"},
}


@pytest.mark.parametrize("name", sorted(set(REHEARSAL) - PUT_TOGETHER))
def test_every_rehearsal_names_its_witness(name: str):
    assert "Witness:" in (inspect.getdoc(getattr(simulation, name)) or "")


@pytest.mark.parametrize("name", REHEARSED)
def test_every_further_number_of_a_rehearsal_names_its_witness(name: str):
    asked = vars(getattr(simulation, name))
    methods = {n: f for n, f in asked.items() if inspect.isfunction(f) and n in REHEARSED[name]}
    assert set(methods) == REHEARSED[name]
    silent = [n for n, method in methods.items() if "Witness:" not in (method.__doc__ or "")]
    assert not silent, f"{name}: no witness named by {silent}"


def test_what_puts_a_rehearsal_together_is_offered():
    assert set(REHEARSAL) >= PUT_TOGETHER


KEPT_OR_LAID_OUT = {  # functions of a look that lay out or keep what is given, and count nothing
    "accrual_after",
    "append",
    "check_key",
    "check_next",
    "committee_protocol",
    "draw_key",
    "grouped",
    "key_path",
    "masking_of",
    "opened",
    "opening_of",
    "read_key",
    "read_record",
    "record_path",
    "seal_of",
    "write_key",
}
LOOKS = [name for name in monitoring.__all__ if inspect.isfunction(getattr(monitoring, name))]


@pytest.mark.parametrize("name", sorted(set(LOOKS) - KEPT_OR_LAID_OUT))
def test_every_number_of_a_look_names_its_witness(name: str):
    assert "Witness:" in (inspect.getdoc(getattr(monitoring, name)) or "")


@pytest.mark.parametrize("name", ["advantage", "value"])
def test_every_further_number_of_a_look_names_its_witness(name: str):
    assert "Witness:" in (getattr(monitoring.EffectScale, name).__doc__ or "")


def test_what_keeps_a_look_is_offered():
    assert set(LOOKS) >= KEPT_OR_LAID_OUT


READ_OR_WRITTEN = {  # functions of an appraisal that read or write numbers, and reckon none
    "appraisal_json",
    "claims_of_text",
    "exactly",
    "pooled_evidence_record",
    "range_of",
    "read_claims",
    "read_pooling",
    "read_pooling_file",
    "rebuilt_record",
}
APPRAISED = [name for name in appraisal.__all__ if inspect.isfunction(getattr(appraisal, name))]


@pytest.mark.parametrize("name", sorted(set(APPRAISED) - READ_OR_WRITTEN))
def test_every_number_of_an_appraisal_names_its_witness(name: str):
    assert "Witness:" in (inspect.getdoc(getattr(appraisal, name)) or "")


@pytest.mark.parametrize("name", ["comparison", "league", "mean", "p"])
def test_every_further_number_of_a_network_names_its_witness(name: str):
    assert "Witness:" in (getattr(appraisal.Network, name).__doc__ or "")


def test_what_reads_and_writes_an_appraisal_is_offered():
    assert set(APPRAISED) >= READ_OR_WRITTEN

"""Rank tests against R, SAS, Stata and mvtnorm."""

import numpy as np

from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.max_combo import max_combo
from survival_cases import cases, close, rows_of


@cases("log_rank")
def test_log_rank(case):
    result = log_rank(**rows_of(case), rho=case["rho"], gamma=case["gamma"])
    statistic = result.statistic
    two_arms = result.observed.size == 2
    have = {
        "chi_square": statistic**2 if two_arms else statistic,
        "z": statistic,
        "p": result.test.p_two_sided,
        "degrees_of_freedom": result.degrees_of_freedom,
        "observed": result.observed,
        "expected": result.expected,
        "variance": result.variance,
        "variance_11": result.variance[1, 1],
        "variance_diagonal": np.diag(result.variance),
        "difference": (result.observed - result.expected)[1],
    }
    if "observed_first" in case["expected"]:  # of institutions 1 and 12
        have["observed_first"], have["expected_first"] = (
            sums[[0, 9]] for sums in (result.observed, result.expected)
        )
    for name, expected in case["expected"].items():
        tolerance = case["tolerance"]
        tolerance = tolerance.get(name, 1e-8) if isinstance(tolerance, dict) else tolerance
        close(have[name], expected, tolerance)


@cases("max_combo")
def test_max_combo(case):
    result = max_combo(**rows_of(case), weights=case["weights"])
    expected, tolerance = case["expected"], case["tolerance"]
    if "absolute_z" in expected:
        close(np.abs(result.z), expected["absolute_z"], ["absolute", tolerance])
    else:
        close(result.z, expected["z"], tolerance)
        close(result.correlation, expected["correlation"], tolerance)
    for name in ("p_one_sided", "p_two_sided"):
        if name in expected:
            close(getattr(result.test, name), expected[name], ["absolute", case["p_tolerance"]])

"""Proportions against R, SAS and published numbers (tests/reference/*proportions.json)."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise import methods
from equipoise.analyze import proportions, ratios, stratified_proportions
from equipoise.analyze.estimates import Absent
from equipoise.kernel.one_proportion import proportion_limits

HERE = Path(__file__).parent


def cases(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["cases"]


R_CASES = cases("proportions")
PUBLISHED = cases("published_proportions")
GENERATED = cases("tables_generated")
ONE_PROPORTION = {
    "wald": "wald",
    "clopper_pearson": "clopper-pearson",
    "wilson": "wilson",
    "wilson_cc": "wilson with continuity correction",
    "agresti_coull": "agresti-coull",
    "jeffreys": "jeffreys",
    "midp": "mid-p",
}
TWO_PROPORTIONS = {
    "miettinen_nurminen": proportions.miettinen_nurminen_difference,
    "mee": proportions.mee_difference,
    "newcombe_wilson": proportions.newcombe_difference,
    "wald": proportions.wald_difference,
    "mn_RR": ratios.score_risk_ratio,
    "mn_OR": ratios.score_odds_ratio,
    "rr_wald": ratios.risk_ratio,
    "or_woolf": ratios.odds_ratio,
}


def of_kind(known, kind):
    chosen = [case for case in known if case["kind"] == kind]
    assert chosen
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


def limits(estimate):
    ends = (estimate.interval.lower, estimate.interval.upper)
    return [math.inf if end is Absent.UNBOUNDED else end for end in ends]


@of_kind(R_CASES, "prop")
def test_limits_of_one_proportion(case):
    x, n = map(int, case["id"].split("_")[1:])
    for name, method in ONE_PROPORTION.items():
        expected = case["expected"][name]
        assert proportion_limits(x, n, 0.95, method) == pytest.approx(
            expected, rel=1e-10, abs=1e-13
        )
        shown = proportions.proportion_interval(x, n, 0.95, method)
        inside = [min(1.0, max(0.0, limit)) for limit in expected]
        assert [shown.lower, shown.upper] == pytest.approx(inside, rel=1e-10, abs=1e-13)


@of_kind(R_CASES, "rd")
def test_limits_of_two_proportions(case):
    counts = tuple(map(int, case["id"].split("_")[1:]))
    expected = case["expected"]
    for name, method in TWO_PROPORTIONS.items():
        if name not in expected:
            continue
        wanted = [float(limit) for limit in expected[name]]
        if name in {"wald", "newcombe_wilson"} or name.endswith(("_wald", "_woolf")):
            tolerance = {"rel": 1e-9, "abs": 1e-12}
        else:  # ratesci stops its search at 1e-10 of the difference, 2e-9 of a ratio
            tolerance = {"rel": 1e-8, "abs": 1e-10}
        assert limits(method(*counts)) == pytest.approx(wanted, **tolerance), name


@of_kind(R_CASES, "rd")
def test_tests_of_two_proportions(case):
    counts = tuple(map(int, case["id"].split("_")[1:]))
    expected = case["expected"]
    assert proportions.fisher_exact(*counts).p_two_sided == pytest.approx(expected["fisher_p"])
    estimate, *ends = (float(each) for each in expected["fisher_or_cmle_and_ci_precise"])
    exact = ratios.exact_odds_ratio(*counts)
    assert limits(exact) == pytest.approx(ends, rel=1e-9)
    if isinstance(exact.value, Absent):
        assert estimate in {0.0, math.inf}
    else:
        assert exact.value == pytest.approx(estimate, rel=1e-9)
    pearson = proportions.chi_square(*counts).statistic
    if expected["chisq_uncorrected"] == "NaN":
        assert pearson is Absent.NO_VARIANCE
    else:
        assert pearson**2 == pytest.approx(expected["chisq_uncorrected"], rel=1e-10)


@of_kind(R_CASES, "fm")
def test_a_margin_is_tested_at_the_constrained_fit(case):
    x1, n1, x0, n0 = map(int, case["id"].split("_")[1:])
    test = proportions.miettinen_nurminen_test(x1, n1, x0, n0, margin=-0.1)
    mee = test.statistic * math.sqrt((n1 + n0) / (n1 + n0 - 1))  # the reference's variance
    assert mee == pytest.approx(case["expected"]["z"], rel=1e-10)


@of_kind(R_CASES, "mh")
def test_mantel_haenszel_on_the_bcg_trials(case):
    rows = {name: np.array(values) for name, values in case["rows"].items()}
    tables = stratified_proportions.stratified_tables(
        rows["tpos"], rows["tpos"] + rows["tneg"], rows["cpos"], rows["cpos"] + rows["cneg"]
    )
    expected = case["expected"]
    for measure, method in (
        ("OR", stratified_proportions.common_odds_ratio),
        ("RR", stratified_proportions.common_risk_ratio),
    ):
        estimate = method(tables)
        assert math.log(estimate.value) == pytest.approx(expected[measure]["beta"], rel=1e-10)
        assert estimate.standard_error == pytest.approx(expected[measure]["se"], rel=1e-10)
        ends = [math.log(end) for end in limits(estimate)]
        assert ends == pytest.approx(expected[measure]["ci"], rel=1e-10)
    difference = stratified_proportions.common_difference(tables)
    assert difference.value == pytest.approx(expected["RD"]["beta"], rel=1e-10)
    assert limits(difference) == pytest.approx(expected["RD"]["ci"], rel=1e-10)
    for continuity, name in ((False, "cmh"), (True, "cmh_cc")):
        test = stratified_proportions.cochran_mantel_haenszel(tables, continuity=continuity)
        assert test.statistic**2 == pytest.approx(expected[name], rel=1e-10)


@of_kind(R_CASES, "strat")
def test_stratified_miettinen_nurminen(case):
    rows = case["expected"]["table"]
    tables = stratified_proportions.stratified_tables(
        *([row[name] for row in rows] for name in ("x1", "n1", "x0", "n0"))
    )
    lower, value, upper = case["expected"]["MH"][0][:3]
    score = stratified_proportions.stratified_miettinen_nurminen(tables)
    assert score.value == pytest.approx(value, rel=1e-8)
    # ratesci stops its search at 1e-11
    assert limits(score) == pytest.approx([lower, upper], rel=1e-8, abs=1e-10)
    common = stratified_proportions.common_difference(tables)
    assert common.standard_error == pytest.approx(case["expected"]["rma_rd_se"], rel=1e-10)
    cmh = stratified_proportions.cochran_mantel_haenszel(tables)
    assert cmh.statistic**2 == pytest.approx(case["expected"]["cmh"], rel=1e-10)


@of_kind(PUBLISHED, "one proportion")
def test_published_limits_of_one_proportion(case):
    found = proportion_limits(*case["counts"], case["level"], case["method"])
    agrees(case, {"lower": found[0], "upper": found[1]})


@of_kind(PUBLISHED, "two proportions")
def test_published_limits_of_two_proportions(case):
    estimate = getattr(methods, case["method"])(*case["counts"], case["level"])
    lower, upper = limits(estimate)
    agrees(case, {"lower": lower, "upper": upper}, rel=2e-7, abs=2e-9)  # their searches' own stop


@of_kind(PUBLISHED, "stratified")
def test_published_stratified_tables(case):
    (a, b), (c, d) = np.array(case["tables"]).transpose(1, 2, 0)
    tables = stratified_proportions.stratified_tables(a, a + b, c, c + d)
    test = stratified_proportions.cochran_mantel_haenszel(tables, continuity=case["continuity"])
    ratio = stratified_proportions.common_odds_ratio(tables)
    lower, upper = limits(ratio)
    found = {
        "chi_square": test.statistic**2,
        "p": test.p_two_sided,
        "common_odds_ratio": ratio.value,
        "odds_ratio_lower": lower,
        "odds_ratio_upper": upper,
    }
    agrees(case, found)


def agrees(case, found, rel=1e-9, abs=1e-12):  # noqa: A002 - as pytest names it
    compared = case.get("expected", {})
    for name in found.keys() & compared.keys():
        assert found[name] == pytest.approx(compared[name], rel=rel, abs=abs), name
    tolerance = case["printed_tolerance"]
    for name in found.keys() & case["printed"].keys():
        slack = tolerance.get("by_field", {}).get(name)
        wanted = case["printed"][name]
        slack = tolerance["value"] * wanted if slack is None else slack
        assert found[name] == pytest.approx(wanted, abs=max(slack, 1e-14)), name


@pytest.mark.parametrize("case", GENERATED, ids=[case["id"] for case in GENERATED])
def test_exact_and_stratified_tests_as_r_computes_them(case):
    expected = case["expected"]
    columns = [np.array(case[name]) for name in ("x1", "n1", "x0", "n0")]
    counts = [int(column.sum()) for column in columns]
    fisher = proportions.fisher_exact(*counts)
    assert fisher.p_two_sided == pytest.approx(expected["fisher_two_sided"], rel=1e-10)
    assert fisher.p_one_sided == pytest.approx(expected["fisher_greater"], rel=1e-10)
    fewer = proportions.fisher_exact(*counts, better="no")
    assert fewer.p_one_sided == pytest.approx(expected["fisher_less"], rel=1e-10)
    pearson = proportions.chi_square(*counts)
    assert pearson.statistic**2 == pytest.approx(expected["chi_square"], rel=1e-10)
    tables = stratified_proportions.stratified_tables(*columns)
    cmh = stratified_proportions.cochran_mantel_haenszel(tables)
    assert cmh.statistic**2 == pytest.approx(expected["cmh"], rel=1e-10)
    assert cmh.p_two_sided == pytest.approx(expected["cmh_p"], rel=1e-10)
    corrected = stratified_proportions.cochran_mantel_haenszel(tables, continuity=True)
    assert corrected.statistic**2 == pytest.approx(expected["cmh_corrected"], rel=1e-10)
    ratio = stratified_proportions.common_odds_ratio(tables)
    assert ratio.value == pytest.approx(expected["odds_ratio"], rel=1e-10)
    assert limits(ratio) == pytest.approx(expected["odds_ratio_interval"], rel=1e-10)


def test_none_of_10_against_none_of_20():
    """The restricted fit is explicit here: |δ| = c / (1 + c), c = z² N / ((N - 1) n).

    The published (-0.1657585, 0.2843637) stopped its search at about 2e-5.
    """
    lower, upper = limits(proportions.miettinen_nurminen_difference(0, 10, 0, 20))
    z2 = 3.841458820694124
    for found, n in ((-lower, 20), (upper, 10)):
        c = z2 * 30 / 29 / n
        assert found == pytest.approx(c / (1 + c), rel=1e-12)
    assert [lower, upper] == pytest.approx([-0.1657585, 0.2843637], abs=2e-5)

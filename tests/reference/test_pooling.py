"""Pooled effects, heterogeneity, sensitivity, funnel and tables against R metafor 3.8."""

import json
from pathlib import Path

import pytest

from equipoise.analyze.stratified_proportions import cochran_mantel_haenszel, stratified_tables
from equipoise.appraise.pooling.asymmetry import funnel_asymmetry
from equipoise.appraise.pooling.pool import pool
from equipoise.appraise.pooling.regression import meta_regression, subgroups
from equipoise.appraise.pooling.sensitivity import cumulative, influence, leave_one_out
from equipoise.appraise.pooling.studies import (
    StudyEffect,
    StudyTable,
    study_from_ratio,
    study_from_table,
)
from equipoise.appraise.pooling.tables import pool_tables
from equipoise.appraise.pooling.trim import trim_and_fill

REFERENCE = json.loads(Path(__file__).with_name("pooling.json").read_text(encoding="utf-8"))
INTERVALS = {"z": "normal", "knha": "hartung-knapp", "adhoc": "hartung-knapp-modified"}
MEASURES = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference"}
CLOSE = {"rel": 1e-9, "abs": 1e-11}
CUT = 100.0  # confint's largest τ², unless told otherwise
KNOWN_EMPTY = "homogeneous"  # metafor 3.8 prints the null set as 0 to 0


def close(number):
    return pytest.approx(number, **CLOSE)


def studies_of(name):
    known = REFERENCE["sets"][name]
    years = known.get("year", [None] * len(known["y"]))
    return [
        StudyEffect(str(k), str(k), value, error, year=year, scale="identity")
        for k, (value, error, year) in enumerate(zip(known["y"], known["se"], years, strict=True))
    ]


def method_of(case):
    return "fixed" if case["method"] == "FE" else case["method"]


def named(cases):
    keys = ("set", "method", "test")
    ids = ["-".join(str(case[key]) for key in keys if key in case) for case in cases]
    return pytest.mark.parametrize("case", cases, ids=ids)


@named(REFERENCE["pools"])
def test_a_pool(case):
    told = pool(studies_of(case["set"]), method=method_of(case), interval=INTERVALS[case["test"]])
    found = told.heterogeneity
    assert told.mean == close(case["beta"])
    assert told.standard_error == close(case["se"])
    assert told.statistic == close(case["stat"])
    assert told.p == close(case["p"])
    assert [told.effect.interval.lower, told.effect.interval.upper] == close(case["ci"])
    assert [100 * share for share in told.weights[:3]] == close(case["weights"])
    assert found.tau_squared == close(case["tau2"])
    assert 100 * found.i_squared == close(case["I2"])
    assert found.h**2 == close(max(case["H2"], 1.0))
    assert found.q == close(case["QE"])
    assert found.p == close(case["QEp"])
    if told.prediction is not None and len(told.studies) > 2:
        assert [told.prediction.lower, told.prediction.upper] == close(case["pi"])


@named([each for each in REFERENCE["pools"] if "confint" in each and each["set"] != KNOWN_EMPTY])
def test_limits_of_heterogeneity(case):
    found = pool(studies_of(case["set"]), method=method_of(case)).heterogeneity
    squares, shares = found.tau_squared_interval, found.i_squared_interval
    assert squares.lower == close(case["confint"]["tau2"][0])
    assert 100 * shares.lower == close(case["confint"]["I2"][0])
    if case["confint"]["tau2"][1] < CUT:
        assert squares.upper == close(case["confint"]["tau2"][1])
        assert 100 * shares.upper == close(case["confint"]["I2"][1])


@named(REFERENCE["sensitivity"])
def test_without_each_study_and_one_after_another(case):
    told = pool(studies_of(case["set"]), method=method_of(case))
    left = [each.pooled for each in leave_one_out(told)]
    grown = cumulative(told)
    for found, known in ((left, case["leave1out"]), (grown, case["cumul"])):
        assert [each.mean for each in found] == close(known["estimate"])
        assert [each.standard_error for each in found] == close(known["se"])
    assert [each.heterogeneity.q for each in left] == close(case["leave1out"]["Q"])
    squares = case["leave1out"]["tau2"] or [0.0] * len(left)  # none is printed of fixed effects
    assert [each.heterogeneity.tau_squared for each in left] == close(squares)


@named(REFERENCE["sensitivity"])
def test_influence_and_funnel(case):
    studies = studies_of(case["set"])
    told = influence(pool(studies, method=method_of(case)))
    assert [each.weight for each in told] == close(case["hat"])
    assert [each.deleted_residual for each in told] == close(case["rstudent"])
    assert [each.cook_distance for each in told] == close(case["cook"])
    assert [each.covariance_ratio for each in told] == close(case["covr"])
    funnel, egger = funnel_asymmetry(studies), case["egger_lm"]
    limits = funnel.at_infinite_size_interval
    assert [funnel.statistic, funnel.p] == close([egger["t"], egger["p"]])
    assert [funnel.at_infinite_size, limits.lower, limits.upper] == close(
        [egger["limit"], *egger["ci"]]
    )
    assert [funnel.kendall_tau, funnel.kendall_p] == close([case["rank"]["tau"], case["rank"]["p"]])


@named([each for each in REFERENCE["sensitivity"] if "regression_z" in each])
@pytest.mark.parametrize("test", ["z", "knha"])
def test_a_moderator(case, test):
    known, moderator = case[f"regression_{test}"], REFERENCE["sets"][case["set"]]["moderator"]
    told = meta_regression(
        studies_of(case["set"]), moderator, method=method_of(case), interval=INTERVALS[test]
    )
    both = (told.intercept, told.slope)
    assert [each.value for each in both] == close(known["beta"])
    assert [each.standard_error for each in both] == close(known["se"])
    assert [each.p for each in both] == close(known["p"])
    assert told.heterogeneity.tau_squared == close(known["tau2"])
    assert told.heterogeneity.q == close(known["QE"])
    if case["method"] != "FE":
        assert 100 * told.explained == close(known["R2"])
        assert 100 * told.heterogeneity.i_squared == close(known["I2"])


def tables_of(case):
    return [
        StudyTable(
            str(k), str(k), row["tpos"], row["tpos"] + row["tneg"], row["cpos"],
            row["cpos"] + row["cneg"],
        )
        for k, row in enumerate(case["table"])
    ]  # fmt: skip


@named(REFERENCE["tables"])
@pytest.mark.parametrize("short", MEASURES)
def test_tables_of_mantel_and_haenszel(case, short):
    told, known = pool_tables(tables_of(case), measure=MEASURES[short]), case[f"mh_{short}"]
    limits = told.effect.interval
    printed = [limits.lower, limits.upper] if short == "RD" else None
    assert [told.mean, told.standard_error, told.p] == close(
        [known["beta"], known["se"], known["p"]]
    )
    if printed:
        assert printed == close(known["ci"])
    if (case["set"], short) != ("sparse", "RD"):  # metafor leaves the study without events out of Q
        assert told.heterogeneity.q == close(known["QE"])
        assert 100 * told.heterogeneity.i_squared == close(known["I2"])


@named(REFERENCE["tables"])
def test_tables_of_peto(case):
    told, known = pool_tables(tables_of(case), method="Peto"), case["peto"]
    assert [told.mean, told.standard_error, told.p] == close(
        [known["beta"], known["se"], known["p"]]
    )
    assert told.heterogeneity.q == close(known["QE"])
    assert 100 * told.heterogeneity.i_squared == close(known["I2"])


@named(REFERENCE["tables"])
@pytest.mark.parametrize("short", MEASURES)
def test_effects_of_tables(case, short):
    known = case[f"es_{short}"]
    for table, value, variance in zip(tables_of(case), known["y"], known["v"], strict=True):
        if table.experimental_events + table.control_events or short == "RD":
            told = study_from_table(table, MEASURES[short])
            assert [told.estimate, told.standard_error**2] == close([value, variance])


@pytest.mark.parametrize("short", MEASURES)
def test_mh_bcg(short):
    known, tables = REFERENCE["mh_bcg"]["values"], tables_of(REFERENCE["tables"][0])
    told = pool_tables(tables, measure=MEASURES[short])
    assert [told.mean, told.standard_error] == close([known[short]["beta"], known[short]["se"]])
    assert told.heterogeneity.q == close(known[short]["QE"])
    assert told.heterogeneity.p == close(known[short]["QEp"])
    columns = stratified_tables(
        [each.experimental_events for each in tables], [each.experimental for each in tables],
        [each.control_events for each in tables], [each.control for each in tables],
    )  # fmt: skip
    plain, corrected = (
        cochran_mantel_haenszel(columns, continuity=each).statistic ** 2 for each in (False, True)
    )
    assert [plain, corrected] == close([known["cmh"], known["cmh_cc"]])


def test_aall1331_with_locatelli_as_calculated_from_the_papers():
    events = [study_from_ratio("a", 0.70, 0.47, 1.03), study_from_ratio("b", 0.33, 0.18, 0.61)]
    deaths = [study_from_ratio("a", 0.62, 0.39, 0.98), study_from_ratio("b", 0.43, 0.18, 1.01)]
    first, second = pool(events, method="fixed"), pool(deaths, method="fixed")
    assert [round(first.effect.value, 2), round(first.heterogeneity.q, 2)] == [0.56, 4.13]
    assert round(100 * first.heterogeneity.i_squared) == 76
    assert [round(each, 2) for each in (first.effect.interval.lower, first.effect.interval.upper)] == [0.40, 0.78]  # fmt: skip  # noqa: E501
    told = (second.effect.value, second.effect.interval.lower, second.effect.interval.upper)
    assert [round(each, 2) for each in told] == [0.57, 0.38, 0.86]


@named(REFERENCE["trimfill"])
def test_trim_and_fill(case):
    told = trim_and_fill(pool(studies_of(case["set"]), method=method_of(case)))
    assert (told.missing, told.side) == (case["k0"], case["side"])
    assert [told.pooled.mean, told.pooled.standard_error] == close([case["beta"], case["se"]])


def test_groups_of_studies_are_pooled_apart_and_compared():
    studies = [
        StudyEffect(str(k), str(k), value, 0.2, group=group)
        for k, (value, group) in enumerate([(-0.5, "a"), (-0.3, "a"), (0.1, "b"), (0.3, "b")])
    ]
    told = subgroups(studies, method="fixed")
    assert [name for name, _ in told.groups] == ["a", "b"]
    assert [each.mean for _, each in told.groups] == close([-0.4, 0.2])
    assert told.q_between == close(0.6**2 / (2 * 0.2**2 / 2))
    assert told.degrees_of_freedom == 1

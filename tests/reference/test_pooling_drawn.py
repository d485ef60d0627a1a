"""Thirty drawn sets of studies and of tables, pooled in every way, against R metafor 3.8."""

import json
from pathlib import Path

import pytest

from equipoise.appraise.pooling.asymmetry import funnel_asymmetry
from equipoise.appraise.pooling.pool import pool
from equipoise.appraise.pooling.sensitivity import cumulative, leave_one_out
from equipoise.appraise.pooling.studies import StudyEffect, StudyTable
from equipoise.appraise.pooling.tables import pool_tables
from equipoise.appraise.pooling.trim import trim_and_fill
from equipoise.errors import NotEstimable

REFERENCE = json.loads(Path(__file__).with_name("pooling_drawn.json").read_text(encoding="utf-8"))
EVERY = pytest.mark.parametrize("case", REFERENCE["sets"], ids=range(len(REFERENCE["sets"])))
MEASURES = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference", "peto": "odds ratio"}


def close(number):
    return pytest.approx(number, rel=1e-8, abs=1e-10)


def studies_of(case):
    return [
        StudyEffect(str(k), str(k), value, error, year=float(k), scale="identity")
        for k, (value, error) in enumerate(zip(case["y"], case["se"], strict=True))
    ]


@EVERY
def test_every_method(case):
    for known in case["fits"]:
        method = "fixed" if known["method"] == "EE" else known["method"]
        told = pool(studies_of(case), method=method)
        found = told.heterogeneity
        assert [told.mean, told.standard_error, told.p] == close(
            [known[key] for key in ("mean", "se", "p")]
        )
        assert [found.tau_squared, 100 * found.i_squared, found.q] == close(
            [known[key] for key in ("tau2", "I2", "Q")]
        )
        if "knapp" in known:
            wider = pool(studies_of(case), method=method, interval="hartung-knapp")
            limits = wider.effect.interval
            assert [wider.standard_error, limits.lower, limits.upper] == close(known["knapp"])
        if "prediction" in known:
            assert [told.prediction.lower, told.prediction.upper] == close(known["prediction"])
        if "left" in known:
            assert [each.pooled.mean for each in leave_one_out(told)] == close(known["left"])
        if "grown" in known:
            assert [each.mean for each in cumulative(told)] == close(known["grown"])
        if "filled" in known:
            filled = trim_and_fill(told)
            assert filled.missing == known["filled"]["missing"]
            assert filled.pooled.mean == close(known["filled"]["mean"])


@pytest.mark.parametrize("case", [each for each in REFERENCE["sets"] if "egger" in each])
def test_asymmetry(case):
    found = funnel_asymmetry(studies_of(case))
    assert [found.statistic, found.p] == close(case["egger"])


@EVERY
@pytest.mark.parametrize("short", MEASURES)
def test_tables(case, short):
    known = case["table"]
    columns = (known[key] for key in ("a", "n1", "c", "n0"))
    tables = [
        StudyTable(str(k), str(k), *row, year=float(k))
        for k, row in enumerate(zip(*columns, strict=True))
    ]
    method = "Peto" if short == "peto" else "Mantel-Haenszel"
    told = pool_tables(tables, measure=MEASURES[short], method=method)
    assert [told.mean, told.standard_error] == close(known[short][:2])
    silent = any(table.experimental_events + table.control_events == 0 for table in tables)
    if not (silent and short == "RD"):  # metafor leaves studies without events out of this Q
        assert told.heterogeneity.q == close(known[short][2])
    if f"left_{short}" in known:
        for each in leave_one_out(told):
            assert each.pooled.mean == close(known[f"left_{short}"][int(each.study.id)])
        for each in grown_where_it_can(told):
            assert each.mean == close(known[f"grown_{short}"][int(each.studies[-1].id)])


def grown_where_it_can(told):
    """Give the cumulative analysis; nothing where its first tables give no ratio."""
    try:
        return cumulative(told)
    except NotEstimable:
        return ()

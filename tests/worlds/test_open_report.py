"""The open report of a trial hardly begun, of one that is full, and of one without dates."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from document_walk import UNUSABLE, blocks, texts
from equipoise.report.document import Figure, Table
from equipoise.report.figures.calendar_axis import MOST_TICKS, round_dates
from equipoise.report.monitoring.open_build import build_open_document
from equipoise.report.numbering import captions
from equipoise.verbs import monitor

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331"


def report(as_of, *, replicates=200, **asked):
    result = monitor(
        EXAMPLE, EXAMPLE / "data", as_of, open_only=True, replicates=replicates, **asked
    )
    return result, build_open_document(result.opened, result.design)


def check(document):
    captions(document)  # refuses an id used twice
    said = " ".join(texts(document))
    assert not UNUSABLE.search(said)
    for each in blocks(document, Figure):
        assert "arms together" in each.title
        assert len(each.alternative_text) > 40
    for each in blocks(document, Table):
        assert all(len(row.cells) <= len(each.header) for row in each.rows)
    return said


@pytest.mark.parametrize("as_of", ["2014-12-25", "2015-01-20", "2015-06-30"])
def test_hardly_begun(as_of):
    """One patient, or a few, and no event or a handful."""
    check(report(as_of)[1])


def test_enrollment_is_closed():
    said = check(report("2018-09-17", to_come=0)[1])
    assert "enrollment is closed or complete" in said
    assert "Enrollment ends" not in said


def test_nothing_is_foretold():
    result, document = report("2017-12-31", replicates=0)
    assert result.opened.forecast is None
    assert "No dates are predicted. No replicates were asked for." in check(document)


def test_without_dates_of_randomization():
    result, _ = report("2017-12-31", replicates=0)
    pooled = replace(result.opened.pooled, accrual=None, lags=())
    document = build_open_document(replace(result.opened, pooled=pooled), result.design)
    assert "No date of randomization is in the data" in check(document)


def test_numbers_are_those_of_the_look():
    """What is printed is what the open part of the look holds."""
    result, document = report("2017-12-31")
    tables = {each.id: each for each in blocks(document, Table)}
    forecast, pooled = result.opened.forecast, result.opened.pooled
    (row, *_) = tables["dates"].rows
    assert row.cells[0].startswith(f"{forecast.targets[0].target} events")
    assert row.cells[1].endswith(str(forecast.targets[0].when.median_date.year))
    assert tables["information"].rows[0].cells[2] == f"{pooled.information[0].known:.0f}" == "61"
    assert sum(int(r.cells[1]) for r in tables["accrual-months"].rows) == pooled.patients == 144
    assert sum(int(r.cells[1]) for r in tables["accrual-strata"].rows) == 144
    seen = pooled.information[0].seen
    assert seen.cumulative[-1] == 61
    assert seen.day[-1] <= pooled.as_of.toordinal()


def test_dates_below_an_axis_are_few_and_in_order():
    for days in (1, 20, 100, 700, 3000, 30000):
        last = date(2015, 3, 17) + timedelta(days=days)
        ticks = round_dates(date(2015, 3, 17), last)
        assert ticks == sorted(set(ticks))
        assert len(ticks) <= MOST_TICKS
        assert all(date(2015, 3, 17) <= each <= last for each in ticks)


def test_the_data_are_plain_json(tmp_path):
    monitor(
        EXAMPLE,
        EXAMPLE / "data",
        "2017-12-31",
        open_only=True,
        replicates=50,
        out=tmp_path,
        formats="none",
    )
    told = json.loads((tmp_path / "open" / "open.json").read_text(encoding="utf-8"))
    assert (told["trial"], told["as_of"]) == ("AALL1331", "2017-12-31")
    assert told["open"]["pooled"]["patients"] == 144

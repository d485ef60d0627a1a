"""Reports in readers' words: units of the trial, one style of dates, nothing of a rest not run."""

import re

import pytest

from closed_reports import document, example, look, patients, protocol
from equipoise.monitor.future.model import _events
from equipoise.report.monitoring.closed_build import build_closed_document
from equipoise.report.monitoring.open_build import build_open_document


def words(value):
    """All text of a document, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple | list):
        return [each for one in value for each in words(one)]
    names = getattr(type(value), "__slots__", ())
    skipped = {"svg", "png", "id", "identifier", "drawing"}
    return [w for name in names if name not in skipped for w in words(getattr(value, name, ""))]


@pytest.fixture(scope="module")
def said():
    result = example()
    closed = build_closed_document(result)
    opened = build_open_document(result.opened, result.design)
    return words(closed) + words(opened)


def test_times_are_in_the_unit_of_the_trial(said):
    assert not [each for each in said if re.search(r"\btime units?\b", each)]


def test_one_event_is_one(said):
    assert _events(1.0) == "1 event"
    assert not [each for each in said if re.search(r"\b1 events\b", each)]


def test_dates_are_in_one_style(said):
    iso = [each for each in said if re.search(r"\b20\d\d-\d\d\b", each)]
    assert [each for each in iso if "monitoring record" not in each.lower()] == []


def test_a_stopped_trial_has_no_power_to_come(tmp_path):
    rows = patients(size=60, silent=("novel",))
    result = look(tmp_path, protocol(), rows)
    assert result.look.stop
    (table,) = [
        block
        for section in build_closed_document(result).sections
        for block in section.blocks
        if getattr(block, "id", "") == "key-numbers"
    ]
    names = [row.cells[0] for row in table.rows]
    assert not [name for name in names if "power" in name]
    assert document(result).sections


def test_no_key_of_the_protocol_file_is_in_a_report(said):
    assert not [each for each in said if re.search(r"\bdata\.(endpoints|subjects)\b", each)]


@pytest.mark.parametrize("part", ["closed", "open"])
def test_values_that_never_occur_are_told_with_the_methods(tmp_path, part):
    text = protocol().replace('os_event == "death"', "{cause: os_event, values: VALUES}")
    text = text.replace("VALUES", "{alive: censored, death: death, vanished: death}")
    text = text.replace("event: {cause: os_event", "cause: {column: os_event")
    result = look(tmp_path, text, patients(size=60))
    document_of = {
        "closed": lambda: build_closed_document(result),
        "open": lambda: build_open_document(result.opened, result.design),
    }
    sections = document_of[part]().sections
    where = [s.id for s in sections if any("no row has" in each for each in words(s))]
    assert where in (["conventions"], ["methods"])
    assert not [w for s in sections for w in words(s) if "data.endpoints" in w]

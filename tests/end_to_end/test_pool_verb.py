"""`equipoise pool`: from a file of studies to the terminal, JSON and a report."""

import doctest
import hashlib
import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from document_walk import UNUSABLE, blocks, texts
from equipoise.appraise.pooling.answers import answered
from equipoise.cli import app
from equipoise.errors import EquipoiseError
from equipoise.io.pooling.file import read_pooling
from equipoise.report.document import Figure, Table
from equipoise.report.pooling.build import pooling_document
from equipoise.report.pooling.pictures import forest
from equipoise.report.pooling.words import EffectWords
from equipoise.verbs import pool_studies

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "aall1331" / "pooling.yaml"
PAGE = ROOT / "docs" / "pooling.md"
SEVERAL = """
title: Several questions
pools:
  - id: response
    effect: odds ratio
    method: REML
    interval_method: hartung-knapp
    studies:
      - {id: a, events: 44/49 v 26/48, year: 2012, group: children}
      - {id: b, events: 30/40 v 22/41, year: 2014, group: children}
      - {id: c, events: 51/70 v 40/72, year: 2015, group: adults, note: read from a figure.}
      - {id: d, events: 61/90 v 55/88, year: 2019, group: adults}
  - {id: rare, effect: risk difference, method: Mantel-Haenszel, studies: [
      {id: a, events: 0/49 v 2/48}, {id: b, events: 1/40 v 3/41}]}
  - {id: alone, effect: difference, studies: [{id: only, estimate: -3.5 (-7 to 0)}]}
networks:
  - id: survival
    effect: hazard ratio
    reference: C
    studies:
      - {id: one, experimental: A, control: C, estimate: 0.70 (0.50-0.98)}
      - {id: two, experimental: B, control: C, estimate: 0.80 (0.60-1.07)}
      - {id: three, experimental: A, control: B, estimate: 0.90 (0.70-1.16)}
  - id: chain
    effect: hazard ratio
    studies:
      - {id: one, experimental: A, control: C, estimate: 0.70 (0.50-0.98)}
      - {id: two, experimental: B, control: C, estimate: 0.80 (0.60-1.07)}
"""


def told(*words):
    done = CliRunner().invoke(app, ["pool", *map(str, words)])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


@pytest.fixture(scope="module")
def several():
    return answered(read_pooling(SEVERAL, "several.yaml"))


def test_aall1331_with_locatelli_on_the_screen():
    said = told(EXAMPLE)
    assert "0.56 (0.40 to 0.78)" in said
    assert "Q = 4.13 on 1, P = 0.04; I² 76%." in said
    assert "REML, normal interval 0.50 (0.24 to 1.04)" in said
    assert "0.70 (0.47 to 1.03)" in said  # as printed; 1.04 by its standard error
    assert "one effect common to all is doubtful" in said
    assert "the limits are unverified" in said


def test_json_holds_the_numbers():
    found = json.loads(told(EXAMPLE, "--json"))
    events = found["pools"][0]
    assert found["ok"]
    assert events["pooled"]["value"] == pytest.approx(0.5618, abs=5e-5)
    assert [each["study"] for each in events["without"]] == ["AALL1331", "Locatelli"]
    assert events["trim_and_fill"] is None
    first = events["studies"][0]
    assert (first["as_printed"]["lower"], first["as_printed"]["upper"]) == (0.47, 1.03)
    assert first["upper"] == pytest.approx(1.0363, abs=5e-5)
    assert sum(each["weight"] for each in events["studies"]) == pytest.approx(1.0)


def test_a_report_is_the_same_twice(tmp_path):
    """Pictures and numbers are the same bit for bit; the manifest fingerprints what was read."""
    first, second = (tmp_path / name for name in ("first", "second"))
    for out in (first, second):
        told(EXAMPLE, "--out", out, "--format", "html")
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    alike = [name for name in names if name.name != "manifest.json"]
    assert len(alike) > 8
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in alike)
    manifest = json.loads((first / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "pooling"
    digest = hashlib.sha256(EXAMPLE.read_bytes()).hexdigest()
    assert manifest["inputs"]["pooling.yaml"]["sha256"] == digest


def test_all_that_can_be_asked_is_told(several):
    document = pooling_document(several)
    unusable = [text for text in texts(document) if UNUSABLE.search(text)]
    assert unusable == []
    pictures = {each.id for each in blocks(document, Figure)}
    assert {"response-forest", "response-funnel", "response-by-year"} <= pictures
    assert {"response-without-each", "rare-forest", "alone-forest"} <= pictures
    assert {"survival-against-reference", "chain-against-reference"} <= pictures
    assert "alone-without-each" not in pictures
    assert any(text.startswith("Survival. 3 studies connect 3") for text in texts(document))
    tables = {each.id: each for each in blocks(document, Table)}
    assert [len(row.cells) for row in tables["survival-league"].rows] == [4, 4, 4]
    cells = {cell for row in tables["survival-split"].rows for cell in row.cells}
    assert "A v C" in cells


def test_limits_stand_in_the_forest_as_printed():
    found = answered(read_pooling(EXAMPLE.read_text(encoding="utf-8"), "pooling.yaml"))
    drawn = forest(found.pools[0], EffectWords("hazard ratio", 0.95))
    svg = drawn.svg
    assert "0.70 (0.47 to 1.03)" in svg
    assert ">1.04" not in svg


def test_notes_and_remarks_of_a_network_stand_with_its_answer():
    text = """
networks:
  - id: survival
    studies:
      - {id: one, experimental: A, control: C, estimate: 0.70 (0.50-1.50), note: of a figure.}
      - {id: two, experimental: B, control: C, estimate: 0.80 (0.60-1.07)}
"""
    remarks = answered(read_pooling(text, "x.yaml")).networks[0].remarks
    assert remarks[0].startswith("one: of a figure. one: the estimate lies")


def test_what_is_left_out_for_want_of_a_year_or_a_group_is_said():
    text = """
pools:
  - id: rare
    effect: odds ratio
    method: {}
    studies:
      - {{id: a, events: 3/49 v 5/48, year: 2012, group: young, note: of a figure.}}
      - {{id: b, events: 4/40 v 6/41, {}group: old}}
"""
    rare = answered(read_pooling(text.format("Peto", ""), "x.yaml")).pools[0]
    assert rare.remarks[:2] == (
        "a: of a figure.",
        "Study 'b' has no year, so that the analysis year by year is left out.",
    )
    assert rare.by_year == ()
    dated = text.format("Mantel-Haenszel", "year: 2014, ")
    rare = answered(read_pooling(dated, "x.yaml")).pools[0]
    assert [len(each.studies) for each in rare.by_year] == [1, 2]
    assert "Within groups the studies are pooled by inverse variance." in rare.remarks


def test_groups_and_prediction_stand_in_the_forest(several):
    response = several.pools[0]
    assert [name for name, _ in response.groups.groups] == ["children", "adults"]
    assert response.pooled.prediction is not None
    forest = next(
        each for each in blocks(pooling_document(several), Figure) if each.id == "response-forest"
    )
    assert "Forest plot of 4 studies" in forest.alternative_text


def test_what_is_doubtful_is_said(several):
    response, rare, alone = several.pools
    assert any("read from a figure" in each for each in response.remarks)
    assert rare.influence == ()
    assert [each.study.id for each in rare.without] == ["a", "b"]
    assert alone.remarks == ("There is one study; nothing is put together.",)
    assert any("is assumed" in each for each in several.networks[1].remarks)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("pools: [{id: a, studies: [{id: x, estimate: 0.7}]}]", ":1:"),
        ("networks: [{id: a, studies: [{id: x, control: C}]}]", "`experimental` is missing"),
    ],
)
def test_a_wrong_file_is_refused_in_words(tmp_path, text, words):
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["pool", str(path), "--json"])
    assert done.exit_code == 1
    assert words in done.output
    assert json.loads(done.stdout)["ok"] is False


def test_a_folder_that_is_not_ours_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(EquipoiseError, match="holds"):
        pool_studies(EXAMPLE, out=tmp_path)


def test_the_page_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    done = doctest.testfile(
        str(PAGE), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS
    )
    assert done.attempted > 12
    assert done.failed == 0


def test_the_commands_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    code = "\n".join(
        re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    )
    calls = [shlex.split(line, comments=True) for line in code.splitlines() if line.strip()]
    assert len(calls) >= 3
    for _, *call in calls:
        there = [str(tmp_path / word) if word.startswith("reports/") else word for word in call]
        done = CliRunner().invoke(app, [*there, *(["--format", "none"] if "--out" in call else [])])
        assert done.exit_code == 0, (call, done.output)

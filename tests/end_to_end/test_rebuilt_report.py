"""The report of a rebuilt figure: whole or not at all, and its numbers those of `rebuilt.json`."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from document_walk import UNUSABLE, blocks, sections, texts
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import at_risk_table
from equipoise.appraise.rebuilt.figure import PublishedArm, PublishedFigure, RebuildAsked
from equipoise.appraise.rebuilt.making import rebuild_trial
from equipoise.errors import EquipoiseError
from equipoise.evidence.arm_roles import roles_of
from equipoise.report import manifest as manifests
from equipoise.report import rendering
from equipoise.report.document import Callout, Figure, Paragraph, Statement, Table
from equipoise.report.numbering import captions
from equipoise.report.rebuilt.build import rebuilt_document
from equipoise.report.rebuilt.write import write_rebuilt
from equipoise.verbs import rebuild

FIGURES = Path(__file__).parents[2] / "examples" / "figures"
COLON = FIGURES / "colon.pdf"
LONG = ("Standard chemotherapy with prolonged maintenance", "Antibody, then transplantation")


def asked(**more):
    return {"control": "Obs", "experimental": "Lev+5FU", "draws": 5, **more}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("rebuilt") / "report"
    found = rebuild(
        COLON,
        hazard_ratio="0.69 (0.55 to 0.87)",
        p=".05",
        planned=0.7,
        margins=(0.8,),
        out=out,
        **asked(),
    )
    return out, found


@pytest.fixture(scope="module")
def document(folder):
    return rebuilt_document(folder[1])


@pytest.fixture(scope="module")
def three():
    return rebuild(COLON, control="Obs", draws=3)


@pytest.fixture(scope="module")
def one():
    return rebuild(COLON, labels=["Obs", "", ""], draws=3)


def drawn(label, scale, *, rising=False, at_risk=True):
    """Print an arm's curve as points anywhere on it."""
    random = np.random.default_rng(7)
    event_at, seen = random.exponential(scale, 60), random.uniform(20.0, 60.0, 60)
    time, event = np.minimum(event_at, seen), event_at <= seen
    at = np.linspace(0.0, 0.98 * time.max(), 60)
    value = kaplan_meier(time, event).at(at)
    curve = cleaned_curve(
        np.round(at, 1),
        np.round(1.0 - value if rising else value, 3),
        kind="incidence" if rising else "survival",
        precision=0.0005,
    )
    columns = np.arange(0.0, time.max(), 12.0)
    below = at_risk_table(columns, [(time >= each).sum() for each in columns])
    return PublishedArm(label, curve, below if at_risk else None, np.array([]), 60)


def made(*arms):
    labels = [arm.label for arm in arms]
    figure = PublishedFigure(
        "a & b <c>.csv", "month", unit_told=True, arms=arms, read=("Read.",), assumed=()
    )
    return rebuild_trial(figure, roles_of(labels, control=labels[0]), RebuildAsked(draws=3))


@pytest.fixture(scope="module")
def incidence():
    first = drawn(LONG[0], 60.0, rising=True)
    return made(first, drawn(LONG[1], 90.0, rising=True, at_risk=False))


@pytest.fixture(scope="module")
def harmless():
    return made(drawn("A", 10.0), drawn("B", 1e9))


class TestTheFolder:
    """All of it is there, as the manifest says, or nothing is."""

    def test_all_is_there(self, folder):
        out, _ = folder
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["kind"] == "rebuilt trial"
        assert manifests.altered(out, manifest) == ()
        there = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
        assert there == {*manifest["outputs"], "manifest.json"}
        assert {"report.html", "report.pdf", "report.docx", "rebuilt.json"} <= there
        assert {"patients/patients.csv", "patients/protocol.yaml"} <= there
        assert {"figures/redrawn-curves.svg", "figures/beliefs-plot.png"} <= there
        assert "colon.pdf" in manifest["inputs"]

    def test_the_same_twice(self, folder, tmp_path):
        out, found = folder
        again = tmp_path / "again"
        write_rebuilt(found, again, formats=("html",), inputs={})
        for name in ("rebuilt.json", "report.html", "figures/redrawn-curves.png"):
            assert (again / name).read_bytes() == (out / name).read_bytes()

    def test_nothing_half_written(self, one, tmp_path, monkeypatch):
        def broken(*_):
            raise EquipoiseError("no ink")

        monkeypatch.setattr(rendering, "rendered", broken)
        with pytest.raises(EquipoiseError, match="no ink"):
            write_rebuilt(one, tmp_path / "out", formats=("html",), inputs={})
        assert list(tmp_path.iterdir()) == []

    def test_edits_of_patients_are_not_lost(self, one, tmp_path):
        def write(patients, *, force=False):
            write_rebuilt(one, tmp_path, formats=(), inputs={}, patients=patients, force=force)

        write({"patients.csv": b"a\n", "protocol.yaml": b"b\n"})
        write({"patients.csv": b"a\n"})  # what is outdated goes
        assert not (tmp_path / "patients" / "protocol.yaml").exists()
        (tmp_path / "patients" / "patients.csv").write_text("mine\n", encoding="utf-8")
        with pytest.raises(EquipoiseError, match=r"patients/patients\.csv"):
            write({"patients.csv": b"a\n"})
        write({"patients.csv": b"a\n"}, force=True)
        assert (tmp_path / "patients" / "patients.csv").read_bytes() == b"a\n"

    def test_another_report_is_left_alone(self, one, tmp_path):
        (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
        with pytest.raises(EquipoiseError, match="not empty"):
            write_rebuilt(one, tmp_path, formats=(), inputs={})


def cells(document, table):
    """Give the cells of a table by row; rows under a heading are named after it, too."""
    found, heading = {}, ""
    for row in next(each for each in blocks(document, Table) if each.id == table).rows:
        name, *rest = row.cells
        if not any(rest):
            heading = name
        found[f"{heading}: {name}" if row.indent else name] = rest
    return found


def close(text, *values):
    """Tell whether the numbers in a text are these, as rounded there."""
    shown = re.findall(r"\d+\.\d+", text)
    return len(shown) == len(values) and all(
        abs(float(each) - abs(value)) <= 0.5001 * 10.0 ** -len(each.partition(".")[2])
        for each, value in zip(shown, values, strict=True)
    )


class TestNumbersOnThePage:
    """What the page prints is what `rebuilt.json` holds."""

    @pytest.fixture
    @staticmethod
    def record(folder):
        return json.loads((folder[0] / "rebuilt.json").read_text(encoding="utf-8"))

    def test_estimates_and_both_intervals(self, document, record):
        found = cells(document, "numbers-table")
        arms = {"control": "Obs", "experimental": "Lev+5FU", None: "Difference"}
        checked = 0
        for each in record["comparisons"][0]["numbers"]:
            if each["measure"] == "hazard ratio":
                row, factor = found["Hazard ratio"], 1.0
            elif each["measure"] in {"rate", "difference of rates"}:
                at = f"Without the event at {each['time']:.0f} years, %"
                row, factor = found[f"{at}: {arms[each['arm']]}"], 100.0
            else:
                continue
            value, limits = each["estimate"]["value"], each["together"]
            assert close(row[0].partition(" (")[0], factor * value)
            assert close(row[2], factor * limits["lower"], factor * limits["upper"])
            checked += 1
        assert checked > 9

    def test_tests_and_fragility(self, document, record):
        told = record["comparisons"][0]
        p = next(each for each in told["tests"] if each["name"] == "log-rank")
        row = cells(document, "tests-table")["Log-rank"]
        assert close(row[0], p["statistic"])
        assert close(row[2], p["p_two_sided"])
        few = cells(document, "fragility-table")
        assert few["Other outcome"][0] == str(told["fragility"]["outcomes"]["patients"])
        assert few["Other arm"][0] == str(told["fragility"]["arms"]["patients"])

    def test_the_verdict_comes_first(self, folder, document):
        first = document.sections[0].blocks[0]
        assert isinstance(first, Callout)
        analysis = folder[1].comparisons[0].analysis
        assert first.text.startswith("Lev+5FU v Obs: hazard ratio 0.69 (95% CI 0.55 to 0.87")
        assert f"events {analysis.events[1]} of 304 v 168 of 315" in first.text
        assert first.text.endswith("Of 2 published numbers: 1 reproduced, 1 not reproduced.")
        assert first.text in (folder[0] / "report.html").read_text(encoding="utf-8")

    def test_what_is_not_reproduced_is_said_with_care(self, document):
        said = blocks(document, Statement)
        assert [each.word for each in said] == ["not reproduced"]
        assert "may explain it" in said[0].text

    def test_sentences_name_arms_and_units(self, document):
        told = [each.text for each in blocks(document, Paragraph)]
        assert any(
            text.startswith("Patients of Lev+5FU have 0.82") and "more years" in text
            for text in told
        )
        assert any("patients of Lev+5FU followed longest" in text for text in told)


class TestPages:
    """Every kind of figure gives a page that can be read."""

    @pytest.fixture(params=["folder", "three", "one", "incidence", "harmless"])
    @staticmethod
    def any_document(request):
        found = request.getfixturevalue(request.param)
        return rebuilt_document(found[1] if isinstance(found, tuple) else found)

    def test_nothing_unusable(self, any_document):
        assert [text for text in texts(any_document) if UNUSABLE.search(text)] == []
        captions(any_document)  # refuses an id used twice
        for table in blocks(any_document, Table):
            assert {len(row.cells) for row in table.rows} == {len(table.header)}

    def test_pictures_can_be_read_aloud(self, any_document):
        for figure in blocks(any_document, Figure):
            assert figure.svg.rstrip().endswith("</svg>")
            assert len(figure.alternative_text) > 60

    def test_a_section_for_each_comparison(self, three):
        document = rebuilt_document(three)
        titles = [section.title for section in document.sections]
        assert titles[2:4] == ["Lev v Obs", "Lev+5FU v Obs"]
        assert [each.text for each in document.sections[0].blocks if isinstance(each, Callout)][
            :2
        ] == [document.sections[place].blocks[0].text for place in (2, 3)]

    def test_one_curve_has_medians_and_rates_only(self, one):
        document = rebuilt_document(one)
        assert [section.id for section in sections(document)] == [
            "answer",
            "nearness",
            "numbers",
            "rests-on",
        ]
        row = cells(document, "numbers-by-arm")["Median, years"]
        assert close(row[2], one.arms[0].median.together.lower, one.arms[0].median.together.upper)

    def test_incidence_is_told_as_such(self, incidence):
        document = rebuilt_document(incidence)
        rows = cells(document, "numbers-table")
        assert any(name.startswith("With the event by 12 months") for name in rows)
        assert "Gray, cumulative incidence" in cells(document, "tests-table")
        assert cells(document, "nearness-by-arm")["Numbers at risk that come back"][1] == "\u2013"

    def test_without_a_ratio_it_is_said(self, harmless):
        document = rebuilt_document(harmless)
        assert "no hazard ratio (not estimable" in document.sections[0].blocks[0].text
        assert "beliefs" not in {section.id for section in sections(document)}
        rate = cells(document, "numbers-table")["Without the event at 12 months, %: B"]
        assert rate[2] == "\u2013"

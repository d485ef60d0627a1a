"""`equipoise simulate --out`: files, pictures and words; its numbers are those of its JSON."""

import json
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

import sample_design
from document_walk import UNUSABLE, blocks, texts
from equipoise.cli import app
from equipoise.errors import EquipoiseError
from equipoise.io.protocol.read import examine_text
from equipoise.report.document import Callout, Figure, Table
from equipoise.report.rendering import rendered
from equipoise.report.simulation.build import build_simulation_document
from equipoise.report.simulation.context import SimulationContext
from equipoise.report.simulation.power_curve import calculated_power
from equipoise.report.simulation.write import write_simulation
from equipoise.simulate.batch import array_range
from equipoise.simulate.record import simulation_record
from equipoise.simulate.replays.trial import Settings
from equipoise.simulate.run import run
from equipoise.verbs import simulate
from equipoise.verbs.rehearsal import planned_simulation

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331" / "protocol.yaml"
SVG = "{http://www.w3.org/2000/svg}"
TRIALS = 400
BESIDE = ["planned", "no_effect", "late_separation"]


def other_looks(folder):
    """The example's protocol with two looks, in a folder of its own."""
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace("information: [0.2, 0.4, 0.6, 0.8, 1]", "information: [0.5, 1]")
    text = text.replace(
        "course: aall1331-course.yaml", f"course: {EXAMPLE.parent}/aall1331-course.yaml"
    )
    path = folder / "two-looks.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@cache
def flagship():
    return simulate(EXAMPLE, trials=TRIALS, adjusted=True)


@cache
def document():
    return build_simulation_document(flagship())


def tables(found):
    return {each.id: each for each in blocks(found, Table)}


def figures(found):
    return blocks(found, Figure)


def number(cell):
    """The first number of a cell."""
    return float(re.sub(r"[^\d.−-]", "", cell.split(" ")[0]).replace("−", "-"))


class TestItsNumbers:
    """What the document tells is what its JSON holds, rounded."""

    def test_chances_of_every_scenario(self):
        record, table = simulation_record(flagship()), tables(document())["chances-table"]
        for row, scenario in zip(table.rows, record["scenarios"], strict=True):
            (result,) = scenario["results"]
            assert row.cells[0] == scenario["label"]
            for cell, found in zip(row.cells[1:], result["hypotheses"], strict=False):
                power = found["power"]
                assert number(cell) == pytest.approx(100 * power["value"], abs=0.00501)
                if 0 < power["count"] < power["trials"]:
                    assert float(cell.split()[-1]) == pytest.approx(
                        100 * power["error"], abs=0.00501
                    )

    def test_averages_and_quantiles(self):
        record, found = simulation_record(flagship()), tables(document())
        for place, scenario in enumerate(record["scenarios"]):
            (result,) = scenario["results"]
            course = found["course-table"].rows[place].cells
            for cell, name in ((course[2], "patients"), (course[3], "duration")):
                mean = result[name]["mean"]
                assert number(cell) == pytest.approx(mean["value"], abs=0.0501)
            quantiles = found["duration-table"].rows[place].cells[1:6]
            told = [each["value"] for each in result["duration"]["quantiles"]]
            assert [number(each) for each in quantiles] == pytest.approx(told, abs=0.0501)

    def test_decisions_by_look_add_up(self):
        record = simulation_record(flagship())
        table = tables(document())["decisions-table-planned-aall1331-h1"]
        (result,) = record["scenarios"][0]["results"]
        looks = result["hypotheses"][0]["by_look"]
        for row, look in zip(table.rows, looks, strict=False):
            assert number(row.cells[1]) == pytest.approx(100 * look["efficacy"]["value"], abs=0.006)
            assert number(row.cells[2]) == pytest.approx(100 * look["futility"]["value"], abs=0.006)
        shown = sum(number(row.cells[1]) for row in table.rows[:-1])
        assert shown == pytest.approx(number(table.rows[-1].cells[1]), abs=0.05)

    def test_estimates(self):
        record = simulation_record(flagship())
        table = tables(document())["h1-estimates-table"]
        (result,) = record["scenarios"][0]["results"]
        naive, adjusted = (result["hypotheses"][0][each] for each in ("naive", "adjusted"))
        for row, found in zip(table.rows, (naive, adjusted), strict=False):
            assert row.cells[2] == "0.58"
            assert number(row.cells[5]) == pytest.approx(found["bias"]["value"], abs=0.0006)
            coverage = 100 * found["coverage"]["value"]
            assert number(row.cells[8]) == pytest.approx(coverage, abs=0.0501)

    def test_differences_have_the_error_of_what_was_calculated(self):
        found = tables(document())
        for scenario in ("planned", "no-effect"):
            for row in found[f"h1-comparison-{scenario}"].rows:
                if "by look" in row.cells[0] or row.cells[0] in {"Power", "Type I error"}:
                    chance = number(row.cells[1].rstrip("%")) / 100
                    error = 100 * (chance * (1 - chance) / TRIALS) ** 0.5
                    assert float(row.cells[3].split()[-1]) == pytest.approx(error, abs=0.051)

    def test_who_is_lost(self):
        notes = tables(document())["course-table"].footnotes
        assert any("without an event of any endpoint" in each for each in notes)

    def test_the_verdict_of_a_thousand(self):
        power = flagship().simulation.of("planned").hypothesis("H1").power.value
        callouts = [each.text for each in blocks(document(), Callout)]
        told = re.search(r"Of 1000 such trials (\d+) would show .*, (\d+) would not", callouts[0])
        assert int(told[1]) == round(1000 * power)
        assert int(told[1]) + int(told[2]) == 1000

    def test_the_design_beside_it(self):
        table = tables(document())["h1-comparison-planned"]
        plan = flagship().design.main.whole
        assert table.rows[0].cells[:2] == ("Power", f"{100 * plan.power:.2f}")
        calculated = [row.cells[1] for row in table.rows if row.cells[0].startswith("Efficacy by")]
        shown = [sum(each.efficacy_alternative for each in plan.looks[: k + 1]) for k in range(5)]
        assert calculated == [f"{100 * each:.2f}" for each in shown]
        for row in table.rows:  # within four Monte Carlo standard errors and two points
            off = row.cells[3].split(" ± ")
            assert abs(number(off[0])) <= 4 * float(off[1]) + 2

    def test_only_what_the_design_assumes_is_beside_it(self):
        compared = [name for name in tables(document()) if "-comparison-" in name]
        assert {name.split("-")[-1] for name in compared} == {"planned", "effect"}

    def test_calculated_power_is_the_plans_curve(self):
        plan = flagship().design.main.plan
        for effect, power in plan.power_curve[::7]:
            assert calculated_power(plan, effect) == pytest.approx(power, abs=1e-6)


class TestItsPictures:
    """Every picture has words in its place, both forms, and nothing that is not drawn."""

    def test_are_told_in_words(self):
        found = figures(document())
        assert len(found) >= 9
        for each in found:
            assert len(each.alternative_text) > 60, each.id
            assert re.search(r"\d", each.alternative_text), each.id
            assert each.png.startswith(b"\x89PNG")
            assert ET.fromstring(each.svg).tag == f"{SVG}svg"  # noqa: S314 - our own

    def test_there_is_one_of_each_kind(self):
        names = {each.id for each in figures(document())}
        assert {
            "h1-chances-plot",
            "h1-decisions-plot",
            "h1-z-plot",
            "h1-estimates-plot",
            "duration-plot",
        } <= names

    def test_the_bars_are_told_as_they_are_counted(self):
        (bars,) = (each for each in figures(document()) if each.id == "h1-decisions-plot")
        found = flagship().simulation.of("no_effect").hypothesis("H1")
        last = f"by look 5 efficacy {100 * found.power.value:.1f}%"
        assert last in bars.alternative_text


class TestItsWords:
    """No number without meaning: no nan, no none, no marks of code."""

    KINDS = ("two-sided-wedge", "survival-many", "days", "dunnett", "rate-fixed")

    @pytest.mark.parametrize("kind", KINDS)
    def test_in_every_kind_of_design(self, kind):
        protocol = examine_text(sample_design.KINDS[kind], "p.yaml").protocol
        found = build_simulation_document(simulate(protocol, trials=60, estimates=kind != "days"))
        for each in tables(found).values():
            assert all(len(row.cells) == len(each.header) for row in each.rows), each.id
        for told in texts(found):
            kept = told.replace("0.000", "0")  # a z may be nought
            assert not re.search(UNUSABLE, kept), told
            assert "at_look" not in told

    def test_conventions_are_told(self):
        told = " ".join(row.cells[1] for row in tables(document())["conventions"].rows)
        for line in flagship().assumed:
            assert line.split(" ")[-1].rstrip(".") in told

    def test_another_can_play_it_again(self):
        identity = dict(row.cells for row in tables(document())["identity"].rows)
        assert identity["Seed"] == "1"
        assert identity["Identity of the plan"] == flagship().simulation.asked.identity
        world = dict(row.cells for row in tables(document())["world-planned"].rows)
        assert world["Enrollment"].startswith("220 patients, by a Poisson process: 3.860 a month")
        assert world["Randomization"] == "permuted blocks of 4, within each stratum"
        assert "course-as-published" in tables(document())


class TestVariedHazardRatios:
    """The power curve, beside that of the design."""

    FOUND = build_simulation_document(
        simulate(EXAMPLE, trials=TRIALS, hazard_ratios=[0.5, 0.58, 1.0])
    )

    def test_the_curve(self):
        table = tables(self.FOUND)["h1-power-curve-table"]
        assert [row.cells[0] for row in table.rows] == ["0.5", "0.58", "1"]
        calculated = number(table.rows[1].cells[1])
        power = tables(document())["h1-comparison-planned"].rows[0].cells[1]
        assert calculated == pytest.approx(number(power), abs=0.005)
        assert "h1-power-curve-plot" in {each.id for each in figures(self.FOUND)}


@cache
def varied():
    """A document of two hazard ratios, beside scenarios of the protocol."""
    return build_simulation_document(
        simulate(EXAMPLE, trials=60, scenarios=BESIDE, hazard_ratios=[0.5, 0.7])
    )


class TestScenariosOnThePowerCurve:
    """Scenarios whose truth is one hazard ratio are points of the curve, those of others not."""

    def test_the_table(self):
        table = tables(varied())["h1-power-curve-table"]
        assert [row.cells[0] for row in table.rows] == ["0.5", "0.58", "0.7", "1"]
        assert any("0.58 " in each and "1 No effect" in each for each in table.footnotes)

    def test_the_figure(self):
        drawn = next(each for each in figures(varied()) if each.id == "h1-power-curve-plot")
        assert ", 1: " in drawn.alternative_text
        assert "Calculated, AALL1331" in drawn.svg


class TestSeveralDesigns:
    """Maps of scenarios by designs, and differences on the same patients."""

    def test_are_beside_each_other(self, tmp_path):
        result = simulate(
            EXAMPLE, trials=TRIALS, scenarios=["planned"], against=[other_looks(tmp_path)]
        )
        found = build_simulation_document(result)
        assert "designs-map" in {each.id for each in figures(found)}
        rows = tables(found)["differences-table"].rows
        told = {row.cells[2]: row.cells[3] for row in rows}
        known = result.simulation.differences("planned", "two-looks", "AALL1331")
        (duration,) = (each.value for each in known if each.quantity == "duration")
        assert number(told["Duration, months"].lstrip("+")) == pytest.approx(duration, abs=0.0501)


class TestAPartialRun:
    """A run that ended before it was done says so above everything else."""

    def test_says_so(self, tmp_path):
        settings = Settings(trials=10_000, estimates=False, scenarios=("planned", "no_effect"))
        planned = planned_simulation(EXAMPLE, settings)
        chunks = array_range(planned.plan, 1, 2)
        played = run(planned.plan, chunks=chunks, checkpoint=tmp_path / "kept")
        result = planned.simulated(played)
        assert result.simulation.partial
        found = build_simulation_document(result)
        first = found.sections[0].blocks[0]
        assert isinstance(first, Callout)
        assert first.text.startswith("Partial results.")
        assert "estimates" not in {each.id for each in found.sections}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a rehearsal, as the command line writes it."""
    out = tmp_path_factory.mktemp("folder") / "rehearsal"
    asked = ["simulate", EXAMPLE, "--trials", TRIALS, "--scenario", "planned", "--out", out]
    done = CliRunner().invoke(app, list(map(str, asked)))
    assert done.exit_code == 0, done.output
    return out


class TestTheFolder:
    """Documents, figures, data and manifest; the same bytes again; nothing of this machine."""

    def test_what_is_in_it(self, folder):
        names = {path.name for path in folder.iterdir()}
        assert names == {
            "report.html",
            "report.pdf",
            "report.docx",
            "simulation.json",
            "manifest.json",
            "figures",
        }
        made = json.loads((folder / "manifest.json").read_text("utf-8"))
        assert made["kind"] == "simulation"
        assert made["seed"] == 1
        data = json.loads((folder / "simulation.json").read_text("utf-8"))
        assert made["plan"] == data["asked"]["plan"]
        drawn = {path.stem for path in (folder / "figures").glob("*.svg")}
        assert drawn == {path.stem for path in (folder / "figures").glob("*.png")} != set()
        html = (folder / "report.html").read_text("utf-8")
        assert "Of 1000 such trials" in html

    def test_nothing_of_this_machine(self, folder):
        here = [str(EXAMPLE.parents[1]), str(folder.parent), str(Path.home()) + "/"]
        for path in folder.rglob("*"):
            if path.is_file() and path.name != "manifest.json":  # which holds the command
                content = path.read_bytes()
                assert not any(each.encode() in content for each in here), path

    def test_the_same_again(self, tmp_path):
        result = simulate(EXAMPLE, trials=50, scenarios=["no_effect"])
        again = simulate(EXAMPLE, trials=50, scenarios=["no_effect"], executor="serial")
        made = [
            write_simulation(each, build_simulation_document(each), tmp_path / str(place))
            for place, each in enumerate((result, again))
        ]
        assert made[0]["outputs"] == made[1]["outputs"]

    def test_a_design_is_not_written_over(self, tmp_path):
        (tmp_path / "manifest.json").write_text(
            json.dumps({"format": "equipoise-manifest", "kind": "design", "outputs": {}}), "utf-8"
        )
        with pytest.raises(EquipoiseError, match="report of a design"):
            simulate(EXAMPLE, trials=10, out=tmp_path)


def test_a_word_document_is_made():
    assert rendered("docx", document()).startswith(b"PK")


def test_no_hypothesis_is_lost():
    context = SimulationContext(flagship())
    assert context.hypotheses == ("H1", "H2")
    assert context.lead == "H1"
    assert context.primary == ("H1",)

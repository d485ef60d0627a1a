"""`equipoise evidence`: the library listed, shown, analyzed, compared; its page runs."""

import doctest
import json
import re
import shlex
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise import evidence
from equipoise.cli import app
from equipoise.errors import SimulationError
from equipoise.evidence.reading import SHA256
from equipoise.io.protocol.read import examine_text
from equipoise.verbs import simulate

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "evidence.md"
PROTOCOL = """
schema: 1
trial: {id: EV, title: A trial planned from evidence, time_unit: month}
arms: [{id: control, role: control}, {id: new, role: experimental}]
endpoints: [{id: os, type: time-to-event, events: [death]}]
hypotheses:
  - {id: OS, endpoint: os, test: {method: log-rank}, effect: {hazard_ratio: 0.75}}
design:
  power: 0.9
  prior: %s
planning:
  accrual: {duration: 24}
  follow_up: 12
  endpoints: {os: {control: {median: 12}}}
"""


def run(*words):
    return CliRunner().invoke(app, ["evidence", *words])


def told(*words):
    done = run(*words)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def test_the_page_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    done = doctest.testfile(
        str(PAGE), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS
    )
    assert done.attempted > 20
    assert done.failed == 0


def test_the_commands_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [shlex.split(line) for line in block.splitlines()]
    assert len(lines) >= 8
    for program, *words in lines:
        assert program == "equipoise"
        short = ["--format", "html"] if "--out" in words else []
        done = CliRunner().invoke(app, [*words, *short])
        assert done.exit_code == 0, (words, done.output)
    page = (tmp_path / "reports" / "evidence" / "report.html").read_text(encoding="utf-8")
    assert "190 of 202" in page
    assert "not the trials" in page
    assert (tmp_path / "reports" / "act1" / "figures" / "redrawn-curves.svg").exists()


def test_everything_offered_is_on_the_page():
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", PAGE.read_text("utf-8")))))
    assert set(evidence.__all__) - named == set()


@pytest.mark.parametrize("name", evidence.__all__)
def test_everything_offered_is_there(name):
    assert getattr(evidence, name) is getattr(import_module(evidence.MODULE_OF[name]), name)


def test_the_types_are_told_of_the_same_names():
    stub = Path(evidence.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    assert set(re.findall(r"(\w+) as \1\b", stub)) == set(evidence.__all__)


def test_no_module_of_the_room_hides_what_it_offers():
    folder = Path(evidence.__file__).parent
    assert not {path.stem for path in folder.glob("*.py")} & set(evidence.__all__)


def test_opening_the_room_loads_nothing():
    code = "import equipoise.evidence, sys; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert done.stdout.strip() == "False"


def test_lists_say_what_is_doubtful():
    said = told("list", "--cancer", "prostate", "--endpoint", "OS")
    assert "the title speaks of lung cancer" in said
    assert "not the trials' own data" in said
    assert "(?)" in said


def test_json_of_every_verb():
    listed = json.loads(run("list", "--endpoint", "os", "--json").output)
    assert len(listed["figures"]) == len(evidence.catalog().select(endpoint="OS"))
    shown = json.loads(run("show", "ACT1_2A", "--json").output)
    assert shown["hazard_ratio"]["value"] == pytest.approx(0.8774, abs=5e-5)
    assert json.loads(run("analyze", "ACT1_2A", "--json").output) == shown
    compared = json.loads(run("compare", "--cancer", "lung", "--json").output)
    every = compared["all"]["of"] + len(compared["without_published_ratio"])
    assert every == len(evidence.catalog().select(cancer="Lung"))
    priors = json.loads(run("priors", "--cancer", "lung", "--endpoint", "os", "--json").output)
    assert priors["prior"]["hazard_ratio"] == pytest.approx(0.92, abs=0.005)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "ACT1_9"], "Did you mean"),
        (["show", "nothing-like-it"], "`equipoise evidence list` shows all 304"),
        (["list", "--cancer", "skin"], "There are: Breast, Colorectal, Lung, Prostate"),
        (["list", "--cancer", "Lungs"], "Did you mean Lung?"),
        (["list", "--class", "immunotherpy"], "Did you mean Immunotherapy"),
        (["list", "--line", "tenth"], "There are: adjuvant, first"),
        (["list", "--year", "2016-2014"], "end before they begin"),
        (["list", "--year", "2020"], "No figure of the library is of year 2020"),
        (
            ["analyze", "--cancer", "Lung", "--treatment", "tamoxifen"],
            "cancer Lung has 89, treatment tamoxifen has 9",
        ),
        (["analyze", "ACT1_2A", "--cancer", "Lung"], "Leave out the figure, or the filters"),
        (["priors", "--cancer", "Lung"], "Choose one endpoint"),
        (["priors", "--endpoint", "OS", "--journal", "Nature"], "There are: Ann Oncol"),
        (["priors", "--endpoint", "OS", "--treatment", "xyzzy"], "treatment xyzzy has 0"),
        (["compare", "--cancer", "lung", "--endpoint", "LRR"], "No figure of the library is of"),
    ],
)
def test_mistakes_are_told_with_the_remedy(words, said):
    done = run(*words)
    assert done.exit_code == 1
    assert said in " ".join((done.output + done.stderr).split())


def test_machines_are_told_of_mistakes_too():
    done = run("show", "ACT1_9", "--json")
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert answer["ok"] is False
    assert "Did you mean" in answer["problems"][0]["message"]


def test_a_year_is_a_year():
    assert run("list", "--year", "last").exit_code == 2
    assert "figures" in told("list", "--year", "2014-2015", "--endpoint", "EFS")


@pytest.mark.parametrize("verb", ["list", "analyze", "compare", "priors"])
def test_every_verb_that_chooses_has_every_filter(verb):
    helped = run(verb, "--help").output
    for word in ("cancer", "endpoint", "journal", "year", "treatment", "class", "line"):
        assert f"--{word} " in helped
    narrow = ["--cancer", "breast", "--endpoint", "pfs", "--class", "targeted"]
    asked = [*narrow, "--year", "2014-2016", "--metastatic", "--json"]
    found = json.loads(run(verb, *asked).output)
    ids = {str(each) for each in found["figures"] + found.get("left_out", [])}
    chosen = evidence.catalog().select(cancer="Breast", endpoint="PFS", treatment_class="targeted")
    assert len(ids) == len(chosen.select(year=(2014, 2016), metastatic=True)) > 1


def test_few_figures_are_said_to_be_few():
    assert "the spread is too narrow" in told("priors", "--endpoint", "RPFS")
    assert "hardly known from 3 figures" in told("priors", "--endpoint", "DFS", "--cancer", "lung")
    assert "too narrow" in evidence.prior_from_evidence(endpoint="RPFS").sentence


def test_a_page_is_written_once(tmp_path):
    for _ in range(2):
        assert run("show", "ACT1_2A", "--out", str(tmp_path), "--format", "none").exit_code == 0
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "evidence"
    assert {k: v["sha256"] for k, v in manifest["inputs"].items()} == SHA256
    (tmp_path / "evidence.json").write_text("{}", encoding="utf-8")
    done = run("show", "ACT1_2A", "--out", str(tmp_path), "--format", "none")
    assert done.exit_code == 1


def test_priors_are_written_as_a_page(tmp_path):
    asked = ("priors", "--cancer", "Lung", "--endpoint", "OS", "--class", "Immunotherapy")
    said = told(*asked, "--out", str(tmp_path / "page"), "--format", "html")
    assert "79.0 (1 control arm, too few for quantiles)" in said
    assert "Written to" in said
    page = (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    assert "The true hazard ratio of a new trial: 0.74 (0.46 to 1.21, 95%)" in page
    assert "too few for quantiles" in page
    data = json.loads((tmp_path / "page" / "evidence.json").read_text(encoding="utf-8"))
    plain = json.loads(run(*asked, "--json").stdout)
    assert data["prior"] == plain["prior"]
    few = [each for each in plain["control"] if each["arms"] < 3]
    assert few
    assert all(each["values"] and not each["quantiles"] for each in few)


class TestAPriorByEvidence:
    """A protocol that asks the library holds the value found, and says where it is from."""

    def test_it_is_a_value(self):
        asked = "{evidence: {cancer: Lung, endpoint: OS, years: [2014, 2016]}}"
        reading = examine_text(PROTOCOL % asked, "p")
        assert reading.problems == ()
        design = reading.protocol.design
        chosen = evidence.prior_from_evidence(cancer="Lung", endpoint="OS", year=(2014, 2016))
        assert design.prior == chosen.prior
        assert design.prior.source == chosen.sentence

    @pytest.mark.parametrize(
        ("prior", "said"),
        [
            ("{evidence: {endpoint: OS, cancer: Skin}}", "There are: Breast"),
            ("{evidence: {endpoint: OS}, standard_deviation: 0.1}", "follows from the evidence"),
            ("{evidence: {endpoint: OS}, hazard_ratio: 0.8}", "one of these belongs here"),
            ("{evidence: {endpoint: OS, years: [2014]}}", "the first and the last"),
            ("{hazard_ratio: 0.8}", "a prior has a spread"),
            ("{evidence: {cancer: Lung}}", "endpoint"),
        ],
    )
    def test_what_cannot_be_looked_up_is_told(self, prior, said):
        problems = examine_text(PROTOCOL % prior, "p").problems
        assert any(said in str(each) for each in problems), problems


def test_the_wheel_holds_the_data(tmp_path):
    from hatchling.builders.wheel import WheelBuilder  # noqa: PLC0415 - a build tool

    (made,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(made) as wheel:
        names = set(wheel.namelist())
    held = {*SHA256, "kmdata_LICENSE", "NOTICE"}
    assert {f"equipoise/evidence/data/{name}" for name in held} <= names
    assert Path(made).stat().st_size < 5_000_000


class TestAScenarioFromAFigure:
    """Patients of a rehearsal are the figure's; one arm for all is a world without effect."""

    @staticmethod
    def reading(scenario, protocol=PROTOCOL):
        given = protocol % "{hazard_ratio: 0.8, standard_deviation: 0.1}"
        return examine_text(f"{given}scenarios:\n  real: {{evidence: {scenario}}}\n", "p")

    def test_it_holds_the_figure_s_patients(self):
        reading = self.reading("{figure: ACT1_2A, endpoint: os, arm: each}")
        assert reading.problems == ()
        drawn = reading.protocol.rehearsal.scenario("real").drawn
        figure = evidence.catalog().figure("ACT1_2A")
        assert drawn.time == tuple(figure.time.tolist())
        assert drawn.event == tuple(figure.event.tolist())
        assert drawn.experimental == tuple((figure.arm == 1).tolist())

    def test_one_arm_for_all_has_no_effect(self):
        reading = self.reading("{figure: ACT1_2A, endpoint: os}")
        played = simulate(reading.protocol, trials=2000, seed=2, scenarios=["real"])
        (((found),),) = played.simulation.results
        assert found.familywise_error.value == pytest.approx(0.025, abs=0.0105)
        assert any("213 patients rebuilt from figure ACT1_2A" in line for line in played.assumed)

    @pytest.mark.parametrize(
        ("scenario", "said"),
        [
            ("{figure: ACT1_9, endpoint: os}", "Did you mean"),
            ("{figure: ACT1_2A, endpoint: pfs}", "pfs"),
            ("{figure: ACT1_2A}", "endpoint"),
            ("{figure: ACT1_2A, endpoint: os, arm: new}", "arm"),
        ],
    )
    def test_what_cannot_be_drawn_is_told(self, scenario, said):
        problems = self.reading(scenario).problems
        assert any(said in str(each) for each in problems), problems

    def test_two_arms_are_not_those_of_three(self):
        newer = "{id: new, role: experimental}, {id: newer, role: experimental}"
        three = PROTOCOL.replace("{id: new, role: experimental}", newer)
        three = three.replace(
            "endpoint: os, test", "endpoint: os, comparison: new_vs_control, test"
        )
        reading = self.reading("{figure: ACT1_2A, endpoint: os, arm: each}", three)
        assert reading.problems == ()
        with pytest.raises(SimulationError, match="two arms"):
            simulate(reading.protocol, trials=10, scenarios=["real"])

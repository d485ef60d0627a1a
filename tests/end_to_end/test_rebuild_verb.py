"""`equipoise rebuild`: from a published figure to patients, their analysis, and back to analyze."""

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.appraise.rebuilt.record import rebuilt_record
from equipoise.cli import app
from equipoise.io.protocol.read import read_protocol
from equipoise.verbs import analyze, rebuild

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "examples" / "figures"
PAGE = ROOT / "docs" / "reconstruction-input.md"
NOTED = 'set -e; equipoise() { printf "%s\\n" "$(IFS="|"; echo "$*")"; }'  # in place of the command
CLAIMS = """
claims: 1
source: {name: Paper, where: "made up for this test, after the true patients"}
trial: {name: INT-0035, time_unit: month}
arms:
  obs: {label: Observation, role: control}
  active: {label: Lev + 5FU, role: experimental}
endpoints:
  os:
    label: Overall survival
    rates: {60: {obs: 52%, active: 64%}}
    medians: {obs: NR, active: NR}
    hazard_ratio: 0.69 (0.55-0.87)
    p: .002
    events: {obs: 168, active: 123}
  dfs: {label: Disease-free survival, p: .0001}
"""


def invoke(*words):
    return CliRunner().invoke(app, ["rebuild", *map(str, words)])


def told(*words):
    done = invoke(*words)
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The colon figure rebuilt into a folder, and what was said and found."""
    out = tmp_path_factory.mktemp("rebuilt") / "colon"
    words = (FIGURES / "colon.pdf", "--control", "obs", "--draws", 5)
    asked = ("--hazard-ratio", "0.69 (0.55-0.87)", "--p", ".002", "--margin", 0.8)
    said = told(*words, "--experimental", "Lev+5FU", *asked, "--out", out, "--format", "html")
    return out, said


def test_the_screen_tells_the_whole_way(folder):
    _, said = folder
    assert "3 curves, numbers at risk at 9 times and 445 censoring marks were read" in said
    assert "Obs is the control." in said
    assert re.search(r"Obs 315 168 9 of 9 <0\.01", said)
    assert "Hazard ratio 0.69 (0.55 to 0.87) 0.69 0.55 to 0.87" in said
    assert "The published hazard ratio, 0.69, is reproduced" in said
    assert "The published P of the log-rank test, .002, is reproduced" in said
    assert "20 patients of 619" in said
    assert "Below 0.8 (margin)" in said
    assert "- Nothing is stratified or adjusted; the publication may have done both." in said
    assert "Proportional hazards 0.27" in said


def test_the_folder_holds_report_numbers_and_patients(folder):
    out, _ = folder
    record = json.loads((out / "rebuilt.json").read_text(encoding="utf-8"))
    assert record["comparisons"][0]["experimental"] == "Lev+5FU"
    with (out / "patients" / "patients.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 315 + 304
    assert sum(row["event"] == "1" for row in rows) == 168 + 123
    assert len({row["id"] for row in rows}) == len(rows)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert "colon.pdf" in manifest["inputs"]
    assert {
        "report.html",
        "rebuilt.json",
        "patients/patients.csv",
        "patients/protocol.yaml",
    } <= set(manifest["outputs"])


def test_the_patients_are_analyzed_by_their_protocol(folder):
    """The protocol is sound, says that patients are rebuilt, and gives the same hazard ratio."""
    out, _ = folder
    place = out / "patients"
    protocol = read_protocol(place / "protocol.yaml")
    assert "Rebuilt from colon.pdf" in protocol.trial.title
    assert protocol.trial.time_unit == "year"
    assert [arm.id for arm in protocol.arms] == ["obs", "lev-5fu"]
    found = analyze(place / "protocol.yaml", data=place)
    record = json.loads((out / "rebuilt.json").read_text(encoding="utf-8"))
    ratio = record["comparisons"][0]["numbers"][0]["estimate"]
    again = found.endpoints[0].comparisons[0].hazard_ratio
    assert again.value == pytest.approx(ratio["value"], rel=1e-9)
    done = CliRunner().invoke(
        app, ["analyze", str(place / "protocol.yaml"), "--data", str(place), "--json"]
    )
    assert done.exit_code == 0, done.output


def test_json_holds_everything():
    words = ("--control", "Obs", "--experimental", "Lev+5FU", "--draws", 3, "--seed", 4, "--json")
    found = json.loads(told(FIGURES / "colon.pdf", *words))
    assert found["ok"]
    trial = rebuild(FIGURES / "colon.pdf", control="Obs", experimental="Lev+5FU", draws=3, seed=4)
    again = json.loads(json.dumps(rebuilt_record(trial)))
    assert {"ok": True, **again} == found
    assert len(found["arms"][0]["rebuilt"]["time"]) == 315


def test_the_same_seed_gives_the_same_patients():
    one, two, other = (
        rebuild(FIGURES / "colon.svg", control="Obs", draws=2, seed=seed) for seed in (1, 1, 2)
    )
    drawn = [each.arms[0].rebuilt.drawn[0].time.tolist() for each in (one, two, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert one.arms[0].rebuilt.best.time.tolist() == other.arms[0].rebuilt.best.time.tolist()


def test_arms_are_drawn_independently_and_alike_however_many_are_compared():
    whole = rebuild(FIGURES / "colon.pdf", control="Obs", draws=2)
    part = rebuild(FIGURES / "colon.pdf", control="Obs", experimental="Lev+5FU", draws=2)
    label = "Lev+5FU"
    assert [a.rebuilt.seed for a in whole.arms] == [0, 1, 2]
    for one, other in zip(
        whole.arm(label).rebuilt.drawn, part.arm(label).rebuilt.drawn, strict=True
    ):
        assert one.time.tolist() == other.time.tolist()


def test_claims_are_matched_by_label_and_set_against(tmp_path):
    (tmp_path / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    trial = rebuild(
        FIGURES / "colon.pdf",
        labels=["Observation", "", "LEV+5FU"],
        claims=tmp_path / "claims.yaml",
        endpoint="os",
        draws=3,
    )
    assert trial.roles.by == "labels"
    assert trial.endpoint == "Overall survival"
    assert trial.claims == "Paper"
    published = trial.comparison().analysis.published
    verdicts = {each.what: each.verdict for each in published}
    assert verdicts.pop("median of Observation") == "not reproduced"  # 5.7 years
    assert set(verdicts.values()) == {"reproduced"}
    assert len(verdicts) == 5
    assert json.dumps(rebuilt_record(trial), allow_nan=False)
    assert "Of Observation, Paper prints 168 events." in trial.read
    assert 5.0 in [each.time for each in trial.arms[0].rates]


def test_points_with_numbers_at_risk():
    trial = rebuild(
        FIGURES / "colon-points.csv",
        at_risk=FIGURES / "colon-at-risk.csv",
        control="Obs",
        events="Obs=168 lev+5fu=123",
        planned=0.7,
        margins=[0.8],
        draws=3,
    )
    assert trial.time_unit == "year"  # as the numbers at risk say
    assert [arm.at_risk_reproduced for arm in trial.arms] == [(9, 9), (9, 9)]
    better = trial.comparison().analysis.beliefs.posteriors[1].better
    assert [each.value for each in better] == [1.0, 0.7, 0.8]


def test_one_curve_has_patients_median_and_rates(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("months,S\n0,1\n6,0.81\n12,0.73\n18,0.6\n24,0.45\n", encoding="utf-8")
    out = tmp_path / "out"
    said = told(path, "--patients", 100, "--times", "6 12", "--draws", 3, "--out", out)
    assert "There is one curve, curve 1" in said
    assert "Without the event at 6 months, % 81" in said.replace("80.9", "81")
    assert (out / "patients" / "patients.csv").is_file()
    assert not (out / "patients" / "protocol.yaml").exists()  # a protocol compares arms


def test_incidence_curves_are_compared_by_their_incidence(tmp_path):
    path = tmp_path / "rising.csv"
    rows = "month,Control,B\n0,0,0\n6,11,20\n12,23,30\n18,36,45\n24,40,50\n"
    path.write_text(rows, encoding="utf-8")
    trial = rebuild(path, kind="incidence", patients="200 200", draws=3)
    assert trial.kind == "incidence"
    assert trial.roles.rules == ("control word",)
    analysis = trial.comparison().analysis
    assert analysis.number("cumulative incidence", "control", 12.0) is not None
    at = next(each for each in trial.arms[0].rates if each.time == 12.0)
    assert at.estimate.value == pytest.approx(0.23, abs=0.005)
    assert any("other events compete" in each for each in trial.assumed)
    assert not any("Gray's" in each for each in trial.assumed)
    assert analysis.ratio == "subdistribution hazard ratio"


def test_one_cause_has_a_ratio_of_the_subdistribution_on_screen_page_and_data(tmp_path):
    path, out = tmp_path / "rising.csv", tmp_path / "out"
    rows = "month,Control,B\n0,0,0\n6,11,20\n12,23,30\n18,36,45\n24,40,50\n"
    path.write_text(rows, encoding="utf-8")
    asked = ("--kind", "incidence", "--patients", "200 200", "--hazard-ratio", 0.6, "--draws", 3)
    said = told(path, *asked, "--out", out, "--format", "html")
    assert "Subdistribution hazard ratio" in said
    assert "The cause-specific hazard ratio cannot be told from these curves" in said
    assert "a published cause-specific one is another number" in said
    assert "How few patients decide This holds only if no other event can come first" in said
    data = json.loads((out / "rebuilt.json").read_text(encoding="utf-8"))["comparisons"][0]
    assert data["hazard_ratio_is"] == "subdistribution hazard ratio"
    assert "subdistribution hazard ratio" in [each["measure"] for each in data["numbers"]]
    assert "hazard ratio" not in [each["measure"] for each in data["numbers"]]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "B v Control: subdistribution hazard ratio" in page
    assert "This holds only if no other event can come first" in page
    assert "Chance that the subdistribution hazard ratio is below a value" in page


def test_sentences_name_arms_and_units(tmp_path):
    (tmp_path / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    trial = rebuild(
        FIGURES / "colon.pdf",
        labels=["Observation", "", "LEV+5FU"],
        claims=tmp_path / "claims.yaml",
        endpoint="os",
        draws=3,
    )
    data = json.loads(json.dumps(rebuilt_record(trial)))["comparisons"][0]
    assert data["hazard_ratio_is"] == "hazard ratio"
    sentences = [each["sentence"] for each in data["published"]]
    assert any("The published rate of Observation at 5 years, 52%," in each for each in sentences)
    assert any("on average up to 8" in each and "years" in each for each in data["said"])
    assert not any("experimental arm" in each for each in (*data["said"], *sentences))


def test_the_commands_of_the_page_run(tmp_path, monkeypatch):
    """The shell tells what it would call; few draws are enough here."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    text = PAGE.read_text(encoding="utf-8")
    code = "\n".join([NOTED, *re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)])
    done = subprocess.run(["/bin/bash", "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    calls = [line.split("|") for line in done.stdout.splitlines()]
    assert len(calls) >= 6
    for call in calls:
        shortened = ["--draws", "2"] if call[0] == "rebuild" else []
        without = ["--format", "none"] if "--out" in call else []
        run = CliRunner().invoke(app, [*call, *shortened, *without])
        assert run.exit_code == 0, (call, run.output)

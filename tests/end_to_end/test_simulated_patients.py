"""One simulated trial as data, and one played again: what was simulated is what is analyzed."""

import importlib.util
import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
import pytest
from typer.testing import CliRunner

from equipoise.analyze.log_rank import log_rank
from equipoise.cli import app
from equipoise.errors import EquipoiseError, SimulationError
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.formats.dataset_json import read_dataset_json
from equipoise.io.formats.xpt import read_xpt
from equipoise.io.protocol.read import read_protocol
from equipoise.simulate.replays.trial import Settings
from equipoise.simulate.replicates import replicate_table
from equipoise.simulate.streams import DATA
from equipoise.simulate.written.trial import AsOfEvents
from equipoise.verbs import analyze
from equipoise.verbs.rehearsal import planned_simulation
from equipoise.verbs.rehearsed_trial import replay_trial, simulate_patients

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "aall1331"
COURSE = "as_published"
EXACT = 1e-9
TRIAL = 81273


@pytest.fixture(scope="module")
def exact(tmp_path_factory):
    """Trial 81,273 as published, with exact times."""
    folder = tmp_path_factory.mktemp("exact") / "trial"
    made = simulate_patients(EXAMPLE, folder, scenario=COURSE, trial=TRIAL, exact=True)
    return folder, made


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same in whole days."""
    folder = tmp_path_factory.mktemp("whole") / "trial"
    return folder, simulate_patients(EXAMPLE, folder, scenario=COURSE, trial=TRIAL)


@pytest.fixture(scope="module")
def both(whole):
    """The analyses of the plain tables and of ADaM."""
    folder, _ = whole
    return [analyze(folder / name, folder) for name in ("protocol.yaml", "protocol-adam.yaml")]


@pytest.fixture(scope="module")
def replayed():
    return replay_trial(EXAMPLE, TRIAL, scenario=COURSE)


def z_of(folder, protocol="protocol.yaml"):
    """Give the z of each hypothesis, toward benefit, by the analysis of written data."""
    result = read_snapshot(read_protocol(folder / protocol), folder)
    risk = result.subjects.variables["risk"].codes
    found = {}
    for name, endpoint in (("H1", "dfs"), ("H2", "os")):
        rows = result.followups[endpoint]
        arm = result.subjects.assigned[rows.subject]
        test = log_rank(rows.time, rows.outcome == 1, arm, stratum=risk[rows.subject])
        found[name] = float(test.statistic)
    return found


class TestExactDataGiveTheReplayedStatistic:
    """What is written is what was played, to the last digit that matters."""

    @pytest.mark.parametrize("protocol", ["protocol.yaml", "protocol-adam.yaml"])
    def test_z(self, exact, replayed, protocol):
        found = z_of(exact[0], protocol)
        for each in replayed.replayed.looks[-1].readings:
            assert found[each.hypothesis] == pytest.approx(each.z, abs=EXACT)

    def test_events_and_patients(self, exact, replayed):
        look, (_, made) = replayed.replayed.looks[-1], exact
        assert made.size == look.patients
        for at in range(len(made.data.endpoints)):
            assert (made.data.outcome[at] == 1).sum() == sum(look.events[at])
        for name, words in made.happened.words:
            at = made.data.endpoints.index(name)
            assert [bool(word) for word in words] == (made.data.outcome[at] > 0).tolist()

    def test_whole_days_nearly(self, whole, replayed):
        found = z_of(whole[0])
        for each in replayed.replayed.looks[-1].readings:
            assert found[each.hypothesis] == pytest.approx(each.z, abs=0.05)

    def test_an_earlier_look(self, tmp_path, replayed):
        first = replayed.replayed.looks[0]
        simulate_patients(
            EXAMPLE, tmp_path / "t", scenario=COURSE, trial=TRIAL, exact=True, as_of=first.time
        )
        found = z_of(tmp_path / "t")
        for each in first.readings:
            assert found[each.hypothesis] == pytest.approx(each.z, abs=EXACT)


class TestTheAnalysisReadsIt:
    """Plain tables and ADaM are analyzed at once, and agree."""

    def test_the_same(self, both):
        plain, adam = both
        assert repr(plain) == repr(adam)
        assert len(plain.protocol.endpoints) == 5

    def test_no_errors_and_no_doubts_about_times(self, both):
        for result in both:
            rules = {each.rule for each in result.snapshot.findings if each.severity != "note"}
            assert not rules & {"time-disagrees-with-dates", "unit-disagrees", "after-data-cut"}

    def test_marked_as_simulated(self, whole, both):
        folder, made = whole
        for result in both:
            assert result.protocol.trial.notes[0].startswith("SIMULATED, NOT REAL PATIENTS")
            assert result.protocol.analysis.data_cut is not None
        assert "SIMULATED, NOT REAL PATIENTS" in (folder / "README.md").read_text("utf-8")
        told = json.loads((folder / "manifest.json").read_text("utf-8"))["simulated"]
        assert (told["seed"], told["trial"], told["stream"]) == (1, TRIAL, 3)
        assert told["as_of"] == made.data.at == made.stopped

    def test_the_protocol_is_else_as_written(self, whole):
        own, copy = (read_protocol(each / "protocol.yaml") for each in (EXAMPLE, whole[0]))
        for part in ("arms", "endpoints", "hypotheses", "design", "rehearsal", "estimands"):
            assert getattr(own, part) == getattr(copy, part)

    def test_disposition(self, whole):
        _, made = whole
        died = made.happened.died
        at = made.data.endpoints.index("os")
        assert (made.data.outcome[at] == 1).sum() == died.sum()
        assert (made.happened.until[died] == made.data.time[at][died]).all()
        assert (made.happened.until[~died] >= made.data.time[at][~died] - EXACT).all()


class TestTheTables:
    """Dates and words of the files agree with each other."""

    def test_days_count_from_one(self, whole):
        patients = pl.read_csv(whole[0] / "patients.csv", try_parse_dates=True)
        span = (patients["dfs_date"] - patients["randomized"]).dt.total_days() + 1
        days = (patients["dfs_time"] * 365.25 / 12).to_numpy()
        assert days == pytest.approx(span.to_numpy(), abs=1e-9)
        assert span.min() >= 1
        manifest = json.loads((whole[0] / "manifest.json").read_text("utf-8"))
        cut = date.fromisoformat(manifest["simulated"]["cut"])
        running = patients.filter(pl.col("discontinued").is_null())
        assert set(running["last_contact"]) == {cut}
        assert patients["dfs_date"].max() <= cut

    def test_endpoints_agree(self, whole):
        patients = pl.read_csv(whole[0] / "patients.csv")
        assert (patients["dfs_time"] <= patients["os_time"]).all()
        dead = patients.filter(pl.col("dfs_event") == "death")
        assert (dead["os_event"] == "death").all()

    def test_adverse_events_are_within_follow_up(self, whole):
        patients = pl.read_csv(whole[0] / "patients.csv", try_parse_dates=True)
        events = pl.read_csv(whole[0] / "adverse_events.csv", try_parse_dates=True)
        both = events.join(patients, on="patient")
        assert both.height == events.height > 500
        assert (both["start_date"] <= both["last_contact"]).all()
        assert (both["start_day"] >= 1).all()
        assert set(events.filter(pl.col("serious") == "yes")["grade"]) <= {3, 4, 5}

    @pytest.mark.parametrize("name", ["adsl", "adtte", "adrs", "adae"])
    def test_three_readers_agree(self, whole, name):
        folder, _ = whole
        ours = read_xpt((folder / f"{name}.xpt").read_bytes(), name).frame
        other = read_dataset_json((folder / f"{name}.json").read_bytes(), name).frame
        assert ours.columns == other.columns
        for column in ours.columns:
            assert ours[column].to_list() == other[column].to_list(), column
        peer, facts = pyreadstat.read_xport(folder / f"{name}.xpt")
        assert list(peer.columns) == ours.columns
        assert len(peer) == ours.height
        assert facts.table_name == name.upper()
        assert all(len(label) <= 40 for label in facts.column_labels)

    def test_censoring_codes(self, whole):
        times = read_xpt((whole[0] / "adtte.xpt").read_bytes(), "adtte").frame
        transplant = times.filter(pl.col("PARAMCD") == "HSCT")
        codes = dict(transplant.select("EVNTDESC", "CNSR").unique().iter_rows())
        assert codes["transplant"] == 0
        assert codes["relapse"] == 3
        assert codes["Data cut"] == 1
        span = (times["ADT"] - times["STARTDT"]).dt.total_days() + 1
        assert (times["AVAL"] == span).all()


class TestTheStreams:
    """Variables at randomization are made of a stream of their own."""

    def test_numpy_makes_them(self, whole):
        _, made = whole
        sexes = made.variables.levels["sex"]
        for patient in (0, 1, made.size - 1):
            bits = np.random.Philox(
                key=np.array([1, 3], dtype=np.uint64),
                counter=np.array([0, DATA, TRIAL, patient + 1], dtype=np.uint64),
            )
            assert sexes[patient] == int(np.random.Generator(bits).random(3)[2] >= 0.5)

    def test_a_scenario_alone_is_itself(self):
        alone = planned_simulation(EXAMPLE, Settings(1, 1, (COURSE,))).plan
        among = planned_simulation(EXAMPLE, Settings(1, 1)).plan
        assert alone.stream(0) == among.stream(among.scenario(COURSE))

    def test_the_same_bytes(self, whole, tmp_path):
        folder, _ = whole
        simulate_patients(EXAMPLE, tmp_path / "again", scenario=COURSE, trial=TRIAL)
        for file in folder.iterdir():
            if file.name != "manifest.json":
                assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


class TestTheCut:
    """Data can be cut at a time, at a number of events, or when the trial stopped."""

    def test_at_events(self, tmp_path):
        made = simulate_patients(EXAMPLE, tmp_path, scenario=COURSE, trial=3, as_of="80 events")
        at = made.data.endpoints.index("dfs")
        assert (made.data.outcome[at] == 1).sum() == 80
        other = AsOfEvents(30, "os")
        made = simulate_patients(EXAMPLE, tmp_path, scenario=COURSE, trial=3, as_of=other)
        at = made.data.endpoints.index("os")
        assert (made.data.outcome[at] == 1).sum() == 30

    def test_at_a_time(self, tmp_path):
        made = simulate_patients(EXAMPLE, tmp_path, scenario=COURSE, as_of="2 years")
        assert made.data.at == 24
        assert made.data.entry.max() <= 24

    @pytest.mark.parametrize("as_of", ["5000 events", "0 events", "0", "soon", "80 hsctx", "-3"])
    def test_what_cannot_be(self, tmp_path, as_of):
        with pytest.raises(SimulationError):
            simulate_patients(EXAMPLE, tmp_path / "no", scenario=COURSE, as_of=as_of)
        assert not (tmp_path / "no").exists()


class TestOtherTrials:
    """Without a course, endpoints that nothing is assumed of are empty, and that is said."""

    def test_planned(self, tmp_path):
        made = simulate_patients(EXAMPLE, tmp_path)
        assert any("tells nothing of" in each for each in made.assumed)
        result = analyze(tmp_path / "protocol.yaml", tmp_path)
        assert "tells nothing of" in " ".join(result.protocol.trial.notes)
        assert z_of(tmp_path).keys() == {"H1", "H2"}

    @pytest.mark.parametrize("kind", ["two-arm-time-to-event", "two-arm-binary"])
    def test_templates(self, tmp_path, kind):
        template = ROOT / "src" / "equipoise" / "io" / "templates" / f"{kind}.yaml"
        source = tmp_path / "in" / "protocol.yaml"
        source.parent.mkdir()
        shutil.copy(template, source)
        out = tmp_path / "out"
        simulate_patients(source, out)
        plain, adam = (analyze(out / f"{n}.yaml", out) for n in ("protocol", "protocol-adam"))
        assert repr(plain) == repr(adam)


ENRICHED = """
schema: 1
trial: {id: ENR, title: An enrichment trial, time_unit: month}
arms:
  - {id: c, label: Control, role: control}
  - {id: e, label: Experimental, role: experimental}
variables:
  - {id: age, label: Age, type: continuous, unit: years}
  - {id: mutated, label: Mutated, type: categorical, levels: ["0", "no"]}
populations:
  - {id: pd-l1, label: PD-L1 positive, where: marker == 1}
endpoints:
  - {id: os, type: time-to-event, label: Overall survival, events: [death]}
estimands:
  - {id: all, endpoint: os, population: itt, label: All}
  - {id: sub, endpoint: os, population: pd-l1, label: Sub}
hypotheses:
  - {id: H1, label: All, estimand: all, role: primary, test: {method: log-rank},
     effect: {hazard_ratio: 0.8}}
  - {id: H2, label: Sub, estimand: sub, role: primary, test: {method: log-rank},
     effect: {hazard_ratio: 0.6}}
design: {power: 0.8, looks: {information: [0.5, 1]}, multiplicity: {procedure: bonferroni}}
planning:
  accrual: {duration: 24 months}
  follow_up: 12 months
  dropout: {yearly: 0.1}
  endpoints: {os: {control: {median: 12}}}
conduct:
  data_lag: 1 month
  enrich:
    - {look: 1, population: pd-l1, full: H1, subgroup: H2, full_below: 5, subgroup_above: -5}
scenarios: {planned: {populations: {pd-l1: 0.4}}}
data:
  tables: {p: x.csv}
  subjects: {table: p, id: pid, arm: arm}
  endpoints: {os: {time: t, event: ev == 1}}
"""


class TestAnAdaptiveTrial:
    """Populations, a data lag, dropout, and patients who are screened and not enrolled."""

    @pytest.mark.parametrize("trial", [0, 1])
    def test_enriched(self, tmp_path, trial):
        source = tmp_path / "protocol.yaml"
        source.write_text(ENRICHED, encoding="utf-8")
        out = tmp_path / "out"
        made = simulate_patients(source, out, trial=trial)
        assert made.follow_up_until == made.data.at - 1
        plain, adam = (analyze(out / f"{n}.yaml", out) for n in ("protocol", "protocol-adam"))
        assert repr(plain) == repr(adam)
        member = plain.snapshot.subjects.populations["pd-l1"]
        assert (member == made.populations["pd-l1"]).all()
        patients = pl.read_csv(out / "patients.csv")
        assert (patients["discontinued"] == "lost to follow-up").sum() > 10


class TestTheFolder:
    """A folder that is not ours stays as it is."""

    def test_not_empty(self, tmp_path):
        (tmp_path / "mine.txt").write_text("mine")
        with pytest.raises(EquipoiseError, match="not empty"):
            simulate_patients(EXAMPLE, tmp_path, scenario=COURSE)
        assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]

    def test_edited(self, tmp_path):
        simulate_patients(EXAMPLE, tmp_path, scenario=COURSE, as_of=24)
        (tmp_path / "patients.csv").write_text("edited")
        with pytest.raises(EquipoiseError, match=r"patients\.csv"):
            simulate_patients(EXAMPLE, tmp_path, scenario=COURSE, as_of=24)
        simulate_patients(EXAMPLE, tmp_path, scenario=COURSE, as_of=24, force=True)

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"scenario": "as_publishd"}, "no scenario"),
            ({"trial": -1}, "count from 0"),
            ({"seed": -1}, "seed"),
            ({"design": "other"}, "no design"),
            ({"opened": "yesterday"}, "no date"),
            ({"opened": "9999-12-01"}, "no calendar"),
            ({"shares": {"sex": {"female": 0.4}}}, "add up to 1"),
            ({"shares": {"sex": {"femal": 1.0}}}, "no level"),
            ({"shares": {"risk": {"high": 1.0}}}, "risk"),
        ],
    )
    def test_refusals(self, tmp_path, asked, words):
        with pytest.raises(SimulationError, match=words):
            simulate_patients(EXAMPLE, tmp_path / "no", **asked)


class TestReplay:
    """A trial played again has the numbers of its row."""

    @pytest.mark.parametrize("scenario", ["planned", COURSE])
    def test_its_row(self, scenario):
        plan = planned_simulation(EXAMPLE, Settings(10)).plan
        row = replicate_table(plan, plan.scenario(scenario), 0, 7, 8).row(0, named=True)
        told = replay_trial(EXAMPLE, 7, scenario=scenario).replayed
        assert (row["trial"], row["seed"], row["stream"]) == (7, told.seed, told.stream)
        assert (row["look"], row["time"]) == (told.looks[-1].look, told.duration)
        assert row["patients"] == told.looks[-1].patients
        for at, name in enumerate(told.endpoints):
            assert row[f"events_{name}"] == sum(told.looks[-1].events[at])
        for look in told.looks:
            for each in look.readings:
                for what in ("z", "information", "bound", "futility_bound"):
                    assert row[f"{each.hypothesis}_{what}_{look.look}"] == getattr(each, what)

    def test_a_hazard_ratio(self):
        found = replay_trial(EXAMPLE, 4, hazard_ratios=(0.5,))
        assert found.scenario.label == "Hazard ratio 0.5"
        with pytest.raises(SimulationError, match="one scenario"):
            replay_trial(EXAMPLE, 4, hazard_ratios=(0.5, 0.7))

    def test_a_scenario_beside_hazard_ratios(self):
        asked = {"scenarios": (COURSE,), "hazard_ratios": (0.5, 0.7)}
        plan = planned_simulation(EXAMPLE, Settings(10, **asked)).plan
        row = replicate_table(plan, plan.scenario(COURSE), 0, 4, 5).row(0, named=True)
        found = replay_trial(EXAMPLE, 4, scenario=COURSE, hazard_ratios=(0.5, 0.7))
        told = found.replayed
        assert (found.plan, told.scenario) == (plan.identity, COURSE)
        assert (row["trial"], row["seed"], row["stream"]) == (4, told.seed, told.stream)
        assert (row["time"], row["patients"]) == (told.duration, told.looks[-1].patients)
        hypothesis = told.looks[0].readings[0]
        assert row[f"{hypothesis.hypothesis}_z_1"] == hypothesis.z
        assert told.stream != replay_trial(EXAMPLE, 4, scenario=COURSE).replayed.stream

    def test_its_folder(self, tmp_path, replayed):
        replay_trial(EXAMPLE, TRIAL, scenario=COURSE, out=tmp_path, formats="html")
        told = json.loads((tmp_path / "replay.json").read_text("utf-8"))
        assert told["number"] == TRIAL
        assert told["duration"] == replayed.replayed.duration
        page = (tmp_path / "report.html").read_text("utf-8")
        assert "simulated trial among thousands" in page
        assert "z 2.905" in page
        figures = {each.name for each in (tmp_path / "figures").iterdir()}
        assert {"h1-walk.svg", "over-time.png", "patients.svg", "dfs-survival.png"} <= figures
        assert pl.read_csv(tmp_path / "patients.csv").height == replayed.replayed.looks[-1].patients


class TestTheCommandLine:
    """The same from the command line, each mistake in one message."""

    def run(self, *words):
        return CliRunner().invoke(app, ["simulate", str(EXAMPLE), *words])

    def test_replay(self):
        told = self.run("--replay", str(TRIAL), "--scenario", COURSE)
        assert told.exit_code == 0
        assert "2.905" in told.output
        told = self.run("--replay", str(TRIAL), "--scenario", COURSE, "--json")
        assert json.loads(told.output)["looks"][-1]["look"] == 2

    def test_patients(self, tmp_path):
        told = self.run(
            "--patients",
            str(tmp_path / "t"),
            "--scenario",
            COURSE,
            "--as-of",
            "80 events",
            "--json",
        )
        assert json.loads(told.output)["patients"] > 150
        told = self.run("--patients", str(tmp_path / "t"), "--scenario", COURSE)
        assert "Simulated, not real patients" in told.output

    @pytest.mark.parametrize(
        "words",
        [
            ("--replay", "-1"),
            ("--replay", "1", "--scenario", "latr"),
            ("--replay", "1", "--scenario", "planned", "--scenario", COURSE),
            ("--replay", "1", "--checkpoint", "x"),
            ("--replay", "1", "--patients", "x"),
            ("--patients", "x", "--out", "y"),
            ("--patients", "x", "--as-of", "soon"),
            ("--patients", "x", "--trial", "-2"),
            ("--patients", "x", "--hazard-ratio", "0.5"),
        ],
    )
    def test_mistakes(self, words, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        told = self.run(*words)
        assert told.exit_code in {1, 2}
        assert "Traceback" not in told.output
        assert not any(tmp_path.iterdir())


def test_the_example_is_as_its_tool_writes_it():
    path = ROOT / "tools" / "make_aall1331_data.py"
    spec = importlib.util.spec_from_file_location("make_aall1331_data", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    for name, held in tool.data().items():
        assert (EXAMPLE / "data" / name).read_bytes() == held, name


def test_the_example_is_analyzed_end_to_end():
    result = analyze(EXAMPLE / "protocol.yaml", EXAMPLE / "data")
    assert result.snapshot.followups["dfs"].outcome.sum() == 80
    assert result.snapshot.adverse_events["ae"].term.codes.size > 1000
    assert (result.snapshot.followups["hsct"].outcome > 1).any()
    assert (result.snapshot.answers["mrd"].value == 1).any()

"""`equipoise monitor`, look after look: what is recorded, what is refused, and in which words."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331"
RECORD, KEY = "protocol.monitoring.jsonl", "protocol.unmasking-key.json"


@pytest.fixture(name="trial")
def trial_folder(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "trial")
    return tmp_path / "trial"


def run(trial, *words, data=None):
    given = ["monitor", str(trial)]
    if data is not None:
        given += ["--data", str(data), "--replicates", "0"]
    return CliRunner().invoke(app, [*given, *words])


def held(trial, as_of, *words):
    return run(trial, "--as-of", as_of, *words, data=trial / "data")


def told(result):
    """Give what was said, on one line."""
    return " ".join((result.output + result.stderr).split())


def lines(trial):
    return (trial / RECORD).read_text(encoding="utf-8").splitlines()


def entries(trial):
    return [json.loads(line) for line in lines(trial)]


def changed(trial, before, after):
    path = trial / "protocol.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_look_is_recorded_with_its_key(trial):
    result = held(trial, "2016-09-30")
    assert result.exit_code == 0, told(result)
    assert [each["is"] for each in entries(trial)] == ["Opening", "RecordedLook", "Seal"]
    look = entries(trial)[1]
    (first, second) = look["hypotheses"]
    assert (first["hypothesis"], first["information"], first["decision"]) == (
        "H1",
        38.0,
        "continue",
    )
    assert second["decision"] == "not tested"
    assert entries(trial)[-1]["head"] in told(result)
    assert set(json.loads((trial / KEY).read_text(encoding="utf-8"))["arm_of"]) == {"A", "B"}
    for private in (trial / RECORD, trial / KEY):
        assert private.stat().st_mode & 0o077 == 0


def test_a_look_told_again_records_nothing(trial):
    held(trial, "2016-09-30")
    before = lines(trial)
    again = held(trial, "2016-09-30")
    assert again.exit_code == 0
    assert "as held" in told(again)
    assert lines(trial) == before


def test_a_dry_run_leaves_nothing_behind(trial):
    result = held(trial, "2016-09-30", "--dry-run")
    assert result.exit_code == 0
    assert "nothing was recorded" in told(result)
    assert not (trial / RECORD).exists()
    assert not (trial / KEY).exists()


def test_looks_follow_each_other_and_bounds_rest_on_the_record(trial):
    held(trial, "2016-09-30")
    result = held(trial, "2017-06-30", "--json")
    look = json.loads(result.stdout)["closed"]["look"]
    assert look["number"] == 2
    (past,) = look["hypotheses"][0]["past"]
    assert past["information"] == 38.0
    assert look["hypotheses"][0]["alpha_spent"] == pytest.approx(0.025 * (51 / 131) ** 2, abs=1e-9)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2016-05-30",), "older than those of look 1"),
        (("2017-06-30", "--look", "1"), "Look 1 was already held"),
        (("2012-01-01",), "Nobody was randomized by"),
    ],
)
def test_looks_out_of_order_are_refused(trial, words, said):
    held(trial, "2016-09-30")
    before = lines(trial)
    result = held(trial, *words)
    assert result.exit_code == 1
    assert said in told(result), told(result)
    assert "Traceback" not in told(result)
    assert lines(trial) == before


def test_a_look_on_corrected_data_is_recorded_as_such(trial):
    held(trial, "2016-09-30")
    patients = trial / "data" / "patients.csv"
    rows = patients.read_text(encoding="utf-8").splitlines()
    place = next(n for n, row in enumerate(rows) if ",relapse," in row)
    rows[place] = rows[place].replace(",relapse,", ",death,", 1)
    patients.write_text("\n".join(rows) + "\n", encoding="utf-8")
    refused = held(trial, "2016-09-30")
    assert refused.exit_code == 1
    assert '--corrected "REASON"' in told(refused)
    result = held(trial, "2016-09-30", "--corrected", "one relapse was a death")
    assert result.exit_code == 0, told(result)
    assert [each.get("kind") for each in entries(trial)[1:3]] == ["look", "corrected"]
    assert entries(trial)[2]["reason"] == "one relapse was a death"


def test_a_changed_protocol_is_refused_unless_amended(trial):
    held(trial, "2016-09-30")
    changed(trial, "alpha: 0.025", "alpha: 0.02")
    result = held(trial, "2017-06-30")
    assert result.exit_code == 1
    assert "0.025, now 0.02" in told(result)
    result = held(trial, "2017-06-30", "--amended", "a second trial was published")
    assert result.exit_code == 0, told(result)
    assert [each["is"] for each in entries(trial)][2] == "Amendment"


def test_a_comment_in_the_protocol_is_no_amendment(trial):
    held(trial, "2016-09-30")
    changed(trial, "schema: 1", "# read at the meeting\nschema: 1")
    assert held(trial, "2017-06-30").exit_code == 0


def test_a_tampered_record_is_refused(trial):
    held(trial, "2016-09-30")
    path = trial / RECORD
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"information":38.0', '"information":39.0'), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    result = held(trial, "2017-06-30")
    assert result.exit_code == 1
    assert "monitoring record" in told(result)
    assert "Restore" in told(result)


def test_data_of_another_trial_are_refused(trial):
    held(trial, "2016-09-30")
    patients = trial / "data" / "patients.csv"
    patients.write_text(patients.read_text(encoding="utf-8").replace("SIM-", "OTHER-"), "utf-8")
    events = trial / "data" / "adverse_events.csv"
    events.write_text(events.read_text(encoding="utf-8").replace("SIM-", "OTHER-"), "utf-8")
    result = held(trial, "2017-06-30")
    assert result.exit_code == 1
    assert "another trial" in told(result)


def test_another_key_is_refused(trial):
    held(trial, "2016-09-30")
    key = json.loads((trial / KEY).read_text(encoding="utf-8"))
    key["arm_of"] = {"A": key["arm_of"]["B"], "B": key["arm_of"]["A"]}
    (trial / KEY).write_text(json.dumps(key), encoding="utf-8")
    result = held(trial, "2017-06-30")
    assert result.exit_code == 1
    assert "not the unmasking key" in told(result)
    (trial / KEY).unlink()
    assert "--key" in told(held(trial, "2017-06-30"))


def test_the_committee_may_stop_and_later_data_come_as_after_stopping(trial):
    held(trial, "2016-09-30")
    assert run(trial, "--committee", "stop", "--reason", "slow accrual").exit_code == 0
    refused = held(trial, "2017-06-30")
    assert refused.exit_code == 1
    assert "slow accrual" in told(refused)
    assert "That is: --after-stopping, or --committee continue" in told(refused)
    result = held(trial, "2017-06-30", "--after-stopping")
    assert result.exit_code == 0, told(result)
    assert entries(trial)[-2]["kind"] == "after stopping"


def test_a_look_at_numbers_alone_reads_the_design_there(trial):
    result = run(trial, "--z", "1.645", "--information", "80", "--json")
    closed = json.loads(result.stdout)["closed"]
    (first, _) = closed["look"]["hypotheses"]
    assert first["decision"] == 0  # go on
    assert first["bound"] == pytest.approx(2.45, abs=0.01)
    power = {
        each["assumed"]: each["fixed"] for each in closed["outlook"]["H1"]["likely"]["conditional"]
    }
    assert [round(power[each], 2) for each in ("design", "trend", "null")] == [0.81, 0.59, 0.14]
    assert not (trial / RECORD).exists()


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("--z", "1"), "--information"),
        (("--z", "1", "--information", "50", "--out", "x"), "--out"),
        (("--z", "one", "--information", "50"), "--z"),
        (("--as-of", "2016-09-30"), "--data"),
        (("--data", "data"), "--as-of"),
        (("--data", "data", "--as-of", "2016-09-30", "--open", "--unmask"), "--unmask"),
        (("--data", "data", "--as-of", "2016-09-30", "--open", "--look", "1"), "--look"),
        (("--committee", "perhaps", "--reason", "why"), "--committee"),
        (("--committee", "stop"), "--reason"),
        (("--committee", "stop", "--reason", "why", "--data", "data"), "--data"),
    ],
)
def test_options_that_would_be_ignored_are_refused(trial, words, option):
    result = run(trial, *words)
    assert result.exit_code == 2
    assert option in told(result)


def test_the_open_part_alone_holds_no_look(trial):
    result = held(trial, "2016-09-30", "--open", "--json")
    assert result.exit_code == 0, told(result)
    assert set(json.loads(result.stdout)) == {"ok", "trial", "time_unit", "as_of", "open"}
    assert not (trial / RECORD).exists()


def texts(value, above=""):
    """Give every text of plain JSON, with the name it stands under."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield above, name
            yield from texts(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each, above)
    elif isinstance(value, str):
        yield above, value


def test_json_of_a_masked_look_names_no_arm(trial):
    words = [
        "--data",
        str(trial / "data"),
        "--as-of",
        "2017-06-30",
        "--replicates",
        "200",
        "--json",
    ]
    masked = json.loads(run(trial, *words, "--dry-run").stdout)["closed"]
    assert masked["forecast_by_arm"]["groups"]
    assert set("".join(masked["forecast_by_arm"]["groups"])) >= {"A", "B"}
    promised = {"label", "sentence", "sentences", "assumed", "why_not", "why_no_forecast"}
    named = [(at, each) for at, each in texts(masked) if "chemotherapy" in each.lower()]
    assert [each for each in named if each[0] not in promised] == []
    held(trial, "2016-09-30")
    unmasked = json.loads(run(trial, *words, "--unmask").stdout)["closed"]
    assert any("chemotherapy" in each for each in unmasked["forecast_by_arm"]["groups"])


def swapped(trial, many):
    """Exchange the arms of the first patients of the data."""
    path = trial / "data" / "patients.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    other = {"blinatumomab": "chemotherapy", "chemotherapy": "blinatumomab"}
    for place in range(many):
        cells = rows[place].split(",")
        cells[1:3] = [other[cell] for cell in cells[1:3]]
        rows[place] = ",".join(cells)
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def test_patients_who_change_arms_between_looks_are_named(trial):
    held(trial, "2016-09-30")
    swapped(trial, 2)
    result = held(trial, "2017-06-30")
    assert result.exit_code == 1
    assert "2 patients have another arm" in told(result)
    assert "SIM-0001, SIM-0002" in told(result)
    result = held(trial, "2017-06-30", "--corrected", "two were entered wrongly")
    assert result.exit_code == 0, told(result)
    assert "2 patients have another arm" in told(result)


def test_a_key_without_its_record_is_refused(trial):
    held(trial, "2016-09-30")
    (trial / RECORD).unlink()
    result = held(trial, "2017-06-30")
    assert result.exit_code == 1
    assert "the record was moved or taken away" in told(result)


def test_the_head_of_the_minutes_is_held_against_the_record(trial):
    held(trial, "2016-09-30")
    head = entries(trial)[-1]["head"]
    assert held(trial, "2017-06-30", "--head", head[:10]).exit_code == 0
    result = held(trial, "2018-03-30", "--head", "0" * 64)
    assert result.exit_code == 1
    assert "head" in told(result)


def test_a_head_needs_a_record(trial):
    result = held(trial, "2016-09-30", "--head", "0" * 64)
    assert result.exit_code == 1
    assert "There is no monitoring record" in told(result)
    assert not (trial / RECORD).exists()


def test_a_cut_to_come_is_refused(trial):
    result = held(trial, "2071-10-31")
    assert result.exit_code == 1
    assert "still to come" in told(result)


def test_a_look_at_the_same_events_is_refused(trial):
    held(trial, "2018-09-17")
    result = held(trial, "2018-12-31")
    assert result.exit_code == 1
    assert "no more information than at look 3" in told(result)


def test_nothing_is_claimed_after_the_committee_has_stopped(trial):
    held(trial, "2016-09-30")
    run(trial, "--committee", "stop", "--reason", "benefit and harm weighed together")
    result = held(trial, "2018-09-17", "--after-stopping", "--json")
    look = json.loads(result.stdout)["closed"]["look"]
    assert "benefit and harm weighed together" in look["sentence"]
    assert [each["decision"] for each in look["hypotheses"]] == [-1, -1]
    assert [each["bound"] for each in look["hypotheses"]] == [None, None]
    assert "had crossed no bound when the trial was stopped" in look["hypotheses"][0]["sentence"]
    recorded = entries(trial)[-2]["hypotheses"][0]
    assert recorded["alpha_spent"] == entries(trial)[1]["hypotheses"][0]["alpha_spent"]


@pytest.mark.parametrize(
    ("information", "said"), [("0.6", "Give their number, not a fraction"), ("0", "information 0")]
)
def test_a_fraction_is_no_count(trial, information, said):
    result = run(trial, "--z", "1.6", "--information", information)
    assert result.exit_code == 1
    assert said in told(result)


def test_a_number_alone_is_whose_where_several_have_alpha(trial):
    changed(trial, "order: [H1, H2]}", "order: [H1, H2]}  # as before")
    text = (trial / "protocol.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "multiplicity: {procedure: fixed sequence, order: [H1, H2]}",
        "multiplicity: {procedure: holm}",
    )
    (trial / "protocol.yaml").write_text(text, encoding="utf-8")
    result = run(trial, "--z", "1.6", "--information", "80")
    assert result.exit_code == 1
    assert "say whose statistic 1.6 is: H1=" in told(result), told(result)


def test_a_last_look_is_asked_for_in_the_words_of_the_command_line(trial):
    held(trial, "2016-09-30")
    result = held(trial, "2017-06-30", "--look", "5")
    assert result.exit_code == 1
    assert "--final" in told(result)


def test_dates_that_disagree_with_times_are_told(trial):
    path = trial / "data" / "patients.csv"
    text = path.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if ",relapse,2015-08-15" in line)
    path.write_text(text.replace(row, row.replace("2015-08-15", "2016-02-15", 1)), "utf-8")
    assert "not that from randomization to the date" in told(held(trial, "2016-09-30"))


def test_an_extra_look_stays_one_where_its_data_are_corrected(trial):
    for day in ("2016-05-15", "2016-08-15"):
        assert held(trial, day).exit_code == 0
    result = held(trial, "2016-08-15", "--corrected", "one relapse was a death")
    assert result.exit_code == 0, told(result)
    looks = [each for each in entries(trial) if each["is"] == "RecordedLook"]
    assert [(each["kind"], each["look"], each["unplanned"]) for each in looks] == [
        ("look", 1, False),
        ("look", 2, True),
        ("corrected", 2, True),
    ]
    first, again = (each["hypotheses"][0] for each in looks[1:])
    assert [first[name] for name in ("bound", "alpha_spent")] == [
        again[name] for name in ("bound", "alpha_spent")
    ]

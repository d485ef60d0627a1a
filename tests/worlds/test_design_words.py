"""What the text, the screen and the JSON say of designs that are easily misread."""

import re

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.design.planned.record import design_record
from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text

HEAD = """
schema: 1
trial: {id: SAMPLE, title: A sample, time_unit: month}
arms: [{id: control, role: control}, {id: new, role: experimental}]
"""
SURVIVAL = f"""{HEAD}
endpoints: [{{id: os, label: Overall survival, type: time-to-event, events: [death]}}]
hypotheses: [{{id: H1, endpoint: os, effect: {{hazard_ratio: 0.7}}}}]
planning:
  accrual: {{duration: 24}}
  follow_up: 12
  endpoints: {{os: {{control: {{median: 15}}}}}}
"""
FISHER = f"""{HEAD}
endpoints: [{{id: response, label: Response, type: binary}}]
hypotheses:
  - {{id: H1, endpoint: response, test: {{method: fisher}}, effect: {{experimental_rate: 0.5}}}}
planning: {{endpoints: {{response: {{control: {{rate: 0.3}}}}}}}}
design: {{power: 0.9}}
"""
TWO = f"""{HEAD}
endpoints:
  - {{id: pfs, label: Progression-free survival, type: time-to-event, events: [progression, death]}}
  - {{id: os, label: Overall survival, type: time-to-event, events: [death]}}
hypotheses:
  - {{id: H1, endpoint: pfs, effect: {{hazard_ratio: 0.6}}}}
  - {{id: H2, endpoint: os, role: secondary}}
planning:
  accrual: {{duration: 24}}
  follow_up: 12
  endpoints:
    pfs: {{control: {{median: 8}}}}
design: {{power: 0.9, looks: {{number: 3}}}}
"""
LOOKS = "design: {power: 0.9, looks: {number: 3}, futility: {spending: power, exponent: 2}}\n"
MARGIN = SURVIVAL.replace("hazard_ratio: 0.7", "hazard_ratio: 1, margin: 1.3") + LOOKS
SHORT = SURVIVAL.partition("planning:")[0]


def designed(text):
    reading = examine_text(text, "protocol.yaml")
    assert not reading.problems
    return design_trial(reading.protocol)


def shown(text, tmp_path, *, width=80, options=()):
    path = tmp_path / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    done = CliRunner(env={"COLUMNS": str(width)}).invoke(app, ["design", str(path), *options])
    assert done.exit_code == 0
    return done.output


def test_events_alone_are_told_without_patients(tmp_path):
    design = designed(f"{SHORT}{LOOKS}")
    told = " ".join(design.paragraphs)
    assert "patients" not in told
    record = design_record(design)
    plan = record["hypotheses"][0]["plan"]
    assert (plan["patients"], plan["patients_whole"], plan["looks"][0]["patients"]) == (None,) * 3
    assert record["arms"] == []
    assert "Patients" not in shown(f"{SHORT}{LOOKS}", tmp_path)


def test_an_exact_test_has_its_own_size_and_no_bound_of_z(tmp_path):
    plan = designed(FISHER).main.plan
    assert plan.looks[0].efficacy is None
    assert plan.power == pytest.approx(0.9014939, abs=1e-6)
    # R 4.2.2: the largest sum of dbinom * dbinom over fisher.test tables, 133 in each arm
    assert plan.exact.size == pytest.approx(0.0214168, abs=1e-6)
    assert plan.expected[0].power <= plan.exact.size < 0.025
    assert [each.power for each in plan.expected][-1] == plan.power
    assert max(power for _, power in plan.power_curve[:1]) <= plan.exact.size
    told = shown(FISHER, tmp_path)
    assert "type I error is at most 2.14%" in " ".join(told.split())
    assert "1.9600" not in told


def test_another_endpoint_without_an_effect_has_no_bounds_drawn():
    design = designed(TWO)
    (waits,) = [each for each in design.multiplicity.levels if each.hypothesis == "H2"]
    assert waits.z == ()
    assert waits.alpha == 0.025
    assert "depend on the information of another endpoint" in " ".join(design.multiplicity.assumed)


def test_non_inferiority_is_named(tmp_path):
    told = " ".join(designed(MARGIN).paragraphs)
    assert "Non-inferiority is to be shown" in told
    assert "non-inferiority margin of 1.3" in told
    assert "z is the distance of the estimate from the margin" in told
    assert "no effect" not in told
    screen = shown(MARGIN, tmp_path)
    assert "at the margin" in screen
    assert "no effect" not in " ".join(screen.partition("(SAMPLE)")[2].split()).replace(
        "under no effect", ""
    )


def test_both_arms_and_the_type_one_error_are_told():
    told = " ".join(designed(SURVIVAL + LOOKS).paragraphs)
    assert "57.4% at 12 months and 33.0% at 24 months, with a median of 15.0 months" in told
    assert "67.8% and 46.0%, with a median of 21.4 months" in told
    assert re.search(
        r"type I error is at most 2\.5% if futility is ignored, and 2\.\d\d% under", told
    )


def test_calendar_looks_and_spending_are_told_as_such():
    text = SURVIVAL.replace("  follow_up: 12\n", "")
    looks = "{calendar: [20, 30, 42], spending_by: calendar}"
    told = " ".join(designed(f"{text}design: {{power: 0.9, looks: {looks}}}\n").paragraphs)
    assert "20.0, 30.0 and 42.0 months after the first patient, when" in told
    assert "Errors are spent by calendar time" in told


@pytest.mark.parametrize("text", [SURVIVAL + LOOKS, MARGIN, TWO, FISHER])
@pytest.mark.parametrize("width", [80, 100])
def test_the_screen_is_as_wide_as_the_terminal(text, width, tmp_path):
    told = shown(text, tmp_path, width=width)
    assert max(cell_len(line.rstrip()) for line in told.splitlines()) <= width


def test_a_design_without_futility_has_no_columns_of_it(tmp_path):
    told = shown(f"{SURVIVAL}design: {{power: 0.9, looks: {{number: 3}}}}\n", tmp_path)
    assert "Futility" not in told
    assert "Beta spent" not in " ".join(told.split())


def test_whole_numbers_have_bounds_and_power():
    main = designed(SURVIVAL + LOOKS).main
    events = [look.events for look in main.whole.looks]
    assert all(count.is_integer() for count in events)
    assert main.whole.events == main.plan.events_whole
    assert main.whole.patients_whole == main.plan.patients_whole
    assert main.whole.power >= main.plan.power
    fractions = [count / events[-1] for count in events]
    assert [look.information_fraction for look in main.whole.looks] == pytest.approx(fractions)


def test_patients_follow_from_events_given():
    by_power = designed(f"{SURVIVAL}design: {{power: 0.9}}\n").main.plan
    by_events = designed(f"{SURVIVAL}design: {{events: {by_power.events!r}}}\n").main
    assert by_events.plan.solved_for == "patients"
    assert by_events.plan.patients == pytest.approx(by_power.patients, rel=1e-9)
    assert by_events.plan.power == pytest.approx(0.9, abs=1e-9)
    few = designed(f"{SURVIVAL}design: {{events: 200, power: 0.9}}\n").main
    assert few.plan.events == pytest.approx(200)
    assert few.promised_power == 0.9


def test_a_count_past_the_end_is_not_read(tmp_path):
    told = shown(SURVIVAL + LOOKS, tmp_path, options=("--at", "5000", "--at", "400"))
    assert "Not read at 5000 events: The trial ends at" in " ".join(told.split())
    assert "100.0%" not in told.partition("The design read")[2].partition("Patients are")[
        0
    ].replace("100.0%  ", "")


def test_max_combo_tells_by_which_fraction_it_spends():
    text = SURVIVAL.replace("endpoint: os,", "endpoint: os, test: {method: max-combo},")
    design = designed(f"{text}design: {{power: 0.9, looks: {{information: [0.7, 1]}}}}\n")
    told = " ".join(design.paragraphs)
    assert "the looks come at 70% and 100% of the information of the log-rank test" in told
    first, last = design.main.plan.looks
    assert first.efficacy.p == pytest.approx(first.alpha_spent, rel=1e-4)
    assert first.efficacy.p < last.efficacy.p < 0.025
    assert design.main.plan.expected[0].events < design.main.plan.events

"""Co-primary hypotheses are rehearsed as claimed: nothing unless all of them are met."""

import pytest

from equipoise.cli.simulation_summary import print_simulation
from equipoise.io.protocol.read import examine_text
from equipoise.report.simulation.context import SimulationContext
from equipoise.report.simulation.overview import chances_table, verdicts
from equipoise.verbs import simulate

TEXT = """
schema: 1
trial: {id: TWO, title: Two co-primary endpoints, time_unit: month}
arms: [{id: c, role: control}, {id: e, role: experimental}]
endpoints:
  - {id: pfs, type: time-to-event, label: PFS, events: [progression]}
  - {id: os, type: time-to-event, label: OS, events: [death]}
  - {id: relapse, type: time-to-event, label: Relapse, events: [relapse]}
hypotheses:
  - {id: HP, endpoint: pfs, effect: {hazard_ratio: 0.7}, role: primary}
  - {id: HO, endpoint: os, effect: {hazard_ratio: 0.75}, role: primary}
  - {id: HR, endpoint: relapse, effect: {hazard_ratio: 0.7}, role: secondary}
design:
  {sized_for: HO, power: 0.8, looks: {information: [0.6, 1]}, multiplicity: {procedure: co-primary}}
planning:
  accrual: {duration: 24 months}
  follow_up: 18 months
  endpoints:
    pfs: {control: {median: 6}}
    os: {control: {median: 15}}
    relapse: {control: {median: 6}}
scenarios:
  only_pfs:
    endpoints: {os: {hazard_ratio: 1}, relapse: {hazard_ratio: 1}}
"""
TRIALS = 4000


@pytest.fixture(scope="module")
def found():
    protocol = examine_text(TEXT, "two.yaml").protocol
    return simulate(protocol, trials=TRIALS, estimates=False, formats="none")


def of(found, scenario):
    at = [each.scenario.id for each in found.rehearsals].index(scenario)
    return found.simulation.results[at][0]


def test_the_family_wise_error_is_that_of_the_claim(found):
    """Both null and independent: alpha squared, and not twice alpha, as it would be one by one."""
    result = of(found, "no_effect")
    assert result.together
    assert result.at_least_one.value > 0.03
    assert result.familywise_error.count == result.all_primary.count
    assert result.familywise_error.value < 0.003


def test_what_follows_is_claimed_only_with_them(found):
    """One true, one null: all of alpha at most, however often the third is rejected alone."""
    result = of(found, "only_pfs")
    assert result.hypothesis("HR").power.count > 60
    assert result.familywise_error == result.all_primary == result.success
    assert result.familywise_error.value == pytest.approx(0.025, abs=3 * 0.0025)


def test_words_are_of_all_of_them(found, capsys):
    context = SimulationContext(found)
    told = {each.split(".")[0]: each for each in verdicts(context)}
    planned = next(each for name, each in told.items() if "planned" in name.lower())
    wrong = [each for each in told.values() if "wrongly claim" in each]
    assert all("all co-primary hypotheses" in each for each in told.values())
    assert "would show" in planned
    assert len(wrong) == 2
    assert "All co-primary" in chances_table(context).header
    assert "Some primary" not in chances_table(context).header
    print_simulation(found, None)
    shown = " ".join(capsys.readouterr().out.split())
    assert "nothing is claimed unless all of them are met" in shown
    assert "some primary" not in shown


def test_precision_is_asked_of_all_of_them():
    protocol = examine_text(TEXT, "two.yaml").protocol
    played = simulate(protocol, scenarios=["planned"], precision=0.008, formats="none")
    assert played.simulation.asked.precision.of == "all primary"
    assert played.simulation.results[0][0].success.error <= 0.008

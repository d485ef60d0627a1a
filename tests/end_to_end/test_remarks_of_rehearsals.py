"""A rehearsal says what is easily overlooked: nobody with events, looks that never came due."""

from equipoise.cli.simulation_summary import print_simulation
from equipoise.io.protocol.read import examine_text
from equipoise.verbs import simulate

TEXT = """
schema: 1
trial: {id: EV, title: Events, time_unit: month}
arms: [{id: c, role: control}, {id: e, role: experimental}]
endpoints: [{id: os, type: time-to-event, label: Survival, events: [death]}]
hypotheses: [{id: H, endpoint: os, effect: {hazard_ratio: 0.7}}]
design: {events: 100, looks: {information: [0.5, 1]}}
planning:
  {patients: 200, accrual: {duration: 24}, follow_up: 18,
   endpoints: {os: {control: {hazard: 0.05}}}}
scenarios:
  never: {endpoints: {os: {control: {hazard: 0}}}}
  slow: {endpoints: {os: {control: {hazard: 0.0065}, hazard_ratio: 1}}}
"""


def test_what_happened_is_said(capsys):
    protocol = examine_text(TEXT, "p.yaml").protocol
    found = simulate(protocol, trials=300, estimates=False, formats="none")
    told = {}
    for label, line in found.remarks:
        told.setdefault(label, []).append(line)
    assert set(told) == {"Never", "Slow"}
    assert told["Never"][0] == "Nobody has an event of Survival."
    assert told["Never"][1].startswith("Look 1 never came due within")
    assert told["Never"][-1].startswith("H was never tested")
    met = found.simulation.of("slow").looks[1].condition_met.value
    assert 0.0 < met < 0.99
    assert f"Look 2 came due in {100 * met:.1f}% of trials within" in told["Slow"][-1]
    print_simulation(found, None)
    assert "- Never: Nobody has an event of Survival." in capsys.readouterr().out

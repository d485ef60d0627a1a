"""Events too soon to be told apart are refused; a little later they are rehearsed."""

import pytest

from equipoise.design.trial import design_trial
from equipoise.errors import SimulationError
from equipoise.io.protocol.read import examine_text
from equipoise.simulate.planned.planned import planned_rehearsal

TEXT = """
schema: 1
trial: {id: EV, title: Events, time_unit: month}
arms: [{id: c, role: control}, {id: e, role: experimental}]
endpoints: [{id: os, type: time-to-event, events: [death]}]
hypotheses: [{id: H, endpoint: os, effect: {hazard_ratio: 0.7}}]
design: {events: 100, looks: {information: [0.5, 1]}}
planning:
  {patients: 200, accrual: {duration: 24}, follow_up: 18, endpoints: {os: {control: {hazard: 1}}}}
scenarios:
  fast: {endpoints: {os: {control: {hazard: 5.0e+4}}}}
  faster: {endpoints: {os: {control: {hazard: 7.0e+4}}}}
  experimental: {endpoints: {os: {hazard_ratio: 1.0e+8}}}
  wild: {endpoints: {os: {control: {hazard: 1.0e+9}}}}
"""


@pytest.fixture(scope="module")
def protocol():
    return examine_text(TEXT, "p.yaml").protocol


@pytest.mark.parametrize("scenario", ["planned", "fast"])
def test_are_rehearsed(protocol, scenario):
    assert planned_rehearsal(protocol, design_trial(protocol), scenario).world


@pytest.mark.parametrize(
    ("scenario", "arm", "hazard"),
    [("faster", "c", "70000"), ("experimental", "e", "1e\\+08"), ("wild", "c", "1e\\+09")],
)
def test_are_refused(protocol, scenario, arm, hazard):
    with pytest.raises(SimulationError, match=f"'{arm}'.*hazard {hazard}.*smaller time unit"):
        planned_rehearsal(protocol, design_trial(protocol), scenario)

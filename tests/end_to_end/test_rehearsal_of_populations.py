"""A hypothesis about a biomarker's patients is rehearsed beside that of everyone."""

import numpy as np
import pytest

from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text
from equipoise.simulate.planned.planned import planned_rehearsal
from equipoise.simulate.rehearsal import prepare
from equipoise.simulate.rehearse import rehearse_range

TEXT = """
schema: 1
trial: {id: BM, title: Biomarker, time_unit: month}
arms: [{id: c, role: control}, {id: e, role: experimental}]
populations: [{id: positive, label: Marker positive}]
endpoints: [ENDPOINT]
estimands:
  - {id: all, endpoint: os, population: itt, treatment: [c, e], summary: SUMMARY}
  - {id: sub, endpoint: os, population: positive, treatment: [c, e], summary: SUMMARY}
hypotheses:
  - {id: HS, estimand: sub, effect: {STRONG}}
  - {id: HA, estimand: all, effect: {WEAK}}
design: {sized_for: HA, power: 0.8, looks: {information: [0.6, 1]}, multiplicity: {procedure: holm}}
planning: {accrual: {duration: 24}, follow_up: 12, endpoints: {os: {control: {CONTROL}}}}
scenarios:
  planned: {populations: {positive: 0.4}}
  only_positive: {endpoints: {os: {ALIKE, populations: {positive: {STRONG}}}}}
"""
TIMES = {
    "ENDPOINT": "{id: os, type: time-to-event, events: [death]}",
    "SUMMARY": "hazard ratio",
    "STRONG": "hazard_ratio: 0.6",
    "WEAK": "hazard_ratio: 0.75",
    "ALIKE": "hazard_ratio: 1",
    "CONTROL": "median: 12",
}
ANSWERS = {
    "ENDPOINT": "{id: os, type: binary}",
    "SUMMARY": "risk difference",
    "STRONG": "experimental_rate: 0.55",
    "WEAK": "experimental_rate: 0.45",
    "ALIKE": "experimental_rate: 0.3",
    "CONTROL": "rate: 0.3",
}
TRIALS = 2000


def rehearsed(words, scenario):
    text = TEXT
    for name, told in words.items():
        text = text.replace(name, told)
    protocol = examine_text(text, "bm.yaml").protocol
    planned = planned_rehearsal(protocol, design_trial(protocol), scenario)
    ready = prepare(planned.world, planned.conduct)
    found = rehearse_range(ready, seed=5, scenario=0, first=0, last=TRIALS, estimates=False)
    claimed = (found.decisions.decision == 1).any(axis=1)
    return planned, found, claimed


@pytest.mark.parametrize("words", [TIMES, ANSWERS], ids=["times", "answers"])
def test_the_family_wise_error_is_alpha(words):
    planned, _, claimed = rehearsed(words, "no_effect")
    assert not planned.left_out
    assert claimed.any(axis=1).mean() < 0.025 + 3 * np.sqrt(0.025 * 0.975 / TRIALS)
    assert (claimed.mean(axis=0) > 0.004).all()


@pytest.mark.parametrize("words", [TIMES, ANSWERS], ids=["times", "answers"])
def test_information_is_that_of_the_population(words):
    """At the last look so much as planned, at the first the share planned; not that of everyone."""
    planned, found, _ = rehearsed(words, "no_effect")
    place = [each.hypothesis for each in planned.conduct.tested].index("HS")
    rules = {each.hypothesis: each for each in planned.conduct.stopping.hypotheses}
    counted = found.table.answers if words is ANSWERS else found.table.information
    fractions = counted[:, :, place].mean(axis=0) / rules["HS"].bounds.planned
    assert fractions == pytest.approx([0.6, 1.0], abs=0.1)
    assert any("tested among the 40% of patients" in each for each in planned.assumed)


def test_an_effect_of_its_own_is_found():
    """Power as of so many events among 40%, with half of alpha at the start."""
    _, _, claimed = rehearsed(TIMES, "only_positive")
    subgroup, everyone = claimed.mean(axis=0)
    assert subgroup == pytest.approx(0.854, abs=0.04)
    assert everyone < subgroup - 0.2


def test_a_weighted_test_is_left_out_with_the_reason():
    weighted = dict(TIMES)
    text = TEXT.replace("effect: {STRONG}}\n  - ", "effect: {STRONG}, test: WEIGHTED}\n  - ", 1)
    weighted["WEIGHTED"] = "{method: fleming-harrington, rho: 0, gamma: 1}"
    for name, told in weighted.items():
        text = text.replace(name, told)
    protocol = examine_text(text, "bm.yaml").protocol
    assert protocol is not None
    planned = planned_rehearsal(protocol, design_trial(protocol))
    assert "weighted log-rank test in a population" in dict(planned.left_out)["HS"]

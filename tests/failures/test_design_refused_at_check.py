"""What no design can be is told when the protocol is read, once, where it stands."""

import pytest

from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text

SURVIVAL = """
schema: 1
trial: {id: SAMPLE, title: A sample, time_unit: month}
arms: [{id: control, role: control}, {id: new, role: experimental}]
endpoints: [{id: os, label: Overall survival, type: time-to-event, events: [death]}]
hypotheses: [{id: H1, endpoint: os, effect: {hazard_ratio: 0.7}}]
planning:
  accrual: {duration: 24}
  follow_up: 12
  endpoints: {os: {control: {median: 15}}}
"""
NO_EFFECT = SURVIVAL.replace(", effect: {hazard_ratio: 0.7}", "")
NO_TIMES = SURVIVAL.partition("planning:")[0]
NEGATIVE = SURVIVAL.replace("follow_up: 12", "follow_up: -12")
RESTRICTED = SURVIVAL.replace("endpoint: os,", "endpoint: os, test: {method: restricted mean},")
RATES = SURVIVAL.replace("{duration: 24}", "{duration: 24, rate: 6}\n  patients: 72")
KEPT = "efficacy: {z: [2.5, 2]}, futility: {z: 3}"


@pytest.mark.parametrize(
    ("text", "design", "words"),
    [
        (f"{NO_TIMES}planning: {{patients: 100}}\n", "{events: 131}", "100 patients cannot have"),
        (RATES, "{power: 0.9}", "the rates bring 144 patients in 24 months"),
        (SURVIVAL, f"{{power: 0.9, looks: {{number: 2}}, {KEPT}}}", "claimed from 2.5"),
        (RESTRICTED, "{power: 0.9}", "restricted_mean_until"),
        (f"{SURVIVAL}analysis: {{alpha: 0.5}}\n", "{power: 0.9}", "below 0.5"),
        (NO_EFFECT, "{power: 0.9, looks: {number: 3}}", "add `effect: {hazard_ratio: 0.7}`"),
        (NEGATIVE, "{power: 0.9}", "a length of time belongs here"),
        (NO_TIMES + "planning: {accrual: {duration: 24}, follow_up: 12}\n", "{power: 0.9}", "co"),
        (SURVIVAL, "{power: 0.9, looks: {number: 60}, futility: {z: 0}}", "1 to 50 looks"),
        (SURVIVAL, "{power: 0.9, looks: {information: [0.5, 0.4]}}", "found 0.4 at look 2"),
    ],
)
def test_one_cause_is_one_problem(text, design, words):
    problems = examine_text(f"{text}design: {design}\n", "protocol.yaml").problems
    (problem,) = problems
    assert words in str(problem)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("follow_up: 12", "follow_up: 30 years", "30 years"),
        ("follow_up: 12", "follow_up: 12\n  dropout: {yearly: 0.99}", "99% a year"),
        ("{duration: 24}", "{rate: 0.1}", "years after the first patient"),
    ],
)
def test_what_no_trial_has_seen_is_remarked_on(old, new, words):
    reading = examine_text(SURVIVAL.replace(old, new) + "design: {power: 0.9}\n", "protocol.yaml")
    assert not reading.problems
    notes = " ".join(design_trial(reading.protocol).notes)
    assert words in notes

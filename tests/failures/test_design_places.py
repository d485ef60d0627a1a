"""What a design is refused for is pointed at in the protocol file, with what would do."""

import pytest

from equipoise.errors import DesignError, ProtocolError
from equipoise.io.protocol.read import examine_text
from equipoise.verbs import design

HEAD = """schema: 1
trial: {id: T, title: A trial, time_unit: month}
arms: [{id: a, role: control}, {id: b, role: experimental}]
endpoints: [{id: os, type: time-to-event, events: [death]}]
hypotheses:
  - {id: H1, endpoint: os, effect: {hazard_ratio: %s}}
design:
  power: 0.9
%s
planning:
  follow_up: 12
%s
  endpoints: {os: {control: {median: 12}}}
"""


def refusal(tmp_path, *, ratio="0.7", more="  notes: []", planning="  accrual: {duration: 24}"):
    path = tmp_path / "p.yaml"
    path.write_text(HEAD % (ratio, more, planning), encoding="utf-8")
    with pytest.raises((DesignError, ProtocolError)) as refused:
        design(path)
    return str(refused.value).removeprefix(str(path))


def test_accrual_that_never_reaches_the_patients(tmp_path):
    found = refusal(tmp_path, planning="  patients: 500\n  accrual: {rates: {0: 10, 12: 0}}")
    assert found.startswith(":13:12: planning.accrual: the rates end at 0 before 500 patients")
    assert "let the last rate be above 0, or plan fewer patients" in found


def test_accrual_that_contradicts_the_patients(tmp_path):
    found = refusal(tmp_path, planning="  patients: 500\n  accrual: {rate: 10, duration: 24}")
    assert found.startswith(":13:12: planning.accrual: the rates bring 240 patients in 24 months")
    assert "found 500 patients planned" in found


def test_accrual_too_slow_for_the_power(tmp_path):
    found = refusal(tmp_path, planning="  accrual: {rates: {0: 10, 12: 0}}")
    assert found.startswith(":12:12: planning.accrual: Enrolling for ")
    assert "or accept power 0.41" in found


def test_events_that_never_come(tmp_path):
    slow = "  patients: 300\n  accrual: {duration: 24}\n  dropout: {yearly: 0.3}"
    path = tmp_path / "p.yaml"
    text = (HEAD % ("0.7", "  events: 290", slow)).replace("  follow_up: 12\n", "")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DesignError) as refused:
        design(path)
    found = str(refused.value).removeprefix(str(path))
    assert found.startswith(":11:13: planning.patients: At most 185.5 events can ever be expected")
    assert "Enroll at least 470 patients." in found


def test_an_effect_that_no_trial_shows(tmp_path):
    found = refusal(tmp_path, ratio="0.9999")
    assert found.startswith(":6:36: hypotheses.H1.effect: 5,761,035,655 patients would be needed")


def test_a_boundary_that_cannot_be_drawn(tmp_path):
    looks = "  looks: {number: 3}\n  futility: {mean_difference: 0.2}"
    found = refusal(tmp_path, more=looks)
    assert ":10:" in found
    assert "futility" in found


@pytest.mark.parametrize(
    ("futility", "words"),
    [
        ("hazard_ratio: 0.6", "The most power that leaves room is about 0.144"),
        ("predictive_power: 0.95", "No power leaves room; make futility less strict."),
        ("z: 5", "its bound is z = 5, and efficacy is claimed from"),
    ],
)
def test_more_futility_than_the_power_allows(tmp_path, futility, words):
    found = refusal(tmp_path, more=f"  looks: {{number: 4}}\n  futility: {{{futility}}}")
    assert found.startswith(":10:13: design.futility: Futility leaves no room")
    assert words in found


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        ("[0.5, 0.5, 1]", "information increases from look to look, found 0.5 at look 2 after 0.5"),
        ("[]", "at least 1 belong here"),
        ("[0.5, 0.9]", "the last look has all of it, found 0.9; let the last look be at 1"),
    ],
)
def test_information_that_does_not_increase(tmp_path, looks, words):
    found = refusal(tmp_path, more=f"  looks: {{information: {looks}}}")
    assert words in found


@pytest.mark.parametrize("alpha", ["0", "1", "2.5", "-0.1"])
def test_an_alpha_that_cannot_be_is_one_problem(tmp_path, alpha):
    path = tmp_path / "p.yaml"
    text = HEAD % ("0.7", "  notes: []", "  accrual: {duration: 24}")
    path.write_text(f"{text}analysis: {{alpha: {alpha}}}\n", encoding="utf-8")
    with pytest.raises(ProtocolError) as refused:
        design(path)
    assert len(refused.value.problems) == 1
    assert "alpha is a proportion above 0 and below 0.5" in str(refused.value)


def test_a_protocol_that_is_no_file_is_refused_without_a_place():
    text = HEAD % ("0.7", "  notes: []", "  accrual: {rates: {0: 10, 12: 0}}")
    with pytest.raises(DesignError, match=r"^Enrolling for "):
        design(examine_text(text, "p.yaml").protocol)

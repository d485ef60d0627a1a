"""The section on monitoring, written wrongly: place, fact, value, remedy."""

import pytest

from equipoise.io.protocol.read import examine_text
from equipoise.protocol.monitoring import Belief, MonitoringPromise, Projecting, SafetyCount

HEAD = """schema: 1
trial: {id: T, title: A trial, time_unit: month}
arms: [{id: a, role: control}, {id: b, role: experimental}]
endpoints:
  - {id: os, type: time-to-event, events: [death]}
  - {id: ae, type: adverse-events}
  - {id: score, type: continuous}
hypotheses: [{id: H1, endpoint: os, effect: {hazard_ratio: 0.7}}]
design:
  power: 0.9
  safety: [{id: toxic, acceptable: 0.05, level: 0.05, patients: 60}]
planning: {accrual: {duration: 24}, follow_up: 12, endpoints: {os: {control: {median: 12}}}}
data:
  tables: {p: p.csv, e: e.csv}
  subjects: {table: p, id: id, arm: arm}
  endpoints:
    os: {time: t, event: died == 1}
    ae: {table: e, term: term, fatal: fatal == 1}
    score: {column: score}
monitoring:
"""


def problems(section):
    return [str(each) for each in examine_text(f"{HEAD}{section}\n", "p.yaml").problems]


@pytest.mark.parametrize(
    ("section", "line", "words"),
    [
        ("  late_events: ignored", 21, "not one of the words known here"),
        ("  late_event: counted", 21, "unknown key in monitoring, found 'late_event'"),
        ("  margins: [0.8, 0.8]", 21, "the same margin twice"),
        ("  margins: [0]", 21, "a ratio is above 0, found 0"),
        ("  projection:\n    level: 90", 22, "a confidence from 0.5 to below 1, found 90"),
        ("  projection:\n    replicates: 10", 22, "replicates are from 100 to 1,000,000"),
        ("  projection:\n    seed: -1", 22, "a seed is a whole number from 0"),
        ("  projection:\n    hazard: gompertz", 22, "not one of the words known here"),
        ("  priors:\n    mine: {}", 22, "belongs here, found none; add one"),
        (
            "  priors:\n    mine: {hazard_ratio: 0.8}",
            22,
            "a prior has a spread, found none; add `standard_deviation`",
        ),
        (
            "  priors:\n    mine: {hazard_ratio: 0, standard_deviation: 0.3}",
            22,
            "a ratio is above 0, found 0",
        ),
        (
            "  priors:\n    mine: {hazard_ratio: 0.8, standard_deviation: 0}",
            22,
            "a standard deviation is above 0",
        ),
        (
            "  priors:\n    mine: {risk_difference: 0.1, standard_deviation: 0.3}",
            22,
            "another measure than H1, found 'risk difference'; write `hazard_ratio`",
        ),
        (
            "  priors:\n    mine: {chance_of_no_effect: 0.05, hazard_ratio: 0.8}",
            22,
            "one of these belongs here, found `chance_of_no_effect`, `hazard_ratio`",
        ),
        (
            "  priors:\n    mine: {chance_of_no_effect: 0.5}",
            22,
            "a chance in the tail is above 0 and below 0.5, found 0.5",
        ),
        (
            "  priors:\n    mine: {chance_of_no_effect: 0.05, standard_deviation: 1}",
            22,
            "the spread follows from the chance",
        ),
        ("  safety:\n    tox: {endpoint: os}", 22, "no such safety bound of the design"),
        ("  safety:\n    toxic: {endpoint: aes}", 22, "no such endpoint, found 'aes'; write 'ae'"),
        (
            "  safety:\n    toxic: {endpoint: ae, counts: fatal, arms: [c]}",
            22,
            "no such arm, found 'c'",
        ),
        ("  safety:\n    toxic: {endpoint: ae}", 22, "the data do not say `related` of 'ae'"),
        (
            "  safety:\n    toxic: {endpoint: ae, counts: fatal, grade_from: 4}",
            22,
            "the data do not say `grade` of 'ae'",
        ),
        (
            "  safety:\n    toxic: {endpoint: os, counts: fatal}",
            22,
            "only adverse events are counted by kind, found fatal",
        ),
        (
            "  safety:\n    toxic: {endpoint: ae, counts: fatal, within: 3}",
            22,
            "only a time to event is counted up to a time",
        ),
        ("  safety:\n    toxic: {endpoint: score}", 22, "a measurement harms nobody by itself"),
    ],
)
def test_refused_at_its_place(section, line, words):
    found = problems(section)
    assert len(found) == 1, found
    assert found[0].startswith(f"p.yaml:{line}:")
    assert words in found[0]


def test_understood():
    text = (
        "  late_events: counted\n"
        "  priors: {mine: {hazard_ratio: 0.8, standard_deviation: 0.3},\n"
        "    doubt: {chance_of_planned_effect: 0.1}}\n"
        "  margins: [1, 0.8]\n"
        "  safety: {toxic: {endpoint: os, within: 2 years, arms: [b]}}\n"
        "  projection: {hazard: weibull}"
    )
    reading = examine_text(f"{HEAD}{text}\n", "p.yaml")
    assert reading.problems == ()
    assert reading.protocol.monitoring == MonitoringPromise(
        "counted",
        (
            Belief("mine", "given", mean=0.8, standard_deviation=0.3),
            Belief("doubt", "sceptical", 0.1),
        ),
        (1.0, 0.8),
        (SafetyCount("toxic", "os", within=24.0, arms=("b",)),),
        Projecting(hazard="weibull"),
    )


def test_nothing_written_is_the_default():
    text = HEAD.removesuffix("monitoring:\n")
    reading = examine_text(text, "p.yaml")
    assert reading.problems == ()
    assert reading.protocol.monitoring == MonitoringPromise()


def test_a_prior_on_a_planned_effect_needs_one():
    text = HEAD.replace(", effect: {hazard_ratio: 0.7}", "").replace("  power: 0.9\n", "")
    text = text.replace("planning: {accrual: {duration: 24}, follow_up: 12, endpoints: "
                        "{os: {control: {median: 12}}}}\n", "")  # fmt: skip
    section = "  priors: {mine: {chance_of_no_effect: 0.1}}\n"
    found = [str(each) for each in examine_text(f"{text}{section}", "p.yaml").problems]
    assert len(found) == 1
    assert "rests on a planned effect, and no hypothesis has one" in found[0]


def test_a_date_needs_that_of_randomization():
    text = HEAD.removesuffix("monitoring:\n")
    for old, new in (
        ("event: died == 1", "event: died == 1, date: on"),
        ("fatal: fatal == 1", "fatal: fatal == 1, start: on"),
        ("column: score", "column: score, date: on"),
    ):
        found = [str(e) for e in examine_text(text.replace(old, new), "p.yaml").problems]
        assert len(found) == 1, found
        assert "a date becomes a time only from the date of randomization" in found[0]
    both = text.replace("column: score", "column: score, date: on, time: t")
    both = both.replace("arm: arm}", "arm: arm, randomized: r}")
    found = [str(each) for each in examine_text(both, "p.yaml").problems]
    assert len(found) == 1
    assert "just one of `time` and `date` belongs here" in found[0]

"""Designs that contradict themselves: each told at its line, with its remedy, computing nothing."""

import pytest

from equipoise.io.protocol.read import examine_text

HEAD = """schema: 1
trial: {id: T, title: A trial, time_unit: month}
arms: [{id: a, role: control}, {id: b, role: experimental}]
variables: [{id: risk, type: categorical, levels: [low, high]}]
"""
IN_TIME = (
    HEAD
    + """endpoints: [{id: os, type: time-to-event, events: [death]}]
hypotheses: [{id: H1, endpoint: os, effect: {hazard_ratio: 0.7}}]
design: {power: 0.9}
planning: {accrual: {duration: 24}, follow_up: 12, endpoints: {os: {control: {median: 12}}}}
"""
)
AT_ONCE = (
    HEAD
    + """endpoints: [{id: cr, type: binary}]
hypotheses: [{id: H1, endpoint: cr, effect: {experimental_rate: 0.5}}]
design: {power: 0.9}
planning: {endpoints: {cr: {control: {rate: 0.3}}}}
"""
)
OF_MEANS = (
    HEAD
    + """endpoints: [{id: pain, type: continuous, better: lower}]
hypotheses: [{id: H1, endpoint: pain, effect: {mean_difference: -5}}]
design: {power: 0.9}
planning: {endpoints: {pain: {standard_deviation: 15}}}
"""
)
TWO = (
    HEAD
    + """endpoints: [{id: os, type: time-to-event, events: [death]}, {id: cr, type: binary}]
hypotheses: [{id: H1, endpoint: os, effect: {hazard_ratio: 0.7}}, {id: H2, endpoint: cr}]
design: {power: 0.9, multiplicity: {procedure: holm}}
planning: {accrual: {duration: 24}, follow_up: 12, endpoints: {os: {control: {median: 12}}}}
"""
)


def problems_of(text: str) -> list[str]:
    return list(map(str, examine_text(text, "p.yaml").problems))


def told(text: str, old: str, new: str) -> list[str]:
    assert old in text
    return problems_of(text.replace(old, new))


@pytest.mark.parametrize("text", [IN_TIME, AT_ONCE, OF_MEANS, TWO])
def test_without_a_fault_there_is_no_problem(text):
    assert problems_of(text) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        # effects
        (
            "hazard_ratio: 0.7",
            "hazard_ratio: 1",
            "6:60: hypotheses.H1.effect.hazard_ratio: the eff",
        ),
        ("hazard_ratio: 0.7", "hazard_ratio: 1.4", "better below 1"),
        ("hazard_ratio: 0.7", "hazard_ratio: -0.7", "a ratio is above 0"),
        ("hazard_ratio: 0.7", "hazard_ratio: [0.7, 1]", "no trial is large enough"),
        ("hazard_ratio: 0.7", "hazard_ratio: {0: 1, 6: 1}", "that of the null hypothesis"),
        ("hazard_ratio: 0.7", "hazard_ratio: {3: 1, 6: 0.5}", "the first moment is 0, found '3'"),
        ("hazard_ratio: 0.7", "hazard_ratio: {0: 1, 1 year: 0.5, 6: 0.4}", "moments increase"),
        ("hazard_ratio: 0.7", "hazard_ratio: {0: 1, 6 moons: 0.5}", "a length of time belongs"),
        ("hazard_ratio: 0.7", "hazard_ratio: low", "a number belongs here"),
        ("hazard_ratio: 0.7", "hazard_ratio: []", "at least 1 belong here"),
        ("hazard_ratio: 0.7", "hasard_ratio: 0.7", "unknown key in hypotheses.H1.effect"),
        ("hazard_ratio: 0.7", "risk_difference: 0.1", "does not fit the endpoint's kind"),
        ("hazard_ratio: 0.7", "hazard_ratio: 0.7, risk_ratio: 2", "one of these belongs here"),
        ("hazard_ratio: 0.7", "hazard_ratio: {0: 1, 6: 0.5}, margin: 1.3", "one hazard ratio"),
        ("hazard_ratio: 0.7", "hazard_ratio: 1.4, margin: 1.3", "better below 1.3"),
        (
            "effect: {hazard_ratio: 0.7}",
            "test: {method: max-combo}, effect: {hazard_ratio: 1.2, margin: 1.3}",
            "has no margin",
        ),
        # numbers of the design
        ("power: 0.9", "power: 90", "write 0.9 for 90%"),
        ("power: 0.9", "power: 0.01", "between alpha, 0.025, and 1"),
        ("power: 0.9", "power: 1", "between alpha"),
        ("power: 0.9", "power: 0.9, events: 0", "above 0"),
        ("power: 0.9", "power: 0.9, solve_for: event", "write 'events'"),
        ("power: 0.9", "power: 0.9, solve_for: effect", "the effect is given and solved for"),
        ("power: 0.9", "events: 200, solve_for: events", "the power is needed"),
        ("power: 0.9", "power: 0.9, events: 9, solve_for: events", "is given and solved for"),
        ("power: 0.9", "looks: {number: 3}", "the size is needed"),
        ("power: 0.9", "power: 0.9, method: freedmann", "write 'freedman'"),
        ("power: 0.9", "power: 0.9, method: farrington-manning", "no formula for the test"),
        ("power: 0.9", "power: 0.9, sized_for: H2", "no such hypothesis"),
        # looks
        (
            "power: 0.9",
            "power: 0.9, looks: {information: [0.5, 0.55, 0.5, 1]}",
            "found 0.5 at look 3 after 0.55",
        ),
        ("power: 0.9", "power: 0.9, looks: {information: [0.5, 0.9]}", "the last look has all"),
        ("power: 0.9", "power: 0.9, looks: {information: [0, 1]}", "lie above 0"),
        ("power: 0.9", "power: 0.9, looks: {information: [50, 100]}", "lie above 0"),
        ("power: 0.9", "power: 0.9, looks: {number: 0}", "1 to 50 looks"),
        ("power: 0.9", "power: 0.9, looks: {number: 3, information: [1]}", "one of these"),
        (
            "power: 0.9",
            "power: 0.9, looks: {calendar: [12, 24]}",
            "it follows from the last look, at 24",
        ),
        # boundaries
        ("power: 0.9", "power: 0.9, efficacy: {spending: power}", "lacks `exponent`"),
        ("power: 0.9", "power: 0.9, efficacy: {spending: pocock}", "'lan-demets pocock'"),
        ("power: 0.9", "power: 0.9, efficacy: {exponent: 2}", "one efficacy rule belongs here"),
        (
            "power: 0.9",
            "power: 0.9, efficacy: {boundary: pocock, delta: 0.3}",
            "'pocock' has no parameter `delta`",
        ),
        ("power: 0.9", "power: 0.9, efficacy: {boundary: pocock, looks: [2]}", "there are 1 looks"),
        (
            "power: 0.9",
            "power: 0.9, looks: {number: 2}, efficacy: {boundary: pocock, looks: [1]}",
            "efficacy is tested at the last look",
        ),
        ("power: 0.9", "power: 0.9, efficacy: {spending: power, exponent: -1}", "above 0, up to"),
        ("power: 0.9", "power: 0.9, efficacy: {z: [3, 2]}", "2 efficacy bounds for 1 look"),
        (
            "power: 0.9",
            "power: 0.9, looks: {number: 2}, futility: {risk_ratio: 1}",
            "`hazard_ratio`",
        ),
        ("power: 0.9", "power: 0.9, futility: {conditional_power: 0.1}", "there are none"),
        (
            "power: 0.9",
            "power: 0.9, looks: {number: 2}, futility: {conditional_power: 10}",
            "between 0 and 1",
        ),
        (
            "power: 0.9",
            "power: 0.9, looks: {number: 3}, futility: {hazard_ratio: [1, 0.9, 0.8]}",
            "3 futility bounds for 2 looks",
        ),
        ("power: 0.9", "power: 0.9, futility: {binding: true}", "one futility rule belongs here"),
        (
            "power: 0.9",
            "power: 0.9, futility: {z: 0, conditional_power: 0.1}",
            "one futility rule belongs here",
        ),
        ("power: 0.9", "power: 0.9, futility: {z: 0, gamma: 1}", "no parameter `gamma`"),
        (
            "power: 0.9",
            "power: 0.9, futility: {spending: power, exponent: 2, under: no effect}",
            "needs the error to spend",
        ),
        # planning
        ("median: 12", "median: 12, hazard: 0.1", "one of these belongs here"),
        ("median: 12", "rate: 0.4", "not assumed of such an endpoint"),
        ("median: 12", "survival: {24: 45}", "survival falls from 1"),
        ("median: 12", "survival: {24: 0.4, 12: 0.6}", "moments increase"),
        ("median: 12", "survival: {0: 1}", "survival falls from 1"),
        ("median: 12", "hazard: -1", "a hazard is 0 or more"),
        ("{os: {control", "{so: {control", "no such endpoint, found 'so'; use one of 'os'"),
        ("median: 12}}", "median: 12}, cured: 0.6}", "stays above the cured fraction 0.6"),
        ("median: 12}}", "median: 12}, cured: 1}", "a cured fraction is 0 or more and below 1"),
        (", endpoints: {os", ", patients: 0, endpoints: {os", "a number of patients is above 0"),
        (", endpoints: {os", ", dropout: {yearly: 2}, endpoints: {os", "below 1"),
        ("accrual: {duration: 24}, ", "", "planning.follow_up: without patients and their accrual"),
        ("follow_up: 12, ", "", "of no use; add `patients`"),
        (", endpoints: {os", ", strata: {risk: {low: 1}, sex: {f: 1}}, endpoints: {os", "combine"),
        (", endpoints: {os", ", strata: {rsk: {low: 1}}, endpoints: {os", "write 'risk'"),
        (", endpoints: {os", ", strata: {risk: {low: 0.5}}, endpoints: {os", "shares add up to 1"),
        (
            ", endpoints: {os: {control: {median: 12}",
            ", endpoints: {os: {strata: {low: {median: 12}}",
            "the shares of the strata are not given",
        ),
        ("{duration: 24}", "{rate: 0}", "some above 0"),
        ("{duration: 24}", "{rate: 1, rates: {0: 1}}", "one of these"),
        # safety and prior
        (
            "power: 0.9",
            (
                "power: 0.9, safety: [{id: x, acceptable: 0.2, unacceptable: 0.1, "
                "level: 0.1, patients: 9}]"
            ),
            "between the acceptable probability and 1",
        ),
        (
            "power: 0.9",
            (
                "power: 0.9, safety: [{id: x, acceptable: 0.2, level: 0.1, "
                "patients: 9, prior: [1, 1]}]"
            ),
            "`prior` belongs to beta-binomial",
        ),
        (
            "power: 0.9",
            "power: 0.9, prior: {mean_difference: 1, standard_deviation: 1}",
            "write `hazard_ratio`",
        ),
        (
            "power: 0.9",
            "power: 0.9, prior: {hazard_ratio: 0.7, standard_deviation: 0}",
            "a standard deviation is above 0",
        ),
    ],
)
def test_one_fault_of_a_design_in_time(old, new, words):
    problems = told(IN_TIME, old, new)
    assert any(words in problem for problem in problems), problems
    assert all(problem.startswith("p.yaml:") for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("experimental_rate: 0.5", "experimental_rate: 0.3", "no trial is large enough"),
        ("experimental_rate: 0.5", "experimental_rate: 50", "write 0.5 for 50%"),
        ("experimental_rate: 0.5", "risk_difference: 0.8", "would be 1.1"),
        ("experimental_rate: 0.5", "risk_difference: -0.1", "better above 0"),
        ("control: {rate: 0.3}", "control: {rate: 3}", "a rate lies between 0 and 1"),
        ("{rate: 0.3}", "{median: 3}", "the control arm's rate is not given"),
        ("power: 0.9", "power: 0.9, events: 100", "such an endpoint is counted in patients"),
        ("power: 0.9", "power: 0.9, solve_for: events", "solved for times to events"),
        ("power: 0.9", "power: 0.9, looks: {calendar: [12, 24]}", "are for times to events"),
        ("planning: {", "planning: {dropout: {yearly: 0.1}, ", "dropout is of use for times"),
        ("power: 0.9", "looks: {number: 2}", "the size is needed"),
        ("effect: {", "test: {method: fisher}, effect: {margin: -0.1, ", "has no margin"),
    ],
)
def test_one_fault_of_a_binary_design(old, new, words):
    problems = told(AT_ONCE, old, new)
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("standard_deviation: 15", "standard_deviation: 0", "a standard deviation is above 0"),
        ("standard_deviation: 15", "correlation: 0.5", "the standard deviation is not given"),
        ("standard_deviation: 15", "standard_deviation: 15, correlation: 2", "between -1 and 1"),
        ("mean_difference: -5", "mean_difference: 5", "better below 0"),
        ("mean_difference: -5", "hazard_ratio: 0.7", "write `mean_difference`"),
    ],
)
def test_one_fault_of_a_design_of_means(old, new, words):
    problems = told(OF_MEANS, old, new)
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("multiplicity", "words"),
    [
        ("{procedure: holmes}", "write 'holm'"),
        ("{procedure: fixed sequence, order: [H1, H3]}", "no such hypothesis, found 'H3'"),
        ("{procedure: fixed sequence, order: [H1]}", "without control of error, found 'H2'"),
        ("{procedure: fixed sequence, order: [H1, H2, H1]}", "the same hypothesis twice"),
        ("{procedure: hochberg, weights: {H1: 1, H2: 0}}", "'hochberg' has no `weights`"),
        ("{weights: {H1: 0.7, H2: 0.7}, transitions: {H1: {H2: 1}}}", "add up to at most 1"),
        ("{weights: {H1: 1}, transitions: {H2: {H1: 1}}}", "no alpha ever comes to this"),
        ("{weights: {H1: 1}, transitions: {H1: {H2: 2}}}", "shares passed on add up"),
        ("{weights: {H1: 1}, transitions: {H1: {H1: 1, H2: 0}}}", "passes alpha to others"),
        ("{weights: {H1: 1}, transitions: {H1: {H4: 1}}}", "no such hypothesis, found 'H4'"),
    ],
)
def test_one_fault_of_a_multiplicity_rule(multiplicity, words):
    problems = told(TWO, "{procedure: holm}", multiplicity)
    assert any(words in problem for problem in problems), problems


def test_several_primary_hypotheses_say_how_they_share_alpha():
    problems = told(TWO, ", multiplicity: {procedure: holm}", "")
    assert len(problems) == 1
    assert "several primary hypotheses share alpha, and nothing says how" in problems[0]


def test_assumptions_on_which_nothing_rests_are_refused():
    problems = told(TWO, "os: {control: {median: 12}}", "cr: {control: {rate: 0.3}}")
    assert any("nothing rests on these assumptions" in problem for problem in problems)


def test_a_table_of_alternatives_has_an_end():
    powers = ", ".join(f"{0.5 + i / 100:g}" for i in range(40))
    ratios = ", ".join(f"{0.5 + i / 100:g}" for i in range(20))
    text = IN_TIME.replace("power: 0.9", f"power: [{powers}]")
    problems = told(text, "hazard_ratio: 0.7", f"hazard_ratio: [{ratios}]")
    assert any("at most 500 rows, found 800" in problem for problem in problems)


def test_a_trial_without_an_effect_has_no_design():
    text = IN_TIME.replace(", effect: {hazard_ratio: 0.7}", "").replace("power: 0.9", "events: 9")
    problems = problems_of(text)
    assert any("a design is made for an effect" in problem for problem in problems)

"""Rehearsals that cannot be as written: each problem told at its line and column, with a remedy."""

from pathlib import Path

import pytest

from equipoise.design.trial import design_trial
from equipoise.errors import ProtocolError, SimulationError
from equipoise.io.protocol.read import examine, examine_text, read_protocol
from equipoise.simulate.planned.planned import planned_rehearsal

ROOT = Path(__file__).parents[2]
LAWS = ROOT / "tests" / "laws"
HEAD = (LAWS / "protocol-design-of-rehearsal.yaml").read_text("utf-8").partition("conduct:")[0]
LINE = HEAD.count("\n") + 1
COURSE = """\
time_unit: year
states: [{id: well}, {id: dead}]
start: {well: 1}
transitions: [{from: well, to: dead, hazard: 0.3}]
readings: [{endpoint: os, entering: {dead: death}}]
"""

# one line of a protocol → each problem's column, and words of it
CONDUCT = {
    "{acrual: poisson}": [(11, "unknown key in conduct, found 'acrual'; write 'accrual'")],
    "{accrual: random}": [(20, "use one of 'poisson', 'even', 'uniform'")],
    "{randomization: {block: 5, probability: 0.2}}": [
        (34, "whole numbers of patients of every arm, found 5"),
        (50, "a probability from 0.5 to 1 belongs here, found 0.2"),
    ],
    "{looks: [{events: 10}]}": [(18, "the design has 3 looks, found 1")],
    "{looks: [{events: 0}, {gap: 2}, {after_look: 3, later: 2}]}": [
        (28, "conduct.looks.1.events: a number of events is 1 or more, found 0"),
        (32, "conduct.looks.2: nothing says when this look is held"),
        (55, "conduct.looks.3.after_look: an earlier look is named here"),
    ],
    "{looks: [{events: 9, endpoint: response}, {patients: 9, population: itt}, {after_look: 1}]}": [
        (41, "no such endpoint with events, found 'response'; use one of 'dfs', 'os', 'ttr'"),
        (78, "no such population, found 'itt'"),
        (84, "`after_look` and `later` go together"),
    ],
    "{reporting_delay: {ae: 2}, maximum_duration: 0}": [
        (33, "no such endpoint with events, found 'ae'"),
        (55, "a length of time belongs here, found '0'"),
    ],
    "{drop_arms: [{look: 3}, {look: 1, keep: 2}]}": [
        (23, "nothing says which arms are dropped; write `keep: 1`, or `below: 0`"),
        (30, "after a look before the last of 3, found 3"),
        (50, "fewer than the 2 experimental arms are kept"),
    ],
    "{reestimate_size: [{look: 1, hypothesis: X, target: 2, promising: [1, 0.3], most: 0.5}]}": [
        (51, "no such hypothesis, found 'X'"),
        (62, "a power lies between 0 and 1, found 2"),
        (76, "a range of power from a lower to a higher value"),
        (92, "a size is raised, never lowered, found 0.5"),
    ],
    "{closed_test: simes, drop_arms: [{look: 1, keep: 1, method: all data}]}": [
        (24, "weighs stages, and 'all data' all data alike"),
    ],
}
SCENARIOS = {
    "{planned: {endpoints: {dfs: {hazard_ratio: 0.5}}, patients: 3}}": [
        (40, "the design plans for this endpoint already, found 'dfs'"),
        (72, "`planned` is what the design assumes"),
    ],
    "{a: {endpoints: {dfs: {hazrd_ratio: 0.5}}}}": [(35, "write 'hazard_ratio'")],
    "{a: {endpoints: {dfss: {hazard_ratio: 0.5}}}}": [(35, "no such endpoint, found 'dfss'")],
    "{a: {endpoints: {dfs: {hazard_ratio: {3: 0.5}}}}}": [(49, "the first moment is 0, found 3")],
    "{a: {endpoints: {dfs: {hazard_ratio: [[0, 1], [0, 2]]}}}}": [
        (49, "moments increase from one to the next, found 0 after 0")
    ],
    "{a: {endpoints: {dfs: {hazard_ratio: -1, experimental: {median: 2}}}}}": [
        (49, "a hazard ratio is 0 or more, found -1"),
        (67, "told by a ratio, or by itself, found both"),
    ],
    "{a: {endpoints: {response: {hazard_ratio: 0.5, control: {median: 2}}, ae: {}}}}": [
        (54, "not said of such an endpoint, found hazard_ratio; write `rate`"),
        (68, "not said of such an endpoint, found control; write `rate`"),
        (86, "only times to events and yes-or-no answers are rehearsed"),
    ],
    "{a: {endpoints: {dfs: {shape: 1.2}, os: {missing: 0.1}}}}": [
        (42, "a shape goes with the control's course"),
        (62, "not said of such an endpoint, found missing"),
    ],
    "{a: {endpoints: {dfs: {strata: {middle: {hazard_ratio: 1}}, arms: {control: {}}}}}}": [
        (52, "no such level of a stratum, found 'middle'"),
        (88, "no such experimental arm, found 'control'; use one of 'low', 'high'"),
    ],
    "{a: {endpoints: {dfs: {switching: "
    "{after: dfs, arm: low, probability: 2, hazard_ratio: 1}}}}}": [
        (54, "no such other endpoint with events, found 'dfs'"),
        (82, "a probability lies between 0 and 1, found 2"),
    ],
    "{a: {strata: {risk: {low_risk: 0.5, high_risk: 0.6}}, populations: {positive: 1.5}}}": [
        (32, "shares add up to 1, found 1.1"),
        (90, "a prevalence lies between 0 and 1, found 1.5"),
    ],
    "{a: {correlation: 2, correlations: {dfs: {dfs: 0.5}}}}": [
        (30, "a correlation lies between -1 and 1, found 2"),
        (59, "an endpoint is correlated with another"),
    ],
    "{a: {course: x.yaml, endpoints: {dfs: {hazard_ratio: 1}}, correlation: 0.2}}": [
        (16, "a scenario tells of its endpoints in one way, found `endpoints`, `course`"),
        (83, "are correlated already; delete it"),
    ],
    "{a: {course: {states: [{id: x}, {id: y}], start: {x: 0.5}, "
    "transitions: [{from: x, to: z, hazard: {controll: 1}}], "
    "readings: [{endpoint: dfs, entering: {y: died}}]}}}": [
        (61, "shares of the states add up to 1, found 0.5"),
        (99, "no such state, found 'z'"),
        (110, "an arm without its rate"),
        (121, "no such arm, found 'controll'; write 'control'"),
        (168, "no such event of dfs, found 'died'; use one of 'relapse', 'death'"),
    ],
    "[1]": [(12, "a mapping belongs here")],
}
CASES = [(f"conduct: {held}", told) for held, told in CONDUCT.items()]
CASES += [(f"scenarios: {held}", told) for held, told in SCENARIOS.items()]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:70] for text, _ in CASES])
def test_each_problem_at_its_place(text, expected):
    problems = examine_text(HEAD + text, "p.yaml").problems
    assert [(problem.line, problem.column) for problem in problems] == [
        (LINE, column) for column, _ in expected
    ]
    for problem, (_, words) in zip(problems, expected, strict=True):
        assert words in str(problem)
        assert problem.remedy


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "protocol.yaml").write_text(HEAD + "scenarios: {told: {course: c.yaml}}\n", "utf-8")
    return tmp_path


class TestCourseFiles:
    """Problems of a course stand at the line and column of the course's own file."""

    @pytest.mark.parametrize(
        ("old", "new", "place", "words"),
        [
            ("time_unit", "time-unit", "1:1", "unknown key, found 'time-unit'; write 'time_unit'"),
            ("to: dead", "to: dad", "4:32", "no such state, found 'dad'; write 'dead'"),
            ("hazard: 0.3", "hazard: -0.3", "4:46", "a hazard or rate is 0 or more, found -0.3"),
            ("hazard: 0.3", "hazard: {0: 1, 0: 2}", "4:53", "the same key twice"),
            ("{well: 1}", "{well: 1.1}", "3:8", "shares of the states add up to 1, found 1.1"),
            ("endpoint: os", "endpoint: oss", "5:23", "no such endpoint, found 'oss'; write 'os'"),
            ("{dead: death}", "{dead: died}", "5:44", "no such event of os, found 'died'"),
            ("start: {well: 1}\n", "", "1:1", "the file lacks `start`; add `start`"),
            ("well}", "well", "2:", "not valid YAML"),
            (COURSE, "", "1:1", "the file is empty"),
        ],
    )
    def test_at_its_own_place(self, folder, old, new, place, words):
        (folder / "c.yaml").write_text(COURSE.replace(old, new), "utf-8")
        problems = examine(folder).problems
        assert len(problems) == 1
        assert str(problems[0]).startswith(f"{folder / 'c.yaml'}:{place}")
        assert words in str(problems[0])

    def test_a_file_that_is_not_there_is_told_at_the_protocol_s_line(self, folder):
        with pytest.raises(
            ProtocolError, match=rf"protocol.yaml:{LINE}:28: .* no such file beside"
        ):
            read_protocol(folder)

    def test_hazards_by_the_year_are_put_in_the_trial_s_months(self, folder):
        (folder / "c.yaml").write_text(COURSE, "utf-8")
        course = read_protocol(folder).rehearsal.scenario("told").course
        assert course.transitions[0].hazard == ((0.0, pytest.approx(0.3 / 12, rel=1e-12)),)
        assert course.start[2] == ("high", (("well", 1.0),))


class TestRefusedWhenPlanned:
    """What no check of the file can know is refused when the rehearsal is planned, in words."""

    @pytest.mark.parametrize("name", ["colon", "myeloid", "cdisc-pilot"])
    def test_a_protocol_without_a_design_says_what_is_missing(self, name):
        protocol = read_protocol(ROOT / "examples" / name)
        with pytest.raises(SimulationError, match=r"promises no design.*Add `design` and `plan"):
            planned_rehearsal(protocol, None)

    @pytest.mark.parametrize(
        ("text", "scenario", "words"),
        [
            ("by-events", "planned", "plans events without patients"),
            ("by-information", "late", "no scenario 'late'; use one of 'planned', 'no_effect'"),
            ("of-rehearsal", "real", "draws its patients from data, and none are given"),
            ("of-rehearsal", "filed", "was not read. Read the protocol from its file"),
        ],
    )
    def test_with_one_sentence(self, text, scenario, words):
        held = (LAWS / f"protocol-design-{text}.yaml").read_text("utf-8")
        protocol = examine_text(held, "p").protocol
        with pytest.raises(SimulationError, match=words):
            planned_rehearsal(protocol, design_trial(protocol), scenario)

    def test_a_course_that_does_not_tell_of_an_endpoint_tested(self, folder):
        (folder / "c.yaml").write_text(COURSE, "utf-8")
        protocol = read_protocol(folder)
        with pytest.raises(SimulationError, match=r"'told' does not tell what becomes of 'dfs'"):
            planned_rehearsal(protocol, design_trial(protocol), "told")

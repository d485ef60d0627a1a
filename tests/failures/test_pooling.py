"""Studies that do not fit together, networks that fall apart, targets out of reach, bad files."""

import re
from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.estimates import Absent, Estimate, Interval
from equipoise.appraise.indirect.bucher import bucher
from equipoise.appraise.indirect.matched import anchored_comparison, unanchored_comparison
from equipoise.appraise.indirect.weights import TargetCovariate, matching_weights
from equipoise.appraise.network.network import network
from equipoise.appraise.network.studies import (
    ArmContrast,
    NetworkStudy,
    several_arm_study,
    two_arm_study,
)
from equipoise.appraise.pooling.answers import answered
from equipoise.appraise.pooling.asked import pooled_as_asked
from equipoise.appraise.pooling.asymmetry import funnel_asymmetry
from equipoise.appraise.pooling.pool import pool
from equipoise.appraise.pooling.regression import meta_regression, subgroups
from equipoise.appraise.pooling.sensitivity import cumulative, leave_one_out
from equipoise.appraise.pooling.studies import (
    StudyEffect,
    StudyTable,
    study_from_difference,
    study_from_estimate,
    study_from_events,
    study_from_ratio,
    study_from_table,
)
from equipoise.appraise.pooling.tables import pool_tables
from equipoise.appraise.pooling.trim import trim_and_fill
from equipoise.errors import ClaimError, DataError, EquipoiseError, NotEstimable
from equipoise.io.pooling.file import read_pooling, read_pooling_file

ONE, TWO, THREE = (StudyEffect(name, name, -0.3, 0.2) for name in "abc")
DIFFERENCE = StudyEffect("d", "d", -0.1, 0.05, scale="identity")
NO_EVENTS = StudyTable("t", "t", 0, 20, 0, 20)
GONE = Estimate(
    Absent.NO_EVENTS, Absent.NO_EVENTS, Interval(Absent.NO_EVENTS, Absent.NO_EVENTS, 0.95, ""), ""
)


def joined(study, pair):
    return two_arm_study(study, experimental=pair[0], control=pair[1])


def pairs(*known):
    return [ArmContrast(pair[0], pair[1], value, error) for pair, value, error in known]


PATIENTS = np.column_stack([np.linspace(40, 70, 30), np.tile([0.0, 1.0, 1.0], 10)])
AGE = [TargetCovariate("age", 50.0)]
REFUSED = {
    "no study": (lambda: pool([]), ClaimError, "no study"),
    "twice": (lambda: pool([ONE, ONE]), ClaimError, "there twice"),
    "ratio and difference": (lambda: pool([ONE, DIFFERENCE]), ClaimError, "ratios with ratios"),
    "unknown method": (lambda: pool([ONE], method="DLL"), ClaimError, "'DLL' is not known"),
    "unknown interval": (lambda: pool([ONE], interval="t"), ClaimError, "'t' is not known"),
    "a level of 95": (lambda: pool([ONE], level=95), ClaimError, "between 0 and 1"),
    "fixed Knapp": (
        lambda: pool([ONE], method="fixed", interval="hartung-knapp"), ClaimError, "random effects",
    ),
    "no error": (lambda: StudyEffect("a", "a", 0.1, 0.0), ClaimError, "above 0"),
    "no number": (lambda: StudyEffect("a", "a", float("nan"), 0.1), ClaimError, "give a number"),
    "limits exchanged": (lambda: study_from_ratio("a", 0.7, 1.1, 0.5), ClaimError, "either side"),
    "limits of another": (lambda: study_from_ratio("a", 0.4, 0.5, 1.1), ClaimError, "either side"),
    "difference outside": (
        lambda: study_from_difference("a", 1.0, 0.1, 0.5), ClaimError, "either side",
    ),
    "no variance": (lambda: study_from_events("a", -3.0, 0.0), ClaimError, "O - E"),
    "an absent estimate": (lambda: study_from_estimate("a", GONE), ClaimError, "no events"),
    "more than all": (lambda: StudyTable("a", "a", 12, 10, 1, 10), ClaimError, "12 successes"),
    "no events": (lambda: study_from_table(NO_EVENTS), ClaimError, "risk differences"),
    "no events at all": (lambda: pool_tables([NO_EVENTS]), NotEstimable, "no odds ratio exists"),
    "one arm has all events": (
        lambda: pool_tables([StudyTable("a", "a", 3, 20, 0, 20)]), NotEstimable, "Peto",
    ),
    "Peto's risks": (
        lambda: pool_tables([NO_EVENTS], measure="risk ratio", method="Peto"), ClaimError, "odds",
    ),
    "no tables": (lambda: pool_tables([]), ClaimError, "no study"),
    "nothing left": (lambda: leave_one_out(pool([ONE])), NotEstimable, "nothing is left"),
    "two to trim": (lambda: trim_and_fill(pool([ONE, TWO])), NotEstimable, "too few"),
    "tables to trim": (
        lambda: trim_and_fill(pool_tables([StudyTable("a", "a", 4, 123, 11, 139)])),
        ClaimError, "study_from_table",
    ),
    "no year": (lambda: cumulative(pool([ONE, TWO])), ClaimError, "no year"),
    "no group": (lambda: subgroups([ONE, TWO]), ClaimError, "no group"),
    "two for a line": (lambda: meta_regression([ONE, TWO], [1, 2]), NotEstimable, "too few"),
    "a flat moderator": (
        lambda: meta_regression([ONE, TWO, THREE], [1, 1, 1]), NotEstimable, "same moderator",
    ),
    "a moderator short": (
        lambda: meta_regression([ONE, TWO, THREE], [1, 2]), ClaimError, "2 numbers",
    ),
    "a flat funnel": (lambda: funnel_asymmetry([ONE, TWO, THREE]), NotEstimable, "standard error"),
    "two parts": (
        lambda: network([joined(ONE, "AB"), joined(TWO, "CD")]), NotEstimable, "B, A; D, C",
    ),
    "no network": (lambda: network([]), ClaimError, "no study"),
    "a study twice": (
        lambda: network([joined(ONE, "AB"), joined(ONE, "BC")]), ClaimError, "several_arm_study",
    ),
    "unknown reference": (
        lambda: network([joined(ONE, "AB")], reference="Z"), ClaimError, "not in the network",
    ),
    "against itself": (
        lambda: network([joined(ONE, "AB")]).comparison("A", "A"), ClaimError, "itself",
    ),
    "one treatment": (
        lambda: NetworkStudy("a", "a", ("A",), (), ()), ClaimError, "two or more",
    ),
    "same arms": (lambda: joined(ONE, "AA"), ClaimError, "all different"),
    "a pair missing": (
        lambda: several_arm_study("s", pairs(("AB", 0.1, 0.2), ("BC", 0.1, 0.2))),
        ClaimError, "against",
    ),
    "a triangle that does not close": (
        lambda: several_arm_study(
            "s", pairs(("AB", 0.1, 0.2), ("BC", 0.1, 0.2), ("AC", -0.2, 0.2))
        ),
        ClaimError, "round the triangle",
    ),
    "errors no arms have": (
        lambda: several_arm_study(
            "s", pairs(("AB", 0.1, 0.1), ("BC", 0.1, 0.1), ("AC", 0.2, 0.9))
        ),
        ClaimError, "contradict each other",
    ),
    "shared by more than all": (
        lambda: several_arm_study(
            "s", pairs(("AB", 0.1, 0.1), ("CB", 0.1, 0.1)), shared_variance=0.5
        ),
        ClaimError, "contradict each other",
    ),
    "Bucher of a difference": (lambda: bucher(ONE, DIFFERENCE), ClaimError, "ratios with ratios"),
    "a target out of range": (
        lambda: matching_weights(PATIENTS[:, :1], [TargetCovariate("age", 80.0)]),
        NotEstimable, "does not lie within",
    ),
    "a target out of the hull": (
        lambda: matching_weights(
            np.column_stack([np.arange(10.0), np.arange(10.0) + np.tile([0, 0.1], 5)]),
            [TargetCovariate("x", 2.0), TargetCovariate("y", 8.0)],
        ),
        NotEstimable, "convex hull",
    ),
    "a target on the edge": (
        lambda: matching_weights(
            [[0, 0], [1, 1], [0, 1], [0, 1]], [TargetCovariate("a", 0.5), TargetCovariate("b", 0.5)]
        ),
        NotEstimable, "very edge",
    ),
    "no target": (lambda: matching_weights(PATIENTS, []), ClaimError, "No covariate"),
    "a negative deviation": (
        lambda: matching_weights(PATIENTS[:, :1], [TargetCovariate("age", 50.0, -1.0)]),
        ClaimError, "deviation of 0 or more",
    ),
    "a covariate not had": (
        lambda: matching_weights(PATIENTS, AGE, names=["years", "female"]),
        DataError, "no covariate 'age'",
    ),
    "a covariate missing": (
        lambda: matching_weights([[50.0], [np.nan]], AGE), DataError, "Rows [2]",
    ),
    "few draws": (
        lambda: unanchored_comparison(
            np.arange(1, 31), np.ones(30), PATIENTS[:, 0], AGE, [1.0, 2.0, 3.0], [1, 1, 1], draws=5
        ),
        ClaimError, "100 or more",
    ),
    "arms short": (
        lambda: anchored_comparison(
            np.arange(1, 31), np.ones(30), [0, 1], PATIENTS[:, 0], AGE, ONE
        ),
        DataError, "experimental has 2 values",
    ),
    "anchored on a difference": (
        lambda: anchored_comparison(
            np.arange(1, 31), np.ones(30), np.tile([0, 1], 15), PATIENTS[:, 0], AGE, DIFFERENCE
        ),
        ClaimError, "give a hazard ratio",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("attempt", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(attempt, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        attempt()


BAD = """title: x
pools:
  - id: a
    efect: hazard ratio
    method: DLL
    level: 95
    studies:
      - {id: s1, estimate: 0.70 (1.03-0.47)}
      - {id: s2, estimate: 0.70}
      - {id: s3, year: soon, estimate: 0.7 (0.5-0.9)}
      - {id: s4, estimate: 0.7 (0.5-0.9), events: 1/2 v 3/4}
      - {estimate: 0.7 (0.5-0.9)}
      - {id: s6, events: 9/40 v 3/40}
      - {id: s7, observed_minus_expected: -3}
      - {id: s8, estimate: 0.4 (0.5-0.9)}
      - [a]
  - {id: b, effect: odds ratio, studies: [{id: t, events: 9/4 v 3/4}]}
  - {id: c, effect: odds ratio, studies: [{id: t, events: nine}]}
  - {id: c}
  - 3
"""
LINES = {
    4: "write 'effect'",
    5: "write 'DL'",
    6: "between 0 and 1",
    8: "lower limit first",
    9: "has no limits",
    10: "`year` is a number",
    11: "gives estimate and events",
    12: "`id` is missing",
    13: "tell no hazard ratio",
    14: "without its variance",
    15: "either side",
    16: "`key: value` lines",
    17: "4 patients; swap or correct them",
    18: "not understood",
    19: "has no studies",
    20: "`key: value` lines",
}


def test_every_wrong_line_is_named():
    with pytest.raises(ClaimError) as caught:
        read_pooling(BAD, "bad.yaml")
    told = {}
    for line in str(caught.value).splitlines():
        told.setdefault(int(line.split(":")[1]), []).append(line)
    assert set(told) == set(LINES)
    for number, words in LINES.items():
        assert any(words in line for line in told[number]), (number, told[number])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: x", "lacks `pools`"),
        ("- a", "`key: value` lines"),
        ("pools: 3", "pools is a list"),
        ("pools: [", "not valid YAML"),
        ("pools: []\npools: []", "same key twice"),
        (
            (
                "pools: [{id: a, studies: [{id: s, estimate: 0.7 (0.5-0.9)},"
                " {id: s, estimate: 0.7 (0.5-0.9)}]}]"
            ),
            "'s' is there twice",
        ),
    ],
)
def test_files_that_are_no_pooling_files(text, words):
    with pytest.raises(ClaimError, match=re.escape(words)):
        read_pooling(text, "x.yaml")


HEAD = "title: x\npools:\n  - id: a\n"
TWO_STUDIES = "    studies: [{id: s, estimate: 0.7 (0.5-0.98)}, {id: t, events: 3/40 v 9/40}]\n"
LINK = "      - {{id: {}, experimental: {}, control: {}, estimate: 0.7 (0.5-0.98)}}\n"
LATER = {
    "a method for tables alone": (
        HEAD + "    effect: odds ratio\n    method: Peto\n" + TWO_STUDIES, ":3:", "of both arms",
    ),
    "an interval that a method does not have": (
        HEAD + "    effect: odds ratio\n    method: Peto\n    interval_method: hartung-knapp\n"
        "    studies: [{id: t, events: 3/40 v 9/40}]\n", ":3:", "Leave `interval_method` out",
    ),
    "random effects of one effect": (
        HEAD + "    method: fixed\n    interval_method: hartung-knapp\n"
        "    studies: [{id: s, estimate: 0.7 (0.5-0.98)}]\n", ":3:", "is of random effects",
    ),
    "no events": (
        HEAD + "    effect: risk ratio\n    studies: [{id: t, events: 0/40 v 0/40}]\n",
        ":3:", "does not exist",
    ),
    "an unknown reference": (
        "networks:\n  - id: n\n    reference: Z\n    studies:\n" + LINK.format("s", "A", "B"),
        ":2:", "not in the network",
    ),
    "a network in two parts": (
        "networks:\n  - id: n\n    studies:\n"
        + LINK.format("s", "A", "B") + LINK.format("t", "C", "D"),
        ":2:", "fall into 2 networks",
    ),
    "a bound for an estimate": (
        HEAD + "    studies: [{id: s, estimate: <0.7 (0.5-0.98)}]\n", ":4:", "but a bound",
    ),
    "two levels": (
        HEAD + "    studies: [{id: s, level: 0.99, estimate: '0.7 (90% CI, 0.5-0.98)'}]\n",
        ":4:", "keep one",
    ),
    "another kind": (
        HEAD + "    effect: risk difference\n    studies: [{id: s, estimate: 154% (20-280)}]\n",
        ":5:", "percentage over 100",
    ),
    "a key that nothing would come of": (
        HEAD + "    studies: [{id: s, estimate: 0.7 (0.5-0.98), variance: 3}]\n",
        ":4:", "leave it out",
    ),
    "a level of events": (
        HEAD + "    effect: odds ratio\n"
        "    studies: [{id: t, level: 0.9, events: 3/40 v 9/40}]\n", ":5:", "leave it out",
    ),
    "a pair and contrasts": (
        "networks:\n  - id: n\n    studies:\n"
        "      - id: s\n        control: B\n        contrasts:\n"
        "    " + LINK.format("s", "A", "B").replace("id: s, ", ""), ":5:", "leave it out",
    ),
    "shared by two arms": (
        "networks:\n  - id: n\n    studies:\n"
        + LINK.format("s, shared_variance: 0.1", "A", "B"), ":4:", "three arms or more",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), LATER.values(), ids=LATER)
def test_what_stands_in_the_way_of_an_answer_names_its_line(text, line, words):
    with pytest.raises((ClaimError, NotEstimable), match=re.escape(words)) as caught:
        answered(read_pooling(text, "x.yaml"))
    assert str(caught.value).startswith(f"x.yaml{line}")


def test_files_that_cannot_be_opened(tmp_path: Path):
    empty, odd, large = (tmp_path / name for name in ("empty.yaml", "odd.yaml", "large.yaml"))
    empty.write_text(" \n", encoding="utf-8")
    odd.write_bytes(b"\xff\xfe\x00a")
    large.write_text("#" * 300_000, encoding="utf-8")
    for path in (empty, odd, large, tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ClaimError, match=re.escape(path.name)):
            read_pooling_file(path)


def test_tables_and_estimates_do_not_mix_in_mantel_and_haenszel():
    text = "pools: [{id: a, method: Peto, studies: [{id: s, estimate: 0.7 (0.5-0.9)}]}]"
    with pytest.raises(ClaimError, match="events and patients of both arms"):
        pooled_as_asked(read_pooling(text, "x.yaml").pools[0])


@pytest.mark.parametrize("seed", range(200))
def test_damaged_files_never_end_in_a_traceback(seed):
    random = np.random.default_rng(seed)
    text = list((Path(__file__).parents[2] / "examples/aall1331/pooling.yaml").read_text("utf-8"))
    for _ in range(random.integers(1, 6)):
        place = int(random.integers(0, len(text)))
        text[place : place + int(random.integers(0, 4))] = random.choice(list(":-[]{}#'\"0.x\n "))
    try:
        asked = read_pooling("".join(text), "damaged.yaml")
        for each in asked.pools:
            pooled_as_asked(each)
    except EquipoiseError as error:
        assert str(error)  # noqa: PT017 - whatever is refused is refused in words

"""Whole trials in which something is missing, empty, tied or never happens.

Every world goes through `analyze` and the whole report.  What does not exist is named: no NaN,
no warning, no crash; and a reader who meets NE or NR finds beneath the table what it means.
"""

import re

import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from degenerate_trial import (
    PROTOCOL,
    Columns,
    adverse_events,
    frames,
    numbers,
    patients,
    unexplained,
    write_protocol,
)
from document_walk import UNUSABLE, texts
from equipoise.analyze.estimates import Absent
from equipoise.errors import EquipoiseError
from equipoise.report.build import build_document
from equipoise.verbs import FORMATS, analyze

SIZE = 24
NO_EVENTS = {"died": [0] * SIZE, "ended": [0] * SIZE}
NOTHING = {name: [] for name in adverse_events()}
ORDINARY = patients(SIZE)


def among(arm: str, column: str, otherwise: object) -> list:
    """Keep a column in one arm only."""
    pairs = zip(ORDINARY[column], ORDINARY["arm"], strict=True)
    return [value if here == arm else otherwise for value, here in pairs]


def in_arm(arm: str, yes: object = 1, no: object = 0) -> list:
    return [yes if here == arm else no for here in ORDINARY["arm"]]


WORLDS: dict[str, Columns] = {
    "ordinary": {},
    "no events": NO_EVENTS,
    "events in the new arm only": {"died": in_arm("new"), "ended": in_arm("new")},
    "events in the standard arm only": {"died": in_arm("standard"), "ended": in_arm("standard")},
    "everyone tied": {"days": [7.0] * SIZE},
    "everyone dies on one day": {"days": [7.0] * SIZE, "died": [1] * SIZE, "ended": [2] * SIZE},
    "all times zero": {"days": [0.0] * SIZE},
    "all times zero, no events": {"days": [0.0] * SIZE, **NO_EVENTS},
    "a stratum with one arm": {"risk": ["high"] * 1 + ["low"] * (SIZE - 1)},
    "every stratum with one arm": {"risk": in_arm("new", "high", "low")},
    "strata missing for some": {"risk": [None] * 5 + ORDINARY["risk"][5:]},
    "strata missing for all": {"risk": [None] * SIZE},
    "strata missing in one arm": {"risk": among("new", "risk", None)},
    "a subgroup level without patients": {"sex": ["female"] * SIZE},
    "a subgroup level with one arm": {"sex": in_arm("new", "male", "female")},
    "subgroups missing for all": {"sex": [None] * SIZE},
    "median not reached": {"died": [1, 1] + [0] * (SIZE - 2)},
    "no answers, a constant measurement, no competing events": {
        "answer": [None] * SIZE,
        "score": [5.0] * SIZE,
        "ended": [int(x == 1) for x in ORDINARY["ended"]],
    },
    "no answers in one arm, no measurements, competing events only": {
        "answer": among("standard", "answer", None),
        "score": [None] * SIZE,
        "ended": [2 * int(x == 2) for x in ORDINARY["ended"]],
    },
    "everyone responds, no measurements in one arm": {
        "answer": [1] * SIZE,
        "score": among("standard", "score", None),
    },
    "nobody responds, a constant baseline": {"answer": [0] * SIZE, "age": [50.0] * SIZE},
    "no answers in one arm of a stratum, no baseline": {
        "answer": [
            None if (arm, risk) == ("new", "low") else answer
            for arm, risk, answer in zip(
                *(ORDINARY[name] for name in ("arm", "risk", "answer")), strict=True
            )
        ],
        "age": [None] * SIZE,
    },
}
LATE = ("event: died == 1}", "event: died == 1, entry: start}")
HORIZON = "landmarks: [40], restricted_mean_until: 4000"
CHANGED = {
    "a landmark beyond follow-up": ({}, [("[40]", "[40, 4000]")]),
    "a restricted mean beyond follow-up": ({}, [("landmarks: [40]", HORIZON)]),
    "late entry": ({"start": [day / 3 for day in ORDINARY["days"]]}, [LATE]),
    "the risk set empties": (
        {
            "start": [0.0, 0.0] + [40.0] * (SIZE - 2),
            "days": [3.0, 5.0, *(41.0 + i for i in range(SIZE - 2))],
            "died": [1] * SIZE,
        },
        [LATE],
    ),
    "missing answers count as no": (
        {"answer": [None] * SIZE},
        [("missing: excluded", "missing: counts as no")],
    ),
}


def analyzed(folder, columns, *changes, events=None, text=PROTOCOL, table=None, **more):
    """Analyze, report, and hold every number and every printed mark to account."""
    protocol = write_protocol(folder, *changes, text=text)
    data = {**frames((table or ORDINARY) | columns, events), **more}
    result = analyze(protocol, data)
    assert numbers((result.endpoints, result.baseline))
    with pytest.MonkeyPatch.context() as patch:  # each figure is drawn once, as SVG
        patch.setattr(FigureCanvasAgg, "print_png", lambda *_, **__: None)
        document = build_document(result)
    assert [text for text in texts(document) if UNUSABLE.search(text)] == []
    assert unexplained(document) == []
    return result


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS.keys())
def test_a_world(tmp_path, world):
    analyzed(tmp_path, world)


@pytest.mark.parametrize(("world", "changes"), CHANGED.values(), ids=CHANGED.keys())
def test_a_world_and_a_promise(tmp_path, world, changes):
    analyzed(tmp_path, world, *changes)


def test_one_patient_an_arm(tmp_path):
    result = analyzed(tmp_path, {}, table=patients(2), events=NOTHING)
    survival = result.endpoints[0].comparisons[0]
    assert survival.hazard_ratio.value is Absent.MONOTONE_LIKELIHOOD
    assert survival.restricted_mean.difference.interval.lower is Absent.NO_VARIANCE
    assert survival.interactions[0].test.p_two_sided is Absent.NO_PATIENTS


def test_no_adverse_events(tmp_path):
    harm = analyzed(tmp_path, {}, events=NOTHING).endpoints[-1]
    assert harm.rows == ()
    assert {cell.patients for row in harm.overview for cell in row.by_arm.values()} == {0}


@pytest.mark.parametrize("how", ["no column", "an empty column"])
def test_adverse_events_without_grades(tmp_path, how):
    events = adverse_events()
    if how == "no column":
        del events["grade"]
        harm = analyzed(tmp_path, {}, (", grade: grade", ""), events=events).endpoints[-1]
    else:
        harm = analyzed(tmp_path, {}, events=events | {"grade": [None] * 5}).endpoints[-1]
    assert harm.grades == ()
    assert len(harm.rows) == 6  # two organ classes, four terms


@pytest.mark.parametrize("arms", [3, 4])
def test_several_arms(tmp_path, arms):
    names = ["standard", "new", "third", "fourth"][:arms]
    more = "".join(f"\n  - {{id: {name}, role: experimental}}" for name in names[2:])
    text = PROTOCOL.replace("new, role: experimental}", "new, role: experimental}" + more)
    text = re.sub(r"(id: H\d+, endpoint: \w+)", r"\1, comparison: new_vs_standard", text)
    result = analyzed(tmp_path, {"arm": [names[i % arms] for i in range(SIZE)]}, text=text)
    for endpoint in result.endpoints:
        assert len(endpoint.arms) == arms
        assert len(endpoint.comparisons) == arms - 1


def test_rows_cut_in_two_change_nothing(tmp_path):
    """A patient's follow-up as two (start, stop] rows gives the same analysis."""
    visits: Columns = {name: [] for name in ("id", "start", "days", "died")}
    for who, day, died in zip(*(ORDINARY[c] for c in ("id", "days", "died")), strict=True):
        for row in ((who, 0.0, day / 2, 0), (who, day / 2, day, died)):
            for name, value in zip(visits, row, strict=True):
                visits[name].append(value)
    whole = analyze(write_protocol(tmp_path), frames(ORDINARY)).endpoints[0]
    changes = [
        ("os: {time: days", "os: {table: visits, entry: start, time: days"),
        ("events: events.csv}", "events: events.csv, visits: visits.csv}"),
    ]
    cut = analyzed(tmp_path, {}, *changes, visits=pl.DataFrame(visits)).endpoints[0]
    ours, theirs = cut.comparisons[0], whole.comparisons[0]
    assert ours.hazard_ratio.value == pytest.approx(theirs.hazard_ratio.value, rel=1e-9)
    assert [arm.median for arm in cut.arms] == [arm.median for arm in whole.arms]
    assert [arm.patients for arm in cut.arms] == [12, 12]
    assert [each.test.statistic for each in cut.verdicts] == pytest.approx(
        [each.test.statistic for each in whole.verdicts], rel=1e-9
    )
    assert cut.follow_up[0].median == whole.follow_up[0].median


def test_a_stratum_that_nobody_has_is_a_named_state(tmp_path):
    world = ORDINARY | {"risk": [None] * SIZE}
    survival = analyze(write_protocol(tmp_path), frames(world)).endpoints[0]
    assert survival.verdicts[0].p is Absent.NO_PATIENTS
    assert survival.verdicts[0].rejected is None
    assert isinstance(survival.comparisons[0].unstratified_hazard_ratio.value, float)


def test_patients_without_a_stratum_are_counted_beside_the_test(tmp_path):
    world = ORDINARY | {"risk": [None] * 5 + ORDINARY["risk"][5:]}
    result = analyze(write_protocol(tmp_path), frames(world))
    note = "5 patients without a stratum left out"
    for endpoint in (0, 1, 2):
        assert note in result.endpoints[endpoint].verdicts[0].test.assumed


def test_an_interaction_that_nobody_can_tell(tmp_path):
    """Women in one arm, men in the other: the interaction is the arm; nothing is left to test."""
    protocol = write_protocol(tmp_path)

    def interaction(columns):
        survival = analyze(protocol, frames(ORDINARY | columns)).endpoints[0]
        return survival.comparisons[0].interactions[0].test

    assert interaction({"sex": in_arm("new", "male", "female")}).p_two_sided is Absent.NO_PATIENTS
    pairs = zip(ORDINARY["sex"], ORDINARY["died"], strict=True)
    only_women_die = [int(sex == "female" and died) for sex, died in pairs]
    assert interaction({"died": only_women_die}).p_two_sided is Absent.NO_EVENTS
    assert interaction({}).degrees_of_freedom == 1


def test_a_restricted_mean_beyond_follow_up_says_how_far_it_could_go(tmp_path):
    protocol = write_protocol(tmp_path, ("landmarks: [40]", HORIZON))
    result = analyze(protocol, frames(ORDINARY))
    assert result.endpoints[0].comparisons[0].restricted_mean is None
    printed = " ".join(texts(build_document(result)))
    assert re.search(r"means to 4000 days do not exist: the arms allow times up to 7\d d", printed)


REFUSED = {
    "an arm without patients": ({"arm": ["standard"] * SIZE}, [], "no patient is in arm 'New'"),
    "an arm the protocol lacks": (
        {"arm": ["third", *ORDINARY["arm"][1:]]},
        [],
        "arm holds 'third', which the protocol does not know. Known are",
    ),
    "a protocol with one arm": (
        {"arm": ["new"] * SIZE},
        [("  - {id: standard, role: control}\n", "")],
        "arms: at least 2 belong here, found a list of 1",
    ),
    "no patients": ({name: [] for name in ORDINARY}, [], "no rows: there are no patients"),
    "rows that end as they begin": (
        {"start": ORDINARY["days"]},
        [LATE],
        r"the entry is not before the time.*\[data rows 1, 2",
    ),
}


@pytest.mark.parametrize(("world", "changes", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_words(tmp_path, world, changes, words):
    with pytest.raises(EquipoiseError, match=words):
        analyzed(tmp_path, world, *changes)


@pytest.mark.parametrize("world", ["no events", "everyone tied"])
def test_all_three_documents(tmp_path, world):
    protocol = write_protocol(tmp_path)
    out = tmp_path / "out"
    analyze(protocol, frames(ORDINARY | WORLDS[world]), out=out, formats=FORMATS)
    for ending in FORMATS:
        assert (out / f"report.{ending}").stat().st_size > 1000
    page = (out / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"<td[^>]*>\s*(?:nan|None|-?inf)\s*</td>", page) == []
    rows = pl.read_parquet(next(out.rglob("*.parquet")))
    for name, kind in rows.schema.items():
        if kind.is_float():
            assert not rows[name].is_nan().any(), name
            assert not rows[name].is_infinite().any(), name


def test_pandas_frames_break_no_better(tmp_path):
    protocol = write_protocol(tmp_path)
    world = ORDINARY | WORLDS["no answers in one arm, no measurements, competing events only"]
    same = [
        analyze(protocol, {name: convert(frame) for name, frame in frames(world).items()})
        for convert in (lambda frame: frame, lambda frame: frame.to_pandas())
    ]
    assert same[0].endpoints[2:] == same[1].endpoints[2:]
    assert same[0].endpoints[0].verdicts == same[1].endpoints[0].verdicts

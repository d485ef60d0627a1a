"""Protocol files that cannot be as written: each problem told, at its place, with its remedy.

The files lie in tests/failures/protocol; the first line of each tells its story.
"""

import sys
from pathlib import Path

import pytest

from equipoise.errors import ProtocolError
from equipoise.io.protocol.read import examine_text, read_protocol

FOLDER = Path(__file__).parent / "protocol"
MOST_CALLS = 30_000_000  # three times the most that any of these takes
START = (
    "schema: 1\ntrial: {id: T, title: A trial}\n"
    "arms: [{id: a, role: control}, {id: b, role: experimental}]\n"
    "endpoints: [{id: os, type: time-to-event, events: [death]}]\n"
)

# file → each problem's line, column, and words of what and remedy
EXPECTED = {
    "unknown-keys": [
        (3, 32, "'time-unit'; write 'time_unit'"),
        (5, 28, "'lable'; write 'label'"),
        (8, 52, "'bettter'; write 'better'"),
        (9, 29, "'events'; use one of 'id', 'type', 'label', 'missing', 'better'"),
        (10, 1, "'analisys'; write 'analysis'"),
        (11, 12, "'landmark'; write 'landmarks'"),
        (13, 36, "'were'; write 'where'"),
        (14, 45, "'colum'; write 'column'"),
        (16, 34, "'sujbect'; write 'subject'"),
    ],
    "typing": [
        (3, 23, 'leading zero, found 010; write "010" if it is a text, 10 if a number'),
        (3, 23, "trial.title: a text belongs here"),
        (3, 38, "reads as a number, found '1e-3'; write \"1e-3\""),
        (3, 86, "reads as true or false"),
        (5, 35, "arms.a.label: a text belongs here"),
        (5, 51, "arms.a.allocation: a number belongs here"),
        (6, 33, "no value"),
        (6, 33, "unknown key"),
        (8, 45, 'write "1"'),
        (8, 48, 'write "2"'),
        (10, 35, "'label' has no value"),
        (10, 64, "entry without a value"),
        (11, 49, "a whole number belongs here"),
        (11, 71, "minimum_percent: a number belongs here"),
        (12, 19, "alpha: a number belongs here"),
    ],
    "odd-keys": [
        (3, 1, "unknown key, found '~'"),
        (4, 1, "unknown key, found '[key]'"),
        (5, 32, "unknown key in trial, found '[key]'"),
        (5, 44, "unknown key in trial, found '~'"),
        (5, 50, "unknown key in trial, found '~first'"),
        (7, 60, "unknown key in endpoints.os, found 'binary'"),
        (7, 71, "unknown key in endpoints.os, found 'time-to-event'"),
        (9, 12, "data.tables.~x: an id is a letter, then letters, digits, - and _, found '~x'"),
        (12, 34, "unknown key in data.endpoints.os, found '[key]'"),
    ],
    "duplicate-keys": [
        (3, 32, "same key twice, found 'title'; keep one; the first is at line 3"),
        (6, 1, "same key twice, found 'arms'; keep one; the first is at line 4"),
    ],
    "references": [
        (5, 47, "allocation is above 0"),
        (8, 41, "continuous variable has no levels"),
        (9, 5, "two levels or more"),
        (10, 42, "the same level twice, found 'f'"),
        (10, 59, "levels have no unit"),
        (11, 9, "no such variable, found 'stag'; write 'stage'"),
        (11, 9, "this one is continuous, found 'age'"),
        (13, 74, "stands under events as well, found 'death'"),
        (14, 5, "two endpoints have the same id"),
        (16, 44, "no such continuous variable, found 'pain0'; use one of 'age'"),
        (17, 49, "grades run from 1 to 5, found 6"),
        (17, 69, "between 0 and 100, found 500"),
        (19, 3, "compared with itself"),
        (19, 3, "no such arm, found 'nwe'; write 'new'"),
        (22, 24, "no such endpoint, found 'dsf'; write 'dfs'"),
        (23, 41, "no such population, found 'intention'; use one of 'itt', 'safety'"),
        (23, 63, "no such arm, found 'newer'; write 'new'"),
        (23, 91, "does not fit the endpoint's kind, found 'risk difference'"),
        (27, 7, "censored at an event the estimand does not speak of, found 'transplant'"),
        (27, 36, "take it out of the endpoint's `events`"),
        (28, 42, "name it under the endpoint's `events`"),
        (29, 34, "name it under the endpoint's `censoring`"),
        (30, 33, "principal stratum cannot be told from the data"),
        (32, 24, "several estimands, found e2, e3; write `estimand: e2`"),
        (33, 5, "without its comparison, of which there are several"),
        (34, 42, "does not speak of an arm compared, found 'nwe'"),
        (34, 96, "cannot be stratified, found 'welch'"),
        (35, 5, "adverse events are described, not tested"),
        (36, 5, "one of the two, found both; delete `endpoint`"),
        (36, 82, "belong to fleming-harrington"),
        (38, 10, "found 5; write 0.05 for 5%"),
        (39, 10, "an error of 0.05 is `alpha: 0.05`; its confidence is 0.95"),
        (40, 14, "same landmark twice, found '365.25'"),
        (40, 23, "length of time belongs here, found '-2'"),
        (40, 27, "length of time belongs here, found '1 fortnight'"),
        (41, 14, "no such variable, found 'bmi'"),
        (42, 13, "no such variable, found 'agee'; write 'age'"),
        (43, 13, "there is no such date"),
    ],
    "data-map": [
        (17, 31, "populations.treated.where: the condition is not understood"),
        (19, 22, "inside the data folder, found '../patients.csv'; write 'patients.csv'"),
        (20, 21, "no such table, found 'patiens'; write 'patients'"),
        (20, 75, "no such arm, found 'c'; use one of 'a', 'b'"),
        (22, 32, "no levels to give"),
        (23, 36, "no such level, found 'femal'; write 'female'"),
        (24, 10, "just one of `column` and `when` belongs here"),
        (24, 17, "no such level, found 'maybe'"),
        (25, 13, "no such variable, found 'height'"),
        (27, 5, "how an endpoint is recorded, found 'os'; add `os` with `first_of`"),
        (28, 7, "a time only from the date of randomization"),
        (29, 19, "no such event of 'dfs', found 'relaps'; write 'relapse'"),
        (30, 11, "just one of `time` and `date` belongs here"),
        (32, 28, "cannot tell several happenings apart, found 'death'; give `cause`"),
        (33, 57, "code 0 is the event itself"),
        (33, 69, "no such competing event of 'ttd', found 'death'; use one of 'relapse'"),
        (34, 10, "not recorded so, found 'mrd'; give `yes`"),
        (35, 81, "grades run from 1 to 5, found 9"),
    ],
    "conditions": [
        (8, 43, "'=' is not understood, found 'status = 1'; write \"==\""),
        (13, 24, "'&' is not understood"),
        (14, 16, "at character 9: 'null' is unexpected"),
        (18, 42, "not understood"),
    ],
    "tags": [
        (3, 8, "construct nothing, found !!python/object/apply:os.system"),
        (4, 7, "found !include"),
        (5, 8, "found !!str"),
    ],
    "tab": [(4, 1, "found a tab; indent and separate with spaces")],
    "documents": [(3, 1, "a second document begins here")],
    "colon": [(4, 14, 'put a text that contains ": " in quotation marks')],
    "empty": [(1, 1, "the file is empty; start one with `equipoise init`")],
    "list": [(1, 1, "a mapping belongs here, found a list of 2")],
    "latin-1": [(2, 27, "not UTF-8 text, found byte 0xe9 at offset 36")],
    "escape": [(2, 25, "an unprintable character, found U+001B")],
}


def problems_of(path: Path) -> tuple:
    with pytest.raises(ProtocolError) as refusal:
        read_protocol(path)
    assert str(refusal.value) == "\n".join(map(str, refusal.value.problems))
    return refusal.value.problems


@pytest.mark.parametrize("story", EXPECTED)
def test_every_problem_is_told_at_its_place(story):
    path = FOLDER / f"{story}.yaml"
    problems = problems_of(path)
    assert [(p.line, p.column) for p in problems] == [(p[0], p[1]) for p in EXPECTED[story]]
    for problem, (line, column, words) in zip(problems, EXPECTED[story], strict=True):
        assert words in str(problem)
        assert str(problem).startswith(f"{path}:{line}:{column}: ")
        assert problem.remedy


def test_every_story_is_told():
    told = {path.stem for path in FOLDER.glob("*.yaml")}
    assert told == {*EXPECTED, "aliases"}


def test_no_alias_is_expanded():
    problems = problems_of(FOLDER / "aliases.yaml")
    assert {p.what for p in problems} == {
        "anchors are not read",
        "aliases are not read",
        "merge keys are not read",
    }
    assert [p.value for p in problems].count("*a") == 10


def quickly_refused(path: Path) -> str:
    """The first problem, found with little work: calls are counted, for time is the machine's."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        problems = problems_of(path)
    finally:
        sys.setprofile(None)
    assert calls < MOST_CALLS
    return str(problems[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 10_000, "more than 24 levels of nesting"),
        ("{a: " * 10_000, "more than 24 levels of nesting"),
        ("- " * 10_000, "more than 24 levels of nesting"),
        ("? " * 10_000, "more than 24 levels of nesting"),
        ("&a [*a]", "anchors"),
        ('"' + "x" * 200_000, "close the quotation mark"),
        ("a: " + "9" * 100_000, "unknown key"),
        ("a: 0" + "9" * 100_000, "unknown key"),
        ("k" * 100_000 + ": 1", "not valid YAML"),
        ("\n".join(f"k{i}: 1" for i in range(5_000)), "unknown key"),
        (
            START.replace("[{id: os", "[" + "{id: x, type: binary}, " * 2000 + "{id: os"),
            "more entries than a trial can have",
        ),
        ("*a\n" * 10_000, "alias"),
        ("!x " * 10_000, ""),
        ("%YAML 1.1\n---\na: 1", "directive"),
        ('a: "\\UFFFFFFFF"', "not valid YAML"),
        ('a: "\\uD800"', "unprintable"),
        ("a: \x07", "no text editor shows"),
        ("\n".join(f"k{i}: [" for i in range(5000)), "levels of nesting"),
    ],
)
def test_what_could_be_slow_or_deep_is_refused_at_once(tmp_path, text, words):
    path = tmp_path / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    assert words in quickly_refused(path)


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "protocol.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    assert "at most 262,144 bytes, found 50,000,000 bytes" in quickly_refused(path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_named(tmp_path, encoding):
    path = tmp_path / "protocol.yaml"
    path.write_bytes(("\ufeff" + START).encode(encoding))
    assert "found UTF-16; save it as UTF-8" in quickly_refused(path)


def test_a_byte_order_mark_is_no_character_of_the_file(tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + START.encode())
    assert read_protocol(path).trial.id == "T"


def test_what_is_no_file_is_named(tmp_path):
    assert "there is no such file" in quickly_refused(tmp_path / "missing.yaml")
    assert "there is no protocol.yaml in this folder" in quickly_refused(tmp_path)


def test_a_folder_stands_for_the_protocol_in_it(tmp_path):
    (tmp_path / "protocol.yaml").write_text(START, encoding="utf-8")
    assert read_protocol(tmp_path).trial.id == "T"


def problem_in(text: str) -> str:
    problems = examine_text(text, "p.yaml").problems
    assert len(problems) == 1, problems
    return str(problems[0])


@pytest.mark.parametrize(
    ("analysis", "words"),
    [
        ("alpha: 2.5", "write 0.025 for 2.5%"),
        ("alpha: 0.95", "a confidence of 0.95 is `level: 0.95`"),
        ("alpha: 0", "write 0.025 (one-sided)"),
        ("alpha: 97", "write 0.025 (one-sided)"),
        ("level: 95", "write 0.95 for 95%"),
        ("level: 1", "write 0.95"),
        ("level: 0.025", "its confidence is 0.975"),
        ("alternative: two sided", "write 'two-sided'"),
        ("ties: exact", "use one of 'efron', 'breslow'"),
        ("landmarks: 5", "a list belongs here"),
    ],
)
def test_alpha_and_level_are_not_confused(analysis, words):
    assert words in problem_in(START + f"analysis: {{{analysis}}}\n")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("schema: 1", "schema: 2", "schema: not one of the words known here"),
        ("schema: 1\n", "", "the file lacks `schema`; add `schema: 1`"),
        ("id: T", "id: 1st", "an id is a letter"),
        ("id: T", "id: T T", "an id is a letter"),
        ("title: A trial", 'title: ""', "an empty text"),
        ("role: control", "role: experimental", "no arm has the role control"),
        ("role: experimental", "role: control", "no arm has the role experimental"),
        (", {id: b, role: experimental}", "", "at least 2 belong here"),
        ("type: time-to-event", "type: time to event", "write 'time-to-event'"),
        ("type: time-to-event, ", "", "nothing says what kind this is; add `type`"),
        ("events: [death]", "events: []", "at least 1 belong here"),
        ("events: [death]", "events: death", "a list belongs here"),
        ("events: [death]", "events: [censored]", "stands for no happening"),
    ],
)
def test_the_smallest_protocol_with_one_fault(old, new, words):
    text = START.replace(old, new)
    assert text != START
    problems = examine_text(text, "p.yaml").problems
    assert any(words in str(problem) for problem in problems), problems


def test_two_controls_need_comparisons():
    text = START.replace("}, {id: b", "}, {id: c, role: control}, {id: b")
    assert "derived only from a single control arm, found a, c" in problem_in(text)


@pytest.mark.parametrize(
    ("endpoint", "estimand", "words"),
    [
        ("type: binary, missing: excluded", "strategy: composite", "`missing: counts as no`"),
        ("type: binary", "strategy: hypothetical", "treatment policy"),
        ("type: continuous", "strategy: while on treatment", "treatment policy"),
        ("type: time-to-event, events: [x]", "strategy: hypothetical", "`censoring`"),
        ("type: time-to-event, events: [stop]", "strategy: treatment policy", "`events`"),
        ("type: adverse-events", "strategy: principal stratum", "another strategy"),
    ],
)
def test_a_strategy_is_how_the_endpoint_is_built(endpoint, estimand, words):
    text = START.replace("type: time-to-event, events: [death]", endpoint) + (
        f"estimands: [{{id: e, endpoint: os, intercurrent_events: [{{event: stop, {estimand}}}]}}]"
    )
    assert words in problem_in(text)


@pytest.mark.parametrize(
    ("endpoint", "test", "words"),
    [
        ("type: binary", "method: log-rank", "use one of miettinen-nurminen"),
        ("type: binary", "method: cochran-mantel-haenszel", "there are none"),
        ("type: continuous", "method: ancova", "no baseline to adjust for"),
        ("type: time-to-event, events: [x]", "method: gray", "no competing events"),
        ("type: time-to-event, events: [x]", "method: fleming-harrington", "add `rho: 0`"),
        (
            "type: time-to-event, events: [x]",
            "method: fleming-harrington, rho: -1",
            "0 or above",
        ),
    ],
)
def test_a_test_fits_its_endpoint(endpoint, test, words):
    text = START.replace("type: time-to-event, events: [death]", endpoint) + (
        f"hypotheses: [{{id: H1, endpoint: os, test: {{{test}}}}}]"
    )
    assert words in problem_in(text)


RECORDED = (
    "data:\n  tables: {p: p.csv}\n  subjects: {table: p, id: id, arm: arm}\n  endpoints:\n    os:\n"
)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "      first_of: [{event: death, time: t}]\n      last_contact: {time: t}\n",
            (
                "data.endpoints.os.first_of 'death'.event: no such event of 'os', found 'death'; "
                "write 'deth' here, or 'death' in endpoints.os.events"
            ),
        ),
        (
            "      time: t\n      cause: {column: c, values: {0: censored, 1: death}}\n",
            (
                "data.endpoints.os.cause.values.1: no such event of 'os', found 'death'; "
                "write 'deth' here, or 'death' in endpoints.os.events"
            ),
        ),
        (
            "      time: t\n      cause: {column: c, values: {0: censord, 1: deth}}\n",
            "data.endpoints.os.cause.values.0: no such event of 'os', found 'censord'; write 'cen",
        ),
    ],
)
def test_both_places_of_a_misspelled_event_are_named(source, words):
    problems = examine_text(START.replace("death", "deth") + RECORDED + source, "p").problems
    assert len(problems) == 1
    assert words in str(problems[0])

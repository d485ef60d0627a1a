"""What holds for every protocol file: read or refused, shown whole, published as it is."""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.errors import ProtocolError
from equipoise.io.protocol.check import entries_of, understand
from equipoise.io.protocol.nodes import plain
from equipoise.io.protocol.publish import json_schema, json_schema_text, with_tables
from equipoise.io.protocol.read import examine_text, read_protocol
from equipoise.io.protocol.templates import BESIDE, KINDS, template_text, write_template
from equipoise.io.protocol.yaml import parse
from equipoise.protocol import data_map, trial

ROOT = Path(__file__).parents[2]
TEMPLATES = {kind: template_text(kind) for kind in KINDS}
EVERYTHING = (Path(__file__).parent / "protocol-everything.yaml").read_text(encoding="utf-8")
DESIGNS = [
    (Path(__file__).parent / f"protocol-design-{kind}.yaml").read_text(encoding="utf-8")
    for kind in (
        "by-information",
        "by-calendar",
        "by-events",
        "of-several",
        "of-rehearsal",
        "of-adaptation",
    )
]
TEXTS = [*TEMPLATES.values(), EVERYTHING, *DESIGNS]
SNIPPETS = [
    *("[", "]", "{", "}", ": ", ", ", "- ", "\n", "  ", "\t", "#", "&a ", "*a", "!!str ", "<<: "),
    *(
        "~: 1\n",
        "[key]: 1\n",
        "null",
        "~",
        "true",
        "010",
        "1e999",
        ".nan",
        "-1",
        "'",
        '"',
        "|",
        ">",
        "%",
        "?",
        "\\",
        "é",
    ),
    *("dfs", "id: dfs", "type: binary", "where: a == 1", "[]", "{}", "\ufeff", "\u2028", "\x85"),
]


def read_or_refused(text: str) -> None:
    """Read a text to the end, or meet a ProtocolError with well-placed problems."""
    try:
        reading = examine_text(text, "p.yaml")
        entries_of(reading)
        problems = reading.problems
        assert problems or reading.protocol is not None
    except ProtocolError as refusal:
        problems = refusal.problems
        assert problems
    lines = len(text.splitlines()) + 1
    assert all(1 <= p.line <= lines and p.column >= 1 and p.remedy for p in problems)


class TestReadOrRefused:
    """Whatever a file holds, it is read, or refused with its problems: nothing else happens."""

    @given(st.text(max_size=200))
    @settings(deadline=None, max_examples=150)
    def test_any_text(self, text):
        read_or_refused(text)

    @given(
        st.sampled_from(TEXTS),
        st.lists(
            st.tuples(
                st.floats(0, 1), st.integers(0, 12), st.sampled_from(SNIPPETS) | st.text(max_size=4)
            ),
            min_size=1,
            max_size=3,
        ),
    )
    @settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
    def test_any_mutation_of_a_protocol(self, text, edits):
        for where, removed, inserted in edits:
            at = int(where * len(text))
            text = text[:at] + inserted + text[at + removed :]
        read_or_refused(text)

    @given(
        st.sampled_from(TEXTS),
        st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=4),
    )
    @settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
    def test_any_words_exchanged(self, text, exchanges):
        words = text.split(" ")
        for one, other in exchanges:
            first, second = (int(share * (len(words) - 1)) for share in (one, other))
            words[first], words[second] = words[second], words[first]
        read_or_refused(" ".join(words))


class TestTemplates:
    """Every starting protocol is without problems, and shows where it is only an example."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_no_problems(self, kind, tmp_path):
        assert understand(write_template(kind, tmp_path)).protocol.endpoints

    def test_the_flagship_marks_what_is_not_verified(self):
        text = TEMPLATES["aall1331"]
        assert "NCT02101853" in text
        assert text.count("[unverified]") >= 3
        protocol = examine_text(text, "p").protocol
        assert protocol.analysis.alpha == 0.025
        assert protocol.analysis.alternative is trial.Alternative.ONE_SIDED
        assert [endpoint.id for endpoint in protocol.endpoints] == [
            "dfs",
            "os",
            "mrd",
            "hsct",
            "ae",
        ]
        assert protocol.endpoint("hsct").competing
        assert protocol.strata == ("risk",)

    def test_the_flagship_is_the_example_too(self):
        example = ROOT / "examples" / "aall1331" / "protocol.yaml"
        assert example.read_text(encoding="utf-8") == TEMPLATES["aall1331"]
        templates = ROOT / "src" / "equipoise" / "io" / "templates"
        for name in BESIDE["aall1331"]:
            told = (example.parent / name).read_text(encoding="utf-8")
            assert told == (templates / name).read_text(encoding="utf-8")

    def test_an_existing_file_is_kept(self, tmp_path):
        path = write_template("aall1331", tmp_path / "mine.yaml")
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(ProtocolError, match=r"exists already.*--force"):
            write_template("aall1331", path)
        assert path.read_text(encoding="utf-8") == "mine"
        write_template("aall1331", path, force=True)
        assert path.read_text(encoding="utf-8") == TEMPLATES["aall1331"]
        names = sorted(each.name for each in tmp_path.iterdir())
        assert names == ["aall1331-course.yaml", "mine.yaml"]

    def test_what_cannot_be_written_is_named(self, tmp_path):
        (tmp_path / "file").write_text("x", encoding="utf-8")
        with pytest.raises(ProtocolError, match="cannot be written"):
            write_template("aall1331", tmp_path / "file" / "protocol.yaml")
        with pytest.raises(ProtocolError, match="no starting protocol 'x'"):
            write_template("x", tmp_path)


class TestPublished:
    """The JSON Schema and the page say what the grammar says."""

    def test_the_schema_is_up_to_date(self):
        published = (ROOT / "schema" / "protocol.schema.json").read_text(encoding="utf-8")
        assert published == json_schema_text(), "run python tools/publish_protocol_language.py"

    def test_the_page_is_up_to_date(self):
        page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
        assert page == with_tables(page), "run python tools/publish_protocol_language.py"

    def test_the_page_s_smallest_protocol_is_one(self):
        page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
        smallest = page.split("```yaml\n")[1].split("```")[0]
        reading = examine_text(smallest, "p")
        assert reading.problems == ()
        assert [each.id for each in reading.protocol.comparisons] == ["new_vs_standard"]

    def test_the_page_s_rehearsal_is_one(self, tmp_path):
        page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
        told = [part.split("```")[0] for part in page.split("```yaml\n")[1:]]
        smallest, design, conduct, course, monitoring, safety = told
        head = smallest.partition("endpoints:")[0]
        text = (
            f"{head}endpoints:\n"
            "  - {id: dfs, type: time-to-event, events: [relapse, death]}\n"
            "  - {id: os, type: time-to-event, events: [death]}\n"
            "  - {id: response, type: binary}\n"
            "variables: [{id: risk, type: categorical, levels: [low, high]}]\n"
            f"{design}{conduct}"
        )
        (tmp_path / "protocol.yaml").write_text(text, "utf-8")
        (tmp_path / "course.yaml").write_text(course, "utf-8")
        scenarios = read_protocol(tmp_path).rehearsal.scenarios
        assert [each.id for each in scenarios][:3] == ["planned", "no_effect", "late"]
        assert scenarios[-1].course.readings[2].states == ("remission",)
        text = text.replace("endpoints:\n", "endpoints:\n  - {id: ae, type: adverse-events}\n", 1)
        bound = "{id: toxic_death, acceptable: 0.02, level: 0.05, patients: 60}"
        text = text.replace("design:\n", f"design:\n  safety: [{bound}]\n", 1)
        safety = safety.partition("\n")[2]
        (tmp_path / "protocol.yaml").write_text(f"{text}{monitoring}{safety}", "utf-8")
        told = read_protocol(tmp_path).monitoring
        assert [each.id for each in told.beliefs] == ["sceptical", "enthusiastic", "mine"]
        assert told.safety[0].harm == "fatal and related"

    @pytest.mark.parametrize("text", TEXTS)
    def test_what_is_read_is_valid_by_the_schema(self, text):
        validator = jsonschema.Draft202012Validator(json_schema())
        root, problems = parse(text, "p")
        assert not problems
        value = plain(root)
        assert list(validator.iter_errors(value)) == []
        for fault in ({"arms": None}, {"extra": 1}, {"schema": 2}, {"analysis": {"alpha": 5}}):
            assert list(validator.iter_errors({**value, **fault}))


class TestReachable:
    """Every field of the protocol's values can be set from the file."""

    def test_every_field_is_given_another_value_than_its_default(self):
        readings = [examine_text(text, "p.yaml") for text in (EVERYTHING, *DESIGNS)]
        assert [reading.problems for reading in readings] == [()] * 7
        unset = _never_set(tuple(reading.protocol for reading in readings))
        assert unset == {"Protocol.schema"}  # there is only one version

    def test_every_kind_of_source_and_endpoint_occurs(self):
        protocol = examine_text(EVERYTHING, "p.yaml").protocol
        kinds = {type(source) for source in protocol.data.endpoints}
        assert kinds == set(data_map.EndpointSource.__args__)
        assert len({type(endpoint) for endpoint in protocol.endpoints}) == 4


def _never_set(protocols: tuple[trial.Protocol, ...]) -> set[str]:
    """Name the fields that are at their default in every value of the protocols."""
    seen: dict[str, bool] = {}
    pending: list[object] = [protocols]
    while pending:
        value = pending.pop()
        if isinstance(value, tuple):
            pending += value
        elif is_dataclass(value):
            for field in fields(value):
                held = getattr(value, field.name)
                name = f"{type(value).__name__}.{field.name}"
                seen[name] = seen.get(name, False) or held != field.default
                pending.append(held)
    return {name for name, was_set in seen.items() if not was_set}


class TestStanding:
    """`check` shows every value once, and says whether it was given, defaulted or derived."""

    @pytest.mark.parametrize("text", TEXTS)
    def test_each_value_once_and_the_given_ones_at_their_line(self, text):
        entries = entries_of(examine_text(text, "p.yaml"))
        assert len({entry.path for entry in entries}) == len(entries)
        lines = text.splitlines()
        for entry in entries:
            assert (entry.line is not None) == (entry.standing == "given")
            assert bool(entry.source) == (entry.standing == "derived")
            if entry.line is not None:
                assert not lines[entry.line - 1].lstrip().startswith("#")

    def test_given_defaulted_derived(self, tmp_path):
        path = tmp_path / "p.yaml"
        path.write_text(
            "schema: 1\ntrial: {id: T, title: A trial, time_unit: month}\n"
            "arms: [{id: a, role: control}, {id: b_new, role: experimental}]\n"
            "variables: [{id: sex, type: categorical, levels: [f, m]}]\nstrata: [sex]\n"
            "endpoints: [{id: os, type: time-to-event, events: [death]}]\n"
            "analysis: {alternative: two-sided, landmarks: [2 years, 6]}\n",
            encoding="utf-8",
        )
        entries = {".".join(entry.path): entry for entry in understand(path).entries}
        told = {name: (entry.value, entry.standing) for name, entry in entries.items()}
        assert told["trial.time_unit"] == ("month", "given")
        assert told["trial.display_unit"] == ("month", "defaulted")
        assert told["arms.b_new.label"] == ("B new", "derived")
        assert told["analysis.alpha"] == ("0.05", "derived")
        assert told["analysis.landmarks"] == ("2 years (24 months), 6 months", "given")
        assert told["comparisons.b_new_vs_a"] == ("B new versus A", "derived")
        assert told["hypotheses.H1"] == ("Os: primary, log-rank stratified by sex", "derived")
        assert entries["analysis.alpha"].source == "the alternative, two-sided"
        assert entries["trial.time_unit"].line == 2
        assert understand(path).protocol == read_protocol(path)

    def test_everything_is_json(self):
        assert json.loads(json_schema_text())["title"] == "Equipoise protocol"

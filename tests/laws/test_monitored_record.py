"""The record of the looks: what was written is read, and no change of it goes unseen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sample_record
from equipoise.errors import DataError
from equipoise.io.monitoring_record import append, read_record
from equipoise.io.protocol.read import read_protocol
from equipoise.io.unmasking_key import draw_key
from equipoise.kernel.arrays import codes
from equipoise.monitor.cut.known_data import known_data
from equipoise.monitor.masking import commitment, masking_of
from equipoise.monitor.plain_values import canonical, sha256_of
from equipoise.monitor.record.promise_kept import changes, deciding_parts, promise_digest
from equipoise.monitor.record.record import Amendment, CommitteeDecision, past_looks

DATED = sample_record.dated()
FIRST = sample_record.entry(DATED)
SECOND = sample_record.entry(DATED, 2, "2019-12-31", z=2.0, information=52.0)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
QUIET = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("trial") / "protocol.monitoring.jsonl"
    opened = append(path, sample_record.opening(DATED), FIRST, expected_head=None)
    append(path, SECOND, CommitteeDecision("t", "stop", "no benefit"), expected_head=opened.head)
    return path


class TestRead:
    """What is appended is read again, bit for bit, and with the head that was returned."""

    def test_entries(self, file):
        found = read_record(file)
        assert found.entries[:2] == (FIRST, SECOND)
        assert found.opening == sample_record.opening(DATED)
        assert found == sample_record.record(DATED, *found.entries)
        assert file.stat().st_mode & 0o777 == 0o600

    @given(NUMBER, NUMBER, st.none() | NUMBER, st.text(max_size=20))
    @QUIET
    def test_numbers(self, tmp_path_factory, z, information, bound, words):
        look = sample_record.look_of(z=z, information=information)
        each = replace(look.hypotheses[0], bound=bound, sentence=words)
        cut = sample_record.cut_of(sample_record.part_of(DATED, 2))
        when = sample_record.Circumstances("now", "0.1")
        entry = sample_record.recorded_look(
            replace(look, hypotheses=(each,)), cut, sample_record.SALT, when
        )
        path = tmp_path_factory.mktemp("trial") / "record.jsonl"
        append(path, sample_record.opening(DATED), entry, expected_head=None)
        found = past_looks(read_record(path), "hsct")[0]
        assert (found.z, found.information, found.bound) == (z, information, bound)
        assert found == past_looks(sample_record.record(DATED, entry), "hsct")[0]


class TestChain:
    """Whatever is changed in the file, it is refused."""

    @given(st.integers(0, 10**9), st.integers(0, 255))
    @QUIET
    def test_any_byte(self, file, place, byte):
        data = bytearray(file.read_bytes())
        place %= len(data)
        other = file.with_name("altered.jsonl")
        if data[place] == byte:
            return
        data[place] = byte
        other.write_bytes(data)
        with pytest.raises(DataError, match=r"[Ll]ine|UTF-8"):
            read_record(other)

    @given(st.integers(0, 10**9))
    @QUIET
    def test_cut_off_anywhere(self, file, length):
        data = file.read_bytes()
        other = file.with_name("cut.jsonl")
        other.write_bytes(data[: length % len(data)])
        with pytest.raises(DataError, match=r"line"):
            read_record(other)

    @pytest.mark.parametrize("order", [(0, 2, 1, 3, 4), (0, 1, 3, 4), (0, 1, 1, 2, 3, 4), (1, 2)])
    def test_lines_moved_dropped_doubled(self, file, order):
        lines = file.read_text().splitlines(keepends=True)
        other = file.with_name("moved.jsonl")
        other.write_text("".join(lines[each] for each in order))
        with pytest.raises(DataError, match=r"[Ll]ine \d"):
            read_record(other)

    def test_the_last_look_taken_out(self, file):
        lines = file.read_text().splitlines(keepends=True)
        other = file.with_name("shorter.jsonl")
        other.write_text("".join([*lines[:2], lines[-1]]))
        with pytest.raises(DataError, match="seal in line 3"):
            read_record(other)


class TestLatest:
    """A corrected look stands for the one it corrects; the committee's word is the last."""

    def test_corrected(self):
        again = sample_record.entry(DATED, 2, "2019-12-31", kind="corrected", reason="x", z=1.5)
        record = sample_record.record(DATED, FIRST, SECOND, again)
        assert [each.z for each in past_looks(record, "hsct")] == [1.25, 1.5]
        assert [each.z for each in past_looks(record, "hsct", before=2)] == [1.25]
        assert past_looks(record, "other") == past_looks(None, "hsct") == ()
        assert record.last == again

    def test_stopped_and_continued(self):
        stopping = sample_record.entry(DATED, 2, "2019-12-31", stop=True)
        on = CommitteeDecision("t", "continue", "futility is not binding")
        off = CommitteeDecision("t", "stop", "toxicity")
        assert not sample_record.record(DATED, FIRST).stopped
        assert "look 2" in sample_record.record(DATED, FIRST, stopping).stopped
        assert not sample_record.record(DATED, FIRST, stopping, on).stopped
        assert "toxicity" in sample_record.record(DATED, FIRST, stopping, on, off).stopped

    def test_a_corrected_look_does_not_undo_what_the_committee_decided(self):
        again = sample_record.entry(DATED, 1, kind="corrected", reason="x")
        off = CommitteeDecision("t", "stop", "toxicity")
        assert "toxicity" in sample_record.record(DATED, FIRST, off, again).stopped
        stopping = sample_record.entry(DATED, 1, stop=True)
        assert not sample_record.record(DATED, stopping, again).stopped
        assert "look 1" in sample_record.record(DATED, again, stopping).stopped

    def test_amended(self):
        made = Amendment("t", "more patients", ("a",), "b", "c" * 64, {"trial": {}})
        record = sample_record.record(DATED, FIRST, made)
        assert (record.digest, record.promise) == ("c" * 64, {"trial": {}})


YAML = """schema: 1
trial: {id: T, title: A trial, time_unit: month}
arms:
  - {id: old, label: Old, role: control}
  - {id: new, label: New, role: experimental}
endpoints: [{id: os, type: time-to-event, label: Overall survival, events: [death]}]
hypotheses: [{id: OS, endpoint: os, test: {method: log-rank}, effect: {hazard_ratio: 0.7}}]
design:
  events: 300
  power: 0.9
  looks: {information: [0.5, 1.0]}
"""


class TestPromise:
    """Words, comments and order may change; nothing that a decision rests on may."""

    def digest(self, folder, text):
        path = folder / "protocol.yaml"
        path.write_text(text)
        return promise_digest(read_protocol(path))

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("schema: 1", "# amended by hand\nschema: 1"),
            ("label: New", "label: The new drug"),
            ("title: A trial", "title: Another title"),
            ("  events: 300\n  power: 0.9\n", "  power: 0.90\n  events: 300.0\n"),
        ],
    )
    def test_words_may_change(self, tmp_path, old, new):
        assert old in YAML
        assert self.digest(tmp_path, YAML) == self.digest(tmp_path, YAML.replace(old, new))

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("events: 300", "events: 310", "design.events.1: 300.0, now 310.0"),
            ("ratio: 0.7", "ratio: 0.75", "design.effects.1.value.1: 0.7, now 0.75"),
            ("[0.5, 1.0]", "[0.6, 1.0]", "design.looks.information.1: 0.5, now 0.6"),
            ("[death]", "[death, relapse]", 'endpoints.os.events: ["death"], now'),
            ("log-rank", "cox wald", 'hypotheses.OS.test.method: "LOG_RANK", now "COX_WALD"'),
            ("id: T,", "id: T2,", 'trial.id: "T", now "T2"'),
        ],
    )
    def test_decisions_may_not(self, tmp_path, old, new, told):
        assert self.digest(tmp_path, YAML) != self.digest(tmp_path, YAML.replace(old, new))
        after = read_protocol(tmp_path / "protocol.yaml")
        (tmp_path / "protocol.yaml").write_text(YAML)
        before = read_protocol(tmp_path / "protocol.yaml")
        forth = changes(deciding_parts(before), after)
        assert any(each.startswith(told) for each in forth), forth
        assert len(forth) == len(changes(deciding_parts(after), before))
        assert changes(deciding_parts(before), before) == ()

    def test_digest_is_of_what_is_recorded(self):
        opening = sample_record.opening(DATED)
        assert opening.digest == sha256_of(canonical(opening.promise))


class TestKnown:
    """Fingerprints tell patients and outcomes apart, and know of no arms."""

    def test_arms_play_no_part(self):
        rng, subjects = np.random.default_rng(1), DATED.subjects
        order = rng.permutation(subjects.size)
        mixed = replace(subjects, assigned=codes(subjects.assigned[order]))
        mixed = replace(mixed, received=codes(subjects.received[order]))
        assert known_data(replace(DATED, subjects=mixed), "aa") == known_data(DATED, "aa")

    def test_salt_and_time_matter(self):
        one, other = known_data(DATED, "aa"), known_data(DATED, "ab")
        assert not set(one.randomized) & set(other.randomized)
        held = DATED.followups["hsct"]
        patient = int(held.subject[held.outcome > 0][0])
        moved = known_data(sample_record.moved(DATED, patient, 5.5), "aa")
        then, now = (
            next(each.known for each in found.outcomes if each.endpoint == "hsct")
            for found in (one, moved)
        )
        assert sum(then[each] != now[each] for each in then) == 1


class TestMasking:
    """Letters stand for arms one to one, and a key is known by its hash."""

    @given(st.integers(0, 10**6))
    @settings(deadline=None, max_examples=30)
    def test_letters(self, seed):
        protocol = DATED.protocol
        key = draw_key(protocol, seed=seed)
        assert sorted(key.arm_of.values()) == sorted(arm.id for arm in protocol.arms)
        masking = masking_of(key, protocol)
        ordered = masking.in_order(protocol.arms)
        assert [masking.label(arm) for arm in ordered] == ["Arm A", "Arm B"]
        named = masking_of(key, protocol, unmasked=True)
        assert [named.label(arm) for arm in named.in_order(protocol.arms)] == ["Control", "New"]
        assert key == draw_key(protocol, seed=seed)

    def test_both_orders_occur(self):
        first = {draw_key(DATED.protocol, seed=seed).arm_of["A"] for seed in range(20)}
        assert first == {"control", "new"}
        assert draw_key(DATED.protocol).secret != draw_key(DATED.protocol).secret

    def test_commitment(self):
        key = draw_key(DATED.protocol, seed=1)
        exchanged = replace(key, arm_of={"A": key.arm_of["B"], "B": key.arm_of["A"]})
        hashes = {commitment(each) for each in (key, exchanged, replace(key, trial="X"))}
        assert len(hashes) == 3

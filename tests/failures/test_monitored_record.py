"""What the record refuses: looks out of order, other trials, other keys, changed files."""

import errno
import os
from dataclasses import replace
from datetime import date

import pytest

import sample_record
from equipoise.errors import DataError
from equipoise.io import monitoring_record
from equipoise.io.monitoring_record import append, read_record
from equipoise.io.unmasking_key import draw_key, read_key, write_key
from equipoise.monitor.masking import check_key, masking_of
from equipoise.monitor.record.checks import Asked, check_next
from equipoise.monitor.record.record import CommitteeDecision
from equipoise.protocol.data_map import DataMap, Table
from equipoise.protocol.trial import Arm

DATED = sample_record.dated()
FIRST = sample_record.entry(DATED)
SECOND = sample_record.entry(DATED, 2, "2019-12-31")
LAST = sample_record.entry(DATED, 2, "2019-12-31", stop=True)
AFTER = sample_record.entry(DATED, 2, "2020-03-01", kind="after stopping")
STOP = CommitteeDecision("t", "stop", "no benefit")
GO_ON = CommitteeDecision("t", "continue", "not binding")


def asked(entries, look, as_of, *, data=DATED, **given):
    """Ask for a look after some entries."""
    cut = sample_record.cut_of(data, date.fromisoformat(as_of))
    record = sample_record.record(DATED, *entries)
    return check_next(record, cut, Asked(look, **given), now=sample_record.NOW)


OTHER_FILES = replace(DATED, sources=(replace(DATED.sources[0], sha256="cd" * 32),))


@pytest.mark.parametrize(
    ("entries", "look", "as_of", "given", "kind"),
    [
        ([], 1, "2019-06-30", {}, "look"),
        ([], 3, "2019-06-30", {}, "look"),  # looks may be skipped
        ([FIRST], 2, "2019-07-01", {}, "look"),
        ([FIRST, SECOND], 2, "2019-12-31", {"corrected": "deaths recoded"}, "corrected"),
        ([FIRST, SECOND], 2, "2019-11-30", {"corrected": "wrong date of the cut"}, "corrected"),
        ([FIRST, SECOND], 2, "2019-12-31", {}, "as held"),
        ([FIRST, LAST], 2, "2019-12-31", {"corrected": "deaths recoded"}, "corrected"),
        ([FIRST, LAST], 2, "2019-12-31", {"after_stopping": True}, "after stopping"),
        ([FIRST, LAST, AFTER], 2, "2020-03-01", {"after_stopping": True}, "as held"),
        ([FIRST, LAST, AFTER], 2, "2020-06-01", {"after_stopping": True}, "after stopping"),
        ([FIRST, LAST, GO_ON], 3, "2020-06-01", {}, "look"),
        ([FIRST, SECOND, STOP], 3, "2020-06-01", {"after_stopping": True}, "after stopping"),
    ],
)
def test_permitted(entries, look, as_of, given, kind):
    found = asked(entries, look, as_of, **given)
    assert (found.kind, found.amendment) == (kind, None)
    assert bool(found.remarks) == (kind == "as held")


@pytest.mark.parametrize(
    ("entries", "look", "as_of", "given", "message"),
    [
        ([], 0, "2019-06-30", {}, "numbered from 1; found 0"),
        ([FIRST, SECOND], 3, "2019-10-31", {}, "2019-10-31, older than those of look 2"),
        ([FIRST, SECOND], 3, "2019-12-31", {}, "the same as those of look 2, 2019-12-31"),
        ([FIRST, SECOND], 2, "2020-02-01", {}, "Look 2 was already held, on data of 2019-12-31"),
        ([FIRST, SECOND], 1, "2020-02-01", {}, "look 1 comes before it"),
        ([FIRST, SECOND], 1, "2019-06-30", {"corrected": "x"}, "later looks rest on it"),
        ([FIRST, SECOND], 2, "2019-06-30", {"corrected": "x"}, "corrected look 2 .* look 1"),
        ([FIRST, LAST], 3, "2020-06-01", {}, "stopped: the rules ended it at look 2"),
        ([FIRST, SECOND, STOP], 3, "2020-06-01", {}, r"the committee stopped it \(no benefit\)"),
        ([FIRST], 2, "2020-06-01", {"after_stopping": True}, "does not say .* stopped"),
        ([FIRST, LAST], 2, "2019-12-01", {"after_stopping": True}, "older than .* 2019-12-31"),
        ([LAST, AFTER], 2, "2019-12-31", {"corrected": "x"}, "no longer be corrected"),
    ],
)
def test_refused(entries, look, as_of, given, message):
    with pytest.raises(DataError, match=message):
        asked(entries, look, as_of, **given)


def test_the_same_cut_of_other_files_is_a_correction():
    with pytest.raises(DataError, match="Look 2 was already held"):
        asked([FIRST, SECOND], 2, "2019-12-31", data=OTHER_FILES)


def test_the_protocol_was_changed():
    protocol = DATED.protocol
    changed = replace(protocol, analysis=replace(protocol.analysis, alpha=0.05))
    data = replace(DATED, protocol=changed)
    with pytest.raises(
        DataError, match=r"since the last look: analysis.alpha: not given, now 0.05"
    ):
        asked([FIRST], 2, "2019-12-31", data=data)
    found = asked([FIRST], 2, "2019-12-31", data=data, amended="amendment 3")
    assert found.amendment is not None
    assert found.amendment.changes == ("analysis.alpha: not given, now 0.05",)
    assert (found.kind, found.amendment.reason) == ("look", "amendment 3")
    cut = sample_record.cut_of(data, date(2019, 12, 31))
    record = sample_record.record(DATED, FIRST, found.amendment)
    assert check_next(record, cut, Asked(2), now="now").amendment is None
    back = sample_record.cut_of(DATED, date(2019, 12, 31))
    with pytest.raises(DataError, match="The protocol was changed"):
        check_next(record, back, Asked(2), now="now")


def test_amended_without_a_change():
    found = asked([FIRST], 2, "2019-12-31", amended="new title")
    assert found.amendment is None
    assert "no amendment is recorded" in found.remarks[0]


def test_where_data_are_found_was_changed():
    protocol = DATED.protocol
    data = replace(
        DATED, protocol=replace(protocol, data=DataMap(tables=(Table("a", "other.csv"),)))
    )
    found = asked([FIRST], 2, "2019-12-31", data=data)
    assert "differs from that of look 1" in found.remarks[0]


def test_another_trial():
    protocol = DATED.protocol
    data = replace(DATED, protocol=replace(protocol, trial=replace(protocol.trial, id="OTHER")))
    with pytest.raises(DataError, match="record is of trial 'T', the protocol of 'OTHER'"):
        asked([FIRST], 2, "2019-12-31", data=data)


def test_patients_are_missing():
    part = sample_record.part_of(DATED, 57)
    with pytest.raises(DataError, match="3 of the 60 patients of look 1 are not in these data"):
        asked([FIRST], 2, "2019-12-31", data=part)
    found = asked([FIRST], 2, "2019-12-31", data=part, corrected="consent withdrawn")
    assert found.remarks == (
        "3 of the 60 patients of look 1 are not in these data any more.",
    )  # fmt: skip
    subjects = replace(DATED.subjects, id=tuple(f"X{k}" for k in range(60)))
    with pytest.raises(DataError, match="None of the 60 patients"):
        asked([FIRST], 2, "2019-12-31", data=replace(DATED, subjects=subjects))


class TestFile:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "protocol.monitoring.jsonl"
        append(path, sample_record.opening(DATED), FIRST, expected_head=None)
        return path

    def test_two_runs_from_the_same_record(self, file):
        before = read_record(file)
        append(file, SECOND, expected_head=before.head)
        content = file.read_bytes()
        with pytest.raises(DataError, match="another run has added to it"):
            append(file, SECOND, expected_head=before.head)
        with pytest.raises(DataError, match="was read when there was none"):
            append(file, sample_record.opening(DATED), expected_head=None)
        assert file.read_bytes() == content

    def test_two_runs_at_once(self, file):
        head = read_record(file).head
        with (
            monitoring_record._alone(file),
            pytest.raises(DataError, match="Another run is writing"),
        ):
            append(file, SECOND, expected_head=head)
        append(file, SECOND, expected_head=head)

    def test_opened_twice_or_never(self, file, tmp_path):
        head = read_record(file).head
        with pytest.raises(DataError, match="begins with one opening"):
            append(file, sample_record.opening(DATED), expected_head=head)
        with pytest.raises(DataError, match="begins with one opening"):
            append(tmp_path / "new.jsonl", FIRST, expected_head=None)
        with pytest.raises(DataError, match="found no entry"):
            append(file, expected_head=head)

    def test_the_head_in_the_minutes(self, file):
        first = read_record(file).head
        last = append(file, SECOND, expected_head=first).head
        for head in (first, last, last[:8], f" {first.upper()}\n"):
            assert read_record(file, head=head).head == last
        for head in ("", last[:7], "0" * 64):
            with pytest.raises(DataError, match="never had the head"):
                read_record(file, head=head)

    def test_gone(self, file):
        file.rename(file.with_name("elsewhere"))
        with pytest.raises(DataError, match="is gone since it was read"):
            append(file, SECOND, expected_head="ab")
        with pytest.raises(DataError, match="cannot be read"):
            read_record(file)

    @pytest.mark.parametrize("failing", ["write", "fsync", "open"])
    def test_a_full_disk(self, file, monkeypatch, failing):
        before, content = read_record(file), file.read_bytes()

        def full(*_, **__):
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, failing, full)
            with pytest.raises(DataError, match=r"cannot be written .No space left on device"):
                append(file, SECOND, expected_head=before.head)
        assert file.read_bytes() == content
        assert [each.name for each in file.parent.iterdir() if each.suffix == ".new"] == []
        append(file, SECOND, expected_head=before.head)

    def test_no_folder(self, tmp_path):
        with pytest.raises(DataError, match=r"cannot be written .No such file"):
            append(tmp_path / "no" / "x", sample_record.opening(DATED), expected_head=None)

    def test_a_later_form(self, file):
        later = replace(sample_record.opening(DATED), version=2)
        with pytest.raises(DataError, match="has form 2, this program reads form 1"):
            append(file.with_name("other"), later, expected_head=None)
        assert not file.with_name("other").exists()

    def test_not_ours(self, file):
        file.write_text("hello\n")
        with pytest.raises(DataError, match="not closed by its seal in line 1"):
            read_record(file)
        file.write_text("hello\nyou\n")
        with pytest.raises(DataError, match=r"Line 1 of the monitoring record .* is no JSON"):
            read_record(file)
        file.write_text("")
        with pytest.raises(DataError, match="cut off in line 1"):
            read_record(file)


class TestKey:
    def test_another_key(self):
        record = sample_record.record(DATED, FIRST)
        check_key(draw_key(DATED.protocol, seed=1), record)
        with pytest.raises(DataError, match="not the unmasking key of the record"):
            check_key(draw_key(DATED.protocol, seed=2), record)

    def test_of_another_trial_or_arms(self):
        key = draw_key(DATED.protocol, seed=1)
        with pytest.raises(DataError, match="is of trial 'X', the protocol of 'T'"):
            masking_of(replace(key, trial="X"), DATED.protocol)
        more = replace(DATED.protocol, arms=(*DATED.protocol.arms, Arm("c", "C", "experimental")))
        with pytest.raises(DataError, match="protocol's arms are c, control, new"):
            masking_of(key, more)

    def test_files(self, tmp_path):
        path, key = tmp_path / "key.json", draw_key(DATED.protocol, seed=1)
        write_key(key, path)
        assert read_key(path) == key
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(DataError, match="exists already"):
            write_key(key, path)
        with pytest.raises(DataError, match="cannot be written"):
            write_key(key, tmp_path / "no" / "key.json")
        with pytest.raises(DataError, match="cannot be read"):
            read_key(tmp_path / "none.json")

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"trial": 1, "secret": "", "arm_of": {}}'])
    def test_no_key(self, tmp_path, text):
        (tmp_path / "key.json").write_text(text)
        with pytest.raises(DataError, match="is no unmasking key"):
            read_key(tmp_path / "key.json")

    def test_too_many_arms(self):
        arms = tuple(Arm(f"a{k}", "A", "experimental") for k in range(27))
        with pytest.raises(DataError, match="27 arms cannot be masked by 26 letters"):
            draw_key(replace(DATED.protocol, arms=arms))

"""The monitoring record in its file: the old one or the new one, never anything between.

JSON Lines beside the protocol, an entry a line, chained by their hashes (`monitor.record.lines`)
and closed by a seal.  To append, the whole file is written anew under another name, flushed to
disk, and put in the place of the old one at once; a lock keeps a second run out, and the head
that the caller has read must still be the head of the file.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from equipoise.errors import DataError
from equipoise.io.written_at_once import OWNER_ONLY, write_at_once
from equipoise.monitor.plain_values import canonical, sha256_of
from equipoise.monitor.record.lines import BEGINNING, chained, seal_of
from equipoise.monitor.record.record import (
    VERSION,
    Amendment,
    CommitteeDecision,
    Entry,
    Opening,
    Record,
    RecordedLook,
)

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: nobody is kept out
    fcntl = None

KINDS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (Opening, RecordedLook, Amendment, CommitteeDecision)
}
CHAIN = ("is", "sequence", "previous")  # what a line has beside its entry
SHORTEST = 8  # letters of a head that name it
SHOWN = 3  # heads that a message names
RESTORE = (
    "Restore the record from a copy whose last line has the head that the minutes of the last "
    "meeting tell; do not mend it by hand."
)


def record_path(protocol_file: Path) -> Path:
    """Name the record's file, beside the protocol.

    >>> record_path(Path("trial/protocol.yaml")).name
    'protocol.monitoring.jsonl'
    """
    return protocol_file.with_name(f"{protocol_file.stem}.monitoring.jsonl")


def read_record(path: Path, *, head: str | None = None) -> Record:
    """Read a record and verify every line of it.

    Args:
        path: the record's file.
        head: as the minutes of some meeting tell it, or its first eight letters or more; the
            record must have gone through it, so that one written anew as a whole shows.

    Raises:
        DataError: it cannot be read, or was altered, cut off, reordered or half written; the
            message names the line.
    """
    text = _content(path)
    found = _record(path, text)
    if head is not None:
        _check_head(path, text, head.strip().lower())
    return found


def _check_head(path: Path, text: str, head: str) -> None:
    hashes = [sha256_of(line) for line in _lines(path, text)[:-1]]
    if len(head) < SHORTEST or not any(each.startswith(head) for each in hashes):
        raise DataError(
            f"The monitoring record {path} never had the head {head or 'none'}: its entries have "
            f"{', '.join(each[:12] + '…' for each in hashes[-SHOWN:])}. See that the head is as "
            f"the minutes tell it (at least {SHORTEST} letters); if it is, the record was written "
            f"anew. {RESTORE}"
        )


def append(path: Path, *entries: Entry, expected_head: str | None) -> Record:
    """Add entries to a record, or open a new one; all of them or, if anything fails, none.

    Args:
        path: the record's file.
        entries: in their order; the first of a new record is its opening.
        expected_head: the head of the record that was read; None: there must be none yet.

    Raises:
        DataError: the record was changed since it was read, another run writes to it, or it
            cannot be written.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    try:
        with _alone(target):
            text, before = _expected(target, expected_head)
            _check_entries(target, before, entries)
            held = [] if before is None else _lines(target, text)[:-1]
            previous = BEGINNING if before is None else before.head
            added = chained(entries, sequence=len(held), previous=previous)
            head = sha256_of(added[-1])
            seal = seal_of(len(held) + len(added), head)
            read = _entries(target, added, place=len(held), previous=previous)  # it can be read
            text = "".join(f"{line}\n" for line in (*held, *added, seal))
            write_at_once(target, text)
    except OSError as problem:
        raise DataError(
            f"The monitoring record {path} cannot be written ({problem.strerror}); it is as it "
            "was, and nothing is recorded. Make room, or the folder writable, and run again."
        ) from problem
    return _whole(read if before is None else [before.opening, *before.entries, *read], head)


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Keep other runs out; a run that was killed keeps nobody out."""
    file = os.open(target.with_name(f".{target.name}.lock"), os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise DataError(
                    f"Another run is writing to the monitoring record {target}; wait until it has "
                    "ended, see what it recorded, and run again."
                ) from problem
        yield
    finally:
        os.close(file)


def _expected(target: Path, head: str | None) -> tuple[str, Record | None]:
    """Read the record as it is now, and refuse if it is not the one the caller has read."""
    if not target.exists():
        if head is None:
            return "", None
        raise DataError(
            f"The monitoring record {target} is gone since it was read. Put it back, and run again."
        )
    text = _content(target)
    now = _record(target, text)
    if now.head != head:
        read = "when there was none" if head is None else f"with head {head[:12]}…"
        raise DataError(
            f"The monitoring record {target} was read {read}, and now has head {now.head[:12]}…: "
            "another run has added to it. See what it recorded, and run again."
        )
    return text, now


def _check_entries(target: Path, before: Record | None, entries: Sequence[Entry]) -> None:
    openings = [isinstance(each, Opening) for each in entries]
    if not entries or openings != [before is None, *[False] * (len(entries) - 1)]:
        raise DataError(
            f"The monitoring record {target} begins with one opening, and nothing else opens it; "
            f"found {', '.join(type(each).__name__ for each in entries) or 'no entry'}. Open a "
            "new record, or add to this one."
        )


def _content(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as problem:
        raise DataError(
            f"The monitoring record {path} cannot be read ({problem.strerror}); it must lie there "
            "and be readable."
        ) from problem
    except UnicodeDecodeError as problem:
        raise DataError(
            f"The monitoring record {path} is no text in UTF-8 (byte {problem.start}). {RESTORE}"
        ) from problem


def _lines(path: Path, text: str) -> list[str]:
    """Split a record into its lines, the seal last, each of them whole."""
    lines = text.split("\n")
    if lines.pop() or not lines:
        raise DataError(
            f"The monitoring record {path} is cut off in line {len(lines) + 1}. {RESTORE}"
        )
    return lines


def _record(path: Path, text: str) -> Record:
    *lines, seal = _lines(path, text)
    entries = _entries(path, lines, place=0, previous=BEGINNING)
    head = sha256_of(lines[-1]) if lines else BEGINNING
    if not lines or seal != seal_of(len(lines), head):
        raise DataError(
            f"The monitoring record {path} is not closed by its seal in line {len(lines) + 1}: "
            f"lines at the end are missing or were changed. {RESTORE}"
        )
    return _whole(entries, head)


def _whole(entries: Sequence[Entry], head: str) -> Record:
    opening, *later = entries
    assert isinstance(opening, Opening)  # noqa: S101 - `_entry` has seen to it
    return Record(opening, tuple(each for each in later if not isinstance(each, Opening)), head)


def _entries(path: Path, lines: Sequence[str], *, place: int, previous: str) -> list[Entry]:
    """Read lines from a place in the chain on."""
    entries: list[Entry] = []
    for at, line in enumerate(lines, start=place):
        entries.append(_entry(path, line, at, previous))
        previous = sha256_of(line)
    return entries


def _entry(path: Path, line: str, place: int, previous: str) -> Entry:
    """Read one line, and refuse it unless it follows from the one before."""
    where = f"Line {place + 1} of the monitoring record {path}"
    try:
        fields = json.loads(line)
    except ValueError as problem:
        raise DataError(f"{where} is no JSON ({problem}). {RESTORE}") from problem
    if not isinstance(fields, dict) or canonical(fields) != line:
        raise DataError(f"{where} is not written as Equipoise writes it. {RESTORE}")
    if fields.get("previous") != previous or fields.get("sequence") != place:
        raise DataError(
            f"{where} does not follow from the line before it: one of the two was changed, or "
            f"lines were taken out, put in or moved. {RESTORE}"
        )
    kind = fields.get("is")
    if kind not in KINDS or (kind == "Opening") != (place == 0):
        raise DataError(f"{where} holds {kind!r}, which does not belong there. {RESTORE}")
    if kind == "Opening" and fields.get("version") != VERSION:
        raise DataError(
            f"{where} has form {fields.get('version')}, this program reads form {VERSION}. Use "
            "the version of Equipoise that wrote it, or a later one."
        )
    own = {name: value for name, value in fields.items() if name not in CHAIN}
    try:
        found: Entry = KINDS[kind].validate_json(json.dumps(own), strict=True)
    except ValidationError as problem:
        first = problem.errors()[0]
        at = ".".join(map(str, first["loc"]))
        raise DataError(f"{where} cannot be read at {at}: {first['msg']}. {RESTORE}") from problem
    return found

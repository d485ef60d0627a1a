"""A look and its record: where they are, what may be recorded, and what is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise import __version__
from equipoise.errors import DataError
from equipoise.io.monitoring_record import append, record_path
from equipoise.io.unmasking_key import draw_key, key_path, read_key
from equipoise.monitor.cut.known_data import reassigned
from equipoise.monitor.masking import UnmaskingKey, check_key
from equipoise.monitor.record.checks import Asked as NextLook
from equipoise.monitor.record.checks import Permitted, check_next
from equipoise.monitor.record.lines import opened as record_opened
from equipoise.monitor.record.record import CommitteeDecision, Entry, Record
from equipoise.monitor.record.recording import Circumstances, opening_of, recorded_look
from equipoise.simulate.monitored.monitored import Kept

if TYPE_CHECKING:
    from equipoise.monitor.cut.cut import DataCut
    from equipoise.protocol.trial import Protocol
    from equipoise.simulate.monitored.look import Held

SALT_BYTES = 16
SHOWN = 10  # patients that a message names


@dataclass(frozen=True, slots=True)
class Options:
    """What a look is asked, as `verbs.monitor` has it."""

    look: int | None = None
    final: bool = False
    spending_time: float | None = None
    stopped_for: str | None = None
    corrected: str = ""
    amended: str = ""
    after_stopping: bool = False
    dry_run: bool = False
    head: str | None = None  # of the record, as the minutes tell it
    unmask: bool = False
    replicates: int | None = None
    seed: int | None = None
    to_come: int | None = None
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Where the record and the key are; None: nowhere."""

    record: Path | None
    key: Path | None

    @classmethod
    def of(
        cls, source: Path | None, record: str | Path | None, key: str | Path | None, *, needed: bool
    ) -> Places:
        """Say where they are, beside the protocol unless told.

        Raises:
            DataError: the protocol is in no file, and places are needed.
        """
        beside = None if record is None else Path(record)
        if beside is None and source is not None:
            beside = record_path(source)
        letters = None if key is None else Path(key)
        if letters is None and source is not None:
            letters = key_path(source)
        if needed and (beside is None or letters is None):
            raise DataError(
                "A look is recorded beside the protocol's file, and this protocol is in none. Give "
                "`record` and `key`, or hold the look as a dry run."
            )
        return cls(beside, letters)


def key_of(
    protocol: Protocol, record: Record | None, places: Places, options: Options
) -> tuple[UnmaskingKey, bool]:
    """Read the key, or draw one where no look was held yet; tell whether it was drawn."""
    if places.key is not None and places.key.exists():
        key = read_key(places.key)
        if record is None:
            raise DataError(
                f"The unmasking key {places.key} is there, but not the record {places.record} that "
                "was opened with it: the record was moved or taken away. Restore it, or name it "
                "with --record (in Python `record`); to begin a record anew, move the key away."
            )
        check_key(key, record)
        return key, False
    if record is not None:
        raise DataError(
            f"The record was opened with an unmasking key that is not at {places.key}; name its "
            "file with --key (in Python `key`). Letters drawn anew would exchange arms between "
            "reports."
        )
    return draw_key(protocol), not options.dry_run


def number_of(record: Record | None, cut: DataCut, options: Options) -> int | None:
    """Say which look is asked for; None: the next, by its information."""
    if options.look is not None or record is None or record.last is None:
        return options.look
    again = options.corrected or record.last.as_of == cut.as_of.isoformat()
    return record.last.look if again and not options.after_stopping else None


def permitted_as(
    record: Record | None, cut: DataCut, options: Options, number: int | None, now: str
) -> Permitted:
    """Say how a look may be recorded, or refuse it.

    Raises:
        DataError: it does not follow from the record.
    """
    if record is None:
        return Permitted("look", None, ())
    last = 0 if record.last is None else record.last.look
    asked = NextLook(
        last + 1 if number is None else number,
        options.corrected,
        options.amended,
        options.after_stopping,
    )
    return check_next(record, cut, asked, now=now)


def moved_patients(
    record: Record | None, cut: DataCut, key: UnmaskingKey, options: Options
) -> tuple[str, ...]:
    """Name the patients whose arm, stratum or date of randomization is not as at the last look.

    Raises:
        DataError: there are some, and no reason is given.
    """
    if record is None:
        return ()
    held = record.after_stopping[-1] if record.after_stopping else record.last
    moved = reassigned(held.known.assigned, cut.snapshot, key.secret) if held else ()
    if not moved or held is None:
        return ()
    shown = ", ".join(moved[:SHOWN]) + (", ..." if len(moved) > SHOWN else "")
    many = "1 patient has" if len(moved) == 1 else f"{len(moved)} patients have"
    told = (
        f"{many} another arm, stratum or date of randomization than at look {held.look} ({shown})"
    )
    if not options.corrected:
        raise DataError(
            f"{told}. Restore the data; or, if they were corrected on purpose, give the reason for "
            "the correction, which is then recorded."
        )
    return (f"{told}.",)


def last_cut(record: Record | None, number: int) -> date | None:
    """Give the data cut of the look before one; None where there was none."""
    before = [each for each in (() if record is None else record.looks) if each.look < number]
    return date.fromisoformat(before[-1].as_of) if before else None


def recorded(
    held: Held,
    cut: DataCut,
    record: Record | None,
    key: UnmaskingKey,
    permitted: Permitted,
    options: Options,
    path: Path,
    now: str,
) -> Kept:
    """Add the look to the record's file, or open one."""
    entries: list[Entry] = []
    before = record
    if record is None:
        salt = secrets.token_hex(SALT_BYTES)
        opening = opening_of(
            cut.snapshot.protocol, key, salt=salt, opened=now, software=__version__
        )
        record = record_opened(opening)
        entries.append(opening)
    if permitted.kind == "as held":
        return Kept(path.name, record.head, len(record.entries) + 1, "as held", permitted.remarks)
    if permitted.amendment is not None:
        entries.append(permitted.amendment)
    reason = options.corrected or ""
    when = Circumstances(now, __version__, permitted.kind, reason)
    entries.append(recorded_look(held.look, cut, record.opening.salt, when, key.secret))
    if options.stopped_for:
        entries.append(CommitteeDecision(now, "stop", options.stopped_for))
    written = append(path, *entries, expected_head=None if before is None else before.head)
    return Kept(
        path.name, written.head, len(written.entries) + 1, permitted.kind, permitted.remarks
    )

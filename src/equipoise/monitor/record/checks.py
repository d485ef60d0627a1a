"""What may be recorded next: looks in order, of this trial, under the promise they began with.

    look k after look j < k      its cut later than look j's
    look k again                 only the last one, with a reason; or told again from the same data
    promise changed              only as an amendment, with a reason
    patients gone                only with a reason
    after the trial is stopped   analyses that say so

Looks may be skipped.  An earlier look is not corrected once a later one was held: what the later
one decided rests on it.
"""

from dataclasses import dataclass
from typing import Literal

from equipoise.errors import DataError
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.cut.known_data import fingerprint
from equipoise.monitor.record.promise_kept import (
    changes,
    data_map_digest,
    deciding_parts,
    promise_digest,
)
from equipoise.monitor.record.record import Amendment, LookKind, Record, RecordedLook

SHOWN = 5  # changes of the promise that a message names


@dataclass(frozen=True, slots=True)
class Asked:
    """The look that is about to be held, and the reasons given for what is out of the way."""

    look: int  # from 1
    corrected: str = ""  # why the last look is repeated, or why patients are missing
    amended: str = ""  # why the protocol was changed
    after_stopping: bool = False


@dataclass(frozen=True, slots=True)
class Permitted:
    """How the look is to be recorded."""

    kind: LookKind | Literal["as held"]  # "as held": the same look of the same data, told again
    amendment: Amendment | None  # to be recorded before it
    remarks: tuple[str, ...]


def check_next(record: Record, cut: DataCut, asked: Asked, *, now: str) -> Permitted:
    """Say how a look of a data cut is to be recorded, or refuse it.

    Args:
        record: as read.
        cut: the data of the look.
        asked: its number and the reasons given.
        now: ISO timestamp, UTC, for an amendment.

    Raises:
        DataError: the look does not follow from the record; the message says what would.
    """
    _check_trial(record, cut)
    amendment = _amendment(record, cut, asked, now)
    if amendment is None and _as_held(record, cut, asked):
        told = f"Look {asked.look} is told again from the data it was held on; nothing is recorded."
        return Permitted("as held", None, (told,))
    kind = _kind(record, cut, asked)
    remarks = (
        *((_NO_CHANGE,) if asked.amended and amendment is None else ()),
        *_patients(record, cut, asked),
        *_data_map(record, cut),
    )
    return Permitted(kind, amendment, remarks)


def _check_trial(record: Record, cut: DataCut) -> None:
    trial = cut.snapshot.protocol.trial.id
    if trial != record.opening.trial:
        raise DataError(
            f"The monitoring record is of trial {record.opening.trial!r}, the protocol of "
            f"{trial!r}. Give the record that belongs to the protocol, or move this one away."
        )


def _amendment(record: Record, cut: DataCut, asked: Asked, now: str) -> Amendment | None:
    protocol = cut.snapshot.protocol
    digest = promise_digest(protocol)
    if digest == record.digest:
        return None
    changed = changes(record.promise, protocol)
    if not asked.amended:
        named = "; ".join(changed[:SHOWN])
        more = f"; and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        since = "the last look" if record.last else "the record was opened"
        raise DataError(
            f"The protocol was changed since {since}: {named}{more} (SHA-256 {digest[:12]}…, "
            f"recorded {record.digest[:12]}…). Restore it, or, if it was amended on purpose, give "
            "the reason for the amendment, which is then recorded."
        )
    return Amendment(now, asked.amended, changed, record.digest, digest, deciding_parts(protocol))


def _as_held(record: Record, cut: DataCut, asked: Asked) -> bool:
    """Tell whether the same look is asked for of the very data it was held on."""
    last = record.after_stopping[-1] if asked.after_stopping and record.after_stopping else None
    last = last or (None if asked.after_stopping else record.last)
    if last is None or asked.look != last.look or cut.as_of.isoformat() != last.as_of:
        return False
    data = {source.name: source.sha256 for source in cut.snapshot.sources}
    same = bool(data) and data == dict(last.data) and not asked.corrected
    return same and last.data_map == data_map_digest(cut.snapshot.protocol)


def _kind(record: Record, cut: DataCut, asked: Asked) -> LookKind:
    if asked.look < 1:
        raise DataError(f"Looks are numbered from 1; found {asked.look}. Give the look's number.")
    if asked.after_stopping:
        return _after_stopping(record, cut)
    last = record.last
    if last is None:
        return "look"
    if asked.look < last.look:
        raise DataError(
            f"Look {last.look} was held on data of {last.as_of}; look {asked.look} comes before it "
            "and can neither be held nor corrected any more, since later looks rest on it. Give "
            f"look {last.look + 1}, or correct look {last.look}."
        )
    if asked.look == last.look:
        return _corrected(record, cut, asked, last)
    if record.stopped:
        raise DataError(
            f"The trial is stopped: {record.stopped}. Look {asked.look} cannot be held; analyze it "
            "as after stopping, or record the committee's decision to continue, with its reason."
        )
    _check_later(cut, last, f"Look {asked.look}")
    return "look"


def _corrected(record: Record, cut: DataCut, asked: Asked, last: RecordedLook) -> LookKind:
    if not asked.corrected:
        raise DataError(
            f"Look {last.look} was already held, on data of {last.as_of}. Give look "
            f"{last.look + 1}; or, to repeat it on corrected data, the reason for the correction, "
            "which is then recorded."
        )
    if record.after_stopping:
        raise DataError(
            f"Look {last.look} was held and the trial analyzed after stopping, on data of "
            f"{record.after_stopping[-1].as_of}; it can no longer be corrected. Analyze the "
            "corrected data as after stopping."
        )
    if len(record.looks) > 1:
        _check_later(cut, record.looks[-2], f"The corrected look {last.look}")
    return "corrected"


def _after_stopping(record: Record, cut: DataCut) -> LookKind:
    if not record.stopped:
        raise DataError(
            "The record does not say that the trial was stopped, so that nothing can be analyzed "
            "as after stopping. Hold the next look, or record first that the committee stopped "
            "the trial, with its reason."
        )
    held = record.after_stopping[-1] if record.after_stopping else record.last
    if held is not None and cut.as_of.isoformat() < held.as_of:
        raise DataError(
            f"The data cut, {cut.as_of}, is older than that of the last analysis, {held.as_of}. "
            "Give a cut on or after it."
        )
    return "after stopping"


def _check_later(cut: DataCut, before: RecordedLook, what: str) -> None:
    if cut.as_of.isoformat() <= before.as_of:
        older = "the same as" if cut.as_of.isoformat() == before.as_of else "older than"
        raise DataError(
            f"{what} has data of {cut.as_of}, {older} those of look {before.look}, "
            f"{before.as_of}. Give a later data cut."
        )


def _patients(record: Record, cut: DataCut, asked: Asked) -> tuple[str, ...]:
    """Look for the patients that the last look had."""
    held = record.after_stopping[-1] if record.after_stopping else record.last
    if held is None:
        return ()
    salt = record.opening.salt
    here = {fingerprint(salt, name) for name in cut.snapshot.subjects.id}
    missing = sum(each not in here for each in held.known.randomized)
    if not missing:
        return ()
    had = len(held.known.randomized)
    if not asked.corrected:
        if missing == had:
            raise DataError(
                f"None of the {had} patients of look {held.look} are in these data: they are of "
                "another trial, or patients were renamed. Give this trial's data."
            )
        raise DataError(
            f"{missing} of the {had} patients of look {held.look} are not in these data. Give the "
            "whole data; or, if they were taken out on purpose, the reason, which is then recorded."
        )
    return (f"{missing} of the {had} patients of look {held.look} are not in these data any more.",)


def _data_map(record: Record, cut: DataCut) -> tuple[str, ...]:
    last = record.last
    if last is None or last.data_map == data_map_digest(cut.snapshot.protocol):
        return ()
    told = (
        f"The protocol's section on where its data are found differs from that of look "
        f"{last.look}; decisions rest on the same promise, but see that events are still counted "
        "the same way."
    )
    return (told,)


_NO_CHANGE = (
    "The protocol promises what it did at the last look, so that no amendment is recorded; words, "
    "labels and comments are no part of the promise."
)

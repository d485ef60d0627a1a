"""The verb that looks at the trial while it runs, and keeps the record of its looks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.errors import DataError
from equipoise.verbs.asking import FORMATS, chosen_formats, file_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.monitor.cut.cut import DataCut
    from equipoise.monitor.record.record import Record
    from equipoise.protocol.trial import Protocol
    from equipoise.simulate.monitored.monitored import MonitoredTrial


def monitor(  # noqa: PLR0913 - the questions of the command line
    protocol: Protocol | str | Path,
    data: str | Path | Mapping[str, Any],
    as_of: str | date,
    *,
    look: int | None = None,
    final: bool = False,
    spending_time: float | None = None,
    stopped_for: str | None = None,
    corrected: str | None = None,
    amended: str | None = None,
    after_stopping: bool = False,
    open_only: bool = False,
    dry_run: bool = False,
    record: str | Path | None = None,
    key: str | Path | None = None,
    head: str | None = None,
    unmask: bool = False,
    replicates: int | None = None,
    seed: int | None = None,
    to_come: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> MonitoredTrial:
    """Hold a look: cut the data at a date, decide by the rules, tell what is likely, record it.

    The record stands beside the protocol, and the key of the arms' letters beside it; both are
    made at the first look.  The same look of the same data may be told any number of times.

    Args:
        protocol: the protocol, or the file that holds it; a value needs `record` and `key`, unless
            the look is a dry run.
        data: the folder the protocol's files lie in, or a data frame for each of its tables.
        as_of: the data cut, an ISO date: what was known at the end of that day.
        look: which look this is, from 1; None: from the record and the information.
        final: this is the last look, which spends all alpha that is left.
        spending_time: fraction of the planned duration, where the design spends by the calendar;
            None: from the dates.
        stopped_for: why the trial ends with this look, other than by its bounds.
        corrected: why the last look is repeated on corrected data.
        amended: why the protocol was changed since the last look.
        after_stopping: the trial is stopped; these are the data that came in since.
        open_only: the open part alone: no look is held, nothing by arm is computed or recorded.
        dry_run: the look is held but not recorded.
        record: the record's file.
        key: the key's file.
        head: of the record, as the minutes of the last meeting tell it; another is refused.
        unmask: name the arms, by the key.
        replicates: rests of the trial that are simulated; None: as the protocol says; 0: none.
        seed: of them; None: as the protocol says.
        to_come: patients still to be randomized; None: those planned that are not yet.
        workers: threads that simulate; None: one a processor.
        out: the folder to write the reports into, `open` and `closed` in folders of their own.
        formats: the documents to write, as for `analyze`.
        progress: told what starts now.
        command: what the manifest of the closed report records as the command.
        force: write over files that were edited since.

    Raises:
        ProtocolError: the protocol cannot be read.
        DataError: the data break a stated convention or cannot be cut; the record or the key were
            altered, or this look does not follow from the record.
        DesignError: the look cannot be held.
        EquipoiseError: a format is unknown, or a folder cannot be written; arms are to be named
            in the open report.
    """
    if open_only and unmask:
        raise DataError(
            "The open report knows no arms, so that none can be unmasked in it. Leave `unmask` "
            "out, or hold the look for the closed report."
        )
    from equipoise.verbs.look_record import Options, Places
    from equipoise.verbs.monitored_look import held_and_recorded, opened

    started, chosen = datetime.now(UTC), chosen_formats(formats)
    if out is not None:
        from equipoise.report.monitoring.write import check_folders

        check_folders(Path(out), chosen, open_only=open_only, force=force)
    source = file_of(protocol)
    progress("Reading data")
    cut = cut_of(protocol, data, as_of)
    options = Options(
        look=look,
        final=final,
        spending_time=spending_time,
        stopped_for=stopped_for,
        corrected=corrected or "",
        amended=amended or "",
        after_stopping=after_stopping,
        dry_run=dry_run,
        head=head,
        unmask=unmask,
        replicates=replicates,
        seed=seed,
        to_come=to_come,
        workers=workers,
    )
    if open_only:
        result = opened(cut, options, progress)
    else:
        places = Places.of(source, record, key, needed=not dry_run)
        result = held_and_recorded(cut, options, places, progress)
    if out is not None:
        from equipoise.report.monitoring.write import write_monitoring

        write_monitoring(
            result,
            Path(out),
            formats=chosen,
            protocol_file=source,
            command=command,
            started=started,
            progress=progress,
            force=force,
        )
    return result


def cut_of(
    protocol: Protocol | str | Path, data: str | Path | Mapping[str, Any], as_of: str | date
) -> DataCut:
    """Read the data and cut them at a date.

    Raises:
        ProtocolError: the protocol cannot be read.
        DataError: the data break a stated convention, or cannot be cut.
    """
    from equipoise.io.data.snapshot import read_snapshot
    from equipoise.monitor.cut.cut import snapshot_at

    day = _date(as_of)
    if day > datetime.now(UTC).date() + timedelta(days=1):
        raise DataError(
            f"The data cut, {day}, is still to come: nothing can be known as of it. Give the date "
            "up to which the data were followed."
        )
    promised = _read(protocol)
    whole = read_snapshot(promised, Path(data) if isinstance(data, str | Path) else data)
    return snapshot_at(whole, day, late=promised.monitoring.late)


def monitor_statistics(
    protocol: Protocol | str | Path,
    z: float | Mapping[str, float],
    information: float | Mapping[str, float],
    *,
    look: int | None = None,
    final: bool = False,
    spending_time: float | None = None,
    stopped_for: str | None = None,
) -> MonitoredTrial:
    """Hold a look at statistics that were computed elsewhere; nothing is recorded.

    Args:
        protocol: the protocol, or the file that holds it.
        z: positive where the experimental arm is better; a number is of the hypothesis that
            times the looks, otherwise by hypothesis.
        information: likewise, as the design counts it: events, patients, or inverse variance.
        look: its number, from 1; None: by the information.
        final: this is the last look.
        spending_time: fraction of the planned duration, where the design spends by the calendar.
        stopped_for: why the trial ends with this look, other than by its bounds.

    Raises:
        ProtocolError: the protocol cannot be read.
        DataError: a hypothesis that is not decided at looks, or a number that is none.
        DesignError: the look cannot be held.
    """
    from equipoise.verbs.look_record import Options
    from equipoise.verbs.monitored_look import held_on_statistics

    options = Options(look=look, final=final, spending_time=spending_time, stopped_for=stopped_for)
    return held_on_statistics(_read(protocol), z, information, options)


def record_decision(
    protocol: str | Path,
    decision: str,
    reason: str,
    *,
    record: str | Path | None = None,
) -> Record:
    """Record what the committee decided beside the rules.

    Args:
        protocol: the file that holds the protocol.
        decision: ``"stop"`` or ``"continue"``.
        reason: why.
        record: the record's file; beside the protocol unless said.

    Raises:
        DataError: there is no record yet, it was altered, or nothing is decided.
    """
    from equipoise.io.monitoring_record import append, read_record, record_path
    from equipoise.io.protocol.yaml import protocol_file
    from equipoise.monitor.record.record import CommitteeDecision

    if decision not in {"stop", "continue"} or not reason.strip():
        raise DataError(
            f"The committee's decision is {decision!r}, for {reason!r}; give stop or continue, and "
            "the reason in words."
        )
    target = record_path(protocol_file(Path(protocol))) if record is None else Path(record)
    held = read_record(target)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    word: Any = decision
    return append(target, CommitteeDecision(made, word, reason.strip()), expected_head=held.head)


def _read(protocol: Protocol | str | Path) -> Protocol:
    from equipoise.io.protocol.read import read_protocol

    return read_protocol(Path(protocol)) if isinstance(protocol, str | Path) else protocol


def _date(text: str | date) -> date:
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DataError(f"The data cut {text!r} is no date; write 2019-06-30.") from None

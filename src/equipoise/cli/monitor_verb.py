"""`equipoise monitor`: hold a look at the trial, for the committee and for everyone else."""

import json as json_format
import shlex
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import typer

from equipoise.cli.endings import refusals, show_findings
from equipoise.cli.monitor_options import (
    AfterStopping,
    Amended,
    AsOf,
    Committee,
    Corrected,
    Counts,
    Data,
    DryRun,
    Final,
    Head,
    Json,
    KeyFile,
    LookNumber,
    OpenOnly,
    Reason,
    RecordFile,
    Replicates,
    Seed,
    SpendingTime,
    Statistics,
    StoppedFor,
    ToCome,
    Unmask,
    Workers,
)
from equipoise.cli.options import Force, Formats, ProtocolFile, ResultsFolder, check_folder
from equipoise.errors import EquipoiseError

if TYPE_CHECKING:
    from equipoise.simulate.monitored.monitored import MonitoredTrial

Options: TypeAlias = dict[str, Any]
HINTS = {  # what a refusal asks for → how it is given here
    "reason for the correction": '--corrected "REASON"',
    "reason for the amendment": '--amended "REASON"',
    "taken out on purpose, the reason": '--corrected "REASON"',
    "as after stopping": "--after-stopping",
    "`final=True`": "--final",
    "decision to continue": '--committee continue --reason "REASON"',
}


def monitor(  # noqa: PLR0917 - one parameter an option
    protocol: ProtocolFile,
    data: Data = None,
    as_of: AsOf = None,
    look: LookNumber = None,
    final: Final = False,
    stopped_for: StoppedFor = None,
    spending_time: SpendingTime = None,
    corrected: Corrected = None,
    amended: Amended = None,
    after_stopping: AfterStopping = False,
    dry_run: DryRun = False,
    open_only: OpenOnly = False,
    z: Statistics = None,
    information: Counts = None,
    committee: Committee = None,
    reason: Reason = None,
    record: RecordFile = None,
    head: Head = None,
    key: KeyFile = None,
    unmask: Unmask = False,
    replicates: Replicates = None,
    seed: Seed = None,
    to_come: ToCome = None,
    workers: Workers = None,
    out: ResultsFolder = None,
    formats: Formats = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Look at the trial: what its data say as of a date, what the rules decide, what is likely."""
    check_folder(formats, out)
    look_alone: Options = {
        "look": look,
        "final": final,
        "stopped_for": stopped_for,
        "spending_time": spending_time,
    }
    recorded: Options = {
        "corrected": corrected,
        "amended": amended,
        "after_stopping": after_stopping,
        "dry_run": dry_run,
        "key": key,
        "head": head,
        "unmask": unmask,
    }
    told: Options = {
        "replicates": replicates,
        "seed": seed,
        "to_come": to_come,
        "workers": workers,
        "out": out,
        "formats": formats,
        "force": force,
    }
    rest = {**recorded, **told, "open": open_only, "data": data, "as_of": as_of}
    if committee is not None or reason is not None:
        others = {**look_alone, **rest, "z": z, "information": information, "json": json}
        _refuse(others, "--committee records a decision, and nothing else")
        _decide(protocol, committee, reason, record)
        return
    if z is not None or information is not None:
        _refuse({**rest, "record": record}, "--z holds a look at numbers alone")
        _tell(lambda: _on_statistics(protocol, z, information, look_alone), out, json=json)
        return
    if open_only:
        _refuse({**look_alone, **recorded, "record": record}, "--open holds no look")
    folder, day = _needed(data, as_of)
    asked = {**look_alone, **recorded, **told, "open_only": open_only, "record": record}
    _tell(lambda: _on_data(protocol, folder, day, asked), out, json=json)


def _refuse(others: Options, why: str) -> None:
    """Refuse options that would be ignored."""
    given = next((name for name, value in others.items() if value not in {None, False}), None)
    if given is not None:
        option = "--format" if given == "formats" else f"--{given.replace('_', '-')}"
        raise typer.BadParameter(f"{why}; leave {option} out", param_hint=option)


def _needed(data: Path | None, as_of: datetime | None) -> tuple[Path, str]:
    if data is None:
        raise typer.BadParameter(
            "a look needs the data: the folder the protocol's files lie in (or --z and "
            "--information for a look at numbers alone)",
            param_hint="--data",
        )
    if as_of is None:
        raise typer.BadParameter(
            "a look needs its data cut; write --as-of 2019-06-30", param_hint="--as-of"
        )
    return data, as_of.date().isoformat()


def _decide(protocol: Path, decision: str | None, reason: str | None, record: Path | None) -> None:
    if decision not in {"stop", "continue"}:
        raise typer.BadParameter("write stop or continue", param_hint="--committee")
    if not (reason or "").strip():
        raise typer.BadParameter("say why the committee decided so", param_hint="--reason")
    from equipoise.verbs import record_decision

    with refusals(json=False):
        held = record_decision(protocol, decision, reason or "", record=record)
    typer.echo(f"Recorded: {decision}. Head of the record, for the minutes: {held.head}")


def _on_data(protocol: Path, data: Path, as_of: str, asked: Options) -> "MonitoredTrial":
    from equipoise.cli.progress import steps
    from equipoise.verbs import FORMATS
    from equipoise.verbs import monitor as run

    asked["formats"] = FORMATS if asked["formats"] is None else asked["formats"]
    with steps() as progress:
        command = shlex.join(["equipoise", *sys.argv[1:]])
        return run(protocol, data, as_of, **asked, progress=progress, command=command)


def _on_statistics(
    protocol: Path, z: list[str] | None, information: list[str] | None, asked: Options
) -> "MonitoredTrial":
    from equipoise.verbs import monitor_statistics

    if z is None or information is None:
        missing = "--z" if z is None else "--information"
        raise typer.BadParameter("give --z and --information together", param_hint=missing)
    statistics, counts = _by_name(z, "--z"), _by_name(information, "--information")
    return monitor_statistics(protocol, statistics, counts, **asked)


def _by_name(given: list[str], option: str) -> float | dict[str, float]:
    """Read numbers, each of a hypothesis by name, or one alone.

    >>> _by_name(["1.645"], "--z"), _by_name(["H1=1.6", "H2=1.2"], "--z")
    (1.645, {'H1': 1.6, 'H2': 1.2})
    """
    found: dict[str, float] = {}
    for text in given:
        name, _, number = text.rpartition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise typer.BadParameter(
                f"{text!r} is no number; write 1.645, or H2=1.2 for a hypothesis by name",
                param_hint=option,
            ) from None
    if len(found) == 1 and "" in found:
        return found[""]
    if "" in found or len(found) < len(given):
        raise typer.BadParameter(
            "of several numbers each needs another hypothesis: H1=1.6", param_hint=option
        )
    return found


def _ways(error: EquipoiseError) -> Iterator[str]:
    """Say which options give what a refusal asks for."""
    ways = [how for asked, how in HINTS.items() if asked in str(error)]
    if ways:
        yield f"That is: {', or '.join(dict.fromkeys(ways))}"


def _tell(hold: "Any", out: Path | None, *, json: bool) -> None:  # noqa: ANN401 - a closure
    with refusals(json=json, hints=_ways):
        result = hold()
    if result.cut is not None:
        show_findings(result.cut.snapshot.findings)
    if json:
        from equipoise.simulate.monitored.record import monitored_record

        told = {"ok": True, **monitored_record(result)}
        typer.echo(json_format.dumps(told, ensure_ascii=False, allow_nan=False))
        return
    from equipoise.cli.monitor_summary import print_monitored

    print_monitored(result, out)

"""The verbs after the data are in: analyze, report, compare two reports."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.analyze.progress import Notice, Progress, only_notices
from equipoise.verbs.asking import FORMATS, chosen_formats, file_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.analyze.results import TrialAnalysis
    from equipoise.protocol.trial import Protocol
    from equipoise.report.manifest import Difference

FIRST_RUN = Notice(
    "First run: the numerical code is compiled, which takes about half a minute; later runs "
    "start at once."
)


def analyze(
    protocol: Protocol | str | Path,
    data: str | Path | Mapping[str, Any],
    *,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> TrialAnalysis:
    """Run everything the protocol promises on the data, and write the report if `out` is given.

    Args:
        protocol: the protocol, or the file that holds it.
        data: the folder the protocol's files lie in, or a data frame of any kind (pandas,
            polars, pyarrow, duckdb) for each of the protocol's tables, by the table's name.
        out: the folder to write the report into; it is made where it does not exist.
        formats: the documents to write: of ``html``, ``pdf`` and ``docx``, one or several;
            ``"none"`` or ``()`` for results as data only.
        progress: told what starts now, step by step.
        command: what the manifest records as the command.
        force: write over files of an earlier report that were edited since.

    Raises:
        ProtocolError: the protocol cannot be read, or contradicts itself.
        DataError: the data break a stated convention; every violation is listed.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours,
            or holds edited files.
    """
    started = datetime.now(UTC)
    chosen = chosen_formats(formats)
    if out is not None:
        from equipoise.report.folder import check_ready

        check_ready(Path(out), chosen, force=force)
    from equipoise.analyze.trial import analyze_trial
    from equipoise.io.data.snapshot import read_snapshot
    from equipoise.io.protocol.read import read_protocol

    source = file_of(protocol)
    promised = protocol if not isinstance(protocol, str | Path) else read_protocol(Path(protocol))
    progress("Reading data")
    known = read_snapshot(promised, Path(data) if isinstance(data, str | Path) else data)
    if _must_compile(promised):
        progress(FIRST_RUN)
    result = analyze_trial(known, progress)
    if out is not None:
        report(
            result,
            out,
            formats=chosen,
            progress=progress,
            protocol=source,
            command=command,
            started=started,
            force=force,
        )
    return result


def report(
    analysis: TrialAnalysis,
    out: str | Path,
    *,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    protocol: Path | None = None,
    command: str | None = None,
    started: datetime | None = None,
    force: bool = False,
) -> None:
    """Write an analysis as documents, figures and data into a folder; no formats: data only.

    Args:
        analysis: what `analyze` returned.
        out: the folder to write into.
        formats: as for `analyze`.
        progress: told what starts now, step by step.
        protocol: the protocol's file, for the manifest.
        command: what the manifest records as the command.
        started: when the work began, for the manifest; now, where not given.
        force: write over files of an earlier report that were edited since.

    Raises:
        EquipoiseError: a format is unknown or not installed, or the folder is not ours,
            or holds edited files.
    """
    from equipoise.report.folder import check_ready
    from equipoise.report.manifest import versions
    from equipoise.report.write import write_report

    started = started or datetime.now(UTC)
    chosen = chosen_formats(formats)
    check_ready(Path(out), chosen, force=force)
    if chosen:
        from equipoise.report.build import build_document

        document = build_document(analysis, software=tuple(versions().items()), progress=progress)
    else:
        from equipoise.report.document import Document

        document = Document(analysis.protocol.trial.title, "", (), ())
    write_report(
        analysis,
        document,
        Path(out),
        formats=chosen,
        protocol_file=protocol,
        command=command,
        started=started,
        progress=progress,
        force=force,
    )


def compare(first: str | Path, second: str | Path) -> tuple[Difference, ...]:
    """Say where two report folders differ; nothing means the same bit for bit.

    Inputs, protocol, findings, software and outputs are compared by the manifests; each file
    in either folder must still be as its manifest says.  Clock and command may differ.

    Args:
        first: a folder that `analyze` wrote.
        second: another.

    Raises:
        DataError: a folder holds no manifest of ours.
    """
    from equipoise.report.compare import compare_folders

    return compare_folders(Path(first), Path(second))


def _must_compile(protocol: Protocol) -> bool:
    from equipoise.kernel.product_limit import compiled_before
    from equipoise.protocol.endpoints import TimeToEvent

    return any(isinstance(e, TimeToEvent) for e in protocol.endpoints) and not compiled_before()

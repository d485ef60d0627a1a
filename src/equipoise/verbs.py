"""The verbs as Python functions: what the command line does, for those who think in Python.

    from equipoise.verbs import analyze
    result = analyze("protocol.yaml", data={"patients": frame})

Heavy parts are imported by the verb that needs them, so that importing this module is instant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from equipoise.analyze.results import TrialAnalysis
    from equipoise.io.protocol_check import Understanding
    from equipoise.protocol.trial import Protocol

Progress = Callable[[str], None]
FORMATS = ("html", "pdf", "docx")


def silent(_step: str) -> None:
    """Report no progress."""


def init(target: str | Path, kind: str = "two-arm-time-to-event", *, force: bool = False) -> Path:
    """Write a commented protocol to start from, and return where it is.

    `kind` is ``two-arm-time-to-event``, ``two-arm-binary`` or ``aall1331``.

    Raises:
        ProtocolError: the file exists already and `force` is not given.
    """
    from equipoise.io.protocol_templates import write_template

    return write_template(kind, Path(target), force=force)


def check(protocol: str | Path) -> Understanding:
    """Read a protocol and tell what was understood: given, defaulted, derived.

    Raises:
        ProtocolError: with every problem in `.problems`, each at its line and column.
    """
    from equipoise.io.protocol_check import understand

    return understand(Path(protocol))


def analyze(
    protocol: Protocol | str | Path,
    data: str | Path | Mapping[str, Any],
    *,
    out: str | Path | None = None,
    formats: Sequence[str] = FORMATS,
    progress: Progress = silent,
    command: str | None = None,
) -> TrialAnalysis:
    """Run everything the protocol promises on the data, and write the report if `out` is given.

    `data` is the folder the protocol's files lie in, or a data frame of any kind for each of
    the protocol's tables.

    Raises:
        ProtocolError: the protocol cannot be read, or contradicts itself.
        DataError: the data break a stated convention; every violation is listed.
    """
    from equipoise.analyze.trial import analyze_trial
    from equipoise.io.protocol_read import read_protocol
    from equipoise.io.snapshot import read_snapshot

    if out is not None:
        from equipoise.report.write import check_ready

        check_ready(Path(out), formats)
    source = None if not isinstance(protocol, str | Path) else Path(protocol)
    promised = protocol if not isinstance(protocol, str | Path) else read_protocol(Path(protocol))
    progress("Reading data")
    known = read_snapshot(promised, Path(data) if isinstance(data, str | Path) else data)
    result = analyze_trial(known, progress)
    if out is not None:
        report(result, out, formats=formats, progress=progress, protocol=source, command=command)
    return result


def report(
    analysis: TrialAnalysis,
    out: str | Path,
    *,
    formats: Sequence[str] = FORMATS,
    progress: Progress = silent,
    protocol: Path | None = None,
    command: str | None = None,
) -> None:
    """Write an analysis as documents, figures and data into a folder; no formats: data only.

    Raises:
        EquipoiseError: a format is unknown or not installed, or the folder is not ours.
    """
    from equipoise.report.build import build_document
    from equipoise.report.document import Document
    from equipoise.report.manifest import versions
    from equipoise.report.write import write_report

    document = (
        build_document(analysis, software=tuple(versions().items()), progress=progress)
        if formats
        else Document(analysis.protocol.trial.title, "", (), ())
    )
    write_report(
        analysis,
        document,
        Path(out),
        formats=formats,
        protocol_file=protocol,
        command=command,
        progress=progress,
    )

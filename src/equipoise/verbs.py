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
    from equipoise.protocol.trial import Protocol

Progress = Callable[[str], None]
FORMATS = ("html", "pdf", "docx")


def silent(_step: str) -> None:
    """Report no progress."""


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
    from equipoise.analyze.trial import analyze_trial  # noqa: PLC0415 - heavy
    from equipoise.io.protocol_read import read_protocol  # noqa: PLC0415 - heavy
    from equipoise.io.snapshot import read_snapshot  # noqa: PLC0415 - heavy

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
    from equipoise.report.build import build_document  # noqa: PLC0415 - heavy
    from equipoise.report.document import Document  # noqa: PLC0415 - heavy
    from equipoise.report.manifest import versions  # noqa: PLC0415 - heavy
    from equipoise.report.write import write_report  # noqa: PLC0415 - heavy

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

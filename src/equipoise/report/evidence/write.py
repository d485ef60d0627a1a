"""The evidence library's pages in a folder: document, figures, all numbers as data, manifest."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.report import manifest as manifests
from equipoise.report.document import Document
from equipoise.report.recorded import write_recorded

DATA = "evidence.json"
KIND: manifests.Kind = "evidence"


def write_evidence(  # noqa: PLR0913 - what is written, and how
    record: Mapping[str, Any],
    document: Document | None,
    out: Path,
    *,
    formats: Sequence[str],
    inputs: Mapping[str, str],
    command: str | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> None:
    """Write documents, figures, data and the manifest.

    Args:
        record: the numbers.
        document: its report; None for the numbers alone.
        out: the folder, made where it does not exist.
        formats: of the documents.
        inputs: the library's files with their SHA-256.
        command: what the manifest records as the command.
        started: when the work began; now, where not given.
        progress: told what starts now.
        force: write over another kind of report, or files that were edited since.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    write_recorded(
        record,
        document,
        out,
        data=DATA,
        kind=KIND,
        formats=formats,
        inputs={name: {"sha256": digest} for name, digest in inputs.items()},
        command=command,
        started=started,
        progress=progress,
        force=force,
    )

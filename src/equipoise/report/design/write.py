"""The whole output folder of a design: documents, figures, the design as data, manifest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.design.planned.record import design_json
from equipoise.design.trial_design import TrialDesign
from equipoise.report import manifest as manifests
from equipoise.report.document import Document
from equipoise.report.folder import FORMATS, check_ready, store, written_in_words
from equipoise.report.numbering import captions
from equipoise.report.rendering import documents, drawings

DATA = "design.json"


def write_design(  # noqa: PLR0913 - what is written, and where it goes
    design: TrialDesign,
    document: Document | None,
    out: Path,
    *,
    formats: Sequence[str] = FORMATS,
    protocol_file: Path | None = None,
    command: str | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> dict[str, Any]:
    """Write documents, figures, the design as JSON and the manifest; return the manifest.

    Args:
        design: the design.
        document: its report; None for the design as data alone.
        out: the folder, made where it does not exist.
        formats: of the documents.
        protocol_file: the protocol's file, for the manifest.
        command: what the manifest records as the command.
        started: when the work began; now, where not given.
        progress: told what starts now.
        force: write over an analysis, or files that were edited since.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    started = started or datetime.now(UTC)
    formats = formats if document is not None else ()
    check_ready(out, formats, kind="design", force=force)
    with written_in_words(out):
        protocol = (protocol_file.name, protocol_file.read_bytes()) if protocol_file else None
        files: dict[str, bytes] = {}
        if document is not None:
            captions(document)  # refuses an id used twice
            files |= drawings(document)
        files[DATA] = design_json(design).encode()
        if document is not None:
            files |= documents(document, formats, progress)
        run = manifests.Run(command, started, datetime.now(UTC))
        made = manifests.design_manifest(design.protocol, files, run, protocol_file=protocol)
        store(out, files, made, progress)
    return made

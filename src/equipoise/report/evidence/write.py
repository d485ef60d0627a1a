"""The evidence library's pages in a folder: document, figures, all numbers as data, manifest."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.report import manifest as manifests
from equipoise.report.document import Document
from equipoise.report.folder import check_ready, store, written_in_words
from equipoise.report.numbering import captions
from equipoise.report.rendering import documents, drawings

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
    started = started or datetime.now(UTC)
    formats = formats if document is not None else ()
    check_ready(out, formats, kind=KIND, force=force)
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
    with written_in_words(out):
        files: dict[str, bytes] = {DATA: f"{text}\n".encode()}
        if document is not None:
            captions(document)  # refuses an id used twice
            files = drawings(document) | files | documents(document, formats, progress)
        made = {
            "format": manifests.FORMAT,
            "version": manifests.VERSION,
            "kind": KIND,
            "inputs": {name: {"sha256": digest} for name, digest in sorted(inputs.items())},
            "outputs": {name: manifests.fingerprint(files[name]) for name in sorted(files)},
            **manifests.circumstances(manifests.Run(command, started, datetime.now(UTC))),
        }
        store(out, files, made, progress)

"""A report in a folder whose numbers are a plain record: document, figures, data, manifest."""

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


def write_recorded(  # noqa: PLR0913 - what is written, and how
    record: Mapping[str, Any],
    document: Document | None,
    out: Path,
    *,
    data: str,
    kind: manifests.Kind,
    formats: Sequence[str],
    inputs: Mapping[str, Any],
    beside: Mapping[str, bytes] | None = None,
    command: str | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> None:
    """Write documents, figures, data and the manifest.

    Args:
        record: the numbers.
        document: the report; None for the numbers alone.
        out: the folder, made where it does not exist.
        data: the name of the file of numbers.
        kind: of the report, as the manifest tells it.
        formats: of the documents.
        inputs: files that were read, with their fingerprints.
        beside: other files of the folder, by name.
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
    check_ready(out, formats, kind=kind, force=force)
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
    with written_in_words(out):
        files: dict[str, bytes] = {data: f"{text}\n".encode(), **(beside or {})}
        if document is not None:
            captions(document)  # refuses an id used twice
            files = drawings(document) | files | documents(document, formats, progress)
        made = {
            "format": manifests.FORMAT,
            "version": manifests.VERSION,
            "kind": kind,
            "inputs": {name: inputs[name] for name in sorted(inputs)},
            "outputs": {name: manifests.fingerprint(files[name]) for name in sorted(files)},
            **manifests.circumstances(manifests.Run(command, started, datetime.now(UTC))),
        }
        store(out, files, made, progress)

"""A finished piece of work in its folder: documents, figures, its data and the manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

from equipoise.analyze.progress import Progress, only_notices
from equipoise.protocol.trial import Protocol
from equipoise.report import manifest as manifests
from equipoise.report.document import Document
from equipoise.report.folder import FORMATS, check_ready, store, written_in_words
from equipoise.report.numbering import captions
from equipoise.report.rendering import documents, drawings


@dataclass(frozen=True, slots=True)
class Work:
    """What is written, beside its documents."""

    kind: manifests.Kind
    protocol: Protocol
    data: Mapping[str, bytes]  # name in the folder → content
    facts: Mapping[str, Any] = field(default_factory=dict)  # what else the manifest says of it


class Writing(TypedDict, total=False):
    """How a folder is written, and what the manifest records of the run."""

    formats: Sequence[str]  # of the documents
    protocol_file: Path | None  # for the manifest
    command: str | None  # what the manifest records as the command
    started: datetime | None  # when the work began; now, where not given
    progress: Progress  # told what starts now
    force: bool  # write over another kind of report, or files that were edited since


def write_work(  # noqa: PLR0913 - what is written, and how (see `Writing`)
    work: Work,
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
    """Write documents, figures, data and manifest into a folder; return the manifest.

    Without a document the data are written alone.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    started = started or datetime.now(UTC)
    formats = formats if document is not None else ()
    check_ready(out, formats, kind=work.kind, force=force)
    with written_in_words(out):
        protocol = (protocol_file.name, protocol_file.read_bytes()) if protocol_file else None
        files = dict(work.data)
        if document is not None:
            captions(document)  # refuses an id used twice
            files = drawings(document) | files | documents(document, formats, progress)
        run = manifests.Run(command, started, datetime.now(UTC))
        made = manifests.work_manifest(
            work.kind, work.protocol, files, run, protocol_file=protocol, facts=work.facts
        )
        store(out, files, made, progress)
    return made

"""The report of studies put together in a folder: documents, figures, numbers as data, manifest."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from equipoise.analyze.progress import Progress, only_notices
from equipoise.appraise.pooling.answers import PooledEvidence
from equipoise.appraise.pooling.record import pooled_evidence_record
from equipoise.report import manifest as manifests
from equipoise.report.pooling.build import pooling_document
from equipoise.report.recorded import write_recorded

DATA = "pooling.json"
KIND: manifests.Kind = "pooling"


def write_pooling(
    found: PooledEvidence,
    out: Path,
    *,
    formats: Sequence[str],
    command: str | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> None:
    """Write documents, figures, data and the manifest.

    Args:
        found: the answers.
        out: the folder, made where it does not exist.
        formats: of the documents; none for the numbers alone.
        command: what the manifest records as the command.
        started: when the work began; now, where not given.
        progress: told what starts now.
        force: write over another kind of report, or files that were edited since.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    path = Path(found.asked.file)
    read = found.asked.file and path.is_file()
    inputs = {path.name: manifests.fingerprint(path.read_bytes())} if read else {}
    software = tuple(manifests.versions().items())
    write_recorded(
        pooled_evidence_record(found),
        pooling_document(found, software) if formats else None,
        out,
        data=DATA,
        kind=KIND,
        formats=formats,
        inputs=inputs,
        command=command,
        started=started,
        progress=progress,
        force=force,
    )

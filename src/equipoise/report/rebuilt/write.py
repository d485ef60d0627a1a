"""A figure rebuilt, in a folder: documents, figures, numbers as data, its patients, manifest."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from equipoise.analyze.progress import Progress, only_notices
from equipoise.appraise.rebuilt.record import rebuilt_record
from equipoise.appraise.rebuilt.trial import RebuiltTrial
from equipoise.report import manifest as manifests
from equipoise.report.folder import check_ready
from equipoise.report.rebuilt.build import rebuilt_document
from equipoise.report.recorded import write_recorded

DATA = "rebuilt.json"
KIND: manifests.Kind = "rebuilt trial"


def check_folder(out: Path, formats: Sequence[str], *, force: bool = False) -> None:
    """Refuse, before any work is done, what could not be written in the end.

    Raises:
        EquipoiseError: as `write_rebuilt`.
    """
    check_ready(out, formats, kind=KIND, force=force)


def write_rebuilt(  # noqa: PLR0913 - what is written, and how
    found: RebuiltTrial,
    out: Path,
    *,
    formats: Sequence[str],
    inputs: Mapping[str, str],
    patients: Mapping[str, bytes] | None = None,
    command: str | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> None:
    """Write documents, figures, numbers, patients and the manifest.

    Args:
        found: the figure rebuilt.
        out: the folder, made where it does not exist.
        formats: of the documents; none for the numbers alone.
        inputs: files that were read, with their SHA-256.
        patients: name → content of the files in the folder `patients`.
        command: what the manifest records as the command.
        started: when the work began; now, where not given.
        progress: told what starts now.
        force: write over another kind of report, or files that were edited since.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    check_folder(out, formats, force=force)
    if formats:
        progress("Tables and figures")
    software = tuple(manifests.versions().items())
    write_recorded(
        rebuilt_record(found),
        rebuilt_document(found, software) if formats else None,
        out,
        data=DATA,
        kind=KIND,
        formats=formats,
        inputs={name: {"sha256": digest} for name, digest in inputs.items()},
        beside={f"patients/{name}": content for name, content in (patients or {}).items()},
        command=command,
        started=started,
        progress=progress,
        force=force,
    )

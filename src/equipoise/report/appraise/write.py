"""The report of an appraisal in its folder: documents, figures, all findings as data, manifest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.record import appraisal_json
from equipoise.report import manifest as manifests
from equipoise.report.appraise.build import build_appraisal_document
from equipoise.report.folder import check_ready, store, written_in_words
from equipoise.report.numbering import captions
from equipoise.report.rendering import documents, drawings

DATA = "appraisal.json"
KIND: manifests.Kind = "appraisal"


def check_folder(out: Path, formats: Sequence[str], *, force: bool = False) -> None:
    """Refuse, before any work is done, what could not be written in the end.

    Raises:
        EquipoiseError: as `write_appraisal`.
    """
    check_ready(out, formats, kind=KIND, force=force)


def write_appraisal(  # noqa: PLR0913 - what is written, and how
    appraisal: Appraisal,
    out: Path,
    *,
    formats: Sequence[str],
    seed: int,
    trials: int,
    command: str | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> dict[str, Any]:
    """Write documents, figures, data and manifest; return the manifest.

    Args:
        appraisal: with its findings.
        out: the folder, made where it does not exist.
        formats: of the documents; none for the findings as data alone.
        seed: of the simulation.
        trials: simulated.
        command: what the manifest records as the command.
        started: when the work began; now, where not given.
        progress: told what starts now.
        force: write over another kind of report, or files that were edited since.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    started = started or datetime.now(UTC)
    check_folder(out, formats, force=force)
    with written_in_words(out):
        files: dict[str, bytes] = {DATA: appraisal_json(appraisal).encode()}
        if formats:
            software = tuple(manifests.versions().items())
            document = build_appraisal_document(appraisal, software=software, progress=progress)
            captions(document)  # refuses an id used twice
            files = drawings(document) | files | documents(document, formats, progress)
        made = {
            "format": manifests.FORMAT,
            "version": manifests.VERSION,
            "kind": KIND,
            "trial": appraisal.claims.trial or None,
            "inputs": _inputs(appraisal),
            "seed": seed,
            "trials": trials,
            "outputs": {name: manifests.fingerprint(files[name]) for name in sorted(files)},
            **manifests.circumstances(manifests.Run(command, started, datetime.now(UTC))),
        }
        store(out, files, made, progress)
    return made


def _inputs(appraisal: Appraisal) -> dict[str, Any]:
    """Fingerprint every claims file that was read."""
    paths = [Path(each.file) for each in (appraisal.claims, *appraisal.others) if each.file]
    return {path.name: manifests.fingerprint(path.read_bytes()) for path in paths if path.is_file()}

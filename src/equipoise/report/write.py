"""The whole output folder of an analysis: documents, figures, results as data, manifest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.analyze.results import TrialAnalysis
from equipoise.report import ars
from equipoise.report import manifest as manifests
from equipoise.report.ard import StatisticRow, ard, to_json, to_parquet
from equipoise.report.curves import curves_to_parquet
from equipoise.report.document import Document
from equipoise.report.folder import FORMATS, check_ready, store, written_in_words
from equipoise.report.numbering import captions
from equipoise.report.rendering import documents, drawings


def write_report(  # noqa: PLR0913 - what a report is made of, and where it goes
    analysis: TrialAnalysis,
    document: Document,
    out: Path,
    *,
    formats: Sequence[str] = FORMATS,
    rows: tuple[StatisticRow, ...] | None = None,
    protocol_file: Path | None = None,
    command: str | None = None,
    seed: int | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> dict[str, Any]:
    """Write documents, figures, results as data and manifest; return the manifest.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    started = started or datetime.now(UTC)
    check_ready(out, formats, force=force)
    with written_in_words(out):
        protocol = (protocol_file.name, protocol_file.read_bytes()) if protocol_file else None
        files = render(analysis, document, formats, rows, progress)
        run = manifests.Run(command, started, datetime.now(UTC))
        made = manifests.manifest(analysis, files, run, protocol_file=protocol, seed=seed)
        store(out, files, made, progress)
    return made


def render(
    analysis: TrialAnalysis,
    document: Document,
    formats: Sequence[str] = FORMATS,
    rows: tuple[StatisticRow, ...] | None = None,
    progress: Progress = only_notices,
) -> dict[str, bytes]:
    """Make every file but the manifest: name in the folder → content."""
    captions(document)  # refuses an id used twice
    rows = ard(analysis) if rows is None else rows
    files = drawings(document)
    progress("Results as data")
    files["results.json"] = to_json(rows).encode()
    files["results.parquet"] = to_parquet(rows)
    files["curves.parquet"] = curves_to_parquet(analysis)
    event = ars.reporting_event(analysis, rows, document, tuple(formats))
    files["reporting-event.json"] = ars.to_json(event).encode()
    return files | documents(document, formats, progress)

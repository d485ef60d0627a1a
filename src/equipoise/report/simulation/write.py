"""The whole output folder of a rehearsal: documents, figures, all numbers as data, manifest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.report import manifest as manifests
from equipoise.report.document import Document
from equipoise.report.folder import FORMATS, check_ready, store, written_in_words
from equipoise.report.numbering import captions
from equipoise.report.rendering import documents, drawings
from equipoise.simulate.record import simulation_json
from equipoise.simulate.trial import TrialSimulation

DATA = "simulation.json"


def write_simulation(  # noqa: PLR0913 - what is written, and where it goes
    result: TrialSimulation,
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
    """Write documents, figures, the rehearsal as JSON and the manifest; return the manifest.

    Args:
        result: the rehearsal.
        document: its report; None for the rehearsal as data alone.
        out: the folder, made where it does not exist.
        formats: of the documents.
        protocol_file: the protocol's file, for the manifest.
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
    check_ready(out, formats, kind="simulation", force=force)
    plan = result.simulation.asked
    with written_in_words(out):
        protocol = (protocol_file.name, protocol_file.read_bytes()) if protocol_file else None
        files: dict[str, bytes] = {}
        if document is not None:
            captions(document)  # refuses an id used twice
            files |= drawings(document)
        files[DATA] = simulation_json(result).encode()
        if document is not None:
            files |= documents(document, formats, progress)
        made = manifests.simulation_manifest(
            result.protocol,
            files,
            manifests.Run(command, started, datetime.now(UTC)),
            seed=plan.seed,
            plan=plan.identity,
            protocol_file=protocol,
        )
        store(out, files, made, progress)
    return made

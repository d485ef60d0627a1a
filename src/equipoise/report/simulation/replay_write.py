"""The output folder of one replayed trial: documents, figures, its story and patients as data."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from equipoise.analyze.progress import Progress, only_notices
from equipoise.report import manifest as manifests
from equipoise.report.document import Document
from equipoise.report.folder import FORMATS, check_ready, store, written_in_words
from equipoise.report.numbering import captions
from equipoise.report.rendering import documents, drawings
from equipoise.simulate.replay_record import ReplayedTrial, replay_json

DATA, PATIENTS = "replay.json", "patients.csv"
KIND: manifests.Kind = "replayed trial"


def write_replay(  # noqa: PLR0913 - what is written, and where it goes
    found: ReplayedTrial,
    document: Document | None,
    out: Path,
    *,
    formats: Sequence[str] = FORMATS,
    protocol_file: Path | None = None,
    command: str | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> None:
    """Write documents, figures, the trial as JSON, its patients as CSV, and the manifest.

    Args:
        found: the trial.
        document: its report; None for the data alone.
        out: the folder, made where it does not exist.
        formats: of the documents.
        protocol_file: the protocol's file, for the manifest.
        command: what the manifest records as the command.
        started: when the work began; now, where not given.
        progress: told what starts now.
        force: write over another kind of report, or files that were edited since.

    Raises:
        EquipoiseError: If the folder holds something else or edited files (unless `force`), or
            cannot be written.
    """
    started = started or datetime.now(UTC)
    formats = formats if document is not None else ()
    check_ready(out, formats, kind=KIND, force=force)
    with written_in_words(out):
        protocol = (protocol_file.name, protocol_file.read_bytes()) if protocol_file else None
        files: dict[str, bytes] = {}
        if document is not None:
            captions(document)  # refuses an id used twice
            files |= drawings(document)
        files[DATA] = replay_json(found).encode()
        files[PATIENTS] = patients_csv(found).encode()
        if document is not None:
            files |= documents(document, formats, progress)
        made = {
            "format": manifests.FORMAT,
            "version": manifests.VERSION,
            "kind": KIND,
            "protocol": manifests.promised(found.protocol, protocol),
            "outputs": {name: manifests.fingerprint(files[name]) for name in sorted(files)},
            "seed": found.replayed.seed,
            "plan": found.plan,
            **manifests.circumstances(manifests.Run(command, started, datetime.now(UTC))),
        }
        store(out, files, made, progress)


def patients_csv(found: ReplayedTrial) -> str:
    """Give the patients known when the trial ended, a row each, to full precision.

    Times are in the trial's unit; outcomes are 1 the event or yes, 0 none or no, 2, 3, ...
    competing events; empty where nothing is known.
    """
    told, world = found.replayed, found.world
    data = told.looks[-1].data
    header = ["patient", "entry", "arm", "stratum", "lost"]
    header += [f"{name}_{what}" for name in told.endpoints for what in ("time", "outcome")]
    lines = [",".join(header)]
    for i in range(data.entry.size):
        stratum = world.strata[int(data.stratum[i])].replace(",", ";")
        row = [str(i + 1), repr(float(data.entry[i])), told.arms[int(data.arm[i])], stratum]
        row.append("yes" if data.lost[i] else "no")
        for at in range(len(told.endpoints)):
            time, outcome = float(data.time[at, i]), int(data.outcome[at, i])
            row += [repr(time), str(outcome)] if outcome >= 0 else ["", ""]
        lines.append(",".join(row))
    return "\n".join(lines) + "\n"

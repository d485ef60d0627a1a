"""The output folder of one replayed trial: documents, figures, its story and patients as data."""

from pathlib import Path
from typing import Any, Unpack

from equipoise.report.document import Document
from equipoise.report.written import Work, Writing, write_work
from equipoise.simulate.replays.record import ReplayedTrial, replay_json

DATA, PATIENTS = "replay.json", "patients.csv"


def write_replay(
    found: ReplayedTrial, document: Document | None, out: Path, **how: Unpack[Writing]
) -> dict[str, Any]:
    """Write documents, figures, the trial as JSON, its patients as CSV; return the manifest.

    Args:
        found: the trial.
        document: its report; None for the data alone.
        out: the folder, made where it does not exist.
        how: see `Writing`.

    Raises:
        EquipoiseError: If the folder holds something else or edited files (unless `force`), or
            cannot be written.
    """
    data = {DATA: replay_json(found).encode(), PATIENTS: patients_csv(found).encode()}
    facts = {"seed": found.replayed.seed, "plan": found.plan}
    return write_work(Work("replayed trial", found.protocol, data, facts), document, out, **how)


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

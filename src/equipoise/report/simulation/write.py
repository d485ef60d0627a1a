"""The whole output folder of a rehearsal: documents, figures, all numbers as data, manifest."""

from pathlib import Path
from typing import Any, Unpack

from equipoise.report.document import Document
from equipoise.report.written import Work, Writing, write_work
from equipoise.simulate.record import simulation_json
from equipoise.simulate.replays.trial import TrialSimulation

DATA = "simulation.json"


def write_simulation(
    result: TrialSimulation, document: Document | None, out: Path, **how: Unpack[Writing]
) -> dict[str, Any]:
    """Write documents, figures, the rehearsal as JSON and the manifest; return the manifest.

    Args:
        result: the rehearsal.
        document: its report; None for the rehearsal as data alone.
        out: the folder, made where it does not exist.
        how: see `Writing`.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    plan = result.simulation.asked
    facts = {"seed": plan.seed, "plan": plan.identity}
    data = {DATA: simulation_json(result).encode()}
    return write_work(Work("simulation", result.protocol, data, facts), document, out, **how)

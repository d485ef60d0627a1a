"""The whole output folder of a design: documents, figures, the design as data, manifest."""

from pathlib import Path
from typing import Any, Unpack

from equipoise.design.planned.record import design_json
from equipoise.design.trial_design import TrialDesign
from equipoise.report.document import Document
from equipoise.report.written import Work, Writing, write_work

DATA = "design.json"


def write_design(
    design: TrialDesign, document: Document | None, out: Path, **how: Unpack[Writing]
) -> dict[str, Any]:
    """Write documents, figures, the design as JSON and the manifest; return the manifest.

    Args:
        design: the design.
        document: its report; None for the design as data alone.
        out: the folder, made where it does not exist.
        how: see `Writing`.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    work = Work("design", design.protocol, {DATA: design_json(design).encode()})
    return write_work(work, document, out, **how)

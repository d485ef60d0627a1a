"""Write a design into a folder: as data, to full precision."""

from pathlib import Path

from equipoise.design.record import design_json
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import EquipoiseError

DATA = "design.json"


def write_design(design: TrialDesign, folder: Path) -> Path:
    """Write the design's JSON, whole or not at all, and return where it is.

    Raises:
        EquipoiseError: the folder cannot be written.
    """
    path = folder / DATA
    beside = folder / f".{DATA}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(design_json(design), encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        if folder.is_dir():
            beside.unlink(missing_ok=True)
        raise EquipoiseError(
            f"{path} cannot be written: {error.strerror or error}; name another folder."
        ) from error
    return path

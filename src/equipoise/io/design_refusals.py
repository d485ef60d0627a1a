"""Where in the protocol file stands what a design was refused for."""

from pathlib import Path as FilePath

from equipoise.errors import DesignError
from equipoise.io.protocol.nodes import Path, find, place_of
from equipoise.io.protocol.problems import spoken
from equipoise.io.protocol.yaml import load, parse

EFFECT = "effect of "  # before a hypothesis
PLACES: dict[str, tuple[Path, ...]] = {  # what a refusal is about: where it may stand
    "accrual": (("planning", "accrual"),),
    "patients": (("planning", "patients"), ("planning", "accrual")),
    "efficacy": (("design", "efficacy"),),
    "futility": (("design", "futility"),),
    "harm": (("design", "harm"),),
    "multiplicity": (("design", "multiplicity"),),
}


def located(refusal: DesignError, file: FilePath) -> DesignError:
    """Give a refusal with the line it is about, as problems of a protocol have it.

    Unchanged where it is about no single thing of the file.
    """
    root, _ = parse(load(file), str(file))
    paths = PLACES.get(refusal.about, ())
    if refusal.about.startswith(EFFECT):
        paths = (("hypotheses", refusal.about.removeprefix(EFFECT), "effect"),)
    path = next((each for each in paths if find(root, each) is not None), None)
    if path is None:
        return refusal
    place = place_of(root, path)
    where = f"{file}:{place.line}:{place.column}: {spoken(root, path)}"
    return DesignError(f"{where}: {refusal}", refusal.about)

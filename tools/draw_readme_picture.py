"""Draw the README's pictures, of AALL1331 and of a figure rebuilt, as their reports draw them."""

from pathlib import Path

from equipoise.report.design.build import build_design_document
from equipoise.report.document import Document, Figure
from equipoise.report.rebuilt.pictures import redrawn
from equipoise.report.simulation.build import build_simulation_document
from equipoise.verbs import design, rebuild, simulate

ROOT = Path(__file__).parents[1]
PROTOCOL = ROOT / "examples" / "aall1331" / "protocol.yaml"
PUBLISHED = ROOT / "examples" / "figures" / "colon.pdf"
PICTURES = ROOT / "docs" / "images"
TRIALS = 100_000


def main() -> None:
    """Write the pictures anew."""
    PICTURES.mkdir(exist_ok=True)
    designed = build_design_document(design(PROTOCOL))
    played = simulate(PROTOCOL, trials=TRIALS)
    rehearsed = build_simulation_document(played, software=())
    for name, picture in {
        "boundaries": picture_of(designed, "boundary"),
        "rehearsal": picture_of(rehearsed, "decisions-plot"),
        "rebuilt": redrawn(rebuild(PUBLISHED, control="Obs")),
    }.items():
        (PICTURES / f"{name}.svg").write_text(picture.svg, encoding="utf-8")


def picture_of(document: Document, name: str) -> Figure:
    """Find a picture in a report."""
    blocks = [block for section in document.sections for block in section.blocks]
    return next(each for each in blocks if isinstance(each, Figure) and name in each.id)


if __name__ == "__main__":
    main()

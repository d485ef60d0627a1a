"""Draw the README's picture: the boundaries of the example AALL1331, as its report draws them."""

from pathlib import Path

from equipoise.report.design.build import build_design_document
from equipoise.report.document import Figure
from equipoise.verbs import design

ROOT = Path(__file__).parents[1]
PROTOCOL = ROOT / "examples" / "aall1331" / "protocol.yaml"
PICTURE = ROOT / "docs" / "images" / "boundaries.svg"


def main() -> None:
    """Write the picture anew."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(boundaries().svg, encoding="utf-8")


def boundaries() -> Figure:
    """Find the picture in the report."""
    document = build_design_document(design(PROTOCOL))
    blocks = [block for section in document.sections for block in section.blocks]
    return next(each for each in blocks if isinstance(each, Figure) and "boundary" in each.id)


if __name__ == "__main__":
    main()

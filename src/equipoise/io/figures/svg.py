"""Read what is drawn in an SVG: its paths (also reused symbols) and its text, with svgelements.

Letters drawn as outlines leave no text; only matplotlib says beside them, in a comment, what
they spell, and there it is read.
"""

import gzip
import math
import re
import zlib
from collections.abc import Iterable
from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

from equipoise.errors import DataError
from equipoise.io.figures.drawing import CAP_HEIGHT, Drawing, Stroke, Style, Word
from equipoise.io.figures.pdf import MISSING, THIN, center_line
from equipoise.kernel.arrays import frozen

SPACE = "{http://www.w3.org/2000/svg}"
LETTER_WIDTH = 0.56  # of the letter size, where the file does not say how wide its letters are
DIGIT_WIDTH = 0.6
OUTLINES = re.compile(
    r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)\s*(rotate\(([-\d.]+)\))?\s*"
    r"scale\(([-\d.]+)[ ,]+([-\d.]+)\)"
)


def read_svg(content: bytes, file: str) -> Drawing:
    """Read an SVG, also a compressed one.

    Raises:
        DataError: if it is no readable SVG.
    """
    try:
        import svgelements  # noqa: PLC0415 - an extra
    except ImportError as missing:
        raise DataError(MISSING) from missing
    try:
        content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        root = _root(content, file)
        _ease_styles(root)
        _spell_outlines(root)
        figure = svgelements.SVG.parse(BytesIO(ET.tostring(root)), reify=True)
        return _drawing(figure, file, svgelements)
    except (ET.ParseError, OSError, EOFError, zlib.error, ValueError, KeyError) as error:
        raise DataError(
            f"{file} cannot be read as SVG: {error}. Export the figure anew, or give the points of "
            "the curve as CSV."
        ) from error


def _root(content: bytes, file: str) -> ET.Element:
    """Parse the file, comments kept.

    Raises:
        DataError: if it is XML of another kind.
    """
    # nothing outside the file is read, and expat refuses entities that grow
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))  # noqa: S314 - as said
    root = ET.fromstring(content, parser)  # noqa: S314 - likewise
    if root.tag.removeprefix(SPACE) != "svg":
        raise DataError(f"{file} cannot be read as SVG: it begins with <{root.tag}>.")
    return root


def _ease_styles(root: ET.Element) -> None:
    """Let style rules for elements within others hold for the elements wherever they are."""
    for style in root.iter(SPACE + "style"):
        rules = re.findall(r"([^{}]+)\{([^{}]*)\}", style.text or "")
        eased = [
            (", ".join(part.split()[-1] for part in names.split(",") if part.split()), body)
            for names, body in rules
        ]
        style.text = "\n".join(f"{names} {{{body}}}" for names, body in eased)


def _spell_outlines(root: ET.Element) -> None:
    """Put text where matplotlib drew letters as outlines and noted them in a comment."""
    for path in root.iter(SPACE + "path"):
        path.attrib.setdefault("d", "")  # the outline of a space
    for group in root.iter(SPACE + "g"):
        children = list(group)
        for comment, drawn in pairwise(children):
            spelled = comment.text if callable(comment.tag) else None
            found = OUTLINES.match(drawn.get("transform", "")) if spelled else None
            if not spelled or found is None or drawn.find(f".//{SPACE}use") is None:
                continue
            x, y, _, turn, scale, _ = found.groups()
            text = ET.Element(
                SPACE + "text",
                {
                    "font-size": str(100.0 * float(scale)),
                    "transform": f"translate({x} {y}) rotate({turn or 0})",
                    "style": drawn.get("style", ""),
                },
            )
            text.text = spelled.strip()
            group.append(text)
            for parent in list(drawn.iter()):
                for used in parent.findall(SPACE + "use"):
                    parent.remove(used)


def _drawing(figure: Any, file: str, library: Any) -> Drawing:  # noqa: ANN401 - untyped library
    """Take strokes and words of all that is shown."""
    strokes: list[Stroke] = []
    words: list[Word] = []
    pictures = 0
    for element in figure.elements():
        if isinstance(element, library.Text):
            words.extend(_words(element))
        elif isinstance(element, library.Image):
            pictures += 1
        elif isinstance(element, library.Shape) and _shown(element):
            strokes.extend(_strokes(element, library))
    width, height = _extent(figure, strokes)
    return Drawing(file, 1, width, height, tuple(strokes), tuple(words), pictures)


def _extent(figure: Any, strokes: list[Stroke]) -> tuple[float, float]:  # noqa: ANN401 - untyped library
    """Tell how large the drawing is; where the file does not, by what is drawn."""
    try:
        return float(figure.width), float(figure.height)
    except (TypeError, ValueError):
        far = np.vstack([np.zeros((1, 2)), *(stroke.points for stroke in strokes)]).max(axis=0)
        return float(far[0]), float(far[1])


def _shown(element: Any) -> bool:  # noqa: ANN401 - untyped library
    """Tell whether an element is seen at all."""
    values = element.values
    return bool(values.get("visibility") != "hidden" and values.get("display") != "none")


def _strokes(shape: Any, library: Any) -> Iterable[Stroke]:  # noqa: ANN401 - untyped library
    """Take each part of a shape that is drawn without lifting the pen."""
    color = (
        shape.stroke.hexrgb if shape.stroke is not None and shape.stroke.value is not None else None
    )
    filled = shape.fill.hexrgb if shape.fill is not None and shape.fill.value is not None else None
    scale = math.sqrt(abs(shape.transform.determinant)) if shape.transform is not None else 1.0
    dash = tuple(scale * part for part in _lengths(shape.values.get("stroke-dasharray")))
    width = float(shape.stroke_width or 0.0)
    for part in library.Path(shape).as_subpaths():
        path = library.Path(part)
        ends = [segment.end for segment in path if segment.end is not None]
        closed = any(isinstance(segment, library.Close) for segment in path)
        points = np.array([[float(end.x), float(end.y)] for end in ends])
        if len(points) < 2 or not np.isfinite(points).all():  # noqa: PLR2004 - a dot
            continue
        if color is not None:
            yield Stroke(frozen(points), Style(color, dash, width), closed)
        elif filled is not None and min(np.ptp(points, axis=0)) <= THIN:
            yield Stroke(frozen(center_line(points)), Style(filled, (), width))


def _lengths(dashes: str | None) -> list[float]:
    """Read the lengths of dashes; none where the line is solid."""
    parts = re.findall(r"[\d.]+", dashes or "")
    return [float(part) for part in parts] if any(float(part) for part in parts) else []


def _words(text: Any) -> Iterable[Word]:  # noqa: ANN401 - untyped library
    """Split a text at its spaces, and place each word by how wide its letters are likely to be."""
    content = " ".join((text.text or "").split())
    if not content or not _shown(text):
        return
    matrix = text.transform
    scale = math.hypot(matrix.a, matrix.b)
    size = float(text.font_size or 10.0) * scale
    told = text.values.get("textLength")
    widths = np.array([DIGIT_WIDTH if each.isdigit() else LETTER_WIDTH for each in content]) * size
    if told is not None:
        widths *= float(re.sub("[a-z]+", "", str(told))) * scale / widths.sum()
    ends = np.concatenate([[0.0], np.cumsum(widths)])
    shift = {"middle": 0.5, "end": 1.0}.get(str(text.anchor), 0.0) * ends[-1]
    origin = matrix.point_in_matrix_space((float(text.x or 0.0), float(text.y or 0.0)))
    angle = round(-math.degrees(math.atan2(matrix.b, matrix.a)) / 90.0) % 4 * 90
    color = text.fill.hexrgb if text.fill is not None and text.fill.value is not None else "#000000"
    for found in re.finditer(r"\S+", content):
        start, end = (float(ends[each] - shift) for each in found.span())
        yield _placed(found.group(), (origin.x, origin.y), (start, end), size, angle, color)


def _placed(
    text: str,
    origin: tuple[float, float],
    along: tuple[float, float],
    size: float,
    angle: int,
    color: str,
) -> Word:
    """Give the box of a word that stands on a line through `origin`."""
    x, y = origin
    start, end = along
    high = CAP_HEIGHT * size
    box = {
        0: (x + start, x + end, y - high, y),
        90: (x - high, x, y - end, y - start),
        180: (x - end, x - start, y, y + high),
        270: (x, x + high, y + start, y + end),
    }[angle]
    return Word(text, *box, size, angle, color)

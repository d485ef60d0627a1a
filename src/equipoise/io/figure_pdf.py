"""Read what is drawn on one page of a PDF: its paths and its text layer, with pdfplumber."""

import math
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import numpy as np

from equipoise.errors import DataError
from equipoise.io.figure_drawing import CAP_HEIGHT, Drawing, Stroke, Style, Word, hex_color
from equipoise.kernel.arrays import frozen

MISSING = (
    'Reading figures needs pdfplumber and svgelements. Run: pip install "equipoise[figures]", or '
    "give the points of the curve as CSV."
)
THIN = 1.6  # a filled box at most this wide is a line drawn as a box


def read_pdf(content: bytes, file: str, page: int) -> Drawing:
    """Read one page, counted from 1.

    Raises:
        DataError: if it is no readable PDF, is locked, or has no such page.
    """
    try:
        import pdfplumber  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as missing:
        raise DataError(MISSING) from missing
    try:
        with pdfplumber.open(BytesIO(content)) as document:
            count = len(document.pages)
            if 1 <= page <= count:
                return _drawing(document.pages[page - 1], file, page)
    except Exception as error:  # the reader raises many kinds, all its own
        reason = str(error) or type(error).__name__
        raise DataError(
            f"{file} cannot be read as PDF: {reason}. Save it anew without a password, or give the "
            "points of the curve as CSV."
        ) from error
    raise DataError(f"{file} has {count} pages; there is no page {page}. Name another.")


def _drawing(page: Any, file: str, number: int) -> Drawing:  # noqa: ANN401 - untyped library
    """Take strokes and words of a page."""
    strokes = [
        stroke
        for each in (*page.lines, *page.curves, *page.rects)
        if (stroke := _stroke(each)) is not None
    ]
    return Drawing(
        file,
        number,
        float(page.width),
        float(page.height),
        tuple(strokes),
        tuple(_words(page.chars)),
        len(page.images),
    )


def _stroke(drawn: dict[str, Any]) -> Stroke | None:
    """Take one path; none where nothing of it is seen as a line."""
    points = np.array(drawn["pts"], dtype=np.float64)
    if len(points) < 2:  # noqa: PLR2004 - a dot
        return None
    closed = any(step[0] == "h" for step in drawn.get("path", ())) or drawn["object_type"] == "rect"
    color = drawn["stroking_color"]
    if not drawn["stroke"]:
        size = np.ptp(points, axis=0)
        if not drawn["fill"] or min(size) > THIN:
            return None
        points, closed, color = center_line(points), False, drawn["non_stroking_color"]
    elif drawn["object_type"] == "rect":
        points = np.vstack([points, points[:1]])
    dash = drawn.get("dash")
    pattern = tuple(float(part) for part in dash[0]) if dash else ()
    style = Style(_color(color), pattern, float(drawn["linewidth"] or 0.0))
    return Stroke(frozen(points), style, closed)


def _color(told: Any) -> str:  # noqa: ANN401 - untyped library
    """Take a color; black where it is a pattern."""
    parts = told if isinstance(told, (list, tuple)) else [told]
    return hex_color([part for part in parts if isinstance(part, (int, float))])


def center_line(points: np.ndarray) -> np.ndarray:
    """Tell the line that a thin filled box stands for."""
    low, high = points.min(axis=0), points.max(axis=0)
    across = int(np.argmin(high - low))
    low[across] = high[across] = (low[across] + high[across]) / 2.0
    return np.vstack([low, high])


def _words(letters: Iterable[dict[str, Any]]) -> Iterable[Word]:
    """Put letters together, in the order in which they were written."""
    word: Word | None = None
    for letter in letters:
        if not (text := letter["text"]).strip():
            if word is not None:
                yield word
            word = None
            continue
        here = _letter(letter, text)
        if word is not None and _continues(word, here):
            word = _joined(word, here)
        else:
            if word is not None:
                yield word
            word = here
    if word is not None:
        yield word


def _letter(letter: dict[str, Any], text: str) -> Word:
    """Place one letter: its box along the line as advanced, across as high as a digit."""
    a, b = letter["matrix"][:2]
    angle = round(math.degrees(math.atan2(b, a)) / 90.0) % 4 * 90
    left, right = float(letter["x0"]), float(letter["x1"])
    top, bottom = float(letter["top"]), float(letter["bottom"])
    size = float(letter["size"])
    if angle in {0, 180}:
        bottom -= float(letter["matrix"][5]) - float(letter["y0"])
        top = bottom - CAP_HEIGHT * size
    color = _color(letter["non_stroking_color"])
    return Word(text, left, right, top, bottom, size, angle, color)


def _continues(word: Word, letter: Word) -> bool:
    """Tell whether a letter stands right behind a word, on its line."""
    if word.angle != letter.angle or abs(word.size - letter.size) > 0.1 * word.size:
        return False
    if word.angle == 0:
        gap, off = letter.left - word.right, abs(letter.bottom - word.bottom)
    elif word.angle == 90:  # noqa: PLR2004 - reads upwards
        gap, off = word.top - letter.bottom, abs(letter.x - word.x)
    elif word.angle == 270:  # noqa: PLR2004 - reads downwards
        gap, off = letter.top - word.bottom, abs(letter.x - word.x)
    else:
        return False
    return -0.5 * word.size < gap < 0.25 * word.size and off < 0.3 * word.size


def _joined(word: Word, letter: Word) -> Word:
    """Set a letter behind a word."""
    return Word(
        word.text + letter.text,
        min(word.left, letter.left),
        max(word.right, letter.right),
        min(word.top, letter.top),
        max(word.bottom, letter.bottom),
        word.size,
        word.angle,
        word.color,
    )

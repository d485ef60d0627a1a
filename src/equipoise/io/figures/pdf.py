"""Read what is drawn on one page of a PDF: its paths and its text layer, with PDFium.

Symbols that a page draws again and again (forms) take the color and place of each use.
"""

import ctypes
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from equipoise.errors import DataError
from equipoise.io.figures.drawing import CAP_HEIGHT, Drawing, Stroke, Style, Word
from equipoise.io.figures.pdf_marks import MARKS, written_marks
from equipoise.kernel.arrays import Matrix, frozen

MISSING = (
    'Reading figures needs pypdfium2 and svgelements. Run: pip install "equipoise[figures]", or '
    "give the points of the curve as CSV."
)
THIN = 1.6  # a filled box at most this wide is a line drawn as a box
DEEPEST = 8  # forms within forms
MOST_DASHES = 32

Raw: TypeAlias = Any  # PDFium's functions, called as in C
Transform: TypeAlias = Matrix  # three by three; points are rows


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How a page lies: its box, and how often it is turned by 90 degrees clockwise."""

    left: float
    bottom: float
    width: float
    height: float
    turns: int

    def seen(self, points: Matrix) -> Matrix:
        """Give places from the left and from the top of the page as it is shown."""
        x, y = points[:, 0] - self.left, points[:, 1] - self.bottom
        across, down = {
            0: (x, self.height - y),
            1: (y, x),
            2: (self.width - x, y),
            3: (self.height - y, self.width - x),
        }[self.turns]
        return np.column_stack([across, down])


def read_pdf(content: bytes, file: str, page: int) -> Drawing:
    """Read one page, counted from 1.

    Raises:
        DataError: if it is no readable PDF, is locked, or has no such page.
    """
    try:
        import pypdfium2  # noqa: PLC0415 - an extra, and slow to load
        import pypdfium2.raw as raw  # noqa: PLC0415, PLR0402 - likewise
    except ImportError as missing:
        raise DataError(MISSING) from missing
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise DataError(
            f"{file} cannot be read as PDF: {error}. Save it anew without a password, or give the "
            "points of the curve as CSV."
        ) from error
    try:
        count = len(document)
        if not 1 <= page <= count:
            raise DataError(f"{file} has {count} pages; there is no page {page}. Name another.")
        return _drawing(document[page - 1], raw, file, page)
    finally:
        document.close()


def _drawing(page: Any, raw: Raw, file: str, number: int) -> Drawing:  # noqa: ANN401 - untyped library
    """Take strokes and words of a page."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page.raw, ctypes.byref(box))
    turns = page.get_rotation() // 90 % 4
    sheet = _Sheet(box.left, box.bottom, box.right - box.left, box.top - box.bottom, turns)
    strokes: list[Stroke] = []
    pictures = 0
    for each, transform in _objects(page.raw, raw):
        kind = raw.FPDFPageObj_GetType(each)
        pictures += kind == raw.FPDF_PAGEOBJ_IMAGE
        if kind == raw.FPDF_PAGEOBJ_PATH:
            strokes.extend(_strokes(each, transform, raw, sheet))
    text = page.get_textpage()
    marks = list(written_marks(page.raw, text.raw, raw, sheet.seen))
    words = [word for word in _words(_letters(text.raw, raw, sheet)) if not _among(word, marks)]
    words += marks
    text.close()
    wide, high = page.get_size()
    return Drawing(file, number, wide, high, tuple(strokes), tuple(words), pictures)


def _objects(page: Raw, raw: Raw) -> Iterator[tuple[Raw, Transform]]:
    """List all that a page draws, also within its forms, and where."""
    for k in range(raw.FPDFPage_CountObjects(page)):
        yield from _within(raw.FPDFPage_GetObject(page, k), np.eye(3), raw, 0)


def _within(each: Raw, outer: Transform, raw: Raw, depth: int) -> Iterator[tuple[Raw, Transform]]:
    """List an object, or what is in it."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(each, ctypes.byref(matrix))
    own = np.array([[matrix.a, matrix.b, 0], [matrix.c, matrix.d, 0], [matrix.e, matrix.f, 1.0]])
    transform = own @ outer
    if raw.FPDFPageObj_GetType(each) != raw.FPDF_PAGEOBJ_FORM:
        yield each, transform
    elif depth < DEEPEST:
        for k in range(raw.FPDFFormObj_CountObjects(each)):
            yield from _within(raw.FPDFFormObj_GetObject(each, k), transform, raw, depth + 1)


def _strokes(each: Raw, transform: Transform, raw: Raw, sheet: _Sheet) -> Iterator[Stroke]:
    """Take each part of a path that is drawn without lifting the pen."""
    fill, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(each, ctypes.byref(fill), ctypes.byref(stroked))
    ask = raw.FPDFPageObj_GetStrokeColor if stroked.value else raw.FPDFPageObj_GetFillColor
    color = _color(each, ask)
    if color is None or not (stroked.value or fill.value):
        return
    style = Style(color, _dash(each, raw) if stroked.value else (), _width(each, raw))
    for points, closed in _parts(each, raw):
        if len(points) < 2:  # noqa: PLR2004 - a dot
            continue
        flat = np.column_stack([points, np.ones(len(points))]) @ transform
        seen = sheet.seen(flat[:, :2])
        if stroked.value:
            yield Stroke(frozen(np.vstack([seen, seen[:1]]) if closed else seen), style, closed)
        elif min(np.ptp(seen, axis=0)) <= THIN:
            yield Stroke(frozen(center_line(seen)), style)


def _parts(each: Raw, raw: Raw) -> Iterator[tuple[Matrix, bool]]:
    """List the parts of a path: their end points, and whether they are closed."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    closed, bends = False, 0
    for k in range(raw.FPDFPath_CountSegments(each)):
        segment = raw.FPDFPath_GetPathSegment(each, k)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if points:
                yield np.array(points), closed
            points, closed = [], False
        bends = bends + 1 if kind == raw.FPDF_SEGMENT_BEZIERTO else 0
        if bends % 3 == 0:  # of a bend only its end
            points.append((x.value, y.value))
        closed = closed or bool(raw.FPDFPathSegment_GetClose(segment))
    if points:
        yield np.array(points), closed


def _color(each: Raw, ask: Raw) -> str | None:
    """Read a color; none where it is not seen."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not ask(each, *(ctypes.byref(part) for part in parts)):
        return None
    red, green, blue, opaque = (part.value for part in parts)
    return f"#{red:02x}{green:02x}{blue:02x}" if opaque else None


def _dash(each: Raw, raw: Raw) -> tuple[float, ...]:
    """Read the lengths of dashes; none where the line is solid."""
    count = raw.FPDFPageObj_GetDashCount(each)
    if not 0 < count <= MOST_DASHES:
        return ()
    lengths = (ctypes.c_float * count)()
    raw.FPDFPageObj_GetDashArray(each, lengths, count)
    return tuple(round(float(part), 3) for part in lengths) if any(lengths) else ()


def _width(each: Raw, raw: Raw) -> float:
    """Read the width of a line."""
    width = ctypes.c_float()
    raw.FPDFPageObj_GetStrokeWidth(each, ctypes.byref(width))
    return round(float(width.value), 3)


def center_line(points: Matrix) -> Matrix:
    """Tell the line that a thin filled box stands for."""
    low, high = points.min(axis=0), points.max(axis=0)
    across = int(np.argmin(high - low))
    low[across] = high[across] = (low[across] + high[across]) / 2.0
    return np.vstack([low, high])


def _letters(text: Raw, raw: Raw, sheet: _Sheet) -> Iterator[Word | None]:
    """List the letters of a page in the order in which they are read; none for a space."""
    box = raw.FS_RECTF()
    matrix = raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    parts = [ctypes.c_uint() for _ in range(4)]
    for k in range(raw.FPDFText_CountChars(text)):
        letter = chr(raw.FPDFText_GetUnicode(text, k))
        if not letter.strip() or not letter.isprintable():
            yield None
            continue
        raw.FPDFText_GetLooseCharBox(text, k, ctypes.byref(box))
        raw.FPDFText_GetMatrix(text, k, ctypes.byref(matrix))
        raw.FPDFText_GetCharOrigin(text, k, ctypes.byref(x), ctypes.byref(y))
        raw.FPDFText_GetFillColor(text, k, *(ctypes.byref(part) for part in parts))
        color = "#" + "".join(f"{part.value:02x}" for part in parts[:3])
        size = raw.FPDFText_GetFontSize(text, k) * math.hypot(matrix.c, matrix.d)
        turned = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 90.0) - sheet.turns
        corners = np.array([[box.left, box.bottom], [box.right, box.top], [x.value, y.value]])
        seen = sheet.seen(corners)
        yield _letter(letter, seen, float(size), turned % 4 * 90, color)


def _letter(text: str, seen: Matrix, size: float, angle: int, color: str) -> Word:
    """Place one letter: its box along the line as advanced, across as high as a digit."""
    (left, top), (right, bottom) = seen[:2].min(axis=0), seen[:2].max(axis=0)
    x, y = seen[2]
    high = CAP_HEIGHT * size
    across = {
        0: (left, right, y - high, y),
        90: (x - high, x, top, bottom),
        180: (left, right, y, y + high),
        270: (x, x + high, top, bottom),
    }[angle]
    start, end, upper, lower = (float(edge) for edge in across)
    return Word(text, start, end, upper, lower, size, angle, color)


def _words(letters: Iterable[Word | None]) -> Iterator[Word]:
    """Put letters together, in the order in which they are read."""
    word: Word | None = None
    for letter in letters:
        if word is not None and letter is not None and _continues(word, letter):
            word = _joined(word, letter)
            continue
        if word is not None:
            yield word
        word = letter
    if word is not None:
        yield word


def _among(word: Word, marks: Iterable[Word]) -> bool:
    """Tell whether a letter is one of the marks that were found as drawn."""
    return word.text in MARKS and any(
        mark.text == word.text and abs(mark.x - word.x) < 1.0 and abs(mark.y - word.y) < word.size
        for mark in marks
    )


def _continues(word: Word, letter: Word) -> bool:
    """Tell whether a letter stands right behind a word, on its line."""
    if word.text in MARKS and letter.text in MARKS:
        return False  # marks of censored patients, not a word
    if word.angle != letter.angle or abs(word.size - letter.size) > 0.1 * word.size:
        return False
    across = word.bottom - letter.bottom if word.angle in {0, 180} else word.left - letter.left
    gap = {
        0: letter.left - word.right,
        90: word.top - letter.bottom,
        180: word.left - letter.right,
        270: letter.top - word.bottom,
    }[word.angle]
    # letters of a ligature fill one box
    return -1.2 * word.size < gap < 0.25 * word.size and abs(across) < 0.3 * word.size


def _joined(word: Word, letter: Word) -> Word:
    """Set a letter behind a word."""
    return replace(
        word,
        text=word.text + letter.text,
        left=min(word.left, letter.left),
        right=max(word.right, letter.right),
        top=min(word.top, letter.top),
        bottom=max(word.bottom, letter.bottom),
    )

"""Marks of censored patients that a PDF writes as letters, one by one.

PDFium leaves a letter out of the text where it lies nearly upon the one before, as marks often do.
Such a letter is still drawn: it is known by its size, that of the marks that were read.
"""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from equipoise.io.figures.drawing import Word
from equipoise.kernel.arrays import Matrix

MARKS = {"+", "|", "×", "○", "●", "◦", "❙"}
LARGEST = 15.0  # in the drawing's units
LONGEST = 8  # letters asked for

Raw: TypeAlias = Any  # PDFium's functions, called as in C
Size: TypeAlias = tuple[float, float]


def written_marks(
    page: Raw, text: Raw, raw: Raw, seen: Callable[[Matrix], Matrix]
) -> Iterator[Word]:
    """List the marks a page writes, each where it is drawn."""
    letters = [
        (said, box, each)
        for each, box in _small(page, raw)
        if (said := _said(each, text, raw)) in MARKS or not said
    ]
    sizes = {_size(box) for said, box, _ in letters if said}
    marks = {_size(box): said for said, box, _ in letters if said}
    for _, box, each in letters:
        if _size(box) in sizes:
            (left, top), (right, bottom) = np.sort(seen(box), axis=0)
            said = marks[_size(box)]
            yield Word(said, left, right, top, bottom, bottom - top, 0, _color(each, raw))


def _small(page: Raw, raw: Raw) -> Iterator[tuple[Raw, Matrix]]:
    """List the pieces of text that are as small as a mark, with their corners."""
    edges = [ctypes.c_float() for _ in range(4)]
    for k in range(raw.FPDFPage_CountObjects(page)):
        each = raw.FPDFPage_GetObject(page, k)
        if raw.FPDFPageObj_GetType(each) == raw.FPDF_PAGEOBJ_TEXT:
            raw.FPDFPageObj_GetBounds(each, *(ctypes.byref(edge) for edge in edges))
            left, bottom, right, top = (edge.value for edge in edges)
            if max(right - left, top - bottom) < LARGEST:
                yield each, np.array([[left, bottom], [right, top]])


def _said(each: Raw, text: Raw, raw: Raw) -> str:
    """Tell what a piece of text says; nothing where it was left out."""
    length = raw.FPDFTextObj_GetText(each, text, None, 0)
    if length > 2 * LONGEST:
        return "word"
    buffer = (ctypes.c_ushort * max(length // 2, 1))()
    raw.FPDFTextObj_GetText(each, text, buffer, length)
    return "".join(chr(letter) for letter in buffer if letter).strip()


def _size(box: Matrix) -> Size:
    """Tell how large a letter is drawn."""
    wide, high = np.abs(box[1] - box[0])
    return round(float(wide), 1), round(float(high), 1)


def _color(each: Raw, raw: Raw) -> str:
    """Read the color of a letter."""
    parts = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(each, *(ctypes.byref(part) for part in parts))
    return "#" + "".join(f"{part.value:02x}" for part in parts[:3])

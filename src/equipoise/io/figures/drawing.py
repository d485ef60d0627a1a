"""A vector figure as what was drawn: strokes and words, before anything is understood.

Lengths are in the drawing's own units, from the left and from the top as editors show them, so
that a larger `y` lies lower on the page.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from equipoise.kernel.arrays import Matrix, frozen

BLACK = "#000000"
CAP_HEIGHT = 0.72  # of the letter size: digits and capitals stand this high
SHORTEST = 0.5  # a line is no shorter, in the drawing's units
FEW_CORNERS = 6  # a polyline with more is no frame, axis or grid line
NUMBER = re.compile(r"[-−–]?(\d+([.,]\d+)?|[.,]\d+)%?")
MIDDLE_DOTS = re.compile("[·∙⋅]")  # decimal points of some journals
THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+")


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is drawn; arms are told apart by it."""

    color: str  # as #rrggbb
    dash: tuple[float, ...]  # empty: solid
    width: float

    def told(self) -> str:
        """Name the style as a reader sees it."""
        return f"{'dashed' if self.dash else 'solid'} {self.color}"


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line drawn without lifting the pen; curves are flattened to their end points."""

    points: Matrix  # one row a point: x, y
    style: Style
    closed: bool = False

    @property
    def low(self) -> Matrix:
        """The left and top edge."""
        return frozen(self.points.min(axis=0))

    @property
    def size(self) -> Matrix:
        """Width and height."""
        return frozen(np.ptp(self.points, axis=0))

    @property
    def center(self) -> Matrix:
        """The middle of its box."""
        return frozen((self.points.min(axis=0) + self.points.max(axis=0)) / 2.0)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of the text layer, and the box it fills."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    angle: int = 0  # degrees counter-clockwise, in quarter turns
    color: str = BLACK

    @property
    def x(self) -> float:
        """The middle, from the left."""
        return (self.left + self.right) / 2.0

    @property
    def y(self) -> float:
        """The middle, from the top."""
        return (self.top + self.bottom) / 2.0

    @property
    def number(self) -> float | None:
        """The number it spells, or none."""
        return number_of(self.text)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along an axis: a tick, an axis, a grid line, a side of a frame."""

    at: float  # its place across
    start: float
    end: float

    @property
    def length(self) -> float:
        """From start to end."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that stands on one page."""

    file: str
    page: int
    width: float
    height: float
    strokes: tuple[Stroke, ...]
    words: tuple[Word, ...]
    pictures: int = 0  # bitmaps

    @property
    def place(self) -> str:
        """Name it in messages."""
        return f"{self.file}, page {self.page}" if self.page > 1 else self.file


def number_of(text: str) -> float | None:
    """Read a number as figures print them: `1.0`, `.5`, `0,5`, `0·5`, `40%`, `−2`, `1,024`.

    >>> [number_of(each) for each in ("0,5", "0·5", "40%", "1,024", "(12)")]
    [0.5, 0.5, 40.0, 1024.0, None]
    """
    plain = MIDDLE_DOTS.sub(".", text.strip())
    if THOUSANDS.fullmatch(plain):
        return float(plain.replace(",", ""))
    if not NUMBER.fullmatch(plain):
        return None
    return float(re.sub("[−–]", "-", plain).rstrip("%").replace(",", "."))


def phrases(words: Iterable[Word], *, gap: float = 0.8) -> tuple[Word, ...]:
    """Join the words of each line that stand a space apart."""
    upright = sorted((w for w in words if w.angle == 0), key=lambda w: (w.left, w.bottom))
    joined: list[Word] = []
    for word in upright:
        home = next(
            (
                k
                for k, line in enumerate(joined)
                if abs(line.bottom - word.bottom) < 0.2 * word.size
                and -0.5 * word.size < word.left - line.right < gap * word.size
            ),
            None,
        )
        if home is None:
            joined.append(word)
        else:
            line = joined[home]
            text = f"{line.text} {word.text}"
            joined[home] = replace(line, text=text, right=word.right, top=min(line.top, word.top))
    return tuple(joined)


def rules(strokes: Iterable[Stroke], axis: int) -> tuple[Rule, ...]:
    """List straight lines along an axis (0: horizontal, 1: vertical), also the sides of frames."""
    found: list[Rule] = []
    for stroke in strokes:
        if len(stroke.points) > FEW_CORNERS:
            continue
        for begin, end in zip(stroke.points[:-1], stroke.points[1:], strict=True):
            along, across = abs(end[axis] - begin[axis]), abs(end[1 - axis] - begin[1 - axis])
            if along > SHORTEST and across < 0.01 * along + 0.05:
                start, stop = sorted((float(begin[axis]), float(end[axis])))
                found.append(Rule(float((begin[1 - axis] + end[1 - axis]) / 2), start, stop))
    return tuple(found)

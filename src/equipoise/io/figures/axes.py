"""Find the axes of a figure: which numbers are tick labels, and what a place on the page means.

Labels in a row (or one above the other) whose numbers are linear in their places, or whose
logarithms are, form an axis.  Where a tick mark or grid line stands at a label, its place counts;
otherwise the middle of the label.  A line is laid through them by least squares:

    value = intercept + slope · place          (log₁₀ value on a logarithmic axis)

Labels that do not fit the line most agree on are left out, and named.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from equipoise.io.figures.drawing import Drawing, Rule, Word, rules
from equipoise.kernel.arrays import Vector, frozen, vector

Scale: TypeAlias = Literal["linear", "log"]
FIT = 0.01  # of the axis: how far a label may lie off the line
LABELS = 3  # fewer, without tick marks, are not taken for an axis
MOST_LABELS = 40  # beyond, a line through all pairs is not sought


@dataclass(frozen=True, slots=True)
class Axis:
    """What a place along one direction of the page means."""

    slope: float
    intercept: float
    places: Vector  # of the labels used
    values: Vector
    residual: float  # the furthest a label lies off the line, in values (linear axes)
    scale: Scale = "linear"
    ticks: bool = True  # whether tick marks or grid lines stood at the labels
    left_out: tuple[str, ...] = ()  # labels that did not fit

    def value(self, place: ArrayLike) -> Vector:
        """Tell the values at places.

        Witness: law (labels give back their values within the residual).
        """
        line = self.intercept + self.slope * np.atleast_1d(np.asarray(place, dtype=np.float64))
        return frozen(10.0**line if self.scale == "log" else line)

    def place(self, value: ArrayLike) -> Vector:
        """Tell where values stand."""
        wanted = np.atleast_1d(np.asarray(value, dtype=np.float64))
        line = np.log10(wanted) if self.scale == "log" else wanted
        return frozen((line - self.intercept) / self.slope)

    @property
    def span(self) -> tuple[float, float]:
        """The outermost labels' places, the smaller first."""
        return float(self.places.min()), float(self.places.max())

    @property
    def spacing(self) -> float:
        """The usual distance between neighboring labels, on the page."""
        return float(np.median(np.diff(np.sort(self.places))))


@dataclass(frozen=True, slots=True)
class LabelledAxis:
    """An axis with the words that label it."""

    axis: Axis
    words: tuple[Word, ...]

    @property
    def left(self) -> float:
        """The left edge of the labels."""
        return min(word.left for word in self.words)

    @property
    def right(self) -> float:
        """The right edge of the labels."""
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        """The upper edge of the labels."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """The lower edge of the labels."""
        return max(word.bottom for word in self.words)


def by_hand(points: tuple[tuple[float, float], tuple[float, float]]) -> Axis:
    """Calibrate an axis by two places and their values.

    Witness: closed form (the line through two points).

    >>> by_hand(((50, 0), (250, 100))).value(100).tolist()
    [25.0]
    """
    (near, low), (far, high) = points
    slope = (high - low) / (far - near)
    return Axis(slope, low - slope * near, vector([near, far]), vector([low, high]), 0.0)


def horizontal_axes(drawing: Drawing) -> tuple[LabelledAxis, ...]:
    """List rows of numbers that label an axis of times."""
    marks = rules(drawing.strokes, 1)
    labels = [w for w in drawing.words if w.angle == 0 and w.number is not None]
    found: list[LabelledAxis] = []
    for row in _lines(labels, lambda word: word.bottom):
        for run in _rising(sorted(row, key=lambda word: word.x)):
            axis = _axis(run, [word.x for word in run], _snap_x(run, marks))
            if axis is not None:
                found.append(LabelledAxis(axis, tuple(run)))
    return tuple(found)


def vertical_axes(drawing: Drawing) -> tuple[LabelledAxis, ...]:
    """List columns of numbers that label an axis of values, upright or turned."""
    marks = rules(drawing.strokes, 0)
    found: list[LabelledAxis] = []
    for angle in (0, 90):
        labels = [w for w in drawing.words if w.angle == angle and w.number is not None]
        edges: tuple[Callable[[Word], float], ...] = (
            lambda word: word.right,
            lambda word: word.x,
            lambda word: word.left,
        )
        for edge in edges[: 1 if angle else 3]:
            for column in _lines(labels, edge):
                for run in _rising(sorted(column, key=lambda word: -word.y)):
                    axis = _axis(run, [word.y for word in run], _snap_y(run, marks))
                    if axis is not None:
                        found.append(LabelledAxis(axis, tuple(run)))
    return _fullest(found)


def _fullest(found: Sequence[LabelledAxis]) -> tuple[LabelledAxis, ...]:
    """Keep, of axes that share a label, the one with most."""
    kept: list[LabelledAxis] = []
    for each in sorted(found, key=lambda axis: -len(axis.axis.places)):
        if not any(set(each.words) & set(other.words) for other in kept):
            kept.append(each)
    return tuple(kept)


def _lines(words: Iterable[Word], edge: Callable[[Word], float]) -> list[list[Word]]:
    """Group words that share an edge."""
    groups: list[list[Word]] = []
    for word in sorted(words, key=edge):
        if groups and abs(edge(groups[-1][-1]) - edge(word)) < 0.25 * word.size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _rising(row: Sequence[Word]) -> list[list[Word]]:
    """Split a row where its numbers stop to rise."""
    runs: list[list[Word]] = []
    for word in row:
        if runs and (word.number or 0.0) > (runs[-1][-1].number or 0.0):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [run for run in runs if 2 <= len(run) <= MOST_LABELS]  # noqa: PLR2004 - a line needs two


def _snap_x(run: Sequence[Word], marks: Sequence[Rule]) -> list[float | None]:
    """Find the tick mark or grid line that ends right above each label."""
    return _alike(
        [
            [
                (abs(mark.at - word.x), mark)
                for mark in marks
                if abs(mark.at - word.x) < max(0.6 * word.size, 0.3 * (word.right - word.left))
                and word.top - 2.5 * word.size < mark.end < word.top + 0.1 * word.size
            ]
            for word in run
        ]
    )


def _snap_y(run: Sequence[Word], marks: Sequence[Rule]) -> list[float | None]:
    """Find the tick mark or grid line that begins right of each label."""
    return _alike(
        [
            [
                (abs(mark.at - word.y), mark)
                for mark in marks
                if abs(mark.at - word.y) < 0.6 * word.size
                and word.right - 0.3 * word.size < mark.start < word.right + 2.5 * word.size
            ]
            for word in run
        ]
    )


def _alike(close: Sequence[Sequence[tuple[float, Rule]]]) -> list[float | None]:
    """Take, of the marks close to each label, the nearest of those that begin and end alike."""
    kinds = Counter(kind for marks in close for kind in {_kind(mark) for _, mark in marks})
    if not kinds:
        return [None] * len(close)
    away = {
        kind: sum(min((d for d, m in marks if _kind(m) == kind), default=0.0) for marks in close)
        for kind in kinds
    }
    best = min(kinds, key=lambda kind: (-kinds[kind], away[kind]))
    return [
        min(((d, m.at) for d, m in marks if _kind(m) == best), default=(0.0, None))[1]
        for marks in close
    ]


def _kind(mark: Rule) -> tuple[int, int]:
    """Tell marks of one axis from others: they begin and end at the same height."""
    return round(5.0 * mark.start), round(5.0 * mark.end)


def _axis(run: Sequence[Word], middles: list[float], snapped: list[float | None]) -> Axis | None:
    """Lay a line through labels; none where they are no axis."""
    values = np.array([word.number for word in run], dtype=np.float64)
    marked = np.array([place is not None for place in snapped])
    texts = [word.text for word in run]
    if marked.sum() >= 2:  # noqa: PLR2004 - a line needs two
        places = np.array([np.nan if place is None else place for place in snapped])
        axis = _fit(
            places[marked],
            values[marked],
            [text for text, mark in zip(texts, marked, strict=True) if mark],
        )
        if axis is not None:
            return axis
    if len(run) < LABELS:
        return None
    axis = _fit(np.array(middles), values, texts)
    return None if axis is None else replace(axis, ticks=False)


def _fit(places: Vector, values: Vector, texts: Sequence[str]) -> Axis | None:
    """Fit the line most labels agree on, linear if that serves, else logarithmic."""
    best: tuple[int, Scale, Vector] | None = None
    scales: tuple[Scale, ...] = (
        ("linear", "log") if values.min() > 0 and values.size >= LABELS else ("linear",)
    )
    for scale in scales:
        line = np.log10(values) if scale == "log" else values
        agree = _agreeing(places, line)
        if best is None or agree.sum() > best[0]:
            best = int(agree.sum()), scale, agree
    if best is None or best[0] < max(2, 0.6 * values.size):
        return None
    _, scale, keep = best
    line = np.log10(values) if scale == "log" else values
    slope, intercept = np.polyfit(places[keep], line[keep], 1)
    fitted = intercept + slope * places[keep]
    fitted = 10.0**fitted if scale == "log" else fitted
    return Axis(
        float(slope),
        float(intercept),
        vector(places[keep]),
        vector(values[keep]),
        float(np.abs(fitted - values[keep]).max()),
        scale,
        left_out=tuple(text for text, kept in zip(texts, keep, strict=True) if not kept),
    )


def _agreeing(places: Vector, line: Vector) -> np.ndarray:
    """Mark the labels near the line through two of them on which most agree."""
    best = np.zeros(places.size, dtype=bool)
    for first, second in combinations(range(places.size), 2):
        run = places[second] - places[first]
        if run == 0.0:
            continue
        slope = (line[second] - line[first]) / run
        off = np.abs(line[first] + slope * (places - places[first]) - line)
        near = off <= FIT * abs(slope) * np.ptp(places)
        if near.sum() > best.sum():
            best = near
    return best

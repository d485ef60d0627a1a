"""Find the numbers at risk below a plot: rows of whole numbers under the times.

A row belongs to the arm its label names, or in whose color it is written; else rows and curves
are matched in order, which is told.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from equipoise.io.figures.axes import Axis
from equipoise.io.figures.curves import DrawnCurve
from equipoise.io.figures.drawing import Drawing, Word, number_of, phrases
from equipoise.io.figures.labels import GRAYS
from equipoise.io.figures.panels import Panel
from equipoise.kernel.arrays import Vector, frozen

ALIGNED = 0.2  # of the distance between labels: how far a number may stand off its time
LEAST = 2  # numbers that make a row
PARTS = (1, 2, 3, 4, 6)  # a year between labels may be told by halves, thirds, quarters, ...
MOST_ROWS = 5  # that are tried in every order
ROOM = 0.03  # of all patients, by which numbers at risk may pass the curve
PERCENT = 1.5  # values beyond are percents
WHOLE = re.compile(r"\d+|\d{1,3}(,\d{3})+")


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One row of numbers at risk."""

    label: str
    color: str
    times: Vector
    patients: Vector


def risk_rows(drawing: Drawing, panel: Panel) -> tuple[RiskRow, ...]:
    """List the rows of numbers at risk, from top to bottom."""
    words = [
        word
        for word in drawing.words
        if word.angle == 0 and word.top > panel.below - 0.2 * word.size
    ]
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.bottom):
        if rows and word.bottom - rows[-1][-1].bottom < 0.3 * word.size:
            rows[-1].append(word)
        else:
            rows.append([word])
    found = [row for words in rows if (row := _row(words, panel)) is not None]
    return tuple(found)


def _row(words: Sequence[Word], panel: Panel) -> RiskRow | None:
    """Read one line of text as numbers at risk; none where it is something else."""
    inside = [
        word
        for word in words
        if WHOLE.fullmatch(word.text)
        and panel.x.span[0] - word.size < word.right
        and word.left < panel.right + 2.0 * word.size
    ]
    best: tuple[float, list[Word], Vector] | None = None
    edges: tuple[Callable[[Word], float], ...] = (
        lambda word: word.x,
        lambda word: word.left,
        lambda word: word.right,
    )
    for parts in PARTS:
        for edge in edges:
            kept, times, off = _aligned(inside, edge, panel, parts)
            rank = -len(kept) + off + 0.01 * parts
            if len(kept) >= LEAST and (best is None or rank < best[0]):
                best = rank, kept, times
    if best is None:
        return None
    _, kept, times = best
    patients = np.array([number_of(word.text) for word in kept], dtype=np.float64)
    if patients[0] < patients.max() or patients.max() == 0:
        return None
    first = kept[0]
    before = [word for word in words if word.right <= first.left and word not in kept]
    label = " ".join(word.text for word in phrases(before, gap=2.0))
    return RiskRow(label.strip(" :"), first.color, times, frozen(patients))


def _aligned(
    words: Sequence[Word], edge: Callable[[Word], float], panel: Panel, parts: int
) -> tuple[list[Word], Vector, float]:
    """Keep the numbers under times, one each; tell the times, and how far they stand off.

    Times are those with a label, and such as divide the way between two into `parts`.
    """
    places, values = _times(panel.x, parts)
    inside = places <= panel.right + ALIGNED * panel.x.spacing / PARTS[-1]
    places, values = places[inside], values[inside]
    reach = ALIGNED * panel.x.spacing / parts
    kept: dict[int, tuple[float, Word]] = {}
    for word in words:
        apart = np.abs(places - edge(word))
        k = int(apart.argmin())
        if apart[k] < reach and (k not in kept or apart[k] < kept[k][0]):
            kept[k] = float(apart[k]), word
    order = sorted(kept, key=lambda k: values[k])
    off = float(np.mean([kept[k][0] for k in order])) / reach if order else 0.0
    return [kept[k][1] for k in order], frozen(values[order]), off


def _times(axis: Axis, parts: int) -> tuple[Vector, Vector]:
    """List places and values of the labelled times, and of those that divide the way between."""
    if parts == 1:
        return axis.places, axis.values
    step = float(np.median(np.diff(np.sort(axis.values)))) / parts
    low, high = axis.values.min(), axis.values.max() + step * parts
    values = low + step * np.arange(round((high - low) / step) + 1)
    return axis.place(values), frozen(values)


def matched(
    rows: Sequence[RiskRow],
    curves: Sequence[DrawnCurve],
    labels: Sequence[str],
    legend: Sequence[Word | None],
    panel: Panel,
) -> tuple[dict[int, RiskRow], tuple[str, ...]]:
    """Give each curve its row of numbers at risk, and say what was assumed.

    Rows are told by the labels as given and by those of the figure, first by all of a label, then
    by color, then by how a label begins: "Lev" is no row of "Lev+5FU", though that is kept alone.
    """
    home: dict[int, RiskRow] = {}
    printed = [word.text if word else "" for word in legend]
    ways: tuple[Callable[[RiskRow], int | None], ...] = (
        lambda row: _by_label(row, labels, _is),
        lambda row: _by_label(row, printed, _is),
        lambda row: _by_color(row, curves),
        lambda row: _by_label(row, labels, _begins),
        lambda row: _by_label(row, printed, _begins),
    )
    for way in ways:
        for row in rows:
            k = way(row)
            if k is not None and k not in home and not any(row is used for used in home.values()):
                home[k] = row
    notes = _beyond_curves(home, curves, labels, panel)
    left = [row for row in rows if not any(row is used for used in home.values())]
    open_curves = [k for k in range(len(curves)) if k not in home]
    if not left or not open_curves:
        return home, notes
    if len(left) == len(open_curves) == 1 and (len(curves) == 1 or home):
        home[open_curves[0]] = left[0]
        return home, _beyond_curves(home, curves, labels, panel)
    if len(left) != len(open_curves):
        none = f"{len(left)} rows of numbers at risk match no curve, and were left out."
        return home, (*notes, none)
    order, said = _in_order(left, open_curves, curves, legend, panel)
    home |= dict(zip(order, left, strict=False))
    return home, (*notes, said)


def _in_order(
    left: Sequence[RiskRow],
    which: Sequence[int],
    curves: Sequence[DrawnCurve],
    legend: Sequence[Word | None],
    panel: Panel,
) -> tuple[Sequence[int], str]:
    """Give rows without a label or color to curves: by order, or as curves leave room for them."""
    order, how = _from_top(which, curves, legend)
    ways = [list(way) for way in permutations(order)] if len(order) <= MOST_ROWS else [order]
    fitting = [
        way
        for way in ways
        if all(_room(row, curves[k], panel) for k, row in zip(way, left, strict=True))
    ]
    said = f"by their order: {how}"
    if order not in fitting:
        if len(fitting) != 1:
            return (
                (),
                f"{len(left)} rows of numbers at risk fit no curve for sure, and were left out.",
            )
        order, said = fitting[0], "in the only way the curves leave room for"
    return (
        order,
        f"Rows of numbers at risk carry no label or color of a curve, and were matched {said}.",
    )


def _room(row: RiskRow, curve: DrawnCurve, panel: Panel) -> bool:
    """Tell whether a curve leaves as many as are at risk: of n patients no more than n S(t-).

    Where the first number does not stand at the start, nothing is told.
    """
    x, y = curve.points[:, 0], curve.points[:, 1]
    height = panel.y.value(y)
    if row.times[0] != 0.0:
        return True
    whole = 100.0 if panel.y.values.max() > PERCENT else 1.0
    places = panel.x.place(row.times[1:])
    seen = (places > x[0]) & (places <= x[-1])
    before = np.searchsorted(x, places[seen] - 1e-6, side="right") - 1
    left = height[np.maximum(before, 0)] / whole
    left = 1.0 - left if curve.rising else left
    return bool((row.patients[1:][seen] <= row.patients[0] * (left + ROOM)).all())


def _beyond_curves(
    home: dict[int, RiskRow],
    curves: Sequence[DrawnCurve],
    labels: Sequence[str],
    panel: Panel,
) -> tuple[str, ...]:
    """Say where more are at risk than the curve leaves."""
    return tuple(
        f"More are at risk for {labels[k]} than its curve leaves: check that the row is its own."
        for k, row in home.items()
        if not _room(row, curves[k], panel)
    )


def _from_top(
    which: Sequence[int], curves: Sequence[DrawnCurve], legend: Sequence[Word | None]
) -> tuple[list[int], str]:
    """Order curves as the legend does; without one, by where they end."""
    named = {k: word for k in which if (word := legend[k]) is not None}
    if len(named) == len(which):
        return sorted(which, key=lambda k: (named[k].y, named[k].x)), "that of the legend"
    ends = sorted(which, key=lambda k: float(curves[k].points[-1, 1]))
    return ends, "the upper row with the curve that ends higher on the page"


def _by_label(row: RiskRow, labels: Sequence[str], alike: Callable[[str, str], bool]) -> int | None:
    """Find the one curve whose label the row's label names."""
    name = _plain(row.label)
    found = [k for k, label in enumerate(labels) if name and alike(_plain(label), name)]
    return found[0] if len(found) == 1 else None


def _is(label: str, name: str) -> bool:
    return label == name


def _begins(label: str, name: str) -> bool:
    return bool(label) and (label.startswith(name) or name.startswith(label))


def _by_color(row: RiskRow, curves: Sequence[DrawnCurve]) -> int | None:
    """Find the one curve of the row's color."""
    if row.color in GRAYS:
        return None
    own = [k for k, curve in enumerate(curves) if curve.style.color == row.color]
    return own[0] if len(own) == 1 else None


def _plain(label: str) -> str:
    """Reduce a label to its letters and digits."""
    return re.sub(r"[^a-z0-9]+", "", label.lower())

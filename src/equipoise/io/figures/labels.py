"""Tell which curve is which: by the legend's samples of lines, or words in a curve's own color.

Also what the axes' titles say: the unit of time, and whether values are percents.
"""

import re
from collections import Counter
from collections.abc import Sequence

from equipoise.io.figures.curves import DrawnCurve
from equipoise.io.figures.drawing import BLACK, Drawing, Stroke, Style, Word, number_of, phrases
from equipoise.io.figures.panels import Panel

SAMPLE = 0.2  # of the plot's width: the longest sample of a line in a legend
GRAYS = {BLACK, "#333333", "#4d4d4d", "#1a1a1a", "#000000", "#231f20"}
PERCENT = re.compile(r"%|per ?cent", re.IGNORECASE)
UNITS = {"day": "days", "week": "weeks", "month": "months", "mo": "months", "year": "years"}
UNITS |= {"yr": "years", "wk": "weeks", "d": "days"}


def curve_labels(
    drawing: Drawing, panel: Panel, curves: Sequence[DrawnCurve], rest: Sequence[Stroke]
) -> tuple[Word | None, ...]:
    """Give each curve the words of the legend; none where there are none."""
    lines = [w for w in phrases(drawing.words) if number_of(w.text) is None]
    labels = [_from_legend(curve, curves, rest, lines, panel) for curve in curves]
    for k, curve in enumerate(curves):
        if labels[k] is None:
            labels[k] = _from_color(curve, curves, lines, panel)
    doubled = {label for label, many in Counter(labels).items() if many > 1}
    return tuple(None if label in doubled else label for label in labels)


def _alike(style: Style, curve: DrawnCurve, curves: Sequence[DrawnCurve]) -> bool:
    """Tell whether a line is drawn as a curve is, in all by which the curves differ."""
    own = curve.style
    if style.color != own.color:
        return False
    rivals = [
        other.style for other in curves if other is not curve and other.style.color == own.color
    ]
    if not rivals:
        return True
    if any(rival.dash != own.dash for rival in rivals):
        return _ratio(style.dash) == _ratio(own.dash)
    return style == own


def _ratio(dash: tuple[float, ...]) -> tuple[float, ...]:
    """Give a dash pattern apart from its size."""
    return tuple(round(part / dash[0], 2) for part in dash) if dash and dash[0] else ()


def _from_legend(
    curve: DrawnCurve,
    curves: Sequence[DrawnCurve],
    rest: Sequence[Stroke],
    lines: Sequence[Word],
    panel: Panel,
) -> Word | None:
    """Find the words right of a short line drawn as the curve is."""
    best: tuple[float, Word] | None = None
    for stroke in rest:
        wide, high = stroke.size
        if not (1.0 < wide < SAMPLE * panel.width) or high > 0.25 * wide:
            continue
        if not _alike(stroke.style, curve, curves):
            continue
        x, y = float(stroke.low[0] + wide), float(stroke.center[1])
        for word in lines:
            gap = word.left - x
            if -0.2 * word.size < gap < 4.0 * word.size and abs(word.y - y) < 0.8 * word.size:
                rank = gap + 2.0 * abs(word.y - y)
                if best is None or rank < best[0]:
                    best = rank, word
    return None if best is None else best[1]


def _from_color(
    curve: DrawnCurve, curves: Sequence[DrawnCurve], lines: Sequence[Word], panel: Panel
) -> Word | None:
    """Find words written in the curve's own color, in or beside the plot."""
    color = curve.style.color
    if color in GRAYS or sum(other.style.color == color for other in curves) > 1:
        return None
    own = [
        word
        for word in lines
        if word.color == color
        and panel.top - 4 * word.size < word.y
        and re.search("[A-Za-z]", word.text)
    ]
    return own[0] if own else None


def time_unit(drawing: Drawing, panel: Panel) -> str:
    """Read the unit of time off the title below the times; empty where none is told."""
    below = [
        word
        for word in phrases(drawing.words)
        if word.bottom > panel.below
        and panel.left - 0.2 * panel.width < word.x < panel.right + panel.width
    ]
    for word in sorted(below, key=lambda word: word.y):
        for part in re.findall("[a-z]+", word.text.lower()):
            unit = UNITS.get(part) or UNITS.get(part.removesuffix("s"))
            if unit and (len(part) > 1 or len(word.text) > 1):
                return unit
    return ""


def in_percent(drawing: Drawing, panel: Panel) -> bool:
    """Tell whether the values of a plot are percents: its labels say so, or go beyond 1.

    From 1 to 1.5 it takes a title that says so, for axes of proportions may end a little above 1.
    """
    signed = any(
        word.text.endswith("%") and word.number is not None and word.x < panel.left
        for word in drawing.words
    )
    highest = float(panel.y.values.max())
    return signed or highest > 1.5 or (highest > 1.0 and titled_percent(drawing, panel))  # noqa: PLR2004 - proportions end at 1


def unclear_percent(
    drawing: Drawing, panel: Panel, curves: Sequence[DrawnCurve]
) -> tuple[str, ...]:
    """Say that a title speaks of percents and the labels do not; survival is told by its start."""
    if in_percent(drawing, panel) or not titled_percent(drawing, panel):
        return ()
    if not any(curve.rising for curve in curves):
        return ()
    note = (
        "The title of the values speaks of percents, but their labels end at "
        f"{panel.y.values.max():g}: they were taken as proportions."
    )
    return (note,)


def titled_percent(drawing: Drawing, panel: Panel) -> bool:
    """Tell whether the title beside the values speaks of percents."""
    return any(
        PERCENT.search(word.text)
        for word in drawing.words
        if word.number is None
        and word.x < panel.left
        and panel.top - 0.2 * panel.height < word.y < panel.bottom + 0.2 * panel.height
    )

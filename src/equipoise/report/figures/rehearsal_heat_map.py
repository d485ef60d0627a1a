"""Scenarios by designs: a number in every cell, darker where it is larger."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from equipoise.report.document import Figure
from equipoise.report.figures.rehearsal_frame import (
    BETWEEN,
    EDGE,
    MARGIN,
    NAMES,
    FigureText,
    on_a_page,
)
from equipoise.report.figures.style import (
    INK,
    SMALL,
    TEXT_WIDTH,
    canvas,
    finished,
    page,
    settings,
    wrap,
)

CELL, LINE, TITLE, GAP = 0.34, 0.15, 0.24, 0.3  # inches
PALEST, DARKEST = (0.96, 0.97, 0.99), (0.0, 0.27, 0.47)  # steps of one color, in grey print too
HALF = 0.55  # of the way: from here on ink is white


@dataclass(frozen=True, slots=True)
class HeatMap:
    """One number for every scenario and design; none where nothing was played."""

    title: str
    values: tuple[tuple[float | None, ...], ...]  # [scenario][design]
    printed: tuple[tuple[str, ...], ...]
    low: float | None = None  # of the shades; None: the smallest number
    high: float | None = None


def heat_map_figure(
    scenarios: Sequence[str], designs: Sequence[str], maps: Sequence[HeatMap], words: FigureText
) -> Figure:
    """Draw the maps side by side."""
    with settings():
        probe = canvas(1.0)
        wide = (TEXT_WIDTH - MARGIN - NAMES - EDGE - GAP * (len(maps) - 1)) / len(maps)
        column = wide / len(designs)
        heads = [wrap(probe, each, SMALL, column - 0.06) for each in designs]
        lines = max(each.count("\n") + 1 for each in heads)
        named = [wrap(probe, each, SMALL, NAMES - 0.1, "bold") for each in scenarios]
        tall = [max(CELL, LINE * (each.count("\n") + 1) + 0.04) for each in named]
        above = TITLE + LINE * lines + 0.08
        figure = canvas(above + sum(tall) + BETWEEN)
        sheet = page(figure)
        for at, each in enumerate(maps):
            left = MARGIN + NAMES + at * (wide + GAP)
            sheet.text(
                left, 0.16, each.title, fontsize=SMALL, fontweight="bold", va="center_baseline"
            )
            for place, head in enumerate(heads):
                x = left + (place + 0.5) * column
                sheet.text(x, above - 0.05, head, fontsize=SMALL, ha="center", va="bottom")
            cells(sheet, each, (left, above), column, tall)
        y = above
        for name, height in zip(named, tall, strict=True):
            sheet.text(
                MARGIN,
                y + height / 2,
                name,
                fontsize=SMALL,
                fontweight="bold",
                va="center_baseline",
            )
            y += height
        found = finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, figure)


def cells(
    sheet: Axes, each: HeatMap, corner: tuple[float, float], wide: float, tall: Sequence[float]
) -> None:
    """Shade the cells of one map and write their numbers."""
    left, y = corner
    for values, printed, height in zip(each.values, each.printed, tall, strict=True):
        for place, (value, words) in enumerate(zip(values, printed, strict=True)):
            shade, ink = shading(each, value)
            x = left + place * wide
            sheet.add_patch(
                Rectangle((x, y), wide, height, facecolor=shade, edgecolor="white", linewidth=1.5)
            )
            sheet.text(
                x + wide / 2,
                y + height / 2,
                words,
                fontsize=SMALL,
                color=ink,
                ha="center",
                va="center_baseline",
            )
        y += height


def shading(each: HeatMap, value: float | None) -> tuple[tuple[float, float, float], str]:
    """Give the shade of a number and the ink on it.

    >>> shading(HeatMap("", ((0.0, 1.0),), (("0", "1"),)), 1.0)[1]
    'white'
    """
    known = [number for row in each.values for number in row if number is not None]
    if value is None or not known:
        return (1.0, 1.0, 1.0), INK
    low = min(known) if each.low is None else each.low
    high = max(known) if each.high is None else each.high
    part = 0.0 if high <= low else (value - low) / (high - low)
    red, green, blue = (a + part * (b - a) for a, b in zip(PALEST, DARKEST, strict=True))
    return (red, green, blue), "white" if part > HALF else INK

"""What the figures of a rehearsal share: rows of scenarios under each other, panels side by side.

Scenarios stand in bold on the left, designs (or estimates) under them.  Everything is measured
in inches, so that a label is never set over another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    GRID,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    bare,
    canvas,
    page,
    wrap,
)

ROW, LINE, BETWEEN = 0.24, 0.16, 0.1  # inches: a row, a line of text, between scenarios
NAMES, MARGIN, GAP, EDGE = 1.75, 0.06, 0.22, 0.16  # inches: of the names, and around the panels
KEY, TITLE, BELOW = 0.28, 0.22, 0.46  # inches: the key, titles of panels, the axis below
TALLEST = 8.3  # inches: with its caption it fills a page
TALL, HEAD, FOOT, LEFT = 1.75, 0.4, 0.5, 0.5  # inches: panels of looks, and around them

Draw = Callable[[Axes, float, float], None]


@dataclass(frozen=True, slots=True)
class Group:
    """A scenario and the rows that stand in it; one without a name stands beside it."""

    title: str
    rows: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class FigureText:
    """The words of a figure."""

    identifier: str
    title: str
    alternative_text: str
    footnotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """An empty figure with a place for every row."""

    figure: Canvas
    sheet: Axes
    panels: tuple[Axes, ...]  # y runs in inches from the top of the panel down
    places: tuple[float, ...]  # y of every row, scenario by scenario
    left: float  # inches of the first panel


def rows_of(groups: Sequence[Group], panels: Sequence[str], *, key: bool = True) -> Rows:
    """Open a figure with so many panels, their titles above, and a row for all that is drawn."""
    probe = canvas(1.0)
    told = [wrap(probe, each.title, SMALL, NAMES - MARGIN, "bold") for each in groups]
    heights = [_height(words, each.rows) for words, each in zip(told, groups, strict=True)]
    tall = sum(heights) + BETWEEN * len(groups)
    above = (KEY if key else 0.08) + TITLE
    figure = canvas(above + tall + BELOW)
    sheet = page(figure)
    left = MARGIN + NAMES
    wide = (TEXT_WIDTH - left - EDGE - GAP * (len(panels) - 1)) / len(panels)
    axes = tuple(
        _panel(figure, left + at * (wide + GAP), above, wide, tall) for at in range(len(panels))
    )
    for at, title in enumerate(panels):
        x = left + at * (wide + GAP)
        sheet.text(x, above - 0.07, title, fontsize=SMALL, fontweight="bold", va="bottom")
    places: list[float] = []
    y = BETWEEN / 2
    for words, each, height in zip(told, groups, heights, strict=True):
        places += _names(sheet, words, each, above, y)
        y += height + BETWEEN
        for panel in axes if each is not groups[-1] else ():
            panel.axhline(y - BETWEEN / 2, color=GRID, linewidth=0.6, zorder=0)
    return Rows(figure, sheet, axes, tuple(places), left)


def _height(words: str, rows: tuple[str, ...]) -> float:
    lines = LINE * (words.count("\n") + 1)
    return max(ROW, lines) if rows == ("",) else lines + ROW * len(rows)


def _names(sheet: Axes, words: str, group: Group, above: float, y: float) -> list[float]:
    """Write a scenario and its rows; give the places of the rows."""
    lines = LINE * (words.count("\n") + 1)
    style: dict[str, Any] = {"fontsize": SMALL, "linespacing": 1.25}
    if group.rows == ("",):
        middle = y + max(ROW, lines) / 2
        sheet.text(MARGIN, above + middle, words, fontweight="bold", va="center_baseline", **style)
        return [middle]
    sheet.text(MARGIN, above + y, words, fontweight="bold", va="top", **style)
    places = [y + lines + ROW * (at + 0.5) for at in range(len(group.rows))]
    for name, place in zip(group.rows, places, strict=True):
        sheet.text(MARGIN + 0.12, above + place, name, va="center_baseline", **style)
    return places


def _panel(figure: Canvas, left: float, top: float, wide: float, tall: float) -> Axes:
    width, height = figure.get_size_inches()
    box = (left / width, 1 - (top + tall) / height, wide / width, tall / height)
    axes = bare(figure.add_axes(box))
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    return axes


def on_a_page(found: Figure, figure: Canvas) -> Figure:
    """Draw a figure smaller where it would be taller than a page."""
    return replace(found, width=min(found.width, TALLEST / float(figure.get_size_inches()[1])))


def key_of(sheet: Axes, entries: Sequence[tuple[str, Draw]], left: float = MARGIN) -> None:
    """Set out the key in one line: a sample of each mark, then its words."""
    x, y = left, KEY / 2
    for words, draw in entries:
        draw(sheet, x, y)
        mark = sheet.text(x + 0.4, y, words, fontsize=SMALL, va="center_baseline")
        figure = sheet.get_figure(root=True)
        assert figure is not None  # noqa: S101 - the page is on a figure
        box = mark.get_window_extent(figure.canvas.get_renderer())  # type: ignore[attr-defined] # Agg
        x += 0.4 + box.width / figure.dpi + 0.25


@dataclass(frozen=True, slots=True)
class Looks:
    """An empty figure of panels, two beside each other, each with a place for looks."""

    figure: Canvas
    sheet: Axes
    panels: tuple[Axes, ...]
    wide: float  # inches of a panel


def looks_of(titles: Sequence[str]) -> Looks:
    """Open a figure with a panel for each title."""
    columns = min(2, len(titles))
    wide = (TEXT_WIDTH - LEFT - EDGE - (columns - 1) * (LEFT + 0.04)) / columns
    probe = canvas(1.0)
    told = [wrap(probe, each, NORMAL, wide, "bold") for each in titles]
    lines = max(each.count("\n") for each in told)
    each_row = HEAD + LINE * lines + TALL + FOOT
    count = -(-len(titles) // columns)
    height = KEY + count * each_row
    figure = canvas(height)
    sheet = page(figure)
    panels = []
    for at, title in enumerate(told):
        row, column = divmod(at, columns)
        left = LEFT + column * (wide + LEFT + 0.04)
        top = KEY + row * each_row + HEAD + LINE * lines
        box = (left / TEXT_WIDTH, 1 - (top + TALL) / height, wide / TEXT_WIDTH, TALL / height)
        panels.append(bare(figure.add_axes(box)))
        sheet.text(
            left, top - 0.1, title, fontsize=NORMAL, fontweight="bold", va="bottom", linespacing=1.2
        )
    return Looks(figure, sheet, tuple(panels), wide)


def ticks_of_looks(axes: Axes, below: Sequence[str], wide: float, axis: str) -> None:
    """Number the looks, with what stands under each where there is room."""
    looks = len(below)
    room = wide / max(looks, 1)
    step = max(1, -(-22 * looks // int(100 * wide)))
    numbers = range(1, looks + 1)
    fits = room > 0.42 and any(below)  # noqa: PLR2004 - inches
    names = [f"{n}\n{below[n - 1]}" if fits else f"{n}" for n in numbers]
    axes.set_xticks(list(numbers)[::step], names[::step])
    axes.set_xlim(0.4, looks + 0.6)
    axes.set_xlabel(axis if fits else "Look", labelpad=2, fontsize=SMALL, color=SOFT)

"""How large is it in each arm, and how large is the difference?  Dots with their intervals.

Used for proportions and for means.  Arms stand left on their own scale, comparisons right on the
scale of the difference, with a line at no difference.
"""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from equipoise.analyze.estimates import Absent, Estimate
from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    FAINT,
    GRID,
    INK,
    NORMAL,
    SMALL,
    TEXT_WIDTH,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
    text_size,
    wrap,
)

ROW, TOP, BELOW = 0.42, 0.06, 0.5  # inches
LOW = 0.12  # rows a dot stands below the middle, to leave room for its value
LABEL_WIDTH = 1.25


@dataclass(frozen=True, slots=True)
class Dot:
    """One estimate with what is printed beside it; values are as on the axis."""

    label: str
    printed: str
    style: ArmStyle
    estimate: Estimate
    scale: float = 1.0  # 100 turns proportions into percent


@dataclass(frozen=True, slots=True)
class DotText:
    """The words of the figure."""

    identifier: str
    title: str
    left: str
    right: str
    estimand: str
    alternative_text: str
    footnotes: tuple[str, ...] = ()


def response_figure(arms: tuple[Dot, ...], differences: tuple[Dot, ...], words: DotText) -> Figure:
    """Draw arms and differences side by side."""
    with settings():
        rows = max(len(arms), len(differences))
        probe, room = canvas(1.0), TEXT_WIDTH / 2 - LABEL_WIDTH - 0.4
        titles = [wrap(probe, title, NORMAL, room) for title in (words.left, words.right)]
        more = max(title.count("\n") for title in titles)
        height = TOP + ROW * rows + BELOW + 0.15 * more
        figure = canvas(height)
        sheet = page(figure)
        half = (TEXT_WIDTH - 0.25) / 2
        panel(figure, sheet, arms, titles[0], (0.05, half, height), rows)
        if differences:
            axes = panel(figure, sheet, differences, titles[1], (0.2 + half, half, height), rows)
            axes.axvline(0.0, color=INK, linewidth=0.8, zorder=1)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
            estimand=words.estimand,
        )


def panel(
    figure: Canvas,
    sheet: Axes,
    dots: tuple[Dot, ...],
    title: str,
    place: tuple[float, float, float],
    rows: int,
) -> Axes:
    """Draw one column of dots with names to the left and printed values above each dot."""
    left, width, height = place
    names = [wrap(figure, dot.label, SMALL, LABEL_WIDTH) for dot in dots]
    room = max(text_size(figure, name, SMALL)[0] for name in names) + 0.15
    tall = ROW * rows
    axes = bare(
        figure.add_axes(
            (
                (left + room) / TEXT_WIDTH,
                1 - (TOP + tall) / height,
                (width - room - 0.1) / TEXT_WIDTH,
                tall / height,
            )
        )
    )
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlim(*reach(dots))
    axes.set_xlabel(title, labelpad=3)
    for row, (dot, name) in enumerate(zip(dots, names, strict=True)):
        y = TOP + ROW * (row + 0.5 + LOW)
        sheet.text(left, y, name, fontsize=SMALL, va="center", linespacing=1.1)
        draw_dot(axes, dot, row + LOW)
    return axes


def reach(dots: tuple[Dot, ...]) -> tuple[float, float]:
    """Span all limits with a little air; a difference always shows zero."""
    ends = [0.0] if dots[0].scale > 1 or min(bounds(dots)) < 0 else []
    ends += bounds(dots)
    air = 0.08 * (max(ends) - min(ends) or 1.0)
    lowest = min(ends)
    return (lowest - air if lowest < 0 or not ends.count(0.0) else 0.0), max(ends) + air


def bounds(dots: tuple[Dot, ...]) -> list[float]:
    """Collect the finite values of the dots."""
    found = [
        dot.scale * x
        for dot in dots
        for x in (dot.estimate.value, dot.estimate.interval.lower, dot.estimate.interval.upper)
        if not isinstance(x, Absent)
    ]
    return found or [0.0, 1.0]


def draw_dot(axes: Axes, dot: Dot, row: float) -> None:
    """Draw the interval, the marker, and the printed value over it."""
    estimate = dot.estimate
    middle = estimate.value
    if isinstance(middle, Absent):
        axes.text(sum(axes.get_xlim()) / 2, row, dot.printed, ha="center", va="center", color=FAINT)
        return
    low, high = axes.get_xlim()
    lower, upper = (
        end if isinstance(x, Absent) else dot.scale * x
        for x, end in ((estimate.interval.lower, low), (estimate.interval.upper, high))
    )
    axes.plot([lower, upper], [row, row], color=dot.style.color, linewidth=1.4, zorder=2)
    axes.plot(
        [dot.scale * middle],
        [row],
        marker=dot.style.marker,
        color=dot.style.color,
        markersize=6,
        zorder=3,
    )
    x = min(max(dot.scale * middle, low + 0.2 * (high - low)), high - 0.2 * (high - low))
    axes.text(
        x,
        row - 0.17,
        dot.printed,
        fontsize=SMALL,
        ha="center",
        va="bottom",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )

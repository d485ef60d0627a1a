"""What is the effect on every endpoint?  All on one page, on one axis for each measure.

Endpoints measured alike share an axis: ratios on a logarithmic one, differences on a linear one.
The sides of an axis say in which arm the thing happens sooner or more often, not which is better:
that depends on the endpoint.  An arrow means that the interval goes on beyond the axis.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from equipoise.analyze.estimates import Absent, Estimate
from equipoise.report.document import Figure
from equipoise.report.figures.forest import ARROWS, EDGE, TICKS, WIDEST
from equipoise.report.figures.rehearsal_frame import FigureText, on_a_page
from equipoise.report.figures.style import (
    BLUE,
    FAINT,
    INK,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    canvas,
    finished,
    page,
    settings,
    text_size,
    wrap,
)

LINE, PADDING, HEAD, BELOW = 0.145, 0.1, 0.36, 0.62  # inches: of text, a row, above and below rows
NAME, NUMBERS, MEASURE = 1.95, 0.78, 1.6  # inches: endpoint, counts of an arm, head of numbers
APART = 0.45  # inches from tick to tick at least


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One endpoint and one comparison."""

    label: str
    counts: tuple[str, str]  # of the two arms, as printed
    estimate: Estimate
    printed: str


@dataclass(frozen=True, slots=True)
class EffectPanel:
    """All that is measured alike, between the same arms."""

    measure: str  # heads the numbers, such as "Hazard ratio (95% CI)"
    arms: tuple[str, str]
    less: str  # under the left half of the axis
    more: str
    ratio: bool
    rows: tuple[EffectRow, ...]
    factor: float = 1.0  # from the estimate to the axis, such as 100 for percentage points


def effects_figure(panels: Sequence[EffectPanel], words: FigureText) -> Figure:
    """Draw the panels under each other."""
    with settings():
        probe = canvas(1.0)
        names = [[wrap(probe, row.label, SMALL, NAME - 0.1) for row in p.rows] for p in panels]
        talls = [[LINE * (n.count("\n") + 1) + PADDING for n in each] for each in names]
        height = 0.04 + sum(HEAD + sum(tall) + BELOW for tall in talls)
        figure = canvas(height)
        sheet = page(figure)
        top, goes_on = 0.04, False
        for panel, told, tall in zip(panels, names, talls, strict=True):
            axes = _panel(figure, sheet, panel, (told, tall), top)
            goes_on |= any(_beyond(axes, row.estimate, panel.factor) for row in panel.rows)
            top += HEAD + sum(tall) + BELOW
        found = finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=(*words.footnotes, *((ARROWS,) if goes_on else ())),
        )
        return on_a_page(found, figure)


def _panel(
    figure: Canvas,
    sheet: Axes,
    panel: EffectPanel,
    lines: tuple[list[str], list[float]],
    top: float,
) -> Axes:
    """Set the rows of one measure, and draw their intervals."""
    names, talls = lines
    printed = [row.printed for row in panel.rows]
    measure = wrap(figure, panel.measure, SMALL, MEASURE, "bold")
    wide = max(text_size(figure, each, SMALL, "bold")[0] for each in [measure, *printed])
    first, second = (EDGE + NAME + NUMBERS * (place + 0.5) for place in (0, 1))
    left, right = EDGE + NAME + 2 * NUMBERS + 0.1, TEXT_WIDTH - EDGE - wide - 0.2
    tall, y = sum(talls), top + HEAD - 0.08
    bold = {"fontsize": SMALL, "fontweight": "bold", "va": "bottom"}
    for x, name in ((first, panel.arms[0]), (second, panel.arms[1])):
        head = wrap(figure, name, SMALL, NUMBERS - 0.06, "bold")
        sheet.text(x, y, head, ha="center", linespacing=1.05, **bold)  # type: ignore[arg-type] # text style
    sheet.text(right + 0.2, y, measure, linespacing=1.05, **bold)  # type: ignore[arg-type] # text style
    sheet.plot([EDGE, TEXT_WIDTH - EDGE], [y + 0.04] * 2, color=FAINT, linewidth=0.8)
    box_top, height = top + HEAD, float(figure.get_size_inches()[1])
    axes = figure.add_axes(
        (
            left / TEXT_WIDTH,
            1 - (box_top + tall) / height,
            (right - left) / TEXT_WIDTH,
            tall / height,
        )
    )
    _scale(axes, panel, tall, right - left)
    at = 0.0
    for row, name, each in zip(panel.rows, names, talls, strict=True):
        middle = at + each / 2
        for x, words, side in (
            (EDGE, name, "left"),
            (first, row.counts[0], "center"),
            (second, row.counts[1], "center"),
            (right + 0.2, row.printed, "left"),
        ):
            sheet.text(x, box_top + middle, words, ha=side, va="center", fontsize=SMALL)
        _interval(axes, row.estimate, middle, panel.factor)
        at += each
    _sides(figure, sheet, axes, panel, box_top + tall + 0.4)
    return axes


def _limits(estimate: Estimate, factor: float) -> tuple[float, float]:
    """Give the limits on the axis; one that does not exist lies beyond every axis."""
    lower, upper = (estimate.interval.lower, estimate.interval.upper)
    if factor == 1.0 and not isinstance(lower, Absent) and not isinstance(upper, Absent):
        return lower, upper
    low = -float("inf") if isinstance(lower, Absent) else factor * lower
    return low, float("inf") if isinstance(upper, Absent) else factor * upper


def _scale(axes: Axes, panel: EffectPanel, tall: float, wide: float) -> None:
    """Span all intervals, with no difference in view."""
    shown = [
        panel.factor * value
        for row in panel.rows
        for value in (row.estimate.value, row.estimate.interval.lower, row.estimate.interval.upper)
        if not isinstance(value, Absent)
    ]
    if panel.ratio:
        positive = [each for each in shown if each > 0]
        low = max(1 / WIDEST, 0.9 * min([0.5, *positive]))
        high = min(WIDEST, 1.1 * max([2.0, *positive]))
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        ticks = [tick for tick in TICKS if low <= tick <= high]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    else:
        low, high = min([0.0, *shown]), max([0.0, *shown])
        air = 0.06 * (high - low) or 1.0
        axes.set_xlim(low - air, high + air)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=max(1, min(6, int(wide / APART)))))
    axes.axvline(1.0 if panel.ratio else 0.0, color=INK, linewidth=0.8, zorder=1)
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.patch.set_alpha(0)


def _beyond(axes: Axes, estimate: Estimate, factor: float) -> bool:
    if isinstance(estimate.value, Absent):
        return False
    low, high = axes.get_xlim()
    lower, upper = _limits(estimate, factor)
    return lower < low or upper > high


def _interval(axes: Axes, estimate: Estimate, y: float, factor: float) -> None:
    """Draw a square on its interval, arrows where it goes on."""
    if isinstance(estimate.value, Absent):
        return
    low, high = axes.get_xlim()
    lower, upper = _limits(estimate, factor)
    axes.plot([max(lower, low), min(upper, high)], [y, y], color=INK, linewidth=1.0, zorder=2)
    for goes_on, end, marker in ((lower < low, low, "<"), (upper > high, high, ">")):
        if goes_on:
            axes.plot([end], [y], marker=marker, color=INK, markersize=4, clip_on=False)
    value = factor * estimate.value
    if low <= value <= high:
        axes.plot([value], [y], marker="s", markersize=5, color=BLUE, zorder=3, markeredgewidth=0)


def _sides(figure: Canvas, sheet: Axes, axes: Axes, panel: EffectPanel, y: float) -> None:
    """Say under the axis what its sides mean."""
    middle = axes.transData.transform((1.0 if panel.ratio else 0.0, 0.0))[0] / figure.dpi
    for x, side, words in (
        (middle - 0.08, "right", f"\u2190 {panel.less}"),
        (middle + 0.08, "left", f"{panel.more} \u2192"),
    ):
        room = x - EDGE if side == "right" else TEXT_WIDTH - EDGE - x
        told = wrap(figure, words, SMALL, room)
        sheet.text(x, y, told, ha=side, va="center", fontsize=SMALL, color=SOFT)

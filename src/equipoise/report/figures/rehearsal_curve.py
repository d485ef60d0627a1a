"""Power against the true hazard ratio: as rehearsed, with its band, beside the design's own.

The band joins the 95% limits of the rehearsed points, where they are many; the thin line is the
power that the design has by calculation, for comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from equipoise.report.document import Figure
from equipoise.report.figures.power_curve import scale
from equipoise.report.figures.rehearsal_frame import KEY, FigureText, key_of
from equipoise.report.figures.style import (
    EXPERIMENTAL,
    GRID,
    INK,
    TEXT_WIDTH,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
)

LEFT, PLOT, BELOW, RIGHT = 0.55, 2.8, 0.46, 0.25  # inches
JOINED = 5  # points from which straight lines between them do not mislead
CALCULATED = ArmStyle(INK, (0, (1.2, 1.2)), "")


@dataclass(frozen=True, slots=True)
class Point:
    """Power at one effect, with its limits."""

    effect: float
    power: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class RehearsedCurve:
    """The power of one design."""

    name: str
    points: tuple[Point, ...]  # by effect


def rehearsed_curve_figure(
    curves: Sequence[RehearsedCurve],
    calculated: Sequence[tuple[float, float]],
    words: FigureText,
    *,
    axis: str,
    calculated_name: str,
) -> Figure:
    """Draw every design's curve over the one that was calculated."""
    with settings():
        height = KEY + PLOT + BELOW
        figure = canvas(height)
        box = (
            LEFT / TEXT_WIDTH,
            BELOW / height,
            (TEXT_WIDTH - LEFT - RIGHT) / TEXT_WIDTH,
            PLOT / height,
        )
        axes = bare(figure.add_axes(box))
        effects = [point.effect for each in curves for point in each.points]
        low, high = min(effects), max(effects)
        scale(axes, low, high, logarithmic=True)
        inside = [each for each in calculated if low <= each[0] <= high]
        axes.set_ylim(0, 104)
        axes.set_yticks(range(0, 101, 20))
        axes.grid(visible=True, color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_ylabel("Power (%)", labelpad=4)
        axes.set_xlabel(f"True {axis}", labelpad=3)
        for at, each in enumerate(curves):
            curve(axes, each, EXPERIMENTAL[at % len(EXPERIMENTAL)])
        entries = [
            (each.name, sample(EXPERIMENTAL[at % len(EXPERIMENTAL)]))
            for at, each in enumerate(curves)
        ]
        if inside:
            axes.plot(
                [effect for effect, _ in inside],
                [100 * power for _, power in inside],
                color=INK,
                linestyle=CALCULATED.line,
                linewidth=1.2,
                zorder=4,
            )
            entries.append((calculated_name, sample(CALCULATED)))
        key_of(page(figure), entries, LEFT)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )


def curve(axes: Axes, each: RehearsedCurve, style: ArmStyle) -> None:
    """Draw one design: its points and their limits, joined where there are enough of them."""
    effects = [point.effect for point in each.points]
    lower = [100 * point.lower for point in each.points]
    upper = [100 * point.upper for point in each.points]
    joined = len(effects) >= JOINED
    if joined:
        axes.fill_between(
            effects, lower, upper, color=style.color, alpha=0.22, linewidth=0, zorder=2
        )
    else:
        axes.vlines(effects, lower, upper, color=style.color, linewidth=1.4, zorder=3)
    axes.plot(
        effects,
        [100 * point.power for point in each.points],
        color=style.color,
        linestyle=style.line if joined else "none",
        marker=style.marker,
        markersize=4.2,
        linewidth=1.4,
        clip_on=False,
        zorder=3,
    )


def sample(style: ArmStyle) -> Any:  # noqa: ANN401 - draws a mark of the key
    """Give what draws a sample of a line."""

    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.plot(
            [x + 0.03, x + 0.35], [y, y], color=style.color, linestyle=style.line, linewidth=1.4
        )
        if style.marker:
            sheet.plot([x + 0.19], [y], marker=style.marker, markersize=4.2, color=style.color)

    return draw

"""Do the rebuilt patients draw the published curve again?

What was published is wide and pale, the curve of the rebuilt patients narrow and dark over it, in
the arm's own color and line.  Below stand both numbers at risk, the published above the rebuilt.
Survival runs from 0 to 100%; an incidence up to a round number above the highest curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure as Canvas

from equipoise.analyze.results import Curve
from equipoise.kernel.arrays import vector
from equipoise.protocol.trial import Arm
from equipoise.report.document import Figure
from equipoise.report.figures.at_risk import (
    LINE,
    Drawn,
    arms_beside,
    axis_label,
    draw_key,
    key_table,
    names_beside,
    numbers_at_risk,
    time_axis,
)
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.figures.style import (
    NORMAL,
    TEXT_WIDTH,
    ArmStyle,
    arm_styles,
    bare,
    canvas,
    finished,
    page,
    settings,
)
from equipoise.report.figures.survival import BELOW, PLOT, RIGHT, draw_curve
from equipoise.report.format import Clock

WIDE, PALE = 5.0, 0.62  # points; share of white


@dataclass(frozen=True, slots=True)
class RedrawnArm:
    """One arm as published and as rebuilt; values are proportions from each time on."""

    arm: Arm
    time: tuple[float, ...]  # of the published curve
    value: tuple[float, ...]
    steps: bool  # whether the points lie where it steps; else anywhere on it
    rebuilt_time: tuple[float, ...]
    rebuilt_value: tuple[float, ...]
    printed_at_risk: tuple[int | None, ...]  # empty where none are printed
    rebuilt_at_risk: tuple[int, ...]
    key: tuple[str, ...]  # cells after the arm's name


@dataclass(frozen=True, slots=True)
class RedrawnAxes:
    """Axes and key: what stands at the heads of the columns, and how high the curves go."""

    label: str  # of the height
    header: tuple[str, ...]
    notes: tuple[str, ...]
    times: tuple[float, ...]  # of the numbers at risk
    rising: bool  # incidence


def redrawn_figure(
    arms: Sequence[RedrawnArm], shown: RedrawnAxes, clock: Clock, words: FigureText
) -> Figure:
    """Draw the published curves, and those of the rebuilt patients over them."""
    styles = arm_styles(tuple(each.arm for each in arms))
    with settings():
        figure = _over_numbers(arms, styles, shown, clock)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )


def _over_numbers(
    arms: Sequence[RedrawnArm], styles: dict[str, ArmStyle], shown: RedrawnAxes, clock: Clock
) -> Canvas:
    """Stack key, curves and both numbers at risk, sized by what they hold."""
    lines = [_drawn(each, styles[each.arm.id]) for each in arms]
    rows = [row for each, line in zip(arms, lines, strict=True) for row in _rows(each, line)]
    names = names_beside(rows)
    key = key_table(lines, shown.header, shown.notes, names.key)
    top = 0.05 + key.height + 0.14
    height = top + PLOT + BELOW + LINE + sum(names.heights) + 0.06
    figure = canvas(height)
    width = TEXT_WIDTH - names.margin - RIGHT
    box = (names.margin / TEXT_WIDTH, 1 - (top + PLOT) / height, width / TEXT_WIDTH, PLOT / height)
    axes = bare(figure.add_axes(box))
    sheet = page(figure)
    draw_key(sheet, lines, key, names.key, 0.05)
    for each, line in zip(arms, lines, strict=True):
        _published(axes, each, line.style, clock)
        draw_curve(axes, line, clock, ticks=False)
    last = max(max(each.time[-1], each.rebuilt_time[-1]) for each in arms) * clock.factor
    chosen = time_axis(axes, shown.times, last, clock, width)
    axes.set_xlabel(clock.units.capitalize(), labelpad=3, fontsize=NORMAL)
    _height(axes, arms, shown)
    axis_label(axes, shown.label)
    arms_beside(sheet, rows, names, top + PLOT + BELOW)
    numbers_at_risk(sheet, axes, rows, names, top + PLOT + BELOW, chosen)
    return figure


def _height(axes: Axes, arms: Sequence[RedrawnArm], shown: RedrawnAxes) -> None:
    """Run survival over the whole of its range, an incidence as far as it goes."""
    if not shown.rising:
        axes.set_ylim(0, 101)
        axes.set_yticks(range(0, 101, 20))
        return
    top = max(max(*each.value, *each.rebuilt_value) for each in arms)
    axes.set_ylim(0, min(101.0, max(10.0, 10.0 * ceil(10.0 * top + 0.3))))


def _published(axes: Axes, each: RedrawnArm, style: ArmStyle, clock: Clock) -> None:
    """Draw what was published: steps, or the points where it is known at points only."""
    time = np.array(each.time) * clock.factor
    height = 100 * np.array(each.value)
    color = pale(style.color)
    if each.steps:
        axes.step(time, height, where="post", color=color, linewidth=WIDE, zorder=1)
    else:
        axes.plot(time, height, "o", color=color, markersize=WIDE, markeredgewidth=0, zorder=1)


def pale(color: str) -> str:
    """Mix a color with white.

    >>> pale("#000000")
    '#9e9e9e'
    """
    red, green, blue = (share + PALE * (1.0 - share) for share in to_rgb(color))
    return to_hex((red, green, blue))


def _drawn(each: RedrawnArm, style: ArmStyle) -> Drawn:
    unknown = vector(np.full(len(each.rebuilt_time), np.nan))
    curve = Curve(
        vector(each.rebuilt_time), vector(each.rebuilt_value), unknown, unknown, vector([]), ""
    )
    return Drawn(each.arm, style, curve, each.rebuilt_at_risk, each.key)


def _rows(each: RedrawnArm, line: Drawn) -> list[Drawn]:
    """Give the rows of numbers at risk: as published, where they are, and as rebuilt."""
    rebuilt = replace(line, arm=replace(each.arm, label="as rebuilt"))
    if not each.printed_at_risk:
        return [line]
    wide = replace(line.style, color=pale(line.style.color), line="solid")
    return [replace(line, style=wide, at_risk=each.printed_at_risk), rebuilt]

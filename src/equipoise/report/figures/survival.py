"""How many are still free of the event, over time, by arm?

Above the axes a key gives each arm's events and median; below, the number at risk stands exactly
under the time it belongs to.  A censoring is a small tick on the curve, the pale band is the
pointwise interval.  The vertical axis always runs from 0 to 100%: nothing is magnified.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from equipoise.analyze.results import Curve, TimeToEventAnalysis
from equipoise.kernel.arrays import Vector
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
from equipoise.report.figures.style import (
    TEXT_WIDTH,
    arm_styles,
    bare,
    canvas,
    finished,
    page,
    settings,
)
from equipoise.report.format import Clock

PLOT, BELOW, RIGHT = 2.6, 0.46, 0.2  # inches: the axes, their ticks and label, the right margin


def survival_figure(
    analysis: TimeToEventAnalysis,
    clock: Clock,
    axis: str,
    header: tuple[str, ...],
    key_cells: Mapping[str, tuple[str, ...]],
    notes: tuple[str, ...],
    alternative_text: str,
) -> Figure:
    """Draw Kaplan-Meier curves of all arms over their numbers at risk; `axis` names the height.

    `key_cells` are each arm's numbers as printed, under `header`; `notes` stand below them.
    """
    styles = arm_styles(tuple(arm.arm for arm in analysis.arms))
    drawn = [
        Drawn(arm.arm, styles[arm.arm.id], arm.curve, arm.at_risk, key_cells[arm.arm.id])
        for arm in analysis.arms
    ]
    with settings():
        figure = curves_over_numbers(drawn, (header, notes), analysis.at_risk_times, clock, axis)
        return finished(
            figure,
            identifier=f"{analysis.estimand.id}-survival",
            title=f"{analysis.endpoint.label}: Kaplan-Meier estimate by arm",
            alternative_text=alternative_text,
            footnotes=(
                "Vertical ticks mark censored patients.",
                f"Bands: pointwise intervals, {analysis.arms[0].curve.interval_method}.",
            ),
            estimand=analysis.estimand.label,
        )


def curves_over_numbers(
    drawn: list[Drawn],
    words: tuple[tuple[str, ...], tuple[str, ...]],
    at_risk_times: tuple[float, ...],
    clock: Clock,
    label: str,
) -> Canvas:
    """Stack key, curves and numbers at risk, sized by what they hold."""
    names = names_beside(drawn)
    key = key_table(drawn, *words, names.key)
    top = 0.05 + key.height + 0.14
    height = top + PLOT + BELOW + LINE + sum(names.heights) + 0.06
    figure = canvas(height)
    width = TEXT_WIDTH - names.margin - RIGHT
    axes = bare(
        figure.add_axes(
            (
                names.margin / TEXT_WIDTH,
                1 - (top + PLOT) / height,
                width / TEXT_WIDTH,
                PLOT / height,
            )
        )
    )
    sheet = page(figure)
    draw_key(sheet, drawn, key, names.key, 0.05)
    for each in drawn:
        draw_curve(axes, each, clock)
    last = max(float(d.curve.time[-1]) for d in drawn) * clock.factor
    chosen = time_axis(axes, at_risk_times, last, clock, width)
    axes.set_ylim(0, 101)
    axes.set_yticks(range(0, 101, 20))
    axis_label(axes, label)
    arms_beside(sheet, drawn, names, top + PLOT + BELOW)
    numbers_at_risk(sheet, axes, drawn, names, top + PLOT + BELOW, chosen)
    return figure


def draw_curve(axes: Axes, drawn: Drawn, clock: Clock, *, ticks: bool = True) -> None:
    """Draw the steps, the band of the interval and (if `ticks`) the censorings, in percent."""
    curve, style = drawn.curve, drawn.style
    time = curve.time * clock.factor
    known = np.isfinite(curve.lower) & np.isfinite(curve.upper)
    axes.fill_between(
        time,
        100 * np.where(known, curve.lower, 0),
        100 * np.where(known, curve.upper, 0),
        where=known,
        step="post",
        color=style.color,
        alpha=0.10,
        linewidth=0,
        zorder=1,
    )
    axes.step(
        time,
        100 * curve.value,
        where="post",
        color=style.color,
        linestyle=style.line,
        linewidth=1.6,
        zorder=3,
    )
    if not ticks:
        return
    axes.plot(
        curve.censored_at * clock.factor,
        100 * value_at(curve, curve.censored_at),
        linestyle="none",
        marker="|",
        markersize=4.5,
        markeredgewidth=0.55,
        color=style.color,
        zorder=2,
    )


def value_at(curve: Curve, times: Vector) -> Vector:
    """Read the curve at these times."""
    place = np.searchsorted(curve.time, times, side="right") - 1
    return np.asarray(curve.value[np.maximum(place, 0)], dtype=np.float64)

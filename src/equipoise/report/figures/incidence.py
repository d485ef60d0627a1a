"""How often does each thing happen first, over time, by arm?

One panel a cause, side by side on the same vertical axis, so that causes can be compared by eye.
The curves of an arm, added over causes, are one minus the proportion still free of them all.
"""

from collections.abc import Mapping
from math import ceil

import numpy as np
from matplotlib.figure import Figure as Canvas

from equipoise.analyze.results import CompetingRisksAnalysis
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
    NORMAL,
    TEXT_WIDTH,
    arm_styles,
    bare,
    canvas,
    finished,
    page,
    settings,
    wrap,
)
from equipoise.report.figures.survival import draw_curve
from equipoise.report.format import Clock, sentence

PLOT, BELOW, RIGHT, BETWEEN, TITLE = 2.25, 0.46, 0.2, 0.42, 0.36  # inches
MOST_PANELS = 3


def incidence_figure(
    analysis: CompetingRisksAnalysis,
    clock: Clock,
    key_cells: Mapping[str, tuple[str, ...]],
    notes: tuple[str, ...],
    alternative_text: str,
) -> Figure:
    """Draw the cumulative incidence of each cause by arm over the numbers at risk."""
    styles = arm_styles(tuple(arm.arm for arm in analysis.arms))
    causes = [cause.cause for cause in analysis.arms[0].causes][:MOST_PANELS]
    panels = [
        [
            Drawn(
                arm.arm,
                styles[arm.arm.id],
                arm.causes[place].curve,
                arm.at_risk,
                key_cells[arm.arm.id],
            )
            for arm in analysis.arms
        ]
        for place in range(len(causes))
    ]
    header = tuple(f"{sentence(cause)} / patients" for cause in causes)
    with settings():
        figure = side_by_side(panels, causes, (header, notes), analysis.at_risk_times, clock)
        return finished(
            figure,
            identifier=f"{analysis.estimand.id}-incidence",
            title=f"{analysis.endpoint.label}: cumulative incidence by arm",
            alternative_text=alternative_text,
            footnotes=(
                "At risk are patients without any of these events so far.",
                f"Bands: pointwise intervals, {analysis.arms[0].causes[0].curve.interval_method}.",
                *unseen(analysis),
            ),
            estimand=analysis.estimand.label,
        )


def unseen(analysis: CompetingRisksAnalysis) -> tuple[str, ...]:
    """Say which causes have no panel."""
    more = [cause.cause for cause in analysis.arms[0].causes][MOST_PANELS:]
    return (f"Not drawn, but in the table: {', '.join(more)}.",) if more else ()


def side_by_side(
    panels: list[list[Drawn]],
    causes: list[str],
    words: tuple[tuple[str, ...], tuple[str, ...]],
    at_risk_times: tuple[float, ...],
    clock: Clock,
) -> Canvas:
    """Place the panels in one row, sized by what they hold."""
    names = names_beside(panels[0])
    key = key_table(panels[0], *words, names.key)
    top = 0.05 + key.height + TITLE
    height = top + PLOT + BELOW + LINE + sum(names.heights) + 0.06
    figure = canvas(height)
    sheet = page(figure)
    draw_key(sheet, panels[0], key, names.key, 0.05)
    width = (TEXT_WIDTH - names.margin - RIGHT - BETWEEN * (len(panels) - 1)) / len(panels)
    ceiling = highest(panels)
    for place, panel in enumerate(panels):
        left = names.margin + place * (width + BETWEEN)
        axes = bare(
            figure.add_axes(
                (left / TEXT_WIDTH, 1 - (top + PLOT) / height, width / TEXT_WIDTH, PLOT / height)
            )
        )
        title = wrap(figure, sentence(causes[place]), NORMAL, width, "bold")
        axes.set_title(title, fontsize=NORMAL, fontweight="bold", loc="left", pad=6)
        for each in panel:
            draw_curve(axes, each, clock, ticks=False)
        last = max(float(d.curve.time[-1]) for d in panel) * clock.factor
        chosen = time_axis(axes, at_risk_times, last, clock, width)
        axes.set_ylim(0, ceiling)
        numbers_at_risk(sheet, axes, panel, names, top + PLOT + BELOW, chosen)
        if place == 0:
            axis_label(axes, "Cumulative incidence (%)")
            arms_beside(sheet, panel, names, top + PLOT + BELOW)
    return figure


def highest(panels: list[list[Drawn]]) -> float:
    """Choose a round top for the vertical axis, the same in every panel."""
    curves = [drawn.curve for panel in panels for drawn in panel]
    tops = [np.nanmax(np.concatenate([c.value, c.upper])) for c in curves]
    return min(100.0, max(10.0, 10.0 * ceil(10.0 * float(max(tops)) + 0.3)))

"""How likely is a claim from here?  Conditional power against the effect in the rest of the trial.

A ratio stands on a logarithmic axis.  The designed effect, none, and the trend are marked on the
curve; the band is the confidence interval of the effect so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from equipoise.report.document import Figure
from equipoise.report.figures.free_labels import set_labels
from equipoise.report.figures.power_curve import scale
from equipoise.report.figures.rehearsal_frame import key_of
from equipoise.report.figures.style import (
    BLUE,
    GRID,
    INK,
    SOFT,
    TEXT_WIDTH,
    VERMILION,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
)

LEFT, KEY, ABOVE, PLOT, BELOW, RIGHT = 0.55, 0.28, 0.22, 2.5, 0.46, 0.25  # inches
BAND = "#efefef"
WAYS = {
    "Futility ignored": ArmStyle(BLUE, "solid", ""),
    "obeyed": ArmStyle(VERMILION, (0, (4.0, 1.6)), ""),
    "Fixed final analysis": ArmStyle(SOFT, (0, (1.4, 1.3)), ""),
}


@dataclass(frozen=True, slots=True)
class CurveMark:
    """An effect that is marked on the curve of the first way."""

    effect: float
    power: float
    printed: str


@dataclass(frozen=True, slots=True)
class CurveText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str
    alternative_text: str
    band: str  # what the band is called
    estimand: str | None = None


def conditional_curve_figure(
    effects: Sequence[float],
    ways: Sequence[tuple[str, Sequence[float]]],
    marks: Sequence[CurveMark],
    band: tuple[float, float] | None,
    words: CurveText,
    *,
    logarithmic: bool,
) -> Figure:
    """Draw conditional power over effects.

    Args:
        effects: (points,) on their own scale.
        ways: names of `WAYS`, and (points,) chances of each.
        marks: on the curve of the first way.
        band: confidence interval of the effect so far; None: not known.
        words: of the figure.
        logarithmic: whether the effect is a ratio.
    """
    with settings():
        height = KEY + ABOVE + PLOT + BELOW
        figure = canvas(height)
        width = TEXT_WIDTH - LEFT - RIGHT
        box = (LEFT / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, PLOT / height)
        axes = bare(figure.add_axes(box))
        scale(axes, min(effects), max(effects), logarithmic=logarithmic)
        axes.set_ylim(0, 102)
        axes.set_yticks(range(0, 101, 20))
        axes.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_ylabel("Conditional power (%)", labelpad=4)
        axes.set_xlabel(words.axis, labelpad=3)
        low, high = axes.get_xlim()
        if band is not None:
            axes.axvspan(max(low, band[0]), min(high, band[1]), color=BAND, linewidth=0, zorder=0)
        for name, power in ways:
            style = WAYS[name]
            y = [100.0 * each for each in power]
            axes.plot(effects, y, color=style.color, linestyle=style.line, linewidth=1.7, zorder=3)
        there = [mark for mark in marks if low <= mark.effect <= high]
        for mark in there:
            _mark(axes, mark)
        drawn = [(x, 100.0 * y) for _, power in ways for x, y in zip(effects, power, strict=True)]
        labels = [(mark.effect, 100.0 * mark.power, mark.printed) for mark in there]
        set_labels(axes, labels, np.array(drawn), above=ABOVE - 0.02)
        entries: list[tuple[str, Any]] = [(name, _sample(WAYS[name])) for name, _ in ways]
        entries += [(words.band, _sample_band)] if band is not None else []
        key_of(page(figure), entries, left=LEFT)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            estimand=words.estimand,
        )


def _mark(axes: Axes, mark: CurveMark) -> None:
    """Mark an effect on the curve."""
    x, y = mark.effect, 100.0 * mark.power
    axes.plot([x, x], [0, y], color=SOFT, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2)
    axes.plot([x], [y], marker="o", markersize=5.5, color=INK, zorder=5, clip_on=False)


def _sample(style: ArmStyle) -> Any:  # noqa: ANN401 - draws a mark of the key
    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.plot([x, x + 0.34], [y, y], color=style.color, linestyle=style.line, linewidth=1.7)

    return draw


def _sample_band(sheet: Axes, x: float, y: float) -> None:
    sheet.fill_between([x + 0.04, x + 0.34], y - 0.07, y + 0.07, color="#dddddd", linewidth=0)

"""How far behind are the data?  One bar an endpoint: when its patients were last seen.

Each bar is everyone still followed; from dark to pale, who was seen within so many months of the
cut, and at the end who was not seen for longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    INK,
    SMALL,
    TEXT_WIDTH,
    VERMILION,
    bare,
    canvas,
    finished,
    page,
    settings,
    text_size,
    wrap,
)
from equipoise.report.format import count

BAR, NAME, RIGHT, KEY, BELOW = 0.34, 1.7, 0.25, 0.28, 0.44  # inches
SHADES = ("#08519c", "#5598cb", "#a9cbe6")
INKS = ("white", INK, INK, "white")
LATE = VERMILION
ROOM = 0.3  # inches that a number needs inside a bar


@dataclass(frozen=True, slots=True)
class LagBar:
    """One endpoint."""

    name: str
    patients: int
    parts: tuple[int, ...]  # patients by how long ago they were last seen; the last: longer


def data_lag_figure(
    bars: Sequence[LagBar],
    keys: Sequence[str],
    *,
    title: str,
    alternative_text: str,
    footnotes: tuple[str, ...],
) -> Figure:
    """Draw a bar for each endpoint; `keys` name the parts."""
    with settings():
        height = KEY + BAR * len(bars) + BELOW
        figure = canvas(height)
        width = TEXT_WIDTH - NAME - RIGHT
        box = (NAME / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, BAR * len(bars) / height)
        axes = bare(figure.add_axes(box))
        colors = (*SHADES[: len(keys) - 1], LATE)
        for place, bar in enumerate(bars):
            left = 0.0
            for part, color, ink in zip(bar.parts, colors, INKS, strict=False):
                share = 100.0 * part / max(1, bar.patients)
                axes.barh(place, share, 0.66, left=left, color=color)
                if share / 100.0 * width > ROOM:
                    axes.text(left + share / 2, place, count(part), ha="center",
                              va="center_baseline", fontsize=SMALL, color=ink)  # fmt: skip
                left += share
        axes.set_xlim(0, 100)
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.set_yticks(
            range(len(bars)), [wrap(figure, bar.name, SMALL, NAME - 0.15) for bar in bars]
        )
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("Patients still followed (%)", labelpad=3)
        _key(page(figure), figure, keys, colors)
        return finished(
            figure,
            identifier="data-lag-plot",
            title=title,
            alternative_text=alternative_text,
            footnotes=footnotes,
        )


def _key(sheet: Axes, figure: Canvas, keys: Sequence[str], colors: Sequence[str]) -> None:
    x = NAME
    for key, color in zip(keys, colors, strict=True):
        sheet.fill_between([x, x + 0.16], 0.06, 0.19, color=color, linewidth=0)
        sheet.text(x + 0.22, 0.125, key, fontsize=SMALL, va="center_baseline")
        x += 0.22 + text_size(figure, key, SMALL)[0] + 0.2

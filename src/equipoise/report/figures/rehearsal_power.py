"""How often is each thing decided?  Chances with their Monte Carlo limits, scenario by scenario.

Decisions are told apart by the shape of their mark and by its color.  Limits are Wilson's, 95%;
where they are narrower than the mark they are drawn through it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from equipoise.report.document import Figure
from equipoise.report.figures.design_marks import EFFICACY, FUTILITY, HARMFUL
from equipoise.report.figures.rehearsal_frame import FigureText, Group, key_of, on_a_page, rows_of
from equipoise.report.figures.style import SMALL, ArmStyle, finished, settings

STYLES: dict[str, ArmStyle] = {
    "Efficacy shown": EFFICACY,
    "Futile, or ended without": FUTILITY,
    "Harm": HARMFUL,
}
OFFSET = 0.045  # inches between marks of one row


@dataclass(frozen=True, slots=True)
class Chance:
    """One chance with its limits, as shares."""

    decision: str  # of STYLES
    value: float
    lower: float
    upper: float


def chances_figure(
    groups: Sequence[Group], chances: Sequence[Sequence[Chance]], words: FigureText
) -> Figure:
    """Draw a row for each scenario and design."""
    with settings():
        frame = rows_of(groups, ("Chance of each decision, % of trials",))
        (axes,) = frame.panels
        for y, row in zip(frame.places, chances, strict=True):
            for at, each in enumerate(row):
                mark(axes, each, y + OFFSET * (at - (len(row) - 1) / 2))
        axes.set_xlim(-2, 102)
        axes.set_xticks(range(0, 101, 10))
        axes.set_xlabel("Trials (%)", fontsize=SMALL, labelpad=2)
        told = [
            name for name in STYLES if any(each.decision == name for row in chances for each in row)
        ]
        key_of(frame.sheet, [(name, sample(STYLES[name])) for name in told])
        found = finished(
            frame.figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, frame.figure)


def mark(axes: Axes, each: Chance, y: float) -> None:
    """Set one chance with its limits."""
    style = STYLES[each.decision]
    axes.plot(
        [100 * each.lower, 100 * each.upper], [y, y], color=style.color, linewidth=1.4, zorder=3
    )
    axes.plot(
        [100 * each.value],
        [y],
        marker=style.marker,
        markersize=5.0,
        color=style.color,
        markeredgecolor="white",
        markeredgewidth=0.5,
        clip_on=False,
        zorder=4,
    )


def sample(style: ArmStyle) -> Any:  # noqa: ANN401 - draws a mark of the key
    """Give what draws a sample of a mark."""

    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.plot([x + 0.05, x + 0.33], [y, y], color=style.color, linewidth=1.4)
        sheet.plot([x + 0.19], [y], marker=style.marker, markersize=5.0, color=style.color)

    return draw

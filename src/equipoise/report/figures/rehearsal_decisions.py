"""What has been decided by each look?  Of all trials: efficacy shown, futile, harm, or not yet.

Bars add up to 100%.  A part of a bar is everything decided at that look or before it, so that
they are read from left to right: the white that is left is not decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from equipoise.report.document import Figure
from equipoise.report.figures.rehearsal_frame import (
    FigureText,
    key_of,
    looks_of,
    on_a_page,
    ticks_of_looks,
)
from equipoise.report.figures.stopping import DARK, PALE
from equipoise.report.figures.style import BLUE, GRID, INK, SMALL, SOFT, finished, settings

THICK = 0.72
LOW = 8.0  # percent: a part that is lower has no room for its number
NARROW = 0.36  # inches of a look under which numbers have no room
STYLES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("Efficacy shown", {"facecolor": BLUE, "edgecolor": INK}, "white"),
    ("Harm", {"facecolor": DARK, "edgecolor": INK}, "white"),
    ("Futile, or ended without", {"facecolor": PALE, "edgecolor": SOFT, "hatch": "////"}, INK),
    ("Not decided yet", {"facecolor": "white", "edgecolor": SOFT}, INK),
)


@dataclass(frozen=True, slots=True)
class Decided:
    """What has been decided by one look, as shares of all trials."""

    efficacy: float
    futility: float
    harm: float = 0.0

    @property
    def parts(self) -> tuple[float, float, float, float]:
        """Efficacy, harm, futility, and what is not decided; in percent."""
        given = 100 * self.efficacy, 100 * self.harm, 100 * self.futility
        return *given, max(0.0, 100.0 - sum(given))


@dataclass(frozen=True, slots=True)
class DecisionPanel:
    """One scenario (or hypothesis), look by look."""

    title: str
    decided: tuple[Decided, ...]
    below: tuple[str, ...]  # under each look, such as its events


def decisions_figure(panels: Sequence[DecisionPanel], axis: str, words: FigureText) -> Figure:
    """Draw a panel for each, two beside each other."""
    with settings():
        frame = looks_of([each.title for each in panels])
        for place, (axes, panel) in enumerate(zip(frame.panels, panels, strict=True)):
            bars(axes, panel, frame.wide)
            axes.set_ylabel("Trials (%)" if place % 2 == 0 else "", labelpad=2, fontsize=SMALL)
            ticks_of_looks(axes, panel.below, frame.wide, axis)
        harm = any(each.harm for panel in panels for each in panel.decided)
        entries = [each for each in STYLES if harm or each[0] != "Harm"]
        key_of(frame.sheet, [(name, sample(style)) for name, style, _ in entries])
        found = finished(
            frame.figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, frame.figure)


def bars(axes: Axes, panel: DecisionPanel, wide: float) -> None:
    """Stack what is decided by each look."""
    roomy = wide / max(len(panel.decided), 1) > NARROW
    for look, each in enumerate(panel.decided, start=1):
        bottom = 0.0
        for part, (_, style, ink) in zip(each.parts, STYLES, strict=True):
            if part <= 0.0:
                continue
            axes.bar([look], [part], THICK, bottom=[bottom], linewidth=0.4, zorder=2, **style)
            if roomy and part >= LOW:
                axes.text(
                    look,
                    bottom + part / 2,
                    f"{part:.0f}",
                    color=ink,
                    fontsize=SMALL,
                    ha="center",
                    va="center_baseline",
                    zorder=3,
                    bbox={"facecolor": style["facecolor"], "edgecolor": "none", "pad": 0.7},
                )
            bottom += part
    axes.set_ylim(0, 100)
    axes.set_yticks(range(0, 101, 25))
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def sample(style: dict[str, Any]) -> Any:  # noqa: ANN401 - draws a mark of the key
    """Give what draws a sample of a bar."""

    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.add_patch(Rectangle((x + 0.06, y - 0.065), 0.26, 0.13, linewidth=0.5, **style))

    return draw

"""How did one trial walk?  Its z at every look it came to, against the bounds as they stood then.

The pale regions are where it would have stopped.  Lines join the looks for the eye alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from equipoise.report.document import Figure
from equipoise.report.figures.design_marks import EFFICACY, FUTILITY, looks_marked, said, with_room
from equipoise.report.figures.style import (
    INK,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
)

HIGHEST = 6.5  # z: the axis never goes beyond
LEFT, RIGHT, PLOT, BELOW, LINE = 0.62, 0.62, 2.7, 0.46, 0.19  # inches
KEYS = (0.0, 2.1, 4.2)  # inches from the left to each entry of the key
AIR = 0.035  # of the axis between a point and its number
ROOM = 0.4  # inches of a number below the axis
FEW = 12  # looks up to which each has its number


@dataclass(frozen=True, slots=True)
class LookOfWalk:
    """One look; what does not exist is None."""

    at: float  # events, or patients
    z: float | None
    efficacy: float | None
    futility: float | None


@dataclass(frozen=True, slots=True)
class WalkText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str  # what is counted, such as "Disease-free survival: events"
    alternative_text: str
    decision: str  # at the last look that has a z
    footnotes: tuple[str, ...] = ()


def walk_figure(looks: Sequence[LookOfWalk], words: WalkText) -> Figure:
    """Draw the walk of one trial's z."""
    with settings():
        height = 0.06 + LINE + 0.1 + PLOT + BELOW
        figure = canvas(height)
        width = TEXT_WIDTH - LEFT - RIGHT
        box = (LEFT / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, PLOT / height)
        axes = bare(figure.add_axes(box))
        every = [v for each in looks for v in (each.z, each.efficacy, each.futility)]
        shown = [max(-HIGHEST, min(HIGHEST, v)) for v in every if v is not None] or [0.0]
        axes.set_ylim(min(*shown, 0.0) - 0.75, max(*shown, 2.0) + 0.75)
        axes.set_xlim(0, looks[-1].at * 1.06 or 1.0)
        looks_marked(axes, [each.at for each in looks])
        axes.axhline(0, color=SOFT, linewidth=0.6, zorder=0)
        _bounds(axes, [(each.at, each.efficacy) for each in looks], EFFICACY, top=True)
        _bounds(axes, [(each.at, each.futility) for each in looks], FUTILITY, top=False)
        _walk(axes, looks, words.decision)
        places = [each.at for each in looks]
        chosen = [places[k] for k in with_room(places, width, axes.get_xlim()[1], ROOM)]
        axes.set_xticks(chosen, [f"{each:.0f}" for each in chosen])
        axes.set_xlabel(words.axis, labelpad=3)
        axes.set_ylabel("z", fontsize=NORMAL, rotation=0, va="center")
        axes.yaxis.set_label_coords(-0.42 / width, 0.5)
        _key(page(figure), looks)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )


def _bounds(
    axes: Axes, places: Sequence[tuple[float, float | None]], style: ArmStyle, *, top: bool
) -> None:
    """Draw a line of bounds, and tint beyond it."""
    there = [(x, z) for x, z in places if z is not None and np.abs(z) <= HIGHEST]
    if not there:
        return
    x, z = (list(each) for each in zip(*there, strict=True))
    edge = axes.get_ylim()[1 if top else 0]
    axes.plot(
        x, z, color=style.color, linestyle=style.line, marker=style.marker, markersize=4.6,
        linewidth=1.3, zorder=3,
    )  # fmt: skip
    if len(x) == 1:  # one look: a strip of its own
        half = 0.012 * axes.get_xlim()[1]
        x, z = [x[0] - half, x[0] + half], [z[0], z[0]]
    axes.fill_between(x, z, edge, color=style.color, alpha=0.10, linewidth=0, zorder=1)


def _walk(axes: Axes, looks: Sequence[LookOfWalk], decision: str) -> None:
    """Draw the trial's own z, each with its number, and what was decided at the last."""
    there = [each for each in looks if each.z is not None]
    if not there:
        return
    low, high = axes.get_ylim()
    z = [max(-HIGHEST, min(HIGHEST, each.z or 0.0)) for each in there]
    axes.plot([0.0, *(each.at for each in there)], [0.0, *z], color=INK, linewidth=1.5, zorder=4)
    axes.plot(
        [each.at for each in there], z, linestyle="none", marker="o", markersize=6.2,
        markerfacecolor="white", markeredgecolor=INK, markeredgewidth=1.4, zorder=5, clip_on=False,
    )  # fmt: skip
    for place, (each, value) in enumerate(zip(there, z, strict=True)):
        last = place == len(there) - 1
        if len(there) > FEW and not last:
            continue
        crowded = each.efficacy is not None and 0 <= each.efficacy - value < 9 * AIR
        up = not crowded and value >= 0
        y = value + (1 if up else -1) * 1.2 * AIR * (high - low)
        said(axes, each.at, y, f"{each.z:.2f}", ha="center", va="bottom" if up else "top")
        if last:
            x = each.at + 0.013 * axes.get_xlim()[1]
            bold = {"weight": "bold", "clip_on": False}
            said(axes, x, value, f" {decision}", ha="left", va="center", **bold)


def _key(sheet: Axes, looks: Sequence[LookOfWalk]) -> None:
    """Say above the axes what the lines are."""
    y = 0.06 + LINE / 2
    entries = [(ArmStyle(INK, "solid", "o"), "This trial")]
    if any(each.efficacy is not None for each in looks):
        entries.append((EFFICACY, "Efficacy: at or above"))
    if any(each.futility is not None for each in looks):
        entries.append((FUTILITY, "Futility: at or below"))
    for place, (style, words) in zip(KEYS, entries, strict=False):
        x = LEFT + place
        sheet.plot([x, x + 0.34], [y, y], color=style.color, linestyle=style.line, linewidth=1.3)
        filled = "white" if style.color == INK else style.color
        sheet.plot(
            [x + 0.17], [y], marker=style.marker, markerfacecolor=filled,
            markeredgecolor=style.color, markersize=4.6,
        )  # fmt: skip
        sheet.text(x + 0.42, y, words, fontsize=SMALL, va="center_baseline")

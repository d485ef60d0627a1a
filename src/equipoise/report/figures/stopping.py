"""Where does the trial end?  The chance of each ending at each look, by what is true.

The left panel is under the null hypothesis, the right one under the planned effect; the bars of a
panel add up to 100%.  At the last look everything that does not show efficacy ends without a
rejection.  Efficacy is solid, futility hatched: told apart in grey print too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from equipoise.design.plan import LookPlan
from equipoise.report.design.endings import Ending, endings
from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    BLUE,
    GRID,
    INK,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    bare,
    canvas,
    finished,
    page,
    settings,
)

LEFT, GAP, RIGHT, TOP, PLOT, BELOW = 0.52, 0.24, 0.06, 0.56, 2.3, 0.62  # inches
LEAST = 0.005  # a chance below needs no number
NARROW = 0.40  # inches of a look under which numbers have no room
TICK = 0.22  # inches of the number of a look
PALE, DARK = "#e9c9b4", "#7a3b69"


@dataclass(frozen=True, slots=True)
class StoppingText:
    """The words of the figure."""

    identifier: str
    title: str
    null: str  # heading of the left panel, such as "No effect (hazard ratio 1)"
    alternative: str
    below: tuple[str, ...]  # under each look, such as "26.2"
    counted: str  # what these are, such as "events"
    alternative_text: str
    estimand: str | None = None


def stopping_figure(looks: Sequence[LookPlan], words: StoppingText) -> Figure:
    """Draw the two panels side by side, on the same scale."""
    with settings():
        height = TOP + PLOT + BELOW
        figure = canvas(height)
        sheet = page(figure)
        wide = (TEXT_WIDTH - LEFT - GAP - RIGHT) / 2
        both = endings(looks, "null"), endings(looks, "alternative")
        highest = max(each.efficacy + each.without + each.harm for side in both for each in side)
        for place, (side, title) in enumerate(
            zip(both, (words.null, words.alternative), strict=True)
        ):
            left = LEFT + place * (wide + GAP)
            box = (left / TEXT_WIDTH, BELOW / height, wide / TEXT_WIDTH, PLOT / height)
            axes = bare(figure.add_axes(box))
            axes.set_ylim(0, min(105.0, 100 * highest * 1.16))
            bars(axes, side, words, wide)
            axes.set_ylabel("Chance (%)" if place == 0 else "", labelpad=3)
            sheet.text(left, TOP - 0.13, title, fontsize=NORMAL, fontweight="bold", va="bottom")
        key(
            sheet,
            last_alone=all(each.futility is None for each in looks[:-1]),
            harm=any(each.harm is not None for each in looks),
        )
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=("Numbers in the bars are percentages; those below 0.5 are left out.",),
            estimand=words.estimand,
        )


def bars(axes: Axes, side: Sequence[Ending], words: StoppingText, width: float) -> None:
    """Stack efficacy and the ending without it at every look."""
    places = range(len(side))
    good = [100 * each.efficacy for each in side]
    without = [100 * each.without for each in side]
    thick = 0.68
    axes.bar(places, good, thick, color=BLUE, linewidth=0, zorder=2)
    axes.bar(
        places,
        without,
        thick,
        bottom=good,
        color=PALE,
        hatch="////",
        edgecolor=SOFT,
        linewidth=0.4,
        zorder=2,
    )
    harm = [100 * each.harm for each in side]
    if any(harm):
        below = [a + b for a, b in zip(good, without, strict=True)]
        axes.bar(places, harm, thick, bottom=below, color=DARK, linewidth=0, zorder=2)
    axes.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    room = width / len(side)
    step = max(1, ceil(TICK / room))
    names = [
        f"{place + 1}\n{words.below[place]}" if room > NARROW else f"{place + 1}"
        for place in places
    ]
    axes.set_xticks(list(places)[::step], names[::step])
    axes.set_xlabel(f"Look, and its {words.counted}" if room > NARROW else "Look", labelpad=2)
    axes.set_xlim(-0.6, len(side) - 0.4)
    if room < NARROW:
        return
    top = axes.get_ylim()[1]
    for place, each in enumerate(side):
        numbers(axes, place, each, top)


def numbers(axes: Axes, place: int, each: Ending, top: float) -> None:
    """Write each part in its bar, or above the bar where it is too low for that."""
    tall = 0.075 * top  # the height of a number
    good, without = 100 * each.efficacy, 100 * each.without
    above = good + without + 100 * each.harm
    if each.harm >= LEAST:
        axes.text(
            place,
            above + 0.01 * top,
            f"{100 * each.harm:.1f}",
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=DARK,
            zorder=3,
        )
        above += tall
    if each.without >= LEAST:
        inside = without >= tall
        axes.text(
            place,
            good + without / 2 if inside else above + 0.01 * top,
            f"{without:.1f}",
            ha="center",
            va="center_baseline" if inside else "bottom",
            fontsize=SMALL,
            color=INK,
            bbox={"facecolor": PALE, "edgecolor": "none", "pad": 0.8} if inside else None,
            zorder=3,
        )
        above += 0 if inside else tall
    if each.efficacy >= LEAST:
        inside = good >= tall
        axes.text(
            place,
            good / 2 if inside else above + 0.01 * top,
            f"{good:.1f}",
            ha="center",
            va="center_baseline" if inside else "bottom",
            fontsize=SMALL,
            zorder=3,
            color="white" if inside else BLUE,
        )


def key(sheet: Axes, *, last_alone: bool, harm: bool) -> None:
    """Name the kinds of ending above the panels."""
    told = (
        "Ended without efficacy"
        if last_alone
        else "Stopped for futility, or ended without efficacy"
    )
    styles: tuple[tuple[float, str, dict[str, Any]], ...] = (
        (LEFT, "Efficacy shown", {"facecolor": BLUE, "linewidth": 0}),
        (LEFT + 1.5, told, {"facecolor": PALE, "hatch": "////", "edgecolor": SOFT}),
        (LEFT + 4.9, "Harm", {"facecolor": DARK, "linewidth": 0}),
    )
    for x, words, style in styles if harm else styles[:2]:
        sheet.add_patch(Rectangle((x, 0.06), 0.24, 0.13, **style))
        sheet.text(x + 0.32, 0.125, words, fontsize=SMALL, va="center_baseline")

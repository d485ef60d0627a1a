"""The two tables that frame a curve: the key above it, the numbers at risk below it.

Both are set in inches on the page, so a number at risk stands exactly under its tick and long
arm names wrap instead of running into the axes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from equipoise.analyze.results import Curve
from equipoise.kernel.arrays import Vector
from equipoise.protocol.trial import Arm
from equipoise.report.figures.style import (
    INK,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    ArmStyle,
    canvas,
    text_size,
    wrap,
)
from equipoise.report.format import Clock, count
from equipoise.report.plain_text import typeset

LINE = 0.165  # inches from one line of text to the next
LEAD = 0.135  # inches that each further line of a wrapped text adds
LABEL_WIDTH = 1.15  # inches that an arm's name may take left of the axes
SHORT_SAMPLE = 0.24  # inches of line shown beside an arm of the table
SAMPLE = 0.36  # inches of line shown in the key
EDGE = 0.08
NARROW = 2.2  # inches of axis under which its label is cut short
TICK_SPACE = 0.43  # inches that a number at risk needs


@dataclass(frozen=True, slots=True)
class Drawn:
    """One arm's curve with all that is printed about it."""

    arm: Arm
    style: ArmStyle
    curve: Curve
    at_risk: tuple[int | None, ...]  # None: not known at this time
    key: tuple[str, ...]  # cells of the key after the arm's name


@dataclass(frozen=True, slots=True)
class Key:
    """The table above the curves, wrapped to the page, with its height in inches."""

    names: tuple[str, ...]
    header: tuple[str, ...]
    notes: tuple[str, ...]  # hazard ratio and P, one a comparison

    @property
    def heights(self) -> tuple[float, ...]:
        """Inches of header, of each arm's row, and of each note."""
        texts = (max(self.header, key=lambda title: title.count("\n")), *self.names, *self.notes)
        return tuple(LINE + LEAD * text.count("\n") for text in texts)

    @property
    def height(self) -> float:
        """Inches in all."""
        return 0.02 + sum(self.heights) + (0.06 if self.notes else 0.0)


def key_table(
    drawn: Sequence[Drawn], header: tuple[str, ...], notes: tuple[str, ...], left: float
) -> Key:
    """Wrap arm names, headings and notes so that the key fits the page."""
    probe = canvas(1.0)
    room = TEXT_WIDTH - left - 2 * EDGE
    cells = room - SAMPLE - 0.24
    names = tuple(wrap(probe, d.arm.label, SMALL, 0.45 * cells) for d in drawn)
    titles = tuple(wrap(probe, title, SMALL, 0.58 * cells / len(header)) for title in header)
    return Key(names, titles, tuple(wrap(probe, typeset(n), SMALL, room) for n in notes))


@dataclass(frozen=True, slots=True)
class Names:
    """Arm names wrapped to fit left of the axes, and the room they take in inches."""

    text: tuple[str, ...]
    margin: float  # where the axes begin
    heights: tuple[float, ...]

    @property
    def key(self) -> float:
        """Where the key begins: over the label of the vertical axis."""
        return max(EDGE, self.margin - 0.5)


def names_beside(drawn: Sequence[Drawn]) -> Names:
    """Wrap the arms' names for the table of numbers at risk."""
    probe = canvas(1.0)
    text = tuple(wrap(probe, d.arm.label, SMALL, LABEL_WIDTH) for d in drawn)
    widest = max(text_size(probe, name, SMALL)[0] for name in text)
    heights = tuple(LINE * (1 + name.count("\n")) for name in text)
    return Names(text, max(0.75, widest + SHORT_SAMPLE + 0.45), heights)


def draw_key(sheet: Axes, drawn: Sequence[Drawn], key: Key, left: float, top: float) -> None:
    """Set a small table: line sample, arm, and its cells; notes under it."""
    positions = key_columns(drawn, key, left)
    heading, *rows = key.heights
    for x, title in zip(positions[1:], key.header, strict=True):
        sheet.text(
            x, top + heading, title, fontsize=SMALL, color=SOFT, va="bottom", linespacing=1.1
        )
    y = top + heading + 0.02
    for each, name, tall in zip(drawn, key.names, rows, strict=False):
        middle = y + tall / 2
        sheet.plot(
            [left, left + SAMPLE],
            [middle, middle],
            color=each.style.color,
            linestyle=each.style.line,
            linewidth=1.8,
        )
        sheet.text(positions[0], middle, name, fontsize=SMALL, va="center", linespacing=1.1)
        for x, cell in zip(positions[1:], each.key, strict=True):
            sheet.text(x, middle, cell, fontsize=SMALL, va="center")
        y += tall
    y += 0.06
    for note, tall in zip(key.notes, rows[len(drawn) :], strict=True):
        sheet.text(
            left, y + tall / 2, note, fontsize=SMALL, va="center", color=INK, linespacing=1.1
        )
        y += tall


def key_columns(drawn: Sequence[Drawn], key: Key, left: float) -> list[float]:
    """Place each column just right of the widest text before it."""
    probe = canvas(1.0)
    columns = [list(key.names)]
    columns += [[title, *(d.key[i] for d in drawn)] for i, title in enumerate(key.header)]
    positions = [left + SAMPLE + 0.1]
    for texts in columns[:-1]:
        positions.append(positions[-1] + 0.28 + max(text_size(probe, t, SMALL)[0] for t in texts))
    return positions


def spaced(ticks: Vector, width: float, span: float) -> list[int]:
    """Choose evenly which ticks can carry a number at risk without touching, the first always."""
    if ticks.size < 2 or span <= 0:  # noqa: PLR2004 - fewer than two cannot touch
        return list(range(ticks.size))
    closest = float(np.diff(ticks).min()) / span * width
    step = max(1, int(np.ceil(TICK_SPACE / closest)))
    return list(range(0, ticks.size, step))


def time_axis(
    axes: Axes, at_risk_times: Sequence[float], last: float, clock: Clock, width: float
) -> list[int]:
    """Mark the times at which numbers at risk are given; say which were kept."""
    at_risk_times = at_risk_times or (0.0,)
    ticks = np.asarray(at_risk_times, dtype=np.float64) * clock.factor
    end = max(last, float(ticks[-1])) or 1.0
    start = min(0.0, float(ticks[0]))
    chosen = spaced(ticks, width, end - start)
    axes.set_xlim(start, start + (end - start) * 1.004)
    axes.set_xticks(ticks[chosen], [clock.mark(at_risk_times[i]) for i in chosen])
    whole = f"{clock.units.capitalize()} since randomization"
    axes.set_xlabel(whole if width > NARROW else clock.units.capitalize(), labelpad=3)
    return chosen


def numbers_at_risk(
    sheet: Axes, axes: Axes, drawn: Sequence[Drawn], names: Names, top: float, chosen: Sequence[int]
) -> None:
    """Set the integers exactly under their ticks, from `top` inches on."""
    box = axes.get_position()
    low, high = axes.get_xlim()
    start, width = box.x0 * TEXT_WIDTH, box.width * TEXT_WIDTH
    y = top + LINE
    for each, tall in zip(drawn, names.heights, strict=True):
        for tick, which in zip(axes.get_xticks(), chosen, strict=True):
            x = start + width * (tick - low) / (high - low)
            many = each.at_risk[which]
            sheet.text(
                x,
                y + tall / 2,
                "\u2013" if many is None else count(many),
                fontsize=SMALL,
                va="center_baseline",
                ha="center",
            )
        y += tall


def arms_beside(sheet: Axes, drawn: Sequence[Drawn], names: Names, top: float) -> None:
    """Head the table of numbers at risk and name its rows, left of the axes."""
    y = top + LINE
    sheet.text(
        EDGE, top + LINE / 2, "No. at risk", fontsize=SMALL, fontweight="bold", va="center_baseline"
    )
    for each, name, tall in zip(drawn, names.text, names.heights, strict=True):
        middle = y + tall / 2
        sheet.plot(
            [EDGE, EDGE + SHORT_SAMPLE],
            [middle, middle],
            color=each.style.color,
            linestyle=each.style.line,
            linewidth=1.8,
        )
        x = EDGE + SHORT_SAMPLE + 0.07
        sheet.text(x, middle, name, fontsize=SMALL, va="center", linespacing=1.15)
        y += tall


def axis_label(axes: Axes, text: str) -> None:
    """Name the vertical axis."""
    axes.set_ylabel(text, labelpad=4, fontsize=NORMAL)

"""How will the trial end?  The chance of each ending at each later look, by the effect assumed.

The bars of a row add up to 100%: claims in blue, the nearest look darkest; futility and no claim
hatched, told apart in grey print too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from equipoise.report.document import Figure
from equipoise.report.figures.rehearsal_frame import FigureText, Group, key_of, rows_of
from equipoise.report.figures.style import INK, SMALL, finished, settings

TALL = 0.17  # inches of a bar
LEAST = 4.5  # percent that carries a number
Kind = Literal["efficacy", "futility", "no claim", "other side"]
DARKEST = {
    "efficacy": "#0072B2",
    "futility": "#e9c9b4",
    "no claim": "white",
    "other side": "#7a3b69",
}
HATCH = {"efficacy": "", "futility": "////", "no claim": "", "other side": ""}
NAMES = {
    "efficacy": "Efficacy",
    "futility": "Futility",
    "no claim": "Last look, no claim",
    "other side": "Other side",
}
PALEST = 0.55  # how far the last look's blue is from white


@dataclass(frozen=True, slots=True)
class Part:
    """One ending: what, at which later look (from 0 of so many), and its chance."""

    kind: Kind
    step: int
    of: int
    chance: float
    look: str  # such as "4"


@dataclass(frozen=True, slots=True)
class EndingRow:
    """One assumption with its endings, in the order they are drawn."""

    title: str
    parts: tuple[Part, ...]


def endings_figure(rows: Sequence[EndingRow], words: FigureText) -> Figure:
    """Draw a bar for each assumption."""
    with settings():
        frame = rows_of([Group(each.title) for each in rows], [""])
        (axes,) = frame.panels
        axes.set_xlim(0, 100)
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel("Chance (%), by look", labelpad=3)
        for row, y in zip(rows, frame.places, strict=True):
            left = 0.0
            for part in row.parts:
                _bar(axes, part, left, y)
                left += 100.0 * part.chance
        shown = [kind for kind in NAMES if any(p.kind == kind for r in rows for p in r.parts)]
        entries: list[tuple[str, Any]] = [(NAMES[kind], _sample(kind)) for kind in shown]
        key_of(frame.sheet, entries, left=frame.left)
        return finished(
            frame.figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )


def shade(kind: str, step: int, of: int) -> str:
    """Give the color of an ending: claims are paler the later they come.

    >>> shade("efficacy", 0, 2), shade("efficacy", 1, 2)
    ('#0072b2', '#73b2d5')
    """
    if kind != "efficacy" or of < 2:  # noqa: PLR2004 - one look has one shade
        return DARKEST[kind].lower()
    away = PALEST * step / (of - 1)
    base = [int(DARKEST[kind][at : at + 2], 16) for at in (1, 3, 5)]
    told = [round(each + (255 - each) * away * 0.82) for each in base]
    return "#" + "".join(f"{each:02x}" for each in told)


def _bar(axes: Axes, part: Part, left: float, y: float) -> None:
    wide = 100.0 * part.chance
    color = shade(part.kind, part.step, part.of)
    axes.add_patch(
        Rectangle(
            (left, y - TALL / 2), wide, TALL, facecolor=color, edgecolor="#7f7f7f", linewidth=0.5,
            hatch=HATCH[part.kind], zorder=3,
        )
    )  # fmt: skip
    if wide < LEAST:
        return
    dark = part.kind == "other side" or (part.kind == "efficacy" and part.step * 2 < part.of)
    told = f"{wide:.0f}" if wide < 2 * LEAST else f"{wide:.0f} ({part.look})"
    box: Any = {"facecolor": color, "edgecolor": "none", "pad": 0.6}
    axes.text(
        left + wide / 2, y, told, ha="center", va="center_baseline", fontsize=SMALL, zorder=4,
        color="white" if dark else INK, bbox=box if part.kind == "futility" else None,
    )  # fmt: skip


def _sample(kind: str) -> Any:  # noqa: ANN401 - draws a mark of the key
    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.add_patch(
            Rectangle(
                (x + 0.06, y - 0.06), 0.28, 0.12, facecolor=DARKEST[kind], edgecolor="#7f7f7f",
                linewidth=0.5, hatch=HATCH[kind],
            )
        )  # fmt: skip

    return draw

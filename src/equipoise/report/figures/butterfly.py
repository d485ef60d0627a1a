"""Which adverse events are more frequent in which arm?  Two wings of bars, terms between them.

Control left, experimental right, percent of patients on the same scale.  The darker part of a bar
is severe.  Terms are ordered by frequency, so what matters most stands on top.
"""

from dataclasses import dataclass
from math import ceil

from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    FAINT,
    GRID,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    ArmStyle,
    canvas,
    finished,
    page,
    settings,
    text_size,
    wrap,
)
from equipoise.report.format import count, percent

ROW, TOP, BELOW = 0.225, 0.56, 0.5  # inches
NUMBER_ROOM = 0.72  # inches beyond a bar for its "n (%)"
WORDS_WIDTH = 2.0
EDGE = 0.05


@dataclass(frozen=True, slots=True)
class Wing:
    """One arm's side: how it is drawn and named."""

    label: str
    patients: int
    style: ArmStyle


@dataclass(frozen=True, slots=True)
class TermBars:
    """Patients with one term, and those of them in whom it was severe, control first."""

    term: str
    patients: tuple[int, int]
    severe: tuple[int, int] | None  # None: not graded


@dataclass(frozen=True, slots=True)
class ButterflyText:
    """The words of the figure."""

    identifier: str
    title: str
    severe: str  # what the dark part of a bar is, e.g. "grade 3 or higher"; "" without grades
    others: str  # what the pale part is, e.g. "lower grades"
    estimand: str
    alternative_text: str
    footnotes: tuple[str, ...] = ()


def butterfly_figure(
    terms: tuple[TermBars, ...], wings: tuple[Wing, Wing], words: ButterflyText
) -> Figure:
    """Draw the two wings."""
    with settings():
        probe = canvas(1.0)
        names = [wrap(probe, term.term, SMALL, WORDS_WIDTH) for term in terms]
        heights = [ROW + 0.13 * name.count("\n") for name in names]
        middle = max(text_size(probe, name, SMALL)[0] for name in names) + 0.24
        height = TOP + sum(heights) + BELOW
        figure = canvas(height)
        sheet = page(figure)
        wing = (TEXT_WIDTH - 2 * EDGE - middle) / 2
        top = scale_top(terms, wings)
        unit = (wing - NUMBER_ROOM) / top  # inches per percent
        inner = (EDGE + wing, TEXT_WIDTH - EDGE - wing)
        draw_scale(sheet, inner, unit, top, sum(heights))
        y = TOP
        for term, name, tall in zip(terms, names, heights, strict=True):
            sheet.text(
                TEXT_WIDTH / 2,
                y + tall / 2,
                name,
                fontsize=SMALL,
                ha="center",
                va="center",
                linespacing=1.05,
            )
            for side in (0, 1):
                draw_bar(sheet, term, wings[side], side, inner[side], y + tall / 2, unit)
            y += tall
        draw_heads(sheet, wings, inner, words)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
            estimand=words.estimand,
        )


def scale_top(terms: tuple[TermBars, ...], wings: tuple[Wing, Wing]) -> float:
    """Choose the round percentage at which the scale ends, the same on both sides."""
    shares = [100 * t.patients[i] / max(1, wings[i].patients) for t in terms for i in (0, 1)]
    most = max(shares)
    step = next(s for s in (1, 2, 5, 10, 20) if most <= 5 * s)
    return float(max(step, step * ceil(most / step)))


def draw_bar(
    sheet: Axes, term: TermBars, wing: Wing, side: int, inner: float, y: float, unit: float
) -> None:
    """Draw one bar away from the middle, its severe part darker, its numbers beyond it."""
    outward = 1 if side else -1
    n = term.patients[side]
    length = unit * 100 * n / max(1, wing.patients)
    graded = term.severe is not None
    rectangle(sheet, inner, y, outward * length, paler(wing.style.color, 0.42 if graded else 0.8))
    if term.severe is not None:
        severe = unit * 100 * term.severe[side] / max(1, wing.patients)
        rectangle(sheet, inner, y, outward * severe, wing.style.color)
    share = f" ({percent(n / wing.patients)})" if wing.patients else ""
    sheet.text(
        inner + outward * (length + 0.05),
        y,
        f"{count(n)}{share}",
        fontsize=SMALL,
        va="center_baseline",
        ha="left" if side else "right",
        color=SOFT,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
    )


def paler(color: str, strength: float) -> str:
    """Mix a color with white; unlike transparency, no grid line shows through."""
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(color))
    return to_hex((red, green, blue))


def rectangle(sheet: Axes, x: float, y: float, width: float, color: str) -> None:
    """Draw a bar of the row's height around `y`."""
    tall = 0.62 * ROW
    sheet.add_patch(
        Rectangle((x, y - tall / 2), width, tall, facecolor=color, linewidth=0, zorder=2)
    )


def draw_scale(
    sheet: Axes, inner: tuple[float, float], unit: float, top: float, tall: float
) -> None:
    """Draw pale lines at round percentages and name them under the bars."""
    step = next(s for s in (1, 2, 5, 10, 20) if top <= 5 * s)
    bottom = TOP + tall
    for side, start in enumerate(inner):
        outward = 1 if side else -1
        for value in range(0, int(top) + 1, step):
            x = start + outward * unit * value
            sheet.plot(
                [x, x],
                [TOP - 0.02, bottom + 0.04],
                linewidth=0.8 if not value else 0.6,
                color=FAINT if not value else GRID,
                zorder=1,
            )
            sheet.text(x, bottom + 0.13, str(value), fontsize=SMALL, ha="center", va="center")
        sheet.text(
            start + outward * unit * top / 2,
            bottom + 0.33,
            "Patients (%)",
            fontsize=NORMAL,
            ha="center",
            va="center",
        )


def draw_heads(
    sheet: Axes, wings: tuple[Wing, Wing], inner: tuple[float, float], words: ButterflyText
) -> None:
    """Name the arms over their wings, and say what the darker part means."""
    figure = sheet.get_figure(root=True)
    assert isinstance(figure, Canvas)  # noqa: S101 - a page is always on a whole figure
    for side, (wing, start) in enumerate(zip(wings, inner, strict=True)):
        text = wrap(figure, wing.label, NORMAL, 2.5, "bold") + f"\nn = {count(wing.patients)}"
        sheet.text(
            start,
            TOP - 0.07,
            text,
            fontsize=NORMAL,
            fontweight="bold",
            va="bottom",
            ha="left" if side else "right",
            linespacing=1.1,
        )
    if words.severe:
        sheet.text(
            TEXT_WIDTH / 2,
            TOP - 0.07,
            f"Dark: {words.severe}\nPale: {words.others}",
            fontsize=SMALL,
            ha="center",
            va="bottom",
            color=SOFT,
            linespacing=1.1,
        )

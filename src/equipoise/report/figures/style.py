"""What every picture has in common: colors, line styles, fonts, and the way to the bytes.

Colors are Okabe and Ito's (2008), told apart in every common color blindness; each arm also has
its own line style and marker, so the picture survives grey print.  Type is never under 8 points
at the width of the text (7 inches).  Fonts are drawn as outlines of DejaVu Sans, which travels
with matplotlib: the picture needs no font and no network where it is read.  Neither SVG nor PNG
carries a date or a random identifier, so a second run gives the same bytes.
"""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

from equipoise.protocol.trial import Arm
from equipoise.report.document import Figure

TEXT_WIDTH = 7.0  # inches
SMALL, NORMAL = 8.0, 9.0  # points
INK, SOFT, FAINT, GRID = "#1a1a1a", "#595959", "#8c8c8c", "#e3e3e3"
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
DOTS_PER_INCH = 200

SETTINGS: Any = {  # matplotlib types its keys one by one
    "font.family": ["DejaVu Sans"],
    "font.size": SMALL,
    "svg.fonttype": "path",
    "svg.hashsalt": "equipoise",
    "axes.linewidth": 0.8,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": NORMAL,
    "axes.unicode_minus": True,
    "text.color": INK,
    "text.parse_math": False,  # a label with dollars is a label
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "lines.solid_capstyle": "butt",
    "lines.dash_capstyle": "butt",
    "path.simplify": True,
}


@dataclass(frozen=True, slots=True)
class ArmStyle:
    """How one arm is drawn, in every figure alike."""

    color: str
    line: Any  # matplotlib's line style
    marker: str


CONTROL = (ArmStyle("#4d4d4d", (0, (4.0, 1.4)), "o"), ArmStyle("#8c8c8c", (0, (1.2, 1.2)), "v"))
EXPERIMENTAL = (
    ArmStyle(BLUE, "solid", "s"),
    ArmStyle(VERMILION, (0, (6.0, 1.5, 1.2, 1.5)), "D"),
    ArmStyle(GREEN, (0, (2.2, 1.1)), "^"),
    ArmStyle(PURPLE, (0, (1.2, 1.2)), "P"),
)


def arm_styles(arms: tuple[Arm, ...]) -> dict[str, ArmStyle]:
    """Give control arms grey and broken lines, experimental arms color, in protocol order."""
    controls = [arm.id for arm in arms if arm.role == "control"]
    others = [arm.id for arm in arms if arm.role == "experimental"]
    styles = {arm: CONTROL[i % len(CONTROL)] for i, arm in enumerate(controls)}
    return styles | {arm: EXPERIMENTAL[i % len(EXPERIMENTAL)] for i, arm in enumerate(others)}


def canvas(height: float, width: float = TEXT_WIDTH) -> Canvas:
    """Open an empty page of so many inches; draw on it inside `mpl.rc_context(SETTINGS)`."""
    figure = Canvas(figsize=(width, height), dpi=DOTS_PER_INCH)
    FigureCanvasAgg(figure)
    return figure


@contextmanager
def settings() -> Iterator[None]:
    """Use the house's settings within a `with` block, and only there."""
    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a label's; drawn as a box
        yield


def text_size(
    figure: Canvas, text: str, size: float, weight: str = "normal"
) -> tuple[float, float]:
    """Measure a text in inches, so that nothing is placed over something else."""
    mark = figure.text(0, 0, text, fontsize=size, fontweight=weight)
    box = mark.get_window_extent(figure.canvas.get_renderer())  # type: ignore[attr-defined] # Agg
    mark.remove()
    return box.width / figure.dpi, box.height / figure.dpi


def wrap(figure: Canvas, text: str, size: float, width: float, weight: str = "normal") -> str:
    """Break a text into lines no wider than `width` inches, inside a word where it must be."""
    lines: list[str] = []
    words = re.split(r"[ \n]+", text.strip())  # not at a space that keeps a sign by its number
    for word in broken(figure, words, size, width, weight):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_size(figure, longer, size, weight)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def broken(
    figure: Canvas, words: list[str], size: float, width: float, weight: str
) -> Iterator[str]:
    """Cut the words that are wider than a line."""
    for whole in words:
        word = whole
        while len(word) > 1 and text_size(figure, word, size, weight)[0] > width:
            share = width / text_size(figure, word, size, weight)[0]
            fit = max(1, int(share * len(word)))
            yield word[:fit]
            word = word[fit:]
        yield word


def bare(axes: Axes) -> Axes:
    """Leave only the left and bottom axis."""
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def page(figure: Canvas) -> Axes:
    """Cover the page with axes in inches from the top left corner, for text and boxes."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.patch.set_alpha(0)
    return axes


def finished(
    figure: Canvas,
    *,
    identifier: str,
    title: str,
    alternative_text: str,
    footnotes: tuple[str, ...] = (),
    estimand: str | None = None,
) -> Figure:
    """Write the picture as SVG and PNG, both without date or chance."""
    picture, drawing = io.BytesIO(), io.BytesIO()
    figure.canvas.print_figure(
        picture, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}
    )
    FigureCanvasSVG(figure).print_figure(
        drawing, format="svg", metadata={"Date": None, "Creator": None}
    )
    return Figure(
        id=identifier,
        title=title,
        alternative_text=alternative_text,
        svg=drawing.getvalue().decode("utf-8"),
        png=picture.getvalue(),
        footnotes=footnotes,
        estimand=estimand,
        width=float(figure.get_size_inches()[0]) / TEXT_WIDTH,
    )

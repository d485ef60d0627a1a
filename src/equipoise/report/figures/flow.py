"""What became of everyone?  The flow diagram of the CONSORT statement (2025, item 22).

Only what was recorded is drawn: a box without numbers would say more than the data do.
"""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import FancyBboxPatch

from equipoise.analyze.snapshot import Disposition
from equipoise.protocol.trial import Arm, Protocol
from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    INK,
    NORMAL,
    SMALL,
    TEXT_WIDTH,
    canvas,
    finished,
    page,
    settings,
    wrap,
)
from equipoise.report.format import count

LINE, PADDING, BETWEEN = 0.158, 0.09, 0.3  # inches: a line of text, around it, between boxes
EDGE, GUTTER = 0.06, 0.2
TOP_WIDTH = 2.4
Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A box in inches from the top left corner; the first line is its heading."""

    x: float
    y: float
    width: float
    height: float
    lines: Lines

    @property
    def middle(self) -> float:
        """Where arrows enter and leave."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


def flow_figure(protocol: Protocol, disposition: Disposition, alternative_text: str) -> Figure:
    """Draw assessment, randomization, and each arm's way to its analyses."""
    with settings():
        stages = arm_stages(protocol, disposition)
        width = (TEXT_WIDTH - 2 * EDGE - GUTTER * (len(protocol.arms) - 1)) / len(protocol.arms)
        probe = canvas(1.0)
        wrapped = [[fitted(probe, lines, width) for lines in stage] for stage in stages]
        heads = heads_of(disposition)
        heights = [max(box_height(lines) for lines in stage) for stage in wrapped]
        tall = sum(box_height(lines) + BETWEEN for lines in heads)
        figure = canvas(EDGE * 2 + tall + sum(heights) + BETWEEN * (len(heights) - 1) + 0.14)
        sheet = page(figure)
        y, trunk = draw_heads(sheet, heads, disposition)
        columns = [
            [
                Box(EDGE + i * (width + GUTTER), 0, width, h, stage[i])
                for stage, h in zip(wrapped, heights, strict=True)
            ]
            for i in range(len(protocol.arms))
        ]
        draw_columns(sheet, columns, trunk, y)
        return finished(
            figure,
            identifier="flow",
            title="Flow of patients through the trial",
            alternative_text=alternative_text,
            footnotes=(
                "Boxes show what was recorded; steps that the data do not hold are absent.",
            ),
        )


def heads_of(disposition: Disposition) -> list[Lines]:
    """Give the boxes above the arms."""
    heads: list[Lines] = []
    if disposition.assessed is not None:
        heads.append(("Assessed for eligibility", f"n = {count(disposition.assessed)}"))
    randomized = sum(disposition.randomized.values())
    heads.append(("Randomized", f"n = {count(randomized)}"))
    return heads


def arm_stages(protocol: Protocol, disposition: Disposition) -> list[list[Lines]]:
    """Give the text of each arm's boxes, stage by stage."""
    stages = [[allocation(arm, disposition) for arm in protocol.arms]]
    if disposition.completed or disposition.discontinued:
        stages.append([course(arm, disposition) for arm in protocol.arms])
    analyzed = [
        (
            "Analyzed",
            *(
                f"{protocol.population(name).label}: {count(by_arm.get(arm.id, 0))}"
                for name, by_arm in disposition.populations.items()
            ),
        )
        for arm in protocol.arms
    ]
    return [*stages, analyzed]


def allocation(arm: Arm, disposition: Disposition) -> Lines:
    """Tell how many were allocated to an arm and how many were treated."""
    allocated = disposition.randomized.get(arm.id, 0)
    lines = [arm.label, f"Allocated: {count(allocated)}"]
    if disposition.treated:
        treated = disposition.treated.get(arm.id, 0)
        lines.append(f"Received treatment: {count(treated)}")
        if treated < allocated:
            lines.append(f"Not treated: {count(allocated - treated)}")
    return tuple(lines)


def course(arm: Arm, disposition: Disposition) -> Lines:
    """Tell how many completed, how many stopped, and why."""
    lines = ["Follow-up"]
    if disposition.completed:
        lines.append(f"Completed: {count(disposition.completed.get(arm.id, 0))}")
    reasons = disposition.discontinued.get(arm.id, {})
    if disposition.discontinued:
        lines.append(f"Discontinued: {count(sum(reasons.values()))}")
    lines += [
        f"    {reason}: {count(n)}"
        for reason, n in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    ]
    return tuple(lines)


def fitted(probe: Canvas, lines: Lines, width: float) -> Lines:
    """Wrap each line to the box; what is wrapped hangs by two spaces."""
    result: list[str] = []
    for number, line in enumerate(lines):
        indent = line[: len(line) - len(line.lstrip())]
        bold = "bold" if number == 0 else "normal"
        room = width - 2 * PADDING - 0.04 - 0.05 * len(indent)
        first, *rest = wrap(probe, line.strip(), SMALL, room, bold).split("\n")
        mark = "\v" if number == 0 else ""  # headings stay bold over several lines
        result += [
            mark + indent + first,
            *(mark + indent + ("" if mark else "  ") + r for r in rest),
        ]
    return tuple(result)


def box_height(lines: Lines) -> float:
    """Inches a box takes."""
    return LINE * len(lines) + 2 * PADDING


def draw_heads(sheet: Axes, heads: list[Lines], disposition: Disposition) -> tuple[float, float]:
    """Draw the boxes above the arms; return where the trunk ends and where it stands."""
    y, x = EDGE, (TEXT_WIDTH - TOP_WIDTH) / 2
    above: Box | None = None
    for lines in heads:
        box = Box(x, y, TOP_WIDTH, box_height(lines), lines)
        draw_box(sheet, box, centered=True)
        if above:
            arrow(sheet, above.middle, above.bottom, box.middle, box.y)
            if disposition.not_randomized is not None:
                middle = (above.bottom + box.y) / 2
                aside = ("Not randomized", f"n = {count(disposition.not_randomized)}")
                tall = box_height(aside)
                side = Box(x + TOP_WIDTH + 0.35, middle - tall / 2, 1.7, tall, aside)
                draw_box(sheet, side, centered=True)
                arrow(sheet, above.middle, middle, side.x, middle)
        above, y = box, box.bottom + BETWEEN
    return y - BETWEEN, TEXT_WIDTH / 2


def draw_columns(sheet: Axes, columns: list[list[Box]], trunk: float, start: float) -> None:
    """Draw the branches and each arm's boxes under them."""
    fork = start + BETWEEN / 2
    middles = [column[0].middle for column in columns]
    sheet.plot([trunk, trunk], [start, fork], color=INK, linewidth=0.9)
    sheet.plot([min(*middles, trunk), max(*middles, trunk)], [fork, fork], color=INK, linewidth=0.9)
    for column in columns:
        y, tail = start + BETWEEN + 0.08, fork
        for box in column:
            placed = Box(box.x, y, box.width, box.height, box.lines)
            arrow(sheet, placed.middle, tail, placed.middle, placed.y)
            draw_box(sheet, placed)
            tail, y = placed.bottom, placed.bottom + BETWEEN


def draw_box(sheet: Axes, box: Box, *, centered: bool = False) -> None:
    """Draw one box with its text."""
    sheet.add_patch(
        FancyBboxPatch(
            (box.x, box.y),
            box.width,
            box.height,
            boxstyle="round,pad=0,rounding_size=0.05",
            facecolor="#f7f8fa",
            edgecolor="#4d4d4d",
            linewidth=0.9,
        )
    )
    y = box.y + PADDING + LINE / 2
    for number, line in enumerate(box.lines):
        bold = number == 0 or line.startswith("\v")
        x = box.middle if centered else box.x + PADDING
        sheet.text(
            x,
            y,
            line.lstrip("\v"),
            fontsize=NORMAL if centered and bold else SMALL,
            fontweight="bold" if bold else "normal",
            va="center_baseline",
            ha="center" if centered else "left",
        )
        y += LINE


def arrow(sheet: Axes, x: float, y: float, to_x: float, to_y: float) -> None:
    """Draw an arrow in inches."""
    sheet.annotate(
        "",
        xy=(to_x, to_y),
        xytext=(x, y),
        arrowprops={
            "arrowstyle": "-|>,head_width=0.18,head_length=0.36",
            "color": INK,
            "linewidth": 0.9,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )

"""How do the hypotheses share alpha?  Circles with their alpha, arrows with what passes on.

An arrow says which share of a hypothesis's alpha goes where once that hypothesis is rejected
(Bretz et al. 2009).  Hypotheses that hand on in one line stand in a row, others on a ring.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, pi, sin

from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyArrowPatch
from matplotlib.path import Path

from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    BLUE,
    FAINT,
    INK,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    canvas,
    finished,
    page,
    settings,
    wrap,
)

WIDE, TALL = 1.5, 0.84  # inches of a node
MOST_IN_A_ROW, ROOMY = 4, 6  # nodes: in a row; on the ring at full size
BEND = 0.14  # of an arrow's length
TOLD_AT = 0.36  # of an arrow stands its share: crossing arrows cross halfway
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A hypothesis: its id, what stands under it, and whether it starts with alpha."""

    id: str
    label: str
    alpha: str
    starts: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """What one hypothesis passes on to another."""

    start: str
    end: str
    share: str


@dataclass(frozen=True, slots=True)
class GraphText:
    """The words of the figure."""

    identifier: str
    title: str
    alternative_text: str


def graph_figure(nodes: Sequence[Node], edges: Sequence[Edge], words: GraphText) -> Figure:
    """Draw the graph."""
    with settings():
        row = in_a_row([node.id for node in nodes], edges)
        if row:
            order = {name: place for place, name in enumerate(row)}
            nodes = sorted(nodes, key=lambda node: order[node.id])
        height, places = layout(len(nodes), row=bool(row))
        figure = canvas(height)
        sheet = page(figure)
        size = (WIDE, TALL) if len(nodes) <= ROOMY else (0.8 * WIDE, 0.66 * TALL)
        at = {node.id: place for node, place in zip(nodes, places, strict=True)}
        both = {(edge.end, edge.start) for edge in edges}
        for edge in edges:
            back = (edge.start, edge.end) in both
            arrow(sheet, at[edge.start], at[edge.end], edge, size, back=back)
        for node in nodes:
            label = wrap(figure, node.label, SMALL, 0.84 * size[0]) if node.label else ""
            fits = label.count("\n") < (2 if size[0] == WIDE else 1)
            draw_node(sheet, at[node.id], replace(node, label=label if fits else ""), size)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=(
                "Arrows: the share of alpha that passes on once a hypothesis is rejected.",
                "Shaded: hypotheses that start with alpha.",
            ),
        )


def in_a_row(names: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """Give the order of hypotheses that hand on in one line; empty where they do not.

    >>> in_a_row(["a", "b"], [Edge("b", "a", "1")])
    ['b', 'a']
    """
    follows = {edge.start: edge.end for edge in edges}
    ends = {edge.end for edge in edges}
    firsts = [name for name in names if name not in ends]
    if len(follows) != len(edges) or len(ends) != len(edges) or len(firsts) != 1:
        return [*names] if len(names) == 2 else []  # noqa: PLR2004 - two are always a row
    row = firsts
    while row[-1] in follows and len(row) <= len(names):
        row.append(follows[row[-1]])
    return row if len(row) == len(names) <= MOST_IN_A_ROW else []


def layout(number: int, *, row: bool) -> tuple[float, list[Point]]:
    """Place the nodes, in inches from the top left; give the height of the page, too."""
    if row:
        gap = TEXT_WIDTH / number
        return TALL + 0.4, [(gap * (place + 0.5), TALL / 2 + 0.2) for place in range(number)]
    if number == 4:  # noqa: PLR2004 - two over two: a secondary hypothesis under its primary one
        around = [(-1.7, -1.1), (1.7, -1.1), (-1.7, 1.1), (1.7, 1.1)]
    else:
        turn = -pi / 2 if number % 2 else -pi / 2 - pi / number
        angles = [turn + 2 * pi * place / number for place in range(number)]
        down = min(2.1, 0.7 + 0.26 * number)
        around = [(2.55 * cos(angle), down * sin(angle)) for angle in angles]
    top, bottom = min(y for _, y in around), max(y for _, y in around)
    room = TALL / 2 + 0.14
    return bottom - top + 2 * room, [(TEXT_WIDTH / 2 + x, y - top + room) for x, y in around]


def draw_node(sheet: Axes, at: Point, node: Node, size: Point) -> None:
    """Draw a hypothesis with its alpha and label."""
    sheet.add_patch(
        Ellipse(
            at,
            *size,
            facecolor="#e5f0f8" if node.starts else "white",
            edgecolor=BLUE if node.starts else FAINT,
            linewidth=1.4,
            zorder=3,
        )
    )
    told = node.label
    rise = 0.09 if not told else 0.20 if "\n" not in told else 0.265
    x, y = at
    sheet.text(
        x,
        y - rise,
        node.id,
        ha="center",
        va="center_baseline",
        fontsize=NORMAL,
        fontweight="bold",
        zorder=4,
    )
    if told:
        sheet.text(x, y, told, ha="center", va="center", fontsize=SMALL, zorder=4, linespacing=1.05)
    sheet.text(
        x,
        y + rise,
        node.alpha,
        ha="center",
        va="center_baseline",
        fontsize=SMALL,
        color=SOFT,
        zorder=4,
    )


def arrow(sheet: Axes, start: Point, end: Point, edge: Edge, size: Point, *, back: bool) -> None:
    """Draw an arrow from edge to edge of the nodes, bent where another comes back."""
    (x0, y0), (x1, y1) = start, end
    bend = BEND if back else 0.0
    control = ((x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0))
    first, last = leaving(start, control, size), leaving(end, control, size)
    curve = Path([first, control, last], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    sheet.add_patch(
        FancyArrowPatch(
            path=curve,
            arrowstyle="-|>",
            mutation_scale=11,
            edgecolor=INK,
            facecolor=INK,
            linewidth=1.1,
            fill=True,
            zorder=2,
        )
    )
    before, after = (1 - TOLD_AT) ** 2, TOLD_AT**2
    between = 2 * TOLD_AT * (1 - TOLD_AT)
    sheet.text(
        before * first[0] + between * control[0] + after * last[0],
        before * first[1] + between * control[1] + after * last[1],
        edge.share,
        ha="center",
        va="center",
        fontsize=SMALL,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        zorder=5,
    )


def leaving(node: Point, toward: Point, size: Point) -> Point:
    """Give the point of a node's edge that looks toward a point."""
    across, down = toward[0] - node[0], toward[1] - node[1]
    far = hypot(2 * across / size[0], 2 * down / size[1]) or 1.0
    return node[0] + across / far, node[1] + down / far

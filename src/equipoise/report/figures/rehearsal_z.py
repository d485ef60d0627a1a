"""Where does z stand at each look?  Its mean and spread against the boundaries, by scenario.

The bands hold the mean plus and minus one and two standard deviations over all trials, as if
none were ever stopped; the boundaries are those planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from equipoise.report.document import Figure
from equipoise.report.figures.boundary_frame import HIGHEST
from equipoise.report.figures.design_marks import EFFICACY, FUTILITY, HARMFUL
from equipoise.report.figures.rehearsal_frame import (
    FigureText,
    key_of,
    looks_of,
    on_a_page,
    ticks_of_looks,
)
from equipoise.report.figures.style import (
    GRID,
    INK,
    SOFT,
    ArmStyle,
    finished,
    settings,
)

WIDE_BAND, NARROW_BAND = "#e4e4e4", "#c4c4c4"
STYLES: dict[str, ArmStyle] = {"Efficacy": EFFICACY, "Futility": FUTILITY, "Harm": HARMFUL}


@dataclass(frozen=True, slots=True)
class BoundLine:
    """A boundary as a line over the looks that have it."""

    kind: str  # of STYLES
    looks: tuple[int, ...]  # from 1
    z: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ZPanel:
    """One scenario."""

    title: str
    mean: tuple[float | None, ...]  # by look
    sd: tuple[float, ...]
    bounds: tuple[BoundLine, ...]
    below: tuple[str, ...]


def z_figure(panels: Sequence[ZPanel], axis: str, words: FigureText) -> Figure:
    """Draw a panel for each scenario, all on one scale."""
    with settings():
        frame = looks_of([each.title for each in panels])
        low, high = reach(panels)
        for place, (axes, panel) in enumerate(zip(frame.panels, panels, strict=True)):
            axes.set_ylim(low, high)
            fan(axes, panel)
            for line in panel.bounds:
                bound(axes, line)
            axes.axhline(0, color=SOFT, linewidth=0.6, zorder=1)
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
            axes.grid(visible=True, axis="y", color=GRID, linewidth=0.5)
            axes.set_axisbelow(True)
            axes.set_ylabel("z" if place % 2 == 0 else "", rotation=0, labelpad=6)
            ticks_of_looks(axes, panel.below, frame.wide, axis)
        kinds = [name for name in STYLES if any(b.kind == name for p in panels for b in p.bounds)]
        key_of(
            frame.sheet,
            [
                ("Mean z", sample_mean),
                ("± 1 and 2 standard deviations", sample_band),
                *((f"{name} bound", sample(STYLES[name])) for name in kinds),
            ],
        )
        found = finished(
            frame.figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, frame.figure)


def reach(panels: Sequence[ZPanel]) -> tuple[float, float]:
    """Find the scale that all panels share."""
    shown = [0.0]
    for panel in panels:
        for mean, sd in zip(panel.mean, panel.sd, strict=True):
            if mean is not None:
                shown += [mean - 2.0 * sd, mean + 2.0 * sd]
        bounds = (z for line in panel.bounds for z in line.z)
        shown += [min(max(each, -HIGHEST), HIGHEST) for each in bounds]
    return min(shown) - 0.3, max(shown) + 0.3


def fan(axes: Axes, panel: ZPanel) -> None:
    """Draw the bands and the mean."""
    known = [
        (look, mean, sd)
        for look, (mean, sd) in enumerate(zip(panel.mean, panel.sd, strict=True), start=1)
        if mean is not None
    ]
    if not known:
        return
    looks = [look for look, _, _ in known]
    for times, shade in ((2.0, WIDE_BAND), (1.0, NARROW_BAND)):
        low = [mean - times * sd for _, mean, sd in known]
        high = [mean + times * sd for _, mean, sd in known]
        if len(known) == 1:
            axes.add_patch(
                Rectangle(
                    (looks[0] - 0.12, low[0]), 0.24, high[0] - low[0], facecolor=shade, linewidth=0
                )
            )
        else:
            axes.fill_between(looks, low, high, color=shade, linewidth=0, zorder=1)
    axes.plot(looks, [mean for _, mean, _ in known], color=INK, linewidth=1.6, zorder=3)
    if len(known) == 1:
        axes.plot(looks, [known[0][1]], color=INK, marker="_", markersize=14, zorder=3)


def bound(axes: Axes, line: BoundLine) -> None:
    """Draw a boundary."""
    style = STYLES[line.kind]
    axes.plot(
        line.looks,
        line.z,
        color=style.color,
        linestyle=style.line,
        marker=style.marker,
        markersize=4.4,
        linewidth=1.2,
        zorder=4,
    )


def sample(style: ArmStyle) -> Any:  # noqa: ANN401 - draws a mark of the key
    """Give what draws a sample of a boundary."""

    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.plot(
            [x + 0.02, x + 0.34], [y, y], color=style.color, linestyle=style.line, linewidth=1.2
        )
        sheet.plot([x + 0.18], [y], marker=style.marker, markersize=4.4, color=style.color)

    return draw


def sample_mean(sheet: Axes, x: float, y: float) -> None:
    """Draw a line of the key."""
    sheet.plot([x + 0.04, x + 0.34], [y, y], color=INK, linewidth=1.6)


def sample_band(sheet: Axes, x: float, y: float) -> None:
    """Draw the bands of the key."""
    sheet.add_patch(Rectangle((x + 0.04, y - 0.08), 0.3, 0.16, facecolor=WIDE_BAND, linewidth=0))
    sheet.add_patch(Rectangle((x + 0.04, y - 0.04), 0.3, 0.08, facecolor=NARROW_BAND, linewidth=0))

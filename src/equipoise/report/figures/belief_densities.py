"""What do the data make of a belief?  Prior, likelihood and posterior, a panel for each belief."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from matplotlib.axes import Axes

from equipoise.report.design.printing import as_given
from equipoise.report.document import Figure
from equipoise.report.figures.design_marks import with_room
from equipoise.report.figures.power_curve import scale
from equipoise.report.figures.rehearsal_frame import FigureText, key_of, looks_of, on_a_page
from equipoise.report.figures.style import BLUE, INK, SMALL, SOFT, VERMILION, finished, settings

RATIOS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
ROOM, SEEN = 0.34, 0.01  # inches of a tick; of the highest density: less is not seen
PRIOR: tuple[str, Any, float] = (VERMILION, (0, (4.0, 1.6)), 1.3)
DATA: tuple[str, Any, float] = (SOFT, (0, (1.4, 1.3)), 1.3)
AFTER: tuple[str, Any, float] = (BLUE, "solid", 1.8)


@dataclass(frozen=True, slots=True)
class BeliefPanel:
    """One belief; densities are per unit of the linear scale."""

    title: str
    effect: tuple[float, ...]
    prior: tuple[float, ...] | None  # None: flat
    likelihood: tuple[float, ...]
    posterior: tuple[float, ...]


def densities_figure(
    panels: Sequence[BeliefPanel],
    lines: Sequence[tuple[float, str]],
    axis: str,
    words: FigureText,
    *,
    logarithmic: bool,
) -> Figure:
    """Draw a panel for each belief, all on one scale.

    Args:
        panels: beliefs.
        lines: effects that are marked across, with their short names.
        axis: the name of the effect.
        words: of the figure.
        logarithmic: whether the effect is a ratio.
    """
    with settings():
        frame = looks_of([each.title for each in panels])
        low, high = spanned(panels, [value for value, _ in lines])
        top = max(max(each.posterior) for each in panels)
        top = max(top, *(max(each.likelihood) for each in panels))
        for axes, panel in zip(frame.panels, panels, strict=True):
            scale(axes, low, high, logarithmic=logarithmic)
            if logarithmic:
                _ratio_ticks(axes, frame.wide)
            axes.set_ylim(0, 1.16 * top)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            for value, name in lines:
                _line(axes, value, name, top, others=[other for other, _ in lines])
            _curves(axes, panel)
            axes.set_xlabel(axis, labelpad=2, fontsize=SMALL, color=SOFT)
        entries: list[tuple[str, Any]] = [("Data alone", _sample(*DATA))]
        if any(each.prior is not None for each in panels):
            entries = [("Before", _sample(*PRIOR)), *entries, ("After", _sample(*AFTER))]
        key_of(frame.sheet, entries)
        found = finished(
            frame.figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, frame.figure)


def spanned(panels: Sequence[BeliefPanel], lines: Sequence[float]) -> tuple[float, float]:
    """Choose the axis: wherever a density can be seen, and the lines."""
    shown = [*lines]
    for each in panels:
        every = [each.likelihood, each.posterior, *([] if each.prior is None else [each.prior])]
        top = max(max(density) for density in every)
        shown += [
            x
            for place, x in enumerate(each.effect)
            if any(density[place] > SEEN * top for density in every)
        ]
    return min(shown), max(shown)


def _ratio_ticks(axes: Axes, wide: float) -> None:
    """Mark ratios at numbers easy to say, as many as have room."""
    low, high = axes.get_xlim()
    there = [each for each in RATIOS if low <= each <= high]
    if len(there) < 2:  # noqa: PLR2004 - the scale's own ticks say more
        return
    places = [log(each / low) for each in there]
    kept = with_room(places, wide, log(high / low), ROOM)
    axes.set_xticks([there[k] for k in kept], [as_given(there[k]) for k in kept])


def _line(axes: Axes, value: float, name: str, top: float, others: Sequence[float]) -> None:
    """Draw an effect across, its name turned away from the other's."""
    axes.plot([value, value], [0, 1.1 * top], color=INK, linewidth=0.7, linestyle=(0, (1.2, 1.6)))
    align: Any = "right" if any(value < other for other in others) else "left"
    told = f"{name} " if align == "right" else f" {name}"
    axes.text(value, 1.04 * top, told, ha=align, va="bottom", fontsize=SMALL, color=SOFT)


def _curves(axes: Axes, panel: BeliefPanel) -> None:
    drawn = [(panel.likelihood, DATA)]
    if panel.prior is not None:
        drawn = [(panel.prior, PRIOR), *drawn, (panel.posterior, AFTER)]
        axes.fill_between(panel.effect, panel.posterior, color=BLUE, alpha=0.10, linewidth=0)
    for density, (color, line, wide) in drawn:
        axes.plot(panel.effect, density, color=color, linestyle=line, linewidth=wide, zorder=3)


def _sample(color: str, line: Any, wide: float) -> Any:  # noqa: ANN401 - draws a mark of the key
    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.plot([x, x + 0.34], [y, y], color=color, linestyle=line, linewidth=wide)

    return draw

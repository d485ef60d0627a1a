"""Where may the trial still end?  What is decided by each look to come, under each model of it.

Bars add up to 100%: a part is everything decided at that look or before it, from now on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.document import Figure
from equipoise.report.figures.rehearsal_decisions import STYLES, DecisionPanel, bars, sample
from equipoise.report.figures.rehearsal_frame import FigureText, key_of, looks_of, on_a_page
from equipoise.report.figures.style import SMALL, SOFT, finished, settings

ROOM = 0.42  # inches of a look under which its information has no room


@dataclass(frozen=True, slots=True)
class RestPanel:
    """One model: what is decided by each look to come, and the numbers of these looks."""

    decisions: DecisionPanel
    looks: tuple[int, ...]


def rest_figure(panels: Sequence[RestPanel], axis: str, words: FigureText) -> Figure:
    """Draw a panel for each model, two beside each other."""
    with settings():
        frame = looks_of([each.decisions.title for each in panels])
        for place, (axes, panel) in enumerate(zip(frame.panels, panels, strict=True)):
            bars(axes, panel.decisions, frame.wide)
            axes.set_ylabel("Trials (%)" if place % 2 == 0 else "", labelpad=2, fontsize=SMALL)
            below = panel.decisions.below
            fits = frame.wide / len(panel.looks) > ROOM and any(below)
            names = [
                f"{look}\n{told}" if fits else f"{look}"
                for look, told in zip(panel.looks, below, strict=True)
            ]
            axes.set_xticks(range(1, len(names) + 1), names)
            axes.set_xlim(0.4, len(names) + 0.6)
            axes.set_xlabel(axis if fits else "Look", labelpad=2, fontsize=SMALL, color=SOFT)
        decided = [each for panel in panels for each in panel.decisions.decided]
        harm = any(each.harm for each in decided)
        entries = [each for each in STYLES if harm or each[0] != "Harm"]
        key_of(frame.sheet, [(name, sample(style)) for name, style, _ in entries])
        found = finished(
            frame.figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )
        return on_a_page(found, frame.figure)

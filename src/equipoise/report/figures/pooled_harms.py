"""Which harms were the most frequent?  One bar a term: patients with any, dark with severe ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.document import Figure
from equipoise.report.figures.style import (
    GRID,
    SMALL,
    TEXT_WIDTH,
    bare,
    canvas,
    finished,
    page,
    settings,
    text_size,
    wrap,
)
from equipoise.report.format import patients_percent

BAR, NAME, KEY, BELOW = 0.2, 2.3, 0.28, 0.42  # inches
ANY, SEVERE = "#a9cbe6", "#08519c"


@dataclass(frozen=True, slots=True)
class HarmBar:
    """One term."""

    term: str
    patients: int
    severe: int | None


@dataclass(frozen=True, slots=True)
class HarmText:
    """The words of the figure."""

    identifier: str
    title: str
    severe: str
    alternative_text: str
    footnotes: tuple[str, ...]


def pooled_harms_figure(bars: Sequence[HarmBar], patients: int, words: HarmText) -> Figure:
    """Draw the terms in the order given; `patients` are at risk."""
    with settings():
        height = KEY + BAR * len(bars) + BELOW
        figure = canvas(height)
        cells = [patients_percent(bar.patients, patients) for bar in bars]
        right = max(text_size(figure, cell, SMALL)[0] for cell in cells) + 0.12
        width = TEXT_WIDTH - NAME - right
        box = (NAME / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, BAR * len(bars) / height)
        axes = bare(figure.add_axes(box))
        axes.grid(visible=True, axis="x", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        whole = max(1, patients)
        for place, (bar, cell) in enumerate(zip(bars, cells, strict=True)):
            axes.barh(place, 100 * bar.patients / whole, 0.68, color=ANY)
            axes.barh(place, 100 * (bar.severe or 0) / whole, 0.68, color=SEVERE)
            axes.annotate(cell, (100 * bar.patients / whole, place), xytext=(3, 0),
                          textcoords="offset points", fontsize=SMALL, va="center_baseline",
                          annotation_clip=False)  # fmt: skip
        axes.set_xlim(0, max(1.0, *(100 * bar.patients / whole for bar in bars)))
        axes.set_ylim(len(bars) - 0.5, -0.5)
        names = [wrap(figure, bar.term, SMALL, NAME - 0.15).split("\n")[0] for bar in bars]
        axes.set_yticks(range(len(bars)), names)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(f"Patients (% of {patients})", labelpad=3)
        sheet, x = page(figure), NAME
        keys = [("Any", ANY)]
        keys += [(words.severe, SEVERE)] if any(b.severe is not None for b in bars) else []
        for key, color in keys:
            sheet.fill_between([x, x + 0.16], 0.06, 0.19, color=color, linewidth=0)
            sheet.text(x + 0.22, 0.125, key, fontsize=SMALL, va="center_baseline")
            x += 0.22 + text_size(figure, key, SMALL)[0] + 0.2
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=words.footnotes,
        )

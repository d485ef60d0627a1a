"""How long the trial takes, and how many events and patients: spread over trials."""

from equipoise.report.document import Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.figures.rehearsal_spread import Box, SpreadPanel, spread_figure
from equipoise.report.format import decimal
from equipoise.report.simulation.context import SimulationContext
from equipoise.report.simulation.decisions import groups_of
from equipoise.report.simulation.overview import (
    counted,
    main_endpoint,
    prose_of,
    row_header,
    row_names,
)
from equipoise.report.simulation.printing import range_of
from equipoise.simulate.characteristics.monte_carlo import Spread

QUANTILES = ("5%", "25%", "Median", "75%", "95%")


def duration_section(context: SimulationContext) -> Section | None:
    """Write durations; None where nothing was played."""
    if not any(each.found.duration for each in context.played):
        return None
    told = (
        "A trial that may stop early has no one length. What is told is when it ends, in calendar "
        "time since it opened, and what it has taken by then."
    )
    return Section(
        "duration",
        "How long it takes",
        (Paragraph(told), _figure(context), _table(context)),
    )


def _figure(context: SimulationContext) -> Figure:
    clock, played = context.clock, context.played
    places = [main_endpoint(context, each.found) for each in played]
    events = [
        None if at is None else each.found.events[at]
        for each, at in zip(played, places, strict=True)
    ]
    panels = [
        SpreadPanel(
            f"Duration, {clock.units}",
            clock.units.capitalize(),
            tuple(box(each.found.duration, clock.factor) for each in played),
        )
    ]
    if any(events):
        name = counted(context)
        panels.append(SpreadPanel(name, name, tuple(map(box, events)), whole=True))
    patients = tuple(box(each.found.patients) for each in played)
    panels.append(SpreadPanel("Patients", "Patients", patients, whole=True))
    told = "; ".join(
        f"{context.of(each)}: duration "
        f"{quantile_words(each.found.duration, clock.factor)} {clock.units}"
        for each in played
        if each.found.duration is not None
    )
    return spread_figure(
        groups_of(context, played),
        panels,
        FigureText(
            identifier="duration-plot",
            title="When the trial ends, and its events and patients by then",
            alternative_text=f"Quantiles over trials (5, 25, 50, 75, 95%). {told}.",
        ),
    )


def box(found: Spread | None, factor: float = 1.0) -> Box | None:
    """Give the quantiles of a number, in the unit of display."""
    if found is None:
        return None
    five, lower, median, upper, most = (each.value * factor for each in found.quantiles)
    return Box((five, lower, median, upper, most), found.mean.value * factor)


def quantile_words(found: Spread | None, factor: float = 1.0) -> str:
    """Tell all quantiles in numbers."""
    if found is None:
        return ""
    return ", ".join(decimal(each.value * factor, 1) for each in found.quantiles)


def _table(context: SimulationContext) -> Table:
    clock = context.clock
    rows = []
    for each in context.played:
        found = each.found
        at = main_endpoint(context, found)
        cells = (
            ["–"] * len(QUANTILES)
            if found.duration is None
            else [clock.show(one.value) for one in found.duration.quantiles]
        )
        events = None if at is None else found.events[at]
        rows.append(
            Row(
                (
                    *row_names(context, each),
                    *cells,
                    range_of(events, places=0),
                    range_of(found.patients, places=0),
                )
            )
        )
    return Table(
        id="duration-table",
        title=f"{clock.units.capitalize()} until the trial ends, and its size by then",
        header=(*row_header(context), *QUANTILES, f"{counted(context)},\n90%", "Patients,\n90%"),
        rows=tuple(rows),
        footnotes=("Quantiles over trials, interpolated in buckets of relative width 0.001.",),
        prose=prose_of(context),
    )

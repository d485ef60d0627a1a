"""Several designs: maps of power and duration, and differences on the same patients."""

from collections.abc import Callable, Iterator, Sequence

from equipoise.report.design.printing import NONE
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.figures.rehearsal_heat_map import HeatMap, heat_map_figure
from equipoise.report.format import decimal, percent, sentence
from equipoise.report.simulation.context import SimulationContext
from equipoise.report.simulation.printing import ERRORS, difference_with_error, value_with_error
from equipoise.simulate.characteristics.characteristics import OperatingCharacteristics
from equipoise.simulate.simulation import PairedDifference

MOST_DESIGNS = 8  # in a map
TOGETHER = {"at least one primary", "all primary"}  # the same as the one primary hypothesis


def designs_section(context: SimulationContext) -> Section | None:
    """Write the comparison of designs; None where there is one."""
    if not context.several or not context.played:
        return None
    own = context.plan.designs[0].name
    told = (
        f"Every design met the same patients wherever their trials are alike, so that differences "
        f"are told trial by trial: chance that is common to both drops out. {own} is the "
        "protocol's own design."
    )
    blocks: list[Block] = [Paragraph(told)]
    if len(context.plan.designs) <= MOST_DESIGNS:
        blocks.append(_map(context))
    blocks.append(_differences(context))
    return Section("designs", "The designs beside each other", tuple(blocks))


def _map(context: SimulationContext) -> Figure:
    clock, rows = context.clock, context.result.simulation.results
    names = [each.name for each in context.plan.designs]
    power = _values(rows, len(names), lambda each: each.success.value)
    duration = _values(
        rows,
        len(names),
        lambda each: None if each.duration is None else each.duration.mean.value * clock.factor,
    )
    several = "all co-primary" if context.conduct().stopping.together else "some primary hypothesis"
    what = several if len(context.primary) > 1 else context.primary[0]
    printed = [
        tuple(tuple(NONE if v is None else percent(v) for v in row) for row in power),
        tuple(tuple(NONE if v is None else decimal(v) for v in row) for row in duration),
    ]
    labels = [context.scenario(at).label for at in range(len(rows))]
    told = "; ".join(
        f"{label}: "
        + ", ".join(
            f"{name} {printed[0][at][place]}% and {printed[1][at][place]} {clock.units}"
            for place, name in enumerate(names)
        )
        for at, label in enumerate(labels)
    )
    return heat_map_figure(
        labels,
        names,
        (
            HeatMap(f"{sentence(what)} shown, % of trials", power, printed[0], 0.0, 1.0),
            HeatMap(f"{sentence(clock.units)} until the end, on average", duration, printed[1]),
        ),
        FigureText(
            identifier="designs-map",
            title="Power and duration of every design, by scenario",
            alternative_text=f"Chance of rejection and average duration. {told}.",
            footnotes=("Darker: larger. Each map has its own scale.",),
        ),
    )


def _values(
    rows: Sequence[Sequence[OperatingCharacteristics]],
    designs: int,
    read: Callable[[OperatingCharacteristics], float | None],
) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(read(row[at]) if row else None for at in range(designs)) for row in rows)


def _differences(context: SimulationContext) -> Table:
    own = context.plan.designs[0].name
    rows = tuple(_rows(context))
    return Table(
        id="differences-table",
        title=f"Other designs less that of {own}, on the same patients",
        header=("Scenario", "Design", "Quantity", "Difference", "Error if not\npaired", "Trials"),
        rows=rows,
        footnotes=(
            ERRORS,
            "Chances in percentage points.",
            "Error if not paired: what it would be with other patients in each design.",
        ),
        prose=(1, 2),
    )


def _rows(context: SimulationContext) -> Iterator[Row]:
    plan, found = context.plan, context.result.simulation
    own, *others = [each.name for each in plan.designs]
    many = len(context.primary) > 1
    for at, row in enumerate(found.results):
        for other in others if row else ():
            known = found.differences(plan.scenarios[at].name, other, own)
            kept = (each for each in known if many or each.quantity not in TOGETHER)
            for each in kept:
                yield Row(
                    (context.scenario(at).label, other, *_cells(context, each), str(each.trials))
                )


def _cells(context: SimulationContext, each: PairedDifference) -> tuple[str, str, str]:
    clock = context.clock
    name, factor = {
        "duration": (f"Duration, {clock.units}", clock.factor),
        "patients": ("Patients", 1.0),
        "at least one primary": ("Some primary rejected", 100.0),
        "all primary": ("All primary rejected", 100.0),
    }.get(each.quantity, (f"{each.quantity} rejected", 100.0))
    told = difference_with_error(each.value * factor, each.error * factor)
    unpaired = value_with_error(0.0, each.unpaired_error * factor).rpartition(" ")[2]
    return name, told, unpaired

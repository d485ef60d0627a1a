"""The endpoints of all arms together: curves, incidences, proportions and means of everyone.

Tables are those of the analysis, of one arm that is everybody.
"""

from dataclasses import replace

from equipoise.analyze.results import (
    BinaryAnalysis,
    CompetingRisksAnalysis,
    ContinuousAnalysis,
    EndpointAnalysis,
    TimeToEventAnalysis,
)
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.at_risk import Drawn
from equipoise.report.figures.incidence import side_by_side
from equipoise.report.figures.style import BLUE, ArmStyle, finished, settings
from equipoise.report.figures.survival import curves_over_numbers
from equipoise.report.format import absent_footnotes, count, footnote, sentence, with_interval
from equipoise.report.monitoring.open_context import TOGETHER, OpenContext
from equipoise.report.sections.competing_risks import incidence_table
from equipoise.report.sections.response import mean_table, proportion_table
from equipoise.report.sections.time_to_event import arm_in_words, arm_table

STYLE = ArmStyle(BLUE, "solid", "s")
BY_ARM, POOLED = " by arm", ", arms together"
COMPARED = "Restricted means"  # told where arms are compared
CENSORED = "Vertical ticks mark censored patients."


def endpoints_section(context: OpenContext) -> Section | None:
    """Report every endpoint that has data; None where there is none to speak of."""
    pooled = context.pooled
    parts = tuple(_section(each, context) for each in pooled.endpoints)
    blocks: tuple[Block, ...] = ()
    if pooled.left_out:
        rows = tuple(Row((label, footnote(why))) for label, why in pooled.left_out)
        blocks = (
            Table("left-out", "Endpoints that are not told", ("Endpoint", "Why"), rows, prose=(1,)),
        )
    if not parts and not blocks:
        return None
    told = Paragraph("Of everyone, whatever the arm. Nothing is compared and nothing is tested.")
    return Section("endpoints", "Endpoints, arms together", (told, *blocks), parts)


def _section(each: EndpointAnalysis, context: OpenContext) -> Section:
    blocks: tuple[Block, ...]
    match each:
        case TimeToEventAnalysis():
            blocks = (_survival(each, context), _pooled(arm_table(each, context.analysis)))
        case CompetingRisksAnalysis():
            blocks = (_incidence(each, context), _pooled(incidence_table(each, context.analysis)))
        case BinaryAnalysis():
            blocks = (_pooled(proportion_table(each, context.analysis)),)
        case ContinuousAnalysis():
            blocks = (_pooled(mean_table(each, context.analysis)),)
        case _:
            blocks = ()
    return Section(f"endpoint-{each.estimand.id}", each.endpoint.label, blocks)


def _pooled(table: Table) -> Table:
    """Say that a table of the analysis is of all arms together, and of no estimand."""
    title = table.title.replace(BY_ARM, POOLED)
    notes = (each for each in table.footnotes if not each.startswith(COMPARED))
    return replace(table, title=title, estimand=None, footnotes=(TOGETHER, *notes))


def _survival(each: TimeToEventAnalysis, context: OpenContext) -> Figure:
    clock, arm = context.clock, each.arms[0]
    cells = (f"{count(arm.events)} / {count(arm.patients)}", with_interval(arm.median, clock.show))
    header = ("Events / patients", f"Median, {clock.units} ({context.analysis.confidence})")
    drawn = [Drawn(arm.arm, STYLE, arm.curve, arm.at_risk, cells)]
    label = each.endpoint.label
    as_share = any(word in label.lower() for word in ("survival", "free", "alive"))
    axis = f"{label} (%)" if as_share else "Free of the event (%)"
    with settings():
        figure = curves_over_numbers(drawn, (header, ()), each.at_risk_times, clock, axis)
        return finished(
            figure,
            identifier=f"{each.estimand.id}-survival",
            title=f"{label}: Kaplan-Meier estimate, arms together",
            alternative_text=f"Kaplan-Meier curve of {label}, arms together. "
            + arm_in_words(arm, context.analysis),
            footnotes=(
                TOGETHER,
                CENSORED,
                f"Band: pointwise interval, {arm.curve.interval_method}.",
                *absent_footnotes(arm.median),
            ),
        )


def _incidence(each: CompetingRisksAnalysis, context: OpenContext) -> Figure:
    clock, arm = context.clock, each.arms[0]
    shown = arm.causes[:3]
    cells = tuple(f"{count(cause.events)} / {count(arm.patients)}" for cause in shown)
    panels = [[Drawn(arm.arm, STYLE, cause.curve, arm.at_risk, cells)] for cause in shown]
    names = [cause.cause for cause in shown]
    header = tuple(f"{sentence(name)} / patients" for name in names)
    label = each.endpoint.label
    events = "; ".join(f"{cause.cause} in {count(cause.events)}" for cause in arm.causes)
    more = ", ".join(cause.cause for cause in arm.causes[3:])
    with settings():
        figure = side_by_side(panels, names, (header, ()), each.at_risk_times, clock)
        return finished(
            figure,
            identifier=f"{each.estimand.id}-incidence",
            title=f"{label}: cumulative incidence, arms together",
            alternative_text=f"Cumulative incidence of {label} and competing events, arms "
            f"together. Of {count(arm.patients)} patients: {events}.",
            footnotes=(
                TOGETHER,
                "At risk are patients without any of these events so far.",
                f"Bands: pointwise intervals, {arm.causes[0].curve.interval_method}.",
                *((f"Not drawn, but in the table: {more}.",) if more else ()),
            ),
        )

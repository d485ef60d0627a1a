"""Toxic death over time by arm, other deaths competing."""

from collections.abc import Iterator

from equipoise.analyze.results import (
    ArmIncidence,
    CompetingRisksAnalysis,
)
from equipoise.monitor.safety.incidence import CAUSES, ToxicIncidence
from equipoise.monitor.safety.safety import SafetyReview
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.estimands import Estimand, Summary
from equipoise.report.context import Context
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.figures.incidence import incidence_figure
from equipoise.report.format import (
    absent_footnotes,
    count,
    footnote,
    interval_footnote,
    patients_percent,
    percent,
    sentence,
    with_interval,
)
from equipoise.report.monitoring.open_context import NONE
from equipoise.report.sections.competing_risks import NOT_ONE_MINUS, arm_in_words

NAME = "toxic-death"


def toxic_section(review: SafetyReview, context: Context) -> Section | None:
    """Write the cumulative incidence of toxic death; None where the data do not tell it."""
    toxic = review.toxic
    if toxic is None or not toxic.arms:
        return None
    blocks: list[Block] = []
    if any(arm.causes[0].events for arm in toxic.arms):
        blocks.append(_figure(toxic, review, context))
    else:
        blocks.append(Paragraph("By the cut nobody died of toxicity in any arm."))
    blocks.append(_arms(toxic, context))
    blocks += list(_differences(toxic, context))
    return Section("safety-toxic", "Toxic death over time", tuple(blocks))


def _figure(toxic: ToxicIncidence, review: SafetyReview, context: Context) -> Block:
    """Draw it as an endpoint with competing events is drawn."""
    arms = tuple(_with_numbers(arm) for arm in toxic.arms)
    endpoint = TimeToEvent(NAME, "Toxic death", (CAUSES[0],), (CAUSES[1],))
    estimand = Estimand(
        id=NAME,
        label=f"Toxic death ({toxic.called}), other deaths competing",
        treatment=tuple(arm.arm.id for arm in arms),
        population=review.population.id,
        endpoint=NAME,
        summary=Summary.CUMULATIVE_INCIDENCE_DIFFERENCE,
    )
    drawn = CompetingRisksAnalysis(
        endpoint=endpoint,
        estimand=estimand,
        population=review.population,
        arms=arms,
        at_risk_times=(0.0, *(mark.time for mark in arms[0].causes[0].landmarks)),
        comparisons=(),
        verdicts=(),
        assumed=(),
    )
    cells = {
        arm.arm.id: tuple(f"{count(c.events)} / {count(arm.patients)}" for c in arm.causes)
        for arm in arms
    }
    told = " ".join(arm_in_words(arm, context) for arm in arms)
    text = f"Cumulative incidence of toxic and of other death, by arm. {told}"
    return incidence_figure(drawn, context.clock, cells, (), text)


def _with_numbers(arm: ArmIncidence) -> ArmIncidence:
    """Give the numbers at risk at the start and at the landmarks."""
    at_risk = (arm.patients, *(mark.at_risk for mark in arm.causes[0].landmarks))
    return ArmIncidence(arm.arm, arm.patients, arm.censored, arm.causes, at_risk)


def _arms(toxic: ToxicIncidence, context: Context) -> Table:
    rows, arms = [], toxic.arms
    for place, cause in enumerate(CAUSES):
        events = (patients_percent(arm.causes[place].events, arm.patients) for arm in arms)
        rows.append(Row((f"{sentence(cause)}, n (%)", *events), strong=place == 0))
        for mark, rate in enumerate(arms[0].causes[place].landmarks):
            cells = (
                with_interval(arm.causes[place].landmarks[mark].estimate, percent) for arm in arms
            )
            when = context.clock.length(rate.time)
            rows.append(Row((f"Incidence at {when}, % ({context.confidence})", *cells), 1))
    rates = [rate.estimate for arm in arms for cause in arm.causes for rate in cause.landmarks]
    untimed = f"{count(toxic.without_time)} patients without a time are left out."
    return Table(
        id="toxic-arms",
        title="Toxic death and other deaths by arm",
        header=("", *(context.heading(arm.arm, arm.patients) for arm in arms)),
        rows=tuple(rows),
        footnotes=(
            *map(footnote, toxic.assumed),
            NOT_ONE_MINUS,
            *((untimed,) if toxic.without_time else ()),
            *interval_footnote("Incidence", rates[0] if rates else None),
            *absent_footnotes(rates),
        ),
    )


def _differences(toxic: ToxicIncidence, context: Context) -> Iterator[Table]:
    """Compare the arms at the landmarks, and by Gray's test."""
    pairs = [each for each in context.protocol.comparisons if each.id in toxic.tests]
    if not pairs:
        return
    marks = next(iter(toxic.differences.values()), ())
    rows = []
    for place, mark in enumerate(marks):
        cells = (
            with_interval(toxic.differences[pair.id][place].estimate, percent)
            if pair.id in toxic.differences
            else NONE
            for pair in pairs
        )
        words = f"Difference at {context.clock.length(mark.time)}, percentage points"
        rows.append(Row((f"{words} ({context.confidence})", *cells)))
    tests = (context.p_cell(toxic.tests[pair.id]) for pair in pairs)
    rows.append(
        Row((f"Gray's test, {context.p_heading[:1].lower()}{context.p_heading[1:]}", *tests))
    )
    found = [each.estimate for marks in toxic.differences.values() for each in marks]
    yield Table(
        id="toxic-differences",
        title="Toxic death: comparison of arms",
        header=("", *(pair.label for pair in pairs)),
        rows=tuple(rows),
        footnotes=(
            "Differences are experimental minus control.",
            *interval_footnote("Differences", found[0] if found else None),
            *absent_footnotes(found, list(toxic.tests.values())),
        ),
    )

"""How long everyone was followed, and how far behind the data are: arms together."""

from itertools import pairwise

from equipoise.analyze.estimates import Absent
from equipoise.monitor.pooled.follow_up import DataLag
from equipoise.report.document import Block, Figure, Row, Section, Table
from equipoise.report.figures.data_lag import LagBar, data_lag_figure
from equipoise.report.format import (
    absent_footnotes,
    count,
    decimal,
    interval_footnote,
    patients_percent,
    with_interval,
)
from equipoise.report.monitoring.open_context import TOGETHER, OpenContext

MEANING = "Data lag: days from a patient's last contact to the cut, of those still followed."


def follow_up_section(context: OpenContext) -> Section | None:
    """Report follow-up and data lag; None where no endpoint is timed."""
    pooled = context.pooled
    blocks: list[Block] = []
    if pooled.follow_up:
        blocks.append(_follow_up(context))
    lags = tuple(each for each in pooled.lags if each.patients)
    if lags:
        blocks += [_picture(lags), _lags(lags)]
    return Section("follow-up", "Follow-up and data lag", tuple(blocks)) if blocks else None


def _follow_up(context: OpenContext) -> Table:
    known, clock = context.pooled.follow_up, context.clock
    protocol, show = context.design.protocol, clock.show
    confidence = context.analysis.confidence
    return Table(
        id="follow-up-table",
        title="Length of follow-up, arms together",
        header=(
            "Endpoint",
            "Patients",
            f"Median, {clock.units} ({confidence})",
            "Q1 to Q3",
            "Longest",
        ),
        rows=tuple(
            Row(
                (
                    protocol.endpoint(each.endpoint).label,
                    count(each.patients),
                    with_interval(each.median, show),
                    f"{show(each.lower_quartile)} to {show(each.upper_quartile)}",
                    show(each.longest),
                )
            )
            for each in known
        ),
        footnotes=(
            "Reverse Kaplan-Meier: being censored counts as the event, the event as censoring.",
            *interval_footnote("Median", known[0].median),
            *absent_footnotes(known),
        ),
    )


def parts_of(lag: DataLag) -> tuple[int, ...]:
    """Split the patients still followed by when they were last seen; the last: longer ago.

    Witness: law: they add up to the patients.
    """
    within = [patients for _, patients in lag.within]
    steps = [now - before for now, before in zip(within, [0, *within], strict=False)]
    return (*steps, lag.patients - within[-1])


def _keys(lag: DataLag) -> tuple[str, ...]:
    months = [months for months, _ in lag.within]
    first = f"within {months[0]} months of the cut"
    others = [f"{low} to {high}" for low, high in pairwise(months)]
    return (first, *others, f"more than {months[-1]}")


def _picture(lags: tuple[DataLag, ...]) -> Figure:
    bars = [LagBar(each.label, each.patients, parts_of(each)) for each in lags]
    keys = _keys(lags[0])
    told = "; ".join(
        f"{bar.name}: "
        + ", ".join(
            f"{key} {patients_percent(part, bar.patients)}%".replace(")%", "%)")
            for key, part in zip(keys, bar.parts, strict=True)
        )
        for bar in bars
    )
    return data_lag_figure(
        bars,
        keys,
        title="When patients still followed were last seen, arms together",
        alternative_text=f"Patients still followed, by when they were last seen. {told}.",
        footnotes=(TOGETHER, "Numbers: patients."),
    )


def _lags(lags: tuple[DataLag, ...]) -> Table:
    months = [months for months, _ in lags[0].within]

    def row(each: DataLag) -> Row:
        def days(value: float | Absent) -> str:
            return decimal(value, 0)

        return Row(
            (
                each.label,
                count(each.patients),
                f"{days(each.median)} ({days(each.lower_quartile)}, {days(each.upper_quartile)})",
                days(each.longest),
                *(patients_percent(seen, each.patients) for _, seen in each.within),
            )
        )

    return Table(
        id="data-lag",
        title="Data lag, arms together",
        header=(
            "Endpoint",
            "Still followed",
            "Days: median\n(Q1, Q3)",
            "Longest",
            *(f"In {each} months,\nn (%)" for each in months),
        ),
        rows=tuple(map(row, lags)),
        footnotes=(
            MEANING,
            f"In {months[0]} months: last seen within {months[0]} months before the cut.",
            *absent_footnotes(*lags),
        ),
    )

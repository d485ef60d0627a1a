"""The analysis on one screen: each estimand with its arms, comparisons and verdicts."""

from pathlib import Path
from textwrap import fill

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from equipoise.analyze.estimates import Absent, Estimate
from equipoise.analyze.results import (
    AdverseEventAnalysis,
    BinaryAnalysis,
    CompetingRisksAnalysis,
    ContinuousAnalysis,
    EndpointAnalysis,
    TimeToEventAnalysis,
    TrialAnalysis,
    Verdict,
)
from equipoise.report.context import Context
from equipoise.report.format import (
    Clock,
    Printer,
    count,
    decimal,
    level_percent,
    p_statement,
    patients_percent,
    percent,
    ratio,
    with_interval,
)
from equipoise.report.plain_words import no_restricted_mean, reason

NARROWEST = 90  # columns: a line that wraps is better than a column left out


def print_summary(analysis: TrialAnalysis, out: Path | None) -> None:
    """Print what was found, and where the report is."""
    console = Console(highlight=False)
    console.width = max(console.width, NARROWEST)
    trial, findings = analysis.protocol.trial, analysis.snapshot.findings
    console.print(f"[bold]{escape(trial.title)}[/bold] ({escape(trial.id)})")
    patients = sum(analysis.snapshot.disposition.randomized.values())
    told = "" if out is None else " (listed in the report)"
    console.print(f"{count(patients)} patients randomized; {_remarks(len(findings), told)}")
    clock = Clock(trial)
    for endpoint in analysis.endpoints:
        console.print()
        console.print(_table(endpoint, clock))
        for line in _below(endpoint, analysis):
            console.print(f"  {escape(line)}", soft_wrap=True)
    if out is not None:
        console.print()
        written = out / "report.html"
        shown = written if written.exists() else out
        console.print(f"Report: {escape(str(shown))}", soft_wrap=True)


def _remarks(findings: int, told: str) -> str:
    if not findings:
        return "the data check found nothing to remark"
    noun = "remark" if findings == 1 else "remarks"
    return f"the data check made {findings} {noun}{told}"


def _table(endpoint: EndpointAnalysis, clock: Clock) -> Table:
    title, estimand = endpoint.endpoint.label, endpoint.estimand.label
    title = estimand if estimand.startswith(title) else f"{title}: {estimand}"
    table = Table(title=escape(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    header, rows = _arms(endpoint, clock)
    table.add_column("Arm", min_width=min(25, max(len(row[0]) for row in rows)))
    for place, name in enumerate(header, start=1):
        widest = max(len(row[place]) for row in rows)
        table.add_column(
            fill(name, max(widest, 8), break_long_words=False), justify="right", min_width=widest
        )
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _arms(endpoint: EndpointAnalysis, clock: Clock) -> tuple[list[str], list[list[str]]]:
    match endpoint:
        case TimeToEventAnalysis():
            return _survival_rows(endpoint, clock)
        case CompetingRisksAnalysis():
            header = ["N", *(c.cause.capitalize() for c in endpoint.arms[0].causes)]
            return header, [
                [a.arm.label, count(a.patients), *(count(c.events) for c in a.causes)]
                for a in endpoint.arms
            ]
        case BinaryAnalysis():
            return ["N", "Yes (%)", "% (interval)"], [
                [
                    a.arm.label,
                    count(a.patients),
                    patients_percent(a.responders, a.patients),
                    with_interval(a.proportion, percent),
                ]
                for a in endpoint.arms
            ]
        case ContinuousAnalysis():
            return ["N", "Mean (interval)"], [
                [a.arm.label, count(a.summary.patients), with_interval(a.mean, decimal)]
                for a in endpoint.arms
            ]
        case AdverseEventAnalysis():
            return ["N", *(row.label for row in endpoint.overview)], [
                [
                    arm.label,
                    count(endpoint.patients[arm.id]),
                    *(
                        patients_percent(row.by_arm[arm.id].patients, endpoint.patients[arm.id])
                        for row in endpoint.overview
                    ),
                ]
                for arm in endpoint.arms
            ]


def _survival_rows(
    endpoint: TimeToEventAnalysis, clock: Clock
) -> tuple[list[str], list[list[str]]]:
    landmarks = [f"% at {clock.length(rate.time)}" for rate in endpoint.arms[0].landmarks]
    header = ["N", "Events", f"Median, {clock.units}", *landmarks]
    return header, [
        [
            a.arm.label,
            count(a.patients),
            count(a.events),
            with_interval(a.median, clock.show),
            *(percent(rate.estimate.value) for rate in a.landmarks),
        ]
        for a in endpoint.arms
    ]


def _below(endpoint: EndpointAnalysis, analysis: TrialAnalysis) -> list[str]:
    if isinstance(endpoint, AdverseEventAnalysis):
        return []
    verdicts = [_verdict(verdict, analysis) for verdict in endpoint.verdicts]
    if isinstance(endpoint, TimeToEventAnalysis):
        verdicts += no_restricted_mean(endpoint, Context(analysis.protocol))
    return [*_effects(endpoint), *verdicts]


def _effects(endpoint: EndpointAnalysis) -> list[str]:
    match endpoint:
        case TimeToEventAnalysis():
            return [
                _effect(c.comparison.label, "hazard ratio", c.hazard_ratio, ratio)
                for c in endpoint.comparisons
            ]
        case CompetingRisksAnalysis():
            what = "cause-specific hazard ratio"
            return [
                _effect(c.comparison.label, what, c.cause_specific_hazard_ratio, ratio)
                for c in endpoint.comparisons
            ]
        case BinaryAnalysis():
            return [
                _effect(c.comparison.label, "difference, %", c.difference, percent)
                for c in endpoint.comparisons
            ]
        case ContinuousAnalysis():
            return [
                _effect(c.comparison.label, "difference", c.difference, decimal)
                for c in endpoint.comparisons
            ]
        case _:
            return []


def _effect(label: str, what: str, estimate: Estimate, show: Printer) -> str:
    if isinstance(estimate.value, Absent):
        return f"{label}: {what} not estimable ({reason(estimate.value)})"
    level = level_percent(estimate.interval.level)
    return f"{label}: {what} {with_interval(estimate, show)}, {level} interval"


def _verdict(verdict: Verdict, analysis: TrialAnalysis) -> str:
    alternative = analysis.protocol.analysis.alternative
    p = p_statement(verdict.p, alternative, verdict.significance_level)
    if isinstance(verdict.p, Absent):
        p = f"{p} ({reason(verdict.p)})"
    decided = {True: "rejected", False: "not rejected", None: "not decided"}[verdict.rejected]
    hypothesis = verdict.hypothesis
    return (
        f"{hypothesis.id} ({hypothesis.label}): {verdict.test.method}, {p}; null hypothesis "
        f"{decided} at {verdict.significance_level:g}"
    )

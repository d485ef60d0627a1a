"""Who took part, who was left out and why, how alike the arms were, how long they were followed.

Baseline carries no p-values: with randomization any difference is due to chance, and a test of
that is no test of anything (CONSORT 2025, item 25).
"""

from collections.abc import Callable, Iterable, Mapping

from equipoise.analyze.estimates import Absent
from equipoise.analyze.results import (
    BaselineRow,
    CategoricalSummary,
    ContinuousSummary,
    FollowUp,
    TimeToEventAnalysis,
    TrialAnalysis,
)
from equipoise.analyze.snapshot import Disposition
from equipoise.report.context import Context
from equipoise.report.document import Row, Section, Table
from equipoise.report.figures.flow import flow_figure
from equipoise.report.format import (
    Printer,
    absent_footnotes,
    count,
    decimal,
    interval_footnote,
    patients_percent,
    plain,
    sentence,
    with_interval,
)
from equipoise.report.sections.exclusions import NOT_RECORDED, exclusions

NO_TESTS = (
    "No p-values: in a randomized trial differences at baseline are due to chance (CONSORT).",
    "SD, standard deviation; Q1 and Q3, lower and upper quartile.",
)


def patients_section(analysis: TrialAnalysis, context: Context) -> Section:
    """Report flow, exclusions, baseline and follow-up."""
    disposition = analysis.snapshot.disposition
    protocol = context.protocol
    picture = flow_figure(protocol, disposition, flow_in_words(disposition, context))
    sections = [
        Section("disposition", "Flow of patients",
                (picture, disposition_table(disposition, context),
                 *exclusions(analysis, context)))
    ]  # fmt: skip
    if analysis.baseline:
        table = baseline_table(analysis.baseline, disposition, context)
        sections.append(Section("baseline", "Baseline", (table,)))
    watched = [each for each in analysis.endpoints if isinstance(each, TimeToEventAnalysis)]
    if any(each.follow_up for each in watched):
        sections.append(Section("follow-up", "Follow-up", (follow_up_table(watched, context),)))
    return Section("patients", "Patients", (), tuple(sections))


def flow_in_words(disposition: Disposition, context: Context) -> str:
    """Tell the flow diagram."""
    parts: list[str] = []
    if disposition.assessed is not None:
        parts.append(f"{count(disposition.assessed)} patients were assessed for eligibility.")
    if disposition.not_randomized is not None:
        parts.append(f"{count(disposition.not_randomized)} were not randomized.")
    parts.append(f"{count(sum(disposition.randomized.values()))} were randomized:")
    arms = []
    for arm in context.protocol.arms:
        said = f"{arm.label}, {count(disposition.randomized.get(arm.id, 0))} allocated"
        if disposition.treated:
            said += f", {count(disposition.treated.get(arm.id, 0))} treated"
        if disposition.completed:
            said += f", {count(disposition.completed.get(arm.id, 0))} completed"
        arms.append(said)
    return " ".join(parts) + " " + "; ".join(arms) + "."


# --- disposition ----------------------------------------------------------------------------


def disposition_table(disposition: Disposition, context: Context) -> Table:
    """Count what became of the patients of each arm."""
    arms = context.protocol.arms

    def row(name: str, by_arm: Mapping[str, int], indent: int = 0) -> Row:
        numbers = [by_arm.get(arm.id, 0) for arm in arms]
        shares = [
            patients_percent(n, disposition.randomized.get(arm.id, 0))
            for n, arm in zip(numbers, arms, strict=True)
        ]
        whole = patients_percent(sum(numbers), sum(disposition.randomized.values()))
        return Row((name, *shares, whole), indent)

    allocated = [disposition.randomized.get(arm.id, 0) for arm in arms]
    rows = [Row(("Randomized, n", *map(count, allocated), count(sum(allocated))), strong=True)]
    if disposition.treated:
        rows.append(row("Treated, n (%)", disposition.treated))
    if disposition.completed:
        rows.append(row("Completed the study, n (%)", disposition.completed))
    if disposition.discontinued:
        stopped = {arm: sum(reasons.values()) for arm, reasons in disposition.discontinued.items()}
        rows.append(row("Discontinued, n (%)", stopped))
        for reason in reasons_by_frequency(disposition):
            counts = {arm: given.get(reason, 0) for arm, given in disposition.discontinued.items()}
            rows.append(row(reason, counts, 1))
    rows.append(Row(("Analyzed, n (%)", *("" for _ in arms), "")))
    rows += [
        row(context.protocol.population(name).label, by_arm, 1)
        for name, by_arm in disposition.populations.items()
    ]
    return Table(
        id="disposition-table",
        title="Disposition of patients",
        header=("", *(arm.label for arm in arms), "All"),
        rows=tuple(rows),
        footnotes=(
            "Percentages are of the patients randomized to the arm.",
            *(("Whether treatment was received, completed or discontinued was not recorded.",)
              if not (disposition.treated or disposition.completed or disposition.discontinued)
              else ()),
            *(f"{context.protocol.population(name).label}: by treatment received."
              for name in disposition.populations
              if context.protocol.population(name).arms == "received"),
        ),
    )  # fmt: skip


def reasons_by_frequency(disposition: Disposition) -> list[str]:
    """List the reasons for discontinuation, the most frequent first."""
    totals: dict[str, int] = {}
    for given in disposition.discontinued.values():
        for reason, n in given.items():
            totals[reason] = totals.get(reason, 0) + n
    return sorted(totals, key=lambda reason: (-totals[reason], reason))


# --- baseline -------------------------------------------------------------------------------


def baseline_table(
    baseline: tuple[BaselineRow, ...], disposition: Disposition, context: Context
) -> Table:
    """Describe each variable by arm and over all arms."""
    arms = context.protocol.arms
    keys = [*(arm.id for arm in arms), ""]
    rows: list[Row] = []
    for line in baseline:
        cells = [line.by_arm.get(key) for key in keys]
        unit = f", {line.variable.unit}" if line.variable.unit else ""
        if line.variable.kind == "continuous":
            rows += continuous_rows(f"{line.variable.label}{unit}", cells)
        else:
            rows += categorical_rows(line, cells)
    totals = [disposition.randomized.get(arm.id, 0) for arm in arms]
    return Table(
        id="baseline-table",
        title="Baseline characteristics by arm",
        header=(
            "",
            *(context.heading(arm, n) for arm, n in zip(arms, totals, strict=True)),
            f"All\n(N = {count(sum(totals))})",
        ),
        rows=tuple(rows),
        footnotes=(*NO_TESTS, *absent_footnotes([line.by_arm for line in baseline])),
    )


Cells = list[ContinuousSummary | CategoricalSummary | None]


def quartiles(summary: ContinuousSummary, show: Printer = plain) -> str:
    """Print median and quartiles."""
    low, high = show(summary.lower_quartile), show(summary.upper_quartile)
    return f"{show(summary.median)} ({low}, {high})"


def recorded(summaries: Iterable[ContinuousSummary | None]) -> Printer:
    """Choose whole numbers for a measurement that is recorded so in every arm."""
    ends = [end for s in summaries if s for end in (s.minimum, s.maximum)]
    whole = all(isinstance(end, Absent) or float(end).is_integer() for end in ends)
    return plain if whole else decimal


def continuous_rows(name: str, cells: Cells) -> list[Row]:
    """Give mean, quartiles and range, and the missing where there are any."""
    summaries = [cell if isinstance(cell, ContinuousSummary) else None for cell in cells]

    show = recorded(summaries)

    def row(title: str, tell: Callable[[ContinuousSummary], str]) -> Row:
        return Row((title, *(tell(s) if s else NOT_RECORDED for s in summaries)), 1)

    rows = [
        Row((name, *("" for _ in cells))),
        row("Mean (SD)", lambda s: f"{decimal(s.mean)} ({decimal(s.standard_deviation)})"),
        row("Median (Q1, Q3)", lambda s: quartiles(s, show)),
        row("Range", lambda s: f"{show(s.minimum)} to {show(s.maximum)}"),
    ]
    return rows + missing_row(cells)


def categorical_rows(line: BaselineRow, cells: Cells) -> list[Row]:
    """Give n and percent of the patients in whom the variable is known."""
    summaries = [cell if isinstance(cell, CategoricalSummary) else None for cell in cells]
    levels = line.variable.levels or tuple(summaries[-1].counts if summaries[-1] else ())
    rows = [Row((f"{line.variable.label}, n (%)", *("" for _ in cells)))]
    for level in levels:
        texts = [
            patients_percent(s.counts.get(level, 0), s.patients) if s else NOT_RECORDED
            for s in summaries
        ]
        rows.append(Row((sentence(level), *texts), 1))
    return rows + missing_row(cells)


def missing_row(cells: Cells) -> list[Row]:
    """Count the missing, where any arm has some."""
    if not any(cell.missing for cell in cells if cell):
        return []
    texts = [count(cell.missing) if cell else NOT_RECORDED for cell in cells]
    return [Row(("Missing, n", *texts), 1)]


# --- follow-up ------------------------------------------------------------------------------


def follow_up_table(watched: list[TimeToEventAnalysis], context: Context) -> Table:
    """Give reverse Kaplan-Meier follow-up by endpoint and arm."""
    clock = context.clock
    rows: list[Row] = []
    known = [each for analysis in watched for each in analysis.follow_up]
    for analysis in watched:
        rows.append(Row((analysis.endpoint.label, "", "", "", "")))
        rows += [Row(follow_up_cells(each, context), 1) for each in analysis.follow_up]
    return Table(
        id="follow-up-table",
        title="Length of follow-up",
        header=(
            "",
            "Patients",
            f"Median, {clock.units} ({context.confidence})",
            "Q1 to Q3",
            "Longest",
        ),
        rows=tuple(rows),
        footnotes=(
            "Reverse Kaplan-Meier: being censored counts as the event, the event as censoring.",
            *interval_footnote("Median", known[0].median),
            *absent_footnotes(known),
        ),
    )


def follow_up_cells(each: FollowUp, context: Context) -> tuple[str, ...]:
    """Print one arm's follow-up."""
    show = context.clock.show
    return (
        each.arm.label if each.arm else "All arms",
        count(each.patients),
        with_interval(each.median, show),
        f"{show(each.lower_quartile)} to {show(each.upper_quartile)}",
        show(each.longest),
    )

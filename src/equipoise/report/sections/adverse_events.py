"""Which harms occurred, in whom, how severe: counts by arm as treated, without tests.

Differences carry intervals but no p-values: with hundreds of terms, some would be small by
chance, and the absence of a small one would not show that a treatment is safe.
"""

from equipoise.analyze.results import (
    AdverseEventAnalysis,
    AdverseEventCount,
    AdverseEventRow,
)
from equipoise.protocol.trial import Comparison
from equipoise.report.context import Context
from equipoise.report.document import Block, Figure, Row, Section, Table
from equipoise.report.figures.butterfly import ButterflyText, TermBars, Wing, butterfly_figure
from equipoise.report.figures.style import arm_styles
from equipoise.report.format import (
    absent_footnotes,
    count,
    interval_footnote,
    patients_percent,
    percent,
    sentence,
    with_interval,
)
from equipoise.report.sections.parts import distinct, estimand_table

MOST_TERMS = 20  # in the picture; the table has them all
NO_TESTS = "Differences are experimental minus control; no p-values, no adjustment for many terms."
CELLS = "Cells: patients with at least one (percent) [events]."
ONCE = "A patient counts once in each row, at the worst grade."


def adverse_events_section(analysis: AdverseEventAnalysis, context: Context) -> Section:
    """Report overview, pictures, every class and term, and worst grades by arm."""
    blocks: list[Block] = [estimand_table(analysis.estimand, context)]
    if analysis.overview:
        blocks.append(
            counts_table(
                analysis, analysis.overview, "overview", "Overview of adverse events", context
            )
        )
    terms = [row for row in analysis.rows if row.kind == "preferred term"]
    if terms:
        blocks += [butterfly(analysis, terms, pair, context) for pair in analysis.comparisons]
    if analysis.rows:
        title = "Adverse events by system organ class and preferred term"
        blocks.append(counts_table(analysis, analysis.rows, "terms", title, context))
    if analysis.rows and analysis.grades:
        blocks += [grade_table(analysis, arm.id, context) for arm in analysis.arms]
    return Section(f"endpoint-{analysis.estimand.id}", analysis.endpoint.label, tuple(blocks))


def cell(found: AdverseEventCount | None, of: int) -> str:
    """Print ``n (%) [events]``."""
    if found is None:
        return patients_percent(0, of)
    events = f" [{count(found.events)}]" if found.events else ""
    return patients_percent(found.patients, of) + events


def counts_table(
    analysis: AdverseEventAnalysis,
    rows: tuple[AdverseEventRow, ...],
    name: str,
    title: str,
    context: Context,
) -> Table:
    """Count patients and events by arm, with differences."""
    pairs = analysis.comparisons
    lines = [
        Row(
            (
                sentence(row.label),
                *(
                    cell(row.by_arm.get(a.id), analysis.patients.get(a.id, 0))
                    for a in analysis.arms
                ),
                *(difference(row, pair) for pair in pairs),
            ),
            indent=1 if row.kind == "preferred term" else 0,
            strong=row.kind == "system organ class",
        )
        for row in rows
    ]
    some = next((e for row in rows for e in row.differences.values()), None)
    left_out = f"{count(analysis.left_out)} records that are not treatment-emergent are left out."
    return Table(
        id=f"{analysis.estimand.id}-{name}",
        title=title,
        header=(
            "",
            *(context.heading(arm, analysis.patients.get(arm.id, 0)) for arm in analysis.arms),
            *(f"{pair.label},\ndifference ({context.confidence})" for pair in pairs),
        ),
        rows=tuple(lines),
        footnotes=distinct(
            (CELLS, "A patient counts once in each row.", NO_TESTS),
            interval_footnote("Differences in percentage points", some),
            (left_out,) if analysis.left_out else (),
            listed(analysis),
            absent_footnotes([row.differences for row in rows]),
        ),
        estimand=analysis.estimand.label,
    )


def difference(row: AdverseEventRow, pair: Comparison) -> str:
    """Print one difference in percentage points."""
    found = row.differences.get(pair.id)
    return with_interval(found, percent) if found else "–"


def listed(analysis: AdverseEventAnalysis) -> tuple[str, ...]:
    """Say which terms are listed."""
    least = analysis.endpoint.minimum_percent
    if least <= 0:
        return ()
    return (f"Terms that occurred in at least {least:g}% of the patients of an arm are listed.",)


def severe(found: AdverseEventCount | None, severe_from: int) -> int:
    """Count the patients whose worst grade was severe."""
    if found is None:
        return 0
    return sum(n for grade, n in found.by_worst_grade.items() if grade >= severe_from)


def grade_words(analysis: AdverseEventAnalysis) -> str:
    """Name what counts as severe."""
    if not analysis.grades:
        return ""
    least = analysis.endpoint.severe_from
    return f"grade {least}" if least == max(analysis.grades) else f"grade {least} or higher"


def other_grades(analysis: AdverseEventAnalysis) -> str:
    """Name what does not: lower grades, and where some have none, those too."""
    graded = all(
        sum(found.by_worst_grade.values()) == found.patients
        for row in analysis.rows
        for found in row.by_arm.values()
    )
    return "lower grades" if graded else "lower or no grade"


def butterfly(
    analysis: AdverseEventAnalysis, terms: list[AdverseEventRow], pair: Comparison, context: Context
) -> Figure:
    """Draw the most frequent terms of one comparison."""
    arms = (pair.control, pair.experimental)
    styles = arm_styles(analysis.arms)
    sizes = {arm: analysis.patients.get(arm, 0) for arm in arms}

    def share(row: AdverseEventRow) -> float:
        return max(patients(row, arm) / max(1, sizes[arm]) for arm in arms)

    top = sorted(terms, key=lambda row: (-share(row), row.label))[:MOST_TERMS]
    bars = tuple(
        TermBars(
            sentence(row.label),
            (patients(row, arms[0]), patients(row, arms[1])),
            severe_pair(row, arms, analysis) if analysis.grades else None,
        )
        for row in top
    )
    wings = (
        Wing(context.label(arms[0]), sizes[arms[0]], styles[arms[0]]),
        Wing(context.label(arms[1]), sizes[arms[1]], styles[arms[1]]),
    )
    more = len(terms) > len(top)
    words = ButterflyText(
        identifier=f"{analysis.estimand.id}-butterfly-{pair.id}",
        title=f"{'Most frequent adverse' if more else 'Adverse'} events: {pair.label}",
        severe=grade_words(analysis),
        others=other_grades(analysis),
        estimand=analysis.estimand.label,
        alternative_text=told(bars, wings, analysis, pair),
        footnotes=(
            f"The {len(top)} most frequent of {len(terms)} preferred terms." if more
            else "All preferred terms.",
            "Numbers are patients with at least one (percent).",
        ),
    )  # fmt: skip
    return butterfly_figure(bars, wings, words)


def patients(row: AdverseEventRow, arm: str) -> int:
    """Count the patients of one arm with this event."""
    found = row.by_arm.get(arm)
    return found.patients if found else 0


def severe_pair(
    row: AdverseEventRow, arms: tuple[str, str], analysis: AdverseEventAnalysis
) -> tuple[int, int]:
    """Count severe events in both arms."""
    least = analysis.endpoint.severe_from
    return severe(row.by_arm.get(arms[0]), least), severe(row.by_arm.get(arms[1]), least)


def told(
    bars: tuple[TermBars, ...], wings: tuple[Wing, Wing], analysis: AdverseEventAnalysis,
    pair: Comparison,
) -> str:  # fmt: skip
    """Tell the picture in words."""
    lines = []
    for bar in bars:
        sides = [
            f"{wing.label} {patients_percent(n, wing.patients)}%".replace("%)%", "%)").replace(
                ")%", "%)"
            )
            for wing, n in zip(wings, bar.patients, strict=True)
        ]
        lines.append(f"{bar.term}: {', '.join(sides)}")
    grades = ""
    if analysis.grades:
        grades = f" Dark is {grade_words(analysis)}, pale {other_grades(analysis)}."
    return f"Adverse events by arm, {pair.label}. " + "; ".join(lines) + "." + grades


def grade_table(analysis: AdverseEventAnalysis, arm: str, context: Context) -> Table:
    """Count the patients of one arm by worst grade."""
    of = analysis.patients.get(arm, 0)
    least = analysis.endpoint.severe_from
    together = least < max(analysis.grades)  # else the severe are the highest grade alone
    rows = []
    for row in analysis.rows:
        found = row.by_arm.get(arm)
        worst = found.by_worst_grade if found else {}
        cells = [patients_percent(worst.get(g, 0), of) for g in analysis.grades]
        cells += [patients_percent(severe(found, least), of)] if together else []
        cells.append(patients_percent(found.patients if found else 0, of))
        indent = 1 if row.kind == "preferred term" else 0
        rows.append(Row((sentence(row.label), *cells), indent, strong=not indent))
    return Table(
        id=f"{analysis.estimand.id}-grades-{arm}",
        title=f"Adverse events by worst grade: {context.label(arm)} (N = {count(of)})",
        header=(
            "",
            *(f"Grade {grade}" for grade in analysis.grades),
            *((sentence(grade_words(analysis)),) if together else ()),
            "Any grade",
        ),
        rows=tuple(rows),
        footnotes=(
            "Cells: patients (percent).",
            ONCE,
            f"Grades: {analysis.endpoint.grading}.",
            *listed(analysis),
        ),
        estimand=analysis.estimand.label,
    )

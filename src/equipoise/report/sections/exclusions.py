"""Who and what was left out of an analysis, and why.

Only what concerns an analysis of the report is listed: a population that no estimand uses
excludes nobody.  The snapshot names things by their ids and conditions; a reader gets labels.
"""

from collections.abc import Iterator, Mapping

from equipoise.analyze.results import (
    BinaryAnalysis,
    CompetingRisksAnalysis,
    TimeToEventAnalysis,
    TrialAnalysis,
)
from equipoise.analyze.snapshot import Exclusion
from equipoise.protocol.trial import Arm
from equipoise.report.context import Context
from equipoise.report.document import Block, Paragraph, Row, Table
from equipoise.report.format import count, sentence
from equipoise.report.plain_words import lowered

NOT_RECORDED = "–"
NOBODY = "No patient and no record was left out of any analysis."
CONDITION = "not `"  # how the snapshot says that a condition in the data does not hold


def exclusions(analysis: TrialAnalysis, context: Context) -> tuple[Block, ...]:
    """Say who or what was left out and why, or that nothing was."""
    arms = context.protocol.arms
    found = [
        (told(each, context), each)
        for each in analysis.snapshot.disposition.exclusions
        if concerns(each, context)
    ]
    rows = [
        Row(
            (
                words,
                *(by_arm_cell(each.by_arm, arm) for arm in arms),
                count(each.count),
                named(each.subjects, each.count),
            )
        )
        for words, each in found
    ]
    rows += without_stratum(analysis, context)
    if not rows:
        return (Paragraph(NOBODY),)
    return (
        Table(
            id="exclusions",
            title="Left out of analyses, and why",
            header=("What and why", *(arm.label for arm in arms), "All", "Identifiers"),
            rows=tuple(rows),
            footnotes=(f"{NOT_RECORDED}, not counted by arm. At most ten identifiers are named.",),
        ),
    )


def concerns(exclusion: Exclusion, context: Context) -> bool:
    """Tell whether an estimand of the protocol uses what these were left out of."""
    kind, _, identifier = exclusion.what.partition(" ")
    used = {each.population for each in context.protocol.estimands}
    return kind != "population" or identifier in used


def told(exclusion: Exclusion, context: Context) -> str:
    """Name what and why with the protocol's labels."""
    reason = exclusion.reason
    kind, _, identifier = exclusion.what.replace("records of ", "records ").partition(" ")
    populations = {each.id: each.label for each in context.protocol.populations}
    endpoints = {each.id: each.label for each in context.protocol.endpoints}
    if kind == "population" and identifier in populations:
        why = "does not meet its definition" if reason.startswith(CONDITION) else reason
        return f"{populations[identifier]}: {why}"
    if kind == "endpoint" and identifier in endpoints:
        return f"{endpoints[identifier]}: {reason}"
    if kind == "records":
        return f"{endpoints.get(identifier, sentence(exclusion.what))}: records {reason}"
    return f"{sentence(exclusion.what)}: {reason}"


def without_stratum(analysis: TrialAnalysis, context: Context) -> Iterator[Row]:
    """Count the patients whom a stratified analysis left out, where the data check did not."""
    arms, told = context.protocol.arms, analysis.snapshot.disposition.exclusions
    if any(each.what.startswith("stratified analysis of ") for each in told):
        return
    for each in analysis.endpoints:
        if isinstance(each, TimeToEventAnalysis | CompetingRisksAnalysis | BinaryAnalysis):
            for pair in each.comparisons:
                what = f"stratified analysis of {lowered(each.endpoint.label)}"
                if pair.left_out:
                    yield Row(
                        (
                            f"{sentence(what)}, {pair.comparison.label}: no stratum recorded",
                            *(NOT_RECORDED for _ in arms),
                            count(pair.left_out),
                            NOT_RECORDED,
                        )
                    )


def by_arm_cell(by_arm: Mapping[str, int], arm: Arm) -> str:
    """Print how many of an arm, or that arms were not counted."""
    return count(by_arm.get(arm.id, 0)) if by_arm else NOT_RECORDED


def named(subjects: tuple[str, ...], in_all: int) -> str:
    """Name the first few."""
    if not subjects:
        return NOT_RECORDED
    more = f" and {count(in_all - len(subjects))} more" if in_all > len(subjects) else ""
    return ", ".join(subjects) + more

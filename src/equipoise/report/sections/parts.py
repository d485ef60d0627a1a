"""Pieces that several sections share: the estimand's table, verdicts, and columns of footnotes."""

from collections.abc import Iterable, Sequence

from equipoise.analyze.results import (
    BinaryComparison,
    CompetingRisksComparison,
    TimeToEventComparison,
    Verdict,
)
from equipoise.protocol.estimands import Estimand
from equipoise.report.context import Context
from equipoise.report.document import Callout, Row, Table
from equipoise.report.format import count, sentence
from equipoise.report.plain_words import verdict_words

ELSEWHERE = "Conventions shared by the whole endpoint are in Methods and sources."


def estimand_table(estimand: Estimand, context: Context) -> Table:
    """Set out the five attributes of the estimand."""
    protocol = context.protocol
    population = protocol.population(estimand.population)
    by = "arm assigned" if population.arms == "assigned" else "treatment received"
    rows = [
        Row(("Treatment", context.arms(estimand))),
        Row(("Population", f"{population.label}, by {by}")),
        Row(("Variable", protocol.endpoint(estimand.endpoint).label)),
    ]
    rows += [
        Row((f"Intercurrent event: {each.event}", sentence(each.strategy.value)))
        for each in estimand.intercurrent_events
    ]
    if not estimand.intercurrent_events:
        rows.append(Row(("Intercurrent events", "Not named in the protocol")))
    rows.append(Row(("Population-level summary", sentence(estimand.summary.value))))
    return Table(
        id=f"{estimand.id}-estimand",
        title=f"Estimand: {estimand.label}",
        header=("Attribute", "As promised"),
        rows=tuple(rows),
        footnotes=("Attributes and strategies after ICH E9(R1).",),
        estimand=estimand.label,
    )


def verdict_callouts(verdicts: Iterable[Verdict], context: Context) -> tuple[Callout, ...]:
    """Set the decisions apart."""
    return tuple(Callout(verdict_words(each, context), "verdict") for each in verdicts)


def distinct(*groups: Iterable[str]) -> tuple[str, ...]:
    """Keep each footnote once, in order.

    >>> distinct(("a", "b"), ("b", "c"))
    ('a', 'b', 'c')
    """
    return tuple(dict.fromkeys(text for group in groups for text in group))


Stratified = TimeToEventComparison | CompetingRisksComparison | BinaryComparison


def strata_footnotes(pairs: Sequence[Stratified]) -> tuple[str, ...]:
    """Say what an analysis is stratified by, and who is therefore not in it."""
    named = dict.fromkeys(f"Stratified by {', '.join(p.strata)}." for p in pairs if p.strata)
    without = [pair for pair in pairs if pair.left_out]
    if not without:
        return tuple(named)
    numbers = [f"n = {count(p.left_out)}, {p.comparison.label}" for p in without]
    if len(pairs) == 1:
        numbers = [f"n = {count(without[0].left_out)}"]
    said = f"Patients without a stratum are left out of stratified results ({'; '.join(numbers)})."
    return (*named, said)

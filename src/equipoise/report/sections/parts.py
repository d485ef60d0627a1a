"""Pieces that several sections share: the estimand's table, verdicts, and columns of footnotes."""

from collections.abc import Iterable

from equipoise.analyze.estimates import TestResult
from equipoise.analyze.results import Verdict
from equipoise.protocol.estimands import Estimand
from equipoise.report.context import Context
from equipoise.report.document import Callout, Row, Table
from equipoise.report.format import sentence
from equipoise.report.plain_words import lowered, verdict_words

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
        title=f"The question: {estimand.label}",
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


def conventions_of(tests: Iterable[TestResult]) -> tuple[str, ...]:
    """State the conventions of tests, each once with all the tests that share it."""
    shared: dict[tuple[str, ...], list[str]] = {}
    for test in tests:
        methods = shared.setdefault(test.assumed, [])
        if test.method not in methods:
            methods.append(test.method)
    return tuple(
        f"{sentence(', '.join([methods[0], *map(lowered, methods[1:])]))}: {'; '.join(assumed)}."
        for assumed, methods in shared.items()
        if assumed
    )

"""The rows of p-values: first the tests that the hypotheses name, then the supportive ones.

A reader must not have to guess which of several tests decides.  The test of a hypothesis stands
in a row of its own that names the hypothesis; all others follow under a heading that says they
are supportive and were not prespecified.  A comparison that a row does not concern shows a dash.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

from equipoise.analyze.estimates import TestResult
from equipoise.analyze.results import (
    BinaryComparison,
    ContinuousComparison,
    TimeToEventComparison,
    Verdict,
)
from equipoise.report.context import Context
from equipoise.report.document import Row
from equipoise.report.format import sentence
from equipoise.report.plain_words import listed, name_of_test

NOT_PART = "–"
SUPPORTIVE = "Supportive, not prespecified"


Compared: TypeAlias = TimeToEventComparison | BinaryComparison | ContinuousComparison
Pair = TypeVar("Pair", bound=Compared)
Cells: TypeAlias = list[tuple[list[str], str] | None]  # the hypotheses decided, and P


def decisive(verdicts: Iterable[Verdict], comparison: str, test: TestResult) -> list[str]:
    """Name the hypotheses about a comparison that this test decides."""
    return [
        verdict.hypothesis.id
        for verdict in verdicts
        if verdict.hypothesis.comparison == comparison and verdict.test == test
    ]


def rows_of_tests(
    pairs: Sequence[Pair],
    tests_of: Callable[[Pair], Iterable[TestResult]],
    verdicts: Sequence[Verdict],
    context: Context,
) -> list[Row]:
    """Give each test its line, those of hypotheses first, marked with what they decide."""
    found: dict[tuple[bool, str, int], Cells] = {}
    order: list[tuple[str, int]] = []
    for place, pair in enumerate(pairs):
        times: dict[str, int] = {}
        for test in tests_of(pair):
            decides = decisive(verdicts, pair.comparison.id, test)
            name = sentence(name_of_test(test.method))
            times[name] = times.get(name, 0) + 1
            order.append((name, times[name]))
            cells = found.setdefault((bool(decides), name, times[name]), [None] * len(pairs))
            cells[place] = (decides, context.p_cell(test))
    decisive_rows, others = (
        [line(key[0], found[first, *key]) for key in dict.fromkeys(order) if (first, *key) in found]
        for first in (True, False)
    )
    rows = [headline(f"{context.p_heading} of no difference", pairs), *decisive_rows]
    return [*rows, headline(SUPPORTIVE, pairs, indent=1), *others] if others else rows


def headline(words: str, pairs: Sequence[Compared], indent: int = 0) -> Row:
    """Head the rows below."""
    return Row((words, *("" for _ in pairs)), indent)


def line(name: str, cells: Cells) -> Row:
    """Print one test across the comparisons, strong where it decides a hypothesis."""
    decides = list(dict.fromkeys(each for cell in cells if cell for each in cell[0]))
    texts = [cell[1] if cell else NOT_PART for cell in cells]
    if not decides:
        return Row((name, *texts), 2)
    word = "test" if len(decides) == 1 else "tests"
    return Row((f"{name} ({word} of {listed(decides)})", *texts), 1, strong=True)

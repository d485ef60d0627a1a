"""How a convention is told to a reader: in a statistician's ordinary English, once.

Results carry their conventions as short notes, for programs as much as for people
(`TestResult.assumed`, the `conventions` of the results as data).  Here a note becomes the words
of a footnote; one that explains a number the report does not print (a signed statistic, an
iteration's tolerance, the p-value of the other side) is left to the results as data.
"""

from collections.abc import Iterable

from equipoise.analyze.estimates import TestResult
from equipoise.protocol.trial import Alternative
from equipoise.report.format import sentence
from equipoise.report.plain_words import lowered, name_of_test

UNPRINTED = ("Newton iteration", "positive: ", "statistic: ", "0 records ")
TOLD_WITH_STRATA = "patients without a stratum left out"
SAID = {
    "hypergeometric variance, ties kept": "hypergeometric variance, which allows for ties",
    "at risk from entry on": "patients are at risk from their entry on",
    "p-value by deterministic integration": "P-value by numerical integration",
    "stratified baseline": "a baseline hazard of its own in each stratum",
    "delayed entry (entry < t ≤ time)": "patients are at risk from their entry on",
    "ties: exact times of events, hypergeometric correction": "variance corrected for ties",
    "variance: Gray 1988": "variance of Gray (1988)",
    "variance: constrained fit, N / (N - 1)": (
        "variance under the hypothesis of no difference, with the factor N/(N − 1)"
    ),
    "two-sided: tables no likelier than the observed": (
        "the two-sided P adds the probabilities of all tables no likelier than the one observed"
    ),
    "one-sided: tables at least as favorable to the experimental arm as the observed": (
        "the one-sided P adds the probabilities of all tables at least as favorable to the "
        "experimental arm as the one observed"
    ),
    "one-sided: normal tail of the signed root of chi-square": (
        "the one-sided P is the normal tail, toward benefit, of the signed root of chi-square"
    ),
    "Times closer than 1.5e-8 of the mean time are ties.": (
        "Times that differ by less than 1.5e-8 of the mean time are ties."
    ),
    "Follow-up: reverse Kaplan-Meier (an event ends follow-up as a censoring does in Ŝ).": (
        "Follow-up: reverse Kaplan-Meier, in which a censoring is the event and an event a "
        "censoring."
    ),
    "a patient counts once a line, by the worst grade": (
        "a patient counts once in each row, at the worst grade"
    ),
    "At risk at t: entry < t <= exit; a censoring at t counts as after an event at t.": (
        "Patients are at risk at time t if they entered before t and were still followed at t; a "
        "censoring at t counts as after an event at t."
    ),
}


def convention(note: str) -> str:
    """Say one note in the words of a footnote.

    >>> convention("at risk from entry on"), convention("Efron ties")
    ('patients are at risk from their entry on', 'Efron ties')
    """
    return SAID.get(note, note)


def told(assumed: Iterable[str], alternative: Alternative) -> tuple[str, ...]:
    """Choose what explains the p-value printed, and say it.

    >>> told(("Efron ties", "positive: fewer", "one-sided: exact"), Alternative.TWO_SIDED)
    ('Efron ties',)
    """
    silent = [f"{each.value}: " for each in Alternative if each is not alternative]
    left = (note for note in assumed if not note.startswith((*UNPRINTED, *silent)))
    return tuple(convention(note) for note in left if not note.endswith(TOLD_WITH_STRATA))


def conventions_of(tests: Iterable[TestResult], alternative: Alternative) -> tuple[str, ...]:
    """State the conventions of tests, each once with all the tests that share it."""
    shared: dict[tuple[str, ...], list[str]] = {}
    for test in tests:
        methods = shared.setdefault(told(test.assumed, alternative), [])
        if name_of_test(test.method) not in methods:
            methods.append(name_of_test(test.method))
    return tuple(
        f"{sentence(', '.join([methods[0], *map(lowered, methods[1:])]))}: {'; '.join(assumed)}."
        for assumed, methods in shared.items()
        if assumed
    )

"""One experimental arm against control: what is reproduced, and every number and test."""

import re
from collections.abc import Sequence
from typing import Literal

from equipoise.analyze.estimates import Absent, Number, TestResult
from equipoise.appraise.rebuilt.making import SUBDISTRIBUTION
from equipoise.appraise.rebuilt.trial import RebuiltContrast, RebuiltTrial
from equipoise.appraise.rebuilt.values import RebuiltAnalysis, SetAgainst, TestName, Verdict
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Statement, Table
from equipoise.report.format import (
    Printer,
    absent_footnotes,
    decimal,
    p_value,
    percent,
    ratio,
    sentence,
    significant,
)
from equipoise.report.rebuilt.fragility import fragility_section
from equipoise.report.rebuilt.opinions import opinions_section
from equipoise.report.rebuilt.words import (
    NONE,
    ContrastWords,
    contrast_words,
    interval_name,
    limits_of,
    number_notes,
    own,
    range_heading,
    range_of,
)

TESTS: dict[TestName, str] = {
    "log-rank": "Log-rank",
    "Cox": "Cox model, Wald",
    "early differences": "Early differences, Fleming\u2013Harrington (1, 0)",
    "late differences": "Late differences, Fleming\u2013Harrington (0, 1)",
    "MaxCombo": "MaxCombo",
    "restricted means": "Difference of restricted means",
    "proportional hazards": "Proportional hazards, Grambsch\u2013Therneau",
    "Gray": "Gray, cumulative incidence",
}
AT_TIME = re.compile(r" at [-+.e\d]+ \w+$")  # ends the name of a rate or of a difference
TONES: dict[Verdict, Literal["sound", "note", "warning", "verdict"]] = {
    "reproduced": "sound",
    "near": "verdict",
    "not reproduced": "warning",
    "cannot tell": "note",
}


def comparison_sections(found: RebuiltTrial, contrast: RebuiltContrast) -> tuple[Section, ...]:
    """Tell one comparison, the most important first."""
    words, analysis = contrast_words(found, contrast), contrast.analysis
    each = (
        published_section(found, analysis, words),
        numbers_section(found, analysis, words),
        tests_section(found, analysis, words),
        fragility_section(analysis, words),
        opinions_section(found, analysis, words),
    )
    return tuple(section for section in each if section is not None)


def verdict(contrast: RebuiltContrast) -> str:
    """Say the hazard ratio of the rebuilt patients, and what of the publication comes back."""
    analysis = contrast.analysis
    number = analysis.number("hazard ratio")
    who = f"{contrast.experimental} v {contrast.control}"
    counts = (
        f"events {analysis.events[1]} of {analysis.patients[1]} v {analysis.events[0]} of "
        f"{analysis.patients[0]} rebuilt patients"
    )
    value = Absent.NO_EVENTS if number is None else number.estimate.value
    if number is None or isinstance(value, Absent):
        why = f" ({value.value})" if isinstance(value, Absent) else ""
        return (
            f"{who}: no {analysis.ratio}{why}; {counts}. {reproduced(analysis.published)}".rstrip()
        )
    limits = number.together
    shown = ratio(value)
    if limits is not None:
        name = interval_name(analysis.level)
        shown += f" ({name} {limits_of(limits, ratio)}, sampling and reconstruction together)"
    return f"{who}: {analysis.ratio} {shown}; {counts}. {reproduced(analysis.published)}".rstrip()


def reproduced(published: Sequence[SetAgainst]) -> str:
    """Say how many published numbers come back.

    >>> reproduced(())
    ''
    """
    if not published:
        return ""
    many = {
        name: sum(each.verdict == name for each in published)
        for name in ("reproduced", "near", "not reproduced", "cannot tell")
    }
    words = {
        "reproduced": "reproduced",
        "near": "nearly reproduced",
        "not reproduced": "not reproduced",
        "cannot tell": "not told by the rebuilt patients",
    }
    told = [f"{count} {words[name]}" for name, count in many.items() if count]
    numbers = "number" if len(published) == 1 else "numbers"
    return f"Of {len(published)} published {numbers}: {', '.join(told)}."


def published_section(
    found: RebuiltTrial, analysis: RebuiltAnalysis, words: ContrastWords
) -> Section | None:
    """Set published numbers beside the rebuilt; None where none are given."""
    if not analysis.published:
        return None
    rows = tuple(
        Row(
            (
                sentence(each.what),
                each.published,
                _value(each),
                NONE if each.distance is None else decimal(each.distance, 2),
                each.verdict,
            )
        )
        for each in analysis.published
    )
    table = Table(
        words.id("published"),
        f"As published ({found.claims}), and of the rebuilt patients",
        ("", "Published", "Rebuilt (range)", "Apart, SE", "Verdict"),
        rows,
        footnotes=(
            (
                f"Range: 95% of {found.draws} reconstructions. Apart: from what would be printed "
                "as published to the range, in standard errors of the rebuilt number."
            ),
            "Reproduced: up to 0.1 standard errors apart. Near: up to 0.5.",
        ),
        prose=(4,),
    )
    told = tuple(
        Statement(each.sentence, each.verdict, TONES[each.verdict])
        for each in analysis.published
        if each.verdict != "reproduced"
    )
    return Section(words.id("reproduced"), "Published beside rebuilt", (table, *told))


def _value(each: SetAgainst) -> str:
    """Print what the rebuilt patients give, and its range."""
    show: Printer = significant
    if each.what.startswith("P "):
        show = p_value
    elif AT_TIME.search(each.what):
        show = _percent
    value, spread = show(each.rebuilt), range_of(each.over, show)
    return value if value == spread else f"{value} ({spread})"


def _percent(value: Number) -> str:
    return value.mark if isinstance(value, Absent) else f"{percent(value)}%"


def numbers_section(
    found: RebuiltTrial, analysis: RebuiltAnalysis, words: ContrastWords
) -> Section:
    """Tell every number three ways: of the likeliest patients, over others, and both together."""
    rows: list[Row] = []
    heading = ""
    for each in analysis.numbers:
        show, (above, name) = words.show(each.measure), words.label(each)
        if above and above != heading:
            rows.append(Row((above, "", "", "")))
        heading = above
        cells = (own(each.estimate, show), range_of(each.over, show))
        rows.append(
            Row(
                (name, *cells, limits_of(each.together, show)),
                indent=1 if above else 0,
                strong=each.measure == "hazard ratio",
            )
        )
    level = interval_name(analysis.level)
    table = Table(
        words.id("numbers-table"),
        "What the rebuilt patients say",
        ("", f"Likeliest patients ({level})", range_heading(found), f"Both together ({level})"),
        tuple(rows),
        footnotes=number_notes(found, analysis.numbers),
    )
    note = (Callout(SUBDISTRIBUTION, "warning"),) if words.subdistribution else ()
    return Section(words.id("numbers"), "Numbers", (*note, table))


def tests_section(found: RebuiltTrial, analysis: RebuiltAnalysis, words: ContrastWords) -> Section:
    """Tell every test, and what the others add to the log-rank."""
    rows = tuple(
        Row(
            (
                TESTS[each.name],
                _statistic(each.test),
                _one_sided(each.test),
                p_value(each.test.p_two_sided),
                range_of(each.over, p_value),
            ),
            strong=each.name == "log-rank",
        )
        for each in analysis.tests
    )
    table = Table(
        words.id("tests-table"),
        "Tests of the rebuilt patients",
        (
            "Test",
            "z",
            "P,\none-sided",
            "P,\ntwo-sided",
            f"Two-sided P over\n{found.draws} reconstructions",
        ),
        rows,
        footnotes=(
            (
                f"z is positive where {words.experimental} is better; one-sided: that it is. "
                "Nothing is adjusted for testing several times."
            ),
            *absent_footnotes(*(each.test for each in analysis.tests)),
        ),
    )
    said: list[Block] = [Paragraph(each) for each in analysis.said]
    return Section(words.id("tests"), "Tests, and what they add", (table, *said))


def _statistic(test: TestResult) -> str:
    return NONE if test.p_one_sided is Absent.NO_DIRECTION else decimal(test.statistic, 2)


def _one_sided(test: TestResult) -> str:
    return NONE if test.p_one_sided is Absent.NO_DIRECTION else p_value(test.p_one_sided)

"""Is each P one-sided or two-sided, and does it meet the planned alpha?"""

import math
from collections.abc import Iterator
from typing import Literal

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import arms_of, chosen
from equipoise.appraise.checks.sidedness import sidedness_of_p
from equipoise.appraise.checks.wording import duration, p_between, sides_words
from equipoise.appraise.claims.claim import ClaimedP, Claims
from equipoise.appraise.claims.intervals import Range, range_of
from equipoise.appraise.relations.plan import planned_alpha
from equipoise.report.appraise.parts import label_of_pair
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.printed_ranges import (
    CHANCES,
    RangeAxis,
    RangeGroup,
    RangeRow,
    ranges_figure,
)
from equipoise.report.figures.rehearsal_frame import FigureText

LEAST = 1e-5  # where the axis of P values begins
KEY = (
    "Black: all values that round to the printed P. Blue and orange: the P that the other printed "
    "numbers allow, read one-sided and two-sided; where trials had to be simulated, 95 of 100 of "
    "them lie in the bar. The dashed line is the planned one-sided alpha."
)
SIDED = {1: "one-sided", 2: "two-sided"}


def p_values_section(appraisal: Appraisal) -> Section | None:
    """Set each P beside what the other numbers give; None where no P is printed."""
    printed = chosen(appraisal.claims, ClaimedP)
    if not printed:
        return None
    blocks: list[Block] = [
        Paragraph(
            "Whether a P is one-sided or two-sided is seldom printed. A reading fits where the P "
            "that the other numbers give, over all their rounding, shares a value with the P "
            "as printed. Where they give none, nothing is said."
        ),
        _table(appraisal, printed),
    ]
    drawn = _figure(appraisal, printed)
    return Section("p-values", "P values", (*blocks, *([] if drawn is None else [drawn])))


def calculated(appraisal: Appraisal, p: ClaimedP) -> dict[int, Range]:
    """Give the range of P that other printed numbers allow, by sidedness.

    Args:
        appraisal: whose findings calculate it.
        p: as printed.

    Witness: the lines of the findings themselves.
    """
    result: dict[int, Range] = {}
    for finding in appraisal.findings:
        if finding.p == p and finding.relation.startswith("p-of-"):
            for sides, values in _sided(finding):
                known = result.get(sides)
                result[sides] = values if known is None else _around(known, values)
    return result


def _sided(finding: Finding) -> Iterator[tuple[int, Range]]:
    for line in finding.arithmetic:
        if line.lower is None or line.upper is None or line.how == "chance":
            continue
        if "other direction" in line.what or "chance" in line.what:
            continue
        for sides, word in SIDED.items():
            if line.what.startswith(f"{word} P") or line.what.endswith(f", {word}"):
                yield sides, Range(line.lower, line.upper)


def _around(one: Range, other: Range) -> Range:
    return Range(min(one.lower, other.lower), max(one.upper, other.upper))


def _table(appraisal: Appraisal, printed: tuple[ClaimedP, ...]) -> Table:
    alpha = planned_alpha(appraisal.claims)
    rows = []
    for p in printed:
        found, known = calculated(appraisal, p), sidedness_of_p(appraisal.sidedness, p)
        fits = _fitting(known.fits) if known.told_by else "not told"
        stated = "not stated" if p.sides is None else SIDED[p.sides]
        cells = [_name(appraisal.claims, p), p.p.text, stated]
        cells += [p_between(found[each]) if each in found else "–" for each in SIDED]
        rows.append(Row((*cells, fits)))
    notes = ["Calculated: from the hazard ratio and interval, the counts, or the rates."]
    if alpha is not None:
        notes.append(f"Planned alpha: {alpha:g} one-sided, which is {2 * alpha:g} two-sided.")
    header = ("", "Printed P", "Stated as", "One-sided,\ncalculated")
    return Table(
        "sidedness",
        "Which reading of each P fits",
        (*header, "Two-sided,\ncalculated", "What fits"),
        tuple(rows),
        tuple(notes),
        prose=(2, 5),
    )


def _fitting(readings: frozenset[Literal[1, 2]]) -> str:
    if not readings:
        return "neither"
    return "either" if len(readings) == len(SIDED) else sides_words(readings)


def _name(claims: Claims, p: ClaimedP) -> str:
    """Name what a P is about: its endpoint, with arms and time where it needs them."""
    when = "" if p.time is None else f" at {duration(claims, p.time)}"
    return f"{label_of_pair(claims, p.about, arms_of(claims, p))}{when}"


def _figure(appraisal: Appraisal, printed: tuple[ClaimedP, ...]) -> Figure | None:
    groups = tuple(
        RangeGroup(_name(appraisal.claims, p), _rows(p, found))
        for p in printed
        if (found := calculated(appraisal, p))
    )
    if not groups:
        return None
    alpha = planned_alpha(appraisal.claims)
    lines = () if alpha is None else ((alpha, f"alpha {alpha:g}"),)
    shown = [max(row.lower, LEAST) for group in groups for row in group.rows]
    low = max(LEAST, min([0.01, *shown]) / 1.5)
    return ranges_figure(
        groups,
        RangeAxis("P", low, 1.0, lines, CHANCES),
        FigureText(
            "p-by-sidedness",
            "The P that is printed, and those that the other numbers allow",
            " ".join(_told(group) for group in groups),
            (KEY,),
        ),
    )


def _rows(p: ClaimedP, found: dict[int, Range]) -> tuple[RangeRow, ...]:
    own = range_of(p.p)
    rows = [RangeRow("Printed", "printed", own.lower, own.upper, _middle(p), p.p.text)]
    for sides, values in sorted(found.items()):
        word = SIDED[sides]
        kind = "one-sided" if sides == 1 else "two-sided"
        label = f"{word.capitalize()}, calculated"
        rows.append(
            RangeRow(label, kind, values.lower, values.upper, None, p_between(values))  # type: ignore[arg-type]
        )
    return tuple(rows)


def _middle(p: ClaimedP) -> float | None:
    return p.p.value if p.p.relation == "=" and math.isfinite(p.p.value) else None


def _told(group: RangeGroup) -> str:
    return (
        f"{group.title}: " + ", ".join(f"{r.label.lower()} {r.printed}" for r in group.rows) + "."
    )

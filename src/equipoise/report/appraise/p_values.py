"""Is each P one-sided or two-sided, and does it meet the planned alpha?"""

import math
from collections.abc import Iterator, Mapping
from typing import Literal

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.reading import arms_of, chosen
from equipoise.appraise.checks.sidedness import (
    FEW_EVENTS,
    RELATIVE,
    SLACK,
    sidedness_of_p,
    well_inside,
)
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
UNVERIFIED = ", by a plan that the claims file marks as unverified"
JUST = "only just"
EDGES = (
    "Only just: the printed P lies at the end of what is calculated, or a little beyond it, no "
    "farther than two tests of the same patients, or the chance of simulated trials, allow."
)
COLORED = {"one-sided": "blue", "two-sided": "orange"}
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
            "as printed, or comes as near as two tests of the same patients do: the z of a "
            f"log-rank test may differ from that of Cox's ratio by {SLACK:g}, {100 * RELATIVE:g}% "
            f"of z and {FEW_EVENTS:g} times the variance of the log ratio. Where the other "
            "numbers give none, nothing is said."
        ),
        _table(appraisal, printed),
    ]
    drawn = _figure(appraisal, printed)
    of = f" of {appraisal.claims.source}" if appraisal.others else ""
    return Section("p-values", f"P values{of}", (*blocks, *([] if drawn is None else [drawn])))


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
    rows, edges = list[Row](), False
    for p in printed:
        found, known = calculated(appraisal, p), sidedness_of_p(appraisal.sidedness, p)
        fits = _fitting(p, known.fits, found) if known.told_by else "not told"
        edges |= JUST in fits
        stated = "not stated" if p.sides is None else SIDED[p.sides]
        cells = [_name(appraisal.claims, p), p.p.text, stated]
        cells += [p_between(found[each]) if each in found else "–" for each in SIDED]
        rows.append(Row((*cells, fits)))
    notes = ["Calculated: from the hazard ratio and interval, the counts, or the rates."]
    if alpha is not None:
        doubt = UNVERIFIED if appraisal.claims.plan.unverified else ""
        notes.append(
            f"Planned alpha: {alpha:g} one-sided, which is {2 * alpha:g} two-sided{doubt}."
        )
    if edges:
        notes.append(EDGES)
    header = ("", "Printed P", "Stated as", "One-sided,\ncalculated")
    return Table(
        "sidedness",
        "Which reading of each P fits",
        (*header, "Two-sided,\ncalculated", "What fits"),
        tuple(rows),
        tuple(notes),
        prose=(2, 5),
    )


def _fitting(p: ClaimedP, readings: frozenset[Literal[1, 2]], found: Mapping[int, Range]) -> str:
    """Name what fits; "only just" where the printed P is at the end of what is calculated."""
    own = range_of(p.p)
    edge = {each for each in readings if each in found and not well_inside(own, found[each])}
    firm = readings - edge
    told = [] if not firm else ["either" if len(firm) == len(SIDED) else sides_words(firm)]
    if edge:
        told.append(f"{sides_words(edge)}, {JUST}")
    return "; ".join(told) or "neither"


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
    low = max(LEAST, min([0.01, *([] if alpha is None else [alpha]), *shown]) / 1.5)
    return ranges_figure(
        groups,
        RangeAxis("P", low, 1.0, lines, CHANCES),
        FigureText(
            "p-by-sidedness",
            "The P that is printed, and those that the other numbers allow",
            " ".join(_told(group) for group in groups),
            (_key(appraisal, printed, groups),),
        ),
    )


def _key(
    appraisal: Appraisal, printed: tuple[ClaimedP, ...], groups: tuple[RangeGroup, ...]
) -> str:
    """Tell of what is drawn, and of nothing else."""
    kinds = {row.kind for group in groups for row in group.rows}
    drawn = {kind: color for kind, color in COLORED.items() if kind in kinds}
    allowed = f"the P that the other printed numbers allow, read {' and '.join(drawn)}"
    told = [
        "Black: all values that round to the printed P.",
        f"{' and '.join(drawn.values()).capitalize()}: {allowed}.",
    ]
    simulated = appraisal.about("p-of-matching-trials")
    if any(each.p in printed and each.sides is not None for each in simulated):
        told.append("Where trials had to be simulated, 95 of 100 of them lie in the bar.")
    if planned_alpha(appraisal.claims) is not None:
        doubt = UNVERIFIED if appraisal.claims.plan.unverified else ""
        told.append(f"The dashed line is the planned one-sided alpha{doubt}.")
    return " ".join(told)


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

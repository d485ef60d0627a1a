"""Hazard ratios: printed, implied by the rates, and believed where a trial was stopped early."""

import math
from collections.abc import Iterator

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.reading import Pair, pairs_of_arms, rate_pairs, ratios_of
from equipoise.appraise.checks.wording import duration, level_words
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.relations.hazards import rates_ratio, variance_of_log_hazard
from equipoise.appraise.relations.plan import shrunk
from equipoise.kernel.confidence import normal_quantile
from equipoise.report.appraise.parts import label_of_pair
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.figures.printed_ranges import (
    Kind,
    RangeAxis,
    RangeGroup,
    RangeRow,
    ranges_figure,
)
from equipoise.report.figures.rehearsal_frame import FigureText

LEVEL = 0.95
KEYS: dict[Kind, str] = {
    "printed": "Black: printed, with its interval, of 95% unless another level is named.",
    "implied": "Blue: what the rates imply under proportional hazards, with the least interval "
    "that the patients allow.",
    "believed": "Green: what is left to believe after early stopping.",
}
LEAST, MOST = 0.05, 20.0  # ends that no axis goes beyond


def ratios_section(appraisal: Appraisal) -> Section | None:
    """Set hazard ratios side by side; None where none is printed and none can be derived."""
    groups = tuple(_groups(appraisal))
    if not groups:
        return None
    rows = [row for group in groups for row in group.rows]
    low = max(LEAST, min(0.5, *(row.lower for row in rows)) / 1.15)
    high = min(MOST, max(1.5, *(row.upper for row in rows)) * 1.15)
    kinds = {row.kind for row in rows}
    blocks: list[Block] = [Paragraph(_opening(shrinks="believed" in kinds)), _table(groups)]
    blocks.append(
        ranges_figure(
            groups,
            RangeAxis("Hazard ratio", low, high, ((1.0, "no effect"),)),
            FigureText(
                "hazard-ratios",
                "Hazard ratios: printed, implied and believed",
                " ".join(
                    f"{g.title}: {', '.join(f'{r.label} {r.printed}' for r in g.rows)}."
                    for g in groups
                ),
                (" ".join(told for kind, told in KEYS.items() if kind in kinds),),
            ),
        )
    )
    return Section("effects", "Hazard ratios", tuple(blocks))


def _opening(*, shrinks: bool) -> str:
    text = (
        "Two rates at one time imply a hazard ratio if hazards are proportional: the ratio of the "
        "logarithms of the rates. Where the printed ratio lies elsewhere, hazards were not "
        "proportional, or the numbers are not of one analysis."
    )
    if shrinks:
        text += (
            " Trials that stop early overstate the effect on average. Believed is what remains "
            "when the estimate is weighed against a skeptical prior."
        )
    return text


def _groups(appraisal: Appraisal) -> Iterator[RangeGroup]:
    sources = (appraisal.claims, *appraisal.others)
    found: dict[tuple[str, Pair], list[RangeRow]] = {}
    labels: dict[tuple[str, Pair], str] = {}
    for claims in sources:
        of = "" if len(sources) == 1 else f", {claims.source}"
        for endpoint in _endpoints(claims):
            for treated, control in pairs_of_arms(claims):
                arms = treated.id, control.id
                found.setdefault((endpoint, arms), []).extend(_rows(claims, endpoint, arms, of))
                labels.setdefault((endpoint, arms), label_of_pair(claims, endpoint, arms))
    for compared, rows in found.items():
        if rows:
            yield RangeGroup(labels[compared], tuple(rows))


def _endpoints(claims: Claims) -> tuple[str, ...]:
    held = [getattr(each, "endpoint", None) for each in claims.claimed]
    return tuple(dict.fromkeys(each for each in held if each is not None))


def _rows(claims: Claims, endpoint: str, arms: Pair, of: str) -> Iterator[RangeRow]:
    for ratio in (each for each in ratios_of(claims, endpoint) if each.arms == arms):
        low, high = ratio.lower or ratio.log, ratio.upper or ratio.log
        ends = math.exp(low.middle), math.exp(high.middle)
        value = math.exp(ratio.log.middle)
        level = "" if ratio.level == LEVEL else f", {level_words(ratio.level)}"
        yield RangeRow(f"Printed{level}{of}", "printed", *ends, value, _shown(value, *ends))
    z = normal_quantile(LEVEL)
    for pair in rate_pairs(claims):
        own = (pair.endpoint, pair.arms) == (endpoint, arms)
        implied = rates_ratio(pair) if own else None
        if implied is None or implied.lower <= 0.0:
            continue
        variance = variance_of_log_hazard(claims, pair)
        half = 0.0 if variance is None else z * math.sqrt(variance)
        ends = implied.lower * math.exp(-half), implied.upper * math.exp(half)
        label = f"Implied at {duration(claims, pair.time)}{of}"
        yield RangeRow(label, "implied", *ends, implied.middle, _shown(implied.middle, *ends))
    result = shrunk(claims, endpoint, arms)
    if result is not None:
        ends = result.believed_interval
        shown = _shown(result.believed, *ends)
        yield RangeRow(f"Believed{of}", "believed", *ends, result.believed, shown)
        if result.final is not None and result.final_interval is not None:
            ends = result.final_interval
            label = f"Expected at full information{of}"
            yield RangeRow(label, "believed", *ends, result.final, _shown(result.final, *ends))


def _shown(value: float, lower: float, upper: float) -> str:
    return f"{value:.2f}" if lower == upper else f"{value:.2f} ({lower:.2f}–{upper:.2f})"


def _table(groups: tuple[RangeGroup, ...]) -> Table:
    rows = []
    for group in groups:
        rows.append(Row((group.title, ""), strong=True))
        rows += [Row((row.label, row.printed), indent=1) for row in group.rows]
    return Table(
        "ratios",
        "Hazard ratios, experimental over control",
        ("", f"Hazard ratio ({level_words(LEVEL)}, unless another is named)"),
        tuple(rows),
        ("Intervals of printed ratios are as printed.",),
    )

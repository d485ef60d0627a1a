"""The first page: what was found and what was not, for someone who reads nothing else."""

from equipoise.analyze.results import (
    AdverseEventAnalysis,
    TimeToEventAnalysis,
    TrialAnalysis,
    Verdict,
)
from equipoise.report.context import Context
from equipoise.report.document import Block, Callout, Paragraph, Section
from equipoise.report.findings import Tested, brief_finding, finding
from equipoise.report.format import alpha_text, count, percent, sentence
from equipoise.report.plain_words import in_words, lowered

READING = (
    "A P-value says how surprising data like these would be if there were no difference; the size "
    "of an effect is in the estimate and its interval. A difference that was not shown may still "
    "exist."
)


def summary_section(analysis: TrialAnalysis, context: Context) -> Section:
    """Write the summary in plain words."""
    asked = [
        (each, verdict)
        for each in analysis.endpoints
        if not isinstance(each, AdverseEventAnalysis)
        for verdict in each.verdicts
    ]
    order = {h.id: place for place, h in enumerate(context.protocol.hypotheses)}
    asked.sort(key=lambda pair: order.get(pair[1].hypothesis.id, len(order)))
    blocks: list[Block] = [Paragraph(who(analysis, context))]
    primary = [pair for pair in asked if pair[1].hypothesis.role == "primary"]
    secondary = [pair for pair in asked if pair[1].hypothesis.role != "primary"]
    blocks += [paragraph(*pair, context) for pair in primary]
    blocks += [paragraph(*pair, context) for pair in secondary]
    if not asked:
        blocks.append(Paragraph("The protocol names no hypothesis: nothing here is a decision."))
    for warning in (several([v for _, v in primary], context), supportive(secondary)):
        if warning:
            blocks.append(Callout(warning, "warning"))
    blocks += [
        Paragraph(safety(each, context))
        for each in analysis.endpoints
        if isinstance(each, AdverseEventAnalysis) and each.overview
    ]
    blocks.append(Callout(READING, "note"))
    return Section("summary", "Summary", tuple(blocks))


def who(analysis: TrialAnalysis, context: Context) -> str:
    """Say how many were randomized, and how long they were followed."""
    randomized = analysis.snapshot.disposition.randomized
    arms = ", ".join(
        f"{count(randomized.get(arm.id, 0))} to {arm.label}" for arm in context.protocol.arms
    )
    said = f"{count(sum(randomized.values()))} patients were randomized: {arms}."
    cut = context.protocol.analysis.data_cut
    said += f" Data are as known on {cut}." if cut else ""
    for each in analysis.endpoints:
        if isinstance(each, TimeToEventAnalysis):
            whole = next((f for f in each.follow_up if f.arm is None), None)
            if whole:
                clock = context.clock
                median = in_words(whole.median, clock.show, f" {clock.units}")
                return (
                    f"{said} Median follow-up for {lowered(each.endpoint.label)} was {median}, by "
                    "the reverse Kaplan-Meier estimate."
                )
    return said


def paragraph(analysis: Tested, verdict: Verdict, context: Context) -> Paragraph:
    """Tell one hypothesis, with the estimand it is about."""
    hypothesis = verdict.hypothesis
    tell = finding if hypothesis.role == "primary" else brief_finding
    name = f"{sentence(hypothesis.role)} hypothesis {hypothesis.id}: {hypothesis.label}"
    said = tell(analysis, verdict, context)
    label = analysis.estimand.label
    known = label.casefold() == analysis.endpoint.label.casefold()  # told by the sentence itself
    return Paragraph(f"{name}. {said}" if known else f"{name}. Estimand: {label}. {said}")


def several(primary: list[Verdict], context: Context) -> str:
    """Warn where several primary hypotheses each spend the whole alpha."""
    alpha = context.protocol.analysis.alpha
    tolerance = 1e-9
    if len(primary) < 2 or sum(v.significance_level for v in primary) <= alpha + tolerance:  # noqa: PLR2004 - one needs no adjustment
        return ""
    level = alpha_text(primary[0].significance_level)
    sided = context.alternative.value
    bound = alpha_text(min(1.0, sum(v.significance_level for v in primary)))
    return (
        f"{count(len(primary))} primary hypotheses were each tested at a {sided} level of {level}; "
        "no adjustment was made for testing several. If there were no effect at all, the chance "
        f"of at least one false claim could be as high as {bound}."
    )


def supportive(secondary: list[tuple[Tested, Verdict]]) -> str:
    """Warn that secondary hypotheses were not adjusted for."""
    if not secondary:
        return ""
    return (
        "Secondary hypotheses were tested without adjustment for their number and without regard "
        "to the primary results: read them as supportive."
    )


def safety(analysis: AdverseEventAnalysis, context: Context) -> str:
    """Tell the overview of adverse events without claiming a difference."""
    parts = []
    for row in analysis.overview:
        arms = []
        for arm in analysis.arms:
            found, of = row.by_arm.get(arm.id), analysis.patients.get(arm.id, 0)
            n = found.patients if found else 0
            share = f" ({percent(n / of)}%)" if of else ""
            arms.append(f"{count(n)} of {count(of)}{share} with {context.label(arm.id)}")
        parts.append(f"{lowered(row.label)} in {', '.join(arms)}")
    return f"{analysis.endpoint.label}, as treated: " + "; ".join(parts) + "."

"""Which effect is told beside a p-value: the summary that the estimand promised.

A hazard ratio beside a test of restricted means, or an unadjusted difference beside an adjusted
test, would answer a question nobody asked.
"""

from equipoise.analyze.estimates import Absent, Estimate
from equipoise.analyze.results import (
    BinaryAnalysis,
    BinaryComparison,
    CompetingRisksComparison,
    ContinuousComparison,
    DifferenceAt,
    TimeToEventAnalysis,
    TimeToEventComparison,
    Verdict,
)
from equipoise.protocol.estimands import Summary
from equipoise.protocol.trial import TestMethod
from equipoise.report.context import Context
from equipoise.report.format import percent, ratio
from equipoise.report.plain_words import effect_words, in_words

POINTS = " percentage points"


def effect_on_survival(
    analysis: TimeToEventAnalysis, pair: TimeToEventComparison, context: Context
) -> str:
    """Tell a hazard ratio, or the difference in restricted means or at a landmark."""
    summary, means = analysis.estimand.summary, pair.restricted_mean
    clock = context.clock
    if summary is Summary.RESTRICTED_MEAN_DIFFERENCE and means:
        name = f"difference in restricted mean time to {clock.length(means.until)}"
        return effect_words(name, means.difference, clock.show_finely, f" {clock.units}")
    if summary is Summary.SURVIVAL_DIFFERENCE and pair.landmarks:
        return at_landmark(pair.landmarks, context)
    return effect_words("hazard ratio", pair.hazard_ratio, ratio)


def tells_hazard_ratio(analysis: TimeToEventAnalysis, pair: TimeToEventComparison) -> bool:
    """Tell whether the effect named is the hazard ratio."""
    summary = analysis.estimand.summary
    means = summary is Summary.RESTRICTED_MEAN_DIFFERENCE and pair.restricted_mean
    return not (means or (summary is Summary.SURVIVAL_DIFFERENCE and pair.landmarks))


def effect_on_incidence(pair: CompetingRisksComparison, context: Context) -> str:
    """Tell the difference in incidence, or without landmarks the cause-specific hazard ratio."""
    if pair.landmarks:
        return at_landmark(pair.landmarks, context)
    return effect_words("cause-specific hazard ratio", pair.cause_specific_hazard_ratio, ratio)


def effect_beside_curves(pair: CompetingRisksComparison, context: Context) -> str:
    """Tell the same effect in the short form of a figure."""
    if not pair.landmarks:
        return f"cause-specific HR {in_words(pair.cause_specific_hazard_ratio, ratio)}"
    mark = last_known(pair.landmarks)
    when = context.clock.length(mark.time)
    return f"difference at {when}, percentage points: {in_words(mark.estimate, percent)}"


def last_known(landmarks: tuple[DifferenceAt, ...]) -> DifferenceAt:
    """Choose the last landmark that has an estimate."""
    known = [mark for mark in landmarks if not isinstance(mark.estimate.value, Absent)]
    return known[-1] if known else landmarks[-1]


def at_landmark(landmarks: tuple[DifferenceAt, ...], context: Context) -> str:
    """Tell the difference at the last landmark that has one."""
    chosen = last_known(landmarks)
    name = f"difference at {context.clock.length(chosen.time)}"
    return effect_words(name, chosen.estimate, percent, POINTS)


def effect_on_response(analysis: BinaryAnalysis, pair: BinaryComparison, verdict: Verdict) -> str:
    """Tell a difference or an odds ratio, stratified if the test is."""
    stratified = bool(verdict.hypothesis.test.stratified_by)
    if analysis.estimand.summary is Summary.ODDS_RATIO:
        if stratified and pair.common_odds_ratio:
            return effect_words("stratified odds ratio", pair.common_odds_ratio, ratio)
        return effect_words("odds ratio", pair.odds_ratio, ratio)
    if stratified and pair.stratified_difference:
        return effect_words("stratified difference", pair.stratified_difference, percent, POINTS)
    return effect_words("difference", pair.difference, percent, POINTS)


def effect_on_mean(pair: ContinuousComparison, verdict: Verdict) -> tuple[str, Estimate]:
    """Choose the difference in means that belongs to the test."""
    if verdict.hypothesis.test.method is TestMethod.ANCOVA and pair.adjusted_difference:
        return "difference in means adjusted for baseline", pair.adjusted_difference
    return "difference in means", pair.difference

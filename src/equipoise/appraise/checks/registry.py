"""Every relation that is checked, in the order in which findings are told."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from equipoise.appraise.checks.finding import Finding
from equipoise.appraise.checks.sidedness import SidednessSet
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.relations.counts import (
    arms_add_up,
    counts_within_patients,
    percentages_in_range,
    percentages_of_patients,
)
from equipoise.appraise.relations.differences import differences, p_of_rates
from equipoise.appraise.relations.directions import direction_of_events
from equipoise.appraise.relations.events import (
    differential_censoring,
    events_of_rates,
    numbers_at_risk,
)
from equipoise.appraise.relations.hazards import ratio_of_rates
from equipoise.appraise.relations.medians import ratio_of_medians
from equipoise.appraise.relations.moved import moved_between_sources
from equipoise.appraise.relations.plan import early_stopping
from equipoise.appraise.relations.proportions import p_of_proportions
from equipoise.appraise.relations.rate_limits import rates_in_range
from equipoise.appraise.relations.rates import errors_of_rates
from equipoise.appraise.relations.ratio import events_of_ratio, p_of_ratio, ratio_in_interval
from equipoise.appraise.relations.significance import significance
from equipoise.appraise.relations.sources import between_sources
from equipoise.appraise.relations.times import (
    follow_up_and_calendar,
    medians_and_rates,
    survival_within_endpoints,
)
from equipoise.appraise.relations.unsaid import p_without_arms, ratios_of_nothing

Relation: TypeAlias = Callable[[Claims], tuple[Finding, ...]]
RelationOfReadings: TypeAlias = Callable[[Claims, Mapping[str, SidednessSet]], tuple[Finding, ...]]
RelationOfSources: TypeAlias = Callable[[Claims, Claims], tuple[Finding, ...]]

WITHIN: tuple[Relation, ...] = (
    percentages_in_range,
    counts_within_patients,
    arms_add_up,
    percentages_of_patients,
    p_of_proportions,
    rates_in_range,
    errors_of_rates,
    differences,
    p_of_rates,
    ratio_in_interval,
    p_of_ratio,
    p_without_arms,
    ratios_of_nothing,
    events_of_ratio,
    direction_of_events,
    ratio_of_rates,
    ratio_of_medians,
    medians_and_rates,
    events_of_rates,
    differential_censoring,
    numbers_at_risk,
    survival_within_endpoints,
    follow_up_and_calendar,
    early_stopping,
)
ALONE: frozenset[Relation] = frozenset(  # what they find needs no other number to be right
    {
        counts_within_patients,
        percentages_in_range,
        rates_in_range,
        ratio_in_interval,
        medians_and_rates,
        differences,
    }
)
AFTER_SIDEDNESS: tuple[RelationOfReadings, ...] = (significance,)
BETWEEN_SOURCES: tuple[RelationOfSources, ...] = (between_sources, moved_between_sources)

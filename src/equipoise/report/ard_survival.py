"""Results as data for time-to-event endpoints, with and without competing events."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from equipoise.analyze.estimates import Number, TestResult
from equipoise.analyze.results import (
    ArmIncidence,
    ArmSurvival,
    CompetingRisksAnalysis,
    CompetingRisksComparison,
    DifferenceAt,
    FollowUp,
    RateAt,
    SubgroupEffect,
    TimeToEventAnalysis,
    TimeToEventComparison,
    Verdict,
)
from equipoise.protocol.trial import Trial
from equipoise.report.format import Clock, decimal, p_value, percent, ratio
from equipoise.report.plain_text import slug
from equipoise.report.statistic import (
    Place,
    StatisticRow,
    compared,
    counted,
    estimated,
    measured,
    row,
)

Rows = Iterator[StatisticRow]

WITHOUT_STRATUM = "Patients without a stratum, left out"


def survival_rows(analysis: TimeToEventAnalysis, place: Place, trial: Trial) -> Rows:
    """Write down everything of one endpoint without competing events."""
    clock = Clock(trial)
    for arm in analysis.arms:
        yield from _arm(arm, analysis.at_risk_times, place, clock)
    for follow_up in analysis.follow_up:
        yield from _follow_up(follow_up, place, clock)
    for comparison in analysis.comparisons:
        yield from _comparison(comparison, place, clock)
    yield from verdict_rows(analysis.verdicts, place)


def _arm(arm: ArmSurvival, times: tuple[float, ...], place: Place, clock: Clock) -> Rows:
    events = place.of("events").by("arm", arm.arm.id)
    yield counted(events, "N", "Patients", arm.patients)
    yield counted(events, "n.event", "Patients with the event", arm.events)
    yield counted(events, "n.censor", "Patients censored", arm.censored)
    first = place.of("first-events").by("arm", arm.arm.id)
    yield from named_counts(first, arm.first_events, "Patients in whom this came first")
    quantiles = place.of("quantiles").by("arm", arm.arm.id)
    for level, estimate in (
        ("0.25", arm.lower_quartile),
        ("0.5", arm.median),
        ("0.75", arm.upper_quartile),
    ):
        yield from estimated(quantiles.at(level), estimate, clock.show)
    yield from _rates(place.of("rates").by("arm", arm.arm.id), arm.landmarks)
    yield from _at_risk(place.of("at-risk").by("arm", arm.arm.id), times, arm.at_risk)
    if arm.restricted_mean is not None:
        mean = place.of("restricted-mean").by("arm", arm.arm.id)
        yield from estimated(mean, arm.restricted_mean, clock.show)


def _rates(place: Place, rates: Iterable[RateAt]) -> Rows:
    for rate in rates:
        yield counted(place.at(rate.time), "n.risk", "Patients at risk", rate.at_risk)
        yield from estimated(place.at(rate.time), rate.estimate, percent)


def _at_risk(place: Place, times: Iterable[float], at_risk: Iterable[int]) -> Rows:
    for time, patients in zip(times, at_risk, strict=True):
        yield counted(place.at(time), "n.risk", "Patients at risk", patients)


def _follow_up(follow_up: FollowUp, place: Place, clock: Clock) -> Rows:
    arm = follow_up.arm.id if follow_up.arm else None
    here = place.of("follow-up").by("arm", arm)
    yield counted(here, "N", "Patients", follow_up.patients)
    yield from estimated(here.at("0.5"), follow_up.median, clock.show)
    for level, value in (("0.25", follow_up.lower_quartile), ("0.75", follow_up.upper_quartile)):
        yield measured(here.at(level), "estimate", "Estimate", value, clock.show)
    yield measured(here, "max", "Longest follow-up", follow_up.longest, clock.show)


def _comparison(result: TimeToEventComparison, whole: Place, clock: Clock) -> Rows:
    def of(what: str, context: str | None = None) -> Place:
        return whole.of(what, context).by("comparison", result.comparison.id)

    yield from rows_of_tests(of("test"), result.tests)
    hazard = of("hazard-ratio")
    yield from estimated(hazard, result.hazard_ratio, ratio)
    yield from strata_rows(hazard, result.strata)
    uninformative = result.uninformative_strata
    yield counted(hazard, "n.strata.one.arm", "Strata with one arm only", uninformative)
    yield counted(hazard, "n.without.stratum", WITHOUT_STRATUM, result.left_out)
    yield from rows_of_tests(of("hazard-ratio/test", "hazard-ratio"), result.hazard_ratio_tests)
    unstratified = of("hazard-ratio-unstratified", "hazard-ratio")
    yield from estimated(unstratified, result.unstratified_hazard_ratio, ratio)
    yield from compared(of("proportional-hazards"), result.proportional_hazards)
    if result.restricted_mean is not None:
        mean = result.restricted_mean
        yield from estimated(
            of("restricted-mean-difference").at(mean.until), mean.difference, clock.show
        )
        yield from estimated(of("restricted-mean-ratio").at(mean.until), mean.ratio, ratio)
        yield from compared(of("restricted-mean-test").at(mean.until), mean.test)
    yield from _differences(of("rate-differences"), result.landmarks)
    for effect in result.subgroups:
        yield from _subgroup(effect, of("subgroups"))
    for interaction in result.interactions:
        yield from compared(
            of("interaction").by("subgroup", interaction.variable), interaction.test
        )


def _differences(place: Place, differences: Iterable[DifferenceAt]) -> Rows:
    for difference in differences:
        yield from estimated(place.at(difference.time), difference.estimate, percent)
        yield from compared(place.at(difference.time), difference.test)


def _subgroup(effect: SubgroupEffect, place: Place) -> Rows:
    here = place.by(effect.variable, effect.level) if effect.variable else place
    for name, label, counts in (
        ("N", "Patients", effect.patients),
        ("n.event", "Patients with the event", effect.events),
    ):
        for arm, patients in counts.items():
            yield counted(here.by("arm", arm), name, label, patients)
    yield from estimated(here, effect.hazard_ratio, ratio)


def competing_rows(analysis: CompetingRisksAnalysis, place: Place) -> Rows:
    """Write down everything of one endpoint with competing events."""
    for arm in analysis.arms:
        yield from _incidence(arm, analysis.at_risk_times, place)
    for comparison in analysis.comparisons:
        yield from _competing(comparison, place)
    yield from verdict_rows(analysis.verdicts, place)


def _incidence(arm: ArmIncidence, times: tuple[float, ...], place: Place) -> Rows:
    events = place.of("events").by("arm", arm.arm.id)
    yield counted(events, "N", "Patients", arm.patients)
    yield counted(events, "n.censor", "Patients censored", arm.censored)
    for cause in arm.causes:
        of_cause = events.by("cause", cause.cause)
        yield counted(of_cause, "n.event", "Patients with the event", cause.events)
        incidence = place.of("cumulative-incidence").by("arm", arm.arm.id)
        yield from _rates(incidence.by("cause", cause.cause), cause.landmarks)
    yield from _at_risk(place.of("at-risk").by("arm", arm.arm.id), times, arm.at_risk)


def _competing(result: CompetingRisksComparison, whole: Place) -> Rows:
    def of(what: str, context: str | None = None) -> Place:
        return whole.of(what, context).by("comparison", result.comparison.id)

    for cause, test in result.tests.items():
        yield from compared(of("test/gray", "test").by("cause", cause), test)
    yield from _differences(of("incidence-differences"), result.landmarks)
    hazard = of("cause-specific-hazard-ratio", "hazard-ratio")
    yield from estimated(hazard, result.cause_specific_hazard_ratio, ratio)
    yield from strata_rows(hazard, result.strata)
    yield counted(hazard, "n.without.stratum", WITHOUT_STRATUM, result.left_out)
    unstratified = of("cause-specific-hazard-ratio-unstratified", "hazard-ratio")
    yield from estimated(unstratified, result.unstratified_hazard_ratio, ratio)


# --- what every kind of endpoint shares -----------------------------------------------------


def rows_of_tests(place: Place, tests: Iterable[TestResult]) -> Rows:
    """Write tests down, each as an analysis of its own; two of one name are numbered."""
    seen: dict[str, int] = {}
    for test in tests:
        name = slug(test.method)
        seen[name] = seen.get(name, 0) + 1
        ending = f"-{seen[name]}" if seen[name] > 1 else ""
        yield from compared(replace(place, analysis_id=f"{place.analysis_id}/{name}{ending}"), test)


def verdict_rows(verdicts: Iterable[Verdict], whole: Place) -> Rows:
    """Write decisions down: the protocol's p, the level it is held against, and the outcome."""
    for verdict in verdicts:
        hypothesis, level = verdict.hypothesis, verdict.significance_level
        place = whole.of(f"verdict/{slug(hypothesis.id)}", "verdict")
        place = place.by("comparison", hypothesis.comparison)
        yield from compared(place, verdict.test, level)
        shown = p_value(verdict.p, level)
        yield row(place, "p.value.decisive", "P of the protocol's sidedness", verdict.p, shown)
        yield row(place, "alpha", "Significance level", level, f"{level:.6g}")
        outcome = {True: "rejected", False: "not rejected", None: "no test"}[verdict.rejected]
        yield row(place, "decision", "Null hypothesis", outcome, outcome)


def strata_rows(place: Place, strata: tuple[str, ...]) -> Rows:
    """Write down what an analysis was stratified by."""
    if strata:
        names = ", ".join(strata)
        yield row(place, "strata", "Stratified by", names, names)


def named_counts(place: Place, counts: Mapping[str, int], label: str) -> Rows:
    """Write down patients by name of what happened."""
    for name, patients in counts.items():
        yield counted(place.at(name), "n", label, patients)


def plain(value: Number) -> str:
    """Print a measurement with one decimal."""
    return decimal(value, 1)

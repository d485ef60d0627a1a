"""Results as data for everything that is not a time to an event."""

from collections.abc import Iterable, Iterator, Mapping

from equipoise.analyze.results import (
    AdverseEventAnalysis,
    AdverseEventCount,
    AdverseEventRow,
    BaselineRow,
    BinaryAnalysis,
    BinaryComparison,
    CategoricalSummary,
    ContinuousAnalysis,
    ContinuousSummary,
)
from equipoise.analyze.snapshot import Disposition
from equipoise.report.ard_survival import (
    WITHOUT_STRATUM,
    plain,
    rows_of_tests,
    strata_rows,
    verdict_rows,
)
from equipoise.report.format import percent, ratio
from equipoise.report.plain_text import slug
from equipoise.report.statistic import Place, StatisticRow, counted, estimated, measured, row

Rows = Iterator[StatisticRow]


def disposition_rows(disposition: Disposition) -> Rows:
    """Write the CONSORT counts down."""
    for name, patients in (
        ("assessed", disposition.assessed),
        ("not randomized", disposition.not_randomized),
    ):
        if patients is not None:
            yield counted(_disposition(name), "n", "Patients", patients)
    for name, by_arm in (
        ("randomized", disposition.randomized),
        ("treated", disposition.treated),
        ("completed", disposition.completed),
    ):
        yield from _by_arm(_disposition(name), by_arm)
    for arm, reasons in disposition.discontinued.items():
        for reason, patients in reasons.items():
            place = _disposition("discontinued").by("arm", arm).at(reason)
            yield counted(place, "n", "Patients", patients)
    for population, by_arm in disposition.populations.items():
        yield from _by_arm(_disposition("population").at(population), by_arm)
    for number, exclusion in enumerate(disposition.exclusions, start=1):
        identifier = f"disposition/exclusion-{number}"
        place = Place(identifier, "exclusion", exclusion.what, exclusion.reason)
        yield counted(place, "n", "Left out", exclusion.count)
        yield from _by_arm(place, exclusion.by_arm)


def _disposition(name: str) -> Place:
    return Place(f"disposition/{slug(name)}", "disposition", name)


def _by_arm(place: Place, by_arm: Mapping[str, int]) -> Rows:
    for arm, patients in by_arm.items():
        yield counted(place.by("arm", arm), "n", "Patients", patients)


def baseline_rows(rows: Iterable[BaselineRow]) -> Rows:
    """Write the baseline table down; without an arm, a row speaks of all arms together."""
    for line in rows:
        variable = line.variable.id
        for arm, summary in line.by_arm.items():
            place = Place(f"baseline/{variable}", "baseline", variable).by("arm", arm or None)
            yield from _summary(place, summary)


def _summary(place: Place, summary: ContinuousSummary | CategoricalSummary) -> Rows:
    yield counted(place, "N", "Patients with a value", summary.patients)
    yield counted(place, "N_miss", "Missing", summary.missing)
    if isinstance(summary, CategoricalSummary):
        known = sum(summary.counts.values())
        for level, patients in summary.counts.items():
            yield counted(place.at(level), "n", "Patients", patients)
            if known:
                share = patients / known
                yield row(place.at(level), "p", "Of those known", share, percent(share))
        return
    for name, label, value in (
        ("mean", "Mean", summary.mean),
        ("sd", "Standard deviation", summary.standard_deviation),
        ("median", "Median", summary.median),
        ("p25", "Lower quartile", summary.lower_quartile),
        ("p75", "Upper quartile", summary.upper_quartile),
        ("min", "Minimum", summary.minimum),
        ("max", "Maximum", summary.maximum),
    ):
        yield measured(place, name, label, value, plain)


def binary_rows(analysis: BinaryAnalysis, place: Place) -> Rows:
    """Write a binary endpoint down."""
    for arm in analysis.arms:
        here = place.of("proportions").by("arm", arm.arm.id)
        yield counted(here, "N", "Patients", arm.patients)
        yield counted(here, "n", "Patients with the answer yes", arm.responders)
        yield counted(here, "N_miss", "Missing", arm.missing)
        yield from estimated(here, arm.proportion, percent)
    for comparison in analysis.comparisons:
        yield from _binary(comparison, place)
    yield from verdict_rows(analysis.verdicts, place)


def _binary(result: BinaryComparison, whole: Place) -> Rows:
    def of(what: str) -> Place:
        return whole.of(what).by("comparison", result.comparison.id)

    yield from estimated(of("difference"), result.difference, percent)
    if result.stratified_difference is not None:
        place = of("stratified-difference")
        yield from estimated(place, result.stratified_difference, percent)
        yield from strata_rows(place, result.strata)
    yield from estimated(of("odds-ratio"), result.odds_ratio, ratio)
    if result.common_odds_ratio is not None:
        yield from estimated(of("common-odds-ratio"), result.common_odds_ratio, ratio)
        yield from strata_rows(of("common-odds-ratio"), result.strata)
    yield counted(of("strata"), "n.without.stratum", WITHOUT_STRATUM, result.left_out)
    yield from rows_of_tests(of("test"), result.tests)


def continuous_rows(analysis: ContinuousAnalysis, place: Place) -> Rows:
    """Write a continuous endpoint down."""
    for arm in analysis.arms:
        yield from _summary(place.of("summary").by("arm", arm.arm.id), arm.summary)
        yield from estimated(place.of("means").by("arm", arm.arm.id), arm.mean)
    for comparison in analysis.comparisons:
        pair = comparison.comparison.id
        plain_difference = place.of("difference").by("comparison", pair)
        yield from estimated(plain_difference, comparison.difference)
        if comparison.adjusted_difference is not None:
            adjusted = place.of("adjusted-difference").by("comparison", pair)
            yield from estimated(adjusted, comparison.adjusted_difference)
        tests = place.of("test").by("comparison", pair)
        yield from rows_of_tests(tests, comparison.tests)
    yield from verdict_rows(analysis.verdicts, place)


def adverse_event_rows(analysis: AdverseEventAnalysis, place: Place) -> Rows:
    """Write adverse events down: overview, organ classes, terms, and differences of each."""
    yield from (
        counted(place.of("patients").by("arm", arm), "N", "Patients", patients)
        for arm, patients in analysis.patients.items()
    )
    left_out = place.of("left-out")
    yield counted(left_out, "n", "Records not treatment-emergent", analysis.left_out)
    for line in (*analysis.overview, *analysis.rows):
        yield from _adverse_event(line, analysis.patients, place)


def _adverse_event(line: AdverseEventRow, patients: Mapping[str, int], whole: Place) -> Rows:
    what = "overview" if line.kind == "overview" else "terms"
    nested = line.kind == "preferred term" and line.system_organ_class is not None
    organ_class = line.system_organ_class if nested else None

    def of(analysis: str) -> Place:
        return whole.of(analysis).about(line.kind).at(line.label)

    for arm, counts in line.by_arm.items():
        place = of(what).by("arm", arm).by("system organ class", organ_class)
        yield from _counts(place, counts, patients[arm])
    for comparison, estimate in line.differences.items():
        place = of(f"{what}-differences").by("comparison", comparison)
        yield from estimated(place.by("system organ class", organ_class), estimate, percent)


def _counts(place: Place, counts: AdverseEventCount, patients: int) -> Rows:
    yield counted(place, "n", "Patients with at least one", counts.patients)
    if patients:
        share = counts.patients / patients
        yield row(place, "p", "Share of patients", share, percent(share))
    yield counted(place, "n.events", "Events", counts.events)
    for grade, worst in counts.by_worst_grade.items():
        yield counted(place.by("worst grade", str(grade)), "n", "Patients", worst)

"""Safety by arm: deaths, harms, exposure, toxic death over time, safety boundaries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from equipoise.analyze.estimates import Estimate
from equipoise.monitor.safety.exposure import ArmExposure
from equipoise.monitor.safety.safety import SafetyReview
from equipoise.report.context import Context
from equipoise.report.document import Block, Paragraph, Row, Section, Table
from equipoise.report.format import (
    absent_footnotes,
    decimal,
    footnote,
    interval_footnote,
    patients_percent,
    ratio,
    sentence,
    with_interval,
)
from equipoise.report.monitoring.closed_bounds import bounds_section
from equipoise.report.monitoring.closed_harms import harm_sections
from equipoise.report.monitoring.closed_names import committee_context, for_committee, under_letters
from equipoise.report.monitoring.closed_toxic import toxic_section
from equipoise.report.monitoring.open_context import NONE, day
from equipoise.report.sections.competing_risks import competing_risks_section
from equipoise.simulate.monitored.monitored import MonitoredTrial


@dataclass(frozen=True, slots=True)
class SafetyContext:
    """The review of a look, seen by someone who prints."""

    result: MonitoredTrial
    review: SafetyReview
    context: Context

    def heads(self) -> tuple[str, ...]:
        """The columns of the arms, with their patients."""
        patients = dict(self.review.patients)
        return tuple(self.context.heading(arm, patients[arm.id]) for arm in self.review.arms)


def safety_sections(result: MonitoredTrial) -> tuple[Section, ...]:
    """Write the safety of the trial; nothing where the look is of numbers alone."""
    review = result.safety
    if review is None:
        return ()
    context = committee_context(result)
    seen = SafetyContext(result, review, context)
    inner = [
        Section("safety-deaths", "Deaths", (_deaths(seen), *_death_ratios(seen))),
        Section("safety-exposure", "Exposure", (_exposure(seen),)),
        *harm_sections(review, context),
    ]
    toxic = toxic_section(review, context)
    inner += [] if toxic is None else [toxic]
    if result.analysis is None:  # else they stand among the endpoints
        inner += [competing_risks_section(each, context) for each in review.mortality]
    bounds = bounds_section(result)
    inner += [] if bounds is None else [bounds]
    told = tuple(for_committee(each, result) for each in inner)
    return (Section("safety", "Safety by arm", tuple(_about(seen)), told),)


def _about(seen: SafetyContext) -> Iterator[Block]:
    """Say who is counted, by what, and what the data do not tell."""
    population = seen.review.population
    by = "assigned to" if population.arms == "assigned" else "treated in"
    yield Paragraph(
        f"As of {day(seen.review.as_of)}. Population: {population.label}, by the arm a patient was "
        f"{by}."
    )
    for each in (*seen.review.remarks, *seen.review.assumed):
        yield Paragraph(under_letters(seen.result, footnote(each)))


def _deaths(seen: SafetyContext) -> Table:
    review = seen.review
    of = dict(review.patients)
    deaths = {each.arm: each for each in review.deaths}
    names = [arm.id for arm in review.arms]
    causes = dict.fromkeys(cause for each in review.deaths for cause in each.by_cause)
    rows = [
        _counts("Deaths, n (%)", {a: deaths[a].deaths for a in names}, of, 0),
        *(
            _counts(sentence(cause), {a: deaths[a].by_cause.get(cause, 0) for a in names}, of, 1)
            for cause in causes
        ),
    ]
    toxic = {name: each.toxic for name, each in deaths.items()}
    cells = [NONE if (found := toxic[a]) is None else patients_percent(found, of[a]) for a in names]
    rows.append(Row(("Toxic deaths, n (%)", *cells)))
    rates = dict(review.death_rates)
    if rates:
        printed = [_estimate(rates.get(a)) for a in names]
        level = seen.context.confidence
        rows.append(Row((f"Deaths per 100 patient-years in the trial ({level})", *printed)))
    unknown = any(each is None for each in toxic.values())
    return Table(
        id="safety-deaths-table",
        title="Deaths by arm and cause",
        header=("", *seen.heads()),
        rows=tuple(rows),
        footnotes=(
            "Causes as the follow-up names them.",
            *(("Toxic deaths: the data do not record which adverse events were fatal.",)
              if unknown else ()),
            *interval_footnote("Rates", next(iter(rates.values()), None)),
            *absent_footnotes(list(rates.values())),
        ),
    )  # fmt: skip


def _counts(name: str, found: Mapping[str, int], of: Mapping[str, int], indent: int) -> Row:
    cells = (patients_percent(patients, of[arm]) for arm, patients in found.items())
    return Row((name, *cells), indent, strong=not indent)


def _estimate(found: Estimate | None) -> str:
    return NONE if found is None else with_interval(found, decimal)


def _death_ratios(seen: SafetyContext) -> Iterator[Table]:
    """Compare the rates of death."""
    ratios = dict(seen.review.death_ratios)
    if not ratios:
        return
    labels = {each.id: each.label for each in seen.context.protocol.comparisons}
    yield Table(
        id="safety-death-ratios",
        title="Rates of death, compared",
        header=("", f"Ratio of rates ({seen.context.confidence})"),
        rows=tuple(
            Row((labels[name], with_interval(found, ratio))) for name, found in ratios.items()
        ),
        footnotes=(
            "Ratios are experimental over control.",
            *interval_footnote("Ratio", next(iter(ratios.values()))),
            *absent_footnotes(list(ratios.values())),
        ),
    )


def _exposure(seen: SafetyContext) -> Table:
    by_arm = {each.arm: each for each in seen.review.exposure}
    arms = [by_arm[arm.id] for arm in seen.review.arms]

    def years(value: float | None) -> str:
        return NONE if value is None else decimal(value, 1)

    def among(found: int, each: ArmExposure) -> str:
        return patients_percent(found, each.patients)

    rows = [
        Row(("Patient-years in the trial", *(years(each.followed) for each in arms))),
        Row(("Patient-years on treatment", *(years(each.treated) for each in arms))),
        Row(
            (
                "First day of treatment known, n (%)",
                *(among(each.with_dates, each) for each in arms),
            )
        ),
        Row(("Treatment goes on, n (%)", *(among(each.still_treated, each) for each in arms))),
    ]
    return Table(
        id="safety-exposure-table",
        title="Time in the trial and on treatment",
        header=("", *seen.heads()),
        rows=tuple(rows),
        footnotes=(
            f"{NONE}, the data do not tell.",
            "Treatment goes on: of those whose first day is known, those without a last day.",
        ),
    )

"""What a safety committee is shown at a look: deaths, harms, exposure and safety boundaries.

Everything is by the arm a patient was treated in (the safety population), or, where the protocol
asks for adverse events of another population, by that one's.  What the data do not tell is said
in `remarks`, and never filled in.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from equipoise.analyze.competing_risks import competing_risks_analysis
from equipoise.analyze.estimates import Estimate
from equipoise.analyze.results import CompetingRisksAnalysis
from equipoise.analyze.selection import Selection, select
from equipoise.analyze.snapshot import AdverseEventLog, Snapshot
from equipoise.design.trial_design import SafetyDesign
from equipoise.errors import DataError
from equipoise.kernel.arrays import Flags, flags
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.safety.bounds import SafetyLook, safety_boundaries
from equipoise.monitor.safety.deaths import (
    ArmDeaths,
    KnownDeaths,
    ToxicDeaths,
    deaths_by_arm,
    fatal_events,
    known_deaths,
    mortality_endpoints,
    toxic_deaths,
)
from equipoise.monitor.safety.events import SafetyEvents, safety_events
from equipoise.monitor.safety.exposure import (
    ArmExposure,
    event_rate,
    exposures,
    last_seen,
    patient_time,
    rate_ratio,
)
from equipoise.monitor.safety.incidence import ToxicIncidence, toxic_incidence
from equipoise.protocol.endpoints import AdverseEvents
from equipoise.protocol.monitoring import MonitoringPromise
from equipoise.protocol.trial import Arm, Population

ASSUMED = (
    "Patients are counted in the arm they were treated in, where the population says so.",
    "Intervals are pointwise and not adjusted for the number of looks or of events compared.",
    (
        "Rates by exposure count every record of an event; their limits take events for a Poisson "
        "process, and are too narrow where one patient has many."
    ),
    (
        "Treatment lasts from its first to its last day, both counted; without a last day, until "
        "the cut or when the patient was last seen."
    ),
)


@dataclass(frozen=True, slots=True)
class SafetyReview:
    """The safety of a trial at a data cut, by arm."""

    as_of: date
    population: Population
    arms: tuple[Arm, ...]
    patients: tuple[tuple[str, int], ...]  # (arm id, patients)
    deaths: tuple[ArmDeaths, ...]  # one an arm
    death_rates: tuple[tuple[str, Estimate], ...]  # (arm id, per 100 patient-years in the trial)
    death_ratios: tuple[tuple[str, Estimate], ...]  # (comparison id, ratio of these rates)
    exposure: tuple[ArmExposure, ...]  # one an arm
    events: tuple[SafetyEvents, ...]  # one for each adverse event endpoint
    toxic: ToxicIncidence | None  # None: fatal adverse events, or deaths, are not recorded
    mortality: tuple[CompetingRisksAnalysis, ...]  # endpoints of deaths with competing events
    boundaries: tuple[SafetyLook, ...]
    remarks: tuple[str, ...]  # what the data do not tell, as sentences
    assumed: tuple[str, ...]


def safety_review(
    cut: DataCut,
    promise: MonitoringPromise,
    *,
    since: date | None = None,
    designed: tuple[SafetyDesign, ...] = (),
) -> SafetyReview:
    """Review the safety of a trial as known at a cut.

    Args:
        cut: the data.
        promise: whose `safety` says what counts for the safety rules.
        since: the cut of the last look, to tell what is new.
        designed: safety boundaries drawn already (`TrialDesign.safety`).

    Witness: its parts; R survival, cmprsk and `poisson.test` (monitored_safety.json).
    """
    snapshot = cut.snapshot
    selection = select(snapshot, _population(snapshot))
    time = patient_time(snapshot, cut.as_of)
    exposure = exposures(selection, time)
    deaths, logs = known_deaths(snapshot), _logs(snapshot)
    toxic = next(
        (found for name in logs if (found := _toxic_in(snapshot, name))),
        None,
    )
    counted = deaths_by_arm(selection, deaths, _fatal(snapshot, logs), toxic)
    rates, ratios = _death_rates(snapshot, counted, exposure)
    years, said = _years(exposure)
    return SafetyReview(
        as_of=cut.as_of,
        population=selection.population,
        arms=selection.arms,
        patients=tuple((each.arm, each.patients) for each in exposure),
        deaths=counted,
        death_rates=rates,
        death_ratios=ratios,
        exposure=exposure,
        events=tuple(
            safety_events(snapshot, endpoint, selection, years, since)
            for endpoint in snapshot.protocol.endpoints
            if isinstance(endpoint, AdverseEvents) and endpoint.id in logs
        ),
        toxic=_toxic(snapshot, selection, deaths, toxic),
        mortality=_mortality(snapshot),
        boundaries=safety_boundaries(cut, promise, designed=designed),
        remarks=(*said, *_remarks(cut, deaths, toxic, logs)),
        assumed=ASSUMED,
    )


def _population(snapshot: Snapshot) -> str:
    """Name the population of the adverse events' estimand; "safety" without one."""
    protocol = snapshot.protocol
    asked = (
        each.population
        for each in protocol.estimands
        if isinstance(protocol.endpoint(each.endpoint), AdverseEvents)
    )
    return next(asked, "safety")


def _logs(snapshot: Snapshot) -> dict[str, AdverseEventLog]:
    return dict(snapshot.adverse_events)


def _fatal(snapshot: Snapshot, logs: dict[str, AdverseEventLog]) -> Flags:
    """Say who had a fatal adverse event."""
    fatal = np.zeros(snapshot.subjects.size, dtype=np.bool_)
    for name, log in logs.items():
        records = fatal_events(log, _grading(snapshot, name))
        if records is not None:
            fatal[log.subject[records]] = True
    return flags(fatal)


def _grading(snapshot: Snapshot, endpoint: str) -> str:
    found = snapshot.protocol.endpoint(endpoint)
    return found.grading if isinstance(found, AdverseEvents) else ""


def _toxic_in(snapshot: Snapshot, endpoint: str) -> ToxicDeaths | None:
    log = snapshot.adverse_events[endpoint]
    return toxic_deaths(log, _grading(snapshot, endpoint), snapshot.subjects.size)


def _death_rates(
    snapshot: Snapshot, deaths: tuple[ArmDeaths, ...], exposure: tuple[ArmExposure, ...]
) -> tuple[tuple[tuple[str, Estimate], ...], tuple[tuple[str, Estimate], ...]]:
    level = snapshot.protocol.analysis.level
    seen = {
        arm.arm: (arm.deaths, time.followed)
        for arm, time in zip(deaths, exposure, strict=True)
        if time.followed is not None
    }
    rates = tuple((arm, event_rate(count, years, level)) for arm, (count, years) in seen.items())
    ratios = tuple(
        (each.id, rate_ratio(seen[each.experimental], seen[each.control], level))
        for each in snapshot.protocol.comparisons
        if each.experimental in seen and each.control in seen
    )
    return rates, ratios


def _years(exposure: tuple[ArmExposure, ...]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Give the patient-years that events are set against, and what is to be said of them."""
    some = [each for each in exposure if each.patients]
    if some and all(each.treated and each.with_dates == each.patients for each in some):
        return {each.arm: each.treated or 0.0 for each in some}, (
            "Rates of adverse events are by time on treatment.",
        )
    if some and all(each.followed for each in some):
        return {each.arm: each.followed or 0.0 for each in some}, (
            (
                "The data do not tell every patient's time on treatment: rates of adverse events "
                "are by time in the trial."
            ),
        )
    return {}, ("The data tell no patient-time for every arm: there are no rates by exposure.",)


def _toxic(
    snapshot: Snapshot, selection: Selection, deaths: KnownDeaths, toxic: ToxicDeaths | None
) -> ToxicIncidence | None:
    if toxic is None or deaths.complete is None:
        return None
    protocol = snapshot.protocol
    seen = last_seen(snapshot)
    return toxic_incidence(selection, protocol.comparisons, deaths, toxic, seen, protocol.analysis)


def _mortality(snapshot: Snapshot) -> tuple[CompetingRisksAnalysis, ...]:
    """Analyze the endpoints of deaths that others compete with, where the data have them."""
    protocol, found = snapshot.protocol, []
    for endpoint in mortality_endpoints(protocol):
        estimand = next((e for e in protocol.estimands if e.endpoint == endpoint.id), None)
        if estimand is None or endpoint.id not in snapshot.followups:
            continue
        try:
            found.append(competing_risks_analysis(snapshot, estimand))
        except DataError:  # an arm has nobody yet
            continue
    return tuple(found)


def _remarks(
    cut: DataCut,
    deaths: KnownDeaths,
    toxic: ToxicDeaths | None,
    logs: dict[str, AdverseEventLog],
) -> tuple[str, ...]:
    told = []
    if not logs:
        told.append("The data hold no adverse events.")
    if deaths.complete is None:
        told.append(
            "No endpoint follows everyone until death: deaths after another endpoint's event are "
            "not known, and there is no cumulative incidence of toxic death."
        )
    for name, log in logs.items():
        if log.onset is None:
            told.append(
                f"The onset of the adverse events {name!r} is not recorded: all are "
                "counted, and none can be told to be new."
            )
        lacking = sorted({"grade", "serious", "related", "fatal"} - log.has)
        if lacking:
            told.append(f"Of the adverse events {name!r} is not recorded: {', '.join(lacking)}.")
        if "fatal" in lacking and fatal_events(log, _grading(cut.snapshot, name)) is not None:
            told.append(f"Of the adverse events {name!r} those of grade 5 are taken as fatal.")
    if toxic is not None and deaths.complete is not None:
        odd = np.flatnonzero(toxic.patient & ~deaths.died)
        if odd.size:
            ids = cut.snapshot.subjects.id
            named = ", ".join(ids[each] for each in odd[:10].tolist())
            told.append(
                f"{odd.size} patients have a fatal adverse event but no death in the follow-up: "
                f"{named}. Reconcile the two."
            )
    return tuple(told)

"""What the open report may know of a trial: everyone together, and no arm anywhere.

Everything is computed from `without_arms(snapshot)`, in which all patients are in one arm, so
that nothing here can depend on who was assigned or received what.  Endpoints are analyzed by the
trial's own methods, as of a trial with one arm; what is planned comes from the design, which was
there before the first patient.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from equipoise.analyze.results import EndpointAnalysis, FollowUp
from equipoise.analyze.snapshot import Snapshot
from equipoise.analyze.trial import analyze_estimand
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DataError
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.look.look import TrialRules
from equipoise.monitor.plain_values import canonical, plain
from equipoise.monitor.pooled.accrual import PooledAccrual, pooled_accrual
from equipoise.monitor.pooled.follow_up import DataLag, data_lags, pooled_follow_up
from equipoise.monitor.pooled.harms import PooledDeaths, PooledHarms, pooled_deaths, pooled_harms
from equipoise.monitor.pooled.information import PooledInformation, pooled_information
from equipoise.monitor.pooled.snapshot import (
    EVERYONE,
    named_in,
    populations_by_arm,
    without_arms,
)
from equipoise.protocol.endpoints import AdverseEvents
from equipoise.protocol.trial import Protocol, TimeUnit


@dataclass(frozen=True, slots=True)
class PooledFindings:
    """What the data check found; a text that names an arm is counted and not shown."""

    counts: Mapping[str, int]  # severity → findings
    texts: tuple[tuple[str, str], ...]  # (severity, text)
    not_shown: int


@dataclass(frozen=True, slots=True)
class PooledLate:
    """Events of one endpoint by the cut that came into the database after it."""

    endpoint: str
    label: str
    events: int
    counted: int  # of them, those that this look counts all the same


@dataclass(frozen=True, slots=True)
class PooledTrial:
    """The trial at a look, all arms together."""

    trial: str  # id
    title: str
    registry: str | None
    time_unit: TimeUnit
    display_unit: TimeUnit
    as_of: date
    look: int | None  # from 1; None: at no look
    patients: int  # randomized by the cut
    planned_patients: float | None  # in the end; None: not planned
    after: int  # patients in the data who were randomized after the cut
    latest_seen: date
    populations: tuple[tuple[str, int], ...]  # (label, patients)
    accrual: PooledAccrual | None  # None: no dates of randomization
    follow_up: tuple[FollowUp, ...]  # one a time-to-event endpoint
    lags: tuple[DataLag, ...]
    endpoints: tuple[EndpointAnalysis, ...]  # of one arm, `EVERYONE`; no adverse events
    harms: tuple[PooledHarms, ...]
    deaths: PooledDeaths
    treated: int | None  # None: not recorded
    completed: int | None
    withdrawals: Mapping[str, int]  # reason → patients; empty where not recorded
    information: tuple[PooledInformation, ...]  # one a hypothesis that looks decide
    late: tuple[PooledLate, ...]
    findings: PooledFindings
    left_out: tuple[tuple[str, str], ...]  # (endpoint, why there is no analysis)
    remarks: tuple[str, ...]
    assumed: tuple[str, ...]


def pooled_trial(
    cut: DataCut,
    *,
    design: TrialDesign | None = None,
    rules: TrialRules | None = None,
    look: int | None = None,
    planned_look: int | None = None,
) -> PooledTrial:
    """Tell all that may be known of a trial without comparing its arms.

    Args:
        cut: the data of the look.
        design: of the trial; None: nothing is planned.
        rules: how it is decided; None: no information is counted.
        look: its number, from 1; None: at no look.
        planned_look: the planned look that it stands for; None: that of its number.

    Witness: laws: permuting the arms of patients changes no byte of `canonical_text`.
    """
    protocol, pooled = cut.snapshot.protocol, without_arms(cut.snapshot)
    accrual = pooled_accrual(pooled, cut.as_of, design)
    dropped = populations_by_arm(protocol)
    by_arm = tuple(each.label for each in protocol.estimands if each.population in dropped)
    endpoints, left_out = _analyses(pooled, by_arm)
    told = pooled.disposition
    information: tuple[PooledInformation, ...] = ()
    if rules is not None and design is not None:
        information = pooled_information(
            pooled,
            protocol,
            endpoints,
            rules,
            design,
            look=look if planned_look is None else planned_look,
            cut=None if accrual is None else accrual.cut,
        )
    return PooledTrial(
        trial=protocol.trial.id,
        title=protocol.trial.title,
        registry=protocol.trial.registry,
        time_unit=protocol.trial.time_unit,
        display_unit=protocol.trial.display_unit,
        as_of=cut.as_of,
        look=look,
        patients=pooled.subjects.size,
        planned_patients=None if design is None else design.patients,
        after=cut.after,
        latest_seen=cut.latest_seen,
        populations=_populations(pooled),
        accrual=accrual,
        follow_up=pooled_follow_up(pooled),
        lags=data_lags(pooled, cut.as_of),
        endpoints=endpoints,
        harms=_harms(pooled),
        deaths=pooled_deaths(pooled),
        treated=told.treated.get(EVERYONE.id),
        completed=told.completed.get(EVERYONE.id),
        withdrawals=told.discontinued.get(EVERYONE.id, {}),
        information=information,
        late=_late(cut),
        findings=_findings(cut.snapshot),
        left_out=left_out,
        remarks=_shown(cut.remarks, protocol),
        assumed=ASSUMED,
    )


def canonical_text(pooled: PooledTrial) -> str:
    """Write a pooled trial one way, every bit of it, to compare two.

    Witness: equal for equal values; any number changed changes it.
    """
    return canonical(plain(pooled))


def _analyses(
    pooled: Snapshot, by_arm: tuple[str, ...]
) -> tuple[tuple[EndpointAnalysis, ...], tuple[tuple[str, str], ...]]:
    """Analyze every endpoint that has data, and say which has none."""
    found: list[EndpointAnalysis] = []
    none = [(label, "Its population is defined by the arm.") for label in by_arm]
    read = {*pooled.followups, *pooled.answers, *pooled.measurements}
    for estimand in pooled.protocol.estimands:
        if isinstance(pooled.protocol.endpoint(estimand.endpoint), AdverseEvents):
            continue
        if estimand.endpoint not in read:
            none.append((estimand.label, "It is not in the data."))
            continue
        try:
            found.append(analyze_estimand(pooled, estimand))
        except DataError:
            none.append((estimand.label, "Nobody has follow-up for it yet."))
    return tuple(found), tuple(none)


def _harms(pooled: Snapshot) -> tuple[PooledHarms, ...]:
    return tuple(
        pooled_harms(pooled, estimand)
        for estimand in pooled.protocol.estimands
        if estimand.endpoint in pooled.adverse_events
    )


def _populations(pooled: Snapshot) -> tuple[tuple[str, int], ...]:
    members = pooled.subjects.populations
    return tuple(
        (each.label, int(members[each.id].sum()))
        for each in pooled.protocol.populations
        if each.id in members
    )


def _late(cut: DataCut) -> tuple[PooledLate, ...]:
    told = []
    for endpoint in cut.snapshot.protocol.endpoints:
        events = [each for each in cut.late if each.endpoint == endpoint.id]
        if events:
            counted = sum(each.counted for each in events)
            told.append(PooledLate(endpoint.id, endpoint.label, len(events), counted))
    return tuple(told)


def _findings(snapshot: Snapshot) -> PooledFindings:
    found, protocol = snapshot.findings, snapshot.protocol
    shown = [each for each in found if not named_in(each.message, protocol)]
    return PooledFindings(
        counts=dict(sorted(Counter(each.severity for each in found).items())),
        texts=tuple((each.severity, each.message) for each in shown),
        not_shown=len(found) - len(shown),
    )


def _shown(remarks: tuple[str, ...], protocol: Protocol) -> tuple[str, ...]:
    """Keep the remarks that name no arm, and count the others."""
    kept = tuple(each for each in remarks if not named_in(each, protocol))
    left = len(remarks) - len(kept)
    if not left:
        return kept
    which = "1 remark that names an arm is" if left == 1 else f"{left} remarks that name arms are"
    return (*kept, f"{which} in the closed report.")


_TOGETHER = (
    "All arms are taken together; nothing here was computed from who was assigned or received what."
)
_PLANNED = (
    "What is planned is as designed; numbers of patients and events expected by a date are those "
    "of the planned accrual, counted from the first randomization."
)
ASSUMED = (
    _TOGETHER,
    _PLANNED,
    "Follow-up: reverse Kaplan-Meier; the endpoint's event and those competing with it end it.",
    "Data lag: days from last contact to the cut, of patients still followed.",
)

"""How far each hypothesis has come, all arms together: events (or answers) against those planned.

Events are those that the hypothesis's test counts: of its population, with a stratum where it is
stratified.  Only a comparison of all arms is told: of two arms among several, the count would
tell who is in them.  The variance of an estimate needs the arms, too, and is not told either.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.results import BinaryAnalysis, ContinuousAnalysis, EndpointAnalysis
from equipoise.analyze.selection import merged, stratum_codes
from equipoise.analyze.snapshot import Snapshot
from equipoise.design.survival.enrollment import with_ratio
from equipoise.design.survival.events import counts_at
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.kernel.arrays import Codes, Vector, codes, vector
from equipoise.monitor.bounds.rules import HypothesisRules, UpdatedBounds
from equipoise.monitor.cut.calendar import CutCalendar
from equipoise.monitor.look.look import Counted, TrialRules
from equipoise.protocol.coherence_effects import null_of
from equipoise.protocol.trial import DAYS_PER, Hypothesis, Protocol

POINTS = 121  # of a planned curve
SOME_ARMS = "compares some of the arms only; a count in them would tell who is in them"
BY_ARM = "its population is defined by the arm"
BY_VARIANCE = "counted by the variance of its estimate, which needs the arms"
NOT_READ = "its endpoint is not in the data"


@dataclass(frozen=True, slots=True)
class PlannedEvents:
    """Events expected of all arms over calendar time, as designed."""

    time: Vector  # since the first randomization
    alternative: Vector  # events by then, if the planned effect is true
    null: Vector  # if there is none
    alternative_by_the_cut: float
    null_by_the_cut: float


@dataclass(frozen=True, slots=True)
class EventsSeen:
    """The events of all arms that were counted, by the day they happened."""

    day: Codes  # distinct days, `date.toordinal()`
    cumulative: Codes  # events by the end of each
    undated: int  # events of patients whose date of randomization is not known


@dataclass(frozen=True, slots=True)
class PooledInformation:
    """One hypothesis that looks decide."""

    hypothesis: str
    label: str
    endpoint: str
    counted: Counted
    known: float | None  # events or patients at the cut; None: see `why_not`
    planned: float | None  # what information fraction 1 counts
    planned_now: float | None  # at this look; None: not tested at it, or the look is not known
    planned_looks: tuple[float, ...]  # at each look it has, as planned
    fraction: float | None
    why_not: str
    events: PlannedEvents | None  # None: not counted in events, or no plan of when they come
    seen: EventsSeen | None = None  # None: not counted in events, or nobody's date is known


def pooled_information(
    pooled: Snapshot,
    protocol: Protocol,
    analyses: tuple[EndpointAnalysis, ...],
    rules: TrialRules,
    design: TrialDesign,
    *,
    look: int | None,
    cut: float | None,
) -> tuple[PooledInformation, ...]:
    """Count the information of each hypothesis the rules decide, without its arms.

    Args:
        pooled: a snapshot without arms.
        protocol: the trial's, with its arms and hypotheses.
        analyses: of the pooled snapshot.
        rules: how the trial is decided.
        design: of the trial.
        look: its number; None: not known.
        cut: calendar time of the cut; None: not known.

    Witness: laws: as `seen_statistics` counts where two arms are compared.
    """
    told = zip(rules.stopping.hypotheses, rules.counted, strict=True)
    return tuple(
        _of(pooled, protocol, analyses, rule, counted, design, look, cut) for rule, counted in told
    )


def _of(
    pooled: Snapshot,
    protocol: Protocol,
    analyses: tuple[EndpointAnalysis, ...],
    rule: HypothesisRules,
    counted: Counted,
    design: TrialDesign,
    look: int | None,
    cut: float | None,
) -> PooledInformation:
    hypothesis = protocol.hypothesis(rule.hypothesis)
    planned, looks = _planned(rule)
    known, why_not = _known(pooled, protocol, analyses, hypothesis, counted)
    held = rule.looks or tuple(range(1, len(looks) + 1))
    now = looks[held.index(look)] if looks and look in held else None
    curve = seen = None
    if counted == "events" and not why_not and cut is not None:
        curve = _expected(design.hypothesis(hypothesis.id), cut)
        seen = _seen(pooled, *_counted_events(pooled, protocol, hypothesis))
    return PooledInformation(
        hypothesis=hypothesis.id,
        label=hypothesis.label,
        endpoint=protocol.estimand(hypothesis.estimand).endpoint,
        counted=counted,
        known=known,
        planned=planned,
        planned_now=now,
        planned_looks=looks,
        fraction=None if known is None or not planned else known / planned,
        why_not=why_not,
        events=curve,
        seen=seen,
    )


def _planned(rule: HypothesisRules) -> tuple[float | None, tuple[float, ...]]:
    bounds = rule.bounds
    if not isinstance(bounds, UpdatedBounds):
        return bounds.planned, ()
    return bounds.planned, tuple((bounds.design.information * bounds.planned).tolist())


def _known(
    pooled: Snapshot,
    protocol: Protocol,
    analyses: tuple[EndpointAnalysis, ...],
    hypothesis: Hypothesis,
    counted: Counted,
) -> tuple[float | None, str]:
    comparison = protocol.comparison(hypothesis.comparison)
    if {arm.id for arm in protocol.arms} != {comparison.control, comparison.experimental}:
        return None, SOME_ARMS
    if counted == "variance":
        return None, BY_VARIANCE
    estimand = protocol.estimand(hypothesis.estimand)
    if estimand.population not in pooled.subjects.populations:
        return None, BY_ARM
    asked = (estimand.endpoint, estimand.population)
    known: float | None = None
    if counted == "patients":
        known = next((_answers(each) for each in analyses if _asked(each) == asked), None)
    elif estimand.endpoint in pooled.followups:
        known = float(_counted_events(pooled, protocol, hypothesis)[0].size)
    return known, NOT_READ if known is None else ""


def _asked(analysis: EndpointAnalysis) -> tuple[str, str]:
    return analysis.estimand.endpoint, analysis.estimand.population


def _answers(analysis: EndpointAnalysis) -> float | None:
    """Count whose answer or measurement is known."""
    if isinstance(analysis, BinaryAnalysis):
        return float(analysis.arms[0].patients)
    if isinstance(analysis, ContinuousAnalysis):
        return float(analysis.arms[0].summary.patients)
    return None


def _counted_events(
    pooled: Snapshot, protocol: Protocol, hypothesis: Hypothesis
) -> tuple[Codes, Vector]:
    """Give the patients whose events the test counts, and the times of these events."""
    estimand = protocol.estimand(hypothesis.estimand)
    followup = merged(pooled.followups[estimand.endpoint])
    counts = pooled.subjects.populations[estimand.population].copy()
    if hypothesis.test.stratified_by:
        strata = stratum_codes(pooled.subjects, hypothesis.test.stratified_by)
        counts &= strata.codes >= 0
    event = (followup.outcome == 1) & counts[followup.subject]
    return codes(followup.subject[event]), vector(followup.time[event])


def _seen(pooled: Snapshot, subject: Codes, time: Vector) -> EventsSeen | None:
    """Count the events by the day they happened; None where no date is known."""
    randomized = pooled.subjects.randomized
    if randomized is None:
        return None
    dated = randomized[subject] >= 0
    calendar = CutCalendar(randomized, DAYS_PER[pooled.protocol.trial.time_unit], 0)
    day, events = np.unique(
        calendar.day(codes(subject[dated]), vector(time[dated])), return_counts=True
    )
    return EventsSeen(codes(day), codes(np.cumsum(events)), int((~dated).sum()))


def _expected(each: HypothesisDesign, cut: float) -> PlannedEvents | None:
    """Give the events of the design's world over calendar time, under both truths."""
    if each.world is None or each.effect is None or cut < 0.0:
        return None
    last = (each.plan.looks[-1].time if each.plan else None) or 0.0
    time = vector(np.linspace(0.0, max(last, cut), POINTS))
    null = with_ratio(each.world, null_of(each.effect))
    now = vector([cut])
    return PlannedEvents(
        time=time,
        alternative=vector(counts_at(each.world, time).total_events),
        null=vector(counts_at(null, time).total_events),
        alternative_by_the_cut=float(counts_at(each.world, now).total_events[0]),
        null_by_the_cut=float(counts_at(null, now).total_events[0]),
    )

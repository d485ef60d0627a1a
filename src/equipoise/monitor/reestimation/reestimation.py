"""What pooled data say of a trial's size: nuisance parameters re-estimated without unblinding.

    times     hazards of all patients against the plan (`reestimation_hazard`): events by the
              planned end, when the events are there, and the patients for them by then
    answers   the pooled probability, split at the planned effect (Gould 1992, Stat Med 11:55)
    measures  the one-sample standard deviation, as it is (Kieser & Friede 2003) or with the
              planned difference taken off (Gould & Shih 1992; Zucker et al. 1999)

The planned effect, alpha, power and bounds stay; only what the plan assumed beside them moves.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from equipoise.design.adaptive.blinded import ReestimatedSize
from equipoise.design.survival.events import counts_at, most_events, time_of_events
from equipoise.design.survival.world import Accrual, Piecewise, SurvivalWorld
from equipoise.errors import DataError, DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.root import root_between
from equipoise.kernel.student import student_upper_quantile
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.reestimation.hazard import BlindedHazard

PIECES = 12  # of the accrual so far
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class PooledAnswers:
    """A binary endpoint of all patients together."""

    yes: int
    patients: int  # with an answer


@dataclass(frozen=True, slots=True)
class PooledMeasurements:
    """A continuous endpoint of all patients together."""

    standard_deviation: float  # one-sample, divisor n - 1
    patients: int  # with a measurement


Pooled: TypeAlias = PatientsAtHand | PooledAnswers | PooledMeasurements


@dataclass(frozen=True, slots=True)
class NuisanceEstimate:
    """One planned quantity, as planned and as the pooled data have it."""

    name: str
    planned: float
    estimated: float
    lower: float | None  # limits at the level below; None: those of what it is told from
    upper: float | None
    level: float
    based_on: str  # events or patients, in words


@dataclass(frozen=True, slots=True)
class EventsReestimated:
    """What a new event rate does to the calendar of a trial."""

    world: SurvivalWorld  # hazards as re-estimated, accrual as it was and as planned from now on
    events: float  # wanted at the last look
    planned_end: float  # calendar time of the last look as planned
    events_by_cut: float  # expected by now under the re-estimated rate
    planned_by_cut: float  # expected by now as planned
    events_by_planned_end: float
    power_at_planned_end: float  # if the trial ended then
    end: float | None  # when the events wanted are expected; None: never
    most: float  # events that can come at all, of the patients planned
    patients: float  # enrolled in the end, as planned
    patients_for_end: float | None  # enrolled for the events by the planned end; None: too late
    accrual_for_end: float | None  # how long enrollment must then last


@dataclass(frozen=True, slots=True)
class Reestimation:
    """A blinded re-estimation for the hypothesis that sizes a trial, and what it would change."""

    hypothesis: str  # id
    kind: Literal["time-to-event", "binary", "continuous"]
    nuisance: tuple[NuisanceEstimate, ...]
    hazard: BlindedHazard | None  # times only
    events: EventsReestimated | None  # times only
    size: ReestimatedSize | None  # patients of all arms; None for times
    whole: int | None  # whole patients to go on with; None for times
    inflated: float | None  # patients, if the variance's own uncertainty is to be made up for
    power_unchanged: float  # of the planned size, were the re-estimated values true
    sentences: tuple[str, ...]
    alpha: str  # what becomes of the type I error, and who says so
    assumed: tuple[str, ...]


def enrollment_pace(entry: Vector, cut: float, planned: Accrual) -> Piecewise:
    """Give patients a time unit: as they came until the cut, and as planned from then on.

    Where the plan has none any more after the cut, the average rate so far goes on.

    Args:
        entry: (patients,) calendar times of randomization so far.
        cut: calendar time.
        planned: of the whole trial.

    Raises:
        DataError: nobody is enrolled, or someone after the cut.

    Witness: law: by the cut as many as are enrolled.
    """
    if entry.size == 0:
        raise DataError("Nobody is enrolled yet: there is nothing to re-estimate from.")
    if entry.max() > cut or entry.min() < 0 or cut <= 0:
        raise DataError(
            f"Patients enter between 0 and the cut at {cut:g}; found {entry.min():g} to "
            f"{entry.max():g}. Cut the data first."
        )
    open_still = entry.size < planned.patients * (1.0 - ROUNDING)
    until = cut if open_still else max(float(entry.max()), cut / PIECES)
    edges = np.linspace(0.0, until, PIECES + 1)
    rates = np.histogram(entry, edges)[0] / (until / PIECES)
    starts = np.append(cut, planned.starts[planned.starts > cut])
    ahead = Piecewise(planned.starts, planned.rates).at(starts)
    ahead = np.where(ahead > 0, ahead, entry.size / cut)
    if until < cut:  # nobody came any more
        edges, rates = np.append(edges, cut), np.append(rates, 0.0)
    return Piecewise(
        vector(np.concatenate([edges[:-1], starts])), vector(np.concatenate([rates, ahead]))
    )


def accrual_until(pace: Piecewise, duration: float) -> Accrual:
    """Give the accrual of a pace that ends at a time.

    >>> accrual_until(Piecewise(vector([0.0, 6.0]), vector([5.0, 10.0])), 9.0).patients
    60.0
    """
    kept = pace.starts < duration
    return Accrual(vector(pace.starts[kept]), vector(pace.values[kept]), duration)


def time_enrolled(pace: Piecewise, patients: float) -> float:
    """Give the time by which a pace has brought so many patients.

    Witness: law: the accrual until then has as many.

    >>> time_enrolled(Piecewise(vector([0.0, 6.0]), vector([5.0, 10.0])), 60.0)
    9.0
    """
    came = pace.cumulative(pace.starts)
    place = int(np.flatnonzero(came <= patients * (1.0 - ROUNDING))[-1])
    return float(pace.starts[place] + (patients - came[place]) / pace.values[place])


def events_reestimated(
    world: SurvivalWorld,
    factor: Piecewise,
    pace: Piecewise,
    *,
    patients: float,
    cut: float,
    events: float,
    planned_end: float,
) -> EventsReestimated:
    """Tell what a new event rate does to events and times; the power is filled in by the design.

    Args:
        world: as planned.
        factor: times the planned hazards.
        pace: of enrollment, from `enrollment_pace`.
        patients: enrolled in the end.
        cut: calendar time.
        events: wanted at the last look.
        planned_end: calendar time of the last look as planned.

    Raises:
        DesignError: from the worlds' own checks.

    Accuracy: 1e-9 relative.

    Witness: lrstat `caltime` and `accrual`; law: a factor of 1 with the planned accrual gives the
        plan (tests/laws/test_monitored_reestimation.py).
    """
    accrual = accrual_until(pace, time_enrolled(pace, patients))
    new = faster(world, factor, accrual)
    by = counts_at(new, vector([cut, planned_end])).total_events
    most = most_events(new)
    enough, lasting = _patients_for(new, pace, cut, events, planned_end)
    return EventsReestimated(
        world=new,
        events=events,
        planned_end=planned_end,
        events_by_cut=float(by[0]),
        planned_by_cut=float(counts_at(world, vector([cut])).total_events[0]),
        events_by_planned_end=float(by[1]),
        power_at_planned_end=0.0,
        end=_time_of(new, events),
        most=most,
        patients=accrual.patients,
        patients_for_end=enough,
        accrual_for_end=lasting,
    )


def faster(world: SurvivalWorld, factor: Piecewise, accrual: Accrual) -> SurvivalWorld:
    """Give the world with all hazards multiplied, and another accrual.

    Witness: law: its hazards over the plan's are the factor.
    """
    strata = tuple(
        replace(stratum, control_hazard=stratum.control_hazard.times(factor))
        for stratum in world.strata
    )
    return replace(world, strata=strata, accrual=accrual, accrual_by_stratum=())


def _time_of(world: SurvivalWorld, events: float) -> float | None:
    try:
        return float(time_of_events(world, [events])[0])
    except DesignError:  # they never come
        return None


def _patients_for(
    world: SurvivalWorld, pace: Piecewise, cut: float, events: float, end: float
) -> tuple[float | None, float | None]:
    """Enroll for longer, or for less long, to have the events by the end; None: too late."""

    def lacking(duration: float) -> float:
        lasting = replace(world, accrual=accrual_until(pace, duration))
        return float(counts_at(lasting, vector([end])).total_events[0]) - events

    if end <= cut or lacking(end) < 0:
        return None, None
    duration = cut if lacking(cut) >= 0 else root_between(lacking, cut, end)
    return accrual_until(pace, duration).patients, duration


def inflation_for_variance(
    patients_at_estimate: int, *, alpha: float, power: float, sides: Literal[1, 2] = 1
) -> float:
    """Give the factor that makes up for a variance estimated from so few patients.

        ((t_α + t_β) / (z_α + z_β))²,    quantiles of t with n₁ - 1 degrees of freedom

    as the pooled one-sample variance has them (Zucker, Wittes, Schabenberger & Brittain 1999).

    Args:
        patients_at_estimate: n₁.
        alpha: of all sides together.
        power: promised.
        sides: of the test.

    Raises:
        DesignError: fewer than two patients.

    Witness: R 4.2 `qt`, `qnorm` (monitored_reestimation.json).

    >>> round(inflation_for_variance(41, alpha=0.05, power=0.9, sides=2), 4)
    1.0516
    """
    if patients_at_estimate < 2:  # noqa: PLR2004
        raise DesignError(f"A variance needs two patients; found {patients_at_estimate}. Wait.")
    freedom = float(patients_at_estimate - 1)
    tails = (alpha / sides, 1.0 - power)
    student = sum(student_upper_quantile(tail, freedom) for tail in tails)
    normal = sum(upper_quantile(tail) for tail in tails)
    return float((student / normal) ** 2)

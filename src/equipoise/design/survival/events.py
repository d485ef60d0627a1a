"""How many events a trial may expect by when, by stratum and arm, and when it has enough.

Patients enter along the accrual, have the event, drop out, or are still at risk when the
calendar reaches t; `kernel/piecewise_exponential.py` holds the integrals.  In a mixture cure
model a fraction of an arm never has the event but may drop out.  Expected numbers are exact
for the world given; the time of the d-th event is the time by which d are expected, not the
mean of a random time (for 50 events and more they differ by little).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.survival.checks import check_calendar, check_world
from equipoise.design.survival.world import Accrual, Piecewise, StratumWorld, SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, vector
from equipoise.kernel.piecewise_exponential import (
    Courses,
    Cube,
    counts_by_piece,
    eventual_events,
    expected_counts,
)

CONTROL, EXPERIMENTAL = 0, 1  # the arms' places in every array
GRID = 25  # points for a first guess of a time
STEPS = 60  # Newton steps at most; some three are needed
AT_LIMIT = 1e-12  # relative, of the most events there can be
NEAR = 1e-7  # a relative step this small leaves an error of its square


@dataclass(frozen=True, slots=True)
class ExpectedCounts:
    """Expected numbers at calendar times: arrays are (times, strata, arms), control first."""

    time: Vector  # since the first patient
    events: Cube
    dropouts: Cube
    at_risk: Cube  # the pipeline: enrolled, without event or dropout, still in follow-up
    enrolled: Cube

    @property
    def total_events(self) -> Vector:
        """Events of all strata and arms at each time."""
        return np.asarray(self.events.sum(axis=(1, 2)))

    @property
    def patients(self) -> Vector:
        """Patients enrolled in all strata and arms at each time."""
        return np.asarray(self.enrolled.sum(axis=(1, 2)))


def expected_events(world: SurvivalWorld, time: ArrayLike) -> ExpectedCounts:
    """Tell what a trial may expect to have seen by each calendar time.

    Raises:
        DesignError: a rate, share or time that no world can have.
    Accuracy:
        1e-13 relative for rates constant on pieces.
    Witness:
        sv13 (gsDesign eEvents), rps06 (rpact getEventProbabilities), lr20 (lrstat).

    >>> from equipoise.design.survival.world import constant_rate
    >>> accrual = Accrual(vector([0.0]), vector([10.0]), duration=12.0)
    >>> none = constant_rate(0.0)
    >>> stratum = StratumWorld("all", 1.0, constant_rate(0.05), constant_rate(0.6), none, none)
    >>> seen = expected_events(SurvivalWorld(accrual, (stratum,)), [12.0, 24.0])
    >>> seen.total_events.round(3).tolist(), seen.patients.tolist()
    ([24.494, 60.084], [120.0, 120.0])
    """
    check_world(world)
    times = vector(time)
    check_calendar(times)
    return counts_at(world, times)


def counts_at(world: SurvivalWorld, times: Vector, rows: Courses | None = None) -> ExpectedCounts:
    """Give what `expected_events` gives, of a world already checked (and laid out in rows).

    Witness:
        `expected_events`.
    """
    counts = expected_counts(rows or courses(world), times)
    return ExpectedCounts(
        times,
        *(
            _by_arm(world, part)
            for part in (counts.events, counts.dropouts, counts.at_risk, counts.enrolled)
        ),
    )


def events_by_piece(world: SurvivalWorld, times: Vector) -> tuple[Vector, Cube]:
    """Give the starts of the follow-up pieces and the events of each arm in them.

    The events are (times, strata, arms, pieces): what an average hazard ratio weighs by.

    Witness:
        design-0083 (gsDesign2 expected_event).
    """
    rows = courses(world)
    events = counts_by_piece(rows, times)[0]
    shape = (len(world.strata), 2, -1, times.size, rows.starts.size)
    return rows.starts, np.moveaxis(events.reshape(shape).sum(axis=2), 2, 0)


def most_events(world: SurvivalWorld) -> float:
    """Tell how many events a trial can expect if everybody is followed for as long as possible.

    Witness:
        `expected_events` at a late time.

    >>> from equipoise.design.survival.world import constant_rate
    >>> accrual = Accrual(vector([0.0]), vector([10.0]), duration=12.0)
    >>> none = constant_rate(0.0)
    >>> stratum = StratumWorld("all", 1.0, constant_rate(0.05), constant_rate(1.0), none, none,
    ...                        control_cured=0.5, experimental_cured=0.5)
    >>> round(most_events(SurvivalWorld(accrual, (stratum,))), 6)
    60.0
    """
    return float(eventual_events(courses(world)).sum())


def time_of_events(world: SurvivalWorld, events: ArrayLike) -> Vector:
    """Tell by when each number of events is expected.

    Raises:
        DesignError: a number that is never reached, with the most that can be.
    Accuracy:
        1e-12 relative.
    Witness:
        lr25 (lrstat caltime), lr20, sv07 (gsDesign), rpact's analysis times.

    >>> from equipoise.design.survival.world import constant_rate
    >>> accrual = Accrual(vector([0.0]), vector([10.0]), duration=12.0)
    >>> none = constant_rate(0.0)
    >>> stratum = StratumWorld("all", 1.0, constant_rate(0.05), constant_rate(0.6), none, none)
    >>> time_of_events(SurvivalWorld(accrual, (stratum,)), 60).round(4).tolist()
    [23.9633]
    """
    check_world(world)
    wanted = vector(events)
    if not bool(np.all(wanted >= 0)):
        raise DesignError(f"A number of events must be 0 or more; found {float(wanted.min()):g}.")
    if not bool(np.all(wanted < reachable_events(world))):
        raise DesignError(never_reached(world, float(np.max(wanted)), most_events(world)))
    return times_when(courses(world), wanted)


def reachable_events(world: SurvivalWorld, rows: Courses | None = None) -> float:
    """Give the events below which a time can be told.

    A limit that is only approached must not be touched; one that is reached, when all patients
    have had their longest follow-up, may be.

    Witness:
        `most_events`.
    """
    reached = np.isfinite(world.longest_follow_up)
    most = float(eventual_events(rows or courses(world)).sum())
    return most * (1.0 + AT_LIMIT if reached else 1.0 - AT_LIMIT)


def never_reached(world: SurvivalWorld, wanted: float, most: float) -> str:
    """Say that a number of events cannot be had, and what could be.

    Witness:
        `most_events`.
    """
    patients = patients_of(world)
    enough = f"{np.floor(patients * wanted / most) + 1:g}" if most > 0 else "infinitely many"
    return (
        f"{wanted:g} events are never reached: of {patients:g} patients at most {most:.4g} can be "
        f"expected to have one, however long they are followed. Enroll at least {enough}, or plan "
        "for fewer events."
    )


def times_when(rows: Courses, wanted: Vector) -> Vector:
    """Invert the expected number of events, which must be reachable.

    Witness:
        `time_of_events`.
    """
    low, high = _bracket(rows, float(wanted.max()))
    grid = np.linspace(low, high, GRID)
    seen = expected_counts(rows, grid).events.sum(axis=0)
    place = np.clip(np.searchsorted(seen, wanted), 1, GRID - 1)
    below, above = grid[place - 1], grid[place]
    gain = seen[place] - seen[place - 1]
    part = (wanted - seen[place - 1]) / np.where(gain > 0, gain, 1.0)
    time = below + (above - below) * np.clip(part, 0.0, 1.0)
    for _ in range(STEPS):
        counts = expected_counts(rows, time)
        excess = counts.events.sum(axis=0) - wanted
        below = np.where(excess < 0, time, below)
        above = np.where(excess < 0, above, time)
        flow = counts.event_flow.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            following = time - excess / flow
        inside = (following >= below) & (following <= above)
        following = np.where(inside, following, (below + above) / 2)
        moved = np.abs(following - time)
        time = following
        if bool(np.all(moved <= NEAR * time)):
            break
    return vector(np.where(wanted > 0, time, 0.0))


def courses(world: SurvivalWorld) -> Courses:
    """Lay a world out in rows: stratum, then arm, then (where some are cured) who is not.

    Witness:
        `expected_events`.
    """
    curable = any(s.control_cured or s.experimental_cured for s in world.strata)
    pieces = [_arms(stratum, world.weibull_shape) for stratum in world.strata]
    starts = pieces[0][0].starts
    for rate in (rate for rates in pieces for rate in rates):
        if rate.starts.size > 1:
            starts = np.union1d(starts, rate.starts)
    entry_starts, entry_rate = _entries(world)
    share = (1.0 - world.experimental_share, world.experimental_share)
    event, dropout, entry = [], [], []
    for place, (stratum, rates) in enumerate(zip(world.strata, pieces, strict=True)):
        cured = (stratum.control_cured, stratum.experimental_cured)
        for arm in (CONTROL, EXPERIMENTAL):
            leaving = rates[2 + arm].at(starts)
            event.append(rates[arm].at(starts))
            dropout.append(leaving)
            entry.append(entry_rate[place] * (share[arm] * (1.0 - cured[arm])))
            if curable:
                event.append(np.zeros(starts.size))
                dropout.append(leaving)
                entry.append(entry_rate[place] * (share[arm] * cured[arm]))
    return Courses(
        starts,
        np.array(event),
        np.array(dropout),
        entry_starts,
        np.array(entry),
        world.longest_follow_up,
        world.weibull_shape,
    )


def patients_of(world: SurvivalWorld) -> float:
    """Give the patients enrolled in the end.

    Witness:
        sv13 (n).
    """
    own = world.accrual_by_stratum
    return sum(accrual.patients for accrual in own) if own else world.accrual.patients


def _arms(stratum: StratumWorld, shape: float) -> tuple[Piecewise, ...]:
    """Give control and experimental hazards, then dropouts, with starts in follow-up time."""
    hazards: tuple[Piecewise, ...] = (stratum.control_hazard, stratum.experimental_hazard)
    if shape != 1.0:
        hazards = tuple(Piecewise(h.starts ** (1.0 / shape), h.values) for h in hazards)
    return (*hazards, stratum.control_dropout, stratum.experimental_dropout)


def _entries(world: SurvivalWorld) -> tuple[Vector, Matrix]:
    """Give the starts of the entry pieces and each stratum's patients per time unit in them."""
    accruals = world.accrual_by_stratum or (world.accrual,)
    starts = np.append(accruals[0].starts, accruals[0].duration)
    if len(accruals) > 1:
        starts = np.unique(np.concatenate([[*a.starts, a.duration] for a in accruals]))
    starts = starts[starts <= max(accrual.duration for accrual in accruals)]
    rates = np.array([_entry_rate(accrual, starts) for accrual in accruals])
    if not world.accrual_by_stratum:
        rates = np.array([[stratum.share] for stratum in world.strata]) * rates
    return starts, rates


def _entry_rate(accrual: Accrual, starts: Vector) -> Vector:
    rate = Piecewise(accrual.starts, accrual.rates).at(starts)
    return np.where(starts < accrual.duration, rate, 0.0)


def _by_arm(world: SurvivalWorld, part: Matrix) -> Cube:
    return np.moveaxis(part.reshape(len(world.strata), 2, -1, part.shape[1]).sum(axis=2), 2, 0)


def _bracket(rows: Courses, most: float) -> tuple[float, float]:
    """Give 0 and a time by which `most` events are expected."""
    end = float(rows.entry_starts[-1])
    if np.isfinite(rows.longest_follow_up):
        return 0.0, end + rows.longest_follow_up
    for _ in range(STEPS):
        if float(expected_counts(rows, np.array([end])).events.sum()) >= most:
            break
        end *= 2.0
    return 0.0, end

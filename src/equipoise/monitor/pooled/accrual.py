"""Who came when, against who was planned to come: all arms together.

Calendar time runs from the first randomization, in the trial's time unit.  The plan is that of
the design's main hypothesis, scaled to the patients of all arms; its patients come evenly within
each piece of the accrual.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from equipoise.analyze.selection import stratum_codes
from equipoise.analyze.snapshot import Snapshot, Subjects
from equipoise.design.survival.events import counts_at
from equipoise.design.survival.world import SurvivalWorld
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.kernel.arrays import Codes, Vector, codes, vector
from equipoise.protocol.trial import DAYS_PER

POINTS = 121  # of a planned curve
NO_STRATUM = "stratum not recorded"


@dataclass(frozen=True, slots=True)
class AccrualMonth:
    """One month of the calendar."""

    month: str  # "2019-06"
    patients: int  # randomized in it
    cumulative: int  # by its end, or by the cut
    planned: float | None  # by then; None: no plan


@dataclass(frozen=True, slots=True)
class PlannedAccrual:
    """The plan's patients of all arms over calendar time."""

    time: Vector  # since the first randomization
    patients: Vector  # by then
    total: float
    by_the_cut: float
    ends: float  # calendar time at which accrual was planned to end


@dataclass(frozen=True, slots=True)
class PooledAccrual:
    """Everyone randomized by the cut."""

    first: date
    latest: date
    day: Codes  # distinct days of randomization, `date.toordinal()`
    cumulative: Codes  # patients by the end of each
    months: tuple[AccrualMonth, ...]
    strata: tuple[tuple[str, int], ...]  # (combined level, patients); empty: not stratified
    undated: int  # patients whose date of randomization is not known
    cut: float  # calendar time of the cut
    planned: PlannedAccrual | None


def calendar_time(as_of: date, first: date, time_unit: str) -> float:
    """Give the time from the first randomization to the end of a day, in the trial's time unit.

    Witness: dates counted by hand (tests/worlds/test_monitored_pooled.py).

    >>> calendar_time(date(2020, 1, 2), date(2020, 1, 1), "day")
    1.0
    """
    return (as_of - first).days / DAYS_PER[time_unit]


def pooled_accrual(
    pooled: Snapshot, as_of: date, design: TrialDesign | None
) -> PooledAccrual | None:
    """Count who came when; None where no date of randomization is known.

    Args:
        pooled: a snapshot without arms.
        as_of: the cut.
        design: of the trial; None: no plan to compare with.

    Witness: counted patient by patient (tests/twice/test_monitored_pooled.py).
    """
    subjects = pooled.subjects
    if subjects.randomized is None or not (subjects.randomized >= 0).any():
        return None
    dated = subjects.randomized[subjects.randomized >= 0]
    day, count = np.unique(dated, return_counts=True)
    first = date.fromordinal(int(day[0]))
    unit = pooled.protocol.trial.time_unit
    cut = calendar_time(as_of, first, unit)
    plan = _planned(design, cut)
    return PooledAccrual(
        first=first,
        latest=date.fromordinal(int(day[-1])),
        day=codes(day),
        cumulative=codes(np.cumsum(count)),
        months=_months(dated, as_of, first, unit, plan),
        strata=_strata(pooled, subjects),
        undated=subjects.size - int(dated.size),
        cut=cut,
        planned=None if plan is None else _curve(plan, cut),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """Patients that come, and how many times as many the whole trial has."""

    world: SurvivalWorld
    factor: float

    @property
    def ends(self) -> float:
        own = self.world.accrual_by_stratum or (self.world.accrual,)
        return max(accrual.duration for accrual in own)

    def by(self, time: Vector) -> Vector:
        """Give the patients of all arms by calendar times."""
        return vector(self.factor * counts_at(self.world, vector(np.maximum(time, 0.0))).patients)


def _planned(design: TrialDesign | None, cut: float) -> _Plan | None:
    main = planned_world(design)
    if main is None or main.world is None or cut < 0.0:
        return None
    own = main.world.accrual_by_stratum or (main.world.accrual,)
    expected = sum(accrual.patients for accrual in own)
    whole = design.patients if design is not None else None
    return _Plan(main.world, 1.0 if whole is None or expected <= 0.0 else whole / expected)


def planned_world(design: TrialDesign | None) -> HypothesisDesign | None:
    """Find the hypothesis whose world tells when patients come: the main one, or the first."""
    if design is None:
        return None
    first = [] if design.main is None else [design.main]
    return next((each for each in [*first, *design.hypotheses] if each.world is not None), None)


def _curve(plan: _Plan, cut: float) -> PlannedAccrual:
    ends = plan.ends
    time = vector(np.linspace(0.0, max(ends, cut), POINTS))
    total, now = plan.by(vector([ends, cut]))
    return PlannedAccrual(time, plan.by(time), float(total), float(now), ends)


def _months(
    dated: Codes, as_of: date, first: date, unit: str, plan: _Plan | None
) -> tuple[AccrualMonth, ...]:
    """Count by month of the calendar, months without a patient among them."""
    ordered = np.sort(dated)
    found: list[AccrualMonth] = []
    start, before = date(first.year, first.month, 1), 0
    while start <= as_of:
        following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        by_then = int(np.searchsorted(ordered, following.toordinal()))
        last = min(date.fromordinal(following.toordinal() - 1), as_of)
        time = calendar_time(last, first, unit)
        planned = None if plan is None else float(plan.by(vector([time]))[0])
        found.append(AccrualMonth(f"{start:%Y-%m}", by_then - before, by_then, planned))
        start, before = following, by_then
    return tuple(found)


def _strata(pooled: Snapshot, subjects: Subjects) -> tuple[tuple[str, int], ...]:
    if not pooled.protocol.strata:
        return ()
    strata = stratum_codes(subjects, pooled.protocol.strata)
    counts = np.bincount(strata.codes[strata.codes >= 0], minlength=len(strata.levels))
    told = list(zip(strata.levels, counts.tolist(), strict=True))
    without = int((strata.codes < 0).sum())
    return (*told, *([(NO_STRATUM, without)] if without else []))

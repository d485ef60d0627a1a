"""How long patients were treated and followed, and how often harms came in that time.

    treatment       last day - first day + 1, both counted; until the cut where it goes on
    in the trial    from randomization to death or the last time seen for any endpoint
    rate            events / patient-years, with exact Poisson limits  ½ χ²(2x), ½ χ²(2x + 2)
    ratio of rates  given all x = x₁ + x₀ events, x₁ is binomial with p / (1 - p) = ratio · t₁ / t₀;
                    exact (Clopper-Pearson) limits of p give those of the ratio

(Garwood 1936, Biometrika 28:437; Przyborowski & Wilenski 1940, Biometrika 31:313.)  Rates are
per 100 patient-years.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import gammaincinv

from equipoise.analyze.estimates import Absent, Estimate, Interval, Number, absent_estimate
from equipoise.analyze.selection import Selection
from equipoise.analyze.snapshot import Snapshot, Subjects
from equipoise.errors import DataError
from equipoise.kernel.arrays import Flags, Vector, vector
from equipoise.kernel.one_proportion import proportion_limits
from equipoise.protocol.trial import DAYS_PER

PER = 100.0  # patient-years
EXACT_POISSON = "exact Poisson"
EXACT_RATIO = "exact, given the events of both arms"


@dataclass(frozen=True, slots=True)
class ArmExposure:
    """Patient-time of one arm, in years; None where the data do not tell."""

    arm: str  # id
    patients: int
    followed: float | None  # patient-years in the trial
    treated: float | None  # patient-years on treatment
    with_dates: int  # patients whose first day of treatment is known
    still_treated: int  # of these, without a last day: treated until the cut, or until last seen


@dataclass(frozen=True, slots=True)
class PatientTime:
    """Years of every patient; NaN where they are not known."""

    followed: Vector
    treated: Vector
    open_ended: Flags  # treatment without a last day


def patient_time(snapshot: Snapshot, as_of: date) -> PatientTime:
    """Tell how long every patient was followed and treated by a cut.

    Witness: a loop over patients (tests/twice/test_monitored_safety.py).
    """
    subjects = snapshot.subjects
    per_year = DAYS_PER["year"] / DAYS_PER[snapshot.protocol.trial.time_unit]
    followed = last_seen(snapshot) / per_year
    treated, open_ended = _treated(subjects, as_of.toordinal(), followed)
    return PatientTime(vector(followed), vector(treated), open_ended)


def last_seen(snapshot: Snapshot) -> Vector:
    """Give the last time each patient was seen for any endpoint, since randomization; or NaN.

    Witness: a loop over patients (tests/twice/test_monitored_safety.py).
    """
    seen = np.full(snapshot.subjects.size, -np.inf)
    for followup in snapshot.followups.values():
        np.maximum.at(seen, followup.subject, followup.time)
    return vector(np.where(np.isfinite(seen), seen, np.nan))


def _treated(subjects: Subjects, cut: int, followed: Vector) -> tuple[Vector, Flags]:
    years = np.full(subjects.size, np.nan)
    open_ended = np.zeros(subjects.size, dtype=np.bool_)
    if subjects.treated_from is None:
        return years, open_ended
    first = subjects.treated_from
    known = (first >= 0) & (first <= cut)
    last = np.full(subjects.size, -1) if subjects.treated_until is None else subjects.treated_until
    open_ended = known & (last < 0)
    until = np.where(open_ended | (last > cut), cut, last)
    if subjects.randomized is not None:  # who is not seen any more is not treated any more
        seen = subjects.randomized + np.floor(followed * DAYS_PER["year"] + 1e-6)
        stops = open_ended & (subjects.randomized >= 0) & np.isfinite(seen)
        until = np.where(stops, np.minimum(until, np.where(np.isfinite(seen), seen, 0)), until)
    days = np.maximum(until - first + 1, 0)
    return vector(np.where(known, days / DAYS_PER["year"], np.nan)), open_ended


def exposures(selection: Selection, time: PatientTime) -> tuple[ArmExposure, ...]:
    """Add up the patient-time of every arm.

    Args:
        selection: who is counted, by arm.
        time: from `patient_time`.

    Witness: sums of `patient_time`.
    """
    return tuple(_exposure(arm.id, selection.members(arm.id), time) for arm in selection.arms)


def _exposure(arm: str, members: Flags, time: PatientTime) -> ArmExposure:
    treated, followed = time.treated[members], time.followed[members]
    known, seen = np.isfinite(treated), np.isfinite(followed)
    return ArmExposure(
        arm=arm,
        patients=int(members.sum()),
        followed=float(followed[seen].sum()) if seen.any() else None,
        treated=float(treated[known].sum()) if known.any() else None,
        with_dates=int(known.sum()),
        still_treated=int(time.open_ended[members].sum()),
    )


def event_rate(events: int, years: float, level: float = 0.95) -> Estimate:
    """Give events per 100 patient-years with exact Poisson limits.

    Args:
        events: counted.
        years: patient-years they were counted in.
        level: of the interval.

    Raises:
        DataError: for a negative count or time.

    Accuracy: 1e-12 relative.

    Witness: R 4.2 `poisson.test` (monitored_safety.json).

    >>> event_rate(3, 50.0)
    Estimate: 6 (1.237 to 17.53), 95% exact Poisson
    """
    if events < 0 or not years >= 0:
        raise DataError(
            f"{events} events in {years:g} patient-years: neither can be below 0. Look at the data."
        )
    method = "events per 100 patient-years"
    if years == 0:
        return absent_estimate(method, Absent.NO_PATIENTS, level)
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(gammaincinv(events, tail))
    high = float(gammaincinv(events + 1, 1 - tail))
    limits = Interval(PER * low / years, PER * high / years, level, EXACT_POISSON)
    return Estimate(PER * events / years, PER * events**0.5 / years, limits, method)


def rate_ratio(
    experimental: tuple[int, float], control: tuple[int, float], level: float = 0.95
) -> Estimate:
    """Compare two rates, experimental over control, with exact limits.

    Args:
        experimental: events and patient-years.
        control: likewise.
        level: of the interval.

    Accuracy: 1e-12 relative.

    Witness: R 4.2 `poisson.test` of two counts (monitored_safety.json).

    >>> rate_ratio((11, 800.0), (23, 783.0))
    Estimate: 0.4681 (0.206 to 0.9996), 95% exact, given the events of both arms
    """
    (x1, t1), (x0, t0) = experimental, control
    method = "ratio of rates"
    if t1 <= 0 or t0 <= 0:
        return absent_estimate(method, Absent.NO_PATIENTS, level)
    if x1 + x0 == 0:
        return absent_estimate(method, Absent.NO_EVENTS, level)
    low, high = proportion_limits(x1, x1 + x0, level, "clopper-pearson")
    upper: Number = Absent.UNBOUNDED if x0 == 0 else high / (1 - high) * t0 / t1
    limits = Interval(
        low / (1 - low) * t0 / t1 if low < 1 else Absent.UNBOUNDED, upper, level, EXACT_RATIO
    )
    if x0 == 0:
        return Estimate(Absent.NO_EVENTS_IN_AN_ARM, Absent.NO_STANDARD_ERROR, limits, method, "log")
    value = x1 / t1 / (x0 / t0)
    error: Number = (1 / x1 + 1 / x0) ** 0.5 if x1 else Absent.NO_VARIANCE
    return Estimate(value, error, limits, method, "log")


def rates_by_arm(
    counts: Mapping[str, int], years: Mapping[str, float], level: float
) -> dict[str, Estimate]:
    """Give the rate of every arm.

    Witness: `event_rate`.
    """
    return {arm: event_rate(events, years[arm], level) for arm, events in counts.items()}

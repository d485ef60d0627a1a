"""Curves back to patients: follow-up times and outcomes that draw the published curve again.

Guyot et al. (2012) solve the Kaplan-Meier equations backwards, adjusting censoring until numbers
at risk agree.  Here the whole numbers of events and censorings are sought in each interval between
numbers at risk, at the least misfit to the curve within its reading error; numbers at risk come
back exactly, a published total of events wherever the curve allows any.  Where no number at risk
is printed the size of the curve's steps tells how many are followed (`censoring`).
Curves of several causes are rebuilt together (Aalen-Johansen); one is its special case.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.appraise.curves.censoring import reading_error, tail_of
from equipoise.appraise.curves.counts import Counted, count_parts, settled
from equipoise.appraise.curves.curve import AtRisk, Curve, numbers
from equipoise.appraise.curves.parts import (
    FLAT,
    Steps,
    Told,
    censoring_times,
    held_at_risk,
    parts_of,
    steps_of,
)
from equipoise.appraise.curves.total import counted_beyond
from equipoise.errors import ClaimError, DataError
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """Patients of one arm, in the order of time, and what they were made from."""

    time: Vector
    outcome: Codes  # 0 censored; 1, 2, ... the cause, in the order of the curves
    curves: tuple[Curve, ...]
    at_risk: AtRisk | None
    total_events: int | None  # as published
    reading_error: float  # standard deviation of a value, as assumed or found
    assumed: tuple[str, ...]

    @property
    def event(self) -> Flags:
        """Whether each follow-up ended in an event, of any cause."""
        return flags(self.outcome > 0)

    @property
    def patients(self) -> int:
        """How many there are."""
        return int(self.time.size)


def reconstruct(
    curve: Curve | Sequence[Curve],
    *,
    at_risk: AtRisk | None = None,
    events: int | None = None,
    patients: int | None = None,
    censor_marks: ArrayLike | None = None,
) -> Reconstruction:
    """Rebuild the patients of one arm from its curve and what is printed with it.

    Args:
        curve: the cleaned curve; of competing causes one incidence curve each.
        at_risk: the numbers below the curve.
        events: in all, of all curves' causes.
        patients: of the arm; else the number at risk at time 0.
        censor_marks: times of the ticks on the curve.

    Raises:
        DataError: when nothing says how many patients there are, or curves do not go together.
        ClaimError: when the numbers contradict each other.

    Accuracy: see docs/reconstruction.md.  Witness: law (curves of known small trials come back to
    the patient), and a second program of the published algorithm in tests/twice.

    >>> from equipoise.appraise.curves.curve import at_risk_table
    >>> from equipoise.appraise.curves.cleaning import cleaned_curve
    >>> drawn = cleaned_curve([1, 2, 4, 5], [0.8, 0.6, 0.3, 0.3])
    >>> rebuilt = reconstruct(drawn, at_risk=at_risk_table([0, 3], [5, 2]))
    >>> rebuilt.time.tolist(), rebuilt.outcome.tolist()
    ([1.0, 2.0, 2.5, 4.0, 5.0], [1, 1, 0, 1, 0])
    """
    told = all_told(curve, at_risk, events, patients, censor_marks)
    steps, error = laid_out(told)
    return rebuilt(told, steps, error, None)


def all_told(
    curve: Curve | Sequence[Curve],
    at_risk: AtRisk | None,
    events: int | None,
    patients: int | None,
    censor_marks: ArrayLike | None,
) -> Told:
    """Check what is known of an arm."""
    curves = (curve,) if isinstance(curve, Curve) else tuple(curve)
    if not curves or (len(curves) > 1 and any(c.kind == "survival" for c in curves)):
        raise DataError(
            f"{len(curves)} curves were given, of kinds {[c.kind for c in curves]}. Give one "
            "survival curve, or one incidence curve a cause."
        )
    end = _end(curves)
    if at_risk is not None:
        end = max([end, *at_risk.times[at_risk.patients > 0].tolist()])
    marks = np.sort(numbers("censor marks", [] if censor_marks is None else censor_marks))
    held, notes = held_at_risk(at_risk, patients, end)
    if events is not None and not 0 <= events <= held.patients[0]:
        raise ClaimError(f"{events} events among {held.patients[0]} patients. Correct one of them.")
    return Told(curves, at_risk, held, end, events, marks, notes)


def _end(curves: tuple[Curve, ...]) -> float:
    """Tell how far somebody is followed: to where curves end, or all have had the event."""
    times = np.unique(np.concatenate([curve.time for curve in curves]))
    total = np.sum([np.abs(c.at(times) - (c.kind == "survival")) for c in curves], axis=0)
    everybody = total >= 1.0 - FLAT
    return float(times[int(np.argmax(everybody))] if everybody.any() else times[-1])


def rebuilt(
    told: Told, steps: Steps, spread: float, generator: np.random.Generator | None
) -> Reconstruction:
    """Rebuild the patients, the likeliest or drawn at random from those that fit."""
    counted = _counts(told, steps, spread, generator)
    time, outcome = _patients(counted, steps, generator)
    order = np.lexsort((outcome == 0, time))
    return Reconstruction(
        time=vector(time[order]),
        outcome=codes(outcome[order]),
        curves=told.curves,
        at_risk=told.at_risk,
        total_events=told.events,
        reading_error=float(spread),
        assumed=(*told.notes, *_assumed(told, spread)),
    )


def laid_out(told: Told) -> tuple[Steps, float]:
    """Give the steps of the curve, and the standard deviation with which they seem to be read."""
    steps = steps_of(told.curves, told.end)
    error = error_of(told, steps)
    ticks = [curve.time_precision for curve in told.curves if curve.reading == "steps"]
    tick = min(ticks) if len(ticks) == len(told.curves) else 0.0
    return settled(steps, told.held, told.marks, error, tick), error


def error_of(told: Told, steps: Steps) -> float:
    """Tell the standard deviation with which the curve seems to be read."""
    if not steps.time.size:
        return least_error(told)
    return reading_error(steps, told.held, told.marks, least_error(told))


def least_error(told: Told) -> float:
    """Tell the standard deviation that the decimals of the curve promise."""
    return float(max(*(curve.precision for curve in told.curves), 1e-6) / np.sqrt(3.0))


def _counts(
    told: Told, steps: Steps, spread: float, generator: np.random.Generator | None
) -> tuple[Counted, ...]:
    """Count events and censorings, first where numbers at risk are told, then beyond."""
    tail = tail_of(steps, told.held, told.marks, spread)
    if tail is None:
        return count_parts(
            steps, parts_of(steps, told.held, told.marks, generator), spread, told.events, generator
        )
    return counted_beyond(steps, told, tail, spread, generator)


def _patients(
    counted: tuple[Counted, ...], steps: Steps, generator: np.random.Generator | None
) -> tuple[Vector, Codes]:
    """Give every patient a time and an outcome."""
    times: list[Vector] = []
    outcomes: list[Codes] = []
    for one in counted:
        for cause, k in np.argwhere(one.events > 0):
            many, point = int(one.events[cause, k]), one.part.first + int(k)
            high = float(steps.until[point])
            if one.part.start < one.part.stop <= high:  # at risk at the end are those that reach it
                high = float(np.nextafter(one.part.stop, one.part.start))
            low = min(max(float(steps.after[point]), one.part.start), high)
            places = (np.arange(many) + (cause + 1) / (steps.incidence.shape[0] + 1)) / many
            times.append(low + places * (high - low))
            outcomes.append(np.full(many, cause + 1))
        times.append(censoring_times(steps, one.part, one.before, one.censored, generator))
        outcomes.append(np.zeros(one.censored, np.int64))
    return np.concatenate(times), np.concatenate(outcomes)


def _assumed(told: Told, spread: float) -> tuple[str, ...]:
    """Say what the reconstruction takes for granted."""
    said = ["Censorings are spread evenly between the times at which numbers at risk are known."]
    if told.marks.size:
        said = ["Censorings stand at the marks of the curve."]
    if told.at_risk is None or told.at_risk.times[-1] < told.end:
        where = "" if told.at_risk is None else f" after {told.at_risk.times[-1]:g}"
        said.append(
            f"How many are followed{where} is read off the size of the curve's steps; where they "
            "do not tell, a trial is assumed that was cut off at the end of the curve."
        )
    if len(told.curves) == 1 and told.curves[0].kind == "incidence":
        said.append("The incidence is taken as 1 - Kaplan-Meier, for no competing cause is given.")
    if spread > least_error(told):
        said.append(
            f"Values seem to be read with a standard error of about {spread:.2g}, more than the "
            f"{least_error(told):.2g} with which they are written or drawn."
        )
    return tuple(said)

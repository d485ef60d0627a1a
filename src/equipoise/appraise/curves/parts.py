"""A curve cut into intervals between which the number at risk is held, for `reconstruct`.

At risk at τ are those whose follow-up reaches τ: an event read at τ itself belongs to the
interval that begins there.  Where points are samples, an event lies between two of them.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.appraise.curves.curve import AtRisk, Curve
from equipoise.errors import ClaimError, DataError
from equipoise.kernel.arrays import Codes, Matrix, Vector

FLAT = 1e-9  # rises below are floating-point noise


@dataclass(frozen=True, slots=True)
class Steps:
    """Where the curve moves: at `time[k]`, cause j has reached `incidence[j, k]`."""

    time: Vector  # at which events are counted
    after: Vector  # events read here lie after this ...
    until: Vector  # ... and no later than this
    incidence: Matrix
    end: float  # of follow-up
    precision: float  # half the width within which values were read

    @property
    def rise(self) -> Vector:
        """The rise of all causes together."""
        total = self.incidence.sum(axis=0)
        return np.diff(total, prepend=0.0)


@dataclass(frozen=True, slots=True)
class Held:
    """Numbers at risk that must come back, at increasing times from 0."""

    times: Vector
    patients: Codes


@dataclass(frozen=True, slots=True)
class Told:
    """All that is known of an arm, checked."""

    curves: tuple[Curve, ...]
    at_risk: AtRisk | None
    held: Held
    end: float
    events: int | None
    marks: Vector
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One interval: its points, and who leaves in it."""

    start: float
    stop: float
    first: int  # of its points
    last: int  # past its last point
    at_risk: int
    leaving: int
    schedule: Vector  # times at which patients may be censored; empty: evenly
    share: Vector  # of the censorings that come before each point

    @property
    def closing(self) -> bool:
        """Whether this is the end of follow-up, where whoever is left is censored."""
        return self.start == self.stop


def steps_of(curves: tuple[Curve, ...], end: float) -> Steps:
    """Lay the curves of all causes over each other.

    Raises:
        ClaimError: when causes together pass 100%.
    """
    times = np.unique(np.concatenate([curve.time for curve in curves]))
    incidence = np.vstack(
        [np.abs(curve.at(times) - (curve.kind == "survival")) for curve in curves]
    )
    total = incidence.sum(axis=0)
    slack = min(0.05, 2.0 * sum(curve.precision for curve in curves) + 1e-9)
    if total.max() > 1.0 + slack:
        k = int(np.argmax(total > 1.0 + slack))
        raise ClaimError(
            f"The incidences of {len(curves)} causes add up to {100 * total[k]:.4g}% at time "
            f"{times[k]:g}. Check that each is of the same arm and the causes exclude each other."
        )
    incidence /= np.maximum(total, 1.0)
    incidence = np.maximum.accumulate(incidence, axis=1)
    moved = np.diff(incidence.sum(axis=0), prepend=0.0) > FLAT
    before = np.concatenate([[0.0], times[:-1]])
    sampled = curves[0].reading == "samples"
    middle = (before + times) / 2 if sampled else times
    after = before if sampled else times
    precision = max(curve.precision for curve in curves)
    return Steps(middle[moved], after[moved], times[moved], incidence[:, moved], end, precision)


def held_at_risk(
    at_risk: AtRisk | None, patients: int | None, end: float
) -> tuple[Held, tuple[str, ...]]:
    """Tell the numbers at risk that are known, from time 0, and what had to be taken for granted.

    Raises:
        DataError: when nothing says how many patients the arm has, or it has none.
        ClaimError: when more are at risk than there are patients.
    """
    if at_risk is None:
        if patients is None:
            raise DataError(
                "Nothing says how many patients the arm has. Give `patients`, or the numbers at "
                "risk with the one at time 0."
            )
        times, many = np.zeros(1), np.array([patients])
    else:
        times, first = np.unique(at_risk.times, return_index=True)
        many = at_risk.patients[first]
    if patients is None and times[0] > 0.0:
        raise DataError(
            f"The numbers at risk begin at {times[0]:g}. Give `patients`, or the number at time 0."
        )
    total = int(many[0]) if patients is None else patients
    if total < 1:
        raise DataError(f"The arm has {total} patients. Give at least one.")
    if many[0] > total:
        raise ClaimError(
            f"{many[0]} are at risk at {times[0]:g}, but the arm has {total} patients. Correct one "
            "of them."
        )
    notes: tuple[str, ...] = ()
    if times[0] == 0.0 and many[0] < total:
        absent = (
            f"{total - many[0]} of {total} patients are not at risk at time 0 and are taken as "
            "censored there."
        )
        notes = (absent,)
    if times[0] > 0.0 or many[0] < total:
        times, many = np.concatenate([[0.0], times]), np.concatenate([[total], many])
    kept = (times <= end) | (many > 0)
    return Held(times[kept], many[kept].astype(np.int64)), notes


def parts_of(
    steps: Steps, held: Held, marks: Vector, generator: np.random.Generator | None = None
) -> tuple[Part, ...]:
    """Cut the curve at the times of the numbers held; the last must be the end of follow-up.

    Without marks censorings are expected evenly, or at times drawn.
    """
    edges = np.searchsorted(steps.time, held.times, side="left")
    edges[0] = 0
    if held.times.size > 1 and held.times[1] == 0.0:
        edges[1] = 0
    parts = []
    for i in range(held.times.size):
        final = i + 1 == held.times.size
        start = float(held.times[i])
        stop = start if final else float(held.times[i + 1])
        first, last = int(edges[i]), steps.time.size if final else int(edges[i + 1])
        left = 0 if final else int(held.patients[i + 1])
        at = steps.time[first:last]
        schedule = marks[(marks >= start) & (marks < stop)]
        if final:
            share = np.zeros(at.size)
        elif schedule.size:
            share = np.searchsorted(schedule, at, side="left") / schedule.size
        else:
            share = (at - start) / (stop - start) if stop > start else np.zeros(at.size)
        here = int(held.patients[i])
        if generator is not None and not schedule.size and stop > start:
            schedule = np.sort(generator.uniform(start, stop, max(1, (here - left) // 2)))
            share = np.searchsorted(schedule, at, side="left") / schedule.size
        parts.append(Part(start, stop, first, last, here, here - left, schedule, share))
    return tuple(parts)


def censoring_times(
    steps: Steps, part: Part, before: Codes, censored: int, generator: np.random.Generator | None
) -> Vector:
    """Give the times of censorings, so many of them before each point.

    They stand at marks where there are any between the points, else at even distances (or drawn).
    """
    edges = np.concatenate([[part.start], steps.time[part.first : part.last], [part.stop]])
    many = np.diff(np.concatenate([[0], before, [censored]]))
    gap = np.repeat(np.arange(many.size), many)
    rank = np.arange(censored) - np.repeat(np.cumsum(many) - many, many)
    place = (rank + 0.5) / many[gap]
    if generator is not None:
        place = generator.random(censored)
    times = np.asarray(edges[gap] + place * (edges[gap + 1] - edges[gap]), dtype=np.float64)
    if part.schedule.size:
        first = np.searchsorted(part.schedule, edges[:-1], side="left")
        marks = np.searchsorted(part.schedule, edges[1:], side="left") - first
        marked = marks[gap] > 0
        chosen = first[gap] + (place * marks[gap]).astype(np.int64)
        times[marked] = part.schedule[chosen[marked]]
    return times

"""A published total of events, met where no number at risk is printed and by what the curve allows.

The likeliest share followed, given the total (`censoring`), leads to a few events more or less, for
counts are whole.  Asking for fewer or more gives one share on either side; between the two,

    at risk = w · (that with too many events) + (1 - w) · (that with too few),

w is halved until the total comes back.  Only what is then left over is taken off the curve.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.appraise.curves.censoring import Tail, tail_at_risk
from equipoise.appraise.curves.counts import Counted, count_parts, events_of
from equipoise.appraise.curves.last import last_held
from equipoise.appraise.curves.parts import Held, Part, Steps, Told, parts_of

ATTEMPTS = 5  # at events to ask for
HALVINGS = 8


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Numbers at risk beyond those printed, and the events they lead to."""

    beyond: Held
    parts: tuple[Part, ...]
    counted: tuple[Counted, ...]
    over: int  # events more than told


def counted_beyond(
    steps: Steps, told: Told, tail: Tail, spread: float, generator: np.random.Generator | None
) -> tuple[Counted, ...]:
    """Count events and censorings of an arm whose numbers at risk are not printed to the end.

    Args:
        steps: of the curve.
        told: what is known of the arm.
        tail: the stretch without numbers at risk.
        spread: standard deviation of a value as read.
        generator: to draw what fits; None: the likeliest.
    """
    if told.events is None:
        beyond = tail_at_risk(tail, None, generator)
        return _tried(steps, told, beyond, spread, generator).counted
    known = parts_of(steps, told.held, told.marks, generator)[:-1]
    left = float(told.events - events_of(count_parts(steps, known, spread, None, None)))
    attempts: list[_Attempt] = []
    stride = 1.0
    for _ in range(ATTEMPTS):
        one = _tried(steps, told, tail_at_risk(tail, left, generator), spread, generator)
        attempts.append(one)
        if one.over == 0:
            return one.counted
        same = len(attempts) > 1 and (attempts[-2].over > 0) == (one.over > 0)
        stride = 2.0 * stride if same else 1.0
        left -= stride * one.over
    attempts += _between(steps, told, attempts, spread, generator)
    nearest = min(attempts, key=lambda one: abs(one.over))
    if nearest.over == 0:
        return nearest.counted
    return count_parts(steps, nearest.parts, spread, told.events, generator)


def _between(
    steps: Steps,
    told: Told,
    attempts: list[_Attempt],
    spread: float,
    generator: np.random.Generator | None,
) -> list[_Attempt]:
    """Halve the way between too many events and too few, where there are both."""
    many = min((one for one in attempts if one.over > 0), key=lambda one: one.over, default=None)
    few = max((one for one in attempts if one.over < 0), key=lambda one: one.over, default=None)
    tried: list[_Attempt] = []
    if many is None or few is None:
        return tried
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        w = (low + high) / 2
        mixed = np.round(w * many.beyond.patients + (1.0 - w) * few.beyond.patients)
        beyond = Held(many.beyond.times, mixed.astype(np.int64))
        one = _tried(steps, told, beyond, spread, generator)
        tried.append(one)
        if one.over == 0:
            break
        low, high = (low, w) if one.over > 0 else (w, high)
    return tried


def _tried(
    steps: Steps, told: Told, beyond: Held, spread: float, generator: np.random.Generator | None
) -> _Attempt:
    """Count with these numbers at risk."""
    joined = Held(
        np.concatenate([told.held.times[:-1], beyond.times]),
        np.concatenate([told.held.patients[:-1], beyond.patients]),
    )
    held = last_held(steps, joined, told, spread, generator)
    parts = parts_of(steps, held, told.marks, generator)
    counted = count_parts(steps, parts, spread, None, generator)
    over = 0 if told.events is None else events_of(counted) - told.events
    return _Attempt(beyond, parts, counted, over)

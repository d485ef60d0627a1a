"""Trials of two arms, many at once: rates, standard errors, events and the log-rank test of each.

Every trial has its own truth: piecewise constant hazards by arm, potential follow-up longest·U^k
(patients enter more and more slowly, or faster), and exponential loss by arm.  Trial number i takes
stream (seed, MATCHING, i) whatever else is made: three uniforms a patient.  Times are continuous;
there are no ties.  The walk over a trial's sorted patients sums

    O - E, V of the log-rank test,   Σ log(1 - d/n) and Σ d / (n (n - d)) of each arm up to t.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.philox import fill_uniforms
from equipoise.kernel.random_draws import exponential_of

MATCHING = 23  # the scenario of streams of matching trials
DRAWS = 3  # uniforms a patient
AT_ONCE = 5_000  # trials that one thread makes; the numbers do not depend on it
MOST_THREADS = 8
TIME = np.int64(~3)  # bits of a time of 0 or more; the two lowest are a label


class Truths(NamedTuple):
    """What trials are drawn from, a row each."""

    patients: Codes  # (trials, 2); arm 0 control, 1 experimental
    start: Vector  # (pieces,) from 0
    hazard: Matrix  # (trials, 2 · pieces), control first
    longest: Vector  # (trials,) potential follow-up
    power: Vector  # (trials,)
    loss: Matrix  # (trials, 2) hazard


class Sampled(NamedTuple):
    """What trials would print, a row each."""

    log_rate: Matrix  # (trials, 2 · times) control first; nan past an arm's follow-up
    error: Matrix  # (trials, 2 · times) of the rate
    events: Matrix  # (trials, 2)
    score: Matrix  # (trials, 2): O - E of the experimental arm, and V
    at_risk: Matrix  # (trials, 2 · times) just after


def sample_trials(truths: Truths, times: Vector, seed: int) -> Sampled:
    """Make trials and what they would print.

    Args:
        truths: a row a trial.
        times: at which rates are given, ascending.
        seed: of the streams.

    Accuracy: exact up to rounding.
    Witness: `analyze.kaplan_meier`, `analyze.log_rank` on the same patients.
    """
    trials, size = truths.longest.size, 2 * times.size
    out = Sampled(
        np.zeros((trials, size)),
        np.zeros((trials, size)),
        np.zeros((trials, 2)),
        np.zeros((trials, 2)),
        np.zeros((trials, size)),
    )
    most = int(truths.patients.sum(axis=1).max(initial=0))

    def fill(first: int) -> None:
        part = slice(first, first + AT_ONCE)
        _fill(
            truths.patients[part],
            truths.start,
            truths.hazard[part],
            truths.longest[part],
            truths.power[part],
            truths.loss[part],
            times,
            seed,
            first,
            most,
            *(each[part] for each in out),
        )

    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        list(pool.map(fill, range(0, trials, AT_ONCE)))
    return out


@compiled
def fill_patients(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    patients: Codes,
    start: Vector,
    hazard: Vector,
    longest: float,
    power: float,
    loss: Vector,
    seed: int,
    trial: int,
    uniform: Vector,
    stamp: Codes,
) -> None:
    """Make the patients of one trial: when each was last seen, its lowest bits 2·arm + event."""
    fill_uniforms(seed, MATCHING, trial, 0, 0, 0, uniform)
    pieces = start.size
    for row in range(stamp.size):
        arm = 0 if row < patients[0] else 1
        left, piece, event = exponential_of(uniform[DRAWS * row]), 0, np.inf
        while piece < pieces:
            rate = hazard[arm * pieces + piece]
            width = start[piece + 1] - start[piece] if piece + 1 < pieces else np.inf
            if rate * width >= left and rate > 0.0:
                event = start[piece] + left / rate
                break
            if rate > 0.0:
                left -= rate * width
            piece += 1
        seen = longest * uniform[DRAWS * row + 1] ** power
        if loss[arm] > 0.0:
            seen = min(seen, exponential_of(uniform[DRAWS * row + 2]) / loss[arm])
        last = np.float64(min(event, seen)).view(np.int64)
        stamp[row] = (last & TIME) | np.int64(2 * arm + (1 if event <= seen else 0))


@compiled
def put_in_order(drawn: Codes, longest: float, begins: Codes, stamp: Codes) -> None:
    """Put patients in order of time: counted into equal parts of the longest, then by insertion.

    Args:
        drawn: as `fill_patients` makes them, none after the longest.
        longest: follow-up.
        begins: (patients + 1,) worked in.
        stamp: filled in.

    Witness: numpy.sort.
    """
    size = drawn.size
    scale, most = size / longest, np.int64(size - 1)
    begins[:] = 0
    for row in range(size):
        part = np.int64(np.int64(drawn[row] & TIME).view(np.float64) * scale)
        part = min(part, most)
        begins[part + 1] += 1
    for each in range(size):
        begins[each + 1] += begins[each]
    for row in range(size):
        part = np.int64(np.int64(drawn[row] & TIME).view(np.float64) * scale)
        part = min(part, most)
        stamp[begins[part]] = drawn[row]
        begins[part] += 1
    for row in range(1, size):
        own, place = stamp[row], row
        while place > 0 and stamp[place - 1] > own:
            stamp[place] = stamp[place - 1]
            place -= 1
        stamp[place] = own


@compiled
def _fill(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    patients: Codes,
    start: Vector,
    hazard: Matrix,
    longest: Vector,
    power: Vector,
    loss: Matrix,
    times: Vector,
    seed: int,
    first: int,
    most: int,
    log_rate: Matrix,
    error: Matrix,
    events: Matrix,
    score: Matrix,
    at_risk: Matrix,
) -> None:
    uniform, stamp = np.empty(DRAWS * most), np.empty(most, np.int64)
    drawn, begins = np.empty(most, np.int64), np.empty(most + 1, np.int64)
    for trial in range(longest.size):
        size = patients[trial, 0] + patients[trial, 1]
        fill_patients(
            patients[trial],
            start,
            hazard[trial],
            longest[trial],
            power[trial],
            loss[trial],
            seed,
            first + trial,
            uniform[: DRAWS * size],
            drawn[:size],
        )
        put_in_order(drawn[:size], longest[trial], begins[: size + 1], stamp[:size])
        _walk(
            patients[trial],
            stamp[:size],
            times,
            log_rate[trial],
            error[trial],
            events[trial],
            score[trial],
            at_risk[trial],
        )


@compiled
def _walk(
    patients: Codes,
    stamp: Codes,
    times: Vector,
    log_rate: Vector,
    error: Vector,
    events: Vector,
    score: Vector,
    at_risk: Vector,
) -> None:
    """Walk through a trial in order of time; zero events so far in `events` and `score`."""
    left = np.empty(2)
    left[0], left[1] = patients[0], patients[1]
    log, variance = np.zeros(2), np.zeros(2)
    upcoming = 0
    for place in range(stamp.size + 1):
        now = np.int64(stamp[place] & TIME).view(np.float64) if place < stamp.size else np.inf
        while upcoming < times.size and times[upcoming] < now:
            for arm in range(2):
                to = arm * times.size + upcoming
                known = left[arm] > 0.0 or log[arm] == -np.inf
                log_rate[to] = log[arm] if known else np.nan
                error[to] = np.exp(log[arm]) * np.sqrt(variance[arm])
                at_risk[to] = left[arm]
            upcoming += 1
        if place == stamp.size:
            return
        arm = (stamp[place] >> 1) & 1
        if stamp[place] & 1:
            n = left[arm]
            share = left[1] / (left[0] + left[1])
            events[arm] += 1.0
            score[0] += arm - share
            score[1] += share * (1.0 - share)
            if n > 1.0:
                log[arm] += np.log(1.0 - 1.0 / n)
                variance[arm] += 1.0 / (n * (n - 1.0))
            else:
                log[arm] = -np.inf
        left[arm] -= 1.0

"""What becomes of each patient, endpoint by endpoint?

Times follow laws (`law_times`); the earliest of an event and its competing events is seen.  Who
switches at s has the hazard times r from s on, so that Λ(s) + r (Λ(T) - Λ(s)) = E.  An answer is
given at its time, unless it is missing or the patient is lost before.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import within_loops
from equipoise.kernel.random_draws import exponential_of
from equipoise.simulate.arrays import ANSWER, Key, Patients
from equipoise.simulate.characteristics.own_numbers import fill_own
from equipoise.simulate.streams import DROPOUT, ENDPOINT, REPORTING, SWITCHING
from equipoise.simulate.worlds.copula import correlate
from equipoise.simulate.worlds.law_times import NEVER, Laws, fill_times, hazard_by, time_reached

CAUSES = 16  # streams of one endpoint
MISSING = -1


class Switch(NamedTuple):
    """How patients switch, by endpoint; see `WorldArrays`."""

    after: Codes
    arm: Codes
    probability: Vector
    ratio: Vector
    delay: Vector


class Answering(NamedTuple):
    """How binary endpoints are answered; see `WorldArrays`."""

    probability: NDArray[np.float64]  # (endpoints, arms, cells)
    assessed: Vector
    missing: Vector


class Ending(NamedTuple):
    """Endpoints of their own laws; see `WorldArrays`."""

    kind: Codes
    order: Codes
    score: Matrix
    laws: Laws
    switch: Switch
    answering: Answering


@within_loops
def fill_lost(
    laws: Laws,
    longest: float,
    key: Key,
    arrivals: int,
    number: Codes,
    patients: Patients,
) -> None:
    """Fill in when each patient is lost: by dropout, or at the longest follow-up.

    Args:
        laws: of the world.
        longest: follow-up of any patient.
        key: seed, scenario and trial.
        arrivals: patients who came.
        number: (enrolled,) each one's among them.
        patients: filled in.
    """
    lost = patients.lost[: number.size]
    dropout = laws.law.shape[0] - 1
    if laws.law[dropout, 0, 0, 0] < 0:
        for k in range(number.size):
            lost[k] = longest
        return
    uniform = np.empty(number.size)
    fill_own(key, DROPOUT, arrivals, number, uniform)
    fill_times(laws, dropout, 0, patients.arm, patients.cell, uniform, lost)
    for k in range(number.size):
        lost[k] = min(lost[k], longest)


@within_loops
def fill_endpoints(
    ending: Ending,
    key: Key,
    arrivals: int,
    number: Codes,
    patients: Patients,
) -> None:
    """Fill in the times and outcomes of endpoints that have laws of their own.

    Args:
        ending: how they end.
        key: seed, scenario and trial.
        arrivals: patients who came.
        number: (enrolled,) each one's among them.
        patients: filled in.
    """
    uniform = np.empty((ending.kind.size, number.size))
    scores = np.empty((ending.score.shape[0], number.size))
    for endpoint in range(ending.kind.size):
        purpose = ENDPOINT + CAUSES * endpoint
        fill_own(key, purpose, arrivals, number, uniform[endpoint])
        if scores.size:
            correlate(ending.score, endpoint, scores, uniform[endpoint])
    for endpoint in ending.order:
        own = uniform[endpoint]
        if ending.kind[endpoint] == ANSWER:
            other = np.ones(number.size)
            if ending.answering.missing[endpoint] > 0.0:
                purpose = ENDPOINT + CAUSES * endpoint + 1
                fill_own(key, purpose, arrivals, number, other)
            fill_answers(ending.answering, endpoint, own, other, patients)
            continue
        time = patients.time[endpoint, : number.size]
        fill_times(ending.laws, endpoint, 0, patients.arm, patients.cell, own, time)
        if ending.switch.after[endpoint] >= 0:
            coin = np.empty(number.size)
            fill_own(key, SWITCHING, arrivals, number, coin)
            switch_over(ending.switch, ending.laws, endpoint, coin, own, patients)
        for k in range(number.size):
            patients.outcome[endpoint, k] = time[k] < NEVER
        if ending.laws.law.shape[1] > 1:
            compete(ending.laws, endpoint, key, arrivals, number, patients)


@within_loops
def compete(
    laws: Laws,
    endpoint: int,
    key: Key,
    arrivals: int,
    number: Codes,
    patients: Patients,
) -> None:
    """Put a competing event in place of an event that comes later.

    Args:
        laws: of the world.
        endpoint: its number.
        key: seed, scenario and trial.
        arrivals: patients who came.
        number: (enrolled,) each one's among them.
        patients: their time and outcome are changed.
    """
    uniform, time = np.empty(number.size), np.empty(number.size)
    for cause in range(1, laws.law.shape[1]):
        if laws.law[endpoint, cause, 0, 0] >= 0:
            purpose = ENDPOINT + CAUSES * endpoint + cause
            fill_own(key, purpose, arrivals, number, uniform)
            fill_times(laws, endpoint, cause, patients.arm, patients.cell, uniform, time)
            for k in range(number.size):
                if time[k] < patients.time[endpoint, k]:
                    patients.time[endpoint, k] = time[k]
                    patients.outcome[endpoint, k] = cause + 1


@within_loops
def fill_answers(
    answering: Answering, endpoint: int, uniform: Vector, missing: Vector, patients: Patients
) -> None:
    """Fill in the answers of a binary endpoint."""
    assessed = answering.assessed[endpoint]
    for k in range(uniform.size):
        yes = answering.probability[endpoint, patients.arm[k], patients.cell[k]]
        gone = missing[k] < answering.missing[endpoint] or assessed > patients.lost[k]
        patients.time[endpoint, k] = assessed
        patients.outcome[endpoint, k] = MISSING if gone else int(1.0 - uniform[k] <= yes)


@within_loops
def switch_over(
    switch: Switch,
    laws: Laws,
    endpoint: int,
    coin: Vector,
    needed: Vector,
    patients: Patients,
) -> None:
    """Move the times of those who switch after an event of another endpoint.

    Args:
        switch: how patients do.
        laws: of the world.
        endpoint: its number.
        coin: (enrolled,) uniforms.
        needed: (enrolled,) cumulative hazard that each one's event had to reach.
        patients: their times are changed.
    """
    after, ratio = switch.after[endpoint], switch.ratio[endpoint]
    for k in range(coin.size):
        since = patients.time[after, k] + switch.delay[endpoint]
        if (
            patients.arm[k] == switch.arm[endpoint]
            and coin[k] < switch.probability[endpoint]
            and patients.outcome[after, k] == 1
            and since < patients.time[endpoint, k]
            and needed[k] < NEVER
        ):
            law = laws.law[endpoint, 0, patients.arm[k], patients.cell[k]]
            spent = hazard_by(laws, law, since)
            reach = spent + (needed[k] - spent) / ratio if ratio > 0.0 else NEVER
            never = reach == NEVER
            patients.time[endpoint, k] = NEVER if never else time_reached(laws, law, reach)


@within_loops
def fill_delays(
    mean_delay: Vector,
    key: Key,
    arrivals: int,
    number: Codes,
    delay: Matrix,
) -> None:
    """Fill in how long after it happened each outcome becomes known."""
    for endpoint in range(mean_delay.size):
        own = delay[endpoint, : number.size]
        fill_own(key, REPORTING + endpoint, arrivals, number, own)
        for k in range(number.size):
            own[k] = exponential_of(own[k]) * mean_delay[endpoint]

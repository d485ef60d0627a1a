"""Adverse events: when they happen to a patient, how grave each is, and who ever had a severe one.

Events of one kind come by a Poisson process with the arm's piecewise-constant intensity, divided
by the share of patients who are susceptible and 0 for the rest, so that the intensity is the mean
over all; they stop at `until`, and when the patient is no longer exposed.  A grade is drawn by the
arm's shares; of events of grade 3 or more a share is serious; a share is related to treatment.

Number 0 of a patient's stream says what the patient is susceptible to: kinds whose share is above
it.  Event j of kind k (from 0) is made of the four numbers from 4 ((k + 1) 2^16 + j): the wait
since the event before, the grade, whether it is serious, whether it is related.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector, codes, flags, frozen, vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.philox import MANTISSA, ULP, block_of
from equipoise.kernel.random_draws import exponential_of
from equipoise.protocol.course import AdverseEventRate
from equipoise.protocol.planning import Pieces
from equipoise.simulate.course.arrays import Places, cumulative_shares, places
from equipoise.simulate.course.moves import Place, leave
from equipoise.simulate.streams import ADVERSE_EVENTS
from equipoise.simulate.worlds.adverse_event_checks import GRADES, check_kind, refusal

SEVERE = 3
MOST = 1 << 16  # events of one kind in one patient


class AdverseEventArrays(NamedTuple):
    """Kinds of adverse events for compiled loops."""

    kinds: int
    arms: int
    row: Places  # (kinds * arms,) first piece
    end: Vector  # (rows,) of the piece; infinite: never
    rate: Vector  # (rows,) events a susceptible patient and time unit
    susceptible: Matrix  # (kinds, arms)
    grade: Matrix  # (kinds * arms, 5) cumulative shares
    serious: Vector  # (kinds,)
    related: Vector  # (kinds,)


@dataclass(frozen=True, slots=True)
class AdverseEventList:
    """Every adverse event of one trial, by patient, then kind, then time."""

    patient: Codes
    kind: Codes  # index into the kinds asked for
    time: Vector  # since randomization
    grade: Codes  # 1 ... 5
    serious: Flags
    related: Flags


def adverse_event_arrays(
    kinds: tuple[AdverseEventRate, ...], arms: tuple[str, ...]
) -> AdverseEventArrays:
    """Turn kinds of adverse events into arrays.

    Raises:
        SimulationError: naming the kind whose rates or shares make no sense.
    """
    end: list[float] = []
    rate: list[float] = []
    row: list[int] = []
    grade: list[Vector] = []
    susceptible = np.ones((len(kinds), len(arms)))
    for k, kind in enumerate(kinds):
        for a, arm in enumerate(arms):
            susceptible[k, a] = dict(kind.susceptible).get(arm, 1.0)
            check_kind(kind, arm, float(susceptible[k, a]))
            row.append(len(end))
            pieces = _until(dict(kind.rates)[arm], kind.until)
            end.extend([*(start for start, _ in pieces[1:]), math.inf])
            rate.extend(value / float(susceptible[k, a]) for _, value in pieces)
            grade.append(cumulative_shares(dict(kind.grades)[arm]))
    return AdverseEventArrays(
        kinds=len(kinds),
        arms=len(arms),
        row=places(row),
        end=frozen(np.array(end, dtype=np.float64)),
        rate=frozen(np.array(rate, dtype=np.float64)),
        susceptible=frozen(susceptible),
        grade=frozen(np.array(grade, dtype=np.float64).reshape(-1, GRADES)),
        serious=frozen(np.array([each.serious for each in kinds], dtype=np.float64)),
        related=frozen(np.array([each.related for each in kinds], dtype=np.float64)),
    )


def adverse_events(
    arrays: AdverseEventArrays,
    arm: Codes,
    exposed: Vector,
    *,
    seed: int,
    scenario: int,
    trial: int,
    arrival: Codes | None = None,
) -> AdverseEventList:
    """List every adverse event of one trial.

    Args:
        arrays: of `adverse_event_arrays`.
        arm: (patients,) index.
        exposed: (patients,) time since randomization at which events end: follow-up, or death.
        seed: of the run.
        scenario: its number.
        trial: its number.
        arrival: (patients,) place among all who came; None: everybody who came was enrolled.

    Raises:
        SimulationError: if follow-up has no end, or a patient has more than 65,536 events.

    Witness: closed forms of Poisson counts; a second program, event by event.
    """
    _check_exposure(arrays, arm, exposed, min(seed, scenario, trial))
    came = np.arange(arm.size) if arrival is None else np.ascontiguousarray(arrival, np.int64)
    room = 1024
    while True:
        out = np.empty((6, room))
        found = draw_events(arrays, seed, scenario, trial, came, arm, exposed, out)
        if found < 0:
            raise SimulationError(
                f"A patient has more than {MOST:,} adverse events of one kind; lower its rate.",
                "adverse events",
            )
        if found <= room:
            break
        room = found
    patient, kind, time, grade, serious, related = out[:, :found]
    return AdverseEventList(
        codes(patient), codes(kind), vector(time), codes(grade), flags(serious), flags(related)
    )


@compiled
def draw_events(
    arrays: AdverseEventArrays,
    seed: int,
    scenario: int,
    trial: int,
    arrival: Codes,
    arm: Codes,
    exposed: Vector,
    out: Matrix,
) -> int:
    """Write the events down as far as there is room, and count them all; -1: without end.

    Witness: a second program, event by event.
    """
    found = 0
    for i in range(arm.size):
        able = four_numbers(seed, scenario, trial, arrival[i] + 1, 0)[0]
        for kind in range(arrays.kinds):
            if able >= arrays.susceptible[kind, arm[i]]:
                continue
            place, now = Place(kind * arrays.arms + arm[i]), 0.0
            for event in range(MOST + 1):
                if event == MOST:
                    return -1
                numbers = four_numbers(
                    seed, scenario, trial, arrival[i] + 1, (kind + 1) * MOST + event
                )
                now, _ = leave(
                    arrays.end, arrays.rate, arrays.row[place], now, exponential_of(numbers[0])
                )
                if now > exposed[i] or now == np.inf:
                    break
                if found < out.shape[1]:
                    grade = grade_of(arrays.grade, place, numbers[1])
                    out[0, found], out[1, found], out[2, found] = i, kind, now
                    out[3, found] = grade
                    out[4, found] = grade >= SEVERE and numbers[2] < arrays.serious[kind]
                    out[5, found] = numbers[3] < arrays.related[kind]
                found += 1
    return found


@compiled
def mark_severe(
    arrays: AdverseEventArrays,
    seed: int,
    scenario: int,
    trial: int,
    arrival: Codes,
    arm: Codes,
    exposed: Vector,
    severe: Flags,
) -> int:
    """Mark the patients who ever have an event of grade 3 or more, and count them.

    Witness: `adverse_events`, patient by patient; closed forms.
    """
    marked = 0
    for i in range(severe.size):
        severe[i] = False
        able = four_numbers(seed, scenario, trial, arrival[i] + 1, 0)[0]
        for kind in range(arrays.kinds):
            if severe[i] or able >= arrays.susceptible[kind, arm[i]]:
                continue
            place, now = Place(kind * arrays.arms + arm[i]), 0.0
            for event in range(MOST):
                numbers = four_numbers(
                    seed, scenario, trial, arrival[i] + 1, (kind + 1) * MOST + event
                )
                now, _ = leave(
                    arrays.end, arrays.rate, arrays.row[place], now, exponential_of(numbers[0])
                )
                if now > exposed[i] or now == np.inf:
                    break
                if grade_of(arrays.grade, place, numbers[1]) >= SEVERE:
                    severe[i] = True
                    break
        marked += severe[i]
    return marked


@compiled
def four_numbers(
    seed: int, scenario: int, trial: int, who: int, block: int
) -> tuple[float, float, float, float]:
    """Give four numbers, from 4 `block` on, of a patient's stream of adverse events.

    Witness: numpy.random.Philox, bit for bit.
    """
    words = block_of(
        np.uint64(block + 1),
        np.uint64(ADVERSE_EVENTS),
        np.uint64(trial),
        np.uint64(who),
        np.uint64(seed),
        np.uint64(scenario),
    )
    return (
        (words[0] >> MANTISSA) * ULP,
        (words[1] >> MANTISSA) * ULP,
        (words[2] >> MANTISSA) * ULP,
        (words[3] >> MANTISSA) * ULP,
    )


@compiled
def grade_of(shares: Matrix, place: Place, number: float) -> int:
    """Give the grade, 1 to 5, by cumulative shares; `number` is uniform on [0, 1).

    Witness: the shares of many events; a second program.
    """
    grade = 0
    while number >= shares[place, grade]:
        grade += 1
    return grade + 1


def _until(pieces: Pieces, until: float | None) -> Pieces:
    if until is None:
        return pieces
    return (*(piece for piece in pieces if piece[0] < until), (until, 0.0))


def _check_exposure(arrays: AdverseEventArrays, arm: Codes, exposed: Vector, smallest: int) -> None:
    if smallest < 0:
        raise refusal(f"A seed, scenario or trial is {smallest}", "give 0 or more", "seed")
    if arm.size and not (arm.min() >= 0 and arm.max() < arrays.arms):
        raise refusal(f"A patient is in arm {arm.max()} of {arrays.arms}", "count arms from 0")
    lasting = bool(np.any(arrays.rate[np.isinf(arrays.end)] > 0))
    if np.isnan(exposed).any() or (lasting and bool(np.isinf(exposed).any())):
        raise refusal(
            "Adverse events that never cease are asked for in a patient whose follow-up has no end",
            "give the rate an end, or the patient",
        )

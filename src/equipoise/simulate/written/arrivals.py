"""Whose random numbers a patient has, and when the n-th event of a trial becomes known.

Streams count everybody who came.  Only where some kinds of patients are no longer enrolled are
these others than the patients enrolled.
"""

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes
from equipoise.kernel.compiling import compiled
from equipoise.simulate.arrays import Key, Patients, Rules, RulesOfTrials, WorldArrays
from equipoise.simulate.cuts import known_from
from equipoise.simulate.generate import generate
from equipoise.simulate.rehearsal import Rehearsal, desk_for, rules_of_trials
from equipoise.simulate.worlds.arrivals import Coming
from equipoise.simulate.worlds.enrolling import Kinds, enroll


def arrivals_of(rehearsal: Rehearsal, key: Key, rules: RulesOfTrials | None) -> Codes:
    """Give each enrolled patient's number among all who came, from 0.

    Witness: `generate`, whose patients are the same.
    """
    own = _own(rehearsal, rules)
    if np.isinf(own.cell_closes).all():
        return np.arange(own.patients)
    desk = desk_for(rehearsal, own.patients)
    number = np.zeros(own.patients, dtype=np.int64)
    size = _arrivals(rehearsal.world_arrays, key, own, desk.patients, number)
    return number[:size]


def time_of_event(
    rehearsal: Rehearsal, key: Key, rules: RulesOfTrials | None, endpoint: str, events: int
) -> float:
    """Give the calendar time at which the n-th event of an endpoint becomes known.

    Raises:
        SimulationError: There are never so many.

    Witness: the events of a snapshot then.
    """
    own = _own(rehearsal, rules)
    desk = desk_for(rehearsal, own.patients)
    size = generate(rehearsal.world_arrays, *key, own, desk.patients)
    known_from(desk.patients, size, rehearsal.seen.lag, rehearsal.seen.kinds, desk.known)
    place = rehearsal.world.endpoints.index(endpoint)
    happened = desk.patients.outcome[place, :size] == 1
    times = np.sort(desk.known[place, :size][happened])
    times = times[np.isfinite(times)]
    if not 1 <= events <= times.size:
        raise SimulationError(
            f"Trial {key[2]} has {times.size} events of {endpoint!r} in all, and cannot be cut at "
            f"{events}. Ask for 1 to {times.size}.",
            "as of",
        )
    return float(times[events - 1])


def _own(rehearsal: Rehearsal, rules: RulesOfTrials | None) -> Rules:
    changed = rules_of_trials(rehearsal, rules)
    return Rules(
        changed.arm_closes[0], changed.cell_closes[0], int(changed.patients[0]), changed.events[0]
    )


@compiled
def _arrivals(world: WorldArrays, key: Key, rules: Rules, patients: Patients, number: Codes) -> int:
    """Enroll as `generate` does, and keep the numbers."""
    w = world
    enrolled, _ = enroll(
        Coming(
            w.process,
            w.patients,
            w.accrual_start,
            w.accrual_rate,
            w.accrual_duration,
            w.accrual_expected,
        ),
        Kinds(w.cell_share, w.cell_stratum),
        key,
        rules,
        patients,
        number,
    )
    return enrolled

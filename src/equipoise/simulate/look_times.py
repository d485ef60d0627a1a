"""When each look of a simulated trial is held.

A condition comes true at a calendar time: when the n-th of the counted events becomes known,
when the n-th patient has been followed for a time, at a date, or so long after an earlier look.
A look waits for the first or the last of its conditions, for its gap after the look held before
it, and never comes before that one.  A look that would be later than the trial's maximum duration
is held then, and called not reached; without a maximum, a look that never comes is not held (its
time is infinite) and those after it follow the look before.
"""

import math

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.simulate.arrays import Patients
from equipoise.simulate.conduct_arrays import (
    AFTER_ENROLLMENT,
    AFTER_EVENTS,
    AFTER_PATIENTS,
    AT_TIME,
    NO_CONDITION,
    ConductArrays,
)


@compiled
def hold_looks(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    conduct: ConductArrays,
    awaited: Matrix,
    patients: Patients,
    size: int,
    known: Matrix,
    member: Codes,
    space: Vector,
    reached: Flags,
    time: Vector,
) -> None:
    """Fill in the calendar time of every look, and whether its conditions came true by then.

    `awaited` (looks, conditions) replaces the planned counts where it is finite.
    """
    before = 0.0
    none = conduct.kind.shape[0] - conduct.kind.shape[0]  # a typed 0
    held = (none - 1, none - 1, none - 1, none)
    for k in range(conduct.kind.shape[0]):
        first = conduct.whichever_first[k]
        when = np.inf if first else -np.inf
        for c in range(conduct.kind.shape[1]):
            kind = conduct.kind[k, c]
            if kind == NO_CONDITION:
                break
            wait, population = conduct.time[k, c], conduct.population[k, c]
            number = awaited[k, c] if awaited[k, c] < np.inf else conduct.awaited[k, c]
            if kind == AFTER_EVENTS:
                asked = (conduct.endpoint[k, c], population, conduct.arms[k, c])
                held = _gathered(patients, size, known, member, asked, held, space)
                true_from = nth_smallest(space, held[3], math.ceil(number))
            elif kind == AFTER_PATIENTS:
                true_from = _nth_entry(patients, size, number, member, population) + wait
            elif kind == AFTER_ENROLLMENT:
                true_from = patients.entry[size - 1] + wait if size else np.inf
            else:
                true_from = wait if kind == AT_TIME else time[conduct.after[k, c]] + wait
            when = min(when, true_from) if first else max(when, true_from)
        when = max(when, before + conduct.gap[k] if k else before)
        reached[k] = when <= conduct.maximum_duration and when < np.inf
        time[k] = min(when, conduct.maximum_duration)
        if time[k] < np.inf:
            before = time[k]


@compiled
def _nth_entry(
    patients: Patients, size: int, number: float, member: Codes, population: int
) -> float:
    """Give when the n-th patient (of a population) was enrolled; infinite where none was."""
    found = 0
    for i in range(size):
        if population < 0 or member[patients.cell[i]] >> population & 1:
            found += 1
            if found >= number:
                return float(patients.entry[i])
    return np.inf


@compiled
def _gathered(
    patients: Patients,
    size: int,
    known: Matrix,
    member: Codes,
    asked: tuple[int, int, int],
    held: tuple[int, int, int, int],
    space: Vector,
) -> tuple[int, int, int, int]:
    """Collect from when events are known, unless they lie in `space` already.

    `asked` is (endpoint, population, arms); the answer adds how many there are.
    """
    endpoint, population, arms = asked
    if held[0] == endpoint and held[1] == population and held[2] == arms:
        return held
    found = 0
    for i in range(size):
        counted = known[endpoint, i] < np.inf and patients.outcome[endpoint, i] == 1
        inside = population < 0 or member[patients.cell[i]] >> population & 1
        if counted and inside and arms >> patients.arm[i] & 1:
            space[found] = known[endpoint, i]
            found += 1
    return endpoint, population, arms, found


@compiled
def nth_smallest(values: Vector, size: int, number: int) -> float:
    """Give the n-th smallest (from 1) of the first `size` values, which change order.

    Infinite where there are fewer.  Hoare's selection, the middle of three as the pivot.
    """
    if number > size:
        return np.inf
    low, high, wanted = 0, size - 1, max(number - 1, 0)
    while low < high:
        middle = (low + high) >> 1
        a, b, c = values[low], values[middle], values[high]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if wanted <= j:
            high = j
        elif wanted >= i:
            low = i
        else:
            break
    return float(values[wanted])

"""Who is enrolled, when, and of what kind?

Patients arrive one after the other.  A screened patient of a closed cell is not enrolled, but the
arrival is used up and so are its random numbers.  Enrollment ends with the patients asked for,
when no arm is open, or when hopeless: after `SCREENED` arrivals for each patient asked for.
"""

from typing import NamedTuple

import numpy as np

from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.compiling import within_loops
from equipoise.kernel.philox import fill_uniforms
from equipoise.simulate.arrays import Key, Patients, Rules
from equipoise.simulate.streams import CELL
from equipoise.simulate.worlds.arrivals import Coming, all_gaps, fill_arrivals

SCREENED, CHUNK = 100, 4096


class Kinds(NamedTuple):
    """What kinds of patients there are; see `WorldArrays`."""

    share: Vector  # cumulative
    stratum: Codes


@within_loops
def enroll(
    coming: Coming,
    kinds: Kinds,
    key: Key,
    rules: Rules,
    patients: Patients,
    number: Codes,
) -> tuple[int, int]:
    """Fill in entry, cell and stratum; give the patients enrolled and those who arrived.

    Args:
        coming: how they come.
        kinds: of what kind.
        key: seed, scenario and trial.
        rules: patients to enroll, and when arms and cells close.
        patients: filled in.
        number: (patients,) each one's number among all who arrived, filled in.
    """
    wanted, arms_close = rules.patients, 0.0
    for arm in range(rules.arm_closes.size):
        arms_close = max(arms_close, rules.arm_closes[arm])
    whole = all_gaps(coming, key)
    enrolled, first, spent = 0, 0, 0.0
    while first < SCREENED * wanted + CHUNK:
        size = wanted if first == 0 else CHUNK
        when = patients.entry[:size] if first == 0 else np.empty(size)
        kind = np.zeros(size if kinds.share.size > 1 else 0)
        spent = fill_arrivals(coming, key, first, spent, whole, when)
        if kinds.share.size > 1:
            fill_uniforms(key[0], key[1], key[2], CELL, 0, first, kind)
        for k in range(size):
            if when[k] >= arms_close:
                return enrolled, first + k
            here = place_of(kind[k], kinds.share) if kind.size else 0
            if when[k] < rules.cell_closes[here]:
                patients.entry[enrolled] = when[k]
                patients.cell[enrolled] = here
                patients.stratum[enrolled] = kinds.stratum[here]
                number[enrolled] = first + k
                enrolled += 1
                if enrolled == wanted:
                    return enrolled, first + k + 1
        first += size
    return enrolled, first


@within_loops
def place_of(number: float, cumulative: Vector) -> int:
    """Give the place whose share of 0 ... 1 holds a number."""
    place = 0
    while number >= cumulative[place]:
        place += 1
    return place

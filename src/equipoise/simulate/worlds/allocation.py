"""Who gets what, patient by patient, from one uniform number u each?

Permuted blocks: of the L places left in the stratum's block, in order of arms, the patient takes
number floor(u L); an empty block is filled anew.  Simple: from a block that is always full.

Minimization (Pocock & Simon 1975): an arm's imbalance is what the patient would leave behind in
it, summed over the factors: range or variance over arms of the patients of the same level,
divided by the arms' ratio.  With probability p an arm of least imbalance is taken, else another;
ties are broken in proportion to the ratio.  At unequal ratios the shares of patients follow
the ratio only nearly (Kuznetsova & Tymofyeyev 2012).

Only arms that are open take part; a closed arm's places in a block are void.
"""

from typing import NamedTuple

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.compiling import within_loops
from equipoise.kernel.philox import uniform_at
from equipoise.simulate.arrays import BLOCKS, MINIMIZATION, Key, Patients
from equipoise.simulate.characteristics.own_numbers import fill_own
from equipoise.simulate.streams import ALLOCATION, BLOCK_SIZE

SAME = 1e-9  # imbalances this close are equal


class Allocating(NamedTuple):
    """How arms are given out; see `WorldArrays`."""

    method: int
    ratio: Codes
    block_times: Codes
    by_stratum: int
    strata: int
    coin: float
    by_variance: int
    factor: Codes
    factor_weight: Vector


@within_loops
def allocate(
    how: Allocating,
    key: Key,
    closes: Vector,
    arrivals: int,
    number: Codes,
    patients: Patients,
) -> None:
    """Fill in every patient's arm; one at least is open at each entry.

    Args:
        how: they are given out.
        key: seed, scenario and trial.
        closes: (arms,) calendar time from which an arm is closed.
        arrivals: patients who came.
        number: (enrolled,) each one's among them.
        patients: filled in.
    """
    coin, arm, stratum = np.empty(number.size), patients.arm, patients.stratum
    fill_own(key, ALLOCATION, arrivals, number, coin)
    closing, free = False, np.empty(closes.size, np.bool_)
    ratio = np.empty((1, closes.size), np.int64)
    for each in range(closes.size):
        closing = closing or closes[each] < np.inf
        free[each], ratio[0, each] = True, how.ratio[each]
    left = np.zeros((how.strata, closes.size), np.int64)
    tally = np.zeros((how.factor_weight.size, how.strata, closes.size))
    for k in range(number.size):
        if closing:
            for each in range(closes.size):
                free[each] = patients.entry[k] < closes[each]
        if how.method == BLOCKS:
            row = stratum[k] * how.by_stratum
            total = places_left(left, row, free)
            if total == 0:
                times = how.block_times[0]
                if how.block_times.size > 1:
                    drawn = uniform_at(key[0], key[1], key[2], BLOCK_SIZE, 0, number[k])
                    times = how.block_times[int(drawn * how.block_times.size)]
                for each in range(closes.size):
                    left[row, each] = ratio[0, each] * times
                total = places_left(left, row, free)
            arm[k] = taken(left, row, free, total, coin[k])
            left[row, arm[k]] -= 1
        elif how.method == MINIMIZATION:
            arm[k] = balanced(how, ratio, stratum[k], tally, free, coin[k])
        else:
            arm[k] = taken(ratio, 0, free, places_left(ratio, 0, free), coin[k])


@within_loops
def places_left(places: Codes, row: int, free: Flags) -> int:
    """Count the places of the free arms."""
    total = 0
    for arm in range(free.size):
        total += places[row, arm] * free[arm]
    return total


@within_loops
def taken(places: Codes, row: int, free: Flags, total: int, number: float) -> int:
    """Give the arm at place floor(number total) of the free arms, in order of arms."""
    place = int(number * total)
    arm, passed = 0, 0
    for each in range(free.size - 1):  # counted without a branch that depends on the number
        passed += places[row, each] * free[each]
        arm += place >= passed
    return arm


@within_loops
def balanced(
    how: Allocating,
    ratio: Codes,
    stratum: int,
    tally: Matrix,
    free: Flags,
    number: float,
) -> int:
    """Allocate by minimization, and count the patient.

    Args:
        how: arms are given out.
        ratio: (1, arms)
        stratum: of the patient.
        tally: (factors, levels, arms) patients so far; this one is counted.
        free: (arms,) those that are open.
        number: uniform.
    """
    found, least, differ = np.empty(free.size), np.inf, False
    for arm in range(free.size):
        found[arm] = imbalance(how, arm, stratum, tally, free) if free[arm] else np.inf
        least = min(least, found[arm])
    best, others = np.empty(free.size, np.bool_), np.empty(free.size, np.bool_)
    for arm in range(free.size):
        best[arm] = free[arm] and found[arm] <= least + SAME
        others[arm] = free[arm] and not best[arm]
        differ = differ or others[arm]
    if not differ:
        arm = taken(ratio, 0, best, places_left(ratio, 0, best), number)
    elif number < how.coin:
        arm = taken(ratio, 0, best, places_left(ratio, 0, best), number / how.coin)
    else:
        number = (number - how.coin) / (1.0 - how.coin)
        arm = taken(ratio, 0, others, places_left(ratio, 0, others), number)
    for factor in range(how.factor_weight.size):
        tally[factor, how.factor[stratum, factor], arm] += 1.0
    return arm


@within_loops
def imbalance(how: Allocating, arm: int, stratum: int, tally: Matrix, free: Flags) -> float:
    """Give what one more patient of a stratum would leave behind in an arm."""
    total = 0.0
    for factor in range(how.factor_weight.size):
        level = how.factor[stratum, factor]
        low, high, mean, squares, arms = np.inf, -np.inf, 0.0, 0.0, 0
        for other in range(free.size):
            if free[other]:
                here = (tally[factor, level, other] + (other == arm)) / how.ratio[other]
                low, high = min(low, here), max(high, here)
                arms += 1
                away = here - mean
                mean += away / arms
                squares += away * (here - mean)
        spread = squares / max(arms - 1, 1) if how.by_variance else high - low
        total += how.factor_weight[factor] * spread
    return total

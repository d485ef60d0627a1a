"""Patients of a plain world, made in loops that run on vectors.

The same patients as `generate` makes, bit for bit, from the same random numbers; for worlds
without switching, correlation, competing events, cure, other clocks, minimization and blocks of
random size.
"""

import numpy as np

from equipoise.kernel.arrays import Codes, Vector
from equipoise.kernel.compiling import inlined, within_loops
from equipoise.kernel.philox import fill_uniforms
from equipoise.kernel.random_draws import exponential_of
from equipoise.simulate.arrays import (
    BLOCKS,
    INDEPENDENT,
    MINIMIZATION,
    MULTI_STATE,
    TIME,
    Patients,
    WorldArrays,
)
from equipoise.simulate.course.paths import follow_course
from equipoise.simulate.streams import ALLOCATION, CELL, DROPOUT, ENDPOINT
from equipoise.simulate.worlds.arrivals import Coming, all_gaps, fill_arrivals
from equipoise.simulate.worlds.enrolling import place_of
from equipoise.simulate.worlds.law_times import Laws, time_reached

CAUSES = 16  # streams of one endpoint
PAIR = 2


def is_plain(world: WorldArrays) -> bool:
    """Tell whether `fill_plain` makes the patients of this world."""
    return bool(
        world.kind == INDEPENDENT
        and is_plainly_enrolled(world)
        and (world.endpoint_kind == TIME).all()
        and world.law.shape[1] == 1
        and (world.law[:-1] >= 0).all()
        and world.score.size == 0
        and (world.switch_after < 0).all()
    )


def is_plain_course(world: WorldArrays) -> bool:
    """Tell whether `fill_plain_course` makes the patients of this world."""
    return bool(world.kind == MULTI_STATE and is_plainly_enrolled(world))


def is_plainly_enrolled(world: WorldArrays) -> bool:
    """Tell whether patients come, are allocated and are lost in plain ways."""
    return bool(
        world.method != MINIMIZATION
        and world.block_times.size == 1
        and world.accrual_rate[-1] > 0.0
        and ((world.law[-1] >= 0).all() or (world.law[-1] < 0).all())
        and (world.law_shape == 1.0).all()
        and (world.law_cured == 0.0).all()
        and world.mean_delay.size == 0
    )


@inlined
def fill_enrolled(
    world: WorldArrays, seed: int, scenario: int, trial: int, patients: Patients, work: Vector
) -> None:
    """Fill in who comes when, of what kind, and in which arm.

    Witness: `generate.generate`, bit for bit.
    """
    size = world.patients
    coming = Coming(
        world.process,
        world.patients,
        world.accrual_start,
        world.accrual_rate,
        world.accrual_duration,
        world.accrual_expected,
    )
    key = (seed, scenario, trial)
    fill_arrivals(coming, key, 0, 0.0, all_gaps(coming, key), patients.entry)
    if world.cell_share.size > 1:
        fill_uniforms(seed, scenario, trial, CELL, 0, 0, work)
        for i in range(size):
            cell = place_of(work[i], world.cell_share)
            patients.cell[i], patients.stratum[i] = cell, world.cell_stratum[cell]
    else:
        patients.cell[:size], patients.stratum[:size] = 0, world.cell_stratum[0]
    fill_uniforms(seed, scenario, trial, ALLOCATION, 0, 0, work)
    _allocate(world, work, patients)


@inlined
def fill_plain(
    world: WorldArrays, seed: int, scenario: int, trial: int, patients: Patients, work: Vector
) -> None:
    """Fill in all patients of one trial; `work` is room for a number of each.

    Witness: `generate.generate`, bit for bit.
    """
    fill_enrolled(world, seed, scenario, trial, patients, work)
    size, endpoints = world.patients, world.endpoint_kind.size
    for endpoint in range(endpoints):
        purpose = ENDPOINT + CAUSES * endpoint
        fill_uniforms(seed, scenario, trial, purpose, 0, 0, patients.time[endpoint])
        _fill_times(world, endpoint, patients, patients.time[endpoint])
        for i in range(size):
            patients.outcome[endpoint, i] = patients.time[endpoint, i] < np.inf
    _fill_lost(world, seed, scenario, trial, patients)


@inlined
def fill_plain_course(
    world: WorldArrays,
    seed: int,
    scenario: int,
    trial: int,
    arrival: Codes,
    patients: Patients,
    work: Vector,
) -> None:
    """Fill in all patients of one trial whose endpoints are read from a course.

    Witness: `generate.generate`, bit for bit.
    """
    fill_enrolled(world, seed, scenario, trial, patients, work)
    _fill_lost(world, seed, scenario, trial, patients)
    follow_course(world.course, seed, scenario, trial, world.patients, arrival, patients)


@inlined
def _fill_lost(
    world: WorldArrays, seed: int, scenario: int, trial: int, patients: Patients
) -> None:
    """Fill in when each patient is lost."""
    lost, endpoints = patients.lost, world.endpoint_kind.size
    if world.law[endpoints, 0, 0, 0] < 0:
        lost[:] = world.longest_follow_up
        return
    fill_uniforms(seed, scenario, trial, DROPOUT, 0, 0, lost)
    _fill_times(world, endpoints, patients, lost)
    if world.longest_follow_up < np.inf:
        for i in range(lost.size):
            lost[i] = min(lost[i], world.longest_follow_up)


@inlined
def _allocate(world: WorldArrays, coin: Vector, patients: Patients) -> None:
    """Allocate by blocks or by simple randomization, as `enrolling.enroll` does."""
    arm, arms, ratio = patients.arm, world.arms, world.ratio
    if world.method != BLOCKS:
        total = np.int64(0)
        for each in ratio:
            total += each
        for i in range(coin.size):
            place, each = np.int64(coin[i] * total), np.int64(0)
            while place >= ratio[each]:
                place -= ratio[each]
                each += 1
            arm[i] = each
        return
    alone = not world.by_stratum or world.cell_share.size == 1
    if alone and arms == PAIR and ratio[0] == 1 and ratio[1] == 1 and world.block_times[0] == 1:
        for i in range(coin.size >> 1):
            first = np.int64(coin[2 * i] * 2.0)
            arm[2 * i], arm[2 * i + 1] = first, 1 - first
        if coin.size & 1:
            arm[coin.size - 1] = np.int64(coin[coin.size - 1] * 2.0)
        return
    _fill_blocks(world, coin, patients)


@within_loops
def _fill_blocks(world: WorldArrays, coin: Vector, patients: Patients) -> None:
    """Allocate by blocks of any ratio, stratum by stratum."""
    arm, arms, ratio = patients.arm, world.arms, world.ratio
    left = np.zeros((world.strata, arms), np.int64)
    places = np.zeros(world.strata, np.int64)
    for i in range(coin.size):
        stratum = patients.stratum[i] * world.by_stratum
        if places[stratum] == 0:
            for each in range(arms):
                left[stratum, each] = ratio[each] * world.block_times[0]
                places[stratum] += left[stratum, each]
        place, taken = np.int64(coin[i] * places[stratum]), np.int64(0)
        while place >= left[stratum, taken]:
            place -= left[stratum, taken]
            taken += 1
        left[stratum, taken] -= 1
        places[stratum] -= 1
        arm[i] = taken


@inlined
def _fill_times(world: WorldArrays, row: int, patients: Patients, out: Vector) -> None:
    """Replace uniforms by times under the laws of arm and cell."""
    law_of, hazard = world.law[row, 0], world.law_hazard
    cells, steady = law_of.shape[1], True
    for each in law_of.flat:
        steady = steady and world.law_pieces[each] == 1 and hazard[each, 0] > 0.0
    if steady and cells == 1 and world.arms == PAIR:
        control, experimental = hazard[law_of[0, 0], 0], hazard[law_of[1, 0], 0]
        for i in range(out.size):
            own = experimental if patients.arm[i] else control
            out[i] = exponential_of(out[i]) / own
        return
    for i in range(out.size):
        out[i] = exponential_of(out[i])
    laws = Laws(
        world.law,
        world.law_pieces,
        world.law_start,
        world.law_hazard,
        world.law_before,
        world.law_shape,
        world.law_cured,
    )
    for i in range(out.size):
        out[i] = time_reached(laws, law_of[patients.arm[i], patients.cell[i]], out[i])

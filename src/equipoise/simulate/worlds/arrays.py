"""A world laid out as arrays for compiled loops, once every value has been found possible.

Arrays of a world are read-only, those of `Patients` and `Rules` writable: one kind each, so that
every loop is compiled once.
"""

import math

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Matrix, Vector, codes, frozen, frozen_codes, vector
from equipoise.simulate.arrays import (
    BLOCKS,
    EVEN,
    INDEPENDENT,
    MINIMIZATION,
    MULTI_STATE,
    POISSON,
    RESAMPLED,
    SIMPLE,
    UNIFORM,
    Patients,
    Rules,
    WorldArrays,
)
from equipoise.simulate.course.arrays import course_arrays, no_course
from equipoise.simulate.sample_arrays import no_sample, sample_arrays
from equipoise.simulate.worlds import truth_arrays as truth
from equipoise.simulate.worlds.checks import block_sizes, check_laws, check_world, whole
from equipoise.simulate.worlds.law_table import law_columns
from equipoise.simulate.worlds.truth_checks import check_independent
from equipoise.simulate.worlds.world import (
    CourseTruth,
    IndependentEndpoints,
    ResampledPatients,
    World,
)

PROCESS = {"poisson": POISSON, "even": EVEN, "uniform": UNIFORM}
METHOD = {"permuted blocks": BLOCKS, "simple": SIMPLE, "minimization": MINIMIZATION}
KIND = {IndependentEndpoints: INDEPENDENT, CourseTruth: MULTI_STATE, ResampledPatients: RESAMPLED}


def world_arrays(world: World) -> WorldArrays:
    """Lay a world out for compiled loops.

    Raises:
        SimulationError: if the world cannot exist, with what to change.
    """
    _check(world)
    enrollment, chosen = world.enrollment, world.randomization
    law, table = truth.laws_of(world)
    columns = law_columns(table.laws)
    ratio = [each // math.gcd(*world.allocation) for each in world.allocation]
    factor = _factors(world)
    return WorldArrays(
        patients=int(enrollment.patients),
        process=PROCESS[enrollment.process],
        accrual_start=vector(enrollment.rates.starts),
        accrual_rate=vector(enrollment.rates.values),
        accrual_duration=float(enrollment.duration),
        accrual_expected=_expected(world),
        arms=len(world.arms),
        ratio=codes(ratio),
        method=METHOD[chosen.method],
        block_times=codes([size // sum(ratio) for size in block_sizes(chosen)] or [1]),
        by_stratum=int(chosen.by_stratum),
        coin=float(chosen.probability),
        by_variance=int(chosen.imbalance == "variance"),
        factor=factor,
        factor_weight=vector(chosen.weights or [1.0] * factor.shape[1]),
        strata=len(world.strata),
        cell_share=_cumulative([cell.share for cell in world.cells]),
        cell_stratum=codes([cell.stratum for cell in world.cells]),
        cell_member=_members(world),
        kind=KIND[type(world.truth)],
        endpoint_kind=truth.endpoint_kinds(world),
        law=law,
        law_pieces=columns.pieces,
        law_start=columns.start,
        law_hazard=columns.hazard,
        law_before=columns.before,
        law_shape=columns.shape,
        law_cured=columns.cured,
        order=truth.making_order(world),
        score=truth.score_triangle(world),
        switch_after=truth.switch_after(world),
        switch_arm=truth.switch_arm(world),
        switch_probability=truth.switch_values(world, "probability", 0.0),
        switch_ratio=truth.switch_values(world, "hazard_ratio", 1.0),
        switch_delay=truth.switch_values(world, "delay", 0.0),
        probability=truth.yes_probabilities(world),
        assessed=truth.assessment_times(world),
        missing=truth.missing_shares(world),
        longest_follow_up=float(world.longest_follow_up),
        lag=float(world.reporting.lag),
        mean_delay=frozen(np.array(world.reporting.mean_delay, dtype=np.float64)),
        sample=sample_arrays(world) if _is(world, ResampledPatients) else no_sample(),
        course=course_arrays(world) if _is(world, CourseTruth) else no_course(),
    )


def room_for(world: WorldArrays, patients: int | None = None) -> Patients:
    """Make room for the patients of a trial: so many as planned, or as many as said.

    Raises:
        SimulationError: a number of patients that is none.
    """
    size = world.patients if patients is None else patients
    if not whole(size) or size < 1:
        raise SimulationError(
            f"There must be room for at least one patient, a whole number; found {size!r}.",
            "patients",
        )
    endpoints = world.endpoint_kind.size
    return Patients(
        entry=np.empty(size),
        arm=np.empty(size, np.int64),
        stratum=np.empty(size, np.int64),
        cell=np.empty(size, np.int64),
        lost=np.empty(size),
        time=np.empty((endpoints, size)),
        outcome=np.empty((endpoints, size), np.int8),
        delay=np.empty((endpoints, size) if world.mean_delay.size else (0, 0)),
    )


def no_rules(world: WorldArrays, events: Matrix | None = None) -> Rules:
    """Give the rules of a trial that nothing has changed.

    Args:
        world: the truth.
        events: (looks, conditions) counts that its looks wait for.
    """
    return Rules(
        arm_closes=np.full(world.arms, np.inf),
        cell_closes=np.full(world.cell_share.size, np.inf),
        patients=world.patients,
        events=np.zeros((0, 0)) if events is None else np.array(events, dtype=np.float64),
    )


def _check(world: World) -> None:
    check_world(world)
    if world.dropout:
        check_laws(world.dropout, world, "dropout")
    if isinstance(world.truth, IndependentEndpoints):
        check_independent(world.truth, world)


def _is(world: World, kind: type) -> bool:
    return isinstance(world.truth, kind)


def _expected(world: World) -> float:
    enrollment = world.enrollment
    if enrollment.process != "uniform":
        return math.inf
    return float(enrollment.rates.cumulative(enrollment.duration)[0])


def _cumulative(shares: list[float]) -> Vector:
    """Add shares up to 1, so that a number below 1 falls on none that is 0."""
    total = np.cumsum(shares) / np.sum(shares)
    total[int(np.max(np.flatnonzero(np.array(shares)))) :] = np.inf
    return frozen(total)


def _members(world: World) -> Codes:
    return codes(
        [
            sum(1 << world.populations.index(each) for each in set(cell.populations))
            for cell in world.cells
        ]
    )


def _factors(world: World) -> Codes:
    """Number the levels of each variable in each stratum; without variables, the strata."""
    if not world.randomization.by_stratum:
        return frozen_codes(np.zeros((len(world.strata), 1), dtype=np.int64))
    rows = world.stratum_levels or tuple((stratum,) for stratum in world.strata)
    seen: list[dict[str, int]] = [{} for _ in rows[0]]
    numbers = [
        [seen[k].setdefault(level, len(seen[k])) for k, level in enumerate(row)] for row in rows
    ]
    return frozen_codes(np.array(numbers, dtype=np.int64).reshape(len(rows), -1))

"""One trial, from the first patient to the last: who comes, what they get, what becomes of them.

A trial is a pure function of the world, (seed, scenario, trial) and the rules that adaptations
have left: generated again under rules that change only what comes after a time, it is the same
until then.  Random numbers are used as `streams` says, so that more patients, endpoints or arms
leave what was there as it was.
"""

import numpy as np

from equipoise.kernel.compiling import compiled
from equipoise.simulate.arrays import INDEPENDENT, MULTI_STATE, Patients, Rules, WorldArrays
from equipoise.simulate.course.paths import follow_course
from equipoise.simulate.sampling import fill_sampled
from equipoise.simulate.worlds.allocation import Allocating, allocate
from equipoise.simulate.worlds.arrivals import Coming
from equipoise.simulate.worlds.enrolling import Kinds, enroll
from equipoise.simulate.worlds.law_times import Laws
from equipoise.simulate.worlds.outcomes import (
    Answering,
    Ending,
    Switch,
    fill_delays,
    fill_endpoints,
    fill_lost,
)


@compiled
def generate(
    world: WorldArrays, seed: int, scenario: int, trial: int, rules: Rules, patients: Patients
) -> int:
    """Generate one trial; give the patients enrolled, who fill the first places of `patients`.

    Fewer than `rules.patients` are enrolled where every arm closes before, or where the cells
    left open are so rare that 100 patients screened for each one asked for do not suffice.

    Args:
        world: of `world_arrays`.
        seed: of the run, 0 or more.
        scenario: its number, 0 or more.
        trial: its number, 0 or more.
        rules: what adaptations have changed; of `no_rules` where nothing has.
        patients: of `room_for`, filled in.

    Raises:
        ValueError: there is no room for so many patients.
    Witness: a second program in NumPy, patient by patient.
    """
    if rules.patients > patients.entry.size:
        raise ValueError("There is no room for so many patients; make it with `room_for`.")
    w = world
    key = (seed, scenario, trial)
    laws = Laws(
        w.law, w.law_pieces, w.law_start, w.law_hazard, w.law_before, w.law_shape, w.law_cured
    )
    number = np.empty(rules.patients, np.int64)
    enrolled, arrivals = enroll(
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
    number = number[:enrolled]
    allocate(
        Allocating(
            w.method,
            w.ratio,
            w.block_times,
            w.by_stratum,
            w.strata,
            w.coin,
            w.by_variance,
            w.factor,
            w.factor_weight,
        ),
        key,
        rules.arm_closes,
        arrivals,
        number,
        patients,
    )
    fill_lost(laws, w.longest_follow_up, key, arrivals, number, patients)
    if w.kind == INDEPENDENT:
        switch = Switch(
            w.switch_after, w.switch_arm, w.switch_probability, w.switch_ratio, w.switch_delay
        )
        answering = Answering(w.probability, w.assessed, w.missing)
        ending = Ending(w.endpoint_kind, w.order, w.score, laws, switch, answering)
        fill_endpoints(ending, key, arrivals, number, patients)
    elif w.kind == MULTI_STATE:
        follow_course(w.course, seed, scenario, trial, enrolled, number, patients)
    else:
        fill_sampled(w.sample, key, arrivals, number, patients)
    fill_delays(w.mean_delay, key, arrivals, number, patients.delay)
    return enrolled

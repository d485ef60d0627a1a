"""Play trials: every look of each, were none ever stopped.

A trial is generated, its looks are timed, and each look is cut and tested by the same equations
as the real trial's.  Trials are independent of each other: what is played together changes
nothing.  Log-rank trials of the plain kind go to the fused loop, which is faster and finds the
same.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.compiling import compiled, kept
from equipoise.kernel.max_combo_tail import tails_of_largest
from equipoise.kernel.normal import upper_quantiles
from equipoise.simulate.arrays import LookTable, Rules, RulesOfTrials, WorldArrays
from equipoise.simulate.conduct_arrays import MAX_COMBO, PROPORTIONS, ConductArrays
from equipoise.simulate.cuts import enrolled_and_lost, events_known, known_from
from equipoise.simulate.engine import engine
from equipoise.simulate.engine.engine import can_take, play_fused
from equipoise.simulate.generate import generate
from equipoise.simulate.look_times import hold_looks
from equipoise.simulate.rehearsal import (
    Desk,
    Rehearsal,
    Seen,
    check_range,
    desk_for,
    prepare,
    rules_of_trials,
)
from equipoise.simulate.statistics.answers import answered
from equipoise.simulate.statistics.statistics import statistic

__all__ = ["Rehearsal", "compiled_before", "estimates_at", "play", "prepare"]


def play(
    rehearsal: Rehearsal,
    *,
    seed: int,
    scenario: int,
    first: int,
    last: int,
    rules: RulesOfTrials | None = None,
    looks: Flags | None = None,
) -> LookTable:
    """Play trials first ... last - 1 and give what their looks found.

    Args:
        rehearsal: of `prepare`.
        seed: of the run, 0 or more.
        scenario: its number, 0 or more; the same random numbers under the same number.
        first: the first trial, from 0.
        last: one past the last trial.
        rules: what adaptations have changed, one row a trial (or one row for all); None: nothing.
        looks: which looks to cut and test (all are timed); None: every one.

    Raises:
        SimulationError: a negative seed, or a range that is none.

    Witness: lrstat's `lrsim`; a second program trial by trial through `analyze`.
    """
    check_range(seed, scenario, first, last)
    table = empty_table(rehearsal, last - first, looks=len(rehearsal.conduct.looks))
    combined = np.flatnonzero(rehearsal.conduct_arrays.test == MAX_COMBO).tolist()
    widest = int(np.diff(rehearsal.conduct_arrays.first_weight).max())
    shape = (*table.z.shape, widest, widest) if combined else (0,) * 5
    covariances = np.full(shape, np.nan)
    if rules is None and looks is None and can_take(rehearsal):
        play_fused(
            rehearsal,
            seed=seed,
            scenario=scenario,
            first=first,
            table=table,
            covariances=covariances,
        )
        for h in combined:
            _tell_worth(table, covariances, h, rehearsal.conduct_arrays.first_weight)
        return table
    changed = rules_of_trials(rehearsal, rules)
    desk = desk_for(rehearsal, int(changed.patients.max()))
    every = np.ones(table.time.shape[1], np.bool_)
    _play_range(
        rehearsal.world_arrays,
        rehearsal.conduct_arrays,
        rehearsal.seen,
        changed,
        (seed, scenario, first),
        every if looks is None else np.array(looks, dtype=np.bool_),
        False,  # noqa: FBT003 - compiled code has no keywords
        desk,
        table,
        covariances,
    )
    for h in combined:
        _tell_worth(table, covariances, h, rehearsal.conduct_arrays.first_weight)
    return table


def compiled_before(rehearsal: Rehearsal) -> bool:
    """Tell whether what plays this rehearsal lies on disk, ready to run."""
    return engine.compiled_before(rehearsal) if can_take(rehearsal) else kept(_play_range)


def estimates_at(
    rehearsal: Rehearsal,
    *,
    seed: int,
    scenario: int,
    first: int,
    look_time: Vector,
    last: int | None = None,
    rules: RulesOfTrials | None = None,
) -> tuple[Vector, Vector]:
    """Give naive estimates and standard errors at one calendar time a trial.

    Of log-rank tests and MaxCombo the log hazard ratio of Cox's model with Efron's ties, in the
    strata of the test; of other tests the difference that is tested.  NaN where there is none.

    Args:
        rehearsal: of `prepare`.
        seed: of the run.
        scenario: its number.
        first: the first trial, from 0.
        look_time: (trials,) calendar time of the look at which each trial stopped; infinite where
            nothing is to be estimated.
        last: one past the last trial; None: there are as many as calendar times.
        rules: as in `play`.

    Raises:
        SimulationError: a negative seed, or calendar times that are not one a trial.

    Witness: `analyze.cox` on the same data.
    """
    times = np.ascontiguousarray(look_time, dtype=np.float64)
    last = first + times.size if last is None else last
    check_range(seed, scenario, first, last)
    if times.size != last - first or not (times >= 0.0).all():
        raise SimulationError(
            f"Trials {first} to {last} need as many calendar times of 0 or more, not {times.size}. "
            "Give one a trial, infinite where the trial is not to be estimated.",
            "time",
        )
    changed = rules_of_trials(rehearsal, rules)
    table = empty_table(rehearsal, times.size, looks=1)
    table.time[:, 0] = times
    if rules is None and can_take(rehearsal):
        play_fused(
            rehearsal,
            seed=seed,
            scenario=scenario,
            first=first,
            table=table,
            covariances=np.empty((0,) * 5),
            naive=True,
        )
        return table.score[:, 0], 1.0 / np.sqrt(table.information[:, 0])
    _play_range(
        rehearsal.world_arrays,
        rehearsal.conduct_arrays,
        rehearsal.seen,
        changed,
        (seed, scenario, first),
        np.ones(1, np.bool_),
        True,  # noqa: FBT003 - compiled code has no keywords
        desk_for(rehearsal, int(changed.patients.max())),
        table,
        np.empty((0,) * 5),
    )
    return table.score[:, 0], 1.0 / np.sqrt(table.information[:, 0])


def _tell_worth(
    table: LookTable, covariances: NDArray[np.float64], h: int, first_weight: Codes
) -> None:
    """Turn the largest z of MaxCombo into the z of its one-sided p-value."""
    weights = int(first_weight[h + 1] - first_weight[h])
    here = covariances[:, :, h, :weights, :weights].reshape(-1, weights, weights)
    tail = tails_of_largest(np.ascontiguousarray(here), table.z[:, :, h].ravel())
    table.z[:, :, h] = upper_quantiles(tail).reshape(table.time.shape)


@compiled
def _play_range(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    world: WorldArrays,
    conduct: ConductArrays,
    seen: Seen,
    rules: RulesOfTrials,
    numbers: tuple[int, int, int],
    wanted: Flags,
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    desk: Desk,
    table: LookTable,
    covariances: NDArray[np.float64],
) -> None:
    """Play trial after trial, and each look that is wanted and held.

    With `naive`, the looks are held at the times that stand in the table, and only estimates made.
    """
    seed, scenario, first = numbers
    patients, known = desk.patients, desk.known
    for r in range(table.time.shape[0]):
        row = min(r, rules.patients.size - 1)
        awaited, time = rules.events[row], table.time[r]
        own = Rules(rules.arm_closes[row], rules.cell_closes[row], rules.patients[row], awaited)
        size = generate(world, seed, scenario, first + r, own, patients)
        known_from(patients, size, seen.lag, seen.kinds, known)
        if not naive:
            hold_looks(
                conduct,
                awaited,
                patients,
                size,
                known,
                seen.member,
                desk.space,
                table.reached[r],
                time,
            )
        for k in range(wanted.size):
            if not wanted[k] or time[k] == np.inf:
                continue
            for h in range(conduct.test.size):
                z, score, information = statistic(conduct, h, seen, size, time[k], naive, desk)
                table.z[r, k, h], table.score[r, k, h] = z, score
                table.information[r, k, h] = information
                if conduct.test[h] == PROPORTIONS:
                    table.answers[r, k, h] = np.int32(answered(desk.counts))
                if covariances.size:
                    covariances[r, k, h] = desk.covariance
            if not naive:
                events_known(patients, size, known, time[k], table.events[r, k])
                table.patients[r, k], table.dropouts[r, k] = enrolled_and_lost(
                    patients, size, known, seen.kinds, seen.longest_follow_up, seen.lag, time[k]
                )


def empty_table(rehearsal: Rehearsal, trials: int, *, looks: int) -> LookTable:
    """Give a table of looks not held."""
    hypotheses = len(rehearsal.conduct.tested)
    counted = (trials, looks, len(rehearsal.world.endpoints), len(rehearsal.world.arms))
    return LookTable(
        reached=np.zeros((trials, looks), np.bool_),
        time=np.full((trials, looks), np.inf),
        patients=np.zeros((trials, looks), np.int32),
        dropouts=np.zeros((trials, looks), np.int32),
        events=np.zeros(counted, np.int32),
        z=np.full((trials, looks, hypotheses), np.nan),
        score=np.full((trials, looks, hypotheses), np.nan),
        information=np.full((trials, looks, hypotheses), np.nan),
        answers=np.zeros((trials, looks, hypotheses), np.int32),
    )

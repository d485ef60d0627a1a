"""What compiled loops see: a trial as a structure of arrays, one trial one lane.

Every array of a patient is in order of entry.  Nothing here is random: `streams` says which
random numbers make what.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.simulate.course.arrays import CourseArrays

BLOCKS, SIMPLE, MINIMIZATION = 0, 1, 2
POISSON, EVEN, UNIFORM = 0, 1, 2
INDEPENDENT, MULTI_STATE, RESAMPLED = 0, 1, 2
TIME, ANSWER = 0, 1

Key: TypeAlias = tuple[int, int, int]  # seed, scenario, trial


class Patients(NamedTuple):
    """One simulated trial as it would be, were it followed forever and never cut."""

    entry: Vector  # (patients,) calendar time, ascending
    arm: NDArray[np.int64]  # (patients,)
    stratum: NDArray[np.int64]  # (patients,)
    cell: NDArray[np.int64]  # (patients,)
    lost: Vector  # (patients,) time since entry of dropout, or of the longest follow-up
    time: Matrix  # (endpoints, patients) time since entry of the outcome; inf: never
    outcome: NDArray[np.int8]  # (endpoints, patients) 1 event or yes, 0 no, 2, 3, ... competing;
    # -1: an answer, due at `time`, that is missing; 0 at a finite time of a time-to-event
    # endpoint: censored then (resampled patients)
    delay: Matrix  # (endpoints, patients) until the outcome is known; (0, 0) where none


class Rules(NamedTuple):
    """What adaptations have changed in one trial; nothing, where all is infinite."""

    arm_closes: Vector  # (arms,) calendar time from which no patient is allocated to it
    cell_closes: Vector  # (cells,) calendar time from which none such is enrolled
    patients: int  # enrolled in all
    events: Matrix  # (looks, conditions) counts the looks wait for, as they stand now


class RulesOfTrials(NamedTuple):
    """The rules of a range of trials, one row a trial."""

    arm_closes: Matrix  # (trials, arms)
    cell_closes: Matrix  # (trials, cells)
    patients: Codes  # (trials,)
    events: NDArray[np.float64]  # (trials, looks, conditions); infinite: as planned


class LookTable(NamedTuple):
    """What every look of a range of trials found, were none ever stopped."""

    reached: NDArray[np.bool_]  # (trials, looks) whether the look's conditions came true
    time: Matrix  # (trials, looks) calendar time; infinite: the look is never held
    patients: NDArray[np.int32]  # (trials, looks) enrolled by then
    dropouts: NDArray[np.int32]  # (trials, looks) lost by then, of those without any event
    events: NDArray[np.int32]  # (trials, looks, endpoints, arms) known by then
    z: NDArray[np.float64]  # (trials, looks, hypotheses); nan where there is no statistic
    score: NDArray[np.float64]  # (trials, looks, hypotheses) U, of log-rank tests; else estimate
    information: NDArray[np.float64]  # (trials, looks, hypotheses) V; else 1 / error²
    answers: NDArray[np.int32]  # (trials, looks, hypotheses) compared by two proportions; else 0
    # U is positive where the experimental arm is better; MaxCombo: U and V of its first weight


class SampleArrays(NamedTuple):
    """Real follow-up to draw patients from; empty unless `kind` is `RESAMPLED`."""

    first: Codes  # (arms, cells) where the rows of an arm and cell begin in `row`
    rows: Codes  # (arms, cells) how many there are
    row: Codes  # rows of the data, by arm and cell
    time: Matrix  # (endpoints, data rows)
    outcome: NDArray[np.int8]  # (endpoints, data rows)
    followed: Vector  # (data rows,) until the last censoring; inf: every endpoint ended
    binary: NDArray[np.bool_]  # (endpoints,)


class WorldArrays(NamedTuple):
    """A `World` for compiled loops.  Laws are rows: `law[e, a, c]` points at one."""

    patients: int
    process: int
    accrual_start: Vector  # (pieces,)
    accrual_rate: Vector
    accrual_duration: float
    accrual_expected: float  # patients the rates expect within the duration; `uniform` only
    arms: int
    ratio: Codes  # (arms,) patients of each arm in the smallest block; coprime
    method: int
    block_times: Codes  # (sizes,) how many times the ratio a block holds; one is drawn of several
    by_stratum: int
    coin: float  # minimization: probability of following the smaller imbalance
    by_variance: int  # minimization: imbalance is the variance, not the range
    factor: Codes  # (strata, factors) level of each minimization factor in each stratum
    factor_weight: Vector  # (factors,)
    strata: int
    cell_share: Vector  # (cells,) cumulative
    cell_stratum: Codes  # (cells,)
    cell_member: Codes  # (cells,) bit b: belongs to population b
    kind: int
    endpoint_kind: Codes  # (endpoints,)
    law: Codes  # (endpoints + 1, causes, arms, cells) → law; -1 none; the last row is dropout
    law_pieces: Codes  # (laws,)
    law_start: Matrix  # (laws, pieces) on the clock t^shape
    law_hazard: Matrix  # (laws, pieces)
    law_before: Matrix  # (laws, pieces) cumulative hazard before the piece
    law_shape: Vector  # (laws,)
    law_cured: Vector  # (laws,)
    order: Codes  # (endpoints,) in which they are made: what patients switch after comes first
    score: Matrix  # (endpoints, endpoints) lower triangle that correlates normal scores; or (0, 0)
    switch_after: Codes  # (endpoints,) endpoint after which patients switch; -1: never
    switch_arm: Codes  # (endpoints,)
    switch_probability: Vector  # (endpoints,)
    switch_ratio: Vector  # (endpoints,) what the hazard is multiplied by from then on
    switch_delay: Vector  # (endpoints,)
    probability: NDArray[np.float64]  # (endpoints, arms, cells) of a yes
    assessed: Vector  # (endpoints,) when an answer is known, since entry
    missing: Vector  # (endpoints,) share of answers that never come
    longest_follow_up: float
    lag: float
    mean_delay: Vector  # (endpoints,) empty: none
    sample: SampleArrays
    course: CourseArrays  # empty unless `kind` is `MULTI_STATE`

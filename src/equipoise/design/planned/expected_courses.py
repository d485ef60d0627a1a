"""Patients and events expected over calendar time, by arm, truth and stratum, for tables and plots.

From the first patient to the last look or the end of the follow-up, whichever is later, were the
trial never stopped.
"""

import numpy as np

from equipoise.design.survival.enrollment import with_ratio
from equipoise.design.survival.events import ExpectedCounts, counts_at
from equipoise.design.survival.world import SurvivalWorld
from equipoise.design.trial_design import Course, Truth
from equipoise.kernel.arrays import vector
from equipoise.protocol.trial import Comparison

POINTS = 61


def courses(
    world: SurvivalWorld, comparison: Comparison, null_ratio: float, until: float
) -> tuple[Course, ...]:
    """Give the courses under the alternative and the null hypothesis.

    Witness: `expected_events`.
    """
    times = vector(np.linspace(0.0, until, POINTS))
    worlds: tuple[tuple[Truth, SurvivalWorld], ...] = (
        ("alternative", world),
        ("null", with_ratio(world, null_ratio)),
    )
    return tuple(
        course
        for truth, true in worlds
        for course in _of(true, truth, comparison, counts_at(true, times))
    )


def _of(
    world: SurvivalWorld, truth: Truth, comparison: Comparison, counts: ExpectedCounts
) -> list[Course]:
    arms = (comparison.control, comparison.experimental)
    told = [
        Course(
            truth,
            arm,
            None,
            counts.time,
            vector(counts.enrolled[:, :, place].sum(axis=1)),
            vector(counts.events[:, :, place].sum(axis=1)),
        )
        for place, arm in enumerate(arms)
    ]
    if len(world.strata) > 1:
        told += [
            Course(
                truth,
                arm,
                stratum.name,
                counts.time,
                vector(counts.enrolled[:, row, place]),
                vector(counts.events[:, row, place]),
            )
            for row, stratum in enumerate(world.strata)
            for place, arm in enumerate(arms)
        ]
    return told

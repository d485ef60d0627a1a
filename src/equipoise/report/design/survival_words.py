"""What a survival world means for patients: survival at the landmarks, and the median, by arm.

Over strata with shares w, survival is the mean Σ w S(t); its median is found by halving.
"""

from collections.abc import Iterator

import numpy as np

from equipoise.design.survival.hazards import survival_at
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Vector, vector
from equipoise.protocol.trial import DAYS_PER
from equipoise.report.design.context import DesignContext
from equipoise.report.format import percent

YEARS = (1.0, 2.0)  # where the protocol has no landmarks
HALVINGS = 60
LONGEST = 100.0  # years: a median beyond is not reached


def arm_survival(world: SurvivalWorld, times: Vector, *, experimental: bool) -> Vector:
    """Give the survival of one arm at each time, over all its strata.

    Witness: closed form.
    """
    total = np.zeros(times.size)
    for stratum in world.strata:
        hazard = stratum.experimental_hazard if experimental else stratum.control_hazard
        cured = stratum.experimental_cured if experimental else stratum.control_cured
        shape = world.weibull_shape
        total += stratum.share * survival_at(hazard, times, cured=cured, shape=shape)
    return vector(total)


def arm_median(world: SurvivalWorld, longest: float, *, experimental: bool) -> float | None:
    """Give the median survival of one arm; None where it is beyond `longest`.

    Witness: closed form.
    """

    def survival(time: float) -> float:
        return float(arm_survival(world, vector([time]), experimental=experimental)[0])

    low, high = 0.0, longest
    if survival(high) > 0.5:  # noqa: PLR2004 - half
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if survival(middle) > 0.5 else (low, middle)  # noqa: PLR2004 - half
    return high


def survival_words(context: DesignContext, world: SurvivalWorld) -> Iterator[str]:
    """Tell survival at the landmarks and the median: of the control arm, then the experimental."""
    trial, clock = context.design.protocol.trial, context.clock
    year = DAYS_PER["year"] / DAYS_PER[trial.time_unit]
    landmarks = context.design.protocol.analysis.landmarks or tuple(year * n for n in YEARS)
    for experimental in (False, True):
        found = arm_survival(world, vector(landmarks), experimental=experimental)
        told = [
            f"{percent(float(value))}% at {clock.length(time)}"
            for value, time in zip(found, landmarks, strict=True)
        ]
        median = arm_median(world, LONGEST * year, experimental=experimental)
        middle = "not reached" if median is None else f"{clock.show(median)} {clock.units}"
        yield f"{', '.join(told)}; median {middle}"

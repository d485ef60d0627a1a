"""How many events a test of the hazard ratio needs when its variance is that of the world.

The log of the ratio of two exponential hazards has variance 1/d_C + 1/d_E, with d the events
expected in each arm.  With v₀ that variance under the null and v₁ under the alternative, a
trial n times the size of the world's needs (Lachin & Foulkes 1986, eq. 2.4)

    √n |log(θ₀/θ)| = z_α √v₀ + z_β √v₁,        D = n (d_C + d_E)

The null world has in every piece

    Lachin-Foulkes             the hazard averaged over the arms: λ (1 + rθ) / (1 + rθ₀)
    Bernstein-Lagakos (1978)   the control hazard
    Rubinstein-Gail-Santner    v₁ in place of v₀ (1981)

Over strata the precisions 1/v add up (Lachin & Foulkes 1986, §4); over pieces the events do.
"""

import math
from dataclasses import replace

import numpy as np

from equipoise.design.survival.events import CONTROL, EXPERIMENTAL, counts_at
from equipoise.design.survival.formulas import VarianceFormula
from equipoise.design.survival.world import SurvivalWorld, constant_rate
from equipoise.kernel.arrays import Matrix, vector


def variance_effect(
    method: VarianceFormula,
    world: SurvivalWorld,
    time: float,
    *,
    z_alpha: float,
    z_beta: float,
    null_ratio: float = 1.0,
) -> float:
    """Give δ, the mean of Z for one event, of a fixed design analyzed at a calendar time.

    It depends a little on the errors, for the two variances differ.

    Witness:
        sv01, sv03_BernsteinLagakos, sv05 (strata), sv07, sv08.
    """
    ratio = float(world.strata[0].hazard_ratio.values[0])
    observed = arm_events(world, time)
    alternative = variance_of(observed)
    null = alternative
    if method != "rubinstein-gail-santner":
        null = variance_of(arm_events(null_world(method, world, null_ratio), time))
    size = (z_alpha * math.sqrt(null) + z_beta * math.sqrt(alternative)) / math.log(
        null_ratio / ratio
    )
    return (z_alpha + z_beta) / (abs(size) * math.sqrt(float(observed.sum())))


def null_world(
    method: VarianceFormula, world: SurvivalWorld, null_ratio: float = 1.0
) -> SurvivalWorld:
    """Give the world as a formula takes it to be under the null.

    Witness:
        sv05 (eDC0, eDE0).
    """
    ratio = float(world.strata[0].hazard_ratio.values[0])
    level = 1.0
    if method == "lachin-foulkes":
        level = (1.0 + world.allocation * ratio) / (1.0 + world.allocation * null_ratio)
    strata = tuple(
        replace(
            stratum,
            control_hazard=stratum.control_hazard.times(level),
            hazard_ratio=constant_rate(null_ratio),
        )
        for stratum in world.strata
    )
    return replace(world, strata=strata)


def arm_events(world: SurvivalWorld, time: float) -> Matrix:
    """Give the events expected by a calendar time, (strata, arms).

    Witness:
        sv05.
    """
    return np.asarray(counts_at(world, vector([time])).events[0])


def variance_of(events: Matrix) -> float:
    """Give the variance of the log hazard ratio from the events of each stratum and arm.

    Witness:
        sv05; closed form 4 / D when the arms have D / 2 each.

    >>> variance_of(np.array([[50.0, 50.0]]))
    0.04
    """
    control, experimental = events[:, CONTROL], events[:, EXPERIMENTAL]
    both = np.maximum(control + experimental, 1e-300)
    return 1.0 / float((control * experimental / both).sum())

"""Worlds that differ in how many patients come, for how long, or in the effect."""

from dataclasses import replace

import numpy as np

from equipoise.design.survival.world import Accrual, SurvivalWorld, constant_rate
from equipoise.kernel.arrays import vector


def with_rate(world: SurvivalWorld, factor: float) -> SurvivalWorld:
    """Give the world in which patients come so many times as fast.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum
    >>> with_rate(one_stratum(accrual(24, 10), 0.05, 0.7), 2.0).accrual.patients
    480.0
    """
    return replace(
        world,
        accrual=_faster(world.accrual, factor),
        accrual_by_stratum=tuple(_faster(one, factor) for one in world.accrual_by_stratum),
    )


def with_duration(world: SurvivalWorld, duration: float) -> SurvivalWorld:
    """Give the world in which enrollment lasts so long; the last rate goes on.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum
    >>> with_duration(one_stratum(accrual(24, 10), 0.05, 0.7), 30.0).accrual.patients
    300.0
    """
    return replace(
        world,
        accrual=_lasting(world.accrual, duration),
        accrual_by_stratum=tuple(_lasting(one, duration) for one in world.accrual_by_stratum),
    )


def with_ratio(world: SurvivalWorld, hazard_ratio: float) -> SurvivalWorld:
    """Give the world with this hazard ratio in every stratum.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum
    >>> world = with_ratio(one_stratum(accrual(24, 10), 0.05, 0.7), 1.0)
    >>> world.strata[0].hazard_ratio.values.tolist()
    [1.0]
    """
    ratio = constant_rate(hazard_ratio)
    return replace(
        world, strata=tuple(replace(stratum, hazard_ratio=ratio) for stratum in world.strata)
    )


def _faster(accrual: Accrual, factor: float) -> Accrual:
    return Accrual(accrual.starts, vector(accrual.rates * factor), accrual.duration)


def _lasting(accrual: Accrual, duration: float) -> Accrual:
    kept = np.flatnonzero(accrual.starts < duration)
    return Accrual(vector(accrual.starts[kept]), vector(accrual.rates[kept]), duration)

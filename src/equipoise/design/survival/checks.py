"""Whether the world of a survival design can exist: every refusal of its numbers, in one place."""

import math

import numpy as np

from equipoise.design.checks import check_allocation
from equipoise.design.survival.world import Accrual, Piecewise, StratumWorld, SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector

ROUNDING = 1e-6  # shares written with six decimals add up to 1


def check_world(world: SurvivalWorld) -> None:
    """Refuse a world that cannot exist, telling what is wrong with it.

    Raises:
        DesignError: the fact, the value found and the remedy.
    """
    for accrual in (world.accrual, *world.accrual_by_stratum):
        _check_accrual(accrual)
    check_allocation(world.allocation)
    if not world.longest_follow_up > 0:
        raise DesignError(
            f"The follow-up of each patient must be above 0; found {world.longest_follow_up:g}."
        )
    if not (math.isfinite(world.weibull_shape) and world.weibull_shape > 0):
        raise DesignError(
            f"A Weibull shape must be above 0; found {world.weibull_shape:g}. 1 is exponential."
        )
    if not world.strata:
        raise DesignError("A world needs at least one stratum; found none. Give one of share 1.")
    share = sum(stratum.share for stratum in world.strata)
    if not world.accrual_by_stratum and abs(share - 1.0) > ROUNDING:
        raise DesignError(
            f"The shares of the strata must add up to 1; found {share:g}. Divide each by the sum."
        )
    if world.accrual_by_stratum and len(world.accrual_by_stratum) != len(world.strata):
        raise DesignError(
            f"There are {len(world.strata)} strata and {len(world.accrual_by_stratum)} courses of "
            "accrual by stratum; give one for each."
        )
    for stratum in world.strata:
        _check_stratum(stratum)


def check_calendar(times: Vector) -> None:
    """Refuse calendar times that are none.

    Raises:
        DesignError: with the first that is wrong.
    """
    wrong = ~(np.isfinite(times) & (times >= 0))
    if bool(wrong.any()):
        raise DesignError(
            f"A calendar time must be a number from 0 on; found {float(times[wrong][0]):g}."
        )


def _check_accrual(accrual: Accrual) -> None:
    _check_starts(accrual.starts, accrual.rates, "The accrual")
    if not (math.isfinite(accrual.duration) and accrual.duration > 0):
        raise DesignError(f"The accrual must last longer than 0; found {accrual.duration:g}.")
    if not accrual.patients > 0:
        raise DesignError("The accrual enrolls nobody; give a rate above 0 in some piece.")


def _check_stratum(stratum: StratumWorld) -> None:
    where = f"in stratum {stratum.name}"
    rates = (
        (stratum.control_hazard, f"The control hazard {where}"),
        (stratum.hazard_ratio, f"The hazard ratio {where}"),
        (stratum.control_dropout, f"The dropout of the control arm {where}"),
        (stratum.experimental_dropout, f"The dropout of the experimental arm {where}"),
    )
    for rate, name in rates:
        _check_piecewise(rate, name)
    if not float(stratum.hazard_ratio.values.min()) > 0:
        raise DesignError(f"The hazard ratio {where} must be above 0 in every piece.")
    if not 0 <= stratum.share <= 1:
        raise DesignError(f"The share of stratum {stratum.name} is {stratum.share:g}, not 0 to 1.")
    for cured in (stratum.control_cured, stratum.experimental_cured):
        if not 0 <= cured < 1:
            raise DesignError(
                f"The fraction cured {where} must be from 0 to below 1; found {cured:g}."
            )


def _check_piecewise(rate: Piecewise, name: str) -> None:
    _check_starts(rate.starts, rate.values, name)


def _check_starts(starts: Vector, values: Vector, name: str) -> None:
    if starts.size != values.size or starts.size == 0:
        raise DesignError(
            f"{name} has {starts.size} starting times and {values.size} rates; give one of each."
        )
    if starts[0] != 0 or (starts.size > 1 and not float(np.diff(starts).min()) > 0):
        raise DesignError(
            f"{name} needs starting times that increase from 0; found {starts.tolist()}."
        )
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high < math.inf):
        wrong = low if not low >= 0 else high
        raise DesignError(f"{name} needs rates of 0 or more; found {wrong:g}.")

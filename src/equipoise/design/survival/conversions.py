"""Hazard ratio, z and events: any two give the third.

    log(θ̂/θ₀) = ∓ z (1 + r) / √(r D)

with D events and r patients in the experimental arm per control: the log-rank approximation.
z > 0 where the experimental arm is better; ∓ is minus where lower ratios are better.
"""

import math

from equipoise.design.checks import check_above_zero
from equipoise.design.survival.formulas import Better
from equipoise.errors import DesignError


def hazard_ratio_from_z(
    z: float,
    events: float,
    *,
    allocation: float = 1.0,
    null_ratio: float = 1.0,
    better: Better = "lower",
) -> float:
    """Give the estimated hazard ratio at a z of so many events.

    Args:
        z: the statistic; positive where the experimental arm is better.
        events: on which it rests, at least one.
        allocation: patients in the experimental arm per control.
        null_ratio: hazard ratio under the null hypothesis; the margin of non-inferiority.
        better: which hazard ratios favor the experimental arm.

    Raises:
        DesignError: events or ratios that are none.
    Witness:
        sv07 (hr_upper), east01.

    >>> round(hazard_ratio_from_z(1.959964, 131), 4)
    0.71
    """
    _check(events=events, allocation=allocation, null_ratio=null_ratio)
    _check_events(events, "z")
    if not math.isfinite(z):
        raise DesignError(f"A z must be a number; found {z:g}.")
    sign = -1.0 if better == "lower" else 1.0
    return null_ratio * math.exp(sign * z * (1.0 + allocation) / math.sqrt(allocation * events))


def z_from_hazard_ratio(
    hazard_ratio: float,
    events: float,
    *,
    allocation: float = 1.0,
    null_ratio: float = 1.0,
    better: Better = "lower",
) -> float:
    """Give the z of an estimated hazard ratio on so many events.

    Args:
        hazard_ratio: estimated, experimental over control.
        events: on which it rests, at least one.
        allocation: patients in the experimental arm per control.
        null_ratio: hazard ratio under the null hypothesis; the margin of non-inferiority.
        better: which hazard ratios favor the experimental arm.

    Raises:
        DesignError: events or ratios that are none.
    Witness:
        inverse of `hazard_ratio_from_z`.

    >>> round(z_from_hazard_ratio(0.58, 131), 4)
    3.1173
    """
    _check(hazard_ratio=hazard_ratio, events=events, allocation=allocation, null_ratio=null_ratio)
    _check_events(events, "hazard ratio")
    sign = -1.0 if better == "lower" else 1.0
    root = math.sqrt(allocation * events) / (1.0 + allocation)
    return sign * math.log(hazard_ratio / null_ratio) * root


def events_from_hazard_ratio(
    hazard_ratio: float, z: float, *, allocation: float = 1.0, null_ratio: float = 1.0
) -> float:
    """Give the events on which an estimated hazard ratio has this z.

    Args:
        hazard_ratio: estimated, experimental over control.
        z: the statistic; positive where the experimental arm is better.
        allocation: patients in the experimental arm per control.
        null_ratio: hazard ratio under the null hypothesis; the margin of non-inferiority.

    Raises:
        DesignError: the ratio is that of the null.
    Witness:
        inverse of `hazard_ratio_from_z`.

    >>> round(events_from_hazard_ratio(0.58, 3.1173), 1)
    131.0
    """
    _check(hazard_ratio=hazard_ratio, allocation=allocation, null_ratio=null_ratio)
    if not math.isfinite(z):
        raise DesignError(f"A z must be a number; found {z:g}.")
    if hazard_ratio == null_ratio:
        raise DesignError(
            f"A hazard ratio of {hazard_ratio:g} is that of the null, whose z is 0 on any number "
            "of events."
        )
    return (z * (1.0 + allocation) / math.log(hazard_ratio / null_ratio)) ** 2 / allocation


def _check_events(events: float, other: str) -> None:
    if 0.0 < events < 1.0:
        raise DesignError(
            f"The events are {events:g}, fewer than one; give the {other} first, then the events."
        )


def _check(**given: float) -> None:
    for name, value in given.items():
        check_above_zero(value, f"The {name.replace('_', ' ')}")

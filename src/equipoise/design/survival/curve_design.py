"""What a trial takes that compares what is read off two survival curves at one time.

Survival at a milestone or its mean up to a horizon: each names its scales and how the curve is
estimated, and asks for the same design.  Every look must come after some have been followed for
so long.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.curve_moments import CurveScale, Quantity, curve_method
from equipoise.design.survival.large_sample_design import (
    LargeSampleDesign,
    SolveFor,
    large_sample_design,
)
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError


@dataclass(frozen=True, slots=True)
class CurveComparison:
    """What is read off the curves, when, and on which scale it is compared."""

    quantity: Quantity
    at: float  # time since entry
    time_name: str
    scale: CurveScale
    estimator: str
    null: float | None  # the effect to be excluded; None: no difference


def curve_design(
    world: SurvivalWorld,
    timing: Timing,
    compared: CurveComparison,
    *,
    stopping: StoppingPlan | None,
    power: float | None,
    beta: float | None,
    solve_for: SolveFor,
) -> LargeSampleDesign:
    """Plan a trial that compares two curves at one time.

    Raises:
        DesignError: the world, looks or boundaries cannot be, or the power cannot be reached.
    Accuracy:
        1e-9 of the power.
    Witness:
        `milestone_design`, `restricted_mean_design`.
    """
    _require_within(world, timing, compared.at, compared.time_name)
    null = _null(compared.scale, compared.null)
    method = curve_method(compared.quantity, compared.at, compared.scale, null, compared.estimator)
    return large_sample_design(
        world,
        timing,
        method,
        stopping=stopping,
        power=power,
        beta=beta,
        solve_for=solve_for,
        variance="alternative",
    )


def _null(scale: CurveScale, null: float | None) -> float:
    """Give the null effect, by default none, or refuse it."""
    value = scale.null if null is None else null
    if not np.isfinite(value) or (scale.scale == "log" and value <= 0):
        raise DesignError(
            f"The {scale.name} to be excluded must be a number"
            f"{' above 0' if scale.scale == 'log' else ''}; found {value:g}."
        )
    return value


def _require_within(world: SurvivalWorld, timing: Timing, at: float, what: str) -> None:
    """Refuse a time since entry that no patient is followed for when the looks come."""
    if not (np.isfinite(at) and at > 0):
        raise DesignError(f"The {what} must be a time above 0; found {at:g}.")
    if at > world.longest_follow_up:
        raise DesignError(
            f"The {what} {at:g} lies after the longest follow-up, {world.longest_follow_up:g}; "
            "choose an earlier one or follow the patients longer."
        )
    known = [*timing.calendar, *([timing.duration] if timing.duration is not None else [])]
    if known and min(known) <= at:
        raise DesignError(
            f"A look at {min(known):g} cannot see the {what} {at:g}: nobody has been followed for "
            f"so long. Place every look after {at:g}, or choose an earlier {what}."
        )

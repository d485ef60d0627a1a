"""Change the rest of a running trial, and keep its type I error.

After look L with z the rest may be anything whose chance of rejecting under the null is the
conditional error of the planned rest (Müller & Schäfer 2001), or may keep the planned weights
(Cui, Hung & Wang 1999): then bound k of the rest on its own data is

    (b_k √t_k - z √t_L) / √(t_k - t_L),

the looks coming at the planned fractions of the new remaining information.  A rest of
information J with effect θ has drift θ √J, whence J = (drift / θ)² for a power.  Seen over the
whole trial, a bound c of the rest at information J_k is (z √I_L + c √J_k) / √(I_L + J_k).
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.design.adaptive.inverse_normal import conditional_error
from equipoise.design.checks import check_above_zero, check_one_given
from equipoise.design.printing import Printed
from equipoise.design.sequential.conditional_power import bounds, conditional_power
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import FixedEfficacy, FixedFutility, StoppingPlan
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.conditional_power import Bounds


@dataclass(frozen=True, slots=True)
class AdaptQuestion:
    """What was asked of `adapt`."""

    sequential: GroupSequential
    maximum_information: float
    look: int
    z: float
    effect: float
    rest: StoppingPlan | None
    power: float | None
    information: float | None


@dataclass(frozen=True, slots=True, repr=False)
class AdaptedTrial(Printed):
    """The rest of a trial, changed at a look."""

    asked: AdaptQuestion
    conditional_error: float  # what the rest may spend
    conditional_power: float  # of the planned rest, under the effect
    rest: GroupSequential  # the new rest, as a trial of its own, on its own data
    rest_information: Vector  # (looks,) of the rest alone
    power: float  # of the new rest, given z, under the effect
    information: Vector  # of the whole trial, at the past looks and the new ones
    efficacy: Vector  # z of the whole trial at these; inf where none
    assumed: tuple[str, ...]


def adapt(
    sequential: GroupSequential,
    maximum_information: float,
    *,
    look: int,
    z: float,
    effect: float,
    rest: StoppingPlan | Literal["planned weights"] = "planned weights",
    power: float | None = None,
    information: float | None = None,
) -> AdaptedTrial:
    """Redesign what follows an interim look, for a power or with a given information.

    Args:
        sequential: the planned design.
        maximum_information: statistical information at its fraction 1.
        look: at which z was seen, from 1.
        z: seen there.
        effect: assumed for the rest, on the linear scale (positive: experimental better).
        rest: how the rest is stopped; its alpha is replaced by the conditional error.
            "planned weights" keeps the planned looks and bounds.
        power: that the rest should have; or
        information: that the rest shall gather.

    Raises:
        DesignError: where both or neither of power and information are given, the effect is not
            positive, or the conditional error leaves nothing to spend.

    Witness: lrstat adaptDesign (lr10); law: averaged over z the type I error is alpha.
    """
    rest_plan = None if rest == "planned weights" else rest
    asked = AdaptQuestion(
        sequential, maximum_information, look, z, effect, rest_plan, power, information
    )
    check(asked)
    error = conditional_error(sequential, look, z)
    if error <= 0:
        raise DesignError(f"After z = {z:g} at look {look} no conditional error is left to spend.")
    stopping = (
        _planned_rest(sequential, look, z, error)
        if rest_plan is None
        else replace(rest_plan, alpha=error)
    )
    drift = None if information is None else effect * float(np.sqrt(information))
    return _told(asked, error, group_sequential(stopping, power=power, drift=drift))


def _told(asked: AdaptQuestion, error: float, new: GroupSequential) -> AdaptedTrial:
    """Give the changed trial, the rest on its own and the whole."""
    sequential, look, z, effect = asked.sequential, asked.look, asked.z, asked.effect
    gathered = (new.drift / effect) ** 2 * new.information
    past = asked.maximum_information * sequential.information[:look]
    whole = past[-1] + gathered
    later = (z * np.sqrt(past[-1]) + new.upper * np.sqrt(gathered)) / np.sqrt(whole)
    return AdaptedTrial(
        asked=asked,
        conditional_error=error,
        conditional_power=conditional_power(
            sequential, look, z, effect * float(np.sqrt(asked.maximum_information))
        ),
        rest=new,
        rest_information=vector(gathered),
        power=float(new.under_alternative.upper.sum()),
        information=vector(np.append(past, whole)),
        efficacy=vector(np.append(sequential.upper[:look], later)),
        assumed=(
            "the rest rejects with the conditional error of the planned rest (Müller & Schäfer)"
            if asked.rest is not None
            else "the planned weights and bounds are kept (Cui, Hung & Wang)",
            *new.assumed,
        ),
    )


def check(asked: AdaptQuestion) -> None:
    """Refuse a change that cannot be made."""
    check_one_given(asked.power, asked.information, "information")
    for name, value in (
        ("effect assumed for the rest", asked.effect),
        ("maximum information", asked.maximum_information),
        ("information of the rest", 1.0 if asked.information is None else asked.information),
    ):
        check_above_zero(value, f"The {name}")
    if asked.sequential.sides != 1:
        raise DesignError("Only one-sided designs are adapted; plan each side at half of alpha.")


def _planned_rest(sequential: GroupSequential, look: int, z: float, error: float) -> StoppingPlan:
    """Give the planned rest as a trial of its own, on its own data."""
    later = bounds(sequential, None).after(look)
    at = float(sequential.information[look - 1])
    left = later.information - at
    own = Bounds(later.upper, later.lower, later.information, None)
    scale, shift = np.sqrt(own.information / left), z * np.sqrt(at / left)
    efficacy, futility = own.upper * scale - shift, own.lower * scale - shift
    rule = None
    if np.isfinite(futility[:-1]).any():
        rule = FixedFutility(tuple(futility[:-1].tolist()), binding=sequential.binding)
    return StoppingPlan(
        information=tuple((left / left[-1]).tolist()),
        alpha=error,
        efficacy=FixedEfficacy(tuple(efficacy.tolist())),
        futility=rule,
    )

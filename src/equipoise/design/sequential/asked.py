"""Refuse a question that contradicts itself, once, before any number is computed."""

import numpy as np

from equipoise.design.checks import check_alpha, check_kind, check_power
from equipoise.design.sequential.design import SequentialQuestion
from equipoise.design.sequential.rules import (
    FutilityRule,
    PampallonaTsiatis,
    SpendOnHarm,
    StoppingPlan,
)
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector

MOST_LOOKS = 50
CLOSEST = 1e-6  # of the information: looks nearer than this are the same look


def checked(
    stopping: StoppingPlan,
    power: float | None,
    drift: float | None,
    drift_shape: Vector | None = None,
    alternative_information: Vector | None = None,
) -> SequentialQuestion:
    """Hold a question that makes sense.

    Raises:
        DesignError: With the value that is wrong and what would be right.
    """
    check_kind(stopping, StoppingPlan, "`stopping`", "`StoppingPlan((0.5, 1.0))`, for two looks")
    rule = stopping.futility
    if rule is not None:
        check_kind(rule, FutilityRule, "`futility`", "a rule such as `FixedFutility((0.0,))`")
    increasing("Information", stopping.information)
    ends_in_full(stopping)
    looks = len(stopping.information)
    if stopping.sides not in {1, 2}:
        raise DesignError(f"A test has 1 or 2 sides, not {stopping.sides}.")
    check_alpha(stopping.alpha, below=0.5 * stopping.sides)
    if stopping.spending_time is not None:
        increasing("Spending time", stopping.spending_time)
        same_length("Spending time", len(stopping.spending_time), looks)
    if stopping.harm is not None:
        harm(stopping, stopping.harm)
    if stopping.sides == 1 and getattr(stopping.futility, "symmetric", False):
        raise DesignError(
            "Futility is symmetric about z = 0 in a one-sided test; leave `symmetric` out, or set "
            "sides to 2."
        )
    effect(stopping, power, drift)
    shape = None if drift_shape is None else vector(drift_shape)
    if shape is not None:
        same_length("The shape of the drift", shape.size, looks)
        if not (np.isfinite(shape).all() and shape[-1] > 0.0):
            raise DesignError(
                f"The drift has the shape {shape.tolist()}; every look needs a number, relative "
                "to the last look, where the effect must be positive."
            )
    theirs = None if alternative_information is None else vector(alternative_information)
    if theirs is not None:
        same_length("Information under the alternative", theirs.size, looks)
        increasing("Information under the alternative", tuple(theirs.tolist()))
    return SequentialQuestion(stopping, power, drift, shape, theirs)


def ends_in_full(stopping: StoppingPlan) -> None:
    """Refuse information that is no fraction of the maximum, or ends before it unasked."""
    last = stopping.information[-1]
    if last > 1.0 + CLOSEST:
        fractions = ", ".join(f"{value / last:.4g}" for value in stopping.information)
        raise DesignError(
            f"Information is told as fractions of the planned maximum, and the last look has "
            f"{last:g}; write ({fractions}). For a trial that has run on, see `updated_design`."
        )
    if last < 1.0 - CLOSEST and not stopping.ends_early:
        raise DesignError(
            f"The last look is at {last:g} of the planned maximum information, where a spending "
            "function leaves alpha unspent; add the look at 1, or say `ends_early=True` if the "
            "trial is meant to end there."
        )


def harm(stopping: StoppingPlan, rule: SpendOnHarm) -> None:
    """Refuse a third bound where there are not two sides for it to stand beside."""
    if stopping.sides != 1 or isinstance(stopping.efficacy, PampallonaTsiatis):
        raise DesignError(
            "A bound for harm stands below futility in a one-sided design whose futility is a rule "
            "of its own; set sides to 1 and choose another boundary than Pampallona and Tsiatis'."
        )
    if stopping.futility is None:
        raise DesignError(
            "A bound for harm is given without one for futility; give the bound for harm as the "
            "futility rule (SpendUnderNull), the only lower bound."
        )
    most = 1.0 - stopping.alpha
    if rule.total is not None and not 0.0 < rule.total <= most:
        raise DesignError(
            f"The bound for harm is to spend {rule.total:g} under no effect; give it more than 0 "
            f"and no more than alpha leaves, {most:g}."
        )
    if rule.futility not in {"overruled", "obeyed"}:
        raise DesignError(
            f"Futility is {rule.futility!r} in telling what is spent on harm; write 'overruled' "
            "or 'obeyed'."
        )


def effect(stopping: StoppingPlan, power: float | None, drift: float | None) -> None:
    """Refuse an effect given twice or not at all, or on the wrong side of the null."""
    if (power is None) == (drift is None):
        raise DesignError(
            f"Power is {power} and drift is {drift}; give one of them, and the other is found."
        )
    if power is not None:
        check_power(power, stopping.alpha)
    if drift is not None and not (np.isfinite(drift) and drift > 0.0):
        raise DesignError(
            f"The drift, E[Z] at full information under the alternative, is {drift:g}; it must be "
            "a positive number. Under no effect there is no power beyond alpha."
        )


def increasing(what: str, values: tuple[float, ...]) -> None:
    """Refuse looks that are none, too many, or out of order."""
    if not 1 <= len(values) <= MOST_LOOKS:
        raise DesignError(
            f"{what} is given for {len(values)} looks; a design has 1 to {MOST_LOOKS}."
        )
    before = 0.0
    for look, value in enumerate(values, 1):
        if not (np.isfinite(value) and value > 0.0):
            raise DesignError(
                f"{what} must be a positive number at every look; look {look} has {value:g}."
            )
        if value <= before:
            raise DesignError(
                f"{what} must increase at every look; look {look} has {value:g} after "
                f"{before:g}. Reorder the looks or drop one."
            )
        if value - before < CLOSEST * value:
            raise DesignError(
                f"{what} hardly increases: look {look} has {value!r} after {before!r}. Drop one of "
                "the two looks, for they see the same data."
            )
        before = value


def same_length(what: str, have: int, looks: int) -> None:
    """Refuse a list that does not have one value for each look."""
    if have != looks:
        raise DesignError(f"{what} has {have} values for {looks} looks; give one for each look.")

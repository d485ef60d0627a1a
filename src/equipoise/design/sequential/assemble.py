"""What bounds cost: the chance of stopping at every look, under the null and the alternative."""

import numpy as np

from equipoise.design.sequential.design import (
    GroupSequential,
    SequentialQuestion,
    without_efficacy,
)
from equipoise.design.sequential.rules import FixedEfficacy, PampallonaTsiatis
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, frozen, vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.sequential import stopping_probability


def assemble(
    asked: SequentialQuestion,
    upper: Vector,
    lower: Vector,
    drift: float,
    *,
    inner: Vector | None = None,
    harm: Vector | None = None,
    assumed: tuple[str, ...] = (),
) -> GroupSequential:
    """Tell what the bounds of a design cost.

    Args:
        asked: the question they answer.
        upper: (looks,) z.
        lower: (looks,) z; futility if one-sided, efficacy if two-sided.
        drift: E[Z] at information fraction 1 under the alternative.
        inner: (looks, 2) z; two-sided futility between these.
        harm: (looks,) z, at or below `lower`; a stop there is for harm.
        assumed: conventions of the rules, in words.

    Raises:
        DesignError: Futility leaves no room to go on before the last look.
    """
    stopping = asked.stopping
    two_sided = stopping.sides != 1
    room_to_go_on(upper, lower)
    information = vector(stopping.information)
    binding = is_binding(asked)
    obeyed = stopping_probability(upper, lower, information, inner=inner)
    alone = obeyed
    futility = inner is not None if two_sided else bool(np.any(lower[:-1] > -np.inf))
    if futility and not binding:
        ignored = lower if two_sided else np.full(lower.size, -np.inf)
        alone = stopping_probability(upper, ignored, information)
    theirs = information if asked.alternative_information is None else asked.alternative_information
    shape = np.ones(information.size) if asked.drift_shape is None else asked.drift_shape
    under = stopping_probability(upper, lower, theirs, drift=drift * shape, inner=inner)
    alpha = np.cumsum(alone.upper + alone.lower if two_sided else alone.upper)
    both = two_sided and stopping.power_counts == "both sides"
    power = np.cumsum(under.upper + under.lower if both else under.upper)
    return GroupSequential(
        asked=asked,
        information=information,
        upper=vector(upper),
        lower=vector(lower),
        inner=None if inner is None else frozen(np.array(inner, dtype=np.float64)),
        alpha_spent=vector(alpha),
        beta_spent=vector(np.cumsum(without_efficacy(under, stopping.sides))),
        power_by_look=vector(power),
        drift=drift,
        fixed_drift=fixed_drift(asked, float(alpha[-1]), float(power[-1]), drift),
        binding=binding,
        under_null=obeyed,
        under_alternative=under,
        assumed=(*conventions(asked, binding=binding), *assumed),
        harm=None if harm is None else vector(harm),
    )


def is_binding(asked: SequentialQuestion) -> bool:
    """Say whether alpha relies on futility being obeyed."""
    rule = asked.stopping.efficacy
    if isinstance(rule, PampallonaTsiatis):
        return rule.binding
    return asked.stopping.futility is not None and asked.stopping.futility.binding


def fixed_drift(asked: SequentialQuestion, alpha: float, power: float, drift: float) -> float:
    """Give the drift of one look with the same alpha and power.

    Where the power is 1 to the last digit it cannot be told, and the design's own is given.
    """
    budget = alpha if isinstance(asked.stopping.efficacy, FixedEfficacy) else asked.stopping.alpha
    reached = power if asked.power is None else asked.power
    if reached >= 1.0:
        return drift
    return upper_quantile(budget / asked.stopping.sides) - upper_quantile(reached)


def room_to_go_on(upper: Vector, lower: Vector) -> None:
    """Refuse bounds that meet before the last look."""
    exhausted = np.flatnonzero(upper == -np.inf)
    if exhausted.size:
        raise DesignError(
            f"Futility is so strict that at look {exhausted[0] + 1} fewer trials are left under "
            "the null than alpha may still claim; make it less strict, or non-binding.",
            "futility",
        )
    crossed = np.flatnonzero(lower[:-1] >= upper[:-1])
    if crossed.size:
        look = crossed[0]
        raise DesignError(
            f"Futility leaves no room to go on after look {look + 1}: its bound is "
            f"z = {lower[look]:.4g}, and efficacy is claimed from {upper[look]:.4g}. Spend "
            "futility later, lower its bound there, or end the trial at that look.",
            "futility",
        )


def conventions(asked: SequentialQuestion, *, binding: bool) -> tuple[str, ...]:
    """Put into words what the numbers rely on."""
    stopping = asked.stopping
    said = ["The test statistics are jointly normal with independent increments."]
    if stopping.efficacy is None:
        said.append("Efficacy spends alpha by the Lan-DeMets function of O'Brien-Fleming type.")
    if stopping.spending_time is not None:
        said.append("Error is spent by the spending times given, not by information.")
    if stopping.futility is not None or isinstance(stopping.efficacy, PampallonaTsiatis):
        said.append(
            "Futility is binding: alpha holds only if the trial stops when it is told to."
            if binding
            else "Futility is non-binding: alpha holds also where it is overruled."
        )
        said.append("The power counts every futility stop.")
    if stopping.sides > 1:
        said.append(
            "The power asked for counts both sides."
            if stopping.power_counts == "both sides"
            else "The power asked for counts the upper side, the experimental arm better; chances "
            "of success under each truth count both sides."
        )
    if stopping.harm is not None:
        said.append(
            "The bound for harm spends its error under no effect, as if futility were "
            f"{stopping.harm.futility}; where it would lie above futility it lies there."
        )
    return tuple(said)

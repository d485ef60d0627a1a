"""A sequential design look by look, on every scale a committee reads it on.

With information t_k (a fraction) and I_k (on the effect's linear scale), a bound z is

    p = 1 - Φ(z),    B = z √t_k,    estimate on the linear scale: null ± z / √I_k,

plus or minus as higher or lower values favor the experimental arm.  Conditional power is that
of `conditional_power`: any later efficacy bound, futility ignored unless it is binding.
What ends without efficacy at the last look counts as futility there: at every truth efficacy,
futility and harm add to 1 over the looks, and beta spent is 1 - power in the end.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from equipoise.design.checks import check_kind
from equipoise.design.plan import Bound, Effect, LookPlan
from equipoise.design.sequential.conditional_power import conditional_powers
from equipoise.design.sequential.design import GroupSequential, without_efficacy
from equipoise.kernel.arrays import Vector
from equipoise.kernel.many_drifts import stopping_for_drifts
from equipoise.kernel.normal import upper_tail

EffectAt: TypeAlias = Callable[[int, float], float]  # (look from 1, z) to the effect estimated

EXAMPLE = '`Effect("hazard ratio", 0.7, 1.0, "log", "lower")`'
REACH_OF_CURVE = 1.5  # of the planned effect, on the linear scale


def describe(
    sequential: GroupSequential,
    effect: Effect,
    *,
    information: Vector,
    patients: Vector,
    events: Vector | None = None,
    time: Vector | None = None,
    effect_at: EffectAt | None = None,
) -> tuple[LookPlan, ...]:
    """Give every look: when it comes, what it decides on every scale, and how likely.

    Args:
        sequential: the design.
        effect: what it is planned for.
        information: (looks,) on the effect's linear scale, under the planned effect.
        patients: (looks,) enrolled by then.
        events: (looks,) by then, where they are counted.
        time: (looks,) since the first patient.
        effect_at: the effect estimated at a bound, where its variance depends on the effect.

    Witness: gsDesign 3.11 `gsBoundSummary` (sv15) and `gsBoundCP` (cp04); East 6.5 (design-0049).
    """
    check_kind(effect, Effect, "The effect", EXAMPLE)
    at = effect_at or linear_effect(effect, information)
    two_sided = sequential.sides > 1
    null, alternative = sequential.under_null, sequential.under_alternative
    inner = sequential.inner
    none = np.full(sequential.looks, np.nan)
    futility = sequential.lower if not two_sided else none if inner is None else inner[:, 1]
    other = sequential.lower if two_sided else none
    failing_null = without_efficacy(null, sequential.sides)
    failing_alternative = without_efficacy(alternative, sequential.sides)
    harm, harm_null, harm_alternative = none, np.zeros(none.size), np.zeros(none.size)
    if sequential.harm is not None:
        harm, harm_null = sequential.harm, sequential.stops_for_harm(0.0)
        harm_alternative = sequential.harm_under_alternative()
        futility = np.where(sequential.lower > harm, sequential.lower, np.nan)
    return tuple(
        LookPlan(
            number=k + 1,
            information_fraction=float(sequential.information[k]),
            information=float(information[k]),
            events=None if events is None else float(events[k]),
            patients=float(patients[k]),
            time=None if time is None else float(time[k]),
            efficacy=bound(sequential, k + 1, float(sequential.upper[k]), at),
            futility=bound(sequential, k + 1, float(futility[k]), at),
            lower_efficacy=bound(sequential, k + 1, float(other[k]), at),
            alpha_spent=float(sequential.alpha_spent[k]),
            beta_spent=float(sequential.beta_spent[k]),
            efficacy_null=float(null.upper[k] + (null.lower[k] if two_sided else 0.0)),
            futility_null=float(failing_null[k] - harm_null[k]),
            efficacy_alternative=float(
                alternative.upper[k] + (alternative.lower[k] if two_sided else 0.0)
            ),
            futility_alternative=float(failing_alternative[k] - harm_alternative[k]),
            harm=bound(sequential, k + 1, float(harm[k]), at),
            harm_null=float(harm_null[k]),
            harm_alternative=float(harm_alternative[k]),
        )
        for k in range(sequential.looks)
    )


def bound(sequential: GroupSequential, look: int, z: float, at: EffectAt) -> Bound | None:
    """Give one bound on every scale; None where a look has none.

    At the last look the chance of success is a fact: 1 at the efficacy bound, or above it.
    """
    if not np.isfinite(z):
        return None
    if look == sequential.looks:
        design = trend = float(z >= sequential.upper[-1])
    else:
        design, trend = conditional_powers(sequential, look, z)
    return Bound(
        z=z,
        p=upper_tail(z),
        effect=at(look, z),
        b_value=float(z * np.sqrt(sequential.information[look - 1])),
        conditional_power_design=design,
        conditional_power_trend=trend,
    )


def linear_effect(effect: Effect, information: Vector) -> EffectAt:
    """Give the rule null ± z/√I by which an estimate follows from z."""
    sign = 1.0 if effect.better == "higher" else -1.0
    root = np.sqrt(information)

    def at(look: int, z: float) -> float:
        return from_linear(
            effect, to_linear(effect, effect.null) + sign * z / float(root[look - 1])
        )

    return at


def to_linear(effect: Effect, value: float) -> float:
    """Give a value of the effect on the scale where z is linear in it."""
    return float(np.log(value)) if effect.scale == "log" else value


def from_linear(effect: Effect, linear: float) -> float:
    """Give the value of the effect at a point of its linear scale."""
    if effect.scale != "log":
        return linear
    with np.errstate(over="ignore"):  # next to no information: no ratio is large enough
        return float(np.exp(linear))


def between(effect: Effect, fraction: float) -> float:
    """Give the effect a fraction of the way from the null to the planned one, linearly."""
    null, planned = to_linear(effect, effect.null), to_linear(effect, effect.value)
    return from_linear(effect, null + fraction * (planned - null))


def truths(effect: Effect) -> tuple[tuple[str, float, float], ...]:
    """Give the truths a plan is told under: (name, effect, fraction of the drift).

    >>> truths(Effect("hazard ratio", 0.64, 1.0, "log", "lower"))[1]
    ('halfway', 0.8, 0.5)
    """
    return (
        ("null", effect.null, 0.0),
        ("halfway", between(effect, 0.5), 0.5),
        ("alternative", effect.value, 1.0),
    )


def power_curve(
    sequential: GroupSequential, effect: Effect, points: int = 41
) -> tuple[tuple[float, float], ...]:
    """Give (effect, power) from no effect to half as much again as planned, futility obeyed.

    The power of a two-sided design counts both sides here: at no effect it is alpha.

    Args:
        sequential: the design.
        effect: what it is planned for, with its null value and scale.
        points: of the curve.

    Witness: at the null it is alpha (futility aside), at the planned effect the power.
    """
    check_kind(effect, Effect, "The effect", EXAMPLE)
    fractions = np.linspace(0.0, REACH_OF_CURVE, points)
    effects = [between(effect, float(part)) for part in fractions]
    asked = sequential.asked
    information = (
        sequential.information
        if asked.alternative_information is None
        else asked.alternative_information
    )
    bounds = sequential.upper, sequential.lower, information
    drifts = fractions * sequential.drift
    if asked.drift_shape is not None:
        drifts = np.outer(drifts, asked.drift_shape)
    stops = stopping_for_drifts(*bounds, drifts, inner=sequential.inner)
    either = stops.upper + stops.lower if sequential.sides > 1 else stops.upper
    power = either.sum(axis=1)
    claims = sequential.under_null  # whose information may be another than the alternative's
    power[0] = claims.upper.sum() + (claims.lower.sum() if sequential.sides > 1 else 0.0)
    return tuple(zip(effects, power.tolist(), strict=True))

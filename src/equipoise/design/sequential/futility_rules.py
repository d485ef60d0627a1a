"""Futility bounds that follow from an effect or from a chance of success, in closed form.

With S = z√t at information t; c the final bound, T the final information; m the mean of S
still to come under the plan, θ (T - t); and q = z_γ the quantile of the threshold γ, the trial
stops for futility below

    an effect           z = f E[Z]
    conditional power   S = c √T - a m - q √(T - t)               (a times the planned effect)
                        S T/t = c √T - q √(T - t)                 (the trend so far)
    predictive power    S (1 + v (T - t)) = c √T - v μ p (T - t) - q √((T - t)(1 + v (T - t)))

where v = 1/(p + t), for a belief of mean μ and precision p (0: flat).  Success is that at the
last look, as in stochastic curtailment (Lan, Simon & Halperin 1982) and in lrstat.
"""

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from equipoise.design.sequential.rules import (
    ConditionalPowerFutility,
    EffectFutility,
    PredictivePowerFutility,
    StoppingPlan,
)
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Vector
from equipoise.kernel.normal import upper_quantile, upper_quantiles

if TYPE_CHECKING:
    from equipoise.design.sequential.schedules import Alternative

DrawnFutility: TypeAlias = EffectFutility | ConditionalPowerFutility | PredictivePowerFutility


def drawn_bounds(
    rule: DrawnFutility, information: Vector, mean_z: Vector, last_bound: float
) -> Vector:
    """Give the futility bound of every look on the z scale; -inf where none, and at the last.

    Args:
        rule: by effect, conditional or predictive power.
        information: (looks,) fractions.
        mean_z: (looks,) E[Z] as planned.
        last_bound: the efficacy bound of the last look, on the z scale.

    Raises:
        DesignError: The rule does not fit the looks, or its threshold is not a probability.

    Witness: conditional and predictive power at the bounds are the threshold; lrstat 0.3.3
    `futilityCP`, the trend's closed form.
    """
    interim = information.size - 1
    if isinstance(rule, EffectFutility):
        return np.append(per_look(rule.fraction, interim) * mean_z[:-1], -np.inf)
    below = thresholds(rule.below, interim)
    if isinstance(rule, ConditionalPowerFutility):
        drawn = by_conditional_power(rule, below, information, mean_z, last_bound)
    else:
        drawn = by_predictive_power(rule, below, information, mean_z, last_bound)
    return np.append(np.where(judged(rule.looks, interim), drawn, -np.inf), -np.inf)


def futility_bounds(
    rule: DrawnFutility, stopping: StoppingPlan, alternative: "Alternative"
) -> Vector:
    """Give the futility bounds of a design under an alternative.

    Before its efficacy bounds are known, the last one is taken to be that of a single look.

    Raises:
        DesignError: The rule does not fit the looks, or its threshold is not a probability.

    Witness: as `drawn_bounds`.
    """
    upper = alternative.upper
    last = upper_quantile(stopping.alpha / stopping.sides)
    if upper is not None and np.isfinite(upper[-1]):
        last = float(upper[-1])
    return drawn_bounds(rule, np.array(stopping.information), alternative.mean_z, last)


def thresholds(below: float | tuple[float, ...], interim: int) -> Vector:
    """Give the chance of success below which each interim look stops.

    Raises:
        DesignError: Their number does not fit, or one is not a probability.
    """
    given = np.atleast_1d(np.array(below, dtype=np.float64))
    if given.size not in {1, interim}:
        raise DesignError(
            f"Futility by the chance of success has {given.size} thresholds for {interim} interim "
            "looks; give one for each, or one for all."
        )
    wrong = given[~((given > 0.0) & (given < 1.0))]
    if wrong.size:
        raise DesignError(
            f"The threshold of a futility rule is a chance of success of {wrong[0]:g}; "
            "it must be between 0 and 1."
        )
    return np.broadcast_to(given, interim)


def by_conditional_power(
    rule: ConditionalPowerFutility,
    below: Vector,
    information: Vector,
    mean_z: Vector,
    last_bound: float,
) -> Vector:
    """Give the z of interim looks at which conditional power is the threshold."""
    now, end = information[:-1], float(information[-1])
    ahead = end - now
    needed = last_bound * np.sqrt(end) - upper_quantiles(below) * np.sqrt(ahead)
    if rule.given == "trend":
        return np.asarray(np.sqrt(now) * needed / end)
    score = mean_z * np.sqrt(information)
    planned = score[-1] - score[:-1]
    share = 1.0 if rule.given == "design" else rule.given
    return np.asarray((needed - share * planned) / np.sqrt(now))


def by_predictive_power(
    rule: PredictivePowerFutility,
    below: Vector,
    information: Vector,
    mean_z: Vector,
    last_bound: float,
) -> Vector:
    """Give the z of interim looks at which predictive power is the threshold."""
    now, end = information[:-1], float(information[-1])
    ahead = end - now
    drift = float(mean_z[-1] / np.sqrt(end))
    if rule.prior_sd is not None and not 0.0 < rule.prior_sd < np.inf:
        raise DesignError(
            f"The prior of predictive power has standard deviation {rule.prior_sd:g}; "
            "it must be above 0 (leave it out for a flat prior)."
        )
    precision = 0.0 if rule.prior_sd is None else (rule.prior_sd * drift) ** -2
    variance = 1.0 / (precision + now)
    growth = 1.0 + variance * ahead
    believed = variance * rule.prior_mean * drift * precision * ahead
    spread = upper_quantiles(below) * np.sqrt(ahead * growth)
    return np.asarray((last_bound * np.sqrt(end) - believed - spread) / growth / np.sqrt(now))


def per_look(fractions: tuple[float, ...], interim: int) -> Vector:
    """Give one fraction of the effect for each interim look: as given, or the same for all.

    Raises:
        DesignError: Their number fits neither.
    """
    given = fractions * interim if len(fractions) == 1 else fractions
    if len(given) != interim or np.isnan(given).any():
        raise DesignError(
            f"Futility by effect has {len(fractions)} fractions, {list(fractions)}, for "
            f"{interim} interim looks; give one number for each, or one for all."
        )
    return np.array(given, dtype=np.float64)


def judged(looks: tuple[int, ...] | None, interim: int) -> Flags:
    """Mark the interim looks at which futility is judged.

    Raises:
        DesignError: One of them is not an interim look.
    """
    if looks is None:
        return np.ones(interim, dtype=np.bool_)
    wrong = [look for look in looks if not 1 <= look <= interim]
    if wrong:
        raise DesignError(
            f"Futility cannot be judged by the chance of success at look {wrong[0]}; "
            f"the interim looks are 1 to {interim}."
        )
    return np.isin(np.arange(1, interim + 1), looks)

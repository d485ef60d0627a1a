"""Efficacy and futility bounds of one family, that meet at the last look.

With s_k = t_k / t_K, constants c₁ and c₀, and powers δ₁ and δ₀ (Pampallona & Tsiatis 1994),

    u_k = c₁ s_k^(δ₁ - 1/2),    l_k = (c₁ + c₀) √s_k - c₀ s_k^(δ₀ - 1/2),    θ √t_K = c₁ + c₀.

c₁ keeps the type I error, c₀ the power at the drift θ.  A two-sided test has the bounds ±u
and the wedge |z| < l wherever l > 0; there the power counts both sides, as in rpact.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from equipoise.design.sequential.assemble import assemble
from equipoise.design.sequential.design import GroupSequential, SequentialQuestion
from equipoise.design.sequential.rules import PampallonaTsiatis
from equipoise.design.sequential.two_sided import drift_of
from equipoise.design.sequential.wedge import wedge
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import StoppingProbability, stopping_probability

SMALLEST = 1e-300  # probability
FARTHEST = 60.0  # z


@dataclass(frozen=True, slots=True)
class MeetingBounds:
    """Bounds that meet at the last look, and the drift they are made for."""

    upper: Vector
    futility: Vector  # (looks,) one-sided: stop at or below; two-sided: within ±, 0 where none
    drift: float

    def stopping(self, information: Vector, sides: int, *, drift: float, obeyed: bool) -> float:
        """Give the chance of crossing an efficacy bound."""
        return rejected(self.stops(information, sides, drift=drift, obeyed=obeyed), sides)

    def stops(
        self, information: Vector, sides: int, *, drift: float, obeyed: bool
    ) -> StoppingProbability:
        """Give the chance of stopping first at each look."""
        futility = self.futility if obeyed else np.full(information.size, -np.inf)
        if sides == 1:
            return stopping_probability(self.upper, futility, information, drift=drift)
        inner = wedge(np.append(futility[:-1], 0.0))
        return stopping_probability(self.upper, -self.upper, information, drift=drift, inner=inner)


def rejected(stops: StoppingProbability, sides: int) -> float:
    """Give the chance of an efficacy decision, on either side of a two-sided test."""
    return float(stops.upper.sum() + (stops.lower.sum() if sides > 1 else 0.0))


def meeting_bounds(
    rule: PampallonaTsiatis, information: Vector, sides: int, efficacy: float, futility: float
) -> MeetingBounds:
    """Give the bounds for constants c₁ and c₀."""
    part = information / information[-1]
    upper = efficacy * part ** (rule.delta_efficacy - 0.5)
    lower = (efficacy + futility) * np.sqrt(part) - futility * part ** (rule.delta_futility - 0.5)
    lower = np.minimum(lower, upper)
    if sides > 1:
        lower = np.maximum(lower, 0.0)
    return MeetingBounds(upper, lower, (efficacy + futility) / float(np.sqrt(information[-1])))


def solve_meeting(
    rule: PampallonaTsiatis,
    information: Vector,
    alpha: float,
    sides: int,
    *,
    power: float | None,
    drift: float | None,
) -> MeetingBounds:
    """Find the bounds for a power, or for a drift.

    Raises:
        DesignError: The drift is too small for bounds that meet.

    Witness: rpact 3.3.4 (gs-rpact-0038 to gs-rpact-0040).
    """
    start = upper_quantile(alpha / sides)

    def draw(efficacy: float, futility: float) -> MeetingBounds:
        return meeting_bounds(rule, information, sides, efficacy, futility)

    def size_excess(bounds: MeetingBounds) -> float:
        size = bounds.stopping(information, sides, drift=0.0, obeyed=rule.binding)
        return upper_quantile(max(size, SMALLEST) / sides) - start

    def efficacy_for(futility: Callable[[float], float]) -> float:
        return rising_root(
            lambda c: size_excess(draw(c, futility(c))), start, slope=1.0, within=(0.0, FARTHEST)
        )

    alone = None if rule.binding else efficacy_for(lambda _: start)  # whatever futility is

    def sized(futility: Callable[[float], float]) -> MeetingBounds:
        """Draw the bounds that spend alpha, c₀ being a function of c₁."""
        efficacy = efficacy_for(futility) if alone is None else alone
        return draw(efficacy, futility(efficacy))

    if drift is None:
        assert power is not None  # noqa: S101 - one of the two is given
        return _for_power(sized, information, sides, power)
    end = drift * float(np.sqrt(information[-1]))
    if size_excess(draw(end, 0.0)) < 0.0:
        raise DesignError(
            f"Pampallona-Tsiatis bounds cannot meet at E[Z] = {end:g}, where the efficacy "
            "bound alone would spend more than alpha; plan for more power or information."
        )
    return sized(lambda c: end - c)


def _for_power(
    sized: Callable[[Callable[[float], float]], MeetingBounds],
    information: Vector,
    sides: int,
    power: float,
) -> MeetingBounds:
    """Find c₀ with the power, among bounds that spend alpha."""
    target = float(ndtri(power))

    def bounds_for(futility: float) -> MeetingBounds:
        return sized(lambda _: futility)

    def power_excess(futility: float) -> float:
        bounds = bounds_for(futility)
        missed = 1.0 - bounds.stopping(information, sides, drift=bounds.drift, obeyed=True)
        return -float(ndtri(max(missed, SMALLEST))) - target

    return bounds_for(
        rising_root(power_excess, max(target, 0.1), slope=1.0, within=(0.0, FARTHEST))
    )


def solve(asked: SequentialQuestion) -> GroupSequential:
    """Find the bounds, the drift, and what they cost.

    Raises:
        DesignError: A futility rule is given beside, or the drift changes over the looks.

    Witness: gs-rpact-0038 to 0040.
    """
    stopping, rule = asked.stopping, asked.stopping.efficacy
    assert isinstance(rule, PampallonaTsiatis)  # noqa: S101 - for the type checker
    if stopping.futility is not None:
        raise DesignError(
            "Pampallona-Tsiatis bounds bring their own futility bounds; leave the other rule out."
        )
    if asked.drift_shape is not None or asked.alternative_information is not None:
        raise DesignError(
            "Pampallona-Tsiatis bounds are made for one effect at all looks; spend alpha and beta "
            "where it changes."
        )
    information = np.array(stopping.information, dtype=np.float64)
    sides = stopping.sides
    bounds = solve_meeting(
        rule, information, stopping.alpha, sides, power=asked.power, drift=asked.drift
    )
    upper, futility = bounds.upper, bounds.futility
    if sides == 1:
        return assemble(asked, upper, futility, bounds.drift)
    inner = wedge(futility)
    return assemble(asked, upper, -upper, drift_of(asked, upper, -upper, inner), inner=inner)

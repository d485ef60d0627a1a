"""How far may a hazard ratio lie from what rates, medians or events say of it?

Cox's log ratio θ̂ and the log of the ratio of cumulative hazards at a time t, the latter being
∫ dM₁/(Y₁Λ₁) - ∫ dM₀/(Y₀Λ₀) from its mean, have under proportional hazards the covariance 1/I =
Var θ̂, whatever the censoring, so that chance sets them apart by (Hausman 1978)

    Var(log ratio of cumulative hazards at t) - SE²,     Var ≥ 1/d₁ + 1/d₀ (Cauchy and Schwarz).

Let the log ratio change evenly by a while the cumulative hazard grows to L at t.  Cox weighs by
those at risk: his mean until then lies κ(L) a before that of the rates, κ = 1/2 - 1/L + 1/(e^L -
1).  With a part w of all events before t, and a ratio that is b higher after it than before,

    log HR - log(rates' ratio) = -w κ(L) a + (1 - w) b,     a ~ N(0, WITHIN²), b ~ N(0, AFTER²).
"""

import math
from dataclasses import dataclass

from equipoise.appraise.checks.reading import Pair, Ratio, events_of, patients_of
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.relations.ratio import error_of
from equipoise.kernel.normal import upper_tail

WITHIN = 1.2  # standard deviation of the change of the log hazard ratio until a time
AFTER = 0.8  # the same of the mean after it less the mean before
MODEL = 0.15  # of SE²: strata and covariates of Cox's model, approximations
UNKNOWN_ERROR = 0.25  # of a log hazard ratio printed without interval or events
USUAL = 2 / 3  # share of the events before a time, where it is not known
LEAST_LATE = 0.05  # least share of events after a time


@dataclass(frozen=True, slots=True)
class Apart:
    """How far two estimates of a log hazard ratio may lie apart, and by what."""

    chance: float  # standard deviation under proportional hazards
    before: float  # share of the events before the time
    weight: float  # kappa: what a change of one until the time sets them apart by

    @property
    def within(self) -> float:
        """The standard deviation from hazards that change until the time."""
        return self.before * self.weight * WITHIN

    @property
    def after(self) -> float:
        """The standard deviation from a ratio that is another one after the time."""
        return (1.0 - self.before) * AFTER

    @property
    def all(self) -> float:
        """The standard deviation from chance and hazards that change."""
        return math.hypot(self.chance, self.within, self.after)


def weight_of_change(cumulative: float) -> float:
    """Give how far Cox's mean of an evenly changing log ratio lies from the plain mean, per change.

    Args:
        cumulative: hazard at the time, above 0.

    Witness: the integral of u exp(-u) over the cumulative hazard.

    >>> round(weight_of_change(1.0), 4), round(weight_of_change(2.0), 4)
    (0.082, 0.1565)
    """
    if cumulative < 1e-3:  # noqa: PLR2004 - below it the series' first term is exact
        return cumulative / 12
    return 0.5 - 1.0 / cumulative + 1.0 / math.expm1(cumulative)


def own_variance(claims: Claims, ratio: Ratio) -> float:
    """Give the variance of a log hazard ratio: from its interval, its events, or else assumed.

    Args:
        claims: that hold the events.
        ratio: as printed.

    Witness: 4 / events for arms alike.
    """
    error = error_of(ratio)
    if error is not None:
        return error.middle**2
    events = events_of_arms(claims, ratio.claimed.endpoint, ratio.arms)
    if events is None or events[0] + events[1] <= 0.0:
        return UNKNOWN_ERROR**2
    return 4.0 / (events[0] + events[1])


def events_of_arms(claims: Claims, endpoint: str, arms: Pair) -> tuple[float, float] | None:
    """Give the events of two arms; those of all two arms together are taken in halves.

    Args:
        claims: that hold them.
        endpoint: whose events.
        arms: experimental first.

    Witness: the claim itself.
    """
    one, other = (events_of(claims, endpoint, arm) for arm in arms)
    if one is not None and other is not None:
        return one.middle, other.middle
    total = events_of(claims, endpoint, None)
    if total is None or len(claims.arms) != 2:  # noqa: PLR2004 - the two that are compared
        return None
    return total.middle / 2, total.middle / 2


def chance_apart(variance: float, own: float) -> float:
    """Give the standard deviation by which chance alone sets both estimates apart.

    Args:
        variance: of the log ratio of cumulative hazards.
        own: variance of Cox's log ratio.

    Witness: 3,000 trials drawn under proportional hazards, tests/laws.

    >>> round(chance_apart(0.0170, 0.0129), 3)
    0.078
    """
    return math.sqrt(max(variance - own, 0.0) + MODEL * own)


def two_sided(distance: float, spread: float) -> float:
    """Give the chance of a normal deviate as far away or farther."""
    return min(1.0, 2 * upper_tail(distance / spread))


def apart_at(
    claims: Claims, ratio: Ratio, rates: tuple[float, float], variance: float | None = None
) -> Apart:
    """Give how far a hazard ratio may lie from that of the cumulative hazards at a time.

    Args:
        claims: that hold patients and events; without them, as many events as the interval of the
            ratio tells, two in three of them before the time.
        ratio: as printed.
        rates: without an event at the time, experimental and control, between 0 and 1.
        variance: of the log ratio of cumulative hazards; derived: the least, uncensored.

    Witness: `chance_apart`, `weight_of_change`.
    """
    own, events = (
        own_variance(claims, ratio),
        events_of_arms(claims, ratio.claimed.endpoint, ratio.arms),
    )
    sizes, known = _sizes(claims, ratio, rates, own)
    part = sizes[0] / (sizes[0] + sizes[1])
    total = sum(events) if events is not None and known else 1.0 / (own * part * (1.0 - part))
    pairs = tuple(zip(sizes, rates, strict=True))
    by_then = sum(size * (1.0 - rate) for size, rate in pairs)
    before = min(1.0 - LEAST_LATE, max(LEAST_LATE, by_then / max(total, 1.0)))
    held = [sum((1.0 - r) / (n * r * math.log(r) ** 2) for n, r in pairs)]
    if variance is not None:
        held = [variance]
    if events is not None and min(events) > 0.0:
        held.append(1.0 / events[0] + 1.0 / events[1])
    cumulative = -0.5 * math.log(rates[0] * rates[1])
    return Apart(chance_apart(max(held), own), before, weight_of_change(cumulative))


def _sizes(
    claims: Claims, ratio: Ratio, rates: tuple[float, float], own: float
) -> tuple[tuple[float, float], bool]:
    """Give the patients of both arms, or as many as have the usual part of the events by then."""
    found = [patients_of(claims, each) for each in ratio.arms]
    if found[0] is not None and found[1] is not None:
        sizes = found[0].number.middle, found[1].number.middle
        if min(sizes) > 0.0:
            return sizes, True
    each = USUAL * 4.0 / own / sum(1.0 - rate for rate in rates)
    return (each, each), False


def ratio_after(apart: Apart, early: float, printed: float) -> float:
    """Give the log hazard ratio after a time that, with an early one, makes the printed one.

    Args:
        apart: with the share of events before it.
        early: log ratio until then, as if constant.
        printed: log ratio over all.

    Witness: the mean of both over events is the printed log ratio.

    >>> round(ratio_after(Apart(0.1, 0.75, 0.1), -0.4, -0.2), 6)
    0.4
    """
    return early + (printed - early) / (1.0 - apart.before)


def change_within(apart: Apart, early: float, printed: float) -> tuple[float, float]:
    """Give the log hazard ratios at the start and at a time that set both estimates so far apart.

    Args:
        apart: with the weight of a change.
        early: log ratio of cumulative hazards at the time.
        printed: log ratio of Cox's model.

    Witness: their mean is the early one; a change of one moves Cox's by the weight.

    >>> start, end = change_within(Apart(0.1, 0.95, 0.1), -0.5, -0.31)
    >>> round(start, 6), round(end, 6)
    (0.5, -1.5)
    """
    half = 0.5 * (printed - early) / (apart.before * apart.weight)
    return early + half, early - half

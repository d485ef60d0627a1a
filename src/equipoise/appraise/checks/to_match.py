"""What must a simulated trial print to be kept beside a claim?

The rates of two arms at every time at which both are printed, their standard errors, the events,
the patients and the follow-up, as far as they are printed.  Where an arm's patients are not, they
are drawn within what the total allows.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.appraise.checks.reading import (
    Pair,
    RatePair,
    events_of,
    median_follow_up,
    patients_of,
    rate_pairs,
)
from equipoise.appraise.claims.claim import Claims
from equipoise.appraise.claims.intervals import Range, range_of
from equipoise.appraise.relations.rates import errors_of

HALF = 0.5
TWO = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """What trials must print to be kept: of one endpoint, two arms; control first."""

    endpoint: str
    times: tuple[float, ...]
    pairs: tuple[RatePair, ...]  # one a time
    patients: tuple[Range, Range]
    total: Range | None  # of both arms, where the arms' own numbers are assumed
    rates: tuple[tuple[float, ...], tuple[float, ...]]  # by time
    errors: tuple[Range | None, ...]  # 2 · times
    events: tuple[Range | None, Range | None]
    events_in_all: Range | None
    follow_up: float | None  # its median
    alive_then: float  # part of patients alive at that time
    longest: float | None  # follow-up, from accrual and data cut


def what_is_printed(claims: Claims, endpoint: str, arms: Pair | None = None) -> Printed | None:
    """Gather what trials must match; None where rates or patients of two arms are not printed.

    Args:
        claims: that hold them.
        endpoint: of the P.
        arms: which it compares, experimental first; None: the only two.

    Witness: the claim itself.
    """
    pairs = [
        pair
        for pair in rate_pairs(claims)
        if pair.endpoint == endpoint
        and arms in {None, pair.arms}
        and min(pair.experimental.rate.value, pair.control.rate.value) > 0.0
        and max(pair.experimental.rate.value, pair.control.rate.value) < 1.0
        and pair.time > 0.0
    ]
    pairs.sort(key=lambda pair: pair.time)
    times = tuple(pair.time for pair in pairs)
    if not pairs or len(set(times)) < len(times):
        return None
    both_arms = pairs[0].control.arm, pairs[0].experimental.arm
    known = [patients_of(claims, arm) for arm in both_arms]
    if known[0] is None or known[1] is None or min(k.number.lower for k in known if k) < TWO:
        return None
    rates = np.array(
        [[p.control.rate.value for p in pairs], [p.experimental.rate.value for p in pairs]]
    )
    if np.any(np.diff(rates, axis=1) > 0.0):
        return None
    errors = [errors_of(p.control)[0] for p in pairs] + [
        errors_of(p.experimental)[0] for p in pairs
    ]
    followed = median_follow_up(claims)
    both = known[0].assumed and known[1].assumed and claims.patients is not None
    calendar = claims.plan.accrual, claims.plan.data_cut
    longest = None if calendar[0] is None or calendar[1] is None else calendar[1] - calendar[0][0]
    own = events_of(claims, endpoint, both_arms[0]), events_of(claims, endpoint, both_arms[1])
    in_all = events_of(claims, endpoint, None) if len(claims.arms) == TWO else None
    return Printed(
        endpoint,
        times,
        tuple(pairs),
        (known[0].number, known[1].number),
        range_of(claims.patients) if both and claims.patients is not None else None,
        (tuple(rates[0].tolist()), tuple(rates[1].tolist())),
        tuple(errors),
        own,
        in_all if None in own else None,
        None if followed is None else followed.middle,
        _alive(claims, pairs[-1], followed),
        longest,
    )


def _alive(claims: Claims, pair: RatePair, followed: Range | None) -> float:
    """Give the part of all patients alive at the median follow-up, hazards being constant."""
    if followed is None:
        return 1.0
    deaths = [
        each for each in rate_pairs(claims) if each.endpoint.lower() in {"os", "overall survival"}
    ]
    used, share = (deaths[-1], 1.0) if deaths else (pair, HALF)
    pooled = HALF * (used.experimental.rate.value + used.control.rate.value)
    return float(min(1.0, max(0.05, pooled) ** (share * followed.middle / used.time)))

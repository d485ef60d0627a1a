"""The wedge of a symmetric two-sided design that spends beta and closes at the last look.

    P_θ(neither efficacy bound crossed) = β,    P_θ(stopped within ±b by look k) = β(t_k)

A look whose one-sided futility bound (at alpha/2) is below 0 gets no wedge.  What the looks
before the first wedge would have spent is taken out of β(t), and the rest spread over the
later looks (rpact's adjustment); with `respread=False` it is kept for the first wedge.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.sequential import one_sided
from equipoise.design.sequential.rules import SpendBeta
from equipoise.design.sequential.schedule import Schedule, given, looks_tested, spending_schedule
from equipoise.design.sequential.symmetric import (
    LARGEST,
    SMALLEST,
    Symmetric,
    check_wedge,
    rejection_probit,
    upper_for,
)
from equipoise.design.sequential.wedge import Wedge, draw_wedge, wedge
from equipoise.kernel.arrays import Flags, Vector
from equipoise.kernel.normal import upper_quantile, upper_tail
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import stopping_probability

PROBITS = (-8.0, 8.0)  # of an error


def closed(problem: Symmetric, futility: SpendBeta) -> Wedge:
    """Find the wedge that spends beta and closes at the last look.

    For a drift, beta is that of the power its bounds turn out to have.

    Witness: rpact (gs-rpact-0019, 0043 to 0059).
    """
    asked = problem.asked
    search = Closing(
        problem,
        futility,
        judged_looks(problem, futility),
        None if futility.binding else upper_for(problem, None),
    )
    if asked.drift is None:
        found = search.for_power(asked.power or 0.0)
    else:
        drift, start = asked.drift, asked.drift - upper_quantile(problem.half_alpha)
        near = rising_root(
            lambda x: x - search.missed(drift, upper_tail(x)), start, slope=1.0, within=PROBITS
        )
        exact = rising_root(
            lambda x: x - search.power_probit(drift, x), near, slope=1.0, within=PROBITS
        )
        found = search.for_power(1.0 - upper_tail(exact))
    check_wedge(found.upper, found.inner)
    return found


@dataclass(frozen=True, slots=True)
class Closing:
    """The search for a wedge that closes."""

    problem: Symmetric
    futility: SpendBeta
    judged: Flags
    upper: Vector | None  # the efficacy bounds, where they do not rely on the wedge

    def drawn(self, drift: float, beta: float) -> Wedge:
        """Draw the wedge that spends beta at interim looks under a drift."""
        spent = beta_spent(self.problem, self.futility, self.judged, beta)
        return draw_both(self.problem, self.upper, drift, spent, self.judged)

    def missed(self, drift: float, beta: float) -> float:
        """Give the quantile of the chance to end without crossing an efficacy bound."""
        missed = self.drawn(drift, beta).missed
        return upper_quantile(min(max(missed, SMALLEST), 1.0 - 1e-16))

    def for_power(self, power: float) -> Wedge:
        """Find the wedge that closes with beta = 1 - power."""
        asked = replace(self.problem.asked, power=power, drift=None)
        drift = one_sided.drift_for(asked, self.missed)
        return self.drawn(drift, 1.0 - power)

    def power_probit(self, drift: float, beta_quantile: float) -> float:
        """Give the power, under a drift, of the wedge that closes for a beta."""
        closing = self.for_power(1.0 - upper_tail(beta_quantile))
        return rejection_probit(
            self.problem.truth(drift),
            closing.upper,
            -closing.upper,
            wedge(closing.inner),
            self.problem.asked,
        )


def draw_both(
    problem: Symmetric, upper: Vector | None, drift: float, beta: Vector, judged: Flags
) -> Wedge:
    """Draw the wedge, and the efficacy bounds beside it where they rely on it."""
    null, truth, side = problem.null, problem.truth(drift), problem.side
    if upper is not None:
        return draw_wedge(given(upper), null, truth, beta, judged, binding=False)
    if isinstance(side, Schedule):
        return draw_wedge(side, null, truth, beta, judged, binding=True)
    target, last = upper_quantile(problem.half_alpha), float(side.shape[-1])
    latest: list[Wedge] = []

    def spends_too_little(constant: float) -> float:
        drawn = draw_wedge(given(constant * side.shape), null, truth, beta, judged, binding=True)
        latest[:] = [drawn]
        stops = stopping_probability(
            drawn.upper, -drawn.upper, null.information, inner=wedge(drawn.inner)
        )
        return upper_quantile(max(float(stops.upper.sum()), SMALLEST)) - target

    rising_root(spends_too_little, 1.1 * target / last, slope=last, within=(0.0, LARGEST / last))
    return latest[0]


def judged_looks(problem: Symmetric, futility: SpendBeta) -> Flags:
    """Mark the looks with a wedge: those whose one-sided futility bound is above 0."""
    asked, stopping = problem.asked, problem.asked.stopping
    one_side = replace(stopping, alpha=problem.half_alpha, sides=1)
    drawn, _ = one_sided.solve(replace(asked, stopping=one_side))
    judged = looks_tested(futility.looks, problem.fraction.size, "Futility").copy()
    judged[-1] = False
    return np.asarray(judged & (drawn.lower > 0.0), dtype=np.bool_)


def beta_spent(problem: Symmetric, futility: SpendBeta, judged: Flags, beta: float) -> Vector:
    """Give the cumulative error to be spent by the wedge at each look.

    Witness: rpact's `betaAdjustment` (gs-rpact-0043, and 0019 without).
    """
    schedule = spending_schedule(
        futility.spending, problem.fraction, beta, tested=judged, absent=-np.inf
    )
    tested = looks_tested(futility.looks, judged.size, "Futility")
    first = int(np.argmax(judged)) if judged.any() else 0
    lost = np.flatnonzero(tested[:first])
    if not futility.respread or lost.size == 0:
        return schedule.spent
    missing = schedule.spent[lost[-1]]
    total = schedule.spent[-1]
    spread = (schedule.spent - missing) / (total - missing) * total
    return np.asarray(np.maximum(spread, 0.0), dtype=np.float64)

"""Solve a two-sided design: the drift that a power needs, or the power that a drift gives.

Symmetric bounds ±u spend half of alpha on each side (of a spending function f, f(t; alpha/2)),
with or without a wedge of futility |z| < b.  The power counts the upper side, the experimental
arm better, as gsDesign and rpact do; beta spending counts both, for its wedge closes where

    P_θ(neither efficacy bound crossed) = β.

A look whose one-sided futility bound (at alpha/2) is below 0 gets no wedge; what it would have
spent is taken out of beta(t) and the rest spread over the later looks (rpact's adjustment),
or kept for the next look with `respread=False`.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.sequential import one_sided
from equipoise.design.sequential.assemble import assemble
from equipoise.design.sequential.design import GroupSequential, SequentialQuestion
from equipoise.design.sequential.drawing import Truth
from equipoise.design.sequential.rules import SpendBeta, SpendBothSides, SpendUnderNull
from equipoise.design.sequential.schedule import (
    Family,
    Schedule,
    given,
    looks_tested,
    spending_schedule,
)
from equipoise.design.sequential.schedules import (
    Alternative,
    efficacy_schedule,
    futility_schedule,
)
from equipoise.design.sequential.wedge import (
    Wedge,
    draw_wedge,
    go_on_between,
    upper_bounds,
    wedge,
)
from equipoise.errors import DesignError, DidNotConverge
from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.kernel.normal import upper_quantile, upper_tail
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import stopping_probability
from equipoise.kernel.sequential_walk import START, step

SMALLEST = 1e-300  # probability
SETTLED = 1e-12  # z: bounds that depend on each other have stopped moving
ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Symmetric:
    """A symmetric design to be solved, in the walk's terms."""

    asked: SequentialQuestion
    side: Schedule | Family  # of the upper bounds, spending half of alpha
    fraction: Vector  # (looks,) to spend by
    null: Truth
    unit: Truth  # the alternative whose drift is 1

    def truth(self, drift: float) -> Truth:
        """Give the walk under an alternative."""
        return Truth(self.unit.information, self.unit.mean * drift)

    @property
    def half_alpha(self) -> float:
        """The type I error of one side."""
        return self.asked.stopping.alpha / 2.0


def solve(asked: SequentialQuestion) -> GroupSequential:
    """Find the bounds and the drift of a two-sided design, and what they cost.

    Raises:
        DesignError: No drift reaches the power, or the rules do not go together.
    """
    if isinstance(asked.stopping.efficacy, SpendBothSides):
        upper, lower = spend_both_sides(asked)
        return assemble(asked, upper, lower, drift_of(asked, upper, lower, None))
    problem = state(asked)
    futility = asked.stopping.futility
    if isinstance(futility, SpendUnderNull):
        raise DesignError(
            "A two-sided test has an efficacy bound on its lower side already, so none for harm; "
            "give each side its own spending instead."
        )
    if futility is None:
        upper, inner = upper_for(problem, None), None
        drift = drift_of(asked, upper, -upper, None)
    elif isinstance(futility, SpendBeta):
        drawn = closed(problem, futility)
        upper = drawn.upper
        inner = wedge(np.append(drawn.inner[:-1], upper[-1]))
        drift = drift_of(asked, upper, -upper, inner)
    else:
        upper, inner, drift = with_drawn_wedge(problem)
    return assemble(asked, upper, -upper, drift, inner=inner)


def state(asked: SequentialQuestion) -> Symmetric:
    """Put the question of a symmetric design in the walk's terms."""
    stopping = asked.stopping
    information = np.array(stopping.information, dtype=np.float64)
    fraction = information if stopping.spending_time is None else np.array(stopping.spending_time)
    theirs = information if asked.alternative_information is None else asked.alternative_information
    shape = 1.0 if asked.drift_shape is None else asked.drift_shape
    one_side = replace(stopping, alpha=stopping.alpha / 2.0, sides=1, futility=None)
    return Symmetric(
        asked,
        efficacy_schedule(one_side, fraction),
        fraction,
        null=Truth(information, np.zeros(information.size)),
        unit=Truth(theirs, theirs * shape),
    )


def upper_for(problem: Symmetric, inner: Vector | None) -> Vector:
    """Find the efficacy bounds beside a wedge that is obeyed (None: no wedge)."""
    information, side = problem.null.information, problem.side
    if isinstance(side, Schedule):
        return upper_bounds(side, information, inner)
    target, last = upper_quantile(problem.half_alpha), float(side.shape[-1])

    def spends_too_little(constant: float) -> float:
        upper = constant * side.shape
        gap = None if inner is None else wedge(np.minimum(inner, upper))
        stops = stopping_probability(upper, -upper, information, inner=gap)
        return upper_quantile(max(float(stops.upper.sum()), SMALLEST)) - target

    constant = rising_root(
        spends_too_little, 1.1 * target / last, slope=last, within=(0.0, 40.0 / last)
    )
    return constant * side.shape


def with_drawn_wedge(problem: Symmetric) -> tuple[Vector, Matrix, float]:
    """Solve with a wedge given by z, by effect, or by a chance of success."""
    asked, futility = problem.asked, problem.asked.stopping.futility
    binding = futility is not None and futility.binding
    alone = upper_for(problem, None)

    def width(drift: float, upper: Vector) -> Vector:
        mean_z = drift * problem.unit.mean / np.sqrt(problem.unit.information)
        under = Alternative(0.5, mean_z, problem.fraction, upper)
        drawn = np.maximum(futility_schedule(asked.stopping, under).z, 0.0)
        return np.append(np.where(np.isfinite(drawn[:-1]), drawn[:-1], 0.0), 0.0)

    def bounds(drift: float) -> tuple[Vector, Vector]:
        upper = alone
        for _ in range(ROUNDS):
            inner = width(drift, upper)
            if not binding:
                return upper, inner
            beside = upper_for(problem, inner)
            if np.allclose(beside, upper, rtol=0.0, atol=SETTLED):
                return beside, inner
            upper = beside
        raise DidNotConverge(
            f"The efficacy bounds and the binding wedge still move after {ROUNDS} rounds: "
            f"{upper.tolist()}. Make futility non-binding, or give its bounds as z."
        )

    def power_probit(drift: float, _: float) -> float:
        upper, inner = bounds(drift)
        return rejection_probit(problem.truth(drift), upper, -upper, wedge(inner), asked)

    drift = one_sided.drift_for(asked, power_probit) if asked.drift is None else asked.drift
    upper, inner = bounds(drift)
    check_wedge(upper, inner)
    return upper, wedge(inner), drift


def check_wedge(upper: Vector, inner: Vector) -> None:
    """Refuse a wedge that reaches an efficacy bound before the last look.

    Raises:
        DesignError: It does.
    """
    too_wide = inner[:-1] >= upper[:-1]
    if too_wide.any():
        look = int(np.argmax(too_wide))
        raise DesignError(
            f"The futility bound of look {look + 1} is {inner[look]:.4g}, not below its efficacy "
            f"bound {upper[look]:.4g}; no trial could go on. Make futility less strict there."
        )


def closed(problem: Symmetric, futility: SpendBeta) -> Wedge:
    """Find the wedge that spends beta and closes at the last look."""
    asked = problem.asked
    judged = judged_looks(problem, futility)
    upper = None if futility.binding else upper_for(problem, None)

    def drawn(drift: float, beta: float) -> Wedge:
        spent = beta_spent(problem, futility, judged, beta)
        return draw_both(problem, upper, drift, spent, judged)

    latest: list[Wedge] = []

    def missed(drift: float, beta: float) -> float:
        latest[:] = [drawn(drift, beta)]
        return upper_quantile(min(max(latest[0].missed, SMALLEST), 1.0 - 1e-16))

    if asked.drift is None:
        drift = one_sided.drift_for(asked, missed)
        latest[:] = [drawn(drift, 1.0 - (asked.power or 0.0))]
    else:
        drift = asked.drift
        start = drift - upper_quantile(problem.half_alpha)
        quantile = rising_root(
            lambda x: x - missed(drift, upper_tail(x)), start, slope=1.0, within=(-8.0, 8.0)
        )
        latest[:] = [drawn(drift, upper_tail(quantile))]
    check_wedge(latest[0].upper, latest[0].inner)
    return latest[0]


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

    rising_root(spends_too_little, 1.1 * target / last, slope=last, within=(0.0, 40.0 / last))
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
    """Give the cumulative error to be spent by the wedge at each look."""
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


def spend_both_sides(asked: SequentialQuestion) -> tuple[Vector, Vector]:
    """Find the bounds of a test whose sides spend different budgets.

    Raises:
        DesignError: The lower side's share is not within alpha, or a futility rule is given.
    """
    stopping, rule = asked.stopping, asked.stopping.efficacy
    assert isinstance(rule, SpendBothSides)  # noqa: S101 - for the type checker
    if not 0.0 < rule.alpha_lower < stopping.alpha:
        raise DesignError(
            f"The lower side is to spend {rule.alpha_lower:g} of alpha = {stopping.alpha:g}; give "
            "it more than nothing and less than all."
        )
    if stopping.futility is not None:
        raise DesignError(
            "A two-sided test with different sides cannot have a wedge of futility; spend the "
            "same on both sides, or leave futility out."
        )
    information = np.array(stopping.information, dtype=np.float64)
    fraction = information if stopping.spending_time is None else np.array(stopping.spending_time)
    tested = looks_tested(rule.looks, information.size, "Efficacy")
    totals = (stopping.alpha - rule.alpha_lower, rule.alpha_lower)
    due = [
        spending_schedule(spending, fraction, total, tested=tested, absent=np.inf).spent
        for spending, total in zip((rule.upper, rule.lower), totals, strict=True)
    ]
    running, spent = START, [0.0, 0.0]
    upper, lower = np.full(tested.size, np.inf), np.full(tested.size, -np.inf)
    for k in range(tested.size):
        at = step(running, float(information[k]))
        if tested[k]:
            upper[k] = at.upper(float(due[0][k]) - spent[0])
            lower[k] = at.lower(float(due[1][k]) - spent[1])
            spent = [float(due[0][k]), float(due[1][k])]
        if k + 1 < tested.size:
            running = go_on_between(at, float(lower[k]), float(upper[k]), float(information[k + 1]))
    return upper, lower


def drift_of(
    asked: SequentialQuestion, upper: Vector, lower: Vector, inner: Matrix | None
) -> float:
    """Find the drift that gives known bounds the power asked, or give the drift asked."""
    if asked.drift is not None:
        return asked.drift
    information = np.array(asked.stopping.information, dtype=np.float64)
    theirs = information if asked.alternative_information is None else asked.alternative_information
    shape = 1.0 if asked.drift_shape is None else asked.drift_shape

    def power_probit(drift: float, _: float) -> float:
        truth = Truth(theirs, drift * shape * theirs)
        return rejection_probit(truth, upper, lower, inner, asked)

    return one_sided.drift_for(asked, power_probit)


def rejection_probit(
    truth: Truth, upper: Vector, lower: Vector, inner: Matrix | None, asked: SequentialQuestion
) -> float:
    """Give the power on the scale of normal quantiles."""
    stops = stopping_probability(
        upper, lower, truth.information, drift=truth.mean / truth.information, inner=inner
    )
    power = float(stops.upper.sum())
    if asked.stopping.power_counts == "both sides":
        power += float(stops.lower.sum())
    return upper_quantile(min(max(1.0 - power, 1e-16), 1.0 - 1e-16))

"""Solve a two-sided design: the drift that a power needs, or the power that a drift gives.

Symmetric bounds ±u spend half of alpha on each side (of a spending function f, f(t; alpha/2)),
with or without a wedge of futility |z| < b; otherwise each side spends a budget of its own.
Futility by z, effect, conditional or predictive power is at or below one bound instead: see
`futility_below`.
The power counts the upper side, the experimental arm better, as gsDesign and rpact do, unless
the plan says both sides.
"""

import numpy as np

from equipoise.design.sequential import beta_wedge, futility_below, one_sided, symmetric
from equipoise.design.sequential.assemble import assemble
from equipoise.design.sequential.design import GroupSequential, SequentialQuestion
from equipoise.design.sequential.given_wedge import given_wedge
from equipoise.design.sequential.rules import (
    FixedFutility,
    SpendBeta,
    SpendBothSides,
    SpendUnderNull,
)
from equipoise.design.sequential.schedule import looks_tested, spending_schedule
from equipoise.design.sequential.wedge import go_on_between, wedge
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.sequential_walk import START, step


def solve(asked: SequentialQuestion) -> GroupSequential:
    """Find the bounds and the drift of a two-sided design, and what they cost.

    Raises:
        DesignError: No drift reaches the power, or the rules do not go together.

    Witness: rpact (rp05, gs-rpact-0019 to 0059), Jennison & Turnbull's tables, one-sided halves.
    """
    futility = asked.stopping.futility
    if isinstance(futility, SpendUnderNull):
        raise DesignError(
            "A two-sided test has an efficacy bound on its lower side already, so none for harm; "
            "give each side its own spending instead."
        )
    wedged = isinstance(futility, SpendBeta) or (
        isinstance(futility, FixedFutility) and futility.symmetric
    )
    if isinstance(asked.stopping.efficacy, SpendBothSides):
        upper, lower = spend_both_sides(asked, wedged=wedged)
        return beside(asked, upper, lower)
    problem = symmetric.state(asked)
    if not wedged:
        upper = symmetric.upper_for(problem, None)
        return beside(asked, upper, -upper)
    if isinstance(futility, SpendBeta):
        closing = beta_wedge.closed(problem, futility)
        upper = closing.upper
        inner = wedge(np.append(closing.inner[:-1], upper[-1]))
    else:
        assert isinstance(futility, FixedFutility)  # noqa: S101 - for the type checker
        upper, width = given_wedge(problem, futility)
        inner = wedge(width)
    return assemble(asked, upper, -upper, drift_of(asked, upper, -upper, inner), inner=inner)


def beside(asked: SequentialQuestion, upper: Vector, lower: Vector) -> GroupSequential:
    """Give the design of known efficacy bounds, with futility below one bound, if any."""
    if asked.stopping.futility is not None:
        return futility_below.solve(asked, upper, lower)
    return assemble(asked, upper, lower, drift_of(asked, upper, lower, None))


def spend_both_sides(asked: SequentialQuestion, *, wedged: bool = False) -> tuple[Vector, Vector]:
    """Find the bounds of a test whose sides spend different budgets.

    Raises:
        DesignError: The lower side's share is not within alpha, or futility is a wedge.

    Witness: each side spends its budget; equal sides are the symmetric test.
    """
    stopping, rule = asked.stopping, asked.stopping.efficacy
    assert isinstance(rule, SpendBothSides)  # noqa: S101 - for the type checker
    if not 0.0 < rule.alpha_lower < stopping.alpha:
        raise DesignError(
            f"The lower side is to spend {rule.alpha_lower:g} of alpha = {stopping.alpha:g}; give "
            "it more than nothing and less than all."
        )
    if wedged:
        raise DesignError(
            "A two-sided test with different sides cannot have a wedge of futility; spend the "
            "same on both sides, stop for futility below one bound, or leave futility out."
        )
    information = np.array(stopping.information, dtype=np.float64)
    fraction = information if stopping.spending_time is None else np.array(stopping.spending_time)
    tested = looks_tested(rule.looks, information.size, "Efficacy")
    if not tested[-1]:
        raise DesignError(
            f"Efficacy is to be tested at looks {list(rule.looks or ())}, not at the last one, "
            f"{tested.size}; add it."
        )
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
    """Find the drift that gives known bounds the power asked, or give the drift asked.

    Witness: the power at the drift is the power asked.
    """
    if asked.drift is not None:
        return asked.drift

    def power_probit(drift: float, _: float) -> float:
        truth = futility_below.truth_of(asked, drift)
        return symmetric.rejection_probit(truth, upper, lower, inner, asked)

    return one_sided.drift_for(asked, power_probit)

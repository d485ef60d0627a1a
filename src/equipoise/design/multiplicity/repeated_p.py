"""How small alpha could have been: p-values of a hypothesis tested at several looks.

At one-sided level a, a spending function f(t; a) fixes the bounds c_1(a), c_2(a), ...  Then

    repeated p at look k    = the smallest a with z_k ≥ c_k(a)         (Jennison & Turnbull 2000)
    sequential p            = the smallest a with z_k ≥ c_k(a) at some look so far
                                                                        (Liu & Anderson 2008)

Bounds fall as the level grows.  Against the probit of a they are nearly straight, so secants
between the nominal p and 1 find the level in a few steps.  Looks at which the hypothesis is not
tested have information nan, and so have their p and bound.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_alpha
from equipoise.design.sequential.rules import Spending
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Matrix, Vector, codes, frozen, vector
from equipoise.kernel.normal import upper_quantile, upper_quantiles, upper_tail
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential_walk import REACH, START, step

LARGEST = 1.0 - 1e-6  # a p-value above this is given as 1


@dataclass(frozen=True, slots=True)
class HypothesisSchedule:
    """How one hypothesis spends its alpha: when, and by which function."""

    spending: Spending
    information: Vector  # (looks,) fractions of its planned maximum; nan where not tested
    spending_time: Vector | None = None  # (looks,) fractions to spend by; None: information

    @property
    def tested(self) -> Codes:
        """The looks at which the hypothesis is tested, counted from 0."""
        return codes(np.flatnonzero(np.isfinite(self.information)))


def hypothesis_schedule(
    spending: Spending,
    information: ArrayLike,
    spending_time: ArrayLike | None = None,
) -> HypothesisSchedule:
    """Plan the looks of one hypothesis.

    Raises:
        DesignError: Information or spending time that does not increase, or no look at all.
    """
    amount = np.atleast_1d(np.asarray(information, dtype=np.float64))
    given = amount[np.isfinite(amount)]
    if not given.size or (np.diff(given, prepend=0.0) <= 0.0).any():
        raise DesignError(
            f"Information increases from look to look, from above 0; found {amount.tolist()}. "
            "Write nan where the hypothesis is not tested."
        )
    if spending_time is None:
        return HypothesisSchedule(spending, vector(amount))
    time = np.atleast_1d(np.asarray(spending_time, dtype=np.float64))
    if time.shape != amount.shape or (np.diff(time[np.isfinite(amount)], prepend=0.0) < 0.0).any():
        raise DesignError(
            f"Spending times never fall, one for each look; found {time.tolist()}. "
            "Give fractions of the alpha's time, up to 1."
        )
    return HypothesisSchedule(spending, vector(amount), vector(time))


def efficacy_bounds(plan: HypothesisSchedule, alpha: float) -> Vector:
    """Give the one-sided z bounds that spend alpha; infinite where nothing is spent.

    Accuracy: 1e-10.
    Witness: gsDesign 3.11 and rpact 3.3.4 (nph16: the same design at two alphas).

    >>> from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
    >>> plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [0.5, 1.0])
    >>> efficacy_bounds(plan, 0.025).round(4).tolist()
    [2.9626, 1.9686]
    """
    bounds = np.full(plan.information.size, np.nan)
    looks = plan.tested
    if alpha <= 0.0:
        bounds[looks] = np.inf
        return frozen(bounds)
    time = plan.information if plan.spending_time is None else plan.spending_time
    spent = np.diff(np.minimum(plan.spending(time[looks], alpha), alpha), prepend=0.0)
    bounds[looks] = _bounds(plan.information[looks], spent)
    return frozen(bounds)


def _bounds(information: Vector, spent: Vector) -> Vector:
    """Give the bounds that spend these errors, one after the other."""
    bounds, running = np.full(information.size, np.inf), START
    for k in range(information.size):
        arriving = step(running, float(information[k]))
        bounds[k] = arriving.upper(max(float(spent[k]), 0.0))
        if k + 1 < information.size:
            reach = REACH * arriving.root
            region = (-reach, min(reach, float(bounds[k]) * arriving.root))
            running = arriving.go_on([region], float(information[k + 1]))
            if not running.mass.size:  # everything is spent
                bounds[k + 1 :] = -np.inf
                break
    return bounds


def bounds_at_levels(plan: HypothesisSchedule, levels: ArrayLike) -> Matrix:
    """Give the bounds at each level the hypothesis could be tested at.

    Returns (levels, looks): the table to plan a graph with.

    Witness: nph16; each row is `efficacy_bounds`.

    >>> from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
    >>> plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [0.5, 1.0])
    >>> bounds_at_levels(plan, [0.0125, 0.025]).round(3).tolist()
    [[3.345, 2.246], [2.963, 1.969]]
    """
    rows = [efficacy_bounds(plan, float(level)) for level in np.atleast_1d(np.asarray(levels))]
    return frozen(np.array(rows))


def repeated_p_values(plan: HypothesisSchedule, z: ArrayLike) -> Vector:
    """Give the smallest level at which each look, by itself, rejects.

    Args:
        plan: At least as many looks as there are statistics.
        z: (looks so far,) one-sided, positive in favor of the alternative.

    Accuracy: 1e-9 relative.
    Witness: mon_repeated_p, lr09, lrstat repeatedPValue.

    >>> from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
    >>> plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [0.4, 0.75, 1.0])
    >>> repeated_p_values(plan, [1.6, 2.1, 2.3]).round(6).tolist()
    [0.224516, 0.040961, 0.011851]
    """
    statistic = np.atleast_1d(np.asarray(z, dtype=np.float64))
    if statistic.size > plan.information.size:
        raise DesignError(
            f"{statistic.size} statistics for {plan.information.size} looks. Plan as many looks "
            "as there are statistics."
        )
    result = np.full(statistic.size, np.nan)
    for look in plan.tested[plan.tested < statistic.size]:
        so_far = _until(plan, int(look))
        result[look] = _level(so_far, float(statistic[look]))
    return frozen(result)


def sequential_p_value(plan: HypothesisSchedule, z: ArrayLike) -> float:
    """Give the smallest level at which some look so far rejects.

    Witness: law (the least of the repeated p-values), as gsDesign sequentialPValue.

    >>> from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
    >>> plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [0.5, 1.0])
    >>> round(sequential_p_value(plan, [2.9626, 1.0]), 4)
    0.025
    """
    repeated = repeated_p_values(plan, z)
    return float(np.nanmin(repeated)) if np.isfinite(repeated).any() else 1.0


def stagewise_levels(plan: HypothesisSchedule, alpha: float) -> Vector:
    """Give the nominal one-sided p that each look has to reach.

    Witness: `efficacy_bounds` on the scale of p.

    >>> from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
    >>> plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [0.5, 1.0])
    >>> stagewise_levels(plan, 0.025).round(5).tolist()
    [0.00153, 0.0245]
    """
    check_alpha(alpha)
    bounds = efficacy_bounds(plan, alpha)
    return vector([upper_tail(float(z)) for z in bounds])


def z_of_p_values(p_values: ArrayLike) -> Matrix:
    """Give the one-sided z of p-values, as the tests look by look take them.

    Args:
        p_values: (looks, hypotheses); nan where not tested.

    Raises:
        DesignError: A p-value outside [0, 1].
    Witness: closed form.

    >>> z_of_p_values([[0.025, float("nan")]]).round(4).tolist()
    [[1.96, nan]]
    """
    p = np.atleast_2d(np.asarray(p_values, dtype=np.float64))
    wrong = (p < 0.0) | (p > 1.0)
    if wrong.any():
        raise DesignError(
            f"P-values lie between 0 and 1; found {p[wrong][0]:g}. Correct it, or write nan where "
            "a hypothesis was not tested."
        )
    return frozen(upper_quantiles(p))


def _until(plan: HypothesisSchedule, look: int) -> HypothesisSchedule:
    time = None if plan.spending_time is None else plan.spending_time[: look + 1]
    return HypothesisSchedule(plan.spending, plan.information[: look + 1], time)


def _level(plan: HypothesisSchedule, z: float) -> float:
    """Find the level whose last bound is z."""

    def excess(probit: float) -> float:
        level = min(max(upper_tail(probit), 5e-324), LARGEST)
        return float(efficacy_bounds(plan, level)[-1]) - z

    if z >= 38.0:  # noqa: PLR2004 - the nominal p is below the smallest number
        return 0.0
    lowest = upper_quantile(LARGEST)
    if excess(lowest) > 0.0:
        return 1.0
    return upper_tail(rising_root(excess, z, slope=1.0, within=(lowest, z)))

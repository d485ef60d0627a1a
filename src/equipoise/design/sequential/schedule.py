"""What a rule asks of every look: a bound as given, or an error to have spent by then.

A plan of spending asks only that the chance of having crossed by look k be α(t_k); which z
does that depends on what the looks before let through, and is found by walking through them:

    P(Z_k ≥ u_k, none crossed before) = α(t_k) - (spent before).

The lower side is the same in the mirror.  A look without a bound has z = ±inf; what would
have been spent there is spent at the next look that has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.design.sequential.rules import Spending
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Vector, vector

ROUNDING = 1e-9  # of a spending function, relative to its total


@dataclass(frozen=True, slots=True)
class Schedule:
    """One side of a design, look by look."""

    z: Vector  # as given; ±inf: no bound here; nan: the bound that spends
    spent: Vector  # cumulative error to have spent by the looks whose z is nan


def given(z: Sequence[float] | Vector) -> Schedule:
    """Bounds that are known."""
    return Schedule(vector(z), np.zeros(len(z)))


def spending_schedule(
    spending: Spending,
    fraction: Vector,
    total: float,
    *,
    tested: Flags,
    absent: float,
) -> Schedule:
    """Spend `total` by the fractions, at the looks that are tested.

    Args:
        spending: the function.
        fraction: (looks,) of information or time; more than 1 counts as 1.
        total: the error to spend in all.
        tested: (looks,) where there is a bound.
        absent: `inf` or `-inf`: the bound of a look that has none.
    """
    return Schedule(
        np.where(tested, np.nan, absent), cumulative_spending(spending, fraction, total)
    )


def cumulative_spending(spending: Spending, fraction: Vector, total: float) -> Vector:
    """Ask a spending function, and refuse an answer that is none.

    Raises:
        DesignError: It does not start at 0, falls, or ends elsewhere than at `total`.
    """
    at = np.concatenate([[0.0], np.minimum(fraction, 1.0), [1.0]])
    with np.errstate(all="ignore"):
        answer = np.asarray(spending(vector(at), total), dtype=np.float64)
    if answer.shape != at.shape:
        raise DesignError(
            f"The spending function {name(spending)} gave {answer.size} values for {at.size} "
            "fractions; it must give the cumulative error spent at each."
        )
    slack = ROUNDING * total
    if not abs(answer[0]) <= slack:
        raise DesignError(
            f"The spending function {name(spending)} gives {answer[0]:g} at fraction 0; "
            "nothing can be spent before the trial starts, so it must give 0 there."
        )
    if not abs(answer[-1] - total) <= slack:
        raise DesignError(
            f"The spending function {name(spending)} gives {answer[-1]:g} at fraction 1; "
            f"it must have spent the total, {total:g}, by then."
        )
    spent = answer[1:-1]
    wrong = ~(np.isfinite(spent) & (spent <= total + slack) & (np.diff(answer[:-1]) >= -slack))
    if wrong.any():
        look = int(np.argmax(wrong))
        raise DesignError(
            f"The spending function {name(spending)} gives {spent[look]:g} at look {look + 1} "
            f"(fraction {at[look + 1]:g}) after {answer[look]:g}; it may never fall, nor "
            f"exceed the total of {total:g}."
        )
    return np.maximum.accumulate(np.clip(spent, 0.0, total))


def name(spending: Spending) -> str:
    """Name a spending function in a message."""
    return str(getattr(spending, "__name__", spending))


def looks_tested(looks: tuple[int, ...] | None, count: int, side: str) -> Flags:
    """Mark the looks, counted from 1, at which a side is tested; all by default.

    Raises:
        DesignError: A look is not one of the design's.
    """
    if looks is None:
        return np.ones(count, dtype=np.bool_)
    wrong = [look for look in looks if not 1 <= look <= count or look != int(look)]
    if wrong or not looks:
        raise DesignError(
            f"{side} is to be tested at looks {list(looks)}, but the looks are 1 to {count}; "
            "name looks of the design, at least one."
        )
    tested = np.zeros(count, dtype=np.bool_)
    tested[np.array(looks, dtype=np.int64) - 1] = True
    return tested


@dataclass(frozen=True, slots=True)
class Family:
    """Upper bounds `constant` × shape, whose constant is to be found."""

    shape: Vector

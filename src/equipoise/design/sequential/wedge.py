"""Draw the bounds of a symmetric two-sided design, with a wedge of futility around zero.

The bounds ±u spend half of alpha on each side.  Under the null everything is symmetric, so
the upper side tells all.  A wedge |z| < b of futility (Rudser & Emerson 2008; rpact) spends

    P_θ(|Z_k| < b_k, no bound crossed before) = β(t_k) - β(t_{k-1}),

and closes at the last look.  When it is binding, the walk under the null leaves it out, too.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.sequential.drawing import Truth
from equipoise.design.sequential.schedule import Schedule
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential_walk import REACH, START, Running, Step, step

FARTHER = 2.0  # standard deviations kept beyond REACH, where no bound cuts the score off
SMALLEST = 1e-300  # probability
NOTHING = 1e-14  # relative to the error due: the rounding of a spending function


@dataclass(frozen=True, slots=True)
class Wedge:
    """The bounds of a symmetric two-sided design, and what its wedge spends under a drift."""

    upper: Vector  # (looks,)
    inner: Vector  # (looks,) b: futility within ±b; 0 where none
    missed: float  # chance of ending within it, or between the last bounds


def upper_bounds(schedule: Schedule, information: Vector, inner: Vector | None = None) -> Vector:
    """Give the bounds of a symmetric test whose wedge of futility, if binding, is known.

    Args:
        schedule: the upper side's z as given, or the error it is to have spent.
        information: (looks,) fractions.
        inner: (looks,) half width of the wedge; 0 or None where none.

    Witness: rpact (rp05).
    """
    wedge = np.zeros(information.size) if inner is None else inner
    running, spent = START, 0.0
    upper = np.empty(information.size)
    for k in range(information.size):
        at = step(running, float(information[k]))
        upper[k], spent = bound(schedule, k, at, spent)
        if k + 1 < information.size:
            running = go_on(at, upper[k], min(wedge[k], upper[k]), float(information[k + 1]))
    return upper


def draw_wedge(
    schedule: Schedule,
    null: Truth,
    alternative: Truth,
    beta: Vector,
    judged: Flags,
    *,
    binding: bool,
) -> Wedge:
    """Find both the efficacy bounds and the wedge that spends beta under the alternative.

    Args:
        schedule: the upper side's z as given, or the error it is to have spent.
        null: as for the type I error.
        alternative: under which beta is spent.
        beta: (looks,) cumulative error of the wedge, where it is judged.
        judged: (looks,) where it is judged.
        binding: whether the efficacy bounds rely on the wedge.

    Witness: rpact (gs-rpact-0043 to 0059).
    """
    looks = beta.size
    moves = np.diff(alternative.mean, prepend=0.0)
    under_null, under_alternative = START, START
    spent = futile = undecided = 0.0
    upper, inner = np.empty(looks), np.zeros(looks)
    for k in range(looks):
        at_null = step(under_null, float(null.information[k]))
        at = step(under_alternative, float(alternative.information[k]), float(moves[k]))
        upper[k], spent = bound(schedule, k, at_null, spent)
        if k + 1 == looks:
            undecided = at.between(-upper[k], upper[k])
            break
        if judged[k]:
            inner[k] = half_width(at, float(beta[k]) - futile, upper[k])
            futile += at.between(-inner[k], inner[k])
        obeyed = inner[k] if binding else 0.0
        under_null = go_on(at_null, upper[k], obeyed, float(null.information[k + 1]))
        under_alternative = go_on(
            at, upper[k], inner[k], float(alternative.information[k + 1]), alternative.mean[k]
        )
    return Wedge(upper, inner, futile + undecided)


def bound(schedule: Schedule, look: int, at: Step, spent: float) -> tuple[float, float]:
    """Give the z of one look, and what the side has spent with it.

    Raises:
        DesignError: The bounds before have spent more than is due.
    """
    z = float(schedule.z[look])
    if not np.isnan(z):
        return z, spent + (at.above(z) if np.isfinite(z) else 0.0)
    due = float(schedule.spent[look])
    if due - spent < -1e-12 * due:
        raise DesignError(
            f"The bounds before look {look + 1} spend {spent:.6g} on each side, more than the "
            f"{due:.6g} to have been spent by then; move them outward or raise alpha."
        )
    if due - spent <= NOTHING * due:
        return np.inf, spent
    return at.upper(due - spent), due


def half_width(at: Step, spend: float, widest: float) -> float:
    """Give the b whose |z| < b holds a trial with chance `spend`; at most the efficacy bound."""
    if spend <= 0.0:
        return 0.0
    most = at.between(-widest, widest)
    if spend >= most:
        return widest
    start = max(at.lower(spend), 0.1)  # the lower side's share adds to this bound, if anything

    def excess(width: float) -> float:
        return float(np.log(max(at.between(-width, width), SMALLEST) / spend))

    return rising_root(excess, start, slope=1.0 / start, within=(0.0, widest))


def go_on(at: Step, upper: float, inner: float, following: float, mean: float = 0.0) -> Running:
    """Let the trials between the bounds, outside the wedge, run on.

    Args:
        at: the score on arriving.
        upper: z; the lower bound is its mirror.
        inner: z; half width of the wedge, 0 for none.
        following: information at the next look.
        mean: of the score.
    """
    if inner <= 0.0:
        return go_on_between(at, -upper, upper, following, mean)
    low, high = within_reach(at, -upper, upper, mean)
    gap = inner * at.root
    return at.go_on([(low, min(high, -gap)), (max(low, gap), high)], following)


def go_on_between(
    at: Step, lower: float, upper: float, following: float, mean: float = 0.0
) -> Running:
    """Let the trials between two bounds run on."""
    return at.go_on([within_reach(at, lower, upper, mean)], following)


def within_reach(at: Step, lower: float, upper: float, mean: float) -> tuple[float, float]:
    """Give two bounds as scores, where they are infinite as far as trials go."""
    reach = (REACH + FARTHER) * at.root
    return max(lower * at.root, mean - reach), min(upper * at.root, mean + reach)


def wedge(half_width: Vector) -> Matrix:
    """Give the region ±b at each look, nan where b is not above 0."""
    width = np.where(half_width > 0.0, half_width, np.nan)
    return np.column_stack([-width, width])

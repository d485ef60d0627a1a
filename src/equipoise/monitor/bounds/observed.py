"""The bounds of thousands of trials at the information each of them has observed.

The same numbers as `updated_design` gives one trial at a time, from compiled walks along all the
paths of information at once.  What these cannot walk (a wedge or a bound that spends on harm,
binding futility by conditional power, rules that no other look can be read by) is left to it.
"""

from functools import cache

import numpy as np

from equipoise.design.sequential.futility_rules import (
    by_conditional_power,
    by_predictive_power,
)
from equipoise.design.sequential.reading import SAME, as_planned, moved
from equipoise.design.sequential.rules import (
    ConditionalPowerFutility,
    EffectFutility,
    FixedFutility,
    PredictivePowerFutility,
    SpendBeta,
    SpendBothSides,
    SpendUnderNull,
)
from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.monitor.bounds.observed_schedules import (
    Paths,
    Side,
    effect_futility,
    efficacy_side,
    fixed_futility,
    futility_side,
    spending_side,
)


@cache
def mesh() -> tuple[Matrix, Matrix]:
    """Give the points and weights of the walks, worked out once."""
    from equipoise.kernel.bound_walks import points_and_weights  # noqa: PLC0415 - it compiles

    return points_and_weights()


def walk(paths: Paths, upper: Side, lower: Side | None, *, mean: Matrix | None = None) -> Matrix:
    """Walk along every path, and give (paths, 2, looks) upper and lower z; NaN: not found.

    Args:
        paths: trials.
        upper: side that spends under no effect.
        lower: the other side, on the same walk; None: its mirror.
        mean: (paths, looks) of the score, where it is not 0.
    """
    information = paths.information if mean is None else paths.their_information
    drift = np.zeros(information.shape) if mean is None else mean
    floor = np.full(information.shape, -np.inf)
    if lower is not None and bool(np.all(lower.z == -np.inf)):
        floor = worth_following(information, upper.least())
    at, moved, least = (each[:, None, :] for each in (information, drift, floor))
    return drawn(at, moved, upper, lower, least)


def walk_beside(paths: Paths, upper: Side, lower: Side) -> Matrix:
    """Walk under the null and the alternative side by side, both stopping at both bounds."""
    information = np.stack([paths.information, paths.their_information], axis=1)
    mean = np.stack([np.zeros(paths.information.shape), paths.mean], axis=1)
    return drawn(information, mean, upper, lower, np.full(mean.shape, -np.inf))


def drawn(
    information: Matrix, mean: Matrix, upper: Side, lower: Side | None, floor: Matrix
) -> Matrix:
    """Hand paths to the compiled walk."""
    from equipoise.kernel.bound_walks import draw_paths  # noqa: PLC0415 - it compiles

    up = upper.walked()
    down = up.copy() if lower is None else lower.walked(-1.0)
    at, drift, least = map(np.ascontiguousarray, (information, mean, floor))
    found = draw_paths(at, drift, up, down, least, int(lower is None), mesh())
    found &= np.all(up[:, 0] > -np.inf, axis=1)
    return np.where(found[:, None, None], np.stack([up[:, 0], -down[:, 0]], axis=1), np.nan)


def worth_following(information: Matrix, least: Matrix) -> Matrix:
    """Give the score at each look below which no later upper bound is in reach.

    See `kernel.sequential.worth_following`.
    """
    from equipoise.kernel.bound_walks import REACH  # noqa: PLC0415 - it compiles

    floor = np.full(information.shape, np.inf)
    for now in range(information.shape[1] - 1):
        at, later = information[:, now, None], information[:, now + 1 :]
        part = at / later
        back = least[:, now + 1 :] * np.sqrt(later) * part - REACH * np.sqrt(at * (1.0 - part))
        floor[:, now] = np.min(back, axis=1)
    floor[np.isinf(floor)] = -np.inf
    return floor


def observed_bounds(paths: Paths) -> Matrix:
    """Give (paths, 4) bounds of the last look: upper, lower, harm, futility from; NaN: not drawn.

    Accuracy: 1e-8 in z.
    Witness: `updated_design`, path by path.
    """
    result = np.full((paths.information.shape[0], 4), np.nan)
    stopping = paths.design.asked.stopping
    if stopping.harm is not None:
        return result
    if stopping.sides == 1:
        upper, lower = one_sided(paths)
        nowhere = np.full(upper.size, -np.inf)
        return np.column_stack([upper, lower, np.where(np.isnan(upper), np.nan, nowhere), nowhere])
    return two_sided(paths)


def one_sided(paths: Paths) -> tuple[Vector, Vector]:
    """Give the last upper and lower z of a one-sided design."""
    stopping = paths.design.asked.stopping
    rule, unknown = stopping.futility, np.full(paths.information.shape[0], np.nan)
    upper, lower = efficacy_side(paths, stopping.alpha), futility_side(paths)
    binding = rule is not None and rule.binding
    if upper is None or (lower is None and (binding or isinstance(rule, SpendUnderNull))):
        return unknown, unknown
    if binding and lower is not None:
        two_walks = isinstance(rule, SpendBeta)
        both = walk_beside(paths, upper, lower) if two_walks else walk(paths, upper, lower)
        return at_last(paths, both[:, 0, -1], both[:, 1, -1])
    nowhere = np.full(paths.information.shape, -np.inf)
    known = walk(paths, upper, Side(nowhere, nowhere))[:, 0]
    if lower is None:
        return at_last(paths, known[:, -1], chance_futility(paths, stopping.alpha))
    if isinstance(rule, SpendBeta | SpendUnderNull):
        missing = np.asarray(np.isnan(known).any(axis=1))
        given = Side(np.where(missing[:, None], np.inf, known), np.zeros(known.shape))
        mean = paths.mean if isinstance(rule, SpendBeta) else None
        z = walk(paths, given, lower, mean=mean)[:, 1, -1]
        return at_last(paths, known[:, -1], np.where(missing, np.nan, z))
    return at_last(paths, known[:, -1], lower.z[:, -1])


def at_last(paths: Paths, upper: Vector, lower: Vector) -> tuple[Vector, Vector]:
    """Let futility end at efficacy where the look is the last one."""
    return upper, np.where(paths.final | (lower == np.inf), np.minimum(lower, upper), lower)


def two_sided(paths: Paths) -> Matrix:
    """Give the last bounds of a two-sided design."""
    stopping = paths.design.asked.stopping
    rule, efficacy = stopping.futility, stopping.efficacy
    trials = paths.information.shape[0]
    unknown, nowhere = np.full((trials, 4), np.nan), np.full(trials, -np.inf)
    if isinstance(rule, SpendBeta | SpendUnderNull) or (rule is not None and rule.binding):
        return unknown
    if isinstance(efficacy, SpendBothSides):
        share = stopping.alpha - efficacy.alpha_lower
        up = spending_side(paths, efficacy.upper, share, efficacy.looks)
        low = spending_side(paths, efficacy.lower, efficacy.alpha_lower, efficacy.looks)
        both = walk(paths, up, Side(-low.z, low.due))
    else:
        side = efficacy_side(paths, stopping.alpha / 2.0)
        if side is None:
            return unknown
        both = walk(paths, side, None)
    upper, harm = both[:, 0, -1], both[:, 1, -1]
    if rule is None or paths.final:
        return np.column_stack([upper, nowhere, harm, nowhere])
    if isinstance(rule, FixedFutility) and rule.symmetric:
        width = float(fixed_futility(paths, rule)[-1])
        within = (width, -width) if width > 0.0 else (-np.inf, -np.inf)
        wedge = np.broadcast_to(within, (trials, 2))
        return np.column_stack([upper, wedge[:, 0], harm, wedge[:, 1]])
    if isinstance(rule, FixedFutility):
        futile = np.full(trials, fixed_futility(paths, rule)[-1])
    elif isinstance(rule, EffectFutility):
        futile = effect_futility(paths, rule)[:, -1]
    else:
        futile = chance_futility(paths, stopping.alpha / 2.0)
    stops = futile > harm
    return np.column_stack(
        [upper, np.where(stops, futile, -np.inf), harm, np.where(stops, harm, -np.inf)]
    )


def chance_futility(paths: Paths, alpha: float) -> Vector:
    """Give the z at which conditional or predictive power is the threshold.

    It needs the last efficacy bound, those of the looks to come being as planned.
    """
    rule, design = paths.design.asked.stopping.futility, paths.design
    assert isinstance(rule, ConditionalPowerFutility | PredictivePowerFutility)  # noqa: S101
    nowhere = np.full(paths.information.shape[0], -np.inf)
    here = len(paths.planned)
    kept = moved(rule.looks, paths.looks)
    if paths.final or (kept is not None and here not in kept):
        return nowhere
    below = rule.below if isinstance(rule.below, tuple) else (rule.below,)
    if len(below) > 1:
        below = as_planned((*below, 0.0), paths.looks, "threshold of futility")
    after = design.looks - 1 if paths.planned[-1] is None else paths.planned[-1] + 1
    coming = np.asarray(design.information[after:] > paths.information[:, -1:] + SAME)
    result = np.full(nowhere.size, np.nan)
    for skipped in np.unique((~coming).sum(axis=1)):
        rows = (~coming).sum(axis=1) == skipped
        result[rows] = _by_chance(
            paths, rows, range(after + int(skipped), design.looks), below[-1], alpha
        )
    return result


def _by_chance(paths: Paths, rows: Flags, coming: range, below: float, alpha: float) -> Vector:
    design, rule = paths.design, paths.design.asked.stopping.futility
    had = paths.information[rows]
    later = np.broadcast_to(design.information[list(coming)], (had.shape[0], len(coming)))
    whole = Paths(
        design,
        np.concatenate([had, later], axis=1),
        (*paths.planned, *coming),
        final=False,
        given_time=None if paths.given_time is None else paths.given_time[rows],
        complete=True,
    )
    upper = efficacy_side(whole, alpha)
    if upper is None:
        return np.full(had.shape[0], np.nan)
    nothing = np.full(whole.information.shape, -np.inf)
    both = walk(whole, upper, None if design.sides > 1 else Side(nothing, nothing))
    last_bound, at = both[:, 0, -1], had.shape[1] - 1
    mean_z = whole.mean / np.sqrt(whole.their_information)
    information = np.append(whole.information[:, at], design.information[-1])
    means = np.append(mean_z[:, at], mean_z[0, -1])
    formula = (
        by_conditional_power if isinstance(rule, ConditionalPowerFutility) else by_predictive_power
    )
    threshold = np.full(had.shape[0], below)
    return formula(rule, threshold, information, means, last_bound)  # type: ignore[arg-type]

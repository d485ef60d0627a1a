"""What a trial that ended has shown, given that it could have ended before: stage-wise ordering.

Outcomes (look, z) are ordered by the look at which an upper bound is crossed, then by z
(Armitage 1957; Fairbanks & Madsen 1982; Tsiatis, Rosner & Mehta 1984).  With G(θ) the chance of
an outcome at or above that of the trial (see `kernel.stopped_walks`),

    p = G(0),    median-unbiased estimate: G(θ) = 1/2,    limits: G(θ) = (1 ∓ level)/2.

Only looks before the last one count, so that the same holds for a trial that ended without
crossing anything, for futility or for other reasons.  Futility bounds that are non-binding are
left out of the ordering: the trial might have gone on.  Binding ones, and the lower efficacy
bounds of a two-sided test, are obeyed in it.  z is of the parameter θ, with z = θ̂ √information.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.sequential.asked import CLOSEST
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector, frozen
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import stopping_probability
from equipoise.monitor.bounds.observed import mesh
from equipoise.monitor.bounds.rules import (
    CONTINUE,
    Decisions,
    FixedBounds,
    HypothesisRules,
    StoppingRules,
)

FARTHEST = 8.5  # standard errors: no limit lies farther from all bounds
SMALLEST, ROUNDING = 1e-300, 1e-16  # of probabilities


@dataclass(frozen=True, slots=True)
class StagewiseInference:
    """Inference by the stage-wise ordering, an entry a trial; nan where a trial has no z."""

    p_value: Vector  # one-sided, of no effect against a positive one
    estimate: Vector  # median-unbiased
    lower: Vector
    upper: Vector
    level: float
    assumed: tuple[str, ...]


def stagewise_inference(
    z: ArrayLike,
    look: ArrayLike,
    information: ArrayLike,
    upper: ArrayLike,
    *,
    lower: ArrayLike | None = None,
    level: float = 0.95,
) -> StagewiseInference:
    """Give p-value, estimate and limits of trials that have ended, adjusted for their looks.

    Args:
        z: (trials,) at the end; nan where there is none.
        look: (trials,) at which it was, from 0.
        information: (trials, looks) 1 / variance of the estimate; or (looks,) the same for all.
        upper: (trials, looks) or (looks,) bounds of efficacy on z before the last look, nan or
            infinite where there was none.
        lower: likewise, where trials ended at or below and the ordering obeys it.
        level: of the interval, two-sided.

    Raises:
        DesignError: The parts do not fit together, or the level is none.

    Accuracy: 1e-8 standard errors.
    Witness: mon_stagewise (independent integrator, rpact 3.3.4, lrstat 0.3.3); coverage and
        median by simulation.

    >>> found = stagewise_inference([2.3], [2], [15.0, 28.125, 37.5], [3.356869, 2.344907, np.nan])
    >>> [round(float(each[0]), 4) for each in (found.p_value, found.estimate)]
    [0.0155, 0.3627]
    """
    check_level(level)
    last = np.atleast_1d(np.asarray(z, dtype=np.float64))
    at = np.broadcast_to(np.asarray(look, dtype=np.int64), last.shape)
    seen, bounds = (
        np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (information, upper)
    )
    looks = seen.shape[-1] if seen.ndim else 0
    there = not at.size or 0 <= at.min() <= at.max() < looks
    if not bounds.ndim or bounds.shape[-1] != looks or not there:
        raise DesignError(
            f"Information is {seen.shape}, bounds are {bounds.shape}, for trials that ended at "
            f"looks {np.unique(at + 1).tolist()}; give both for every look."
        )
    down = np.full(looks, -np.inf) if lower is None else np.asarray(lower, dtype=np.float64)
    shape = (last.size, looks)
    whole = [np.array(np.broadcast_to(each, shape)) for each in (seen, bounds, down)]
    ended = ~np.isnan(last)
    ended &= np.take_along_axis(whole[0], at[:, None], axis=1)[:, 0] > 0.0
    seen, bounds, down = (each[ended] for each in whole)
    compact = looks_that_count(seen, bounds, down, at[ended])
    result = np.full((last.size, 4), np.nan)
    result[ended] = _inference(last[ended], *compact, level)
    p_value, low, middle, high = (frozen(np.ascontiguousarray(each)) for each in result.T)
    return StagewiseInference(p_value, middle, low, high, level, _conventions(lower is not None))


def _conventions(obeyed: bool) -> tuple[str, ...]:  # noqa: FBT001
    return ("Outcomes are ordered by stage, then by z.", about_lower(obeyed=obeyed))


def about_lower(*, obeyed: bool) -> str:
    """Say what lower bounds mean to an ordering."""
    if obeyed:
        return "Lower bounds are obeyed in the ordering."
    return "Futility is ignored in the ordering, as where it is non-binding."


def check_level(level: float) -> None:
    """Refuse what is no level of an interval.

    Raises:
        DesignError: It does not lie between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise DesignError(f"The level of an interval is {level:g}; give one between 0 and 1.")


def looks_that_count(
    information: Matrix, upper: Matrix, lower: Matrix, at: Codes
) -> tuple[Matrix, Matrix, Matrix, Codes]:
    """Keep the looks that could have ended the trial before, and the one that did.

    The last is where information ends; a look before it with as much information is left out.
    """
    looks = np.arange(information.shape[1])
    ends = np.take_along_axis(information, at[:, None], axis=1)
    before: Flags = looks < at[:, None]
    upper = np.where(before & ~np.isnan(upper), upper, np.inf)
    lower = np.where(before & ~np.isnan(lower), lower, -np.inf)
    counts = before & ((upper < np.inf) | (lower > -np.inf))
    counts &= (information > 0.0) & (information < ends * (1.0 - CLOSEST))
    grown = np.where(counts, information, 0.0)
    most = np.maximum.accumulate(grown, axis=1)
    counts[:, 1:] &= information[:, 1:] > most[:, :-1] * (1.0 + CLOSEST)
    counts |= looks == at[:, None]
    order = np.argsort(~counts, axis=1, kind="stable")
    arrays = (np.take_along_axis(each, order, axis=1) for each in (information, upper, lower))
    kept, up, down = (np.ascontiguousarray(each) for each in arrays)
    return kept, up, down, counts.sum(axis=1)


def _inference(
    z: Vector, information: Matrix, upper: Matrix, lower: Matrix, looks: Codes, level: float
) -> Matrix:
    """Give (trials, 4): p, lower limit, median-unbiased estimate, upper limit."""
    from equipoise.kernel.stopped_walks import stopped_trials  # noqa: PLC0415 - it compiles

    outside = 0.5 * (1.0 - level)
    targets = np.array([outside, 0.5, 1.0 - outside])
    share = upper_quantile(outside / information.shape[1])
    path = information, upper, lower, looks
    result, found = stopped_trials(np.ascontiguousarray(z), *path, targets, share, mesh())
    for trial in np.flatnonzero(~found):
        here = slice(0, int(looks[trial]))
        up, down = upper[trial, here], lower[trial, here]
        result[trial] = one_trial(float(z[trial]), information[trial, here], up, down, targets)
    return result


def one_trial(
    z: float, information: Vector, upper: Vector, lower: Vector, targets: Vector
) -> Vector:
    """Give p and the drifts of one trial, by the walk with all care."""
    root = float(np.sqrt(information[-1]))
    up, down = np.append(upper[:-1], z), np.append(lower[:-1], -np.inf)
    least = float(np.min((up - FARTHEST) / np.sqrt(information)))
    most = float(np.max((np.append(lower[:-1], z) + FARTHEST) / np.sqrt(information)))

    def chance(drift: float) -> float:
        return float(stopping_probability(up, down, information, drift=drift).upper.sum())

    def drift_at(probit: float) -> float:
        def excess(drift: float) -> float:
            at = min(max(chance(drift), SMALLEST), 1.0 - ROUNDING)
            return -upper_quantile(at) - probit

        return rising_root(excess, (z + probit) / root, slope=root, within=(least, most))

    return np.array([chance(0.0), *(drift_at(-upper_quantile(float(q))) for q in targets)])


def inference_at_stopping(
    rules: StoppingRules,
    decisions: Decisions,
    z: Matrix,
    information: Matrix,
    *,
    level: float = 0.95,
) -> StagewiseInference:
    """Give inference for every hypothesis of trials that have been decided.

    A hypothesis ends at the look that decided it, or where its trial stopped.  Its bounds are
    those its looks were held against.

    Args:
        rules: by which they were decided.
        decisions: what was.
        z: (trials, looks, hypotheses), as in the evidence.
        information: likewise, 1 / variance of the estimate (events say too little).
        level: of the intervals, two-sided.

    Returns:
        Arrays (trials, hypotheses).

    Witness: `stagewise_inference`, hypothesis by hypothesis.
    """
    rows = np.arange(z.shape[0])
    found = np.full((4, z.shape[0], z.shape[2]), np.nan)
    obeyed = False
    for j, each in enumerate(rules.hypotheses):
        ended = decisions.decision[:, :, j] > CONTINUE
        at = np.where(ended.any(axis=1), np.argmax(ended, axis=1), decisions.stopped)
        lower = obeyed_bounds(each, decisions, j)
        obeyed |= lower is not None
        answer = stagewise_inference(
            z[rows, at, j],
            at,
            information[:, :, j],
            decisions.bound[:, :, j],
            lower=lower,
            level=level,
        )
        found[:, :, j] = answer.p_value, answer.estimate, answer.lower, answer.upper
    p_value, estimate, low, high = (frozen(values) for values in found)
    return StagewiseInference(p_value, estimate, low, high, level, _conventions(obeyed))


def obeyed_bounds(rules: HypothesisRules, decisions: Decisions, j: int) -> Matrix | None:
    """Give the lower bounds that the ordering obeys: binding ones, and those of two-sided tests."""
    if isinstance(rules.bounds, FixedBounds):
        return None
    design = rules.bounds.design
    if design.sides > 1:
        return None if decisions.harm is None else decisions.harm[:, :, j]
    return decisions.lower[:, :, j] if design.binding and rules.futility_obeyed else None

"""What a trial that ended has shown, its outcomes ordered by what they say of the effect.

Unlike the stage-wise ordering, these compare outcomes of all looks by one number: the sample mean
z / √I (Emerson & Fleming 1990), the signed root of the likelihood ratio z - θ√I (Chang 1989; Rosner
& Tsiatis 1988), or the score z√I - θI (ibid.).  With G(θ) the chance under θ of an outcome at or
above that of the trial (see `kernel.ordered_walks`),

    p = G(0),    estimate: G(θ) = 1/2,    limits: G(θ) = (1 ∓ level)/2.

A trial that crossed a bound could have gone on: the looks it did not reach count, at the
information planned for them.  A trial that ended otherwise is read as one whose last look this was.
The last two orders depend on θ, so that a confidence set need not be an interval: then the limits
are those of the smallest interval that holds it, and `hull` tells so.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.sequential.asked import CLOSEST
from equipoise.errors import DesignError, DidNotConverge
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector, flags, frozen
from equipoise.kernel.normal import upper_quantile
from equipoise.monitor.bounds.observed import mesh
from equipoise.monitor.inference.stagewise import about_lower, check_level, looks_that_count

Ordering: TypeAlias = Literal["likelihood ratio", "sample mean", "score"]
POWER: dict[Ordering, float] = {"sample mean": 1.0, "likelihood ratio": 0.5, "score": 0.0}
BEYOND = 0.1  # standard errors that a search goes farther than it must


@dataclass(frozen=True, slots=True)
class OrderedInference:
    """Inference by one ordering, an entry a trial; nan where a trial has no z."""

    ordering: Ordering
    p_value: Vector  # one-sided, of no effect against a positive one
    estimate: Vector  # median-unbiased
    lower: Vector
    upper: Vector
    hull: Flags  # where the confidence set is no interval, or the median not one number
    level: float
    assumed: tuple[str, ...]


def ordered_inference(
    ordering: Ordering,
    z: ArrayLike,
    look: ArrayLike,
    information: ArrayLike,
    upper: ArrayLike,
    *,
    lower: ArrayLike | None = None,
    level: float = 0.95,
) -> OrderedInference:
    """Give p-value, estimate and limits of trials that have ended, by one of three orderings.

    Args:
        ordering: of outcomes.
        z: (trials,) at the end; nan where there is none.
        look: (trials,) at which it was, from 0.
        information: (trials, looks) 1 / variance of the estimate, of looks not reached as planned;
            or (looks,) the same for all.
        upper: (trials, looks) or (looks,) bounds of efficacy on z, nan or infinite where none; a
            trial at or above it has crossed.  At the last look there is nothing to cross.
        lower: likewise, where trials ended at or below and the ordering obeys it.
        level: of the interval, two-sided.

    Raises:
        DesignError: The parts do not fit together, or the level is none.

    Accuracy: 1e-8 standard errors.
    Witness: quadrature over all looks at once and 10⁷ simulated trials (tests/twice); coverage and
        median by simulation.

    >>> looks = [15.0, 28.125, 37.5], [3.356869, 2.344907, 2.012494]
    >>> found = ordered_inference("sample mean", 2.8, 1, *looks)
    >>> [round(float(each[0]), 4) for each in (found.p_value, found.estimate)]
    [0.0028, 0.5164]
    """
    check_level(level)
    if ordering not in POWER:
        raise DesignError(f"An ordering {ordering!r} is not known; name one of {', '.join(POWER)}.")
    last, at, seen, up, down = _arrays(z, look, information, upper, lower)
    result, hull = np.full((last.size, 4), np.nan), np.zeros(last.size, dtype=np.bool_)
    known = ~np.isnan(last)
    known &= np.take_along_axis(seen, at[:, None], axis=1)[:, 0] > 0.0
    if known.any():
        seen, up, down = (each[known] for each in (seen, up, down))
        ended = last[known], at[known], seen, up, down
        result[known], hull[known] = _inference(POWER[ordering], *ended, level=level)
    p_value, low, middle, high = (frozen(np.ascontiguousarray(each)) for each in result.T)
    said = conventions(ordering, obeyed=lower is not None)
    return OrderedInference(ordering, p_value, middle, low, high, flags(hull), level, said)


def conventions(ordering: Ordering, *, obeyed: bool) -> tuple[str, ...]:
    """Say what an ordering assumes."""
    by = {
        "sample mean": "by the estimated effect (sample mean)",
        "likelihood ratio": "by the signed likelihood ratio against the effect in question",
        "score": "by the score against the effect in question",
    }[ordering]
    looks = (
        "Looks that a trial did not reach after crossing a bound count as planned; a trial that "
        "ended without crossing is read as if this look had been planned as its last."
    )
    return (f"Outcomes of all looks are ordered {by}.", looks, about_lower(obeyed=obeyed))


def _arrays(
    z: ArrayLike,
    look: ArrayLike,
    information: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike | None,
) -> tuple[Vector, Codes, Matrix, Matrix, Matrix]:
    """Give z, look, and (trials, looks) information and bounds."""
    last = np.atleast_1d(np.asarray(z, dtype=np.float64))
    at = np.array(np.broadcast_to(np.asarray(look, dtype=np.int64), last.shape))
    seen, up = (np.atleast_1d(np.asarray(each, dtype=np.float64)) for each in (information, upper))
    looks = seen.shape[-1]
    down = np.full(looks, -np.inf) if lower is None else np.asarray(lower, dtype=np.float64)
    there = not at.size or 0 <= at.min() <= at.max() < looks
    if up.shape[-1] != looks or np.atleast_1d(down).shape[-1] != looks or not there:
        raise DesignError(
            f"Information is {seen.shape}, bounds are {up.shape} and {np.shape(down)}, for trials "
            f"that ended at looks {np.unique(at + 1).tolist()}; give each for every look."
        )
    shape = (last.size, looks)
    whole = [np.array(np.broadcast_to(each, shape)) for each in (seen, up, down)]
    return last, at, whole[0], whole[1], whole[2]


def last_looks(z: Vector, look: Codes, information: Matrix, upper: Matrix, lower: Matrix) -> Codes:
    """Give the last look that each trial could have had: its own where it crossed nothing."""
    here = look[:, None]
    up, down = (np.take_along_axis(each, here, axis=1)[:, 0] for each in (upper, lower))
    crossed = (z >= up) | (z <= down)  # false where there is no bound: nan
    seen = np.take_along_axis(information, here, axis=1)
    later = np.arange(information.shape[1]) > here
    later &= information > seen * (1.0 + CLOSEST)
    most = np.argmax(np.where(later, information, -np.inf), axis=1)
    return np.where(crossed & later.any(axis=1), most, look)


def _inference(
    power: float,
    z: Vector,
    look: Codes,
    information: Matrix,
    upper: Matrix,
    lower: Matrix,
    *,
    level: float,
) -> tuple[Matrix, Flags]:
    """Give (trials, 4): p, lower limit, median-unbiased estimate, upper limit; and hulls."""
    from equipoise.kernel.ordered_walks import ordered_trials  # noqa: PLC0415 - it compiles

    outside = 0.5 * (1.0 - level)
    targets = np.array([outside, 0.5, 1.0 - outside])
    seen = np.take_along_axis(information, look[:, None], axis=1)[:, 0]
    last = last_looks(z, look, information, upper, lower)
    *path, looks = looks_that_count(np.nan_to_num(information, nan=0.0), upper, lower, last)
    share = upper_quantile(outside / information.shape[1]) + BEYOND
    result, found, hull = ordered_trials(
        z * np.sqrt(seen), seen, (path[0], path[1], path[2]), looks, power, targets, share, mesh()
    )
    if not found.all():
        trial = int(np.flatnonzero(~found)[0])
        raise DidNotConverge(
            f"Limits of a trial with z = {z[trial]:g} at information {seen[trial]:g} were not "
            f"found among looks at {information[trial].tolist()}. Please report this."
        )
    return result, hull

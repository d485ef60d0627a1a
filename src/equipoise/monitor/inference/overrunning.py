"""A trial crossed a bound, and data came in afterwards: what all of the data say.

    deletion      the look that stopped the trial is left out, as if the data in hand now had been
                  looked at in its place: stage-wise, only bounds before it count (Whitehead 1992)
    combination   stage-wise p of the look that stopped, and z of the later data alone, weighted
                  by their information (Hall & Ding 2008):
                  P(θ) = 1 - Φ(√(I/I*) Φ⁻¹(1 - G(θ)) + √(1 - I/I*) z_later(θ))

Deletion is the default: it needs no weights, agrees with the analysis of a trial whose look had
come later, and behaved well where the two were compared (Sooriyarachchi et al. 2003).  Neither
keeps the chances it names exactly, since which look is left out, and the weights, depend on the
data.  A last look with less information than planned (underrunning) needs none of this: its z is
ordered as any other.
"""

import numpy as np

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.normal import upper_quantile, upper_tail
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import stopping_probability
from equipoise.monitor.inference.inference import Limits
from equipoise.monitor.inference.stagewise import (
    ROUNDING,
    SMALLEST,
    check_level,
    looks_that_count,
    stagewise_inference,
)

FARTHEST = 12.0  # standard errors: no limit lies farther from the estimate or from all bounds


def by_deletion(
    z: float, information: float, before: tuple[Vector, Vector, Vector], *, level: float = 0.95
) -> Limits:
    """Give stage-wise inference with the look that stopped the trial left out.

    Args:
        z: with all data.
        information: likewise, 1 / variance of the estimate.
        before: information, upper and lower bounds on z of the looks before the one that stopped
            the trial, (looks,) each; infinite where none.
        level: of the interval, two-sided.

    Raises:
        DesignError: Information that is not above 0, or a level that is none.

    Witness: `stagewise_inference` of the looks that are left.

    >>> before = [15.0], [3.356869], [-np.inf]
    >>> found = by_deletion(2.7, 31.0, tuple(map(vector, before)))
    >>> round(found.p_value, 5), round(found.estimate, 4)
    (0.0037, 0.4837)
    """
    _check(information)
    seen, upper, lower = before
    found = stagewise_inference(
        z,
        seen.size,
        np.append(seen, information),
        np.append(upper, np.nan),
        lower=np.append(lower, np.nan),
        level=level,
    )
    parts = found.p_value, found.estimate, found.lower, found.upper
    return Limits(*(float(each[0]) for each in parts))


def by_combination(
    stopped: tuple[float, float],
    z: float,
    information: float,
    before: tuple[Vector, Vector, Vector],
    *,
    level: float = 0.95,
) -> Limits:
    """Give inference from the look that stopped the trial combined with what came later.

    Args:
        stopped: z and information at the look that stopped the trial.
        z: with all data.
        information: likewise; more than at that look.
        before: as for `by_deletion`.
        level: of the interval, two-sided.

    Raises:
        DesignError: Information that has not grown, or a level that is none.

    Witness: without bounds before, z of all data; its chances by simulation.

    >>> nothing = tuple(map(vector, ([], [], [])))
    >>> found = by_combination((2.5, 28.0), 2.7, 31.0, nothing)
    >>> round(found.p_value - upper_tail(2.7), 12), round(found.estimate * 31.0**0.5, 9)
    (0.0, 2.7)
    """
    check_level(level)
    _check(information)
    if not information > stopped[1] > 0.0:
        raise DesignError(
            f"Information is {information:g} with all data and was {stopped[1]:g} when the trial "
            "stopped; combine data that came in later with those before."
        )
    outside = 0.5 * (1.0 - level)
    root, middle = float(np.sqrt(information)), z / float(np.sqrt(information))
    bounded = [middle, stopped[0] / np.sqrt(stopped[1]), *(before[1] / np.sqrt(before[0]))]
    bounded += (before[2] / np.sqrt(before[0])).tolist()
    ends = [float(each) for each in bounded if np.isfinite(each)]
    reach = FARTHEST / float(np.sqrt(min([stopped[1], *before[0].tolist()])))

    def drift_at(probit: float) -> float:
        def excess(drift: float) -> float:
            return -combined_z(drift, stopped, z, information, before) - probit

        within = min(ends) - reach, max(ends) + reach
        return rising_root(excess, middle + probit / root, slope=root, within=within)

    low, estimate, high = (
        drift_at(-upper_quantile(target)) for target in (outside, 0.5, 1.0 - outside)
    )
    p_value = upper_tail(combined_z(0.0, stopped, z, information, before))
    return Limits(p_value, estimate, low, high)


def combined_z(
    drift: float,
    stopped: tuple[float, float],
    z: float,
    information: float,
    before: tuple[Vector, Vector, Vector],
) -> float:
    """Give the combined statistic against an effect: about standard normal where it is true.

    Args:
        drift: the effect θ.
        stopped: z and information at the look that stopped the trial.
        z: with all data.
        information: likewise.
        before: as for `by_deletion`.

    Witness: as `by_combination`.
    """
    first = stopped[1]
    later = information - first
    score = z * float(np.sqrt(information)) - stopped[0] * float(np.sqrt(first))
    increment = (score - drift * later) / float(np.sqrt(later))
    at = np.array([before[0].size])
    rows = [np.append(each, end)[None, :] for each, end in zip(before, (first, 0, 0), strict=True)]
    seen, upper, lower, count = looks_that_count(rows[0], rows[1], rows[2], at)
    here = slice(0, int(count[0]))
    up, down = vector(upper[0, here]), vector(lower[0, here])
    up = vector(np.append(up[:-1], stopped[0]))
    down = vector(np.append(down[:-1], -np.inf))
    chance = stopping_probability(up, down, vector(seen[0, here]), drift=drift).upper.sum()
    inside = min(max(float(chance), SMALLEST), 1.0 - ROUNDING)
    share = first / information
    return float(upper_quantile(inside) * share**0.5 + increment * (1.0 - share) ** 0.5)


def without_looks(z: float, information: float, *, level: float = 0.95) -> Limits:
    """Give the naive inference, as if the trial had never been looked at.

    Witness: closed form.

    >>> found = without_looks(1.96, 100.0)
    >>> round(found.p_value, 4), round(found.estimate, 4), abs(round(found.lower, 4))
    (0.025, 0.196, 0.0)
    """
    check_level(level)
    _check(information)
    root = float(np.sqrt(information))
    half = upper_quantile(0.5 * (1.0 - level)) / root
    return Limits(upper_tail(z), z / root, z / root - half, z / root + half)


def _check(information: float) -> None:
    if not information > 0.0:
        raise DesignError(f"Information is {information:g}, with a statistic; give it above 0.")

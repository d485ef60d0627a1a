"""Several arms against one control, look by look: which arm is claimed, and who is still treated.

Given the path W of the control's noise the arms are independent (`multi_arm_walk`).  With C_i the
chance that arm i has crossed before the look, c_i that it crosses there and r_i that it runs on,

    arm k crosses first (ties count)    E[c_k Π_{i≠k} (1 - C_i)]
    and has the largest statistic       E[∫ f_k(z) Π_{i≠k} (1 - C_i - P(Z_i > z)) dz],  z > bound
    no arm has crossed, some runs on    E[Π (1 - C_i - c_i) - Π (1 - C_i - c_i - r_i)]
    no arm has crossed, k runs on       E[r_k Π_{i≠k} (1 - C_i - c_i)]

with E over W: the trial of Magirr, Jaki & Whitehead (2012), which stops at its first claim.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.multi_arm_walk import (
    REACH,
    Arms,
    ArmsRunning,
    crossing,
    own_bound,
)
from equipoise.kernel.quadrature import gauss_legendre

HEIGHTS = 24  # of the statistic above the bound
AT_ONCE = 3000  # branches
UNLIKELY = 1e-12  # branches on which a claim has less chance are cut


@dataclass(frozen=True, slots=True)
class RunningOn:
    """Chances after a look, for one arm of each kind where there are kinds."""

    trial: float  # no arm has crossed and some arm runs on
    arm: Vector  # (kinds,) this arm runs on and no arm has crossed
    some_arm: float  # some arm runs on, whether or not another has crossed


def first_to_cross(arms: Arms, branched: ArmsRunning, information: float, upper: float) -> Vector:
    """Give the chance that an arm of each kind crosses at this look, and none before it.

    Witness: the multivariate normal; simulation with dropped arms.
    """
    clear = [1.0 - crossed for crossed in branched.crossed]
    return np.array(
        [
            branched.chance
            @ (crossing(arms, k, branched, information, upper) * _others(arms, clear, k))
            for k in range(arms.drift.size)
        ]
    )


def largest_to_cross(
    arms: Arms, branched: ArmsRunning, information: float, upper: float, kind: int
) -> float:
    """Give the chance that one arm of a kind crosses first and is the best of those that do.

    Witness: the multivariate normal; simulation with dropped arms.
    """
    crosses = crossing(arms, kind, branched, information, upper) * branched.chance
    worth = np.flatnonzero(crosses > UNLIKELY)
    blocks = range(0, worth.size, AT_ONCE)
    parts = [_part(branched, worth[first : first + AT_ONCE]) for first in blocks]
    return float(sum(_largest(arms, part, information, upper, kind) for part in parts))


def _largest(
    arms: Arms, branched: ArmsRunning, information: float, upper: float, kind: int
) -> float:
    node, weight = gauss_legendre(HEIGHTS)
    reach, sd = REACH * np.sqrt(information), np.sqrt(information - branched.information)
    low = np.clip(own_bound(arms, kind, branched, information, upper), -reach, reach)
    half = (reach - low) / 2.0
    height = low[:, None] + half[:, None] * (1.0 + node)  # of the arm's own score
    lead = (arms.drift[kind] - arms.drift) * information / np.sqrt(1.0 - arms.correlation)
    away = (height[:, :, None] - branched.own[kind][:, None, :]) / sd
    density = (np.exp(-0.5 * away * away) @ branched.mass[kind][:, :, None])[:, :, 0]
    for other, count in enumerate(arms.count):
        if others := count - (other == kind):
            away = (branched.own[other][:, None, :] - (height + lead[other])[:, :, None]) / sd
            above = (ndtr(away) @ branched.mass[other][:, :, None])[:, :, 0]
            density *= np.maximum(1.0 - branched.crossed[other][:, None] - above, 0.0) ** others
    width = branched.chance * half / (sd * np.sqrt(2.0 * np.pi))
    return float(width @ density @ weight)


def running_on(arms: Arms, running: ArmsRunning) -> RunningOn:
    """Give the chances that the trial, and an arm of each kind, run on after a look.

    Witness: simulation with dropped arms; one arm is `stopping_probability`.
    """
    kinds = range(arms.drift.size)
    clear = [1.0 - crossed for crossed in running.crossed]
    on = [mass.sum(axis=1) for mass in running.mass]
    over = [free - runs for free, runs in zip(clear, on, strict=True)]
    stopped = [1.0 - runs for runs in on]
    chance = running.chance
    return RunningOn(
        trial=float(chance @ (_all(arms, clear) - _all(arms, over))),
        arm=np.array([chance @ (on[k] * _others(arms, clear, k)) for k in kinds]),
        some_arm=float(chance @ (1.0 - _all(arms, stopped))),
    )


def _all(arms: Arms, each: list[Vector]) -> Vector:
    """Multiply one chance over all arms."""
    product = np.ones_like(each[0])
    for count, value in zip(arms.count, each, strict=True):
        product *= value**count
    return product


def _others(arms: Arms, each: list[Matrix], kind: int) -> Matrix:
    """Multiply one chance over all arms but one of a kind."""
    product = np.ones_like(each[0])
    for other, (count, value) in enumerate(zip(arms.count, each, strict=True)):
        product *= value ** (count - (other == kind))
    return product


def _part(running: ArmsRunning, rows: Codes) -> ArmsRunning:
    return ArmsRunning(
        running.information,
        running.shared[rows],
        running.chance[rows],
        tuple(own[rows] for own in running.own),
        tuple(mass[rows] for mass in running.mass),
        tuple(crossed[rows] for crossed in running.crossed),
    )

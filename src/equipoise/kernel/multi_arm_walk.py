"""Several arms against one control, look by look: how often some arm has crossed its bound.

Each arm's score is √ρ W + √(1-ρ) V_k: W is the noise of the control they share, V_k the arm's own,
both Brownian motions in the information t.  Given the path of W at the looks the arms are
independent, so that

    P(some arm has crossed by look j) = E_W [1 - Π_k (1 - R_kj(W))].

The path is a tree of Gauss-Hermite nodes, one branching per look; along each branch the
sub-density of V_k over the arms still running is carried from look to look, as for one arm.  An
arm below its lower bound is dropped, by itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtr

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.quadrature import gauss_legendre

BRANCHES = {  # at each look, by the number of looks: most where the tails are smallest
    1: (64,),
    2: (40, 32),
    3: (32, 20, 16),
    4: (28, 16, 12, 11),
    5: (22, 12, 10, 9, 9),
}
MOST_LOOKS = max(BRANCHES)
POINTS = 26  # of each arm's sub-density
REACH = 6.5
UNLIKELY = 1e-13  # branches with less chance are cut


@dataclass(frozen=True, slots=True)
class ArmsRunning:
    """Where the arms are after a look, on each branch of the control's path."""

    information: float
    shared: Vector  # (paths,) W
    chance: Vector  # (paths,) of the branch
    own: tuple[Matrix, ...]  # per kind of arm: (paths, points) V
    mass: tuple[Matrix, ...]  # per kind of arm: (paths, points)
    crossed: tuple[Vector, ...]  # per kind of arm: (paths,) chance to have crossed so far


@dataclass(frozen=True, slots=True)
class Arms:
    """Kinds of arms by their drift, how many there are of each, and ρ."""

    drift: Vector  # (kinds,) E[Z] at information 1
    count: Vector  # (kinds,)
    correlation: float  # ρ, of two arms' statistics at one look


def arms_of(drift: Vector, correlation: float) -> Arms:
    """Gather arms that have the same drift."""
    kinds, count = np.unique(drift, return_counts=True)
    return Arms(kinds, count.astype(np.float64), correlation)


def start(arms: Arms) -> ArmsRunning:
    """Give the arms before the first look."""
    kinds = arms.drift.size
    one = np.ones((1, 1))
    return ArmsRunning(
        0.0, np.zeros(1), np.ones(1), (0.0 * one,) * kinds, (one,) * kinds, (np.zeros(1),) * kinds
    )


def branch(running: ArmsRunning, information: float, branches: int) -> ArmsRunning:
    """Let the control's path go on to the next look, the arms' own scores not yet."""
    node, weight = hermegauss(branches)
    step = np.sqrt(information - running.information)
    shared = (running.shared[:, None] + step * node).ravel()
    chance = (running.chance[:, None] * (weight / weight.sum())).ravel()
    kept = chance > UNLIKELY
    times = node.size
    return ArmsRunning(
        running.information,
        shared[kept],
        chance[kept],
        tuple(np.repeat(own, times, axis=0)[kept] for own in running.own),
        tuple(np.repeat(mass, times, axis=0)[kept] for mass in running.mass),
        tuple(np.repeat(crossed, times)[kept] for crossed in running.crossed),
    )


def own_bound(arms: Arms, kind: int, branched: ArmsRunning, information: float, z: float) -> Vector:
    """Give the arm's own score at which its statistic is z, on each branch."""
    if np.isinf(z):
        return np.full(branched.shared.size, z)
    score = z * np.sqrt(information) - arms.drift[kind] * information
    shared = np.sqrt(arms.correlation) * branched.shared
    return np.asarray((score - shared) / np.sqrt(1.0 - arms.correlation))


def some_crossed(arms: Arms, branched: ArmsRunning, information: float, upper: float) -> float:
    """Give the chance that some arm has crossed by this look.

    Witness: the multivariate normal; simulation with dropped arms.
    """
    log_none = np.zeros(branched.shared.size)
    for kind, count in enumerate(arms.count):
        crossed = branched.crossed[kind] + crossing(arms, kind, branched, information, upper)
        with np.errstate(divide="ignore"):
            log_none += count * np.log1p(-np.minimum(crossed, 1.0))
    return float(-np.expm1(log_none) @ branched.chance)


def crossing(
    arms: Arms, kind: int, branched: ArmsRunning, information: float, upper: float
) -> Vector:
    """Give the chance that one arm crosses at this look, on each branch."""
    sd = np.sqrt(information - branched.information)
    bound = own_bound(arms, kind, branched, information, upper)
    beyond = ndtr((branched.own[kind] - bound[:, None]) / sd)
    return np.asarray((branched.mass[kind] * beyond).sum(axis=1))


def go_on(
    arms: Arms, branched: ArmsRunning, information: float, lower: float, upper: float
) -> ArmsRunning:
    """Carry the arms between the bounds on, and add up those that crossed."""
    sd = np.sqrt(information - branched.information)
    node, weight = gauss_legendre(POINTS)
    reach = REACH * np.sqrt(information)
    own, mass, crossed = [], [], []
    for kind in range(arms.drift.size):
        crosses = crossing(arms, kind, branched, information, upper)
        low = np.clip(own_bound(arms, kind, branched, information, lower), -reach, reach)
        high = np.clip(own_bound(arms, kind, branched, information, upper), -reach, reach)
        half = np.maximum(high - low, 0.0) / 2.0
        points = low[:, None] + half[:, None] * (1.0 + node)
        away = (points[:, :, None] - branched.own[kind][:, None, :]) / sd
        density = np.einsum("ijk,ik->ij", np.exp(-0.5 * away * away), branched.mass[kind])
        own.append(points)
        mass.append(density * half[:, None] * weight / (sd * np.sqrt(2.0 * np.pi)))
        crossed.append(branched.crossed[kind] + crosses)
    return ArmsRunning(
        information, branched.shared, branched.chance, tuple(own), tuple(mass), tuple(crossed)
    )

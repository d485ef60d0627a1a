"""Closed combination tests of many trials at once, look by look.

Stage k is the news between looks k - 1 and k: hypothesis j has z_jk, the increment of its score
over its standard error, and p_jk = 1 - Φ(z_jk).  Every intersection J of the hypotheses first
planned has a p-value of those members still in the trial (Bonferroni, Šidák, Simes, or exactly
under the planned correlation), and is rejected at the first look at which

    Σ_{j≤k} w_j Φ⁻¹(1 - p_J,j) / √(Σ w_j²)  ≥  the design's bound,       w_j² = t_j - t_{j-1}

(Bauer & Kieser 1999; Posch et al. 2005).  A stage without news has p = 1: nothing is claimed on it.
The single trial's test is `design.multiplicity.adaptive_closed_test`.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from equipoise.design.multiplicity.adaptive_closed_test import LEAST, every_intersection
from equipoise.design.multiplicity.correlation import shared_control_correlation
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.kernel.normal_rectangle import some_outside
from equipoise.simulate.conduct import ClosedTest, Tested
from equipoise.simulate.worlds.world import World


@dataclass(slots=True)
class Closure:
    """Every intersection, in every trial, after the looks so far."""

    test: ClosedTest
    correlation: Matrix | None  # of the hypotheses' statistics at a stage; parametric tests only
    trials: int
    hypotheses: int
    members: Flags = field(init=False)  # (intersections, hypotheses)
    total: Matrix = field(init=False)  # (trials, intersections) Σ w z
    rejected: Flags = field(init=False)  # (trials, intersections)
    weight: float = 0.0  # Σ w²

    def __post_init__(self) -> None:
        self.members = every_intersection(self.hypotheses)
        shape = (self.trials, self.members.shape[0])
        self.total, self.rejected = np.zeros(shape), np.zeros(shape, dtype=np.bool_)

    def read(self, look: int, z: Matrix) -> tuple[Matrix, Flags]:
        """Take in a stage; give each hypothesis's own combined z, and which are claimed by now.

        Args:
            look: from 0; looks come in order.
            z: (trials, hypotheses) of this stage alone; nan once dropped.

        Witness: `adaptive_closed_test`, trial by trial.
        """
        information, bound = self.test.combination.information, self.test.combination.upper
        gained = float(information[look]) - self.weight
        self.weight = float(information[look])
        own = np.full(z.shape, np.nan)
        claimed = np.ones(z.shape, dtype=np.bool_)
        for row, members in enumerate(self.members):
            p = self._stage_p(z, members)
            tested = ~np.isnan(p)
            stage = -ndtri(np.maximum(p, LEAST))
            self.total[tested, row] += np.sqrt(gained) * stage[tested]
            combined = self.total[:, row] / np.sqrt(self.weight)
            self.rejected[:, row] |= tested & (combined >= bound[look])
            claimed[:, members] &= self.rejected[:, row, None]
            if members.sum() == 1:
                own[:, members] = np.where(tested, combined, np.nan)[:, None]
        return own, claimed

    def _stage_p(self, z: Matrix, members: Flags) -> Vector:
        """Give the p-value of one intersection in every trial; nan where no member is left."""
        own = np.where(members, z, np.nan)[:, members]
        left = np.isfinite(own) | np.isinf(own)
        count = left.sum(axis=1)
        if self.test.intersection == "parametric":
            return self._parametric(own, left, np.flatnonzero(members))
        p = np.sort(np.where(left, ndtr(-own), np.inf), axis=1)
        with np.errstate(invalid="ignore"):
            match self.test.intersection:
                case "bonferroni":
                    value = count * p[:, 0]
                case "sidak":
                    value = -np.expm1(count * np.log1p(-np.minimum(p[:, 0], 1.0 - 1e-16)))
                case _:
                    value = (count[:, None] * p / np.arange(1, p.shape[1] + 1)).min(axis=1)
        return np.where(count > 0, np.minimum(value, 1.0), np.nan)

    def _parametric(self, own: Matrix, left: Flags, places: NDArray[np.intp]) -> Vector:
        """Give P(some Z_j ≥ the largest seen) of those left."""
        result = np.full(own.shape[0], np.nan)
        patterns, which = np.unique(left, axis=0, return_inverse=True)
        for pattern, kept in enumerate(patterns):
            rows = np.flatnonzero(which.ravel() == pattern)
            if not kept.any():
                continue
            largest = np.max(own[rows][:, kept], axis=1)
            if kept.sum() == 1:
                result[rows] = ndtr(-largest)
                continue
            within = self.correlation[np.ix_(places[kept], places[kept])]  # type: ignore[index]
            limits = np.repeat(np.clip(largest, -37.0, 37.0)[:, None], kept.sum(), axis=1)
            result[rows] = some_outside(np.full(limits.shape, -np.inf), limits, within)
        return result


def stage_statistics(z: NDArray[np.float64], information: NDArray[np.float64], look: int) -> Matrix:
    """Give z of the news since the look before, (trials, hypotheses); -inf where there is none.

    Args:
        z: (trials, looks, hypotheses).
        information: likewise; its score's variance.
        look: from 0.

    Witness: law: with news in proportion to the weights they combine to Z.

    >>> told = np.array([[[1.0], [2.0]]]), np.array([[[10.0], [40.0]]])
    >>> stage_statistics(*told, 1).round(4).tolist()
    [[1.7321]]
    """
    scored = np.isfinite(z) & (information > 0.0)
    score = np.where(scored, z * np.sqrt(np.where(scored, information, 0.0)), 0.0)
    amount = np.where(scored, information, 0.0)
    before = amount[:, :look].max(axis=1, initial=0.0)
    at = amount[:, :look].argmax(axis=1) if look else None
    seen = 0.0 if at is None else np.take_along_axis(score, at[:, None], axis=1)[:, 0]
    gained = amount[:, look] - before
    with np.errstate(invalid="ignore", divide="ignore"):
        stage = (score[:, look] - seen) / np.sqrt(gained)
    return np.where(gained > 0.0, stage, -np.inf)


def stage_correlation(world: World, tested: tuple[Tested, ...]) -> Matrix:
    """Give the correlation of the statistics of a stage: arms with one control, or populations.

    Arms correlate by the allocation, a population with all patients by the root of its share.

    Raises:
        SimulationError: Hypotheses whose correlation does not follow from the plan.

    Witness: `shared_control_correlation`, `nested_correlation`.
    """
    size = len(tested)
    result = np.eye(size)
    for i in range(size):
        for j in range(i):
            result[i, j] = result[j, i] = _correlation(world, tested[i], tested[j])
    return result


def _correlation(world: World, one: Tested, other: Tested) -> float:
    same_data = one.endpoint == other.endpoint and one.test == other.test
    if same_data and one.control == other.control and one.population == other.population:
        ratio = world.allocation
        sizes = [ratio[one.experimental], ratio[other.experimental]]
        return float(shared_control_correlation(sizes, ratio[one.control])[1][0, 1])
    arms = (one.control, one.experimental) == (other.control, other.experimental)
    if same_data and arms and None in {one.population, other.population}:
        inner = one.population or other.population
        share = sum(cell.share for cell in world.cells if inner in cell.populations)
        return float(np.sqrt(share))
    raise SimulationError(
        f"How {one.hypothesis} and {other.hypothesis} are correlated does not follow from the "
        'plan; test their intersection by "simes" or "bonferroni".',
        "intersection",
    )

"""How the rest of a trial grows with the interim z, and what that does on average over z.

See `promising_zone` for the rule.  All information is in units of the planned maximum; z's are
those of the last interim look, at information t.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, ndtr, ndtri

from equipoise.design.sequential.design import GroupSequential
from equipoise.kernel.arrays import Vector
from equipoise.kernel.quadrature import even_panels
from equipoise.kernel.root import root_between
from equipoise.kernel.sequential_walk import START, Step, step

FinalTest: TypeAlias = Literal["weighted", "conventional", "fisher"]

PANEL = 0.25  # of z, in the integrals
FARTHEST = 9.0  # standard deviations
HALVINGS = 60  # of a range of rests
MOST_RESTS = 64.0  # times the largest one: wanting so much is wanting more than there is


@dataclass(frozen=True, slots=True)
class Increase:
    """The rule by which the rest grows."""

    at: float  # t
    bound: float  # b: of the final analysis
    most: float  # the largest rest
    z_power: float  # Φ⁻¹ of the conditional power to restore
    design_drift: float | None  # None: conditional power is under the trend
    promising: tuple[float, float]  # z from, z to
    test: FinalTest
    sized_by: FinalTest  # the test whose conditional power is restored

    def drift(self, z: ArrayLike) -> Vector:
        """Give the drift that conditional power assumes."""
        seen = np.asarray(z, dtype=np.float64)
        if self.design_drift is None:
            return np.asarray(seen / np.sqrt(self.at))
        return np.full_like(seen, self.design_drift)

    def own_bound(self, z: ArrayLike) -> Vector:
        """Give the z of the new data alone at which the planned weights reject."""
        seen = np.asarray(z, dtype=np.float64)
        return np.asarray((self.bound - seen * np.sqrt(self.at)) / np.sqrt(1 - self.at))

    def by_product(self, z: ArrayLike) -> Vector:
        """Give the z of the new data alone at which the product of the p-values rejects."""
        allowed = self._product() / ndtr(-np.asarray(z))
        return np.where(allowed < 1.0, -ndtri(np.minimum(allowed, 1.0)), -np.inf)

    def _product(self) -> float:
        """Give the product of p-values that rejects: of the final bound's level (Bauer & Köhne)."""
        return float(np.exp(-0.5 * chdtri(4, ndtr(-self.bound))))

    def rejected_from(self, test: FinalTest, z: ArrayLike, rest: ArrayLike) -> Vector:
        """Give the z of the new data alone at which a final test rejects after a rest."""
        if test == "weighted":
            return self.own_bound(z)
        if test == "fisher":
            return self.by_product(z)
        seen = np.asarray(z, dtype=np.float64) * np.sqrt(self.at)
        new = np.asarray(rest, dtype=np.float64)
        return np.asarray((self.bound * np.sqrt(self.at + new) - seen) / np.sqrt(new))

    def planned_power(self, z: ArrayLike) -> Vector:
        """Give conditional power without growth."""
        left = 1 - self.at
        return np.asarray(
            ndtr(self.drift(z) * np.sqrt(left) - self.rejected_from(self.sized_by, z, left))
        )

    def z_of(self, conditional_power: float) -> float:
        """Give the z that has a conditional power without growth."""
        if self.sized_by == "fisher":
            return self._z_of_product(conditional_power)
        left = np.sqrt(1 - self.at)
        quantile = float(ndtri(conditional_power))
        if self.design_drift is None:
            return float(np.sqrt(self.at) * (quantile * left + self.bound))
        return float((left * (quantile - self.design_drift * left) + self.bound) / np.sqrt(self.at))

    def _z_of_product(self, conditional_power: float) -> float:
        """Search it; a p-value of 1 leaves some power, so that all results may have more."""

        def above(z: float) -> float:
            return float(self.planned_power(z)) - conditional_power

        return root_between(above, -FARTHEST, FARTHEST) if above(-FARTHEST) < 0.0 else -FARTHEST

    def wanted(self, z: ArrayLike) -> Vector:
        """Give the rest that restores the power, whatever the zone and the cap."""
        drift = np.maximum(self.drift(z), 1e-12)  # no effect: no rest is enough
        if self.sized_by == "conventional":
            return self._wanted_of_all_data(np.asarray(z, dtype=np.float64), drift)
        bound = self.rejected_from(self.sized_by, z, 1 - self.at)
        return np.asarray((np.maximum(bound + self.z_power, 0.0) / drift) ** 2)

    def _wanted_of_all_data(self, z: Vector, drift: Vector) -> Vector:
        """Give the least rest whose bound, which it moves itself, leaves the power."""
        low, high = np.zeros_like(drift), np.full_like(drift, MOST_RESTS * self.most)
        for _ in range(HALVINGS):
            rest = 0.5 * (low + high)
            bound = self.rejected_from("conventional", z, rest)
            enough = drift * np.sqrt(rest) >= bound + self.z_power
            low, high = np.where(enough, low, rest), np.where(enough, rest, high)
        return np.asarray(high)

    def rest(self, z: ArrayLike) -> Vector:
        """Give the rest that follows each z."""
        seen = np.asarray(z, dtype=np.float64)
        grown = np.clip(self.wanted(seen), 1 - self.at, self.most)
        inside = (seen >= self.promising[0]) & (seen < self.promising[1])
        return np.where(inside, grown, 1 - self.at)

    def critical(self, z: ArrayLike, rest: Vector) -> Vector:
        """Give the z of the new data alone at which the final test rejects."""
        return self.rejected_from(self.test, z, rest)

    def rejects(self, z: ArrayLike, drift: float) -> Vector:
        """Give the chance of final success after each z, under a drift."""
        rest = self.rest(z)
        return np.asarray(ndtr(drift * np.sqrt(rest) - self.critical(z, rest)))

    def kinks(self) -> list[float]:
        """Give the z where the rest, or the final test, changes its course."""
        alone = [-float(ndtri(self._product()))] if self.test == "fisher" else []
        return sorted([*alone, *self._turns()])

    def _turns(self) -> list[float]:
        low, high = self.promising
        if not np.isfinite([low, high]).all():
            return []
        within = np.linspace(low, high, 200)
        capped = self.wanted(within) > self.most
        turns = np.flatnonzero(np.diff(capped.astype(int)))
        if turns.size == 0:
            return [low, high]
        caps = [root_between(self._over_cap, within[k], within[k + 1]) for k in turns]
        return sorted([low, *caps, high])

    def _over_cap(self, z: float) -> float:
        return float(self.wanted(z)) - self.most


@dataclass(frozen=True, slots=True)
class Arrival:
    """The trials that come to the last interim look, under one drift."""

    arriving: Step
    lower: float  # the look's own bounds
    upper: float
    stopped: tuple[tuple[float, float, float], ...]  # before: (information, efficacy, futility)

    @classmethod
    def of(cls, sequential: GroupSequential, drift: float, *, obey: bool) -> "Arrival":
        """Walk to the last interim look."""
        information, upper = sequential.information, sequential.upper
        lower = sequential.lower if obey else np.full(upper.size, -np.inf)
        running = START
        stopped: list[tuple[float, float, float]] = []
        last = information.size - 2
        for k in range(last + 1):
            now = step(
                running, float(information[k]), drift * (information[k] - running.information)
            )
            if k == last:
                return cls(now, float(lower[k]), float(upper[k]), tuple(stopped))
            stopped.append(
                (float(information[k]), now.above(float(upper[k])), now.below(float(lower[k])))
            )
            reach = drift * information[k] + np.array([-1, 1]) * FARTHEST * now.root
            low, high = max(reach[0], lower[k] * now.root), min(reach[1], upper[k] * now.root)
            running = now.go_on([(float(low), float(high))], float(information[k + 1]))
        raise AssertionError("a design has an interim look here")

    def average(self, of: Callable[[Vector], Vector], kinks: list[float]) -> float:
        """Integrate a function of z over those that go on."""
        root = self.arriving.root
        middle = float(self.arriving.mean @ self.arriving.mass / self.arriving.mass.sum()) / root
        low = max(self.lower, min(middle, 0.0) - FARTHEST)
        high = min(self.upper, max(middle, 0.0) + FARTHEST)
        edges = [low, *(k for k in kinks if low < k < high), high]
        total = 0.0
        for left, right in pairwise(edges):
            z, width = even_panels(left, right, widest=PANEL)
            total += float(width @ (self.arriving.density(z * root) * root * of(z)))
        return total

    def early_success(self) -> float:
        """Give the chance of stopping for efficacy up to and at this look."""
        return sum(part[1] for part in self.stopped) + self.arriving.above(self.upper)

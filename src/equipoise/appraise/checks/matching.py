"""How often would trials that print all the rest print this P?

Where no hazard ratio with interval is printed, rates, patients and follow-up leave the P open.
Trials are drawn from many truths and those kept that print about the same (approximate Bayesian
computation: Pritchard 1999), the log-rank z of those kept being set to the printed rates by local
linear regression (Beaumont, Zhang & Balding 2002).  `truths` states what they are drawn from.

Where those kept are far from a printed number nevertheless (`likeness`), they say nothing of P:
the numbers are told instead.

A median follow-up is read as that of the time to death or last contact of all patients; where no
more than half would be alive then it cannot be that, and is read as the reverse Kaplan-Meier one.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from equipoise.appraise.checks.likeness import Unmatched, aims_of, differences, unmatched
from equipoise.appraise.checks.to_match import HALF, Printed
from equipoise.appraise.claims.intervals import Range
from equipoise.kernel.arrays import Flags, Matrix, Vector, frozen
from equipoise.kernel.normal import upper_quantile

DEFAULT_TRIALS = 100_000
LEAST_KEPT = 500
KEPT = 0.05  # of the trials, at most
SMALLEST = 1e-300  # P whose z is finite
CACHED = 8  # answers that are kept: the same trials serve several P values
ASSUMED = (
    "The P of trials that match what is printed is that of the log-rank test without strata.",
    "Hazards in them may change and differ early and late, and up to 10% of an arm are lost.",
    (
        "A median follow-up is taken as that of the time to death or last contact of all patients; "
        "where half of them would be dead by then, as that of those without an event."
    ),
)


@dataclass(frozen=True, slots=True)
class Matching:
    """The log-rank z of trials that print about what was printed, with their weights."""

    printed: Printed
    z: Vector  # (kept,) positive in favor of the experimental arm
    weight: Vector  # (kept,) adding up to 1
    trials: int
    tolerance: float  # the largest difference in a rate of those kept
    events: float  # mean
    unmatched: tuple[Unmatched, ...]  # printed numbers from which those kept are far

    def at_least(self, p: Range, sides: int) -> float:
        """Give the chance of a P as printed or larger.

        Args:
            p: as printed.
            sides: 1 (in the direction of benefit) or 2.

        Witness: the normal distribution of z given both rates; simulated trials kept by rounding.
        """
        return self._share(self._p(sides) >= p.lower)

    def as_weak(self, p: Range, sides: int) -> float:
        """Give the chance of an effect as weak as a P says, weaker, or for the other arm.

        A two-sided P near 1 is rare whatever the truth, and yet no surprise where rates are alike.

        Args:
            p: as printed.
            sides: 1 (in the direction of benefit) or 2.

        Witness: one half, or more, where half of the z are on either side of 0.
        """
        if sides == 1:
            return self.at_least(p, sides)
        ahead = np.sign(self.weight @ np.sign(self.z)) or 1.0
        return self._share(ahead * self.z <= upper_quantile(max(p.lower, SMALLEST) / 2))

    def at_most(self, p: Range, sides: int) -> float:
        """Give the chance of a P as printed or smaller.

        Args:
            p: as printed.
            sides: 1 (in the direction of benefit) or 2.

        Witness: the normal distribution of z given both rates; simulated trials kept by rounding.
        """
        return self._share(self._p(sides) <= p.upper)

    def printed_so(self, p: Range, sides: int) -> float:
        """Give the chance of a P that prints the same.

        Args:
            p: as printed.
            sides: 1 (in the direction of benefit) or 2.

        Witness: at least + at most - 1.
        """
        found = self._p(sides)
        return self._share((found >= p.lower) & (found <= p.upper))

    def middle(self, sides: int) -> float:
        """Give the median P.

        Args:
            sides: 1 or 2.

        Witness: that of the weighted z.
        """
        order = np.argsort(self.z)
        place = int(np.searchsorted(np.cumsum(self.weight[order]), HALF))
        z = float(self.z[order][min(place, self.z.size - 1)])
        return float(ndtr(-z)) if sides == 1 else float(2 * ndtr(-abs(z)))

    def spread(self, sides: int, level: float = 0.95) -> Range:
        """Give the range in which so many of the P lie, as many below it as above.

        Args:
            sides: 1 or 2.
            level: of the range.

        Witness: the quantiles of the weighted P; `middle` lies inside.
        """
        found = self._p(sides)
        order = np.argsort(found)
        reached = np.cumsum(self.weight[order])
        ends = np.searchsorted(reached, [(1 - level) / 2, (1 + level) / 2])
        low, high = found[order][np.minimum(ends, found.size - 1)]
        return Range(float(low), float(high))

    def _p(self, sides: int) -> Vector:
        return np.asarray(ndtr(-self.z) if sides == 1 else 2 * ndtr(-np.abs(self.z)))

    def _share(self, those: Flags) -> float:
        return float(self.weight[those].sum())


@lru_cache(maxsize=CACHED)
def matching_trials(
    printed: Printed, *, trials: int = DEFAULT_TRIALS, seed: int = 1
) -> Matching | None:
    """Make trials and keep those that print about the same; None where too few can.

    Args:
        printed: what must match.
        trials: to make.
        seed: of all random numbers; the answer depends on nothing else.

    Witness: the normal distribution of z given two rates; simulated trials kept by rounding.
    """
    from equipoise.appraise.checks.sampler import sample_trials  # noqa: PLC0415 - compiles
    from equipoise.appraise.checks.truths import draw_truths  # noqa: PLC0415 - with it

    rng = np.random.Generator(np.random.Philox(key=[seed, 0]))
    truths = draw_truths(printed, trials, rng)
    made = sample_trials(truths, np.array(printed.times), seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = -made.score[:, 0] / np.sqrt(made.score[:, 1])
        off = differences(printed, np.exp(made.log_rate), made.error, made.events)
        distance = np.sqrt((off**2).sum(axis=1))
    usable = np.isfinite(distance) & np.isfinite(z)
    distance = np.where(usable, distance, np.inf)
    wanted = min(max(LEAST_KEPT, int(KEPT * trials)), int(usable.sum()))
    if wanted < LEAST_KEPT:
        return None
    limit = float(np.partition(distance, wanted - 1)[wanted - 1])
    kept = np.flatnonzero(distance <= limit)
    weight = 1.0 - (distance[kept] / (limit * (1 + 1e-9) + 1e-300)) ** 2
    aims, near = aims_of(printed), off[kept]
    rates = [aim.kind == "rates" for aim in aims]
    scale = np.array([aim.scale for aim in aims])
    return Matching(
        printed=printed,
        z=frozen(_set_to_printed(z[kept], near, weight)),
        weight=frozen(weight / weight.sum()),
        trials=trials,
        tolerance=float(np.abs(near * scale)[:, rates].max()),
        events=float((made.events[kept].sum(axis=1) * weight).sum() / weight.sum()),
        unmatched=unmatched(aims, near, weight),
    )


def _set_to_printed(z: Vector, off: Matrix, weight: Vector) -> Vector:
    """Move each z along the regression on the differences, to where they are 0."""
    root = np.sqrt(weight)
    design = np.column_stack([np.ones(z.size), off])
    slopes, *_ = np.linalg.lstsq(design * root[:, None], z * root, rcond=None)
    return np.asarray(z - off @ slopes[1:])

"""Where the partial likelihood is highest: Newton's steps, halved when they overshoot.

    β ← β + I⁻¹ U

A step's size is measured in standard errors, √(Uᵀ I⁻¹ U).  Steps shrink quadratically, so the
step smaller than the tolerance is taken and is the last.  Where the likelihood rises for
ever towards a limit, it gains e times less at every step while β keeps moving: a step that
gains next to nothing (`FLAT`) yet moves some patient's log hazard is the sign of it.
"""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.cox import evaluate
from equipoise.kernel.cox_records import Records
from equipoise.kernel.cox_sums import workspace
from equipoise.kernel.exponential import LIMIT

FLAT = 1e-8  # gain in log likelihood that is next to nothing
MOVED = 0.25  # change of a log hazard that is not
PIVOT = 1e-11  # share of a covariate's information left by those before it: collinear below
INFORMATIVE = 1e-11  # least information of a scaled covariate, per event: rounding below
LEAST_PIVOT = 1e-14  # the same once the climb has begun
NEGLIGIBLE = 1e-12  # gain below which steps that no longer shrink are rounding
NEAR_TOP = 1e-6  # gain below which a whole step cannot overshoot
HALVINGS = 40
ROUNDING = 1e-13  # of the sizes of the terms: a loss below this is no loss


class State(Enum):
    """How a climb ended."""

    CONVERGED = "the next step is within the tolerance"
    DIVERGING = "β moves and the likelihood hardly rises"
    SINGULAR = "the information has no inverse where the climb begins"
    EXHAUSTED = "no iterations are left"
    STUCK = "no step, however short, leads upwards"


@dataclass(frozen=True, slots=True)
class Point:
    """The log likelihood at some coefficients, without the offsets' constant."""

    beta: Vector
    height: float
    score: Vector
    information: Matrix
    size: float  # of the terms of the log likelihood


@dataclass(frozen=True, slots=True)
class Climb:
    """Where a climb ended, and where it began."""

    state: State
    iterations: int
    top: Point  # its score and information: before the last step, where that is within tolerance
    step: Vector  # the last one
    first: Point


class Likelihood:
    """The partial likelihood of some records as a function of β, in memory kept for it."""

    def __init__(self, records: Records, *, efron: bool) -> None:
        self.records, self.efron = records, efron
        self.space = workspace(records)
        self.ones = np.ones(records.deaths.size)
        self.least_information = INFORMATIVE * float(records.deaths @ records.mean_weight)

    def at(self, beta: Vector) -> Point:
        """Evaluate it."""
        records = self.records
        denominator, expected, information = evaluate(
            records, beta, self.ones, self.space, efron=self.efron
        )
        terms = records.observed * beta
        size = float(np.abs(terms).sum()) + abs(denominator) + 1.0
        height = float(terms.sum()) - denominator
        return Point(beta, height, records.observed - expected, information, size)

    def within_reach(self, beta: Vector) -> bool:
        """Tell whether every e^{xβ} is a number; exact only where a quick bound does not do."""
        if np.abs(beta) @ self.records.reach < LIMIT:
            return True
        return bool(np.abs(beta @ self.records.design).max() < LIMIT)


def cholesky(matrix: Matrix, share: float, least: float = 0.0) -> tuple[Matrix, int]:
    """Factor L Lᵀ; also say which column, if any, depends on those before it (else -1).

    It does if they leave no more than a share of its diagonal, or no more than `least`.
    """
    if not matrix.size:
        return matrix, -1
    factor, failed = dpotrf(matrix, lower=1)
    known = failed - 1 if failed else len(matrix)  # columns factored
    left = factor.diagonal()[:known] ** 2
    small = left <= np.maximum(share * matrix.diagonal()[:known], least)
    return factor, int(small.argmax()) if small.any() else failed - 1


def solve(factor: Matrix, right: Vector) -> Vector:
    """Solve L Lᵀ x = right."""
    if not right.size:
        return right
    solution: Vector = dpotrs(factor, right, lower=1)[0]
    return solution


def maximize(
    likelihood: Likelihood, beta: Vector, *, wary: bool, tolerance: float, most: int
) -> Climb:
    """Climb from β; `wary` stops at the first sign that there is no top."""
    here = first = likelihood.at(beta)
    step, gain = np.zeros(beta.size), np.inf
    for iteration in range(most + 1):
        if iteration:
            factor, dependent = cholesky(here.information, LEAST_PIVOT)
        else:
            factor, dependent = cholesky(here.information, PIVOT, likelihood.least_information)
        if dependent >= 0:
            state = State.DIVERGING if iteration else State.SINGULAR
            return Climb(state, iteration, here, step, first)
        step = solve(factor, here.score)
        earlier, gain = gain, float(here.score @ step)
        if wary and gain < FLAT and np.abs(step) @ likelihood.records.reach > MOVED:
            return Climb(State.DIVERGING, iteration, here, step, first)
        at_noise = gain < NEGLIGIBLE and gain > earlier / 16
        if gain <= tolerance * tolerance or at_noise:
            top = replace(here, beta=here.beta + step, height=here.height + gain / 2)
            return Climb(State.CONVERGED, iteration, top, step, first)
        if iteration == most:
            break
        higher = rise(likelihood, here, step, gain)
        if higher is None:
            return Climb(State.STUCK, iteration, here, step, first)
        here = higher
    return Climb(State.EXHAUSTED, most, here, step, first)


def rise(likelihood: Likelihood, here: Point, step: Vector, gain: float) -> Point | None:
    """Take the step, or as many times half of it as it takes not to lose height."""
    fraction = 1.0
    for _ in range(HALVINGS):
        trial = here.beta + fraction * step
        if likelihood.within_reach(trial):
            reached = likelihood.at(trial)
            risen = gain < NEAR_TOP or reached.height >= here.height - ROUNDING * reached.size
            if risen and np.isfinite(reached.information).all():
                return reached
        fraction /= 2
    return None

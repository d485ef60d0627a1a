"""Where the partial likelihood is highest: Newton's steps, halved when they overshoot.

    β ← β + I⁻¹ U

A step's size is measured in standard errors, √(Uᵀ I⁻¹ U).  Steps shrink quadratically, so the
step smaller than the tolerance is taken and is the last.  Where the likelihood rises for
ever towards a limit, it gains e times less at every step while β keeps moving: a step that
gains next to nothing (`FLAT`) yet moves some patient's log hazard is the sign of it.
"""

import math

import numpy as np
from numba import njit

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.cox import evaluate, workspace
from equipoise.kernel.exponential import LIMIT

CONVERGED, DIVERGING, SINGULAR, EXHAUSTED, STUCK = 0, 1, 2, 3, 4
FLAT = 1e-8  # gain in log likelihood that is next to nothing
MOVED = 0.25  # change of a log hazard that is not
PIVOT = 1e-11  # share of a covariate's information left by those before it: collinear below
NEGLIGIBLE = 1e-12  # gain below which steps that no longer shrink are rounding
NEAR_TOP = 1e-6  # gain below which a whole step cannot overshoot
HALVINGS = 40
ROUNDING = 1e-13  # of the sizes of the terms: a loss below this is no loss


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def cholesky(matrix: Matrix, tolerance: float) -> tuple[Matrix, int]:
    """Factor L Lᵀ; also say which column, if any, depends on those before it (else -1)."""
    size = matrix.shape[0]
    factor = np.zeros((size, size))
    for j in range(size):
        pivot = matrix[j, j]
        for k in range(j):
            pivot -= factor[j, k] * factor[j, k]
        if not pivot > tolerance * matrix[j, j]:
            return factor, j
        factor[j, j] = math.sqrt(pivot)
        for i in range(j + 1, size):
            rest = matrix[i, j]
            for k in range(j):
                rest -= factor[i, k] * factor[j, k]
            factor[i, j] = rest / factor[j, j]
    return factor, -1


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def solve(factor: Matrix, right: Vector) -> Vector:
    """Solve L Lᵀ x = right."""
    x = right.copy()
    for i in range(x.size):
        for k in range(i):
            x[i] -= factor[i, k] * x[k]
        x[i] /= factor[i, i]
    for i in range(x.size - 1, -1, -1):
        for k in range(i + 1, x.size):
            x[i] -= factor[k, i] * x[k]
        x[i] /= factor[i, i]
    return x


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def within_reach(beta: Vector, design: Matrix, reach: Vector) -> bool:
    """Tell whether every e^{xβ} is a number; exact only where a quick bound does not do."""
    if (np.abs(beta) * reach).sum() < LIMIT:
        return True
    for i in range(design.shape[1]):
        score = 0.0
        for j in range(beta.size):
            score += beta[j] * design[j, i]
        if not abs(score) < LIMIT:
            return False
    return True


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def maximize(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    beta: Vector,
    observed: Vector,
    reach: Vector,
    design: Matrix,
    risk_weight: Vector,
    place: Codes,
    before: Codes,
    start: Codes,
    deaths: Codes,
    mean_weight: Vector,
    efron: bool,  # noqa: FBT001 - compiled code has no keywords
    wary: bool,  # noqa: FBT001
    tolerance: float,
    most: int,
) -> tuple[int, int, Vector, float, Vector, Matrix, Vector, float, Vector, Matrix]:
    """Climb from β; `wary` stops at the first sign that there is no top.

    Gives state, iterations, β, log likelihood, U, I, the last step; and log likelihood, U
    and I where it began.  The log likelihood is without the offsets' constant.
    """
    ones = np.ones(deaths.size)
    space = workspace(design, before, start)
    denominator, expected, information = evaluate(
        beta, design, risk_weight, place, before, start, deaths, mean_weight, ones, efron, space
    )
    height = (observed * beta).sum() - denominator
    score = observed - expected
    first = (height, score, information)
    step = np.zeros(beta.size)
    gain = np.inf
    for iteration in range(most + 1):
        factor, dependent = cholesky(information, PIVOT if iteration == 0 else 1e-14)
        if dependent >= 0:
            state = SINGULAR if iteration == 0 else DIVERGING
            return state, iteration, beta, height, score, information, step, *first
        step = solve(factor, score)
        earlier, gain = gain, (score * step).sum()
        if wary and gain < FLAT and (np.abs(step) * reach).sum() > MOVED:
            return DIVERGING, iteration, beta, height, score, information, step, *first
        at_noise = gain < NEGLIGIBLE and gain > earlier / 16
        if gain <= tolerance * tolerance or at_noise:
            return (
                CONVERGED,
                iteration,
                beta + step,
                height + gain / 2,
                score,
                information,
                step,
                *first,
            )
        if iteration == most:
            break
        fraction, risen = 1.0, False
        for _ in range(HALVINGS):
            trial = beta + fraction * step
            if within_reach(trial, design, reach):
                denominator, expected, information = evaluate(
                    trial,
                    design,
                    risk_weight,
                    place,
                    before,
                    start,
                    deaths,
                    mean_weight,
                    ones,
                    efron,
                    space,
                )
                reached = (observed * trial).sum() - denominator
                size = np.abs(observed * trial).sum() + abs(denominator) + 1.0
                if gain < NEAR_TOP or reached >= height - ROUNDING * size:
                    risen = True
                    break
            fraction /= 2
        if not risen:
            return STUCK, iteration, beta, height, score, information, step, *first
        beta, height, score = trial, reached, observed - expected
    return EXHAUSTED, most, beta, height, score, information, step, *first

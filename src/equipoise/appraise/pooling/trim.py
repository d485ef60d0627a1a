"""What the pooled effect would be if the funnel's missing studies were like those opposite.

    L₀ = (4 S - k(k + 1)) / (2k - 1),   S the sum of the ranks of |y - μ̂| where y > μ̂

studies on the full side have no partner; the L₀ most extreme are trimmed, μ̂ is found anew from
the rest, until L₀ stays; then their mirror images 2μ̂ - y are filled in (Duval & Tweedie 2000).
The side that lacks studies is told by the slope of the effect on the standard error.  A device
to see how much might hang on missing studies: it does not correct for them.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.appraise.pooling.pool import Pooled
from equipoise.appraise.pooling.sensitivity import again, estimator
from equipoise.appraise.pooling.studies import StudyEffect
from equipoise.errors import NotEstimable
from equipoise.kernel.arrays import Vector
from equipoise.kernel.heterogeneity import Estimator, tau_squared, weighted

LEAST = 3
ROUNDS = 100
ROUNDING = 1e-13  # of the largest effect: studies this close to the mean are at it


@dataclass(frozen=True, slots=True)
class TrimmedAndFilled:
    """The funnel made symmetric."""

    side: Literal["left", "right"]  # where studies are missing
    missing: int
    filled: tuple[StudyEffect, ...]  # the mirror images
    pooled: Pooled  # with them


def trim_and_fill(pooled: Pooled) -> TrimmedAndFilled:
    """Fill in the mirror images of studies without a partner, and pool again.

    Raises:
        NotEstimable: fewer than three studies.
        ClaimError: it was pooled from tables.

    Witness: R metafor 3.8 `trimfill`.
    """
    method, studies = estimator(pooled), pooled.studies
    value = np.array([study.estimate for study in studies])
    variance = np.array([study.standard_error for study in studies]) ** 2
    if value.size < LEAST:
        raise NotEstimable(f"{value.size} studies are too few to be trimmed. Give more.")
    side: Literal["left", "right"] = "right" if _slope(value, variance, method) < 0 else "left"
    sign = -1.0 if side == "right" else 1.0
    order = np.argsort(sign * value, kind="stable")
    middle, missing = _trimmed(sign * value[order], variance[order], method)
    filled = tuple(
        _mirrored(studies[k], sign * middle, number)
        for number, k in enumerate(order[value.size - missing :], start=1)
    )
    return TrimmedAndFilled(side, missing, filled, again(pooled, (*studies, *filled)))


def _slope(value: Vector, variance: Vector, method: Estimator) -> float:
    """Give how the effect changes with the standard error; 0 where all have one."""
    if np.ptp(variance) == 0.0:
        return 0.0
    design = np.column_stack([np.ones(value.size), np.sqrt(variance)])
    square = tau_squared(value, variance, method, design)
    return float(weighted(value, variance, square, design).coefficients[1])


def _trimmed(value: Vector, variance: Vector, method: Estimator) -> tuple[float, int]:
    """Give the mean of the trimmed studies and how many were trimmed from the high end."""
    size, missing, before = value.size, 0, -1
    middle = 0.0
    for _ in range(ROUNDS):
        if missing == before:
            break
        before = missing
        kept, noise = value[: size - missing], variance[: size - missing]
        square = tau_squared(kept, noise, method) if kept.size > 1 else 0.0
        weight = 1.0 / (noise + square)
        middle = float(weight @ kept / weight.sum())
        distance = value - middle
        distance[np.abs(distance) <= ROUNDING * np.abs(value).max()] = 0.0
        rank = np.empty(size)
        rank[np.argsort(np.abs(distance), kind="stable")] = np.arange(1, size + 1)
        high = float(rank[distance > 0].sum())
        estimate = (4 * high - size * (size + 1)) / (2 * size - 1)
        missing = min(max(0, round(estimate)), size - 1)
    return middle, missing


def _mirrored(study: StudyEffect, middle: float, number: int) -> StudyEffect:
    return replace(
        study,
        id=f"filled {number}",
        label=f"mirror image of {study.label}",
        estimate=2 * middle - study.estimate,
        remark="",
    )

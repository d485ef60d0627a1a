"""What a fitted Cox model says: coefficients or their named absence, tests, conventions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtr

from equipoise.analyze import printing
from equipoise.analyze.estimates import Absent, Estimate, Interval, Number, TestResult
from equipoise.kernel.confidence import normal_quantile

if TYPE_CHECKING:
    from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
    from equipoise.kernel.cox_cells import Cells
    from equipoise.kernel.cox_fit import Ties
    from equipoise.kernel.risk_sets import Moments


@dataclass(frozen=True, slots=True)
class CoxRows:
    """The rows a model was fitted to, and where they sit."""

    time: Vector
    event: Flags
    covariates: Matrix
    stratum: Codes | None
    entry: Vector | None
    weight: Vector | None
    offset: Vector | None
    cluster: Codes | None
    moments: Moments
    cells: Cells


@dataclass(frozen=True, slots=True)
class CoxFit:
    """A Cox model.  For one covariate coded 1 = experimental, positive tests favor it."""

    names: tuple[str, ...]
    coefficients: tuple[Number, ...]  # log hazard ratios
    standard_errors: tuple[Number, ...]  # robust where a robust variance was asked for
    covariance: Matrix  # inverse information; 0 in rows of absent coefficients
    robust_covariance: Matrix | None
    log_likelihood_null: float
    log_likelihood: float
    score: Vector  # gradient of the log likelihood where every coefficient is zero
    iterations: int
    events: int
    rows: int
    ties: Ties
    wald: TestResult
    score_test: TestResult
    likelihood_ratio: TestResult
    robust_score_test: TestResult | None
    last_iterate: Vector  # 0 for a covariate left out; large for an infinite coefficient
    assumed: tuple[str, ...]
    data: CoxRows = field(repr=False)
    level: float = 0.95

    def __repr__(self) -> str:
        return printing.cox_fit(self)

    def hazard_ratio(self, which: int | str, level: float | None = None) -> Estimate:
        """Give exp(coefficient) with its Wald interval, symmetric on the log scale."""
        index = self.names.index(which) if isinstance(which, str) else which
        used = self.level if level is None else level
        variance = "robust" if self.robust_covariance is not None else "model-based"
        method = f"Cox model, {self.ties.capitalize()} ties"
        limits = f"Wald on the log scale, {variance} variance"
        value, error = self.coefficients[index], self.standard_errors[index]
        if isinstance(value, Absent) or isinstance(error, Absent):
            state = value if isinstance(value, Absent) else error
            return Estimate(state, state, Interval(state, state, used, limits), method, "log")
        half = normal_quantile(used) * error
        lower, upper = np.exp([value - half, value + half]).tolist()
        return Estimate(
            float(np.exp(value)), error, Interval(lower, upper, used, limits), method, "log"
        )


def chi_square(value: Vector, variance: Matrix) -> float:
    """Give vᵀ V⁻¹ v, whatever the units; directions without variance do not count."""
    if value.size == 1:
        return float(value[0] ** 2 / variance[0, 0]) if variance[0, 0] > 0 else 0.0
    spread = np.sqrt(np.diag(variance))
    moving = spread > 0
    scaled = value[moving] / spread[moving]
    correlation = variance[np.ix_(moving, moving)] / np.outer(spread[moving], spread[moving])
    return float(scaled @ np.linalg.pinv(correlation, rcond=1e-11, hermitian=True) @ scaled)


def signed_test(
    method: str, square: float, degrees: int, sign: float, assumed: tuple[str, ...]
) -> TestResult:
    """Turn a chi-square into a test: signed for one degree of freedom."""
    if degrees == 0:
        absent = Absent.NO_VARIANCE
        return TestResult(method, absent, 0, absent, absent, assumed)
    square = max(square, 0.0)
    if degrees > 1:
        p = float(chdtrc(degrees, square))
        return TestResult(method, square, degrees, Absent.NO_DIRECTION, p, assumed)
    z = -float(np.copysign(np.sqrt(square), sign))
    return TestResult(method, z, 1, float(ndtr(-z)), 2 * float(ndtr(-abs(z))), assumed)

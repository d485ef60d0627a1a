"""Least squares with a factor and covariates: adjusted means and the test of equal groups.

    y = Xβ + ε,   Var ε = σ² I;   β̂ and σ̂² from an orthonormal basis of the centred columns

The basis is built column by column, orthogonalized twice (Gram & Schmidt).  Centring y and
the columns first keeps constant leading digits from drowning the differences (NIST's SmLs
sets).  A column that is a combination of the ones before it is dropped (rank tolerance 1e-10
of its own length), so an aliased covariate changes nothing.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector

RANK_TOLERANCE = 1e-10
PERFECT = 1e-26  # share of the sum of squares below which a residual is rounding


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """What a fit leaves: coefficients of the kept columns, and how much is unexplained."""

    coefficients: Vector  # NaN where a column was dropped
    covariance: Matrix  # of the coefficients, unscaled by σ²
    residual_sum_of_squares: float
    residual_degrees_of_freedom: int
    rank: int  # without the intercept

    @property
    def variance(self) -> float:
        """σ̂², NaN without residual degrees of freedom."""
        if self.residual_degrees_of_freedom <= 0:
            return float("nan")
        return self.residual_sum_of_squares / self.residual_degrees_of_freedom


def least_squares(y: Vector, columns: Matrix) -> LeastSquares:
    """Fit y on an intercept and `columns`."""
    centred = columns - columns.mean(axis=0)
    centred -= centred.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    kept: list[int] = []
    basis = np.empty((y.size, 0))
    for k in range(columns.shape[1]):
        rest = centred[:, k] - basis @ (basis.T @ centred[:, k])
        rest -= basis @ (basis.T @ rest)
        if length[k] > 0 and np.sqrt(rest @ rest) > RANK_TOLERANCE * length[k]:
            basis = np.column_stack([basis, rest / np.sqrt(rest @ rest)])
            kept.append(k)
    deviation = y - y.mean()
    deviation -= deviation.mean()
    upper = basis.T @ centred[:, kept]
    coefficients = np.full(columns.shape[1], np.nan)
    coefficients[kept] = np.linalg.solve(upper, basis.T @ deviation)
    inverse = np.linalg.inv(upper) if kept else np.empty((0, 0))
    covariance = np.full((columns.shape[1], columns.shape[1]), np.nan)
    covariance[np.ix_(kept, kept)] = inverse @ inverse.T
    residual = deviation - basis @ (basis.T @ deviation)
    residual -= basis @ (basis.T @ residual)
    left, whole = float(residual @ residual), float(deviation @ deviation)
    unexplained = left if left > PERFECT * whole else 0.0
    freedom = y.size - 1 - len(kept)
    return LeastSquares(coefficients, covariance, unexplained, freedom, len(kept))

"""How the test statistics of several hypotheses are correlated.

Statistics that share patients share noise:

    arms against one control    r_ij = √(n_i / (n_i + n_0)) √(n_j / (n_j + n_0))
    nested populations          r_ij = √(I_i / I_j), the smaller of the two in the larger

with n patients per arm (equal variances) and I the information in each population.
"""

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, frozen

ASYMMETRY = 1e-10
NEGATIVE = -1e-8  # an eigenvalue below this is not rounding


def checked_correlation(correlation: ArrayLike, size: int) -> Matrix:
    """Check that a matrix is a correlation matrix of `size` statistics.

    Raises:
        DesignError: Wrong size, not symmetric, a diagonal other than 1, or no distribution has it.
    """
    matrix = np.array(correlation, dtype=np.float64)
    if matrix.ndim != 2:  # noqa: PLR2004 - a table
        raise DesignError(
            f"Correlations are a square of numbers, one row for each statistic; found "
            f"{matrix.tolist()}. For three equal arms against one control, give "
            "`shared_control_correlation([1, 1, 1], 1)[1]`."
        )
    if matrix.shape != (size, size):
        raise DesignError(
            f"{size} statistics need {size} rows of {size} correlations; found "
            f"{' by '.join(map(str, matrix.shape))}. Give every pair."
        )
    if not np.isfinite(matrix).all() or np.abs(matrix - matrix.T).max() > ASYMMETRY:
        raise DesignError(
            "Correlations are numbers, the same both ways round. Correct the matrix; statistics "
            "of unknown correlation belong to different groups."
        )
    if np.abs(np.diag(matrix) - 1.0).max() > ASYMMETRY:
        raise DesignError(
            f"A statistic's correlation with itself is 1; found {np.diag(matrix).tolist()}. "
            "Give correlations, not covariances."
        )
    if (lowest := float(np.linalg.eigvalsh(matrix)[0])) < NEGATIVE:
        raise DesignError(
            f"No statistics have these correlations: an eigenvalue is {lowest:.3g}. Bring the "
            "pairs closer to each other, or closer to 0."
        )
    return frozen(matrix)


def shared_control_correlation(sizes: ArrayLike, control: float) -> tuple[Vector, Matrix]:
    """Give the loadings and correlations of comparisons of several arms with one control.

    Args:
        sizes: (arms,) patients, or anything in proportion to the information per arm.
        control: likewise.

    Raises:
        DesignError: An arm without patients.
    Witness: closed form (0.5 for equal arms).

    >>> shared_control_correlation([100, 100], 100)[1].round(12).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    size = np.atleast_1d(np.asarray(sizes, dtype=np.float64))
    if not (np.isfinite(size).all() and (size > 0.0).all() and control > 0.0):
        raise DesignError(
            f"Every arm needs patients; found {size.tolist()} and {control:g} in the control arm."
        )
    loading = np.sqrt(size / (size + control))
    correlation = np.outer(loading, loading)
    np.fill_diagonal(correlation, 1.0)
    return frozen(loading), frozen(correlation)


def nested_correlation(information: ArrayLike) -> Matrix:
    """Give the correlations of the same comparison in populations each within the next.

    Args:
        information: (populations,) of each, increasing; prevalences of the smaller and 1 do.

    Raises:
        DesignError: Information that does not increase.
    Witness: closed form (the root of the prevalence), Spiessens & Debois (2010).

    >>> nested_correlation([0.25, 1.0]).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    amount = np.atleast_1d(np.asarray(information, dtype=np.float64))
    if not (np.isfinite(amount).all() and (np.diff(amount, prepend=0.0) > 0.0).all()):
        raise DesignError(
            f"Each population is within the next, with less information; found {amount.tolist()}. "
            "Order them from the smallest on."
        )
    correlation = np.sqrt(np.minimum.outer(amount, amount) / np.maximum.outer(amount, amount))
    return frozen(np.asarray(correlation))

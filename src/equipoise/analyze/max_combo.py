"""The largest of several weighted log-rank tests, with a p-value that knows of the choice.

Each weight gives a z, positive when the experimental arm is better; under no difference they
are jointly normal, with the correlations of their weighted sums (Karrison 2016; Lin et al.
2020).  One-sided, the largest z counts; two-sided, the largest |z|.  The p-value is integrated,
not drawn, so that the same data give the same number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyze.estimates import Absent, TestResult
from equipoise.analyze.given import Label
from equipoise.analyze.log_rank import conventions, grouped_rows
from equipoise.analyze.signed_test import Better, absent
from equipoise.errors import DataError
from equipoise.kernel.arrays import Matrix, Vector, frozen
from equipoise.kernel.multivariate_normal import exceedance

WEIGHTS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class MaxCombo:
    """The tests by weight, and the one that stands for them."""

    weights: tuple[tuple[float, float], ...]  # rho, gamma
    z: Vector  # by weight; empty where the test does not exist
    correlation: Matrix
    test: TestResult  # its statistic is the z of the largest size


def max_combo(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    weights: Sequence[tuple[float, float]] = WEIGHTS,
    stratum: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    better: Better = "later",
    control: Label | None = None,
) -> MaxCombo:
    """Compare two arms when it is not known beforehand where their hazards part.

    Raises:
        DataError: rows that break a convention, by number, other than two groups, no weights.

    Accuracy: z 1e-12, p 1e-9 relative up to four weights, in agreement with mvtnorm to its 1e-7.
    Witness: maxcombo_gbsg, surv-0160.
    """
    pairs = tuple((float(rho), float(gamma)) for rho, gamma in weights)
    if not pairs or min(min(pair) for pair in pairs) < 0.0:
        raise DataError(f"MaxCombo needs weights (rho, gamma) of 0 or more, not {pairs}.")
    given = grouped_rows(
        time, event, group, groups=2, stratum=stratum, entry=entry, control=control
    )
    sums = given.sums(*np.transpose(pairs))
    stated = ", ".join(f"({rho:g}, {gamma:g})" for rho, gamma in pairs)
    method = "MaxCombo" if stratum is None else "Stratified MaxCombo"
    shared = conventions(weighted=True, strata=stratum is not None, late=entry is not None)
    assumed = (
        f"the largest of the Fleming-Harrington tests (rho, gamma) = {stated}",
        *shared,
        "p-value by deterministic integration",
    )
    covariance = sums.covariance[:, :, 1, 1]
    variance = np.diag(covariance)
    if variance.min() <= 0.0:
        state = Absent.NO_VARIANCE if given.rows.event.any() else Absent.NO_EVENTS
        test = absent(method, state, assumed)
        return MaxCombo(pairs, frozen(np.empty(0)), frozen(np.empty((0, 0))), test)
    sign = 1.0 if better == "later" else -1.0
    size = np.sqrt(variance)
    z = sign * (sums.expected[:, 1] - sums.observed[:, 1]) / size
    correlation = covariance / np.outer(size, size)
    largest = float(z[np.argmax(np.abs(z))])
    test = TestResult(
        method,
        largest,
        1,
        exceedance(correlation, float(z.max()), two_sided=False),
        exceedance(correlation, abs(largest), two_sided=True),
        assumed,
    )
    return MaxCombo(pairs, frozen(z), frozen(correlation), test)

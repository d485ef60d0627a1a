"""The largest of several weighted log-rank tests, with a p-value that knows of the choice.

Each weight gives a z, positive when the experimental arm is better; under no difference they
are jointly normal, with the correlations of their weighted sums (Karrison 2016; Lin et al.
2020).  One-sided, the largest z counts; two-sided, the largest |z|.  The p-value is integrated,
not drawn, so that the same data give the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.analyze import printing
from equipoise.analyze.estimates import Absent, TestResult
from equipoise.analyze.log_rank import conventions, grouped_rows
from equipoise.analyze.signed_test import Better, absent
from equipoise.errors import DataError
from equipoise.kernel.arrays import Matrix, Vector, frozen
from equipoise.kernel.max_combo_tail import tail_of_largest
from equipoise.kernel.multivariate_normal import exceedance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from equipoise.analyze.given import Label

WEIGHTS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class MaxCombo:
    """The tests by weight, and the one that stands for them."""

    weights: tuple[tuple[float, float], ...]  # rho, gamma
    z: Vector  # by weight; empty where the test does not exist
    correlation: Matrix
    test: TestResult  # its statistic is the z of the largest size

    def __repr__(self) -> str:
        return printing.max_combo(self)


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

    Args:
        time: follow-up of each row, in any one unit; not below 0 unless `entry` is given.
        event: 1 or True where the follow-up ended in the event, 0 or False where it was censored.
        group: 0 for control, 1 for experimental (then 2, ...); or labels, with `control`.
        weights: the pairs (rho, gamma) of the Fleming-Harrington tests to take the largest of.
        stratum: numbers from 0 or labels; the groups are compared within each.
        entry: when each row came under observation, before `time`; at risk after it.
        better: "later" where it is good for patients that the event comes late (death), "sooner"
            where it is good that it comes soon (recovery); it gives the statistic its sign.
        control: the label of the control group, where `group` holds labels.

    Raises:
        DataError: rows that break a convention, by number, other than two groups, no weights.

    Accuracy: z 1e-12; p of the four weights that are usual, or fewer, 2e-9 relative; of more, see
        `kernel.max_combo_tail` (rank 4) and `kernel.multivariate_normal`.
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
        _beyond(correlation, float(z.max()), two_sided=False),
        _beyond(correlation, abs(largest), two_sided=True),
        assumed,
    )
    return MaxCombo(pairs, frozen(z), frozen(correlation), test)


def _beyond(correlation: Matrix, limit: float, *, two_sided: bool) -> float:
    """Give P(max Z > limit), or P(max |Z| > limit): the largest of all Z and their opposites."""
    if two_sided and limit <= 0.0:
        return 1.0
    both = np.block([[correlation, -correlation], [-correlation, correlation]])
    tail = float(tail_of_largest(both if two_sided else correlation, limit))
    if np.isnan(tail):  # the weights do not add up to each other: of too high a rank
        return exceedance(correlation, limit, two_sided=two_sided)
    return tail

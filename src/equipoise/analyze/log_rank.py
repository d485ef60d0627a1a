"""Do the arms have the event at the same rate?  The (weighted, stratified) log-rank test.

The sums, the tie-corrected hypergeometric variance and the Fleming-Harrington weights stand in
`kernel.log_rank`.  With two groups (0 control, 1 experimental)

    z = (E₁ - O₁) / √V₁₁     when a later event is better, its negative when a sooner one is,

so z > 0 favors the experimental arm; z² is R's `survdiff` chi-square.  With more groups the
statistic is (O - E)ᵀ V⁻ (O - E), its degrees of freedom the rank of V: groups never at risk
at an event, and comparisons no stratum makes, drop out.

Not done: Gehan, Tarone-Ware and Peto's own weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from equipoise.analyze import printing
from equipoise.analyze.estimates import Absent, Number, TestResult
from equipoise.analyze.given import Label, are_labels, layers, numbered
from equipoise.analyze.signed_test import Better, absent, signed_test
from equipoise.analyze.survival_rows import SurvivalRows, group_codes, survival_rows
from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, Matrix, Vector, frozen
from equipoise.kernel.log_rank import LogRankSums, log_rank_sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

RANK_TOLERANCE = 1e-10  # of the largest eigenvalue of V


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test and what it is made of, summed over strata."""

    observed: Vector  # by group, weighted
    expected: Vector
    variance: Matrix  # of observed - expected
    test: TestResult
    uninformative_strata: int  # strata with rows of one group only
    strata: int

    def __repr__(self) -> str:
        return printing.log_rank(self)

    @property
    def statistic(self) -> Number:
        """The signed z of two groups, the chi-square of more."""
        return self.test.statistic

    @property
    def degrees_of_freedom(self) -> int:
        """The rank of the variance."""
        return self.test.degrees_of_freedom

    @property
    def assumed(self) -> tuple[str, ...]:
        """The conventions."""
        return self.test.assumed


@dataclass(frozen=True, slots=True)
class GroupedRows:
    """Checked rows with their groups and strata numbered from 0."""

    rows: SurvivalRows
    group: Codes
    groups: int
    stratum: Codes | None
    strata: int

    def sums(self, rho: ArrayLike, gamma: ArrayLike) -> LogRankSums:
        """Sum over the risk sets, for one or several weights."""
        return log_rank_sums(
            self.rows.time,
            self.rows.event,
            self.group,
            groups=self.groups,
            stratum=self.stratum,
            strata=self.strata,
            entry=self.rows.entry,
            rho=np.array(rho, dtype=np.float64, ndmin=1),
            gamma=np.array(gamma, dtype=np.float64, ndmin=1),
        )


def log_rank(  # noqa: PLR0913 - the rows of a trial have this many columns
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    groups: int | None = None,
    stratum: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    rho: float = 0.0,
    gamma: float = 0.0,
    better: Better = "later",
    control: Label | None = None,
) -> LogRank:
    """Compare groups over all of follow-up, within strata where given.

    Args:
        time: follow-up of each row, in any one unit; not below 0 unless `entry` is given.
        event: 1 or True where the follow-up ended in the event, 0 or False where it was censored.
        group: 0 for control, 1 for experimental (then 2, ...); or labels, with `control`.
        groups: how many groups there are, if the last may have no rows.
        stratum: numbers from 0 or labels; the groups are compared within each.
        entry: when each row came under observation, before `time`; at risk after it.
        rho: Fleming-Harrington weight on early differences, Ŝ^rho; 0 for the plain test.
        gamma: Fleming-Harrington weight on late differences, (1 - Ŝ)^gamma; 0 for the plain test.
        better: "later" where it is good for patients that the event comes late (death), "sooner"
            where it is good that it comes soon (recovery); it gives the statistic its sign.
        control: the label of the control group, where `group` holds labels.

    Raises:
        DataError: rows that break a convention, by number, or fewer than two groups.

    Accuracy: 1e-12 relative to R's `survdiff`.
    Witness: lr_colon_trt_strat, lr_lung_strat_inst, fh_colon_0_1, surv-0012, surv-0101.

    >>> result = log_rank([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 1, 1])
    >>> round(float(result.test.statistic), 4)
    1.6977
    """
    given = grouped_rows(
        time, event, group, groups=groups, stratum=stratum, entry=entry, control=control
    )
    if rho < 0.0 or gamma < 0.0:
        raise DataError(f"Weights need rho and gamma of 0 or more, not {rho:g} and {gamma:g}.")
    sums = given.sums(rho, gamma)
    observed, expected, variance = sums.observed[0], sums.expected[0], sums.covariance[0, 0]
    method = method_name(rho, gamma, strata=given.stratum is not None)
    assumed = conventions(
        weighted=max(rho, gamma) > 0.0, strata=given.stratum is not None, late=entry is not None
    )
    if not given.rows.event.any():
        test = absent(method, Absent.NO_EVENTS, assumed)
    elif np.count_nonzero(sums.rows.sum(axis=0)) == 1:
        test = absent(method, Absent.NO_PATIENTS, assumed)
    elif given.groups == 2:  # noqa: PLR2004 - two arms
        sign = 1.0 if better == "later" else -1.0
        benefit = sign * float(expected[1] - observed[1])
        test = signed_test(method, benefit, float(variance[1, 1]), assumed)
    else:
        test = _chi_square(method, observed - expected, variance, assumed)
    alone = np.count_nonzero(sums.rows, axis=1) == 1
    return LogRank(
        observed=frozen(observed),
        expected=frozen(expected),
        variance=frozen(variance),
        test=test,
        uninformative_strata=int(alone.sum()) if given.stratum is not None else 0,
        strata=given.strata,
    )


def grouped_rows(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    groups: int | None,
    stratum: ArrayLike | None,
    entry: ArrayLike | None,
    control: Label | None = None,
) -> GroupedRows:
    """Check rows, groups and strata; strata may be numbered with gaps.

    Raises:
        DataError: rows that break a convention, by number, or fewer than two groups.
    """
    rows = survival_rows(time, event, entry)
    named = control is not None or are_labels(group)
    codes = group_codes(
        "group", numbered("group", group, control=control) if named else group, rows.time.size
    )
    found = int(codes.max()) + 1
    count = found if groups is None else groups
    if count < 2 or found > count:  # noqa: PLR2004 - two arms
        raise DataError(
            f"A comparison of {max(count, 2)} groups needs codes from 0 to {max(count, 2) - 1}; "
            f"the largest is {found - 1}. Number the arms 0 (control), 1, and so on."
        )
    if stratum is None:
        return GroupedRows(rows, codes, count, None, 1)
    within = group_codes(
        "stratum", layers("stratum", stratum) if are_labels(stratum) else stratum, rows.time.size
    )
    strata = int(within.max()) + 1
    if strata > rows.time.size:
        _, within = np.unique(within, return_inverse=True)
        strata = int(within.max()) + 1
    return GroupedRows(rows, codes, count, within, strata)


def method_name(rho: float, gamma: float, *, strata: bool) -> str:
    """Name the test as a report prints it."""
    name = "log-rank" if rho == gamma == 0.0 else f"Fleming-Harrington({rho:g}, {gamma:g})"
    stratified = f"stratified {name}" if strata else name
    return stratified[0].upper() + stratified[1:]


def conventions(*, weighted: bool, strata: bool, late: bool) -> tuple[str, ...]:
    """Say what the sums assume."""
    weights = "weights from the pooled Kaplan-Meier estimate just before each time"
    return (
        "hypergeometric variance, ties kept",
        *((f"{weights}{', within strata' if strata else ''}",) if weighted else ()),
        *(("at risk from entry on",) if late else ()),
    )


def _chi_square(
    method: str, difference: Vector, variance: Matrix, assumed: tuple[str, ...]
) -> TestResult:
    """Set the differences against their variance, along the directions that have any."""
    size, direction = np.linalg.eigh(variance)
    some = size > RANK_TOLERANCE * max(float(size[-1]), 0.0)
    rank = int(np.count_nonzero(some))
    if rank == 0:
        return absent(method, Absent.NO_VARIANCE, assumed)
    along = direction[:, some].T @ difference
    statistic = float((along**2 / size[some]).sum())
    p = float(chdtrc(rank, statistic))
    return TestResult(method, statistic, rank, Absent.NO_DIRECTION, p, assumed)

"""Do arms differ in how often one cause comes first?  Gray's test.

The score and its covariance are `kernel.gray`'s.  With k groups Z'V⁻¹Z is chi-square on k - 1
degrees of freedom; two groups keep their direction, z = Z₁ / √V₁₁, positive in the direction
that is better for the group coded 1 (Gray 1988, Ann. Statist. 16:1141).

Patients may enter late, after everyone at risk in their arm had an event.  No adjusted risk set
exists then: such a stratum is skipped and counted, and without strata there is no test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import chdtrc, ndtr

from equipoise.analyze.cumulative_incidence import checked_outcomes, checked_times
from equipoise.analyze.estimates import Absent, TestResult
from equipoise.analyze.given import Label, are_labels, layers, numbered
from equipoise.analyze.survival_rows import same_length
from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, codes
from equipoise.kernel.gray import GrayScore, gray_score

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

TWO = 2  # groups that have a direction
ENTERED_TOO_LATE = "patients enter an arm after all earlier ones had events"


def gray_test(  # noqa: PLR0913 - the rows of a trial have this many columns
    time: ArrayLike,
    outcome: ArrayLike,
    group: ArrayLike,
    *,
    cause: int = 1,
    stratum: ArrayLike | None = None,
    rho: float = 0.0,
    entry: ArrayLike | None = None,
    better: Literal["later", "sooner"] = "later",
    control: Label | None = None,
) -> TestResult:
    """Test that groups 0, 1, ... have the same cumulative incidence of `cause`.

    `better` says what is good for patients: that this event comes later (or never), or, as
    for a transplant in remission, sooner.  `rho` weights by (1 - F₀)^rho.  Groups without
    patients are left out.

    Args:
        time: follow-up of each row, in any one unit; not below 0 unless `entry` is given.
        outcome: what ended each row: 0 censored, 1, 2, ... the cause that came first.
        group: 0 for control, 1 for experimental (then 2, ...); or labels, with `control`.
        cause: the cause to compare, 1, 2, ...
        stratum: numbers from 0 or labels; the groups are compared within each.
        rho: weight (1 - F₀)^rho; 0 for the plain test.
        entry: when each row came under observation, before `time`; at risk after it.
        better: "later" where it is good for patients that the event comes late (death), "sooner"
            where it is good that it comes soon (recovery); it gives the statistic its sign.
        control: the label of the control group, where `group` holds labels.

    Raises:
        DataError: fewer than two groups have patients; times or outcomes break a convention.

    Accuracy: 1e-8 relative.  Witness: cuminc_mgus2, gray_rho, cuminc-generated-01 ... -14.

    >>> gray_test([1, 2, 3, 4], [1, 2, 1, 1], [0, 1, 0, 1]).statistic > 0
    True
    """
    at, late = checked_times(time, entry)
    how = checked_outcomes(outcome, at.size, None)
    named = control is not None or are_labels(group)
    given = numbered("group", group, control=control) if named else codes(group)
    same_length("group", given.size, at.size)
    present, place = _renumbered(given)
    if present.size < TWO:
        found = ", ".join(map(str, present.tolist())) or "none"
        raise DataError(f"Gray's test compares two groups or more; found {found}. Add a group.")
    within = None
    if stratum is not None:
        within = layers("stratum", stratum) if are_labels(stratum) else codes(stratum)
        same_length("stratum", within.size, at.size)
    score = gray_score(
        at,
        how,
        place,
        groups=present.size,
        cause=cause,
        stratum=within,
        rho=rho,
        entry=late,
    )
    strata = 1 if within is None else np.unique(within).size
    return _result(score, _method(rho, within is not None), better, strata)


def _renumbered(given: Codes) -> tuple[Codes, Codes]:
    """Give the codes that occur, and each row's place among them."""
    if given.size == 0 or given.min() < 0 or given.max() > given.size:
        present, place = np.unique(given, return_inverse=True)
        return present, codes(place)
    rows = np.bincount(given)
    present = np.flatnonzero(rows)
    return present, given if present.size == rows.size else (np.cumsum(rows > 0) - 1)[given]


def _result(
    score: GrayScore, method: str, better: Literal["later", "sooner"], strata: int
) -> TestResult:
    freedom = score.score.size - 1
    assumed: tuple[str, ...] = (
        "ties: exact times of events, hypergeometric correction",
        "variance: Gray 1988",
    )
    if score.skipped == strata:
        none = Absent.NO_RISK_SET
        return TestResult(method, none, freedom, none, none, assumed)
    if score.skipped:
        many = "stratum" if score.skipped == 1 else "strata"
        assumed += (f"{score.skipped} {many} skipped: {ENTERED_TOO_LATE}",)
    z, covariance = score.score[1:], score.covariance[1:, 1:]
    if np.linalg.matrix_rank(covariance) < freedom or np.diag(covariance).min() <= 0:
        none = Absent.NO_EVENTS if not score.covariance.any() else Absent.NO_VARIANCE
        return TestResult(method, none, freedom, none, none, assumed)
    if freedom == 1:
        signed = float(z[0] / np.sqrt(covariance[0, 0])) * (1 if better == "sooner" else -1)
        both = float(2 * ndtr(-abs(signed)))
        return TestResult(method, signed, 1, float(ndtr(-signed)), both, assumed)
    chi_square = float(z @ np.linalg.solve(covariance, z))
    p = float(chdtrc(freedom, chi_square))
    return TestResult(method, chi_square, freedom, Absent.NO_DIRECTION, p, assumed)


def _method(rho: float, stratified: bool) -> str:  # noqa: FBT001 - a word of the name
    name = "stratified Gray" if stratified else "Gray"
    return name if rho == 0 else f"{name}, rho = {rho:g}"

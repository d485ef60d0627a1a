"""Do groups differ in the cumulative incidence of one cause?  The score of Gray's test.

With Y_r at risk in group r, S_r its survival from every cause and F_r its incidence of the
cause tested, a group's *adjusted* risk set counts also those gone by a competing event,

    R_r(t) = Y_r (1 - F_r(t-)) / S_r(t-),      Z_r = Σ_t (1 - F₀(t-))^ρ (d_r - d R_r / Σ R),

where F₀ pools the groups under the null: dF₀ = d / Σ h_r, h_r = Y_r / S_r(t-).  The variance
follows each cause's independent increments through Z, with a hypergeometric correction for
ties; scores and variances add over strata.  (Gray 1988, Ann. Statist. 16:1141, §§2-3; the
tie corrections are those of his program, R's cmprsk.)

With late entry Y counts entry < t ≤ exit; the published test has no such case.  Where patients
of a group are at risk once its S_r has come to 0, R_r does not exist, and the stratum is skipped.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector, frozen
from equipoise.kernel.gray_walks import CAUSE, ENDINGS, OTHER, outlived, walk
from equipoise.kernel.tally import MOST_KINDS, Tally, tally

SHORT = 1 << 16  # codes below are sorted by counting


@dataclass(frozen=True, slots=True)
class GrayScore:
    """Weighted events above expectation in each group, and their covariance under the null."""

    score: Vector
    covariance: Matrix
    skipped: int = 0  # strata without a score: patients at risk in a group past its S_r = 0


def gray_score(
    time: Vector,
    outcome: Codes,
    group: Codes,
    *,
    groups: int,
    cause: int = 1,
    stratum: Codes | None = None,
    rho: float = 0.0,
    entry: Vector | None = None,
) -> GrayScore:
    """Score the groups 0 ... `groups` - 1 on one cause, all other outcomes above 0 competing.

    >>> t, how = np.array([1.0, 2, 3, 4]), np.array([1, 2, 1, 1])
    >>> gray_score(t, how, np.array([0, 1, 0, 1]), groups=2).score.round(6).tolist()
    [1.166667, -1.166667]
    """
    kinds = groups * ENDINGS
    small = np.uint8 if kinds <= MOST_KINDS else np.int64
    own = outcome == cause
    kind = group.astype(small) * ENDINGS + own.astype(small) * CAUSE
    kind += ((outcome > 0) & ~own).astype(small) * OTHER
    score, covariance = np.zeros(groups), np.zeros((groups, groups))
    skipped = 0
    if stratum is None:
        skipped += not _add(tally(time, kind, kinds, entry), rho, score, covariance)
    else:
        for rows in _members(stratum):
            late = None if entry is None else entry[rows]
            skipped += not _add(tally(time[rows], kind[rows], kinds, late), rho, score, covariance)
    return GrayScore(frozen(score), frozen(covariance), skipped)


def _members(stratum: Codes) -> list[Codes]:
    """Give the rows of each stratum."""
    layer = np.unique(stratum, return_inverse=True)[1]
    size = np.bincount(layer)
    order = np.argsort(layer.astype(np.uint16) if size.size < SHORT else layer, kind="stable")
    return np.split(order, np.cumsum(size)[:-1])


def _add(counted: Tally, rho: float, score: Vector, covariance: Matrix) -> bool:
    """Add one stratum, if its risk sets exist."""
    if counted.joined.shape[1] > 1 and outlived(counted.left, counted.joined, score.size):
        return False
    moments = (counted.left, counted.joined, rho)
    total = walk(*moments, np.empty((0, 0)), score, covariance)
    walk(*moments, total, score, covariance)
    return True

"""How much studies differ beyond chance: Q, τ², I², H.

With w = 1/v, and s² = (k - 1) / (Σw - Σw² / Σw), a typical within-study variance:

    Q = Σ w (y - ȳ_w)² ~ χ²_{k-1} without heterogeneity
    I² = τ² / (τ² + s²),   H² = 1 + τ² / s²         (Higgins & Thompson 2002)

so that with DerSimonian & Laird's τ², I² = (Q - (k - 1)) / Q.  A fixed-effect analysis takes
that I².  The limits of τ² are those of the Q-profile (Viechtbauer 2007), and give those of I².
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from equipoise.analyze.estimates import Absent, Interval, Number
from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.heterogeneity import Estimator, constant, q_profile, tau_squared, weighted

PROFILE = "Q-profile"


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """What the studies say of the differences between them; absent for one study."""

    q: float  # Cochran's
    degrees_of_freedom: int
    p: Number  # of Q
    tau_squared: Number  # variance of true effects; 0 is assumed by a fixed-effect analysis
    tau_squared_interval: Interval  # absent limits: the studies agree more than by chance
    i_squared: Number  # share of the variance that is between studies, from 0 to 1
    i_squared_interval: Interval
    h: Number  # √H², 1 or more
    method: str  # of τ²


def heterogeneity(
    value: Vector,
    variance: Vector,
    method: Estimator,
    level: float,
    design: Matrix | None = None,
) -> Heterogeneity:
    """Measure how much studies differ, about a mean or about a regression on a moderator.

    Args:
        value: estimates, one a study.
        variance: their squared standard errors.
        method: the estimator of τ².
        level: of the limits.
        design: moderators with a constant; a plain mean where it is left out.

    Witness: R metafor 3.8 `rma`, `confint`.
    """
    x = constant(value.size) if design is None else design
    spare = int(value.size - x.shape[1])
    if spare < 1:
        few = Absent.TOO_FEW_STUDIES
        none = Interval(few, few, level, PROFILE)
        return Heterogeneity(0.0, 0, few, few, none, few, none, few, method)
    known = weighted(value, variance, 0.0, x)
    square = tau_squared(value, variance, method, x)
    typical = spare / known.trace
    return Heterogeneity(
        q=known.q,
        degrees_of_freedom=spare,
        p=float(chdtrc(spare, known.q)),
        tau_squared=square,
        tau_squared_interval=_profile(value, variance, level, x, None),
        i_squared=_share(known.q, spare) if method == "fixed" else square / (square + typical),
        i_squared_interval=_profile(value, variance, level, x, typical),
        h=float(np.sqrt(max(1.0, known.q / spare) if method == "fixed" else 1 + square / typical)),
        method=method,
    )


def q_heterogeneity(q: float, degrees: int, level: float) -> Heterogeneity:
    """Say what a Q alone tells: of tables pooled without an estimate of τ².

    Witness: R metafor 3.8 `rma.mh`, `rma.peto`.
    """
    gone = Absent.TOO_FEW_STUDIES
    none = Interval(gone, gone, level, PROFILE)
    if degrees < 1:
        return Heterogeneity(0.0, 0, gone, gone, none, gone, none, gone, "fixed")
    return Heterogeneity(
        q=q,
        degrees_of_freedom=degrees,
        p=float(chdtrc(degrees, q)),
        tau_squared=0.0,
        tau_squared_interval=none,
        i_squared=_share(q, degrees),
        i_squared_interval=none,
        h=float(np.sqrt(max(1.0, q / degrees))),
        method="fixed",
    )


def _share(q: float, degrees: int) -> float:
    return max(0.0, (q - degrees) / q) if q > 0 else 0.0


def _profile(
    value: Vector, variance: Vector, level: float, design: Matrix, typical: float | None
) -> Interval:
    """Give the limits of τ², or of I² where a typical variance is given."""
    limits = q_profile(value, variance, level, design)
    if limits is None:
        return Interval(Absent.NO_VALUE_FITS, Absent.NO_VALUE_FITS, level, PROFILE)
    lower, upper = limits if typical is None else (end / (end + typical) for end in limits)
    return Interval(lower, upper, level, PROFILE)

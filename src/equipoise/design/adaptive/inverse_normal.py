"""Inverse-normal combination: stage-wise p-values put into one group-sequential test.

    Z_k = Σ_{j<=k} w_j z_j / √(Σ_{j<=k} w_j²),    z_j = Φ⁻¹(1 - p_j),   w_j = √(t_j - t_{j-1})

(Lehmacher & Wassmer 1999, Biometrics 55: 1286; Cui, Hung & Wang 1999).  Weights are fixed with
the planned information, so Z keeps the planned design's joint law under the null, whatever the
later stages were changed to; the bounds are those of the group-sequential design.
"""

import numpy as np
from scipy.special import ndtr

from equipoise.design.adaptive.fisher import checked_p_values
from equipoise.design.sequential.conditional_power import conditional_power
from equipoise.design.sequential.design import GroupSequential
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.normal import upper_quantile


def combined_z(sequential: GroupSequential, p_values: tuple[float, ...]) -> Vector:
    """Give the combination statistic after each stage so far.

    Args:
        sequential: the planned design; its information gives the weights.
        p_values: one-sided, of each stage on its own data.

    Raises:
        DesignError: for more p-values than stages, or what is no p-value.

    Witness: rpact getStageResults; law: the combination p is uniform under the null.

    >>> from equipoise.design.sequential.group_sequential import group_sequential
    >>> from equipoise.design.sequential.rules import StoppingPlan
    >>> design = group_sequential(StoppingPlan((0.3, 0.7, 1.0)), power=0.9)
    >>> combined_z(design, (0.0676814970728, 0.160981827024)).round(6).tolist()
    [1.493283, 1.726279]
    """
    p = checked_p_values(p_values)
    if p.size > sequential.looks:
        raise DesignError(
            f"There are {p.size} p-values for {sequential.looks} stages; give one a stage."
        )
    weight = np.sqrt(np.diff(sequential.information, prepend=0.0))[: p.size]
    z = np.array([upper_quantile(float(each)) for each in p])
    return vector(np.cumsum(weight * z) / np.sqrt(np.cumsum(weight**2)))


def combination_p(sequential: GroupSequential, p_values: tuple[float, ...]) -> float:
    """Give the p-value of the stages so far, as if there had been only these.

    Args:
        sequential: the design.
        p_values: one-sided, of each stage so far.

    Witness: law: uniform under the null for any weights.
    """
    return float(ndtr(-combined_z(sequential, p_values)[-1]))


def conditional_error(sequential: GroupSequential, look: int, z: float) -> float:
    """Give the chance under the null of rejecting later, given z at an interim look.

    What Müller & Schäfer (2001, Biometrics 57: 886) let the rest of the trial spend anew.
    Futility counts only if binding; success is the upper side's.

    Args:
        sequential: the design.
        look: at which the design is changed.
        z: the statistic seen there.

    Raises:
        DesignError: where there is no such interim look, or z is not finite.

    Accuracy: 1e-11.

    Witness: lr10 (lrstat adaptDesign); rpact getConditionalRejectionProbabilities; law: averages
        to the alpha that is left.
    """
    return conditional_power(sequential, look, z, "null")

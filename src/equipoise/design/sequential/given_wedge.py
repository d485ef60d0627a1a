"""The wedge of a symmetric two-sided design given by z: futility is |z| < b around zero."""

import numpy as np

from equipoise.design.sequential import symmetric
from equipoise.design.sequential.rules import FixedFutility
from equipoise.design.sequential.schedules import as_many
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector


def given_wedge(problem: symmetric.Symmetric, rule: FixedFutility) -> tuple[Vector, Vector]:
    """Give the efficacy bounds and the half widths of the wedge, 0 where none.

    Raises:
        DesignError: A half width is negative, or reaches the efficacy bound.

    Witness: rpact (design_classical).
    """
    looks = problem.fraction.size
    z = rule.z if len(rule.z) == looks else (*rule.z, -np.inf)
    width = np.array(as_many(z, looks, "futility"))
    wrong = width[np.isfinite(width) & (width < 0.0)]
    if wrong.size:
        raise DesignError(
            f"A wedge of futility |z| < b has b = {wrong[0]:g}; give b above 0 (-inf where there "
            "is none), or leave `symmetric` out to stop at or below that z.",
            "futility",
        )
    width[-1] = 0.0
    width = np.maximum(width, 0.0)
    upper = symmetric.upper_for(problem, width if rule.binding else None)
    symmetric.check_wedge(upper, width)
    return upper, width

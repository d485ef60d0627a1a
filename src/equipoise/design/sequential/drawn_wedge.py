"""The wedge of a symmetric two-sided design drawn by z, by effect, or by a chance of success.

The rule draws a bound as for a one-sided test; where it is above 0, futility is |z| below it.
"""

import numpy as np

from equipoise.design.sequential.rules import FixedFutility
from equipoise.design.sequential.schedules import Alternative, futility_schedule
from equipoise.design.sequential.symmetric import LARGEST, Symmetric, upper_for
from equipoise.kernel.arrays import Vector
from equipoise.kernel.rising_root import rising_root


class DrawnWedge:
    """The bounds for any drift; those found last are where the next search begins."""

    def __init__(self, problem: Symmetric) -> None:
        self.problem = problem
        self.upper = upper_for(problem, None)
        rule = problem.asked.stopping.futility
        self.binding = rule is not None and rule.binding
        self.settled: tuple[Vector, Vector] | None = None
        if isinstance(rule, FixedFutility):
            self.settled = self.bounds(0.0)

    def bounds(self, drift: float) -> tuple[Vector, Vector]:
        """Give the efficacy bounds and the half widths of the wedge."""
        if self.settled is not None:
            return self.settled
        if not self.binding:
            return self.upper, self.width(drift, float(self.upper[-1]))

        def moved(last: float) -> float:
            self.upper = upper_for(self.problem, self.width(drift, last), near=self.upper)
            return last - float(self.upper[-1])

        last = rising_root(moved, float(self.upper[-1]), slope=1.0, within=(0.0, LARGEST))
        return self.upper, self.width(drift, last)

    def width(self, drift: float, last: float) -> Vector:
        """Give the half width of the wedge at each look, 0 where none."""
        unit, looks = self.problem.unit, self.problem.fraction.size
        mean_z = drift * unit.mean / np.sqrt(unit.information)
        alternative = Alternative(0.5, mean_z, self.problem.fraction, np.full(looks, last))
        drawn = futility_schedule(self.problem.asked.stopping, alternative).z[:-1]
        return np.append(np.where(drawn > 0.0, drawn, 0.0), 0.0)

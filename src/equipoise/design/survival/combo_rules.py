"""From the rules of a stopping plan to the bounds of a MaxCombo design, and to its power.

Efficacy bounds spend alpha under no effect, futility bounds beta under the planned one, both by
the looks' fractions; where alpha relies on futility each waits for the other, look by look.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.design.sequential.rules import SpendBeta, StoppingPlan
from equipoise.design.sequential.schedule import Schedule, given
from equipoise.design.sequential.schedules import (
    Alternative,
    efficacy_schedule,
    futility_schedule,
)
from equipoise.design.survival.combo import (
    Bounds,
    Combo,
    ComboStops,
    efficacy_bounds,
    futility_bounds,
    stops,
)
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, codes, vector
from equipoise.kernel.lattice_root import COARSE, ROUGH, falling_root, where_it_rises_to
from equipoise.kernel.normal import upper_quantile


@dataclass(frozen=True, slots=True)
class Solved:
    """A MaxCombo design that answers its question, before it is told as a plan."""

    combo: Combo  # under the planned effect, with the patients solved for
    bounds: Bounds
    alternative: ComboStops
    null: ComboStops
    alpha: Vector  # (looks,) chance of a claim under no effect, as the rules count it
    stopping: StoppingPlan  # with the fractions that error is spent by
    power: float | None  # asked for
    factor: float  # patients per patient of the world given
    fixed_factor: float  # the fixed design's patients per patient of this one
    points: int


class BoundRules:
    """The rules of one design, applied to its tests."""

    def __init__(self, combo: Combo, stopping: StoppingPlan, fraction: Vector) -> None:
        self.combo, self.stopping, self.fraction = combo, stopping, fraction
        schedule = efficacy_schedule(stopping, fraction)
        if not isinstance(schedule, Schedule):
            raise DesignError(
                "MaxCombo bounds spend alpha, are given, or test at the end only; "
                f"{type(stopping.efficacy).__name__} is none of these. Use SpendAlpha."
            )
        if stopping.harm is not None:
            raise DesignError(
                "MaxCombo designs stop for efficacy or for futility; leave out the bound for harm."
            )
        self.efficacy = schedule
        self.futile = stopping.futility is not None
        self.spends_beta = isinstance(stopping.futility, SpendBeta)
        self.binding = stopping.futility is not None and stopping.futility.binding
        self.known: dict[int, Vector] = {}
        self.latest: Vector | None = None  # lower bounds last found
        self.tried: dict[tuple[float, float, int], tuple[Bounds, ComboStops]] = {}

    def bounds(self, beta: float, effect: float, points: int) -> Bounds:
        """Give the bounds for a multiple of the planned effect and a beta to spend."""
        upper = self._upper(points)
        lower = self._lower(upper, beta, effect, points)
        if self.binding:
            for _ in range(self.combo.looks):
                upper = efficacy_bounds(self.combo, self.efficacy, lower, points)
                lower = self._lower(upper, beta, effect, points)
        return Bounds(vector(upper), vector(lower))

    def power(self, effect: float, beta: float, points: int) -> float:
        """Give the power at a multiple of the planned effect."""
        return float(self.stops(effect, beta, points)[1].upper.sum())

    def stops(self, effect: float, beta: float, points: int) -> tuple[Bounds, ComboStops]:
        """Give the bounds and the chances of crossing them at a multiple of the effect."""
        key = (effect, beta, points)
        if key not in self.tried:
            found = self.bounds(beta, effect, points)
            self.tried[key] = found, stops(self.combo, found, effect, points)
        return self.tried[key]

    def effect_for(self, power: float, beta: float, points: int) -> float:
        """Give the multiple of the planned effect that has a power."""
        last = self.combo.mean[self.combo.at(self.combo.looks - 1)]
        start = (float(self._upper(ROUGH)[-1]) + upper_quantile(1.0 - power)) / float(last.max())
        return where_it_rises_to(lambda x, n: self.power(x, beta, n), power, start, points)

    def own_beta(self, points: int) -> float:
        """Give the beta that the power leaves when futility spends just that."""
        if not self.spends_beta:
            return 0.0

        def left_over(z: float, fineness: int) -> float:
            return float(ndtri(1.0 - self.power(1.0, float(ndtr(z)), fineness))) - z

        start = float(ndtri(1.0 - self.power(1.0, 0.0, ROUGH)))
        return float(ndtr(falling_root(left_over, start, points)))

    def null(self, bounds: Bounds, points: int) -> tuple[ComboStops, Vector]:
        """Give the chances under no effect, and alpha look by look as the rules count it."""
        nowhere = np.full(self.combo.looks, -np.inf)
        alone = bounds if self.binding else Bounds(bounds.upper, nowhere)
        if np.isfinite(self.efficacy.z).any():
            size = stops(self.combo, alone, 0.0, points)
        else:  # the bounds were found for just that
            due = np.where(np.isnan(self.efficacy.z), self.efficacy.spent, 0.0)
            spent = np.diff(np.maximum.accumulate(due), prepend=0.0)
            size = ComboStops(spent, np.append(np.zeros(spent.size - 1), 1.0 - spent.sum()), 0.0)
        obeyed = stops(self.combo, bounds, 0.0, COARSE) if self.futile else size
        return obeyed, size.upper

    def _upper(self, points: int) -> Vector:
        if points not in self.known:
            self.known[points] = efficacy_bounds(self.combo, self.efficacy, None, points)
        return self.known[points]

    def _lower(self, upper: Vector, beta: float, effect: float, points: int) -> Vector:
        if self.spends_beta and beta <= 0.0:
            return np.full(self.combo.looks, -np.inf)
        alternative = Alternative(beta, effect * self.combo.mean, self.fraction, upper)
        rule = futility_schedule(self.stopping, alternative)
        lower = futility_bounds(self.combo, rule, upper, effect, points, self.latest)
        self.latest = lower.copy()
        if self.spends_beta:
            lower[-1] = upper[-1]
        return lower


def fixed_effect(combo: Combo, alpha: float, power: float, points: int) -> float:
    """Give the multiple of the planned effect that the last look alone needs for a power."""
    last = combo.at(combo.looks - 1)
    alone = Combo(
        vector(combo.mean[last]), combo.correlation[np.ix_(last, last)], codes(np.zeros(last.size))
    )
    schedule = Schedule(np.array([np.nan]), np.array([alpha]))
    critical = efficacy_bounds(alone, schedule, None, points)
    bounds = Bounds(critical, given([-np.inf]).z)
    start = (float(critical[0]) + upper_quantile(1.0 - power)) / float(alone.mean.max())
    return where_it_rises_to(
        lambda x, n: float(stops(alone, bounds, x, n).upper[0]), power, start, points
    )

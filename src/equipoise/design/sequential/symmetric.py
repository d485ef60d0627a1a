"""The symmetric two-sided design in the walk's terms: ±u, and half of alpha on each side."""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.sequential.design import SequentialQuestion
from equipoise.design.sequential.drawing import Truth
from equipoise.design.sequential.schedule import Family, Schedule
from equipoise.design.sequential.schedules import efficacy_schedule
from equipoise.design.sequential.wedge import upper_bounds, wedge
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.rising_root import rising_root
from equipoise.kernel.sequential import stopping_probability

SMALLEST = 1e-300  # probability
LARGEST = 40.0  # z


@dataclass(frozen=True, slots=True)
class Symmetric:
    """A symmetric design to be solved, in the walk's terms."""

    asked: SequentialQuestion
    side: Schedule | Family  # of the upper bounds, spending half of alpha
    fraction: Vector  # (looks,) to spend by
    null: Truth
    unit: Truth  # the alternative whose drift is 1

    def truth(self, drift: float) -> Truth:
        """Give the walk under an alternative."""
        return Truth(self.unit.information, self.unit.mean * drift)

    @property
    def half_alpha(self) -> float:
        """The type I error of one side."""
        return self.asked.stopping.alpha / 2.0


def state(asked: SequentialQuestion) -> Symmetric:
    """Put the question of a symmetric design in the walk's terms."""
    stopping = asked.stopping
    information = np.array(stopping.information, dtype=np.float64)
    fraction = information if stopping.spending_time is None else np.array(stopping.spending_time)
    theirs = information if asked.alternative_information is None else asked.alternative_information
    shape = 1.0 if asked.drift_shape is None else asked.drift_shape
    one_side = replace(stopping, alpha=stopping.alpha / 2.0, sides=1, futility=None)
    return Symmetric(
        asked,
        efficacy_schedule(one_side, fraction),
        fraction,
        null=Truth(information, np.zeros(information.size)),
        unit=Truth(theirs, theirs * shape),
    )


def upper_for(problem: Symmetric, inner: Vector | None, near: Vector | None = None) -> Vector:
    """Find the efficacy bounds beside a wedge that is obeyed (None: no wedge).

    Args:
        problem: the design.
        inner: (looks,) half width of the wedge, 0 where none.
        near: bounds that are not far, to begin with.

    Witness: the printed constants (design-0022 to 0047), gs-rpact-0031.
    """
    information, side = problem.null.information, problem.side
    if isinstance(side, Schedule):
        return upper_bounds(side, information, inner)
    target, last = upper_quantile(problem.half_alpha), float(side.shape[-1])

    def spends_too_little(constant: float) -> float:
        upper = constant * side.shape
        gap = None if inner is None else wedge(np.minimum(inner, upper))
        stops = stopping_probability(upper, -upper, information, inner=gap)
        return upper_quantile(max(float(stops.upper.sum()), SMALLEST)) - target

    constant = rising_root(
        spends_too_little,
        1.1 * target / last if near is None else float(near[-1]) / last,
        slope=last,
        within=(0.0, LARGEST / last),
    )
    return constant * side.shape


def check_wedge(upper: Vector, inner: Vector) -> None:
    """Refuse a wedge that reaches an efficacy bound before the last look.

    Raises:
        DesignError: It does.
    """
    too_wide = inner[:-1] >= upper[:-1]
    if too_wide.any():
        look = int(np.argmax(too_wide))
        raise DesignError(
            f"The futility bound of look {look + 1} is {inner[look]:.4g}, not below its efficacy "
            f"bound {upper[look]:.4g}; no trial could go on. Make futility less strict there."
        )


def rejection_probit(
    truth: Truth, upper: Vector, lower: Vector, inner: Matrix | None, asked: SequentialQuestion
) -> float:
    """Give the power on the scale of normal quantiles."""
    stops = stopping_probability(
        upper, lower, truth.information, drift=truth.mean / truth.information, inner=inner
    )
    power = float(stops.upper.sum())
    if asked.stopping.power_counts == "both sides":
        power += float(stops.lower.sum())
    return upper_quantile(min(max(1.0 - power, 1e-16), 1.0 - 1e-16))

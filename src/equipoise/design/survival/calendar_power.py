"""What a design does when its looks keep to the calendar and another hazard ratio is true.

By events, looks wait and only their times change (`SurvivalDesign.under`).  By the calendar,
other numbers of events are seen at the same times: information fractions, bounds and drift all
follow.  Bounds are drawn anew for the fractions there are, by the design's rules and power; the
drift is that of the design per root event, times the ratio's part of the planned effect.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from equipoise.design.checks import check_above_zero
from equipoise.design.printing import Printed
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.survival.checks import check_calendar
from equipoise.design.survival.enrollment import with_ratio
from equipoise.design.survival.events import ExpectedCounts, counts_at
from equipoise.design.survival.needed import Shape, keep_bounds, power_at
from equipoise.design.survival.survival_design import SurvivalDesign
from equipoise.design.survival.truths import fraction_of
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector

USUAL_POWER = 0.9  # for which futility is drawn, where the design has no power of its own


@dataclass(frozen=True, slots=True, repr=False)
class CalendarPower(Printed):
    """A trial looked at by the calendar if a hazard ratio is true."""

    hazard_ratio: float
    time: Vector  # (looks,)
    counts: ExpectedCounts  # at the looks, by stratum and arm
    sequential: GroupSequential  # bounds at the fractions of these events, power for this ratio

    @property
    def power(self) -> float:
        """The chance of rejecting."""
        return self.sequential.power


def power_by_calendar(
    design: SurvivalDesign, hazard_ratio: float, *, times: Sequence[float] | None = None
) -> CalendarPower:
    """Tell the power if looks keep to their calendar times whatever the hazard ratio.

    Args:
        design: the design, with its times and rules.
        hazard_ratio: the true one.
        times: of the looks; None: those planned.

    Raises:
        DesignError: another number of looks.
    Witness:
        the design itself under its own ratio (gsDesign gsSurvPower).

    >>> from equipoise.design.survival.hazards import accrual, hazard_from_median, one_stratum
    >>> from equipoise.design.survival.question import SurvivalQuestion
    >>> from equipoise.design.survival.survival_design import survival_design
    >>> world = one_stratum(accrual(24), hazard_from_median(12), 0.7, dropout=0.005)
    >>> design = survival_design(SurvivalQuestion(world, follow_up=12.0))
    >>> [round(power_by_calendar(design, ratio).power, 4) for ratio in (0.7, 0.8)]
    [0.9, 0.5414]
    """
    asked = design.sequential.asked
    at = design.truths[-1].time if times is None else vector(list(times))
    if at.size != design.sequential.looks:
        raise DesignError(
            f"The design has {design.sequential.looks} looks and {at.size} times are given; give "
            "one for each look."
        )
    check_above_zero(hazard_ratio, "The hazard ratio")
    check_calendar(vector(at))
    counts = counts_at(with_ratio(design.world, hazard_ratio), at)
    events = counts.total_events
    stopping = replace(asked.stopping, information=tuple((events / events[-1]).tolist()))
    if asked.stopping.spending_time is not None:
        stopping = replace(stopping, spending_time=tuple((at / at[-1]).tolist()))
    drawn = group_sequential(stopping, power=asked.power or USUAL_POWER)
    effect = design.solution.effect * fraction_of(
        design.plan.effect, hazard_ratio, design.asked.method, design.world.allocation
    )
    drift = effect * math.sqrt(float(events[-1]))
    sequential = power_at(keep_bounds(drawn, stopping), drift, Shape(None, None))
    return CalendarPower(hazard_ratio, vector(at), counts, sequential)

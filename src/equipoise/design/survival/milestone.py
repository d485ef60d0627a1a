"""What a trial takes that compares the survival of the arms at one time, a milestone.

    difference     S₁(τ) - S₀(τ)                     (Greenwood variance, `curve_moments`)
    ratio          S₁(τ) / S₀(τ),  on the log scale
    log-log        log S₁(τ) / log S₀(τ),  the ratio of the cumulative hazards, on its log scale
    odds ratio     of being alive at τ, on the logit scale

Every look must come after the milestone has passed for some patients.
"""

from typing import Literal, TypeAlias

import numpy as np

from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.curve_design import CurveComparison, curve_design
from equipoise.design.survival.curve_moments import CurveScale, difference, ratio
from equipoise.design.survival.large_sample_design import LargeSampleDesign, SolveFor
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError

MilestoneScale: TypeAlias = Literal["difference", "ratio", "log-log", "odds ratio"]

SCALES: dict[MilestoneScale, CurveScale] = {
    "difference": difference("milestone survival"),
    "ratio": ratio("milestone survival"),
    "log-log": CurveScale(
        "ratio of cumulative hazards at the milestone",
        lambda x: -np.log(-np.log(x)),
        lambda x: -1.0 / (x * np.log(x)),
        1.0,
        "log",
        "lower",
    ),
    "odds ratio": CurveScale(
        "odds ratio of milestone survival",
        lambda x: np.log(x) - np.log1p(-x),
        lambda x: 1.0 / (x * (1.0 - x)),
        1.0,
        "log",
        "higher",
    ),
}


def milestone_design(  # noqa: PLR0913 - all that a plan depends on
    world: SurvivalWorld,
    timing: Timing,
    *,
    milestone: float,
    scale: MilestoneScale = "difference",
    null: float | None = None,
    stopping: StoppingPlan | None = None,
    power: float | None = None,
    beta: float | None = None,
    solve_for: SolveFor = "patients",
) -> LargeSampleDesign:
    """Plan a trial that compares Kaplan-Meier survival at a milestone.

    Args:
        world: accrual and hazards; with `power`, the accrual is scaled or lengthened to reach it.
        timing: when the looks are, all after the milestone.
        milestone: time since entry.
        scale: of the comparison.
        null: the effect to be excluded, as told on this scale; no difference by default.
        stopping: boundaries; its information fractions place the looks if `timing` does not.
        power: to be reached; None: computed for the accrual of the world.
        beta: for futility to spend where the power is computed; what the power leaves by default.
        solve_for: what to change to reach it.

    Raises:
        DesignError: the world, looks or boundaries cannot be, or the power cannot be reached.
    Accuracy:
        1e-9 of the power.
    Witness:
        nph11 (gsDesign2 fixed_design_milestone), lr27 (lrstat kmpower), to 1e-8.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
    >>> world = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
    >>> design = milestone_design(world, Timing(36.0), milestone=24.0, power=0.9)
    >>> round(design.plan.patients, 1), round(design.plan.effect.value, 4)
    (411.4, 0.146)
    """
    if scale not in SCALES:
        raise DesignError(
            f"A milestone is not compared by {scale!r}; write one of {', '.join(SCALES)}."
        )
    compared = CurveComparison(
        "milestone",
        milestone,
        "milestone",
        SCALES[scale],
        "Kaplan-Meier (Klein et al. 2007)",
        null,
    )
    return curve_design(
        world, timing, compared, stopping=stopping, power=power, beta=beta, solve_for=solve_for
    )

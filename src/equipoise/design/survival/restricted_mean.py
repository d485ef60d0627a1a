"""What a trial takes that compares the mean survival time up to a horizon.

    RMST(τ) = ∫₀^τ S(s) ds,    compared by the difference, or by the ratio on the log scale

(Royston & Parmar 2013; Uno et al. 2014), estimated by the area under the Kaplan-Meier curve.
Its variance is in `curve_moments`.  Every look must come after some have been followed for τ.
"""

from typing import Literal, TypeAlias

from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.curve_design import CurveComparison, curve_design
from equipoise.design.survival.curve_moments import CurveScale, difference, ratio
from equipoise.design.survival.large_sample_design import LargeSampleDesign, SolveFor
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError

RestrictedMeanScale: TypeAlias = Literal["difference", "ratio"]

SCALES: dict[RestrictedMeanScale, CurveScale] = {
    "difference": difference("restricted mean survival time"),
    "ratio": ratio("restricted mean survival time"),
}


def restricted_mean_design(  # noqa: PLR0913 - all that a plan depends on
    world: SurvivalWorld,
    timing: Timing,
    *,
    horizon: float,
    scale: RestrictedMeanScale = "difference",
    null: float | None = None,
    stopping: StoppingPlan | None = None,
    power: float | None = None,
    beta: float | None = None,
    solve_for: SolveFor = "patients",
) -> LargeSampleDesign:
    """Plan a trial that compares the restricted mean survival times of the arms.

    Args:
        world: accrual and hazards; with `power`, the accrual is scaled or lengthened to reach it.
        timing: when the looks are, all after the horizon.
        horizon: time since entry up to which survival is averaged.
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
        nph10 (gsDesign2 fixed_design_rmst, whose integrals are good to 1e-5).

    >>> from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
    >>> world = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
    >>> design = restricted_mean_design(world, Timing(36.0), horizon=24.0, power=0.9)
    >>> round(design.plan.patients, 1), round(design.plan.effect.value, 3)
    (774.9, 2.053)
    """
    if scale not in SCALES:
        raise DesignError(
            f"Restricted means are not compared by {scale!r}; write one of {', '.join(SCALES)}."
        )
    compared = CurveComparison(
        "restricted mean",
        horizon,
        "horizon",
        SCALES[scale],
        "area under the Kaplan-Meier curve (Royston & Parmar 2013)",
        null,
    )
    return curve_design(
        world, timing, compared, stopping=stopping, power=power, beta=beta, solve_for=solve_for
    )

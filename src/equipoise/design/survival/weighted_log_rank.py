"""What a trial takes that is tested by a log-rank test, weighted or not, whatever the hazards.

    E[Z_k] = μ_k / √V_k,    Corr(Z_j, Z_k) = √(V_j / V_k),    information V

(`log_rank_moments` has μ and V).  The effect is told as a weighted average hazard ratio: the
common ratio under which the score would have mean 0, where the weighted Cox estimate tends to.
By default V under the alternative serves both errors, as it is what the test's own variance
will estimate; the unweighted test spends error by events, a weighted one by V (all as lrstat).
`variance="null and alternative"` tests a single look against V of a world where both arms have
the averaged hazard (gsDesign2's `fixed_design_fh` and `fixed_design_mb`).
"""

from dataclasses import replace
from functools import partial

import numpy as np

from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.checks import check_calendar, check_world
from equipoise.design.survival.evidence import Evidence, Method, Variance
from equipoise.design.survival.large_sample import cohort
from equipoise.design.survival.large_sample_design import (
    LargeSampleDesign,
    SolveFor,
    large_sample_design,
)
from equipoise.design.survival.log_rank_moments import ScoreMoments, score_moments
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.weights import Weight, log_rank_weight
from equipoise.design.survival.world import Piecewise, StratumWorld, SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector

NONE = 1e-300  # information


def weighted_log_rank_design(  # noqa: PLR0913 - all that a plan depends on
    world: SurvivalWorld,
    timing: Timing,
    *,
    weight: Weight | None = None,
    stopping: StoppingPlan | None = None,
    power: float | None = None,
    beta: float | None = None,
    solve_for: SolveFor = "patients",
    null_ratio: float = 1.0,
    variance: Variance = "alternative",
) -> LargeSampleDesign:
    """Plan a trial that is tested by a weighted log-rank test.

    Args:
        world: accrual and hazards; with `power`, the accrual is scaled or lengthened to reach it.
        timing: when the looks are.
        weight: of the events; the log-rank test by default.
        stopping: boundaries; its information fractions place the looks if `timing` does not.
        power: to be reached; None: computed for the accrual of the world.
        beta: for futility to spend where the power is computed; what the power leaves by default.
        solve_for: what to change to reach it.
        null_ratio: the hazard ratio to be excluded; a margin in a non-inferiority trial.
        variance: under which hypothesis.

    Raises:
        DesignError: the world, looks or boundaries cannot be, or the power cannot be reached.
    Accuracy:
        1e-9 of the power.
    Witness:
        design-0079 and the analytic values of the simulation cases (lrstat), nph08 (gsDesign2,
        whose integrals are good to 1e-5).

    >>> from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
    >>> world = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
    >>> from equipoise.design.survival.weights import FlemingHarrington
    >>> late = weighted_log_rank_design(world, Timing(36.0), weight=FlemingHarrington(0.0, 1.0))
    >>> round(late.plan.power, 4)
    0.7889
    """
    weight = weight or log_rank_weight()
    if timing.looks > 1 or (stopping and len(stopping.information) > 1):
        _require_same_at_every_look(weight)
    plain = weight.name == "log-rank"
    by: Variance = "alternative by events" if plain and variance == "alternative" else variance
    method = Method(
        name=f"{weight.name} test, large-sample mean and variance (Yung & Liu 2020)",
        assess=partial(log_rank_evidence, weight=weight, null_ratio=null_ratio, variance=by),
        effect="hazard ratio" if plain else "weighted hazard ratio",
        null=null_ratio,
        scale="log",
        better="lower",
        assumed=(
            "the effect told is the ratio where the (weighted) Cox estimate tends to at that look",
        ),
        counts_events=True,
    )
    return large_sample_design(
        world,
        timing,
        method,
        stopping=stopping,
        power=power,
        beta=beta,
        solve_for=solve_for,
        variance=by,
    )


def log_rank_evidence(
    world: SurvivalWorld,
    times: Vector,
    *,
    weight: Weight,
    null_ratio: float = 1.0,
    variance: Variance = "alternative",
) -> Evidence:
    """Give what a weighted log-rank test is expected to show, in a world already checked.

    Args:
        world: the truth.
        times: (looks,) calendar.
        weight: of the events.
        null_ratio: the hazard ratio to be excluded.
        variance: which null information to work out: by events, or of a world where both arms
            have the averaged hazard, which costs as much again.

    Witness:
        `weighted_log_rank_design`.
    """
    breaks = weight.breaks(world, float(times.max()))
    seen = cohort(world, times, breaks=breaks)
    moments = score_moments(seen, weight.at(seen), null_ratio)
    information = null_information = moments.variance
    if variance == "alternative by events":
        share = world.experimental_share
        null_information = share * (1.0 - share) * seen.events.sum(axis=1)
    elif variance != "alternative":
        flat = averaged(world)
        alike = cohort(flat, times, breaks=weight.breaks(flat, float(times.max())))
        null_information = score_moments(alike, weight.at(alike), 1.0).variance
    gap = np.log(moments.hazard_ratio / null_ratio)
    variance_seen = np.maximum(moments.variance, NONE)  # before any event there is nothing
    told = np.where(np.abs(gap) > 1e-9, moments.mean**2 / variance_seen, 0.0)  # noqa: PLR2004
    local = moments.slope**2 / variance_seen
    shown = np.where(told > 0, told / np.where(told > 0, gap, 1.0) ** 2, local)
    return Evidence(
        time=times,
        patients=vector(seen.patients),
        events=seen.events,
        effect=vector(moments.mean / variance_seen),
        information=vector(information),
        null_information=vector(null_information),
        shown=vector(moments.hazard_ratio),
        shown_information=vector(shown),
    )


def weighted_hazard_ratio(
    world: SurvivalWorld, times: Vector, *, weight: Weight | None = None, one_step: bool = False
) -> Vector:
    """Tell the hazard ratio that a weighted log-rank test sees on average at each calendar time.

    Args:
        world: the truth.
        times: calendar.
        weight: the log-rank test's by default.
        one_step: give exp(-μ / ∫w...), the first Newton step from 1 (gsDesign2), instead of the
            ratio where the weighted Cox estimate tends to (lrstat).

    Raises:
        DesignError: the world cannot be.
    Accuracy:
        1e-10.
    Witness:
        nph08, the simulation cases (gsDesign2: one step; lrstat: the root).
    """
    check_world(world)
    check_calendar(vector(times))
    moments = moments_of(world, vector(times), weight or log_rank_weight())
    return np.exp(-moments.mean / moments.slope) if one_step else moments.hazard_ratio


def moments_of(
    world: SurvivalWorld, times: Vector, weight: Weight, null_ratio: float = 1.0
) -> ScoreMoments:
    """Give the score's moments in a world already checked.

    Witness:
        `score_moments`.
    """
    seen = cohort(world, times, breaks=weight.breaks(world, float(times.max())))
    return score_moments(seen, weight.at(seen), null_ratio)


def averaged(world: SurvivalWorld) -> SurvivalWorld:
    """Give the world where both arms have the hazard averaged over all patients at entry."""
    return replace(
        world, strata=tuple(_averaged(s, world.experimental_share) for s in world.strata)
    )


def _averaged(stratum: StratumWorld, share: float) -> StratumWorld:
    control, experimental = stratum.control_hazard, stratum.experimental_hazard
    starts = np.union1d(control.starts, experimental.starts)
    hazard = (1.0 - share) * control.at(starts) + share * experimental.at(starts)
    cured = (1.0 - share) * stratum.control_cured + share * stratum.experimental_cured
    return replace(
        stratum,
        control_hazard=Piecewise(vector(starts), vector(hazard)),
        hazard_ratio=Piecewise(vector([0.0]), vector([1.0])),
        control_cured=cured,
        experimental_cured=cured,
    )


def _require_same_at_every_look(weight: Weight) -> None:
    if not weight.same_at_every_look:
        raise DesignError(
            f"The {weight.name} test weighs the same events differently at every look, so that its "
            "statistics do not gain independent increments. Plan one look, or use "
            "max_combo_design with this weight alone, which allows for it."
        )

"""What a trial takes by its average hazard ratio: hazards need not be proportional.

By calendar time t the pieces m of follow-up (by stratum) have e₀ₘ + e₁ₘ = dₘ expected events and
the hazard ratio θₘ.  Then (Mukhopadhyay et al. 2020, 2022; Schoenfeld 1981 on each piece)

    log AHR(t)  = Σ dₘ log θₘ / Σ dₘ
    information = Σ (1/e₀ₘ + 1/e₁ₘ)⁻¹      under the alternative
                = q₀ q₁ Σ dₘ               under the null, q the arms' shares of the patients

The efficacy bounds spend alpha by the null information, power and futility follow from that
under the alternative; a single look has the two-variance sample size

    √I₁ log AHR = z_β + z_α √(I₁ / I₀).
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.printing import Printed
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.checks import check_calendar, check_world
from equipoise.design.survival.events import counts_at, events_by_piece
from equipoise.design.survival.evidence import Evidence, Method, Variance
from equipoise.design.survival.large_sample_design import (
    LargeSampleDesign,
    SolveFor,
    large_sample_design,
)
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Matrix, Vector, vector


@dataclass(frozen=True, slots=True, repr=False)
class AverageHazardRatio(Printed):
    """The average hazard ratio and what stands behind it, at calendar times."""

    time: Vector
    hazard_ratio: Vector
    patients: Vector
    events: Vector
    information: Vector  # on the log hazard ratio, under the alternative
    null_information: Vector
    stratum_hazard_ratio: Matrix  # (times, strata)
    stratum_events: Matrix
    stratum_information: Matrix
    stratum_null_information: Matrix


def average_hazard_ratio(world: SurvivalWorld, time: ArrayLike) -> AverageHazardRatio:
    """Tell the average hazard ratio that a trial sees by each calendar time.

    Args:
        world: who enters when, and what happens to them.
        time: (times,) since the first patient.

    Raises:
        DesignError: the world cannot be.
    Accuracy:
        1e-12 relative.
    Witness:
        nph01 (gsDesign2 ahr), to 1e-12.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
    >>> world = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
    >>> average_hazard_ratio(world, [12.0, 24.0]).hazard_ratio.round(4).tolist()
    [0.8448, 0.7224]
    """
    check_world(world)
    times = vector(time)
    check_calendar(times)
    return _average(world, times)


def average_hazard_ratio_design(
    world: SurvivalWorld,
    timing: Timing,
    *,
    stopping: StoppingPlan | None = None,
    power: float | None = None,
    beta: float | None = None,
    solve_for: SolveFor = "patients",
    null_ratio: float = 1.0,
    variance: Variance = "null and alternative",
) -> LargeSampleDesign:
    """Plan a log-rank trial by the average hazard ratio at its looks.

    Args:
        world: accrual and hazards; with `power`, the accrual is scaled or lengthened to reach it.
        timing: when the looks are.
        stopping: boundaries; its information fractions place the looks if `timing` does not.
        power: to be reached; None: computed for the accrual of the world.
        beta: for futility to spend where the power is computed; what the power leaves by default.
        solve_for: what to change to reach it.
        null_ratio: the hazard ratio to be excluded; a margin in a non-inferiority trial.
        variance: information under the null for alpha and under the alternative for power, or one
            of them for both.

    Raises:
        DesignError: the world, looks or boundaries cannot be, or the power cannot be reached.
    Accuracy:
        1e-9 of the power.
    Witness:
        nph12 (gsDesign2 fixed_design_ahr); nph04 (gs_design_ahr), but for its first look, whose
        chance of crossing gsDesign2 takes on another scale than that of the later ones.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
    >>> world = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
    >>> design = average_hazard_ratio_design(world, Timing(36.0), power=0.9)
    >>> round(design.plan.patients, 1), round(design.plan.effect.value, 4)
    (411.6, 0.6925)
    """
    method = Method(
        name="average hazard ratio, log-rank test (Mukhopadhyay et al. 2020)",
        assess=partial(average_evidence, null_ratio=null_ratio),
        effect="average hazard ratio",
        null=null_ratio,
        scale="log",
        better="lower",
        assumed=("hazard ratios at bounds are exp(-z / √I) with the null information I",),
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
        variance=variance,
    )


def average_evidence(world: SurvivalWorld, times: Vector, *, null_ratio: float = 1.0) -> Evidence:
    """Give what a log-rank test is expected to show by its average hazard ratio.

    Witness:
        `average_hazard_ratio_design`.
    """
    average = _average(world, times)
    events = events_by_piece(world, times)[1].sum(axis=(1, 3))
    return Evidence(
        time=times,
        patients=average.patients,
        events=events,
        effect=vector(np.log(null_ratio) - np.log(average.hazard_ratio)),
        information=average.information,
        null_information=average.null_information,
        shown=average.hazard_ratio,
        shown_information=average.null_information,
    )


def _average(world: SurvivalWorld, times: Vector) -> AverageHazardRatio:
    """Weigh the log hazard ratios of the pieces by their expected events."""
    starts, events = events_by_piece(world, times)
    within = np.append((starts[1:] + starts[:-1]) / 2, starts[-1] + 1.0) ** world.weibull_shape
    log_ratio = np.array([np.log(stratum.hazard_ratio.at(within)) for stratum in world.strata])
    both = events.sum(axis=2)
    information = events.prod(axis=2) / np.maximum(both, 1e-300)
    by_stratum = both.sum(axis=2)
    total = by_stratum.sum(axis=1)
    weighted = (both * log_ratio).sum(axis=2)
    share = world.experimental_share
    per_event = share * (1.0 - share)
    return AverageHazardRatio(
        time=times,
        hazard_ratio=vector(np.exp(weighted.sum(axis=1) / np.maximum(total, 1e-300))),
        patients=vector(counts_at(world, times).patients),
        events=vector(total),
        information=vector(information.sum(axis=(1, 2))),
        null_information=vector(per_event * total),
        stratum_hazard_ratio=np.exp(weighted / np.maximum(by_stratum, 1e-300)),
        stratum_events=by_stratum,
        stratum_information=information.sum(axis=2),
        stratum_null_information=per_event * by_stratum,
    )

"""Re-estimate the event rate of a trial from pooled follow-up, and tell what it does to times."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.sequential.conditional_power import design_drift
from equipoise.design.survival.world import SurvivalWorld
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.monitor.future.future import PatientsAtHand
from equipoise.monitor.reestimation.hazard import BlindedHazard, blinded_hazard
from equipoise.monitor.reestimation.reestimation import (
    EventsReestimated,
    NuisanceEstimate,
    Reestimation,
    enrollment_pace,
    events_reestimated,
)
from equipoise.monitor.reestimation.wording import (
    ALPHA_OF_EVENTS,
    alpha_kept,
    sentences_of_events,
)

if TYPE_CHECKING:
    from equipoise.design.plan import Plan

EVENTS_A_PERIOD = 10  # fewer do not tell a rate of their own
ASSUMED = (
    "The hazard ratio is as planned, and so are the shares of arms and strata.",
    "Dropout is as planned.",
    "Patients come as planned from the cut on; where none are planned then, at the rate so far.",
)


def reestimate_times(
    pooled: PatientsAtHand, design: TrialDesign, main: HypothesisDesign, plan: "Plan"
) -> Reestimation:
    """Re-estimate the hazards of all patients together, and the trial's events and times.

    Args:
        pooled: everyone randomized by the cut; arms are not looked at.
        design: of the trial.
        main: the hypothesis that sizes it.
        plan: its plan.

    Raises:
        DesignError: no accrual is planned.
        DataError: no events yet.

    Witness: `blinded_hazard`, `events_reestimated`.
    """
    world = main.world
    if world is None:
        raise DesignError(
            "The design plans events alone, not when they come; add accrual and hazards under "
            "`planning` to re-estimate them."
        )
    hazard = blinded_hazard(
        pooled.time, pooled.event, world, starts=_periods(pooled.time[pooled.event], world)
    )
    events = _events(pooled, hazard, world, plan)
    return Reestimation(
        hypothesis=main.hypothesis,
        kind="time-to-event",
        nuisance=_factors(hazard),
        hazard=hazard,
        events=events,
        size=None,
        whole=None,
        inflated=None,
        power_unchanged=events.power_at_planned_end,
        sentences=sentences_of_events(hazard, events, pooled.cut, design.protocol),
        alpha=alpha_kept(main, ALPHA_OF_EVENTS),
        assumed=ASSUMED,
    )


def _events(
    pooled: PatientsAtHand, hazard: BlindedHazard, world: SurvivalWorld, plan: "Plan"
) -> EventsReestimated:
    last = plan.looks[-1]
    if last.time is None or last.events is None:
        raise DesignError("The design does not plan when its events come; add accrual to it.")
    found = events_reestimated(
        world,
        hazard.factor,
        enrollment_pace(pooled.entry, pooled.cut, world.accrual),
        patients=max(world.accrual.patients, float(pooled.entry.size)),
        cut=pooled.cut,
        events=last.events,
        planned_end=last.time,
    )
    share = min(1.0, found.events_by_planned_end / last.events)
    power = plan.sequential.rejection(design_drift(plan.sequential, share**0.5))
    return replace(found, power_at_planned_end=power)


def _periods(events: Vector, world: SurvivalWorld) -> Vector:
    """Start a period where a planned hazard changes, if both sides have events to tell."""
    changes = np.unique(np.concatenate([each.control_hazard.starts for each in world.strata]))
    kept, since = [0.0], 0
    for start in changes[1:].tolist():
        here = int((events <= start).sum())
        left = events.size - here
        if here - since >= EVENTS_A_PERIOD and left >= EVENTS_A_PERIOD:
            kept.append(start)
            since = here
    return vector(kept)


def _factors(hazard: BlindedHazard) -> tuple[NuisanceEstimate, ...]:
    starts = hazard.factor.starts.tolist()
    return tuple(
        NuisanceEstimate(
            "hazard, times the planned"
            + (f", from {start:g} after randomization" if len(starts) > 1 else ""),
            1.0,
            float(hazard.factor.values[place]),
            float(hazard.lower[place]),
            float(hazard.upper[place]),
            hazard.level,
            f"{hazard.events[place]:.0f} events",
        )
        for place, start in enumerate(starts)
    )

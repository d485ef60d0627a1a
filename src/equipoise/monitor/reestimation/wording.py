"""What a blinded re-estimation says, in sentences for an open report: no arm is told apart."""

from typing import TYPE_CHECKING

from equipoise.design.adaptive.blinded import ReestimatedSize
from equipoise.design.trial_design import HypothesisDesign
from equipoise.design.wording.numbers import Clock
from equipoise.protocol.trial import Protocol

if TYPE_CHECKING:
    from equipoise.monitor.reestimation.hazard import BlindedHazard
    from equipoise.monitor.reestimation.reestimation import EventsReestimated, NuisanceEstimate

ALPHA = (
    "No arm is told apart, so the type I error of the test of superiority stays at its level but "
    "for a little (Kieser & Friede 2003, Stat Med 22:3571; Friede & Kieser 2006, Biom J 48:537)."
)
ALPHA_OF_EVENTS = (
    "Events are counted whatever the arm, so the type I error of the log-rank test stays at its "
    "level (Todd, Valdés-Márquez & West 2012, Pharm Stat 11:141)."
)
ALPHA_OF_MARGIN = (
    "In a trial with a margin blinded re-estimation may raise the type I error slightly: simulate "
    "it before relying on it (Friede & Kieser 2003, Stat Med 22:995)."
)


def alpha_kept(main: HypothesisDesign, superiority: str) -> str:
    """Say what becomes of the type I error, by whether there is a margin."""
    has_margin = main.effect is not None and main.effect.margin is not None
    return ALPHA_OF_MARGIN if has_margin else superiority


def sentences_of_events(
    hazard: "BlindedHazard", events: "EventsReestimated", cut: float, protocol: Protocol
) -> tuple[str, ...]:
    """Say how fast events come, when they will be there, and what could be done."""
    clock = Clock(protocol.trial)

    def shown(time: float) -> str:
        return f"{clock.shown(time)} {clock.units}"

    seen, planned = float(hazard.events.sum()), float(hazard.planned.sum())
    told = [
        (
            f"{seen:.0f} events came; in the follow-up that there has been, of the patients who "
            f"have come, the hazards planned would have brought {planned:.1f} (events planned by "
            "now are of the planned enrollment, too)."
        ),
        (
            f"At this rate {events.events_by_planned_end:.1f} events are expected by "
            f"{shown(events.planned_end)}, when the last look is planned; {events.events:.1f} are "
            "wanted."
        ),
    ]
    if events.end is None:
        told.append(
            f"So many never come: of {events.patients:.0f} patients at most {events.most:.1f} can "
            "be expected to have one."
        )
    else:
        told.append(f"They are expected by {shown(events.end)} after the first patient.")
    if events.patients_for_end is None or events.accrual_for_end is None:
        told.append(
            "No enrollment from now on brings them by the planned time: only waiting does."
            if events.planned_end > cut
            else "The planned time of the last look has passed."
        )
    else:
        told.append(
            f"To have them by the planned time, {events.patients_for_end:.0f} patients, enrolled "
            f"until {shown(events.accrual_for_end)}, are enough; {events.patients:.0f} are planned."
        )
    return tuple(told)


def sentences_of_size(
    nuisance: "tuple[NuisanceEstimate, ...]",
    size: ReestimatedSize,
    whole: int,
    power: float,
    unchanged: float,
) -> tuple[str, ...]:
    """Say what was seen, what size it takes, and what the planned size would do."""
    seen = [
        f"The {each.name} is {each.estimated:.4g}, from {each.based_on}; {each.planned:.4g} was "
        "planned."
        for each in nuisance
    ]
    return (
        *seen,
        (
            f"With that a power of {power:.3f} takes {size.unrestricted:.1f} patients; the plan "
            f"has {size.planned:.1f}, whose power would be {unchanged:.3f}."
        ),
        f"The number to go on with is {whole} patients, {size.rule}.",
    )

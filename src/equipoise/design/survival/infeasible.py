"""What to say when no survival design answers, with the nearest that would."""

import math

from equipoise.design.survival.events import counts_at, patients_of
from equipoise.design.survival.needed import Needed, given_events
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import EquipoiseError
from equipoise.kernel.arrays import vector

NEARLY = 0.999  # of the most events there can be: they all come only after for ever


def too_few_ever(question: SurvivalQuestion, needed: Needed | None, most: float) -> str:
    """Say that the patients never have the events needed, and how many patients would."""
    patients = patients_of(question.world)
    events = needed.events if needed is not None else question.events or math.inf
    told = f"At most {most:.4g} events can ever be expected of {patients:.5g} patients; "
    told += _asked(question, events)
    if most > 0:
        told += f" Enroll at least {math.floor(patients * events / most) + 1:d} patients"
        told += f"{_or_power(question, most * NEARLY)}."
    return told


def too_slow_accrual(
    question: SurvivalQuestion, needed: Needed, longest: tuple[SurvivalWorld, float]
) -> str:
    """Say that enrollment at its rate never gives the events, and which rate would."""
    world, end = longest
    seen = float(counts_at(world, vector([end])).total_events[0])
    told = (
        f"Enrolling for {world.accrual.duration:.4g} gives {patients_of(world):.5g} patients and "
        f"{seen:.4g} events by {end:.4g}, and no other duration gives more; "
        f"{_asked(question, needed.events)}"
    )
    if seen > 0:
        told += f" Enroll {needed.events / seen:.3g} times as fast"
        told += f"{_or_power(question, seen)}, or let the study last longer."
    return told


def too_small_an_effect(question: SurvivalQuestion, events: float) -> str:
    """Say that no hazard ratio is detected with so few events."""
    return (
        f"No hazard ratio is detected with power {question.power:g} by some {events:.3g} events. "
        "Enroll more patients, follow them for longer, or lower the power."
    )


def _asked(question: SurvivalQuestion, events: float) -> str:
    if question.events is not None or question.power is None:
        return f"{events:.5g} are asked for."
    return f"power {question.power:g} needs {events:.5g}."


def _or_power(question: SurvivalQuestion, events: float) -> str:
    """Tell the power of fewer events, where there is one."""
    if question.events is not None:
        return ""
    try:
        power = given_events(question, question.world, 1e3, events).sequential.power
    except EquipoiseError:
        return ""
    return f", or accept power {power:.2f}"

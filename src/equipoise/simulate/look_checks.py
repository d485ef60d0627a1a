"""Whether the looks of a rehearsed trial can be held in its world.

A look that some trials do not reach is no mistake: it is held at the maximum duration, or not
at all.  A look that no trial can reach is one, unless the trial has a maximum duration.
"""

import math

from equipoise.errors import SimulationError
from equipoise.simulate.conduct import (
    AfterEvents,
    AfterLook,
    AfterPatients,
    Condition,
    Conduct,
    Look,
)
from equipoise.simulate.worlds.world import World


def check_look(world: World, conduct: Conduct, number: int, look: Look) -> None:
    """Refuse a look that no trial can hold.

    Raises:
        SimulationError: with the look's number.
    """
    if not look.conditions:
        raise SimulationError(
            f"Look {number} has no condition, so it would never be held. Say when it is.", "looks"
        )
    if not 0.0 <= look.gap < math.inf:
        raise SimulationError(
            f"Look {number} has a gap of {look.gap:g} after the look before. Give a time of 0 or "
            "more.",
            "looks",
        )
    for condition in look.conditions:
        _check_named(world, number, condition)
        _check_amount(number, condition)
    unreachable = [_impossible(world, condition) for condition in look.conditions]
    every = all(unreachable) if look.whichever == "first" else any(unreachable)
    if every and math.isinf(conduct.maximum_duration):
        reason = next(each for each in unreachable if each)
        raise SimulationError(
            f"Look {number} may never be held: {reason}, and the trial has no maximum duration. "
            "Lower the number, or give a maximum duration at which looks not reached are held.",
            "looks",
        )


def _check_named(world: World, number: int, condition: Condition) -> None:
    """Refuse names the world does not know."""
    population = getattr(condition, "population", None)
    if population is not None and population not in world.populations:
        raise SimulationError(
            f"Look {number} counts the population {population!r}; the world has "
            f"{_listed(world.populations)}. Name one of them.",
            "population",
        )
    if not isinstance(condition, AfterEvents):
        return
    if condition.endpoint not in world.endpoints:
        raise SimulationError(
            f"Look {number} counts events of {condition.endpoint!r}; the world has "
            f"{_listed(world.endpoints)}. Name one of them.",
            "endpoint",
        )
    for arm in condition.arms:
        if arm not in world.arms:
            raise SimulationError(
                f"Look {number} counts events of arm {arm!r}; the world has {_listed(world.arms)}."
                " Name one of them.",
                "arm",
            )


def _check_amount(number: int, condition: Condition) -> None:
    """Refuse counts below 1, times below 0, and looks that come after themselves."""
    match condition:
        case AfterEvents(events=count) | AfterPatients(patients=count) if count < 1:
            what = "events" if isinstance(condition, AfterEvents) else "patients"
            raise SimulationError(
                f"Look {number} waits for {count} {what}. Give a number of 1 or more, or a "
                "calendar time.",
                "looks",
            )
        case AfterLook(look=earlier) if not 1 <= earlier < number:
            raise SimulationError(
                f"Look {number} comes after look {earlier}, which is not before it. Order the "
                "looks as they are held, numbered from 1.",
                "looks",
            )
        case _:
            pass
    time = getattr(condition, "followed", getattr(condition, "time", 0.0))
    if not 0.0 <= time < math.inf:
        raise SimulationError(
            f"Look {number} waits for a time of {time:g}. Give a finite time of 0 or more.",
            "looks",
        )


def _impossible(world: World, condition: Condition) -> str:
    """Say why a condition can come true in no trial; empty where it can."""
    patients = world.enrollment.patients
    match condition:
        case AfterEvents(events=events, endpoint=endpoint) if events > patients:
            return f"it waits for {events} events of {endpoint!r} among {patients} patients"
        case AfterPatients(patients=count) if count > patients:
            return f"it waits for {count} patients of {patients}"
        case _:
            return ""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(repr(name) for name in names) or "none"

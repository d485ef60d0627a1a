"""The looks still to come, and the world they are held in.

The look at hand stands before them, at the cut: those to come follow it, and gaps and times "after
look 2" count from when that was held.  A look that was due before the cut is held at the cut, and
without new information it is not tested.  Calendar times count from the first randomization.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from equipoise.design.survival.world import constant_rate
from equipoise.errors import SimulationError
from equipoise.monitor.look.look import Counted
from equipoise.simulate.conduct import AfterEvents, AfterLook, AfterPatients, AtTime, Conduct, Look
from equipoise.simulate.conduct import Condition as Waiting
from equipoise.simulate.planned.conduct import PlannedConduct
from equipoise.simulate.rehearsal import Rehearsal, prepare
from equipoise.simulate.worlds.world import (
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    TimeTruth,
    World,
)


@dataclass(frozen=True, slots=True)
class AtTheCut:
    """What is known of the trial's calendar at the look at hand."""

    planned: int  # how many of the planned looks have been held, or passed by
    time: float  # of the cut, since the first randomization
    held: tuple[tuple[int, float], ...]  # (planned look, calendar time) of those held


@dataclass(frozen=True, slots=True)
class Compared:
    """Who takes part in the rest of the trial."""

    arms: tuple[str, ...]  # ids, the control first
    allocation: tuple[int, ...]
    endpoints: tuple[str, ...]  # simulated
    strata: int
    patients: int  # at hand and to come
    longest_follow_up: float = inf


def rest_rehearsal(
    planned: PlannedConduct, tested: Mapping[str, Counted], cut: AtTheCut, who: Compared
) -> Rehearsal:
    """Lay out the looks to come for compiled loops; the first one is the look at hand.

    Args:
        planned: how the trial is run.
        tested: hypotheses that are simulated, in this order, and what their information counts.
        cut: the look at hand.
        who: patients, arms and endpoints.

    Raises:
        SimulationError: A look counts what is not simulated, or none is left.

    Witness: the planned looks.
    """
    conduct = planned.conduct
    coming = conduct.looks[cut.planned :]
    if not coming:
        raise SimulationError(
            f"All {len(conduct.looks)} planned looks have been held: nothing of the trial is left "
            "to simulate.",
            "looks",
        )
    looks = (Look((AtTime(cut.time),)), *(_moved(each, cut) for each in coming))
    known = {each.hypothesis: each for each in conduct.tested}
    rest = replace(
        conduct,
        looks=looks,
        tested=tuple(replace(known[name], information=told) for name, told in tested.items()),
        maximum_duration=max(conduct.maximum_duration, cut.time),
        adaptations=(),
        closed_test=None,
    )
    _check_counted(rest, cut, who)
    return prepare(_world(who), rest)


def _moved(look: Look, cut: AtTheCut) -> Look:
    """Count the looks a look waits for from the one at hand."""
    held = dict(cut.held)

    def moved(waiting: Waiting) -> Waiting:
        if isinstance(waiting, AfterLook):
            if waiting.look <= cut.planned:
                return AtTime(held.get(waiting.look, cut.time) + waiting.time)
            return AfterLook(waiting.look - cut.planned + 1, waiting.time)
        return waiting

    return replace(look, conditions=tuple(moved(each) for each in look.conditions))


def _check_counted(conduct: Conduct, cut: AtTheCut, who: Compared) -> None:
    """Refuse looks that wait for what is not simulated."""
    for number, look in enumerate(conduct.looks[1:], start=cut.planned + 1):
        for each in look.conditions:
            if isinstance(each, AfterEvents | AfterPatients) and each.population is not None:
                raise SimulationError(
                    f"Look {number} waits for patients of the population {each.population!r}, and "
                    "who of those to come belongs to it is not foretold. The rest of this trial "
                    "cannot be simulated.",
                    "population",
                )
            if isinstance(each, AfterEvents) and each.endpoint not in who.endpoints:
                raise SimulationError(
                    f"Look {number} waits for events of {each.endpoint!r}, which are not foretold; "
                    f"there is {', '.join(map(repr, who.endpoints))}. Give a model of them, too.",
                    "endpoint",
                )


def _world(who: Compared) -> World:
    """Give the frame of a world: its patients are drawn elsewhere."""
    law = Law(constant_rate(1.0))
    laws = tuple(tuple(law for _ in range(who.strata)) for _ in who.arms)
    return World(
        arms=who.arms,
        allocation=who.allocation,
        enrollment=Enrollment(who.patients, constant_rate(1.0)),
        truth=IndependentEndpoints(tuple(TimeTruth(each, laws) for each in who.endpoints)),
        strata=tuple(f"stratum {place + 1}" for place in range(who.strata)),
        cells=tuple(
            Cell(float(share), place)
            for place, share in enumerate(np.full(who.strata, 1.0 / who.strata))
        ),
        longest_follow_up=who.longest_follow_up,
    )

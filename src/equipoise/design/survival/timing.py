"""When the looks of a survival trial are: by the calendar, by information, by events.

Each look comes once everything asked of it is reached.  Information and events are expected
ones, so that a look "at 80% of the information" is a calendar time when planned.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.survival.events import most_events, never_reached, time_of_events
from equipoise.design.survival.evidence import Assess
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector

GUESSES = 12
STEPS = 60
HALVED = 6  # every so many steps halve, should secants crawl
EDGE = 1e-3
NEAR = 1e-13  # relative to the information at the end


@dataclass(frozen=True, slots=True)
class Timing:
    """When the looks are; what is left empty asks nothing, `Timing(36)` is one look at 36.

    `duration` is that of the study, from the first patient to the last look; without it the last
    look comes when the calendar and the events asked for it are reached.
    """

    duration: float | None = None
    calendar: tuple[float, ...] = ()  # earliest times of the looks, the last included
    information: tuple[float, ...] = ()  # fractions of that of the last look, the last (1) included
    events: tuple[float, ...] = ()  # numbers, the last look's included

    @property
    def looks(self) -> int:
        """How many looks there are, the final analysis included."""
        return max(len(self.calendar), len(self.information), len(self.events), 1)


def look_times(
    world: SurvivalWorld, timing: Timing, assess: Assess, *, null: bool = False
) -> Vector:
    """Tell when the looks are, in a world already checked.

    Args:
        world: the truth.
        timing: what is asked of the looks.
        assess: gives the information that fractions are of.
        null: whether they are fractions of the null information.

    Raises:
        DesignError: the looks contradict each other, or are never reached.
    Accuracy:
        1e-12 of the study's duration.
    Witness:
        lr27 (lrstat kmpower: 80% of the information at 28.5919).
    """
    _check(timing)
    times = np.zeros(timing.looks)
    if timing.calendar:
        times = np.maximum(times, timing.calendar)
    if timing.events:
        most = most_events(world)
        if timing.events[-1] >= most:
            raise DesignError(never_reached(world, timing.events[-1], most))
        times = np.maximum(times, time_of_events(world, timing.events))
    if timing.duration is not None:
        times[-1] = max(times[-1], timing.duration)
    if timing.information and timing.looks > 1:
        times[:-1] = np.maximum(times[:-1], _informed(world, timing, assess, times[-1], null=null))
    if not np.all(np.diff(times) > 0):
        at = int(np.argmin(np.diff(times)))
        raise DesignError(
            f"Look {at + 2} would be at {times[at + 1]:g}, not after look {at + 1} at "
            f"{times[at]:g}. Let the looks come in order, or drop one."
        )
    return vector(times)


def at_fractions(timing: Timing, stopping_information: tuple[float, ...]) -> Timing:
    """Let the stopping plan's fractions say when the looks are, if nothing else does."""
    if timing.looks == 1 and len(stopping_information) > 1:
        return replace(timing, information=stopping_information)
    return timing


def _informed(
    world: SurvivalWorld, timing: Timing, assess: Assess, end: float, *, null: bool
) -> Vector:
    """Find when each fraction of the information at the end is reached."""

    def information(times: Vector) -> Vector:
        seen = assess(world, times)
        return seen.null_information if null else seen.information

    grid = vector(end * np.linspace(0.0, 1.0, GUESSES + 1)[1:])
    known = information(grid)
    wanted = np.array(timing.information[:-1]) * known[-1]
    place = np.searchsorted(known, wanted)
    low = np.where(place > 0, grid[np.maximum(place - 1, 0)], 0.0)
    high = grid[place]
    below = np.where(place > 0, known[np.maximum(place - 1, 0)], 0.0) - wanted
    above = known[place] - wanted
    last, excess = high, above
    time = low + (high - low) * np.clip(-below / np.maximum(above - below, 1e-300), EDGE, 1 - EDGE)
    for step in range(STEPS):
        before, excess = excess, information(vector(time)) - wanted
        found = (np.abs(excess) <= NEAR * known[-1]) | (high - low <= NEAR * end)
        if found.all():
            break
        short = excess < 0
        low, high = np.where(short, time, low), np.where(short, high, time)
        rise = excess - before  # the secant through the last two, where it stays in between
        following = time - excess * (time - last) / np.where(rise == 0.0, np.inf, rise)
        halve = (step % HALVED == HALVED - 1) | ~((low < following) & (following < high))
        following = np.where(halve, 0.5 * (low + high), following)
        last, time = time, np.where(found, time, following)
    return np.asarray(time)


def _check(timing: Timing) -> None:
    """Refuse looks that cannot be."""
    asked = [part for part in (timing.calendar, timing.information, timing.events) if part]
    if len({len(part) for part in asked}) > 1:
        raise DesignError(
            "Calendar times, information fractions and events must be given for the same number "
            f"of looks; found {', '.join(str(len(part)) for part in asked)}."
        )
    if timing.duration is None and not (timing.calendar or timing.events):
        raise DesignError("When the last look is must be given: a duration, a time or events.")
    for part, what in ((timing.calendar, "Calendar times"), (timing.events, "Numbers of events")):
        if part and not (np.all(np.diff(part) > 0) and part[0] > 0 and np.isfinite(part[-1])):
            raise DesignError(f"{what} of the looks must increase from above 0; found {part}.")
    if timing.duration is not None and not (0 < timing.duration < np.inf):
        raise DesignError(f"The study must last longer than 0; found {timing.duration:g}.")
    fractions = timing.information
    if fractions and not (
        np.all(np.diff(fractions) > 0) and fractions[0] > 0 and abs(fractions[-1] - 1) <= 1e-12  # noqa: PLR2004
    ):
        raise DesignError(
            f"Information fractions must increase from above 0 to 1; found {fractions}. The last "
            "look has all the information."
        )

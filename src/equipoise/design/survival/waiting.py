"""When looks come that wait for their events, in a world that may never have so many.

time of look k = the t with D(t) = D_k;   infinite where D never gets there
"""

import math

import numpy as np

from equipoise.design.survival.events import reachable_events, times_when
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.piecewise_exponential import Courses

FOR_EVER = 1e3  # enrollment durations: after so long nothing that matters is left to come


def times_or_never(world: SurvivalWorld, rows: Courses, events: Vector) -> Vector:
    """Give when the looks come in a world; infinite if never.

    Witness: `times_when`.
    """
    reached = events < reachable_events(world, rows)
    time = np.full(events.size, math.inf)
    if bool(reached.any()):
        time[reached] = times_when(rows, vector(events[reached]))
    return time

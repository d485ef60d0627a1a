"""Laws from what is known of a disease: a median, a hazard, a survival curve as a table.

With a cured fraction c and hazards of the others, S(t) = c + (1 - c) exp(-Λ(t^κ)).
"""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from equipoise.design.survival.hazards import Rate, hazard_from_survival, rate_of
from equipoise.design.survival.world import Piecewise
from equipoise.errors import DesignError, SimulationError
from equipoise.kernel.arrays import vector
from equipoise.simulate.worlds.world import Law

NEVER = Law(Piecewise(vector([0.0]), vector([0.0])))


def law(hazard: Rate, *, shape: float = 1.0, cured: float = 0.0) -> Law:
    """Make the law of a hazard, constant or on pieces of the clock t^shape.

    >>> law(0.05).hazard.values.tolist()
    [0.05]
    """
    return Law(rate_of(hazard), shape, cured)


def law_from_median(median: float, *, shape: float = 1.0, cured: float = 0.0) -> Law:
    """Make the law with this median, exponential or Weibull, of all patients, cured or not.

    Raises:
        SimulationError: a median that is none, or half the patients or more are cured.
    Witness:
        closed form.

    >>> round(float(law_from_median(15).hazard.values[0]), 6)
    0.04621
    """
    if not (math.isfinite(median) and median > 0 and math.isfinite(shape) and shape > 0):
        raise SimulationError(
            f"A median and a Weibull shape must be above 0; found {median:g} and {shape:g}.",
            "hazard",
        )
    if not 0 <= cured < 0.5:  # noqa: PLR2004 - half
        raise SimulationError(
            f"With {cured:g} of the patients cured no median is reached; give a fraction from 0 to "
            "below 0.5, or survival at a time.",
            "hazard",
        )
    return law(-math.log((0.5 - cured) / (1.0 - cured)) / median**shape, shape=shape, cured=cured)


def law_from_survival(
    times: Sequence[float],
    survival: Sequence[float],
    *,
    shape: float = 1.0,
    cured: float = 0.0,
    beyond: Literal["continues", "never"] = "continues",
) -> Law:
    """Make the law whose survival goes through a table, with constant hazard between its times.

    Args:
        times: increasing from above 0.
        survival: at these times, of all patients, cured or not.
        shape: of a Weibull clock on which hazards are constant; 1: time itself.
        cured: the fraction who never have the event.
        beyond: the last time, the last hazard "continues", or "never" another event comes.

    Raises:
        SimulationError: a table that is no survival curve above the cured fraction.
    Witness:
        the table itself, read off the law.

    >>> law_from_survival([12, 24], [0.7, 0.42]).hazard.values.round(6).tolist()
    [0.029723, 0.042569]
    """
    if not 0 <= cured < 1:
        raise SimulationError(
            f"A cured fraction must be from 0 to below 1; found {cured:g}.", "hazard"
        )
    others = [(float(each) - cured) / (1.0 - cured) for each in survival]
    try:
        hazard = hazard_from_survival(times, others, shape=shape)
    except DesignError as refused:
        known = f" Beside {cured:g} cured it must stay above that." if cured else ""
        raise SimulationError(f"{refused}{known}", "hazard") from refused
    if beyond == "never":
        starts = np.append(hazard.starts, float(times[-1]) ** shape)
        hazard = Piecewise(vector(starts), vector(np.append(hazard.values, 0.0)))
    return Law(hazard, shape, cured)

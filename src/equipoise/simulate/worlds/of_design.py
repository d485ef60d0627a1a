"""The world that a survival design assumed, as a world to rehearse it in.

The design enrolls by expected numbers and ends with its accrual; a rehearsed trial enrolls whole
patients, so that under a Poisson process the last one comes earlier or later, and rates go on.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from equipoise.design.survival.world import Piecewise, StratumWorld, SurvivalWorld
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import vector
from equipoise.simulate.worlds.world import (
    Cell,
    Enrollment,
    IndependentEndpoints,
    Law,
    Process,
    Randomization,
    TimeTruth,
    World,
)

NEARLY = 1e-9
LARGEST_RATIO = 100  # of whole numbers that make an allocation


@dataclass(frozen=True, slots=True)
class Naming:
    """What things are called in the rehearsed world."""

    arms: tuple[str, str] = ("control", "experimental")
    endpoint: str = "event"


def world_of_survival(
    design: SurvivalWorld,
    *,
    patients: int | None = None,
    process: Process = "poisson",
    randomization: Randomization | None = None,
    naming: Naming | None = None,
) -> World:
    """Make the world of a survival design's assumptions.

    Args:
        design: its world.
        patients: in all; None: the expected number, rounded to the nearest.
        process: by which they come; `uniform` within the accrual's duration.
        randomization: None: permuted blocks in each stratum, the smallest.
        naming: of arms and endpoint.

    Raises:
        SimulationError: strata whose shares of the accrual change over time.
    Witness:
        simulated event counts against the design's expected ones.
    """
    named = naming or Naming()
    rates, shares = _accrual(design)
    duration = design.accrual.duration if process == "uniform" else np.inf
    size = round(_expected(design)) if patients is None else patients
    return World(
        arms=named.arms,
        allocation=whole_ratio(design.allocation),
        enrollment=Enrollment(size, rates, process, float(duration)),
        truth=IndependentEndpoints((TimeTruth(named.endpoint, _laws(design)),)),
        strata=tuple(stratum.name for stratum in design.strata),
        cells=tuple(Cell(share, place) for place, share in enumerate(shares)),
        randomization=randomization or Randomization(),
        dropout=_dropout(design),
        longest_follow_up=design.longest_follow_up,
    )


def whole_ratio(allocation: float) -> tuple[int, int]:
    """Give whole numbers (control, experimental) of an allocation ratio.

    Raises:
        SimulationError: it is no ratio of small whole numbers.
    Witness:
        exact fractions.

    >>> whole_ratio(1.5)
    (2, 3)
    """
    ratio = Fraction(allocation).limit_denominator(LARGEST_RATIO) if allocation > 0 else Fraction(0)
    if ratio == 0 or abs(float(ratio) / allocation - 1.0) > NEARLY:
        raise SimulationError(
            f"An allocation of {allocation:g} is no ratio of whole numbers up to {LARGEST_RATIO}; "
            "give one such as 2, 1.5 or 0.5.",
            "allocation",
        )
    return ratio.denominator, ratio.numerator


def _laws(design: SurvivalWorld) -> tuple[tuple[Law, ...], tuple[Law, ...]]:
    shape = design.weibull_shape
    control = tuple(Law(one.control_hazard, shape, one.control_cured) for one in design.strata)
    experimental = tuple(
        Law(one.experimental_hazard, shape, one.experimental_cured) for one in design.strata
    )
    return control, experimental


def _dropout(design: SurvivalWorld) -> tuple[tuple[Law, ...], ...]:
    control = tuple(Law(one.control_dropout) for one in design.strata)
    experimental = tuple(Law(one.experimental_dropout) for one in design.strata)
    nobody = not any(bool(np.any(law.hazard.values)) for law in (*control, *experimental))
    return () if nobody else (control, experimental)


def _expected(design: SurvivalWorld) -> float:
    accruals = design.accrual_by_stratum or (design.accrual,)
    return sum(one.patients for one in accruals)


def _accrual(design: SurvivalWorld) -> tuple[Piecewise, list[float]]:
    """Give the rates of all strata together, and each one's share."""
    if not design.accrual_by_stratum:
        rates = Piecewise(design.accrual.starts, design.accrual.rates)
        return rates, _shares(design.strata)
    pieces = [Piecewise(one.starts, one.rates) for one in design.accrual_by_stratum]
    starts = np.unique(np.concatenate([one.starts for one in pieces]))
    each = np.array([one.at(starts) for one in pieces])
    total = each.sum(axis=0)
    shares = each.sum(axis=1) / each.sum()
    ends = {one.duration for one in design.accrual_by_stratum}
    if np.abs(each - shares[:, None] * total).max() > NEARLY * total.max() or len(ends) > 1:
        raise SimulationError(
            "The strata's shares of the accrual change over time; rehearse it with shares that "
            "stay, or with each stratum alone.",
            "accrual",
        )
    return Piecewise(vector(starts), vector(total)), shares.tolist()


def _shares(strata: tuple[StratumWorld, ...]) -> list[float]:
    return [stratum.share for stratum in strata]

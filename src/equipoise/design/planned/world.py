"""The world a protocol assumes for one time-to-event hypothesis, and the numbers it is given.

Accrual rates that are relative scale to the patients; absolute ones give the duration from the
patients, or the patients from the duration.  Where both are given they must agree.  Patients
and rates are those of all arms; a comparison has its two arms' share of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from equipoise.design.survival.world import (
    Accrual,
    Piecewise,
    StratumWorld,
    SurvivalWorld,
    constant_rate,
)
from equipoise.errors import DesignError
from equipoise.kernel.arrays import vector
from equipoise.protocol.coherence_numbers import AGREEMENT
from equipoise.protocol.derive_design import derived_duration, derived_patients
from equipoise.protocol.planning import (
    DesignPromise,
    EndpointAssumption,
    Pieces,
    PlannedEffect,
    PlanningAssumptions,
)

UNKNOWN = 1.0  # patients a time unit, where the design finds them; a ratio still to be found


@dataclass(frozen=True, slots=True)
class Numbers:
    """One choice of what a protocol may give as grids; None where it gives nothing."""

    effect: float | None = None
    power: float | None = None
    events: float | None = None
    patients: float | None = None
    accrual_duration: float | None = None
    follow_up: float | None = None


GRID_NAMES = {
    "effect": "effect",
    "power": "power",
    "events": "events",
    "patients": "patients",
    "accrual_duration": "accrual duration",
    "follow_up": "follow-up",
}


def grids_of(promise: DesignPromise) -> dict[str, tuple[float, ...]]:
    """Give what a protocol writes for each number, one or several."""
    effect, planning = promise.effect(promise.sized_for or ""), promise.planning
    return {
        "effect": effect.value if effect else (),
        "power": promise.power,
        "events": promise.events,
        "patients": planning.patients,
        "accrual_duration": planning.accrual_duration,
        "follow_up": planning.follow_up,
    }


def choices(promise: DesignPromise) -> Iterator[Numbers]:
    """Give every combination of the numbers written as lists; the planned one first."""
    grids = grids_of(promise)
    for values in product(*(grid or (None,) for grid in grids.values())):
        yield Numbers(**dict(zip(grids, values, strict=True)))


def has_accrual(planning: PlanningAssumptions, numbers: Numbers) -> bool:
    """Say whether it is told when patients come."""
    rates = bool(planning.accrual_pieces) and not planning.accrual_relative
    return rates or numbers.accrual_duration is not None


def accrual_of(planning: PlanningAssumptions, numbers: Numbers) -> Accrual:
    """Give the accrual of all arms; rates of 1 where patients are to be found.

    Raises:
        DesignError: Rates, duration and patients contradict each other.
    """
    pieces = planning.accrual_pieces or ((0.0, 1.0),)
    duration, patients = numbers.accrual_duration, numbers.patients
    absolute = bool(planning.accrual_pieces) and not planning.accrual_relative
    if absolute and duration is None and patients is not None:
        duration = derived_duration(planning, patients)
        if duration == float("inf"):
            raise DesignError(
                f"The accrual rates never reach {patients:g} patients: they end at 0. "
                "Let the last rate be above 0, or plan fewer patients.",
                "accrual",
            )
    if duration is None:  # to be found: every piece is kept
        duration = pieces[-1][0] + UNKNOWN
    kept = [(start, rate) for start, rate in pieces if start < duration]
    came = derived_patients(PlanningAssumptions(accrual_pieces=tuple(kept)), duration)
    if not came > 0:
        raise DesignError(
            f"No patients come within the accrual of {duration:g}; let it last longer, or begin "
            "with a rate above 0.",
            "accrual",
        )
    factor = 1.0
    if patients is not None and absolute and abs(came / patients - 1) > AGREEMENT:
        raise DesignError(
            f"The accrual rates bring {came:.5g} patients in {duration:g}, but {patients:g} are "
            f"planned. Leave out one of the three, or plan {came:.0f} patients.",
            "accrual",
        )
    if patients is not None:
        factor = patients / came
    starts, rates = zip(*kept, strict=True)
    return Accrual(vector(starts), vector([rate * factor for rate in rates]), duration)


def share_of(accrual: Accrual, share: float) -> Accrual:
    """Give the accrual of some of the arms.

    >>> share_of(Accrual(vector([0.0]), vector([9.0]), 10.0), 2 / 3).patients
    60.0
    """
    return replace(accrual, rates=vector(accrual.rates * share))


def world_of(
    planning: PlanningAssumptions,
    endpoint: str,
    effect: PlannedEffect,
    value: float | None,
    accrual: Accrual,
    allocation: float,
) -> SurvivalWorld:
    """Give the world one hypothesis is planned in, stratified where its course is."""
    assumed = planning.endpoint(endpoint)
    ratio = constant_rate(UNKNOWN if value is None else value)
    if effect.pieces:
        ratio = piecewise(effect.pieces)
    shares = planning.strata or (("all", 1.0),)
    strata = tuple(
        StratumWorld(
            name=name,
            share=share,
            control_hazard=_hazard(assumed, name),
            hazard_ratio=ratio,
            control_dropout=piecewise(planning.control_dropout),
            experimental_dropout=piecewise(planning.experimental_dropout),
            control_cured=assumed.cured,
            experimental_cured=assumed.cured,
        )
        for name, share in shares
    )
    longest = planning.longest_follow_up
    return SurvivalWorld(accrual, strata, allocation, float("inf") if longest is None else longest)


def _hazard(assumed: EndpointAssumption, level: str) -> Piecewise:
    by_level = dict(assumed.stratum_hazards)
    return piecewise(by_level.get(level, assumed.hazard))


def piecewise(pieces: Pieces) -> Piecewise:
    """Give a rate on pieces; 0 where none is written."""
    if not pieces:
        return constant_rate(0.0)
    starts, values = zip(*pieces, strict=True)
    return Piecewise(vector(starts), vector(values))

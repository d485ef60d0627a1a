"""Scenarios × designs side by side, and what changes along a parameter: power by hazard ratio.

plan = grid_plan("hazard ratio", [0.5, 0.6, 0.7], world_of, designs)
curve = curve_of(run(plan), "hazard ratio", design="planned")
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Vector, vector
from equipoise.simulate.characteristics.characteristics import OperatingCharacteristics
from equipoise.simulate.characteristics.monte_carlo import Mean, Probability
from equipoise.simulate.plan import Candidate, HypothesisTruth, Scenario, SimulationPlan
from equipoise.simulate.simulation import Simulation
from equipoise.simulate.worlds.world import World


@dataclass(frozen=True, slots=True)
class GridPoint:
    """A world at one value of a parameter, and what is true in it."""

    world: World
    truths: tuple[HypothesisTruth, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """What a number does along a parameter, under one design."""

    parameter: str
    quantity: str
    design: str
    at: Vector  # values of the parameter
    value: Vector
    error: Vector  # Monte Carlo standard errors


def grid_plan(
    parameter: str,
    values: Sequence[float],
    world_of: Callable[[float], GridPoint],
    designs: Sequence[Candidate],
    **settings: Any,  # noqa: ANN401 - of `SimulationPlan`
) -> SimulationPlan:
    """Plan a scenario for each value of a parameter; by default all use the same random numbers.

    Common random numbers make curves smooth: neighbors differ by the parameter alone.

    Args:
        parameter: What it is called.
        values: Of the parameter, each once.
        world_of: Gives the world at a value, and what is true in it.
        designs: To be rehearsed in each.
        settings: `trials`, `seed` and whatever else a `SimulationPlan` takes.

    Raises:
        SimulationError: There is no value, or one comes twice.
    """
    points = [(value, world_of(value)) for value in values]
    scenarios = tuple(
        Scenario(scenario_name(parameter, value), point.world, point.truths)
        for value, point in points
    )
    return SimulationPlan(scenarios, tuple(designs), **{"common_scenarios": True, **settings})


def scenario_name(parameter: str, value: float) -> str:
    """Name the scenario at a value.

    >>> scenario_name("hazard ratio", 0.6)
    'hazard ratio 0.6'
    """
    return f"{parameter} {value:.12g}"


def curve_of(
    simulation: Simulation,
    parameter: str,
    *,
    design: str,
    quantity: str = "at least one primary",
) -> Curve:
    """Read a number along a parameter.

    Args:
        simulation: Of a `grid_plan`.
        parameter: Of the plan.
        design: By name.
        quantity: "at least one primary", "all primary", "family-wise error", "duration",
            "patients", or the id of a hypothesis, for its power.

    Raises:
        SimulationError: No scenario is of that parameter, or the number does not exist.

    Witness: the operating characteristics it is read from.
    """
    found = []
    for scenario in simulation.asked.scenarios:
        value = _value(scenario.name, parameter)
        if value is not None:
            number = number_of(simulation.of(scenario.name, design), quantity)
            found.append((value, number.value, number.error))
    if not found:
        raise SimulationError(
            f"No scenario is named after {parameter!r}; name the parameter of the grid.",
            about="parameter",
        )
    columns = np.array(sorted(found)).T
    return Curve(parameter, quantity, design, *(vector(column) for column in columns))


def number_of(found: OperatingCharacteristics, quantity: str) -> Probability | Mean:
    """Give one number of operating characteristics by name; see `curve_of`.

    Raises:
        SimulationError: It does not exist there.

    Witness: the field of that name.
    """
    named: dict[str, Probability | Mean | None] = {
        "at least one primary": found.at_least_one,
        "all primary": found.all_primary,
        "family-wise error": found.familywise_error,
        "duration": None if found.duration is None else found.duration.mean,
        "patients": None if found.patients is None else found.patients.mean,
    }
    number = named[quantity] if quantity in named else found.hypothesis(quantity).power
    if number is None:
        raise SimulationError(
            f"{found.asked.design!r} has no {quantity} in {found.asked.scenario!r}; tell there "
            "which hypotheses are null, or ask for another number.",
            about="quantity",
        )
    return number


def table_of(
    simulation: Simulation, quantity: str = "at least one primary"
) -> tuple[Vector, Vector]:
    """Give a number and its error for scenarios × designs; nan where no trial was played.

    Raises:
        SimulationError: The number does not exist.

    Witness: the operating characteristics it is read from.
    """
    shape = len(simulation.asked.scenarios), len(simulation.asked.designs)
    value, error = np.full(shape, np.nan), np.full(shape, np.nan)
    for row, results in enumerate(simulation.results):
        for column, found in enumerate(results):
            number = number_of(found, quantity)
            value[row, column], error[row, column] = number.value, number.error
    return value, error


def _value(name: str, parameter: str) -> float | None:
    if not name.startswith(f"{parameter} "):
        return None
    try:
        return float(name[len(parameter) + 1 :])
    except ValueError:
        return None

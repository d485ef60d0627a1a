"""Whether endpoints of their own laws can exist: what a world's truth must keep."""

import math

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Matrix
from equipoise.simulate.worlds.checks import check_laws, check_share, check_table, whole
from equipoise.simulate.worlds.world import AnswerTruth, IndependentEndpoints, TimeTruth, World

MOST_COMPETING = 15  # streams of random numbers that an endpoint has beside its own
NEARLY = 1e-9


def check_independent(truth: IndependentEndpoints, world: World) -> None:
    """Refuse endpoints whose laws, answers or switching cannot be.

    Raises:
        SimulationError: the fact, the value found and the remedy.
    """
    for each in truth.endpoints:
        if isinstance(each, TimeTruth):
            _check_time(each, truth, world)
        else:
            _check_answer(each, world)
    if truth.correlation is not None:
        _check_correlation(truth.correlation, len(truth.endpoints))


def _check_time(each: TimeTruth, truth: IndependentEndpoints, world: World) -> None:
    check_laws(each.laws, world, f"endpoint {each.endpoint}")
    if len(each.competing) > MOST_COMPETING:
        raise SimulationError(
            f"Endpoint {each.endpoint} has {len(each.competing)} competing events; at most "
            f"{MOST_COMPETING} can be told apart. Put some together.",
            "competing",
        )
    for place, laws in enumerate(each.competing, start=1):
        check_laws(laws, world, f"competing event {place} of endpoint {each.endpoint}")
    if each.switching is not None:
        _check_switching(each, truth, world)


def _check_switching(each: TimeTruth, truth: IndependentEndpoints, world: World) -> None:
    switching = each.switching
    if switching is None:
        return
    name = f"The switching of endpoint {each.endpoint}"
    timed = [one.endpoint for one in truth.endpoints if isinstance(one, TimeTruth)]
    if switching.after not in timed or switching.after == each.endpoint:
        others = [one for one in timed if one != each.endpoint]
        raise SimulationError(
            f"{name} follows {switching.after!r}, which is no other time-to-event endpoint; "
            f"choose among {others}.",
            "switching",
        )
    if not (whole(switching.arm) and 0 <= switching.arm < len(world.arms)):
        raise SimulationError(
            f"{name} is in arm {switching.arm}, of {len(world.arms)} from 0.", "switching"
        )
    check_share(switching.probability, f"{name}: its probability", "switching")
    for value, what in ((switching.hazard_ratio, "hazard ratio"), (switching.delay, "delay")):
        if not (math.isfinite(value) and value >= 0):
            raise SimulationError(f"{name}: its {what} is {value:g}, not 0 or more.", "switching")


def _check_answer(each: AnswerTruth, world: World) -> None:
    name = f"endpoint {each.endpoint}"
    check_table(each.probability, world, name, "probabilities")
    for row in each.probability:
        for probability in row:
            check_share(probability, f"The probability of a yes to {name}", "probability")
    check_share(each.missing, f"The share of missing answers of {name}", "missing")
    if not (math.isfinite(each.at) and each.at >= 0):
        raise SimulationError(
            f"The answer of {name} is known {each.at:g} after entry, not 0 or more.", "probability"
        )


def _check_correlation(correlation: Matrix, endpoints: int) -> None:
    found = np.asarray(correlation, dtype=np.float64)
    if found.shape != (endpoints, endpoints):
        raise SimulationError(
            f"The correlation of {endpoints} endpoints has {endpoints} rows and columns; found "
            f"{found.shape}.",
            "correlation",
        )
    if not bool(np.isfinite(found).all()) or (
        np.abs(found - found.T).max() > NEARLY or np.abs(np.diag(found) - 1.0).max() > NEARLY
    ):
        raise SimulationError(
            "A correlation is symmetric, with ones on its diagonal; found "
            f"{found.round(6).tolist()}.",
            "correlation",
        )
    least = float(np.linalg.eigvalsh(found)[0])
    if least < -NEARLY:
        raise SimulationError(
            f"No endpoints can be correlated so: an eigenvalue is {least:.3g}, below 0; move the "
            "correlations towards 0.",
            "correlation",
        )


def order_of(truth: IndependentEndpoints) -> list[int]:
    """Order endpoints so that each comes after the one whose event makes its patients switch.

    Raises:
        SimulationError: they wait for each other.
    """
    names = [each.endpoint for each in truth.endpoints]
    order: list[int] = []
    while len(order) < len(names):
        made = {names[place] for place in order}
        free = [
            place
            for place, each in enumerate(truth.endpoints)
            if place not in order
            and (
                isinstance(each, AnswerTruth)
                or each.switching is None
                or each.switching.after in made
            )
        ]
        if not free:
            left = [names[place] for place in range(len(names)) if place not in order]
            raise SimulationError(
                f"Endpoints {left} switch each after another in a circle; let one of them be free "
                "of switching.",
                "switching",
            )
        order.extend(free)
    return order


def lower_triangle(correlation: Matrix) -> Matrix:
    """Give the L of L Lᵀ = correlation; columns of what is determined by others are 0.

    >>> lower_triangle(np.array([[1.0, 0.6], [0.6, 1.0]])).round(12).tolist()
    [[1.0, 0.0], [0.6, 0.8]]
    """
    size = correlation.shape[0]
    lower = np.zeros((size, size))
    for row in range(size):
        for column in range(row + 1):
            rest = correlation[row, column] - lower[row, :column] @ lower[column, :column]
            if column == row:
                lower[row, row] = math.sqrt(rest) if rest > NEARLY else 0.0
            elif lower[column, column] > 0.0:
                lower[row, column] = rest / lower[column, column]
    return lower

"""Whether the tests of a rehearsed trial can be made in its world.

MaxCombo's p-value is an integral over as many normal variables as its weights are independent
functions of the survival; up to four are integrated exactly, and no more are taken.
"""

import numpy as np

from equipoise.errors import SimulationError
from equipoise.protocol.course import ReadAnswer
from equipoise.simulate.conduct import (
    LogRank,
    MaxCombo,
    Milestone,
    Proportions,
    RestrictedMean,
    Tested,
)
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    CourseTruth,
    IndependentEndpoints,
    ResampledPatients,
    World,
)

MOST_INDEPENDENT = 4
SAME = 1e-9


def check_tested(world: World, tested: Tested) -> None:
    """Refuse a test of what the world does not have, or of a kind that does not fit it.

    Raises:
        SimulationError: with the hypothesis, what it asks for and what there is.
    """
    name = tested.hypothesis
    if tested.endpoint not in world.endpoints:
        raise SimulationError(
            f"{name} tests the endpoint {tested.endpoint!r}; the world has "
            f"{', '.join(map(repr, world.endpoints))}. Name one of them.",
            "endpoint",
        )
    if tested.population is not None and tested.population not in world.populations:
        raise SimulationError(
            f"{name} tests the population {tested.population!r}; the world has "
            f"{', '.join(map(repr, world.populations)) or 'none'}. Name one of them.",
            "population",
        )
    for arm in (tested.control, tested.experimental):
        if not 0 <= arm < len(world.arms):
            raise SimulationError(
                f"{name} compares arm {arm}; the world has arms 0 to {len(world.arms) - 1}. "
                "Number the arms from 0.",
                "arm",
            )
    if tested.control == tested.experimental:
        raise SimulationError(
            f"{name} compares arm {tested.control} with itself. Name two arms.", "arm"
        )
    if not np.isfinite(tested.margin):
        raise SimulationError(f"{name} has the margin {tested.margin}. Give a number.", "margin")
    _check_kind(world, tested)
    _check_numbers(tested)


def is_answer(world: World, endpoint: str) -> bool:
    """Tell whether an endpoint is a yes or a no, rather than a time."""
    index, truth = world.endpoints.index(endpoint), world.truth
    match truth:
        case IndependentEndpoints():
            return isinstance(truth.endpoints[index], AnswerTruth)
        case CourseTruth():
            return isinstance(truth.course.readings[index], ReadAnswer)
        case ResampledPatients():
            return bool(truth.binary[index])


def _check_kind(world: World, tested: Tested) -> None:
    answer, proportions = is_answer(world, tested.endpoint), isinstance(tested.test, Proportions)
    if answer and not proportions:
        raise SimulationError(
            f"{tested.hypothesis} tests {tested.endpoint!r}, a yes or no, by a test of times. Use "
            "Proportions().",
            "test",
        )
    if proportions and not answer:
        raise SimulationError(
            f"{tested.hypothesis} tests {tested.endpoint!r}, a time, by Proportions. Use LogRank(),"
            " or Milestone(...) for survival at a time.",
            "test",
        )
    curves = isinstance(tested.test, RestrictedMean | Milestone)
    if curves and tested.stratified:
        raise SimulationError(
            f"{tested.hypothesis} asks for a stratified comparison of curves, which is not made "
            "here. Test without strata, or by a stratified log-rank test.",
            "test",
        )
    if tested.margin and isinstance(tested.test, MaxCombo):
        raise SimulationError(
            f"{tested.hypothesis} asks for MaxCombo with the margin {tested.margin:g}. Use LogRank "
            "or CoxWald for a margin.",
            "margin",
        )
    if tested.margin and proportions and tested.stratified:
        raise SimulationError(
            f"{tested.hypothesis} asks for a Cochran-Mantel-Haenszel test with the margin "
            f"{tested.margin:g}; it tests no difference only. Leave the strata or the margin out.",
            "margin",
        )


def _check_numbers(tested: Tested) -> None:
    match tested.test:
        case LogRank(rho=rho, gamma=gamma):
            weights: tuple[tuple[float, float], ...] = ((rho, gamma),)
        case MaxCombo(weights=weights):
            pass
        case RestrictedMean(horizon=at) | Milestone(time=at):
            if not 0.0 < at < np.inf:
                raise SimulationError(
                    f"{tested.hypothesis} compares curves at {at:g}. Give a time above 0.", "test"
                )
            return
        case _:
            return
    if not weights or not all(0.0 <= each < np.inf for pair in weights for each in pair):
        raise SimulationError(
            f"{tested.hypothesis} has the weights {weights}. Give pairs (rho, gamma) of 0 or more.",
            "test",
        )
    if independent(weights) > MOST_INDEPENDENT:
        raise SimulationError(
            f"{tested.hypothesis} has {independent(weights)} independent weights; the p-value of "
            f"MaxCombo is integrated for {MOST_INDEPENDENT} at most. Leave some out.",
            "test",
        )


def independent(weights: tuple[tuple[float, float], ...]) -> int:
    """Count the independent functions S^rho (1 - S)^gamma among some.

    >>> independent(((0, 0), (0, 1), (1, 0), (1, 1)))
    3
    """
    survival = np.linspace(0.02, 0.98, 49)
    rows = [survival**rho * (1.0 - survival) ** gamma for rho, gamma in weights]
    return int(np.linalg.matrix_rank(np.array(rows), tol=SAME))

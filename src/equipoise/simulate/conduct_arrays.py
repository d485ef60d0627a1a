"""A conduct for compiled loops: looks and tests as flat arrays, checked against the world.

Everything named by the conduct must exist in the world, and every look must be one that can be
held: what can only fail in every trial is refused here, with the reason; what fails in some
trials is shown by the table of looks.
"""

from typing import NamedTuple

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.simulate.conduct import (
    AfterEnrollment,
    AfterEvents,
    AfterLook,
    AfterPatients,
    AtTime,
    Conduct,
    CoxWald,
    LogRank,
    MaxCombo,
    Milestone,
    Proportions,
    RestrictedMean,
    Tested,
)
from equipoise.simulate.look_checks import check_look
from equipoise.simulate.tested import check_tested
from equipoise.simulate.worlds.world import World

NO_CONDITION = -1
AFTER_EVENTS, AT_TIME, AFTER_PATIENTS, AFTER_ENROLLMENT, AFTER_LOOK = range(5)
LOG_RANK, MAX_COMBO, COX_WALD, RESTRICTED_MEAN, MILESTONE, PROPORTIONS = range(6)
KIND_OF_CONDITION = {
    AfterEvents: AFTER_EVENTS,
    AtTime: AT_TIME,
    AfterPatients: AFTER_PATIENTS,
    AfterEnrollment: AFTER_ENROLLMENT,
    AfterLook: AFTER_LOOK,
}
KIND_OF_TEST = {
    LogRank: LOG_RANK,
    MaxCombo: MAX_COMBO,
    CoxWald: COX_WALD,
    RestrictedMean: RESTRICTED_MEAN,
    Milestone: MILESTONE,
    Proportions: PROPORTIONS,
}
MOST_ARMS = 62  # bits of a whole number


class ConductArrays(NamedTuple):
    """Looks × conditions (short rows end in `NO_CONDITION`), then hypotheses."""

    kind: Codes  # (looks, conditions)
    endpoint: Codes  # (looks, conditions) whose events are counted; -1 where none are
    awaited: Matrix  # (looks, conditions) events or patients; infinite where nothing is counted
    time: Matrix  # (looks, conditions) calendar time, time followed, or time after a look
    after: Codes  # (looks, conditions) the earlier look, from 0; -1 where there is none
    population: Codes  # (looks, conditions) who counts, by bit of `cell_member`; -1: everyone
    arms: Codes  # (looks, conditions) bit a: patients of arm a count
    whichever_first: Flags  # (looks,)
    gap: Vector  # (looks,)
    maximum_duration: float
    test: Codes  # (hypotheses,)
    tested_endpoint: Codes
    control: Codes
    experimental: Codes
    tested_population: Codes  # bit of `cell_member`; -1: everyone
    stratified: Flags
    margin: Vector
    sign: Vector  # 1 where a later event, or a yes, is better; -1 where a sooner, or a no
    first_weight: Codes  # (hypotheses + 1,) into `rho` and `gamma`
    rho: Vector
    gamma: Vector
    at: Vector  # (hypotheses,) horizon or milestone; 0 where there is none
    option: Codes  # (hypotheses,) 1: log-log milestone, or proportions without the missing


def conduct_arrays(world: World, conduct: Conduct) -> ConductArrays:
    """Check a conduct against its world and lay it out for compiled loops.

    Raises:
        SimulationError: what the world does not have, or a look that no trial can hold.
    """
    _check_size(world, conduct)
    for number, look in enumerate(conduct.looks, start=1):
        check_look(world, conduct, number, look)
    for hypothesis in conduct.tested:
        check_tested(world, hypothesis)
    looks, most = len(conduct.looks), max(len(look.conditions) for look in conduct.looks)
    shape = (looks, most)
    rows = (np.full(shape, NO_CONDITION), np.full(shape, -1), np.full(shape, -1))
    kind, endpoint, after = rows
    population, arms = np.full(shape, -1), np.zeros(shape, np.int64)
    awaited, time = np.full(shape, np.inf), np.zeros(shape)
    for k, look in enumerate(conduct.looks):
        for c, condition in enumerate(look.conditions):
            kind[k, c] = KIND_OF_CONDITION[type(condition)]
            population[k, c] = _population(world, getattr(condition, "population", None))
            time[k, c] = getattr(condition, "followed", getattr(condition, "time", 0.0))
            match condition:
                case AfterEvents():
                    endpoint[k, c] = world.endpoints.index(condition.endpoint)
                    awaited[k, c] = condition.events
                    arms[k, c] = _arms(world, condition.arms)
                case AfterPatients():
                    awaited[k, c] = condition.patients
                case AfterLook():
                    after[k, c] = condition.look - 1
                case _:
                    pass
    first, rho, gamma = _weights(conduct.tested)
    tested = conduct.tested
    return ConductArrays(
        kind=kind,
        endpoint=endpoint,
        awaited=awaited,
        time=time,
        after=after,
        population=population,
        arms=arms,
        whichever_first=np.array([look.whichever == "first" for look in conduct.looks]),
        gap=np.array([float(look.gap) for look in conduct.looks]),
        maximum_duration=float(conduct.maximum_duration),
        test=_codes([KIND_OF_TEST[type(each.test)] for each in tested]),
        tested_endpoint=_codes([world.endpoints.index(each.endpoint) for each in tested]),
        control=_codes([each.control for each in tested]),
        experimental=_codes([each.experimental for each in tested]),
        tested_population=_codes([_population(world, each.population) for each in tested]),
        stratified=np.array([each.stratified for each in tested], dtype=np.bool_),
        margin=np.array([float(each.margin) for each in tested]),
        sign=np.array([-1.0 if each.sooner_is_better else 1.0 for each in tested]),
        first_weight=first,
        rho=rho,
        gamma=gamma,
        at=np.array([_at(each) for each in tested]),
        option=_codes([_option(each) for each in tested]),
    )


def _codes(values: list[int]) -> Codes:
    return np.array(values, dtype=np.int64)


def _arms(world: World, arms: tuple[str, ...]) -> int:
    counted = arms or world.arms
    return sum(1 << world.arms.index(arm) for arm in set(counted))


def _population(world: World, population: str | None) -> int:
    return -1 if population is None else world.populations.index(population)


def _at(tested: Tested) -> float:
    match tested.test:
        case RestrictedMean(horizon=at) | Milestone(time=at):
            return float(at)
        case _:
            return 0.0


def _option(tested: Tested) -> int:
    match tested.test:
        case Milestone(scale="log-log") | Proportions(missing="left out"):
            return 1
        case _:
            return 0


def _weights(tested: tuple[Tested, ...]) -> tuple[Codes, Vector, Vector]:
    """Flatten the Fleming-Harrington weights; a test without any has an empty range."""
    first, pairs = [0], []
    for each in tested:
        match each.test:
            case LogRank(rho=rho, gamma=gamma):
                pairs.append((rho, gamma))
            case MaxCombo(weights=weights):
                pairs.extend(weights)
            case _:
                pass
        first.append(len(pairs))
    both = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return _codes(first), np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def _check_size(world: World, conduct: Conduct) -> None:
    if not conduct.looks:
        raise SimulationError("The conduct has 0 looks. Give at least one, the final one.", "looks")
    if not conduct.tested:
        raise SimulationError("The conduct tests 0 hypotheses. Give at least one.", "hypotheses")
    if not conduct.maximum_duration > 0.0:
        raise SimulationError(
            f"The maximum duration is {conduct.maximum_duration:g}. Give a time above 0, or leave "
            "it out for a trial that ends at its last look.",
            "maximum duration",
        )
    if len(world.arms) > MOST_ARMS:
        raise SimulationError(
            f"{len(world.arms)} arms are more than the {MOST_ARMS} that one trial can have here. "
            "Rehearse fewer.",
            "arms",
        )

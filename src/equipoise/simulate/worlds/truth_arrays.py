"""Endpoints of their own laws, laid out for compiled loops: one row an endpoint."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Matrix, Vector, codes, frozen, frozen_codes, vector
from equipoise.protocol.course import ReadAnswer
from equipoise.simulate.arrays import ANSWER, TIME
from equipoise.simulate.worlds.law_table import LawTable
from equipoise.simulate.worlds.truth_checks import lower_triangle, order_of
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    CourseTruth,
    IndependentEndpoints,
    Law,
    ResampledPatients,
    Switching,
    TimeTruth,
    World,
)

Endpoints = tuple[TimeTruth | AnswerTruth, ...]


def endpoints_of(world: World) -> Endpoints:
    """Give the endpoints that have laws of their own; none where they follow from a course."""
    return world.truth.endpoints if isinstance(world.truth, IndependentEndpoints) else ()


def endpoint_kinds(world: World) -> Codes:
    """Tell times from answers."""
    truth = world.truth
    if isinstance(truth, ResampledPatients):
        answers = [bool(each) for each in truth.binary]
    elif isinstance(truth, CourseTruth):
        answers = [isinstance(each, ReadAnswer) for each in truth.course.readings]
    else:
        answers = [isinstance(each, AnswerTruth) for each in truth.endpoints]
    return codes([ANSWER if answer else TIME for answer in answers])


def laws_of(world: World) -> tuple[Codes, LawTable]:
    """Point each endpoint, cause, arm and cell at its law; the last row is dropout."""
    table, endpoints = LawTable(), endpoints_of(world)
    timed = [each for each in endpoints if isinstance(each, TimeTruth)]
    causes = 1 + max((len(each.competing) for each in timed), default=0)
    shape = (len(world.endpoints) + 1, causes, len(world.arms), len(world.cells))
    law = np.full(shape, -1, dtype=np.int64)

    def point(row: int, cause: int, laws: tuple[tuple[Law, ...], ...]) -> None:
        law[row, cause] = [[table.row_of(each) for each in cells] for cells in laws]

    for row, each in enumerate(endpoints):
        if isinstance(each, TimeTruth):
            for cause, laws in enumerate((each.laws, *each.competing)):
                point(row, cause, laws)
    if world.dropout:
        point(len(world.endpoints), 0, world.dropout)
    return frozen_codes(law), table


def making_order(world: World) -> Codes:
    """Order the endpoints so that what patients switch after comes first."""
    if isinstance(world.truth, IndependentEndpoints):
        return codes(order_of(world.truth))
    return codes(range(len(world.endpoints)))


def score_triangle(world: World) -> Matrix:
    """Give the lower triangle that correlates normal scores; (0, 0) where there is no need."""
    truth = world.truth
    if isinstance(truth, IndependentEndpoints) and truth.correlation is not None:
        return frozen(lower_triangle(np.asarray(truth.correlation, dtype=np.float64)))
    return frozen(np.zeros((0, 0)))


def switchings_of(world: World) -> tuple[Switching | None, ...]:
    """Give how patients switch, by endpoint."""
    endpoints = endpoints_of(world)
    found = tuple(each.switching if isinstance(each, TimeTruth) else None for each in endpoints)
    return found or (None,) * len(world.endpoints)


def switch_after(world: World) -> Codes:
    """Give the endpoint after which patients switch, by endpoint; -1: never."""
    return codes(
        [world.endpoints.index(each.after) if each else -1 for each in switchings_of(world)]
    )


def switch_arm(world: World) -> Codes:
    """Give the arm whose patients switch, by endpoint."""
    return codes([each.arm if each else -1 for each in switchings_of(world)])


def switch_values(
    world: World, name: Literal["probability", "hazard_ratio", "delay"], otherwise: float
) -> Vector:
    """Give a number of the switching, by endpoint."""
    return vector(
        [float(getattr(each, name)) if each else otherwise for each in switchings_of(world)]
    )


def yes_probabilities(world: World) -> NDArray[np.float64]:
    """Give the probability of a yes, by endpoint, arm and cell; 0 for times."""
    found = np.zeros((len(world.endpoints), len(world.arms), len(world.cells)))
    for row, each in enumerate(endpoints_of(world)):
        if isinstance(each, AnswerTruth):
            found[row] = each.probability
    return frozen(found)


def assessment_times(world: World) -> Vector:
    """Give when answers are known, since entry; the latest, of real patients."""
    truth = world.truth
    if isinstance(truth, ResampledPatients):
        return vector(np.max(np.atleast_2d(truth.time), axis=1, initial=0.0))
    if isinstance(truth, CourseTruth):
        readings = truth.course.readings
        return vector([each.at if isinstance(each, ReadAnswer) else 0.0 for each in readings])
    return vector([each.at if isinstance(each, AnswerTruth) else 0.0 for each in truth.endpoints])


def missing_shares(world: World) -> Vector:
    """Give the share of answers that never come, by endpoint."""
    missing = np.zeros(len(world.endpoints))
    for row, each in enumerate(endpoints_of(world)):
        if isinstance(each, AnswerTruth):
            missing[row] = each.missing
    return frozen(missing)

"""The laws of a planned trial's endpoints, from what is true of every arm and cell.

Hazards and their ratios are on the clock t^shape, as in `World`.
"""

from equipoise.design.planned.world import piecewise
from equipoise.design.survival.world import Piecewise
from equipoise.kernel.arrays import vector
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.planning import Pieces
from equipoise.protocol.trial import Protocol
from equipoise.simulate.planned.laws import ALIKE, ArmTruth, CellTruth, EndpointTruth
from equipoise.simulate.planned.patients import arms_of
from equipoise.simulate.worlds.world import AnswerTruth, Law, Switching, TimeTruth


def time_truth(protocol: Protocol, truth: EndpointTruth) -> TimeTruth:
    """Give the laws of a time-to-event endpoint by arm and cell.

    Witness: closed form.
    """
    arms, shape = arms_of(protocol), truth.change.shape or 1.0
    laws = tuple(
        tuple(_law(cell, None if place == 0 else cell.arms[arm], shape) for cell in truth.cells)
        for place, arm in enumerate(arms)
    )
    assert isinstance(truth.endpoint, TimeToEvent)  # noqa: S101 - the caller's choice
    told = {each.event: each for each in truth.change.competing}
    competing = tuple(
        tuple(
            tuple(
                Law(_times(each.control, each.hazard_ratio if place else ALIKE, 1.0))
                for _ in truth.cells
            )
            for place, _ in enumerate(arms)
        )
        for each in (told.get(event) for event in truth.endpoint.competing)
        if each is not None
    )
    return TimeTruth(truth.endpoint.id, laws, competing, _switching(truth, arms))


def _switching(truth: EndpointTruth, arms: tuple[str, ...]) -> Switching | None:
    told = truth.change.switching
    if told is None:
        return None
    return Switching(
        told.after, arms.index(told.arm), told.probability, told.hazard_ratio, told.delay
    )


def _law(cell: CellTruth, arm: ArmTruth | None, shape: float) -> Law:
    if arm is None:
        return Law(_times(cell.control, ALIKE, shape), shape, cell.cured)
    cured = cell.cured if arm.cured is None else arm.cured
    hazard = _times(arm.own, ALIKE, shape) if arm.own else _times(cell.control, arm.ratio, shape)
    return Law(hazard, shape, cured)


def _times(hazard: Pieces, ratio: Pieces, shape: float) -> Piecewise:
    """Give the hazard times a ratio, both starting on the clock t^shape."""
    product = _on_clock(hazard, shape)
    return product if ratio == ALIKE else product.times(_on_clock(ratio, shape))


def _on_clock(pieces: Pieces, shape: float) -> Piecewise:
    if shape == 1.0:
        return piecewise(pieces)
    starts, values = zip(*pieces, strict=True)
    return Piecewise(vector([start**shape for start in starts]), vector(values))


def answer_truth(protocol: Protocol, truth: EndpointTruth, known_at: float) -> AnswerTruth:
    """Give the probability of a yes by arm and cell.

    Witness: closed form.
    """
    probability = tuple(
        tuple(
            float(cell.rate if place == 0 or cell.arms[arm].rate is None else cell.arms[arm].rate)  # type: ignore[arg-type]
            for cell in truth.cells
        )
        for place, arm in enumerate(arms_of(protocol))
    )
    at = known_at if truth.change.known_at is None else truth.change.known_at
    return AnswerTruth(truth.endpoint.id, probability, at, truth.change.missing or 0.0)

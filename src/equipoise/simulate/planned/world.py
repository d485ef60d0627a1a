"""The world of a planned trial in a scenario: what the design assumes, and what differs.

as the design says      endpoints by their own laws (`planned_laws`)
a multi-state course    every endpoint read from it
real patients           drawn with replacement from follow-up
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.planned.world import piecewise
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Matrix, frozen
from equipoise.protocol.contradiction import nearest
from equipoise.protocol.endpoints import Binary
from equipoise.protocol.rehearsal import NO_EFFECT, Scenario
from equipoise.protocol.trial import Protocol
from equipoise.simulate.planned.endpoints import answer_truth, time_truth
from equipoise.simulate.planned.laws import endpoint_truths, layers_of
from equipoise.simulate.planned.patients import (
    Kinds,
    allocation_of,
    arms_of,
    enrollment_of,
    kinds_of,
    planning_of,
    randomization_of,
)
from equipoise.simulate.worlds.world import (
    CourseTruth,
    IndependentEndpoints,
    Law,
    Reporting,
    TimeTruth,
    Truth,
    World,
)

if TYPE_CHECKING:
    from equipoise.analyze.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PlannedWorld:
    """A world, and what had to be assumed of it beside the protocol's words."""

    world: World
    assumed: tuple[str, ...]


def scenario_of(protocol: Protocol, scenario: Scenario | str) -> Scenario:
    """Find a scenario by its id; spaces and dashes are read as `_`.

    Raises:
        SimulationError: There is none of this name.
    """
    if isinstance(scenario, Scenario):
        return scenario
    known = {each.id: each for each in protocol.rehearsal.scenarios}
    name = scenario.strip().replace(" ", "_").replace("-", "_")
    found = known.get(scenario) or known.get(name)
    if found is not None:
        return found
    if not known:
        raise SimulationError(not_planned(protocol), "design")
    raise SimulationError(
        f"{protocol.trial.id} has no scenario {scenario!r}; {nearest(scenario, list(known))}.",
        "scenario",
    )


def not_planned(protocol: Protocol) -> str:
    """Say why a protocol without a design cannot be rehearsed."""
    return (
        f"The protocol of {protocol.trial.id} promises no design: when it is looked at, what "
        "decides and what is assumed of its patients is not written, so that it cannot be "
        "rehearsed. Add `design` and `planning`, and an `effect` to a hypothesis."
    )


def world_and_words(
    protocol: Protocol, design: TrialDesign, scenario: Scenario, *, data: "Snapshot | None" = None
) -> PlannedWorld:
    """Give the world of a scenario with what had to be assumed.

    Args:
        protocol: with a design.
        design: of this protocol.
        scenario: one of the protocol's.
        data: the protocol's follow-up, where the scenario draws patients from it.

    Raises:
        SimulationError: The scenario does not tell what a rehearsal needs.

    Witness: closed forms (the design's own world); `tests/end_to_end/test_planned_rehearsal.py`.
    """
    layers = layers_of(protocol, scenario)
    kinds = kinds_of(protocol, layers)
    enrollment, came = enrollment_of(protocol, design, scenario)
    randomization, left = randomization_of(protocol, kinds)
    truth, said = _truth(protocol, design, scenario, layers, kinds, data)
    adverse = next((each.adverse_events for each in reversed(layers) if each.adverse_events), ())
    longest = planning_of(protocol).longest_follow_up
    world = World(
        arms=arms_of(protocol),
        allocation=allocation_of(protocol),
        enrollment=enrollment,
        truth=truth,
        strata=kinds.names,
        stratum_levels=kinds.levels,
        stratum_variables=kinds.variables,
        populations=kinds.populations,
        cells=kinds.cells,
        randomization=randomization,
        dropout=_dropout(protocol, scenario, kinds),
        longest_follow_up=float("inf") if longest is None else longest,
        adverse_events=adverse,
    )
    return PlannedWorld(
        _reported(protocol, world), (*came, *left, *said, *_populations(kinds), *_notes(scenario))
    )


def _truth(
    protocol: Protocol,
    design: TrialDesign,
    scenario: Scenario,
    layers: tuple[Scenario, ...],
    kinds: Kinds,
    data: "Snapshot | None",
) -> tuple[Truth, tuple[str, ...]]:
    if scenario.course_file and scenario.course is None:
        raise SimulationError(
            f"The course of scenario {scenario.id!r}, {scenario.course_file!r}, was not read. Read "
            "the protocol from its file, with the course beside it.",
            "course",
        )
    if scenario.course is not None:
        return CourseTruth(scenario.course), ()
    if scenario.resampled is not None:
        from equipoise.simulate.planned.resampling import resampled  # noqa: PLC0415 - where asked

        return resampled(protocol, scenario, kinds, data)
    if scenario.drawn is not None:
        from equipoise.simulate.planned.resampling import from_figure  # noqa: PLC0415 - where asked

        lost = bool(_dropout(protocol, scenario, kinds))
        return from_figure(protocol, scenario.drawn, kinds, dropout=lost)
    return _independent(protocol, design, scenario, layers, kinds)


def _independent(
    protocol: Protocol,
    design: TrialDesign,
    scenario: Scenario,
    layers: tuple[Scenario, ...],
    kinds: Kinds,
) -> tuple[IndependentEndpoints, tuple[str, ...]]:
    truths = endpoint_truths(protocol, design, kinds, layers)
    if not truths:
        raise SimulationError(
            f"Scenario {scenario.id!r} assumes nothing of the control arm for any time to an event "
            "or answer, so that no patient can be rehearsed. Add `control` under `planning`, "
            "`endpoints`, or to the scenario.",
            "endpoint",
        )
    known_at = _known_at(protocol, design)
    endpoints = tuple(
        answer_truth(protocol, each, known_at)
        if isinstance(each.endpoint, Binary)
        else time_truth(protocol, each)
        for each in truths
    )
    ids = tuple(each.endpoint for each in endpoints)
    correlation = _correlation(layers, ids)
    said = []
    if correlation is None and len(ids) > 1:
        said.append(f"Endpoints are independent given arm and stratum: {', '.join(ids)}.")
    if sum(isinstance(each, TimeTruth) for each in endpoints) > 1:
        said.append(_ORDER)
    cured = [each.endpoint.id for each in truths if any(cell.cured for cell in each.cells)]
    if cured:
        said.append(_CURED.format(", ".join(cured)))
    return IndependentEndpoints(endpoints, correlation), tuple(said)


def _known_at(protocol: Protocol, design: TrialDesign) -> float:
    """Give when answers are known: after the follow-up, in a trial sized by them."""
    main, follow_up = design.main, planning_of(protocol).follow_up
    by_time = main is not None and main.plan is not None and main.plan.kind == "time-to-event"
    return follow_up[0] if follow_up and not by_time else 0.0


def _correlation(layers: tuple[Scenario, ...], ids: tuple[str, ...]) -> Matrix | None:
    told = np.eye(len(ids))
    for layer in layers:
        if layer.correlation is not None:
            told = np.full((len(ids), len(ids)), layer.correlation)
            np.fill_diagonal(told, 1.0)
        for one, two, value in layer.correlations:
            if one in ids and two in ids:
                told[ids.index(one), ids.index(two)] = told[ids.index(two), ids.index(one)] = value
    return None if np.array_equal(told, np.eye(len(ids))) else frozen(told)


def _dropout(protocol: Protocol, scenario: Scenario, kinds: Kinds) -> tuple[tuple[Law, ...], ...]:
    planning = planning_of(protocol)
    lost = scenario.dropout or (planning.control_dropout, planning.experimental_dropout)
    if not any(lost):
        return ()
    roles = {arm.id: arm.role for arm in protocol.arms}
    laws = {"control": Law(piecewise(lost[0])), "experimental": Law(piecewise(lost[1]))}
    return tuple(tuple(laws[roles[arm]] for _ in kinds.cells) for arm in arms_of(protocol))


def _reported(protocol: Protocol, world: World) -> World:
    conduct = protocol.rehearsal.conduct
    delays = dict(conduct.reporting_delay)
    mean = tuple(delays.get(each, 0.0) for each in world.endpoints)
    return replace(world, reporting=Reporting(conduct.data_lag, mean if any(mean) else ()))


def _populations(kinds: Kinds) -> tuple[str, ...]:
    if not kinds.populations:
        return ()
    return (_POPULATIONS,)


_ORDER = (
    "Each time to an event follows its own law: nothing keeps an endpoint from coming before one "
    "that contains it. A multi-state course keeps them in order."
)
_CURED = (
    "The hazard ratio of {} holds among patients who are not cured; that of all comes closer to 1 "
    "as the others fall, so that power is below that of the same ratio throughout."
)
_POPULATIONS = (
    "Populations are independent of each other and of the strata; patients outside one have the "
    "effect planned of everyone."
)


def _notes(scenario: Scenario) -> tuple[str, ...]:
    if scenario.course is not None:
        return tuple(f"Course: {note}" for note in scenario.course.notes)
    if scenario.id == NO_EFFECT and scenario.effects == "none" and not scenario.endpoints:
        return ("Every experimental arm has the control arm's course.",)
    return ()

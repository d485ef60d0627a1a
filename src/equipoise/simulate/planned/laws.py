"""What becomes of the patients of a planned trial, endpoint by endpoint, by arm and cell.

What the design assumes is laid down first; a scenario's words are laid over it, of everyone, then
by level, population and arm.  The experimental hazard is the control's times the ratio, until an
arm has a course of its own; `planned_endpoints` turns this into laws.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.protocol.coherence_effects import null_of
from equipoise.protocol.endpoints import Binary, TimeToEvent
from equipoise.protocol.planning import Pieces, PlannedEffect
from equipoise.protocol.rehearsal import PLANNED, Effects, EndpointChange, Scenario, TruthChange
from equipoise.protocol.trial import Protocol
from equipoise.simulate.planned.patients import Kinds, arms_of, planning_of
from equipoise.simulate.worlds.world import Cell

ALIKE: Pieces = ((0.0, 1.0),)


@dataclass(slots=True)
class ArmTruth:
    """What is true of one experimental arm in one cell."""

    ratio: Pieces = ALIKE
    own: Pieces = ()  # in place of the ratio
    cured: float | None = None  # None: as in the control arm
    rate: float | None = None  # binary; None: as in the control arm


@dataclass(slots=True)
class CellTruth:
    """What is true of one endpoint in one cell."""

    control: Pieces = ()
    cured: float = 0.0
    rate: float | None = None
    arms: dict[str, ArmTruth] = field(default_factory=dict)


@dataclass(slots=True)
class EndpointTruth:
    """What is true of one endpoint."""

    endpoint: TimeToEvent | Binary
    cells: list[CellTruth]
    change: EndpointChange  # everything else said of it

    @property
    def known(self) -> bool:
        """Whether the control arm's course is known in every cell."""
        if isinstance(self.endpoint, Binary):
            return all(cell.rate is not None for cell in self.cells)
        return all(cell.control for cell in self.cells)


def endpoint_truths(
    protocol: Protocol, design: TrialDesign, kinds: Kinds, layers: tuple[Scenario, ...]
) -> tuple[EndpointTruth, ...]:
    """Give the truth of every endpoint of which enough is known, in the protocol's order.

    Witness: closed form (the plan's own laws; ratios laid over them).
    """
    found = []
    for endpoint in protocol.endpoints:
        if isinstance(endpoint, TimeToEvent | Binary):
            cells = [_planned(protocol, design, kinds, endpoint, cell) for cell in kinds.cells]
            truth = EndpointTruth(endpoint, cells, EndpointChange(endpoint.id))
            for layer in layers:
                _lay(design, kinds, truth, layer)
            if truth.known:
                found.append(truth)
    return tuple(found)


def _planned(
    protocol: Protocol,
    design: TrialDesign,
    kinds: Kinds,
    endpoint: TimeToEvent | Binary,
    cell: Cell,
) -> CellTruth:
    """Give what the design assumes of one cell."""
    planning = planning_of(protocol)
    assumed, control = planning.endpoint(endpoint.id), planning.endpoint(endpoint.id).hazard
    if assumed.stratum_hazards and planning.stratum_variable in kinds.variables:
        level = kinds.levels_of(cell)[kinds.variables.index(planning.stratum_variable)]
        control = dict(assumed.stratum_hazards).get(level, control)
    truth = CellTruth(control, assumed.cured, assumed.rate)
    for arm in arms_of(protocol)[1:]:
        truth.arms[arm] = ArmTruth()
        effect = _effect(protocol, design, endpoint.id, arm, cell)
        if effect is not None:
            _take_effect(truth, truth.arms[arm], effect)
    return truth


def _effect(
    protocol: Protocol, design: TrialDesign, endpoint: str, arm: str, cell: Cell
) -> PlannedEffect | None:
    """Give the effect planned in an arm: that of a population the patients are in, before all."""
    asked = [
        each
        for each in design.hypotheses
        if each.endpoint == endpoint and each.experimental == arm and each.effect is not None
    ]
    asked.sort(key=lambda each: population_of(protocol, each) not in cell.populations)
    for each in asked:
        population = population_of(protocol, each)
        if population is None or population in cell.populations:
            return _with_value(each)
    return None


def _with_value(hypothesis: HypothesisDesign) -> PlannedEffect | None:
    effect = hypothesis.effect
    if effect is None or effect.value or effect.pieces:
        return effect
    solved = hypothesis.plan.effect.value if hypothesis.plan else null_of(effect)
    return PlannedEffect(effect.hypothesis, effect.measure, (solved,), (), effect.margin)


def population_of(protocol: Protocol, hypothesis: HypothesisDesign) -> str | None:
    """Give the population a hypothesis is about; None for everyone randomized."""
    estimand = protocol.hypothesis(hypothesis.hypothesis).estimand
    population = protocol.estimand(estimand).population
    return None if population in {"itt", "safety"} else population


def _take_effect(truth: CellTruth, arm: ArmTruth, effect: PlannedEffect) -> None:
    if effect.measure == "hazard ratio":
        arm.ratio = effect.pieces or ((0.0, effect.value[0]),)
    elif truth.rate is not None and effect.value:
        arm.rate = rate_of(truth.rate, effect.measure, effect.value[0])


def rate_of(control: float, measure: str, value: float) -> float:
    """Give the experimental arm's rate from the control's and an effect.

    Witness: closed forms.

    >>> rate_of(0.25, "odds ratio", 3.0)
    0.5
    """
    match measure:
        case "risk ratio":
            return control * value
        case "odds ratio":
            odds = value * control / (1.0 - control)
            return odds / (1.0 + odds)
    return control + value


def _lay(design: TrialDesign, kinds: Kinds, truth: EndpointTruth, layer: Scenario) -> None:
    """Lay a scenario's words over what is true of an endpoint."""
    if layer.effects != "planned":
        _without_effects(design, truth, layer.effects)
    change = layer.endpoint(truth.endpoint.id)
    for cell, held in zip(kinds.cells, truth.cells, strict=True):
        _change(held, change.everyone, tuple(held.arms))
        levels = kinds.levels_of(cell)
        for name, told in change.by_level:
            if name in levels:
                _change(held, told, tuple(held.arms))
        for name, told in change.by_population:
            if name in cell.populations:
                _change(held, told, tuple(held.arms))
        for name, told in change.by_arm:
            _change(held, told, (name,))
    if change != EndpointChange(truth.endpoint.id):
        truth.change = _joined(truth.change, change)


def _without_effects(design: TrialDesign, truth: EndpointTruth, effects: Effects) -> None:
    margins = {
        each.experimental: each.effect
        for each in design.hypotheses
        if each.endpoint == truth.endpoint.id and each.effect and each.effect.margin is not None
    }
    for cell in truth.cells:
        for name in cell.arms:
            cell.arms[name] = ArmTruth()
            effect = margins.get(name)
            if effects == "at the margin" and effect is not None:
                at = PlannedEffect(effect.hypothesis, effect.measure, (null_of(effect),))
                _take_effect(cell, cell.arms[name], at)
    told = truth.change
    truth.change = EndpointChange(
        told.endpoint,
        shape=told.shape,
        known_at=told.known_at,
        missing=told.missing,
        competing=tuple(replace(each, hazard_ratio=ALIKE) for each in told.competing),
    )


def _change(cell: CellTruth, told: TruthChange, arms: tuple[str, ...]) -> None:
    cell.control = told.control or cell.control
    if told.cured is not None:
        cell.cured = told.cured
    if told.control_rate is not None:
        cell.rate = told.control_rate
    for arm in (cell.arms[name] for name in arms if name in cell.arms):
        if told.hazard_ratio:
            arm.ratio, arm.own = told.hazard_ratio, ()
        if told.experimental:
            arm.own = told.experimental
        if told.cured is not None:
            arm.cured = None
        if told.experimental_cured is not None:
            arm.cured = told.experimental_cured
        if told.experimental_rate is not None:
            arm.rate = told.experimental_rate


def _joined(before: EndpointChange, over: EndpointChange) -> EndpointChange:
    """Give what is said beside laws, the later word where there are two."""
    return EndpointChange(
        before.endpoint,
        shape=over.shape if over.everyone.control else before.shape,
        known_at=before.known_at if over.known_at is None else over.known_at,
        missing=before.missing if over.missing is None else over.missing,
        competing=over.competing or before.competing,
        switching=over.switching or before.switching,
    )


def layers_of(protocol: Protocol, scenario: Scenario) -> tuple[Scenario, ...]:
    """Give what is laid over the design's assumptions: the plan's own words, then a scenario's."""
    return tuple(_layers(protocol, scenario))


def _layers(protocol: Protocol, scenario: Scenario) -> Iterator[Scenario]:
    planned = protocol.rehearsal.scenario(PLANNED)
    if planned is not None and scenario.id != PLANNED:
        yield planned
    yield scenario

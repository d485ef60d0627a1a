"""Rehearse the trial of a protocol: every scenario under every design, planned and played.

A further design is that of another protocol of the same trial: other looks, bounds, sizes, played
with the same random patients, so that what differs is the design.  Hazard ratios that are varied
are scenarios of their own, planned in all else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.design.printing import Printed
from equipoise.design.trial import design_trial
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import SimulationError
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.rehearsal import EndpointChange, Scenario, TruthChange
from equipoise.protocol.trial import Protocol
from equipoise.simulate.plan import Candidate, Precision, SimulationPlan
from equipoise.simulate.plan import Scenario as PlayedScenario
from equipoise.simulate.planned.planned import PlannedRehearsal, planned_rehearsal
from equipoise.simulate.planned.world import not_planned
from equipoise.simulate.remarks import remarks_of
from equipoise.simulate.simulation import Simulation

if TYPE_CHECKING:
    from equipoise.analyze.snapshot import Snapshot

PARAMETER = "hazard ratio"  # that is varied
SOME, ALL = "at least one primary", "all primary"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a rehearsal is played; none of it changes what the protocol says."""

    trials: int = 10_000  # of each scenario and design; with `precision`, at most
    seed: int = 1
    scenarios: tuple[str, ...] = ()  # ids; empty: all of the protocol's
    hazard_ratios: tuple[float, ...] = ()  # further scenarios, planned but for this
    precision: Precision | None = None
    estimates: bool = True
    adjusted: bool = False
    common_scenarios: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class TrialSimulation(Printed):
    """How the trial of a protocol does, scenario by scenario."""

    protocol: Protocol
    design: TrialDesign
    rehearsals: tuple[PlannedRehearsal, ...]  # one a scenario, under the protocol's own design
    simulation: Simulation
    varied: tuple[float, ...]  # hazard ratios among the scenarios
    assumed: tuple[str, ...]  # each sentence once

    def __repr__(self) -> str:
        return repr(self.simulation)

    @property
    def remarks(self) -> tuple[tuple[str, str], ...]:
        """What happened that is easily overlooked: scenario and sentence."""
        return tuple(
            (rehearsal.scenario.label, line)
            for rehearsal, row in zip(self.rehearsals, self.simulation.results, strict=True)
            for line in (remarks_of(self.protocol, rehearsal.conduct, row[0]) if row else ())
        )


@dataclass(frozen=True, slots=True)
class PlannedSimulation:
    """A protocol's rehearsals, laid out and ready to be played."""

    protocol: Protocol
    design: TrialDesign
    rehearsals: tuple[PlannedRehearsal, ...]
    plan: SimulationPlan
    varied: tuple[float, ...]

    def simulated(self, simulation: Simulation) -> TrialSimulation:
        """Put what was played beside what was planned."""
        said = (line for each in self.rehearsals for line in each.assumed)
        found = (line for row in simulation.results for each in row for line in each.assumed)
        return TrialSimulation(
            self.protocol,
            self.design,
            self.rehearsals,
            simulation,
            self.varied,
            tuple(dict.fromkeys((*said, *found))),
        )


def plan_simulation(
    protocol: Protocol,
    settings: Settings,
    *,
    against: Mapping[str, Protocol] | None = None,
    data: "Snapshot | None" = None,
) -> PlannedSimulation:
    """Lay out the rehearsal of a protocol's trial.

    Args:
        protocol: with a design.
        settings: how much is played, and which scenarios.
        against: further designs, by name: protocols of the same endpoints and arms.
        data: the protocol's follow-up, where a scenario draws patients from it.

    Raises:
        SimulationError: There is no design, or a scenario cannot be rehearsed.
        DesignError: No design satisfies what is promised.
    """
    if protocol.design is None:
        raise SimulationError(not_planned(protocol), "design")
    design = design_trial(protocol)
    asked = [*_chosen(protocol, settings), *_varied(design, settings.hazard_ratios)]
    rehearsals = tuple(planned_rehearsal(protocol, design, each, data=data) for each in asked)
    common = settings.common_scenarios or bool(settings.hazard_ratios)
    own = Candidate(protocol.trial.id, rehearsals[0].conduct)
    others = tuple(_candidate(name, each) for name, each in (against or {}).items())
    plan = SimulationPlan(
        tuple(_played(each, None if common else _place(protocol, each)) for each in rehearsals),
        (own, *others),
        trials=settings.trials,
        seed=settings.seed,
        precision=_precision(settings.precision, own),
        estimates=settings.estimates,
        adjusted=settings.adjusted,
        common_scenarios=common,
    )
    return PlannedSimulation(protocol, design, rehearsals, plan, settings.hazard_ratios)


def _precision(asked: Precision | None, own: Candidate) -> Precision | None:
    """Ask of co-primary hypotheses that the chance of all is precise."""
    if asked is None or asked.of != SOME or not own.conduct.stopping.together:
        return asked
    return replace(asked, of=ALL)


def _chosen(protocol: Protocol, settings: Settings) -> list[Scenario | str]:
    """Give the scenarios asked for; all, where none is named."""
    if settings.scenarios:
        twice = [each for each in settings.scenarios if settings.scenarios.count(each) > 1]
        if twice:
            raise SimulationError(f"Scenario {twice[0]!r} is asked for twice; name it once.")
        return list(settings.scenarios)
    if settings.hazard_ratios:
        return []
    return list(protocol.rehearsal.scenarios)


def _varied(design: TrialDesign, ratios: Sequence[float]) -> list[Scenario]:
    """Give a scenario for each hazard ratio of the hypothesis that sizes the trial."""
    if not ratios:
        return []
    lead = design.main
    kinds = {each.id: each for each in design.protocol.endpoints}
    if lead is None or not isinstance(kinds[lead.endpoint], TimeToEvent):
        raise SimulationError(
            "Hazard ratios can be varied where the trial is sized for a time to an event; here it "
            "is not. Write scenarios with other rates instead.",
            "hazard ratio",
        )
    wrong = [each for each in ratios if not 0.0 < each < float("inf")]
    if wrong:
        raise SimulationError(
            f"A hazard ratio of {wrong[0]:g} cannot be; give numbers above 0.", "hazard ratio"
        )
    return [
        Scenario(
            f"{PARAMETER} {each:.12g}",
            f"Hazard ratio {each:g}",
            endpoints=(
                EndpointChange(lead.endpoint, TruthChange(hazard_ratio=((0.0, float(each)),))),
            ),
        )
        for each in ratios
    ]


def _played(rehearsal: PlannedRehearsal, stream: int | None) -> PlayedScenario:
    return PlayedScenario(rehearsal.scenario.id, rehearsal.world, rehearsal.truths, stream)


def _place(protocol: Protocol, rehearsal: PlannedRehearsal) -> int:
    """Give the place of a scenario in its protocol: alone, it has the random numbers of all."""
    return [each.id for each in protocol.rehearsal.scenarios].index(rehearsal.scenario.id)


def _candidate(name: str, protocol: Protocol) -> Candidate:
    """Give another protocol's design, with its own patients and allocation."""
    if protocol.design is None:
        raise SimulationError(f"{name}: {not_planned(protocol)}", "design")
    planned = planned_rehearsal(protocol, design_trial(protocol))
    world = planned.world
    return Candidate(name, planned.conduct, world.enrollment, world.allocation)


def names_of(paths: Sequence[Path]) -> list[str]:
    """Name further designs by their files, or by their folders where files are named alike.

    >>> names_of([Path("a/protocol.yaml"), Path("b/protocol.yaml"), Path("four-looks.yaml")])
    ['a', 'b', 'four-looks']
    """
    return [each.parent.name if each.stem == "protocol" else each.stem for each in paths]

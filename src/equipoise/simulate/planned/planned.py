"""A protocol's trial, ready to be rehearsed in a scenario: its world, its conduct, its truths.

    planned_rehearsal(protocol, design, "no_effect")

Hypotheses that cannot be rehearsed are named with the reason; everything assumed is said.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design.trial_design import TrialDesign
from equipoise.errors import SimulationError
from equipoise.protocol.rehearsal import PLANNED, Scenario
from equipoise.protocol.trial import Protocol
from equipoise.simulate.conduct import AfterEvents, Conduct
from equipoise.simulate.plan import HypothesisTruth
from equipoise.simulate.planned.conduct import conduct_and_words
from equipoise.simulate.planned.times import check_times
from equipoise.simulate.planned.truth import truth_of
from equipoise.simulate.planned.world import not_planned, scenario_of, world_and_words
from equipoise.simulate.worlds.world import World

if TYPE_CHECKING:
    from equipoise.analyze.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PlannedRehearsal:
    """All that playing a trial takes, and what is to be said beside its results."""

    scenario: Scenario
    world: World
    conduct: Conduct
    truths: tuple[HypothesisTruth, ...]  # of the hypotheses tested
    assumed: tuple[str, ...]  # sentences
    left_out: tuple[tuple[str, str], ...]  # (hypothesis, why), as clauses


def planned_rehearsal(
    protocol: Protocol,
    design: TrialDesign,
    scenario: Scenario | str = PLANNED,
    *,
    data: "Snapshot | None" = None,
) -> PlannedRehearsal:
    """Make a protocol's trial ready to be rehearsed in a scenario.

    Args:
        protocol: with a design.
        design: of this protocol.
        scenario: one of the protocol's, or its id.
        data: the protocol's follow-up, where a scenario draws patients from it.

    Raises:
        SimulationError: There is no design or scenario, or it does not tell what is needed.

    Witness: `world_and_words`, `conduct_and_words`, `truth_of`.
    """
    if protocol.design is None:
        raise SimulationError(not_planned(protocol), "design")
    found = scenario_of(protocol, scenario)
    run = conduct_and_words(protocol, design)
    told = world_and_words(protocol, design, found, data=data)
    _fits(found, told.world, run.conduct)
    check_times(found, told.world, run.conduct)
    truths = (truth_of(told.world, each) for each in run.conduct.tested)
    labels = {each.hypothesis: each.label for each in design.hypotheses}
    left = tuple(f"{labels[name]} ({name}) is not rehearsed: {why}." for name, why in run.left_out)
    return PlannedRehearsal(
        found,
        told.world,
        run.conduct,
        tuple(each for each in truths if each is not None),
        (*left, *run.assumed, *told.assumed),
        run.left_out,
    )


def _fits(scenario: Scenario, world: World, conduct: Conduct) -> None:
    """Refuse a world that does not tell of an endpoint the conduct needs."""
    needed = {each.endpoint: f"{each.hypothesis} tests" for each in conduct.tested}
    for number, look in enumerate(conduct.looks, start=1):
        for condition in look.conditions:
            if isinstance(condition, AfterEvents):
                needed.setdefault(condition.endpoint, f"look {number} counts")
    for endpoint, whose in needed.items():
        if endpoint not in world.endpoints:
            where = "the course" if scenario.course is not None else "it"
            raise SimulationError(
                f"Scenario {scenario.id!r} does not tell what becomes of {endpoint!r}, which "
                f"{whose}. Let {where} tell of it: there is {', '.join(world.endpoints)}.",
                "endpoint",
            )
    for each in conduct.tested:
        if each.population is not None and each.population not in world.populations:
            raise SimulationError(
                f"Scenario {scenario.id!r} does not tell how many patients are in the population "
                f"{each.population!r}, which {each.hypothesis} tests. Add its prevalence under "
                "`populations`.",
                "population",
            )

"""How the trial a protocol plans is run: looks, tests, bounds, multiplicity, what may change.

What cannot be rehearsed is left out with the reason; a graph without a hypothesis passes nothing
on to the others through it, so that error is kept, and power is at most understated.
"""

from dataclasses import dataclass, replace

from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import SimulationError
from equipoise.monitor.bounds.planned_rules import shared_alpha, stopping_rules
from equipoise.monitor.bounds.rules import HypothesisRules
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.rehearsal import PLANNED, ArmDropping, Enrichment, SizeReestimation
from equipoise.protocol.trial import Protocol
from equipoise.simulate.conduct import (
    Adaptation,
    ClosedTest,
    Conduct,
    DropArms,
    Enrich,
    ReestimateSize,
    Tested,
)
from equipoise.simulate.planned.bounds import rehearsed_deciding
from equipoise.simulate.planned.laws import layers_of
from equipoise.simulate.planned.looks import looks_of, maximum_duration, whole_plan
from equipoise.simulate.planned.patients import kinds_of
from equipoise.simulate.planned.populations import in_population, why_not_in_population
from equipoise.simulate.planned.tests import testing_of
from equipoise.simulate.planned.world import not_planned, scenario_of, world_and_words
from equipoise.simulate.worlds.world import World


@dataclass(frozen=True, slots=True)
class PlannedConduct:
    """How the trial is run, what had to be assumed, and what is not rehearsed."""

    conduct: Conduct
    assumed: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]  # (hypothesis, why), as clauses


def conduct_and_words(protocol: Protocol, design: TrialDesign) -> PlannedConduct:
    """Give how the trial is run, with what had to be assumed and what is left out.

    Raises:
        SimulationError: No hypothesis can be rehearsed, or the looks are not planned.

    Witness: the design's own looks and bounds; `tests/end_to_end/test_planned_rehearsal.py`.
    """
    promise, lead = protocol.design, design.main
    if promise is None:
        raise SimulationError(not_planned(protocol), "design")
    if lead is None:
        raise SimulationError(
            f"No hypothesis of {protocol.trial.id} is planned, so that none can be rehearsed. Add "
            "an `effect` to one.",
            "design",
        )
    tested, rules, left, said = _hypotheses(protocol, design, promise)
    leading = next((each for each in tested if each.hypothesis == lead.hypothesis), None)
    if leading is None:
        why = dict(left)[lead.hypothesis]
        raise SimulationError(
            f"{lead.label} ({lead.hypothesis}) sizes the trial and cannot be rehearsed: {why}.",
            "hypothesis",
        )
    names = tuple(each.hypothesis for each in rules)
    graph, shared = shared_alpha(promise, names, "rehearsed")
    closed = _closed_test(protocol, promise, lead)
    longest, told = maximum_duration(protocol, design)
    stopping = stopping_rules(protocol, promise, rules, None if closed else graph)
    conduct = Conduct(
        looks=looks_of(protocol, design, leading),
        tested=tested,
        stopping=stopping,
        maximum_duration=longest,
        adaptations=_adaptations(protocol, lead, stopping.primary),
        closed_test=closed,
        planned_duration=_planned_duration(promise, lead),
    )
    return PlannedConduct(conduct, (*said, *shared, *told), left)


def _planned_duration(promise: DesignPromise, lead: HypothesisDesign) -> float | None:
    """Give when the last look is planned, where errors are spent by calendar time."""
    if promise.looks.spending_by != "calendar" or lead.plan is None:
        return None
    return lead.plan.looks[-1].time


def _hypotheses(
    protocol: Protocol, design: TrialDesign, promise: DesignPromise
) -> tuple[
    tuple[Tested, ...],
    tuple[HypothesisRules, ...],
    tuple[tuple[str, str], ...],
    tuple[str, ...],
]:
    """Give tests and rules of every hypothesis that can be rehearsed; why others cannot."""
    planned = scenario_of(protocol, PLANNED)
    kinds = kinds_of(protocol, layers_of(protocol, planned))
    world = _world_if_any(protocol, design)
    tested: list[Tested] = []
    rules: list[HypothesisRules] = []
    left: list[tuple[str, str]] = []
    said: list[str] = []
    for each in design.hypotheses:
        testing = testing_of(protocol, each, kinds)
        if testing.tested is None:
            left.append((each.hypothesis, testing.why_not))
            continue
        if why_not_in_population(testing.tested):
            left.append((each.hypothesis, why_not_in_population(testing.tested)))
            continue
        if each.plan is None and world is not None and each.endpoint not in world.endpoints:
            left.append((each.hypothesis, "nothing is assumed of its endpoint as planned"))
            continue
        deciding = rehearsed_deciding(design, promise, each, testing.tested, world)
        if deciding.rules is None:
            left.append((each.hypothesis, deciding.why_not.rstrip(".")))
            continue
        asked, decided = testing.tested, deciding.rules
        if asked.population is not None:
            counted = in_population(design, each, asked, decided, kinds, world)
            asked, decided = counted.tested, counted.rules
            said += counted.assumed
        tested.append(asked)
        rules.append(decided)
        said += testing.assumed
    return tuple(tested), tuple(rules), tuple(left), tuple(said)


def _world_if_any(protocol: Protocol, design: TrialDesign) -> World | None:
    """Give the world as planned; None where the design assumes too little for one."""
    try:
        return world_and_words(protocol, design, scenario_of(protocol, PLANNED)).world
    except SimulationError:
        return None


def _closed_test(
    protocol: Protocol, promise: DesignPromise, lead: HypothesisDesign
) -> ClosedTest | None:
    asked = protocol.rehearsal.conduct.closed_test
    if asked is None:
        return None
    drawn = whole_plan(lead).sequential
    stopping = replace(drawn.asked.stopping, alpha=promise.alpha, futility=None)
    return ClosedTest(group_sequential(stopping, drift=drawn.drift), asked)


def _adaptations(
    protocol: Protocol, lead: HypothesisDesign, primary: tuple[str, ...]
) -> tuple[Adaptation, ...]:
    conduct = protocol.rehearsal.conduct
    told: list[ArmDropping | SizeReestimation | Enrichment] = []
    told += [*conduct.drop_arms, *conduct.reestimate_size, *conduct.enrich]
    found: list[Adaptation] = []
    for each in sorted(told, key=lambda one: one.look):
        match each:
            case ArmDropping():
                judged = each.hypotheses or primary
                found.append(
                    DropArms(each.look, each.keep, each.below, judged, each.enroll, each.method)
                )
            case SizeReestimation():
                found.append(
                    ReestimateSize(
                        each.look,
                        each.hypothesis or lead.hypothesis,
                        each.target,
                        each.promising,
                        each.most,
                        each.method,
                    )
                )
            case Enrichment():
                found.append(
                    Enrich(
                        each.look,
                        each.population,
                        each.full,
                        each.subgroup,
                        each.full_below,
                        each.subgroup_above,
                    )
                )
    return tuple(found)

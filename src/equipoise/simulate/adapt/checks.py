"""Whether the adaptations of a trial can be made, and its tests hold after them."""

import math

from equipoise.design.adaptive.promising_zone import promising_zone
from equipoise.errors import SimulationError
from equipoise.monitor.bounds.rules import UpdatedBounds
from equipoise.simulate.adapt.combination import rules_of
from equipoise.simulate.conduct import (
    Adaptation,
    Conduct,
    DropArms,
    Enrich,
    MaxCombo,
    ReestimateSize,
)
from equipoise.simulate.worlds.world import World


def check_adaptations(world: World, conduct: Conduct) -> None:
    """Refuse adaptations that cannot be made, or after which the tests would not hold.

    Raises:
        SimulationError: which one, why, and what to do instead.
    """
    for each in conduct.tested:
        if isinstance(each.test, MaxCombo):
            raise SimulationError(
                f"{each.hypothesis} is tested by MaxCombo, whose statistic has no independent "
                "increments to combine after a change; test it by a log-rank test.",
                "adaptations",
            )
    _check_closed(conduct)
    for adaptation in conduct.adaptations:
        _check_look(conduct, adaptation)
        match adaptation:
            case DropArms():
                _check_arms(world, conduct, adaptation)
            case Enrich():
                _check_population(world, conduct, adaptation)
            case ReestimateSize():
                _check_size(conduct, adaptation)


def assumed_of(conduct: Conduct) -> tuple[str, ...]:
    """Say in words on what the tests of a trial that may change rest.

    >>> from equipoise.monitor.bounds.rules import StoppingRules
    >>> assumed_of(Conduct((), (), StoppingRules(())))
    ()
    """
    told = []
    if conduct.closed_test is not None:
        told.append(
            "Hypotheses are claimed by a closed test; stages are combined by the inverse normal "
            "with the weights planned."
        )
    if any(getattr(each, "method", "") == "inverse normal" for each in conduct.adaptations):
        told.append("Trials that were changed are tested with the weights planned.")
    if conduct.adaptations:
        told.append(
            "Changes follow from the statistics tested: increments of the log-rank score are "
            "independent of its past, but not of what other endpoints tell of the same patients."
        )
    if any(isinstance(each, ReestimateSize) for each in conduct.adaptations):
        told.append("Patients are added only where enrollment is still open.")
    return tuple(told)


def _check_look(conduct: Conduct, adaptation: Adaptation) -> None:
    if not 1 <= adaptation.look < len(conduct.looks):
        raise SimulationError(
            f"An adaptation follows look {adaptation.look} of {len(conduct.looks)}; let it follow "
            "a look before the last.",
            "adaptations",
        )


def _check_closed(conduct: Conduct) -> None:
    test = conduct.closed_test
    if test is None:
        return
    design = test.combination
    if design.looks != len(conduct.looks) or design.sides != 1:
        raise SimulationError(
            f"The closed test combines {design.looks} stages, {design.sides}-sided, in a trial of "
            f"{len(conduct.looks)} looks; give a one-sided design with one look for each.",
            "closed test",
        )
    if conduct.stopping.graph is not None:
        raise SimulationError(
            "The trial has a closed test and a graph, two answers to one question; give one.",
            "closed test",
        )
    rules = [rules_of(conduct, each) for each in conduct.tested]
    if any(each.looks is not None for each in rules):
        raise SimulationError(
            "A closed test reads every hypothesis at every look; name no looks in their rules.",
            "closed test",
        )


def _check_arms(world: World, conduct: Conduct, rule: DropArms) -> None:
    known = {each.hypothesis: each.experimental for each in conduct.tested}
    unknown = [name for name in rule.hypotheses if name not in known]
    judged = rule.hypotheses or tuple(known)
    arms = [known[name] for name in judged if name in known]
    if unknown or len(set(arms)) != len(arms):
        raise SimulationError(
            f"Arms are judged by {', '.join(judged)}; name one hypothesis of the trial for each "
            "experimental arm.",
            "adaptations",
        )
    if rule.keep is None and rule.below is None:
        raise SimulationError(
            "Arms are dropped by no rule; say how many to `keep`, or the z `below` which.",
            "adaptations",
        )
    if rule.keep is not None and not 1 <= rule.keep <= len(arms):
        raise SimulationError(
            f"{rule.keep} of {len(arms)} experimental arms are kept; keep 1 to {len(arms)}.",
            "adaptations",
        )
    controls = {each.control for each in conduct.tested} & set(arms)
    if controls:
        raise SimulationError(
            f"Arm {world.arms[min(controls)]!r} may be dropped and is "
            "what another is compared with; compare with an arm that stays.",
            "adaptations",
        )
    if rule.method == "all data" and conduct.closed_test is not None:
        raise SimulationError(
            "A closed combination test does not weigh all data alike; drop arms by "
            '"inverse normal", or leave out the closed test.',
            "adaptations",
        )


def _check_population(world: World, conduct: Conduct, rule: Enrich) -> None:
    if rule.population not in world.populations:
        raise SimulationError(
            f"The trial is to go on in {rule.population!r}; the world has "
            f"{', '.join(map(repr, world.populations)) or 'no populations'}. Name one of them.",
            "population",
        )
    known = {each.hypothesis: each.population for each in conduct.tested}
    if known.get(rule.full, "") is not None or known.get(rule.subgroup) != rule.population:
        raise SimulationError(
            f"Enrichment weighs {rule.full!r} against {rule.subgroup!r}; name a hypothesis of all "
            f"patients, and one of the population {rule.population!r}.",
            "hypothesis",
        )


def _check_size(conduct: Conduct, rule: ReestimateSize) -> None:
    names = [each.hypothesis for each in conduct.tested]
    low, high = rule.promising
    valid = 0.0 <= low < high <= 1.0 and 0.0 < rule.target < 1.0 and 1.0 <= rule.most < math.inf
    if rule.hypothesis not in names or not valid:
        raise SimulationError(
            f"The size is chosen by {rule.hypothesis!r} for conditional power {rule.target:g}, "
            f"promising from {low:g} to {high:g}, at most {rule.most:g} times as planned; name a "
            "hypothesis, chances between 0 and 1 in order, and 1 or more times.",
            "adaptations",
        )
    if rule.method == "promising zone":
        _check_zone(conduct, rule, names.index(rule.hypothesis))


def _check_zone(conduct: Conduct, rule: ReestimateSize, hypothesis: int) -> None:
    """Refuse a zone in which the conventional test would not keep alpha."""
    tested = conduct.tested[hypothesis]
    bounds = rules_of(conduct, tested).bounds
    last = rule.look == len(conduct.looks) - 1
    if conduct.closed_test is not None or not isinstance(bounds, UpdatedBounds) or not last:
        raise SimulationError(
            "The promising zone weighs all data alike: it follows the last interim look of a "
            'design (UpdatedBounds), without a closed test. Use "inverse normal" elsewhere.',
            "adaptations",
        )
    least = promising_zone(
        bounds.design, most_information=rule.most, power=rule.target, test="conventional"
    ).lowest
    if rule.promising[0] < least - 1e-4:
        raise SimulationError(
            f"Results are promising from conditional power {rule.promising[0]:g}; weighing all "
            f"data alike keeps alpha only from {least:.4f} on. Raise it, or use "
            '"inverse normal".',
            "adaptations",
        )

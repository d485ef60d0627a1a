"""Rehearse trials that change their course by rule: arms dropped, sizes raised, populations left.

A trial is a function of its random numbers and its rules, so that nothing is kept between looks:
when a look has changed the rules of some trials, they are played again under the new ones, and
come to that look as before.  Each look is decided before its adaptations, which concern only
the trials that go on.

The tests after a change keep the error rate by combining stages (`combination`,
`closure`), whatever was changed and however often.
"""

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Flags
from equipoise.monitor.bounds.rules import Decisions
from equipoise.simulate.adapt.checks import check_adaptations
from equipoise.simulate.adapt.combination import NEVER
from equipoise.simulate.adapt.judges import ByBounds, ByClosure, Judge
from equipoise.simulate.adapt.rules import Course, as_planned, drop_arms, enrich
from equipoise.simulate.adapt.size import resize
from equipoise.simulate.arrays import LookTable, RulesOfTrials
from equipoise.simulate.conduct import Adaptation, Conduct, DropArms, Enrich
from equipoise.simulate.evidence import final_looks
from equipoise.simulate.replays.play import Rehearsal, play
from equipoise.simulate.worlds.world import World


def adaptive_trials(
    rehearsal: Rehearsal, *, seed: int, scenario: int, first: int, last: int
) -> tuple[LookTable, Decisions, Course]:
    """Play and decide trials `first` ... `last` - 1, look by look.

    Raises:
        SimulationError: Adaptations that the trial cannot make, or a changed trial that would wait
            for ever.

    Witness: tests/twice (a second program, trial by trial); rpact's simulations of several arms,
        enrichment and re-estimation; family-wise error under no effect.
    """
    world, conduct = rehearsal.world, rehearsal.conduct
    check_adaptations(world, conduct)
    trials = last - first
    course = as_planned(world, conduct, trials)
    judge = _judge(world, conduct, trials)

    def played(rules: RulesOfTrials) -> LookTable:
        return play(rehearsal, seed=seed, scenario=scenario, first=first, last=last, rules=rules)

    table = played(course.rules)  # by the same loop as later, to the last bit
    for look in range(len(conduct.looks)):
        _check_held(table, course, judge, look, first)
        judge.read(look, table, course, final_looks(table)[:, look])
        hit = np.zeros(trials, dtype=np.bool_)
        for adaptation in conduct.adaptations:
            if adaptation.look == look + 1:
                hit |= _adapt(world, conduct, adaptation, (course, judge, table))
        if hit.any():
            table = played(course.rules)
    return table, judge.decisions(), course


def _judge(world: World, conduct: Conduct, trials: int) -> Judge:
    if conduct.closed_test is None:
        return ByBounds(world, conduct, trials)
    return ByClosure(world, conduct, trials)


def _adapt(
    world: World,
    conduct: Conduct,
    adaptation: Adaptation,
    now: tuple[Course, Judge, LookTable],
) -> Flags:
    """Make one adaptation in the trials that go on; give those changed."""
    course, judge, table = now
    look = adaptation.look - 1
    untouched = course.remade == NEVER
    if isinstance(adaptation, DropArms):
        closed = course.arm_closed.copy()
        given_up = drop_arms(world, conduct, adaptation, course, table, judge.z)
        hit = (course.arm_closed != closed).any(axis=1)
        judge.give_up(look, given_up)
    elif isinstance(adaptation, Enrich):
        enriched = course.enriched.copy()
        given_up = enrich(world, conduct, adaptation, course, table, judge.z)
        hit = course.enriched != enriched
        judge.give_up(look, given_up)
    else:
        names = [each.hypothesis for each in conduct.tested]
        hypothesis = names.index(adaptation.hypothesis)
        at = judge.interim(look, hypothesis), judge.planned_of(hypothesis)
        hit = resize(conduct, adaptation, course, table, at)
    judge.changed(look, hit & untouched)
    return np.asarray(hit, dtype=np.bool_)


def _check_held(table: LookTable, course: Course, judge: Judge, look: int, first: int) -> None:
    """Refuse trials that wait for ever after a change."""
    waiting = judge.running & (course.remade != NEVER) & ~np.isfinite(table.time[:, look])
    if waiting.any():
        trial = first + int(np.argmax(waiting))
        raise SimulationError(
            f"Trial {trial} was changed and then waits for ever for look {look + 1}: the events it "
            "waits for never come. Give the trial a maximum duration, or allow fewer events.",
            "maximum duration",
        )

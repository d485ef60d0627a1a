"""What adaptations change in trials that go on: arms closed, populations left.

Changes hold from just after the look at which they are made, so that all looks until then are as
they were.  A dropped arm's patients stay in follow-up and in the counts that looks wait for, unless
these name their arms.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.simulate.adapt.combination import NEVER
from equipoise.simulate.arrays import LookTable, RulesOfTrials
from equipoise.simulate.conduct import Conduct, DropArms, Enrich
from equipoise.simulate.worlds.world import World


@dataclass(slots=True)
class Course:
    """What has been changed so far in a range of trials."""

    rules: RulesOfTrials
    changed: Codes  # (trials,) look from 0 of the first change that a combination test answers
    remade: Codes  # (trials,) look from 0 of the first change of any kind
    arm_closed: Codes  # (trials, arms) look from 0
    enriched: Codes  # (trials,) look from 0

    def mark(self, which: Flags, look: int, *, combined: bool) -> None:
        """Note a change."""
        self.remade[which & (self.remade == NEVER)] = look
        if combined:
            self.changed[which & (self.changed == NEVER)] = look


def as_planned(world: World, conduct: Conduct, trials: int) -> Course:
    """Give a range of trials in which nothing has been changed."""
    conditions = max(len(look.conditions) for look in conduct.looks)
    rules = RulesOfTrials(
        arm_closes=np.full((trials, len(world.arms)), np.inf),
        cell_closes=np.full((trials, len(world.cells)), np.inf),
        patients=np.full(trials, world.enrollment.patients, dtype=np.int64),
        events=np.full((trials, len(conduct.looks), conditions), np.inf),
    )
    never = np.full(trials, NEVER, dtype=np.int64)
    closed = np.full((trials, len(world.arms)), NEVER, dtype=np.int64)
    return Course(rules, never.copy(), never.copy(), closed, never.copy())


def just_after(table: LookTable, look: int) -> Vector:
    """Give the calendar time from which a change at a look holds, (trials,)."""
    return np.asarray(np.nextafter(table.time[:, look], np.inf))


def drop_arms(
    world: World, conduct: Conduct, rule: DropArms, course: Course, table: LookTable, z: Matrix
) -> Flags:
    """Close the arms that do worst; give the hypotheses given up, (trials, hypotheses).

    Args:
        world: the truth.
        conduct: how the trial is run.
        rule: which arms are dropped.
        course: changed here.
        table: of looks until now.
        z: (trials, hypotheses) at the look; nan in trials that have stopped, and of hypotheses
            that are decided or without a statistic: their arms stay.

    Witness: a second program, trial by trial.
    """
    look = rule.look - 1
    judged = [
        j
        for j, each in enumerate(conduct.tested)
        if not rule.hypotheses or each.hypothesis in rule.hypotheses
    ]
    arms = [conduct.tested[j].experimental for j in judged]
    here = (course.arm_closed[:, arms] == NEVER) & ~np.isnan(z[:, judged])
    seen = np.where(here, z[:, judged], -np.inf)
    drop = np.zeros_like(here)
    if rule.keep is not None:
        place = np.argsort(np.argsort(-seen, axis=1, kind="stable"), axis=1, kind="stable")
        drop |= place >= rule.keep
    if rule.below is not None:
        drop |= seen < rule.below
    drop &= here
    closed = np.zeros(course.arm_closed.shape, dtype=np.bool_)
    for column, arm in enumerate(arms):
        closed[:, arm] |= drop[:, column]
    course.arm_closed[closed] = look
    when = np.broadcast_to(just_after(table, look)[:, None], closed.shape)
    course.rules.arm_closes[closed] = when[closed]
    hit = np.asarray(closed.any(axis=1))
    course.mark(hit, look, combined=rule.method == "inverse normal")
    if rule.enroll == "planned an arm":
        share = np.array(world.allocation) / sum(world.allocation)
        enrolled = np.minimum(table.patients[:, look], course.rules.patients)
        rest = (course.rules.patients - enrolled) * ((course.arm_closed == NEVER) @ share)
        course.rules.patients[hit] = (enrolled + np.ceil(rest)).astype(np.int64)[hit]
    return closed[:, [each.experimental for each in conduct.tested]]


def enrich(
    world: World, conduct: Conduct, rule: Enrich, course: Course, table: LookTable, z: Matrix
) -> Flags:
    """Leave all but one population; give the hypotheses given up, (trials, hypotheses).

    Arguments as for `drop_arms`.

    Witness: a second program, trial by trial.
    """
    names = [each.hypothesis for each in conduct.tested]
    full, own = z[:, names.index(rule.full)], z[:, names.index(rule.subgroup)]
    with np.errstate(invalid="ignore"):
        hit = (full < rule.full_below) & (own >= rule.subgroup_above)
    hit &= course.enriched == NEVER
    outside = np.array([rule.population not in cell.populations for cell in world.cells])
    closes = np.where(outside, just_after(table, rule.look - 1)[:, None], np.inf)
    course.rules.cell_closes[hit] = np.minimum(course.rules.cell_closes, closes)[hit]
    course.enriched[hit] = rule.look - 1
    course.mark(hit, rule.look - 1, combined=True)
    elsewhere = np.array([each.population != rule.population for each in conduct.tested])
    return np.asarray(hit[:, None] & elsewhere)

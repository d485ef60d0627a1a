"""How adaptive trials are decided, look by look: each hypothesis by its own bounds, or all closed.

By bounds: `monitor.look.decide` with the statistic of `combination`, so that the graph, futility
and bounds updated at what is observed work as ever.  In a trial that was changed, information
counts as it would have been: what was observed until the change, and the rest as planned.

By closure: `closure`, with the bounds of its one design; futility is of each hypothesis
alone, and what is given up is FUTILITY.
"""

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.monitor.bounds.rules import (
    CONTINUE,
    EFFICACY,
    FUTILITY,
    NOT_TESTED,
    Decisions,
    FixedBounds,
    StoppingRules,
)
from equipoise.monitor.look.decide import decide_look, decisions_of
from equipoise.monitor.look.standing import Standing, opened, withdrawn
from equipoise.simulate.adapt.closure import Closure, stage_correlation, stage_statistics
from equipoise.simulate.adapt.combination import (
    NEVER,
    combined_statistics,
    planned_fractions,
    rules_of,
)
from equipoise.simulate.adapt.rules import Course
from equipoise.simulate.adapt.size import Interim
from equipoise.simulate.arrays import LookTable
from equipoise.simulate.conduct import ClosedTest, Conduct
from equipoise.simulate.evidence import counted_information, stopping_rules
from equipoise.simulate.worlds.world import World


class Judge(Protocol):
    """Decides looks in order, and says where trials stand between them."""

    @property
    def running(self) -> Flags:
        """(trials,) which go on."""

    @property
    def z(self) -> Matrix:
        """(trials, hypotheses) at the latest look; nan where stopped, decided or not tested."""

    def read(self, look: int, table: LookTable, course: Course, final: Flags) -> None:
        """Decide a look; `final` (trials,) where it is the last one whatever it decides."""

    def give_up(self, look: int, which: Flags) -> None:
        """Take hypotheses, (trials, hypotheses), out of trials for good."""

    def interim(self, look: int, hypothesis: int) -> Interim:
        """Tell where a hypothesis stands at the look just read."""

    def planned_of(self, hypothesis: int) -> Vector:
        """(looks,) fractions of the information planned."""

    def changed(self, look: int, which: Flags) -> None:
        """Note that trials were changed at the look just read."""

    def decisions(self) -> Decisions:
        """Put together what all looks decided."""


@dataclass(slots=True)
class ByBounds:
    """Each hypothesis by its own bounds, or the graph."""

    world: World
    conduct: Conduct
    trials: int
    rules: StoppingRules = field(init=False)
    standing: Standing = field(init=False)
    fraction: NDArray[np.float64] = field(init=False)  # (trials, looks, hypotheses)
    planned: Vector = field(init=False)  # (hypotheses,) what fraction 1 counts
    observed: Matrix = field(init=False)  # (trials, hypotheses) at the latest look
    z: Matrix = field(init=False)
    abandoned: list[tuple[int, Flags]] = field(default_factory=list)

    def __post_init__(self) -> None:
        conduct = self.conduct
        looks = len(conduct.looks)
        self.rules = stopping_rules(conduct)
        self.standing = opened(self.rules, self.trials, looks)
        own = np.array([planned_fractions(conduct, j) for j in range(len(conduct.tested))])
        self.fraction = np.repeat(own.T[None], self.trials, axis=0)
        self.planned = np.array([_planned(conduct, j) for j in range(len(conduct.tested))])

    @property
    def running(self) -> Flags:
        """(trials,) which go on."""
        return self.standing.running

    def read(self, look: int, table: LookTable, course: Course, final: Flags) -> None:
        """Decide a look."""
        until = np.s_[:, : look + 1]
        statistic = combined_statistics(
            table.z[until], table.information[until], self.fraction[until], course.changed
        )[:, look]
        observed = counted_information(self.world, self.conduct, table, look)
        supposed = self.fraction[:, look] * self.planned
        remade = (course.remade != NEVER)[:, None]
        self.observed = np.where(remade, supposed, observed)
        before = self.standing
        self.standing = decide_look(self.rules, before, look, statistic, self.observed, final=final)
        going_on = self.running[:, None] & (before.outcome == CONTINUE)
        going_on &= self.standing.outcome == CONTINUE
        self.z = np.where(going_on, statistic, np.nan)

    def give_up(self, look: int, which: Flags) -> None:
        """Take hypotheses out of trials for good."""
        which = which & (self.standing.outcome == CONTINUE) & self.running[:, None]
        self.standing = withdrawn(self.standing, which)
        over = self.running & ~(self.standing.outcome == CONTINUE).any(axis=1)
        self.standing = replace(self.standing, stopped=np.where(over, look, self.standing.stopped))
        self.z = np.where(which | over[:, None], np.nan, self.z)
        self.abandoned.append((look, which))

    def interim(self, look: int, hypothesis: int) -> Interim:
        """Tell where a hypothesis stands at the look just read."""
        seen = self.observed[:, hypothesis] / self.planned[hypothesis]
        if _without_count(self.conduct, hypothesis):
            seen = self.fraction[:, look, hypothesis]
        bounds = rules_of(self.conduct, self.conduct.tested[hypothesis]).bounds
        upper = bounds.upper if isinstance(bounds, FixedBounds) else bounds.design.upper
        return Interim(self.z[:, hypothesis], np.minimum(seen, 1.0), float(upper[-1]))

    def planned_of(self, hypothesis: int) -> Vector:
        """(looks,) fractions of the information planned."""
        return planned_fractions(self.conduct, hypothesis)

    def changed(self, look: int, which: Flags) -> None:
        """Let the rest be weighed as it was planned from what was observed."""
        for j in range(self.fraction.shape[2]):
            t = self.fraction[which, :, j]
            at = t[:, look] if t.size else np.zeros(0)
            if not t.size or np.isnan(at[0]) or _without_count(self.conduct, j):
                continue
            seen = np.minimum(self.observed[which, j] / self.planned[j], 1.0)
            with np.errstate(invalid="ignore", divide="ignore"):
                moved = seen[:, None] + (t - at[:, None]) * ((1.0 - seen) / (1.0 - at))[:, None]
            later = np.arange(t.shape[1]) > look
            moved = np.where(later, moved, t)
            moved[:, look] = seen
            self.fraction[which, :, j] = np.where(at[:, None] < 1.0, moved, t)

    def decisions(self) -> Decisions:
        """Put together what all looks decided; what is given up is FUTILITY."""
        found = decisions_of(self.standing)
        decision = np.array(found.decision)
        for look, which in self.abandoned:
            decision[:, look][which] = FUTILITY
        return replace(found, decision=decision)


def _planned(conduct: Conduct, hypothesis: int) -> float:
    bounds = rules_of(conduct, conduct.tested[hypothesis]).bounds
    planned = bounds.planned
    return 1.0 if planned is None else float(planned)


def _without_count(conduct: Conduct, hypothesis: int) -> bool:
    return rules_of(conduct, conduct.tested[hypothesis]).bounds.planned is None


@dataclass(slots=True)
class ByClosure:
    """All hypotheses by a closed combination test."""

    world: World
    conduct: Conduct
    trials: int
    closure: Closure = field(init=False)
    outcome: NDArray[np.int8] = field(init=False)  # (trials, hypotheses)
    stopped: NDArray[np.int64] = field(init=False)
    z: Matrix = field(init=False)
    made: list[NDArray[np.int8]] = field(default_factory=list)
    tested: list[Flags] = field(default_factory=list)

    def __post_init__(self) -> None:
        test, tested = self.conduct.closed_test, self.conduct.tested
        assert test is not None  # noqa: S101 - this judge is made for conducts that have one
        correlation = None
        if test.intersection == "parametric":
            correlation = stage_correlation(self.world, tested)
        self.closure = Closure(test, correlation, self.trials, len(tested))
        self.outcome = np.zeros((self.trials, len(tested)), dtype=np.int8)
        self.stopped = np.full(self.trials, NEVER, dtype=np.int64)

    @property
    def running(self) -> Flags:
        """(trials,) which go on."""
        return np.asarray(self.stopped == NEVER)

    def read(self, look: int, table: LookTable, course: Course, final: Flags) -> None:  # noqa: ARG002
        """Decide a look."""
        until = np.s_[:, : look + 1]
        stage = stage_statistics(table.z[until], table.information[until], look)
        live = self.running[:, None] & np.isin(self.outcome, (CONTINUE, EFFICACY))
        own, claimed = self.closure.read(look, np.where(live, stage, np.nan))
        open_now = live & (self.outcome == CONTINUE)
        decision = np.where(open_now, CONTINUE, NOT_TESTED).astype(np.int8)
        decision[open_now & claimed] = EFFICACY
        ends = final | (look + 1 == len(self.conduct.looks))
        with np.errstate(invalid="ignore"):
            futile = own <= self._lower(look)
        decision[open_now & ~claimed & (futile | ends[:, None])] = FUTILITY
        self.outcome = np.where(decision > CONTINUE, decision, self.outcome)
        self.made.append(decision)
        self.tested.append(open_now)
        self._stop(look, ends)
        waits = self.running[:, None] & (self.outcome == CONTINUE)
        self.z = np.where(waits, own, np.nan)

    def _lower(self, look: int) -> Vector:
        design = self._test.combination
        obeyed = [rules_of(self.conduct, each).futility_obeyed for each in self.conduct.tested]
        return np.where(obeyed, design.lower[look], -np.inf)

    @property
    def _test(self) -> ClosedTest:
        return self.closure.test

    def _stop(self, look: int, ends: Flags) -> None:
        rules = self.conduct.stopping
        names = [each.hypothesis for each in self.conduct.tested]
        waiting = self.outcome == CONTINUE
        if rules.stop == "primary decided":
            waiting = waiting[:, [names.index(name) for name in rules.primary]]
        over = ends | ~waiting.any(axis=1)
        if rules.stop == "first rejection":
            over = over | (self.outcome == EFFICACY).any(axis=1)
        if rules.stop == "never before the last look":
            over = ends
        self.stopped = np.where(over & self.running, look, self.stopped)

    def give_up(self, look: int, which: Flags) -> None:
        """Take hypotheses out of trials for good."""
        which = which & (self.outcome == CONTINUE) & self.running[:, None]
        self.made[look][which] = FUTILITY
        self.outcome[which] = FUTILITY
        self._stop(look, np.zeros(self.trials, dtype=np.bool_))
        self.z = np.where(which | ~self.running[:, None], np.nan, self.z)

    def interim(self, look: int, hypothesis: int) -> Interim:
        """Tell where a hypothesis stands at the look just read."""
        design = self._test.combination
        t = np.full(self.trials, float(design.information[look]))
        return Interim(self.z[:, hypothesis], t, float(design.upper[-1]))

    def planned_of(self, hypothesis: int) -> Vector:  # noqa: ARG002 - one design for all
        """(looks,) fractions of the information planned."""
        return self._test.combination.information

    def changed(self, look: int, which: Flags) -> None:
        """Do nothing: the weights were fixed beforehand."""

    def decisions(self) -> Decisions:
        """Put together what all looks decided."""
        design = self._test.combination
        tested = np.stack(self.tested, axis=1)
        bound = np.where(tested, design.upper[None, : tested.shape[1], None], np.nan)
        lower = np.stack([self._lower(look) for look in range(tested.shape[1])])
        alpha = design.asked.stopping.alpha
        return Decisions(
            decision=np.stack(self.made, axis=1),
            bound=bound,
            lower=np.broadcast_to(lower, tested.shape).copy(),
            stopped=self.stopped,
            alpha_left=np.full(self.outcome.shape, alpha),
        )

"""Several arms against one control, look by look: the walk that suits their number.

Up to three arms go together over a grid of their scores (`multi_arm_grid`).  More of them go each
by itself along every path of the control (`multi_arm_walk`, `multi_arm_course`).

Where arms are not dropped one by one, but all stop when the largest statistic is at or below the
lower bound, the trials that such looks would have stopped are taken off by inclusion and exclusion:
Σ_T (-1)^|T| of the chances with the lower bound in place of the upper at the looks in T.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from equipoise.kernel import multi_arm_course as course
from equipoise.kernel import multi_arm_walk as walk
from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.multi_arm_course import RunningOn
from equipoise.kernel.multi_arm_grid import MOST_ARMS, start_on_grid
from equipoise.kernel.multi_arm_walk import BRANCHES, Arms, ArmsRunning


class Running(Protocol):
    """Where the arms are after a look."""

    def arrive(self) -> "Arriving":
        """Go to the next look."""

    def running_on(self) -> RunningOn:
        """Give the chances that the trial, and an arm of each kind, run on."""


class Arriving(Protocol):
    """The arms on reaching a look, before anything is decided."""

    def some_crossed(self, upper: float) -> float:
        """Give the chance that some arm has crossed by this look."""

    def first_to_cross(self, upper: float) -> Vector:
        """Give the chance that an arm of each kind crosses here, and none before."""

    def largest_to_cross(self, upper: float, kind: int) -> float:
        """Give the chance that one arm of a kind crosses first, the best of those that do."""

    def go_on(self, lower: float, upper: float) -> Running:
        """Drop the arms at or below the lower bound, claim those at or above the upper."""


def start(arms: Arms, information: Vector) -> Running:
    """Give the arms before the first look.

    Args:
        arms: their drifts and correlation.
        information: (looks,) increasing.
    """
    if arms.count.sum() <= MOST_ARMS:
        return start_on_grid(arms, information)
    return TreeRunning(arms, information, 0, walk.start(arms))


@dataclass(frozen=True, slots=True)
class TreeRunning:
    """The arms after a look, on each path of the control."""

    arms: Arms
    information: Vector
    look: int  # from 1; 0 before the first
    running: ArmsRunning

    def arrive(self) -> "TreeArriving":
        """Go to the next look."""
        branches = BRANCHES[self.information.size][self.look]
        at = float(self.information[self.look])
        return TreeArriving(self, at, walk.branch(self.running, at, branches))

    def running_on(self) -> RunningOn:
        """Give the chances that the trial, and an arm of each kind, run on.

        Witness: `multi_arm_course`.
        """
        return course.running_on(self.arms, self.running)


@dataclass(frozen=True, slots=True)
class TreeArriving:
    """The arms on reaching a look, on each path of the control."""

    before: TreeRunning
    information: float
    branched: ArmsRunning

    def some_crossed(self, upper: float) -> float:
        """Give the chance that some arm has crossed by this look.

        Witness: `multi_arm_walk`.
        """
        return walk.some_crossed(self.before.arms, self.branched, self.information, upper)

    def first_to_cross(self, upper: float) -> Vector:
        """Give the chance that an arm of each kind crosses here, and none before.

        Witness: `multi_arm_course`.
        """
        return course.first_to_cross(self.before.arms, self.branched, self.information, upper)

    def largest_to_cross(self, upper: float, kind: int) -> float:
        """Give the chance that one arm of a kind crosses first, the best of those that do.

        Witness: `multi_arm_course`.
        """
        arms = self.before.arms
        return course.largest_to_cross(arms, self.branched, self.information, upper, kind)

    def go_on(self, lower: float, upper: float) -> TreeRunning:
        """Drop the arms at or below the lower bound, claim those at or above the upper."""
        before = self.before
        running = walk.go_on(before.arms, self.branched, self.information, lower, upper)
        return TreeRunning(before.arms, before.information, before.look + 1, running)


@dataclass(frozen=True, slots=True)
class StoppingTogether:
    """A trial whose arms all stop together: at the first claim, or when the best is too low."""

    claimed: Matrix  # (looks, kinds) one arm crosses at this look, the trial not stopped before
    largest: Matrix  # (looks, kinds) and has the largest statistic
    on: Vector  # (looks,) the trial reaches this look


def stopping_together(
    arms: Arms, information: Vector, upper: Vector, lower: Vector
) -> StoppingTogether:
    """Give the chances of a trial that stops for futility only when all arms are too low.

    Witness: lrstat exitprob_mams to 2e-5 (its accuracy); simulation.
    """
    looks, kinds = upper.size, range(arms.drift.size)
    claimed, largest = np.zeros((2, looks, arms.drift.size))
    on = np.zeros(looks)

    def follow(running: Running, k: int, sign: float) -> None:
        on[k] += sign * running.running_on().trial
        arriving, bound = running.arrive(), float(upper[k])
        claimed[k] += sign * arriving.first_to_cross(bound)
        largest[k] += [sign * arriving.largest_to_cross(bound, j) for j in kinds]
        if k + 1 < looks:
            follow(arriving.go_on(-np.inf, bound), k + 1, sign)
            if lower[k] > -np.inf:
                follow(arriving.go_on(-np.inf, float(lower[k])), k + 1, -sign)

    follow(start(arms, information), 0, 1.0)
    return StoppingTogether(claimed, largest, on)

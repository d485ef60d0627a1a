"""What a test can be expected to show at its looks, in a form that every method shares.

Whatever the test, large samples give at look k an estimate with mean θ_k and variance 1/I_k,
and a statistic Z_k with mean θ_k √I_k whose increments are independent on the scale of I_k:
the average hazard ratio, the weighted log-rank score, the difference of restricted means or of
milestone survivals.  θ_k may change over the looks; information grows as the patients do.

A null information I⁰_k, where it differs, is that of a world without effect.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from equipoise.design.plan import Effect
from equipoise.design.survival.world import SurvivalWorld
from equipoise.kernel.arrays import Matrix, Vector, vector

Variance: TypeAlias = Literal[
    "null",  # that of a world without effect, for alpha and power
    "alternative",  # that under the planned effect, for both
    "alternative by events",  # the same, but error is spent by fractions of the events
    "null and alternative",  # the one for alpha, the other for power
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the looks are expected to show, with the accrual of the world as given."""

    time: Vector  # (looks,) calendar
    patients: Vector  # (looks,) enrolled
    events: Matrix  # (looks, 2) control, experimental
    effect: Vector  # (looks,) θ, positive where the experimental arm is better
    information: Vector  # (looks,) under the alternative
    null_information: Vector  # (looks,)
    shown: Vector  # (looks,) the effect on the scale it is told on: a ratio, a difference
    shown_information: Vector  # (looks,) that turns z into an estimate of it, linearly

    @property
    def mean_z(self) -> Vector:
        """E[Z] at each look."""
        return np.asarray(self.effect * np.sqrt(self.information))

    def times(self, factor: float) -> "Evidence":
        """Give the evidence of so many times the patients."""
        return replace(
            self,
            patients=vector(self.patients * factor),
            events=self.events * factor,
            information=vector(self.information * factor),
            null_information=vector(self.null_information * factor),
            shown_information=vector(self.shown_information * factor),
        )

    def under(self, variance: Variance) -> "Evidence":
        """Give the evidence with one information for both hypotheses, or with each its own."""
        match variance:
            case "null":
                return replace(self, information=self.null_information)
            case "alternative":
                return replace(self, null_information=self.information)
            case _:
                return self


Assess: TypeAlias = Callable[[SurvivalWorld, Vector], Evidence]  # (world, calendar times)


@dataclass(frozen=True, slots=True)
class Method:
    """One test: how to assess a world by it, and how to tell of it."""

    name: str  # with its source
    assess: Assess
    effect: str  # the effect's name
    null: float
    scale: Literal["log", "identity"]
    better: Literal["lower", "higher"]
    assumed: tuple[str, ...]
    counts_events: bool = False  # whether its looks wait for numbers of events

    def told(self, evidence: Evidence) -> Effect:
        """Give the effect planned for: that of the last look."""
        return Effect(self.effect, float(evidence.shown[-1]), self.null, self.scale, self.better)


def toward_null(world: SurvivalWorld, fraction: float, null: float = 1.0) -> SurvivalWorld:
    """Give the world with log hazard ratios so far from that of the null: at 0 they are its."""
    return replace(
        world,
        strata=tuple(
            replace(
                stratum,
                hazard_ratio=replace(
                    stratum.hazard_ratio,
                    values=vector(stratum.hazard_ratio.values**fraction * null ** (1 - fraction)),
                ),
                experimental_cured=stratum.control_cured
                + fraction * (stratum.experimental_cured - stratum.control_cured),
            )
            for stratum in world.strata
        ),
    )

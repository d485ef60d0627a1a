"""What became of a range of rehearsed trials: what everything else counts, draws and keeps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Matrix
from equipoise.monitor.bounds.rules import Decisions
from equipoise.simulate.arrays import LookTable


@dataclass(frozen=True, slots=True)
class Effects:
    """Estimates where each trial stopped, on the linear scale; nan where there is none.

    (trials, hypotheses) each.  Naive ones ignore that the trial was looked at; adjusted ones are
    median-unbiased, with limits by the stage-wise ordering.
    """

    estimate: Matrix
    error: Matrix
    adjusted: Matrix
    adjusted_lower: Matrix
    adjusted_upper: Matrix


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Trials `first` ... `first + trials - 1`, from the first patient to the decision."""

    first: int
    table: LookTable
    decisions: Decisions
    effects: Effects | None  # None where not asked for
    patients: NDArray[np.int32]  # (trials,) planned in all, as adaptations left them
    arm_closed: NDArray[np.int64]  # (trials, arms) look from 0 at which it was dropped; -1: never
    enriched: NDArray[np.int64]  # (trials,) look from 0 at which enrichment began; -1: never

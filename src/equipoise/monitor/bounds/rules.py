"""What a look decides by: bounds of every hypothesis, the graph between them, when to stop.

One rule for the rehearsed and the real trial: arrays have a row a trial, and the real trial is
one row.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.design.multiplicity.graph import Graph
from equipoise.design.sequential.design import GroupSequential
from equipoise.kernel.arrays import Flags, Matrix


@dataclass(frozen=True, slots=True)
class FixedBounds:
    """Bounds on z as given, whatever information is observed; infinite where a look has none."""

    upper: tuple[float, ...]  # one a look; efficacy at or above
    lower: tuple[float, ...] = ()  # futility at or below; empty: none
    planned: float | None = None  # information at the last look; for inference, None: as observed


@dataclass(frozen=True, slots=True)
class UpdatedBounds:
    """A group-sequential design whose bounds follow the information observed.

    `planned` is what information fraction 1 counts: events, patients or inverse variance.
    The last look spends what is left of alpha.
    """

    design: GroupSequential
    planned: float


Bounds: TypeAlias = FixedBounds | UpdatedBounds


@dataclass(frozen=True, slots=True)
class HypothesisRules:
    """How one hypothesis is decided."""

    hypothesis: str
    bounds: Bounds  # at the level it has at the start, or at full alpha where it has none then
    looks: tuple[int, ...] | None = None  # from 1; None: at every look.  The design has as many
    futility_obeyed: bool = True


@dataclass(frozen=True, slots=True)
class StoppingRules:
    """How the trial is decided."""

    hypotheses: tuple[HypothesisRules, ...]
    alpha: float = 0.025
    graph: Graph | None = None  # None: each hypothesis by its own bounds
    stop: Literal[
        "first rejection", "all decided", "primary decided", "never before the last look"
    ] = "all decided"
    primary: tuple[str, ...] = ()  # for "primary decided"; and what power is first told of
    together: tuple[str, ...] = ()  # co-primary: nothing is claimed unless all of these are met


# What a look decides of a hypothesis.  FUTILITY is also what ends its last look without a claim;
# HARM is a bound for harm, or the lower efficacy bound of a two-sided test.
CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED = 0, 1, 2, 3, -1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What every look of every trial found, were none ever stopped."""

    z: NDArray[np.float64]  # (trials, looks, hypotheses); nan where there is no statistic
    information: NDArray[np.float64]  # (trials, looks, hypotheses), as the rules count it
    reached: Flags  # (trials, looks) whether it came due; one held all the same ends the trial
    spending_time: Matrix | None = None  # (trials, looks) fractions, where error is spent by time


@dataclass(frozen=True, slots=True)
class Decisions:
    """What every look decided, and where trials stopped."""

    decision: NDArray[np.int8]  # (trials, looks, hypotheses), of the codes above
    bound: NDArray[np.float64]  # (trials, looks, hypotheses) efficacy bound on z held against
    lower: NDArray[np.float64]  # (trials, looks, hypotheses) futility bound, -inf where none
    stopped: NDArray[np.int64]  # (trials,) look from 0 at which the trial ended
    alpha_left: Matrix  # (trials, hypotheses) level each hypothesis had at the end
    harm: NDArray[np.float64] | None = None  # as `lower`: HARM at or below; None: nowhere
    futility_from: NDArray[np.float64] | None = None  # futility at or above, too; None: -inf

"""How likely a trial is to succeed, averaged over what is believed of its effect.

A normal belief about the drift (E[Z] at full information), N(m, v) in units of the planned
drift, becomes after a look with score S at information t

    N((m/v + S) / (1/v + t),  1 / (1/v + t));    flat: 1/v = 0, so that only the data speak.

Predictive power is conditional power averaged over it (Spiegelhalter, Freedman & Blackburn
1986); before any data it is the probability of success, or assurance.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from equipoise.design.sequential.conditional_power import Futility, bounds, check_interim
from equipoise.design.sequential.design import GroupSequential
from equipoise.errors import DesignError
from equipoise.kernel.conditional_power import predictive_stopping

LEAST_SPREAD, MOST_SPREAD = 1e-9, 1e9  # of a belief: less is certainty, more is flat


@dataclass(frozen=True, slots=True)
class DriftBelief:
    """What is believed of the effect: normal, in units of the design's drift (1 is as planned)."""

    mean: float = 1.0
    sd: float | None = None  # None: flat, so that only the data speak

    def __post_init__(self) -> None:
        if not np.isfinite(self.mean):
            raise DesignError(
                f"The belief about the effect has mean {self.mean:g}; give a number, 1 for the "
                "effect as planned."
            )
        if self.sd is not None and not LEAST_SPREAD <= self.sd <= MOST_SPREAD:
            raise DesignError(
                f"The belief about the effect has standard deviation {self.sd:g}; it must be "
                f"{LEAST_SPREAD:g} to {MOST_SPREAD:g} (leave it out for a flat belief; for one "
                "effect alone, ask for power)."
            )

    def precision(self, drift: float) -> float:
        """Give 1/variance on the scale of the drift."""
        return 0.0 if self.sd is None else (self.sd * drift) ** -2


def predictive_power(
    sequential: GroupSequential,
    look: int,
    z: float,
    belief: DriftBelief | None = None,
    *,
    futility: Futility | None = None,
    final_only: bool = False,
) -> float:
    """Give conditional power averaged over what is believed of the effect after this look.

    Args:
        sequential: the design.
        look: at which z was seen, from 1 to the last but one.
        z: the statistic seen; positive where the experimental arm is better.
        belief: of the drift before the trial; flat by default.
        futility: whether futility bounds count; by default if they are binding.
        final_only: success is at the last look alone.

    Raises:
        DesignError: There is no such interim look, or z is not a finite number.

    Accuracy: exact, by a recursion of its own; no average over a grid is taken.
    Witness: gsDesign 3.11 `gsPP` (cp03), conditional power averaged by quadrature.
    """
    check_interim(sequential, look, z)
    belief = DriftBelief() if belief is None else belief
    later = bounds(sequential, futility).after(look)
    stops = predictive_stopping(
        later.at_last() if final_only else later,
        float(sequential.information[look - 1]),
        z,
        mean=belief.mean * sequential.drift,
        precision=belief.precision(sequential.drift),
    )
    return float(stops.upper.sum())


def probability_of_success(
    sequential: GroupSequential,
    belief: DriftBelief,
    *,
    after: int = 0,
    futility: Futility | None = None,
) -> float:
    """Give the chance of success as believed before the trial: power averaged over the belief.

    With `after`, it is the chance from a look on at which the trial was told to go on, and
    nothing else: no bound was crossed by then.

    Args:
        sequential: the design.
        belief: of the drift before the trial.
        after: looks that have not stopped the trial.
        futility: whether futility bounds count; by default if they are binding.

    Raises:
        DesignError: The belief is flat, or there is no such interim look.

    Witness: gsDesign 3.11 `gsPOS` (cp03); power averaged by quadrature.
    """
    if belief.sd is None:
        raise DesignError("A flat belief gives no chance of success before data; give it a spread.")
    if after:
        check_interim(sequential, after, 0.0)
    stops = predictive_stopping(
        bounds(sequential, futility),
        0.0,
        0.0,
        mean=belief.mean * sequential.drift,
        precision=belief.precision(sequential.drift),
    )
    stopped = (stops.upper + stops.lower + stops.inner)[:after].sum()
    return float(stops.upper[after:].sum() / (1.0 - stopped))


def predictive_interval(
    sequential: GroupSequential,
    look: int,
    z: float,
    *,
    at: int,
    level: float = 0.95,
    belief: DriftBelief | None = None,
) -> tuple[float, float]:
    """Give the range that will hold z at a later look, whatever bounds lie between.

    Args:
        sequential: the design.
        look: at which z was seen, from 1 to the last but one.
        z: the statistic seen; positive where the experimental arm is better.
        at: the later look.
        level: of the interval.
        belief: of the drift before the trial; flat by default.

    Raises:
        DesignError: The looks are not in order, or z or the level is out of range.

    Witness: gsDesign 3.11 `gsPI` (cp03), to its grid.
    """
    check_interim(sequential, look, z)
    if not look < at <= sequential.looks:
        raise DesignError(
            f"Look {at} does not come after look {look} of {sequential.looks}; choose a later one."
        )
    if not 0.0 < level < 1.0:
        raise DesignError(f"The level of an interval is {level:g}; it must be between 0 and 1.")
    belief = DriftBelief() if belief is None else belief
    precision = belief.precision(sequential.drift)
    now, then = sequential.information[look - 1], sequential.information[at - 1]
    variance = 1.0 / (precision + now)
    score = z * np.sqrt(now)
    drift = variance * (belief.mean * sequential.drift * precision + score)
    middle = score + drift * (then - now)
    spread = np.sqrt((then - now) * (1.0 + (then - now) * variance))
    reach = -ndtri((1.0 - level) / 2.0) * spread
    return float((middle - reach) / np.sqrt(then)), float((middle + reach) / np.sqrt(then))

"""How likely a trial is to succeed from here, given what a look has shown.

Success is crossing an efficacy bound at any later look (in a two-sided design, the upper one:
the experimental arm better).  The chance depends on the effect assumed for the rest:

    design  the drift the trial was planned for          null  none
    trend   the drift seen so far, z / √t                 any number: E[Z] at full information

Futility bounds at later
looks count as stops when they are binding and are ignored when not, unless `futility` says
otherwise; gsDesign obeys them always, rpact and lrstat ignore them.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from equipoise.design.checks import check_kind
from equipoise.design.sequential.design import GroupSequential
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.conditional_power import (
    Bounds,
    conditional_stopping,
    conditional_stopping_for_drifts,
)
from equipoise.kernel.sequential import StoppingProbability

AssumedDrift: TypeAlias = Literal["design", "trend", "null"] | float | Vector
Futility: TypeAlias = Literal["obeyed", "ignored"]


@dataclass(frozen=True, slots=True)
class ConditionalPowerAtBounds:
    """Conditional power at each interim bound; nan where a look has no such bound."""

    upper: Vector
    lower: Vector  # one-sided: the futility bounds


def conditional_stops(
    sequential: GroupSequential,
    look: int,
    z: float,
    drift: AssumedDrift = "design",
    *,
    futility: Futility | None = None,
) -> StoppingProbability:
    """Give the chance of stopping first at each look after this one, by side.

    Args:
        sequential: the design.
        look: at which z was seen, from 1 to the last but one.
        z: the statistic seen.
        drift: E[Z] at full information for the rest of the trial; a vector has one each look.
        futility: whether later futility bounds count; by default if they are binding.

    Raises:
        DesignError: There is no such interim look, or z is not a finite number.

    Witness: gsDesign 3.11 `gsCP` (cp01, cp02).
    """
    check_interim(sequential, look, z)
    at = float(sequential.information[look - 1])
    mean = mean_score(sequential, look, z, drift)
    later = bounds(sequential, futility).after(look)
    return conditional_stopping(later, at, z, mean[look:] - mean[look - 1])


def conditional_power(
    sequential: GroupSequential,
    look: int,
    z: float,
    drift: AssumedDrift = "design",
    *,
    futility: Futility | None = None,
    final_only: bool = False,
) -> float:
    """Give the chance that a trial which shows z at this look goes on to succeed.

    Args:
        sequential: the design.
        look: at which z was seen, from 1 to the last but one.
        z: the statistic seen.
        drift: assumed for the rest: "design", "trend", "null", or E[Z] at full information.
        futility: whether later futility bounds count; by default if they are binding.
        final_only: success is at the last look; interim looks in between do not count.

    Raises:
        DesignError: There is no such interim look, or z is not a finite number.

    Witness: lr08 (lrstat 0.3.3); design-0049 (East 6.5); cp01 and cp02 with futility obeyed.
    """
    if not final_only:
        return float(conditional_stops(sequential, look, z, drift, futility=futility).upper.sum())
    check_interim(sequential, look, z)
    at = float(sequential.information[look - 1])
    mean = mean_score(sequential, look, z, drift)
    last = bounds(sequential, "ignored").at_last()
    return float(conditional_stopping(last, at, z, mean[-1:] - mean[look - 1]).upper[0])


def conditional_powers(sequential: GroupSequential, look: int, z: float) -> tuple[float, float]:
    """Give conditional power under the design's effect and under the trend, in one walk.

    Raises:
        DesignError: There is no such interim look, or z is not a finite number.

    Witness: `conditional_power`.
    """
    design = design_drift(sequential)
    if not isinstance(design, float):
        return (
            conditional_power(sequential, look, z, "design"),
            conditional_power(sequential, look, z, "trend"),
        )
    check_interim(sequential, look, z)
    at = float(sequential.information[look - 1])
    drifts = np.array([design, z / np.sqrt(at)])
    later = bounds(sequential, None).after(look)
    chances = conditional_stopping_for_drifts(later, at, z, drifts).upper.sum(axis=1)
    return float(chances[0]), float(chances[1])


def conditional_power_at_bounds(
    sequential: GroupSequential,
    drift: AssumedDrift = "trend",
    *,
    futility: Futility | None = None,
) -> ConditionalPowerAtBounds:
    """Give conditional power at every interim bound, as if a trial there went on.

    Args:
        sequential: the design.
        drift: assumed for the rest, as for `conditional_power`.
        futility: whether later futility bounds count; by default if they are binding.

    Witness: gsDesign 3.11 `gsBoundCP` (cp04); design-0049 (East 6.5).
    """
    chances = [
        [
            conditional_power(sequential, k + 1, float(side[k]), drift, futility=futility)
            if np.isfinite(side[k])
            else np.nan
            for k in range(sequential.looks - 1)
        ]
        for side in (sequential.upper, sequential.lower)
    ]
    return ConditionalPowerAtBounds(upper=vector(chances[0]), lower=vector(chances[1]))


def mean_score(sequential: GroupSequential, look: int, z: float, drift: AssumedDrift) -> Vector:
    """Give the expected score at every look under the drift assumed.

    Raises:
        DesignError: The drift is not a finite number.
    """
    found = drift
    if isinstance(drift, str):
        trend = z / np.sqrt(sequential.information[look - 1])
        named = {"design": design_drift(sequential), "trend": trend, "null": 0.0}
        drift = named.get(drift, np.nan)
    if not np.isfinite(drift).all():
        raise DesignError(
            f"The drift assumed for the rest is {found!r}; give E[Z] at full information as a "
            'finite number, or "design", "trend" or "null".'
        )
    return np.broadcast_to(drift, sequential.looks) * sequential.information


def design_drift(sequential: GroupSequential, fraction: float = 1.0) -> float | Vector:
    """Give a fraction of the planned drift; one for each look where they differ.

    They differ where the effect changes over the looks, or the information under the
    alternative is not that under the null: E[Z_k] is the drift of look k times √t_k.
    """
    asked, planned = sequential.asked, fraction * sequential.drift
    if asked.drift_shape is None and asked.alternative_information is None:
        return planned
    shape = 1.0 if asked.drift_shape is None else asked.drift_shape
    if asked.alternative_information is not None:
        shape = shape * np.sqrt(asked.alternative_information / sequential.information)
    return np.asarray(planned * shape, dtype=np.float64)


def bounds(sequential: GroupSequential, futility: Futility | None) -> Bounds:
    """Give the bounds at which success is lost or won: with or without those for futility."""
    obeyed = sequential.binding if futility is None else futility == "obeyed"
    lower, inner = sequential.lower, sequential.inner
    if not obeyed:
        inner = None
        lower = lower if sequential.sides > 1 else np.full(sequential.looks, -np.inf)
    return Bounds(sequential.upper, lower, sequential.information, inner)


def check_interim(sequential: GroupSequential, look: int, z: float) -> None:
    """Refuse what cannot be seen at an interim look.

    Raises:
        DesignError: There is no such interim look, or z is not a finite number.
    """
    check_kind(sequential, GroupSequential, "The design", "the result of `group_sequential`")
    if not 1 <= look < sequential.looks:
        raise DesignError(
            f"Look {look} is not an interim look of a design with {sequential.looks}; "
            f"nothing comes after the last. Choose from 1 to {sequential.looks - 1}."
        )
    if not np.isfinite(z):
        raise DesignError(f"The statistic seen at look {look} is {z}; give a finite z.")

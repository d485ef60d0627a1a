"""How surprising a look is, given how the trial will end (reverse stochastic curtailing).

Given the statistic at the end, that of a look does not depend on the effect:

    Z_t | Z_T = c  ~  N(c √(t/T), 1 - t/T).

So P(Z_t ≤ z | Z_T = c), with c the critical value, is the largest chance of so low a z among the
trials that end at or above c, whatever the effect: where it is small, going on would hardly turn
a trial that looks negative.  With X(u) = S(t) T/(T - t) at u = tT/(T - t), the paths that end in
c are those of a trial with drift c/√T: so the chance that the bounds contradict the end is found.

Tan, Xiong & Kutner (1998), Biometrics 54: 682; Xiong, Tan & Boyett (2003), Biometrics 59: 624.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.sequential.conditional_power import Futility, bounds
from equipoise.design.sequential.design import GroupSequential
from equipoise.errors import DesignError
from equipoise.kernel.normal import upper_tail
from equipoise.kernel.sequential import stopping_probability


@dataclass(frozen=True, slots=True)
class ReversePower:
    """The chance of a look, given that the trial ends exactly at its critical value."""

    z: float
    information: float  # fraction at the look
    end: float  # fraction at the end
    critical: float  # z at the end
    so_low: float  # P(Z_t ≤ z | Z_T = critical): at most this among trials that end at or above it
    so_high: float  # P(Z_t ≥ z | Z_T = critical): at most this among trials that end below it


@dataclass(frozen=True, slots=True)
class Discordance:
    """The chance that bounds stop a trial whose end, were it reached, is exactly critical."""

    critical: float
    efficacy: float  # claimed before the end: at most this among trials that would end below it
    futility: float  # stopped before: at most this among trials that would end at or above it


def reverse_power(
    z: float, information: float, critical: float, *, end: float = 1.0
) -> ReversePower:
    """Give the chance of so low, or so high, a z in a trial that ends at its critical value.

    Args:
        z: the statistic seen.
        information: fraction at which it was seen.
        critical: the critical value at the end, on z.
        end: information fraction there.

    Raises:
        DesignError: Numbers that are not finite, or information that is not before the end.

    Witness: closed form; simulated trials; the two add to 1.

    >>> round(reverse_power(0.5, 0.5, 1.96).so_low, 4)
    0.1051
    """
    if not np.isfinite([z, critical]).all():
        raise DesignError(f"z is {z:g} and the critical value {critical:g}; give finite numbers.")
    if not 0.0 < information < end:
        raise DesignError(
            f"The look has information {information:g} and the trial ends at {end:g}; a look "
            "before the end is needed, with information above 0."
        )
    share = information / end
    away = (z - critical * np.sqrt(share)) / np.sqrt(1.0 - share)
    return ReversePower(z, information, end, critical, upper_tail(-away), upper_tail(away))


def discordance(
    sequential: GroupSequential,
    *,
    critical: float | None = None,
    futility: Futility = "obeyed",
) -> Discordance:
    """Give the chance that interim bounds contradict an end that is exactly critical.

    Args:
        sequential: the design; of a two-sided one the lower bounds stop for the other arm, and
            count with futility.
        critical: z at the end; by default the design's last efficacy bound.
        futility: whether futility bounds stop the trial.

    Raises:
        DesignError: The critical value is not a finite number.

    Witness: simulated trials; one interim look: `reverse_power` at its bounds.
    """
    last = float(sequential.upper[-1]) if critical is None else critical
    if not np.isfinite(last):
        raise DesignError(f"The critical value at the end is {last:g}; give a finite one.")
    if sequential.looks == 1:
        return Discordance(last, 0.0, 0.0)
    held, end = bounds(sequential, futility), float(sequential.information[-1])
    before = held.information[:-1]
    stretch = end / (end - before)
    root = np.sqrt(stretch)
    stops = stopping_probability(
        held.upper[:-1] * root,
        held.lower[:-1] * root,
        before * stretch,
        drift=last / np.sqrt(end),
        inner=None if held.inner is None else held.inner[:-1] * root[:, None],
    )
    return Discordance(last, float(stops.upper.sum()), float(stops.lower.sum() + stops.inner.sum()))

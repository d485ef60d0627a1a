"""Sample size for two constant hazards, by Lachin and Foulkes' closed formulas.

Patients enter over T_r uniformly or with density γ e^{-γu} / (1 - e^{-γT_r}) (γ > 0: fast at
first; γ < 0: slow), drop out with hazard η, and the study ends at T_s.  With p(λ) the chance
of an event,

    ratio        √n |log(λ_E/λ_C)| = z_α √v(λ̄, λ̄) + z_β √v(λ_C, λ_E),   v = Σ 1/(Q p(λ))
    difference   √n |λ_C - λ_E|    = the same with  v = Σ λ² / (Q p(λ))

Q is an arm's share and λ̄ the hazard averaged over the arms (Lachin & Foulkes 1986).
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.design.checks import check_above_zero, check_allocation
from equipoise.design.survival.formulas import check_difference, check_errors
from equipoise.errors import DesignError
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.quadrature import even_panels

STEEPEST = 500.0  # entry rate times enrollment: e^500 is still a number


@dataclass(frozen=True, slots=True)
class ConstantHazards:
    """A trial of two constant hazards."""

    control: float
    experimental: float
    study_duration: float
    accrual_duration: float
    dropout: float = 0.0
    allocation: float = 1.0
    entry_rate: float = 0.0  # γ; 0 is uniform entry


@dataclass(frozen=True, slots=True)
class ConstantHazardSize:
    """Patients and events, unrounded."""

    patients: float
    events: float


def constant_hazard_size(
    trial: ConstantHazards,
    *,
    alpha: float = 0.025,
    power: float = 0.9,
    sides: Literal[1, 2] = 1,
    scale: Literal["ratio", "difference"] = "ratio",
    null_variance: bool = True,
) -> ConstantHazardSize:
    """Tell how many patients compare two constant hazards.

    Without `null_variance` that of the alternative stands in its place (gsDesign's `approx`,
    which it has for the difference only).

    Raises:
        DesignError: equal hazards, or durations out of order.
    Witness:
        sv01 (gsDesign nSurvival).

    >>> trial = ConstantHazards(math.log(2) / 12, math.log(2) / 12 * 0.7, 36, 24, dropout=0.005)
    >>> round(constant_hazard_size(trial).patients, 4)
    518.3149
    """
    check_errors(alpha, power, sides)
    _check(trial)
    check_difference(trial.experimental / trial.control, 1.0)
    share = trial.allocation / (1.0 + trial.allocation)
    mean = (1.0 - share) * trial.control + share * trial.experimental
    control = event_probability(trial, trial.control)
    experimental = event_probability(trial, trial.experimental)
    pooled = event_probability(trial, mean)
    if scale == "ratio":
        size = math.log(trial.experimental / trial.control)
        weights = (1.0, 1.0, 1.0)
    else:
        size = trial.control - trial.experimental
        weights = (mean**2, trial.control**2, trial.experimental**2)
    null = weights[0] / pooled * (1.0 / (1.0 - share) + 1.0 / share)
    alternative = weights[1] / ((1.0 - share) * control) + weights[2] / (share * experimental)
    null = null if null_variance else alternative
    z_alpha, z_beta = upper_quantile(alpha / sides), upper_quantile(1.0 - power)
    patients = ((z_alpha * math.sqrt(null) + z_beta * math.sqrt(alternative)) / size) ** 2
    return ConstantHazardSize(patients, patients * ((1.0 - share) * control + share * experimental))


def event_probability(trial: ConstantHazards, hazard: float) -> float:
    """Give the chance that a patient has the event by the end of the study.

    Witness:
        closed form for uniform entry (Lachin & Foulkes 1986, eq. 3.2).

    >>> trial = ConstantHazards(0.1, 0.05, 10.0, 10.0)
    >>> round(event_probability(trial, 0.1), 9) == round(1 / math.e, 9)
    True
    """
    total = hazard + trial.dropout
    fastest = max(total, abs(trial.entry_rate))
    entry, weight = even_panels(0.0, trial.accrual_duration, widest=2.0 / fastest)
    density = np.exp(-trial.entry_rate * entry)
    density = density / (weight @ density)
    followed = trial.study_duration - entry
    return float(weight @ (density * hazard / total * -np.expm1(-total * followed)))


def _check(trial: ConstantHazards) -> None:
    for value, name in (
        (trial.control, "The control hazard"),
        (trial.experimental, "The experimental hazard"),
        (trial.study_duration, "The study duration"),
    ):
        check_above_zero(value, name)
    check_allocation(trial.allocation)
    if not 0 < trial.accrual_duration <= trial.study_duration:
        raise DesignError(
            f"Enrollment must last longer than 0 and end by the study's end; found "
            f"{trial.accrual_duration:g} of {trial.study_duration:g}."
        )
    if not (math.isfinite(trial.dropout) and trial.dropout >= 0):
        raise DesignError(f"The dropout hazard must be 0 or more; found {trial.dropout:g}.")
    if not abs(trial.entry_rate) * trial.accrual_duration <= STEEPEST:
        raise DesignError(
            f"An entry rate of {trial.entry_rate:g} over {trial.accrual_duration:g} lets all enter "
            "at once; give one nearer to 0."
        )

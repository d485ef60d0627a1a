"""Nuisance parameters re-estimated while the trial is blinded, to plan anew with.

Pooled over arms of r : 1 a continuous endpoint varies by σ² and by the difference Δ of means,

    E S² = σ² + r / (1 + r)² · n / (n - 1) · Δ²,

so σ² is taken as S² itself, or with the last term at the planned Δ taken off (Kieser & Friede
2003, Stat Med 22: 3571).  A pooled probability or rate is split between the arms at the planned
effect (Gould 1992; Friede & Schmidli 2010).  Blinded re-estimation hardly moves the type I error
of a superiority test; it needs no combination test.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.minimum import least_between
from equipoise.kernel.root import root_between


@dataclass(frozen=True, slots=True)
class PooledCounts:
    """Event rate and overdispersion of all patients, blinded."""

    rate: float  # events per patient and time unit
    dispersion: float  # k of the variance μ + kμ²; 0: no more varied than Poisson
    patients: int


@dataclass(frozen=True, slots=True)
class ReestimatedSize:
    """The patients after re-estimation, within the limits promised beforehand."""

    patients: float
    unrestricted: float  # what the new estimate alone would take
    planned: float
    rule: str


def blinded_standard_deviation(
    pooled: float,
    patients: float,
    *,
    difference: float | None = None,
    allocation: float = 1.0,
) -> float:
    """Give the standard deviation within arms from that of all patients together.

    Args:
        pooled: one-sample standard deviation of all patients so far.
        patients: how many.
        difference: of the means as planned, to adjust for; None: take the pooled one as it is.
        allocation: experimental patients per control patient.

    Raises:
        DesignError: where the planned difference would explain all of the spread.

    Witness: law: on average it is the true one if the difference is as planned.

    >>> round(blinded_standard_deviation(10.2, 100, difference=4.0), 4)
    10.0
    """
    if not (pooled > 0 and patients >= 2 and allocation > 0):  # noqa: PLR2004
        raise DesignError(
            f"Pooled standard deviation {pooled:g} of {patients:g} patients at {allocation:g} to "
            "1: give numbers above 0, and two patients or more."
        )
    if difference is None:
        return pooled
    between = allocation / (1 + allocation) ** 2 * patients / (patients - 1) * difference**2
    within = pooled**2 - between
    if within <= 0:
        raise DesignError(
            f"A difference of {difference:g} alone would spread patients by {between**0.5:.4g}, "
            f"more than the {pooled:g} seen; leave the adjustment out: `difference=None`."
        )
    return float(np.sqrt(within))


def blinded_probabilities(
    pooled: float,
    effect: float,
    *,
    measure: Literal["risk difference", "risk ratio", "odds ratio"],
    allocation: float = 1.0,
) -> tuple[float, float]:
    """Split a pooled probability into control and experimental at the planned effect.

    Args:
        pooled: of all patients so far.
        effect: experimental against control, as planned.
        measure: of the effect.
        allocation: experimental patients per control patient.

    Raises:
        DesignError: where no two probabilities have this average and this effect.

    Accuracy: closed form.

    Witness: law: their average and their effect are those given.

    >>> [round(p, 4) for p in blinded_probabilities(0.3, 0.5, measure="risk ratio")]
    [0.4, 0.2]
    """
    if not (0 < pooled < 1 and allocation > 0):
        raise DesignError(
            f"The pooled probability is {pooled:g} at {allocation:g} to 1; give a probability "
            "between 0 and 1 and an allocation above 0."
        )
    share = allocation / (1 + allocation)
    if measure == "risk difference":
        control = pooled - share * effect
        experimental = control + effect
    elif measure == "risk ratio":
        control = pooled / (1 + share * (effect - 1))
        experimental = control * effect
    else:
        control = _control_of_odds_ratio(pooled, effect, share)
        experimental = effect * control / (1 + (effect - 1) * control)
    if not (0 < control < 1 and 0 < experimental < 1):
        raise DesignError(
            f"No two probabilities average {pooled:g} with a {measure} of {effect:g}; the control "
            f"arm's would be {control:.4g}. Revise the effect."
        )
    return control, experimental


def _control_of_odds_ratio(pooled: float, ratio: float, share: float) -> float:
    """Solve (1 - s) p + s ψp / (1 + (ψ - 1) p) = pooled for p in (0, 1)."""
    if not ratio > 0:
        raise DesignError(f"The odds ratio is {ratio:g}; give one above 0.")
    if ratio == 1:
        return pooled
    square = (1 - share) * (ratio - 1)
    linear = (1 - share) + share * ratio - pooled * (ratio - 1)
    return float(2 * pooled / (linear + np.sqrt(linear**2 + 4 * square * pooled)))


def blinded_rates(pooled: float, ratio: float, *, allocation: float = 1.0) -> tuple[float, float]:
    """Split a pooled rate (of counts, or a hazard) into control and experimental.

    Patients of both arms are taken to be observed for as long on average.

    Args:
        pooled: events over time at risk, of all patients.
        ratio: experimental over control, as planned.
        allocation: experimental patients per control patient.

    Raises:
        DesignError: for what is not a number above 0.

    Witness: rpact's rates from a pooled one (plan-rpact-0160).

    >>> [round(rate, 6) for rate in blinded_rates(0.234, 0.7)]
    [0.275294, 0.192706]
    """
    if not min(pooled, ratio, allocation) > 0:
        raise DesignError(
            f"Pooled rate {pooled:g}, ratio {ratio:g} and allocation {allocation:g} must all be "
            "above 0."
        )
    control = pooled * (1 + allocation) / (1 + allocation * ratio)
    return control, control * ratio


def blinded_counts(counts: ArrayLike, exposure: ArrayLike) -> PooledCounts:
    """Estimate the rate and the overdispersion of all patients by maximum likelihood.

    What the arms differ by counts as overdispersion: a little more than within arms.

    Args:
        counts: (patients,) events of each.
        exposure: (patients,) time observed.

    Raises:
        DesignError: for too few patients, no event, or what is no count.

    Accuracy: 1e-6 relative in k.

    Witness: R's `glm.nb`; for one exposure the rate is events over time.
    """
    events = np.atleast_1d(np.asarray(counts, dtype=np.float64))
    time = np.broadcast_to(np.asarray(exposure, dtype=np.float64), events.shape)
    if events.size < 3 or not (np.isfinite(events) & (events >= 0)).all():  # noqa: PLR2004
        raise DesignError("Give the counts of three patients or more, each 0 or above.")
    if not (np.isfinite(time) & (time > 0)).all() or events.sum() == 0:
        raise DesignError("Every time observed must be above 0, and there must be an event.")
    found = least_between(
        lambda log: -_log_likelihood(events, time, float(np.exp(log))), -14.0, 6.0
    )
    dispersion = float(np.exp(found.at))
    poisson = float(events.sum() / time.sum())
    plain = float((events * np.log(poisson * time) - poisson * time - gammaln(events + 1)).sum())
    if -found.value <= plain + 1e-9:
        return PooledCounts(poisson, 0.0, int(events.size))
    return PooledCounts(_rate(events, time, dispersion), dispersion, int(events.size))


def _rate(events: Vector, time: Vector, dispersion: float) -> float:
    """Solve Σ (y - λt) / (1 + kλt) = 0."""
    each = events / time
    if np.ptp(each) == 0:
        return float(each[0])
    return float(
        root_between(
            lambda rate: float(((events - rate * time) / (1 + dispersion * rate * time)).sum()),
            float(each.min()),
            float(each.max()),
        )
    )


def _log_likelihood(events: Vector, time: Vector, dispersion: float) -> float:
    mean, size = _rate(events, time, dispersion) * time, 1 / dispersion
    told = gammaln(events + size) - gammaln(size) - gammaln(events + 1)
    told += events * np.log(dispersion * mean) - (events + size) * np.log1p(dispersion * mean)
    return float(told.sum())


def restrained_size(
    unrestricted: float, planned: float, *, at_least: float | None = None, at_most: float = np.inf
) -> ReestimatedSize:
    """Hold a re-estimated number of patients within the limits promised beforehand.

    Args:
        unrestricted: what the new estimate takes.
        planned: at the start.
        at_least: never fewer; by default the planned number (Wittes & Brittain 1990).
        at_most: never more.

    Raises:
        DesignError: for limits out of order.

    Witness: its definition.
    """
    floor = planned if at_least is None else at_least
    if not floor <= at_most:
        raise DesignError(
            f"At least {floor:g} and at most {at_most:g} patients contradict; raise the cap."
        )
    patients = min(max(unrestricted, floor), at_most)
    if patients == unrestricted:
        rule = "as re-estimated"
    else:
        rule = "held at the least promised" if patients == floor else "held at the most promised"
    return ReestimatedSize(patients, unrestricted, planned, rule)

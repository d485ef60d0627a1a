"""Solve a count design for its patients, its end, its ratio or its drift (see `plan`)."""

from dataclasses import replace

import numpy as np

from equipoise.design.assemble import drift_at_full, final_drift
from equipoise.design.counts.observation import Observation, arms
from equipoise.design.counts.rates import NullVariance, RateComparison
from equipoise.design.counts.trial import Trial
from equipoise.design.rounding import whole_arms, whole_number
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.minimum import least_between
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.root import root_between

MOST_PATIENTS = 1e9
STEEPEST = 60.0  # |log ratio| beyond which no search goes


def check_comparison(comparison: RateComparison) -> None:
    """Refuse to plan for an effect that is none."""
    if comparison.distance == 0:
        raise DesignError(
            f"The rate ratio under the alternative, {comparison.ratio:g}, is its null value; no "
            "trial shows a difference that is not there. Give a ratio away from it."
        )


def end_of(observation: Observation) -> float:
    """Give when the last observation ends, which must be known here."""
    if observation.duration is None:
        raise DesignError(
            "The follow-up of the last patient is open; give `follow_up` or an exposure, or "
            "both `power` and `patients` to solve for it."
        )
    return observation.duration


def seen_distance(
    trial: Trial, level: float, drift: float, null_variance: NullVariance, time: float
) -> float:
    """Give the |log ratio from its null value| that a design of this drift can show.

    Witness: Zhu & Lakkis (2014), methods 1 to 3, typed from the formulas.
    """
    true = _error(trial.information(time))
    if null_variance == "true rates":
        return drift * true
    null = _error(trial.under_null(null_variance, time).information(time))
    critical = upper_quantile(level)
    return critical * null + (drift - critical) * true


def _error(information: float) -> float:
    return float(information**-0.5) if information > 0 else np.inf


def needed_trial(
    comparison: RateComparison,
    observation: Observation,
    sequential: GroupSequential,
    null_variance: NullVariance,
) -> Trial:
    """Give the trial with the patients that a drift takes; fractions of them if entry is uniform.

    Evenly spaced patients come whole, each arm rounded up; where some are observed for less
    than the exposure, the fewest that suffice.

    Witness: rpact getSampleSizeCounts (plan-rpact-0160, 0161, 0165); Zhu & Lakkis (2014).
    """
    end = end_of(observation)
    level = sequential.asked.stopping.alpha / sequential.sides
    one = Trial.of(comparison, _spread(observation), 1.0)
    shown = seen_distance(one, level, final_drift(sequential), null_variance, end)
    patients = (shown / comparison.distance) ** 2
    if not patients < MOST_PATIENTS:
        raise DesignError(
            f"More than {MOST_PATIENTS:g} patients would be needed; give an effect further from "
            "the null value, or longer observation."
        )
    if observation.entry == "uniform":
        return Trial.of(comparison, observation, patients)
    control, experimental = whole_arms(patients, comparison.allocation)
    if observation.full_exposure:
        return Trial(comparison, observation, *arms(observation, control, experimental))
    control = max(1, control - 3)
    while True:
        experimental = whole_number(comparison.allocation * control)
        trial = Trial(comparison, observation, *arms(observation, control, experimental))
        shown = seen_distance(trial, level, final_drift(sequential), null_variance, end)
        if shown <= abs(comparison.distance):
            return trial
        control += 1


def _spread(observation: Observation) -> Observation:
    """Give the same observation with entry uniform."""
    return replace(observation, entry="uniform")


def drift_of(
    trial: Trial, stopping: StoppingPlan, null_variance: NullVariance, end: float
) -> float:
    """Give the drift (at information fraction 1) of a trial, with the sign of its log ratio.

    Witness: rpact getPowerCounts (plan-rpact-0184 to 0189).
    """
    distance = trial.comparison.distance
    true = _error(trial.information(end))
    if null_variance == "true rates":
        return drift_at_full(distance / true, stopping.information)
    null = _error(trial.under_null(null_variance, end).information(end))
    critical = upper_quantile(stopping.alpha / stopping.sides)
    drift = (abs(distance) - critical * null) / true + critical
    return drift_at_full(drift if distance >= 0 else -drift, stopping.information)


def drifts_of(
    trial: Trial, ratios: Vector, stopping: StoppingPlan, null_variance: NullVariance, end: float
) -> Vector:
    """Give the drifts, as positive numbers, of a trial where the truth is one of these ratios.

    Witness: `drift_of`, one by one.
    """
    if null_variance == "true rates":
        distance = np.abs(np.log(ratios / trial.comparison.null))
        final = distance * np.sqrt(trial.information_by_ratio(end)(ratios))
        return np.asarray(final / np.sqrt(stopping.information[-1]))
    truths = [trial.with_ratio(ratio) for ratio in ratios.tolist()]
    return np.array([abs(drift_of(each, stopping, null_variance, end)) for each in truths])


def study_end(trial: Trial, sequential: GroupSequential, null_variance: NullVariance) -> float:
    """Give the calendar time at which the drift's information has come in.

    Witness: rpact getSampleSizeCounts with a maximum of subjects (plan-rpact-0162, 0178).
    """
    if null_variance != "true rates":
        raise DesignError(
            f"The follow-up is solved for with the variance at the true rates, not at the "
            f'{null_variance}; leave out `null_variance` or take "true rates".'
        )
    return trial.time_of((final_drift(sequential) / trial.comparison.distance) ** 2)


def detectable_ratio(
    trial: Trial, sequential: GroupSequential, null_variance: NullVariance
) -> float:
    """Give the ratio, on the side of the planned one, that has the design's drift.

    Raises:
        DesignError: where no ratio does (a rate of 0 leaves too few events to tell).

    Witness: law: a plan for this ratio takes these patients.
    """
    end = end_of(trial.observation)
    level = sequential.asked.stopping.alpha / sequential.sides
    side = -1.0 if trial.comparison.distance < 0 else 1.0
    null = trial.comparison.null

    def shown(distance: float) -> float:
        at = trial.with_ratio(null * float(np.exp(side * distance)))
        return distance - seen_distance(at, level, final_drift(sequential), null_variance, end)

    low, high = 0.0, 0.05
    while shown(high) < 0:
        low, high = high, high + 0.1
        if high > STEEPEST:
            raise DesignError(
                f"No rate ratio {'below' if side < 0 else 'above'} {null:g} is shown with this "
                f"power by {trial.patients:g} patients; take more patients, or longer observation."
            )
    return null * float(np.exp(side * root_between(shown, low, high)))


def optimal_counts_allocation(comparison: RateComparison, observation: Observation) -> float:
    """Give the experimental patients per control patient that need the fewest in all.

    With information a₀ and a₁ per patient of the arms it is √(a₀ / a₁), rates held fixed.

    Witness: rpact getSampleSizeCounts with allocation 0 (plan-rpact-0165).

    >>> from equipoise.design.counts.rates import rate_ratio
    >>> comparison = rate_ratio(control_rate=0.234, experimental_rate=0.1)
    >>> round(optimal_counts_allocation(comparison, Observation(exposure=1.0)), 6)
    1.529706
    """
    if comparison.strata:
        return _best(comparison, observation, None).allocation
    even = comparison.with_allocation(1.0)
    trial = Trial.of(even, _spread(observation), 2.0)
    control, experimental = trial.of_arms(end_of(observation))
    return float(np.sqrt(control / experimental))


def optimally_allocated(
    comparison: RateComparison, observation: Observation, *, pooled_rate: float
) -> RateComparison:
    """Give the comparison with the fewest patients when only the pooled rate is known.

    The split of the pooled rate between the arms then changes with the allocation.

    Raises:
        DesignError: where the pooled rate is none.

    Accuracy: 1e-7 relative in the allocation.

    Witness: law: no allocation beside it needs fewer patients.

    >>> from equipoise.design.counts.rates import rate_ratio
    >>> comparison = rate_ratio(0.5, pooled_rate=0.4)
    >>> found = optimally_allocated(comparison, Observation(exposure=1.0), pooled_rate=0.4)
    >>> round(found.allocation, 4)
    2.0
    """
    if not pooled_rate > 0:
        raise DesignError(f"The pooled rate is {pooled_rate:g}; give a number above 0.")
    return _best(comparison, observation, pooled_rate)


def _best(
    comparison: RateComparison, observation: Observation, pooled_rate: float | None
) -> RateComparison:
    """Search the allocation of least variance, rates held or split from a pooled one."""
    end = end_of(observation)

    def split(log_allocation: float) -> RateComparison:
        allocation = float(np.exp(log_allocation))
        if pooled_rate is None:
            return comparison.with_allocation(allocation)
        control = pooled_rate * (1 + allocation) / (1 + allocation * comparison.ratio)
        rates = comparison.with_rates(control, control * comparison.ratio)
        return rates.with_allocation(allocation)

    def variance(log_allocation: float) -> float:
        return 1 / Trial.of(split(log_allocation), _spread(observation), 1.0).information(end)

    reach = 2.0 + abs(float(np.log(comparison.ratio)))
    return split(least_between(variance, -reach, reach).at)

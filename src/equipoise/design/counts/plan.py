"""The plan of a trial that compares event rates, fixed or group-sequential.

The log rate ratio is tested with information I (see `rates`), so a design of drift η takes

    |log(ratio / null)| = z_α √V₀ + (η - z_α) √V₁,      V = 1 / I,

V₁ at the true rates; V₀ at those under the null that are named (by default also the true ones:
then I = (η / log(ratio / null))²).  Looks come when their fraction of the information has come
in under the alternative (Mütze et al. 2019).  Bounds on the ratio hold the control rate fixed:
the ratio at which information gathered by that look gives just that z.
"""

from dataclasses import dataclass

from equipoise.design.assemble import Course, Method, Size, assemble, final_drift
from equipoise.design.checks import check_kind
from equipoise.design.counts.bounds import bounds_as_ratios
from equipoise.design.counts.observation import Observation
from equipoise.design.counts.rates import NullVariance, RateComparison
from equipoise.design.counts.solve import (
    check_comparison,
    detectable_ratio,
    drift_of,
    drifts_of,
    end_of,
    needed_trial,
    study_end,
)
from equipoise.design.counts.trial import Trial
from equipoise.design.plan import Effect, Plan
from equipoise.design.printing import Printed
from equipoise.design.rounding import whole_number
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.sequential import StoppingProbability


@dataclass(frozen=True, slots=True)
class CountsQuestion:
    """What was asked of `counts_design`."""

    comparison: RateComparison
    observation: Observation
    stopping: StoppingPlan
    power: float | None
    patients: float | None
    null_variance: NullVariance


@dataclass(frozen=True, slots=True, repr=False)
class CountsDesign(Printed):
    """What comparing event rates takes."""

    asked: CountsQuestion
    plan: Plan
    comparison: RateComparison  # with the ratio found, if it was asked for
    trial: Trial  # with all its patients
    information: float  # at the last look, on the log rate ratio
    duration: float  # from the first patient to the last observation
    follow_up: float | None  # after the last entry; below 0 where the trial ends before it


def counts_design(
    comparison: RateComparison,
    observation: Observation,
    stopping: StoppingPlan | None = None,
    *,
    power: float | None = None,
    patients: float | None = None,
    null_variance: NullVariance = "true rates",
) -> CountsDesign:
    """Plan a comparison of event rates: what is not given is solved for.

    `power` alone gives the patients; `patients` alone the power; both give the follow-up where
    the observation leaves it open, and the detectable ratio where it does not.

    Args:
        comparison: from `rate_ratio`.
        observation: how patients come and how long each is followed; accrual rates are
            relative: they scale to the patients.
        stopping: alpha, sides and looks; by default one look at one-sided 0.025.
        power: to reach.
        patients: in all.
        null_variance: rates at which the variance under the null is taken.

    Raises:
        DesignError: where nothing is left to solve for, the effect is none, or the power cannot
            be reached (with dispersion, longer follow-up gains only so much).

    Witness: rpact getSampleSizeCounts and getPowerCounts (plan-rpact-0160 to 0189).

    >>> from equipoise.design.counts.rates import rate_ratio
    >>> from equipoise.design.counts.observation import Observation
    >>> comparison = rate_ratio(0.7, control_rate=1.0, dispersion=0.5)
    >>> counts_design(comparison, Observation(exposure=1.0), power=0.9).plan.patients_whole
    (284, 284)
    """
    stopping = StoppingPlan() if stopping is None else stopping
    check_kind(comparison, RateComparison, "The comparison", "`rate_ratio(0.7, control_rate=1)`")
    check_kind(observation, Observation, "The observation", "`Observation(exposure=1.0)`")
    check_kind(stopping, StoppingPlan, "`stopping`", "`StoppingPlan((0.5, 1.0))`, for two looks")
    asked = CountsQuestion(comparison, observation, stopping, power, patients, null_variance)
    if power is None and patients is None:
        raise DesignError("Give `power` to find the patients, `patients` to find the power.")
    if patients is None:
        assert power is not None  # noqa: S101 - one of the two is given
        check_comparison(comparison)
        sequential = group_sequential(stopping, power=power)
        trial = needed_trial(comparison, observation, sequential, null_variance)
        return _told(asked, trial, sequential, "patients", end_of(observation))
    trial = Trial.of(comparison, observation, patients)
    if power is None:
        check_comparison(comparison)
        end = end_of(observation)
        drift = abs(drift_of(trial, stopping, null_variance, end))
        sequential = group_sequential(stopping, drift=drift)
        return _told(asked, trial, sequential, "power", end)
    sequential = group_sequential(stopping, power=power)
    if observation.duration is None:
        check_comparison(comparison)
        end = study_end(trial, sequential, null_variance)
        return _told(asked, trial, sequential, "follow-up", end)
    found = trial.with_ratio(detectable_ratio(trial, sequential, null_variance))
    return _told(asked, found, sequential, "effect", end_of(observation))


def counts_stops(plan: CountsDesign, ratio: float) -> StoppingProbability:
    """Give the chance of stopping at each look if the truth is another rate ratio.

    Also for none, or one in the wrong direction; the control rate is held; futility obeyed.

    Witness: rpact getPowerCounts (plan-rpact-0184, 0186).
    """
    truth = plan.trial.with_ratio(ratio)
    asked = plan.asked
    drift = drift_of(truth, asked.stopping, asked.null_variance, plan.duration)
    toward = 1.0 if plan.plan.effect.better == "higher" else -1.0
    return plan.plan.sequential.stops(toward * drift)


def _told(
    asked: CountsQuestion,
    trial: Trial,
    sequential: GroupSequential,
    solved_for: str,
    end: float,
) -> CountsDesign:
    """Give everything there is to read of a design that has been solved."""
    comparison, accrual = trial.comparison, trial.observation.accrual
    effect = Effect(
        name="rate ratio",
        value=comparison.ratio,
        null=comparison.null,
        scale="log",
        better="lower" if comparison.distance < 0 else "higher",
    )
    needed = _information(trial, sequential, asked.null_variance, end)
    information = needed * sequential.information / sequential.information[-1]
    course, times = _course(trial, information, end)
    plan = assemble(
        "count",
        Method(_name(comparison, asked.null_variance), solved_for, _assumed(trial, end)),
        effect,
        sequential,
        course,
        _size(trial, end, sequential.inflation),
        effect_at=bounds_as_ratios(trial, times) if times is not None else None,
        drift_at=lambda ratios: drifts_of(trial, ratios, asked.stopping, asked.null_variance, end),
    )
    return CountsDesign(
        asked=asked,
        plan=plan,
        comparison=comparison,
        trial=trial,
        information=needed,
        duration=end,
        follow_up=None if accrual is None else end - accrual.duration,
    )


def _size(trial: Trial, end: float, inflation: float) -> Size:
    events = trial.events(end)
    return Size(
        allocation=trial.comparison.allocation,
        patients=trial.patients,
        whole=(whole_number(trial.control.patients), whole_number(trial.experimental.patients)),
        fixed_patients=trial.patients / inflation,
        events=events,
        fixed_events=sum(events) / inflation,
    )


def _information(
    trial: Trial, sequential: GroupSequential, null_variance: NullVariance, end: float
) -> float:
    """Give the information at the end: that needed, for one rate model; else that there is."""
    if null_variance == "true rates":
        return float((final_drift(sequential) / trial.comparison.distance) ** 2)
    return trial.information(end)


def _course(trial: Trial, information: Vector, end: float) -> tuple[Course, Vector | None]:
    """Give what has come in by each look, and when; without an accrual there is no when."""
    if trial.observation.accrual is None:
        part = information / information[-1]
        events = sum(trial.events(end)) * part
        return Course(information, vector(trial.patients * part), vector(events)), None
    times = [trial.time_of(float(i)) for i in information[:-1]]
    times.append(end)
    patients = [trial.entered(time) for time in times]
    events = [sum(trial.events(time)) for time in times]
    return (
        Course(vector(information), vector(patients), vector(events), vector(times)),
        vector(times),
    )


def _name(comparison: RateComparison, null_variance: NullVariance) -> str:
    law = "Poisson" if comparison.control_dispersion == 0 else "negative binomial"
    source = {
        "true rates": "Friede & Schmidli (2010); Zhu & Lakkis (2014), method 2",
        "control rate": "Zhu & Lakkis (2014), method 1",
        "null maximum likelihood": "Zhu & Lakkis (2014), method 3",
        "pooled rate": "variance at the pooled rate under the null",
    }
    return f"{law} rate ratio, {source[null_variance]}"


def _assumed(trial: Trial, end: float) -> tuple[str, ...]:
    told = ["each patient's events arrive at a constant rate"]
    if trial.comparison.control_dispersion or trial.comparison.experimental_dispersion:
        told.append("patients' own rates vary as a gamma distribution: counts negative binomial")
    observation = trial.observation
    if observation.accrual is not None:
        told.append(f"entry {observation.entry} over the accrual")
        told.append("bounds on the rate ratio hold the control rate at its planned value")
        if end < observation.accrual.duration:
            told.append("the information has come in before the last patient would enter")
    else:
        told.append("looks come when that part of the patients has been observed in full")
    return tuple(told)

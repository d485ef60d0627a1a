"""The plan of a trial that compares means, fixed or group-sequential.

Group-sequential t-tests keep the normal boundaries' significance levels and use t quantiles at
each look's degrees of freedom (Jennison & Turnbull 2000, §11.3; Pocock 1977):

    patients    those of the sequential z-test, times those of the fixed t-test over the z-test;
    power       that of the sequential design with drift z_α + Φ⁻¹(power of the fixed t-test);
    effect      the one whose fixed t-test has power Φ(drift - z_α).

For one look these are the exact t-test; test "z" takes the variance as known.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from equipoise.design.assemble import (
    Course,
    DriftAt,
    Method,
    Size,
    assemble,
    drift_at_full,
    final_drift,
)
from equipoise.design.checks import check_kind
from equipoise.design.continuous.comparison import MeanComparison
from equipoise.design.continuous.fixed import (
    Test,
    check_effect,
    check_patients,
    detectable_mean_effect,
    means_patients,
    tail_miss,
)
from equipoise.design.plan import Effect, Plan
from equipoise.design.printing import Printed
from equipoise.design.rounding import whole_arms
from equipoise.design.sequential.describe import EffectAt
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.normal import upper_quantile, upper_tail
from equipoise.kernel.sequential import StoppingProbability

SMALLEST = 1e-300  # a type II error below this is as good as none
NAMES = {
    "mean": "mean",
    "mean difference": "mean difference",
    "mean ratio": "ratio of means",
    "geometric mean ratio": "ratio of geometric means",
}


@dataclass(frozen=True, slots=True)
class MeansQuestion:
    """What was asked of `means_design`."""

    comparison: MeanComparison
    stopping: StoppingPlan
    power: float | None
    patients: float | None
    test: Test


@dataclass(frozen=True, slots=True, repr=False)
class MeansDesign(Printed):
    """What comparing means takes."""

    asked: MeansQuestion
    plan: Plan
    comparison: MeanComparison  # with the effect found, if it was asked for
    power_whole: float  # with whole numbers of patients in each arm


def means_design(
    comparison: MeanComparison,
    stopping: StoppingPlan | None = None,
    *,
    power: float | None = None,
    patients: float | None = None,
    test: Test = "t",
) -> MeansDesign:
    """Plan a comparison of means: give power, or patients, or both to find the effect.

    Args:
        comparison: from `mean_difference`, `one_mean`, `mean_ratio`, ...; if both `power` and
            `patients` are given, its effect tells only the direction.
        stopping: alpha, sides and looks; by default one look at one-sided 0.025.
        power: to reach.
        patients: at the last look, in all.
        test: "t" estimates the variance, "z" knows it.

    Raises:
        DesignError: where neither is given, the effect is none, or patients are too few.

    Witness: rpact getSampleSizeMeans, getPowerMeans (plan-rpact-0001 to 0039); SAS PROC POWER.

    >>> from equipoise.design.continuous.comparison import mean_difference
    >>> means_design(mean_difference(8, 15), power=0.8).plan.patients_whole
    (57, 57)
    """
    stopping = StoppingPlan() if stopping is None else stopping
    check_kind(comparison, MeanComparison, "The comparison", "`mean_difference(8, 15)`")
    check_kind(stopping, StoppingPlan, "`stopping`", "`StoppingPlan((0.5, 1.0))`, for two looks")
    asked = MeansQuestion(comparison, stopping, power, patients, test)
    if power is None and patients is None:
        raise DesignError("Give `power` to find the patients, `patients` to find the power.")
    if patients is None:
        assert power is not None  # noqa: S101 - one of the two is given
        solved_for = "patients"
        check_effect(comparison)
        sequential = group_sequential(stopping, power=power)
        fixed = _fixed(comparison, power, stopping, test)
        known = comparison.variance * (final_drift(sequential) / comparison.distance) ** 2
        patients = known * fixed / _fixed(comparison, power, stopping, "z")
    elif power is None:
        solved_for = "power"
        check_effect(comparison)
        drift = _drift(comparison, patients, stopping, test)
        sequential = group_sequential(stopping, drift=drift)
        fixed = patients / sequential.inflation
    else:
        solved_for = "effect"
        sequential = group_sequential(stopping, power=power)
        comparison = comparison.with_effect(
            _effect(comparison, sequential, patients, stopping, test)
        )
        fixed = _fixed(comparison, power, stopping, test)
    plan = _told(comparison, sequential, patients, fixed, solved_for, test)
    return MeansDesign(
        asked=asked,
        plan=plan,
        comparison=comparison,
        power_whole=_power_of_whole(comparison, sequential, plan, test),
    )


def means_stops(plan: MeansDesign, effect: float) -> StoppingProbability:
    """Give the chance of stopping at each look if the truth is another effect.

    Also for none, or one in the wrong direction; futility obeyed.

    Witness: rpact getPowerMeans (plan-rpact-0023).
    """
    sign = 1.0 if plan.plan.effect.better == "higher" else -1.0
    truth = plan.comparison.with_effect(effect)
    drift = _drift(truth, plan.plan.patients, plan.asked.stopping, plan.asked.test)
    return plan.plan.sequential.stops(drift if sign * truth.distance > 0 else -drift)


def _level(stopping: StoppingPlan) -> float:
    return stopping.alpha / stopping.sides


def _drift(
    comparison: MeanComparison, patients: float, stopping: StoppingPlan, test: Test
) -> float:
    """Give the drift whose z-test has the power of the fixed t-test; 0 or above."""
    check_patients(comparison, patients, test)
    shift = abs(comparison.distance) * float(np.sqrt(patients / comparison.variance))
    if test == "z" or shift == 0:
        return drift_at_full(shift, stopping.information)
    missed = max(SMALLEST, tail_miss(comparison, patients, shift, _level(stopping), test))
    final = upper_quantile(_level(stopping)) + upper_quantile(missed)
    return drift_at_full(final, stopping.information)


def _fixed(comparison: MeanComparison, power: float, stopping: StoppingPlan, test: Test) -> float:
    return means_patients(
        comparison,
        power,
        alpha=stopping.alpha,
        sides=stopping.sides,
        test=test,
        both_tails=stopping.power_counts == "both sides",
    )


def _effect(
    comparison: MeanComparison,
    sequential: GroupSequential,
    patients: float,
    stopping: StoppingPlan,
    test: Test,
) -> float:
    """Give the effect whose fixed test has the power that the drift has."""
    level = _level(stopping)
    toward = upper_tail(upper_quantile(level) - final_drift(sequential))
    return detectable_mean_effect(comparison, patients, toward, alpha=level, test=test)


def _told(
    comparison: MeanComparison,
    sequential: GroupSequential,
    patients: float,
    fixed: float,
    solved_for: str,
    test: Test,
) -> Plan:
    effect = Effect(
        name=NAMES[comparison.measure],
        value=comparison.effect,
        null=comparison.null,
        scale="log" if comparison.measure == "geometric mean ratio" else "identity",
        better="lower" if comparison.distance < 0 else "higher",
    )
    at_looks = patients * sequential.information / sequential.information[-1]
    information = vector(at_looks / comparison.variance)
    return assemble(
        "continuous",
        Method(_name(comparison, test), solved_for, _assumed(comparison, sequential, test)),
        effect,
        sequential,
        Course(information, vector(at_looks)),
        Size(comparison.allocation, patients, whole_arms(patients, comparison.allocation), fixed),
        effect_at=_effect_at(comparison, at_looks, test),
        drift_at=None if test == "z" else _drift_at(comparison, patients, sequential, test),
    )


def _drift_at(
    comparison: MeanComparison, patients: float, sequential: GroupSequential, test: Test
) -> DriftAt:
    """Give the rule by which other effects become drifts."""
    stopping = sequential.asked.stopping

    def at(effects: Vector) -> Vector:
        truths = [comparison.with_effect(effect) for effect in effects.tolist()]
        return np.array([_drift(truth, patients, stopping, test) for truth in truths])

    return at


def _effect_at(comparison: MeanComparison, patients: Vector, test: Test) -> EffectAt:
    """Give the estimate at a bound: its t quantile, times the standard error."""
    sign = -1.0 if comparison.distance < 0 else 1.0
    null = comparison.linear(comparison.null)

    def at(look: int, z: float) -> float:
        statistic = z
        if test == "t":
            degrees = patients[look - 1] - comparison.lost_degrees
            if degrees <= 0:  # no variance can be estimated: no estimate is large enough
                return comparison.from_linear(sign * float(np.sign(z)) * np.inf)
            statistic = -float(np.sign(z) * stdtrit(degrees, ndtr(-abs(z))))
        error = float(np.sqrt(comparison.variance / patients[look - 1]))
        return comparison.from_linear(null + sign * statistic * error)

    return at


def _power_of_whole(
    comparison: MeanComparison, sequential: GroupSequential, plan: Plan, test: Test
) -> float:
    control, experimental = plan.patients_whole
    whole = comparison.with_arms(control, experimental)
    drift = _drift(whole, control + experimental, sequential.asked.stopping, test)
    return sequential.rejection(drift)


def _name(comparison: MeanComparison, test: Test) -> str:
    if test == "z":
        return "z-test with known variance"
    if not comparison.pooled:
        return "Welch's t-test, exact (Moser, Stevens & Watts 1989)"
    if comparison.covariates:
        return "analysis of covariance, exact (Shieh 2020; Borm et al. 2007)"
    return "t-test, exact (noncentral t)"


def _assumed(
    comparison: MeanComparison, sequential: GroupSequential, test: Test
) -> tuple[str, ...]:
    told = ["outcomes are normal, and every patient counted has one"]
    if comparison.covariates:
        told.append("covariates are normal, with the same slope in both arms")
    if test == "t" and sequential.looks > 1:
        told.append(
            "group-sequential t-tests at the significance levels of the normal boundaries; "
            "patients are those of the fixed t-test times the inflation factor"
        )
    if sequential.looks > 1:
        told.append("information is in proportion to patients")
    return tuple(told)

"""Equivalence of means at one look or several.

At look k, with information I_k and bound b_k of a one-sided design at alpha, the lower margin L
is ruled out when (θ̂ - L) √I_k >= b_k and the upper one when (U - θ̂) √I_k >= b_k, each at any
look up to then; equivalence is claimed when both are (`both_tests`).

For a t-test the patients are those of the sequential z-test, times those of the fixed t-tests
over the fixed z-tests; its power is that of the z-test with so many patients fewer.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.checks import check_one_given, check_power
from equipoise.design.continuous.comparison import MeanComparison
from equipoise.design.continuous.equivalence import (
    check_margins,
    means_equivalence_patients,
    means_equivalence_power,
)
from equipoise.design.continuous.fixed import Test, bracketed_root
from equipoise.design.printing import Printed
from equipoise.design.rounding import whole_arms
from equipoise.design.sequential.both_tests import both_rejected
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector

NOMINAL = 0.8  # any power: bounds do not depend on it


@dataclass(frozen=True, slots=True)
class MeansEquivalenceQuestion:
    """What was asked of `means_equivalence_design`; one of power and patients is given."""

    comparison: MeanComparison
    lower: float
    upper: float
    stopping: StoppingPlan
    power: float | None
    patients: float | None
    test: Test


@dataclass(frozen=True, slots=True, repr=False)
class MeansEquivalenceDesign(Printed):
    """What showing equivalence of means takes."""

    asked: MeansEquivalenceQuestion
    patients: float
    patients_whole: tuple[int, int]  # control, experimental
    patients_by_look: Vector  # (looks,)
    critical: Vector  # (looks,) z of each one-sided test
    power: float
    power_by_look: Vector  # (looks,) cumulative
    alpha_at_lower: float  # chance of claiming equivalence at the lower margin
    alpha_at_upper: float
    expected_patients: float  # under the true effect assumed
    assumed: tuple[str, ...]


def means_equivalence_design(
    comparison: MeanComparison,
    stopping: StoppingPlan,
    *,
    lower: float,
    upper: float,
    power: float | None = None,
    patients: float | None = None,
    test: Test = "t",
) -> MeansEquivalenceDesign:
    """Plan a trial of equivalence: the patients for a power, or the power of so many.

    Args:
        comparison: what is compared; `effect` is the truth, its null value plays no part.
        stopping: looks, and the alpha of each one-sided test; no futility.
        lower: margin below, on the scale of the effect.
        upper: margin above.
        power: to reach; or
        patients: at the last look, in all.
        test: "t" estimates the variance, "z" knows it.

    Raises:
        DesignError: where both or neither of power and patients are given, for two-sided or
            futility rules, margins out of order, or a truth outside of them.

    Accuracy: 1e-9 relative in patients.

    Witness: `means_equivalence_patients` with one look; simulation; lrstat's rule (lr29).

    >>> from equipoise.design.continuous.comparison import mean_difference
    >>> looks = StoppingPlan((0.5, 1.0), alpha=0.05)
    >>> difference = mean_difference(0.01, 0.1)
    >>> margins = {"lower": -0.04, "upper": 0.06}
    >>> means_equivalence_design(difference, looks, power=0.8, **margins).patients_whole
    (70, 70)
    """
    asked = MeansEquivalenceQuestion(comparison, lower, upper, stopping, power, patients, test)
    check(asked)
    bounds = group_sequential(stopping, power=NOMINAL)
    if power is not None:
        known = _known_patients(asked, bounds, power)
        patients = known * _more_for_t(asked, power)
    else:
        assert patients is not None  # noqa: S101 - one of the two is given
        known = patients if test == "z" else _as_known(asked, patients)
    reached = _shown(asked, bounds, known, comparison.effect)
    by_look = patients * bounds.information / bounds.information[-1]
    claimed = np.diff(reached, prepend=0.0)[:-1]
    claimed = np.append(claimed, 1 - claimed.sum())
    return MeansEquivalenceDesign(
        asked=asked,
        patients=patients,
        patients_whole=whole_arms(patients, comparison.allocation),
        patients_by_look=vector(by_look),
        critical=vector(bounds.upper),
        power=float(reached[-1]),
        power_by_look=vector(reached),
        alpha_at_lower=float(_shown(asked, bounds, known, lower)[-1]),
        alpha_at_upper=float(_shown(asked, bounds, known, upper)[-1]),
        expected_patients=float(claimed @ by_look),
        assumed=(
            "each margin may be ruled out at a look of its own",
            "outcomes are normal, and every patient counted has one",
            *bounds.assumed,
        ),
    )


def check(asked: MeansEquivalenceQuestion) -> None:
    """Refuse what no equivalence trial can be planned for."""
    check_one_given(asked.power, asked.patients)
    check_margins(asked.comparison, asked.lower, asked.upper)
    if asked.stopping.sides != 1 or asked.stopping.futility is not None:
        raise DesignError(
            "Equivalence takes two one-sided tests: give a one-sided stopping plan without "
            "futility, alpha being that of each test."
        )
    if asked.power is not None:
        check_power(asked.power, asked.stopping.alpha)
        means_equivalence_patients(  # refuses a truth outside the margins
            asked.comparison, asked.power, lower=asked.lower, upper=asked.upper, test="z"
        )
    elif not asked.patients or asked.patients <= 0:
        raise DesignError(f"The number of patients is {asked.patients}; give one above 0.")


def _shown(
    asked: MeansEquivalenceQuestion, bounds: GroupSequential, patients: float, truth: float
) -> Vector:
    """Give the chance of a claim by each look, with a known variance."""
    linear = asked.comparison.linear
    whole = patients / asked.comparison.variance
    information = bounds.information / bounds.information[-1] * whole
    root = np.sqrt(information)
    above = linear(asked.lower) * root + bounds.upper
    below = linear(asked.upper) * root - bounds.upper
    return both_rejected(above, below, information, linear(truth))


def _known_patients(
    asked: MeansEquivalenceQuestion, bounds: GroupSequential, power: float
) -> float:
    """Give the patients for a power, with a known variance."""
    fixed = _fixed(asked, power, "z")

    def lacking(log_patients: float) -> float:
        shown = _shown(asked, bounds, float(np.exp(log_patients)), asked.comparison.effect)
        return float(shown[-1]) - power

    return float(np.exp(bracketed_root(lacking, 0.0, fixed)))


def _fixed(asked: MeansEquivalenceQuestion, power: float, test: Test) -> float:
    return means_equivalence_patients(
        asked.comparison,
        power,
        lower=asked.lower,
        upper=asked.upper,
        alpha=asked.stopping.alpha,
        test=test,
    )


def _more_for_t(asked: MeansEquivalenceQuestion, power: float) -> float:
    return 1.0 if asked.test == "z" else _fixed(asked, power, "t") / _fixed(asked, power, "z")


def _as_known(asked: MeansEquivalenceQuestion, patients: float) -> float:
    """Give the patients with whom the z-tests have the power of the fixed t-tests."""

    def reached(patients: float, test: Test) -> float:
        return means_equivalence_power(
            asked.comparison,
            patients,
            lower=asked.lower,
            upper=asked.upper,
            alpha=asked.stopping.alpha,
            test=test,
        )

    power = reached(patients, "t")
    if not 0 < power < 1:
        return patients
    if reached(patients, "z") <= power:
        return patients
    return float(
        np.exp(bracketed_root(lambda log: reached(float(np.exp(log)), "z") - power, 0.0, patients))
    )

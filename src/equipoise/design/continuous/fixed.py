"""The fixed t-test: its power with so many patients, and the patients, or the effect, for a power.

With n patients, noncentrality δ = |distance| √(n / V) and f = n - m degrees of freedom,

    power = P(T_f(δ) > t_{f, α})        one-sided; two-sided at α/2, adding P(T_f(δ) < -t) if asked.

Welch's test, unequal variances: given the ratio of the two estimated variances, which decides
its critical value, the estimate over the pooled one is noncentral t (Moser, Stevens & Watts
1989, Commun Stat Theory Methods 18: 3963).  Normal covariates: arms are never quite balanced in
them; the information is multiplied by B ~ Beta((n - 1 - q)/2, q/2) (Shieh 2020, Psychometrika
85: 101).  Both are averaged over exactly.  "z" takes the variances as known.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import ndtr, stdtrit

from equipoise.design.checks import check_alpha, check_power
from equipoise.design.continuous.comparison import MeanComparison
from equipoise.errors import DesignError
from equipoise.kernel.beta import beta_rule
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.root import root_between
from equipoise.kernel.student import (
    noncentral_t_upper_tail,
    spread_mesh,
    student_upper_quantile,
)

Test: TypeAlias = Literal["t", "z"]
MOST_PATIENTS = 1e9  # searches end here: what needs more is refused
MOST_SHIFT = 1e5  # standard errors
NODES_OF_BALANCE = 12  # of the beta rule for chance imbalance in covariates
NODES_OF_VARIANCES = 24  # for the ratio of two estimated variances


def means_power(
    comparison: MeanComparison,
    patients: float,
    *,
    alpha: float = 0.025,
    sides: Literal[1, 2] = 1,
    test: Test = "t",
    both_tails: bool = True,
) -> float:
    """Give the chance that the test succeeds with so many patients in all.

    Args:
        comparison: what is compared.
        patients: in all, not necessarily whole.
        alpha: for `sides` together.
        sides: of the test.
        test: "t" estimates the variance, "z" knows it.
        both_tails: of a two-sided test, count rejecting in the wrong direction too.

    Raises:
        DesignError: with too few patients to estimate a variance.

    Accuracy: 1e-12 absolute.

    Witness: R `power.t.test`, pwr, SAS PROC POWER; simulation-free double integration for
        Welch's test and covariates.

    >>> from equipoise.design.continuous.comparison import mean_difference
    >>> round(means_power(mean_difference(8, 15), 114, alpha=0.05, sides=2), 3)
    0.806
    """
    check_patients(comparison, patients, test)
    shift = comparison.distance * float(np.sqrt(patients / comparison.variance))
    level = alpha / sides
    toward = tail_power(comparison, patients, abs(shift), level, test)
    if sides == 1 or not both_tails:
        return toward
    return toward + tail_power(comparison, patients, -abs(shift), level, test)


def means_patients(
    comparison: MeanComparison,
    power: float,
    *,
    alpha: float = 0.025,
    sides: Literal[1, 2] = 1,
    test: Test = "t",
    both_tails: bool = True,
) -> float:
    """Give the patients in all, with their fraction, that reach a power.

    Raises:
        DesignError: where the effect is none, or no number of patients is enough.

    Accuracy: 1e-10 relative.

    Witness: SAS PROC POWER; rpact getSampleSizeMeans (kMax = 1), whose root is found to 1e-4.

    >>> from equipoise.design.continuous.comparison import mean_difference
    >>> round(means_patients(mean_difference(1.3, 2), 0.9, test="z"), 6)
    99.478562
    """
    check_effect(comparison)
    check_alpha(alpha)
    check_power(power, alpha)

    def lacking(log_patients: float) -> float:
        patients = float(np.exp(log_patients))
        reached = means_power(
            comparison, patients, alpha=alpha, sides=sides, test=test, both_tails=both_tails
        )
        return reached - power

    drift = upper_quantile(alpha / sides) + upper_quantile(1 - power)
    guess = comparison.variance * (drift / comparison.distance) ** 2
    check_size(guess)
    if test == "z" and (sides == 1 or not both_tails):
        return guess
    lowest = fewest_patients(comparison) * (1 + 1e-12) if test == "t" else 0.0
    if test == "t" and lacking(float(np.log(lowest))) > 0:
        return lowest
    return float(np.exp(bracketed_root(lacking, lowest, max(guess, lowest * 1.01))))


def detectable_mean_effect(
    comparison: MeanComparison,
    patients: float,
    power: float,
    *,
    alpha: float = 0.025,
    sides: Literal[1, 2] = 1,
    test: Test = "t",
    both_tails: bool = True,
) -> float:
    """Give the effect that so many patients show with a given power.

    On the side of the null value where `comparison.effect` lies (above, where it is equal).

    Raises:
        DesignError: with too few patients to estimate a variance.

    Accuracy: 1e-10 relative.

    Witness: law: `means_power` at this effect is the power.
    """
    check_alpha(alpha)
    check_power(power, alpha)
    check_patients(comparison, patients, test)

    def lacking(noncentrality: float) -> float:
        level = alpha / sides
        reached = tail_power(comparison, patients, noncentrality, level, test)
        if sides == 2 and both_tails:  # noqa: PLR2004
            reached += tail_power(comparison, patients, -noncentrality, level, test)
        return reached - power

    high = upper_quantile(alpha / sides) + upper_quantile(1 - power) + 1.0
    while lacking(high) < 0:
        high *= 2
    noncentrality = root_between(lacking, 0.0, high)
    away = noncentrality * float(np.sqrt(comparison.variance / patients))
    direction = -1.0 if comparison.distance < 0 else 1.0
    return comparison.from_linear(comparison.linear(comparison.null) + direction * away)


def tail_power(
    comparison: MeanComparison, patients: float, shift: float, level: float, test: Test
) -> float:
    """Give P(statistic > its critical value) when its mean is `shift` standard errors.

    Witness: `means_power`.
    """
    return _tail(comparison, patients, shift, level, test, sign=1.0)


def tail_miss(
    comparison: MeanComparison, patients: float, shift: float, level: float, test: Test
) -> float:
    """Give P(statistic <= its critical value), exact also where it is tiny.

    Witness: law: with `tail_power` it adds to 1.
    """
    return _tail(comparison, patients, shift, level, test, sign=-1.0)


def _tail(
    comparison: MeanComparison,
    patients: float,
    shift: float,
    level: float,
    test: Test,
    *,
    sign: float,
) -> float:
    """Give the chance above (sign 1) or below (sign -1) the critical value.

    Raises:
        DesignError: where the effect is so many standard errors that nothing is left to chance.
    """
    if not abs(shift) <= MOST_SHIFT:
        raise DesignError(
            f"The effect is {abs(shift):.3g} standard errors from its null value, too much for a "
            "trial to be needed; check the units of the standard deviation, and the patients."
        )
    if test == "z":
        return float(ndtr(sign * (shift - upper_quantile(level))))
    degrees = patients - comparison.lost_degrees
    if not comparison.pooled:
        return _welch(comparison, patients, shift, level, sign)
    critical = student_upper_quantile(level, degrees)
    if not comparison.covariates:
        return noncentral_t_upper_tail(sign * critical, degrees, sign * shift)
    left = patients - 1 - comparison.covariates
    kept, mass = beta_rule(left / 2, comparison.covariates / 2, nodes=NODES_OF_BALANCE)
    spread, weight = spread_mesh(degrees, abs(shift))
    inside = shift * np.sqrt(kept)[:, None] - critical * spread
    return float(mass @ ndtr(sign * inside) @ weight)


def check_patients(comparison: MeanComparison, patients: float, test: Test) -> None:
    """Refuse what is no number of patients, and so few that no variance can be estimated."""
    lowest = fewest_patients(comparison) if test == "t" else 0.0
    if not 0 < patients < np.inf:
        raise DesignError(f"The patients in all are {patients:g}; give a number above 0.")
    if not patients >= lowest:
        raise DesignError(
            f"{patients:g} patients do not leave a degree of freedom for the variance; "
            f'take {lowest:g} or more, or test="z" with a known variance.'
        )


def fewest_patients(comparison: MeanComparison) -> float:
    """Give the fewest patients that leave a degree of freedom for every variance.

    Witness: its definition.
    """
    if comparison.pooled:
        return comparison.lost_degrees + 1
    return 2 / min(comparison.shares)


def _welch(
    comparison: MeanComparison, patients: float, shift: float, level: float, sign: float
) -> float:
    """Average the noncentral t over the ratio of the two estimated variances."""
    control, experimental = (share * patients for share in comparison.shares)
    first, second = experimental - 1, control - 1  # degrees of freedom
    true_first = comparison.experimental_standard_deviation**2 / experimental
    true_second = comparison.standard_deviation**2 / control
    share, mass = beta_rule(
        first / 2, second / 2, nodes=NODES_OF_VARIANCES
    )  # chi²₁ / (chi²₁ + chi²₂)
    total = first + second
    part_first = true_first * share * total / first
    part_second = true_second * (1 - share) * total / second
    estimated = part_first + part_second
    degrees = estimated**2 / (part_first**2 / first + part_second**2 / second)
    critical = -stdtrit(degrees, level) * np.sqrt(estimated / (true_first + true_second))
    spread, weight = spread_mesh(total, abs(shift))
    return float(mass @ ndtr(sign * (shift - critical[:, None] * spread)) @ weight)


def check_effect(comparison: MeanComparison) -> None:
    """Refuse to look for what is not there."""
    if comparison.distance == 0 or not np.isfinite(comparison.distance):
        raise DesignError(
            f"The {comparison.measure} under the alternative, {comparison.effect:g}, is its null "
            "value; no number of patients shows a difference that is not there. Give an effect "
            "away from it."
        )


def check_size(patients: float) -> None:
    """Refuse a trial that no one can run."""
    if not patients < MOST_PATIENTS:
        raise DesignError(
            f"Even {MOST_PATIENTS:g} patients do not reach this power; "
            "give an effect further from the null value, or less power."
        )


def bracketed_root(lacking: Callable[[float], float], lowest: float, guess: float) -> float:
    """Find log n where `lacking`, rising in n, is 0, from a guess outward.

    Witness: `means_patients`.

    Raises:
        DesignError: where a billion patients are not enough.
    """
    low, high = float(np.log(max(guess * 0.8, lowest))), float(np.log(guess * 1.25))
    while lacking(high) < 0:
        low, high = high, high + 1.0
        check_size(float(np.exp(high)))
    while lacking(low) > 0:
        low, high = max(low - 0.7, float(np.log(lowest)) if lowest > 0 else low - 0.7), low
    return root_between(lacking, low, high)

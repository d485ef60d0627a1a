"""Two response rates compared exactly: power by enumeration, size guaranteed.

    fisher           reject if Fisher's p ≤ α; conditional, conservative
    boschloo         order the tables by Fisher's p, reject as many as the size allows
    unconditional    order them by the score statistic (Suissa & Shuster 1985; Chan 1998)
    score, wald, …   the z tests as they are: reject if z ≥ z_α; their true size is told

For "boschloo" and "unconditional" the size is the largest chance of rejecting over all rates
that satisfy the null, and is at most α (see `kernel/two_binomials`).  Power is not monotone in
the patients: `smallest` is the first size with the power, `lasting` the first from which the
next `LASTING` sizes have it too.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.design.binary.rates import TwoRates, checked, spread
from equipoise.design.binary.tables import ExactMethod, one_sided_fisher, side, z_statistic
from equipoise.design.checks import check_alpha
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.two_binomials import (
    fisher_two_sided,
    fisher_two_sided_region,
    largest_region,
    most_power_given_total,
    region_chance,
    region_size,
    smallest_region,
)

Choice = Literal["smallest", "lasting"]
LASTING = 10
MOST_PATIENTS = 2000
ROUNDING = 1e-12
SLACK = 1e-9  # relative, of a p-value that equals alpha
START = 0.5  # of the approximate size: no smaller size is tried


@dataclass(frozen=True, slots=True)
class ExactBinaryQuestion:
    """What is asked of an exact comparison of two rates."""

    rates: TwoRates
    method: ExactMethod
    alpha: float = 0.025
    sides: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True, repr=False)
class ExactBinaryDesign(Printed):
    """Whole numbers of patients, their exact power, and the true size of the test."""

    asked: ExactBinaryQuestion
    control_patients: int
    experimental_patients: int
    power: float
    size: float  # largest chance of rejecting under the null
    worst_control_rate: float  # where it is largest
    critical_value: float  # of z, or of Fisher's p for "fisher" and "boschloo"
    solved_for: Literal["power", "patients"]
    assumed: tuple[str, ...]

    @property
    def patients(self) -> int:
        """Patients in both arms."""
        return self.control_patients + self.experimental_patients


def exact_binary_power(
    asked: ExactBinaryQuestion, control_patients: int, experimental_patients: int
) -> ExactBinaryDesign:
    """Give the exact power, and the true size, of a comparison of two rates.

    Args:
        asked: the question.
        control_patients: in the control arm.
        experimental_patients: in the experimental arm.

    Raises:
        DesignError: The question contradicts itself, or the tables are too many.

    Accuracy: power to 1e-12; size to 1e-8 (a search over the nuisance rate).

    Witness: R `fisher.test` over all tables; enumeration (tests/twice); lrstat.

    >>> question = ExactBinaryQuestion(TwoRates(0.2, 0.5), "fisher", alpha=0.05, sides=2)
    >>> round(exact_binary_power(question, 46, 46).power, 4)
    0.8186
    """
    _check(asked)
    _check_sizes(control_patients, experimental_patients)
    return _design(asked, control_patients, experimental_patients, "power")


def exact_binary_patients(
    asked: ExactBinaryQuestion, *, power: float, choice: Choice = "smallest", balanced: bool = True
) -> ExactBinaryDesign:
    """Find the smallest whole numbers of patients with the power.

    Args:
        asked: rates, test and alpha.
        power: chance of rejecting at the planned rates.
        choice: the first size with the power, or the first that keeps it for a while.
        balanced: with equal allocation, only sizes with equal arms; otherwise every total.

    Raises:
        DesignError: The question contradicts itself, or more patients are needed than can be
            enumerated.

    Witness: scan by `exact_binary_power` (tests/laws); lrstat's examples (tests/reference).
    """
    _check(asked)
    if not asked.alpha < power < 1:
        raise DesignError(f"Power must lie between alpha {asked.alpha:g} and 1, found {power:g}.")
    in_a_row: list[tuple[int, int]] = []
    wanted = 1 if choice == "smallest" else LASTING
    for control, experimental in _sizes(asked, power, balanced=balanced):
        if _reaches(asked, control, experimental, power):
            in_a_row.append((control, experimental))
            if len(in_a_row) == wanted:
                return _design(asked, *in_a_row[0], "patients")
        else:
            in_a_row.clear()
    raise DesignError(
        f"More than {MOST_PATIENTS} patients are needed for a power of {power:g}; that many are "
        "not enumerated. Use the normal approximation (binary_design)."
    )


def rejection_region(
    asked: ExactBinaryQuestion, control_patients: int, experimental_patients: int
) -> tuple[Flags, float]:
    """Give the tables (experimental, control responders) that reject, and the critical value.

    Witness: R `fisher.test`; enumeration of all tables (tests/twice).
    """
    n0, n1 = control_patients, experimental_patients
    each = asked.alpha / asked.sides
    if asked.method == "fisher" and asked.sides > 1:
        return fisher_two_sided_region(n1, n0, asked.alpha * (1 + SLACK)), asked.alpha
    if asked.method == "fisher":
        return np.asarray(one_sided_fisher(asked.rates, n1, n0) <= each * (1 + SLACK)), each
    if asked.method in ("boschloo", "unconditional"):
        statistic = _ordering(asked, n1, n0)
        null, low, high = null_curve(asked.rates)
        region, critical = largest_region(statistic, asked.alpha, null, low, high)
        return region, float(np.exp(-critical)) if asked.method == "boschloo" else critical
    z = side(asked.rates) * z_statistic(asked.rates, asked.method, n1, n0)
    critical = upper_quantile(each)
    seen = z if asked.sides == 1 else np.abs(z)
    return np.asarray(seen >= critical - ROUNDING), critical


def null_curve(rates: TwoRates) -> tuple[Callable[[Vector], Vector], float, float]:
    """Give the experimental rate of the null for a control rate, and the control rates allowed.

    Witness: `experimental_rate` of the null effect.
    """
    null = rates.null_effect
    if rates.measure == "risk difference":
        return lambda p: p + null, max(0.0, -null), min(1.0, 1.0 - null)
    if rates.measure == "risk ratio":
        return lambda p: p * null, 0.0, min(1.0, 1.0 / null)
    return lambda p: p * null / (1 - p + p * null), 0.0, 1.0


def _sizes(asked: ExactBinaryQuestion, power: float, *, balanced: bool) -> list[tuple[int, int]]:
    """List whole sizes to try: one patient more at a time, split as allocated."""
    found = spread(replace(asked.rates, test="score"))
    about = found.fixed_patients(
        upper_quantile(asked.alpha / asked.sides), upper_quantile(1 - power)
    )
    share = asked.rates.allocation / (1 + asked.rates.allocation)
    equal = balanced and asked.rates.allocation == 1
    totals = range(max(2, int(START * about)), MOST_PATIENTS + 1)
    totals = range(totals.start + totals.start % 2, totals.stop, 2) if equal else totals
    arms = [(total - (n1 := int(np.floor(total * share + 0.5))), n1) for total in totals]
    arms = [(n0, n1) for n0, n1 in arms if n0 > 0 < n1]
    if asked.method != "fisher":
        return arms
    fewer = bisect_left(arms, about, key=sum)
    return arms[_too_few(asked, arms[:fewer], power) :]


def _too_few(asked: ExactBinaryQuestion, sizes: list[tuple[int, int]], power: float) -> int:
    """Tell how many of growing sizes cannot give Fisher's test the power.

    It keeps alpha given the total of successes: no such test has more power than the best one,
    whose power grows with the patients.
    """
    rates = asked.rates

    def enough(arms: tuple[int, int]) -> bool:
        control, experimental = arms
        most = most_power_given_total(
            experimental, control, rates.experimental, rates.control, asked.alpha * (1 + SLACK)
        )
        return most >= power - ROUNDING

    return bisect_left(sizes, True, key=enough)  # noqa: FBT003 - what is looked for


def _reaches(asked: ExactBinaryQuestion, n0: int, n1: int, power: float) -> bool:
    """Tell whether so many patients have the power.

    Where the size is guaranteed, the smallest region with the power must keep it: that asks
    for one worst case, not for the whole search of the critical value.
    """
    if asked.method not in ("boschloo", "unconditional"):
        return _power(asked, rejection_region(asked, n0, n1)[0]) >= power
    rates = asked.rates
    region = smallest_region(_ordering(asked, n1, n0), rates.experimental, rates.control, power)
    null, low, high = null_curve(rates)
    middle = np.clip(np.array([rates.control, (rates.control + rates.experimental) / 2]), low, high)
    if region_chance(region, np.clip(null(middle), 0.0, 1.0), middle).max() > asked.alpha:
        return False
    return region_size(region, null, low, high)[0] <= asked.alpha


def _design(
    asked: ExactBinaryQuestion, n0: int, n1: int, solved_for: Literal["power", "patients"]
) -> ExactBinaryDesign:
    region, critical = rejection_region(asked, n0, n1)
    size, worst = region_size(region, *null_curve(asked.rates))
    return ExactBinaryDesign(
        asked=asked,
        control_patients=n0,
        experimental_patients=n1,
        power=_power(asked, region),
        size=size,
        worst_control_rate=worst,
        critical_value=critical,
        solved_for=solved_for,
        assumed=(
            "Chances are exact: every 2 × 2 table is enumerated.",
            "The size is the largest chance of rejecting over all rates of the null.",
        ),
    )


def _power(asked: ExactBinaryQuestion, region: Flags) -> float:
    rates = asked.rates
    return float(
        region_chance(region, np.array([rates.experimental]), np.array([rates.control]))[0]
    )


def _ordering(asked: ExactBinaryQuestion, n1: int, n0: int) -> Matrix:
    if asked.method == "boschloo":
        p = one_sided_fisher(asked.rates, n1, n0) if asked.sides == 1 else fisher_two_sided(n1, n0)
        with np.errstate(divide="ignore"):
            return np.asarray(-np.log(p))
    z = side(asked.rates) * z_statistic(asked.rates, "score", n1, n0)
    return z if asked.sides == 1 else np.abs(z)


def _check(asked: ExactBinaryQuestion) -> None:
    checked(replace(asked.rates, test="score"))
    check_alpha(asked.alpha)
    no_difference = asked.rates.null_effect == replace(asked.rates, null=None).null_effect
    if asked.method in ("fisher", "boschloo", "arcsine") and not no_difference:
        raise DesignError(
            f"The {asked.method} test has no margin, found a null {asked.rates.measure} of "
            f"{asked.rates.null_effect:g}. Use the method 'unconditional' or 'score'."
        )
    offered = {"wald": ("risk difference", "risk ratio"), "log wald": ("risk ratio", "odds ratio")}
    if asked.rates.measure not in offered.get(asked.method, (asked.rates.measure,)):
        raise DesignError(
            f"A {asked.rates.measure} has no exact enumeration of the {asked.method} test. "
            "Use the method 'score'."
        )


def _check_sizes(control: int, experimental: int) -> None:
    both = (control, experimental)
    if not (all(float(n).is_integer() and n >= 1 for n in both) and sum(both) <= MOST_PATIENTS):
        raise DesignError(
            f"Each arm needs a patient, and both together at most {MOST_PATIENTS}, found "
            f"{control} and {experimental}. Use the normal approximation for larger trials."
        )

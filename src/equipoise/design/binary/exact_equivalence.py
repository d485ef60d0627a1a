"""Equivalence of two response rates, exactly: two unconditional tests, each of size α.

Equivalence is claimed for the tables that reject both "effect ≤ lower" and "effect ≥ upper",
each ordered by its score statistic with the smallest critical value that keeps α over all
rates of its null (Chan 1998, Statist. Med. 17:1403; Farrington & Manning 1990).
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.binary.exact import (
    ExactBinaryQuestion,
    null_curve,
    rejection_region,
)
from equipoise.design.binary.rates import TwoRates
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.two_binomials import region_chance, region_size


@dataclass(frozen=True, slots=True, repr=False)
class ExactBinaryEquivalence(Printed):
    """Whole numbers of patients, and the exact chance of claiming equivalence."""

    rates: TwoRates
    limits: tuple[float, float]
    alpha: float  # of each of the two tests
    control_patients: int
    experimental_patients: int
    power: float
    sizes: tuple[float, float]  # largest chance of a claim at the lower and at the upper limit
    critical_values: tuple[float, float]  # z from the lower limit up, and from the upper down
    assumed: tuple[str, ...]


def exact_binary_equivalence_power(
    rates: TwoRates,
    lower: float,
    upper: float,
    control_patients: int,
    experimental_patients: int,
    alpha: float = 0.05,
) -> ExactBinaryEquivalence:
    """Give the exact power of an equivalence trial.

    Args:
        rates: both rates and the measure; its null and test are not used.
        lower: least effect that is still equivalent.
        upper: largest effect that is still equivalent.
        control_patients: of the control arm.
        experimental_patients: of the experimental arm.
        alpha: of each of the two one-sided tests.

    Raises:
        DesignError: The effect is not between the limits, or the tables are too many.

    Accuracy: power to 1e-12.

    Witness: both tests one by one (tests/twice/test_design_binary.py).

    >>> found = exact_binary_equivalence_power(TwoRates(0.775, 0.775), -0.2, 0.2, 100, 100)
    >>> round(found.power, 3)
    0.917
    """
    if not lower < rates.effect < upper:
        raise DesignError(
            f"The planned {rates.measure} {rates.effect:g} must lie between the limits of "
            f"equivalence, found {lower:g} and {upper:g}. Move the limits or the rates."
        )
    from_lower, from_upper = (
        ExactBinaryQuestion(replace(rates, null=limit), "unconditional", alpha)
        for limit in (lower, upper)
    )
    below, low = rejection_region(from_lower, control_patients, experimental_patients)
    above, high = rejection_region(from_upper, control_patients, experimental_patients)
    claims = below & above
    power = region_chance(claims, np.array([rates.experimental]), np.array([rates.control]))
    sizes = [region_size(claims, *null_curve(asked.rates))[0] for asked in (from_lower, from_upper)]
    return ExactBinaryEquivalence(
        rates=rates,
        limits=(lower, upper),
        alpha=alpha,
        control_patients=control_patients,
        experimental_patients=experimental_patients,
        power=float(power[0]),
        sizes=(sizes[0], sizes[1]),
        critical_values=(low, high),
        assumed=("Two exact unconditional score tests, each with the whole alpha.",),
    )

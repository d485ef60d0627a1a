"""Equivalence of two response rates: two one-sided tests, at one look or several.

With estimate θ̂_k ~ N(θ, 1/I_k) and limits L < U, look k rejects "θ ≤ L" if
(θ̂_k - L)√I_k ≥ b_k and "θ ≥ U" if (U - θ̂_k)√I_k ≥ b_k; equivalence is claimed once both are
rejected (`both_tests`).  Variances are those of the planned rates; ratios are taken on the log
scale.  Alpha is spent by each of the two tests.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.binary.rates import Measure, RateTest, TwoRates, checked, effect_of, spread
from equipoise.design.checks import check_one_given, check_power
from equipoise.design.printing import Printed
from equipoise.design.rounding import after_control
from equipoise.design.sequential.both_tests import both_rejected
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.root import root_between

MOST_PATIENTS = 1e9
NOMINAL = 0.8  # any power: the bounds do not depend on it


@dataclass(frozen=True, slots=True)
class BinaryEquivalenceQuestion:
    """What is asked of an equivalence trial; one of power and patients is given."""

    control: float
    experimental: float
    measure: Measure
    lower: float  # limits of the effect, on the scale of the measure
    upper: float
    allocation: float
    stopping: StoppingPlan  # alpha of each one-sided test; no futility
    power: float | None
    patients: float | None


@dataclass(frozen=True, slots=True)
class BinaryEquivalenceLook:
    """One look: what must be seen to rule out each limit, and how likely a claim is."""

    patients: float
    z: float  # of each one-sided test
    above: float  # an estimate at or above this rules out the lower limit
    below: float  # an estimate at or below this rules out the upper limit
    claim: float  # chance of a claim first at this look, as planned
    claim_at_lower: float  # likewise if the lower limit were true
    claim_at_upper: float


@dataclass(frozen=True, slots=True, repr=False)
class BinaryEquivalenceDesign(Printed):
    """An equivalence trial of two response rates."""

    asked: BinaryEquivalenceQuestion
    patients: float
    patients_whole: tuple[int, int]  # control, experimental
    power: float
    alpha_attained: tuple[float, float]  # at the lower and at the upper limit
    looks: tuple[BinaryEquivalenceLook, ...]
    expected_patients: float
    assumed: tuple[str, ...]


def binary_equivalence_design(
    rates: TwoRates,
    lower: float,
    upper: float,
    *,
    power: float | None = None,
    patients: float | None = None,
    stopping: StoppingPlan | None = None,
) -> BinaryEquivalenceDesign:
    """Solve for the patients a power needs, or for the power of so many patients.

    Args:
        rates: both rates, the measure and the allocation; its null and test are not used.
        lower: least effect that is still equivalent.
        upper: largest effect that is still equivalent.
        power: chance of claiming equivalence at the planned rates.
        patients: in both arms.
        stopping: looks and alpha of each one-sided test; None for one look at 0.05.

    Raises:
        DesignError: The planned effect is not between the limits, or the question contradicts
            itself.

    Accuracy: 1e-9 in the power.

    Witness: closed form for one look (tests/twice); lrstat `getDesignRiskDiffEquiv`.

    >>> design = binary_equivalence_design(TwoRates(0.75, 0.75), -0.15, 0.15, power=0.8)
    >>> round(design.patients, 2)
    285.46
    """
    asked = BinaryEquivalenceQuestion(
        rates.control,
        rates.experimental,
        rates.measure,
        lower,
        upper,
        rates.allocation,
        stopping or StoppingPlan(alpha=0.05),
        power,
        patients,
    )
    _check(asked)
    walk = _Walk.of(asked)
    n = patients if patients is not None else walk.patients_for(power or NOMINAL)
    return _described(asked, walk, n)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The canonical scale: distances to the limits in units of one patient's deviation."""

    fraction: Vector
    bound: Vector
    to_lower: float  # (θ - L) / σ
    to_upper: float  # (U - θ) / σ

    @staticmethod
    def of(asked: BinaryEquivalenceQuestion) -> "_Walk":
        test: RateTest = "wald" if asked.measure == "risk difference" else "log wald"
        rates = TwoRates(
            asked.control, asked.experimental, asked.measure, asked.lower, test, asked.allocation
        )
        from_lower = spread(rates)
        from_upper = spread(replace(rates, null=asked.upper))
        design = group_sequential(asked.stopping, power=NOMINAL)
        sd = from_lower.alternative_sd
        return _Walk(
            design.information, design.upper, from_lower.distance / sd, -from_upper.distance / sd
        )

    def claims(self, patients: float, shift: float = 0.0) -> Vector:
        """Give the chance of a claim by each look, the truth moved by `shift` deviations."""
        information = self.fraction / self.fraction[-1]
        root = np.sqrt(patients * information)
        above = self.bound - (self.to_lower + shift) * root
        below = (self.to_upper - shift) * root - self.bound
        return both_rejected(above, below, information, 0.0)

    def patients_for(self, power: float) -> float:
        low = high = 2.0
        while self.claims(high)[-1] < power:
            low, high = high, 2 * high
            if high > MOST_PATIENTS:
                raise DesignError(
                    f"More than {MOST_PATIENTS:g} patients are needed for a power of {power:g}. "
                    "Widen the limits."
                )
        return root_between(lambda n: float(self.claims(n)[-1]) - power, low, high)


def _described(asked: BinaryEquivalenceQuestion, walk: _Walk, n: float) -> BinaryEquivalenceDesign:
    claims = walk.claims(n)
    at_lower = walk.claims(n, -walk.to_lower)
    at_upper = walk.claims(n, walk.to_upper)
    first = [np.diff(chance, prepend=0.0) for chance in (claims, at_lower, at_upper)]
    patients = walk.fraction / walk.fraction[-1] * n
    above, below = _limits(asked, walk, patients)
    columns = (patients, walk.bound, above, below, *first)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return BinaryEquivalenceDesign(
        asked=asked,
        patients=float(n),
        patients_whole=after_control(n, asked.allocation),
        power=float(claims[-1]),
        alpha_attained=(float(at_lower[-1]), float(at_upper[-1])),
        looks=tuple(BinaryEquivalenceLook(*row) for row in rows),
        expected_patients=float(patients[-1] - claims[:-1] @ np.diff(patients)),
        assumed=(
            "Two one-sided tests, each with the whole alpha; variances of the planned rates.",
            "Equivalence is claimed once both limits have been ruled out, at one look or at two.",
        ),
    )


def _limits(
    asked: BinaryEquivalenceQuestion, walk: _Walk, patients: Vector
) -> tuple[Vector, Vector]:
    """Give the estimates that rule out each limit, on the scale of the measure."""
    log = asked.measure != "risk difference"
    effect = effect_of(asked.measure, asked.experimental, asked.control)
    ends = np.array([asked.lower, asked.upper, effect])
    lower, upper, planned = np.log(ends) if log else ends
    sd = (planned - lower) / walk.to_lower
    reach = walk.bound * sd / np.sqrt(patients)
    above, below = lower + reach, upper - reach
    return (np.exp(above), np.exp(below)) if log else (above, below)


def _check(asked: BinaryEquivalenceQuestion) -> None:
    rates = TwoRates(asked.control, asked.experimental, asked.measure, allocation=asked.allocation)
    checked(replace(rates, test="score"), equal=True)
    effect = effect_of(asked.measure, asked.experimental, asked.control)
    least = -1.0 if asked.measure == "risk difference" else 0.0
    if not least < asked.lower < effect < asked.upper:
        raise DesignError(
            f"The planned {asked.measure} {effect:g} must lie between the limits of equivalence, "
            f"found {asked.lower:g} and {asked.upper:g}. Move the limits or the rates."
        )
    check_one_given(asked.power, asked.patients)
    if asked.power is not None:
        check_power(asked.power)
    if asked.patients is not None and not 1 < asked.patients < MOST_PATIENTS:
        raise DesignError(f"Patients must number more than 1, found {asked.patients:g}.")
    if asked.stopping.sides != 1 or asked.stopping.futility is not None:
        raise DesignError(
            "An equivalence trial has two one-sided tests and no futility bound. "
            "Set sides to 1 and leave futility out."
        )

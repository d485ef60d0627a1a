"""The rules that draw a boundary: what a protocol says, before any number is computed.

Looks are counted from 1.  `looks=None` means at every look.  Futility is *binding* when the
efficacy boundary relies on it (the type I error is then computed as if it is always obeyed).
A two-sided test stops for futility at or below a bound by z, effect, conditional or predictive
power (and above the efficacy bound of its lower side), and goes on only above it; what spends
beta, Pampallona and Tsiatis' rule and `FixedFutility(z, symmetric=True)` are wedges about zero.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from equipoise.design.checks import numbers_of
from equipoise.kernel.arrays import Vector

O_BRIEN_FLEMING, POCOCK = 0.0, 0.5  # the deltas of Wang and Tsiatis that bear names


class Spending(Protocol):
    """How much of an error budget is spent by a fraction of the information (or of time)."""

    def __call__(self, fraction: Vector, total: float) -> Vector:
        """Give the cumulative error spent; 0 at 0, `total` at 1 and beyond, never falling."""
        ...


@dataclass(frozen=True, slots=True)
class SpendAlpha:
    """Efficacy bounds that spend the type I error as a function of information or time."""

    spending: Spending
    looks: tuple[int, ...] | None = None  # where efficacy is tested


@dataclass(frozen=True, slots=True)
class SpendBothSides:
    """A two-sided test whose sides spend different budgets by different functions."""

    upper: Spending
    lower: Spending
    alpha_lower: float  # of the total alpha; the rest is the upper side's
    looks: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class WangTsiatis:
    """Bounds C t^(delta - 1/2): 0 is O'Brien & Fleming (1979), 1/2 is Pocock (1977)."""

    delta: float


@dataclass(frozen=True, slots=True)
class OptimalWangTsiatis:
    """The delta with the smallest expected information."""

    under: Literal["alternative", "halfway", "null", "all three", "alternative and maximum"] = (
        "alternative"
    )


@dataclass(frozen=True, slots=True)
class HaybittlePeto:
    """A constant interim z; the last bound spends what is left of alpha."""

    z: float = 3.0


@dataclass(frozen=True, slots=True)
class PampallonaTsiatis:
    """Efficacy and futility bounds C₁ t^(δ₁-1/2) and drift·√t - C₀ t^(δ₀-1/2) that meet at the end.

    Pampallona & Tsiatis (1994).  Takes the place of a futility rule.
    """

    delta_efficacy: float
    delta_futility: float
    binding: bool = True


@dataclass(frozen=True, slots=True)
class FixedEfficacy:
    """Efficacy bounds as given, on the z scale; `inf` where none.  Alpha follows from them."""

    z: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "z", numbers_of(self.z, "The z of efficacy", "(2.96, 1.97)"))


@dataclass(frozen=True, slots=True)
class InterimEfficacy:
    """Interim bounds as given, on the z scale; the last bound spends what is left of alpha."""

    z: tuple[float, ...]  # one for each interim look; `inf` where none

    def __post_init__(self) -> None:
        object.__setattr__(self, "z", numbers_of(self.z, "The z of efficacy", "(2.96,)"))


@dataclass(frozen=True, slots=True)
class NoInterimEfficacy:
    """Efficacy is tested at the last look only."""


EfficacyRule: TypeAlias = (
    SpendAlpha
    | SpendBothSides
    | WangTsiatis
    | OptimalWangTsiatis
    | HaybittlePeto
    | PampallonaTsiatis
    | FixedEfficacy
    | InterimEfficacy
    | NoInterimEfficacy
)


@dataclass(frozen=True, slots=True)
class SpendBeta:
    """Futility bounds that spend the type II error under the alternative."""

    spending: Spending
    binding: bool = False
    looks: tuple[int, ...] | None = None
    respread: bool = True  # two-sided: what looks too early for a wedge would spend, over the rest


@dataclass(frozen=True, slots=True)
class SpendUnderNull:
    """A lower bound that spends `total` under the null hypothesis, as a bound for harm does.

    `total=None`: all but the chance of a claim, so that it meets efficacy at the last look.
    """

    spending: Spending
    total: float | None
    binding: bool = False
    looks: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class FixedFutility:
    """Stop at or below these z at interim looks; `-inf` where none.

    As many as looks, or one less: the last look decides by efficacy alone.  In a two-sided test
    `symmetric` stops where |z| is below them instead: a wedge around no effect.
    """

    z: tuple[float, ...]
    binding: bool = False
    symmetric: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "z", numbers_of(self.z, "The z of futility", "(0.5,)"))


@dataclass(frozen=True, slots=True)
class EffectFutility:
    """Stop when the estimated effect is below a fraction of the design's effect.

    On the scale that is linear in z (log hazard ratio, difference): 0 is no effect seen,
    1 the effect planned for.  One for each interim look, or one for all.
    """

    fraction: tuple[float, ...]
    binding: bool = False

    def __post_init__(self) -> None:
        numbers = numbers_of(self.fraction, "The fraction of the planned effect", "(0.2,)")
        object.__setattr__(self, "fraction", numbers)


@dataclass(frozen=True, slots=True)
class ConditionalPowerFutility:
    """Stop when the chance of success at the end falls below a threshold, or one for each look.

    `given` is the effect assumed for the rest of the trial: the design's, the one seen so
    far, or a multiple of the design's.
    """

    below: float | tuple[float, ...]
    given: Literal["design", "trend"] | float = "design"
    binding: bool = False
    looks: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class PredictivePowerFutility:
    """Stop when the predictive power falls below a threshold, or one for each look.

    Conditional power averaged over what is known of the effect: a normal prior on the drift
    (E[Z] at full information), in units of the design's drift; flat if `prior_sd` is None.
    """

    below: float | tuple[float, ...]
    prior_mean: float = 1.0
    prior_sd: float | None = None
    binding: bool = False
    looks: tuple[int, ...] | None = None


FutilityRule: TypeAlias = (
    SpendBeta
    | SpendUnderNull
    | FixedFutility
    | EffectFutility
    | ConditionalPowerFutility
    | PredictivePowerFutility
)


@dataclass(frozen=True, slots=True)
class SpendOnHarm:
    """A third bound, at or below futility, that spends `total` under the null: it tells harm.

    Efficacy relies on it where it relies on futility.  `total=None`: all but alpha.
    """

    spending: Spending
    total: float | None = None
    looks: tuple[int, ...] | None = None
    futility: Literal["overruled", "obeyed"] = "overruled"  # in telling what is spent


@dataclass(frozen=True, slots=True)
class StoppingPlan:
    """Everything of a sequential design but the effect: `StoppingPlan()` is one look."""

    information: tuple[float, ...] = (1.0,)  # fractions of the planned maximum, increasing
    alpha: float = 0.025  # for `sides` together
    sides: Literal[1, 2] = 1
    efficacy: EfficacyRule | None = None  # None: Lan-DeMets O'Brien-Fleming-type spending
    futility: FutilityRule | None = None
    spending_time: tuple[float, ...] | None = None  # calendar fractions, to spend by those
    power_counts: Literal["upper side", "both sides"] = "upper side"  # of a two-sided test
    harm: SpendOnHarm | None = None  # beside futility
    ends_early: bool = False  # the last look is meant to come before all information, unspent alpha

    def __post_init__(self) -> None:
        numbers = numbers_of(self.information, "Information", "(0.5, 1.0)")
        object.__setattr__(self, "information", numbers)


def equally_spaced(looks: int) -> tuple[float, ...]:
    """Give the information fractions of looks at equal distances.

    >>> equally_spaced(4)
    (0.25, 0.5, 0.75, 1.0)
    """
    return tuple((look + 1) / looks for look in range(looks))

"""The spending functions by the names a protocol file calls them.

    spending: hwang-shih-decani          spending: logistic
    gamma: -2                            through: [0.25, 0.1, 0.75, 0.6]    # (t, share) twice

Any of them may be confined by `truncated`, `trimmed` or `gapped: [low, high]`.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from equipoise.design.sequential.rules import Spending
from equipoise.design.sequential.spending import (
    ExponentialSpending,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PowerSpending,
    XiGallo,
)
from equipoise.design.sequential.spending_families import (
    BetaDistributionSpending,
    CauchySpending,
    ExtremeValue2Spending,
    ExtremeValueSpending,
    LogisticSpending,
    NormalSpending,
    TDistributionSpending,
)
from equipoise.design.sequential.spending_shapes import (
    GappedSpending,
    PiecewiseLinearSpending,
    SpendingByLook,
    StepSpending,
    TrimmedSpending,
    TruncatedSpending,
)
from equipoise.errors import DesignError

Parameter: TypeAlias = float | tuple[float, ...]

TABLE: dict[str, tuple[Callable[..., Spending], tuple[str, ...], tuple[str, ...]]] = {
    # name: (constructor, parameters it needs, parameters it may have)
    "lan-demets o'brien-fleming": (LanDeMetsOBrienFleming, (), ("rho",)),
    "lan-demets pocock": (LanDeMetsPocock, (), ()),
    "hwang-shih-decani": (HwangShihDeCani, ("gamma",), ()),
    "power": (PowerSpending, ("exponent",), ()),
    "exponential": (ExponentialSpending, ("nu",), ()),
    "xi-gallo": (XiGallo, ("method", "gamma"), ()),
    "logistic": (LogisticSpending, ("a", "b"), ()),
    "normal": (NormalSpending, ("a", "b"), ()),
    "cauchy": (CauchySpending, ("a", "b"), ()),
    "extreme-value": (ExtremeValueSpending, ("a", "b"), ()),
    "extreme-value 2": (ExtremeValue2Spending, ("a", "b"), ()),
    "beta": (BetaDistributionSpending, ("a", "b"), ()),
    "t": (TDistributionSpending, ("a", "b", "degrees_of_freedom"), ()),
    "table": (SpendingByLook, ("shares",), ()),
    "piecewise linear": (PiecewiseLinearSpending, ("fractions", "shares"), ()),
    "step": (StepSpending, ("fractions", "shares"), ()),
}
CONFINED: dict[str, Callable[[Spending, float, float], Spending]] = {
    "truncated": TruncatedSpending,
    "trimmed": TrimmedSpending,
    "gapped": GappedSpending,
}
COLUMNS = {"fractions", "shares"}
TWO_POINTS = 4  # numbers: t, share, t, share
THREE_POINTS = 6


def spending_named(name: str, parameters: Mapping[str, Parameter]) -> Spending:
    """Give the spending function of a protocol file.

    Raises:
        DesignError: There is no such name, or its parameters are not these.

    Witness: every name gives the function it says, by its parameters and through its points.

    >>> str(spending_named("power", {"exponent": 2.0}))
    'power spending (exponent 2)'
    """
    known = TABLE.get(name.strip().lower())
    if known is None:
        raise DesignError(f'There is no spending function "{name}"; there are {", ".join(TABLE)}.')
    own = {key: value for key, value in parameters.items() if key not in CONFINED}
    spending = through(name, own) if "through" in own else by_parameters(name, known, own)
    for word, confine in CONFINED.items():
        if word in parameters:
            spending = confine(spending, *numbers(word, parameters[word], 2))
    return spending


def by_parameters(
    name: str,
    known: tuple[Callable[..., Spending], tuple[str, ...], tuple[str, ...]],
    own: Mapping[str, Parameter],
) -> Spending:
    """Give a spending function from its parameters.

    Raises:
        DesignError: One is missing, or one is not known.
    """
    constructor, needed, optional = known
    if not set(needed) <= set(own) <= {*needed, *optional}:
        wanted = ", ".join((*needed, *(f"{word} (optional)" for word in optional))) or "none"
        raise DesignError(
            f'The spending function "{name}" has the parameters {", ".join(own) or "none"}; '
            f"it takes {wanted}."
        )
    return constructor(
        **{
            word: value if word in COLUMNS else numbers(word, value, 1)[0]
            for word, value in own.items()
        }
    )


def through(name: str, own: Mapping[str, Parameter]) -> Spending:
    """Give the member of a family that passes through points.

    Raises:
        DesignError: The name is not that of such a family, or the numbers are not points.
    """
    family = TABLE[name.strip().lower()][0]
    rest = {key: value for key, value in own.items() if key != "through"}
    if family is TDistributionSpending and not rest:
        t0, p0, t1, p1, t2, p2 = numbers("through", own["through"], THREE_POINTS)
        return TDistributionSpending.through_three((t0, p0), (t1, p1), (t2, p2))
    t0, p0, t1, p1 = numbers("through", own["through"], TWO_POINTS)
    if family is TDistributionSpending and set(rest) == {"degrees_of_freedom"}:
        degrees = numbers("degrees_of_freedom", rest["degrees_of_freedom"], 1)[0]
        return TDistributionSpending.through((t0, p0), (t1, p1), degrees)
    if rest or not hasattr(family, "through"):
        raise DesignError(
            f'The spending function "{name}" cannot be drawn through points with '
            f"{', '.join(rest) or 'nothing else'}; use a two-parameter family with `through` alone."
        )
    drawn: Spending = family.through((t0, p0), (t1, p1))
    return drawn


def numbers(word: str, value: Parameter, count: int) -> tuple[float, ...]:
    """Give a parameter as so many numbers.

    Raises:
        DesignError: It is not so many.
    """
    found = value if isinstance(value, tuple) else (value,)
    if len(found) != count:
        raise DesignError(
            f"{word} of a spending function has {len(found)} numbers; it takes {count}."
        )
    return found

"""From the stopping rules a protocol names to those that draw boundaries.

A futility bound on an estimate is told as a fraction of the planned effect, on the scale where
z is linear in it: (g(bound) - g(null)) / (g(planned) - g(null)), g the logarithm for ratios.
"""

from contextlib import contextmanager
from dataclasses import replace
from math import log
from typing import TYPE_CHECKING, Any, cast

from equipoise.design.sequential.rules import (
    O_BRIEN_FLEMING,
    POCOCK,
    ConditionalPowerFutility,
    EffectFutility,
    EfficacyRule,
    FixedEfficacy,
    FixedFutility,
    FutilityRule,
    HaybittlePeto,
    NoInterimEfficacy,
    OptimalWangTsiatis,
    PampallonaTsiatis,
    PredictivePowerFutility,
    SpendAlpha,
    SpendBeta,
    SpendBothSides,
    SpendOnHarm,
    SpendUnderNull,
    StoppingPlan,
    WangTsiatis,
    equally_spaced,
)
from equipoise.design.sequential.spending_names import Parameter, spending_named
from equipoise.errors import DesignError
from equipoise.protocol.boundary_rules import FIXED, SPENDING
from equipoise.protocol.derive_design import RATIOS
from equipoise.protocol.planning import DesignPromise, SpendingChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ON_SPENDING = frozenset({"under", "total"})  # keys beside a spending function's own


def stopping_plan(
    promise: DesignPromise,
    alpha: float,
    *,
    planned: float | None = None,
    null: float | None = None,
    futility: bool = True,
) -> StoppingPlan:
    """Give the stopping rules a protocol promises, for one hypothesis at its alpha.

    Args:
        promise: the protocol's design.
        alpha: of the hypothesis, for both sides together.
        planned: the effect planned for, where futility is a bound on the estimate.
        null: its value under the null hypothesis.
        futility: whether the hypothesis may stop the trial for futility.

    Raises:
        DesignError: a parameter is out of its range, or bounds do not fit the looks.
    """
    looks = len(promise.looks.calendar or promise.looks.information)
    with _about("efficacy"):
        efficacy = efficacy_rule(promise.efficacy, looks, alpha)
    plan = StoppingPlan(
        information=promise.looks.information
        if not promise.looks.calendar
        else equally_spaced(looks),
        alpha=alpha,
        sides=promise.sides,
        efficacy=efficacy,
    )
    if futility and promise.futility is not None:
        with _about("futility"):
            rule = futility_rule(promise.futility, promise.measure, looks, planned, null)
        plan = replace(plan, futility=rule)
    if plan.futility is not None and promise.harm is not None:
        with _about("harm"):
            plan = replace(plan, harm=harm_rule(promise.harm))
    return plan


@contextmanager
def _about(section: str) -> "Iterator[None]":
    """Say of a refusal which rule it is about."""
    try:
        yield
    except DesignError as refusal:
        raise DesignError(str(refusal), section) from None


def efficacy_rule(choice: SpendingChoice, looks: int, alpha: float) -> EfficacyRule:
    """Give the efficacy rule of a name.

    Raises:
        DesignError: its parameters are not in their range, or bounds do not fit the looks.
    """
    own = dict(choice.parameters)
    if choice.rule in SPENDING:
        upper = spending_named(choice.rule, numbers(own))
        if choice.lower is None or choice.lower_alpha is None:
            return SpendAlpha(upper, choice.looks)
        if not 0 < choice.lower_alpha < alpha:
            raise DesignError(
                f"The lower side spends {choice.lower_alpha:g} of alpha {alpha:g}; "
                "leave something to the upper side."
            )
        lower = spending_named(choice.lower.rule, numbers(dict(choice.lower.parameters)))
        return SpendBothSides(upper, lower, choice.lower_alpha, choice.looks)
    if choice.rule == FIXED:
        return FixedEfficacy(bounds_at(own["z"], choice.looks, looks, float("inf"), "efficacy"))
    if choice.looks is not None:
        raise DesignError(
            f"The boundary {choice.rule!r} holds at every look; to leave looks out, spend alpha."
        )
    rules: dict[str, Callable[..., EfficacyRule]] = {
        "o'brien-fleming": lambda: WangTsiatis(O_BRIEN_FLEMING),
        "pocock": lambda: WangTsiatis(POCOCK),
        "wang-tsiatis": WangTsiatis,
        "optimal wang-tsiatis": OptimalWangTsiatis,
        "haybittle-peto": HaybittlePeto,
        "final look only": NoInterimEfficacy,
    }
    if choice.rule == "pampallona-tsiatis":
        return PampallonaTsiatis(**cast("dict[str, float]", own), binding=choice.binding)
    return rules[choice.rule](**cast("dict[str, Any]", own))


def futility_rule(
    choice: SpendingChoice,
    measure: str,
    looks: int,
    planned: float | None,
    null: float | None,
) -> FutilityRule:
    """Give the futility rule of a name.

    Raises:
        DesignError: its parameters are not in their range, or bounds do not fit the looks.
    """
    own, binding, at = dict(choice.parameters), choice.binding, choice.looks
    if choice.rule in SPENDING:
        shape = {key: value for key, value in own.items() if key not in ON_SPENDING}
        spending = spending_named(choice.rule, numbers(shape))
        if own.get("under") == "no effect":
            return SpendUnderNull(spending, float(cast("float", own["total"])), binding, at)
        return SpendBeta(spending, binding, at)
    if choice.rule == "z":
        bounds = bounds_at(own["z"], at, max(looks - 1, 1), float("-inf"), "futility")
        return FixedFutility(bounds, binding)
    if choice.rule == "effect":
        return effect_futility(own, measure, looks, planned, null, choice)
    if choice.rule == "conditional_power":
        below = probability(own["conditional_power"], "conditional power")
        given = own.get("given", "design")
        if isinstance(given, str) and given not in {"design", "trend"}:
            raise DesignError(
                f"Conditional power is given {given!r}; write design, trend, or a multiple of "
                "the design's effect."
            )
        return ConditionalPowerFutility(below, cast("Any", given), binding, at)
    return PredictivePowerFutility(
        below=probability(own["predictive_power"], "predictive power"),
        prior_mean=float(cast("float", own.get("prior_mean", 1.0))),
        prior_sd=cast("float | None", own.get("prior_standard_deviation")),
        binding=binding,
        looks=at,
    )


def harm_rule(choice: SpendingChoice) -> SpendOnHarm:
    """Give the rule of a bound for harm."""
    own = dict(choice.parameters)
    total = float(cast("float", own.pop("total")))
    futility = cast("Any", own.pop("futility", "overruled"))
    spending = spending_named(choice.rule, numbers(own))
    return SpendOnHarm(spending, total, choice.looks, futility)


def effect_futility(
    own: dict[str, Any],
    measure: str,
    looks: int,
    planned: float | None,
    null: float | None,
    choice: SpendingChoice,
) -> EffectFutility:
    """Give a bound on the estimate as a fraction of the planned effect."""
    (key, written), *_ = own.items()
    if key.replace("_", " ") != measure:
        raise DesignError(
            f"The futility bound is on the {key.replace('_', ' ')}, but the effect planned for is "
            f"a {measure}; write `{measure.replace(' ', '_')}`."
        )
    if planned is None or null is None:
        raise DesignError(
            "A futility bound on the estimate needs one effect planned for; give the bound as z, "
            "or by conditional power."
        )
    values = written if isinstance(written, tuple) else (written,)
    if measure in RATIOS and any(value <= 0 for value in values):
        raise DesignError(f"A {measure} is above 0, found {min(values):g}; write one like 0.95.")

    def linear(value: float) -> float:
        return log(value) if measure in RATIOS else value

    whole = linear(planned) - linear(null)
    fractions = tuple((linear(value) - linear(null)) / whole for value in values)
    at = fractions if len(fractions) > 1 or choice.looks is None else fractions * len(choice.looks)
    if choice.looks is not None or len(fractions) > 1:
        at = bounds_at(at, choice.looks, max(looks - 1, 1), float("-inf"), "futility")
    return EffectFutility(at, choice.binding)


def bounds_at(
    written: object, at: tuple[int, ...] | None, looks: int, none: float, what: str
) -> tuple[float, ...]:
    """Put bounds at their looks, one for all or one each; `none` where there is none.

    Raises:
        DesignError: there are more or fewer bounds than looks.

    >>> bounds_at((2.5, 2.0), (2, 3), 3, float("inf"), "efficacy")
    (inf, 2.5, 2.0)
    """
    values = cast("tuple[float, ...]", written if isinstance(written, tuple) else (written,))
    places = at or tuple(range(1, looks + 1))
    if len(values) == 1:
        values = values * len(places)
    if len(values) != len(places):
        raise DesignError(
            f"There are {len(values)} {what} bounds for {len(places)} looks; give one for each, "
            "or one for all."
        )
    held = dict(zip(places, values, strict=True))
    return tuple(float(held.get(look, none)) for look in range(1, looks + 1))


def numbers(own: dict[str, Any]) -> dict[str, Parameter]:
    """Give the parameters of a spending function, which are numbers."""
    return {key: value for key, value in own.items() if not isinstance(value, str)}


def probability(value: object, what: str) -> float:
    """Refuse a threshold that is no probability.

    Raises:
        DesignError: it is not between 0 and 1.
    """
    found = float(cast("float", value))
    if not 0 < found < 1:
        raise DesignError(f"A {what} lies between 0 and 1, found {found:g}; write 0.1 for 10%.")
    return found

"""How many events a log-rank test needs, by the formulas that carry names.

With D events in all, r patients experimental per control, ratio θ against θ₀ under the null,
the log-rank statistic is normal with unit variance and mean δ √D:

    Schoenfeld (1981)          δ = log(θ₀/θ) √r / (1 + r)
    Kim & Tsiatis (1990)       the same δ; the study goes on until the information is there
    Freedman (1982)            δ = (1 - θ) √r / (1 + rθ)                        (θ₀ = 1)
    Hsieh (1992), Freedman     δ = 2 (1 - θ) / (1 + θ) · √r / (1 + r)           (θ₀ = 1)

A fixed design has D = (z_α + z_β)² / δ², a group-sequential one (drift / δ)².  δ > 0 where
the experimental arm is better.  The formulas that look at the world itself (Lachin-Foulkes
and its kin, the direct one) are in `variance_formulas` and `log_rank_moments`.
"""

import math
from typing import Literal, TypeAlias

from equipoise.design.checks import check_above_zero, check_allocation, check_alpha, check_power
from equipoise.errors import DesignError
from equipoise.kernel.normal import upper_quantile, upper_tail

EventFormula: TypeAlias = Literal["schoenfeld", "kim-tsiatis", "freedman", "hsieh-freedman"]
VarianceFormula: TypeAlias = Literal[
    "lachin-foulkes", "bernstein-lagakos", "rubinstein-gail-santner"
]
Method: TypeAlias = EventFormula | VarianceFormula | Literal["direct"]
Better: TypeAlias = Literal["lower", "higher"]

EVENT_FORMULAS: tuple[EventFormula, ...] = (
    "schoenfeld",
    "kim-tsiatis",
    "freedman",
    "hsieh-freedman",
)
NAMES: dict[str, str] = {
    "schoenfeld": "Schoenfeld (1981)",
    "kim-tsiatis": "Kim and Tsiatis (1990)",
    "freedman": "Freedman (1982)",
    "hsieh-freedman": "Hsieh (1992) and Freedman (1982)",
    "lachin-foulkes": "Lachin and Foulkes (1986)",
    "bernstein-lagakos": "Bernstein and Lagakos (1978)",
    "rubinstein-gail-santner": "Rubinstein, Gail and Santner (1981)",
    "direct": "mean and variance of the log-rank score under the alternative",
}


def effect_per_root_event(
    method: EventFormula,
    hazard_ratio: float,
    *,
    null_ratio: float = 1.0,
    allocation: float = 1.0,
    better: Better = "lower",
) -> float:
    """Give δ: E[Z] for one event, so that E[Z] is δ√D.

    Raises:
        DesignError: a formula for a null ratio of 1 with another one; an unknown formula.
    Witness:
        sv02, sv03_Freedman, rps02, rps03.

    >>> round(effect_per_root_event("schoenfeld", 0.7), 6)
    0.178337
    """
    check_method(method)
    check_ratios(hazard_ratio, null_ratio)
    check_allocation(allocation)
    if method in ("freedman", "hsieh-freedman") and null_ratio != 1.0:
        raise DesignError(
            f"{NAMES[method]} is a formula for a null hazard ratio of 1; found a margin of "
            f"{null_ratio:g}. Use schoenfeld or lachin-foulkes."
        )
    root, whole = math.sqrt(allocation), 1.0 + allocation
    if method == "freedman":
        effect = (1.0 - hazard_ratio) * root / (1.0 + allocation * hazard_ratio)
    elif method == "hsieh-freedman":
        effect = 2.0 * (1.0 - hazard_ratio) / (1.0 + hazard_ratio) * root / whole
    else:
        effect = math.log(null_ratio / hazard_ratio) * root / whole
    return effect if better == "lower" else -effect


def planned_effect(
    method: EventFormula, hazard_ratio: float, *, null_ratio: float, allocation: float
) -> float:
    """Give δ with the better side being that of the planned ratio: never below 0.

    Witness:
        `effect_per_root_event`.
    """
    return effect_per_root_event(
        method,
        hazard_ratio,
        null_ratio=null_ratio,
        allocation=allocation,
        better=better_side(hazard_ratio, null_ratio),
    )


def check_method(method: str) -> None:
    """Refuse a formula that is not here.

    Raises:
        DesignError: naming those that are.
    """
    if method not in NAMES:
        raise DesignError(
            f"There is no formula called {method!r} for survival; use one of {', '.join(NAMES)}."
        )


def better_side(hazard_ratio: float, null_ratio: float) -> Better:
    """Tell which hazard ratios favor the experimental arm: those on the alternative's side.

    >>> better_side(0.7, 1.0), better_side(1.0, 1.3), better_side(2.0, 1.0)
    ('lower', 'lower', 'higher')
    """
    return "lower" if hazard_ratio <= null_ratio else "higher"


def required_events(
    hazard_ratio: float,
    *,
    alpha: float = 0.025,
    power: float = 0.9,
    sides: Literal[1, 2] = 1,
    null_ratio: float = 1.0,
    allocation: float = 1.0,
    method: EventFormula = "schoenfeld",
) -> float:
    """Tell how many events a fixed design needs, before any rounding.

    Args:
        hazard_ratio: experimental over control.
        alpha: type I error, for `sides` together.
        power: to reach.
        sides: of the test.
        null_ratio: hazard ratio under the null hypothesis; the margin of non-inferiority.
        allocation: patients in the experimental arm per control.
        method: the formula; see "The names of methods" in docs/design.md.

    Raises:
        DesignError: alpha, power or ratio that no design can have, with the remedy.
    Witness:
        sv02 (gsDesign nEvents), rps02, rps03 (rpact), design-0064 (SAS).

    >>> round(required_events(0.7), 4), round(required_events(0.7, allocation=2), 4)
    (330.3779, 371.6752)
    """
    check_difference(hazard_ratio, null_ratio)
    check_errors(alpha, power, sides)
    effect = planned_effect(method, hazard_ratio, null_ratio=null_ratio, allocation=allocation)
    needed = upper_quantile(alpha / sides) + upper_quantile(1.0 - power)
    return (needed / effect) ** 2


def power_of_events(
    hazard_ratio: float,
    events: float,
    *,
    alpha: float = 0.025,
    sides: Literal[1, 2] = 1,
    null_ratio: float = 1.0,
    allocation: float = 1.0,
    method: EventFormula = "schoenfeld",
) -> float:
    """Tell the power of a fixed design with so many events.

    A two-sided test counts both its sides.

    Args:
        hazard_ratio: experimental over control.
        events: at the last look, both arms together.
        alpha: type I error, for `sides` together.
        sides: of the test.
        null_ratio: hazard ratio under the null hypothesis; the margin of non-inferiority.
        allocation: patients in the experimental arm per control.
        method: the formula; see "The names of methods" in docs/design.md.

    Witness:
        sv02 turned round; design-0066 (East 6.5); plan-rpact-0149.

    >>> round(power_of_events(0.58, 131), 4)
    0.8764
    """
    check_errors(alpha, None, sides)
    if not (math.isfinite(events) and events >= 0):
        raise DesignError(f"The number of events must be 0 or more; found {events:g}.")
    effect = planned_effect(method, hazard_ratio, null_ratio=null_ratio, allocation=allocation)
    critical, drift = upper_quantile(alpha / sides), effect * math.sqrt(events)
    other = upper_tail(critical + drift) if sides > 1 else 0.0
    return upper_tail(critical - drift) + other


def ratio_from_effect(
    method: EventFormula,
    effect: float,
    *,
    null_ratio: float = 1.0,
    allocation: float = 1.0,
    better: Better = "lower",
) -> float:
    """Give the hazard ratio with a wanted δ: `effect_per_root_event` turned round.

    Raises:
        DesignError: a δ that the formula does not reach with any ratio.
    Witness:
        inverse of `effect_per_root_event`.

    >>> round(ratio_from_effect("freedman", effect_per_root_event("freedman", 0.7)), 12)
    0.7
    """
    signed = effect if better == "lower" else -effect
    root, whole = math.sqrt(allocation), 1.0 + allocation
    if method == "freedman":
        top, bottom = root - signed, root + signed * allocation
    elif method == "hsieh-freedman":
        top, bottom = 2.0 * root - signed * whole, 2.0 * root + signed * whole
    else:
        return null_ratio * math.exp(-signed * whole / root)
    if not (top > 0 and bottom > 0):
        raise DesignError(
            f"By {NAMES[method]} no hazard ratio is large enough an effect for so few events. "
            "Plan for more events, or use schoenfeld."
        )
    return top / bottom


def check_ratios(hazard_ratio: float, null_ratio: float) -> None:
    """Refuse a hazard ratio that is none.

    Raises:
        DesignError: with the remedy.
    """
    check_above_zero(hazard_ratio, "The hazard ratio")
    check_above_zero(null_ratio, "The null hazard ratio")


def check_difference(hazard_ratio: float, null_ratio: float) -> None:
    """Refuse a hazard ratio that is none, or that equals the null.

    Raises:
        DesignError: with the remedy.
    """
    check_ratios(hazard_ratio, null_ratio)
    if hazard_ratio == null_ratio:
        raise DesignError(
            f"The hazard ratio {hazard_ratio:g} equals that of the null hypothesis, so no number "
            "of events can show a difference. Plan for another ratio, or set a margin."
        )


def check_errors(alpha: float, power: float | None, sides: int) -> None:
    """Refuse error rates outside their range.

    Raises:
        DesignError: with the remedy.
    """
    check_alpha(alpha)
    if power is not None:
        check_power(power, alpha / sides)

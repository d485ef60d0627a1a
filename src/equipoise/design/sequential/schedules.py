"""From rules, as a protocol states them, to what they ask of every look.

An efficacy rule becomes a `Schedule` or a `Family` once; a futility rule becomes a `Schedule`
for every alternative that is tried, because its bounds move with it.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.sequential import families
from equipoise.design.sequential.drawing import HarmSchedule
from equipoise.design.sequential.futility_rules import futility_bounds
from equipoise.design.sequential.rules import (
    FixedEfficacy,
    FixedFutility,
    HaybittlePeto,
    InterimEfficacy,
    NoInterimEfficacy,
    SpendAlpha,
    SpendBeta,
    SpendUnderNull,
    StoppingPlan,
    WangTsiatis,
)
from equipoise.design.sequential.schedule import (
    Family,
    Schedule,
    given,
    looks_tested,
    spending_schedule,
)
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a futility rule may look at."""

    beta: float  # to spend in all: 1 - power
    mean_z: Vector  # (looks,) E[Z_k]
    fraction: Vector  # (looks,) of information or time, to spend by
    upper: Vector | None  # (looks,) efficacy bounds, where they are known before
    unclaimed: float = np.nan  # chance of no claim under the null


def efficacy_schedule(stopping: StoppingPlan, fraction: Vector) -> Schedule | Family:
    """Say what the efficacy rule of a one-sided design asks of every look."""
    rule, looks = stopping.efficacy, len(stopping.information)
    if rule is None:
        rule = SpendAlpha(LanDeMetsOBrienFleming())
    if isinstance(rule, SpendAlpha):
        tested = looks_tested(rule.looks, looks, "Efficacy")
        if not tested[-1]:
            raise DesignError(
                f"Efficacy is to be tested at looks {list(rule.looks or ())}, not at the last "
                f"one, {looks}; add it, for a trial that cannot end with a claim needs no end."
            )
        return spending_schedule(
            rule.spending, fraction, stopping.alpha, tested=tested, absent=np.inf
        )
    if isinstance(rule, FixedEfficacy):
        return given(as_many(rule.z, looks, "efficacy"))
    if isinstance(rule, InterimEfficacy):
        z = np.array((*as_many(rule.z, looks - 1, "interim efficacy"), np.nan))
        return Schedule(z, np.where(np.isnan(z), stopping.alpha, 0.0))
    if isinstance(rule, NoInterimEfficacy):
        last = np.arange(1, looks + 1) == looks
        return Schedule(np.where(last, np.nan, np.inf), np.where(last, stopping.alpha, 0.0))
    if isinstance(rule, WangTsiatis | HaybittlePeto):
        return families.efficacy_schedule(rule, stopping)
    raise DesignError(
        f"{type(rule).__name__} is not an efficacy rule of a one-sided test; set sides to 2, or "
        "spend alpha on one side."
    )


def futility_schedule(stopping: StoppingPlan, alternative: Alternative) -> Schedule:
    """Say what the futility rule of a one-sided design asks of every look."""
    rule, looks = stopping.futility, len(stopping.information)
    if rule is None:
        return given(np.full(looks, -np.inf))
    if isinstance(rule, SpendBeta):
        tested = looks_tested(rule.looks, looks, "Futility")
        schedule = spending_schedule(
            rule.spending, alternative.fraction, alternative.beta, tested=tested, absent=-np.inf
        )
        if tested[-1]:
            schedule.z[-1] = np.inf  # it meets the efficacy bound: see `one_sided`
        return schedule
    if isinstance(rule, SpendUnderNull):
        tested = looks_tested(rule.looks, looks, "A bound for harm")
        total = alternative.unclaimed if rule.total is None else rule.total
        schedule = spending_schedule(
            rule.spending, alternative.fraction, total, tested=tested, absent=-np.inf
        )
        if rule.total is None and tested[-1]:
            schedule.z[-1] = np.inf  # it meets the efficacy bound, too
        return schedule
    if isinstance(rule, FixedFutility):
        z = rule.z if len(rule.z) != looks - 1 else (*rule.z, -np.inf)
        return given(as_many(z, looks, "futility"))
    return given(futility_bounds(rule, stopping, alternative))


def harm_schedule(stopping: StoppingPlan, fraction: Vector) -> HarmSchedule | None:
    """Say what the bound for harm of a one-sided design asks of every look."""
    rule = stopping.harm
    if rule is None:
        return None
    tested = looks_tested(rule.looks, fraction.size, "A bound for harm")
    total = 1.0 - stopping.alpha if rule.total is None else rule.total
    schedule = spending_schedule(rule.spending, fraction, total, tested=tested, absent=-np.inf)
    return HarmSchedule(schedule, rule.futility == "obeyed")


def as_many(z: tuple[float, ...], looks: int, side: str) -> tuple[float, ...]:
    """Refuse bounds that are not one for each look, or not numbers."""
    if len(z) != looks or np.isnan(z).any():
        raise DesignError(
            f"{len(z)} {side} bounds, {list(z)}, are given; give {looks}, each a number, infinite "
            "where there is no bound."
        )
    return z

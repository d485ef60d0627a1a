"""How many events a power takes in a world, and what power events give.

One quantity joins the two: δ, the mean of Z per root event.  D events have drift δ√D; a design
whose bounds take a given drift needs (drift / δ)² events.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.sequential.design import GroupSequential, without_efficacy
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import (
    ConditionalPowerFutility,
    EffectFutility,
    FixedEfficacy,
    FixedFutility,
    PampallonaTsiatis,
    SpendBeta,
    StoppingPlan,
)
from equipoise.design.survival.events import counts_at, courses, times_when
from equipoise.design.survival.formulas import EVENT_FORMULAS, effect_per_root_event
from equipoise.design.survival.large_sample import cohort
from equipoise.design.survival.log_rank_moments import ScoreMoments, score_moments
from equipoise.design.survival.question import SurvivalQuestion
from equipoise.design.survival.variance_formulas import variance_effect
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.normal import upper_quantile
from equipoise.kernel.sequential import stopping_probability

STEPS = 100
USUAL_POWER = 0.8  # where the search for a power starts
VARIANCES = ("lachin-foulkes", "bernstein-lagakos")  # δ depends on the power
PLANNED = (SpendBeta, EffectFutility, ConditionalPowerFutility)  # bounds that follow the drift
CLOSE = 1e-12  # relative, between two steps of a fixed point


@dataclass(frozen=True, slots=True)
class Needed:
    """The bounds, and the events of their last look."""

    sequential: GroupSequential
    events: float
    effect: float  # δ


@dataclass(frozen=True, slots=True)
class Shape:
    """How drift and information run over the looks, where not in proportion to events."""

    drift: Vector | None
    information: Vector | None


def needed_events(
    question: SurvivalQuestion,
    world: SurvivalWorld,
    duration: float,
    drawn: GroupSequential | None = None,
) -> Needed:
    """Give the bounds for the power asked, and the events they take in a world of this shape.

    Bounds drawn before are taken again, if they do not depend on the world.

    Witness:
        sv07, sv08 (Lachin-Foulkes), sv09, lr20 (Schoenfeld), rpact's three formulas.
    """
    power = question.power
    if power is None:
        raise DesignError("Without a power no number of events follows; give one of them.")
    if drawn is None or bounds_follow_world(question):
        stopping = stopping_plan(question, world, duration)
        shape = drift_shape(question, world, duration, stopping)
        drawn = group_sequential(
            stopping,
            power=power,
            drift_shape=shape.drift,
            alternative_information=shape.information,
        )
    sequential = drawn
    effect = effect_in(question, world, duration, upper_quantile(1.0 - power))
    return Needed(sequential, (sequential.drift / effect) ** 2, effect)


def bounds_follow_world(question: SurvivalQuestion) -> bool:
    """Say whether the bounds depend on when events come, and not on their fractions alone."""
    by_time = bool(question.calendar) or question.spend_by_calendar
    return by_time or (question.method == "direct" and len(question.stopping.information) > 1)


def given_events(
    question: SurvivalQuestion, world: SurvivalWorld, duration: float, events: float
) -> Needed:
    """Give the bounds and the power of a number of events reached at a time.

    Where the variance of a formula depends on the power, it is that for which the boundaries
    were drawn if they are given, else the power found.

    Witness:
        sv12 (gsSurvPower), plan-rpact-0137 and on, design-0066.
    """
    stopping = stopping_plan(question, world, duration)
    shape = drift_shape(question, world, duration, stopping)
    bounds, drawn = question.boundaries, None
    if isinstance(bounds, float):
        bounds = group_sequential(stopping, power=bounds)
    if bounds is not None:
        drawn = bounds.asked.power
        stopping = keep_bounds(bounds, stopping)
    power = drawn or USUAL_POWER
    for _ in range(STEPS):
        effect = effect_in(question, world, duration, upper_quantile(1.0 - power))
        sequential = power_at(stopping, effect * math.sqrt(events), shape)
        settled = abs(sequential.power - power) <= CLOSE
        if drawn is not None or settled or question.method not in VARIANCES:
            break
        power = min(max(sequential.power, stopping.alpha), 1.0 - 1e-12)
    return Needed(sequential, events, effect)


def effect_in(
    question: SurvivalQuestion, world: SurvivalWorld, duration: float, z_beta: float
) -> float:
    """Give δ in a world analyzed at a time.

    Witness:
        each formula's own.
    """
    method = question.method
    ratio = float(world.strata[0].hazard_ratio.values[0])
    if method in EVENT_FORMULAS:
        return effect_per_root_event(
            method,
            ratio,
            null_ratio=question.null_ratio,
            allocation=world.allocation,
            better=question.side,
        )
    check_events_come(world, duration)
    if method == "direct":
        at = vector([duration])
        score = score_of(question, world, at)
        mean_z = float(score.mean[0]) / math.sqrt(float(score.variance[0]))
        direct = mean_z / math.sqrt(float(counts_at(world, at).total_events[0]))
        return direct if question.side == "lower" else -direct
    if ratio == question.null_ratio:
        return 0.0
    size = variance_effect(
        method,  # type: ignore[arg-type]
        world,
        duration,
        z_alpha=upper_quantile(question.stopping.alpha / question.stopping.sides),
        z_beta=z_beta,
        null_ratio=question.null_ratio,
    )
    lower = ratio < question.null_ratio
    return size if lower == (question.side == "lower") else -size


def check_events_come(world: SurvivalWorld, time: float) -> None:
    """Refuse a time by which an arm has no event to compare.

    Raises:
        DesignError: with the time.
    """
    seen = counts_at(world, vector([time])).events[0].sum(axis=0)
    if not float(seen.min()) > 0:
        raise DesignError(
            f"No event is expected by {time:g} in one of the arms, however many patients come. "
            "Follow them for longer, or look at the control hazard."
        )


def stopping_plan(
    question: SurvivalQuestion, world: SurvivalWorld, duration: float
) -> StoppingPlan:
    """Give the stopping plan with the information its looks have, and the time they spend by.

    Witness: sv10, sv11 (gsSurvCalendar).
    """
    stopping = question.stopping
    if question.calendar:
        check_events_come(world, question.calendar[0])
        seen = counts_at(world, vector(question.calendar)).total_events
        stopping = replace(stopping, information=tuple((seen / seen[-1]).tolist()))
    if question.spend_by_calendar:
        times = look_times(question, world, duration, stopping)
        stopping = replace(stopping, spending_time=tuple((times / times[-1]).tolist()))
    return stopping


def look_times(
    question: SurvivalQuestion, world: SurvivalWorld, duration: float, stopping: StoppingPlan
) -> Vector:
    """Give the calendar times of the looks in a world whose last look is at `duration`.

    Witness: sv07, lr20.
    """
    if question.calendar:
        return vector(question.calendar)
    check_events_come(world, duration)
    last = float(counts_at(world, vector([duration])).total_events[0])
    part = np.asarray(stopping.information[:-1]) / stopping.information[-1]
    early = times_when(courses(world), part * last) if part.size else part
    return vector(np.append(early, duration))


def drift_shape(
    question: SurvivalQuestion, world: SurvivalWorld, duration: float, stopping: StoppingPlan
) -> Shape:
    """Give the course of the direct method's drift; none for the other formulas.

    Witness: lrstat's typeOfComputation "direct".
    """
    if question.method != "direct" or len(stopping.information) == 1:
        return Shape(None, None)
    times = look_times(question, world, duration, stopping)
    score = score_of(question, world, times)
    if not float(score.variance.min()) > 0:
        raise DesignError(
            f"The look at {float(times[0]):g} comes before anything can be seen; place it later."
        )
    rate = score.mean / score.variance
    if rate[-1] == 0:  # no effect: no drift, whatever its course
        return Shape(None, vector(score.variance / score.variance[-1]))
    return Shape(vector(rate / rate[-1]), vector(score.variance / score.variance[-1]))


def score_of(question: SurvivalQuestion, world: SurvivalWorld, times: Vector) -> ScoreMoments:
    """Give mean and variance of the log-rank score in a world, at calendar times.

    Witness:
        338.16 events of the design that needs 336.42 by Schoenfeld (lrstat).
    """
    return score_moments(cohort(world, times), np.ones((1, 1, 1)), question.null_ratio)


def power_at(stopping: StoppingPlan, drift: float, shape: Shape) -> GroupSequential:
    """Give a design's power for a drift, also where the truth is no effect or harm.

    Raises:
        DesignError: bounds drawn for the planned effect, where that is none or harm.
    Witness: plan-rpact-0137, plan-rpact-0141, plan-rpact-0142.
    """
    if drift > 0:
        return group_sequential(
            stopping,
            drift=drift,
            drift_shape=shape.drift,
            alternative_information=shape.information,
        )
    if isinstance(stopping.futility, PLANNED) or isinstance(stopping.efficacy, PampallonaTsiatis):
        raise DesignError(
            "The futility bounds follow from the planned effect, which is none or harm here. Draw "
            "them for an effect that helps and give them as `boundaries`."
        )
    drawn = group_sequential(stopping, drift=1.0)
    stops = stopping_probability(
        drawn.upper,
        drawn.lower,
        drawn.information if shape.information is None else shape.information,
        drift=drift if shape.drift is None else drift * shape.drift,
        inner=drawn.inner,
    )
    both = stopping.sides > 1 and stopping.power_counts == "both sides"
    return replace(
        drawn,
        asked=replace(drawn.asked, drift=drift),
        drift=drift,
        under_alternative=stops,
        power_by_look=vector(np.cumsum(stops.upper + stops.lower if both else stops.upper)),
        beta_spent=vector(np.cumsum(without_efficacy(stops, stopping.sides))),
    )


def keep_bounds(drawn: GroupSequential, stopping: StoppingPlan) -> StoppingPlan:
    """Give a stopping plan with the bounds of a design, for use at other information or drift.

    Raises:
        DesignError: another number of looks, or sides whose bounds differ.
    """
    if drawn.looks != (looks := len(stopping.information)):
        raise DesignError(
            f"The boundaries given have {drawn.looks} looks; give {looks}, as planned."
        )
    wedge, below = False, drawn.lower[:-1]
    if drawn.sides > 1:
        if not np.array_equal(drawn.lower, -drawn.upper):
            raise DesignError("Bounds that differ between both sides cannot be kept; redraw them.")
        region = np.full((drawn.looks, 2), np.nan) if drawn.inner is None else drawn.inner
        wedge = bool(np.any(region[:-1, 0] > below))
        below = np.nan_to_num(region[:-1, 1], nan=-np.inf)
    rule = FixedFutility(tuple(below.tolist()), binding=drawn.binding, symmetric=wedge)
    futility = rule if np.isfinite(below).any() else None
    return replace(stopping, efficacy=FixedEfficacy(tuple(drawn.upper.tolist())), futility=futility)

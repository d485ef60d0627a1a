"""The power of the other hypotheses, in a trial sized for one.

Times to events are looked at when the trial is looked at, with the events they have by then;
answers and measurements are compared at the end, or, where the trial is itself looked at by
patients, at its looks.  Futility stops of the trial are left out: the power is that of the
hypothesis's own test, were all its looks held.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.design.planned.hypothesis import Asked, Planned, asked_of, plan_hypothesis
from equipoise.design.planned.world import Numbers
from equipoise.errors import DesignError
from equipoise.protocol.derive_design import CHANGING, METHODS, method_of
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.planning import (
    DesignPromise,
    LookSchedule,
    PlanningAssumptions,
    SpendingChoice,
)

if TYPE_CHECKING:
    from equipoise.design.planned.multiplicity import Level
    from equipoise.protocol.trial import Hypothesis, Protocol

ITS_OWN = "Power of its own test at the trial's size, were all looks held, whatever else is found."


def plan_secondary(
    protocol: "Protocol", hypothesis: "Hypothesis", level: "Level", main: Planned
) -> Planned:
    """Plan a hypothesis the trial is not sized for, with the patients and looks it has.

    Args:
        protocol: with a design.
        hypothesis: to plan.
        level: the alpha it is planned at.
        main: the plan of the hypothesis that decides the size.

    Raises:
        DesignError: the trial's plan does not tell what is needed, with the remedy.

    Witness: `plan_hypothesis` of the same numbers.
    """
    asked = asked_at(protocol, hypothesis, level)
    effect = asked.effect.value[0] if asked.effect.value else None
    numbers = Numbers(effect=effect, patients=main.patients)
    promise = replace(asked.promise, events=(), power=())
    if isinstance(asked.endpoint, TimeToEvent):
        promise, numbers = _in_time(promise, numbers, main)
    elif main.plan.kind == "time-to-event":
        promise = replace(at_the_end(promise), planning=_without_accrual(promise))
    planned = plan_hypothesis(
        replace(
            asked,
            promise=promise,
            solve_for="power",
            method=method_for(promise, asked),
            futility=False,
        ),
        numbers,
    )
    return replace(planned, extra=(*planned.extra, ITS_OWN))


def asked_at(protocol: "Protocol", hypothesis: "Hypothesis", level: "Level") -> Asked:
    """Put together what a hypothesis asks for, at an alpha or at bounds.

    Raises:
        DesignError: no effect is planned for it, or no alpha comes to it.
    """
    assert protocol.design is not None  # noqa: S101 - called for designs only
    if level.alpha == 0:
        raise DesignError(
            f"The trial is sized for {hypothesis.id}, but hardly any alpha comes to it; give it a "
            "larger share, or size the trial for another hypothesis with `sized_for`."
        )
    asked = asked_of(protocol, protocol.design, hypothesis)
    several = len(protocol.design.looks.information) > 1
    return replace(asked, alpha=level.alpha, bounds=level.z if several else ())


def method_for(promise: DesignPromise, asked: Asked) -> str:
    """Give the trial's formula where it fits the hypothesis, or the usual one of its test."""
    fits = promise.method in METHODS.get(asked.hypothesis.test.method, ())
    if fits and not (asked.effect.pieces and promise.method not in CHANGING):
        return promise.method
    return method_of(asked.hypothesis.test, asked.effect)


def at_the_end(promise: DesignPromise) -> DesignPromise:
    """Leave one look, at the end."""
    return replace(
        promise,
        looks=LookSchedule(),
        efficacy=SpendingChoice("lan-demets o'brien-fleming"),
        futility=None,
    )


def _without_accrual(promise: DesignPromise) -> PlanningAssumptions:
    return replace(promise.planning, accrual_duration=(), accrual_pieces=())


def _in_time(
    promise: DesignPromise, numbers: Numbers, main: Planned
) -> tuple[DesignPromise, Numbers]:
    """Look at times to events when the trial is looked at, with the accrual it has."""
    times = tuple(look.time for look in main.plan.looks if look.time is not None)
    accrual = main.accrual
    if accrual is None or len(times) < len(main.plan.looks):
        raise DesignError(
            "When the trial is looked at is not planned, so neither are the events of this "
            "hypothesis; give patients with their accrual under `planning`."
        )
    pieces = tuple(zip(accrual.starts.tolist(), accrual.rates.tolist(), strict=True))
    planning = replace(promise.planning, accrual_pieces=pieces, accrual_relative=True)
    looks = LookSchedule(calendar=times)
    return (
        replace(promise, looks=looks, planning=planning),
        replace(numbers, patients=accrual.patients, accrual_duration=accrual.duration),
    )

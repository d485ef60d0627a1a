"""The power of the other hypotheses, in a trial sized for one.

Times to events are looked at when the trial is looked at, with the events they have by then;
answers and measurements are compared at the end, or, where the trial is itself looked at by
patients, at its looks.  Futility stops of the trial are left out: the power is that of the
hypothesis's own test, were all its looks held.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.design.hypothesis_plan import Asked, Planned, asked_of, plan_hypothesis
from equipoise.design.planned_world import Numbers
from equipoise.errors import DesignError
from equipoise.protocol.derive_design import CHANGING, METHODS, method_of
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.planning import DesignPromise, LookSchedule, SpendingChoice

if TYPE_CHECKING:
    from equipoise.protocol.trial import Hypothesis, Protocol

ITS_OWN = "Power of its own test at the trial's size, were all looks held, whatever else is found."


def plan_secondary(
    protocol: "Protocol", hypothesis: "Hypothesis", alpha: float, main: Planned
) -> Planned:
    """Plan a hypothesis the trial is not sized for, with the patients and looks it has.

    Raises:
        DesignError: the trial's plan does not tell what is needed, with the remedy.

    Witness: `plan_hypothesis` of the same numbers.
    """
    assert protocol.design is not None  # noqa: S101 - called for designs only
    asked = asked_of(protocol, protocol.design, hypothesis)
    effect = asked.effect.value[0] if asked.effect.value else None
    numbers = Numbers(effect=effect, patients=_patients(main, asked.allocation))
    promise = replace(protocol.design, events=(), power=())
    if isinstance(asked.endpoint, TimeToEvent):
        promise, numbers = _in_time(promise, numbers, main)
    elif main.plan.kind == "time-to-event":
        promise = replace(
            promise,
            looks=LookSchedule(),
            efficacy=SpendingChoice("lan-demets o'brien-fleming"),
            planning=replace(promise.planning, accrual_duration=(), accrual_pieces=()),
        )
    method = promise.method
    fits = method in METHODS.get(hypothesis.test.method, ())
    if not fits or (asked.effect.pieces and method not in CHANGING):
        method = method_of(hypothesis.test, asked.effect)
    planned = plan_hypothesis(
        replace(
            asked,
            promise=promise,
            alpha=alpha,
            solve_for="power",
            method=method,
            futility=False,
        ),
        numbers,
    )
    return replace(planned, extra=(*planned.extra, ITS_OWN))


def _patients(main: Planned, allocation: float) -> float:
    """Give the patients of both arms, the control arm being as large as the trial's."""
    control = main.plan.patients / (1.0 + main.plan.allocation)
    return control * (1.0 + allocation)


def _in_time(
    promise: DesignPromise, numbers: Numbers, main: Planned
) -> tuple[DesignPromise, Numbers]:
    """Look at times to events when the trial is looked at, with the accrual it has."""
    if main.world is None:
        raise DesignError(
            "When the trial is looked at is not planned, so neither are the events of this "
            "hypothesis; give patients with their accrual under `planning`."
        )
    times = tuple(look.time for look in main.plan.looks if look.time is not None)
    accrual = main.world.accrual
    pieces = tuple(zip(accrual.starts.tolist(), accrual.rates.tolist(), strict=True))
    planning = replace(promise.planning, accrual_pieces=pieces, accrual_relative=True)
    looks = LookSchedule(calendar=times)
    allocation = main.plan.allocation
    enrolled = accrual.patients / (1.0 + allocation) * (1.0 + main.world.allocation)
    return (
        replace(promise, looks=looks, planning=planning),
        replace(numbers, patients=enrolled, accrual_duration=accrual.duration),
    )


def asked_for_main(protocol: "Protocol", hypothesis: "Hypothesis", alpha: float) -> Asked:
    """Put together what the hypothesis asks for that the trial is sized for."""
    assert protocol.design is not None  # noqa: S101 - called for designs only
    if alpha == 0:
        raise DesignError(
            f"The trial is sized for {hypothesis.id}, but hardly any alpha comes to it; give it a "
            "larger share, or size the trial for another hypothesis with `sized_for`."
        )
    return replace(asked_of(protocol, protocol.design, hypothesis), alpha=alpha)

"""The table of alternatives: the design anew for every combination of the numbers in lists."""

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.design.planned.multiplicity import Levels, planned_level
from equipoise.design.planned.secondary import plan_secondary
from equipoise.design.planned.several import arms_of, goal_of_all
from equipoise.design.planned.sizing import Sized, size_trial
from equipoise.design.planned.world import GRID_NAMES, Numbers, choices, grids_of
from equipoise.design.trial_design import AlternativeDesign, Alternatives
from equipoise.errors import DesignError

PAIR = 2  # arms; of more, each comparison may stop by itself

if TYPE_CHECKING:
    from equipoise.design.planned.hypothesis import Planned
    from equipoise.protocol.trial import Protocol


def alternatives(protocol: "Protocol", held: Levels, sized: Sized) -> Alternatives | None:
    """Design the trial for every combination; None where nothing is written as a list.

    Args:
        protocol: with its design.
        held: what each hypothesis is tested at.
        sized: the design for the first of each list.

    Witness: each row is `size_trial` of its own numbers.
    """
    promise = protocol.design
    assert promise is not None  # noqa: S101 - called for designs only
    varied = tuple(name for name, grid in grids_of(promise).items() if len(grid) > 1)
    if not varied:
        return None
    lead = promise.sized_for or ""
    rows = [
        _row(
            _with_effect(protocol, lead, numbers),
            held,
            numbers,
            varied,
            sized if place == 0 else None,
        )
        for place, numbers in enumerate(choices(promise))
    ]
    named = tuple(promise.measure if name == "effect" else GRID_NAMES[name] for name in varied)
    return Alternatives(lead, named, tuple(rows))


def _with_effect(protocol: "Protocol", lead: str, numbers: Numbers) -> "Protocol":
    """Plan the leading hypothesis for one effect of its list."""
    promise = protocol.design
    assert promise is not None  # noqa: S101 - as above
    if numbers.effect is None:
        return protocol
    effects = tuple(
        replace(each, value=(numbers.effect,)) if each.hypothesis == lead else each
        for each in promise.effects
    )
    return replace(protocol, design=replace(promise, effects=effects))


def _row(
    protocol: "Protocol",
    held: Levels,
    numbers: Numbers,
    varied: tuple[str, ...],
    known: Sized | None,
) -> AlternativeDesign:
    promise = protocol.design
    assert promise is not None  # noqa: S101 - as above
    settings = tuple(
        (promise.measure if name == "effect" else GRID_NAMES[name], getattr(numbers, name))
        for name in varied
    )
    empty = AlternativeDesign(
        settings,
        known is not None,
        *(None,) * 10,
        refused="",  # what a design would tell
    )
    try:
        sized = known or size_trial(protocol, held, numbers, goal_of_all(protocol, held))
        plan = _leading(protocol, held, sized).plan
    except DesignError as refusal:
        return replace(empty, refused=str(refusal))
    average = plan.expected[-1]
    arms = arms_of(protocol, sized.planned, sized.asked)
    return replace(
        empty,
        effect=plan.effect.value,
        power=plan.power,
        patients=sized.planned.patients if arms else None,
        patients_whole=sum(arm.whole for arm in arms) if arms else None,
        events=plan.events,
        events_whole=plan.events_whole,
        duration=plan.looks[-1].time,
        expected_patients=average.patients if len(arms) == PAIR else None,
        expected_events=average.events,
        expected_duration=average.time,
    )


def _leading(protocol: "Protocol", held: Levels, sized: Sized) -> "Planned":
    """Give the plan of the hypothesis the table is for, in the trial as sized."""
    promise = protocol.design
    assert promise is not None  # noqa: S101 - as above
    lead = promise.sized_for or ""
    if sized.asked.hypothesis.id == lead:
        return sized.planned
    if sized.own and lead in sized.own:
        return sized.own[lead]
    level = planned_level(held, lead)
    return plan_secondary(protocol, protocol.hypothesis(lead), level, sized.planned)

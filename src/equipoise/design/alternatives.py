"""The table of alternatives: the design anew for every combination of the numbers in lists."""

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.design.planned_world import GRID_NAMES, Numbers, choices, grids_of
from equipoise.design.trial_design import AlternativeDesign, Alternatives
from equipoise.errors import DesignError

if TYPE_CHECKING:
    from equipoise.design.hypothesis_plan import Asked, Planned


def alternatives(asked: "Asked", planned: "Planned") -> Alternatives | None:
    """Design the trial for every combination; None where nothing is written as a list.

    Args:
        asked: the hypothesis that sizes the trial.
        planned: its plan for the first of each list.

    Witness: each row is `plan_hypothesis` of its own numbers.
    """
    grids = grids_of(asked.promise)
    varied = tuple(name for name, grid in grids.items() if len(grid) > 1)
    if not varied:
        return None
    rows = [
        _row(asked, numbers, varied, planned if place == 0 else None)
        for place, numbers in enumerate(choices(asked.promise))
    ]
    named = tuple(asked.effect.measure if name == "effect" else GRID_NAMES[name] for name in varied)
    return Alternatives(asked.hypothesis.id, named, tuple(rows))


def _row(
    asked: "Asked", numbers: Numbers, varied: tuple[str, ...], known: "Planned | None"
) -> AlternativeDesign:
    from equipoise.design.hypothesis_plan import plan_hypothesis  # noqa: PLC0415 - it imports us

    settings = tuple(
        (asked.effect.measure if name == "effect" else GRID_NAMES[name], getattr(numbers, name))
        for name in varied
    )
    empty = AlternativeDesign(
        settings,
        known is not None,
        *(None,) * 10,
        refused="",  # what a design would tell
    )
    try:
        plan = (known or plan_hypothesis(asked, numbers)).plan
    except DesignError as refusal:
        return replace(empty, refused=str(refusal))
    average = plan.expected[-1]
    return replace(
        empty,
        effect=plan.effect.value,
        power=plan.power,
        patients=plan.patients,
        patients_whole=sum(plan.patients_whole),
        events=plan.events,
        events_whole=plan.events_whole,
        duration=plan.looks[-1].time,
        expected_patients=average.patients,
        expected_events=average.events,
        expected_duration=average.time,
    )

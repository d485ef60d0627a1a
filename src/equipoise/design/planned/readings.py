"""What a design says at counts between its looks: the bounds of a trial read there.

A count is put in place of the planned look that is nearest; the errors spent there follow from
the spending functions at its fraction of the planned information (`sequential.reading`).
"""

from dataclasses import replace

import numpy as np

from equipoise.design.plan import Plan
from equipoise.design.sequential.describe import describe
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.survival.events import most_events, time_of_events
from equipoise.design.survival.world import SurvivalWorld
from equipoise.design.trial_design import Reading
from equipoise.errors import DesignError
from equipoise.kernel.arrays import vector

EARLIEST = 1e-4  # of the planned information
LATEST = 1.5  # times the planned information: further on it is another trial


def reading(plan: Plan, count: float, world: SurvivalWorld | None = None) -> Reading:
    """Read a plan at a count of events, or of patients where the endpoint has no events.

    A design whose rule cannot be read elsewhere says so in `refused`.

    Raises:
        DesignError: the count is not above 0.

    Witness: `updated_design` (gsDesign with `maxn.IPlan`); at a planned look, the look itself.
    """
    if not count > 0:
        raise DesignError(f"A design is read at counts above 0, found {count:g}.")
    whole = plan.events if plan.events is not None else plan.patients
    fraction, planned = count / whole, plan.sequential.information
    place = int(np.argmin(np.abs(planned - fraction)))
    last = planned.size - 1
    final = place == last
    empty = Reading(
        count=count,
        counted_in="events" if plan.events is not None else "patients",
        information_fraction=fraction,
        look=place + 1,
        final=final,
        time=_time(plan, count, world),
        efficacy=None,
        futility=None,
        lower_efficacy=None,
        alpha_spent=None,
        beta_spent=None,
        assumed=(_where(plan, place, final=final),),
    )
    if fraction < EARLIEST:
        return replace(empty, refused="That is before there is anything to see; read it later.")
    if fraction > LATEST * planned[-1]:
        return replace(empty, refused=_beyond(plan, count, whole))
    before = tuple(planned[:place].tolist())
    try:
        sequential = _moved(plan.sequential, (*before, fraction), final=final)
    except DesignError as refusal:
        return replace(empty, refused=str(refusal))
    return _read(plan, sequential, place, empty)


def _beyond(plan: Plan, count: float, whole: float) -> str:
    unit = "events" if plan.events is not None else "patients"
    return (
        f"The trial ends at {whole:.4g} {unit}, long before {count:g}; plan for as many to look "
        "there."
    )


def _moved(
    sequential: GroupSequential, information: tuple[float, ...], *, final: bool
) -> GroupSequential:
    if type(sequential) is not GroupSequential:
        raise DesignError(
            "A design for the largest of several tests is not read between its looks; plan a look "
            "there."
        )
    return updated_design(sequential, information, final=final)


def _read(plan: Plan, sequential: GroupSequential, place: int, empty: Reading) -> Reading:
    """Tell the bounds of the moved design on every scale."""
    planned = plan.sequential.information
    at_looks = sequential.information
    look = plan.looks[-1]
    rows = describe(
        sequential,
        plan.effect,
        information=vector(look.information * at_looks),
        patients=vector(np.interp(at_looks, planned, [each.patients for each in plan.looks])),
    )[place]
    return replace(
        empty,
        efficacy=rows.efficacy,
        futility=rows.futility,
        lower_efficacy=rows.lower_efficacy,
        alpha_spent=rows.alpha_spent,
        beta_spent=rows.beta_spent,
    )


def _time(plan: Plan, count: float, world: SurvivalWorld | None) -> float | None:
    """Give when so many events are expected under the alternative."""
    if world is None or plan.events is None or count >= most_events(world):
        return None
    return float(time_of_events(world, [count])[0])


def _where(plan: Plan, place: int, *, final: bool) -> str:
    planned = plan.looks[place]
    unit = "events" if planned.events is not None else "patients"
    at = planned.events if planned.events is not None else planned.patients
    told = f"Read in place of look {place + 1}, planned at {at:.4g} {unit}"
    if final:
        return (
            f"{told}; as the last look it spends all that is left of alpha, and there is no "
            "conditional power, nor futility."
        )
    if place == 0:
        return f"{told}; no look went before."
    return f"{told}; the looks before it as planned."

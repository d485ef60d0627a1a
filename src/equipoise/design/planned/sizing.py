"""How large a trial is that several primary hypotheses share, and which of them decides it.

Each is planned alone, at the alpha it is planned at; the one with the most patients, or with the
longest trial among as many, is the driver.  Where in the driver's trial another one falls short
of the power (its looks come at other information there), or where all must be met together, the
driver's own power π is raised until

    min_j p_j(π) ≥ power,     or     P(all are met in the driver's trial) ≥ power.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from equipoise.design.planned.hypothesis import Asked, Planned, plan_hypothesis
from equipoise.design.planned.multiplicity import Level, Levels, planned_level
from equipoise.design.planned.secondary import asked_at, at_the_end, method_for, plan_secondary
from equipoise.design.trial_design import SizeAlone, Sizing
from equipoise.errors import DesignError
from equipoise.kernel.normal import upper_quantile, upper_tail
from equipoise.kernel.rising_root import rising_root
from equipoise.protocol.derive_design import known_of, solved_for
from equipoise.protocol.endpoints import TimeToEvent

if TYPE_CHECKING:
    from equipoise.design.plan import Plan
    from equipoise.design.planned.world import Numbers
    from equipoise.protocol.trial import Hypothesis, Protocol

SIZES = frozenset({"patients", "events", "accrual duration", "follow-up"})
SURE = 12.0  # standard deviations: a power of 1 to the last digit
ENOUGH = 1e-9  # of power


@dataclass(frozen=True, slots=True)
class Together:
    """The chance that all co-primary hypotheses are met, and how closely it is aimed at."""

    chance: Callable[["dict[str, Plan]"], float]
    precision: float


@dataclass(frozen=True, slots=True)
class Sized:
    """The hypothesis that decides, its plan, and the others' plans where they are their own."""

    asked: Asked
    planned: Planned
    sizing: Sizing | None = None
    own: "dict[str, Planned] | None" = None  # without times: each one's own events


def size_trial(
    protocol: "Protocol", held: Levels, numbers: "Numbers", together: Together | None
) -> Sized:
    """Plan the hypothesis that decides how large the trial is.

    Args:
        protocol: with a design that is sized for a hypothesis.
        held: what each hypothesis is tested at.
        numbers: the choice of what may be given as grids; the effect is the leading one's.
        together: of co-primary hypotheses, the chance that all are met.

    Raises:
        DesignError: no design satisfies what is promised.

    Witness: `plan_hypothesis` of each alone; `plan_secondary` at the size.
    """
    promise = protocol.design
    assert promise is not None  # noqa: S101 - called for designs only
    lead = protocol.hypothesis(promise.sized_for or "")
    if not (promise.sized_for_all and promise.solve_for in SIZES) or promise.events:
        asked = asked_at(protocol, lead, planned_level(held, lead.id))
        return Sized(asked, plan_hypothesis(asked, numbers))
    return _largest(protocol, held, numbers, together)


def _largest(
    protocol: "Protocol", held: Levels, numbers: "Numbers", together: Together | None
) -> Sized:
    promise = protocol.design
    assert promise is not None  # noqa: S101 - as above
    alone: dict[str, tuple[Asked, Planned, Numbers]] = {}
    for hypothesis in protocol.hypotheses:
        if hypothesis.role == "primary" and promise.effect(hypothesis.id) is not None:
            asked = _by_itself(protocol, hypothesis, planned_level(held, hypothesis.id))
            if asked is not None:
                own = _own_effect(asked, numbers, promise.sized_for or "")
                alone[hypothesis.id] = asked, _planned(asked, own), own
    driver = max(alone, key=lambda name: _extent(alone[name][1]))
    asked, planned, own = alone[driver]
    goal = own.power or 0.0
    sized = Sized(asked, planned, own=_without_times(alone))
    if sized.own is None and len(alone) > 1:
        sized = replace(sized, planned=_raised(protocol, held, sized, own, goal, together))
    sizing = Sizing(
        goal="all met" if together else "each",
        power=goal,
        driven_by=driver,
        alone=tuple(_size_alone(name, plan) for name, (_, plan, _) in alone.items()),
        driven_power=sized.planned.plan.power,
    )
    return replace(sized, sizing=sizing)


def _planned(asked: Asked, numbers: "Numbers") -> Planned:
    """Plan one of several; a refusal says whose it is."""
    try:
        return plan_hypothesis(asked, numbers)
    except DesignError as refusal:
        raise DesignError(f"{asked.hypothesis.id}: {refusal}", refusal.about) from None


def _by_itself(protocol: "Protocol", hypothesis: "Hypothesis", level: Level) -> Asked | None:
    """Ask for one hypothesis alone; None where the quantity that is solved for is not its own."""
    asked = asked_at(protocol, hypothesis, level)
    promise = replace(asked.promise, sized_for=hypothesis.id)
    leading = protocol.estimand(protocol.hypothesis(asked.promise.sized_for or "").estimand)
    led_by_times = isinstance(protocol.endpoint(leading.endpoint), TimeToEvent)
    solve_for = promise.solve_for
    if not isinstance(asked.endpoint, TimeToEvent):
        if promise.planning.patients:  # how long they are followed does not change its power
            return None
        solve_for = "patients"
        promise = at_the_end(promise) if led_by_times else promise
    elif not led_by_times:
        solve_for = solved_for(asked.endpoint, known_of(promise, effect=True))
    promise = replace(promise, solve_for=solve_for)
    return replace(asked, promise=promise, solve_for=solve_for, method=method_for(promise, asked))


def _own_effect(asked: Asked, numbers: "Numbers", lead: str) -> "Numbers":
    if asked.hypothesis.id == lead:
        return numbers
    return replace(numbers, effect=asked.effect.value[0] if asked.effect.value else None)


def _extent(planned: Planned) -> tuple[float, float]:
    """Give what is compared: patients of all arms, then the time of the last look."""
    return round(planned.patients, 6), planned.plan.looks[-1].time or 0.0


def _without_times(alone: "dict[str, tuple[Asked, Planned, Numbers]]") -> dict[str, Planned] | None:
    """Give each one's own plan, where no calendar connects their events."""
    plans = {name: planned for name, (_, planned, _) in alone.items()}
    apart = [
        each for each in plans.values() if each.plan.kind == "time-to-event" and not each.world
    ]
    return plans if apart else None


def _raised(
    protocol: "Protocol",
    held: Levels,
    sized: Sized,
    numbers: "Numbers",
    goal: float,
    together: Together | None,
) -> Planned:
    """Raise the driver's power until the others have theirs, or all are met together."""
    promise = protocol.design
    assert promise is not None  # noqa: S101 - as above
    driver = sized.asked.hypothesis.id
    others = [
        each
        for each in protocol.hypotheses
        if each.role == "primary" and each.id != driver and promise.effect(each.id) is not None
    ]
    known: dict[float, Planned] = {}

    def reached(planned: Planned) -> float:
        plans = {driver: planned.plan}
        for each in others:
            level = planned_level(held, each.id)
            plans[each.id] = plan_secondary(protocol, each, level, planned).plan
        return together.chance(plans) if together else min(each.power for each in plans.values())

    def short(z: float) -> float:
        power = upper_tail(-z)
        known[z] = _planned(sized.asked, replace(numbers, power=power))
        found = reached(known[z])
        near = abs(found - goal) <= precision
        return 0.0 if near else min(upper_quantile(1.0 - found), SURE) - wanted

    precision = together.precision if together else ENOUGH
    if reached(sized.planned) >= goal - precision:
        return sized.planned
    wanted = upper_quantile(1.0 - goal)
    return known[rising_root(short, wanted + 0.3, slope=1.0, within=(wanted, wanted + 4.0))]


def _size_alone(name: str, planned: Planned) -> SizeAlone:
    plan = planned.plan
    stopping = plan.sequential.asked.stopping
    patients = planned.patients if plan.patients_known else None
    return SizeAlone(name, stopping.alpha, patients, plan.events, plan.looks[-1].time)

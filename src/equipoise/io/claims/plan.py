"""From the plan of a claims file to the claimed plan, dates as times since the first patient."""

from datetime import date

from equipoise.appraise.claims.claim import ClaimedPlan, Sides
from equipoise.io.claims.fields import calendar_day, exact, yes
from equipoise.io.claims.numbers import UNVERIFIED, NumbersOfFile
from equipoise.io.claims.schema import PlanSection
from equipoise.protocol.trial import DAYS_PER, TimeUnit


def claimed_plan(told: PlanSection | None, numbers: NumbersOfFile) -> ClaimedPlan:
    """Put a plan together; an empty one where none is known."""
    if told is None:
        return ClaimedPlan()
    numbers.standing = told.standing
    accrual, data_cut = _calendar(told, numbers.unit)
    return ClaimedPlan(
        alpha=_value(told.alpha),
        sides=sides_of(told.sides),
        events=numbers.optional(told.events, "count", "plan", "events"),
        hazard_ratio=_value(told.hazard_ratio),
        power=_value(told.power),
        stopped_early=None if told.stopped_early is None else yes(told.stopped_early),
        information=_value(told.information),
        accrual=accrual,
        data_cut=data_cut,
        unverified=told.standing == UNVERIFIED,
    )


def sides_of(text: str | None) -> Sides | None:
    """Read whether one or two sides are meant."""
    return None if text is None else 1 if text == "1" else 2


def _value(text: str | None) -> float | None:
    return None if text is None else exact(text)


def _calendar(plan: PlanSection, unit: TimeUnit) -> tuple[tuple[float, float] | None, float | None]:
    """Measure from the first patient; of a month, so that follow-up can only be too long."""
    if plan.accrual is None:
        return None, None
    first = calendar_day(plan.accrual.first)

    def since(day: date) -> float:
        return (day - first).days / DAYS_PER[unit]

    last = since(calendar_day(plan.accrual.last, last=True))
    cut = None if plan.data_cut is None else since(calendar_day(plan.data_cut, last=True))
    return (0.0, last), cut

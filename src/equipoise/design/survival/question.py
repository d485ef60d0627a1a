"""What is asked of a survival design: five quantities, one of them open.

Power, events, patients (by the accrual's rate and duration), follow-up and the hazard ratio are
tied by two equations: the events a power needs, and the events a world gives by a time.

    solve for           given                                        found
    patients            accrual's duration and shape, follow-up      its rate
    events, follow-up   accrual                                      how long to wait
    accrual duration    its rate, follow-up or study duration        how long to enroll
    power               accrual, and follow-up or events             power
    effect              power, accrual, and follow-up or events      the detectable hazard ratio
"""

import math
from dataclasses import dataclass, field

from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.checks import check_world
from equipoise.design.survival.formulas import (
    Better,
    Method,
    better_side,
    check_difference,
    check_errors,
    check_method,
    check_ratios,
)
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.protocol.planning import SolveFor

ROUNDING = 1e-9  # of an information fraction


@dataclass(frozen=True, slots=True)
class SurvivalQuestion:
    """A survival design with one quantity open; the hazards are proportional."""

    world: SurvivalWorld  # its accrual is scaled when patients are solved for
    solve_for: SolveFor = "patients"
    stopping: StoppingPlan = field(default_factory=StoppingPlan)
    power: float | None = 0.9
    events: float | None = None  # at the last look; takes the place of the power
    follow_up: float | None = None  # from the last patient's entry to the last look
    study_duration: float | None = None  # instead of `follow_up`: from the first patient's
    calendar: tuple[float, ...] = ()  # looks at these times; information follows
    spend_by_calendar: bool = False  # errors are spent by time over study duration
    method: Method = "schoenfeld"
    null_ratio: float = 1.0  # the margin, in a trial of non-inferiority or of superiority by one
    better: Better | None = None  # None: the side of the null on which the hazard ratio lies
    boundaries: GroupSequential | float | None = None  # drawn already, or the power to draw for

    @property
    def hazard_ratio(self) -> float:
        """The planned hazard ratio."""
        return float(self.world.strata[0].hazard_ratio.values[0])

    @property
    def side(self) -> Better:
        """Which hazard ratios favor the experimental arm."""
        return self.better or better_side(self.hazard_ratio, self.null_ratio)

    @property
    def duration(self) -> float | None:
        """When the last look comes, where that is given."""
        if self.calendar:
            return self.calendar[-1]
        if self.study_duration is not None:
            return self.study_duration
        return None if self.follow_up is None else self.world.accrual.duration + self.follow_up


def check_question(question: SurvivalQuestion) -> None:
    """Refuse what contradicts itself, or can have no answer, before anything is computed.

    Raises:
        DesignError: the fact, the value and the remedy.
    """
    check_world(question.world)
    check_method(question.method)
    _check_proportional(question)
    check_ratios(question.hazard_ratio, question.null_ratio)
    solve_for, stopping = question.solve_for, question.stopping
    if solve_for not in ("power", "effect"):
        check_difference(question.hazard_ratio, question.null_ratio)
        check_side(question)
    power = None if solve_for == "power" else question.power
    if solve_for != "power" and power is None and question.events is None:
        raise DesignError(f"To solve for {solve_for}, give the power or the number of events.")
    if solve_for == "effect" and power is None:
        raise DesignError("To solve for the detectable hazard ratio, give the power.")
    check_errors(stopping.alpha, power, stopping.sides)
    if not question.calendar and abs(stopping.information[-1] - 1.0) > ROUNDING:
        raise DesignError(
            f"The looks of a design end at information fraction 1; found "
            f"{stopping.information[-1]:g}. Divide the fractions by it."
        )
    _check_times(question)
    _check_end(question)


def check_side(question: SurvivalQuestion) -> None:
    """Refuse a planned effect on the wrong side of the null."""
    actual = better_side(question.hazard_ratio, question.null_ratio)
    if question.side != actual:
        raise DesignError(
            f"{question.side.capitalize()} hazard ratios are to be shown, but the planned "
            f"{question.hazard_ratio:g} lies on the other side of the null "
            f"{question.null_ratio:g}. Turn the ratio round (1/{question.hazard_ratio:g}), or the "
            "side."
        )


def _check_proportional(question: SurvivalQuestion) -> None:
    ratios = {
        float(value) for stratum in question.world.strata for value in stratum.hazard_ratio.values
    }
    if len(ratios) > 1:
        raise DesignError(
            f"These formulas are for one hazard ratio throughout; found {sorted(ratios)}. Use an "
            "average hazard ratio or a weighted log-rank design for ratios that change."
        )


def _check_times(question: SurvivalQuestion) -> None:
    given = {
        "follow_up": question.follow_up,
        "study_duration": question.study_duration,
        "events": question.events,
    }
    for name, value in given.items():
        if value is not None and not (math.isfinite(value) and value >= 0):
            raise DesignError(f"{name} must be 0 or more; found {value:g}.")
    times = question.calendar
    rising = all(later > earlier for earlier, later in zip((0.0, *times), times, strict=False))
    if not (rising and math.isfinite(sum(times))):
        raise DesignError(f"Looks must come at times that increase from 0; found {list(times)}.")
    if question.follow_up is not None and question.study_duration is not None:
        raise DesignError(
            f"Follow-up {question.follow_up:g} and study duration {question.study_duration:g} are "
            "both given; give one of them."
        )


def _check_end(question: SurvivalQuestion) -> None:
    """Refuse an end of the study that is missing, or given where it is to be found."""
    solve_for, has_end = question.solve_for, question.duration is not None
    waits = solve_for in ("events", "follow-up")
    if waits and has_end:
        raise DesignError(
            f"To solve for {solve_for} the end of the study is what is found; leave out follow_up, "
            "study_duration and calendar, or solve for patients."
        )
    if solve_for == "accrual duration" and question.calendar:
        raise DesignError("Looks at calendar times fix the accrual; solve for patients or power.")
    if solve_for in ("power", "effect") and has_end == (question.events is not None):
        raise DesignError(
            f"To solve for {solve_for} give either the events or the follow-up, not both or none."
        )
    needs_end = solve_for in ("patients", "accrual duration")
    if needs_end and not has_end:
        raise DesignError(f"To solve for {solve_for}, give the follow-up or the study duration.")

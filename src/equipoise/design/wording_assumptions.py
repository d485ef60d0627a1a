"""What a design assumes of patients and endpoints, in sentences."""

from collections.abc import Iterator
from math import exp

from equipoise.design.trial_design import HypothesisDesign
from equipoise.design.wording_numbers import (
    Clock,
    listed,
    percent,
    sentence,
    short_percent,
    significant,
)
from equipoise.protocol.planning import EndpointAssumption, Pieces, PlanningAssumptions
from equipoise.protocol.trial import DAYS_PER, Protocol, TimeUnit

AT = {"day": 365.0, "week": 52.0, "month": 12.0, "year": 1.0}  # about a year


def assumption_words(protocol: Protocol, main: HypothesisDesign) -> Iterator[str]:
    """Say what the size rests on."""
    promise, clock = protocol.design, Clock(protocol.trial)
    if promise is None:
        return
    planning = promise.planning
    if main.world is not None:
        accrual = main.world.accrual
        evenly = "evenly " if accrual.rates.size == 1 else "at changing rates "
        yield sentence(
            f"patients are assumed to enroll {evenly}over {clock.length(accrual.duration)}"
        )
    yield from _endpoint(planning.endpoint(main.endpoint), clock)
    if main.effect is not None and main.effect.pieces:
        steps = listed(
            f"{significant(ratio)} from {clock.length(start)}"
            for start, ratio in main.effect.pieces
        )
        yield sentence(f"the hazard ratio changes: {steps}")
    if main.world is not None:
        yield from _dropout(planning, protocol.trial.time_unit)
        if planning.strata:
            shares = listed(f"{short_percent(share)} {level}" for level, share in planning.strata)
            yield sentence(f"strata have shares of {shares}")


def _endpoint(assumed: EndpointAssumption, clock: Clock) -> Iterator[str]:
    cured = f", {short_percent(assumed.cured)} being cured" if assumed.cured else ""
    if assumed.hazard:
        yield sentence(
            f"in the control arm {_survival(assumed.hazard, assumed.cured, clock)}{cured}"
        )
    for level, hazard in assumed.stratum_hazards:
        told = _survival(hazard, assumed.cured, clock)
        yield sentence(f"in the control arm's stratum {level} {told}{cured}")
    if assumed.rate is not None:
        yield sentence(f"the control arm's rate is assumed to be {short_percent(assumed.rate)}")
    if assumed.standard_deviation is not None:
        told = f"a standard deviation of {significant(assumed.standard_deviation)} is assumed"
        if assumed.correlation is not None:
            told += f", and a correlation of {significant(assumed.correlation)} with the baseline"
        yield sentence(told)


def _survival(hazard: Pieces, cured: float, clock: Clock) -> str:
    """Tell survival at the ends of the pieces; of one piece, after about a year and two."""
    year = AT[clock.unit] / clock.factor
    times = [start for start, _ in hazard[1:]] or [year, 2 * year]
    told = listed(
        f"{percent(cured + (1 - cured) * exp(-_cumulative(hazard, time)))} at {clock.length(time)}"
        for time in times
    )
    kind = "constant" if len(hazard) == 1 else "piecewise constant"
    return f"survival without event is assumed to be {told} ({kind} hazard)"


def _cumulative(hazard: Pieces, time: float) -> float:
    ends = [*(start for start, _ in hazard[1:]), float("inf")]
    return sum(
        rate * max(0.0, min(end, time) - start)
        for (start, rate), end in zip(hazard, ends, strict=True)
    )


def _dropout(planning: PlanningAssumptions, unit: TimeUnit) -> Iterator[str]:
    control, experimental = planning.control_dropout, planning.experimental_dropout
    if not control and not experimental:
        yield "No dropout is assumed."
    elif control == experimental:
        yield sentence(f"{_lost(control, unit)} are assumed to be lost to follow-up")
    else:
        yield sentence(
            f"{_lost(control, unit)} of the control arm and {_lost(experimental, unit)} of the "
            "experimental arm are assumed to be lost to follow-up"
        )


def _lost(dropout: Pieces, unit: TimeUnit) -> str:
    if not dropout:
        return "none"
    year = DAYS_PER["year"] / DAYS_PER[unit]
    return f"{short_percent(round(1 - exp(-_cumulative(dropout, year)), 4))} in the first year"

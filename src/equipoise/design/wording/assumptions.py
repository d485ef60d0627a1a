"""What a design assumes of patients and endpoints, in sentences.

The experimental arm's course is the control arm's hazard times the planned hazard ratio:
S_E(t) = c + (1 - c) exp(-Σ HR_j λ_j Δ_j), c being the cured.
"""

from collections.abc import Iterator
from math import exp, inf, log

from equipoise.design.trial_design import HypothesisDesign
from equipoise.design.wording.numbers import (
    Clock,
    decimal,
    listed,
    percent,
    sentence,
    short_percent,
    significant,
)
from equipoise.protocol.coherence_effects import experimental_rate
from equipoise.protocol.planning import EndpointAssumption, Pieces, PlanningAssumptions
from equipoise.protocol.trial import DAYS_PER, Protocol, TimeUnit

AT = {"day": 365.0, "week": 52.0, "month": 12.0, "year": 1.0}  # about a year
HALF = 0.5
ABBREVIATION = 4  # letters


def assumption_words(protocol: Protocol, main: HypothesisDesign) -> Iterator[str]:
    """Say what the size rests on: accrual, the endpoint in both arms, dropout, strata."""
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
    yield from endpoint_words(protocol, main)
    if main.world is not None:
        yield from _dropout(planning, protocol.trial.time_unit)
        if planning.strata:
            shares = listed(f"{short_percent(share)} {level}" for level, share in planning.strata)
            yield sentence(f"strata have shares of {shares}")


def endpoint_words(protocol: Protocol, each: HypothesisDesign) -> Iterator[str]:
    """Say what is assumed of a hypothesis's endpoint in both arms."""
    promise, clock = protocol.design, Clock(protocol.trial)
    if promise is None:
        return
    assumed = promise.planning.endpoint(each.endpoint)
    label = inside(protocol.endpoint(each.endpoint).label)
    ratios = _ratios(each)
    told = [("", assumed.hazard)] if assumed.hazard else []
    told += [(f" in stratum {level}", hazard) for level, hazard in assumed.stratum_hazards]
    for where, hazard in told:
        yield sentence(_courses(label, where, hazard, ratios, assumed.cured, clock))
    if each.effect is not None and each.effect.pieces:
        steps = listed(
            f"{significant(ratio)} from {clock.length(start)}"
            for start, ratio in each.effect.pieces
        )
        yield sentence(f"the hazard ratio changes: {steps}")
    yield from _at_once(assumed, label, each)


def inside(label: str) -> str:
    """Write a label within a sentence; an abbreviation keeps its capitals.

    >>> inside("Overall survival"), inside("OS"), inside("Os"), inside("MRD below 1%")
    ('overall survival', 'OS', 'OS', 'MRD below 1%')
    """
    if len(label) <= ABBREVIATION and label.isalpha():
        return label.upper()
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _at_once(assumed: EndpointAssumption, label: str, each: HypothesisDesign) -> Iterator[str]:
    """Tell rates and measurements."""
    if assumed.rate is not None:
        told = f"the control arm's rate of {label} is assumed to be {short_percent(assumed.rate)}"
        plan = each.plan
        rate = None
        if plan is not None:
            rate = experimental_rate(plan.effect.name, plan.effect.value, assumed.rate)
        if rate is not None:
            told += f", the experimental arm's then being {short_percent(round(rate, 4))}"
        yield sentence(told)
    if assumed.standard_deviation is not None:
        told = (
            f"a standard deviation of {label} of {significant(assumed.standard_deviation)} is "
            "assumed in either arm"
        )
        if assumed.correlation is not None:
            told += f", and a correlation of {significant(assumed.correlation)} with the baseline"
        yield sentence(told)


def _ratios(each: HypothesisDesign) -> Pieces:
    """Give the planned hazard ratio on pieces; none where it is another measure."""
    if each.effect is not None and each.effect.pieces:
        return each.effect.pieces
    if each.plan is not None and each.plan.effect.name.endswith("hazard ratio"):
        value = each.effect.value[0] if each.effect and each.effect.value else None
        return ((0.0, each.plan.effect.value if value is None else value),)
    return ()


def _courses(
    label: str, where: str, hazard: Pieces, ratios: Pieces, cured: float, clock: Clock
) -> str:
    """Tell survival in both arms at the ends of the pieces; of one piece, after a year and two."""
    year = AT[clock.unit] / clock.factor
    times = [start for start, _ in hazard[1:]] or [year, 2 * year]
    control = listed(
        f"{percent(_survival(hazard, cured, time))} at {clock.length(time)}" for time in times
    )
    kind = "constant" if len(hazard) == 1 else "piecewise constant"
    what = label if "survival" in label else f"{label}: the share without the event"
    told = (
        f"{what} in the control arm{where} is assumed to be {control}"
        f"{_median(hazard, cured, clock)} ({kind} hazard)"
    )
    if ratios:
        treated = _product(hazard, ratios)
        at = listed(percent(_survival(treated, cured, time)) for time in times)
        told += f", in the experimental arm then {at}{_median(treated, cured, clock)}"
    return f"{told}; {short_percent(cured)} are cured in either arm" if cured else told


def _survival(hazard: Pieces, cured: float, time: float) -> float:
    return cured + (1.0 - cured) * exp(-_cumulative(hazard, time))


def _median(hazard: Pieces, cured: float, clock: Clock) -> str:
    """Tell the median, where there is one."""
    if cured >= HALF:
        return ""
    left = -log((HALF - cured) / (1.0 - cured))
    ends = [*(start for start, _ in hazard[1:]), inf]
    for (start, rate), end in zip(hazard, ends, strict=True):
        if rate > 0 and left <= rate * (end - start):
            median = decimal((start + left / rate) * clock.factor, 1)
            return f", with a median of {median} {clock.units}"
        left -= rate * (end - start) if rate > 0 else 0.0
    return ""


def _product(hazard: Pieces, ratios: Pieces) -> Pieces:
    """Give a hazard times a ratio that may change at other times."""
    starts = sorted({start for start, _ in (*hazard, *ratios)})
    return tuple((start, _at(hazard, start) * _at(ratios, start)) for start in starts)


def _at(pieces: Pieces, time: float) -> float:
    return [value for start, value in pieces if start <= time][-1]


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
        yield sentence(f"dropout is assumed to be {_lost(control, unit).rstrip(',')}")
    else:
        yield sentence(
            f"dropout is assumed to be {_lost(control, unit)} in the control arm and "
            f"{_lost(experimental, unit)} in the experimental arm"
        )


def _lost(dropout: Pieces, unit: TimeUnit) -> str:
    if not dropout:
        return "none"
    year = DAYS_PER["year"] / DAYS_PER[unit]
    share = short_percent(round(1 - exp(-_cumulative(dropout, year)), 4))
    if len(dropout) == 1:
        return f"{share} a year, at a constant rate,"
    return f"{share} in the first year"

"""The looks of one hypothesis in a row: as recorded, the present one, and those to come."""

from dataclasses import dataclass
from datetime import date
from math import ceil, isfinite, sqrt

from equipoise.design.sequential.design import GroupSequential
from equipoise.kernel.normal import upper_tail
from equipoise.monitor.bounds.rules import NOT_TESTED
from equipoise.monitor.look.look import HypothesisLook, PastLook
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.report.monitoring.closed_context import ClosedContext, futility_of

NEXT_TO_NOTHING = 1e-9
ONE_SIDED = 1


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look of one hypothesis; what does not exist is None."""

    number: int  # from 1
    when: str  # "past", "now", "to come"
    day: date | None  # of a look to come: predicted
    fraction: float
    information: float  # as it is counted
    z: float | None
    bound: float | None
    futility: float | None
    harm: float | None
    futility_from: float | None  # of a wedge
    p_bound: float | None
    effect: float | None  # at the efficacy bound
    futility_effect: float | None  # at the futility bound
    alpha_spent: float | None
    beta_spent: float | None
    decision: int | None  # code of `monitor.bounds.rules`; None: to come
    unplanned: bool = False


def course_of(context: ClosedContext, look: HypothesisLook, scale: EffectScale) -> list[LookRow]:
    """Set the looks of one hypothesis in their order."""
    rows = [_past(each, look, scale) for each in look.past]
    return [*rows, _now(context, look, scale), *_to_come(context, look, scale)]


def _effect(
    look: HypothesisLook, scale: EffectScale, z: float | None, score: float | None
) -> float | None:
    """Give about the effect at a z, where that is on the scale of the estimate."""
    seen = look.seen.effect
    known = seen is None or seen.scale == scale.scale
    if z is None or score is None or not score > 0.0 or not known:
        return None
    found = scale.value(z / sqrt(score))
    return found if isfinite(found) else None


def _past(each: PastLook, look: HypothesisLook, scale: EffectScale) -> LookRow:
    """Tell a look as recorded; one without a date is only taken as held, and has no z."""
    real = bool(each.as_of)
    return LookRow(
        number=each.look,
        when="past",
        day=_date(each.as_of),
        fraction=each.information / look.planned,
        information=each.information,
        z=each.z if real else None,
        bound=each.bound,
        futility=None if each.futility == each.bound else each.futility,
        harm=each.harm,
        futility_from=None,
        p_bound=None if each.bound is None else upper_tail(each.bound),
        effect=_effect(look, scale, each.bound, each.score_information),
        futility_effect=_effect(look, scale, each.futility, each.score_information),
        alpha_spent=each.alpha_spent,
        beta_spent=each.beta_spent,
        decision=each.decision if real else None,
        unplanned=each.unplanned,
    )


def _now(context: ClosedContext, look: HypothesisLook, scale: EffectScale) -> LookRow:
    return LookRow(
        number=context.look.number,
        when="now",
        day=_date(context.look.as_of),
        fraction=look.fraction,
        information=look.seen.information,
        z=look.seen.z,
        bound=look.bound,
        futility=futility_of(look),
        harm=look.harm,
        futility_from=look.futility_from,
        p_bound=look.p_bound,
        effect=look.effect_bound,
        futility_effect=_effect(look, scale, futility_of(look), look.seen.score_information),
        alpha_spent=look.alpha_spent if look.decision != NOT_TESTED else None,
        beta_spent=look.beta_spent if look.decision != NOT_TESTED else None,
        decision=look.decision,
        unplanned=context.look.unplanned,
    )


def _to_come(context: ClosedContext, look: HypothesisLook, scale: EffectScale) -> list[LookRow]:
    """Give the looks that are drawn beyond all information so far."""
    drawn = look.drawn
    if drawn is None or context.look.final:
        return []
    start = look.place
    if start < 1:
        had = max([look.seen.information, *(each.information for each in look.past)])
        reached = had / look.planned * (1.0 + NEXT_TO_NOTHING)
        start = sum(float(each) <= reached for each in drawn.information)
    places = range(start, drawn.looks)
    return [
        _planned(context, look, scale, drawn, place, number)
        for place, number in zip(places, _numbers(context, look, len(places)), strict=True)
    ]


def _numbers(context: ClosedContext, look: HypothesisLook, wanted: int) -> list[int]:
    """Number the looks to come; a hypothesis need not be tested at each."""
    now, rules = context.look.number, context.result.rules
    own = None
    if rules is not None:
        every = {each.hypothesis: each.looks for each in rules.stopping.hypotheses}
        own = every.get(look.hypothesis)
    later = [each for each in own or () if each > now][-wanted:] if wanted else []
    return later if len(later) == wanted else [now + 1 + step for step in range(wanted)]


def _planned(
    context: ClosedContext,
    look: HypothesisLook,
    scale: EffectScale,
    drawn: GroupSequential,
    place: int,
    number: int,
) -> LookRow:
    fraction, last = float(drawn.information[place]), place == drawn.looks - 1
    bound = _finite(drawn.upper[place])
    lower, from_ = _lower(drawn, place)
    score = _score(look, fraction)
    futility = None if last and drawn.sides == ONE_SIDED else lower
    harm = None if drawn.harm is None else _finite(drawn.harm[place])
    return LookRow(
        number=number,
        when="to come",
        day=foretold_date(context, look, fraction),
        fraction=fraction,
        information=fraction * look.planned,
        z=None,
        bound=bound,
        futility=futility,
        harm=_finite(drawn.lower[place]) if drawn.sides > ONE_SIDED else harm,
        futility_from=from_,
        p_bound=None if bound is None else upper_tail(bound),
        effect=_effect(look, scale, bound, score),
        futility_effect=_effect(look, scale, futility, score),
        alpha_spent=float(drawn.alpha_spent[place]),
        beta_spent=float(drawn.beta_spent[place]),
        decision=None,
    )


def _lower(drawn: GroupSequential, place: int) -> tuple[float | None, float | None]:
    """Give the futility bound of a look, and where a wedge of futility begins."""
    if drawn.sides == ONE_SIDED:
        return _finite(drawn.lower[place]), None
    if drawn.inner is None:
        return None, None
    return _finite(drawn.inner[place, 1]), _finite(drawn.inner[place, 0])


def _score(look: HypothesisLook, fraction: float) -> float | None:
    """Give the information of the estimate, growing as that of the looks does."""
    now = look.seen.score_information
    if now is None or not look.fraction > 0.0:
        return None
    return now / look.fraction * fraction


def _finite(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def foretold_date(context: ClosedContext, look: HypothesisLook, fraction: float) -> date | None:
    """Give the date at which the forecast by arm expects so much information."""
    forecast = context.result.forecast
    if forecast is None or look.seen.counted != "events" or look.hypothesis != context.leading:
        return None
    target = ceil(fraction * look.planned - NEXT_TO_NOTHING * look.planned)
    found = (each.when.median_date for each in forecast.targets if each.target == target)
    return next(found, None)

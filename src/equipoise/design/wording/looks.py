"""When a plan is looked at, what each look decides, and what that does to the errors."""

from collections.abc import Iterator

from equipoise.design.plan import Bound, LookPlan, Plan
from equipoise.design.planned.stopping import efficacy_rule
from equipoise.design.sequential.rules import EfficacyRule
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.design.wording.margin import null_words
from equipoise.design.wording.numbers import (
    Clock,
    count,
    effect_words,
    fraction_words,
    listed,
    p_words,
    percent,
    sentence,
    short_percent,
    times,
    z_words,
)
from equipoise.design.wording.rules import efficacy_words, futility_words
from equipoise.protocol.trial import TestMethod

MIRRORED = 1e-6  # z: bounds of both sides that are the same
KEPT = 5e-5  # a difference between two type I errors that is worth a word


def looks_words(design: TrialDesign, each: HypothesisDesign, plan: Plan) -> Iterator[str]:
    """Say when the trial is looked at, and what each look decides."""
    if len(plan.looks) > 1:
        yield from _when(design, each, plan)
    yield from _bounds(design, plan)
    yield from _errors(plan)
    yield from _whole(each)


def _when(design: TrialDesign, each: HypothesisDesign, plan: Plan) -> Iterator[str]:
    looks, clock, promise = plan.looks, Clock(design.protocol.trial), design.protocol.design
    by_calendar = bool(promise and promise.looks.calendar)
    at = listed(fraction_words(look.information_fraction) for look in looks)
    counts = [look.patients if look.events is None else look.events for look in looks]
    noun = "patients" if looks[-1].events is None else "events"
    planned = [look.time for look in looks if look.time is not None]
    timed = len(planned) == len(looks)
    when = listed(clock.shown(time) for time in planned)
    after = f"{clock.units} after the first patient"
    if by_calendar and timed:
        yield sentence(
            f"the trial is looked at {times(len(looks))}, {when} {after}, when "
            f"{listed(map(count, counts))} {noun} are expected ({at} of the information)"
        )
    else:
        yield sentence(
            f"the trial is looked at {times(len(looks))}, at {at} of the information "
            f"({listed(map(count, counts))} {noun})"
        )
        if timed:
            yield sentence(f"this is expected {when} {after}")
    if design.protocol.hypothesis(each.hypothesis).test.method is TestMethod.MAX_COMBO:
        given = "" if promise is None or by_calendar else _promised(promise.looks.information)
        yield sentence(
            "the information is that of the test of the combination that has the least of its own "
            f"at the look, by which errors are spent{given}"
        )
    if promise is not None and promise.looks.spending_by == "calendar":
        yield "Errors are spent by calendar time, as a fraction of the time of the last look."


def _promised(information: tuple[float, ...]) -> str:
    at = listed(map(short_percent, information))
    return f"; the looks come at {at} of the information of the log-rank test"


def _drawn(design: TrialDesign, rule: EfficacyRule | None) -> str:
    """Say by which rule efficacy bounds are drawn, and for whom."""
    promise, shared = design.protocol.design, design.multiplicity
    if promise is not None and shared is not None and shared.procedure == "dunnett":
        looks = len(promise.looks.information)
        rule = efficacy_rule(promise.efficacy, looks, promise.alpha)
        return f"for all arms together by {efficacy_words(rule)} of the family's alpha"
    return f"by {efficacy_words(rule)}"


def _bounds(design: TrialDesign, plan: Plan) -> Iterator[str]:
    stopping = plan.sequential.asked.stopping
    tested = [look for look in plan.looks if look.efficacy is not None]
    if not tested:  # an exact test
        return
    several = len(plan.looks) > 1
    if several:
        yield sentence(f"efficacy bounds are drawn {_drawn(design, stopping.efficacy)}")
    where = "" if len(tested) == len(plan.looks) else f"{_at(tested)}"
    bounds = [look.efficacy for look in tested if look.efficacy]
    yield sentence(f"the null hypothesis is rejected{where} at {_or_more(plan, bounds)}")
    yield from _other_side(plan)
    if stopping.futility is None:
        return
    yield from _futility(plan)
    yield from _harm(plan)
    yield (
        "Futility is binding: alpha holds only if the trial stops when it is told to."
        if plan.sequential.binding
        else "Futility is not binding: alpha holds also where it is overruled."
    )


def _or_more(plan: Plan, bounds: list[Bound]) -> str:
    z, p = listed(z_words(each.z) for each in bounds), listed(p_words(each.p) for each in bounds)
    effect = listed(effect_words(each.effect, plan.effect.name) for each in bounds)
    kind = "one-sided p" if not _several_tests(plan) else "one-sided p of the largest z"
    return f"z of {z} or more ({kind} of {p}; {plan.effect.name} of about {effect})"


def _several_tests(plan: Plan) -> bool:
    return plan.method.startswith("MaxCombo")


def _futility(plan: Plan) -> Iterator[str]:
    rule = plan.sequential.asked.stopping.futility
    bounded = [look for look in plan.looks[:-1] if look.futility is not None]
    if rule is None or not bounded:
        return
    yield sentence(f"it stops for futility {futility_words(rule)}")
    bounds = [look.futility for look in bounded if look.futility]
    z = listed(z_words(each.z) for each in bounds)
    effect = listed(effect_words(each.effect, plan.effect.name) for each in bounds)
    at, about = _at(bounded), f"({plan.effect.name} of about {effect})"
    if is_wedge(plan):
        yield sentence(f"that is between z of {z} and its opposite{at} {about}")
    else:
        above = ", above the bounds of the other side" if plan.sequential.sides > 1 else ""
        yield sentence(f"that is at z of {z} or less{above}{at} {about}")


def is_wedge(plan: Plan) -> bool:
    """Say whether futility of a two-sided design is a wedge about zero, the same on both sides."""
    inner = plan.sequential.inner
    if inner is None:
        return False
    sums = [abs(low + high) for low, high in inner.tolist() if abs(low) + abs(high) < float("inf")]
    return bool(sums) and max(sums) < MIRRORED


def _harm(plan: Plan) -> Iterator[str]:
    """Say when a stop is for harm rather than for futility."""
    rule = plan.sequential.asked.stopping.harm
    if rule is None:
        return
    total = 1.0 - plan.sequential.asked.stopping.alpha if rule.total is None else rule.total
    bounded = [look for look in plan.looks if look.harm is not None]
    z = listed(z_words(look.harm.z) for look in bounded if look.harm)
    yield sentence(
        f"it stops for harm at z of {z} or less{_at(bounded)}, bounds that spend {total:g} under "
        f"no effect by {rule.spending}"
    )


def _at(looks: list[LookPlan]) -> str:
    return f" at look{'s' * (len(looks) > 1)} {listed(str(look.number) for look in looks)}"


def _other_side(plan: Plan) -> Iterator[str]:
    """Say where a two-sided test rejects on the other side."""
    lower = [look.lower_efficacy for look in plan.looks if look.lower_efficacy is not None]
    if not lower:
        return
    if is_mirrored(plan):
        yield "On the other side the bounds are the same with the opposite sign."
    else:
        z = listed(z_words(each.z) for each in lower)
        yield sentence(f"on the other side it is rejected at z of {z} or less")


def is_mirrored(plan: Plan) -> bool:
    """Say whether both sides have the same bounds with opposite signs."""
    pairs = [(each.efficacy, each.lower_efficacy) for each in plan.looks if each.lower_efficacy]
    return all(upper is not None and abs(upper.z + lower.z) < MIRRORED for upper, lower in pairs)


def _errors(plan: Plan) -> Iterator[str]:
    """Say what the type I error is: at most alpha, less where futility is obeyed."""
    alpha = plan.sequential.asked.stopping.alpha
    if plan.exact is not None:
        yield sentence(
            f"the test is exact: its type I error is at most {percent(plan.exact.size, 2)}, at a "
            f"control rate of {percent(plan.exact.worst_control_rate)}"
        )
        return
    if not any(look.futility is not None for look in plan.looks[:-1]):
        return
    obeyed = sum(look.efficacy_null for look in plan.looks)
    where = "under no effect" if null_words(plan) == "no effect" else "at the margin"
    if plan.sequential.binding or abs(obeyed - alpha) < KEPT:
        return
    yield sentence(
        f"the type I error is at most {short_percent(round(alpha, 6))} if futility is ignored, and "
        f"{percent(obeyed, 2)} {where} if it is obeyed"
    )


def _whole(each: HypothesisDesign) -> Iterator[str]:
    """Tell the bounds and the power of whole events or patients."""
    whole = each.whole
    if whole is None:
        return
    counts = [look.patients if look.events is None else look.events for look in whole.looks]
    noun = "patients" if whole.looks[-1].events is None else "events"
    bounds = [look.efficacy for look in whole.looks if look.efficacy is not None]
    z = listed(z_words(bound.z) for bound in bounds)
    patients = "" if noun == "patients" or not whole.patients_known else _patients(whole)
    told = f"{listed(map(count, counts))} {noun}{patients}"
    if len(whole.looks) == 1:
        yield sentence(f"in whole numbers {told} have a power of {percent(whole.power, 2)}")
        return
    yield sentence(
        f"in whole numbers, {told}, the bounds are z of {z} and the power is "
        f"{percent(whole.power, 2)}"
    )


def _patients(plan: Plan) -> str:
    return f" among {count(sum(plan.patients_whole))} patients"

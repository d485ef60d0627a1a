"""The text for the protocol's statistics section, in plain sentences with the plan's numbers."""

from collections.abc import Iterator

from equipoise.design.plan import Expected, LookPlan, Plan
from equipoise.design.sequential.rules import EfficacyRule
from equipoise.design.stopping import efficacy_rule
from equipoise.design.trial_design import HypothesisDesign, SafetyDesign, TrialDesign
from equipoise.design.wording_assumptions import assumption_words
from equipoise.design.wording_numbers import (
    Clock,
    count,
    decimal,
    listed,
    p_value,
    percent,
    plural,
    sentence,
    short_percent,
    significant,
    times,
)
from equipoise.design.wording_rules import efficacy_words, futility_words, words_of_test
from equipoise.design.wording_several import (
    arms_words,
    inside,
    margin_words,
    others_words,
    size_words,
    sizing_words,
)

PAIR = 2  # arms
MIRRORED = 1e-6  # z: bounds of both sides that are the same


def paragraphs(design: TrialDesign) -> tuple[str, ...]:
    """Give the paragraphs of the statistics section, each a few sentences."""
    main = design.main
    told: list[str] = []
    if main is not None and main.plan is not None:
        told.append(" ".join(_size(design, main, main.plan)))
        told.append(" ".join(assumption_words(design.protocol, main)))
        if len(main.plan.looks) > 1:
            told.append(" ".join(_looks(design, main.plan)))
        told.append(" ".join(_course(design, main.plan)))
    told.append(" ".join(others_words(design)))
    told.append(" ".join(_assurance(design)))
    told += [" ".join(_safety(each)) for each in design.safety]
    return tuple(text for text in told if text)


def _size(design: TrialDesign, main: HypothesisDesign, plan: Plan) -> Iterator[str]:
    """Say what is tested, at which alpha, and how large the trial is."""
    protocol = design.protocol
    hypothesis = protocol.hypothesis(main.hypothesis)
    sides = "one-sided" if plan.sequential.sides == 1 else "two-sided"
    comparison = protocol.comparison(main.comparison)
    endpoint = protocol.endpoint(main.endpoint)
    yield sentence(
        f"{comparison.label} is compared for {inside(endpoint.label)} by "
        f"{words_of_test(protocol, hypothesis)} at a {sides} alpha of {significant(_alpha(main))}"
    )
    goal = f"a {plan.effect.name} of {significant(plan.effect.value)}"
    against = margin_words(plan)
    size = size_words(plan)
    if plan.solved_for == "power":
        yield sentence(f"{size} give a power of {percent(plan.power)} for {goal}{against}")
        if main.promised_power is not None:
            yield sentence(f"a power of {short_percent(main.promised_power)} was promised")
    elif plan.solved_for == "effect":
        yield sentence(f"with a power of {percent(plan.power)}, {size} detect {goal}{against}")
    else:
        yield sentence(f"a power of {percent(plan.power)} for {goal}{against} takes {size}")
    if main.power_futility_ignored is not None:
        yield sentence(
            f"were futility never obeyed, the power would be {percent(main.power_futility_ignored)}"
        )
    yield from arms_words(design)
    yield from sizing_words(design, Clock(protocol.trial))
    yield sentence(f"sizes are by the formula: {plan.method}")


def _alpha(main: HypothesisDesign) -> float:
    return main.alpha if main.planned_alpha is None else main.planned_alpha


def _looks(design: TrialDesign, plan: Plan) -> Iterator[str]:
    """Say when the trial is looked at, and what each look decides."""
    looks, clock = plan.looks, Clock(design.protocol.trial)
    at = listed(short_percent(round(look.information_fraction, 4)) for look in looks)
    counts = [look.patients if look.events is None else look.events for look in looks]
    noun = "patients" if looks[-1].events is None else "events"
    yield sentence(
        f"the trial is looked at {times(len(looks))}, at {at} of the information "
        f"({listed(map(count, counts))} {noun})"
    )
    planned = [look.time for look in looks if look.time is not None]
    if len(planned) == len(looks):
        when = listed(clock.shown(time) for time in planned)
        yield sentence(f"this is expected {when} {clock.units} after the first patient")
    yield from _bounds(design, plan)


def _drawn(design: TrialDesign, rule: EfficacyRule | None) -> str:
    """Say by which rule efficacy bounds are drawn, and for whom."""
    promise, shared = design.protocol.design, design.multiplicity
    if promise is not None and shared is not None and shared.procedure == "dunnett":
        looks = len(promise.looks.information)
        rule = efficacy_rule(promise.efficacy, looks, promise.alpha)
        return f"for all arms together by {efficacy_words(rule)}"
    return f"by {efficacy_words(rule)}"


def _bounds(design: TrialDesign, plan: Plan) -> Iterator[str]:
    stopping = plan.sequential.asked.stopping
    tested = [look for look in plan.looks if look.efficacy is not None]
    yield sentence(f"efficacy bounds are drawn {_drawn(design, stopping.efficacy)}")
    z = listed(decimal(look.efficacy.z, 3) for look in tested if look.efficacy)
    p = listed(p_value(look.efficacy.p) for look in tested if look.efficacy)
    effect = listed(decimal(look.efficacy.effect, 3) for look in tested if look.efficacy)
    where = "" if len(tested) == len(plan.looks) else f" {_at(tested)}"
    yield sentence(
        f"the null hypothesis is rejected{where} at z of {z} or more (one-sided p of {p}; "
        f"{plan.effect.name} of about {effect})"
    )
    yield from _other_side(plan)
    if stopping.futility is None:
        return
    bounded = [look for look in plan.looks[:-1] if look.futility is not None]
    yield sentence(f"it stops for futility {futility_words(stopping.futility)}")
    if bounded:
        z = listed(decimal(look.futility.z, 3) for look in bounded if look.futility)
        effect = listed(decimal(look.futility.effect, 3) for look in bounded if look.futility)
        yield sentence(
            f"that is at z of {z} or less{_at(bounded)} ({plan.effect.name} of about {effect})"
        )
    yield from _harm(plan)
    yield (
        "Futility is binding: alpha holds only if the trial stops when it is told to."
        if plan.sequential.binding
        else "Futility is not binding: alpha holds also where it is overruled."
    )


def _harm(plan: Plan) -> Iterator[str]:
    """Say when a stop is for harm rather than for futility."""
    rule = plan.sequential.asked.stopping.harm
    if rule is None:
        return
    total = 1.0 - plan.sequential.asked.stopping.alpha if rule.total is None else rule.total
    bounded = [look for look in plan.looks if look.harm is not None]
    z = listed(decimal(look.harm.z, 3) for look in bounded if look.harm)
    yield sentence(
        f"it stops for harm at z of {z} or less{_at(bounded)}, bounds that spend {total:g} under "
        f"no effect by {rule.spending}"
    )


def _at(looks: list[LookPlan]) -> str:
    return f" at look{'s' * (len(looks) > 1)} {listed(str(look.number) for look in looks)}"


def _other_side(plan: Plan) -> Iterator[str]:
    """Say where a two-sided test rejects on the other side."""
    sides = [
        (look.efficacy.z if look.efficacy else None, look.lower_efficacy.z)
        for look in plan.looks
        if look.lower_efficacy is not None
    ]
    if not sides:
        return
    if all(upper is not None and abs(upper + lower) < MIRRORED for upper, lower in sides):
        yield "On the other side the bounds are the same with the opposite sign."
    else:
        z = listed(decimal(lower, 3) for _, lower in sides)
        yield sentence(f"on the other side it is rejected at z of {z} or less")


def _course(design: TrialDesign, plan: Plan) -> Iterator[str]:
    """Say what the trial takes on average."""
    if len(plan.looks) == 1:
        return
    clock = Clock(design.protocol.trial)
    what = "trial" if len(design.arms) <= PAIR else "comparison of two arms"
    for truth in plan.expected:
        if truth.truth != "halfway":
            under = "no effect" if truth.truth == "null" else "the planned effect"
            yield sentence(f"under {under} the {what} takes {_takes(truth, clock)} on average")


def _takes(truth: Expected, clock: Clock) -> str:
    told = [] if truth.events is None else [f"{decimal(truth.events, 1)} events"]
    told.append(f"{decimal(truth.patients, 1)} patients")
    if truth.time is not None:
        told.append(f"{clock.shown(truth.time)} {clock.units}")
    return listed(told)


def _assurance(design: TrialDesign) -> Iterator[str]:
    for each in design.assurance:
        prior = each.prior
        yield sentence(
            f"averaged over a normal prior of the {each.measure} (median "
            f"{significant(prior.mean)}, standard deviation {significant(prior.standard_deviation)}"
            f"{' of its logarithm' if each.measure.endswith('ratio') else ''}), the probability of "
            f"success is {percent(each.probability)}"
        )


def _safety(safety: SafetyDesign) -> Iterator[str]:
    """Say when an arm stops for harm."""
    rule = safety.rule
    often = "each patient" if rule.every == 1 else f"every {rule.every} patients"
    yield sentence(
        f"{inside(rule.label)} is watched in up to {plural(rule.patients, 'patient')} after "
        f"{often}, by {_METHODS[rule.method]}"
    )
    first, last = safety.checks[0], safety.checks[-1]
    yield sentence(
        f"the arm stops at {plural(first.stop_at, 'event')} among the first {first.patients}, "
        f"at the last check at {last.stop_at} among {last.patients}"
    )
    yield sentence(
        f"with an acceptable probability of {short_percent(rule.acceptable)} it stops with a "
        f"chance of {percent(safety.stops_if_acceptable)}"
    )
    if rule.unacceptable is not None and safety.stops_if_unacceptable is not None:
        yield sentence(
            f"with one of {short_percent(rule.unacceptable)} it stops with a chance of "
            f"{percent(safety.stops_if_unacceptable)}"
        )


_METHODS = {
    "pocock": "a bound of Pocock's type",
    "o'brien-fleming": "a bound of O'Brien and Fleming's type",
    "beta-binomial": "the posterior probability of a beta-binomial model",
    "max-sprt": "the maximized sequential probability ratio test",
}

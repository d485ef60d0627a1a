"""The text for the protocol's statistics section, in plain sentences with the plan's numbers."""

from collections.abc import Iterable, Iterator

from equipoise.design.plan import Expected, Plan
from equipoise.design.trial_design import HypothesisDesign, SafetyDesign, TrialDesign
from equipoise.design.wording.assumptions import assumption_words, endpoint_words, inside
from equipoise.design.wording.looks import looks_words
from equipoise.design.wording.margin import claim_words, claimed
from equipoise.design.wording.numbers import (
    Clock,
    decimal,
    listed,
    percent,
    plural,
    sentence,
    short_percent,
    significant,
)
from equipoise.design.wording.rules import words_of_test
from equipoise.design.wording.several import (
    arms_words,
    effect_goal,
    sharing_words,
    size_words,
    sizing_words,
    success_words,
)

PAIR = 2  # arms


def paragraphs(design: TrialDesign) -> tuple[str, ...]:
    """Give the paragraphs of the statistics section, each a few sentences."""
    main = design.main
    told: list[Iterable[str]] = []
    if main is not None and main.plan is not None:
        told.append(_size(design, main, main.plan))
        told.append(assumption_words(design.protocol, main))
        told.append(looks_words(design, main, main.plan))
        told.append(_course(design, main.plan))
    told.append(sharing_words(design))
    told += [
        _other(design, each, each.plan)
        for each in design.hypotheses
        if each is not main and each.plan is not None
    ]
    told.append(success_words(design))
    told.append(_assurance(design))
    told += [_safety(each) for each in design.safety]
    texts = (" ".join(sentences) for sentences in told)
    return tuple(text for text in texts if text)


def _size(design: TrialDesign, main: HypothesisDesign, plan: Plan) -> Iterator[str]:
    """Say what is tested, at which alpha, and how large the trial is."""
    yield from _tested(design, main, plan)
    goal = effect_goal(plan)
    size = size_words(plan)
    if plan.solved_for == "power":
        yield sentence(f"{size} give a power of {percent(plan.power)} for {goal}")
    elif plan.solved_for == "effect":
        yield sentence(f"with a power of {percent(plan.power)}, {size} detect {goal}")
    else:
        yield sentence(f"a power of {percent(plan.power)} for {goal} takes {size}")
    if main.promised_power is not None:
        yield sentence(f"a power of {short_percent(main.promised_power)} was promised")
    yield from _without_futility(main)
    yield from arms_words(design)
    yield from sizing_words(design, Clock(design.protocol.trial))
    yield sentence(f"sizes are by the formula: {plan.method}")


def _tested(design: TrialDesign, each: HypothesisDesign, plan: Plan) -> Iterator[str]:
    """Say which arms are compared for what, by which test and at which alpha."""
    protocol = design.protocol
    hypothesis = protocol.hypothesis(each.hypothesis)
    sides = "one-sided" if plan.sequential.sides == 1 else "two-sided"
    comparison = protocol.comparison(each.comparison)
    endpoint = protocol.endpoint(each.endpoint)
    yield sentence(
        f"{comparison.label} is compared for {inside(endpoint.label)} by "
        f"{words_of_test(protocol, hypothesis)} at a {sides} alpha of {significant(_alpha(each))}"
    )
    claim = claim_words(plan)
    if claim:
        yield sentence(claim)


def _without_futility(each: HypothesisDesign) -> Iterator[str]:
    if each.power_futility_ignored is not None:
        yield sentence(
            f"if futility were ignored, the power would be {percent(each.power_futility_ignored)}"
        )


def _other(design: TrialDesign, each: HypothesisDesign, plan: Plan) -> Iterator[str]:
    """Tell another hypothesis in full: its test, its power, its assumptions, its bounds."""
    first, *rest = _tested(design, each, plan)
    yield f"{each.hypothesis}: {first}"
    yield from rest
    yield sentence(
        f"with {size_words(plan)} it has a power of {percent(plan.power)} for {effect_goal(plan)}"
    )
    yield from endpoint_words(design.protocol, each)
    yield from looks_words(design, each, plan)


def _alpha(main: HypothesisDesign) -> float:
    return main.alpha if main.planned_alpha is None else main.planned_alpha


def _course(design: TrialDesign, plan: Plan) -> Iterator[str]:
    """Say what the trial takes on average."""
    if len(plan.looks) == 1:
        return
    clock = Clock(design.protocol.trial)
    what = "trial" if len(design.protocol.arms) <= PAIR else "comparison of two arms"
    null = "no effect" if claimed(plan) == "superiority" else "an effect at the margin"
    for truth in plan.expected:
        if truth.truth != "halfway":
            under = null if truth.truth == "null" else "the planned effect"
            takes = _takes(plan, truth, clock)
            yield sentence(f"under {under} the {what} takes {takes} on average")


def _takes(plan: Plan, truth: Expected, clock: Clock) -> str:
    told = [] if truth.events is None else [f"{decimal(truth.events, 1)} events"]
    if plan.patients_known:
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
        if prior.source:
            yield prior.source


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

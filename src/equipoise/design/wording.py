"""The text for the protocol's statistics section, in plain sentences with the plan's numbers."""

from collections.abc import Iterator

from equipoise.design.plan import Expected, LookPlan, Plan
from equipoise.design.trial_design import HypothesisDesign, SafetyDesign, TrialDesign
from equipoise.design.wording_assumptions import assumption_words
from equipoise.design.wording_numbers import (
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
    told.append(" ".join(_others(design)))
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
        f"{comparison.label} is compared for {_inside(endpoint.label)} by "
        f"{words_of_test(protocol, hypothesis)} at a {sides} alpha of {significant(_alpha(main))}"
    )
    goal = f"a {plan.effect.name} of {significant(plan.effect.value)}"
    against = _margin(plan)
    size = _size_words(plan)
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
    yield sentence(f"sizes are by the formula: {plan.method}")


def _alpha(main: HypothesisDesign) -> float:
    return main.alpha if main.planned_alpha is None else main.planned_alpha


def _inside(label: str) -> str:
    """Write a label within a sentence; an abbreviation keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _margin(plan: Plan) -> str:
    usual = 1.0 if plan.effect.name.endswith("ratio") else 0.0
    if plan.effect.null == usual:
        return ""
    return f" against a margin of {significant(plan.effect.null)}"


def _size_words(plan: Plan) -> str:
    control, experimental = plan.patients_whole
    arms = f"{count(control + experimental)} patients ({control} control, {experimental} "
    patients = f"{arms}experimental)"
    if plan.events_whole is None:
        return patients
    return f"{count(plan.events_whole)} events among {patients}"


def _looks(design: TrialDesign, plan: Plan) -> Iterator[str]:
    """Say when the trial is looked at, and what each look decides."""
    looks, unit = plan.looks, design.protocol.trial.time_unit
    at = listed(short_percent(round(look.information_fraction, 4)) for look in looks)
    counts = [look.patients if look.events is None else look.events for look in looks]
    noun = "patients" if looks[-1].events is None else "events"
    yield sentence(
        f"the trial is looked at {times(len(looks))}, at {at} of the information "
        f"({listed(map(count, counts))} {noun})"
    )
    planned = [look.time for look in looks if look.time is not None]
    if len(planned) == len(looks):
        when = listed(decimal(time, 1) for time in planned)
        yield sentence(f"this is expected {when} {unit}s after the first patient")
    yield from _bounds(plan)


def _bounds(plan: Plan) -> Iterator[str]:
    stopping = plan.sequential.asked.stopping
    tested = [look for look in plan.looks if look.efficacy is not None]
    yield sentence(f"efficacy bounds are drawn by {efficacy_words(stopping.efficacy)}")
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
    yield (
        "Futility is binding: alpha holds only if the trial stops when it is told to."
        if plan.sequential.binding
        else "Futility is not binding: alpha holds also where it is overruled."
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
    unit = design.protocol.trial.time_unit
    for truth in plan.expected:
        if truth.truth != "halfway":
            under = "no effect" if truth.truth == "null" else "the planned effect"
            yield sentence(f"under {under} the trial takes {_takes(truth, unit)} on average")


def _takes(truth: Expected, unit: str) -> str:
    told = [] if truth.events is None else [f"{decimal(truth.events, 1)} events"]
    told.append(f"{decimal(truth.patients, 1)} patients")
    if truth.time is not None:
        told.append(f"{decimal(truth.time, 1)} {unit}s")
    return listed(told)


def _others(design: TrialDesign) -> Iterator[str]:
    """Say how several hypotheses share alpha, and what power the others have."""
    if design.multiplicity is not None:
        yield sentence(_sharing(design))
    for each in design.hypotheses:
        if each is design.main or each.plan is None:
            continue
        plan, size = each.plan, _size_words(each.plan)
        yield sentence(
            f"{each.hypothesis} ({_inside(each.label)}) then has, at an alpha of "
            f"{significant(_alpha(each))} and with {size}, a power of {percent(plan.power)} for a "
            f"{plan.effect.name} of {significant(plan.effect.value)}{_margin(plan)}"
        )


def _sharing(design: TrialDesign) -> str:
    rule = design.multiplicity
    assert rule is not None  # noqa: S101 - asked by the caller
    names = [name for name, _ in rule.weights]
    if rule.procedure == "fixed sequence":
        return (
            f"the hypotheses are tested in the fixed sequence {listed(names)}, each at the full "
            "alpha and only if those before it are rejected"
        )
    shares = listed(f"{short_percent(round(w, 6))} ({name})" for name, w in rule.weights if w > 0)
    if rule.procedure in {"hochberg", "hommel"}:
        return f"alpha is shared among {listed(names)} by {rule.procedure.capitalize()}'s procedure"
    how = {"bonferroni": "Bonferroni's", "holm": "Holm's"}.get(rule.procedure)
    by = f"by {how} procedure" if how else "by a graph (Bretz et al. 2009)"
    return f"alpha is shared {by}, at the start {shares}"


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
        f"{_inside(rule.label)} is watched in up to {plural(rule.patients, 'patient')} after "
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

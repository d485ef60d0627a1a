"""What is said of several hypotheses and arms: who decides the size, how alpha is shared."""

from collections.abc import Iterator
from fractions import Fraction

from equipoise.design.plan import Plan
from equipoise.design.trial_design import (
    MultiplicityDesign,
    SizeAlone,
    SuccessOfSeveral,
    TrialDesign,
)
from equipoise.design.wording.margin import margin_words
from equipoise.design.wording.numbers import (
    Clock,
    count,
    listed,
    percent,
    sentence,
    short_percent,
    significant,
    with_article,
)

PAIR = 2
ROUNDING = 1e-6


def size_words(plan: Plan) -> str:
    """Give the events and patients of the two arms of a plan; of events alone, these."""
    if not plan.patients_known and plan.events_whole is not None:
        return f"{count(plan.events_whole)} events"
    control, experimental = plan.patients_whole
    ratio = "" if plan.allocation == 1.0 else f"; randomized {_ratio(plan.allocation)}"
    patients = (
        f"{count(control + experimental)} patients ({count(control)} control, "
        f"{count(experimental)} experimental{ratio})"
    )
    if plan.events_whole is None:
        return patients
    return f"{count(plan.events_whole)} events among {patients}"


def _ratio(allocation: float) -> str:
    """Write an allocation as control to experimental."""
    ratio = Fraction(allocation).limit_denominator(20)
    if abs(float(ratio) - allocation) < ROUNDING:
        return f"{ratio.denominator}:{ratio.numerator}"
    return f"1:{significant(allocation)}"


def arms_words(design: TrialDesign) -> Iterator[str]:
    """Say how many patients all arms have, where there are more than two."""
    if len(design.arms) > PAIR and design.patients_whole is not None:
        each = listed(f"{arm.whole} {arm.arm}" for arm in design.arms)
        yield sentence(
            f"with all its arms the trial has {count(design.patients_whole)} patients ({each})"
        )


def sizing_words(design: TrialDesign, clock: Clock) -> Iterator[str]:
    """Say which hypothesis decides the size, and what each would take alone."""
    sizing = design.sizing
    if sizing is None:
        return
    names = listed(each.hypothesis for each in sizing.alone)
    power = short_percent(sizing.power)
    if sizing.goal == "each":
        yield sentence(f"{names} are each to have a power of {power}")
    else:
        yield sentence(f"{names} are to be met together with a power of {power}")
    if len(sizing.alone) > 1:
        alone = listed(
            f"{each.hypothesis} {_alone(each, clock, len(design.protocol.arms))}"
            for each in sizing.alone
        )
        yield sentence(
            f"{sizing.driven_by} decides the size: alone, each at its own alpha and with this "
            f"power, they would take {alone}"
        )


def _alone(each: SizeAlone, clock: Clock, arms: int) -> str:
    told = listed(_parts(each, arms))
    return told if each.duration is None else f"{told} in {clock.length(each.duration)}"


def _parts(each: SizeAlone, arms: int) -> Iterator[str]:
    """Give the events of the two arms compared, and the patients of all arms."""
    if each.events is not None:
        yield f"{count(each.events)} events{' in two arms' * (arms > PAIR)}"
    if each.patients is not None:
        yield f"{count(each.patients)} patients{' in all arms' * (arms > PAIR)}"


def sharing_words(design: TrialDesign) -> Iterator[str]:
    """Say how several hypotheses share alpha."""
    if design.multiplicity is not None:
        yield sentence(_sharing(design.multiplicity))


def success_words(design: TrialDesign) -> Iterator[str]:
    """Say how often each of several hypotheses, some and all succeed."""
    rule = design.multiplicity
    if rule is not None and rule.success is not None:
        yield from _success(design, rule, rule.success)


def effect_goal(plan: Plan) -> str:
    """Name the effect a plan is made for, and the margin it is set against."""
    effect = with_article(plan.effect.name)
    return f"{effect} of {significant(plan.effect.value)}{margin_words(plan)}"


def _sharing(rule: MultiplicityDesign) -> str:
    names = [name for name, _ in rule.weights]
    match rule.procedure:
        case "fixed sequence":
            return (
                f"the hypotheses are tested in the fixed sequence {listed(names)}, each at the "
                "full alpha and only if those before it are rejected"
            )
        case "co-primary":
            primary = listed(name for name, weight in rule.weights if weight > 0)
            later = [name for name, weight in rule.weights if weight == 0]
            told = f"{primary} are co-primary: all must be met, each at the full alpha"
            return told + (f"; then follow {listed(later)} in this order" if later else "")
        case "dunnett":
            return (
                f"{listed(names)} share alpha by Dunnett's test, which counts on the control arm "
                "that they share"
            )
        case "hochberg" | "hommel":
            how = f"{rule.procedure.capitalize()}'s procedure"
            return f"alpha is shared among {listed(names)} by {how}"
    shares = listed(f"{short_percent(round(w, 4))} ({name})" for name, w in rule.weights if w > 0)
    how = {"bonferroni": "Bonferroni's", "holm": "Holm's"}.get(rule.procedure, "")
    by = f"by {how} procedure" if how else "by a graph (Bretz et al. 2009)"
    return f"alpha is shared {by}, at the start {shares}"


def _dependence(design: TrialDesign, success: SuccessOfSeveral) -> str:
    """Say which correlation of the endpoints the chances rest on."""
    if success.correlation is not None:
        return f"with a correlation of {success.correlation:g} between endpoints, "
    endpoints = {each.endpoint for each in design.hypotheses if each.plan is not None}
    return "taking different endpoints as independent, " if len(endpoints) > 1 else ""


def _success(
    design: TrialDesign, rule: MultiplicityDesign, success: SuccessOfSeveral
) -> Iterator[str]:
    """Say how often each, some and all succeed."""
    if success.every_at_most is not None and success.every_if_independent is not None:
        given = "with independent endpoints"
        if success.correlation is not None:
            given = f"with a correlation of {success.correlation:g} between endpoints"
        told = (
            f"all co-primary hypotheses are met with a chance of {percent(success.every)} {given}"
        )
        promise = design.protocol.design
        if promise is not None and promise.solve_for == "power" and promise.power:
            told += f", {short_percent(promise.power[0])} being promised"
        yield sentence(
            f"{told}; it is {percent(success.every_if_independent)} were they independent, "
            f"and at most {percent(success.every_at_most)}, were they perfectly correlated"
        )
    else:
        each = listed(f"{percent(chance)} ({name})" for name, chance, _ in success.each)
        passed = "" if rule.procedure == "bonferroni" else ", alpha that is passed on counted,"
        yield sentence(
            f"the chances of success{passed} are {each}; {_dependence(design, success)}at least "
            f"one succeeds with {percent(success.some or 0.0)}, all with {percent(success.every)}"
        )
    if success.trials is not None:
        errors = [error for *_, error in success.each]
        worst = max(*errors, success.every_error, success.some_error or 0.0)
        yield sentence(
            f"these are from {count(success.trials)} simulated trials (standard errors of "
            f"{percent(worst, 2)} or less)"
        )

"""The design on one page: what is decided, what it takes, and by which formula.

Every number says where it is from: given in the protocol, solved for, or following from both.  A
value that the protocol's language may have filled in says so, since the promise no longer tells.
What the protocol says of the standing of its assumptions stands above the numbers.
"""

from collections.abc import Iterator

from equipoise.design.plan import Expected, Plan
from equipoise.design.trial_design import HypothesisDesign
from equipoise.design.wording.margin import claimed, null_words
from equipoise.design.wording.rules import futility_words
from equipoise.protocol.derive import alpha_of
from equipoise.protocol.planning import DesignPromise
from equipoise.report.design.context import (
    DesignContext,
    anchor,
    asked_otherwise,
    drawn_by,
    sided,
)
from equipoise.report.design.printing import (
    alpha_level,
    as_given,
    calculated,
    chance,
    fraction,
    text,
)
from equipoise.report.design.survival_words import survival_words
from equipoise.report.design.truths import has_harm
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import count, percent, sentence

GIVEN = "Given in the protocol"
OR_DEFAULT = "As in the protocol, or its default"
OR_ASSUMED = "Assumed in the protocol"
OF_TRIAL = "The size of the trial"
TWO = 2  # arms that a plan compares
FEW = 8  # looks that are listed by their information
Fact = tuple[str, str, str]


def overview_section(context: DesignContext) -> Section:
    """Write the first page."""
    design = context.design
    main = design.main
    blocks: list[Block] = [Callout(note, "warning") for note in context.standing]
    if main is None or main.plan is None:
        told = "The protocol plans no hypothesis; its rules for safety are told below."
        return Section("overview", "The design on one page", (Paragraph(told), *blocks))
    if main.promised_power is not None:
        blocks.append(Callout(_promise(main, main.plan), "warning"))
    blocks.append(facts_table(context, main, main.plan))
    return Section("overview", "The design on one page", tuple(blocks))


def _promise(main: HypothesisDesign, plan: Plan) -> str:
    promised = main.promised_power or 0.0
    said = (
        f"The protocol promises a power of {chance(promised, 1)} and gives effect and size too; by "
        f"{plan.method} that size has a power of {chance(plan.power, 1)}"
    )
    if main.power_futility_ignored is not None:
        said += (
            f" if every stop for futility is obeyed, and of "
            f"{chance(main.power_futility_ignored, 1)} if none is"
        )
    return f"{said}."


def facts_table(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Table:
    """Set out one hypothesis: what, how much, and where the number is from."""
    rows = (
        *_question(context, main, plan),
        *_size(context, main, plan),
        *_course(context, main, plan),
    )
    return Table(
        id=anchor(main, "facts"),
        title=f"{main.hypothesis}: the design in numbers",
        header=("What", "As designed", "Where it is from"),
        rows=tuple(Row(row) for row in rows),
        footnotes=() if main is context.design.main else context.caveat,  # else told above
        prose=(1, 2),
        estimand=context.estimand(main),
    )


def _question(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Iterator[Fact]:
    """Tell what is tested, at which level, against which effect."""
    yield ("Hypothesis", f"{main.hypothesis}, {main.role}: {main.label}", OR_DEFAULT)
    compared = f"{context.comparison(main)}; {context.endpoint(main)}"
    yield ("Comparison and endpoint", compared, OR_DEFAULT)
    exact = "" if plan.exact is None else "; sized by an exact test"
    shown = "" if claimed(plan) == "superiority" else f", of {claimed(plan)}: against the margin"
    yield ("Test", f"{context.test(main)}{shown}{exact}", OR_DEFAULT)
    yield ("Significance level", f"{alpha_level(_alpha(main))}, {sided(plan)}", _of_alpha(context))
    effect = plan.effect
    null = "no effect" if claimed(plan) == "superiority" else f"margin of {claimed(plan)}"
    planned = f"{sentence(effect.name)} {context.effect(main, plan)}"
    written = not (main.effect and main.effect.pieces)
    source = _source(plan, "effect", given=written)
    yield ("Effect planned for", f"{planned} ({null}: {as_given(effect.null)})", source)
    if main.world is not None:
        for arm, told in zip(
            (main.control, main.experimental), survival_words(context, main.world), strict=True
        ):
            implied = "Control arm and effect" if arm == main.experimental else OR_ASSUMED
            yield (f"Without event, {context.arm(arm)}", told, implied)
    yield ("Power", chance(plan.power, 1), _power_source(plan))
    if main.power_futility_ignored is not None:
        told = f"{sentence(plan.method)}; no stop for futility obeyed"
        yield ("Power, futility ignored", chance(main.power_futility_ignored, 1), told)


def _alpha(main: HypothesisDesign) -> float:
    return main.alpha if main.planned_alpha is None else main.planned_alpha


def _of_alpha(context: DesignContext) -> str:
    rule, promise = context.design.multiplicity, context.design.protocol.design
    if rule is None or promise is None:
        usual = alpha_of(context.design.protocol.analysis.alternative)
        return OR_DEFAULT if promise is None or promise.alpha == usual else GIVEN
    if rule.procedure == "co-primary":
        return f"Of {alpha_level(promise.alpha)}, which each co-primary hypothesis has"
    plain = rule.procedure in {"graph", "fixed sequence"}
    name = rule.procedure if plain else rule.procedure.capitalize()
    return f"Of {alpha_level(promise.alpha)} for the whole trial, shared by {name}"


def _source(plan: Plan, what: str, *, given: bool) -> str:
    if plan.solved_for == what:
        return f"Solved for: {plan.method}"
    return GIVEN if given else f"Follows from the rest: {plan.method}"


def _power_source(plan: Plan) -> str:
    futility = plan.sequential.asked.stopping.futility is not None
    counted = "; every stop for futility counted" if futility else ""
    return f"{_source(plan, 'power', given=True)}{counted}"


def _size(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Iterator[Fact]:
    """Tell events and patients, as calculated and in whole numbers."""
    promise = context.design.protocol.design
    if plan.events is not None and plan.events_whole is not None:
        told = f"{count(plan.events_whole)} ({calculated(plan.events)} as calculated)"
        given = bool(promise and promise.events) and main.sized
        yield ("Events", told, _source(plan, "events", given=given))
    if plan.patients_known:
        yield from _patients(context, main, plan)
    if plan.exact is not None:
        told = f"{chance(plan.exact.size)}, the largest over all control rates"
        yield ("Size of the exact test", told, "Enumerated")
    if len(plan.looks) > 1:
        fixed = [] if plan.fixed_events is None else [f"{calculated(plan.fixed_events)} events"]
        fixed += [f"{calculated(plan.fixed_patients)} patients"] if plan.patients_known else []
        told = f"{sentence(plan.method)}; same level and power"
        yield ("The same with one look", ", ".join(fixed), told)


def _patients(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Iterator[Fact]:
    """Tell the patients, together and by arm."""
    promise = context.design.protocol.design
    control, experimental = plan.patients_whole
    told = f"{count(control + experimental)} ({calculated(plan.patients)} as calculated)"
    given = bool(promise and promise.planning.patients)
    yield ("Patients", told, _source(plan, "patients", given=given) if main.sized else OF_TRIAL)
    arms = (
        f"{count(control)} {context.arm(main.control)}, "
        f"{count(experimental)} {context.arm(main.experimental)}"
    )
    yield ("Patients by arm", arms, f"Allocation {as_given(plan.allocation)} to 1, rounded up")
    if main.sized and len(context.design.arms) > TWO:
        yield from _all_arms(context)


def _all_arms(context: DesignContext) -> Iterator[Fact]:
    """Tell the patients of a trial of more than two arms."""
    design = context.design
    if design.patients is None or design.patients_whole is None:
        return
    told = f"{count(design.patients_whole)} ({calculated(design.patients)} as calculated)"
    yield ("Patients of all arms", told, "In proportion to the arms' allocation")
    arms = ", ".join(f"{count(each.whole)} {context.arm(each.arm)}" for each in design.arms)
    yield ("All arms", arms, "Rounded up")


def _course(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Iterator[Fact]:
    """Tell looks, rules, time, and what is spent on average."""
    looks, stopping, clock = plan.looks, plan.sequential.asked.stopping, context.clock
    if len(looks) > 1:
        yield from _looks(context, plan)
        drawn = sentence(drawn_by(context, plan))
        yield ("Efficacy bounds", drawn, _of_bounds(context))
        if stopping.futility is not None:
            rule = "binding" if plan.sequential.binding else "not binding"
            told = sentence(text(futility_words(stopping.futility)))
            yield ("Futility bounds", f"{told}; {rule}", GIVEN)
        else:
            yield ("Futility bounds", "Not planned", "No such rule in the protocol")
        if has_harm(plan):
            yield ("Bounds for harm", "Drawn below those for futility", GIVEN)
    if main.world is not None:
        promise = context.design.protocol.design
        known = bool(promise and promise.planning.accrual_duration)
        told = clock.length(main.world.accrual.duration)
        source = _source(plan, "accrual duration", given=known)
        yield ("Enrollment", told, source if main.sized else "That of the trial")
    if looks[-1].time is not None:
        told = f"{clock.show(looks[-1].time)} {clock.units} after the first patient"
        yield ("Last look" if len(looks) > 1 else "Analysis", told, "Expected, effect as planned")
    if len(looks) > 1:
        for each in plan.expected:
            if each.truth != "halfway":
                name = null_words(plan) if each.truth == "null" else "effect as planned"
                told = _takes(context, plan, each)
                yield (f"On average, {name}", told, "Early stopping counted")


def _of_bounds(context: DesignContext) -> str:
    """Say where the rule for efficacy is from: what is not the default was given."""
    promise = context.design.protocol.design
    if promise is None or promise.efficacy == DesignPromise(promise.alpha, promise.sides).efficacy:
        return OR_DEFAULT
    return GIVEN


def _looks(context: DesignContext, plan: Plan) -> Iterator[Fact]:
    """Tell how often, and at which information; where that was not asked so, what was asked."""
    looks, promise, clock = plan.looks, context.design.protocol.design, context.clock
    at = ", ".join(fraction(each.information_fraction) for each in looks)
    listed = f", at {at} of the information" if len(looks) <= FEW else ""
    source = OR_DEFAULT
    asked = asked_otherwise(context, plan)
    if promise is not None and promise.looks.calendar:
        times = ", ".join(clock.mark(time) for time in promise.looks.calendar)
        source = f"Given as {times} {clock.units} after the first patient; information follows"
    elif asked is not None:
        listed = f", asked for at {asked}, which is {at} of the test's information"
        source = f"Given as {asked}; the information of the test follows"
    elif promise is not None and len(promise.looks.information) == len(looks):
        source = GIVEN
    yield ("Looks", f"{count(len(looks))}{listed}", source)


def _takes(context: DesignContext, plan: Plan, each: Expected) -> str:
    parts = [] if each.events is None else [f"{calculated(each.events)} events"]
    parts += [f"{calculated(each.patients)} patients"] if plan.patients_known else []
    if each.time is not None:
        parts.append(f"{context.clock.show(each.time)} {context.clock.units}")
    return ", ".join(parts)


def article(noun: str) -> str:
    """Put the indefinite article before a noun.

    >>> article("hazard ratio"), article("average hazard ratio")
    ('a hazard ratio', 'an average hazard ratio')
    """
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def first_facts(context: DesignContext) -> tuple[tuple[str, str], ...]:
    """Collect the first page: the trial, and its design in a few numbers."""
    protocol, main = context.design.protocol, context.design.main
    trial = protocol.trial
    found = [("Trial", trial.id)]
    if trial.registry:
        found.append(("Registry", trial.registry))
    found.append(("Arms", "; ".join(arm.label for arm in protocol.arms)))
    if main is not None and main.plan is not None:
        plan = main.plan
        found.append(("Significance level", f"{alpha_level(_alpha(main))}, {sided(plan)}"))
        effect = f"{plan.effect.name} of {context.effect(main, plan)}"
        power = f"{percent(plan.power)}% for {article(effect)}"
        if claimed(plan) != "superiority":
            power += f" against a margin of {as_given(plan.effect.null)} ({claimed(plan)})"
        found.append(("Power", power))
        everyone = context.design.patients_whole or sum(plan.patients_whole)
        size = [] if plan.events_whole is None else [f"{count(plan.events_whole)} events"]
        size += [f"{count(everyone)} patients"] if plan.patients_known else []
        found.append(("Size", ", ".join(size)))
        found.append(("Looks", count(len(plan.looks))))
    return (*found, *(("Note", note) for note in trial.notes))

"""How the rehearsed trial is run: looks, tests, what stops it, what changes it; in words."""

from collections.abc import Iterator
from math import isfinite

from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules
from equipoise.report.design.printing import as_given, z_value
from equipoise.report.document import Row, Section, Table
from equipoise.report.format import count
from equipoise.report.simulation.context import SimulationContext, anchor
from equipoise.simulate.conduct import (
    Adaptation,
    AfterEnrollment,
    AfterEvents,
    AfterLook,
    AfterPatients,
    AtTime,
    Condition,
    Conduct,
    CoxWald,
    DropArms,
    Enrich,
    LogRank,
    Look,
    MaxCombo,
    Milestone,
    Proportions,
    ReestimateSize,
    RestrictedMean,
    Test,
    Tested,
)

STOPS = {
    "first rejection": "The trial ends when a hypothesis is first rejected.",
    "all decided": "The trial ends when every hypothesis is decided.",
    "primary decided": "The trial ends when the primary hypotheses are decided.",
    "never before the last look": "The trial goes on to its last look, whatever is decided.",
}
Fact = tuple[str, str]


def conduct_section(context: SimulationContext) -> Section:
    """Write how every design is run."""
    return Section(
        "conduct",
        "How the trial is run",
        tuple(_table(context, at) for at in range(len(context.plan.designs))),
    )


def _table(context: SimulationContext, at: int) -> Table:
    name = context.plan.designs[at].name
    return Table(
        id=anchor("conduct-table", name),
        title=f"Looks, tests and rules{f'. {name}' if context.several else ''}",
        header=("What", "As played"),
        rows=tuple(Row(each) for each in _facts(context, context.conduct(at))),
        footnotes=(
            "Bounds are z values; at each look they follow the information it has, where so told.",
        ),
        prose=(1,),
    )


def _facts(context: SimulationContext, conduct: Conduct) -> Iterator[Fact]:
    for number, look in enumerate(conduct.looks, start=1):
        yield f"Look {number}", _look(context, look)
    for each in conduct.tested:
        yield f"{each.hypothesis}, test", _tested(context, each)
    for rule in conduct.stopping.hypotheses:
        yield f"{rule.hypothesis}, bounds", _bounds(rule)
    graph = conduct.stopping.graph
    if graph is not None:
        names = graph.hypotheses
        shares = ", ".join(f"{n} {as_given(round(graph.weight(n), 6))}" for n in names)
        passed = "; ".join(
            f"{names[i]} to {names[j]} {as_given(round(float(graph.transitions[i, j]), 6))}"
            for i in range(len(names))
            for j in range(len(names))
            if graph.transitions[i, j] > 0
        )
        yield (
            "Alpha",
            (
                f"{as_given(conduct.stopping.alpha)}, shared {shares}; passed on on rejection: "
                f"{passed or 'nothing'}"
            ),
        )
    else:
        yield "Alpha", f"{as_given(conduct.stopping.alpha)}; each hypothesis by its own bounds"
    yield "End of the trial", STOPS[conduct.stopping.stop]
    if isfinite(conduct.maximum_duration):
        yield "At the latest", f"after {context.clock.length(conduct.maximum_duration)}"
    for change in conduct.adaptations:
        yield "Change of course", _change(change)
    if conduct.closed_test is not None:
        told = (
            f"closed, intersections by {conduct.closed_test.intersection}; stages combined by the "
        )
        yield "Test of several", told + "inverse normal"


def _look(context: SimulationContext, look: Look) -> str:
    """Say when a look is held."""
    told = [_condition(context, each) for each in look.conditions]
    said = told[0] if len(told) == 1 else f"{'; '.join(told)}: whichever is {look.whichever}"
    return (
        f"{said}; at least {context.clock.length(look.gap)} after the one before"
        if look.gap
        else said
    )


def _condition(context: SimulationContext, each: Condition) -> str:
    clock = context.clock
    match each:
        case AfterEvents():
            told = f"at {count(each.events)} events ({context.endpoint(each.endpoint)}"
            told += f", in {each.population}" if each.population else ""
            arms = ", ".join(context.protocol.arm(arm).label for arm in each.arms)
            return f"{told}, in {arms})" if arms else f"{told})"
        case AtTime():
            return f"{clock.length(each.time)} after the trial opened"
        case AfterPatients():
            told = f"when {count(each.patients)} patients are enrolled"
            told += f" in {each.population}" if each.population else ""
            return (
                f"{told} and followed for {clock.length(each.followed)}" if each.followed else told
            )
        case AfterEnrollment():
            return f"{clock.length(each.followed)} after the last patient was enrolled"
        case AfterLook():
            return f"{clock.length(each.time)} after look {each.look}"


def _tested(context: SimulationContext, each: Tested) -> str:
    arms = context.world(0).arms
    labels = [context.protocol.arm(arms[at]).label for at in (each.experimental, each.control)]
    told = f"{_test_words(context, each.test)}, {labels[0]} against {labels[1]}"
    told += f", {context.endpoint(each.endpoint)}"
    told += ", stratified" if each.stratified else ""
    told += f", in {each.population}" if each.population else ""
    return (
        f"{told}; null value {as_given(round(each.margin, 6))} on the linear scale"
        if each.margin
        else told
    )


def _test_words(context: SimulationContext, test: Test) -> str:  # noqa: PLR0911 - one a test
    """Name a test."""
    match test:
        case LogRank(rho=0.0, gamma=0.0):
            return "log-rank test"
        case LogRank():
            return (
                f"log-rank test with weights S^{as_given(test.rho)} (1 − S)^{as_given(test.gamma)}"
            )
        case MaxCombo():
            weights = ", ".join(f"({as_given(a)}, {as_given(b)})" for a, b in test.weights)
            return f"MaxCombo of log-rank tests with weights (rho, gamma) {weights}"
        case CoxWald():
            return "Wald's test of the hazard ratio (Cox, Efron's ties)"
        case RestrictedMean():
            return f"difference in restricted mean until {context.clock.length(test.horizon)}"
        case Milestone():
            scale = "" if test.scale == "plain" else ", on the scale log(−log S)"
            return f"difference in survival at {context.clock.length(test.time)}{scale}"
        case Proportions():
            return f"difference of proportions, a missing answer {_missing(test)}"


def _missing(test: Proportions) -> str:
    return "counts as a no" if test.missing == "no" else "is left out"


def _bounds(rule: HypothesisRules) -> str:
    """Tell the bounds of a hypothesis as they were planned."""
    if isinstance(rule.bounds, FixedBounds):
        upper, lower = list(rule.bounds.upper), list(rule.bounds.lower)
        told = f"efficacy {_values(upper)}, as given whatever the information"
    else:
        design = rule.bounds.design
        upper, lower = design.upper.tolist(), design.lower.tolist()
        told = f"efficacy {_values(upper)} as planned, updated with the information"
    below = [each for each in lower[: len(upper)] if isfinite(each)]
    if below:
        obeyed = "obeyed" if rule.futility_obeyed else "not obeyed"
        sides = isinstance(rule.bounds, FixedBounds) or rule.bounds.design.asked.stopping.sides == 1
        told += (
            f"; futility {_values(lower)}, {obeyed}" if sides else f"; other side {_values(lower)}"
        )
    if rule.looks is not None:
        told += f"; tested at looks {', '.join(map(str, rule.looks))}"
    return told


def _values(bounds: list[float]) -> str:
    return ", ".join(z_value(each) if isfinite(each) else "none" for each in bounds)


def _change(each: Adaptation) -> str:
    match each:
        case DropArms():
            rule = (
                f"the best {each.keep} go on"
                if each.keep
                else f"those with z below {as_given(each.below or 0.0)} are dropped"
            )
            return f"after look {each.look} of the experimental arms {rule} ({each.method})"
        case ReestimateSize():
            low, high = each.promising
            return (
                f"after look {each.look} the size is raised, where conditional power of "
                f"{each.hypothesis} is {as_given(low)} to {as_given(high)}, until it is "
                f"{as_given(each.target)}, at most {as_given(each.most)} times ({each.method})"
            )
        case Enrich():
            return (
                f"after look {each.look} only {each.population} is enrolled, where z of "
                f"{each.full} is below {as_given(each.full_below)} and that of {each.subgroup} at "
                f"least {as_given(each.subgroup_above)}"
            )

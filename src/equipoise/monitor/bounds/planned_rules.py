"""How the trial of a protocol is decided: the bounds of its hypotheses, its graph, when it ends.

The rehearsed and the real trial follow the same rules.  What is expected of hypotheses that have
no plan, and of populations, comes from the scenario `planned`; who calls gives it.
"""

from collections.abc import Mapping

import numpy as np

from equipoise.design.multiplicity.graph import Graph, draw_graph
from equipoise.design.multiplicity.promise import graph_of
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.monitor.bounds.planned import (
    Deciding,
    among_population,
    counted_by,
    deciding_of,
    looks_of,
    population_of,
)
from equipoise.monitor.bounds.rules import HypothesisRules, StoppingRules, UpdatedBounds
from equipoise.monitor.look.look import Counted, TrialRules
from equipoise.protocol.planning import DesignPromise, Multiplicity
from equipoise.protocol.trial import Protocol


def trial_rules(design: TrialDesign, *, expected: Mapping[str, Vector] | None = None) -> TrialRules:
    """Give how the trial of a design is decided.

    Args:
        design: of a protocol.
        expected: by hypothesis, the information expected by each look as its test counts it
            (events, patients), or one number for a test at the last look alone; for hypotheses
            without a plan, and for those of a population, among its patients.

    Raises:
        DesignError: The protocol promises no design, or plans no hypothesis.

    Witness: the rules of the rehearsed trial, hypothesis by hypothesis.
    """
    protocol, promise, lead = design.protocol, design.protocol.design, design.main
    if promise is None or lead is None:
        raise DesignError(
            f"No hypothesis of {protocol.trial.id} is planned, so that no rule tells what a look "
            "decides. Add `design`, and an `effect` to a hypothesis.",
            "design",
        )
    given = {} if expected is None else dict(expected)
    _known(given, design)
    rules: list[HypothesisRules] = []
    counted: list[Counted] = []
    left: list[tuple[str, str]] = []
    said: list[str] = []
    for each in design.hypotheses:
        how, found, told = _decided(design, promise, each, given.get(each.hypothesis))
        if found.rules is None:
            left.append((each.hypothesis, found.why_not.rstrip(".")))
            continue
        rules.append(found.rules)
        counted.append(how)
        said += told
    graph, shared = shared_alpha(promise, tuple(each.hypothesis for each in rules), "monitored")
    if protocol.rehearsal.conduct.closed_test is not None:
        shared = (*shared, _CLOSED)
    return TrialRules(
        stopping=stopping_rules(protocol, promise, tuple(rules), graph),
        counted=tuple(counted),
        leading=lead.hypothesis,
        looks=looks_of(design),
        left_out=tuple(left),
        assumed=(*said, *shared),
    )


def _known(expected: Mapping[str, Vector], design: TrialDesign) -> None:
    """Refuse expectations that are of no hypothesis, or not one a look."""
    names, looks = [each.hypothesis for each in design.hypotheses], looks_of(design)
    for name, information in expected.items():
        if name not in names:
            raise DesignError(
                f"Information is expected of {name!r}, which is no hypothesis; name some of "
                f"{', '.join(names)}."
            )
        if np.size(information) not in {1, looks}:
            raise DesignError(
                f"Information is expected of {name} at {np.size(information)} looks; give it for "
                f"each of {looks}, or one number for the last."
            )


def _decided(
    design: TrialDesign, promise: DesignPromise, each: HypothesisDesign, expected: Vector | None
) -> tuple[Counted, Deciding, tuple[str, ...]]:
    """Give what a hypothesis counts, how it is decided, and what is to be said of it."""
    protocol = design.protocol
    counted = counted_by(protocol.hypothesis(each.hypothesis).test.method)
    found = deciding_of(design, promise, each, counted, expected)
    if found.rules is None:
        return counted, found, ()
    said: tuple[str, ...] = ()
    if each.plan is None:
        said = (_without_plan(each, found.rules, expected),)
    if population_of(protocol, each.hypothesis) is None:
        return counted, found, said
    if expected is None:
        return counted, found, (*said, _POPULATION.format(each.label, each.hypothesis))
    planned = float(expected[-1])
    counted, rules = among_population(design, each, counted, found.rules, planned)
    return counted, Deciding(rules), said


def _without_plan(each: HypothesisDesign, rules: HypothesisRules, expected: Vector | None) -> str:
    """Say how a hypothesis without a promised effect comes to have bounds."""
    name = f"{each.label} ({each.hypothesis})"
    if expected is not None:
        return _EXPECTED.format(name)
    bounds = rules.bounds
    if isinstance(bounds, UpdatedBounds) and bounds.design.asked.stopping.spending_time is None:
        return _ONCE.format(name)
    return _LEADING.format(name)


def shared_alpha(
    promise: DesignPromise, names: tuple[str, ...], how: str
) -> tuple[Graph | None, tuple[str, ...]]:
    """Give the graph by which hypotheses share alpha, and what is to be said of it.

    A graph without a hypothesis passes nothing on to the others through it, so that error is kept.

    Args:
        promise: the protocol's.
        names: of the hypotheses decided, in their order.
        how: they are: rehearsed, monitored.
    """
    rule = promise.multiplicity
    if rule is None or rule.procedure in {"co-primary", "dunnett"}:
        return None, _words_of(rule, how)
    whole = graph_of(rule)
    places = [whole.position(name) for name in names]
    kept = draw_graph(
        np.array([whole.weight(name) for name in names]),
        whole.transitions[np.ix_(places, places)],
        names,
    )
    return kept, _words_of(rule, how)


def stopping_rules(
    protocol: Protocol,
    promise: DesignPromise,
    rules: tuple[HypothesisRules, ...],
    graph: Graph | None,
) -> StoppingRules:
    """Put the rules of hypotheses together with when the trial ends."""
    primary = tuple(
        each.hypothesis for each in rules if protocol.hypothesis(each.hypothesis).role == "primary"
    )
    stop = protocol.rehearsal.conduct.stop or "all decided"
    if stop == "primary decided" and not primary:
        stop = "all decided"
    together = _together(promise, rules)
    return StoppingRules(rules, promise.alpha, graph, stop, primary, together)


def _together(promise: DesignPromise, rules: tuple[HypothesisRules, ...]) -> tuple[str, ...]:
    """Name the co-primary hypotheses, of which nothing is claimed unless all of them are met."""
    rule = promise.multiplicity
    if rule is None or rule.procedure != "co-primary":
        return ()
    shares = dict(rule.weights)
    return tuple(each.hypothesis for each in rules if shares.get(each.hypothesis, 0.0) > 0.0)


def _words_of(rule: Multiplicity | None, how: str) -> tuple[str, ...]:
    match rule.procedure if rule is not None else "":
        case "hochberg" | "hommel":
            name = rule.procedure.capitalize() if rule is not None else ""
            return (f"{name}'s procedure is {how} as Holm's, which claims no more than it.",)
        case "dunnett":
            return (_DUNNETT,)
        case "co-primary":
            return (_CO_PRIMARY,)
    return ()


def spending_by_calendar(rules: TrialRules, promise: DesignPromise) -> bool:
    """Tell whether errors are spent by calendar time, so that a look needs one."""
    return promise.looks.spending_by == "calendar" and needs_time(rules)


def needs_time(rules: TrialRules) -> bool:
    """Tell whether any hypothesis spends by something else than its own information."""
    return any(
        isinstance(each.bounds, UpdatedBounds)
        and each.bounds.design.asked.stopping.spending_time is not None
        for each in rules.stopping.hypotheses
    )


def by_leading(rules: TrialRules, hypothesis: int) -> bool:
    """Tell whether a hypothesis spends when the leading one does, nothing being expected of it."""
    lead = next(e for e in rules.stopping.hypotheses if e.hypothesis == rules.leading)
    own = rules.stopping.hypotheses[hypothesis].bounds
    if not isinstance(own, UpdatedBounds) or not isinstance(lead.bounds, UpdatedBounds):
        return False
    by_time = own.design.asked.stopping.spending_time is not None
    return by_time and lead.bounds.design.asked.stopping.spending_time is None


_DUNNETT = (
    "Dunnett's bounds are those of all arms together; they are not sharpened as arms are claimed."
)
_CO_PRIMARY = (
    "Co-primary hypotheses are each tested at all of alpha, and told one by one; nothing is "
    "claimed unless all of them are met, and of that is the family-wise error. What follows them "
    "is told for itself."
)
_CLOSED = (
    "The protocol's closed test combines the p-values of stages; at a look each hypothesis is "
    "decided by its own bounds and the shares of alpha it has, which claims no more than alpha "
    "allows."
)
_EXPECTED = (
    "No effect is promised for {0}: it has the trial's rules for efficacy, its information counted "
    "against what its endpoint is expected to have by the last look, and no bound for futility."
)
_LEADING = (
    "No effect is promised for {0}, and nothing is assumed of its endpoint: it spends alpha by the "
    "information fraction of the hypothesis that sizes the trial (as spending time); information "
    "is counted in its own events or answers, as a share of the patients compared."
)
_ONCE = (
    "No effect is promised for {0}, nor the information of its test: it is tested once, at the "
    "trial's last look."
)
_POPULATION = (
    "{0} ({1}) is tested in a population whose size is not planned: its information is counted "
    "against what is planned as if all patients were in it."
)

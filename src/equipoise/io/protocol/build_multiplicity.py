"""From the file's `multiplicity` to a graph: who starts with which alpha, and passes it where.

fixed sequence     all of alpha to the first; each passes everything to the next
bonferroni         weights, nothing passed on
holm               weights, passed on in proportion to the others' (equally, if they have none)
hochberg, hommel   equal weights over all of them
graph              as written
co-primary         all of alpha to each primary one; those after them in order, once all are met
dunnett            equal shares in name; the levels follow from the arms' correlation
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from equipoise.io.protocol.building import Building
from equipoise.protocol.contradiction import nearest
from equipoise.protocol.planning import Multiplicity, Procedure
from equipoise.protocol.trial import Hypothesis

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path

PATH = ("design", "multiplicity")
ROUNDING = 1e-6
WANTS = {
    "fixed sequence": frozenset({"order"}),
    "bonferroni": frozenset({"weights"}),
    "holm": frozenset({"weights"}),
    "hochberg": frozenset[str](),
    "hommel": frozenset[str](),
    "graph": frozenset({"weights", "transitions"}),
    "co-primary": frozenset[str](),
    "dunnett": frozenset[str](),
}


def build_multiplicity(building: Building, hypotheses: Sequence[Hypothesis]) -> Multiplicity | None:
    """Give the rule by which several hypotheses share alpha; None for one."""
    section = building.file.design.multiplicity if building.file.design else None
    ids = [each.id for each in hypotheses]
    if section is None:
        return _derived(building, hypotheses)
    given = {
        key for key in ("order", "weights", "transitions") if getattr(section, key) is not None
    }
    procedure: Procedure | None = section.procedure
    if procedure is None:
        procedure = "fixed sequence" if given == {"order"} else "graph"
        building.note((*PATH, "procedure"), procedure, ", ".join(sorted(given)) or "no other")
    for key in sorted(given - WANTS[procedure]):
        what, remedy = f"{procedure!r} has no `{key}`", "delete it, or write `procedure: graph`"
        building.object_to((*PATH, key), what, "", remedy)
    if procedure == "fixed sequence":
        order = section.order if section.order is not None else _in_order(hypotheses)
        _known(building, "order", order, ids)
        _complete(building, order, ids)
        return replace(sequence(order), correlation=section.correlation)
    if procedure == "co-primary":
        return _co_primary(building, hypotheses, section.correlation)
    weights = _weights(building, procedure, section.weights, ids)
    transitions = _transitions(building, procedure, section.transitions, weights, ids)
    return Multiplicity(procedure, weights, transitions, section.correlation)


def _co_primary(
    building: Building, hypotheses: Sequence[Hypothesis], correlation: float | None
) -> Multiplicity:
    """All of alpha to each primary one; the others wait until all of these are met."""
    primary = [each.id for each in hypotheses if each.role == "primary"]
    if len(primary) < 2:  # noqa: PLR2004 - one has no partner
        what, remedy = "co-primary are several hypotheses", "write `role: primary` on each of them"
        building.object_to((*PATH, "procedure"), what, ", ".join(primary) or "none", remedy)
    order = _in_order(hypotheses)
    weights = tuple((each, float(each in primary)) for each in order)
    return Multiplicity("co-primary", weights, correlation=correlation)


def sequence(order: Sequence[str]) -> Multiplicity:
    """Give the graph of a fixed sequence."""
    weights = tuple((each, float(place == 0)) for place, each in enumerate(order))
    passed = tuple((one, two, 1.0) for one, two in pairwise(order))
    return Multiplicity("fixed sequence", weights, passed)


def _derived(building: Building, hypotheses: Sequence[Hypothesis]) -> Multiplicity | None:
    """One primary hypothesis leads a fixed sequence; several must say how they share."""
    if len(hypotheses) < 2:  # noqa: PLR2004 - one shares with no other
        return None
    primary = [each.id for each in hypotheses if each.role == "primary"]
    if len(primary) > 1:
        what = "several primary hypotheses share alpha, and nothing says how"
        remedy = (
            "add `multiplicity: {procedure: holm}`, another one (co-primary, where all must be "
            "met), or weights and transitions"
        )
        building.object_to(("design",), what, ", ".join(primary), remedy)
    order = _in_order(hypotheses)
    building.note(PATH, f"fixed sequence: {', '.join(order)}", "the order of `hypotheses`")
    return sequence(order)


def _in_order(hypotheses: Sequence[Hypothesis]) -> list[str]:
    first = [each.id for each in hypotheses if each.role == "primary"]
    return [*first, *(each.id for each in hypotheses if each.role != "primary")]


def _known(building: Building, key: str, names: Sequence[str], ids: Sequence[str]) -> None:
    path: Path = (*PATH, key)
    for name in names:
        if name not in ids:
            building.object_to(path, "no such hypothesis", repr(name), nearest(name, ids))
    for name in sorted({name for name in names if list(names).count(name) > 1}):
        building.object_to(path, "the same hypothesis twice", repr(name), "delete one")


def _complete(building: Building, named: Sequence[str], ids: Sequence[str]) -> None:
    for name in ids:
        if name not in named:
            what = "a hypothesis outside the rule would be tested without control of error"
            building.object_to(PATH, what, repr(name), "name it here, or delete the hypothesis")


def _weights(
    building: Building, procedure: Procedure, given: dict[str, float] | None, ids: list[str]
) -> tuple[tuple[str, float], ...]:
    if given is None:
        equal = 1.0 / max(len(ids), 1)
        if procedure not in {"hochberg", "hommel", "dunnett"}:
            building.note((*PATH, "weights"), f"{equal:g} each", "equal shares")
        return tuple((each, equal) for each in ids)
    _known(building, "weights", list(given), ids)
    total = sum(given.values())
    if not (all(weight >= 0 for weight in given.values()) and 0 < total <= 1 + ROUNDING):
        what, remedy = "weights are 0 or more and add up to at most 1", "write shares of alpha"
        found = ", ".join(f"{weight:g}" for weight in given.values())
        building.object_to((*PATH, "weights"), what, found, remedy)
    if procedure != "graph":
        _complete(building, list(given), ids)
    return tuple((each, float(given.get(each, 0.0))) for each in ids)


def _transitions(
    building: Building,
    procedure: Procedure,
    given: dict[str, dict[str, float]] | None,
    weights: tuple[tuple[str, float], ...],
    ids: list[str],
) -> tuple[tuple[str, str, float], ...]:
    if procedure == "holm":
        return _in_proportion(dict(weights))
    if procedure != "graph":
        return ()
    edges = tuple(
        (one, two, float(share)) for one, to in (given or {}).items() for two, share in to.items()
    )
    _known(building, "transitions", list(given or {}), ids)
    for one, to in (given or {}).items():
        path: Path = (*PATH, "transitions", one)
        for two in to:
            if two not in ids:
                building.object_to((*path, two), "no such hypothesis", repr(two), nearest(two, ids))
        if one in to:
            what, remedy = "a hypothesis passes alpha to others", "delete it"
            building.object_to((*path, one), what, repr(one), remedy)
        if not (all(share >= 0 for share in to.values()) and sum(to.values()) <= 1 + ROUNDING):
            what, remedy = "shares passed on add up to at most 1", "write fractions like 0.5"
            building.object_to(path, what, f"{sum(to.values()):g}", remedy)
    _reached(building, weights, edges)
    return edges


def _in_proportion(weights: dict[str, float]) -> tuple[tuple[str, str, float], ...]:
    edges = []
    for one in weights:
        rest = {two: weight for two, weight in weights.items() if two != one}
        total = sum(rest.values())
        for two, weight in rest.items():
            edges.append((one, two, weight / total if total > 0 else 1.0 / len(rest)))
    return tuple(edges)


def _reached(
    building: Building,
    weights: tuple[tuple[str, float], ...],
    edges: tuple[tuple[str, str, float], ...],
) -> None:
    """Object to a hypothesis to which no alpha ever comes."""
    reached = {each for each, weight in weights if weight > 0}
    while more := {
        two for one, two, share in edges if one in reached and share > 0 and two not in reached
    }:
        reached |= more
    for each, _ in weights:
        if each not in reached:
            what, remedy = "no alpha ever comes to this hypothesis", "give it a weight, or a share"
            building.object_to((*PATH, "weights"), what, repr(each), remedy)

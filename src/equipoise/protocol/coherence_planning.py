"""Whether what is planned of patients and endpoints can be, and is of use."""

from collections.abc import Iterator

from equipoise.protocol.contradiction import Contradiction, categorical_only, nearest, unknown
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, Endpoint, TimeToEvent
from equipoise.protocol.planning import DesignPromise, EndpointAssumption, PlanningAssumptions
from equipoise.protocol.trial import Protocol

ROUNDING = 1e-6
MOST_PATIENTS = 10_000_000
KEYS = {  # what is assumed of an endpoint, by its kind: key of the file, field of the value
    TimeToEvent: ("control", "strata", "cured"),
    Binary: ("control",),
    Continuous: ("standard_deviation", "correlation"),
    AdverseEvents: (),
}


def planning_contradictions(protocol: Protocol, promise: DesignPromise) -> Iterator[Contradiction]:
    """Find what is planned and cannot be."""
    planning = promise.planning
    yield from _positive(planning)
    yield from _strata(protocol, planning)
    known = {each.id: each for each in protocol.endpoints}
    for each in planning.endpoints:
        path = ("planning", "endpoints", each.endpoint)
        yield from unknown(path, "endpoint", [each.endpoint], known)
        if each.endpoint in known:
            yield from _assumption(planning, each, known[each.endpoint])
            yield from _of_use(protocol, promise, each)


def _positive(planning: PlanningAssumptions) -> Iterator[Contradiction]:
    for patients in planning.patients:
        if not 0 < patients <= MOST_PATIENTS:
            what = f"a number of patients is above 0 and at most {MOST_PATIENTS:,}"
            remedy = "write how many are planned"
            yield Contradiction(("planning", "patients"), what, f"{patients:g}", remedy)


def _strata(protocol: Protocol, planning: PlanningAssumptions) -> Iterator[Contradiction]:
    name = planning.stratum_variable
    if name is None:
        return
    path = ("planning", "strata")
    yield from categorical_only(protocol, path, (name,))
    levels = next((each.levels for each in protocol.variables if each.id == name), ())
    for level, share in planning.strata:
        yield from unknown((*path, name, level), f"level of {name!r}", [level], levels)
        if not 0 < share <= 1:
            what, remedy = "a share lies between 0 and 1", "write 0.5 for half"
            yield Contradiction((*path, name, level), what, f"{share:g}", remedy)
    total = sum(share for _, share in planning.strata)
    if abs(total - 1) > ROUNDING:
        what, remedy = "shares add up to 1", "write what is missing, or scale them"
        yield Contradiction((*path, name), what, f"{total:g}", remedy)


def _assumption(
    planning: PlanningAssumptions, each: EndpointAssumption, endpoint: Endpoint
) -> Iterator[Contradiction]:
    path = ("planning", "endpoints", each.endpoint)
    held = {
        ("control", "rate"): each.rate,
        ("control",): each.hazard or None,
        ("strata",): each.stratum_hazards or None,
        ("cured",): each.cured or None,
        ("standard_deviation",): each.standard_deviation,
        ("correlation",): each.correlation,
    }
    wrong: dict[type[Endpoint], list[tuple[str, ...]]] = {
        TimeToEvent: [("control", "rate"), ("standard_deviation",), ("correlation",)],
        Binary: [("control",), ("strata",), ("cured",), ("standard_deviation",), ("correlation",)],
        Continuous: [("control", "rate"), ("control",), ("strata",), ("cured",)],
        AdverseEvents: list(held),
    }
    for key in wrong[type(endpoint)]:
        if held[key] is not None:
            what = "this is not assumed of such an endpoint"
            usual = " or ".join(f"`{name}`" for name in KEYS[type(endpoint)]) or "nothing"
            yield Contradiction((*path, *key), what, key[-1], f"delete it; write {usual}")
    yield from _numbers(path, each)
    yield from _levels(path, planning, each)


def _numbers(path: tuple[str, ...], each: EndpointAssumption) -> Iterator[Contradiction]:
    if each.rate is not None and not 0 < each.rate < 1:
        what, remedy = "a rate lies between 0 and 1", "write 0.5 for 50%"
        yield Contradiction((*path, "control", "rate"), what, f"{each.rate:g}", remedy)
    deviation, correlation = each.standard_deviation, each.correlation
    if deviation is not None and not deviation > 0:
        what, remedy = "a standard deviation is above 0", "write it in the endpoint's unit"
        yield Contradiction((*path, "standard_deviation"), what, f"{deviation:g}", remedy)
    if correlation is not None and not -1 < correlation < 1:
        what, remedy = "a correlation lies between -1 and 1", "write 0.5, or another"
        yield Contradiction((*path, "correlation"), what, f"{correlation:g}", remedy)


def _levels(
    path: tuple[str, ...], planning: PlanningAssumptions, each: EndpointAssumption
) -> Iterator[Contradiction]:
    levels = [level for level, _ in planning.strata]
    given = [level for level, _ in each.stratum_hazards]
    if given and not levels:
        remedy = "add `strata` to `planning`, such as {risk: {high: 0.6, low: 0.4}}"
        what = "the shares of the strata are not given"
        yield Contradiction((*path, "strata"), what, "", remedy)
        return
    for level in given:
        if level not in levels:
            remedy = nearest(level, levels)
            yield Contradiction((*path, "strata", level), "no such level", repr(level), remedy)
    for level in levels if given else ():
        if level not in given:
            what, remedy = "a level without its course", f"add `{level}`"
            yield Contradiction((*path, "strata"), what, repr(level), remedy)


def _of_use(
    protocol: Protocol, promise: DesignPromise, each: EndpointAssumption
) -> Iterator[Contradiction]:
    """Find assumptions on which no plan rests."""
    planned = {effect.hypothesis for effect in promise.effects}
    estimands = {each.id: each.endpoint for each in protocol.estimands}
    endpoints = {estimands.get(h.estimand) for h in protocol.hypotheses if h.id in planned}
    if each.endpoint not in endpoints:
        path = ("planning", "endpoints", each.endpoint)
        what = "nothing rests on these assumptions: no hypothesis of the endpoint has an effect"
        remedy = "add `effect` to its hypothesis, or delete them"
        yield Contradiction(path, what, repr(each.endpoint), remedy)

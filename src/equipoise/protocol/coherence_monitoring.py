"""Whether what the monitoring committee is promised can be told."""

from collections.abc import Iterator

from equipoise.protocol.contradiction import Contradiction, repeated, unknown
from equipoise.protocol.data_map import AdverseEventRecords
from equipoise.protocol.derive_design import RATIOS
from equipoise.protocol.endpoints import AdverseEvents, Continuous, Endpoint, TimeToEvent
from equipoise.protocol.monitoring import Belief, MonitoringPromise, SafetyCount
from equipoise.protocol.planning import PlannedEffect
from equipoise.protocol.trial import Protocol

LARGEST_TAIL = 0.5
WORST_GRADE = 5
FEWEST, MOST = 100, 1_000_000  # replicates
MOST_SEED = 2**63 - 1
LEAST_LEVEL = 0.5


def monitoring_contradictions(protocol: Protocol) -> Iterator[Contradiction]:
    """Find what is promised to the committee and cannot be told."""
    promise, effect = protocol.monitoring, _leading(protocol)
    for belief in promise.beliefs:
        yield from _belief(belief, effect)
    yield from _planned_for(protocol, promise)
    yield from repeated(
        ("monitoring", "margins"), "margin", [f"{margin:g}" for margin in promise.margins]
    )
    for margin in promise.margins:
        if effect is not None and effect.measure in RATIOS and not margin > 0:
            path, what = ("monitoring", "margins"), "a ratio is above 0"
            yield Contradiction(path, what, f"{margin:g}", "write 1 for no effect")
    for count in promise.safety:
        yield from _safety(protocol, count)
    yield from _projection(promise)


def _leading(protocol: Protocol) -> PlannedEffect | None:
    """Give the effect of the hypothesis that sizes the trial."""
    design = protocol.design
    return None if design is None else design.effect(design.sized_for or "")


def _belief(belief: Belief, effect: PlannedEffect | None) -> Iterator[Contradiction]:
    path = ("monitoring", "priors", belief.id)
    if belief.kind != "given":
        keys = {"sceptical": "chance_of_planned_effect", "enthusiastic": "chance_of_no_effect"}
        if not 0 < belief.tail < LARGEST_TAIL:
            what = f"a chance in the tail is above 0 and below {LARGEST_TAIL}"
            remedy = "write 0.05 for 5%"
            yield Contradiction((*path, keys[belief.kind]), what, f"{belief.tail:g}", remedy)
        return
    spread, mean = belief.standard_deviation, belief.mean
    if spread is not None and not spread > 0:
        what, remedy = "a standard deviation is above 0", "write 0.3, or another"
        yield Contradiction((*path, "standard_deviation"), what, f"{spread:g}", remedy)
    if effect is not None and effect.measure in RATIOS and mean is not None and not mean > 0:
        here = (*path, effect.measure.replace(" ", "_"))
        yield Contradiction(here, "a ratio is above 0", f"{mean:g}", "write 0.7")


def _planned_for(protocol: Protocol, promise: MonitoringPromise) -> Iterator[Contradiction]:
    """Find written priors that rest on a planned effect where none is planned."""
    planned = protocol.design is not None and bool(protocol.design.effects)
    if planned or promise.beliefs == MonitoringPromise().beliefs:
        return
    for belief in promise.beliefs:
        if belief.kind != "given":
            path = ("monitoring", "priors", belief.id)
            what = f"the {belief.kind} prior rests on a planned effect, and no hypothesis has one"
            remedy = "add `effect` to a hypothesis, or give the prior by its measure"
            yield Contradiction(path, what, "", remedy)


def _safety(protocol: Protocol, count: SafetyCount) -> Iterator[Contradiction]:
    path = ("monitoring", "safety", count.rule)
    rules = [] if protocol.design is None else [rule.id for rule in protocol.design.safety]
    yield from unknown(path, "safety bound of the design", [count.rule], rules)
    endpoints = {each.id: each for each in protocol.endpoints}
    yield from unknown((*path, "endpoint"), "endpoint", [count.endpoint], endpoints)
    yield from unknown((*path, "arms"), "arm", count.arms, [arm.id for arm in protocol.arms])
    yield from repeated((*path, "arms"), "arm", count.arms)
    endpoint = endpoints.get(count.endpoint)
    if endpoint is None:
        return
    if isinstance(endpoint, Continuous):
        what, remedy = "a measurement harms nobody by itself", "name another endpoint"
        yield Contradiction((*path, "endpoint"), what, repr(count.endpoint), remedy)
    if count.within is not None and not isinstance(endpoint, TimeToEvent):
        what, remedy = "only a time to event is counted up to a time", "delete it"
        yield Contradiction((*path, "within"), what, f"{count.within:g}", remedy)
    if count.grade_from is not None and not 1 <= count.grade_from <= WORST_GRADE:
        what, remedy = f"grades run from 1 to {WORST_GRADE}", "write 3 for severe and worse"
        yield Contradiction((*path, "grade_from"), what, f"{count.grade_from}", remedy)
    if isinstance(endpoint, AdverseEvents):
        yield from _recorded(protocol, count, endpoint)


def _recorded(
    protocol: Protocol, count: SafetyCount, endpoint: Endpoint
) -> Iterator[Contradiction]:
    """Find adverse events counted by a mark that the data do not have."""
    sources = (each for each in protocol.data.endpoints if each.endpoint == endpoint.id)
    source = next(sources, None)
    if not isinstance(source, AdverseEventRecords):
        return
    needed = {
        "any": (),
        "serious": ("serious",),
        "related": ("related",),
        "fatal": ("fatal",),
        "fatal and related": ("fatal", "related"),
    }[count.harm]
    lacking = [key for key in needed if getattr(source, key) is None]
    if count.grade_from is not None and source.grade is None:
        lacking.append("grade")
    for key in lacking:
        what = f"the data do not say `{key}` of {endpoint.id!r}"
        remedy = f"add `{key}` under data.endpoints.{endpoint.id}, or count by another mark"
        yield Contradiction(("monitoring", "safety", count.rule), what, "", remedy)


def _projection(promise: MonitoringPromise) -> Iterator[Contradiction]:
    path, told = ("monitoring", "projection"), promise.projecting
    if not FEWEST <= told.replicates <= MOST:
        what = f"replicates are from {FEWEST:,} to {MOST:,}"
        yield Contradiction((*path, "replicates"), what, f"{told.replicates}", "write 10000")
    if not 0 <= told.seed <= MOST_SEED:
        what, remedy = "a seed is a whole number from 0", "write 1, or another"
        yield Contradiction((*path, "seed"), what, f"{told.seed}", remedy)
    if not LEAST_LEVEL <= told.level < 1:
        what = f"level is a confidence from {LEAST_LEVEL} to below 1"
        yield Contradiction((*path, "level"), what, f"{told.level:g}", "write 0.9 for 90%")

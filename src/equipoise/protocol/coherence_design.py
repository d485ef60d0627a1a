"""Whether a design's promises fit each other, before anything is computed."""

from collections.abc import Iterator
from itertools import pairwise
from math import prod

from equipoise.protocol.coherence_boundaries import boundary_contradictions
from equipoise.protocol.coherence_effects import effect_contradictions, null_of
from equipoise.protocol.coherence_multiplicity import multiplicity_contradictions
from equipoise.protocol.coherence_numbers import number_contradictions
from equipoise.protocol.coherence_planning import MOST_PATIENTS, planning_contradictions
from equipoise.protocol.coherence_solving import solving_contradictions
from equipoise.protocol.contradiction import Contradiction, nearest, repeated
from equipoise.protocol.derive_design import CHANGING, METHODS, RATIOS
from equipoise.protocol.planning import DesignPromise, LookSchedule, PlannedEffect, SafetyRule
from equipoise.protocol.trial import Hypothesis, Protocol

LARGEST_ALPHA = 0.5
MOST_ALTERNATIVES = 500
ROUNDING = 1e-9
EARLIEST = 1e-4  # of the last look's information or time
WIDEST = {True: 10.0, False: 100.0}  # of a prior: on the log scale of ratios, in planned effects
NARROWEST = 1e-4  # likewise; a narrower prior is power


def design_contradictions(protocol: Protocol) -> Iterator[Contradiction]:
    """Find what a design promises and cannot keep."""
    promise = protocol.design
    if promise is None:
        return
    yield from planning_contradictions(protocol, promise)
    yield from number_contradictions(protocol, promise)
    yield from effect_contradictions(protocol, promise)
    yield from boundary_contradictions(promise)
    yield from multiplicity_contradictions(protocol, promise)
    yield from _power(promise)
    yield from _looks(promise.looks)
    yield from _grids(promise)
    yield from repeated(("design", "safety"), "id", [rule.id for rule in promise.safety])
    for rule in promise.safety:
        yield from _safety(rule)
    sized = next((each for each in protocol.hypotheses if each.id == promise.sized_for), None)
    if sized is None:
        yield from _unsized(promise)
        return
    endpoint_of = {each.id: each.endpoint for each in protocol.estimands}
    endpoints = {each.id: each for each in protocol.endpoints}
    endpoint = endpoints.get(endpoint_of.get(sized.estimand, ""))
    if endpoint is not None:
        yield from _method(promise, sized)
        yield from _horizon(protocol, promise)
        yield from solving_contradictions(promise, endpoint)
        yield from _prior(promise)


def _unsized(promise: DesignPromise) -> Iterator[Contradiction]:
    """Find a design without a hypothesis it is made for."""
    given = bool(promise.power or promise.events or promise.prior)
    if given or len(promise.looks.information) > 1 or promise.looks.calendar:
        what = "a design is made for an effect, and no hypothesis has one"
        remedy = "add `effect: {hazard_ratio: 0.7}`, or another, to a hypothesis"
        yield Contradiction(("design",), what, "", remedy)


def _power(promise: DesignPromise) -> Iterator[Contradiction]:
    least = promise.alpha if 0 < promise.alpha < LARGEST_ALPHA else 0.0  # else told of alpha
    for power in promise.power:
        if not least < power < 1:
            remedy = f"write {power / 100:g} for {power:g}%" if 1 < power < 100 else "write 0.9"  # noqa: PLR2004
            what = f"a power lies between alpha, {promise.alpha:g}, and 1"
            if not least:
                what = "a power lies between 0 and 1"
            yield Contradiction(("design", "power"), what, f"{power:g}", remedy)
    for events in promise.events:
        if not 0 < events <= MOST_PATIENTS:
            what, remedy = "a number of events is above 0", "write how many are planned"
            yield Contradiction(("design", "events"), what, f"{events:g}", remedy)


def _looks(looks: LookSchedule) -> Iterator[Contradiction]:
    path = ("design", "looks")
    rising = all(after > before for before, after in pairwise(looks.information))
    for key, times in (("information", looks.information), ("calendar", looks.calendar)):
        for number, (before, after) in enumerate(pairwise(times), start=2):
            if not after > before:
                what, remedy = f"{key} increases from look to look", "order the looks, or drop one"
                found = f"{after:g} at look {number} after {before:g}"
                yield Contradiction((*path, key), what, found, remedy)
    for key, times in (("information", looks.information), ("calendar", looks.calendar)):
        if times and 0 < times[0] < EARLIEST * times[-1]:
            what, remedy = "the first look comes before there is anything to see", "let it be later"
            yield Contradiction((*path, key), what, f"{times[0]:g}", remedy)
    if not all(0 < fraction <= 1 + ROUNDING for fraction in looks.information):
        found = ", ".join(f"{fraction:g}" for fraction in looks.information)
        remedy = "write fractions of the whole, such as 0.5 and 1"
        yield Contradiction(
            (*path, "information"), "information fractions lie above 0, up to 1", found, remedy
        )
    elif rising and abs(looks.information[-1] - 1) > ROUNDING:
        found, remedy = f"{looks.information[-1]:g}", "let the last look be at 1"
        yield Contradiction((*path, "information"), "the last look has all of it", found, remedy)
    for count in looks.read_at:
        if not count > 0:
            what, remedy = "the design is read at counts above 0", "write a number of events"
            yield Contradiction((*path, "read_at"), what, f"{count:g}", remedy)


def _grids(promise: DesignPromise) -> Iterator[Contradiction]:
    planning = promise.planning
    effect = promise.effect(promise.sized_for or "")
    grids = (
        promise.power,
        promise.events,
        planning.patients,
        planning.accrual_duration,
        planning.follow_up,
        effect.value if effect else (),
    )
    rows = prod(len(each) for each in grids if each)
    if rows > MOST_ALTERNATIVES:
        what = f"a table of alternatives has at most {MOST_ALTERNATIVES} rows"
        remedy = "shorten the lists: each is crossed with every other"
        yield Contradiction(("design",), what, f"{rows}", remedy)


def _method(promise: DesignPromise, sized: Hypothesis) -> Iterator[Contradiction]:
    known = METHODS.get(sized.test.method, ())
    path = ("design", "method")
    if not known:
        what = f"no design is computed for the test {sized.test.method.value}"
        remedy = "size the trial for another hypothesis, with `sized_for`, or test by log-rank"
        yield Contradiction(path, what, repr(sized.id), remedy)
    elif promise.method not in known:
        what = f"no formula for the test {sized.test.method.value}"
        yield Contradiction(path, what, repr(promise.method), nearest(promise.method, known))
    effect = promise.effect(sized.id)
    if effect and effect.pieces and promise.method in known and promise.method not in CHANGING:
        what = "this formula is for one hazard ratio throughout, and the effect changes"
        remedy = "write `method: average hazard ratio`, or yung-liu"
        yield Contradiction(path, what, repr(promise.method), remedy)


def _horizon(protocol: Protocol, promise: DesignPromise) -> Iterator[Contradiction]:
    """Find a design by restricted means without the time up to which they are taken."""
    if promise.method == "restricted mean" and protocol.analysis.restricted_mean_until is None:
        what = "a design by restricted means needs the time up to which they are taken"
        remedy = "add `restricted_mean_until: 24 months`, or another, to `analysis`"
        yield Contradiction(("design", "method"), what, "", remedy)


def _prior(promise: DesignPromise) -> Iterator[Contradiction]:
    effect = promise.effect(promise.sized_for or "")
    prior = promise.prior
    if prior is None:
        return
    path = ("design", "prior")
    if effect is not None and prior.measure != effect.measure:
        key = effect.measure.replace(" ", "_")
        what = f"the prior speaks of another measure than {effect.hypothesis}"
        yield Contradiction(path, what, repr(prior.measure), f"write `{key}`")
    if prior.measure in RATIOS and not prior.mean > 0:
        key = prior.measure.replace(" ", "_")
        yield Contradiction((*path, key), "a ratio is above 0", f"{prior.mean:g}", "write 0.7")
    if not prior.standard_deviation <= WIDEST[prior.measure in RATIOS] * _distance(effect):
        what = "so wide a prior says nothing of the effect"
        found = f"{prior.standard_deviation:g}"
        yield Contradiction((*path, "standard_deviation"), what, found, "write a smaller one")
    if not prior.standard_deviation >= NARROWEST * _distance(effect):
        what = f"a standard deviation is above 0, {NARROWEST * _distance(effect):g} or more"
        remedy = "write 0.2, or another"
        found = f"{prior.standard_deviation:g}"
        yield Contradiction((*path, "standard_deviation"), what, found, remedy)


def _distance(effect: PlannedEffect | None) -> float:
    """Give what a prior's spread is measured by: the planned difference; 1 for ratios."""
    if effect is None or effect.measure in RATIOS or not effect.value:
        return 1.0
    return abs(effect.value[0] - null_of(effect))


def _safety(rule: SafetyRule) -> Iterator[Contradiction]:
    path = ("design", "safety", rule.id)
    for key, value in (("acceptable", rule.acceptable), ("level", rule.level)):
        if not 0 < value < 1:
            what, remedy = "a probability lies between 0 and 1", "write 0.05 for 5%"
            yield Contradiction((*path, key), what, f"{value:g}", remedy)
    if rule.unacceptable is not None and not rule.acceptable < rule.unacceptable < 1:
        what, remedy = "it lies between the acceptable probability and 1", "write a larger one"
        yield Contradiction((*path, "unacceptable"), what, f"{rule.unacceptable:g}", remedy)
    if rule.patients < 1:
        what, remedy = "at least one patient is watched", "write how many"
        yield Contradiction((*path, "patients"), what, f"{rule.patients}", remedy)
    if not 1 <= rule.every <= max(rule.patients, 1):
        what, remedy = "checks are 1 or more patients apart", "write 1 for after each patient"
        yield Contradiction((*path, "every"), what, f"{rule.every}", remedy)
    if rule.prior is not None and not all(number > 0 for number in rule.prior):
        found = ", ".join(f"{number:g}" for number in rule.prior)
        what, remedy = "both parameters of the prior are above 0", "write [0.5, 0.5]"
        yield Contradiction((*path, "prior"), what, found, remedy)

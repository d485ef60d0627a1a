"""Whether the effects that hypotheses plan for can be shown by their tests."""

from collections.abc import Iterator

from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.derive_design import MEASURES, METHODS, RATIOS
from equipoise.protocol.endpoints import Binary, Continuous, Endpoint, TimeToEvent
from equipoise.protocol.planning import DesignPromise, EndpointAssumption, PlannedEffect
from equipoise.protocol.trial import Hypothesis, Protocol, TestMethod

LARGEST = 100.0  # ratio, or difference in standard deviations
LEAST_STANDARDIZED = 1e-4


def effect_contradictions(protocol: Protocol, promise: DesignPromise) -> Iterator[Contradiction]:
    """Find effects that cannot be, or that the test is not for."""
    hypotheses = {each.id: each for each in protocol.hypotheses}
    endpoint_of = {each.id: each.endpoint for each in protocol.estimands}
    endpoints = {each.id: each for each in protocol.endpoints}
    for effect in promise.effects:
        hypothesis = hypotheses[effect.hypothesis]
        endpoint = endpoints.get(endpoint_of.get(hypothesis.estimand, ""))
        if endpoint is None or not effect.measure:
            continue
        path = ("hypotheses", effect.hypothesis, "effect")
        if effect.measure not in MEASURES.get(type(endpoint), ()):
            usual = " or ".join(f"`{_key(each)}`" for each in MEASURES.get(type(endpoint), ()))
            what = "the effect does not fit the endpoint's kind"
            yield Contradiction(path, what, repr(effect.measure), f"write {usual or 'none'}")
            continue
        yield from _values(path, effect, endpoint, promise.planning.endpoint(endpoint.id))
        yield from _test(path, effect, hypothesis, endpoint)
        yield from _nuisance(path, promise, effect, endpoint)
        assumed = promise.planning.endpoint(endpoint.id)
        if assumed.correlation is not None and hypothesis.test.method is not TestMethod.ANCOVA:
            here = ("planning", "endpoints", endpoint.id, "correlation")
            what = "a correlation with the baseline is for analysis of covariance"
            remedy = "delete it, or test by ancova"
            yield Contradiction(here, what, f"{assumed.correlation:g}", remedy)


def _key(measure: str) -> str:
    return measure.replace(" ", "_")


def favors_experimental_below(endpoint: Endpoint) -> bool:
    """Say whether a smaller value of the measure is better for the experimental arm.

    >>> favors_experimental_below(TimeToEvent("os", "Overall survival", ("death",)))
    True
    """
    match endpoint:
        case TimeToEvent(better=better):
            return better == "later"
        case Binary(better=better):
            return better == "no"
        case Continuous(better=better):
            return better == "lower"
    return True


def null_of(effect: PlannedEffect) -> float:
    """Give the value of the measure under the null hypothesis.

    >>> null_of(PlannedEffect("H1", "hazard ratio"))
    1.0
    """
    if effect.margin is not None:
        return effect.margin
    return 1.0 if effect.measure in RATIOS else 0.0


def _values(
    path: tuple[str, ...], effect: PlannedEffect, endpoint: Endpoint, assumed: EndpointAssumption
) -> Iterator[Contradiction]:
    here, null = (*path, _key(effect.measure)), null_of(effect)
    ratio, below = effect.measure in RATIOS, favors_experimental_below(endpoint)
    values = (*effect.value, *(value for _, value in effect.pieces))
    if ratio and effect.margin is not None and not effect.margin > 0:
        what, remedy = "a ratio is above 0", "write 1.3, or another margin"
        yield Contradiction((*path, "margin"), what, f"{effect.margin:g}", remedy)
    for value in values:
        if ratio and not value > 0:
            what, remedy = "a ratio is above 0", "write 0.7, or another ratio"
            yield Contradiction(here, what, f"{value:g}", remedy)
    if effect.pieces and all(value == null for value in values):
        what, remedy = "the effect is that of the null hypothesis", "plan for another one"
        yield Contradiction(here, what, f"{null:g}", remedy)
    yield from _extreme(here, effect, values, assumed)
    for value in effect.value:
        if value == null:
            what = "the effect is that of the null hypothesis: no trial is large enough"
            yield Contradiction(here, what, f"{value:g}", "plan for another effect")
        elif (value < null) != below:
            side = "below" if below else "above"
            what = f"the experimental arm is better {side} {null:g}"
            remedy = f"write an effect {side} it, or see `better` of the endpoint"
            yield Contradiction(here, what, f"{value:g}", remedy)
        else:
            yield from _experimental_rate(here, effect, value, assumed.rate)


def _extreme(
    path: tuple[str, ...],
    effect: PlannedEffect,
    values: tuple[float, ...],
    assumed: EndpointAssumption,
) -> Iterator[Contradiction]:
    """Find effects beyond what any trial has seen, which are slips of the pen."""
    for value in values:
        if effect.measure in RATIOS and value > 0 and not 1 / LARGEST <= value <= LARGEST:
            what = f"a ratio from {1 / LARGEST:g} to {LARGEST:g} belongs here"
            yield Contradiction(path, what, f"{value:g}", "write 0.7, or another ratio")
    deviation = assumed.standard_deviation
    for value in effect.value if deviation and deviation > 0 else ():
        standardized = abs(value - null_of(effect)) / (deviation or 1.0)
        if standardized and not LEAST_STANDARDIZED <= standardized <= LARGEST:
            what = f"with a standard deviation of {deviation:g} that is {standardized:.3g} of them"
            yield Contradiction(path, what, f"{value:g}", "compare the unit of both")


def _experimental_rate(
    path: tuple[str, ...], effect: PlannedEffect, value: float, control: float | None
) -> Iterator[Contradiction]:
    """Find an effect that takes the experimental arm's probability out of its range."""
    if control is None or not 0 < control < 1:
        return
    rate = experimental_rate(effect.measure, value, control)
    if rate is not None and not 0 < rate < 1:
        what = f"with the control arm's rate {control:g} the experimental arm's would be {rate:g}"
        yield Contradiction(path, what, f"{value:g}", "plan for a smaller effect")


def experimental_rate(measure: str, value: float, control: float) -> float | None:
    """Give the experimental arm's probability by the effect; None for other measures.

    >>> experimental_rate("risk ratio", 1.5, 0.25)
    0.375
    """
    if measure == "risk difference":
        return control + value
    if measure == "risk ratio":
        return control * value
    if measure == "odds ratio":
        odds = value * control / (1.0 - control)
        return odds / (1.0 + odds)
    return None


def _test(
    path: tuple[str, ...], effect: PlannedEffect, hypothesis: Hypothesis, endpoint: Endpoint
) -> Iterator[Contradiction]:
    test = hypothesis.test.method
    if test not in METHODS and isinstance(endpoint, TimeToEvent | Binary | Continuous):
        what = f"no power is computed for the test {test.value}"
        remedy = "delete the effect, or plan for a log-rank test"
        yield Contradiction(path, what, effect.measure, remedy)
    if effect.margin is None:
        return
    shown = f"{effect.margin:g}"
    if effect.pieces:
        what, remedy = "a margin goes with one hazard ratio", "delete the one or the other"
        yield Contradiction((*path, "margin"), what, shown, remedy)
    unfit = {TestMethod.FLEMING_HARRINGTON, TestMethod.MAX_COMBO, TestMethod.FISHER}
    if test in {*unfit, TestMethod.RESTRICTED_MEAN}:
        what, remedy = f"the test {test.value} has no margin here", "delete it, or use another test"
        yield Contradiction((*path, "margin"), what, shown, remedy)


def _nuisance(
    path: tuple[str, ...], promise: DesignPromise, effect: PlannedEffect, endpoint: Endpoint
) -> Iterator[Contradiction]:
    """Find what a plan needs to know of the control arm besides the effect."""
    assumed = promise.planning.endpoint(endpoint.id)
    where = f"`planning`, `endpoints`, `{endpoint.id}`"
    if isinstance(endpoint, Binary) and assumed.rate is None:
        what = "the control arm's rate is not given"
        yield Contradiction(path, what, effect.measure, f"add `control: {{rate: 0.3}}` to {where}")
    if isinstance(endpoint, Continuous) and assumed.standard_deviation is None:
        what = "the standard deviation is not given"
        remedy = f"add `standard_deviation: 10` to {where}"
        yield Contradiction(path, what, effect.measure, remedy)

"""Whether estimands and hypotheses agree with the endpoints they speak of.

A strategy is more than a word (`estimands`): it must be how the endpoint is built.

    treatment policy    the event has no role in the endpoint
    composite           time-to-event: among `events`; binary: a missing answer is counted
    hypothetical        among `censoring`
    while on treatment  among `censoring`; or adverse events, which speak of that time
    principal stratum   refused

A test must fit the kind of endpoint, and be stratified by categorical variables only.
"""

from collections.abc import Iterator

from equipoise.protocol.contradiction import Contradiction, categorical_only, repeated, unknown
from equipoise.protocol.derive import FITTING_SUMMARIES, FITTING_TESTS, STRATIFIABLE
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, Endpoint, TimeToEvent
from equipoise.protocol.estimands import Estimand, IntercurrentEvent, Strategy, Summary
from equipoise.protocol.trial import Hypothesis, Protocol, Test, TestMethod


def estimand_contradictions(protocol: Protocol, estimand: Estimand) -> Iterator[Contradiction]:
    """Find where an estimand names what is not there, or means what is not built."""
    path = ("estimands", estimand.id)
    endpoints = {endpoint.id: endpoint for endpoint in protocol.endpoints}
    populations = [population.id for population in protocol.populations]
    arms = [arm.id for arm in protocol.arms]
    yield from unknown((*path, "endpoint"), "endpoint", [estimand.endpoint], endpoints)
    yield from unknown((*path, "population"), "population", [estimand.population], populations)
    yield from unknown((*path, "treatment"), "arm", estimand.treatment, arms)
    yield from repeated((*path, "treatment"), "arm", estimand.treatment)
    happenings = [each.event for each in estimand.intercurrent_events]
    yield from repeated((*path, "intercurrent_events"), "intercurrent event", happenings)
    endpoint = endpoints.get(estimand.endpoint)
    if endpoint is not None:
        yield from _summary(protocol, estimand, endpoint)
        for position, happening in enumerate(estimand.intercurrent_events):
            here = (*path, "intercurrent_events", position, "strategy")
            yield from _strategy(here, happening, endpoint)
        yield from _unspoken(estimand, endpoint)


def _summary(protocol: Protocol, estimand: Estimand, endpoint: Endpoint) -> Iterator[Contradiction]:
    path, summary = ("estimands", estimand.id, "summary"), estimand.summary
    fitting = FITTING_SUMMARIES[type(endpoint)]
    if summary not in fitting:
        named = " or ".join(repr(each.value) for each in fitting)
        what = "the summary does not fit the endpoint's kind"
        yield Contradiction(path, what, repr(summary.value), f"write {named}")
    elif summary is Summary.SURVIVAL_DIFFERENCE and not protocol.analysis.landmarks:
        what, remedy = "survival is compared at no time", "add `landmarks` to `analysis`"
        yield Contradiction(path, what, repr(summary.value), remedy)
    elif summary is Summary.CUMULATIVE_INCIDENCE_DIFFERENCE and not getattr(
        endpoint, "competing", ()
    ):
        remedy = "add `competing` to the endpoint, or compare survival"
        yield Contradiction(path, "the endpoint has no competing events", "", remedy)


def _strategy(
    path: tuple[str | int, ...], happening: IntercurrentEvent, endpoint: Endpoint
) -> Iterator[Contradiction]:
    event, strategy = happening.event, happening.strategy
    found = f"{strategy.value!r} for {event!r}"
    remedy = _disagreement(event, strategy, endpoint)
    if remedy:
        what = f"the strategy is not how the endpoint {endpoint.id!r} is built"
        yield Contradiction(path, what, found, remedy)


def _disagreement(event: str, strategy: Strategy, endpoint: Endpoint) -> str | None:
    """Say how a strategy and the endpoint are made to agree; None if they do."""
    if strategy is Strategy.PRINCIPAL_STRATUM:
        return "a principal stratum cannot be told from the data; choose another strategy"
    match endpoint:
        case TimeToEvent():
            return _disagreement_in_time(event, strategy, endpoint)
        case Binary(missing=missing) if strategy is Strategy.COMPOSITE:
            return "write `missing: counts as no` or `yes`" if missing == "excluded" else None
        case AdverseEvents() if strategy is Strategy.WHILE_ON_TREATMENT:
            return None
    if strategy is Strategy.TREATMENT_POLICY:
        return None
    return "for this kind of endpoint write `strategy: treatment policy`"


def _disagreement_in_time(event: str, strategy: Strategy, endpoint: TimeToEvent) -> str | None:
    roles = (
        ("events", endpoint.events),
        ("competing", endpoint.competing),
        ("censoring", endpoint.censoring),
    )
    role = next((name for name, happenings in roles if event in happenings), None)
    wanted = {Strategy.TREATMENT_POLICY: None, Strategy.COMPOSITE: "events"}.get(
        strategy, "censoring"
    )
    if role == wanted:
        return None
    if wanted is None:
        return f"treatment policy changes nothing: take it out of the endpoint's `{role}`"
    moved = f"move it there from `{role}`" if role else "it stands nowhere in the endpoint"
    return f"name it under the endpoint's `{wanted}` ({moved})"


def _unspoken(estimand: Estimand, endpoint: Endpoint) -> Iterator[Contradiction]:
    """Find what the endpoint is censored at while its estimand says nothing of it."""
    spoken = {each.event for each in estimand.intercurrent_events}
    for event in endpoint.censoring if isinstance(endpoint, TimeToEvent) else ():
        if event not in spoken:
            path = ("estimands", estimand.id, "intercurrent_events")
            what = "the endpoint is censored at an event the estimand does not speak of"
            remedy = f"add `{{event: {event}, strategy: hypothetical}}`"
            yield Contradiction(path, what, repr(event), remedy)


def hypothesis_contradictions(
    protocol: Protocol, hypothesis: Hypothesis
) -> Iterator[Contradiction]:
    """Find where a hypothesis names what is not there, or is tested in a way that cannot be."""
    path = ("hypotheses", hypothesis.id)
    estimands = {estimand.id: estimand for estimand in protocol.estimands}
    comparisons = {comparison.id: comparison for comparison in protocol.comparisons}
    yield from unknown((*path, "estimand"), "estimand", [hypothesis.estimand], estimands)
    if comparisons:
        yield from unknown(
            (*path, "comparison"), "comparison", [hypothesis.comparison], comparisons
        )
    estimand = estimands.get(hypothesis.estimand)
    comparison = comparisons.get(hypothesis.comparison)
    if estimand and comparison:
        for arm in (comparison.experimental, comparison.control):
            if arm not in estimand.treatment:
                what = f"the estimand {estimand.id!r} does not speak of an arm compared"
                remedy = "add the arm to its `treatment`"
                yield Contradiction((*path, "comparison"), what, repr(arm), remedy)
    endpoint = next((e for e in protocol.endpoints if estimand and e.id == estimand.endpoint), None)
    if endpoint is not None:
        yield from _test(protocol, (*path, "test"), hypothesis.test, endpoint)


def _test(
    protocol: Protocol, path: tuple[str, ...], test: Test, endpoint: Endpoint
) -> Iterator[Contradiction]:
    fitting = FITTING_TESTS[type(endpoint)]
    method = (*path, "method")
    found = repr(test.method.value)
    if not fitting:
        what = "adverse events are described, not tested"
        yield Contradiction(path[:-1], what, repr(endpoint.id), "delete the hypothesis")
        return
    if test.method not in fitting:
        named = ", ".join(each.value for each in fitting)
        what = "the test does not fit the endpoint's kind"
        yield Contradiction(method, what, found, f"use one of {named}")
    if test.method is TestMethod.GRAY and not getattr(endpoint, "competing", ()):
        remedy = "add `competing` to the endpoint, or write `method: log-rank`"
        yield Contradiction(method, "the endpoint has no competing events", found, remedy)
    if test.method is TestMethod.ANCOVA and not (
        isinstance(endpoint, Continuous) and endpoint.baseline
    ):
        remedy = "add `baseline` to the endpoint, or write `method: welch`"
        yield Contradiction(method, "there is no baseline to adjust for", found, remedy)
    yield from _stratification(protocol, path, test)


def _stratification(
    protocol: Protocol, path: tuple[str, ...], test: Test
) -> Iterator[Contradiction]:
    here = (*path, "stratified_by")
    yield from categorical_only(protocol, here, test.stratified_by)
    if test.stratified_by and test.method not in STRATIFIABLE:
        what, remedy = "this test cannot be stratified", "delete it, or choose another method"
        yield Contradiction(here, what, repr(test.method.value), remedy)
    if test.method is TestMethod.COCHRAN_MANTEL_HAENSZEL and not test.stratified_by:
        what = "a Cochran-Mantel-Haenszel test combines strata, and there are none"
        remedy = "add `stratified_by`, or write `method: miettinen-nurminen`"
        yield Contradiction(here, what, "", remedy)
    for name, weight in (("rho", test.rho), ("gamma", test.gamma)):
        if weight < 0:
            what, remedy = "Fleming-Harrington weights are 0 or above", "write 0 or 1"
            yield Contradiction((*path, name), what, f"{weight:g}", remedy)

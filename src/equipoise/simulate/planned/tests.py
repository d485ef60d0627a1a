"""How the hypotheses of a protocol are tested in its rehearsal; which are left out, and why."""

from dataclasses import dataclass
from math import log
from typing import Literal

from equipoise.design.trial_design import HypothesisDesign
from equipoise.protocol.endpoints import Binary, Endpoint, TimeToEvent
from equipoise.protocol.planning import PlannedEffect
from equipoise.protocol.trial import Hypothesis, Protocol, TestMethod
from equipoise.simulate.conduct import (
    CoxWald,
    LogRank,
    MaxCombo,
    Proportions,
    RestrictedMean,
    Test,
    Tested,
)
from equipoise.simulate.planned.laws import population_of
from equipoise.simulate.planned.patients import Kinds, arms_of

NOT_REHEARSED = {
    TestMethod.GRAY: "Gray's test is not rehearsed",
    TestMethod.WELCH: "measurements are not rehearsed",
    TestMethod.ANCOVA: "measurements are not rehearsed",
}
STRATIFIED = frozenset(
    {
        TestMethod.LOG_RANK,
        TestMethod.FLEMING_HARRINGTON,
        TestMethod.MAX_COMBO,
        TestMethod.COX_WALD,
        TestMethod.COCHRAN_MANTEL_HAENSZEL,
    }
)


@dataclass(frozen=True, slots=True)
class Testing:
    """A hypothesis as it is tested, or why it is not."""

    tested: Tested | None
    why_not: str = ""
    assumed: tuple[str, ...] = ()


def testing_of(protocol: Protocol, each: HypothesisDesign, kinds: Kinds) -> Testing:
    """Put a hypothesis's test into a rehearsal's words.

    Witness: the protocol's own words, test by test.
    """
    hypothesis = protocol.hypothesis(each.hypothesis)
    endpoint, method = protocol.endpoint(each.endpoint), hypothesis.test.method
    population = population_of(protocol, each)
    if isinstance(endpoint, Binary) and endpoint.missing == "counts as yes":
        scenarios = protocol.rehearsal.scenarios
        if any(one.endpoint(endpoint.id).missing for one in scenarios):
            return Testing(None, "missing answers that count as a yes are not rehearsed")
    if method in NOT_REHEARSED:
        return Testing(None, NOT_REHEARSED[method])
    if population is not None and population not in kinds.populations:
        return Testing(None, f"no prevalence of the population {population!r} is given")
    test = _test(protocol, hypothesis, endpoint)
    if test is None:
        return Testing(None, "its horizon, `restricted_mean_until`, is not given")
    margin = _margin(each.effect)
    if margin is None:
        return Testing(None, "a margin on this measure is not rehearsed")
    stratified, said = _stratified(hypothesis, kinds, margin)
    arms = arms_of(protocol)
    sooner = (isinstance(endpoint, TimeToEvent) and endpoint.better == "sooner") or (
        isinstance(endpoint, Binary) and endpoint.better == "no"
    )
    tested = Tested(
        hypothesis.id,
        endpoint.id,
        test,
        arms.index(each.control),
        arms.index(each.experimental),
        population,
        stratified,
        margin,
        sooner,
        _counted(test),
    )
    if method is TestMethod.FISHER:
        said = (*said, f"{each.label}: by z with pooled variance, in place of Fisher's exact test.")
    elif method is TestMethod.MIETTINEN_NURMINEN:
        said = (*said, f"{each.label}: by z without Miettinen and Nurminen's n/(n - 1).")
    return Testing(tested, "", said)


def _test(protocol: Protocol, hypothesis: Hypothesis, endpoint: Endpoint) -> Test | None:
    match hypothesis.test.method:
        case TestMethod.FLEMING_HARRINGTON:
            return LogRank(hypothesis.test.rho, hypothesis.test.gamma)
        case TestMethod.MAX_COMBO:
            return MaxCombo()
        case TestMethod.COX_WALD:
            return CoxWald()
        case TestMethod.RESTRICTED_MEAN:
            horizon = protocol.analysis.restricted_mean_until
            return None if horizon is None else RestrictedMean(horizon)
        case TestMethod.MIETTINEN_NURMINEN | TestMethod.COCHRAN_MANTEL_HAENSZEL | TestMethod.FISHER:
            excluded = isinstance(endpoint, Binary) and endpoint.missing == "excluded"
            return Proportions("left out" if excluded else "no")
    return LogRank()


def _counted(test: Test) -> Literal["events", "patients", "variance"]:
    if isinstance(test, Proportions):
        return "patients"
    return "variance" if isinstance(test, RestrictedMean) else "events"


def _margin(effect: PlannedEffect | None) -> float | None:
    """Give the null value on the linear scale; None where no test here has it."""
    if effect is None or effect.margin is None:
        return 0.0
    if effect.measure == "hazard ratio":
        return log(effect.margin)
    return effect.margin if effect.measure == "risk difference" else None


def _stratified(
    hypothesis: Hypothesis, kinds: Kinds, margin: float
) -> tuple[bool, tuple[str, ...]]:
    """Say whether the test is stratified, and where that is not quite what is written."""
    asked, method = hypothesis.test.stratified_by, hypothesis.test.method
    if not asked:
        return False, ()
    there = [name for name in asked if name in kinds.variables]
    absent = [name for name in asked if name not in kinds.variables]
    able = method in STRATIFIED and not (margin and method is TestMethod.COCHRAN_MANTEL_HAENSZEL)
    if not able:
        return False, (f"The test of {hypothesis.id} is rehearsed without strata.",)
    said = []
    if absent:
        said.append(
            f"The test of {hypothesis.id} is not stratified by {', '.join(absent)}, of which no "
            "shares are planned."
        )
    if there and set(there) != set(kinds.variables):
        said.append(f"The test of {hypothesis.id} is stratified by all of the strata rehearsed.")
    return bool(there), tuple(said)

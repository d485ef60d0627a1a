"""From the file's hypotheses to the protocol's: which estimand, which comparison, which test.

A file that states none has the first endpoint's as its primary one, in every comparison.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from equipoise.io.protocol import schema as grammar
from equipoise.io.protocol.building import Building
from equipoise.protocol import derive
from equipoise.protocol.endpoints import AdverseEvents, Endpoint
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Comparison, Hypothesis, Test, TestMethod

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path


def build_hypotheses(
    building: Building,
    endpoints: Sequence[Endpoint],
    estimands: Sequence[Estimand],
    comparisons: Sequence[Comparison],
) -> tuple[Hypothesis, ...]:
    """Give the hypotheses stated, or the primary ones of the first endpoint."""
    sections = building.file.hypotheses
    if sections is not None:
        return tuple(
            _hypothesis(building, section, endpoints, estimands, comparisons)
            for section in sections
        )
    endpoint = endpoints[0]
    if isinstance(endpoint, AdverseEvents):
        return ()
    estimand = next(each for each in estimands if each.endpoint == endpoint.id)
    hypotheses = []
    for position, comparison in enumerate(comparisons, start=1):
        if {comparison.experimental, comparison.control} <= set(estimand.treatment):
            test = derive.usual_test(endpoint, tuple(building.file.strata))
            label = _label(estimand, comparison, several=len(comparisons) > 1)
            hypothesis = Hypothesis(f"H{position}", label, estimand.id, comparison.id, test)
            hypotheses.append(hypothesis)
            words = f"{label}: primary, {_words(test)}"
            source = "the first endpoint is the primary one"
            building.note(("hypotheses", hypothesis.id), words, source)
    return tuple(hypotheses)


def _hypothesis(
    building: Building,
    section: grammar.HypothesisSection,
    endpoints: Sequence[Endpoint],
    estimands: Sequence[Estimand],
    comparisons: Sequence[Comparison],
) -> Hypothesis:
    path: Path = ("hypotheses", section.id)
    estimand_id = _estimand_meant(building, section, estimands)
    comparison_id = section.comparison or ""
    if not comparison_id and len(comparisons) == 1:
        comparison_id = comparisons[0].id
        source = "the only comparison"
        building.note((*path, "comparison"), comparison_id, source)
    elif not comparison_id and comparisons:
        remedy = f"add `comparison: {comparisons[0].id}`, or another"
        what = "a hypothesis without its comparison, of which there are several"
        building.object_to(path, what, repr(section.id), remedy)
    estimand = next((each for each in estimands if each.id == estimand_id), None)
    comparison = next((each for each in comparisons if each.id == comparison_id), None)
    endpoint = next((each for each in endpoints if estimand and each.id == estimand.endpoint), None)
    label = section.label or section.id
    if section.label is None and estimand and comparison:
        words = _label(estimand, comparison, several=len(comparisons) > 1)
        source = "estimand and comparison"
        label = building.given_or(None, (*path, "label"), words, source)
    test = _test(building, section, endpoint)
    return Hypothesis(section.id, label, estimand_id, comparison_id, test, section.role)


def _estimand_meant(
    building: Building, section: grammar.HypothesisSection, estimands: Sequence[Estimand]
) -> str:
    """Give the estimand's id: named, or the only one of the endpoint named."""
    path: Path = ("hypotheses", section.id)
    if (section.estimand is None) == (section.endpoint is None):
        what = "a hypothesis names its `estimand`, or its `endpoint`: one of the two"
        found = "both" if section.estimand else "neither"
        remedy = "delete `endpoint`" if section.estimand else "add `endpoint`"
        building.object_to(path, what, found, remedy)
    if section.estimand is not None or section.endpoint is None:
        return section.estimand or ""
    own = [estimand.id for estimand in estimands if estimand.endpoint == section.endpoint]
    if len(own) > 1:
        what = "the endpoint has several estimands"
        remedy = f"write `estimand: {own[0]}`, or another"
        building.object_to((*path, "endpoint"), what, ", ".join(own), remedy)
        return ""
    if not own:
        return section.endpoint
    return building.given_or(None, (*path, "estimand"), own[0], f"the endpoint {section.endpoint}")


def _test(
    building: Building, section: grammar.HypothesisSection, endpoint: Endpoint | None
) -> Test:
    path: Path = ("hypotheses", section.id, "test")
    strata = tuple(building.file.strata)
    if section.test is None:
        usual = derive.usual_test(endpoint, strata) if endpoint else Test(TestMethod.LOG_RANK)
        building.note(path, _words(usual), "the endpoint's kind and `strata`")
        return usual
    given = section.test
    weighted = given.rho is not None or given.gamma is not None
    if weighted != (given.method is TestMethod.FLEMING_HARRINGTON):
        what = "`rho` and `gamma` belong to fleming-harrington, and to no other test"
        remedy = "delete them" if weighted else "add `rho: 0` and `gamma: 1` for late differences"
        building.object_to((*path, "method"), what, repr(given.method.value), remedy)
    stratified_by = tuple(given.stratified_by) if given.stratified_by is not None else None
    usual_strata = derive.strata_of(given.method, strata)
    if stratified_by is None and usual_strata:
        here = (*path, "stratified_by")
        stratified_by = building.given_or(None, here, usual_strata, "`strata`: as randomized")
    return Test(given.method, stratified_by or (), given.rho or 0.0, given.gamma or 0.0)


def _label(estimand: Estimand, comparison: Comparison, *, several: bool) -> str:
    return f"{estimand.label}, {comparison.label}" if several else estimand.label


def _words(test: Test) -> str:
    strata = f" stratified by {', '.join(test.stratified_by)}" if test.stratified_by else ""
    return f"{test.method.value}{strata}"

"""From the file's sections to the protocol's values, deriving what the file leaves unsaid.

Nothing here fails: a name that cannot be resolved is kept (or left empty, with a contradiction
noted), so that one reading finds every problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from equipoise.io import protocol_schema as grammar
from equipoise.io.protocol_build_data import build_data
from equipoise.io.protocol_nodes import Path
from equipoise.protocol import derive
from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.endpoints import (
    AdverseEvents,
    Binary,
    Continuous,
    Endpoint,
    TimeToEvent,
)
from equipoise.protocol.estimands import Estimand, IntercurrentEvent
from equipoise.protocol.trial import (
    AnalysisPlan,
    Arm,
    Comparison,
    Hypothesis,
    Population,
    Protocol,
    Test,
    TestMethod,
    Trial,
    Variable,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Derived:
    """A value the file does not state, and what it follows from."""

    path: Path
    value: object
    source: str


@dataclass(slots=True)
class Building:
    """What is gathered along the way."""

    file: grammar.ProtocolFile
    derived: list[Derived] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    def given_or(self, given: T | None, path: Path, value: T, source: str) -> T:
        """Keep what is given, or note what is derived instead."""
        if given is not None:
            return given
        self.derived.append(Derived(path, value, source))
        return value

    def label(self, given: str | None, section: str, identifier: str) -> str:
        """Keep the label, or put the id in words."""
        words = derive.label_of(identifier)
        return self.given_or(given, (section, identifier, "label"), words, "its id")


def build_protocol(
    file: grammar.ProtocolFile,
) -> tuple[Protocol, tuple[Derived, ...], tuple[Contradiction, ...]]:
    """Give the protocol, what was derived, and what only the file's wording contradicts."""
    building = Building(file)
    trial = Trial(**{**file.trial.model_dump(), "notes": tuple(file.trial.notes)})
    arms = tuple(
        Arm(arm.id, building.label(arm.label, "arms", arm.id), arm.role, float(arm.allocation))
        for arm in file.arms
    )
    variables = tuple(
        Variable(
            each.id,
            building.label(each.label, "variables", each.id),
            each.type,
            tuple(each.levels),
            each.unit,
        )
        for each in file.variables
    )
    endpoints = tuple(_endpoint(building, each) for each in file.endpoints)
    comparisons = _comparisons(building, arms)
    estimands = _estimands(building, endpoints, arms)
    data, filled_in, disagreements = build_data(file.data, variables)
    protocol = Protocol(
        trial=trial,
        arms=arms,
        variables=variables,
        strata=tuple(file.strata),
        populations=_populations(building),
        endpoints=endpoints,
        estimands=estimands,
        comparisons=comparisons,
        hypotheses=_hypotheses(building, endpoints, estimands, comparisons),
        analysis=_analysis(building, trial, variables),
        data=data,
        schema=file.version,
    )
    building.derived += [Derived(*each) for each in filled_in]
    building.contradictions += disagreements
    return protocol, tuple(building.derived), tuple(building.contradictions)


def _populations(building: Building) -> tuple[Population, ...]:
    file = building.file
    subjects = file.data.subjects if file.data else None
    treated = subjects.treated if subjects else None
    populations = {each.id: _population(building, each, treated) for each in file.populations}
    if "itt" not in populations:
        populations["itt"] = Population("itt", "Intention-to-treat population")
        everyone = "everyone randomized, by the arm assigned"
        building.derived.append(Derived(("populations", "itt"), everyone, "always there"))
    if "safety" not in populations:
        safety = Population("safety", "Safety population", treated, "received")
        populations["safety"] = safety
        who = f"where {treated}" if treated else "everyone"
        source = "data.subjects.treated" if treated else "always there; no `treated` is stated"
        value = f"{who}, by the arm received"
        building.derived.append(Derived(("populations", "safety"), value, source))
    first = [populations.pop("itt"), populations.pop("safety")]
    return (*first, *populations.values())


def _population(
    building: Building, section: grammar.PopulationSection, treated: str | None
) -> Population:
    path: Path = ("populations", section.id)
    where, arms = section.where, section.arms
    if section.id == "safety":
        if where is None and treated is not None:
            source = "data.subjects.treated"
            where = building.given_or(None, (*path, "where"), treated, source)
        if "arms" not in section.model_fields_set:
            arms = "received"
            building.derived.append(Derived((*path, "arms"), arms, "the safety population"))
    return Population(
        section.id, building.label(section.label, "populations", section.id), where, arms
    )


def _endpoint(building: Building, section: grammar.EndpointSection) -> Endpoint:
    label = building.label(section.label, "endpoints", section.id)
    match section:
        case grammar.TimeToEventSection():
            return TimeToEvent(
                section.id,
                label,
                tuple(section.events),
                tuple(section.competing),
                tuple(section.censoring),
                section.better,
            )
        case grammar.BinarySection():
            return Binary(section.id, label, section.missing, section.better)
        case grammar.ContinuousSection():
            return Continuous(section.id, label, section.unit, section.baseline, section.better)
        case grammar.AdverseEventsSection():
            grading, percent = section.grading, float(section.minimum_percent)
            return AdverseEvents(section.id, label, grading, section.severe_from, percent)


def _comparisons(building: Building, arms: Sequence[Arm]) -> tuple[Comparison, ...]:
    given = building.file.comparisons
    if given is None:
        derived = derive.comparisons_of(arms)
        for each in derived:
            source = "each experimental arm against the only control"
            building.derived.append(Derived(("comparisons", each.id), each.label, source))
        return derived
    named = {arm.id: arm for arm in arms}
    comparisons = []
    for position, section in enumerate(given):
        path: Path = ("comparisons", position)
        identifier = f"{section.experimental}_vs_{section.control}"
        identifier = building.given_or(section.id, (*path, "id"), identifier, "its arms")
        sides = [
            named.get(arm) or Arm(arm, arm, "control")
            for arm in (section.experimental, section.control)
        ]
        words = derive.comparison_of(sides[0], sides[1], identifier).label
        label = building.given_or(section.label, (*path, "label"), words, "its arms")
        comparisons.append(Comparison(identifier, label, section.experimental, section.control))
    return tuple(comparisons)


def _estimands(
    building: Building, endpoints: Sequence[Endpoint], arms: Sequence[Arm]
) -> tuple[Estimand, ...]:
    """Put the estimands in the order of their endpoints, one at least for each."""
    known = {endpoint.id: endpoint for endpoint in endpoints}
    given = [_estimand(building, section, known, arms) for section in building.file.estimands]
    estimands: list[Estimand] = []
    for endpoint in endpoints:
        own = [estimand for estimand in given if estimand.endpoint == endpoint.id]
        if not own:
            own = [derive.estimand_of(endpoint, arms)]
            words = f"{own[0].summary.value}, population {own[0].population}, all arms"
            path: Path = ("estimands", endpoint.id)
            building.derived.append(Derived(path, words, f"the endpoint {endpoint.id}"))
        estimands += own
    return (*estimands, *(each for each in given if each.endpoint not in known))


def _estimand(
    building: Building,
    section: grammar.EstimandSection,
    known: dict[str, Endpoint],
    arms: Sequence[Arm],
) -> Estimand:
    path: Path = ("estimands", section.id)
    endpoint = known.get(section.endpoint) or TimeToEvent(section.endpoint, section.endpoint, ())
    usual = derive.estimand_of(endpoint, arms)
    source = f"the endpoint {section.endpoint}"
    label = building.given_or(section.label, (*path, "label"), usual.label, source)
    population = building.given_or(
        section.population, (*path, "population"), usual.population, "the endpoint's kind"
    )
    treatment = tuple(section.treatment) if section.treatment is not None else None
    treatment = building.given_or(treatment, (*path, "treatment"), usual.treatment, "all arms")
    summary = building.given_or(
        section.summary, (*path, "summary"), usual.summary, "the endpoint's kind"
    )
    given = section.intercurrent_events
    happenings = usual.intercurrent_events
    if given is not None:
        happenings = tuple(IntercurrentEvent(each.event, each.strategy) for each in given)
    elif happenings:
        words = ", ".join(f"{each.event}: {each.strategy.value}" for each in happenings)
        here = (*path, "intercurrent_events")
        building.derived.append(Derived(here, words, "the endpoint's `censoring`"))
    return Estimand(section.id, label, section.endpoint, population, treatment, summary, happenings)


def _hypotheses(
    building: Building,
    endpoints: Sequence[Endpoint],
    estimands: Sequence[Estimand],
    comparisons: Sequence[Comparison],
) -> tuple[Hypothesis, ...]:
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
            building.derived.append(Derived(("hypotheses", hypothesis.id), words, source))
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
        building.derived.append(Derived((*path, "comparison"), comparison_id, source))
    elif not comparison_id and comparisons:
        remedy = f"add `comparison: {comparisons[0].id}`, or another"
        what = "a hypothesis without its comparison, of which there are several"
        building.contradictions.append(Contradiction(path, what, repr(section.id), remedy))
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
        building.contradictions.append(Contradiction(path, what, found, remedy))
    if section.estimand is not None or section.endpoint is None:
        return section.estimand or ""
    own = [estimand.id for estimand in estimands if estimand.endpoint == section.endpoint]
    if len(own) > 1:
        what = "the endpoint has several estimands"
        remedy = f"write `estimand: {own[0]}`, or another"
        building.contradictions.append(
            Contradiction((*path, "endpoint"), what, ", ".join(own), remedy)
        )
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
        building.derived.append(Derived(path, _words(usual), "the endpoint's kind and `strata`"))
        return usual
    given = section.test
    weighted = given.rho is not None or given.gamma is not None
    if weighted != (given.method is TestMethod.FLEMING_HARRINGTON):
        what = "`rho` and `gamma` belong to fleming-harrington, and to no other test"
        remedy = "delete them" if weighted else "add `rho: 0` and `gamma: 1` for late differences"
        building.contradictions.append(
            Contradiction((*path, "method"), what, repr(given.method.value), remedy)
        )
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


def _analysis(building: Building, trial: Trial, variables: Sequence[Variable]) -> AnalysisPlan:
    given = building.file.analysis
    alpha = building.given_or(
        given.alpha,
        ("analysis", "alpha"),
        derive.alpha_of(given.alternative),
        f"the alternative, {given.alternative.value}",
    )
    baseline = tuple(given.baseline) if given.baseline is not None else None
    everything = tuple(variable.id for variable in variables)
    until = given.restricted_mean_until
    return AnalysisPlan(
        alpha=float(alpha),
        alternative=given.alternative,
        level=float(given.level),
        survival_interval=given.survival_interval,
        ties=given.ties,
        landmarks=tuple(each.measured_in(trial.time_unit) for each in given.landmarks),
        restricted_mean_until=until.measured_in(trial.time_unit) if until else None,
        subgroups=tuple(given.subgroups),
        baseline=building.given_or(
            baseline, ("analysis", "baseline"), everything, "every variable"
        ),
        data_cut=given.data_cut,
    )

"""From the file's sections to the protocol's values, deriving what the file leaves unsaid.

Nothing here fails: a name that cannot be resolved is kept (or left empty, with a contradiction
noted), so that one reading finds every problem.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from equipoise.io.protocol import endpoint_schema as endpoint_grammar
from equipoise.io.protocol import schema as grammar
from equipoise.io.protocol.build_data import build_data
from equipoise.io.protocol.build_design import build_design
from equipoise.io.protocol.build_hypotheses import build_hypotheses
from equipoise.io.protocol.build_monitoring import build_monitoring
from equipoise.io.protocol.building import Building, Derived
from equipoise.io.rehearsal.build_conduct import build_conduct
from equipoise.io.rehearsal.build_scenarios import build_scenarios
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
from equipoise.protocol.rehearsal import RehearsalPromise
from equipoise.protocol.trial import (
    AnalysisPlan,
    Arm,
    Comparison,
    Population,
    Protocol,
    Trial,
    Variable,
)

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path
    from equipoise.io.rehearsal.build_scenarios import Courses


def build_protocol(
    file: grammar.ProtocolFile, courses: "Courses | None" = None
) -> tuple[Protocol, tuple[Derived, ...], tuple[Contradiction, ...]]:
    """Give the protocol, what was derived, and what only the file's wording contradicts.

    Args:
        file: the file as written.
        courses: multi-state courses read from the files it names, by these names.
    """
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
    hypotheses = build_hypotheses(building, endpoints, estimands, comparisons)
    analysis = _analysis(building, trial, variables)
    design = build_design(building, endpoints, estimands, hypotheses, analysis)
    protocol = Protocol(
        trial=trial,
        arms=arms,
        variables=variables,
        strata=tuple(file.strata),
        populations=_populations(building),
        endpoints=endpoints,
        estimands=estimands,
        comparisons=comparisons,
        hypotheses=hypotheses,
        analysis=analysis,
        design=design,
        rehearsal=RehearsalPromise(
            build_conduct(building, design, hypotheses),
            build_scenarios(building, design, courses or {}),
        ),
        data=build_data(building, variables),
        schema=file.version,
        monitoring=build_monitoring(building, design, endpoints),
    )
    return protocol, tuple(building.derived), tuple(building.contradictions)


def _populations(building: Building) -> tuple[Population, ...]:
    file = building.file
    subjects = file.data.subjects if file.data else None
    treated = subjects.treated if subjects else None
    populations = {each.id: _population(building, each, treated) for each in file.populations}
    if "itt" not in populations:
        populations["itt"] = Population("itt", "Intention-to-treat population")
        everyone = "everyone randomized, by the arm assigned"
        building.note(("populations", "itt"), everyone, "always there")
    if "safety" not in populations:
        safety = Population("safety", "Safety population", treated, "received")
        populations["safety"] = safety
        who = f"where {treated}" if treated else "everyone"
        source = "data.subjects.treated" if treated else "always there; no `treated` is stated"
        value = f"{who}, by the arm received"
        building.note(("populations", "safety"), value, source)
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
            building.note((*path, "arms"), arms, "the safety population")
    return Population(
        section.id, building.label(section.label, "populations", section.id), where, arms
    )


def _endpoint(building: Building, section: endpoint_grammar.EndpointSection) -> Endpoint:
    label = building.label(section.label, "endpoints", section.id)
    match section:
        case endpoint_grammar.TimeToEventSection():
            return TimeToEvent(
                section.id,
                label,
                tuple(section.events),
                tuple(section.competing),
                tuple(section.censoring),
                section.better,
            )
        case endpoint_grammar.BinarySection():
            return Binary(section.id, label, section.missing, section.better)
        case endpoint_grammar.ContinuousSection():
            return Continuous(section.id, label, section.unit, section.baseline, section.better)
        case endpoint_grammar.AdverseEventsSection():
            grading, percent = section.grading, float(section.minimum_percent)
            return AdverseEvents(section.id, label, grading, section.severe_from, percent)


def _comparisons(building: Building, arms: Sequence[Arm]) -> tuple[Comparison, ...]:
    given = building.file.comparisons
    if given is None:
        derived = derive.comparisons_of(arms)
        for each in derived:
            source = "each experimental arm against the only control"
            building.note(("comparisons", each.id), each.label, source)
        return derived
    named = {arm.id: arm for arm in arms}
    comparisons = []
    for position, section in enumerate(given):
        path: Path = ("comparisons", section.id or position)
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
            building.note(path, words, f"the endpoint {endpoint.id}")
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
        building.note(here, words, "the endpoint's `censoring`")
    return Estimand(section.id, label, section.endpoint, population, treatment, summary, happenings)


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

"""Whether the truths a trial is rehearsed in can be, and name what the protocol has."""

from collections.abc import Iterator
from typing import TypeAlias

from equipoise.protocol.coherence_planning import MOST_PATIENTS
from equipoise.protocol.coherence_rehearsal_course import (
    adverse_contradictions,
    course_contradictions,
)
from equipoise.protocol.contradiction import Contradiction, categorical_only, unknown
from equipoise.protocol.endpoints import Binary, Endpoint, TimeToEvent
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.rehearsal import PLANNED, EndpointChange, Scenario, TruthChange
from equipoise.protocol.trial import Protocol

Path: TypeAlias = tuple[str | int, ...]
ROUNDING = 1e-6
EVERYONE = frozenset({"itt", "safety"})  # populations that are no part of the patients


def scenario_contradictions(protocol: Protocol) -> Iterator[Contradiction]:
    """Find scenarios that cannot be."""
    for scenario in protocol.rehearsal.scenarios:
        path: Path = ("scenarios", scenario.id)
        if scenario.id == PLANNED and protocol.design is not None:
            yield from _planned(protocol, protocol.design, scenario)
        yield from _one_kind(scenario, path)
        yield from _shares(protocol, scenario, path)
        yield from _correlations(protocol, scenario, path)
        for change in scenario.endpoints:
            yield from _endpoint(protocol, scenario, change, (*path, "endpoints", change.endpoint))
        if scenario.drawn is not None:
            ids = [each.id for each in protocol.endpoints if isinstance(each, TimeToEvent)]
            here = (*path, "evidence", "endpoint")
            yield from unknown(here, "time to event", [scenario.drawn.endpoint], ids)
        if scenario.course is not None and not scenario.course_file:
            yield from course_contradictions(protocol, scenario.course, (*path, "course"))
        if not scenario.course_file:
            yield from adverse_contradictions(scenario.adverse_events, path)


def _planned(
    protocol: Protocol, design: DesignPromise, scenario: Scenario
) -> Iterator[Contradiction]:
    """Find a scenario of the plan that is another: it may only add what the design leaves open."""
    path: Path = ("scenarios", PLANNED)
    remedy = "change it under `planning`, or write a scenario with another name"
    estimands = {each.id: each.endpoint for each in protocol.estimands}
    asked = {each.id: estimands.get(each.estimand, "") for each in protocol.hypotheses}
    effects = {asked.get(each.hypothesis, "") for each in design.effects}
    for change in scenario.endpoints:
        truths = (change.everyone, *(each for _, each in _named(change)))
        if change.endpoint in effects and any(each != TruthChange() for each in truths):
            what = "the design plans for this endpoint already"
            here = (*path, "endpoints", change.endpoint)
            yield Contradiction(here, what, repr(change.endpoint), remedy)
    changes: tuple[tuple[str, object], ...] = (
        ("effects", scenario.effects != "planned"),
        ("patients", scenario.patients),
        ("accrual", scenario.accrual_pieces or scenario.accrual_duration),
        ("dropout", scenario.dropout),
        ("course", scenario.course or scenario.course_file),
        ("resampled", scenario.resampled),
        ("evidence", scenario.drawn),
    )
    for key, changed in changes:
        if changed:
            what = "`planned` is what the design assumes"
            yield Contradiction((*path, key), what, key, remedy)


def _named(change: EndpointChange) -> tuple[tuple[str, TruthChange], ...]:
    return (*change.by_level, *change.by_population, *change.by_arm)


def _one_kind(scenario: Scenario, path: Path) -> Iterator[Contradiction]:
    """Find two truths of the same endpoints."""
    course = bool(scenario.course or scenario.course_file)
    kinds = {
        "endpoints": bool(scenario.endpoints),
        "course": course,
        "resampled": scenario.resampled is not None,
        "evidence": scenario.drawn is not None,
    }
    given = [f"`{key}`" for key, held in kinds.items() if held]
    if len(given) > 1:
        what = "a scenario tells of its endpoints in one way"
        yield Contradiction(path, what, ", ".join(given), f"keep {given[-1]}, or another")
    if scenario.drawn is not None and scenario.effects != "planned":
        what = "the patients of a figure bring their effect with them"
        remedy = "delete it, and choose by the figure's `arm`: control, or each"
        yield Contradiction((*path, "effects"), what, repr(scenario.effects), remedy)
    correlated = scenario.correlation is not None or scenario.correlations
    if correlated and (course or scenario.resampled or scenario.drawn):
        what = "endpoints read from one course, or from real patients, are correlated already"
        yield Contradiction((*path, "correlation"), what, "", "delete it")
    if scenario.patients is not None and not 1 <= scenario.patients <= MOST_PATIENTS:
        what = f"a number of patients is 1 to {MOST_PATIENTS:,}"
        here = (*path, "patients")
        yield Contradiction(here, what, f"{scenario.patients:g}", "write how many come")


def _shares(protocol: Protocol, scenario: Scenario, path: Path) -> Iterator[Contradiction]:
    for name, shares in scenario.strata:
        here = (*path, "strata", name)
        yield from categorical_only(protocol, here, (name,))
        levels = next((each.levels for each in protocol.variables if each.id == name), ())
        for level, share in shares:
            yield from unknown((*here, level), f"level of {name!r}", [level], levels)
            if not 0 < share <= 1:
                what, remedy = "a share lies between 0 and 1", "write 0.5 for half"
                yield Contradiction((*here, level), what, f"{share:g}", remedy)
        total = sum(share for _, share in shares)
        if abs(total - 1) > ROUNDING:
            what, remedy = "shares add up to 1", "write what is missing, or scale them"
            yield Contradiction(here, what, f"{total:g}", remedy)
    populations = [each.id for each in protocol.populations if each.id not in EVERYONE]
    for name, share in scenario.populations:
        here = (*path, "populations", name)
        yield from unknown(here, "population", [name], populations)
        if not 0 < share <= 1:
            what, remedy = "a prevalence lies between 0 and 1", "write 0.4 for 40%"
            yield Contradiction(here, what, f"{share:g}", remedy)


def _correlations(protocol: Protocol, scenario: Scenario, path: Path) -> Iterator[Contradiction]:
    known = [each.id for each in protocol.endpoints]
    held: list[tuple[Path, float]] = []
    if scenario.correlation is not None:
        held.append(((*path, "correlation"), scenario.correlation))
    for one, two, value in scenario.correlations:
        here = (*path, "correlations", one)
        yield from unknown(here, "endpoint", [one], known)
        yield from unknown((*here, two), "endpoint", [two], known)
        held.append(((*here, two), value))
        if one == two:
            what, remedy = "an endpoint is correlated with another", "name two endpoints"
            yield Contradiction((*here, two), what, repr(two), remedy)
    for where, value in held:
        if not -1 < value < 1:
            what, remedy = "a correlation lies between -1 and 1", "write 0.5, or another"
            yield Contradiction(where, what, f"{value:g}", remedy)


def _endpoint(
    protocol: Protocol, scenario: Scenario, change: EndpointChange, path: Path
) -> Iterator[Contradiction]:
    endpoints = {each.id: each for each in protocol.endpoints}
    yield from unknown(path, "endpoint", [change.endpoint], endpoints)
    endpoint = endpoints.get(change.endpoint)
    if endpoint is None:
        return
    if not isinstance(endpoint, TimeToEvent | Binary):
        what = "only times to events and yes-or-no answers are rehearsed"
        yield Contradiction(path, what, repr(change.endpoint), "delete it")
        return
    yield from _truth(endpoint, change.everyone, path)
    levels = [level for each in protocol.variables for level in each.levels]
    populations = [name for each in (scenario, *_plan(protocol)) for name, _ in each.populations]
    arms = [arm.id for arm in protocol.arms if arm.role == "experimental"]
    for key, kind, several, known in (
        ("strata", "level of a stratum", change.by_level, levels),
        ("populations", "population with a prevalence", change.by_population, populations),
        ("arms", "experimental arm", change.by_arm, arms),
    ):
        for name, truth in several:
            yield from unknown((*path, key, name), kind, [name], known)
            yield from _truth(endpoint, truth, (*path, key, name))
    yield from _details(protocol, endpoint, change, path)


def _plan(protocol: Protocol) -> tuple[Scenario, ...]:
    planned = protocol.rehearsal.scenario(PLANNED)
    return () if planned is None else (planned,)


def _truth(endpoint: Endpoint, truth: TruthChange, path: Path) -> Iterator[Contradiction]:
    binary = isinstance(endpoint, Binary)
    wrong: dict[str, bool] = {
        "control": bool(truth.control) if binary else truth.control_rate is not None,
        "experimental": bool(truth.experimental) if binary else truth.experimental_rate is not None,
        "hazard_ratio": binary and bool(truth.hazard_ratio),
        "cured": binary and truth.cured is not None,
        "experimental_cured": binary and truth.experimental_cured is not None,
    }
    for key, told in wrong.items():
        if told:
            usual = "write `rate`" if binary else "write `survival`, `median` or `hazard`"
            what = "this is not said of such an endpoint"
            yield Contradiction((*path, key), what, key, usual)
    for key, rate in (("control", truth.control_rate), ("experimental", truth.experimental_rate)):
        if rate is not None and not 0 <= rate <= 1:
            what, remedy = "a rate lies between 0 and 1", "write 0.5 for 50%"
            yield Contradiction((*path, key, "rate"), what, f"{rate:g}", remedy)


def _details(
    protocol: Protocol, endpoint: Endpoint, change: EndpointChange, path: Path
) -> Iterator[Contradiction]:
    binary = isinstance(endpoint, Binary)
    for key, told, fits in (
        ("shape", change.shape is not None, not binary),
        ("competing", bool(change.competing), not binary),
        ("switching", change.switching is not None, not binary),
        ("known_at", change.known_at is not None, binary),
        ("missing", change.missing is not None, binary),
    ):
        if told and not fits:
            what = "this is not said of such an endpoint"
            yield Contradiction((*path, key), what, key, "delete it")
    if change.shape is not None and not change.everyone.control:
        what, remedy = "a shape goes with the control's course", "add `control`, such as a median"
        yield Contradiction((*path, "shape"), what, f"{change.shape:g}", remedy)
    if change.missing is not None and not 0 <= change.missing < 1:
        what, remedy = "a share is 0 or more and below 1", "write 0.05 for 5%"
        yield Contradiction((*path, "missing"), what, f"{change.missing:g}", remedy)
    if isinstance(endpoint, TimeToEvent):
        known = endpoint.competing
        for each in change.competing:
            here = (*path, "competing", each.event)
            yield from unknown(here, f"competing event of {endpoint.id}", [each.event], known)
    yield from _switching(protocol, change, path)


def _switching(protocol: Protocol, change: EndpointChange, path: Path) -> Iterator[Contradiction]:
    switching = change.switching
    if switching is None:
        return
    here = (*path, "switching")
    timed = [
        each.id
        for each in protocol.endpoints
        if isinstance(each, TimeToEvent) and each.id != change.endpoint
    ]
    yield from unknown((*here, "after"), "other endpoint with events", [switching.after], timed)
    arms = [arm.id for arm in protocol.arms]
    yield from unknown((*here, "arm"), "arm", [switching.arm], arms)
    if not 0 <= switching.probability <= 1:
        what, remedy = "a probability lies between 0 and 1", "write 0.5 for half"
        where = (*here, "probability")
        yield Contradiction(where, what, f"{switching.probability:g}", remedy)
    if not switching.hazard_ratio >= 0:
        what, remedy = "a hazard ratio is 0 or more", "write 0.7, or another"
        where = (*here, "hazard_ratio")
        yield Contradiction(where, what, f"{switching.hazard_ratio:g}", remedy)

"""From the file's `monitoring` section to what the committee is promised."""

from typing import TYPE_CHECKING

from equipoise.io.protocol import monitoring_schema as grammar
from equipoise.io.protocol.build_effects import KEYS, measure_of
from equipoise.io.protocol.build_planning import one_of
from equipoise.io.protocol.building import Building
from equipoise.protocol.endpoints import AdverseEvents, Endpoint
from equipoise.protocol.monitoring import Belief, MonitoringPromise, Projecting, SafetyCount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.io.protocol.nodes import Path
    from equipoise.protocol.planning import DesignPromise

SCEPTICAL, ENTHUSIASTIC = "chance_of_planned_effect", "chance_of_no_effect"


def build_monitoring(
    building: Building, design: "DesignPromise | None", endpoints: "Sequence[Endpoint]"
) -> MonitoringPromise:
    """Give what the committee is promised; the language's defaults where nothing is written."""
    section = building.file.monitoring or grammar.MonitoringSection.model_validate({})
    beliefs = [_belief(building, name, each, design) for name, each in section.priors.items()]
    foretold = section.projection
    return MonitoringPromise(
        late=section.late_events,
        beliefs=tuple(each for each in beliefs if each is not None),
        margins=tuple(float(margin) for margin in section.margins),
        safety=tuple(
            _safety(building, rule, each, endpoints) for rule, each in section.safety.items()
        ),
        projecting=Projecting(
            foretold.replicates, foretold.seed, float(foretold.level), foretold.hazard
        ),
    )


def _belief(
    building: Building,
    name: str,
    section: grammar.BeliefSection,
    design: "DesignPromise | None",
) -> Belief | None:
    path: Path = ("monitoring", "priors", name)
    known = {key: getattr(section, key) for key in (SCEPTICAL, ENTHUSIASTIC, *KEYS)}
    told = one_of(building, path, known, needed=True)
    if told is None:
        return None
    key, value = told
    if key in {SCEPTICAL, ENTHUSIASTIC}:
        if section.standard_deviation is not None:
            what, remedy = "the spread follows from the chance", "delete it, or name a measure"
            found = f"{section.standard_deviation:g}"
            building.object_to((*path, "standard_deviation"), what, found, remedy)
        return Belief(name, "sceptical" if key == SCEPTICAL else "enthusiastic", float(value))
    if section.standard_deviation is None:
        what, remedy = "a prior has a spread", "add `standard_deviation`, of logarithms for ratios"
        building.object_to(path, what, "none", remedy)
        return None
    effect = design.effect(design.sized_for or "") if design else None
    if effect is not None and effect.measure != measure_of(key):
        what = f"the prior speaks of another measure than {effect.hypothesis}"
        remedy = f"write `{effect.measure.replace(' ', '_')}`"
        building.object_to((*path, key), what, repr(measure_of(key)), remedy)
        return None
    spread = float(section.standard_deviation)
    return Belief(name, "given", mean=float(value), standard_deviation=spread)


def _safety(
    building: Building,
    rule: str,
    section: grammar.SafetyCountSection,
    endpoints: "Sequence[Endpoint]",
) -> SafetyCount:
    path: Path = ("monitoring", "safety", rule)
    endpoint = next((each for each in endpoints if each.id == section.endpoint), None)
    counted = {"counts": section.counts, "grade_from": section.grade_from}
    harm = section.counts
    if isinstance(endpoint, AdverseEvents):
        source = "the endpoint's kind"
        harm = building.given_or(harm, (*path, "counts"), "fatal and related", source)
    elif endpoint is not None:
        for key, value in counted.items():
            if value is not None:
                what, remedy = "only adverse events are counted by kind", "delete it"
                building.object_to((*path, key), what, str(value), remedy)
    unit = building.file.trial.time_unit
    return SafetyCount(
        rule=rule,
        endpoint=section.endpoint,
        harm=harm or "fatal and related",
        grade_from=section.grade_from,
        within=None if section.within is None else section.within.measured_in(unit),
        arms=tuple(section.arms),
    )

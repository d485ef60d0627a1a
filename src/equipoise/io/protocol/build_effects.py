"""From the effects that the file's hypotheses plan for to values, each on one measure."""

from typing import TYPE_CHECKING, get_args

from equipoise.io.protocol import design_schema as grammar
from equipoise.io.protocol.build_planning import grid, one_of, pieces
from equipoise.io.protocol.building import Building
from equipoise.protocol.derive_design import MEASURES
from equipoise.protocol.endpoints import Endpoint
from equipoise.protocol.planning import Measure, PlannedEffect, PlanningAssumptions
from equipoise.protocol.trial import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.io.protocol.nodes import Path
    from equipoise.protocol.planning import Grid

KEYS = ("hazard_ratio", "risk_difference", "risk_ratio", "odds_ratio", "mean_difference")


def measure_of(key: str) -> Measure:
    """Put a key of the file into the measure's words.

    >>> measure_of("hazard_ratio")
    'hazard ratio'
    """
    words = key.replace("_", " ")
    return next(each for each in get_args(Measure) if each == words)


def build_effects(
    building: Building, planning: PlanningAssumptions, endpoint_of: dict[str, Endpoint]
) -> tuple[PlannedEffect, ...]:
    """Give the effects stated, in the order of their hypotheses."""
    effects = []
    for section in building.file.hypotheses or ():
        if section.effect is not None:
            path: Path = ("hypotheses", section.id, "effect")
            endpoint = endpoint_of.get(section.id)
            effect = _effect(building, path, section.id, section.effect, planning, endpoint)
            if effect is not None:
                effects.append(effect)
    return tuple(effects)


def _effect(
    building: Building,
    path: "Path",
    hypothesis: str,
    section: grammar.EffectSection,
    planning: PlanningAssumptions,
    endpoint: Endpoint | None,
) -> PlannedEffect | None:
    known = {key: getattr(section, key) for key in (*KEYS, "experimental_rate")}
    solved = building.file.design is not None and building.file.design.solve_for == "effect"
    told = one_of(building, path, known, needed=not (solved and section.margin is not None))
    if told is None:
        return None
    key, written = told
    if key == "experimental_rate":
        value = _differences(building, path, grid(written), planning, endpoint)
        return PlannedEffect(hypothesis, "risk difference", value, (), section.margin)
    if isinstance(written, dict):
        held = pieces(building, (*path, key), written)
        return PlannedEffect(hypothesis, measure_of(key), (), held, section.margin)
    return PlannedEffect(hypothesis, measure_of(key), grid(written), (), section.margin)


def _differences(
    building: Building,
    path: "Path",
    rates: "Grid",
    planning: PlanningAssumptions,
    endpoint: Endpoint | None,
) -> "Grid":
    """Give the risk differences that follow from the rates of both arms."""
    control = planning.endpoint(endpoint.id).rate if endpoint else None
    here: Path = (*path, "experimental_rate")
    if control is None:
        what, remedy = "the control arm's rate is not given", "add it under `planning`, `endpoints`"
        building.object_to(here, what, "", remedy)
        return ()
    for rate in rates:
        if not 0 < rate < 1:
            what, remedy = "a rate lies between 0 and 1", "write 0.5 for 50%"
            building.object_to(here, what, f"{rate:g}", remedy)
            return ()
    differences = tuple(round(rate - control, 12) for rate in rates)
    shown = ", ".join(f"{difference:g}" for difference in differences)
    source = f"the experimental rate and the control arm's, {control:g}"
    building.note((*path, "risk_difference"), shown, source)
    return differences


def effect_to_solve_for(
    building: Building, hypothesis: Hypothesis, endpoint: Endpoint | None
) -> PlannedEffect:
    """Give the effect without a value that a design solves for."""
    section = next(
        (each for each in building.file.hypotheses or () if each.id == hypothesis.id), None
    )
    margin = section.effect.margin if section and section.effect else None
    measures: Sequence[Measure] = MEASURES.get(type(endpoint), ()) if endpoint else ()
    return PlannedEffect(hypothesis.id, measures[0] if measures else "hazard ratio", margin=margin)

"""From the file's `design` and `planning` to the design promised, deriving what is unsaid.

Nothing here fails; what contradicts itself in a way only the file's wording shows is noted,
the rest is found by `protocol.coherence_design`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from equipoise.io.protocol import design_schema as grammar
from equipoise.io.protocol.build_boundaries import build_efficacy, build_futility, build_harm
from equipoise.io.protocol.build_effects import build_effects, effect_to_solve_for
from equipoise.io.protocol.build_multiplicity import build_multiplicity
from equipoise.io.protocol.build_planning import build_planning, grid, one_of
from equipoise.io.protocol.build_prior import build_prior
from equipoise.io.protocol.building import Building
from equipoise.protocol import derive
from equipoise.protocol.contradiction import unknown
from equipoise.protocol.derive_design import (
    derived_duration,
    derived_patients,
    known_of,
    method_of,
    solved_for,
)
from equipoise.protocol.endpoints import Endpoint
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.planning import DesignPromise, LookSchedule, PlannedEffect, SafetyRule
from equipoise.protocol.trial import Alternative, AnalysisPlan, Hypothesis

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path

ALL = "all"  # in place of a hypothesis


def build_design(
    building: Building,
    endpoints: Sequence[Endpoint],
    estimands: Sequence[Estimand],
    hypotheses: Sequence[Hypothesis],
    analysis: AnalysisPlan,
) -> DesignPromise | None:
    """Give the design promised; None where the file speaks of none."""
    file = building.file
    stated = any(each.effect for each in file.hypotheses or ())
    if file.design is None and file.planning is None and not stated:
        return None
    section = file.design or grammar.DesignSection.model_validate({})
    endpoint_of = _endpoint_of(endpoints, estimands, hypotheses)
    planning = build_planning(building)
    effects = build_effects(building, planning, endpoint_of)
    sized, everyone = _sized_for(building, section, effects, hypotheses)
    looks = _schedule(building, section.looks)
    count = len(looks.calendar or looks.information)
    promise = DesignPromise(
        alpha=analysis.alpha,
        sides=1 if analysis.alternative is Alternative.ONE_SIDED else 2,
        sized_for=sized.id if sized else None,
        sized_for_all=everyone,
        power=grid(section.power),
        events=grid(section.events),
        effects=effects,
        looks=looks,
        efficacy=build_efficacy(building, count),
        futility=build_futility(building, count),
        harm=build_harm(building, count),
        multiplicity=build_multiplicity(building, hypotheses),
        prior=build_prior(building),
        safety=tuple(_safety(building, each) for each in section.safety),
        planning=planning,
        notes=tuple(section.notes),
    )
    _note_accrual(building, promise)
    return _solved(building, promise, sized, endpoint_of) if sized else promise


def _endpoint_of(
    endpoints: Sequence[Endpoint], estimands: Sequence[Estimand], hypotheses: Sequence[Hypothesis]
) -> dict[str, Endpoint]:
    """Give each hypothesis its endpoint, where there is one."""
    known = {each.id: each for each in endpoints}
    spoken_of = {each.id: known.get(each.endpoint) for each in estimands}
    found = {each.id: spoken_of.get(each.estimand) for each in hypotheses}
    return {identifier: endpoint for identifier, endpoint in found.items() if endpoint}


def _sized_for(
    building: Building,
    section: grammar.DesignSection,
    effects: Sequence[PlannedEffect],
    hypotheses: Sequence[Hypothesis],
) -> tuple[Hypothesis | None, bool]:
    """Give the first primary hypothesis with an effect, and whether all are to have the power."""
    known = {each.id: each for each in hypotheses}
    path: Path = ("design", "sized_for")
    if section.sized_for is not None and (section.sized_for != ALL or ALL in known):
        building.contradictions += unknown(path, "hypothesis", [section.sized_for], known)
        return known.get(section.sized_for), False
    with_effect = {effect.hypothesis for effect in effects}
    primary = [each for each in hypotheses if each.id in with_effect and each.role == "primary"]
    if len(primary) > 1:
        named = ", ".join(each.id for each in primary)
        building.given_or(section.sized_for, path, f"all: {named}", "those primary with an effect")
        return primary[0], True
    candidates = [each for each in hypotheses if each.id in with_effect] or [
        each for each in hypotheses if section.power is not None
    ]
    chosen = next((each for each in candidates if each.role == "primary"), None)
    chosen = chosen or next(iter(candidates), None)
    if chosen is not None:
        building.note(path, chosen.id, "the first primary hypothesis with an effect")
    return chosen, False


def _solved(
    building: Building,
    promise: DesignPromise,
    sized: Hypothesis,
    endpoint_of: dict[str, Endpoint],
) -> DesignPromise:
    """Add what is solved for, and by which formula."""
    from dataclasses import replace  # noqa: PLC0415

    section = building.file.design
    endpoint, effect = endpoint_of.get(sized.id), promise.effect(sized.id)
    known = known_of(promise, effect=effect is not None)
    path: Path = ("design", "solve_for")
    usual = solved_for(endpoint, known)
    given = section.solve_for if section else None
    solve_for = building.given_or(given, path, usual, _because(promise, known.effect))
    if effect is None:
        effect = effect_to_solve_for(building, sized, endpoint)
        promise = replace(promise, effects=(effect, *promise.effects))
    method = section.method if section else None
    source = f"the test, {sized.test.method.value}"
    method = building.given_or(method, ("design", "method"), method_of(sized.test, effect), source)
    return replace(promise, solve_for=solve_for, method=method)


def _because(promise: DesignPromise, effect: bool) -> str:  # noqa: FBT001 - whether there is one
    planning = promise.planning
    given = {
        "power": promise.power,
        "effect": effect,
        "events": promise.events,
        "patients": planning.patients,
        "accrual duration": planning.accrual_duration,
        "accrual rates": planning.accrual_pieces and not planning.accrual_relative,
        "follow-up": planning.follow_up,
    }
    return f"given are {', '.join(name for name, value in given.items() if value) or 'none'}"


def _schedule(building: Building, section: grammar.LooksSection | None) -> LookSchedule:
    if section is None:
        if building.file.design is not None:
            building.note(("design", "looks"), "one, at the end", "no looks are written")
        return LookSchedule()
    path: Path = ("design", "looks")
    known = {key: getattr(section, key) for key in ("information", "number", "calendar")}
    told = one_of(building, path, known, needed=section.read_at == [])
    information: tuple[float, ...] = (1.0,)
    calendar: tuple[float, ...] = ()
    match told:
        case ("information", list(fractions)):
            information = tuple(map(float, fractions))
        case ("number", int(number)):
            information = _equally_spaced(building, (*path, "number"), number)
        case ("calendar", list(times)):
            unit = building.file.trial.time_unit
            calendar = tuple(each.measured_in(unit) for each in times)
    return LookSchedule(information, calendar, section.spending_by, tuple(section.read_at))


def _equally_spaced(building: Building, path: "Path", number: int) -> tuple[float, ...]:
    if not 1 <= number <= grammar.MOST_LOOKS:
        what = f"a trial has 1 to {grammar.MOST_LOOKS} looks"
        building.object_to(path, what, f"{number}", "write 3, or another whole number")
        return (1.0,)
    fractions = tuple((look + 1) / number for look in range(number))
    shown = ", ".join(f"{fraction:g}" for fraction in fractions)
    building.note(("design", "looks", "information"), shown, "the number of looks")
    return fractions


def _safety(building: Building, section: grammar.SafetySection) -> SafetyRule:
    path: Path = ("design", "safety", section.id, "label")
    label = building.given_or(section.label, path, derive.label_of(section.id), "its id")
    if (section.method == "beta-binomial") != (section.prior is not None):
        what = "`prior` belongs to beta-binomial, and to no other method"
        remedy = "delete it" if section.prior else "add `prior: [0.5, 0.5]`, or another"
        here: Path = ("design", "safety", section.id, "method")
        building.object_to(here, what, repr(section.method), remedy)
    prior = section.prior
    return SafetyRule(
        id=section.id,
        label=label,
        acceptable=float(section.acceptable),
        level=float(section.level),
        patients=section.patients,
        method=section.method,
        every=section.every,
        unacceptable=section.unacceptable,
        prior=(float(prior[0]), float(prior[1])) if prior else None,
    )


def _note_accrual(building: Building, promise: DesignPromise) -> None:
    """Note what absolute rates say of duration or patients, where it is one number."""
    planning = promise.planning
    if not planning.accrual_pieces or planning.accrual_relative:
        return
    if len(planning.patients) == 1 and not planning.accrual_duration:
        duration = derived_duration(planning, planning.patients[0])
        path: Path = ("planning", "accrual", "duration")
        building.note(path, f"{duration:g} {building.file.trial.time_unit}s", "rates and patients")
    elif len(planning.accrual_duration) == 1 and not planning.patients:
        patients = derived_patients(planning, planning.accrual_duration[0])
        building.note(("planning", "patients"), f"{patients:g}", "rates and duration of accrual")

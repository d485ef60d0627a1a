"""From a multi-state course as written to the value, in the trial's time unit."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from equipoise.io.protocol.building import Building
from equipoise.io.protocol.fields import Length
from equipoise.io.rehearsal import course_schema as grammar
from equipoise.io.rehearsal.build_rates import rate_pieces
from equipoise.protocol import derive
from equipoise.protocol.contradiction import nearest
from equipoise.protocol.course import (
    AdverseEventRate,
    Course,
    CourseState,
    ReadAnswer,
    Reading,
    ReadTime,
    Transition,
)
from equipoise.protocol.trial import TimeUnit

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path
    from equipoise.protocol.planning import Pieces

NONE: "Pieces" = ((0.0, 0.0),)


def build_course(
    building: Building, path: "Path", section: grammar.CourseFile
) -> tuple[Course, tuple[AdverseEventRate, ...]]:
    """Give a course and the adverse events it tells of.

    Args:
        building: notes what is wrong, of the file that the path starts in.
        path: where the course stands in it.
        section: the course as written.
    """
    unit = section.time_unit or building.file.trial.time_unit
    arms = [arm.id for arm in building.file.arms]
    course = Course(
        states=tuple(
            CourseState(each.id, each.label or derive.label_of(each.id)) for each in section.states
        ),
        start=_start(building, (*path, "start"), section.start, arms),
        transitions=tuple(
            _transition(building, (*path, "transitions", place), each, unit, arms)
            for place, each in enumerate(section.transitions)
        ),
        readings=tuple(
            _reading(building, (*path, "readings", place), each, unit)
            for place, each in enumerate(section.readings)
        ),
        notes=tuple(section.notes),
    )
    return course, build_adverse_events(building, path, section.adverse_events, unit)


def build_adverse_events(
    building: Building,
    path: "Path",
    sections: list[grammar.AdverseEventSection],
    unit: TimeUnit,
) -> tuple[AdverseEventRate, ...]:
    """Give the adverse events of a course or scenario, every arm named."""
    arms = [arm.id for arm in building.file.arms]
    found = []
    for place, each in enumerate(sections):
        here: Path = (*path, "adverse_events", place)
        rates, other = by_arm(building, (*here, "rates"), each.rates, unit, arms)
        grades = each.grades if isinstance(each.grades, dict) else dict.fromkeys(arms, each.grades)
        for arm in arms:
            if arm not in grades:
                what, remedy = "an arm without its grades", f"add `{arm}`"
                building.object_to((*here, "grades"), what, repr(arm), remedy)
        who = each.susceptible
        susceptible = (
            {} if who is None else who if isinstance(who, dict) else dict.fromkeys(arms, who)
        )
        for key, named in (("grades", grades), ("susceptible", susceptible)):
            for arm in named:
                _known_arm(building, (*here, key, arm), arm, arms)
        found.append(
            AdverseEventRate(
                term=each.term,
                system_organ_class=each.system_organ_class,
                rates=tuple((arm, dict(rates).get(arm, other)) for arm in arms),
                grades=tuple((arm, tuple(map(float, held))) for arm, held in grades.items()),
                serious=float(each.serious),
                related=float(each.related),
                until=_time(each.until, unit, building),
                susceptible=tuple((arm, float(share)) for arm, share in susceptible.items()),
            )
        )
    return tuple(found)


def by_arm(
    building: Building, path: "Path", written: object, unit: TimeUnit, arms: list[str]
) -> "tuple[tuple[tuple[str, Pieces], ...], Pieces]":
    """Give a rate by arm where it is written so, and that of the arms not named."""
    if not _names_arms(written):
        return (), rate_pieces(building, path, written, unit, per_time=True)  # type: ignore[arg-type]
    assert isinstance(written, Mapping)  # noqa: S101 - told by `_names_arms`
    named = {
        arm: rate_pieces(building, (*path, arm), each, unit, per_time=True)
        for arm, each in written.items()
    }
    for arm in named:
        if arm != grammar.OTHER:
            _known_arm(building, (*path, arm), arm, [*arms, grammar.OTHER])
    if grammar.OTHER not in named and (lacking := [arm for arm in arms if arm not in named]):
        what, remedy = "an arm without its rate", f"add `{lacking[0]}`, or `{grammar.OTHER}`"
        building.object_to(path, what, ", ".join(map(repr, lacking)), remedy)
    other = named.pop(grammar.OTHER, next(iter(named.values()), NONE))
    return tuple(named.items()), other


def _names_arms(written: object) -> bool:
    return isinstance(written, Mapping) and grammar.kind_of_rate(written) == grammar.ARMS


def _known_arm(building: Building, path: "Path", arm: str, arms: list[str]) -> None:
    if arm not in arms:
        building.object_to(path, "no such arm", repr(arm), nearest(arm, arms))


def _start(
    building: Building,
    path: "Path",
    written: dict[str, float] | dict[str, dict[str, float]],
    arms: list[str],
) -> tuple[tuple[str, tuple[tuple[str, float], ...]], ...]:
    held = {key: each for key, each in written.items() if isinstance(each, dict)}
    if not held:
        shares = {key: float(each) for key, each in written.items() if not isinstance(each, dict)}
        held = dict.fromkeys(arms, shares)
    for arm in held:
        _known_arm(building, (*path, arm), arm, arms)
    for arm in arms:
        if arm not in held:
            what, remedy = "an arm without its start", f"add `{arm}`"
            building.object_to(path, what, repr(arm), remedy)
    return tuple(
        (arm, tuple((state, float(share)) for state, share in shares.items()))
        for arm, shares in held.items()
    )


def _transition(
    building: Building,
    path: "Path",
    section: grammar.TransitionSection,
    unit: TimeUnit,
    arms: list[str],
) -> Transition:
    for arm in section.arm_ratios:
        _known_arm(building, (*path, "arm_ratios", arm), arm, arms)
    named, other = by_arm(building, (*path, "hazard"), section.hazard, unit, arms)
    return Transition(
        section.source,
        section.target,
        other,
        section.clock,
        named,
        tuple((name, float(ratio)) for name, ratio in section.ratios.items()),
        tuple(
            (arm, name, float(ratio))
            for arm, held in section.arm_ratios.items()
            for name, ratio in held.items()
        ),
    )


def _reading(
    building: Building, path: "Path", section: grammar.ReadingSection, unit: TimeUnit
) -> Reading:
    binary = section.at is not None or section.states is not None
    if binary == (section.entering is not None):
        what = "an endpoint is read by `entering`, or by `at` and `states`"
        building.object_to(path, what, "both" if binary else "neither", "keep one of the two")
    if section.entering is not None:
        competing = tuple(section.competing.items())
        return ReadTime(section.endpoint, tuple(section.entering.items()), competing)
    if binary and (section.at is None or section.states is None):
        lacking = "at" if section.at is None else "states"
        building.object_to(path, "`at` and `states` go together", "one of them", f"add `{lacking}`")
    at = _time(section.at, unit, building) or 0.0
    return ReadAnswer(section.endpoint, at, tuple(section.states or ()))


def _time(length: Length | None, unit: TimeUnit, building: Building) -> float | None:
    if length is None:
        return None
    return Length(length.amount, length.unit or unit).measured_in(building.file.trial.time_unit)

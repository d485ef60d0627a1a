"""From a protocol's `scenarios` to the values; those always there are added."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from equipoise.io.protocol import planning_schema as planning_grammar
from equipoise.io.protocol.build_planning import (
    accrual_rates,
    course_of,
    dropouts,
    length_of,
    lengths,
)
from equipoise.io.protocol.building import Building
from equipoise.io.rehearsal import scenario_schema as grammar
from equipoise.io.rehearsal.build_course import build_adverse_events, build_course
from equipoise.io.rehearsal.build_drawn import build_drawn
from equipoise.io.rehearsal.build_rates import rate_pieces
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.rehearsal import (
    AT_MARGIN,
    NO_EFFECT,
    PLANNED,
    CompetingChange,
    Effects,
    EndpointChange,
    Scenario,
    SwitchingChange,
    TruthChange,
)

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path
    from equipoise.protocol.course import AdverseEventRate, Course
    from equipoise.protocol.planning import Pieces

SHAPES = (0.05, 20.0)
USUAL: dict[str, tuple[str, Effects, str]] = {
    PLANNED: ("As planned", "planned", "what the design assumes"),
    NO_EFFECT: ("No effect", "none", "every experimental arm like the control"),
    AT_MARGIN: ("At the margin", "at the margin", "every effect at its null value"),
}
Courses = Mapping[str, "tuple[Course, tuple[AdverseEventRate, ...]]"]


def build_scenarios(
    building: Building, design: DesignPromise | None, courses: Courses
) -> tuple[Scenario, ...]:
    """Give the scenarios written, and before them those a design always has.

    Args:
        building: the file, and what is noted of it.
        design: None where there is none; then nothing is added.
        courses: those read from files, by the name the protocol gives them.
    """
    written = building.file.scenarios
    margins = design is not None and any(each.margin is not None for each in design.effects)
    always = [] if design is None else [PLANNED, NO_EFFECT, *([AT_MARGIN] if margins else [])]
    found = []
    for name in (*always, *(each for each in written if each not in always)):
        section = written.get(name)
        if section is None:
            label, effects, source = USUAL[name]
            building.note(("scenarios", name), source, "always there")
            found.append(Scenario(name, label, effects))
        else:
            found.append(_scenario(building, name, section, courses))
    return tuple(found)


def _scenario(
    building: Building, name: str, section: grammar.ScenarioSection, courses: Courses
) -> Scenario:
    path: Path = ("scenarios", name)
    label, effects, source = USUAL.get(name, ("", "planned", "nothing else is written"))
    own = building.label(section.label, "scenarios", name) if not label else section.label or label
    accrual = section.accrual or planning_grammar.AccrualSection.model_validate({})
    rates, relative = accrual_rates(building, (*path, "accrual"), accrual)
    lost = dropouts(building, (*path, "dropout"), section.dropout) if section.dropout else None
    course, adverse, file = _course(building, (*path, "course"), section, courses)
    unit = building.file.trial.time_unit
    if section.evidence is None or section.effects is not None:
        effects = building.given_or(section.effects, (*path, "effects"), effects, source)
    return Scenario(
        id=name,
        label=own,
        effects=effects,
        endpoints=tuple(
            _endpoint(building, (*path, "endpoints", each), each, held)
            for each, held in section.endpoints.items()
        ),
        patients=section.patients,
        accrual_pieces=rates,
        accrual_relative=relative,
        accrual_duration=lengths(accrual.duration, building),
        dropout=lost,
        strata=tuple(
            (variable, tuple((level, float(share)) for level, share in shares.items()))
            for variable, shares in section.strata.items()
        ),
        populations=tuple((each, float(share)) for each, share in section.populations.items()),
        correlation=section.correlation,
        correlations=tuple(
            (one, two, float(value))
            for one, others in section.correlations.items()
            for two, value in others.items()
        ),
        course=course,
        course_file=file,
        resampled=section.resampled,
        drawn=build_drawn(building, (*path, "evidence"), section.evidence),
        adverse_events=(
            *build_adverse_events(building, path, section.adverse_events, unit),
            *adverse,
        ),
    )


def _course(
    building: Building, path: "Path", section: grammar.ScenarioSection, courses: Courses
) -> "tuple[Course | None, tuple[AdverseEventRate, ...], str]":
    if section.course is None:
        return None, (), ""
    if isinstance(section.course, str):
        course, adverse = courses.get(section.course, (None, ()))
        return course, adverse, section.course
    return (*build_course(building, path, section.course), "")


def _endpoint(
    building: Building, path: "Path", endpoint: str, section: grammar.ScenarioEndpointSection
) -> EndpointChange:
    shape = section.shape
    if shape is not None and not SHAPES[0] <= shape <= SHAPES[1]:
        what = f"a Weibull shape lies between {SHAPES[0]:g} and {SHAPES[1]:g}"
        building.object_to((*path, "shape"), what, f"{shape:g}", "write 1.2, or another")
        shape = None
    clock = 1.0 if shape is None else float(shape)
    cured = _cured_before(building, endpoint)
    before = (cured, cured)
    both = cured if section.cured is None else section.cured
    theirs = both if section.experimental_cured is None else section.experimental_cured
    own = (both, theirs)
    switching = section.switching
    return EndpointChange(
        endpoint=endpoint,
        everyone=_truth(building, path, section, clock, before),
        by_level=tuple(
            (level, _truth(building, (*path, "strata", level), held, clock, own))
            for level, held in section.strata.items()
        ),
        by_population=tuple(
            (name, _truth(building, (*path, "populations", name), held, clock, own))
            for name, held in section.populations.items()
        ),
        by_arm=tuple(
            (arm, _truth(building, (*path, "arms", arm), held, clock, own))
            for arm, held in section.arms.items()
        ),
        shape=shape,
        known_at=length_of(section.known_at, building),
        missing=section.missing,
        competing=tuple(
            CompetingChange(
                event,
                course_of(building, (*path, "competing", event), held.control, 0.0)[0],
                _ratio(building, (*path, "competing", event, "hazard_ratio"), held.hazard_ratio),
            )
            for event, held in section.competing.items()
        ),
        switching=SwitchingChange(
            switching.after,
            switching.arm,
            float(switching.probability),
            float(switching.hazard_ratio),
            length_of(switching.delay, building) or 0.0,
        )
        if switching
        else None,
    )


def _cured_before(building: Building, endpoint: str) -> float:
    """Give the fraction that the design assumes cured, which survival written here includes."""
    planning = building.file.planning
    held = planning.endpoints.get(endpoint) if planning else None
    return held.cured if held is not None and 0 <= held.cured < 1 else 0.0


def _truth(
    building: Building,
    path: "Path",
    section: grammar.ArmTruthSection,
    clock: float,
    before: tuple[float, float],
) -> TruthChange:
    """Give what is otherwise true; `before` is cured, of the control and experimental arms."""
    cured, control = None, None
    if isinstance(section, grammar.TruthSection):
        cured, control = _fraction(building, (*path, "cured"), section.cured), section.control
    own = _fraction(building, (*path, "experimental_cured"), section.experimental_cured)
    ours, theirs = (each if 0 <= each < 1 else 0.0 for each in before)
    if cured is not None:
        ours = theirs = cured
    theirs = theirs if own is None else own
    hazard, rate = course_of(building, (*path, "control"), control, ours, clock)
    here: Path = (*path, "experimental")
    experimental, answer = course_of(building, here, section.experimental, theirs, clock)
    if section.hazard_ratio is not None and section.experimental is not None:
        what = "the arm's course is told by a ratio, or by itself"
        building.object_to(here, what, "both", "keep `hazard_ratio` or `experimental`")
    return TruthChange(
        control=hazard,
        experimental=experimental,
        hazard_ratio=_ratio(building, (*path, "hazard_ratio"), section.hazard_ratio),
        control_rate=rate,
        experimental_rate=answer,
        cured=cured,
        experimental_cured=own,
    )


def _fraction(building: Building, path: "Path", value: float | None) -> float | None:
    if value is not None and not 0 <= value < 1:
        what, remedy = "a cured fraction is 0 or more and below 1", "write 0.1 for 10%"
        building.object_to(path, what, f"{value:g}", remedy)
        return None
    return value


def _ratio(building: Building, path: "Path", written: object) -> "Pieces":
    if written is None:
        return ()
    unit = building.file.trial.time_unit
    return rate_pieces(building, path, written, unit, per_time=False)  # type: ignore[arg-type]

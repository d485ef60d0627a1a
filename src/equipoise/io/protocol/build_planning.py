"""From the file's `planning` section to what the design assumes: moments, hazards, shares.

survival {t: S}   from each moment s to the next t, the last going on, the hazard
-ln(S(t) / S(s)) / (t - s); of (S - c) / (1 - c), if a fraction c is cured; with a Weibull
shape, on the clock t^shape
median m          the same with S(m) = 1/2
yearly fraction   the hazard -ln(1 - fraction) a year
"""

from collections.abc import Mapping
from itertools import pairwise
from math import isfinite, log
from typing import TYPE_CHECKING, Any

from equipoise.io.protocol import planning_schema as grammar
from equipoise.io.protocol.building import Building
from equipoise.io.protocol.fields import Length, moment
from equipoise.protocol.planning import EndpointAssumption, PlanningAssumptions
from equipoise.protocol.trial import DAYS_PER

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path
    from equipoise.protocol.planning import Grid, Pieces

HALF = 0.5
UNREAD: "Pieces" = ((0.0, 1.0),)  # in place of a course already objected to


def build_planning(building: Building) -> PlanningAssumptions:
    """Give what is assumed of the patients and of every endpoint."""
    section = building.file.planning or grammar.PlanningSection.model_validate({})
    accrual = section.accrual or grammar.AccrualSection.model_validate({})
    control, experimental = dropouts(building, ("planning", "dropout"), section.dropout)
    rates, relative = accrual_rates(building, ("planning", "accrual"), accrual)
    variable, shares = _strata(building, section)
    return PlanningAssumptions(
        patients=grid(section.patients),
        accrual_pieces=rates,
        accrual_relative=relative,
        accrual_duration=lengths(accrual.duration, building),
        follow_up=lengths(section.follow_up, building),
        longest_follow_up=length_of(section.longest_follow_up, building),
        control_dropout=control,
        experimental_dropout=experimental,
        stratum_variable=variable,
        strata=shares,
        endpoints=tuple(
            _endpoint(building, each, held) for each, held in section.endpoints.items()
        ),
    )


def grid(value: float | list[float] | None) -> "Grid":
    """Give one number or several as a tuple."""
    if value is None:
        return ()
    return tuple(map(float, value)) if isinstance(value, list) else (float(value),)


def lengths(value: Length | list[Length] | None, building: Building) -> "Grid":
    """Give one length of time or several in the trial's unit."""
    unit = building.file.trial.time_unit
    several = value if isinstance(value, list) else [value] if value is not None else []
    return tuple(each.measured_in(unit) for each in several)


def length_of(value: Length | None, building: Building) -> float | None:
    """Give a length of time in the trial's unit."""
    return None if value is None else value.measured_in(building.file.trial.time_unit)


def pieces(
    building: Building,
    path: "Path",
    written: float | Mapping[str, float],
    *,
    from_zero: bool = True,
) -> "Pieces":
    """Put a value that changes over time in the trial's unit; moments must increase."""
    if not isinstance(written, Mapping):
        return ((0.0, float(written)),)
    unit = building.file.trial.time_unit
    held = tuple((moment(key).measured_in(unit), float(value)) for key, value in written.items())
    names = list(written)
    for (before, after), name in zip(pairwise(held), names[1:], strict=True):
        if not after[0] > before[0]:
            what = "moments increase from one to the next"
            building.object_to((*path, name), what, repr(name), "put them in the order of time")
    if from_zero and held[0][0] > 0:
        remedy = "begin with `0:`, or a value for the beginning is missing"
        building.object_to((*path, names[0]), "the first moment is 0", repr(names[0]), remedy)
    return held


def one_of(
    building: Building, path: "Path", candidates: Mapping[str, object], *, needed: bool
) -> tuple[str, Any] | None:
    """Give the only key that has a value; object where there are several, or none if needed."""
    given = {key: value for key, value in candidates.items() if value is not None}
    if len(given) > 1:
        found, keep = ", ".join(f"`{key}`" for key in given), next(iter(given))
        building.object_to(path, "one of these belongs here", found, f"keep `{keep}`, or another")
    elif not given and needed:
        keys = ", ".join(f"`{key}`" for key in candidates)
        building.object_to(path, f"one of {keys} belongs here", "none", "add one")
    return next(iter(given.items())) if given else None


def accrual_rates(
    building: Building, path: "Path", accrual: grammar.AccrualSection
) -> "tuple[Pieces, bool]":
    """Give the rates at which patients come, and whether they are relative."""
    known = {"rate": accrual.rate, "rates": accrual.rates, "relative": accrual.relative}
    told = one_of(building, path, known, needed=False)
    if told is None:
        return (), False
    key, written = told
    rates = pieces(building, (*path, key), written)
    if not (all(rate >= 0 for _, rate in rates) and any(rate > 0 for _, rate in rates)):
        what, remedy = "patients come at rates of 0 or more, some above 0", "write rates like 4"
        building.object_to((*path, key), what, _shown(rates), remedy)
        rates = ()
    return rates, key == "relative"


def dropouts(
    building: Building, path: "Path", section: grammar.DropoutSection | None
) -> "tuple[Pieces, Pieces]":
    """Give the hazards of being lost, in the control and in the experimental arms."""
    if section is None:
        return (), ()
    by_arm = section.control is not None or section.experimental is not None
    both = _dropout(building, path, section, needed=not by_arm)
    if not by_arm:
        return both, both
    if both:
        what, remedy = "dropout is alike in both arms, or by arm", "keep one of the two"
        building.object_to(path, what, "both", remedy)
    control, experimental = section.control, section.experimental
    return (
        _dropout(building, (*path, "control"), control, needed=True) if control else (),
        _dropout(building, (*path, "experimental"), experimental, needed=True)
        if experimental
        else (),
    )


def _dropout(
    building: Building, path: "Path", section: grammar.DropoutArmSection, *, needed: bool
) -> "Pieces":
    known = {"yearly": section.yearly, "hazard": section.hazard}
    told = one_of(building, path, known, needed=needed)
    if told is None:
        return ()
    key, written = told
    if key == "hazard":
        return _hazards(building, (*path, key), written)
    if not isinstance(written, float | int) or not 0 <= written < 1:
        what, remedy = "a fraction lost in a year is 0 or more and below 1", "write 0.02 for 2%"
        building.object_to((*path, key), what, f"{written}", remedy)
        return ()
    a_year = DAYS_PER["year"] / DAYS_PER[building.file.trial.time_unit]
    return ((0.0, -log(1.0 - written) / a_year),)


def _hazards(building: Building, path: "Path", written: float | Mapping[str, float]) -> "Pieces":
    hazards = pieces(building, path, written)
    if not all(hazard >= 0 for _, hazard in hazards):
        what, remedy = "a hazard is 0 or more", "write it per time unit, like 0.03"
        building.object_to(path, what, _shown(hazards), remedy)
        return UNREAD
    return hazards


def _strata(
    building: Building, section: grammar.PlanningSection
) -> tuple[str | None, tuple[tuple[str, float], ...]]:
    if not section.strata:
        return None, ()
    path: Path = ("planning", "strata")
    if len(section.strata) > 1:
        what, remedy = "shares are given for one variable", "combine them into one variable"
        building.object_to(path, what, ", ".join(section.strata), remedy)
    variable, shares = next(iter(section.strata.items()))
    return variable, tuple((level, float(share)) for level, share in shares.items())


def _endpoint(
    building: Building, endpoint: str, section: grammar.EndpointPlanSection
) -> EndpointAssumption:
    path: Path = ("planning", "endpoints", endpoint)
    cured = section.cured
    if not 0 <= cured < 1:
        what, remedy = "a cured fraction is 0 or more and below 1", "write 0.1 for 10%"
        building.object_to((*path, "cured"), what, f"{cured:g}", remedy)
        cured = 0.0
    if section.control is not None and section.strata is not None:
        what, remedy = "the course is given once, or by stratum", "keep `control` or `strata`"
        building.object_to(path, what, "both", remedy)
    hazard, rate = course_of(building, (*path, "control"), section.control, cured)
    by_level = {
        level: course_of(building, (*path, "strata", level), course, cured)[0]
        for level, course in (section.strata or {}).items()
    }
    for level, course in (section.strata or {}).items():
        if course.rate is not None:
            what, remedy = "a rate holds for the whole arm", "write it under `control`"
            here = (*path, "strata", level, "rate")
            building.object_to(here, what, f"{course.rate:g}", remedy)
    return EndpointAssumption(
        endpoint=endpoint,
        hazard=hazard,
        stratum_hazards=tuple(by_level.items()),
        cured=float(cured),
        rate=rate,
        standard_deviation=section.standard_deviation,
        correlation=section.correlation,
    )


def course_of(
    building: Building,
    path: "Path",
    section: grammar.CourseSection | None,
    cured: float,
    shape: float = 1.0,
) -> "tuple[Pieces, float | None]":
    """Give the hazards of those not cured on the clock t^shape, or the rate if binary."""
    if section is None:
        return (), None
    known = {key: getattr(section, key) for key in ("survival", "median", "hazard", "rate")}
    told = one_of(building, path, known, needed=True)
    match told:
        case ("rate", rate):
            return (), float(rate)
        case ("hazard", written):
            return _hazards(building, (*path, "hazard"), written), None
        case ("median", length):
            at = length.measured_in(building.file.trial.time_unit)
            here: Path = (*path, "median")
            return _from_survival(building, here, ((at, HALF),), cured, shape), None
        case ("survival", written):
            here = (*path, "survival")
            held = pieces(building, here, written, from_zero=False)
            return _from_survival(building, here, held, cured, shape), None
    return (), None


def _from_survival(
    building: Building, path: "Path", survival: "Pieces", cured: float, shape: float
) -> "Pieces":
    """Give the hazards that lead through the survival fractions."""
    fractions = [1.0, *((fraction - cured) / (1.0 - cured) for _, fraction in survival)]
    times = [0.0, *(time for time, _ in survival)]
    falling = all(after <= before for before, after in pairwise(fractions))
    if not (falling and fractions[-1] > 0 and fractions[-1] < 1) or times[1] == 0:
        what = "survival falls from 1 and stays above 0"
        if cured:
            what = f"survival falls from 1 and stays above the cured fraction {cured:g}"
        remedy = "write it like {24 months: 0.45}, times after 0"
        building.object_to(path, what, _shown(survival), remedy)
        return UNREAD
    if any(not after > before for before, after in pairwise(times)):
        return UNREAD  # told by `pieces`
    return tuple(
        (start, log(before / after) / (end**shape - start**shape))
        for (start, end), (before, after) in zip(pairwise(times), pairwise(fractions), strict=True)
    )


def _shown(held: "Pieces") -> str:
    return ", ".join(f"{value:g}" for _, value in held if isfinite(value))

"""From `design.prior` to a value: as it is written, or as figures of the evidence library say."""

from typing import TYPE_CHECKING

from equipoise.errors import EquipoiseError
from equipoise.io.protocol.build_effects import KEYS, measure_of
from equipoise.io.protocol.build_planning import one_of
from equipoise.io.protocol.building import Building
from equipoise.io.protocol.prior_schema import EvidenceSection, PriorSection
from equipoise.protocol.planning import Prior

if TYPE_CHECKING:
    from equipoise.io.protocol.nodes import Path

PATH: "Path" = ("design", "prior")
BOTH_YEARS = 2


def build_prior(building: Building) -> Prior | None:
    """Give the prior for assurance, if there is one."""
    section = building.file.design.prior if building.file.design else None
    if section is None:
        return None
    keys = (*KEYS, "evidence")
    told = one_of(building, PATH, {key: getattr(section, key) for key in keys}, needed=True)
    if told is None:
        return None
    if section.evidence is not None:
        return _from_evidence(building, section, section.evidence)
    if section.standard_deviation is None:
        what, remedy = "a prior has a spread", "add `standard_deviation`, of logarithms for ratios"
        building.object_to(PATH, what, "", remedy)
        return None
    return Prior(measure_of(told[0]), float(told[1]), float(section.standard_deviation))


def _from_evidence(
    building: Building, section: PriorSection, chosen: EvidenceSection
) -> Prior | None:
    """Look the figures up now, so that the design rests on a value, and say what it rests on."""
    from equipoise.evidence.planning import (  # noqa: PLC0415 - the library is opened where asked
        prior_from_evidence,
    )

    here = (*PATH, "evidence")
    if section.standard_deviation is not None:
        what, remedy = "the spread of this prior follows from the evidence", "delete it"
        building.object_to((*PATH, "standard_deviation"), what, "", remedy)
    asked = {key: value for key, value in chosen.model_dump().items() if value is not None}
    years = asked.pop("years", None)
    if years is not None:
        if len(years) != BOTH_YEARS:
            what, remedy = "years are the first and the last", "write [2014, 2017]"
            building.object_to((*here, "years"), what, str(years), remedy)
            return None
        asked["year"] = tuple(years)
    try:
        found = prior_from_evidence(**asked)
    except EquipoiseError as problem:
        remedy = "choose among what `equipoise evidence list` shows"
        building.object_to(here, str(problem).rstrip("."), "", remedy)
        return None
    prior, count = found.prior, len(found.priors.figures)
    source = f"{count} figure{'s' * (count != 1)} of the evidence library"
    building.note((*PATH, "hazard_ratio"), round(prior.mean, 6), source)
    building.note((*PATH, "standard_deviation"), round(prior.standard_deviation, 6), source)
    return prior

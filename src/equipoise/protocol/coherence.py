"""Whether a protocol contradicts itself: the rules that tie one of its parts to another.

Every contradiction is found at once, each with its path.  Estimands and hypotheses have
their rules in `coherence_estimands`, the design in `coherence_design`, the data section in
`coherence_data`.
"""

from collections import Counter
from collections.abc import Iterator

from equipoise.protocol.coherence_data import data_contradictions
from equipoise.protocol.coherence_design import design_contradictions
from equipoise.protocol.coherence_estimands import (
    estimand_contradictions,
    hypothesis_contradictions,
)
from equipoise.protocol.coherence_monitoring import monitoring_contradictions
from equipoise.protocol.coherence_rehearsal import rehearsal_contradictions
from equipoise.protocol.contradiction import Contradiction, categorical_only, repeated, unknown
from equipoise.protocol.endpoints import AdverseEvents, Continuous, Endpoint, TimeToEvent
from equipoise.protocol.trial import Protocol

WORST_GRADE = 5
LARGEST_ALPHA = 0.5
LEAST_LEVEL = 0.5


def contradictions(protocol: Protocol) -> tuple[Contradiction, ...]:
    """Find everything in which a protocol contradicts itself."""
    return (
        *_repeated_ids(protocol),
        *_arms(protocol),
        *_variables(protocol),
        *_populations(protocol),
        *(found for each in protocol.endpoints for found in _endpoint(protocol, each)),
        *_comparisons(protocol),
        *(
            found
            for each in protocol.estimands
            for found in estimand_contradictions(protocol, each)
        ),
        *(
            found
            for each in protocol.hypotheses
            for found in hypothesis_contradictions(protocol, each)
        ),
        *_analysis(protocol),
        *design_contradictions(protocol),
        *rehearsal_contradictions(protocol),
        *monitoring_contradictions(protocol),
        *data_contradictions(protocol),
    )


def _repeated_ids(protocol: Protocol) -> Iterator[Contradiction]:
    sections = {
        "arms": [each.id for each in protocol.arms],
        "variables": [each.id for each in protocol.variables],
        "populations": [each.id for each in protocol.populations],
        "endpoints": [each.id for each in protocol.endpoints],
        "comparisons": [each.id for each in protocol.comparisons],
        "estimands": [each.id for each in protocol.estimands],
        "hypotheses": [each.id for each in protocol.hypotheses],
    }
    for section, ids in sections.items():
        for identifier in (name for name, times in Counter(ids).items() if times > 1):
            what = f"two {section} have the same id"
            yield Contradiction((section, identifier), what, repr(identifier), "rename one")


def _arms(protocol: Protocol) -> Iterator[Contradiction]:
    for arm in protocol.arms:
        if not arm.allocation > 0:
            path, value = ("arms", arm.id, "allocation"), f"{arm.allocation:g}"
            yield Contradiction(path, "an allocation is above 0", value, "write 1 for equal shares")
    for role in ("control", "experimental"):
        if not any(arm.role == role for arm in protocol.arms):
            remedy = f"write `role: {role}` for one of them"
            yield Contradiction(("arms",), f"no arm has the role {role}", "", remedy)


def _variables(protocol: Protocol) -> Iterator[Contradiction]:
    for variable in protocol.variables:
        path = ("variables", variable.id)
        if variable.kind == "categorical":
            if len(variable.levels) < 2:  # noqa: PLR2004 - what a category needs to tell apart
                what = "a categorical variable has two levels or more"
                yield Contradiction(path, what, f"{len(variable.levels)}", "list its `levels`")
            if variable.unit:
                remedy = "delete it, or write `type: continuous`"
                yield Contradiction((*path, "unit"), "levels have no unit", variable.unit, remedy)
        elif variable.levels:
            what, remedy = "a continuous variable has no levels", "write `type: categorical`"
            yield Contradiction((*path, "levels"), what, str(variable.levels[0]), remedy)
        yield from repeated((*path, "levels"), "level", variable.levels)
    yield from categorical_only(protocol, ("strata",), protocol.strata)


def _populations(protocol: Protocol) -> Iterator[Contradiction]:
    for population in protocol.populations:
        if population.where is not None and protocol.data.subjects is None:
            what = "a condition needs the subjects' table"
            remedy = "add a `data` section with `subjects`"
            path = ("populations", population.id, "where")
            yield Contradiction(path, what, repr(population.where), remedy)


def _endpoint(protocol: Protocol, endpoint: Endpoint) -> Iterator[Contradiction]:
    path = ("endpoints", endpoint.id)
    match endpoint:
        case TimeToEvent():
            yield from _roles(endpoint)
        case Continuous(baseline=str(baseline)):
            known = [each.id for each in protocol.variables if each.kind == "continuous"]
            kind = "continuous variable"
            yield from unknown((*path, "baseline"), kind, [baseline], known)
        case AdverseEvents(severe_from=grade, minimum_percent=percent):
            if not 1 <= grade <= WORST_GRADE:
                what, remedy = f"grades run from 1 to {WORST_GRADE}", "write 3 for severe and worse"
                yield Contradiction((*path, "severe_from"), what, f"{grade}", remedy)
            if not 0 <= percent <= 100:  # noqa: PLR2004 - percent
                what, remedy = "a percentage lies between 0 and 100", "write 5 for 5%"
                yield Contradiction((*path, "minimum_percent"), what, f"{percent:g}", remedy)


def _roles(endpoint: TimeToEvent) -> Iterator[Contradiction]:
    path = ("endpoints", endpoint.id)
    roles = {
        "events": endpoint.events,
        "competing": endpoint.competing,
        "censoring": endpoint.censoring,
    }
    role_of: dict[str, str] = {}
    for role, happenings in roles.items():
        yield from repeated((*path, role), "name", happenings)
        for happening in dict.fromkeys(happenings):
            if happening in role_of:
                what = f"it stands under {role_of[happening]} as well"
                remedy = "keep it where it belongs: each happening has one role"
                yield Contradiction((*path, role, happening), what, repr(happening), remedy)
            role_of.setdefault(happening, role)
        if "censored" in happenings:
            what, remedy = "the word stands for no happening at all", "name what happens"
            yield Contradiction((*path, role, "censored"), what, "'censored'", remedy)


def _comparisons(protocol: Protocol) -> Iterator[Contradiction]:
    arms = [arm.id for arm in protocol.arms]
    controls = [arm.id for arm in protocol.arms if arm.role == "control"]
    if not protocol.comparisons and len(controls) > 1:
        remedy = "write `comparisons`, each with `experimental` and `control`"
        what = "comparisons can be derived only from a single control arm"
        yield Contradiction(("arms",), what, ", ".join(controls), remedy)
    for comparison in protocol.comparisons:
        path = ("comparisons", comparison.id)
        yield from unknown((*path, "experimental"), "arm", [comparison.experimental], arms)
        yield from unknown((*path, "control"), "arm", [comparison.control], arms)
        if comparison.experimental == comparison.control:
            what, remedy = "an arm is compared with itself", "name two arms"
            yield Contradiction((*path, "control"), what, repr(comparison.control), remedy)


def _analysis(protocol: Protocol) -> Iterator[Contradiction]:
    analysis = protocol.analysis
    if not 0 < analysis.alpha < LARGEST_ALPHA:
        remedy = _alpha_remedy(analysis.alpha)
        what = f"alpha is a proportion above 0 and below {LARGEST_ALPHA}"
        yield Contradiction(("analysis", "alpha"), what, f"{analysis.alpha:g}", remedy)
    if not LEAST_LEVEL <= analysis.level < 1:
        remedy = _level_remedy(analysis.level)
        what = f"level is a confidence from {LEAST_LEVEL} to below 1"
        yield Contradiction(("analysis", "level"), what, f"{analysis.level:g}", remedy)
    yield from categorical_only(protocol, ("analysis", "subgroups"), analysis.subgroups)
    variables = [variable.id for variable in protocol.variables]
    yield from unknown(("analysis", "baseline"), "variable", analysis.baseline, variables)
    yield from repeated(("analysis", "baseline"), "variable", analysis.baseline)
    landmarks = [f"{landmark:g}" for landmark in analysis.landmarks]
    yield from repeated(("analysis", "landmarks"), "landmark", landmarks)


def _alpha_remedy(alpha: float) -> str:
    if LARGEST_ALPHA <= alpha < 1:
        return f"a confidence of {alpha:g} is `level: {alpha:g}`; alpha is the error allowed"
    if 1 <= alpha <= 100 * LARGEST_ALPHA:
        return f"write {alpha / 100:g} for {alpha:g}%"
    return "write 0.025 (one-sided) or 0.05 (two-sided)"


def _level_remedy(level: float) -> str:
    if 0 < level < LEAST_LEVEL:
        return f"an error of {level:g} is `alpha: {level:g}`; its confidence is {1 - level:g}"
    if 100 * LEAST_LEVEL <= level < 100:  # noqa: PLR2004 - percent
        return f"write {level / 100:g} for {level:g}%"
    return "write 0.95 for 95%"

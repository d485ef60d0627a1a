"""Whether a trial can be run as its `conduct` says."""

from collections.abc import Iterator

from equipoise.protocol.coherence_rehearsal_scenarios import EVERYONE, scenario_contradictions
from equipoise.protocol.contradiction import Contradiction, unknown
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.rehearsal import (
    ArmDropping,
    ConductPromise,
    Enrichment,
    LookTrigger,
    SizeReestimation,
)
from equipoise.protocol.trial import Protocol

PATH = ("conduct",)
LARGEST_BLOCK = 1000
HALF, NOISE = 0.5, 1e-9


def rehearsal_contradictions(protocol: Protocol) -> Iterator[Contradiction]:
    """Find what cannot be rehearsed as written."""
    conduct = protocol.rehearsal.conduct
    if protocol.design is None:
        yield from _without_design(protocol)
        return
    yield from _randomization(protocol, conduct)
    yield from _looks(protocol, protocol.design, conduct)
    yield from _delays(protocol, conduct)
    yield from _adaptations(protocol, protocol.design, conduct)
    yield from scenario_contradictions(protocol)


def _without_design(protocol: Protocol) -> Iterator[Contradiction]:
    """Find a rehearsal of nothing."""
    rehearsal = protocol.rehearsal
    what = "a rehearsal needs a design: when the trial is looked at, and what is planned"
    remedy = "add `design` and `planning`, and an `effect` to a hypothesis, or delete it"
    if rehearsal.conduct != ConductPromise():
        yield Contradiction(PATH, what, "", remedy)
    if rehearsal.scenarios:
        yield Contradiction(("scenarios",), what, "", remedy)


def _randomization(protocol: Protocol, conduct: ConductPromise) -> Iterator[Contradiction]:
    path = (*PATH, "randomization")
    for block in conduct.block:
        if not 1 < block <= LARGEST_BLOCK:
            what = f"a block holds 2 to {LARGEST_BLOCK} patients"
            yield Contradiction((*path, "block"), what, f"{block}", "write 4, or another")
            continue
        total = sum(arm.allocation for arm in protocol.arms)
        shares = [block * arm.allocation / total if total > 0 else 0.0 for arm in protocol.arms]
        if any(abs(share - round(share)) > NOISE for share in shares):
            what = "a block holds whole numbers of patients of every arm"
            remedy = f"write a multiple of what the allocation needs, over {len(shares)} arms"
            yield Contradiction((*path, "block"), what, f"{block}", remedy)
    for name, weight in conduct.weights:
        where = (*path, "weights", name)
        yield from unknown(where, "stratum", [name], protocol.strata)
        if not weight >= 0:
            what, remedy = "a weight is 0 or more", "write 1, or another"
            yield Contradiction(where, what, f"{weight:g}", remedy)
    if not HALF <= conduct.probability <= 1:
        what, remedy = "a probability from 0.5 to 1 belongs here", "write 0.8, or another"
        here = (*path, "probability")
        yield Contradiction(here, what, f"{conduct.probability:g}", remedy)


def _looks(
    protocol: Protocol, design: DesignPromise, conduct: ConductPromise
) -> Iterator[Contradiction]:
    path = (*PATH, "looks")
    planned = len(design.looks.calendar or design.looks.information)
    if conduct.looks and len(conduct.looks) != planned:
        what = f"the design has {planned} look{'s' if planned > 1 else ''}"
        remedy = "write one entry for each, or change `design.looks`"
        yield Contradiction(path, what, f"{len(conduct.looks)}", remedy)
    for place, each in enumerate(conduct.looks):
        yield from _look(protocol, each, (*path, place), place)


def _look(
    protocol: Protocol, look: LookTrigger, path: tuple[str | int, ...], place: int
) -> Iterator[Contradiction]:
    told = (look.planned, look.events, look.calendar, look.patients, look.followed, look.after_look)
    if not any(each is not None and each is not False for each in told):
        what = "nothing says when this look is held"
        yield Contradiction(path, what, "", "write `events`, `calendar`, `patients` or `followed`")
    for key, count in (("events", look.events), ("patients", look.patients)):
        if count is not None and count < 1:
            what, remedy = f"a number of {key} is 1 or more", "write how many"
            yield Contradiction((*path, key), what, f"{count}", remedy)
    if (look.after_look is None) != (look.later is None):
        what, remedy = "`after_look` and `later` go together", "write both, or neither"
        yield Contradiction(path, what, "one of them", remedy)
    if look.after_look is not None and not 1 <= look.after_look <= place:
        what, remedy = "an earlier look is named here, counted from 1", "name one before this"
        yield Contradiction((*path, "after_look"), what, f"{look.after_look}", remedy)
    timed = [each.id for each in protocol.endpoints if isinstance(each, TimeToEvent)]
    yield from unknown((*path, "endpoint"), "endpoint with events", [look.endpoint or ""], timed)
    populations = [each.id for each in protocol.populations if each.id not in EVERYONE]
    yield from unknown((*path, "population"), "population", [look.population or ""], populations)
    yield from unknown((*path, "arms"), "arm", look.arms, [arm.id for arm in protocol.arms])


def _delays(protocol: Protocol, conduct: ConductPromise) -> Iterator[Contradiction]:
    timed = [each.id for each in protocol.endpoints if isinstance(each, TimeToEvent)]
    for endpoint, _ in conduct.reporting_delay:
        path = (*PATH, "reporting_delay", endpoint)
        yield from unknown(path, "endpoint with events", [endpoint], timed)


def _adaptations(
    protocol: Protocol, design: DesignPromise, conduct: ConductPromise
) -> Iterator[Contradiction]:
    looks = len(design.looks.calendar or design.looks.information)
    known = [each.id for each in protocol.hypotheses]
    yield from _closed(design, conduct)
    adaptations: dict[str, tuple[ArmDropping | SizeReestimation | Enrichment, ...]] = {
        "drop_arms": conduct.drop_arms,
        "reestimate_size": conduct.reestimate_size,
        "enrich": conduct.enrich,
    }
    for key, several in adaptations.items():
        for place, each in enumerate(several):
            path = (*PATH, key, place)
            if not 1 <= each.look < looks:
                what = f"the trial is adapted after a look before the last of {looks}"
                remedy = "name such a look, or plan one" if looks > 1 else "plan an earlier look"
                yield Contradiction((*path, "look"), what, f"{each.look}", remedy)
            match each:
                case ArmDropping():
                    yield from _drops(protocol, each, path, known)
                case SizeReestimation():
                    yield from _reestimates(each, path, known)
                case Enrichment():
                    yield from _enriches(protocol, each, path, known)


def _closed(design: DesignPromise, conduct: ConductPromise) -> Iterator[Contradiction]:
    """Find what a closed combination test cannot be asked together with."""
    if conduct.closed_test is None:
        return
    path = (*PATH, "closed_test")
    methods: list[str] = [each.method for each in conduct.drop_arms]
    methods += [each.method for each in conduct.reestimate_size]
    for method in methods:
        if method in {"all data", "promising zone"}:
            what = f"a closed combination test weighs stages, and {method!r} all data alike"
            yield Contradiction(path, what, conduct.closed_test, "write `method: inverse normal`")
    if design.sides != 1:
        what, remedy = "a closed combination test is one-sided", "write `alternative: one-sided`"
        yield Contradiction(path, what, conduct.closed_test, remedy)


def _drops(
    protocol: Protocol, each: ArmDropping, path: tuple[str | int, ...], known: list[str]
) -> Iterator[Contradiction]:
    experimental = sum(arm.role == "experimental" for arm in protocol.arms)
    if each.keep is None and each.below is None:
        what, remedy = "nothing says which arms are dropped", "write `keep: 1`, or `below: 0`"
        yield Contradiction(path, what, "", remedy)
    if each.keep is not None and not 1 <= each.keep < experimental:
        what = f"fewer than the {experimental} experimental arms are kept, and one at least"
        remedy = "write 1, or delete it" if experimental > 1 else "delete it: there is one arm"
        yield Contradiction((*path, "keep"), what, f"{each.keep}", remedy)
    yield from unknown((*path, "hypotheses"), "hypothesis", each.hypotheses, known)


def _reestimates(
    each: SizeReestimation, path: tuple[str | int, ...], known: list[str]
) -> Iterator[Contradiction]:
    yield from unknown((*path, "hypothesis"), "hypothesis", [each.hypothesis or ""], known)
    if not 0 < each.target < 1:
        what, remedy = "a power lies between 0 and 1", "write 0.9"
        yield Contradiction((*path, "target"), what, f"{each.target:g}", remedy)
    low, high = each.promising
    if not 0 <= low < high <= 1:
        what, remedy = "a range of power from a lower to a higher value", "write [0.3, 0.9]"
        yield Contradiction((*path, "promising"), what, f"{low:g}, {high:g}", remedy)
    if not each.most >= 1:
        what, remedy = "a size is raised, never lowered", "write 2 for twice the size planned"
        yield Contradiction((*path, "most"), what, f"{each.most:g}", remedy)


def _enriches(
    protocol: Protocol, each: Enrichment, path: tuple[str | int, ...], known: list[str]
) -> Iterator[Contradiction]:
    populations = [one.id for one in protocol.populations if one.id not in EVERYONE]
    yield from unknown((*path, "population"), "population", [each.population], populations)
    yield from unknown((*path, "full"), "hypothesis", [each.full], known)
    yield from unknown((*path, "subgroup"), "hypothesis", [each.subgroup], known)

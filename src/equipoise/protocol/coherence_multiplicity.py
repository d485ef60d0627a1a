"""Whether several hypotheses can share alpha as a protocol says."""

from collections.abc import Iterator

from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.planning import DesignPromise
from equipoise.protocol.trial import Hypothesis, Protocol

PATH = ("design", "multiplicity")


def multiplicity_contradictions(
    protocol: Protocol, promise: DesignPromise
) -> Iterator[Contradiction]:
    """Find what a rule for several hypotheses cannot do."""
    rule = promise.multiplicity
    if rule is None:
        return
    if rule.correlation is not None and not -1 < rule.correlation < 1:
        what, remedy = "a correlation lies between -1 and 1", "write 0.5, or another"
        yield Contradiction((*PATH, "correlation"), what, f"{rule.correlation:g}", remedy)
    if rule.procedure == "dunnett":
        yield from _one_control(protocol)
        yield from _looks(protocol, promise)


def _one_control(protocol: Protocol) -> Iterator[Contradiction]:
    """Find hypotheses that are not comparisons of one endpoint with one control."""
    path = (*PATH, "procedure")
    known = {each.id: each for each in protocol.comparisons}
    estimands = {each.id: each.endpoint for each in protocol.estimands}
    asked = [each for each in protocol.hypotheses if each.comparison in known]
    named = ", ".join(each.id for each in asked)
    elsewhere = "share alpha by holm, or by a graph"
    if len(asked) < 2:  # noqa: PLR2004 - one arm has none to share with
        what, remedy = "Dunnett's test compares several arms with one control", "delete it"
        yield Contradiction(path, what, named, remedy)
        return
    controls = {known[each.comparison].control for each in asked}
    experimental = [known[each.comparison].experimental for each in asked]
    if len(controls) > 1 or len(set(experimental)) < len(experimental):
        what = "Dunnett's test compares different arms, each once, with one control"
        yield Contradiction(path, what, named, elsewhere)
    if len({estimands.get(each.estimand) for each in asked}) > 1:
        what = "Dunnett's test is for one endpoint, and these hypotheses are of several"
        yield Contradiction(path, what, named, elsewhere)
    if len({each.test for each in asked}) > 1:
        what, remedy = "Dunnett's test compares all arms by one test", "write the same test"
        yield Contradiction(path, what, _tests(asked), remedy)


def _tests(hypotheses: list[Hypothesis]) -> str:
    return ", ".join(f"{each.id}: {each.test.method.value}" for each in hypotheses)


def _looks(protocol: Protocol, promise: DesignPromise) -> Iterator[Contradiction]:
    """Find looks at which the bounds of all arms together are not drawn."""
    if promise.looks.calendar:
        what = "bounds of several arms are drawn at fractions of the information"
        remedy = "give `information`, or share alpha by holm"
        yield Contradiction(("design", "looks", "calendar"), what, "times", remedy)
    if len(promise.looks.information) == 1:
        return
    if promise.sides == 2:  # noqa: PLR2004 - sides
        what = "over several looks Dunnett's bounds are one-sided"
        remedy = f"write `alternative: one-sided` and `alpha: {promise.alpha / 2:g}`, or use holm"
        yield Contradiction(("analysis", "alternative"), what, "two-sided", remedy)
    known = {each.id: each.experimental for each in protocol.comparisons}
    arms = {known.get(each.comparison) for each in protocol.hypotheses}
    sizes = {each.allocation for each in protocol.arms if each.id in arms}
    if len(sizes) > 1:
        what = "over several looks Dunnett's bounds are for experimental arms of equal size"
        found = ", ".join(f"{size:g}" for size in sorted(sizes))
        remedy = "give them the same allocation, or share alpha by holm"
        yield Contradiction((*PATH, "procedure"), what, found, remedy)

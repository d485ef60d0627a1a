"""What a protocol says that is allowed but unusual: worth a second look, never refused."""

from collections.abc import Iterator

from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.remarks_of_planning import planning_remarks
from equipoise.protocol.remarks_of_scenarios import scenario_remarks
from equipoise.protocol.trial import Alternative, Protocol

HALF, WHOLE = 0.025, 0.05  # the usual budgets, one-sided and two-sided


def remarks(protocol: Protocol) -> tuple[Contradiction, ...]:
    """Find what is unusual enough to be looked at twice."""
    return (*_alpha(protocol), *planning_remarks(protocol), *scenario_remarks(protocol))


def _alpha(protocol: Protocol) -> Iterator[Contradiction]:
    """Remark on a budget that is usual for the other sidedness."""
    alpha, alternative = protocol.analysis.alpha, protocol.analysis.alternative
    one_sided = alternative is Alternative.ONE_SIDED
    path, found = ("analysis", "alpha"), f"{alpha:g} {alternative.value}"
    if one_sided and alpha == WHOLE:
        what = f"a one-sided alpha of {WHOLE} is as lenient as a two-sided one of {2 * WHOLE:g}"
        remedy = f"usual are {HALF} one-sided and {WHOLE} two-sided: keep it if it is meant so"
        yield Contradiction(path, what, found, remedy)
    elif not one_sided and alpha == HALF:
        what = f"a two-sided alpha of {HALF} is as strict as a one-sided one of {HALF / 2:g}"
        remedy = f"usual are {WHOLE} two-sided and {HALF} one-sided: keep it if it is meant so"
        yield Contradiction(path, what, found, remedy)

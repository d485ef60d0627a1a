"""What operating characteristics show of themselves at the prompt."""

from collections.abc import Iterator

from equipoise.design.printing import Cell, short, table
from equipoise.simulate.characteristics.characteristics import (
    HypothesisCharacteristics,
    LookCharacteristics,
    OperatingCharacteristics,
)
from equipoise.simulate.characteristics.monte_carlo import Mean, Probability, Spread


def shown_characteristics(found: OperatingCharacteristics) -> Iterator[str]:
    """Write a headline, a line a hypothesis and a table of the looks."""
    asked = found.asked
    ended = ", interrupted" if found.partial else ""
    yield f"{asked.design} in {asked.scenario}: {found.trials:,} trials{ended}, seed {asked.seed}"
    if len(found.hypotheses) > 1:
        some = "" if found.together else f"at least one primary {with_error(found.at_least_one)}, "
        every = "all co-primary" if found.together else "all"
        yield f"  {some}{every} {with_error(found.all_primary)}"
    if found.familywise_error is not None:
        yield f"  family-wise error {with_error(found.familywise_error)}"
    for each in found.hypotheses:
        yield f"  {each.hypothesis}: {', '.join(_hypothesis(each))}"
    yield from _what_it_takes(found)
    yield from table(_looks(found))


def _what_it_takes(found: OperatingCharacteristics) -> Iterator[str]:
    named = {"duration": found.duration, "patients": found.patients}
    for name, events in zip(found.endpoints, found.events, strict=True):
        named[f"{name} events"] = events
    told = "; ".join(f"{name} {_spread(each)}" for name, each in named.items() if each is not None)
    yield f"  {told or 'no trial ever came to a look'}"
    ended = sum(look.ended.count for look in found.looks)
    if 0 < ended < found.trials:
        yield f"  {found.trials - ended:,} trials never came to a look and count in none of these"


def with_error(chance: Probability | Mean) -> str:
    """Write a number with its standard error.

    >>> from equipoise.simulate.characteristics.monte_carlo import probability
    >>> with_error(probability(820, 1000))
    '0.82 ± 0.012'
    """
    return f"{short(chance.value)} ± {chance.error:.2g}"


def _spread(found: Spread) -> str:
    low, high = found.quantiles[0].value, found.quantiles[-1].value
    return f"{with_error(found.mean)} ({short(low)} to {short(high)} in 90%)"


def _hypothesis(each: HypothesisCharacteristics) -> Iterator[str]:
    yield f"{'type I error' if each.null else 'power'} {with_error(each.power)}"
    if each.futility.count:
        yield f"futility {with_error(each.futility)}"
    if each.naive is not None and each.naive.bias is not None:
        yield f"bias {with_error(each.naive.bias)}"
    if each.naive is not None and each.naive.coverage is not None:
        yield f"coverage {with_error(each.naive.coverage)}"
    if each.wrong_efficacy is not None:
        yield f"wrong direction {with_error(each.wrong_efficacy)}"


def _looks(found: OperatingCharacteristics) -> dict[str, list[Cell]]:
    columns: dict[str, list[Cell]] = {
        "look": [str(look.look) for look in found.looks],
        "came to": [f"{look.came_to.value:.4f}" for look in found.looks],
        "ended": [f"{look.ended.value:.4f}" for look in found.looks],
        "never due": [_share_never(look) for look in found.looks],
        "time": [_value(look.at_look.time) for look in found.looks],
        "patients": [_value(look.at_look.patients) for look in found.looks],
    }
    for at, name in enumerate(found.endpoints):
        events = [look.at_look.events[at] for look in found.looks]
        columns[f"{name} events"] = [_value(each) for each in events]
    for each in found.hypotheses:
        columns[f"{each.hypothesis} rejected"] = [f"{v.efficacy.value:.4f}" for v in each.by_look]
    return columns


def _share_never(look: LookCharacteristics) -> Cell:
    """Tell how often what a look waits for never comes true, where that happens."""
    never = 1.0 - look.condition_met.value
    return f"{never:.4f}" if never else None


def _value(average: Mean | None) -> Cell:
    return None if average is None else f"{average.value:.2f}"

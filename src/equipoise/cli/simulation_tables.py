"""A rehearsal as tables of the terminal: decisions, what a trial takes, looks, estimates.

Values stand in one line each; a chance that never came up, or always did, has its 95% limit in
place of an error that would be none.
"""

from collections.abc import Iterator, Sequence

from equipoise.cli.table_layout import NONE, Cells
from equipoise.design.wording.numbers import Clock, decimal
from equipoise.protocol.endpoints import Binary
from equipoise.report.simulation.context import SimulationContext
from equipoise.report.simulation.printing import SHARE, with_error
from equipoise.simulate.characteristics.characteristics import (
    HypothesisCharacteristics,
    LookCharacteristics,
    OperatingCharacteristics,
)
from equipoise.simulate.characteristics.monte_carlo import Mean, Probability, Spread
from equipoise.simulate.replays.trial import TrialSimulation

FEW = 2  # results whose looks are all told without being asked


def decided(found: TrialSimulation) -> Cells:
    """Tell how often each hypothesis is rejected: a row for each scenario and design."""
    names = [each.hypothesis for each in found.simulation.asked.designs[0].conduct.tested]
    several_primary = _primaries(found) > 1
    rows = []
    for scenario, result in _rows(found):
        known = {each.hypothesis: each for each in result.hypotheses}
        cells = [with_error(known[name].power, None) if name in known else NONE for name in names]
        both = (result.at_least_one, result.all_primary) if several_primary else ()
        cells += [with_error(each, None) for each in both]
        rows.append(
            [*_named(found, scenario, result), *cells, with_error(result.familywise_error, None)]
        )
    header = [
        *_head(found),
        *(f"{name} rejected" for name in names),
        *(("some primary", "all primary") if several_primary else ()),
        "family-wise error",
    ]
    return _cells(found, "How the trial ends, % of trials", header, rows)


def taken(found: TrialSimulation, clock: Clock) -> Cells:
    """Tell what a trial takes: a row for each scenario and design."""
    main = _main_endpoint(found)
    rows = []
    for scenario, result in _rows(found):
        events = result.events[result.endpoints.index(main)] if main in result.endpoints else None
        rows.append(
            [
                *_named(found, scenario, result),
                _mean(events),
                _mean(result.patients),
                _mean(result.duration, clock.factor),
                _range(result.duration, clock.factor),
            ]
        )
    counted = NONE if main is None else events_of(found, main)
    header = [*_head(found), counted, "patients", clock.units, f"{clock.units}, 90% of trials"]
    return _cells(found, "What it takes, on average", header, rows)


def events_of(found: TrialSimulation, endpoint: str) -> str:
    """Say what is counted of an endpoint: events, or answers of yes."""
    known = found.protocol.endpoint(endpoint)
    return f"{endpoint} {'yes' if isinstance(known, Binary) else 'events'}"


def differences(found: TrialSimulation, clock: Clock) -> Iterator[Cells]:
    """Compare further designs with the protocol's own, trial by trial."""
    plan = found.simulation.asked
    own, *others = [each.name for each in plan.designs]
    primaries = ("at least one primary", "all primary")
    told = {"duration": clock.units, "patients": "patients", primaries[0]: "some primary rejected"}
    told[primaries[1]] = "all primary rejected"
    rows = []
    for at, row in enumerate(found.simulation.results):
        for other in others if row else ():
            for each in found.simulation.differences(plan.scenarios[at].name, other, own):
                if each.quantity in primaries and _primaries(found) == 1:
                    continue
                scale = {"duration": clock.factor, "patients": 1.0}.get(each.quantity, SHARE)
                rows.append(
                    [
                        found.rehearsals[at].scenario.label,
                        other,
                        told.get(each.quantity, f"{each.quantity} rejected"),
                        f"{each.value * scale:+.2f} ± {each.error * scale:.2f}",
                    ]
                )
    if rows:
        header = ["Scenario", "Design", "", f"more than {own}"]
        yield Cells(f"What other designs have more than {own}, on the same patients", header, rows)


def by_look(found: TrialSimulation, clock: Clock, *, every: bool) -> Iterator[Cells]:
    """Tell the looks of the first scenario, or of all where they are few or asked for."""
    results = list(_rows(found))
    if not every and len(results) > FEW:
        results = results[:1]
    for scenario, result in results:
        name = ", design ".join(_named(found, scenario, result))
        yield _looks(found, result, name, clock)


def looks_left_out(found: TrialSimulation) -> bool:
    """Say whether there are more looks than are told without being asked for."""
    return sum(1 for _ in _rows(found)) > FEW


def estimates(found: TrialSimulation) -> Iterator[Cells]:
    """Tell bias and coverage of the estimates at the end; nothing where they are not known."""
    context = SimulationContext(found)
    several = len(context.hypotheses) > 1
    rows = []
    for scenario, result in _rows(found):
        for each in result.hypotheses:
            effect = context.effect(each.hypothesis)
            factor = 1.0 if effect.ratio else effect.factor
            for kind, told in (("naive", each.naive), ("adjusted", each.adjusted)):
                if told is None or (told.bias is None and told.coverage is None):
                    continue
                cells = [*([each.hypothesis] if several else []), kind, _signed(told.bias, factor)]
                cells += [with_error(told.coverage, None), with_error(each.wrong_side, None)]
                rows.append([*_named(found, scenario, result), *cells])
    if not rows:
        return
    ratio = any(context.effect(each).ratio for each in context.hypotheses)
    header = [*_head(found), *(["of"] if several else []), "estimate", "bias", "coverage"]
    title = f"The estimate at the end{' (of a ratio: its logarithm)' if ratio else ''}"
    yield _cells(found, title, [*header, "wrong side"], rows)


def _signed(found: Mean | None, factor: float) -> str:
    if found is None:
        return NONE
    return f"{found.value * factor:+.3f} ± {found.error * factor:.3f}"


def _cells(
    found: TrialSimulation, title: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> Cells:
    return Cells(title, header, rows, tuple(range(len(_head(found)))), unbroken=True)


def _rows(found: TrialSimulation) -> Iterator[tuple[int, OperatingCharacteristics]]:
    for at, row in enumerate(found.simulation.results):
        for each in row:
            yield at, each


def _head(found: TrialSimulation) -> list[str]:
    return ["Scenario", "Design"] if len(found.simulation.asked.designs) > 1 else ["Scenario"]


def _named(found: TrialSimulation, at: int, result: OperatingCharacteristics) -> list[str]:
    name = found.rehearsals[at].scenario.label
    return [name, result.asked.design] if len(_head(found)) > 1 else [name]


def _primaries(found: TrialSimulation) -> int:
    rules = found.simulation.asked.designs[0].conduct.stopping
    return len(rules.primary or rules.hypotheses)


def _main_endpoint(found: TrialSimulation) -> str | None:
    first = next((row[0] for row in found.simulation.results if row), None)
    if first is None:
        return None
    counted = [n for n, each in zip(first.endpoints, first.events, strict=True) if each is not None]
    lead = found.design.main
    if lead is not None and lead.endpoint in counted:
        return lead.endpoint
    return counted[0] if counted else None


def _looks(
    found: TrialSimulation, result: OperatingCharacteristics, title: str, clock: Clock
) -> Cells:
    hypotheses = result.hypotheses
    without = [each for each in hypotheses if any(v.futility.count for v in each.by_look[:-1])]
    harmful = [each for each in hypotheses if each.harm.count]
    header = [
        "Look",
        *(["held"] if len(hypotheses) == 1 else []),  # what has not ended before
        clock.units,
        "patients",
        *(
            events_of(found, name)
            for name, each in zip(result.endpoints, result.events, strict=True)
            if each
        ),
        *(f"{each.hypothesis} shown" for each in hypotheses),
        *(f"{each.hypothesis} not shown" for each in without),
        *(f"{each.hypothesis} harm" for each in harmful),
        "ends",
    ]
    rows = [_look(result, look, without, harmful, clock) for look in result.looks]
    return Cells(f"{title}: look by look, percent of all trials", header, rows, unbroken=True)


def _look(
    result: OperatingCharacteristics,
    look: LookCharacteristics,
    without: list[HypothesisCharacteristics],
    harmful: list[HypothesisCharacteristics],
    clock: Clock,
) -> list[str]:
    at, place = look.at_look, look.look - 1
    return [
        str(look.look),
        *([_percent(look.came_to)] if len(result.hypotheses) == 1 else []),
        _value(at.time, clock.factor),
        _value(at.patients),
        *(_value(each) for each, told in zip(at.events, result.events, strict=True) if told),
        *(_percent(each.by_look[place].efficacy) for each in result.hypotheses),
        *(_percent(each.by_look[place].futility) for each in without),
        *(_percent(each.by_look[place].harm) for each in harmful),
        _percent(look.ended),
    ]


def _percent(found: Probability) -> str:
    return f"{found.value * SHARE:.1f}"


def _value(found: Mean | None, factor: float = 1.0) -> str:
    return NONE if found is None else decimal(found.value * factor, 1)


def _mean(found: Spread | None, factor: float = 1.0) -> str:
    return NONE if found is None else decimal(found.mean.value * factor, 1)


def _range(found: Spread | None, factor: float) -> str:
    if found is None:
        return NONE
    low, high = found.quantiles[0].value * factor, found.quantiles[-1].value * factor
    return f"{decimal(low, 1)} to {decimal(high, 1)}"

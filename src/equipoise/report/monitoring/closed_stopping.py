"""What stopping now costs and saves: the claim given up, against patients, events and time."""

from equipoise.report.document import Block, Callout, Row, Section, Table
from equipoise.report.format import decimal, percent, sentence
from equipoise.report.monitoring.closed_rest_context import RestContext, mean_cell, with_error
from equipoise.report.plain_words import lowered
from equipoise.simulate.monitored.monitored import ForetoldRest
from equipoise.simulate.rest.values import RestOfTrial


def stopping_section(context: RestContext) -> Section | None:
    """Set what stopping now gives up against what it saves; None where nothing was simulated."""
    if not context.known:
        return None
    each, rest = context.known[0]
    blocks: list[Block] = [Callout(_sentence(context, each, rest), "note"), _table(context)]
    return Section("rest-stopping", "What stopping now costs and saves", tuple(blocks))


def _sentence(context: RestContext, each: ForetoldRest, rest: RestOfTrial) -> str:
    """Tell it in one sentence, under the first model."""
    now, clock = rest.stopping_now, context.clock
    said = (
        f"If the rest of the trial goes {_as(each)}, stopping now gives up a "
        f"{percent(now.claim.value)}% chance (Monte Carlo error {percent(now.claim.error)} points) "
        f"of claiming {rest.leading}, and saves on average {_number(now.patients.mean.value)} "
        f"patients still to be randomized and {_number(now.events.mean.value)} events still to "
        "come"
    )
    if now.time is None:
        return f"{said}; no later look would be held."
    return f"{said}, over {clock.show(now.time.mean.value)} {clock.units}."


def _as(each: ForetoldRest) -> str:
    words = lowered(each.label)
    return words if words.startswith("as ") else f"by “{words}”"


def _number(value: float) -> str:
    return decimal(value, 1)


def _table(context: RestContext) -> Table:
    clock = context.clock
    rows = []
    for each, rest in context.known:
        now = rest.stopping_now
        rows.append(
            Row(
                (
                    sentence(each.label),
                    with_error(now.claim),
                    mean_cell(now.patients, _number),
                    mean_cell(now.events, _number),
                    mean_cell(now.time, clock.show_finely),
                ),
                strong=each.id == "posterior",
            )
        )
    leading = context.known[0][1].leading
    return Table(
        id="rest-stopping-table",
        title="What stopping now costs and saves, by model",
        header=(
            "Hazards from now on",
            f"Given up: chance to claim {leading}",
            "Saved: patients",
            "Saved: events",
            f"Saved: {clock.units}",
        ),
        rows=tuple(rows),
        footnotes=(
            (
                "Chance ± Monte Carlo standard error; else mean ± Monte Carlo standard error "
                "(5% to 95%)."
            ),
            (
                "Against going on by the rules, which may end the trial at any later look. "
                "Patients: still to be randomized. Events: still to come, of the endpoint of "
                f"{leading}."
            ),
        ),
    )

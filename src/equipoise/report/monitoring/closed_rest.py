"""The rest of the trial: what it may still bring, when, and what stopping now costs and saves."""

from collections.abc import Iterator

from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import count, footnote, sentence
from equipoise.report.monitoring.closed_dates import dates_section
from equipoise.report.monitoring.closed_names import under_letters
from equipoise.report.monitoring.closed_rest_context import RestContext, with_error
from equipoise.report.monitoring.closed_rest_looks import looks_section
from equipoise.report.monitoring.closed_stopping import stopping_section
from equipoise.report.monitoring.open_context import NONE
from equipoise.simulate.monitored.monitored import MonitoredTrial

MODELS = {
    "posterior": (
        "hazards by arm as the patients at hand tell them, uncertainty included: predictive power"
    ),
    "design": "the design's hazards and effect: conditional power as designed",
    "null": "the design's control hazards in every arm: conditional power without an effect",
}
SCENARIO = "the hazard ratio of a scenario of the protocol, from randomization on"
ENDED = "The rules stop the trial at this look: no rest of it is simulated."


def rest_sections(result: MonitoredTrial) -> tuple[Section, ...]:
    """Write what is foretold of the rest; nothing where the look is of numbers alone."""
    if result.cut is None:
        return ()
    context = RestContext(result)
    inner = [
        _power_section(context),
        looks_section(context),
        stopping_section(context),
        dates_section(context),
        _conventions(context),
    ]
    told = tuple(each for each in inner if each is not None)
    return (Section("rest", "The rest of the trial", tuple(_about(context)), told),)


def _about(context: RestContext) -> Iterator[Block]:
    """Say how the rest is simulated, or why it is not."""
    result = context.result
    if result.look is not None and result.look.stop and not result.rests:
        yield Callout(ENDED, "note")
    elif not result.rests:
        why = result.why_no_forecast or "Nothing was asked of it."
        yield Callout(f"The rest of the trial is not simulated. {why}", "note")
    if not context.known:
        return
    first = context.known[0][1]
    obeyed = "obeyed" if first.futility_obeyed else "not obeyed: the trial goes on past it"
    yield Paragraph(
        f"The rest of the trial is simulated {count(first.replicates)} times under each model "
        "below, from the patients at hand with their follow-up so far and those still to come; "
        f"every later look is held by the rules. Futility bounds are {obeyed}. Numbers are given "
        f"with their Monte Carlo standard errors (seed {first.seed})."
    )


def _power_section(context: RestContext) -> Section | None:
    """Tell how likely each hypothesis is claimed by the end, by model."""
    if not context.result.rests:
        return None
    names = context.hypotheses
    rows = []
    for each in context.result.rests:
        label = sentence(each.label)
        if each.rest is None:
            rows.append(Row((label, *(NONE for _ in names for _ in (0, 1)))))
            continue
        found = {one.hypothesis: one for one in each.rest.hypotheses}
        cells: list[str] = []
        for name in names:
            one = found.get(name)
            cells.append(NONE if one is None else with_error(one.power))
            cells.append(NONE if one is None or one.alone is None else with_error(one.alone))
        rows.append(Row((label, *cells), strong=each.id == "posterior"))
    heads = [
        head
        for name in names
        for head in (f"{name}: claimed\nby the end", f"{name}: at its\nlevel alone")
    ]
    blocks: list[Block] = []
    if names:
        blocks.append(
            Table(
                id="rest-power",
                title="Chance that each hypothesis is claimed by the end, by model",
                header=("Hazards from now on", *heads),
                rows=tuple(rows),
                footnotes=(
                    (
                        "Chance ± Monte Carlo standard error. Claimed by the end: by the rules of "
                        "all hypotheses simulated. At its level alone: at the alpha it has now, by "
                        "itself."
                    ),
                    *(f"{sentence(label)}: {MODELS.get(key, SCENARIO)}."
                      for key, label in context.models),
                    *_left_out(context),
                ),
            )
        )  # fmt: skip
    blocks += [
        Callout(f"{sentence(each.label)}: not simulated. {_why(context, each.why_not)}", "note")
        for each in context.result.rests
        if each.rest is None
    ]
    return Section("rest-power-section", "Predictive and conditional power", tuple(blocks))


def _why(context: RestContext, why: str) -> str:
    return under_letters(context.result, footnote(why))


def _left_out(context: RestContext) -> tuple[str, ...]:
    """Say which hypotheses are not simulated, under which models, and why."""
    told: dict[str, list[str]] = {}
    for each, rest in context.known:
        for name, why in rest.left_out:
            told.setdefault(f"{name}: {why}", []).append(sentence(each.label))
    return tuple(
        footnote(under_letters(context.result, f"Not simulated ({'; '.join(models)}): {said}"))
        for said, models in told.items()
    )


def _conventions(context: RestContext) -> Section | None:
    """State what each model assumes."""
    told: dict[str, list[str]] = {}
    for each, rest in context.known:
        for line in rest.assumed:
            told.setdefault(" ".join(footnote(line).split()), []).append(sentence(each.label))
    if not told:
        return None
    everyone = len(context.known)
    rows = tuple(
        Row(
            (
                "Every model" if len(models) == everyone else "; ".join(models),
                under_letters(context.result, line),
            )
        )
        for line, models in told.items()
    )
    table = Table(
        id="rest-conventions",
        title="What the models assume",
        header=("Model", "Assumption"),
        rows=rows,
        prose=(1,),
    )
    return Section("rest-assumed", "What is assumed of the rest", (table,))

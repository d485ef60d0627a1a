"""The looks to come: how likely each bound is crossed there, and where z and the effect may end."""

from collections.abc import Iterator
from math import exp

from equipoise.report.document import Block, Figure, Row, Section, Table
from equipoise.report.figures.rehearsal_decisions import Decided, DecisionPanel
from equipoise.report.figures.rehearsal_frame import FigureText, Group
from equipoise.report.figures.rehearsal_spread import Box, SpreadPanel, spread_figure
from equipoise.report.figures.rest_of_trial import RestPanel, rest_figure
from equipoise.report.format import count, decimal, percent, sentence
from equipoise.report.monitoring.closed_rest_context import RestContext, spread_cell, with_error
from equipoise.report.plain_text import slug
from equipoise.simulate.characteristics.monte_carlo import Spread
from equipoise.simulate.rest.values import HypothesisRest, LookToCome, RestOfTrial


def looks_section(context: RestContext) -> Section | None:
    """Write the looks to come; None where none was simulated."""
    if not any(one.looks for _, rest in context.known for one in rest.hypotheses):
        return None
    blocks: list[Block] = [_decisions(context)]
    for name in context.hypotheses:
        blocks += [_crossings(context, name), _ends(context, name)]
    blocks.insert(1, _spreads(context))
    return Section("rest-looks", "The looks to come", tuple(blocks))


def _leading(rest: RestOfTrial) -> HypothesisRest:
    return rest.of(rest.leading)


def _decisions(context: RestContext) -> Figure:
    panels, told = [], []
    for each, rest in context.known:
        lead = _leading(rest)
        decided, words = list(_so_far(lead.looks)), []
        for look, by_now in zip(lead.looks, decided, strict=True):
            words.append(
                f"look {look.look}: efficacy {percent(by_now.efficacy)}%, without "
                f"{percent(by_now.futility)}%"
            )
        told.append(f"{sentence(each.label)}: {'; '.join(words)}.")
        below = tuple(_information(look) for look in lead.looks)
        panel = DecisionPanel(sentence(each.label), tuple(decided), below)
        panels.append(RestPanel(panel, tuple(look.look for look in lead.looks)))
    name = context.known[0][1].leading
    return rest_figure(
        panels,
        f"Look, and its median {_counted(context, name)}",
        FigureText(
            identifier="rest-decisions",
            title=f"{name}: what is decided by each look to come",
            alternative_text=f"Decided by each look to come, of {name}. {' '.join(told)}",
            footnotes=(
                (
                    "A part of a bar is all that is decided at that look or before it, from now "
                    "on, of all trials simulated."
                ),
            ),
        ),
    )


def _so_far(looks: tuple[LookToCome, ...]) -> Iterator[Decided]:
    """Add up what is decided, look by look."""
    efficacy = futility = harm = 0.0
    for look in looks:
        efficacy += look.efficacy.value
        futility += look.futility.value
        harm += look.harm.value
        yield Decided(efficacy, futility, harm)


def _information(look: LookToCome) -> str:
    return "" if look.information is None else decimal(look.information.median, 0)


def _counted(context: RestContext, name: str) -> str:
    seen = context.result.hypothesis(name).seen.counted
    return "information" if seen == "variance" else seen


def _crossings(context: RestContext, name: str) -> Table:
    """Give the chance of every ending at every look, model by model."""
    known = [
        (each, one)
        for each, rest in context.known
        for one in rest.hypotheses
        if one.hypothesis == name
    ]
    harm = any(look.harm.count for _, one in known for look in one.looks)
    rows = []
    for each, one in known:
        rows.append(Row((sentence(each.label), *("" for _ in range(5 + harm)))))
        for look in one.looks:
            ends = [look.efficacy, look.futility, *([look.harm] if harm else [])]
            median = spread_cell(look.information, lambda value: decimal(value, 0))
            cells = [f"Look {look.look}", median, spread_cell(look.z, _z), with_error(look.tested)]
            rows.append(Row((*cells, *map(with_error, ends)), 1))
    label = next(one.label for _, one in known)
    return Table(
        id=f"rest-crossings-{slug(name)}",
        title=f"{name}: chance of crossing a bound at each look to come",
        header=(
            "Model and look",
            _counted(context, name).capitalize(),
            "z",
            "Tested",
            "Efficacy",
            "Futility, or ends without",
            *(["Harm"] if harm else []),
        ),
        rows=tuple(rows),
        footnotes=(
            f"{name}: {label}." if label != name else f"{name}.",
            (
                "Information and z: median (5% to 95%), as if the trial were not stopped before. "
                "Chances ± Monte Carlo standard error, of first crossings, of all trials simulated."
            ),
            "Tested: the trial comes to the look with the hypothesis undecided and alpha for it.",
        ),
    )


def _z(value: float) -> str:
    return decimal(value, 2)


def _ends(context: RestContext, name: str) -> Table:
    """Give z, effect and date of the last look, were no trial stopped before."""
    show, scale = context.effect(name), context.scale(name)
    measure = "Effect" if scale is None else sentence(scale.measure)
    rows = []
    for each, rest in context.known:
        for one in rest.hypotheses:
            if one.hypothesis != name or not one.looks:
                continue
            last = one.looks[-1]
            rows.append(
                Row(
                    (
                        sentence(each.label),
                        count(last.look),
                        spread_cell(last.z, _z),
                        spread_cell(last.effect, show),
                        spread_cell(last.time, context.clock.show),
                    )
                )
            )
    return Table(
        id=f"rest-final-{slug(name)}",
        title=f"{name}: where the last look may find the trial",
        header=(
            "Model",
            "Look",
            "z",
            measure,
            f"{context.clock.units.capitalize()} since the first randomization",
        ),
        rows=tuple(rows),
        footnotes=(
            "Median (5% to 95%), as if no trial were stopped before.",
            "Effects are as the hypothesis states them, experimental against control.",
        ),
    )


def _spreads(context: RestContext) -> Figure:
    """Draw final z, final effect and how long the trial goes on, by model."""
    leads = [_leading(rest) for _, rest in context.known]
    name = leads[0].hypothesis
    scale, clock = context.scale(name), context.clock
    log = scale is not None and scale.scale == "log"
    lasts = [one.looks[-1] if one.looks else None for one in leads]
    stops = [rest.stopping_now.time for _, rest in context.known]
    panels = [
        SpreadPanel(
            "z",
            "at the last look",
            tuple(None if each is None else _box(each.z) for each in lasts),
            null=0.0,
        ),
        SpreadPanel(
            "Effect" if scale is None else sentence(scale.measure),
            "at the last look",
            tuple(None if each is None else _box(each.effect, log=log) for each in lasts),
            ratio=log,
            null=1.0 if log else 0.0,
        ),
        SpreadPanel(
            f"{clock.units.capitalize()} from now",
            "until the rules end the trial",
            tuple(_box(each, factor=clock.factor) for each in stops),
        ),
    ]
    told = [
        f"{sentence(each.label)}: z {spread_cell(last.z, _z)}, effect "
        f"{spread_cell(last.effect, context.effect(name))}, ends after "
        f"{spread_cell(rest.stopping_now.time, clock.show)} {clock.units}."
        for (each, rest), last in zip(context.known, lasts, strict=True)
        if last is not None
    ]
    return spread_figure(
        [Group(sentence(each.label)) for each, _ in context.known],
        panels,
        FigureText(
            identifier="rest-final",
            title=f"{name}: where the last look may find the trial, and when it ends",
            alternative_text=f"Median (5% to 95%), by model. {' '.join(told)}",
            footnotes=(
                (
                    "z and effect as if no trial were stopped before the last look; the time by "
                    "the rules. The dotted line is no effect; the mean of ratios is geometric."
                ),
            ),
        ),
    )


def _box(spread: Spread | None, *, log: bool = False, factor: float = 1.0) -> Box | None:
    if spread is None:
        return None

    def told(value: float) -> float:
        return exp(value) if log else value * factor

    five = [told(each.value) for each in spread.quantiles]
    mean = told(spread.mean.value)
    return Box((five[0], five[1], five[2], five[3], five[4]), mean)

"""What is decided by which look, and how often: figures over all scenarios."""

from collections.abc import Iterator, Sequence

from equipoise.report.document import Block, Figure, Paragraph, Section
from equipoise.report.figures.rehearsal_decisions import Decided, DecisionPanel, decisions_figure
from equipoise.report.figures.rehearsal_frame import FigureText, Group
from equipoise.report.figures.rehearsal_power import Chance, chances_figure
from equipoise.report.format import percent
from equipoise.report.simulation.context import Played, SimulationContext, anchor
from equipoise.simulate.characteristics.characteristics import HypothesisCharacteristics
from equipoise.simulate.characteristics.monte_carlo import Probability, probability

MOST_PANELS = 6  # of a figure: what a page holds
MOST_DRAWN = 12  # with more, only the protocol's own design is drawn look by look
NUMBERS = "Numbers in the bars are rounded percentages; parts below 8% carry none."
ENDED = (
    "Futile, or ended without: stopped for futility; at the last look, all that was not shown. "
    "Not decided yet: also where the trial ended by then for another hypothesis."
)


def decisions_section(context: SimulationContext) -> Section | None:
    """Write the chances of every decision, then look by look; None where nothing was played."""
    if not context.played:
        return None
    blocks: list[Block] = []
    for name in context.primary:
        blocks += [power_figure_of(context, name), *by_look_figures(context, name)]
    told = (
        "Each trial ends in one of few ways. The marks below tell how often, in each scenario; "
        "the bars tell by when. A bar is all trials at one look: what has been shown, what has "
        "been given up, and what is open."
    )
    return Section("decisions", "What is decided, and when", (Paragraph(told), *blocks))


def groups_of(context: SimulationContext, played: Sequence[Played]) -> tuple[Group, ...]:
    """Put the rows of each scenario together."""
    scenarios = dict.fromkeys(each.scenario for each in played)
    return tuple(
        Group(
            context.scenario(at).label,
            tuple(each.design_name for each in played if each.scenario == at)
            if context.several
            else ("",),
        )
        for at in scenarios
    )


def power_figure_of(context: SimulationContext, name: str) -> Figure:
    """Draw the chance of every decision on a hypothesis."""
    played = [each for each in context.played if each.hypothesis(name) is not None]
    chances = [tuple(_chances(each.hypothesis(name))) for each in played]
    told = "; ".join(
        f"{context.of(each)}: "
        + ", ".join(
            f"{one.decision.lower()} {percent(one.value)}% "
            f"({percent(one.lower)} to {percent(one.upper)})"
            for one in row
        )
        for each, row in zip(played, chances, strict=True)
    )
    return chances_figure(
        groups_of(context, played),
        chances,
        FigureText(
            identifier=anchor(name, "chances-plot"),
            title=f"{context.name(name)}: the chance of each decision, by scenario",
            alternative_text=f"Chance of each decision with 95% Monte Carlo limits. {told}.",
            footnotes=("Lines: 95% Monte Carlo limits (Wilson), often narrower than the mark.",),
        ),
    )


def _chances(found: HypothesisCharacteristics | None) -> Iterator[Chance]:
    if found is None:
        return
    without = _without(found)
    yield _chance("Efficacy shown", found.power)
    yield _chance("Futile, or ended without", without)
    if found.harm.count:
        yield _chance("Harm", found.harm)


def _chance(decision: str, found: Probability) -> Chance:
    return Chance(decision, found.value, found.lower, found.upper)


def _without(found: HypothesisCharacteristics) -> Probability:
    """Count what was neither shown nor harmful; efficacy and this add to 1 without harm."""
    trials = found.power.trials
    rest = probability(trials - found.power.count - found.harm.count, trials)
    assert rest is not None  # noqa: S101 - there are trials
    return rest


def panelled(context: SimulationContext, name: str) -> list[list[Played]]:
    """Choose what is drawn look by look, a figure of a few panels at a time."""
    played = [each for each in context.played if each.hypothesis(name) is not None]
    if len(played) > MOST_DRAWN:
        played = [each for each in played if each.design == 0] or played
    parts = -(-len(played) // MOST_PANELS)
    size = -(-len(played) // (2 * max(parts, 1))) * 2  # two panels in a row
    return [played[at : at + size] for at in range(0, len(played), max(size, 1))]


def by_look_figures(context: SimulationContext, name: str) -> Iterator[Figure]:
    """Draw what has been decided by each look."""
    figures = panelled(context, name)
    for number, played in enumerate(figures, start=1):
        panels = [
            DecisionPanel(context.of(each), decided_of(each, name), look_times(context, each))
            for each in played
        ]
        part = f", part {number} of {len(figures)}" if len(figures) > 1 else ""
        suffix = () if number == 1 else (str(number),)
        yield decisions_figure(
            panels,
            f"Look, and its {context.clock.unit} on average",
            FigureText(
                identifier=anchor(name, "decisions-plot", *suffix),
                title=f"{context.name(name)}: decided by each look, % of all trials{part}",
                alternative_text=f"What is decided by each look. {told_by_look(panels)}.",
                footnotes=(NUMBERS, ENDED, *_left_out(context, name, figures)),
            ),
        )


def _left_out(
    context: SimulationContext, name: str, figures: Sequence[Sequence[Played]]
) -> tuple[str, ...]:
    """Say where the designs that are not drawn are told."""
    every = sum(each.hypothesis(name) is not None for each in context.played)
    if every == sum(map(len, figures)):
        return ()
    return ("Only the protocol's own design; the others are told scenario by scenario.",)


def told_by_look(panels: Sequence[DecisionPanel]) -> str:
    """Tell the bars in numbers."""
    return "; ".join(
        f"{panel.title}: "
        + ", ".join(
            f"by look {look} efficacy {percent(each.efficacy)}%, futility or without "
            f"{percent(each.futility)}%" + (f", harm {percent(each.harm)}%" if each.harm else "")
            for look, each in enumerate(panel.decided, start=1)
        )
        for panel in panels
    )


def decided_of(played: Played, name: str) -> tuple[Decided, ...]:
    """Add up the verdicts on a hypothesis, look by look; at the last, all that is left ended."""
    found = played.hypothesis(name)
    if found is None:
        return ()
    shown, futile, harm = 0.0, 0.0, 0.0
    decided: list[Decided] = []
    for each in found.by_look:
        shown += each.efficacy.value
        futile += each.futility.value
        harm += each.harm.value
        decided.append(Decided(shown, futile, harm))
    last = decided[-1]
    decided[-1] = Decided(last.efficacy, max(0.0, 1.0 - last.efficacy - last.harm), last.harm)
    return tuple(decided)


def look_times(context: SimulationContext, played: Played) -> tuple[str, ...]:
    """Give the average time of every look, were the trial never stopped."""
    times = (each.carried.time for each in played.found.looks)
    return tuple("" if each is None else context.clock.show(each.value) for each in times)

"""What is likely from here: conditional and predictive power, look by look, and what it takes."""

from collections.abc import Iterator

from equipoise.monitor.bounds.rules import EFFICACY
from equipoise.monitor.likely.values import ConditionalChances, LikelyCourse, PredictedChances
from equipoise.monitor.look.look import HypothesisLook
from equipoise.report.design.printing import fraction
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import footnote, sentence
from equipoise.report.monitoring.closed_context import (
    ASSUMED,
    ClosedContext,
    anchor,
    assumed_effect,
    belief_name,
    count_of,
    effect,
    effects,
    share,
    z_of,
)
from equipoise.report.monitoring.closed_likely_figures import bars_of, curve_of
from equipoise.simulate.monitored.monitored import Outlook

DEFINED = (
    (
        "Futility ignored: the chance that a later efficacy bound is crossed, whatever the "
        "futility bounds say. Futility obeyed: likewise, but a trial at or below a futility "
        "bound ends."
    ),
    "Last look alone: the chance that z at the last look reaches its bound, whatever lies between.",
)
GOES_ON = (
    "Of 100 trials that stand where this one stands, a benefit will be claimed at a later look"
)
CROSSED = (
    "The efficacy bound is crossed already. Of 100 trials that stand where this one stands and go "
    "on all the same, a later bound would be crossed, too"
)
TREND = (
    "The trend so far: z goes on as it has, told as the {} with this drift in the information the "
    "design plans for; the effect seen is in the first table."
)
BETTER = "The better limit: that of the 95% confidence interval which favors the experimental arm."


def likely_section(context: ClosedContext) -> Section:
    """Write what is likely, hypothesis by hypothesis."""
    parts = tuple(_of(context, each) for each in context.tested)
    if len(parts) == 1:
        return Section("likely", "What is likely from here", parts[0].blocks)
    return Section("likely", "What is likely from here", (), parts)


def _of(context: ClosedContext, outlook: Outlook) -> Section:
    look, likely = context.held(outlook), outlook.likely
    blocks: list[Block]
    if likely.why_not:
        blocks = [Paragraph(sentence(likely.why_not))]
    else:
        blocks = list(_told(context, outlook, look))
    return Section(anchor(look, "likely"), context.name(look), tuple(blocks))


def _told(context: ClosedContext, outlook: Outlook, look: HypothesisLook) -> Iterator[Block]:
    likely = outlook.likely
    yield Callout(plain_words(outlook, look), "verdict")
    yield conditional_table(context, outlook, look)
    drawn = curve_of(context, outlook, look)
    if drawn is not None:
        yield drawn
    yield later_table(context, outlook, look)
    yield bars_of(context, outlook, look)
    if likely.predictive:
        yield predictive_table(context, outlook, look)
    if likely.needed:
        yield needed_table(context, outlook, look)
    yield from (Paragraph(each) for each in in_words(likely))


def plain_words(outlook: Outlook, look: HypothesisLook) -> str:
    """Say in a clinician's words how likely a claim is from here."""
    likely, scale = outlook.likely, outlook.scale
    told = []
    for assumption, words in (
        ("design", "is as the trial was designed for"),
        ("trend", "goes on as it has been so far"),
        ("null", "does not exist"),
    ):
        found = next((each for each in likely.conditional if each.assumed == assumption), None)
        if found is None:
            continue
        at = "" if found.effect is None else f" ({scale.measure} {assumed_effect(scale, found)})"
        at = at.replace("(", "(z as under a ", 1) if assumption == "trend" else at
        told.append(f"if the effect {words}{at}, in {of_hundred(found.futility_ignored)}")
    start = CROSSED if look.decision == EFFICACY else GOES_ON
    return f"{start}: {'; '.join(told)}. Futility bounds are ignored here."


def of_hundred(chance: float) -> str:
    """Say how many of 100 trials.

    >>> of_hundred(0.553), of_hundred(0.001), of_hundred(0.999)
    ('55', 'fewer than 1', 'more than 99')
    """
    if 0.0 < chance < 0.005:  # noqa: PLR2004 - rounds to nothing
        return "fewer than 1"
    if 0.995 <= chance < 1.0:  # noqa: PLR2004 - rounds to all
        return "more than 99"
    return f"{100.0 * chance:.0f}"


def conditional_table(context: ClosedContext, outlook: Outlook, look: HypothesisLook) -> Table:
    """Tell conditional power under every assumption, in every way."""
    likely, scale = outlook.likely, outlook.scale
    rows = tuple(
        Row(
            (
                ASSUMED[each.assumed],
                assumed_effect(scale, each),
                *(share(one) for one in chances(each)),
            )
        )
        for each in likely.conditional
    )
    trend = TREND.format(scale.measure)
    notes = [*DEFINED, trend, *(footnote(each) for each in likely.assumed), BETTER]
    return Table(
        id=anchor(look, "conditional"),
        title=f"{look.hypothesis}: conditional power, by the effect in the rest of the trial",
        header=(
            "Effect from now on",
            scale.measure.capitalize(),
            "Futility\nignored",
            "Futility\nobeyed",
            "Last look\nalone",
            "Fixed final\nanalysis",
        ),
        rows=rows,
        footnotes=tuple(notes),
        estimand=context.estimand(look),
    )


def chances(each: ConditionalChances | PredictedChances) -> tuple[float, ...]:
    """Give the four ways to succeed, in the order of the tables."""
    return each.futility_ignored, each.futility_obeyed, each.at_last, each.fixed


def later_table(context: ClosedContext, outlook: Outlook, look: HypothesisLook) -> Table:
    """Tell at which later look the trial would stop, and for what."""
    likely = outlook.likely
    other = any(each.other_side.any() for each in likely.conditional)
    rows = []
    for each in likely.conditional:
        if each.assumed not in {"design", "null", "trend"}:
            continue
        for place, at in enumerate(likely.looks):
            cells = [
                (
                    f"{ASSUMED[each.assumed]}, {count_of(look, float(at) * look.planned)} "
                    f"({fraction(float(at))})"
                ),
                share(float(each.efficacy[place])),
                share(float(each.futility[place])),
            ]
            cells += [share(float(each.other_side[place]))] if other else []
            cells.append(share(float(each.efficacy_ignoring[place])))
            rows.append(Row(tuple(cells)))
    return Table(
        id=anchor(look, "later-looks"),
        title=f"{look.hypothesis}: chance that the trial stops at each later look",
        header=(
            "Effect from now on, look",
            "Efficacy",
            "Futility, or\nno claim",
            *(("Other\nside",) if other else ()),
            "Efficacy,\nfutility ignored",
        ),
        rows=tuple(rows),
        footnotes=(
            (
                "First stops, futility obeyed, except in the last column. At the last look the "
                "third column is the chance of ending there without a claim."
            ),
        ),
        estimand=context.estimand(look),
    )


def predictive_table(context: ClosedContext, outlook: Outlook, look: HypothesisLook) -> Table:
    """Tell predictive power by belief, and where the trial would end."""
    scale = outlook.scale
    rows = tuple(
        Row(
            (
                belief_name(each.belief),
                *(share(one) for one in chances(each)),
                (
                    f"{z_of(each.end.z)} ({z_of(each.end.z_interval[0])} to "
                    f"{z_of(each.end.z_interval[1])})"
                ),
                effects(scale, each.end.effect_interval),
            )
        )
        for each in outlook.likely.predictive
    )
    level = fraction(outlook.likely.predictive[0].end.level)
    return Table(
        id=anchor(look, "predictive"),
        title=f"{look.hypothesis}: predictive power, by belief",
        header=(
            "Belief",
            "Futility\nignored",
            "Futility\nobeyed",
            "Last look\nalone",
            "Fixed final\nanalysis",
            f"z at the last look,\n{level} interval",
            f"{scale.measure.capitalize()} there,\n{level} interval",
        ),
        rows=rows,
        footnotes=(
            (
                "Predictive power: conditional power averaged over what is believed of the "
                "effect after this look. Flat: only the data speak. The beliefs are told in the "
                "next section."
            ),
            "Intervals: prediction intervals of z and of the estimate, were the last look reached.",
        ),
        estimand=context.estimand(look),
    )


def needed_table(context: ClosedContext, outlook: Outlook, look: HypothesisLook) -> Table:
    """Tell what the patients to come must show for a bound to be just reached."""
    scale = outlook.scale
    rows = tuple(
        Row(
            (
                f"{count_of(look, each.information * look.planned)} ({fraction(each.information)})",
                z_of(each.bound),
                effect(scale, each.overall),
                z_of(each.z),
                effect(scale, each.effect),
                "–" if each.of_planned is None else fraction(round(each.of_planned, 3)),
            )
        )
        for each in outlook.likely.needed
    )
    return Table(
        id=anchor(look, "needed"),
        title=f"{look.hypothesis}: what the rest of the trial must show for a bound to be reached",
        header=(
            "Later look",
            "Bound on z",
            f"{scale.measure.capitalize()}\nof all",
            "z of what\nis added",
            f"{scale.measure.capitalize()} of\nwhat is added",
            "Of the\nplanned effect",
        ),
        rows=rows,
        footnotes=(
            (
                "Of all: the estimate from all patients at the bound. What is added: between "
                "this look and that one. Of the planned effect: 100% is an effect as planned, on "
                "the linear scale."
            ),
        ),
        estimand=context.estimand(look),
    )


def in_words(likely: LikelyCourse) -> Iterator[str]:
    """Say what the B-value, reverse conditional power and discordance are."""
    if likely.b_value is not None and likely.information is not None:
        yield (
            f"The B-value, z times the root of the information fraction, is "
            f"{z_of(likely.b_value)}; a trend that goes on ends at z = "
            f"{z_of(likely.b_value / likely.information)} with all information."
        )
    reverse = likely.reverse
    if reverse is not None:
        low = reverse.so_low <= reverse.so_high
        chance, way = (reverse.so_low, "low") if low else (reverse.so_high, "high")
        told = "or lower" if low else "or higher"
        yield (
            f"Looked at backwards: of trials that end exactly at the last bound, z "
            f"{z_of(reverse.critical)}, {share(chance)} would now have a z as {way} as "
            f"{z_of(reverse.z)} {told}, whatever the effect. Where that is a small number, the "
            f"result now and a claim "
            f"{'' if low else 'withheld '}at the end can hardly both come about."
        )
    if likely.discordance is not None:
        yield (
            "Of trials that would end exactly at the last bound, the looks before it claim "
            f"{share(likely.discordance.efficacy)} and give up "
            f"{share(likely.discordance.futility)}: so often may a stop contradict the end, at "
            "most."
        )

"""What may be believed: sceptics and enthusiasts before and after the data of this look."""

from collections.abc import Iterator

from equipoise.monitor.beliefs.beliefs import Beliefs, BetterThan, Posterior
from equipoise.monitor.beliefs.densities import densities
from equipoise.monitor.beliefs.priors import Likelihood
from equipoise.monitor.look.look import HypothesisLook
from equipoise.report.design.printing import NONE, as_given, calculated
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.belief_densities import BeliefPanel, densities_figure
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import footnote, level_percent, sentence
from equipoise.report.monitoring.closed_context import (
    ClosedContext,
    anchor,
    belief_name,
    effect,
    share,
    with_limits,
)
from equipoise.simulate.monitored.monitored import Outlook

HARDLY = 0.01  # a ratio below is told as such, where an advocate believes in it


def beliefs_section(context: ClosedContext) -> Section:
    """Write what each belief has become, hypothesis by hypothesis."""
    parts = tuple(_of(context, each) for each in context.tested)
    if len(parts) == 1:
        return Section("beliefs", "What may be believed", parts[0].blocks)
    return Section("beliefs", "What may be believed", (), parts)


def _of(context: ClosedContext, outlook: Outlook) -> Section:
    look, beliefs = context.held(outlook), outlook.beliefs
    if beliefs.why_not:
        blocks: tuple[Block, ...] = (Paragraph(footnote(beliefs.why_not)),)
    else:
        blocks = tuple(_told(context, look, beliefs))
    return Section(anchor(look, "beliefs"), context.name(look), blocks)


def _told(context: ClosedContext, look: HypothesisLook, beliefs: Beliefs) -> Iterator[Block]:
    if beliefs.likelihood is not None and any(each.prior for each in beliefs.posteriors):
        yield densities_of(look, beliefs, beliefs.likelihood)
    yield beliefs_table(context, look, beliefs)
    yield better_table(context, look, beliefs)
    told = critical_words(beliefs)
    if told:
        yield Paragraph(told)


def densities_of(look: HypothesisLook, beliefs: Beliefs, seen: Likelihood) -> Figure:
    """Draw each belief before and after; the flat one is its data."""
    scale = beliefs.scale
    informed = [each for each in beliefs.posteriors if each.prior is not None]
    panels = []
    for each in informed:
        drawn = densities(each, seen, scale)
        panels.append(
            BeliefPanel(
                title=belief_name(each.belief),
                effect=tuple(float(x) for x in drawn.effect),
                prior=None if drawn.prior is None else tuple(float(y) for y in drawn.prior),
                likelihood=tuple(float(y) for y in drawn.likelihood),
                posterior=tuple(float(y) for y in drawn.posterior),
            )
        )
    told = "; ".join(
        f"{belief_name(each.belief).lower()}: "
        + ("" if each.prior is None else f"before {effect(scale, each.prior_effect)}, ")
        + f"after {with_limits(scale, each.effect, each.interval)}"
        for each in informed
    )
    lines = [(scale.null, "no effect")]
    lines += [] if scale.planned is None else [(scale.planned, "planned")]
    return densities_figure(
        panels,
        lines,
        sentence(scale.measure),
        FigureText(
            identifier=anchor(look, "beliefs-plot"),
            title=f"{look.hypothesis}: beliefs before and after the data",
            alternative_text=f"Densities of the {scale.measure}. {sentence(told)}.",
            footnotes=("Densities per unit of the linear scale, all drawn to one height.",),
        ),
        logarithmic=scale.scale == "log",
    )


def beliefs_table(context: ClosedContext, look: HypothesisLook, beliefs: Beliefs) -> Table:
    """Tell every belief before and after."""
    scale = beliefs.scale
    level = level_percent(beliefs.posteriors[0].level)
    worth = any(each.worth for each in beliefs.posteriors)
    counted = "patients" if look.seen.counted == "variance" else look.seen.counted
    rows = []
    for each in beliefs.posteriors:
        cells = [
            belief_name(each.belief),
            with_limits(scale, each.prior_effect, each.prior_interval),
        ]
        cells += [NONE if not each.worth else calculated(each.worth)] if worth else []
        cells.append(with_limits(scale, each.effect, each.interval))
        rows.append(Row(tuple(cells)))
    return Table(
        id=anchor(look, "beliefs-table"),
        title=f"{look.hypothesis}: the {scale.measure} as believed before and after this look",
        header=(
            "Belief",
            f"Before,\n{level} interval",
            *((f"Worth,\n{counted}",) if worth else ()),
            f"After,\n{level} interval",
        ),
        rows=tuple(rows),
        footnotes=(
            *kinds_told(beliefs),
            *(
                (f"Worth: so many {counted} at this look would tell as much as the prior.",)
                if worth
                else ()
            ),
            *(footnote(each) for each in beliefs.assumed),
        ),
        estimand=context.estimand(look),
    )


def kinds_told(beliefs: Beliefs) -> Iterator[str]:
    """Say what the beliefs are."""
    kinds = {each.kind for each in beliefs.posteriors}
    if "flat" in kinds:
        yield "Flat: no belief beforehand; the data alone."
    if "sceptical" in kinds:
        yield (
            "Sceptical: centered at no effect, with a small chance of an effect as good as planned "
            "or better."
        )
    if "enthusiastic" in kinds:
        yield "Enthusiastic: centered at the planned effect, as unlikely to be none or worse."


def better_table(context: ClosedContext, look: HypothesisLook, beliefs: Beliefs) -> Table:
    """Tell the chance that the effect is better than none, than planned, than each margin."""
    asked = beliefs.posteriors[0].better
    keep = [
        place
        for place, each in enumerate(asked)
        if each.value not in [before.value for before in asked[:place]]
    ]
    rows = [
        Row(
            (
                belief_name(each.belief),
                *(_chance(each, place) for place in keep),
            )
        )
        for each in beliefs.posteriors
    ]
    scale = beliefs.scale
    sign = "above" if scale.better == "higher" else "below"
    return Table(
        id=anchor(look, "better-table"),
        title=f"{look.hypothesis}: chance that the {scale.measure} is {sign} a value",
        header=("Belief", *(_value(asked[place], sign) for place in keep)),
        rows=tuple(rows),
        footnotes=("After this look; in brackets before it.",),
        estimand=context.estimand(look),
    )


def _value(each: BetterThan, sign: str) -> str:
    words = {
        "none": "no effect",
        "no difference": "no difference",
        "planned": "as planned",
        "margin": "margin",
    }
    return f"{sentence(sign)} {as_given(round(each.value, 10))}\n({words[each.what]})"


def _chance(posterior: Posterior, place: int) -> str:
    each = posterior.better[place]
    return (
        share(each.after) if each.before is None else f"{share(each.after)} ({share(each.before)})"
    )


def critical_words(beliefs: Beliefs) -> str:
    """Say how much belief it would take to change the data's mind (Matthews)."""
    critical, scale = beliefs.critical, beliefs.scale
    if critical is None or critical.prior is None or critical.limit is None:
        return ""
    level, limit = level_percent(critical.level), effect(scale, critical.limit)
    if scale.scale == "log" and critical.limit < HARDLY:
        limit = f"below {HARDLY:g}"
    if critical.kind == "sceptical":
        return (
            f"The data by themselves are clear at the {level} level. Who thinks effects beyond a "
            f"{scale.measure} of {limit} implausible beforehand (the critical sceptical prior of "
            "Matthews: centered at no effect, with this as its limit) is not convinced by them."
        )
    return (
        f"The data by themselves are not clear at the {level} level. They would convince only who "
        f"beforehand holds a benefit for certain and effects up to a {scale.measure} of {limit} "
        "for plausible (the critical advocacy prior of Matthews: from no effect to this limit)."
    )

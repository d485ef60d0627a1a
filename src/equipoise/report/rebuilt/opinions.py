"""What may be believed of the effect: priors before and after the rebuilt patients."""

from equipoise.appraise.checks.shrinkage import USUAL_SD
from equipoise.appraise.rebuilt.trial import RebuiltTrial
from equipoise.appraise.rebuilt.values import RebuiltAnalysis, RebuiltBeliefs
from equipoise.monitor.beliefs.beliefs import Beliefs, Posterior
from equipoise.monitor.beliefs.densities import densities
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.report.design.printing import as_given
from equipoise.report.document import Block, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.belief_densities import BeliefPanel, densities_figure
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import footnote, level_percent, ratio, sentence
from equipoise.report.monitoring.closed_beliefs import critical_words, kinds_told
from equipoise.report.monitoring.closed_context import belief_name, share
from equipoise.report.rebuilt.words import NONE, ContrastWords


def opinions_section(
    found: RebuiltTrial, analysis: RebuiltAnalysis, words: ContrastWords
) -> Section | None:
    """Tell every belief before and after; None where there is no ratio to change it."""
    if analysis.beliefs is None:
        return None
    beliefs = _beliefs(found, analysis.beliefs)
    blocks: list[Block] = [opinions_table(beliefs, words), chances_table(beliefs, words)]
    if any(each.prior is not None for each in beliefs.posteriors):
        blocks.append(_densities(beliefs, words))
    if told := critical_words(beliefs):
        blocks.append(Paragraph(told))
    return Section(words.id("beliefs"), "How likely it is that it helps", tuple(blocks))


def _beliefs(found: RebuiltTrial, of: RebuiltBeliefs) -> Beliefs:
    """Give them as those of a look, whose words then hold."""
    return Beliefs(
        hypothesis="Hazard ratio",
        why_not="",
        scale=EffectScale("hazard ratio", 1.0, "log", "lower", found.planned),
        likelihood=of.likelihood,
        posteriors=of.posteriors,
        assumed=of.assumed,
        critical=of.critical,
    )


def opinions_table(beliefs: Beliefs, words: ContrastWords) -> Table:
    """Tell each belief: what it was, and what it has become."""
    level = level_percent(beliefs.posteriors[0].level)
    rows = tuple(
        Row(
            (
                belief_name(each.belief),
                _with(each.prior_effect, each.prior_interval),
                _with(each.effect, each.interval),
            )
        )
        for each in beliefs.posteriors
    )
    return Table(
        words.id("beliefs-table"),
        f"{sentence(words.ratio)} as believed before and after the rebuilt patients",
        ("Belief", f"Before,\n{level} interval", f"After,\n{level} interval"),
        rows,
        footnotes=(*_kinds(beliefs), *(footnote(each) for each in beliefs.assumed)),
    )


def chances_table(beliefs: Beliefs, words: ContrastWords) -> Table:
    """Tell how likely a hazard ratio below no effect, the plan, and each margin is."""
    asked = beliefs.posteriors[0].better
    names = {"none": "any benefit", "planned": "as planned", "margin": "margin"}
    heads = [f"Below {as_given(each.value)}\n({names[each.what]})" for each in asked]
    rows = tuple(
        Row((belief_name(each.belief), *(_chance(each, place) for place in range(len(asked)))))
        for each in beliefs.posteriors
    )
    return Table(
        words.id("chances-table"),
        f"Chance that the {words.ratio} is below a value",
        ("Belief", *heads),
        rows,
        footnotes=("With the rebuilt patients; in brackets before them.",),
    )


def _kinds(beliefs: Beliefs) -> tuple[str, ...]:
    """Say what the beliefs are."""
    usual = [
        f"{belief_name(each.belief)}: no planned effect was given; centered at no effect, with "
        "large ones held unlikely."
        for each in beliefs.posteriors
        if each.kind == "given" and each.prior is not None and each.prior.sd == USUAL_SD
    ]
    return (*kinds_told(beliefs), *usual)


def _with(value: float | None, limits: tuple[float, float] | None) -> str:
    if value is None:
        return NONE
    if limits is None:
        return ratio(value)
    return f"{ratio(value)} ({ratio(limits[0])} to {ratio(limits[1])})"


def _chance(posterior: Posterior, place: int) -> str:
    each = posterior.better[place]
    told = share(each.after)
    return told if each.before is None else f"{told} ({share(each.before)})"


def _densities(beliefs: Beliefs, words: ContrastWords) -> Figure:
    """Draw each belief with a prior, before and after."""
    scale, seen = beliefs.scale, beliefs.likelihood
    assert seen is not None  # noqa: S101 - rebuilt beliefs have one
    panels, told = [], []
    for each in beliefs.posteriors:
        if each.prior is None or each.prior_effect is None:
            continue
        drawn = densities(each, seen, scale)
        panels.append(
            BeliefPanel(
                title=belief_name(each.belief),
                effect=tuple(drawn.effect.tolist()),
                prior=None if drawn.prior is None else tuple(drawn.prior.tolist()),
                likelihood=tuple(drawn.likelihood.tolist()),
                posterior=tuple(drawn.posterior.tolist()),
            )
        )
        told.append(
            f"{belief_name(each.belief)}: before {_with(each.prior_effect, None)}, after "
            f"{_with(each.effect, each.interval)}"
        )
    lines = [(1.0, "no effect")]
    lines += [] if scale.planned is None else [(scale.planned, "planned")]
    return densities_figure(
        panels,
        lines,
        sentence(words.ratio),
        FigureText(
            words.id("beliefs-plot"),
            f"{words.title}: beliefs before and after the rebuilt patients",
            f"Densities of the {words.ratio}. {'; '.join(told)}.",
            ("Densities per unit of the logarithm of the hazard ratio.",),
        ),
        logarithmic=True,
    )

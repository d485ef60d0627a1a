"""One pooled effect on paper: what it is, how alike the studies are, and how far it holds."""

from equipoise.analyze.estimates import Absent, Interval, Number
from equipoise.appraise.pooling.answers import ENOUGH, PoolAnswer
from equipoise.appraise.pooling.pool import Pooled
from equipoise.design.wording.numbers import plural, with_article
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import (
    absent_footnotes,
    decimal,
    footnote,
    p_value,
    sentence,
    significant,
)
from equipoise.report.pooling.pictures import by_year, forest, funnel, without_each
from equipoise.report.pooling.words import (
    EffectWords,
    method_words,
    p_words,
    share,
    short_name,
    small,
)

FEWEST_IN_FUNNEL = 3


def pool_section(answer: PoolAnswer) -> Section:
    """Tell one pooled effect."""
    words = EffectWords(answer.asked.effect, answer.pooled.level)
    first: list[Block] = [Callout(verdict(answer), "verdict")]
    first += [Callout(each, "warning") for each in answer.remarks]
    first += [forest(answer, words), _alike(answer)]
    if answer.groups is not None:
        spare = answer.groups.degrees_of_freedom
        first.append(
            Paragraph(
                f"Between the groups: Q = {small(answer.groups.q_between)} on "
                f"{plural(spare, 'degree')} of freedom, {p_words(answer.groups.p)}. That groups of "
                "studies differ was not randomized."
            )
        )
    return Section(
        answer.asked.id,
        sentence(answer.asked.label),
        tuple(first),
        tuple(each for each in (_sensitive(answer, words), _unpublished(answer, words)) if each),
    )


def verdict(answer: PoolAnswer) -> str:
    """Say in a sentence or two what the studies say together."""
    pooled, words = answer.pooled, EffectWords(answer.asked.effect, answer.pooled.level)
    many = len(pooled.studies)
    what = f"{many} studies give" if many > 1 else "One study gives"
    said = (
        f"{what} {with_article(answer.asked.effect)} of "
        f"{words.with_limits(pooled.effect)}{words.unit}, two-sided {p_words(pooled.p)} "
        f"({method_words(pooled)})."
    )
    limits = pooled.prediction
    if limits is not None and not isinstance(limits.lower, Absent):
        said += f" In a new study it is expected between {words.limits(limits)}.".replace(
            " to ", " and "
        )
    return said


def _alike(answer: PoolAnswer) -> Table:
    """Tell how alike the studies are."""
    found = answer.pooled.heterogeneity
    rows = [
        ("Cochran's Q (degrees of freedom)", f"{small(found.q)} ({found.degrees_of_freedom})", ""),
        ("P of Q", p_value(found.p), ""),
        ("I\u00b2, share of variance between studies", *_squared(answer.pooled)),
        (
            "\u03c4\u00b2, variance between studies",
            _between(answer.pooled),
            _ends(found.tau_squared_interval),
        ),
    ]
    limits = (found.i_squared_interval, found.tau_squared_interval)
    ends = (end for each in limits for end in (each.lower, each.upper))
    notes = absent_footnotes(found.p, found.i_squared, *ends)
    if found.tau_squared == 0.0 and _one_effect(answer.pooled):
        notes = ("\u03c4\u00b2 is taken as 0 by this method; its interval does not.", *notes)
    return Table(
        f"{answer.asked.id}-alike",
        "How alike the studies are",
        ("", "Estimate", "Interval"),
        tuple(Row(each) for each in rows),
        footnotes=notes,
    )


def _one_effect(pooled: Pooled) -> bool:
    return pooled.method in {"fixed", "Mantel-Haenszel", "Peto"}


def _between(pooled: Pooled) -> str:
    """Print \u03c4\u00b2; a dash where it is none of the method's."""
    return "\u2013" if _one_effect(pooled) else decimal(pooled.heterogeneity.tau_squared, 4)


def _squared(pooled: Pooled) -> tuple[str, str]:
    found = pooled.heterogeneity
    limits = found.i_squared_interval
    if isinstance(limits.lower, Absent) or isinstance(limits.upper, Absent):
        return share(found.i_squared), _ends(limits)
    return share(found.i_squared), f"{share(limits.lower)} to {share(limits.upper)}"


def _ends(limits: Interval) -> str:
    if isinstance(limits.lower, Absent) and isinstance(limits.upper, Absent):
        return limits.lower.mark
    return f"{significant(limits.lower)} to {significant(limits.upper)}"


def _sensitive(answer: PoolAnswer, words: EffectWords) -> Section | None:
    """Tell what other methods and other studies would have said."""
    if len(answer.pooled.studies) == 1:
        return None
    blocks: list[Block] = [_methods(answer, words)]
    if answer.without:
        blocks.append(without_each(answer, words))
    if answer.influence:
        blocks.append(_influence(answer))
    if answer.by_year:
        blocks.append(by_year(answer, words))
    return Section(f"{answer.asked.id}-sensitive", "How far it holds", tuple(blocks))


def _methods(answer: PoolAnswer, words: EffectWords) -> Table:
    """Set the methods beside each other, the one asked for first."""
    label = f"As asked: {method_words(answer.pooled)}"
    lines = [(label, answer.pooled), *((each.label, each.pooled) for each in answer.others)]
    rows = tuple(
        Row(
            (
                name,
                words.with_limits(pooled.effect),
                p_value(pooled.p),
                _between(pooled),
                words.limits(pooled.prediction),
            ),
            strong=place == 0,
        )
        for place, (name, pooled) in enumerate(lines)
    )
    return Table(
        f"{answer.asked.id}-methods",
        "By other methods",
        ("Method", words.heading, "P", "\u03c4\u00b2", "A new study"),
        rows,
        footnotes=absent_footnotes(
            *(end for _, each in lines for end in _predicted(each)),
            *(each.effect.interval.lower for _, each in lines),
        ),
    )


def _predicted(pooled: Pooled) -> tuple[Number, ...]:
    return () if pooled.prediction is None else (pooled.prediction.lower, pooled.prediction.upper)


def _influence(answer: PoolAnswer) -> Table:
    rows = tuple(
        Row(
            (
                short_name(each.study.id, each.study.label),
                f"{100 * each.weight:.1f}%",
                small(each.deleted_residual),
                small(each.cook_distance),
                small(each.covariance_ratio),
            )
        )
        for each in answer.influence
    )
    return Table(
        f"{answer.asked.id}-influence",
        "What each study does to the pooled effect",
        ("Study", "Weight", "Deleted residual", "Cook's distance", "Covariance ratio"),
        rows,
        footnotes=(
            (
                "Deleted residual: distance from the mean of the others, in standard errors; "
                "beyond \u00b12 the study stands apart."
            ),
            "Covariance ratio: below 1 the pooled effect is surer without the study.",
        ),
    )


def _unpublished(answer: PoolAnswer, words: EffectWords) -> Section | None:
    """Tell what the funnel shows."""
    if len(answer.pooled.studies) < FEWEST_IN_FUNNEL:
        return None
    blocks: list[Block] = [funnel(answer, words)]
    found, filled = answer.asymmetry, answer.filled
    said = []
    if found is not None:
        said.append(
            f"Egger's test of asymmetry: {p_words(found.p)}; Begg's rank test: "
            f"{p_words(found.kendall_p)}."
        )
    if filled is not None:
        what = (
            f"Trim and fill adds {filled.missing} on the {filled.side}, and gives "
            f"{words.with_limits(filled.pooled.effect)}."
            if filled.missing
            else "Trim and fill finds no study missing."
        )
        said.append(what)
    if len(answer.pooled.studies) < ENOUGH:
        said.append(f"With fewer than {ENOUGH} studies these tests have hardly any power.")
    said.append("Small studies may also differ for other reasons than being published selectively.")
    blocks.append(Paragraph(" ".join(said)))
    return Section(f"{answer.asked.id}-unpublished", "Small and unpublished studies", tuple(blocks))


def assumptions(answer: PoolAnswer) -> tuple[Paragraph, ...]:
    """Say what the pooled effect takes for granted."""
    return tuple(Paragraph(footnote(each)) for each in answer.pooled.assumed)

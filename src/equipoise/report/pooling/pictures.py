"""The pictures of one pooled effect: forest, without each study, year by year, and the funnel."""

from equipoise.analyze.estimates import Absent, Estimate, Interval
from equipoise.appraise.pooling.answers import PoolAnswer
from equipoise.appraise.pooling.pool import Pooled
from equipoise.appraise.pooling.studies import StudyEffect
from equipoise.report.document import Figure
from equipoise.report.figures.forest_pool import PoolRow, pool_forest
from equipoise.report.figures.funnel import FunnelPoint, funnel_figure
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import level_percent, sentence
from equipoise.report.pooling.words import EffectWords, p_words, share, short_name

ARM = "experimental arm"
PRINTED = (
    "Intervals of studies are as printed, where they were printed at this level; weights rest on "
    "standard errors, taken from the width of the printed limits."
)
CALCULATED = "Intervals of studies are those of their estimates and standard errors."
SQUARES = "The area of a square is the weight of its study."


def forest(answer: PoolAnswer, words: EffectWords) -> Figure:
    """Draw the studies, by group where they have groups, and what they say together."""
    pooled = answer.pooled
    rows: list[PoolRow] = []
    if answer.groups is None:
        rows += [
            _study(study, weight, words)
            for study, weight in zip(pooled.studies, pooled.weights, strict=True)
        ]
    else:
        weights = dict(zip((study.id for study in pooled.studies), pooled.weights, strict=True))
        for name, group in answer.groups.groups:
            rows.append(PoolRow(sentence(name), "heading"))
            rows += [_study(study, weights[study.id], words) for study in group.studies]
            if len(group.studies) > 1:
                rows.append(words.row(f"{sentence(name)}, together", group.effect, "pooled"))
    rows.append(words.row("All studies" if answer.groups else "Together", pooled.effect, "pooled"))
    rows += _prediction(pooled, words)
    limits = words.with_limits(pooled.effect)
    return pool_forest(
        rows,
        words.axis(than=ARM),
        FigureText(
            f"{answer.asked.id}-forest",
            f"{sentence(answer.asked.label)}: each study, and all together",
            (
                f"Forest plot of {len(pooled.studies)} studies. Pooled {answer.asked.effect} "
                f"{limits}; I\u00b2 {share(pooled.heterogeneity.i_squared)}."
            ),
            (SQUARES, _whence(pooled)),
        ),
    )


def _whence(pooled: Pooled) -> str:
    """Say where the studies' intervals come from."""
    return PRINTED if any(study.as_printed for study in pooled.studies) else CALCULATED


def without_each(answer: PoolAnswer, words: EffectWords) -> Figure:
    """Draw the pooled effect without each study in turn."""
    rows = [
        words.row(
            f"Without {each.study.id}",
            each.pooled.effect,
            "step",
            beside=_alike(each.pooled),
        )
        for each in answer.without
    ]
    rows.append(
        words.row(
            "All studies",
            answer.pooled.effect,
            "pooled",
            beside=_alike(answer.pooled),
        )
    )
    return pool_forest(
        rows,
        words.axis(names="Studies", beside="I\u00b2", than=ARM),
        FigureText(
            f"{answer.asked.id}-without-each",
            f"{sentence(answer.asked.label)}: without each study in turn",
            "The pooled effect without " + _listed(answer, words),
        ),
    )


def _alike(pooled: Pooled) -> str:
    found = pooled.heterogeneity.i_squared
    return "\u2013" if isinstance(found, Absent) else share(found)


def _listed(answer: PoolAnswer, words: EffectWords) -> str:
    told = (f"{each.study.id}: {words.with_limits(each.pooled.effect)}" for each in answer.without)
    return "; ".join(told) + "."


def by_year(answer: PoolAnswer, words: EffectWords) -> Figure:
    """Draw the pooled effect as it stood after each study."""
    rows = []
    for step in answer.by_year:
        last = step.studies[-1]
        year = "" if last.year is None else f"{last.year:.0f}"
        name = f"{'+ ' if len(step.studies) > 1 else ''}{last.id}"
        rows.append(words.row(name, step.effect, "step", beside=year))
    told = "; ".join(f"{row.beside} {row.label}: {row.printed}" for row in rows)
    return pool_forest(
        rows,
        words.axis(names="Studies so far", beside="Year", than=ARM),
        FigureText(
            f"{answer.asked.id}-by-year",
            f"{sentence(answer.asked.label)}: as it stood after each study",
            f"Cumulative pooled effect. {told}.",
            ("Repeated looks at growing evidence are not allowed for in the intervals.",),
        ),
    )


def funnel(answer: PoolAnswer, words: EffectWords) -> Figure:
    """Draw the studies against their standard errors, with those that would make it even."""
    pooled = answer.pooled
    missing = 0 if answer.filled is None else answer.filled.missing
    points = [
        FunnelPoint(
            study.id, words.factor * study.estimate, words.factor * study.standard_error, filled
        )
        for studies, filled in (
            (pooled.studies, False),
            (() if answer.filled is None else answer.filled.filled, True),
        )
        for study in studies
    ]
    found = answer.asymmetry
    tested = "" if found is None else f" Egger's test: {p_words(found.p)}."
    return funnel_figure(
        points,
        words.factor * pooled.mean,
        words.name,
        FigureText(
            f"{answer.asked.id}-funnel",
            f"{sentence(answer.asked.label)}: funnel of the studies",
            (
                f"Funnel plot of {len(pooled.studies)} studies; trim and fill adds {missing}."
                f"{tested}"
            ),
            (
                "Shades: P of a single study against no effect.",
                "Broken lines: 95% of studies, if all estimate the pooled effect.",
            ),
        ),
        ratio=words.is_ratio,
    )


def _study(study: StudyEffect, weight: float, words: EffectWords) -> PoolRow:
    lower, upper = study.shown(words.level)
    shown = Estimate(
        study.value,
        study.standard_error,
        Interval(lower, upper, words.level, "normal"),
        "as printed",
    )
    name = short_name(study.id, study.label)
    year = "" if study.year is None or f"{study.year:.0f}" in name else f", {study.year:.0f}"
    return words.row(name + year, shown, "study", weight=weight, beside=f"{100 * weight:.1f}%")


def _prediction(pooled: Pooled, words: EffectWords) -> list[PoolRow]:
    limits = pooled.prediction
    if limits is None or isinstance(limits.lower, Absent) or isinstance(limits.upper, Absent):
        return []
    return [
        PoolRow(
            label=f"A new study ({level_percent(limits.level)} prediction)",
            mark="prediction",
            limits=(words.factor * limits.lower, words.factor * limits.upper),
            printed=words.limits(limits),
        )
    ]

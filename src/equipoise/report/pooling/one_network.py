"""A network on paper: every treatment against every other, and whether its parts agree."""

from equipoise.analyze.estimates import Absent
from equipoise.appraise.network.consistency import QPart, SplitComparison
from equipoise.appraise.network.network import WORDS
from equipoise.appraise.pooling.answers import NetworkAnswer
from equipoise.report.document import Block, Callout, Figure, Paragraph, Row, Section, Table
from equipoise.report.figures.forest_pool import pool_forest
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import decimal, footnote, p_value, sentence
from equipoise.report.pooling.words import EffectWords, p_words, share, small

WIDEST = 6  # treatments, up to which the league is a square


def network_section(answer: NetworkAnswer) -> Section:
    """Tell one network."""
    words = EffectWords(answer.asked.effect, answer.network.level)
    blocks: list[Block] = [Callout(f"{ranking(answer)} {agreement(answer)}", "verdict")]
    blocks += [Callout(each, "warning") for each in answer.remarks]
    blocks += [_against_reference(answer, words), league_table(answer, words)]
    if answer.split:
        blocks.append(_split_table(answer, words))
    blocks.append(_parts(answer))
    return Section(answer.asked.id, sentence(answer.asked.label), tuple(blocks))


def ranking(answer: NetworkAnswer) -> str:
    """Say how many studies and treatments, and which stands first."""
    found = answer.network
    best = max(range(len(found.treatments)), key=lambda k: found.p_scores[k])
    many = f"{len(found.studies)} studies connect" if len(found.studies) > 1 else "1 study compares"
    return (
        f"{many} {len(found.treatments)} treatments. Highest "
        f"P-score: {found.treatments[best]}, {decimal(found.p_scores[best], 2)}; it ranks, and "
        "does not say by how much."
    )


def agreement(answer: NetworkAnswer) -> str:
    """Name the method, and say how far the studies, and direct and indirect evidence, agree."""
    found, between = answer.network, answer.parts.between
    left = found.heterogeneity
    said = f"Method: {WORDS[found.method].removeprefix('network, ')}; normal intervals."
    if isinstance(left.tau_squared, float) and found.method != "fixed":
        said += f" \u03c4\u00b2 = {decimal(left.tau_squared, 4)}, I\u00b2 {share(left.i_squared)}."
    told = _q(between) if between.degrees_of_freedom else "no degree of freedom to test it"
    return f"{said} Inconsistency between designs: {told}."


def league_table(answer: NetworkAnswer, words: EffectWords) -> Table:
    """Set every treatment against every other, the best P-score first."""
    found = answer.network
    order = sorted(found.treatments, key=lambda name: -_score(answer, name))
    if len(order) > WIDEST:
        rows = tuple(
            Row((f"{row} v {column}", words.with_limits(each), p_value(found.p(row, column))))
            for row, column, each in found.league()
        )
        header: tuple[str, ...] = ("Treatments", words.heading, "P")
    else:
        rows = tuple(
            Row(
                (
                    f"{row} ({decimal(_score(answer, row), 2)})",
                    *(
                        "\u2013"
                        if row == column
                        else words.with_limits(found.comparison(row, column))
                        for column in order
                    ),
                )
            )
            for row in order
        )
        header = ("Treatment (P-score)", *(f"v {name}" for name in order))
    return Table(
        f"{answer.asked.id}-league",
        f"League table: {words.heading}, row against column",
        header,
        rows,
        footnotes=(
            "P-score: mean certainty that a treatment is better than another, from 0 to 1.",
        ),
    )


def _score(answer: NetworkAnswer, name: str) -> float:
    found = answer.network
    return found.p_scores[found.treatments.index(name)]


def _against_reference(answer: NetworkAnswer, words: EffectWords) -> Figure:
    found = answer.network
    reference = found.treatments[0]
    others = sorted(found.treatments[1:], key=lambda name: -_score(answer, name))
    rows = [
        words.row(
            name,
            found.comparison(name, reference),
            "study",
            beside=decimal(_score(answer, name), 2),
        )
        for name in others
    ]
    told = "; ".join(f"{row.label} {row.printed}" for row in rows)
    return pool_forest(
        rows,
        words.axis(names=f"Against {reference}", beside="P-score", than="treatment named"),
        FigureText(
            f"{answer.asked.id}-against-reference",
            f"{sentence(answer.asked.label)}: every treatment against {reference}",
            f"Network estimates against {reference}: {told}.",
        ),
    )


def _split_table(answer: NetworkAnswer, words: EffectWords) -> Table:
    rows = tuple(Row(_split(each, words)) for each in answer.split)
    return Table(
        f"{answer.asked.id}-split",
        "Direct and indirect evidence",
        ("Treatments", "Studies", "Direct", "Indirect", "Together", "P of no inconsistency"),
        rows,
    )


def _split(each: SplitComparison, words: EffectWords) -> tuple[str, ...]:
    return (
        f"{each.experimental} v {each.control}",
        str(len(each.direct_studies)),
        words.with_limits(each.direct),
        "\u2013" if isinstance(each.indirect.value, Absent) else words.with_limits(each.indirect),
        words.with_limits(each.together),
        "\u2013" if isinstance(each.p, Absent) else p_value(each.p),
    )


def _parts(answer: NetworkAnswer) -> Paragraph:
    found = answer.network.heterogeneity
    return Paragraph(
        f"Heterogeneity and inconsistency: {_q(answer.parts.total)}; within designs "
        f"{_q(answer.parts.within)}; between designs {_q(answer.parts.between)}. "
        f"\u03c4\u00b2 = {decimal(found.tau_squared, 4)}, I\u00b2 = {share(found.i_squared)}."
    )


def _q(part: QPart) -> str:
    if not part.degrees_of_freedom:
        return "Q with no degree of freedom"
    return f"Q = {small(part.q)} on {part.degrees_of_freedom}, {p_words(part.p)}"


def assumptions(answer: NetworkAnswer) -> tuple[Paragraph, ...]:
    """Say what the network takes for granted."""
    return tuple(Paragraph(footnote(each)) for each in answer.network.assumed)

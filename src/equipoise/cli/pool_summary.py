"""Studies put together, on the screen."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from equipoise.analyze.estimates import Absent
from equipoise.appraise.pooling.answers import NetworkAnswer, PoolAnswer, PooledEvidence
from equipoise.cli.table_layout import NONE, Cells, tables
from equipoise.report.format import p_value, sentence
from equipoise.report.pooling.one_network import agreement, ranking
from equipoise.report.pooling.one_pool import verdict
from equipoise.report.pooling.words import EffectWords, p_words, share, short_name, small


def print_pooled(found: PooledEvidence, out: Path | None) -> None:
    """Print each question: studies, what they say together, and what speaks against it."""
    if found.asked.title:
        _say(f"[bold]{escape(found.asked.title)}[/bold]")
    for answer in found.pools:
        _print_pool(answer)
    for network in found.networks:
        _print_network(network)
    if out is not None:
        _say(escape(f"Written to {out}"))


def _print_pool(answer: PoolAnswer) -> None:
    pooled, words = answer.pooled, EffectWords(answer.asked.effect, answer.pooled.level)
    rows = []
    for study, weight in zip(pooled.studies, pooled.weights, strict=True):
        lower, upper = (words.show(end) for end in study.shown(pooled.level))
        printed = f"{words.show(study.value)} ({lower} to {upper})"
        name = short_name(study.id, study.label)
        rows.append((name, printed, f"{100 * weight:.1f}%", NONE))
    rows.append(("Together", words.with_limits(pooled.effect), NONE, p_value(pooled.p)))
    if pooled.prediction is not None and not isinstance(pooled.prediction.lower, Absent):
        rows.append(("A new study", words.limits(pooled.prediction), NONE, NONE))
    _print(
        Cells(
            sentence(answer.asked.label),
            ("Study", words.heading, "Weight", "P"),
            rows,
            unbroken=True,
        )
    )
    found = pooled.heterogeneity
    _say(escape(verdict(answer)))
    if found.degrees_of_freedom:
        _say(
            escape(
                f"Q = {small(found.q)} on {found.degrees_of_freedom}, {p_words(found.p)}; I\u00b2 "
                f"{share(found.i_squared)}."
            )
        )
    others = "; ".join(
        f"{each.label} {words.with_limits(each.pooled.effect)}" for each in answer.others
    )
    if others:
        _say(escape(f"Other methods: {others}."))
    for told in answer.asked.assumed:
        _say(escape(told))
    for remark in answer.remarks:
        _say(escape(f"! {remark}"))


def _print_network(answer: NetworkAnswer) -> None:
    found, words = answer.network, EffectWords(answer.asked.effect, answer.network.level)
    rows = [
        (f"{row} v {column}", words.with_limits(each), p_value(found.p(row, column)))
        for row, column, each in found.league()
    ]
    _print(
        Cells(sentence(answer.asked.label), ("Treatments", words.heading, "P"), rows, unbroken=True)
    )
    _say(escape(ranking(answer)))
    _say(escape(agreement(answer)))
    for told in answer.asked.assumed:
        _say(escape(told))
    for remark in answer.remarks:
        _say(escape(f"! {remark}"))


def _print(cells: Cells) -> None:
    console = Console(highlight=False)
    for table in tables(cells, console.width):
        console.print(table, crop=False)


def _say(text: str) -> None:
    Console(highlight=False).print(text)

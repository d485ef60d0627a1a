"""The evidence library on the screen."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from equipoise.appraise.library.analysis import FigureAnalysis
from equipoise.appraise.library.comparison import LibraryComparison
from equipoise.appraise.library.priors import ENOUGH, PlanningPriors
from equipoise.cli.table_layout import NONE, Cells, tables
from equipoise.evidence.selection import SOURCE, Catalog, selection_in_words
from equipoise.report.evidence.priors import (
    control_quantiles,
    control_words,
    few_arms,
    left_out_words,
)
from equipoise.report.format import decimal, p_value, percent, ratio, with_interval


def print_list(catalog: Catalog) -> None:
    """Print a line a figure."""
    rows = [
        (
            each.id,
            each.cancer + (" (!)" if each.doubts else ""),
            each.endpoint,
            f"{each.experimental.label} v {each.control.label}"
            + ("" if each.order.resolved else " (?)"),
            str(each.patients),
            NONE if each.published is None else f"{each.published:g}",
            f"{each.journal} {each.year}",
        )
        for each in catalog
    ]
    header = ("Figure", "Cancer", "Endpoint", "Arms", "Patients", "Ratio", "Publication")
    _print(Cells(f"{_figures(len(catalog))}, with the published hazard ratio", header, rows))
    if any(not each.order.resolved for each in catalog):
        _say("(?) neither labels nor title tell which arm is experimental; arms as listed.")
    for each in catalog:
        if each.doubts:
            _say(f"(!) {each.id}: {' '.join(each.doubts)}")
    _say(SOURCE)


def print_figure(analysis: FigureAnalysis, out: Path | None) -> None:
    """Print what is published of a figure, and what its patients say."""
    figure = analysis.asked
    _say_boldly(f"{figure.trial}, figure {figure.number}: {figure.endpoint}")
    _say(f"{figure.title}. {figure.journal} {figure.year}, PubMed {figure.pubmed}.")
    _say(" ".join((figure.order.sentence, *figure.doubts)))
    unit = f"{figure.time_unit}s"
    rows = [
        ("Patients", *(str(each.patients) for each in analysis.arms), NONE),
        ("Events", *(str(each.events) for each in analysis.arms), NONE),
        (f"Median, {unit}", *(with_interval(each.median, decimal) for each in analysis.arms), NONE),
    ]
    for place, each in enumerate(analysis.landmarks):
        rates = (with_interval(arm.rates[place], percent) for arm in analysis.arms)
        label = f"At {each.time:.3g} {unit}, %"
        rows.append((label, *rates, with_interval(each.estimate, percent)))
    means = analysis.restricted_mean
    rows += [
        ("Hazard ratio", NONE, NONE, with_interval(analysis.hazard_ratio, ratio)),
        ("Log-rank, two-sided P", NONE, NONE, p_value(analysis.test.p_two_sided)),
        (f"Mean up to {means.until:.3g} {unit}", NONE, NONE, _mean(analysis)),
        ("Proportional hazards, P", NONE, NONE, p_value(analysis.proportional_hazards.p_two_sided)),
    ]
    header = ("", figure.control.description, figure.experimental.description, "Difference, ratio")
    _print(Cells("Rebuilt patients (95% intervals)", header, rows))
    published = "none in the index" if figure.published is None else f"{figure.published:g}"
    quality = "" if figure.quality is None else f" The index scores the curve {figure.quality}%."
    _say(f"Published hazard ratio: {published}.{quality}")
    _say(" ".join(analysis.assumed))
    _say_where(out)


def print_analyses(analyses: Sequence[FigureAnalysis]) -> None:
    """Print a line a figure."""
    rows = [
        (
            each.asked.id,
            each.asked.endpoint,
            f"{each.asked.time_unit}s",
            f"{decimal(each.control.median.value)} v {decimal(each.experimental.median.value)}",
            with_interval(each.hazard_ratio, ratio),
            p_value(each.test.p_two_sided),
            _mean(each),
            p_value(each.proportional_hazards.p_two_sided),
        )
        for each in analyses
    ]
    header = (
        "Figure",
        "Endpoint",
        "Unit",
        "Medians",
        "Hazard ratio",
        "Log-rank",
        "Restricted mean",
        "PH",
    )
    title = f"{_figures(len(analyses))}, patients rebuilt (95% intervals)"
    _print(Cells(title, header, rows, unbroken=True))
    _say(
        "Medians: control v experimental. Restricted mean: its difference, up to the last "
        "time that both arms know. Log-rank and PH (proportional hazards): two-sided P."
    )
    _say(SOURCE)


def print_comparison(compared: LibraryComparison, out: Path | None) -> None:
    """Print how many ratios agree, and those that do not."""
    rows = [
        (name, str(each.agree), str(each.of), f"{100 * each.share:.1f}%")
        for name, each in (
            ("Arm order resolved by labels and title", compared.resolved),
            ("of these, digitised with full score", compared.well_digitised),
            ("Arm order not resolved, as listed", compared.unresolved),
            ("All", compared.every),
            ("All, in the direction that fits", compared.whichever_way),
        )
        if each.of
    ]
    title = f"Hazard ratios within {100 * compared.tolerance:g}% of the published"
    _print(Cells(title, ("Figures", "Agree", "Of", "Share"), rows))
    for each in compared.outliers:
        told = " ".join(reason.sentence for reason in each.reasons)
        _say(f"- {each.figure.id}: {each.found:.2f}, published {each.published:g}. {told}")
    _say(" ".join((SOURCE, *compared.assumed)))
    _say_where(out)


def print_priors(priors: PlanningPriors, asked: Mapping[str, Any], out: Path | None = None) -> None:
    """Print what to expect of the next trial."""
    low, high = priors.interval
    trials = f"{priors.trials} trial{'s' * (priors.trials != 1)}"
    words = selection_in_words(**asked)
    _say(f"{_figures(len(priors.figures))} of {trials} ({words}).")
    _say(f"Mean hazard ratio {with_interval(priors.pooled.effect, ratio)}.")
    _say(
        f"A new trial's: {priors.prior.mean:.2f} ({low:.2f} to {high:.2f}); below 1 with "
        f"probability {priors.favorable:.2f}."
    )
    _say(
        f"In a protocol: design.prior {{hazard_ratio: {priors.prior.mean:.3g}, "
        f"standard_deviation: {priors.prior.standard_deviation:.3g}}}"
    )
    header = ("Control arms", "10%", "25%", "50%", "75%", "90%", "Arms")
    many = [each for each in priors.control if each.arms >= ENOUGH]
    rows = [(control_words(each), *control_quantiles(each), str(each.arms)) for each in many]
    if rows:
        _print(Cells("Quantiles over control arms", header, rows))
    for each in priors.control:
        if each.arms < ENOUGH:
            _say(few_arms(each))
    if priors.left_out:
        _say(left_out_words(priors))
    _say(" ".join((SOURCE, *priors.assumed)))
    _say_where(out)


def _figures(count: int) -> str:
    return "1 figure" if count == 1 else f"{count} figures"


def _mean(analysis: FigureAnalysis) -> str:
    return with_interval(analysis.restricted_mean.difference, partial(decimal, places=2))


def _print(cells: Cells) -> None:
    console = Console(highlight=False)
    for table in tables(cells, console.width):
        console.print(table, crop=False)


def _say(text: str) -> None:
    Console(highlight=False).print(escape(text))


def _say_boldly(text: str) -> None:
    Console(highlight=False).print(f"[bold]{escape(text)}[/bold]")


def _say_where(out: Path | None) -> None:
    if out is not None:
        _say(f"Written to {out}")

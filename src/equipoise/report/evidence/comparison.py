"""How far rebuilt patients can be relied on: published hazard ratios beside theirs."""

from collections import Counter

from equipoise.appraise.library.comparison import (
    SETTLED,
    Agreement,
    FigureComparison,
    LibraryComparison,
)
from equipoise.appraise.library.figure import Figure
from equipoise.report.document import Callout, Document, Paragraph, Row, Section, Table
from equipoise.report.evidence.words import REBUILT, SOURCES, order_words, percent_of
from equipoise.report.figures.log_ratios import RatioPoint, log_ratio_figure
from equipoise.report.format import ratio, with_interval


def comparison_document(compared: LibraryComparison, software: str) -> Document:
    """Tell how published and re-analyzed hazard ratios agree, figure by figure."""
    return Document(
        title="Published hazard ratios, re-analyzed",
        subtitle="The evidence library of Equipoise",
        facts=(
            ("Figures with a published ratio", str(len(compared.figures))),
            ("Without one", str(len(compared.without_ratio))),
            ("Software", software),
        ),
        sections=(
            _overview(compared),
            _outliers(compared),
            _orders(compared),
            _all(compared),
            _methods(compared),
        ),
    )


def verdict(compared: LibraryComparison) -> str:
    """Say in a sentence how many ratios agree."""
    resolved, every = compared.resolved, compared.every
    return (
        f"Where labels and title say which arm is experimental, {resolved.agree} of {resolved.of} "
        f"hazard ratios ({percent_of(resolved)}) are within {100 * compared.tolerance:g}% of the "
        f"published; of all figures, {every.agree} of {every.of} ({percent_of(every)})."
    )


def _overview(compared: LibraryComparison) -> Section:
    rows = (
        ("Arm order resolved by labels and title", compared.resolved),
        ("  of these, digitised with the index's full score", compared.well_digitised),
        ("Arm order not resolved, arms as the index lists them", compared.unresolved),
        ("All figures", compared.every),
        ("All, if the direction that fits were taken (not a fair test)", compared.whichever_way),
    )
    points = tuple(
        RatioPoint(
            each.figure.id, each.published, each.found, each.agrees, each.figure.order.resolved
        )
        for each in compared.figures
    )
    every = compared.every
    alternative = (
        f"Scatter of {every.of} hazard ratios on log scales, published against re-analyzed; "
        f"{every.agree} lie within {100 * compared.tolerance:g}% of the line of identity."
    )
    return Section(
        "agreement",
        "How well they agree",
        (
            Callout(verdict(compared), "verdict"),
            Paragraph(REBUILT),
            log_ratio_figure(points, compared.tolerance, alternative),
            Table(
                "agreement-counts",
                f"Hazard ratios within {100 * compared.tolerance:g}% of the published",
                ("Figures", "Agree", "Of", "Share"),
                tuple(
                    Row(_counted(name, found), indent=int(name.startswith(" ")))
                    for name, found in rows
                ),
                footnotes=(SETTLED,),
            ),
        ),
    )


def _counted(name: str, found: Agreement) -> tuple[str, ...]:
    return name.strip(), str(found.agree), str(found.of), percent_of(found)


def _outliers(compared: LibraryComparison) -> Section:
    rows = tuple(
        Row(
            (
                f"{each.figure.id}, {each.figure.endpoint}{_as_listed(each.figure)}",
                f"{each.published:g}",
                with_interval(each.analysis.hazard_ratio, ratio),
                " ".join(reason.sentence for reason in each.reasons),
            )
        )
        for each in compared.outliers
    )
    return Section(
        "outliers",
        "Those that do not agree",
        (
            Paragraph(
                "Each with what the data show beside the difference; that this is its cause is "
                "not proven."
            ),
            Table(
                "outlier-list",
                "Hazard ratios that differ, the farthest first",
                ("Figure", "Published", "Rebuilt (95% CI)", "What the data show"),
                rows,
                footnotes=("(?) neither labels nor title say which arm is experimental.",),
                prose=(3,),
            ),
        ),
    )


def _as_listed(figure: Figure) -> str:
    return "" if figure.order.resolved else " (?)"


def _orders(compared: LibraryComparison) -> Section:
    figures = [each.figure for each in compared.figures]
    counted = Counter(each.order.rule for each in figures)
    agreed = Counter(each.figure.order.rule for each in compared.figures if each.agrees)
    rows = tuple(
        Row((order_words_of(rule), str(agreed[rule]), str(count)))
        for rule, count in counted.most_common()
    )
    return Section(
        "arm-order",
        "Which arm is the experimental one",
        (
            Paragraph(
                "The experimental arm is told by labels and title, before any ratio is looked at. "
                "Rules that speak must agree; a title alone does not overrule the index."
            ),
            Table("order-rules", "The rules", ("Rule", "Agree", "Of"), rows),
        ),
    )


def order_words_of(rule: str) -> str:
    """Name a rule in a table."""
    return "not resolved (as listed)" if rule == "listed" else rule


def _all(compared: LibraryComparison) -> Section:
    rows = tuple(Row(_line(each)) for each in compared.figures)
    header = ("Figure", "Published", "Rebuilt (95% CI)", "Difference", "Arm order by")
    return Section(
        "all-figures",
        "All figures",
        (
            Table("all-ratios", "Published and re-analyzed", header, rows, prose=(4,)),
            Paragraph(f"Without a published ratio: {_named(compared.without_ratio)}."),
        ),
    )


def _line(each: FigureComparison) -> tuple[str, ...]:
    figure = each.figure
    arms = f"{figure.experimental.label} v {figure.control.label}"
    return (
        f"{figure.id}, {figure.endpoint}: {arms}",
        f"{each.published:g}",
        with_interval(each.analysis.hazard_ratio, ratio),
        f"{100 * (each.relative - 1):+.0f}%".replace("-", "\u2212"),
        order_words(figure),
    )


def _named(figures: tuple[Figure, ...]) -> str:
    return ", ".join(each.id for each in figures) or "none"


def _methods(compared: LibraryComparison) -> Section:
    said = (*compared.figures[0].analysis.assumed, *compared.assumed) if compared.figures else ()
    return Section(
        "methods",
        "Methods and sources",
        (
            Paragraph("Cox model with Efron ties, experimental over control. " + " ".join(said)),
            *(Paragraph(each) for each in SOURCES),
        ),
    )

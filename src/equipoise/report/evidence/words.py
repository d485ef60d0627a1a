"""Sentences that everything told of the evidence library shares."""

from equipoise.appraise.library.comparison import Agreement
from equipoise.appraise.library.figure import Figure

REBUILT = (
    "The patients are rebuilt from published Kaplan-Meier figures. They are not the trials' own "
    "data: there are no covariates and no strata, and they are as exact as drawing and digitising "
    "were."
)
SOURCES = (
    (
        "Redd R, Fell N, Rahman R. kmdata: reconstructed patient-level data from published "
        "Kaplan-Meier figures of phase III oncology trials. R package 1.0.1 (MIT licence), 2021."
    ),
    (
        "Guyot P, Ades AE, Ouwens MJNM, Welton NJ. Enhanced secondary analysis of survival data: "
        "reconstructing the data from published Kaplan-Meier survival curves. BMC Med Res Methodol "
        "2012;12:9."
    ),
)


def percent_of(found: Agreement) -> str:
    """Print a share.

    >>> percent_of(Agreement(186, 197))
    '94.4%'
    """
    return f"{100 * found.share:.1f}%"


def order_words(figure: Figure) -> str:
    """Say by what the experimental arm is known."""
    return figure.order.rule if figure.order.resolved else "not resolved"


def citation(figure: Figure) -> str:
    """Cite the publication of a figure."""
    registered = f" {figure.registration}." if figure.registration else ""
    title = figure.title.rstrip(".")
    return (
        f"{title}. {figure.journal} {figure.year}, figure {figure.number}. PubMed "
        f"{figure.pubmed}.{registered}"
    )

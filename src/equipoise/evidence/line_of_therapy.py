"""At which stage of the disease a trial treats, as far as its title says in so many words.

The index has no line of therapy; the title is asked, and where it does not say, nobody guesses.
"""

import re

from equipoise.appraise.library.figure import LineOfTherapy

SAID = (  # the first that is found counts
    ("maintenance", r"\bmaintenance\b"),
    ("adjuvant", r"\b(?:neo)?adjuvant\b|\bpost-?operative\b|\b(?:fully )?resected\b"),
    (
        "second or later",
        (
            r"\b(?:second|third)-(?:or third-)?line\b|\bpreviously[- ]treated\b|\bpre-?treated\b|"
            r"\b(?:second|third)-(?:or|line)\b|\brefractory metastatic\b|\bchemo-?refractory\b|"
            r"\bchemotherapy-refractory\b|\bprogressed (?:after|during|on|following|despite)\b|"
            r"\b(?:after|beyond) (?:disease )?progression\b"
        ),
    ),
    (
        "first",
        (
            r"(?<!after )(?<!on )(?<!to )\bfirst-line\b|\bpreviously[- ]untreated\b|"
            r"\bchemotherapy-na[iï]ve\b|\bbefore chemotherapy\b"
        ),
    ),
)


def line_of_therapy(title: str) -> LineOfTherapy | None:
    """Give the line of therapy a title names, and the words that do; None where none do.

    >>> line_of_therapy("First-line erlotinib versus gemcitabine/cisplatin").line
    'first'
    >>> line_of_therapy("Palbociclib and Letrozole in Advanced Breast Cancer") is None
    True
    """
    for line, pattern in SAID:
        found = re.search(pattern, title, flags=re.IGNORECASE)
        if found:
            return LineOfTherapy(line, found.group(0))  # type: ignore[arg-type]
    return None

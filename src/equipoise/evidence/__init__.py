"""The shipped library of real trials: published Kaplan-Meier figures, turned back into patients.

    from equipoise import evidence
    figures = evidence.catalog().select(cancer="Lung", endpoint="OS")

The patients are rebuilt from published figures, not the trials' own data; `docs/evidence.md` tells
all that the library does.
"""

from equipoise.offered import loader

HOME = {  # module → what it offers
    "evidence.selection": "Catalog catalog",
    "appraise.library.figure": "ArmOrder Figure FigureArm LineOfTherapy",
    "appraise.library.analysis": "ArmOfFigure FigureAnalysis analyze_figure analyze_figures",
    "appraise.library.comparison": (
        "Agreement FigureComparison LibraryComparison compare_figure compare_library"
    ),
    "appraise.library.reasons": "Reason",
    "appraise.library.priors": "ControlSpread PlanningPriors planning_priors",
    "appraise.library.counted_once": "LeftOut",
    "evidence.planning": "EvidencePrior prior_from_evidence real_patients",
}
MODULE_OF = {
    name: f"equipoise.{module}" for module, names in HOME.items() for name in names.split()
}

__all__ = list(MODULE_OF)


__getattr__ = loader(globals(), MODULE_OF, "docs/evidence.md")


def __dir__() -> list[str]:
    return sorted(__all__)

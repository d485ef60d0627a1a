"""The shipped library of real trials: published Kaplan-Meier figures, turned back into patients.

    from equipoise import evidence
    figures = evidence.catalog().select(cancer="Lung", endpoint="OS")

The patients are rebuilt from published figures, not the trials' own data; `docs/evidence.md` tells
all that the library does.
"""

from typing import TYPE_CHECKING

from equipoise.offered import loader

if TYPE_CHECKING:
    from equipoise.evidence.catalog import Catalog as Catalog
    from equipoise.evidence.catalog import catalog as catalog

HOME = {
    "appraise.library_figure": "ArmOrder Figure FigureArm LineOfTherapy",
    "evidence.catalog": "Catalog catalog",
}
MODULE_OF = {
    name: f"equipoise.{module}" for module, names in HOME.items() for name in names.split()
}

__all__ = list(MODULE_OF)


__getattr__ = loader(globals(), MODULE_OF, "docs/evidence.md")


def __dir__() -> list[str]:
    return sorted(__all__)

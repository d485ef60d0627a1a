"""The figures of the library, chosen by what their publications say of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from equipoise.appraise.library.figure import Figure
from equipoise.errors import DataError
from equipoise.evidence.reading import shipped_figures

SOURCE = (
    "Patients rebuilt from published Kaplan-Meier figures (kmdata 1.0.1: Redd, Fell & Rahman, "
    "MIT licence; Guyot et al. 2012), not the trials' own data."
)

FILTERS = (
    "cancer",
    "endpoint",
    "journal",
    "year",
    "treatment",
    "treatment_class",
    "line",
    "metastatic",
)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Figures, in the order of the index; a selection is a catalog again."""

    figures: tuple[Figure, ...]
    source: str = SOURCE

    def __len__(self) -> int:
        return len(self.figures)

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.figures)

    def figure(self, identifier: str) -> Figure:
        """Find a figure by its id, whatever its capitals.

        Raises:
            DataError: there is no such figure; the nearest ids are named.
        """
        wanted = identifier.casefold()
        found = next((each for each in self.figures if each.id.casefold() == wanted), None)
        if found is not None:
            return found
        ids = [each.id for each in self.figures]
        near = [each for each in ids if each.casefold().startswith(wanted)] or get_close_matches(
            identifier, ids, n=3
        )
        hint = (
            f"Did you mean {', '.join(near[:6])}?"
            if near
            else "`equipoise evidence list` shows all 304."
        )
        raise DataError(f"The library has no figure {identifier!r}. {hint}")

    def select(
        self,
        *,
        cancer: str | None = None,
        endpoint: str | None = None,
        journal: str | None = None,
        year: int | tuple[int, int] | None = None,
        treatment: str | None = None,
        treatment_class: str | None = None,
        line: str | None = None,
        metastatic: bool | None = None,
    ) -> "Catalog":
        """Keep the figures that are all of what is asked, whatever the capitals.

        Args:
            cancer: "Breast", "Lung", "Colorectal" or "Prostate".
            endpoint: "OS", "PFS", "DFS", ...
            journal: as the index has it ("Lancet Onc"), or the beginning of it.
            year: of the publication, or the first and the last.
            treatment: text in a label, a description or the title.
            treatment_class: as the index has it ("Immunotherapy"), or part of it.
            line: "adjuvant", "first", "second or later" or "maintenance", where the title says so.
            metastatic: whether the disease was.

        Raises:
            DataError: a word that no figure of the library bears (those there are are named), or
                years that end before they begin.
        """
        for what, asked, there in (
            ("cancer", cancer, {part for f in self.figures for part in f.cancer.split("/")}),
            ("endpoint", endpoint, {f.endpoint for f in self.figures}),
            ("line", line, {str(f.line.line) for f in self.figures if f.line}),
        ):
            _known(what, asked, there)
        _known_part("journal", journal, {f.journal for f in self.figures})
        _known_part("treatment class", treatment_class, {f.treatment_class for f in self.figures})
        first, last = year if isinstance(year, tuple) else (year, year)
        if first is not None and last is not None and first > last:
            raise DataError(f"The years {first} to {last} end before they begin. Turn them round.")
        return Catalog(
            tuple(
                each
                for each in self.figures
                if (cancer is None or cancer.casefold() in each.cancer.casefold().split("/"))
                and (endpoint is None or endpoint.casefold() == each.endpoint.casefold())
                and (journal is None or each.journal.casefold().startswith(journal.casefold()))
                and (first is None or each.year >= first)
                and (last is None or each.year <= last)
                and (treatment is None or treatment.casefold() in _text(each))
                and (
                    treatment_class is None
                    or treatment_class.casefold() in each.treatment_class.casefold()
                )
                and (line is None or (each.line and each.line.line == line.casefold()))
                and (metastatic is None or each.metastatic == metastatic)
            )
        )


def chosen_figures(**chosen: Any) -> Catalog:  # noqa: ANN401 - as `Catalog.select`
    """Give the figures of the library that are all of what is asked: one at least.

    Args:
        chosen: as `Catalog.select`.

    Raises:
        DataError: as `Catalog.select`; or no figure is all of it.

    Witness: `Catalog.select`.
    """
    library = catalog()
    found = library.select(**chosen)
    if found:
        return found
    asked = [(key, value) for key, value in chosen.items() if value is not None]
    each = [
        f"{selection_in_words(**{key: value})} has {len(library.select(**{key: value}))}"
        for key, value in asked
    ]
    alone = f" Of figures, {', '.join(each)}." if len(each) > 1 else ""
    raise DataError(
        f"No figure of the library is of {selection_in_words(**chosen)}.{alone} Ask for less: "
        "`equipoise evidence list` shows what there is."
    )


def catalog() -> Catalog:
    """Open the evidence library.

    Raises:
        DataError: a file of the library is missing, or is not as it was shipped.

    Witness: the index's own counts of figures, trials and patients.
    """
    return Catalog(shipped_figures())


def selection_in_words(**chosen: Any) -> str:  # noqa: ANN401 - as `Catalog.select`
    """Say what a selection keeps, always in the same order.

    >>> selection_in_words(year=(2014, 2016), cancer="Lung", metastatic=False)
    'cancer Lung, year 2014 to 2016, not metastatic'
    """
    return ", ".join(_in_words(key, chosen[key]) for key in FILTERS if chosen.get(key) is not None)


def _in_words(key: str, value: object) -> str:
    if isinstance(value, bool):
        return key if value else f"not {key}"
    told = f"{value[0]} to {value[1]}" if isinstance(value, tuple) else f"{value}"
    return f"{key.replace('_', ' ')} {told}"


def _text(figure: Figure) -> str:
    arms = " ".join(f"{each.label} {each.description}" for each in figure.arms)
    return f"{arms} {figure.title}".casefold()


def _known(what: str, asked: str | None, there: set[str]) -> None:
    if asked is not None and asked.casefold() not in {each.casefold() for each in there}:
        _refuse(what, asked, there)


def _known_part(what: str, asked: str | None, there: set[str]) -> None:
    if asked is not None and not any(asked.casefold() in each.casefold() for each in there):
        _refuse(what, asked, there)


def _refuse(what: str, asked: str, there: set[str]) -> None:
    held = ", ".join(sorted(there)) or "none"
    whole = {each.casefold(): each for each in there}
    near = [whole[each] for each in get_close_matches(asked.casefold(), whole, n=2)]
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise DataError(f"No figure of the library has the {what} {asked!r}. {hint}There are: {held}.")

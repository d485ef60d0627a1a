"""The verb `evidence`: the shipped library of published figures, listed, shown, analyzed, used.

`equipoise.evidence` offers the parts; these are what the command line does with them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.errors import DataError
from equipoise.verbs.asking import FORMATS, chosen_formats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.appraise.library.analysis import FigureAnalysis
    from equipoise.appraise.library.comparison import LibraryComparison
    from equipoise.appraise.library.priors import PlanningPriors
    from equipoise.evidence.selection import Catalog
    from equipoise.report.document import Document


def list_evidence(**chosen: Any) -> Catalog:  # noqa: ANN401 - as `Catalog.select`
    """List the figures of the library that are all of what is asked.

    Args:
        chosen: as `equipoise.evidence.Catalog.select`: cancer, endpoint, journal, year,
            treatment, treatment_class, line, metastatic.

    Raises:
        DataError: a word that no figure bears, words that none bears all of, or a file of the
            library that was changed.
    """
    from equipoise.evidence.selection import chosen_figures

    return chosen_figures(**chosen)


def analyze_evidence(
    figure: str,
    *,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> FigureAnalysis:
    """Analyze one figure of the library, and write its page if `out` is given.

    Args:
        figure: its id.
        out: the folder to write the page into; it is made where it does not exist.
        formats: of ``html``, ``pdf`` and ``docx``, one or several; ``"none"`` for data only.
        progress: told what starts now.
        command: what the manifest records as the command.
        force: write over files of an earlier page that were edited since.

    Raises:
        DataError: there is no such figure, or a file of the library was changed.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours.
    """
    from equipoise.appraise.library.analysis import analyze_figure
    from equipoise.evidence.selection import catalog

    chosen = _ready(out, formats, force=force)
    found = analyze_figure(catalog().figure(figure))
    if out is not None:
        from equipoise.appraise.library.record import analysis_record
        from equipoise.report.evidence.one_figure import figure_document

        document = figure_document(found, _software()) if chosen else None
        how = {"progress": progress, "command": command, "force": force}
        _write(analysis_record(found), document, Path(out), chosen, how)
    return found


def compare_evidence(
    *,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
    **chosen: Any,  # noqa: ANN401 - as `Catalog.select`
) -> LibraryComparison:
    """Set published hazard ratios beside re-analyzed ones, and write the page if `out` is given.

    Args:
        out: as for `analyze_evidence`.
        formats: likewise.
        progress: likewise.
        command: likewise.
        force: likewise.
        chosen: which figures, as `list_evidence`; all unless said.

    Raises:
        DataError: a word that no figure bears, or a file of the library that was changed.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours.
    """
    from equipoise.appraise.library.comparison import compare_library

    written = _ready(out, formats, force=force)
    progress("Analyzing figures")
    found = compare_library(list_evidence(**chosen))
    if not found.figures:
        raise DataError(
            "None of the figures chosen has a published hazard ratio to compare with. Choose more: "
            "`equipoise evidence list` shows what there is."
        )
    if out is not None:
        from equipoise.appraise.library.record import comparison_record
        from equipoise.report.evidence.comparison import comparison_document

        document = comparison_document(found, _software()) if written else None
        how = {"progress": progress, "command": command, "force": force}
        _write(comparison_record(found), document, Path(out), written, how)
    return found


def evidence_priors(
    *,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
    **chosen: Any,  # noqa: ANN401 - as `Catalog.select`
) -> PlanningPriors:
    """Put the figures of a setting together, and write the page if `out` is given.

    Args:
        out: as for `analyze_evidence`.
        formats: likewise.
        progress: likewise.
        command: likewise.
        force: likewise.
        chosen: which figures, as `list_evidence`; one endpoint.

    Raises:
        DataError: nothing is selected, figures of several endpoints, or none that can be used.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours.
    """
    from equipoise.appraise.library.priors import planning_priors

    written = _ready(out, formats, force=force)
    progress("Analyzing figures")
    found = planning_priors(list_evidence(**chosen))
    if out is not None:
        from equipoise.appraise.library.record import priors_record
        from equipoise.evidence.selection import selection_in_words
        from equipoise.report.evidence.priors import priors_document

        words = selection_in_words(**chosen)
        document = priors_document(found, words, _software()) if written else None
        how = {"progress": progress, "command": command, "force": force}
        _write(priors_record(found), document, Path(out), written, how)
    return found


def _ready(out: str | Path | None, formats: str | Sequence[str], *, force: bool) -> tuple[str, ...]:
    chosen = tuple(chosen_formats(formats))
    if out is not None:
        from equipoise.report.evidence.write import KIND
        from equipoise.report.folder import check_ready

        check_ready(Path(out), chosen, kind=KIND, force=force)
    return chosen


def _software() -> str:
    from equipoise import __version__

    return f"Equipoise {__version__}"


def _write(
    record: Mapping[str, Any],
    document: Document | None,
    out: Path,
    formats: Sequence[str],
    how: Mapping[str, Any],
) -> None:
    from equipoise.evidence.reading import SHA256
    from equipoise.report.evidence.write import write_evidence

    write_evidence(record, document, out, formats=formats, inputs=SHA256, **how)

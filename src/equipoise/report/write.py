"""The whole output folder, written as one: either all of it, or nothing.

Everything is made in memory first, then written to a folder beside the target, then moved into
place file by file, the manifest last.  A folder that holds anything but an earlier report of
ours is left alone.
"""

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import util
from pathlib import Path
from typing import Any

from equipoise.analyze.progress import Notice, Progress, only_notices
from equipoise.analyze.results import TrialAnalysis
from equipoise.errors import DataError, EquipoiseError
from equipoise.report import ars
from equipoise.report import manifest as manifests
from equipoise.report.ard import StatisticRow, ard, to_json, to_parquet
from equipoise.report.curves import curves_to_parquet
from equipoise.report.document import Document
from equipoise.report.numbering import captions, figures
from equipoise.report.plain_text import slug

FORMATS = ("html", "pdf", "docx")
NEEDED = {  # format → modules
    "html": ("jinja2", "matplotlib"),
    "pdf": ("typst", "matplotlib"),
    "docx": ("docx", "matplotlib"),
}
MANIFEST = "manifest.json"


def write_report(  # noqa: PLR0913 - what a report is made of, and where it goes
    analysis: TrialAnalysis,
    document: Document,
    out: Path,
    *,
    formats: Sequence[str] = FORMATS,
    rows: tuple[StatisticRow, ...] | None = None,
    protocol_file: Path | None = None,
    command: str | None = None,
    seed: int | None = None,
    started: datetime | None = None,
    progress: Progress = only_notices,
    force: bool = False,
) -> dict[str, Any]:
    """Write documents, figures, results as data and manifest; return the manifest.

    Raises:
        EquipoiseError: If a format is unknown or its extra is not installed, or the folder
            holds something else or edited files (unless `force`), or cannot be written.
    """
    started = started or datetime.now(UTC)
    check_ready(out, formats, force=force)
    with _written_in_words(out):
        protocol = (protocol_file.name, protocol_file.read_bytes()) if protocol_file else None
        files = render(analysis, document, formats, rows, progress)
        run = manifests.Run(command, started, datetime.now(UTC))
        made = manifests.manifest(analysis, files, run, protocol_file=protocol, seed=seed)
        progress(f"Writing {out}")
        outdated = _outdated(out, files)
        _write(out, files, manifests.to_json(made).encode(), outdated)
    if outdated:
        progress(Notice(f"Removed from {out}, being of the earlier report: {', '.join(outdated)}"))
    return made


def render(
    analysis: TrialAnalysis,
    document: Document,
    formats: Sequence[str] = FORMATS,
    rows: tuple[StatisticRow, ...] | None = None,
    progress: Progress = only_notices,
) -> dict[str, bytes]:
    """Make every file but the manifest: name in the folder → content."""
    captions(document)  # refuses an id used twice
    rows = ard(analysis) if rows is None else rows
    files = {}
    for figure in figures(document):
        files[f"figures/{slug(figure.id)}.svg"] = figure.svg.encode()
        files[f"figures/{slug(figure.id)}.png"] = figure.png
    progress("Results as data")
    files["results.json"] = to_json(rows).encode()
    files["results.parquet"] = to_parquet(rows)
    files["curves.parquet"] = curves_to_parquet(analysis)
    event = ars.reporting_event(analysis, rows, document, tuple(formats))
    files["reporting-event.json"] = ars.to_json(event).encode()
    for kind in formats:
        progress(f"Document: {kind}")
        files[f"report.{kind}"] = _document(kind, document)
    return files


def _document(kind: str, document: Document) -> bytes:
    if kind == "html":
        from equipoise.report.html import html  # noqa: PLC0415 - only where asked for

        return html(document).encode()
    if kind == "pdf":
        from equipoise.report.pdf import pdf  # noqa: PLC0415 - only where asked for

        return pdf(document)
    from equipoise.report.word import word  # noqa: PLC0415 - only where asked for

    return word(document)


# --- before anything is made ----------------------------------------------------------------


def check_ready(out: Path, formats: Sequence[str] = FORMATS, *, force: bool = False) -> None:
    """Refuse, before any work is done, what could not be written in the end.

    Raises:
        EquipoiseError: If a format is unknown or not installed, or the folder is not ours, or
            files of the earlier report in it were edited since (unless `force`).
    """
    for kind in formats:
        if kind not in NEEDED:
            raise EquipoiseError(
                f"There is no report format {kind!r}. Choose from {', '.join(FORMATS)}."
            )
        missing = [module for module in NEEDED[kind] if not _installed(module)]
        if missing:
            named = " and ".join(missing)
            raise EquipoiseError(
                f"The format {kind!r} needs what is not installed here: {named}. "
                f'Run: pip install "equipoise[documents]", or choose --format none'
            )
    _check_target(out)
    if not force:
        _check_edits(out, formats)


def _installed(module: str) -> bool:
    try:
        return util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _check_target(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise EquipoiseError(f"{out} is a file, not a folder. Name another place for the report.")
    if any(out.iterdir()) and not _is_ours(out):
        raise EquipoiseError(
            f"The folder {out} is not empty and holds no report of Equipoise (no {MANIFEST}). "
            f"Name a new or an empty folder."
        )


def _check_edits(out: Path, formats: Sequence[str]) -> None:
    """Refuse to write over what someone changed by hand, or to remove it."""
    if not (earlier := _earlier(out)):
        return
    edited = [name for name in manifests.altered(out, earlier) if (out / name).exists()]
    wanted = [f"report.{kind}" for kind in formats]
    foreign = [n for n in wanted if n not in earlier.get("outputs", {}) and (out / n).exists()]
    if edited or foreign:
        raise EquipoiseError(
            f"In {out} these files are not as Equipoise wrote them: "
            f"{', '.join([*edited, *foreign])}. Name another folder, or give --force (in Python "
            f"force=True) to lose the edits."
        )


def _earlier(out: Path) -> dict[str, Any]:
    """Read the manifest of the earlier report in this folder; empty where there is none."""
    if not (out / MANIFEST).exists():
        return {}
    return manifests.read_manifest((out / MANIFEST).read_text(encoding="utf-8"))


def _is_ours(out: Path) -> bool:
    try:
        manifests.read_manifest((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, DataError):
        return False
    return True


# --- writing --------------------------------------------------------------------------------


@contextmanager
def _written_in_words(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise EquipoiseError(
            f"The report could not be written to {out}: {problem.strerror or problem}. "
            f"Free the place or name another."
        ) from problem


def _write(out: Path, files: Mapping[str, bytes], made: bytes, outdated: Sequence[str]) -> None:
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    stage = out.parent / f".{out.name}.{secrets.token_hex(4)}"
    try:
        for name, content in (*files.items(), (MANIFEST, made)):
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_bytes(content)
        if out.exists():
            _move(stage, out, (*files, MANIFEST), outdated)
        else:
            stage.replace(out)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _move(stage: Path, out: Path, names: Sequence[str], outdated: Sequence[str]) -> None:
    """Replace file by file, so that anything else in the folder stays."""
    for name in names:
        (out / name).parent.mkdir(exist_ok=True)
        (stage / name).replace(out / name)
    for name in outdated:
        (out / name).unlink(missing_ok=True)


def _outdated(out: Path, files: Mapping[str, bytes]) -> list[str]:
    """List what the earlier report in this folder wrote and this one does not."""
    names = _earlier(out).get("outputs", {})
    return [name for name in names if name not in files and manifests.inside(name)]

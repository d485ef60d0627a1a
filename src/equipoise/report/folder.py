"""An output folder, written as one: either all of it, or nothing.

Everything is made in memory first, then written to a folder beside the target, then moved into
place file by file, the manifest last.  A folder that holds anything but earlier work of ours, of
the same kind, is left alone.
"""

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import util
from pathlib import Path
from typing import Any

from equipoise.analyze.progress import Notice, Progress
from equipoise.errors import DataError, EquipoiseError
from equipoise.report import manifest as manifests

FORMATS = ("html", "pdf", "docx")
NEEDED = {  # format → modules
    "html": ("jinja2", "matplotlib"),
    "pdf": ("typst", "matplotlib"),
    "docx": ("docx", "matplotlib"),
}
MANIFEST = "manifest.json"


def store(
    out: Path, files: Mapping[str, bytes], made: Mapping[str, Any], progress: Progress
) -> None:
    """Write all files and the manifest, and remove what only the earlier ones of ours had."""
    progress(f"Writing {out}")
    outdated = _outdated(out, files)
    _write(out, files, manifests.to_json(made).encode(), outdated)
    if outdated:
        progress(Notice(f"Removed from {out}, being of the earlier report: {', '.join(outdated)}"))


@contextmanager
def written_in_words(out: Path) -> Iterator[None]:
    """Tell what a disk refuses as an error of ours."""
    try:
        yield
    except OSError as problem:
        raise EquipoiseError(
            f"The report could not be written to {out}: {problem.strerror or problem}. "
            f"Free the place or name another."
        ) from problem


# --- before anything is made ----------------------------------------------------------------


def check_ready(
    out: Path,
    formats: Sequence[str] = FORMATS,
    *,
    kind: manifests.Kind = "analysis",
    force: bool = False,
) -> None:
    """Refuse, before any work is done, what could not be written in the end.

    Raises:
        EquipoiseError: If a format is unknown or not installed, or the folder is not ours, or
            it holds work of another kind, or files in it were edited since (unless `force`).
    """
    for each in formats:
        if each not in NEEDED:
            raise EquipoiseError(
                f"There is no report format {each!r}. Choose from {', '.join(FORMATS)}."
            )
        missing = [module for module in NEEDED[each] if not _installed(module)]
        if missing:
            named = " and ".join(missing)
            raise EquipoiseError(
                f"The format {each!r} needs what is not installed here: {named}. "
                f'Run: pip install "equipoise[documents]", or choose --format none'
            )
    _check_target(out)
    if not force:
        _check_kind(out, kind)
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


def _check_kind(out: Path, kind: manifests.Kind) -> None:
    """Refuse to put the report of one kind of work in the place of another's."""
    earlier = _earlier(out)
    found = manifests.kind_of(earlier)
    if earlier and found != kind:
        raise EquipoiseError(
            f"The folder {out} holds the report of {_article(found)}, which that of "
            f"{_article(kind)} would replace. Name another folder, or give --force (in Python "
            f"force=True)."
        )


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


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

"""Are two report folders the same, bit for bit?  By their manifests, and by the files themselves.

A manifest speaks for a folder only while every file in it is as it was written, so each is
hashed anew.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from equipoise.errors import DataError
from equipoise.report.manifest import Difference, altered, compare_manifests, read_manifest

MANIFEST = "manifest.json"
EDITED, KEPT = "not as its manifest says", "as its manifest says"


def compare_folders(first: Path, second: Path) -> tuple[Difference, ...]:
    """Say where two report folders differ, clock and command aside.

    Raises:
        DataError: a folder holds no manifest of ours.
    """
    manifests = _manifest_of(first), _manifest_of(second)
    return (*compare_manifests(*manifests), *_edits((first, second), manifests))


def _manifest_of(folder: Path) -> dict[str, Any]:
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"{folder} holds no {MANIFEST} that can be read ({error.strerror}). Name a folder that "
            "equipoise analyze or design wrote."
        ) from None
    return read_manifest(text)


def _edits(
    folders: tuple[Path, Path], manifests: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> Iterator[Difference]:
    """Name the files that are not, or no longer, what their manifest says."""
    edited = [set(altered(*each)) for each in zip(folders, manifests, strict=True)]
    for name in sorted(edited[0] | edited[1]):
        yield Difference(f"files/{name}", *(EDITED if name in e else KEPT for e in edited))

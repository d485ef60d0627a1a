"""What verbs ask of their arguments alike: formats of documents, and the protocol's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.errors import EquipoiseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.protocol.trial import Protocol

FORMATS = ("html", "pdf", "docx")


def chosen_formats(formats: str | Sequence[str]) -> tuple[str, ...]:
    """Read which documents are wanted: a sequence, or a text with commas; "none" is none.

    Raises:
        EquipoiseError: a format is unknown.

    >>> chosen_formats("html, pdf"), chosen_formats("none"), chosen_formats(["docx"])
    (('html', 'pdf'), (), ('docx',))
    """
    given = formats.split(",") if isinstance(formats, str) else formats
    chosen = tuple(dict.fromkeys(part.strip().lower() for part in given))
    if chosen in {(), ("none",)}:
        return ()
    unknown = [part for part in chosen if part not in FORMATS]
    if unknown:
        named = ", ".join(map(repr, unknown))
        raise EquipoiseError(
            f"There is no report format {named}. Choose from {', '.join(FORMATS)}, or none."
        )
    return chosen


def file_of(protocol: Protocol | str | Path) -> Path | None:
    """Give the file a protocol is in: of a folder, its `protocol.yaml`."""
    if not isinstance(protocol, str | Path):
        return None
    from equipoise.io.protocol.yaml import protocol_file

    return protocol_file(Path(protocol))

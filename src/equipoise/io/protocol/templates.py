"""Commented protocols to start from, one a kind of trial."""

import os
import tempfile
from importlib.resources import files
from pathlib import Path

from equipoise.errors import ProtocolError

KINDS = ("two-arm-time-to-event", "two-arm-binary", "aall1331")
BESIDE = {"aall1331": ("aall1331-course.yaml",)}  # files that a starting protocol names
_YAML = {".yaml", ".yml"}


def template_text(kind: str) -> str:
    """Give the starting protocol of a kind.

    Raises:
        ProtocolError: There is no such kind.
    """
    if kind not in KINDS:
        raise ProtocolError(
            f"There is no starting protocol {kind!r}; use one of {', '.join(KINDS)}."
        )
    return _shipped(f"{kind}.yaml")


def _shipped(name: str) -> str:
    return files("equipoise.io").joinpath("templates", name).read_text(encoding="utf-8")


def write_template(kind: str, target: str | Path = ".", *, force: bool = False) -> Path:
    """Write a starting protocol to a file, or to `protocol.yaml` in a folder.

    Files that it names, such as a multi-state course, are written beside it.

    Raises:
        ProtocolError: A file exists and `force` is off, or one cannot be written.
    """
    text, path = template_text(kind), Path(target)
    if path.suffix not in _YAML or path.is_dir():
        path /= "protocol.yaml"
    written = {path.with_name(name): _shipped(name) for name in BESIDE.get(kind, ())} | {path: text}
    for each in written:
        if each.exists() and not force:
            raise ProtocolError(
                f"{each} exists already; name another file, or overwrite with --force."
            )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for each, held in written.items():
            _write_whole(each, held)
    except OSError as error:
        reason = error.strerror or error
        raise ProtocolError(f"{path} cannot be written: {reason}; name another place.") from error
    return path


def _write_whole(path: Path, text: str) -> None:
    """Write beside the file and rename: it is there whole, or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=True)
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        beside.chmod(0o644)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)

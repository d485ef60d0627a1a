"""Commented protocols to start from, one a kind of trial."""

import os
import tempfile
from importlib.resources import files
from pathlib import Path

from equipoise.errors import ProtocolError

KINDS = ("two-arm-time-to-event", "two-arm-binary", "aall1331")
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
    return files("equipoise.io").joinpath("templates", f"{kind}.yaml").read_text(encoding="utf-8")


def write_template(kind: str, target: str | Path = ".", *, force: bool = False) -> Path:
    """Write a starting protocol to a file, or to `protocol.yaml` in a folder.

    Raises:
        ProtocolError: The file exists and `force` is off, or it cannot be written.
    """
    text, path = template_text(kind), Path(target)
    if path.suffix not in _YAML or path.is_dir():
        path /= "protocol.yaml"
    if path.exists() and not force:
        raise ProtocolError(f"{path} exists already; name another file, or overwrite with --force.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, text)
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

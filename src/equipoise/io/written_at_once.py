"""Write a file so that whoever reads it, whenever, finds the old one or the new one."""

import contextlib
import os
from pathlib import Path

OWNER_ONLY = 0o600


def write_at_once(target: Path, text: str) -> None:
    """Write a file that only its owner can read, and put it in place at once.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    beside = target.with_name(f".{target.name}.new")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    try:
        left = memoryview(text.encode())
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    finally:
        os.close(file)
    beside.replace(target)
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Make a new name last through a loss of power, where the system can."""
    with contextlib.suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)

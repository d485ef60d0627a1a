"""Results so far, in a file that survives: killed at any moment, it loses at most what was in hand.

The file is a log of parts, each a record with a checksum, appended as they are found.  A record
that was cut short is dropped when the file is opened again.  Where the log has grown far beyond
what it holds, it is written anew beside itself and put in its place at once.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from equipoise.errors import SimulationError
from equipoise.simulate.part import MAGIC, Part, part_bytes, parts_from
from equipoise.simulate.plan import SimulationPlan

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: nobody is kept out
    fcntl = None

GROWN = 16 << 20  # bytes that a log may grow before it is written anew


class Checkpoint:
    """An open log of one plan's parts."""

    def __init__(self, path: Path, plan: SimulationPlan, file: int) -> None:
        self._path, self._plan, self._file = path, plan, file
        self._held: dict[str, Part] = {}  # by scenario, merged
        self._single: list[Part] = []  # found, where precision is asked of single chunks
        self.lost = 0  # bytes at the end that were no whole record
        self._size = self._compact = 0
        self._read()

    def _read(self) -> None:
        data = self._path.read_bytes()
        _check_ours(self._path, data)
        for part, end in parts_from(data):
            _check_plan(self._path, part, self._plan)
            self._keep(part)
            self._size = end
        self.lost = len(data) - self._size
        if self.lost:
            os.ftruncate(self._file, self._size)
        self._compact = self._size

    def _keep(self, part: Part) -> None:
        if self._plan.precision is not None:
            self._single.append(part)
            return
        held = self._held.get(part.scenario)
        self._held[part.scenario] = part if held is None else held.merged(part)

    def parts(self) -> list[Part]:
        """Give what earlier runs have left."""
        return [*self._held.values(), *self._single]

    def append(self, part: Part) -> None:
        """Write a part down, at once."""
        record = part_bytes(part)
        _write(self._file, record)
        self._size += len(record)
        if self._plan.precision is None:
            self._keep(part)
            if self._size > 2 * self._compact + GROWN:
                self._write_anew()

    def _write_anew(self) -> None:
        beside = self._path.with_name(f"{self._path.name}.new")
        file = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
        _lock(file, beside)
        records = b"".join(part_bytes(part) for part in self._held.values())
        _write(file, records)
        os.fsync(file)
        beside.replace(self._path)
        os.close(self._file)
        self._file, self._size, self._compact = file, len(records), len(records)

    def close(self) -> None:
        """Close the file, all of it on disk."""
        os.fsync(self._file)
        os.close(self._file)


@contextmanager
def checkpoint(path: Path, plan: SimulationPlan) -> Iterator[Checkpoint]:
    """Open a plan's checkpoint, new or from an earlier run.

    Raises:
        SimulationError: It is another plan's, no checkpoint at all, or another run writes to it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as problem:
        raise SimulationError(
            f"The checkpoint cannot be kept in {path} ({problem.strerror}); name a file that can "
            "be written.",
            about="checkpoint",
        ) from problem
    try:
        _lock(file, path)
        log = Checkpoint(path, plan, file)
    except BaseException:
        os.close(file)
        raise
    try:
        yield log
    finally:
        log.close()


def read_parts(path: Path, plan: SimulationPlan) -> Iterator[Part]:
    """Read the parts of a plan from a checkpoint that nobody needs to write to.

    Raises:
        SimulationError: It is another plan's, or no checkpoint at all.

    Witness: what was appended is read again bit for bit.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise SimulationError(
            f"{path} cannot be read ({problem.strerror}); name files that a run has written.",
            about="checkpoint",
        ) from problem
    _check_ours(path, data)
    for part, _ in parts_from(data):
        _check_plan(path, part, plan)
        yield part


def _check_ours(path: Path, data: bytes) -> None:
    if data[: len(MAGIC)] != MAGIC[: len(data)]:
        raise SimulationError(
            f"{path} exists and is no checkpoint; name another file.", about="checkpoint"
        )


def _check_plan(path: Path, part: Part, plan: SimulationPlan) -> None:
    if part.identity != plan.identity:
        raise SimulationError(
            f"{path} holds results of another plan ({part.identity[:12]}, seed {part.seed}; this "
            f"one is {plan.identity[:12]}, seed {plan.seed}). Name another file, or delete it.",
            about="checkpoint",
        )


def _lock(file: int, path: Path) -> None:
    if fcntl is None:  # pragma: no cover - Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        raise SimulationError(
            f"Another run is writing to {path}; give each run a file of its own.",
            about="checkpoint",
        ) from problem


def _write(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]

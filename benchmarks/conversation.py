"""A worker process and what may be said to it; the driver's side of `worker.py`."""

import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "POLARS_MAX_THREADS",
        "RAYON_NUM_THREADS",
        "RCPP_PARALLEL_NUM_THREADS",
    ),
    "1",
)
COMPILED = HERE / ".compiled"  # apart from other environments: numba versions share no cache
ENVIRONMENT = os.environ | ONE_THREAD | {"NUMBA_CACHE_DIR": str(COMPILED)}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)  # any second use finds bytecode


class Failed(Exception):  # noqa: N818 - a finding of the benchmark
    """The library raised, or ended, or took longer than it may; the message says which."""


def python_worker(adapter: str, job: str) -> list[str]:
    return [sys.executable, str(HERE / "worker.py"), adapter, job]


def r_worker(script: str, package: str, job: str) -> list[str]:
    """R without the user's start-up files, but with the user's libraries."""
    plain = ("--no-save", "--no-restore", "--no-site-file", "--no-init-file")
    return ["Rscript", *plain, str(HERE / script), package, job]


@dataclass
class Conversation:
    """One library, one job, one process."""

    library: str
    command: list[str]
    limit: float  # seconds a single answer may take
    started: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=ENVIRONMENT,
        )
        self.started = self.answer()
        self.started["wall"] = time.perf_counter() - begin

    def ask(self, order: str) -> dict[str, float]:
        try:
            print(order, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            raise Failed("the process ended") from None
        return self.answer()

    def answer(self) -> dict[str, float]:
        ready, _, _ = select.select([self.process.stdout], [], [], self.limit)
        if not ready:
            raise Failed(f"over the limit of {self.limit:g} s")
        line = self.process.stdout.readline()
        if not line:
            raise Failed("the process ended")
        found = json.loads(line)
        if "error" in found and isinstance(found["error"], str):
            raise Failed(found["error"])
        return found

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()

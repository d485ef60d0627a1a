"""Time Equipoise's designs beside their peers: `python benchmarks/design.py [--quick]`.

As in `run.py`: each library answers each question in a process of its own, one thread; the
first call is the cold time, then the libraries take turns.  What is not installed is left out
and named.  R packages are looked for where R does: set R_LIBS if they are elsewhere.  Then the
command line is timed, from the shell to JSON.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import equipoise
import facts
import results_page
from conversation import ENVIRONMENT, HERE, Conversation, Failed, python_worker, r_worker
from design_jobs import ADAPTERS, DISTRIBUTIONS, JOBS, R_PACKAGES
from jobs import OURS
from rounds import Runner, compare, in_turn, summary

START_LIMIT, CALL_LIMIT = 60.0, 60.0  # seconds
PROTOCOL = HERE.parent / "examples" / "aall1331" / "protocol.yaml"
DESIGN = ("-m", "equipoise", "design", str(PROTOCOL), "--json")
FIRST_DESIGN = """
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
group_sequential(StoppingPlan((0.5, 1.0)), power=0.9)
"""
HEAVY = ("numba", "llvmlite", "scipy.optimize", "scipy.stats", "pandas", "polars", "matplotlib")


# --- beside peers ---------------------------------------------------------------------------


def installed(versions: dict[str, str]) -> tuple[str, ...]:
    """The libraries that can be asked here."""

    def is_there(library: str) -> bool:
        adapter = ADAPTERS[library]
        if adapter is None:
            return f"R {library}" in versions
        return library == OURS or find_spec(adapter) is not None

    return tuple(library for library in ADAPTERS if is_there(library))


def converse(library: str, job: str) -> Conversation:
    """Start a library on a job."""
    adapter = ADAPTERS[library]
    if adapter is None:
        return Conversation(library, r_worker("design_worker.R", library, job), START_LIMIT)
    return Conversation(library, python_worker(adapter, job), START_LIMIT)


def prime(libraries: tuple[str, ...]) -> None:
    """Fill the file cache, and keep bytecode, as any second use finds them."""
    for library in libraries:
        with contextlib.suppress(Failed):
            talk = converse(library, "looks_3")
            if talk.started["has_job"]:
                talk.ask("load")
            talk.close()


def time_job(job: str, libraries: tuple[str, ...], rounds: int, budget: float) -> list[dict]:
    """Put one question to every library that can answer it."""
    runners, failed = [], []
    for library in (OURS, *JOBS[job].peers):
        if library not in libraries:
            continue
        record = {"library": library, "job": job}
        try:
            talk = converse(library, job)
        except Failed as failure:
            failed.append(record | {"failed": str(failure)})
            continue
        talk.limit = CALL_LIMIT
        if talk.started["has_job"]:
            runners.append(Runner(talk, record | {"start": talk.started}, budget))
        else:  # this version of it cannot
            talk.close()
    in_turn(runners, rounds)
    for runner in runners:
        runner.talk.close()
    records = [runner.record for runner in runners] + failed
    compare(records)
    print(f"  {job}: {', '.join(told(record) for record in records)}")
    return records


def told(record: dict[str, Any]) -> str:
    if "failed" in record:
        return f"{record['library']} {record['failed']}"
    return f"{record['library']} {1e3 * record['cpu']['median']:.3g} ms"


# --- from the shell -------------------------------------------------------------------------


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(title: str, act: Callable[[], None], repeats: int, goal: float | None = None) -> dict:
    walls, processors = [], []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), children_seconds()
        try:
            act()
        except Failed as failure:
            return {"title": title, "goal": goal, "failed": str(failure)}
        walls.append(time.perf_counter() - wall)
        processors.append(children_seconds() - processor)
    found = {"title": title, "goal": goal, "wall": summary(walls), "cpu": summary(processors)}
    print(f"  {title}: {found['wall']['median']:.2f} s")
    return found


def start(order: list[str], **more: str) -> subprocess.CompletedProcess:
    environment = ENVIRONMENT | more
    said = subprocess.run(order, env=environment, capture_output=True, text=True, check=False)
    if said.returncode:
        raise Failed(said.stderr.strip().rsplit("\n", 1)[-1])
    return said


def from_the_shell(repeats: int, folder: Path) -> list[dict]:
    """Time whole processes: the command line on a real protocol, and a first design in Python.

    They run on a copy of ours in `folder`, so that there is no bytecode before we let it be kept.
    """
    copied = Path(equipoise.__file__).parent
    shutil.copytree(copied, folder / "equipoise", ignore=shutil.ignore_patterns("__pycache__"))

    def act(*order: str, **more: str) -> Callable[[], None]:
        def run() -> None:
            start([sys.executable, *order], PYTHONPATH=str(folder), **more)

        return run

    command = "`equipoise design examples/aall1331/protocol.yaml --json`"
    newly_installed = act(*DESIGN, PYTHONDONTWRITEBYTECODE="1")
    measured = [
        timed(f"{command}, without bytecode", newly_installed, 3),
        timed(f"{command}, bytecode kept for later", act(*DESIGN), 1),
        timed(f"{command}, later runs", act(*DESIGN), repeats, goal=1.0),
    ]
    act("-c", FIRST_DESIGN)()
    first_design = "Python, a first group-sequential design, and out"
    return [
        *measured,
        timed(first_design, act("-c", FIRST_DESIGN), repeats),
        timed("Python alone", act("-c", ""), repeats),
    ]


def imports() -> dict[str, Any]:
    """What a run of the command line imports, and which large libraries are among it."""
    try:
        said = start([sys.executable, "-X", "importtime", *DESIGN]).stderr
    except Failed:
        return {"modules": 0, "heavy": []}
    modules = {line.rsplit("|", 1)[-1].strip() for line in said.splitlines() if "|" in line}
    return {"modules": len(modules), "heavy": [name for name in HEAVY if name in modules]}


# --- all of it ------------------------------------------------------------------------------


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 rounds; results go to quick/")
    parser.add_argument("--jobs", nargs="+", choices=list(JOBS), default=list(JOBS))
    return parser.parse_args()


def main() -> None:
    given = arguments()
    part = given.quick or len(given.jobs) < len(JOBS)
    out = HERE / ("quick" if part else "results")
    out.mkdir(exist_ok=True)
    versions = facts.versions(DISTRIBUTIONS, R_PACKAGES)
    libraries = installed(versions)
    rounds, budget = (3, 1.5) if given.quick else (7, 4.0)
    prime(libraries)
    with tempfile.TemporaryDirectory() as folder:
        shell = from_the_shell(3 if given.quick else 7, Path(folder))
    records = [record for job in given.jobs for record in time_job(job, libraries, rounds, budget)]
    result = {
        "date": facts.today(),
        "commit": facts.commit(),
        "machine": facts.machine(),
        "versions": versions,
        "load": os.getloadavg()[0],
        "threads": 1,
        "missing": [library for library in ADAPTERS if library not in libraries],
        "shell": {"measured": shell} | imports(),
        "records": records,
    }
    (out / "design.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(results_page.write_page(out))


if __name__ == "__main__":
    main()

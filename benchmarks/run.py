"""Time Equipoise and its peers in one run: `python benchmarks/run.py [--quick | --full]`.

Each library does each job in a process of its own, one thread, the same patients.  The first
call in a fresh process is the cold time; then every library makes one call in turn, round
after round, so that a slow minute of the machine falls on all of them.  Containers that a
library asks for (data frames, response objects) are built off the clock.
"""

import argparse
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import facts
import results_page
from conversation import HERE, Conversation, Failed, python_worker, r_worker
from data import draw, write
from jobs import ADAPTERS, KNOWN_SLOW, OURS, TITLES, YARDSTICK
from rounds import Runner, attempt, compare, in_turn

START_LIMIT = 120.0
PRIMERS = ("200 days", "200 real", "10000 days", "10000 real")  # every path of compiled code


@dataclass(frozen=True, slots=True)
class Plan:
    """What this run covers."""

    libraries: tuple[str, ...]
    jobs: tuple[str, ...]
    sizes: tuple[int, ...]
    rounds: int
    limit: float  # seconds for one call
    skip_slow: bool
    folder: Path  # trials drawn, one file each


def converse(library: str, job: str) -> Conversation:
    """Start a library on a job."""
    adapter = ADAPTERS[library]
    package = library.removeprefix("R ")
    command = (
        r_worker("r_worker.R", package, job) if adapter is None else python_worker(adapter, job)
    )
    return Conversation(library, command, START_LIMIT)


def time_size(plan: Plan, talks: dict[str, Conversation], job: str, label: str) -> list[dict]:
    """Time one job on one trial with every library still in the conversation."""
    path = trial_file(plan, label)
    patients, times = label.split()
    size, runners = int(patients), []
    for library, talk in talks.items():
        record = {"library": library, "job": job, "patients": size, "times": times}
        if plan.skip_slow and size >= 1_000_000 and (library, job) in KNOWN_SLOW:
            record["failed"] = "skipped: known to take more than a minute"
        runners.append(Runner(talk, record))
    in_turn(runners, plan.rounds, path)
    for runner in runners:
        if runner.record.get("failed", "").startswith(("over", "the process")):
            talks.pop(runner.talk.library).close()  # it no longer answers in step
    return [runner.record for runner in runners]


def trial_file(plan: Plan, label: str) -> Path:
    size, kind = label.split()
    path = plan.folder / f"trial-{size}-{kind}.bin"
    if not path.exists():
        write(draw(int(size), whole_days=kind == "days"), path)
    return path


def open_talks(plan: Plan, job: str) -> dict[str, Conversation]:
    """Start every library that can do the job."""
    talks = {}
    for library in plan.libraries:
        try:
            talk = converse(library, job)
        except Failed as failure:
            print(f"  {library} does not start: {failure}")
            continue
        talk.limit = plan.limit
        if talk.started["has_job"]:
            talks[library] = talk
        else:
            talk.close()
    return talks


def time_job(plan: Plan, job: str) -> tuple[list[dict], list[dict]]:
    """Time one job at every size; whole days for all, real-valued times for us and sorting."""
    talks = open_talks(plan, job)
    starts = [{"library": talk.library, "job": job} | talk.started for talk in talks.values()]
    records = []
    try:
        for size in plan.sizes:
            records += time_size(plan, talks, job, f"{size} days")
            ours = {name: talk for name, talk in talks.items() if name in (OURS, YARDSTICK)}
            records += time_size(plan, ours, job, f"{size} real")
            print(f"  {job}, {size} patients")
    finally:
        for talk in talks.values():
            talk.close()
    compare(records)
    return records, starts


def prime(plan: Plan) -> None:
    """Fill the file cache and the caches of compiled code, as any second use finds them."""
    for library in plan.libraries:
        compiles = library in (OURS, "comprisk")
        for job in plan.jobs if compiles else plan.jobs[:1]:
            try:
                talk = converse(library, job)
            except Failed:
                continue
            runner = Runner(talk, {})
            for label in PRIMERS if compiles and talk.started["has_job"] else ():
                attempt(runner, "first", trial_file(plan, label))
            talk.close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="200 and 10,000 patients, 3 rounds")
    parser.add_argument("--full", action="store_true", help="no job skipped; ten minutes a call")
    parser.add_argument("--jobs", nargs="+", choices=list(TITLES), default=list(TITLES))
    parser.add_argument("--libraries", nargs="+", choices=list(ADAPTERS), default=list(ADAPTERS))
    return parser.parse_args()


def plan_from(given: argparse.Namespace, folder: Path) -> Plan:
    has_r = shutil.which("Rscript") is not None
    libraries = [name for name in given.libraries if has_r or not name.startswith("R ")]
    return Plan(
        libraries=tuple(libraries),
        jobs=tuple(given.jobs),
        sizes=(200, 10_000) if given.quick else (200, 10_000, 1_000_000),
        rounds=3 if given.quick else 7,
        limit=600.0 if given.full else 60.0,
        skip_slow=not given.full,
        folder=folder,
    )


def main() -> None:
    given = arguments()
    whole = len(given.jobs) == len(TITLES) and len(given.libraries) == len(ADAPTERS)
    out = HERE / ("quick" if given.quick or not whole else "results")
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_from(given, Path(folder))
        prime(plan)
        records, starts = [], []
        for job in plan.jobs:
            found, started = time_job(plan, job)
            records += found
            starts += started
    result = {
        "date": facts.today(),
        "commit": facts.commit(),
        "machine": facts.machine(),
        "versions": facts.versions(),
        "threads": 1,
        "limit_seconds": plan.limit,
        "starts": starts,
        "records": records,
    }
    (out / "speed.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(results_page.write_page(out))


if __name__ == "__main__":
    main()

"""Time looks at running trials: `python benchmarks/monitor.py [--quick]`.

As in `design.py`: each library in a process of its own, one thread (two where said), in turn.
Bounds, conditional power and inference stand beside R packages (set R_LIBS); a whole look and the
rest of a trial simulated have no peer there, and are held against their goals.  Then the command
line is timed, with nothing compiled yet and with everything.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import facts
from conversation import ENVIRONMENT, HERE, Conversation, Failed, python_worker, r_worker
from jobs import OURS
from monitor_jobs import ASKED, JOBS
from results_page import write_page
from rounds import Runner, compare, in_turn

if TYPE_CHECKING:
    from pathlib import Path

DISTRIBUTIONS = ("equipoise", "numpy", "numba", "scipy", "polars")
START_LIMIT, CALL_LIMIT = 60.0, 240.0  # seconds
EXAMPLE = HERE.parent / "examples" / "aall1331"


def converse(library: str, job: str) -> Conversation:
    """Start a library on a job."""
    command = (
        python_worker("equipoise_monitor", job)
        if library == OURS
        else r_worker("monitor_worker.R", library, job)
    )
    return Conversation(library, command, START_LIMIT)


def time_job(job: str, libraries: tuple[str, ...], rounds: int, budget: float) -> list[dict]:
    """Put one question to every library that can answer it."""
    runners, records = [], []
    for library in (OURS, *JOBS[job].peers):
        if library not in libraries:
            continue
        record = {"library": library, "job": job}
        try:
            talk = converse(library, job)
        except Failed as failure:
            records.append(record | {"failed": str(failure)})
            continue
        talk.limit = CALL_LIMIT
        runners.append(Runner(talk, record | {"start": talk.started}, budget))
    in_turn(runners, min(rounds, JOBS[job].rounds or rounds))
    for runner in runners:
        runner.talk.close()
    records = [runner.record for runner in runners] + records
    sum_where_needed(records)
    compare(records)
    for each in records:
        spent = each.get("failed") or f"{1e3 * each['wall']['median']:.3g} ms"
        print(f"  {job}: {each['library']} {spent}")
    return records


def sum_where_needed(records: list[dict]) -> None:
    """Tell our conditional power in all, too: one of the peers tells nothing else."""
    for record in records:
        answers = record.get("answers", {})
        looks = [value for name, value in answers.items() if name.startswith("at look")]
        if record["job"] == "conditional" and looks:
            answers["in all"] = sum(looks)


def from_the_shell() -> dict[str, dict[str, float]]:
    """Time `equipoise monitor` on AALL1331, with nothing compiled and with everything."""
    order = [sys.executable, "-m", "equipoise", "monitor", str(EXAMPLE), "--dry-run"]
    order += ["--data", str(EXAMPLE / "data"), "--as-of", "2018-09-17", "--workers", "2"]
    asked = {
        "numbers alone, nothing compiled yet": [
            *order[:4],
            str(EXAMPLE),
            "--z",
            "1.645",
            "--information",
            "80",
        ],
        "a look without simulated rests, nothing compiled yet": [*order, "--replicates", "0"],
        "the same, compiled before": [*order, "--replicates", "0"],
        "with 10,000 rests of each of four models, their code compiled first": order,
        "with those rests, compiled before": order,
    }
    with tempfile.TemporaryDirectory() as folder:
        own = ENVIRONMENT | {"NUMBA_CACHE_DIR": folder}
        return {what: timed(command, own) for what, command in asked.items()}


def timed(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": time.perf_counter() - started, "cpu": cpu}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 rounds; results go to quick/")
    given = parser.parse_args()
    out: Path = HERE / ("quick" if given.quick else "results")
    out.mkdir(exist_ok=True)
    versions = facts.versions(DISTRIBUTIONS, ASKED[1:])
    libraries = tuple(each for each in ASKED if each == OURS or f"R {each}" in versions)
    rounds, budget = (3, 5.0) if given.quick else (7, 10.0)
    result = {
        "date": facts.today(),
        "commit": facts.commit(),
        "machine": facts.machine(),
        "versions": versions,
        "load": os.getloadavg()[0],
        "missing": [each for each in ASKED if each not in libraries],
        "records": [record for job in JOBS for record in time_job(job, libraries, rounds, budget)],
        "shell": from_the_shell(),
    }
    (out / "monitor.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    write_page(out)


if __name__ == "__main__":
    main()

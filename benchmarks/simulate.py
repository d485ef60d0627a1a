"""Time Equipoise's rehearsals beside their peers: `python benchmarks/simulate.py [--quick]`.

As in `design.py`: each library in a process of its own, one thread, in turn; results are trials
per CPU second.  The job: two arms 1:1, 220 patients by a Poisson process over 48 months, control
median 15 months, hazard ratio 0.6, 5% a year lost, looks at 50, 90 and 131 events, log-rank
against an O'Brien-Fleming-type boundary; the same with MaxCombo of four weights; and the course
of AALL1331 with three endpoints.  And whole processes: `equipoise simulate` the first time, when
its loops are compiled, and after.  What is not installed is left out and named (R packages: set
R_LIBS).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec

import facts
from conversation import HERE, Conversation, Failed, python_worker, r_worker
from jobs import OURS
from results_page import write_page
from rounds import Runner, in_turn

ADAPTERS = {
    OURS: "equipoise_simulate",
    "NumPy loop": "numpy_loop",
    "lrstat": None,
    "rpact": None,
    "simtrial": None,
}
JOBS = {
    "three looks": (OURS, "lrstat", "rpact", "NumPy loop", "simtrial"),
    "three looks, hazard ratios estimated": (OURS,),
    "MaxCombo": (OURS, "simtrial"),
    "three endpoints of a course": (OURS,),
}
DISTRIBUTIONS = ("equipoise", "numpy", "numba", "scipy")
START_LIMIT, CALL_LIMIT = 60.0, 240.0  # seconds


def converse(library: str, job: str) -> Conversation:
    """Start a library on a job."""
    adapter = ADAPTERS[library]
    if adapter is None:
        return Conversation(library, r_worker("simulate_worker.R", library, job), START_LIMIT)
    return Conversation(library, python_worker(adapter, job), START_LIMIT)


def installed(versions: dict[str, str]) -> tuple[str, ...]:
    """The libraries that can be asked here."""
    return tuple(
        library
        for library, adapter in ADAPTERS.items()
        if (adapter is not None and find_spec("numpy")) or f"R {library}" in versions
    )


def time_job(job: str, libraries: tuple[str, ...], rounds: int, budget: float) -> list[dict]:
    """Let every library simulate, in turn; give trials per CPU second."""
    runners, records = [], []
    for library in JOBS[job]:
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
    in_turn(runners, rounds)
    for runner in runners:
        runner.talk.close()
        record = runner.record
        if "failed" not in record:
            record["trials_per_cpu_second"] = record["answers"]["trials"] / record["cpu"]["median"]
    records = [runner.record for runner in runners] + records
    ours = next((r["trials_per_cpu_second"] for r in records if r["library"] == OURS), None)
    for record in records:
        if "failed" in record:
            print(f"  {job}: {record['library']} {record['failed']}")
            continue
        record["ours_is_faster_by"] = ours / record["trials_per_cpu_second"] if ours else None
        power = record["answers"]["power"]
        speed = record["trials_per_cpu_second"]
        print(f"  {job}: {record['library']} {speed:,.0f} trials a CPU second, power {power:.4f}")
    return records


def from_the_shell() -> dict[str, dict[str, float]]:
    """Time `equipoise simulate` on AALL1331, with nothing compiled and with everything."""
    protocol = str(HERE.parent / "examples" / "aall1331" / "protocol.yaml")
    command = [sys.executable, "-m", "equipoise", "simulate", protocol, "--workers", "1"]
    small = ["--scenario", "planned", "--trials", "1000"]
    asked = {
        "one scenario, 1,000 trials, nothing compiled yet": small,
        "the same, compiled before": small,
        "four scenarios, 100,000 trials each": ["--trials", "100000"],
    }
    with tempfile.TemporaryDirectory() as folder:
        own = os.environ | {"NUMBA_CACHE_DIR": folder}
        return {what: _timed([*command, *more], own) for what, more in asked.items()}


def _timed(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": time.perf_counter() - started, "cpu": cpu}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 rounds; results go to quick/")
    given = parser.parse_args()
    out = HERE / ("quick" if given.quick else "results")
    out.mkdir(exist_ok=True)
    peers = tuple(library for library, adapter in ADAPTERS.items() if adapter is None)
    versions = facts.versions(DISTRIBUTIONS, peers)
    libraries = installed(versions)
    rounds, budget = (3, 10.0) if given.quick else (7, 15.0)
    records = [record for job in JOBS for record in time_job(job, libraries, rounds, budget)]
    result = {
        "date": facts.today(),
        "commit": facts.commit(),
        "machine": facts.machine(),
        "versions": versions,
        "load": os.getloadavg()[0],
        "threads": 1,
        "missing": [library for library in ADAPTERS if library not in libraries],
        "records": records,
        "shell": from_the_shell(),
    }
    (out / "simulate.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    write_page(out)


if __name__ == "__main__":
    main()

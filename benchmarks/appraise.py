"""Time what is done with others' publications: `python benchmarks/appraise.py [--quick]`.

As in `monitor.py`: each library in a process of its own, one thread, in turn.  The library of 304
figures stands beside R survival, pooling beside metafor, an arm rebuilt beside the published
algorithm written plainly; no peer makes trials that match a publication.  Then the command line is
timed, with nothing compiled yet and with everything.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import facts
from appraise_jobs import ASKED, GUYOT, JOBS, lay_out
from conversation import ENVIRONMENT, HERE, Conversation, Failed, python_worker, r_worker
from jobs import OURS
from monitor import timed
from results_page import write_page
from rounds import Runner, compare, in_turn

DISTRIBUTIONS = ("equipoise", "numpy", "numba", "scipy", "polars")
START_LIMIT, CALL_LIMIT = 60.0, 240.0  # seconds
EXAMPLES = HERE.parent / "examples"
ADAPTERS = {OURS: "equipoise_appraise", GUYOT: "plain_guyot"}


def converse(library: str, job: str, folder: Path) -> Conversation:
    """Start a library on a job."""
    command = (
        python_worker(ADAPTERS[library], job)
        if library in ADAPTERS
        else [*r_worker("appraise_worker.R", library, job), str(folder)]
    )
    return Conversation(library, command, START_LIMIT)


def time_job(job: str, libraries: tuple[str, ...], rounds: int, folder: Path) -> list[dict]:
    """Put one question to every library that can answer it."""
    runners, records = [], []
    for library in (OURS, *JOBS[job].peers):
        if library not in libraries:
            continue
        record = {"library": library, "job": job}
        try:
            talk = converse(library, job, folder)
        except Failed as failure:
            records.append(record | {"failed": str(failure)})
            continue
        talk.limit = CALL_LIMIT
        runners.append(Runner(talk, record | {"start": talk.started}))
    in_turn(runners, min(rounds, JOBS[job].rounds or rounds))
    for runner in runners:
        runner.talk.close()
    records = [runner.record for runner in runners] + records
    compare(records)
    for each in records:
        each.pop("answers", None)  # of 304 figures each: compared, not kept
        spent = each.get("failed") or f"{1e3 * each['wall']['median']:.3g} ms"
        print(f"  {job}: {each['library']} {spent}")
    return records


def from_the_shell() -> dict[str, dict[str, float | str]]:
    """Time whole processes: a claims file appraised, a figure turned back into patients."""
    program = [sys.executable, "-m", "equipoise"]
    claims = [*program, "appraise", str(EXAMPLES / "aall1331" / "claims-ash2019.yaml")]
    figure = [*program, "rebuild", str(EXAMPLES / "figures" / "colon.pdf"), "--control", "Obs"]
    compared = [*program, "evidence", "compare"]
    told = {}
    with tempfile.TemporaryDirectory() as compiled:
        own = ENVIRONMENT | {"NUMBA_CACHE_DIR": compiled}
        for what, command in (
            ("appraise claims-ash2019.yaml", claims),
            ("rebuild colon.pdf", figure),
            ("evidence compare", compared),
        ):
            for state in ("first run", "compiled before"):
                try:
                    told[f"{what}, {state}"] = timed(command, own)
                except subprocess.CalledProcessError as failure:
                    told[f"{what}, {state}"] = {"failed": f"ended with {failure.returncode}"}
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 rounds; results go to quick/")
    given = parser.parse_args()
    out: Path = HERE / ("quick" if given.quick else "results")
    out.mkdir(exist_ok=True)
    versions = facts.versions(DISTRIBUTIONS, ASKED[2:])
    libraries = tuple(each for each in ASKED if each in ADAPTERS or f"R {each}" in versions)
    rounds = 3 if given.quick else 7
    with tempfile.TemporaryDirectory() as name:
        lay_out(Path(name))
        records = [
            record for job in JOBS for record in time_job(job, libraries, rounds, Path(name))
        ]
    result = {
        "date": facts.today(),
        "commit": facts.commit(),
        "machine": facts.machine(),
        "versions": versions,
        "load": os.getloadavg()[0],
        "missing": [each for each in ASKED if each not in libraries],
        "records": records,
        "shell": from_the_shell(),
    }
    (out / "appraise.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    write_page(out)


if __name__ == "__main__":
    main()

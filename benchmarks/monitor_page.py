"""The page's section on looks at running trials: goals first, then a table for each question."""

from collections.abc import Iterator, Mapping
from typing import Any

from design_page import HEADER, row_of, speed
from jobs import OURS
from monitor_jobs import JOBS
from tables import Record, facts_of, seconds, table, verdict

HOW = """One thread, two where said. `Apart` is the largest relative difference of an answer from
ours. R packages that could hold a whole look, simulate the rest of a trial from its patients, or
predict its dates are not among those installed here: those jobs stand by themselves.
"""
BUSY = 0.5  # load a core above which the machine did something else, too


def tell_monitor(result: Record) -> str:
    """Write the section."""
    missing = ", ".join(result["missing"])
    load, cores = result["load"], result["machine"]["cores"]
    busy = f"The machine was busy when this began (load {load:.1f}): not for the record.\n"
    parts = [
        "## Looks at running trials\n",
        facts_of(result),
        *([busy] if load > BUSY * cores else []),
        HOW,
        *([f"Not installed here: {missing}.\n"] if missing else []),
        "### Goals of looks\n",
        table(("Goal", "Measured", "Verdict"), [*goal_rows(result, JOBS)]),
        "### Whole processes of a look at AALL1331\n",
        table(
            ("`equipoise monitor`", "Wall", "CPU"),
            [
                (what, seconds(took["wall"]), seconds(took["cpu"]))
                for what, took in result["shell"].items()
            ],
        ),
    ]
    for job, what in JOBS.items():
        mine = [record for record in result["records"] if record["job"] == job]
        rows = [row_of(record) for record in sorted(mine, key=speed)]
        parts += [f"### Monitored: {what.title}\n", what.asked + "\n", table(HEADER, rows)]
    return "\n".join(parts)


def goal_rows(result: Record, jobs: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for record in result["records"]:
        job = jobs[record["job"]]
        if record["library"] == OURS and job.goal is not None:
            wall = record["wall"]["median"] if "wall" in record else float("inf")
            told = record.get("failed") or seconds(wall)
            yield f"{job.title}: {job.goal:g} s", told, verdict(wall < job.goal)

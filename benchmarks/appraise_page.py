"""The page's section on appraisals: goals first, then a table for each question."""

from appraise_jobs import JOBS
from design_page import HEADER, row_of, speed
from monitor_page import BUSY, goal_rows
from tables import Record, facts_of, seconds, table

HOW = """One thread. `Apart` is the largest relative difference of an answer from ours. No peer here
makes trials that match a publication, checks claims against each other, or reads a figure: those
stand by themselves. IPDfromKM and netmeta are not among the packages installed here.
"""


def tell_appraise(result: Record) -> str:
    """Write the section."""
    missing = ", ".join(result["missing"])
    load, cores = result["load"], result["machine"]["cores"]
    busy = f"The machine was busy when this ended (load {load:.1f}): not for the record.\n"
    parts = [
        "## What others published\n",
        facts_of(result),
        *([busy] if load > max(1.0, BUSY * cores) else []),
        HOW,
        *([f"Not installed here: {missing}.\n"] if missing else []),
        "### Goals of appraisals\n",
        table(("Goal", "Measured", "Verdict"), [*goal_rows(result, JOBS)]),
        "### Whole processes of appraisals\n",
        table(("`equipoise`", "Wall", "CPU"), [*map(shell_row, result["shell"].items())]),
    ]
    for job, what in JOBS.items():
        mine = [record for record in result["records"] if record["job"] == job]
        rows = [row_of(record) for record in sorted(mine, key=speed)]
        parts += [f"### Appraised: {what.title}\n", what.asked + "\n", table(HEADER, rows)]
    return "\n".join(parts)


def shell_row(told: tuple[str, Record]) -> tuple[str, ...]:
    what, took = told
    if "failed" in took:
        return what, took["failed"], ""
    return what, seconds(took["wall"]), seconds(took["cpu"])

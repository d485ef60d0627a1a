"""The page's section on designs: goals first, then a table for each question."""

from collections.abc import Iterator

from design_jobs import JOBS
from jobs import OURS
from tables import Record, facts_of, seconds, spread, table, verdict

EQUAL = 1e-6  # largest relative difference that still counts as the same answer
HOW = f"""One thread. Every library answers each question from plain numbers, in a process of its
own. The first call is told apart; then the libraries take turns, and the medians of these warm
calls are compared, least and most in brackets. Tables that gsDesign2 asks for are built off the
clock.
`×` is CPU time over ours. `Apart` is the largest relative difference of an answer (z at a look,
patients, events, a probability) from ours: up to {EQUAL:g} the two say the same.
"""
HEADER = ("Library", "CPU", "Wall", "×", "First call", "Memory", "Apart")


def tell_design(result: Record) -> str:
    records = result["records"]
    missing = ", ".join(result["missing"])
    parts = [
        "## Design\n",
        facts_of(result),
        HOW,
        *([f"Not installed here: {missing}.\n"] if missing else []),
        "### Goals of designs\n",
        table(("Goal", "Measured", "Verdict"), [*goal_rows(result)]),
        "### Whole processes\n",
        shell_table(result["shell"]),
        "### From nothing to the first answer\n",
        f"Process started, library imported, first call made: {JOBS['looks_3'].title}.\n",
        start_table([record for record in records if record["job"] == "looks_3"]),
    ]
    for job, what in JOBS.items():
        mine = [record for record in records if record["job"] == job]
        if mine:
            rows = [row_of(record) for record in sorted(mine, key=speed)]
            parts += [f"### Design: {what.title}\n", what.asked + "\n", table(HEADER, rows)]
    return "\n".join(parts)


def speed(record: Record) -> float:
    return record["cpu"]["median"] if "cpu" in record else float("inf")


def row_of(record: Record) -> tuple[str, ...]:
    name = f"**{OURS}**" if record["library"] == OURS else record["library"]
    if "failed" in record:
        return name, record["failed"].replace("|", "\\|"), "", "", "", "", ""
    cpu = record["cpu"]
    return (
        name,
        spread(cpu),
        spread(record["wall"]),
        f"{cpu['ratio']:.2g}" if "ratio" in cpu else "",
        seconds(record["first"]["wall"]),
        f"{record['memory_MB']:.0f} MB",
        apart(record),
    )


def apart(record: Record) -> str:
    difference = record.get("difference")
    if record["library"] == OURS or difference is None:
        return ""
    size = difference["relative"]
    return f"{size:.1e}" if size <= EQUAL else f"**{size:.1e}** ({difference['answer']})"


def shell_table(shell: Record) -> str:
    rows = [
        (what["title"], what["failed"], "")
        if "failed" in what
        else (what["title"], spread(what["wall"]), seconds(what["cpu"]["median"]))
        for what in shell["measured"]
    ]
    return table(("What", "Wall", "CPU"), rows)


def start_table(records: list[Record]) -> str:
    """How long until a user has an answer, by what takes the time."""
    rows = []
    for record in records:
        if "failed" in record:
            continue
        steps = [record[step]["wall"] for step in ("start", "load", "first")]
        imported, first = steps[0] + steps[1], steps[2]
        rows.append((imported + first, (record["library"], seconds(imported), seconds(first))))
    told = [(*cells, seconds(total)) for total, cells in sorted(rows)]
    return table(("Library", "Started and imported", "First call", "Together"), told)


# --- goals ----------------------------------------------------------------------------------


def goal_rows(result: Record) -> Iterator[tuple[str, str, str]]:
    for job in JOBS:
        yield from goals_of(job, [record for record in result["records"] if record["job"] == job])
    for what in result["shell"]["measured"]:
        if what["goal"]:
            wall = what["wall"]["median"] if "wall" in what else float("inf")
            told = what.get("failed") or seconds(wall)
            goal = f"{what['title']}: wall under {seconds(what['goal'])}"
            yield goal, told, verdict(wall < what["goal"])
    modules, heavy = (result["shell"][what] for what in ("modules", "heavy"))
    told = f"{modules} modules imported, {', '.join(heavy) or 'no large library'} among them"
    compiles = {"numba", "llvmlite"} & set(heavy)
    yield "The same imports nothing that compiles", told, verdict(modules > 0 and not compiles)


def goals_of(job: str, records: list[Record]) -> Iterator[tuple[str, str, str]]:
    """A time, where one is asked for, and to be faster than every peer that answered."""
    what = JOBS[job]
    spent = {record["library"]: record["cpu"]["median"] for record in records if "cpu" in record}
    ours = spent.pop(OURS, None)
    if ours is None:
        return
    if what.goal:
        yield f"{what.title}: {seconds(what.goal)}", seconds(ours), verdict(ours <= what.goal)
    if spent:
        best = min(spent, key=spent.__getitem__)
        told = f"best peer {best}: {spent[best] / ours:.2g}× ours"
        yield f"{what.title}: faster than every peer", told, verdict(ours < spent[best])

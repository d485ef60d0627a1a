"""Turn the measured JSON into one Markdown page: goals first, then a table for each job."""

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from appraise_page import tell_appraise
from design_page import tell_design
from jobs import OURS, TITLES, YARDSTICK
from monitor_page import tell_monitor
from simulate_page import tell_simulate
from tables import Record, facts_of, seconds, spread, table, verdict

EQUAL = 1e-6  # largest relative difference that still counts as the same answer
MILLION = 1_000_000
GOALS = {  # CPU seconds, warm, a million patients in whole days
    "kaplan_meier": 0.015,
    "log_rank": 0.02,
    "aalen_johansen": 0.03,
    "cox_1": 0.4,
}
FASTEST_OF_ALL = (
    "kaplan_meier",
    "log_rank",
    "stratified_log_rank",
    "cox_1",
    "cox_5",
    "aalen_johansen",
)
NEAR_SORTING = ("kaplan_meier", "log_rank", "stratified_log_rank", "aalen_johansen", "cox_1")


def write_page(folder: Path) -> Path:
    """Write RESULTS.md from whatever has been measured: beside `results`, inside `quick`."""
    pages = [
        told
        for name, tell in {
            "speed.json": tell_speed,
            "colon.json": tell_colon,
            "design.json": tell_design,
            "simulate.json": tell_simulate,
            "monitor.json": tell_monitor,
            "appraise.json": tell_appraise,
        }.items()
        if (found := read(folder / name)) is not None
        for told in [tell(found)]
    ]
    page = (folder.parent if folder.name == "results" else folder) / "RESULTS.md"
    head = "# How fast, beside whom\n\nWritten by `make bench`; do not edit.\n"
    page.write_text("\n".join([head, *pages]), encoding="utf-8")
    return page


def read(path: Path) -> Any:  # noqa: ANN401 - what JSON holds
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


# --- speed ----------------------------------------------------------------------------------


HOW = f"""One thread. Every library sees the same patients: two arms, exponential times up to 3000
days, 30% censored, eight strata, five covariates. Each library does each job in a process of
its own; the first call is the cold time (compiled code from its cache). Then the libraries take
turns, one call each a round, and the medians of these warm calls are compared; least and most
stand in brackets. Data frames and response objects that a library asks for are built off the
clock. `×` is CPU time over ours. `Apart` is the largest relative difference of its answers from
ours: up to {EQUAL:g} the two say the same.
"""


def tell_speed(result: Record) -> str:
    records = result["records"]
    parts = [
        "## Against peers\n",
        facts_of(result),
        HOW,
        "### Goals\n",
        table(("Goal", "Measured", "Verdict"), [*goal_rows(records)]),
    ]
    for job, title in TITLES.items():
        rows = [row_of(record) for record in ordered(records, job)]
        if rows:
            parts += [f"### {title}\n", table(HEADER, rows)]
    parts += ["### From nothing to the library imported\n", start_table(result["starts"])]
    return "\n".join(parts)


HEADER = ("Patients", "Times", "Library", "CPU", "Wall", "×", "First call", "Memory", "Apart")


def ordered(records: list[Record], job: str) -> list[Record]:
    """By size and kind of times, the fastest first, what failed last."""

    def place(record: Record) -> tuple[int, str, float]:
        fast = record["cpu"]["median"] if "cpu" in record else float("inf")
        return record["patients"], record["times"], fast

    return sorted((record for record in records if record["job"] == job), key=place)


def row_of(record: Record) -> tuple[str, ...]:
    name = f"**{OURS}**" if record["library"] == OURS else record["library"]
    case = f"{record['patients']:,}", record["times"], name
    if "failed" in record:
        return *case, record["failed"].replace("|", "\\|"), "", "", "", "", ""
    cpu, wall, first = record["cpu"], record["wall"], record["first"]
    return (
        *case,
        spread(cpu),
        spread(wall),
        f"{cpu['ratio']:.2g}" if "ratio" in cpu else "",
        seconds(first["cpu"]),
        f"{record['memory_MB']:.0f} MB",
        apart(record),
    )


def apart(record: Record) -> str:
    difference = record.get("difference")
    if record["library"] in (OURS, YARDSTICK) or difference is None:
        return ""
    size = difference["relative"]
    return f"{size:.1e}" if size <= EQUAL else f"**{size:.1e}** ({difference['answer']})"


def start_table(starts: list[Record]) -> str:
    rows = []
    for library in dict.fromkeys(start["library"] for start in starts):
        mine = [start for start in starts if start["library"] == library]
        middle = {key: median(start[key] for start in mine) for key in ("cpu", "wall", "memory")}
        rows.append(
            (library, seconds(middle["cpu"]), seconds(middle["wall"]), f"{middle['memory']:.0f} MB")
        )
    return table(("Library", "CPU", "Wall", "Memory"), rows)


# --- goals ----------------------------------------------------------------------------------


def measured(records: list[Record]) -> dict[tuple[str, str, int, str], float]:
    return {
        (record["library"], record["job"], record["patients"], record["times"]): record["cpu"][
            "median"
        ]
        for record in records
        if "cpu" in record
    }


def goal_rows(records: list[Record]) -> Iterator[tuple[str, str, str]]:
    found = measured(records)
    for job, goal in GOALS.items():
        ours = found.get((OURS, job, MILLION, "days"))
        if ours is None:
            continue
        sort = found.get((YARDSTICK, job, MILLION, "days"))
        beside = f"; numpy.argsort of these times {seconds(sort)}" if sort else ""
        told = f"{seconds(ours)}{beside}"
        yield f"{TITLES[job]}, 10⁶ in days: {seconds(goal)}", told, verdict(ours <= goal)
    for job in NEAR_SORTING:
        ours = found.get((OURS, job, MILLION, "real"))
        sort = found.get((YARDSTICK, job, MILLION, "real"))
        if ours and sort:
            told = f"{ours / sort:.2f}× ({seconds(ours)} and {seconds(sort)})"
            goal_text = f"{TITLES[job]}, 10⁶ real-valued: within 2× numpy.argsort"
            yield goal_text, told, verdict(ours <= 2 * sort)
    for job in FASTEST_OF_ALL:
        yield from fastest(found, job)


def fastest(
    found: dict[tuple[str, str, int, str], float], job: str
) -> Iterator[tuple[str, str, str]]:
    """Is ours faster than every peer that finished, at each size."""
    sizes = sorted({size for _, name, size, _ in found if name == job})
    for size in sizes:
        case = {
            library: spent
            for (library, name, patients, times), spent in found.items()
            if (name, patients, times) == (job, size, "days") and library != YARDSTICK
        }
        ours = case.pop(OURS, None)
        if ours is None or not case:
            continue
        best = min(case, key=case.__getitem__)
        told = f"best peer {best}: {case[best] / ours:.2g}× ours"
        yield f"{TITLES[job]}, {size:,}: faster than every peer", told, verdict(ours < case[best])


# --- the whole colon analysis ---------------------------------------------------------------


def tell_colon(result: Record) -> str:
    rows = [
        (
            what["title"],
            spread(what["wall"]),
            seconds(what["cpu"]["median"]),
            str(what["wall"]["repeats"]),
            f"under {what['goal']:g} s" if what.get("goal") else "",
            verdict(what["wall"]["median"] < what["goal"]) if what.get("goal") else "",
        )
        for what in result["measured"]
    ]
    header = ("What", "Wall", "CPU", "Repeats", "Goal", "Verdict")
    return "\n".join(
        ["## The whole colon analysis\n", facts_of(result), table(header, rows)],
    )

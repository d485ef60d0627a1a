"""The page's section on rehearsals: goals first, then trials per CPU second beside the peers."""

from collections.abc import Iterator

from jobs import OURS
from tables import Record, facts_of, seconds, table, verdict

HOW = """One thread. The job: two arms 1:1, 220 patients by a Poisson process over 48 months,
control median 15 months, hazard ratio 0.6, 5% a year lost to follow-up, looks at 50, 90 and 131
events. A trial counts from its first patient to its decision, and every look is played whether
the trial has stopped or not. Each library plays as many trials a call as suit it, in a process of
its own; the libraries take turns, and medians of warm calls are compared. rpact enrolls patients
at even distances.
"""
TENFOLD, MANY, FOURFOLD, FIRST, AGAIN = 10.0, 30_000.0, 4.0, 15.0, 1.0


def tell_simulate(result: Record) -> str:
    """Write the section."""
    missing = ", ".join(result["missing"])
    jobs = dict.fromkeys(record["job"] for record in result["records"])
    parts = [
        "## Rehearsals\n",
        facts_of(result),
        HOW,
        *([f"Not installed here: {missing}.\n"] if missing else []),
        "### Goals of rehearsals\n",
        table(("Goal", "Measured", "Verdict"), [*goal_rows(result)]),
        "### Whole processes of AALL1331, one worker\n",
        table(
            ("`equipoise simulate`", "Wall", "CPU"),
            [
                (what, seconds(took["wall"]), seconds(took["cpu"]))
                for what, took in result["shell"].items()
            ],
        ),
    ]
    for job in jobs:
        mine = [record for record in result["records"] if record["job"] == job]
        header = ("Library", "Trials a CPU second", "Ours is faster by", "Power found")
        parts += [f"### Rehearsed: {job}\n", table(header, [row_of(each) for each in mine])]
    return "\n".join(parts)


def row_of(record: Record) -> tuple[str, ...]:
    name = f"**{OURS}**" if record["library"] == OURS else record["library"]
    if "failed" in record:
        return name, record["failed"].replace("|", "\\|"), "", ""
    answers = record["answers"]
    return (
        name,
        f"{record['trials_per_cpu_second']:,.0f}",
        f"{record['ours_is_faster_by']:.3g}",
        f"{answers['power']:.4f} ({answers['trials']:,} trials)",
    )


def goal_rows(result: Record) -> Iterator[tuple[str, str, str]]:
    speed = {
        (record["job"], record["library"]): record["trials_per_cpu_second"]
        for record in result["records"]
        if "failed" not in record
    }
    ours, best = speed[("three looks", OURS)], speed.get(("three looks", "lrstat"))
    if best is not None:
        ratio = ours / best
        told = f"{ratio:.1f} times ({ours:,.0f} trials a CPU second)"
        yield "Ten times as fast as lrstat", told, verdict(ratio >= TENFOLD)
    combined = speed[("MaxCombo", OURS)]
    yield (
        "MaxCombo with its p-value: 30,000 a second",
        f"{combined:,.0f}",
        verdict(combined >= MANY),
    )
    slower = ours / speed[("three endpoints of a course", OURS)]
    told = f"{slower:.1f} times as long"
    yield "Three endpoints of a course: four times one endpoint", told, verdict(slower <= FOURFOLD)
    first, again, _ = result["shell"].values()
    yield "First use, compiled: 15 s", seconds(first["wall"]), verdict(first["wall"] <= FIRST)
    yield "First use, compiled before: 1 s", seconds(again["wall"]), verdict(again["wall"] <= AGAIN)

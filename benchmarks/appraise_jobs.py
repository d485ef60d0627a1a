"""What is timed of appraising what others published, and whom each question is put to."""

import csv
import math
from pathlib import Path
from typing import NamedTuple

from jobs import OURS

GUYOT = "plain Guyot"
TRIALS = 10_000  # that match what is printed
ARM = 300  # patients of the arm that is rebuilt
AT_RISK = (0.0, 12.0, 24.0, 36.0, 48.0)  # months, printed below the curve
READ = (12.0, 30.0)  # months at which the rebuilt curve is read
BCG = (  # tuberculosis with and without vaccine: cases, others; Colditz and others, JAMA 1994
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)


class Job(NamedTuple):
    """A question put alike to every library that can answer it."""

    title: str
    asked: str
    peers: tuple[str, ...] = ()
    goal: float | None = None  # seconds of wall time, warm
    rounds: int | None = None


JOBS = {
    "library": Job(
        "All 304 published curves, re-analyzed",
        "Kaplan-Meier with medians and rates at landmarks, log-rank, Cox, restricted means, "
        "proportional hazards: 262,570 patients. Every figure's log hazard ratio, log-rank and "
        "proportional hazards chi-squared, and difference of restricted means are compared.",
        ("survival",),
        goal=3.0,
        rounds=3,
    ),
    "arm": Job(
        f"One arm of {ARM} patients rebuilt from its curve",
        "From points printed to 0.1%, five numbers at risk, and the number of events. The plain "
        "algorithm is that of `tests/plain_guyot.py`, as published. Compared are the numbers at "
        "risk and the events that the rebuilt patients have.",
        (GUYOT,),
    ),
    "pooling": Job(
        "13 studies pooled",
        "Log risk ratios of the BCG trials: REML, Hartung-Knapp interval, prediction interval. Of "
        "that the spread is compared: its t has k - 2 degrees of freedom here, k - 1 in metafor.",
        ("metafor",),
    ),
    "matching": Job(
        f"{TRIALS:,} trials that match what is printed",
        "Of overall survival in `claims-ash2019.yaml`: how often would such trials print this P?",
    ),
}
ASKED = (OURS, GUYOT, "survival", "metafor")


def effects() -> list[tuple[float, float]]:
    """Give the log risk ratio of each BCG trial, and its standard error."""
    return [
        (
            math.log(a * (c + d) / (c * (a + b))),
            math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)),
        )
        for a, b, c, d in BCG
    ]


def lay_out(folder: Path) -> None:
    """Write what R reads: the patients of every figure, how far its means run, and the studies."""
    from equipoise import evidence  # noqa: PLC0415 - in the driver only

    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("figure", "unit", "until", "time", "event", "arm"))
        for found in evidence.analyze_figures(evidence.catalog()):
            each = found.asked
            same = (each.id, each.time_unit, repr(float(found.restricted_mean.until)))
            for time, event, arm in zip(each.time, each.event, each.arm, strict=True):
                rows.writerow((*same, repr(float(time)), int(event), int(arm)))
    with (folder / "studies.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("estimate", "error"))
        rows.writerows((repr(estimate), repr(error)) for estimate, error in effects())


def printed_arm() -> dict[str, object]:
    """Draw an arm, and print its curve as a paper would: the curve's steps, numbers, events."""
    import numpy as np  # noqa: PLC0415 - in the workers only

    random = np.random.default_rng(300)
    dies, leaves = random.exponential(30.0, ARM), random.uniform(12.0, 60.0, ARM)
    time = np.maximum(np.round(np.minimum(dies, leaves), 1), 0.1)
    died = dies <= leaves
    steps = np.unique(time[died])
    at_risk = (time[None, :] >= steps[:, None]).sum(axis=1)
    deaths = (time[None, died] == steps[:, None]).sum(axis=1)
    return {
        "time": [0.0, *steps.tolist()],
        "survival": [1.0, *np.round(np.cumprod(1 - deaths / at_risk), 3).tolist()],
        "at_risk": [int((time >= each).sum()) for each in AT_RISK],
        "events": int(died.sum()),
    }


def read_arm(time: "list[float]", event: "list[bool]") -> dict[str, float]:
    """Give what a rebuilt arm must reproduce."""
    found = {f"at risk at {each:g}": float(sum(t >= each for t in time)) for each in AT_RISK}
    return found | {"events": float(sum(event))}

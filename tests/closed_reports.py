"""Small trials in progress, for the closed report: written as files and looked at."""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from equipoise.report.document import Document
from equipoise.report.monitoring.closed_arms import arm_sections
from equipoise.report.monitoring.closed_data import data_sections
from equipoise.report.monitoring.closed_rest import rest_sections
from equipoise.report.monitoring.closed_safety import safety_sections
from equipoise.verbs.monitoring import monitor

EXAMPLE = Path(__file__).parents[1] / "examples" / "aall1331"
DAYS = 30.4375
START = date(2020, 1, 1)
CUT = date(2021, 7, 1)
USUAL, NOVEL, THIRD = "usual", "novel", "third"
ARMS = """arms:
  - {id: usual, label: Usual care, role: control}
  - {id: novel, label: Novel drug, role: experimental}
"""
THREE = ARMS + "  - {id: third, label: Third way, role: experimental}\n"
SURVIVAL = """endpoints:
  - {id: os, type: time-to-event, label: Overall survival, events: [death]}
hypotheses:
  - {id: H, label: Novel drug helps, endpoint: os, comparison: novel_vs_usual,
     test: {method: log-rank}, effect: {hazard_ratio: 0.6}}
design:
  power: 0.8
  looks: {information: [0.2, 0.5, 1]}
  efficacy: {spending: "lan-demets o'brien-fleming"}
planning:
  accrual: {duration: 24 months}
  follow_up: 12 months
  endpoints:
    os: {control: {survival: {12 months: 0.5}}}
"""
ANSWER = """endpoints:
  - {id: cure, type: binary, label: Cure}
hypotheses:
  - {id: H, label: Novel drug cures, endpoint: cure, effect: {risk_difference: 0.25}}
design:
  power: 0.8
  looks: {information: [0.5, 1]}
  efficacy: {spending: "lan-demets o'brien-fleming"}
planning:
  endpoints:
    cure: {control: {rate: 0.4}}
"""
DATA = """data:
  tables: {patients: patients.csv}
  subjects: {table: patients, id: patient, arm: arm, randomized: randomized}
  endpoints:
"""
OF_SURVIVAL = '    os: {time: os_time, event: os_event == "death", recorded: recorded}\n'
OF_ANSWER = '    cure: {yes: cure == "yes", date: cure_date}\n'


def protocol(arms=ARMS, asked=SURVIVAL, data=OF_SURVIVAL):
    return (
        "schema: 1\ntrial: {id: W, title: A small trial, time_unit: month}\n"
        f"{arms}{asked}{DATA}{data}"
    )


def patients(arms=(USUAL, NOVEL), *, size=60, silent=(), late=0, seed=1):
    """Rows of patients: months to death or to the cut; nobody dies in a silent arm."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(size):
        arm = arms[number % len(arms)]
        entry = START + timedelta(days=int(rng.integers(0, 400)))
        death = rng.exponential(12.0) if arm not in silent else np.inf
        followed = (CUT - entry).days / DAYS
        died = death < followed
        on = entry + timedelta(days=int(min(death, followed) * DAYS))
        after = died and late > 0
        late -= after
        rows.append(
            {
                "patient": f"P{number:03d}",
                "arm": arm,
                "randomized": entry.isoformat(),
                "os_time": repr(float(max(min(death, followed), 0.01))),
                "os_event": "death" if died else "alive",
                "recorded": (CUT + timedelta(days=20) if after else on).isoformat(),
                "cure": "yes" if rng.random() < 0.5 else "no",
                "cure_date": (entry + timedelta(days=30)).isoformat(),
            }
        )
    return rows


def look(folder, text, rows, *, as_of=CUT, replicates=100, **asked):
    """Hold a dry look at a trial written into a folder."""
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    with (folder / "patients.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return monitor(
        folder / "protocol.yaml",
        folder,
        as_of,
        replicates=replicates,
        workers=1,
        **({"dry_run": True} | asked),
    )


@cache
def example(*, unmask=False):
    """The example at its second look, with safety bounds written into its protocol."""
    from equipoise.io.protocol.read import examine_text  # noqa: PLC0415

    text = (EXAMPLE / "protocol.yaml").read_text(encoding="utf-8")
    text = text.replace("\nplanning:\n", BOUNDS + "\nplanning:\n", 1)
    text = text.replace("  margins: [1, 0.8]", COUNTS + "  margins: [1, 0.8]", 1)
    reading = examine_text(text, "p.yaml")
    assert reading.problems == ()
    return monitor(
        reading.protocol,
        EXAMPLE / "data",
        "2017-12-31",
        dry_run=True,
        replicates=300,
        workers=1,
        unmask=unmask,
    )


BOUNDS = """
  safety:
    - {id: severe, label: Grade 4, acceptable: 0.8, unacceptable: 0.95, level: 0.1, patients: 110}
    - {id: grave, label: Serious, acceptable: 0.7, level: 0.1, patients: 110, every: 10}
"""
COUNTS = """  safety:
    severe: {endpoint: ae, counts: serious, grade_from: 4}
    grave: {endpoint: ae, counts: serious, arms: [chemotherapy, blinatumomab]}
"""


def document(result):
    """The four sections of the closed report, as a document."""
    parts = (data_sections, arm_sections, safety_sections, rest_sections)
    told = tuple(each for part in parts for each in part(result) if each is not None)
    return Document("A trial", "Closed", (), told)

"""Trials whose open reports are tried: folders of a protocol and dated data, with arms to permute.

Data are drawn with fixed seeds; arms differ strongly, so that a number by arm would show.
"""

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np

EXAMPLE = Path(__file__).parents[1] / "examples" / "aall1331"
OPENED = date(2019, 1, 7)

RESPONSE = """\
schema: 1
trial: {id: RESP-1, title: New treatment against placebo, time_unit: day}
arms:
  - {id: placebo, label: Placebo, role: control}
  - {id: new, label: New treatment, role: experimental, allocation: 2}
variables:
  - {id: severity, label: Severity, type: categorical, levels: [moderate, severe]}
  - {id: score, label: Score at baseline, type: continuous}
strata: [severity]
endpoints:
  - {id: response, type: binary, label: Response at week 12, missing: excluded}
  - {id: change, type: continuous, label: Change of score, baseline: score, better: lower}
  - {id: ae, type: adverse-events, label: Adverse events}
hypotheses:
  - id: H1
    endpoint: response
    test: {method: cochran-mantel-haenszel}
    effect: {experimental_rate: 0.5}
  - id: H2
    endpoint: change
    role: secondary
    test: {method: ancova, stratified_by: []}
    effect: {mean_difference: -4}
design:
  power: 0.9
  looks: {information: [0.5, 1]}
  multiplicity: {procedure: fixed sequence, order: [H1, H2]}
planning:
  endpoints:
    response: {control: {rate: 0.3}}
    change: {standard_deviation: 15, correlation: 0.5}
analysis: {alternative: one-sided}
data:
  tables: {patients: patients.csv, events: events.csv}
  subjects:
    table: patients
    id: patient
    arm: {column: arm, values: {P: placebo, N: new}}
    received: received
    randomized: randomized
    discontinued: discontinued
    treated: treated == "yes"
  endpoints:
    response: {yes: response == "yes", no: response == "no", date: visit}
    change: {column: change, date: visit}
    ae:
      table: events
      term: term
      system_organ_class: soc
      grade: grade
      serious: serious == "yes"
      start: start
"""

THREE = """\
schema: 1
trial: {id: THREE-1, title: Two new treatments against the old, time_unit: day, display_unit: month}
arms:
  - {id: old, label: Old treatment, role: control}
  - {id: first, label: First treatment, role: experimental}
  - {id: second, label: Second treatment, role: experimental}
endpoints:
  - {id: os, type: time-to-event, label: Overall survival, events: [death]}
comparisons:
  - {id: one, label: First v old, experimental: first, control: old}
  - {id: two, label: Second v old, experimental: second, control: old}
hypotheses:
  - {id: H1, endpoint: os, comparison: one, test: {method: log-rank}, effect: {hazard_ratio: 0.6}}
  - {id: H2, endpoint: os, comparison: two, test: {method: log-rank}, effect: {hazard_ratio: 0.6}}
design:
  power: 0.8
  looks: {information: [0.5, 1]}
  multiplicity: {procedure: bonferroni}
planning:
  accrual: {duration: 24 months}
  follow_up: 12 months
  endpoints:
    os: {control: {median: 12 months}}
data:
  tables: {patients: patients.csv}
  subjects: {table: patients, id: patient, arm: arm, randomized: randomized}
  endpoints:
    os: {time: os_time, date: os_date, event: os_event == "death"}
"""


def aall1331(folder):
    """The example, as it is."""
    shutil.copytree(EXAMPLE, folder)
    return folder, folder / "data", "2017-12-31"


def response(folder):
    """Two arms, 2 to 1, with a binary and a continuous endpoint, harms, and patients who left."""
    draw = np.random.default_rng(20261)
    patients, events = [], []
    for number in range(180):
        new = number % 3 != 0
        day = OPENED + timedelta(days=int(3 * number + draw.integers(3)))
        seen = day + timedelta(days=84)
        left = draw.random() < (0.18 if new else 0.06)
        yes = draw.random() < (0.68 if new else 0.22)
        answer = "" if left and draw.random() < 0.5 else "yes" if yes else "no"
        change = f"{draw.normal(-9.0 if new else 0.5, 11.0):.2f}" if answer else ""
        patients.append(
            {
                "patient": f"P{number:03}",
                "arm": "N" if new else "P",
                "received": "N" if new else "P",
                "randomized": day.isoformat(),
                "severity": ("moderate", "severe")[int(draw.random() < 0.4)],
                "score": f"{draw.normal(60, 9):.1f}",
                "treated": "no" if number % 41 == 7 else "yes",
                "response": answer,
                "change": change,
                "visit": seen.isoformat() if answer else "",
                "discontinued": ("toxicity" if new else "lack of effect") if left else "",
            }
        )
        events += [
            {
                "patient": f"P{number:03}",
                "term": ("nausea", "rash", "fatigue")[int(draw.integers(3))],
                "soc": "general",
                "grade": int(draw.integers(1, 5 if new else 3)),
                "serious": ("no", "yes")[int(draw.random() < (0.3 if new else 0.05))],
                "start": (day + timedelta(days=int(draw.integers(1, 80)))).isoformat(),
            }
            for _ in range(int(draw.poisson(1.9 if new else 0.5)))
        ]
    return written(folder, RESPONSE, {"patients.csv": patients, "events.csv": events}, "2020-04-30")


def three_arms(folder):
    """Three arms, of which each hypothesis compares two."""
    draw = np.random.default_rng(20262)
    patients = []
    for number in range(240):
        arm = ("old", "first", "second")[number % 3]
        day = OPENED + timedelta(days=int(3 * number))
        median = {"old": 300.0, "first": 900.0, "second": 450.0}[arm]
        time = int(draw.exponential(median / np.log(2.0))) + 1
        last = (date(2021, 6, 30) - day).days
        died = time <= last
        patients.append(
            {
                "patient": f"P{number:03}",
                "arm": arm,
                "randomized": day.isoformat(),
                "os_time": min(time, last),
                "os_event": "death" if died else "censored",
                "os_date": (day + timedelta(days=min(time, last))).isoformat(),
            }
        )
    return written(folder, THREE, {"patients.csv": patients}, "2021-01-31")


def written(folder, protocol, tables, as_of):
    """Write a trial: its protocol, its tables."""
    (folder / "data").mkdir(parents=True)
    (folder / "protocol.yaml").write_text(protocol, encoding="utf-8")
    for name, rows in tables.items():
        write_table(folder / "data" / name, rows)
    return folder, folder / "data", as_of


def read_table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def permute_arms(data, seed, *, apart=False):
    """Exchange the arms among the patients; `apart`: received ones by themselves.

    Only what is called an arm moves; everything else of a patient stays.
    """
    path = data / "patients.csv"
    rows = read_table(path)
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(rows))
    other = draw.permutation(len(rows)) if apart else order
    for column, places in (("arm", order), ("received", other)):
        if column in rows[0]:
            values = [rows[int(place)][column] for place in places]
            for row, value in zip(rows, values, strict=True):
                row[column] = value
    write_table(path, rows)

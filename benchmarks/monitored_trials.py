"""Two trials to be monitored, simulated on the spot: of 10,000 patients, and of 1,000."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl

from equipoise.verbs import simulate_patients

LARGE, SMALL = 10_000, 1_000
OPENED = "2020-01-01"
EVENTS = {LARGE: 2_500, SMALL: 280}  # known at the look
PROTOCOL = """\
schema: 1
trial: {{id: BENCH, title: A trial of {patients} patients, time_unit: month}}
arms:
  - {{id: control, label: Control, role: control}}
  - {{id: experimental, label: Experimental, role: experimental}}
variables:
  - {{id: risk, label: Risk, type: categorical, levels: [low, high]}}
strata: [risk]
endpoints:
  - {{id: pfs, type: time-to-event, label: Progression-free survival, events: [progression]}}
  - {{id: os, type: time-to-event, label: Overall survival, events: [death]}}
  - {{id: ae, type: adverse-events, label: Adverse events, grading: CTCAE, severe_from: 3}}
estimands:
  - {{id: pfs, label: Progression-free survival, endpoint: pfs, population: itt,
      treatment: [control, experimental], summary: hazard ratio}}
  - {{id: os, label: Overall survival, endpoint: os, population: itt,
      treatment: [control, experimental], summary: hazard ratio}}
  - {{id: ae, label: Adverse events, endpoint: ae, population: safety,
      treatment: [control, experimental], summary: incidence by arm}}
hypotheses:
  - {{id: H1, label: Longer without progression, estimand: pfs, role: primary,
      test: {{method: log-rank, stratified_by: [risk]}}, effect: {{hazard_ratio: {ratio}}}}}
  - {{id: H2, label: Longer survival, estimand: os, role: secondary,
      test: {{method: log-rank, stratified_by: [risk]}}}}
design:
  power: 0.9
  looks: {{information: [0.25, 0.5, 0.75, 1]}}
  efficacy: {{spending: lan-demets o'brien-fleming}}
  futility: {{spending: hwang-shih-decani, gamma: -2, binding: false}}
  multiplicity: {{procedure: fixed sequence, order: [H1, H2]}}
planning:
  patients: {patients}
  accrual: {{duration: 30 months}}
  dropout: {{yearly: 0.02}}
  strata: {{risk: {{low: 0.5, high: 0.5}}}}
  endpoints:
    pfs: {{control: {{median: {median} months}}}}
conduct: {{accrual: poisson, maximum_duration: 10 years}}
scenarios:
  planned:
    endpoints:
      os: {{control: {{median: {later} months}}, hazard_ratio: 0.9}}
    correlations: {{pfs: {{os: 0.7}}}}
  weaker: {{endpoints: {{pfs: {{hazard_ratio: {true}}}}}}}
analysis: {{alpha: 0.025, alternative: one-sided, landmarks: [12 months]}}
data:
  tables: {{patients: patients.csv, adverse_events: adverse_events.csv}}
  subjects: {{table: patients, id: patient, arm: arm, received: received, randomized: randomized}}
  endpoints:
    pfs: {{time: pfs_time, date: pfs_date, event: pfs_event == "progression"}}
    os: {{time: os_time, date: os_date, event: os_event == "death"}}
    ae: {{table: adverse_events, term: term, system_organ_class: system, grade: grade,
          serious: serious == "yes", related: related == "yes", start: start}}
"""
ASKED = {
    LARGE: {"ratio": 0.9, "true": 0.95, "median": 30, "later": 45},
    SMALL: {"ratio": 0.75, "true": 0.85, "median": 20, "later": 35},
}
A_PATIENT, TERMS, LATEST = 5, 120, 300  # adverse events; different ones; days after randomization


def trial(patients: int, folder: Path) -> tuple[Path, str]:
    """Write a trial as known at a look; give its protocol's folder, and the date of the look."""
    protocol = folder / "protocol.yaml"
    text = PROTOCOL.format(patients=patients, **ASKED[patients])
    protocol.write_text(text.split("data:\n")[0], encoding="utf-8")
    simulated = folder / "simulated"
    simulate_patients(
        protocol,
        simulated,
        scenario="weaker",
        seed=1,
        opened=OPENED,
        as_of=f"{EVENTS[patients]} events",
    )
    protocol.write_text(text, encoding="utf-8")
    shutil.copy(simulated / "patients.csv", folder)
    rows = pl.read_csv(folder / "patients.csv", infer_schema_length=None, try_parse_dates=True)
    adverse_events(rows).write_csv(folder / "adverse_events.csv")
    return folder, str(rows["pfs_date"].max())


def adverse_events(rows: pl.DataFrame) -> pl.DataFrame:
    """Draw so many adverse events a patient, as they are known by the look."""
    draw, count = np.random.default_rng(1), A_PATIENT * len(rows)
    term = draw.integers(TERMS, size=count)
    return (
        pl.DataFrame(
            {
                "patient": np.repeat(rows["patient"].to_numpy(), A_PATIENT),
                "term": [f"Term {each}" for each in term],
                "system": [f"System {each % 12}" for each in term],
                "grade": draw.integers(1, 5, size=count),
                "serious": np.where(draw.random(count) < 0.1, "yes", "no"),
                "related": np.where(draw.random(count) < 0.5, "yes", "no"),
                "after": draw.integers(1, LATEST, size=count),
            }
        )
        .join(rows.select("patient", "randomized"), on="patient")
        .with_columns(start=pl.col("randomized") + pl.duration(days="after"))
        .filter(pl.col("start") <= rows["pfs_date"].max())
        .drop("after", "randomized")
    )

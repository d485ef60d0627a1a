"""A small trial with every kind of endpoint, to be broken in every way a test can think of."""

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path

import numpy as np
import polars as pl

from document_walk import blocks
from equipoise.analyze.results import Curve
from equipoise.report.document import Document, Table

PROTOCOL = """\
schema: 1
trial: {id: D, title: A degenerate trial, time_unit: day, display_unit: day}
arms:
  - {id: standard, role: control}
  - {id: new, role: experimental}
variables:
  - {id: risk, type: categorical, levels: [low, high]}
  - {id: sex, type: categorical, levels: [female, male]}
  - {id: age, type: continuous, unit: years}
strata: [risk]
endpoints:
  - {id: os, type: time-to-event, label: Survival, events: [death]}
  - {id: relapse, type: time-to-event, label: Relapse, events: [relapse], competing: [death]}
  - {id: response, type: binary, label: Response, missing: excluded}
  - {id: score, type: continuous, label: Score, baseline: age}
  - {id: harm, type: adverse-events, label: Harm}
hypotheses:
  - {id: H1, endpoint: os}
  - {id: H2, endpoint: os, role: secondary, test: {method: max-combo, stratified_by: []}}
  - {id: H3, endpoint: os, role: secondary, test: {method: cox wald}}
  - {id: H4, endpoint: os, role: secondary, test: {method: restricted mean}}
  - {id: H5, endpoint: os, role: secondary, test: {method: fleming-harrington, gamma: 1}}
  - {id: H6, endpoint: relapse, role: secondary}
  - {id: H7, endpoint: response, role: secondary}
  - {id: H8, endpoint: response, role: secondary, test: {method: fisher}}
  - {id: H9, endpoint: score, role: secondary}
  - {id: H10, endpoint: score, role: secondary, test: {method: welch}}
analysis: {alternative: two-sided, landmarks: [40], subgroups: [sex]}
data:
  tables: {patients: patients.csv, events: events.csv}
  subjects: {table: patients, id: id, arm: arm}
  endpoints:
    os: {time: days, event: died == 1}
    relapse: {time: days, cause: {column: ended, values: {"0": censored, "1": relapse, "2": death}}}
    response: {yes: answer == 1}
    score: {column: score}
    harm: {table: events, term: term, system_organ_class: organ, grade: grade}
"""

Columns = dict[str, list]


def patients(size: int = 24) -> Columns:
    """An ordinary trial: each arm in turn, everything varies."""
    random = np.random.default_rng(20)
    number = np.arange(size)
    return {
        "id": [f"P{i:02d}" for i in number],
        "arm": ["standard" if i % 2 == 0 else "new" for i in number],
        "risk": ["low" if i % 4 < 2 else "high" for i in number],
        "sex": ["female" if i % 3 else "male" for i in number],
        "age": (40.0 + random.permutation(size)).tolist(),
        "days": (5.0 + random.permutation(size) * 3).tolist(),
        "died": (random.random(size) < 0.6).astype(int).tolist(),
        "ended": random.integers(0, 3, size).tolist(),
        "answer": random.integers(0, 2, size).tolist(),
        "score": random.normal(50, 9, size).round(1).tolist(),
    }


def adverse_events() -> Columns:
    """Five records of four terms."""
    return {
        "id": ["P00", "P00", "P01", "P03", "P05"],
        "organ": ["Blood", "Skin", "Blood", "Blood", "Skin"],
        "term": ["Anaemia", "Rash", "Anaemia", "Neutropenia", "Itch"],
        "grade": [1, 2, 3, 4, 1],
    }


def write_protocol(folder: Path, *changes: tuple[str, str], text: str = PROTOCOL) -> Path:
    """Write the protocol with some of its text replaced."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def frames(table: Columns, events: Columns | None = None) -> dict[str, pl.DataFrame]:
    """Both tables as data frames."""
    return {
        "patients": pl.DataFrame(table, strict=False),
        "events": pl.DataFrame(adverse_events() if events is None else events, strict=False),
    }


def numbers(value: object) -> list[float]:
    """Every number of a result, each of them finite; only limits of curves may be NaN."""
    if isinstance(value, float | np.floating):
        assert math.isfinite(value)
        return [float(value)]
    if isinstance(value, str | Enum):
        return []
    parts: Iterable[object] = ()
    if isinstance(value, Curve):
        parts = [*value.time.tolist(), *value.value.tolist(), *value.censored_at.tolist()]
    elif isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, Iterable):
        parts = value
    elif dataclasses.is_dataclass(value):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    return [number for part in parts for number in numbers(part)]


def unexplained(document: Document) -> list[tuple[str, str]]:
    """Tables that print NE or NR without saying what it means, or say so without printing it."""
    found = []
    for table in blocks(document, Table):
        cells = " ".join(cell for row in table.rows for cell in row.cells)
        for mark in ("NE", "NR"):
            printed = re.search(rf"\b{mark}\b", cells) is not None
            told = any(note.startswith(f"{mark}, ") for note in table.footnotes)
            if printed != told:
                found.append((table.id, mark))
    return found

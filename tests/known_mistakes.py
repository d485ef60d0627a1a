"""Data sets, and R's numbers, for the tests of known mistakes."""

import csv
import functools
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent / "reference"
EXPECTED = json.loads((HERE / "known_mistakes.json").read_text(encoding="utf-8"))["cases"]


@functools.cache
def table(name):
    """The columns of a data set; words stay words and missing numbers are NaN."""
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {column: _column([row[column] for row in rows]) for column in rows[0]}


def _column(values):
    try:
        return np.array([np.nan if value in {"", "NA"} else float(value) for value in values])
    except ValueError:
        return np.array(values)


def lung(*covariates):
    """Time, death and covariates of the lung data."""
    known = table("lung")
    return known["time"], known["status"] == 2, np.column_stack([known[x] for x in covariates])


def bladder():
    """First recurrences in half years: 47 events at 13 times."""
    known = {
        name: values[table("bladder2")["enum"] == 1] for name, values in table("bladder2").items()
    }
    covariates = np.column_stack([known[name] for name in ("rx", "size", "number")])
    return np.ceil(known["stop"] / 6), known["event"] == 1, covariates


def channing():
    """Ages at entry and exit, in months."""
    known = table("channing_kmsurv")
    keep = known["ageentry"] < known["age"]
    return tuple(known[name][keep] for name in ("ageentry", "age", "death", "gender"))


def mgus2():
    """Months to progression (1) or death without it (2)."""
    known = table("mgus2")
    progressed = known["pstat"] == 1
    time = np.where(progressed, known["ptime"], known["futime"])
    return time, np.where(progressed, 1, 2 * (known["death"] == 1))

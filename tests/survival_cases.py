"""Reads the cases of reference/survival.json: expressions over the columns of their data."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

REFERENCE = Path(__file__).parent / "reference"


def cases(kind):
    """Mark a test as one over all cases that verify something."""
    text = (REFERENCE / "survival.json").read_text(encoding="utf-8")
    chosen = [case for case in json.loads(text)["cases"] if case["verifies"] == kind]
    assert chosen
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


def rows_of(case):
    """Evaluate time, event, entry, group and stratum over the data."""
    columns = case["data"]
    if isinstance(columns, str):
        with (REFERENCE / "data" / columns).open(encoding="utf-8", newline="") as lines:
            table = list(csv.DictReader(lines))
        columns = {name: [line[name] for line in table] for name in table[0]}
    known = {name.replace(".", "_"): _values(given) for name, given in columns.items()}
    size = len(next(iter(known.values())))

    def value(expression):
        return np.asarray(eval(expression, {"np": np}, known))  # noqa: S307 - our own file

    spec = dict(case["rows"])
    keep = value(spec.pop("where", None) or "True") & np.ones(size, dtype=bool)
    if spec.pop("stratum_after", False):
        known = {name: given[keep] for name, given in known.items()}
        keep = np.ones(int(keep.sum()), dtype=bool)
        known["time"] = np.empty(keep.size)
    rows = {}
    for what, expression in spec.items():
        given = value(expression)[keep]
        if what in {"group", "stratum"} and given.dtype != np.int64:
            given = np.unique(given, return_inverse=True)[1]
        if what == "group":
            given = given.astype(int) - int(given.min())
        rows[what] = given
    return rows


def close(got, expected, tolerance):
    """Say whether numbers agree; null stands for a number that does not exist."""
    want = np.array([np.nan if v is None else float(_number(v)) for v in np.ravel(expected)])
    have = np.ravel(np.asarray(got, dtype=np.float64))
    kind, size = tolerance if isinstance(tolerance, list) else ("relative", tolerance)
    scale = {"rtol": size, "atol": 1e-14} if kind == "relative" else {"rtol": 0.0, "atol": size}
    np.testing.assert_allclose(have, want, **scale)


def _number(value):
    return np.inf if value == "Inf" else value


def _values(given):
    try:
        return np.array([np.nan if v in {"", "NA"} else float(v) for v in given])
    except ValueError:
        return np.array(given)

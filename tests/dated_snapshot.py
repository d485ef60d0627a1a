"""A snapshot with dates, drawn from a seed; and when two snapshots are the same."""

from dataclasses import fields, is_dataclass, replace
from datetime import date

import numpy as np

from equipoise.analyze.snapshot import Categories, Followup
from equipoise.kernel.arrays import codes, vector
from equipoise.protocol.trial import DAYS_PER
from sample_snapshot import protocol, snapshot

OPENED = date(2020, 3, 1).toordinal()
ACCRUAL, LONGEST = 400, 500  # days
WORDS = ("transplant", "relapse", "death", "censored", "moved away")
MONTH = DAYS_PER["month"]


def times(rng, days, kind):
    """Months of whole days: counted from 0 or from 1, or exact, later on the same day."""
    ahead = {"day 0": 0.0, "day 1": 1.0, "exact": rng.random(days.size)}[kind]
    return vector((days + ahead) / MONTH)


def come(rng, day):
    """Dates of record: on the day or later, some unknown."""
    return codes(np.where(rng.random(day.size) < 0.2, -1, day + rng.integers(0, 60, day.size)))


def dated(seed=1, patients=60, *, kind="day 0", on=True, recorded=True, intervals=False):
    """Draw the data."""
    rng = np.random.default_rng([seed, 7])
    whole = snapshot(seed, patients, promise=protocol())
    start = np.sort(OPENED + rng.integers(0, ACCRUAL, patients))
    subjects = replace(
        whole.subjects,
        randomized=codes(start),
        treated_from=codes(np.where(rng.random(patients) < 0.1, -1, start + rng.integers(0, 9))),
        treated_until=codes(
            np.where(rng.random(patients) < 0.3, -1, start + rng.integers(9, 200, patients))
        ),
    )
    rows = whole.followups["hsct"]
    subject, days = rows.subject, rng.integers(1, LONGEST, patients)
    outcome, entry = rows.outcome, None
    if intervals:  # each stretch is cut in two
        first = np.maximum(days // 3, 1)
        subject = np.repeat(subject, 2)
        days = np.column_stack([first, days + 1]).ravel()
        outcome = np.column_stack([np.zeros_like(outcome), outcome]).ravel()
        entry = np.column_stack([np.zeros(patients), first]).ravel() / MONTH
    end = start[subject] + days
    word = np.where(outcome == 0, rng.integers(3, 5, outcome.size), outcome - 1)
    follow = Followup(
        "hsct",
        codes(subject),
        times(rng, days, kind if on else "day 0"),
        codes(outcome),
        None if entry is None else vector(entry),
        Categories(WORDS, codes(word)),
        come(rng, end) if recorded else None,
        codes(end) if on else None,
    )
    asked = np.where(rng.random(patients) < 0.1, np.nan, rng.integers(20, 60, patients))
    value = np.where(np.isnan(asked), -1, whole.answers["mrd"].value)
    answers = replace(
        whole.answers["mrd"],
        value=codes(value),
        time=vector(asked / MONTH),
        recorded=come(rng, start + np.nan_to_num(asked).astype(int)) if recorded else None,
    )
    taken = rng.integers(50, 90, patients)
    measured = replace(
        whole.measurements["score"],
        time=vector(taken / MONTH),
        recorded=come(rng, start + taken) if recorded else None,
    )
    log = whole.adverse_events["ae"]
    began = rng.integers(0, 120, log.subject.size).astype(float)
    began[rng.random(began.size) < 0.05] = np.nan
    day = start[log.subject] + np.nan_to_num(began).astype(int)
    events = replace(
        log, onset=vector(began / MONTH), recorded=come(rng, day) if recorded else None
    )
    return replace(
        whole,
        subjects=subjects,
        followups={"hsct": follow},
        answers={"mrd": answers},
        measurements={"score": measured},
        adverse_events={"ae": events},
    )


def difference(one, other, path=""):
    """Name the first place in which two values differ; empty where none does."""
    if is_dataclass(one) and not isinstance(one, type):
        pairs = [(getattr(one, f.name), getattr(other, f.name), f.name) for f in fields(one)]
    elif isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        same = (
            one is not None
            and other is not None
            and np.array_equal(one, other, equal_nan=np.issubdtype(one.dtype, np.floating))
        )
        return "" if same and one.dtype == other.dtype else path or "value"
    elif hasattr(one, "keys"):
        if list(one) != list(other):
            return f"{path} (keys)"
        pairs = [(one[key], other[key], str(key)) for key in one]
    else:
        return "" if one == other else path or "value"
    found = (difference(a, b, f"{path}.{name}") for a, b, name in pairs)
    return next((each for each in found if each), "")

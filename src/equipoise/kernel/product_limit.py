"""The product-limit estimate and its Greenwood variance, from counts at the moments.

    Ŝ(t) = ∏_{t_j ≤ t} (1 - d_j / n_j)                   (Kaplan & Meier 1958)
    Var log Ŝ(t) ≈ Σ_{t_j ≤ t} d_j / (n_j (n_j - d_j))   (Greenwood 1926)

Once all n_j at risk have the event, Ŝ is 0 and stays 0, whoever enters later; the variance of
its logarithm is infinite from there on.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.ordering import (
    Keys,
    few_days,
    key_of,
    labels_fit,
    survey,
    tie_threshold,
)
from equipoise.kernel.risk_sets import moments

EVENT = np.uint64(1)  # the label of a row: its lowest bit


@dataclass(frozen=True, slots=True)
class ProductLimit:
    """One entry a distinct exit time."""

    time: Vector
    at_risk: Codes
    events: Codes
    censored: Codes
    survival: Vector
    log_variance: Vector


def product_limit(time: Vector, event: Flags, entry: Vector | None = None) -> ProductLimit:
    """Count the rows at each moment and multiply through."""
    found, events, censored, joining = _counts(time, event, entry)
    at_risk = np.empty(found.size, np.int64)
    survival, log_variance = np.empty(found.size), np.empty(found.size)
    present = time.size if entry is None else 0
    _multiply(events, censored, joining, present, at_risk, survival, log_variance)
    return ProductLimit(found, at_risk, events, censored, survival, log_variance)


def _counts(time: Vector, event: Flags, entry: Vector | None) -> tuple[Vector, Codes, Codes, Codes]:
    """Count events, censorings and joiners at the moments."""
    nobody = np.empty(0, np.int64)
    if entry is None:
        whole, low, high, mean = survey(time)
        if whole and few_days(low, high, time.size):
            return (*_count_days(time, event, low, int(high - low) + 1), nobody)
        if labels_fit(1, low, high, mean, whole=whole):
            keys, ordered = _label(time, event), np.sort(time)
            keys.sort()
            return (*_count_keys(keys, ordered, 0.0 if whole else tie_threshold(ordered)), nobody)
    placed = moments(time, entry)
    size = placed.time.size
    events = np.bincount(placed.exit[event], minlength=size).astype(np.int64)
    censored = np.bincount(placed.exit[~event], minlength=size).astype(np.int64)
    if placed.first is None:
        return placed.time.copy(), events, censored, nobody
    joining = np.bincount(placed.first, minlength=size + 1)[:size].astype(np.int64)
    return placed.time.copy(), events, censored, joining


@compiled
def _count_days(time: Vector, event: Flags, low: float, days: int) -> tuple[Vector, Codes, Codes]:
    """Count by a table of days."""
    counts = np.zeros(2 * days, np.int32)
    for i in range(time.size):
        counts[2 * np.int64(time[i] - low) + event[i]] += 1
    size = 0
    for day in range(days):
        size += (counts[2 * day] | counts[2 * day + 1]) != 0
    found, events, censored = np.empty(size), np.empty(size, np.int64), np.empty(size, np.int64)
    j = 0
    for day in range(days):
        if counts[2 * day] | counts[2 * day + 1]:
            found[j], censored[j], events[j] = low + day, counts[2 * day], counts[2 * day + 1]
            j += 1
    return found, events, censored


@compiled
def _label(time: Vector, event: Flags) -> Keys:
    """Write each time with its event in the lowest bit."""
    keys = np.empty(time.size, np.uint64)
    for i in range(time.size):
        keys[i] = key_of(time[i], EVENT) | np.uint64(event[i])
    return keys


@compiled
def _count_keys(keys: Keys, ordered: Vector, threshold: float) -> tuple[Vector, Codes, Codes]:
    """Count along the sorted keys; `ordered` holds the same times, not rounded."""
    found = np.empty(keys.size)
    events, censored = np.empty(keys.size, np.int64), np.empty(keys.size, np.int64)
    j, last = -1, -np.inf
    for i in range(keys.size):
        if j < 0 or ordered[i] - last > threshold:
            j += 1
            found[j], events[j], censored[j] = ordered[i], 0, 0
        last = ordered[i]
        died = np.int64(keys[i] & EVENT)
        events[j] += died
        censored[j] += 1 - died
    return found[: j + 1], events[: j + 1], censored[: j + 1]


@compiled
def _multiply(
    events: Codes,
    censored: Codes,
    joining: Codes,
    present: int,
    at_risk: Codes,
    survival: Vector,
    log_variance: Vector,
) -> None:
    """Step through the moments; `joining` is empty where nobody enters late."""
    n, s, v = present, 1.0, 0.0
    for j in range(events.size):
        if joining.size:
            n += joining[j]
        d = events[j]
        if d == n:
            s, v = 0.0, np.inf
        elif d:
            s *= 1.0 - d / n
            v += d / (n * (n - d))
        at_risk[j], survival[j], log_variance[j] = n, s, v
        n -= d + censored[j]

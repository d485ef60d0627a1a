"""The published algorithm (Guyot et al. 2012, BMC Med Res Methodol 12:9), a line at a time.

As in IPDfromKM: with numbers at risk, censorings are spread evenly within an interval and their
number adjusted until the next number at risk comes out; the last interval repeats the mean rate of
censoring before it, and a total of events adjusts that.  Without numbers at risk, and with a
total of events, one interval; with neither, nobody is censored before the end of the curve.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Plain(NamedTuple):
    time: np.ndarray
    event: np.ndarray


LOOPS = 400


def plain_guyot(time, survival, at_risk=None, events=None, patients=None):
    """Give patients; `at_risk` is (times, numbers)."""
    t, s = np.asarray(time, float), np.asarray(survival, float)
    times, numbers = at_risk if at_risk is not None else ([0.0], [patients])
    lower = [int(np.searchsorted(t, x, side="left")) for x in times]
    used = [i for i in range(len(times)) if lower[i] < t.size]
    times, numbers = [times[i] for i in used], [int(numbers[i]) for i in used]
    lower = [lower[i] for i in used]
    upper = [low - 1 for low in lower[1:]] + [t.size - 1]
    m = t.size
    n_hat = np.zeros(m + 1)
    n_hat[0] = numbers[0]
    d, cen, km = np.zeros(m, int), np.zeros(m, int), np.ones(m)
    last, censored = 0, np.zeros(len(times), int)
    place = (t, s, lower, upper, d, cen, km, n_hat)
    for i in range(len(times) - 1):
        if upper[i] < lower[i]:
            continue
        ratio = s[lower[i + 1]] / s[lower[i]] if s[lower[i]] > 0 else 0.0
        censored[i] = max(0, round(numbers[i] * ratio - numbers[i + 1]))
        n_hat[lower[i]] = numbers[i]
        for _ in range(LOOPS):
            end = _interval(place, i, censored[i], last)
            over = int(n_hat[upper[i] + 1]) - numbers[i + 1]
            if over == 0 or (over < 0 and censored[i] <= 0):
                break
            censored[i] = max(0, censored[i] + over)
        n_hat[upper[i] + 1] = min(n_hat[upper[i] + 1], numbers[i + 1])
        n_hat[upper[i] + 1] = numbers[i + 1]
        last = end
    i = len(times) - 1
    if len(times) > 1:
        spent = t[upper[i - 1]] - t[lower[0]]
        rate = (t[upper[i]] - t[lower[i]]) / spent if spent > 0 else 0.0
        censored[i] = min(round(rate * censored[:i].sum()), numbers[i])
    n_hat[lower[i]] = numbers[i]
    _interval(place, i, censored[i], last)
    for _ in range(LOOPS if events is not None else 0):
        over = int(d.sum()) - events
        if over == 0 or (over < 0 and censored[i] <= 0):
            break
        censored[i] = int(np.clip(censored[i] + over, 0, numbers[i]))
        _interval(place, i, censored[i], last)
    return _patients(t, d, cen, int(numbers[0]))


def _interval(place, i, censored, last):
    t, s, lower, upper, d, cen, km, n_hat = place
    low, high = lower[i], upper[i]
    edge = t[high + 1] if high + 1 < t.size else t[high]
    edges = np.append(t[low : high + 1], edge)
    at = t[low] + np.arange(1, censored + 1) * (edge - t[low]) / (censored + 1)
    inside = np.histogram(at, edges)[0] if edges[-1] > edges[0] else np.zeros(edges.size - 1, int)
    for j, k in enumerate(range(low, high + 1)):
        before = km[last] if k > 0 else 1.0
        n = n_hat[k]
        if k == 0:
            d[k], km[k] = 0, 1.0
        else:
            d[k] = max(0, round(n * (1 - s[k] / before))) if before > 0 and n > 0 else 0
            d[k] = min(d[k], int(n))
            km[k] = before * (1 - d[k] / n) if n > 0 else before
        cen[k] = min(int(inside[j]), int(n - d[k]))
        n_hat[k + 1] = n - d[k] - cen[k]
        if d[k]:
            last = k
    return last


def _patients(t, d, cen, n):
    times, events = [], []
    for k in range(t.size):
        middle = (t[k] + t[min(k + 1, t.size - 1)]) / 2
        times += [t[k]] * d[k] + [middle] * cen[k]
        events += [1] * d[k] + [0] * cen[k]
    times, events = times[:n], events[:n]
    rest = n - len(times)
    times += [t[-1]] * rest
    events += [0] * rest
    return Plain(np.array(times), np.array(events))


__all__ = ["Plain", "plain_guyot"]

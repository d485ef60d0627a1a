"""How many patients have had the event, have left, and are still at risk, by calendar time.

A patient followed for s has survival exp(-∫h), stays with probability exp(-∫η), and is one of
A(t - s) enrolled early enough to be followed that long at calendar time t:

    events(t)   = ∫ h(s) e^{-∫(h+η)} A(t - s) ds,      0 ≤ s ≤ min(t, longest follow-up)
    dropouts(t) = the same with η(s) in place of h(s)
    at_risk(t)  = ∫ e^{-∫(h+η)} a(t - s) ds,           A' = a

With h, η and a constant on pieces every integral is a sum over the rectangles of
(hazard piece × enrollment piece) of elementary terms (Lachin & Foulkes 1986, by pieces);
φ₁ and φ₂ below keep them exact when a hazard is tiny or zero.  On another clock
(h constant in s^κ: Weibull) the rectangles are integrated by Gauss-Legendre.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.quadrature import gauss_legendre

Cube = NDArray[np.float64]
TINY = 1e-150
SMALL = 0.01  # below it the series of φ₂ is used, to its seventh term
SERIES = (1 / 2, -1 / 3, 1 / 8, -1 / 30, 1 / 144, -1 / 840, 1 / 5760)
NODES = 48  # for a Weibull clock
POWER = 6  # s = y^POWER near 0 smooths hazards that start like s^(κ-1)


@dataclass(frozen=True, slots=True)
class Courses:
    """Groups of patients that share pieces: each row enrolls and fares in its own way."""

    starts: Vector  # (pieces,) from 0, increasing: where a hazard or dropout rate may change
    event_rate: Matrix  # (rows, pieces)
    dropout_rate: Matrix  # (rows, pieces)
    entry_starts: Vector  # (entry pieces,) from 0; the last piece, after enrollment, has rate 0
    entry_rate: Matrix  # (rows, entry pieces) patients per time unit
    longest_follow_up: float  # of each patient; infinite: until the analysis
    clock: float = 1.0  # κ: event rates hold on the clock s^κ, dropout rates on s itself


@dataclass(frozen=True, slots=True)
class Counts:
    """Expected numbers; one row per group, one column per calendar time."""

    events: Matrix  # (rows, times)
    dropouts: Matrix
    at_risk: Matrix
    enrolled: Matrix
    event_flow: Matrix  # events per time unit: the derivative of `events`


def expected_counts(courses: Courses, times: Vector) -> Counts:
    """Give the expected numbers of every row at every calendar time.

    Accuracy:
        1e-13 relative for rates constant on pieces; 1e-10 on a Weibull clock.
    Witness:
        sv13, rps06, design-0083; numerical integration over entry times.

    >>> one = Courses(np.zeros(1), np.full((1, 1), 0.1), np.zeros((1, 1)),
    ...               np.array([0.0, 10.0]), np.array([[5.0, 0.0]]), np.inf)
    >>> round(float(expected_counts(one, np.array([10.0])).events[0, 0]), 6)  # 50 - 50(1 - 1/e)
    18.393972
    """
    by_piece = counts_by_piece(courses, times)
    events, dropouts, at_risk, flow = (part.sum(axis=2) for part in by_piece)
    return Counts(events, dropouts, at_risk, enrolled(courses, times), flow)


def counts_by_piece(courses: Courses, times: Vector) -> tuple[Cube, Cube, Cube, Cube]:
    """Give events, dropouts, at risk and flow of events by the piece they fall into.

    Each is (rows, times, pieces).

    Witness:
        design-0083: events by hazard piece, gsDesign2.
    """
    low, width = _rectangles(courses, times)
    if courses.clock == 1.0:
        return _closed_form(courses, times, low, width)
    return _quadrature(courses, times, low, width)


def eventual_events(courses: Courses) -> Vector:
    """Give the events of each row if it is followed for as long as it may be.

    Witness:
        the limit of `expected_counts` at a late time.

    >>> half = Courses(np.zeros(1), np.full((1, 1), 0.1), np.full((1, 1), 0.1),
    ...                np.array([0.0, 10.0]), np.array([[5.0, 0.0]]), np.inf)
    >>> eventual_events(half).tolist()
    [25.0]
    """
    end = courses.entry_starts[-1]
    if np.isfinite(courses.longest_follow_up):
        last = np.array([end + courses.longest_follow_up])
        return np.asarray(expected_counts(courses, last).events[:, 0])
    if courses.clock != 1.0:
        settled = _settled(courses)
        last = np.array([end + settled.starts[-1]])
        return np.asarray(expected_counts(settled, last).events[:, 0])
    total = courses.event_rate + courses.dropout_rate
    width = np.append(np.diff(courses.starts), np.inf)
    some = total > 0
    rate = np.where(some, total, 1.0)
    ending = np.where(some, -np.expm1(-rate * width), 0.0)
    alive = np.cumprod(1.0 - ending, axis=1)
    before = np.concatenate((np.ones((total.shape[0], 1)), alive[:, :-1]), axis=1)
    patients = enrolled(courses, np.array([end]))[:, 0]
    return np.asarray(patients * (before * ending * courses.event_rate / rate).sum(axis=1))


def enrolled(courses: Courses, times: Vector) -> Matrix:
    """Give the number enrolled in each row by each calendar time.

    Witness:
        sv13 (n).

    >>> one = Courses(np.zeros(1), np.zeros((1, 1)), np.zeros((1, 1)),
    ...               np.array([0.0, 10.0]), np.array([[5.0, 0.0]]), np.inf)
    >>> enrolled(one, np.array([4.0, 12.0])).tolist()
    [[20.0, 50.0]]
    """
    ends = np.append(courses.entry_starts[1:], np.inf)
    open_for = np.clip(times[:, None], courses.entry_starts, ends) - courses.entry_starts
    open_for[:, -1] = 0.0
    return np.asarray(courses.entry_rate @ open_for.T)


def first_moments(exponent: Cube) -> tuple[Cube, Cube]:
    """Give φ₁(x) = ∫₀¹ e^{-xy} dy and φ₂(x) = ∫₀¹ y e^{-xy} dy, exact also near 0.

    Accuracy:
        1e-13 relative.
    Witness:
        the power series, summed in high precision.

    >>> [value.tolist() for value in first_moments(np.zeros(1))]
    [[1.0], [0.5]]
    """
    x = np.maximum(exponent, TINY)
    lost = -np.expm1(-x)
    first = lost / x
    second = (lost * (1.0 + x) - x) / (x * x)
    small = x < SMALL
    if small.any():
        near = x[small]
        series = np.full_like(near, SERIES[-1])
        for coefficient in SERIES[-2::-1]:
            series = series * near + coefficient
        second[small] = series
    return first, second


def _rectangles(courses: Courses, times: Vector) -> tuple[Cube, Cube]:
    """Give where each (time, piece, entry piece) begins in follow-up time, and how long it is."""
    ends = np.append(courses.starts[1:], np.inf)
    entry = courses.entry_starts
    since_last = times[:, None] - np.append(entry[1:], np.inf)  # follow-up of the piece's last
    since_first = np.minimum(times[:, None] - entry, courses.longest_follow_up)
    low = np.maximum(courses.starts[:, None], since_last[:, None, :])
    high = np.minimum(ends[:, None], since_first[:, None, :])
    return low, np.maximum(high - low, 0.0)


def _before(courses: Courses, rate: Matrix, clock: float = 1.0) -> Matrix:
    """Give the integral of a rate up to the start of each piece."""
    width = np.diff(courses.starts**clock)
    before = np.zeros_like(rate)
    np.cumsum(rate[:, :-1] * width, axis=1, out=before[:, 1:])
    return before


def _entered(courses: Courses, times: Vector, low: Cube) -> tuple[Cube, Cube]:
    """Give those enrolled early enough to be followed for `low`, and the entry rate there."""
    rate = courses.entry_rate[:, None, None, :]
    before = _before_entry(courses)[:, None, None, :]
    return before + rate * (times[:, None, None] - low - courses.entry_starts), rate


def _before_entry(courses: Courses) -> Matrix:
    before = np.zeros_like(courses.entry_rate)
    np.cumsum(courses.entry_rate[:, :-1] * np.diff(courses.entry_starts), axis=1, out=before[:, 1:])
    return before


def _closed_form(
    courses: Courses, times: Vector, low: Cube, width: Cube
) -> tuple[Cube, Cube, Cube, Cube]:
    total = courses.event_rate + courses.dropout_rate
    entered, rate = _entered(courses, times, low)
    into = low - courses.starts[:, None]
    exponent = total[:, None, :, None] * into + _before(courses, total)[:, None, :, None]
    first, second = first_moments(total[:, None, :, None] * width)
    weight = np.exp(-exponent) * width
    person_time = (weight * (entered * first - rate * (width * second))).sum(axis=3)
    at_risk = (rate * weight * first).sum(axis=3)
    event_rate = courses.event_rate[:, None, :]
    events = event_rate * person_time
    return events, courses.dropout_rate[:, None, :] * person_time, at_risk, event_rate * at_risk


def _quadrature(
    courses: Courses, times: Vector, low: Cube, width: Cube
) -> tuple[Cube, Cube, Cube, Cube]:
    """Integrate each rectangle where the event rates hold on the clock s^κ."""
    node, weight = gauss_legendre(NODES)
    node, weight = (node + 1.0) / 2.0, weight / 2.0
    stretch = np.where(low > 0.0, 1, POWER)[..., None]
    point = low[..., None] + width[..., None] * node**stretch
    weight = width[..., None] * weight * stretch * node ** (stretch - 1)
    kappa = courses.clock
    piece = (slice(None), None, slice(None), None, None)
    start = courses.starts[:, None, None]
    event_rate, dropout_rate = courses.event_rate[piece], courses.dropout_rate[piece]
    exponent = (
        _before(courses, courses.event_rate, kappa)[piece]
        + event_rate * (point**kappa - start**kappa)
        + _before(courses, courses.dropout_rate)[piece]
        + dropout_rate * (point - start)
    )
    staying = np.exp(-exponent) * weight
    hazard = event_rate * kappa * np.where(point > 0, point, 1.0) ** (kappa - 1.0)
    entered, rate = _entered(courses, times, low)
    remaining = entered[..., None] - rate[..., None] * (point - low[..., None])
    events = (staying * hazard * remaining).sum(axis=(3, 4))
    dropouts = courses.dropout_rate[:, None, :] * (staying * remaining).sum(axis=(3, 4))
    at_risk = (rate[..., None] * staying).sum(axis=(3, 4))
    return events, dropouts, at_risk, (rate[..., None] * staying * hazard).sum(axis=(3, 4))


def _settled(courses: Courses) -> Courses:
    """Cut the last piece of a Weibull clock finely, up to where no event is left to come."""
    last = courses.event_rate[:, -1]
    slowest = float(np.min(last, initial=np.inf, where=last > 0))
    reach = 0.0 if not np.isfinite(slowest) else (40.0 / slowest) ** (1.0 / courses.clock)
    grid = courses.starts[-1] + reach * np.linspace(0.0, 1.0, 65)[1:]
    more = np.repeat(courses.event_rate[:, -1:], grid.size, axis=1)
    less = np.repeat(courses.dropout_rate[:, -1:], grid.size, axis=1)
    return replace(
        courses,
        starts=np.append(courses.starts, grid),
        event_rate=np.hstack((courses.event_rate, more)),
        dropout_rate=np.hstack((courses.dropout_rate, less)),
    )

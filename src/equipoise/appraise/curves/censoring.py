"""How many are still followed where no number at risk is printed, read off the curve's steps.

Beyond the last number at risk (or from the start, where none is printed), the share G still under
observation is found at knots as in `kernel.curve_censoring`.  What the steps cannot tell is
filled by an expectation: that of a trial cut off at the end of the curve, its patients entered
evenly over the first 60% of that time, or what the censoring marks say, one patient a mark.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.appraise.curves.parts import Held, Steps
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.curve_censoring import (
    best_path,
    known_cost,
    random_path,
    segment_costs,
    step_costs,
)

KNOTS = 8  # segments of a whole curve
ENTRY = 0.6  # of the curve's length, over which patients enter
FINEST = 0.01  # on the log scale of shares
COLUMNS = 560
COARSE, REFINED = 44, 33
LOWEST = 0.004
ROUNDED = 1.2  # units of the last decimal, against the step of one event of all patients
OWN = 0.5  # of a window of blocks, that one is said to make up at most
BLOCK = 3.0  # units, over which steps that cannot be seen are joined
AROUND_IT = 4  # blocks to either side, from which the rise to be expected of one is told
MULTIPLES = (1.0, 2.0, 4.0, 8.0, 16.0)  # of the least reading error
AROUND = 0.15  # of the first answer, in which the second is sought
TRUST = 1.0 / 0.25**2
TRUST_MARKS = 1.0 / 0.03**2
HALVINGS = 40
DEAREST = 100.0  # an event, in units of -2 log likelihood
SLACK = 0.005  # of the events told, by which the expected ones may differ


@dataclass(frozen=True, slots=True)
class Tail:
    """The stretch without numbers at risk."""

    knots: Vector  # its times, from the last number held to the end of follow-up
    survival: Vector  # just before each
    at_risk: int  # at its beginning
    segment: Codes
    along: Vector
    rise: Vector
    costs: Matrix
    expected: Vector
    trust: float

    @property
    def scale(self) -> float:
        """Patients at risk at the beginning, over survival there."""
        return self.at_risk / float(self.survival[0])

    def segments(self, levels: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tell costs and events between all levels of neighboring knots."""
        return segment_costs(
            self.costs,
            self.rise,
            self.scale,
            self.along,
            self.segment,
            levels,
            FINEST,
            self.expected,
            self.trust,
        )


def tail_of(steps: Steps, held: Held, marks: Vector, spread: float) -> Tail | None:
    """Set up the stretch after the last number held; None where nobody or nothing is left."""
    start, many = float(held.times[-1]), int(held.patients[-1])
    if many == 0 or steps.end <= start:
        return None
    size = max(1, int(np.ceil(KNOTS * (steps.end - start) / steps.end - 1e-9)))
    knots = np.linspace(start, steps.end, size + 1)
    total = np.concatenate([[0.0], steps.incidence.sum(axis=0)])
    survival = 1.0 - total[np.searchsorted(steps.time, knots, side="left")]
    steps, usual, seen = in_blocks(steps, held)
    if start == 0.0:
        survival[0] = 1.0
    if survival[0] <= 0.0:
        return None
    inside = steps.time >= start if start > 0.0 else steps.time >= 0.0
    at, rise = steps.time[inside], steps.rise[inside]
    segment = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, size - 1)
    along = (at - knots[segment]) / (knots[segment + 1] - knots[segment])
    scale = many / survival[0]
    shares = np.exp(-FINEST * np.arange(COLUMNS))
    costs = step_costs(
        rise,
        usual[inside] if usual.size else usual,
        seen[inside],
        scale,
        shares,
        float(np.sqrt(2.0) * spread),
        typical_rise(steps),
    )
    expected, trust = _expected(knots, steps.end), TRUST
    if marks.size:
        expected, trust = _from_marks(knots, survival, scale, marks), TRUST_MARKS
    return Tail(knots, survival, many, segment, along, rise, costs, expected, trust)


def tail_at_risk(tail: Tail, events: float | None, generator: np.random.Generator | None) -> Held:
    """Give numbers at risk at the knots, most likely or drawn, with so many events if told."""
    path = _path(tail, _coarse(tail), events, generator)
    around = np.exp(np.linspace(AROUND, -AROUND, REFINED))
    levels = np.minimum(path[:, None] * around, 1.0)
    levels[0] = 1.0
    share = _path(tail, levels, events, generator)
    many = np.round(tail.scale * tail.survival * share).astype(np.int64)
    many = np.maximum(many, 1)  # the curve is drawn as far as somebody is followed
    many[0] = tail.at_risk
    return Held(tail.knots, np.minimum.accumulate(many))


def reading_error(steps: Steps, held: Held, marks: Vector, least: float) -> float:
    """Tell the standard deviation with which values were read, at least that of their decimals.

    Of some multiples of the least the likeliest is taken, given the sizes of all steps.
    """
    steps, usual, seen = in_blocks(steps, held)
    at = steps.time < held.times[-1]
    total = np.concatenate([[0.0], steps.incidence.sum(axis=0)])[:-1]
    edge = np.searchsorted(steps.time, held.times)
    before = np.maximum(1.0 - np.append(total, total[-1:])[edge], least)
    share = np.interp(steps.time[at], held.times, held.patients / before)
    survival = 1.0 - total[at]
    typical = typical_rise(steps)
    usual = usual[at] if usual.size else usual
    costs: list[float] = []
    for multiple in MULTIPLES:
        spread = multiple * least
        wide = float(np.sqrt(2.0) * spread)
        cost = known_cost(
            steps.rise[at], usual, seen[at], share * survival, survival, wide, typical
        )
        tail = tail_of(steps, held, marks, spread)
        if tail is not None:
            cost += best_path(*tail.segments(_coarse(tail)), 0.0)[2]
        if costs and cost >= costs[-1]:
            break
        costs.append(cost)
    return float(MULTIPLES[int(np.argmin(costs))] * least)


def typical_rise(steps: Steps) -> float:
    """Give the mean rise at a point."""
    return float(steps.incidence[:, -1].sum() / steps.time.size) if steps.time.size else 1.0


def in_blocks(steps: Steps, held: Held) -> tuple[Steps, Vector, Flags]:
    """Join points whose steps are too fine to be seen, and give the rises to be expected of them.

    Where one event of all patients moves the curve by less than a unit of its last decimal, the
    size of a rise tells of rounding.  Rises over several units still tell how many are followed, by
    how unevenly they follow each other.  Elsewhere nothing is joined and nothing expected.
    """
    unit = 2.0 * steps.precision
    if unit * float(held.patients[0]) <= ROUNDED or not steps.time.size:
        return steps, np.empty(0), np.ones(steps.time.size, dtype=bool)
    reached = steps.incidence.sum(axis=0)
    ends, last = [], 0.0
    for k in range(reached.size):
        if reached[k] - last >= BLOCK * unit * (1.0 - 1e-9) or k + 1 == reached.size:
            ends.append(k)
            last = float(reached[k])
    time = np.concatenate([[0.0], steps.time[ends]])
    reached = np.concatenate([[0.0], reached[ends]])
    block = np.arange(1, time.size)
    high, low = np.minimum(block + AROUND_IT, block.size), np.maximum(block - 1 - AROUND_IT, 0)
    share = np.diff(time) / np.maximum(time[high] - time[low], 1e-300)
    rise = np.diff(reached)
    off = rise - (reached[high] - reached[low]) * share
    usual = rise - off / np.sqrt(1.0 - np.minimum(share, OWN))  # it was told from the rise, too
    joined = Steps(
        steps.time[ends],
        steps.after[ends],
        steps.until[ends],
        np.ascontiguousarray(steps.incidence[:, ends]),
        steps.end,
        steps.precision,
    )
    return joined, np.maximum(usual, 0.0), np.diff(ends, prepend=-1) == 1


def _coarse(tail: Tail) -> Matrix:
    """Give levels at which the share still followed is first sought."""
    levels = np.exp(np.linspace(0.0, np.log(LOWEST), COARSE))
    return np.vstack([np.ones(COARSE), np.tile(levels, (tail.knots.size - 1, 1))])


def _path(
    tail: Tail, levels: Matrix, events: float | None, generator: np.random.Generator | None
) -> Vector:
    """Give the share still followed at each knot."""
    cost, had = tail.segments(levels)
    price = 0.0 if events is None else _price(cost, had, events)
    if generator is None:
        path = best_path(cost, had, price)[0]
    else:
        uniform = np.asarray(generator.random(levels.shape[0]), dtype=np.float64)
        path = random_path(cost, had, price, uniform)
    return np.asarray(levels[np.arange(levels.shape[0]), path], dtype=np.float64)


def _price(cost: NDArray[np.float64], had: NDArray[np.float64], events: float) -> float:
    """Find the price of an event at which the best path comes near those told, at little cost."""
    low, high, price = -DEAREST, DEAREST, 0.0  # many events, few
    best, least = 0.0, np.inf
    slack = 1.0 + SLACK * abs(events)
    for _ in range(HALVINGS):
        _, number, paid = best_path(cost, had, price)
        miss = paid + ((number - events) / slack) ** 2
        if miss < least:
            best, least = price, miss
        if number > events:
            low = price
        else:
            high = price
        price = (low + high) / 2
    return best


def _expected(knots: Vector, end: float) -> Vector:
    """Tell the share censored in each segment of a trial cut off at the end of the curve."""
    followed = np.minimum(1.0, (end - knots) / (ENTRY * end))
    return np.asarray(1.0 - followed[1:] / followed[:-1], dtype=np.float64)


def _from_marks(knots: Vector, survival: Vector, scale: float, marks: Vector) -> Vector:
    """Tell the share censored in each segment, one patient a mark."""
    edges = knots.copy()
    edges[-1] += 1.0  # marks at the very end count there
    count = np.histogram(marks, edges)[0].astype(np.float64)
    share, expected = 1.0, np.zeros(count.size)
    for s in range(count.size):
        at_risk = scale * share * (survival[s] + survival[s + 1]) / 2
        expected[s] = min(1.0, count[s] / at_risk) if at_risk > 0 else 0.0
        share *= 1.0 - expected[s]
    return expected

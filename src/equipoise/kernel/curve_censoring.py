"""How many are still under observation, told by the size of a curve's steps.

Of n patients followed from survival 1, n S G are at risk, G the share not censored.  One event
moves the curve by δ = 1 / (n G) (Efron 1967, redistribution to the right): its steps are whole
multiples of that, so small steps late in the curve tell that many are still followed.  Given G, a
rise of x in incidence, read with standard deviation s, has the density

    L(G) = Σ_d p_d φ((x - d δ) / s) / s + ε,      p_d = (1 - p₀)(1 - r) r^(d-1),

the events d at one point geometric about as many as a typical rise holds.  G falls linearly between
knots; its levels at them form a Markov chain, whose best and random paths are found exactly.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.compiling import compiled, within_loops

OUTLIER = 1e-3  # ε, beside densities of rises, which are far above 1
NOISE = 0.1  # p₀
FEWEST = 1.1  # events at a point, on the mean
FINE = 0.7  # of the reading error: steps too fine to be told apart
FAR = 6.0
MANY = 30.0  # events, beyond which their number is as good as normal
Cube = NDArray[np.float64]


@within_loops
def _step_cost(rise: float, step: float, spread: float, typical: float) -> float:
    """Tell -2 log L of one rise, where one event moves the curve by `step`."""
    more = 1.0 - 1.0 / max(FEWEST, typical / step)  # r
    scale = 1.0 / (spread * np.sqrt(2.0 * np.pi))
    density = NOISE * scale * np.exp(-0.5 * (rise / spread) ** 2)
    single = (1.0 - NOISE) * (1.0 - more)
    if step < FINE * spread:  # as if events came in any fraction
        density += single * more ** max(rise / step - 1.0, 0.0) / step
    else:
        nearest = int(np.floor(rise / step + 0.5))
        for d in range(max(1, nearest - 3), nearest + 4):
            off = (rise - d * step) / spread
            if abs(off) < FAR:
                density += single * more ** (d - 1) * scale * np.exp(-0.5 * off * off)
    return float(-2.0 * np.log(density + OUTLIER))


@within_loops
def _flow_cost(rise: float, usual: float, step: float, spread: float, seen: bool) -> float:  # noqa: FBT001 - compiled
    """Tell -2 log L of a rise of Poisson many events, of mean `usual` / `step`.

    Steps too fine to be seen tell how many are followed by how unevenly they add up; where a rise
    was not seen to be one step it is taken as normal.
    """
    mean = usual / step
    if seen and mean < MANY:
        scale, chance, density = 1.0 / (spread * np.sqrt(2.0 * np.pi)), np.exp(-mean), 0.0
        for d in range(int(mean + FAR * np.sqrt(mean) + FAR) + 1):
            off = (rise - d * step) / spread
            density += chance * scale * np.exp(-0.5 * off * off)
            chance *= mean / (d + 1)
    else:
        variance = usual * step + spread * spread
        off = rise - usual
        density = np.exp(-0.5 * off * off / variance) / np.sqrt(2.0 * np.pi * variance)
    return float(-2.0 * np.log(density + OUTLIER))


@compiled
def step_costs(
    rise: Vector,
    usual: Vector,
    seen: Flags,
    patients: float,
    shares: Vector,
    spread: float,
    typical: float,
) -> Matrix:
    """Tell -2 log L of every rise (row) at every share under observation (column).

    Where `usual` tells the rises to be expected, steps are too fine to be seen one by one.
    """
    costs = np.zeros((rise.size, shares.size))
    for column in range(shares.size):
        step = 1.0 / (patients * shares[column])
        for k in range(rise.size):
            if usual.size:
                costs[k, column] = _flow_cost(rise[k], usual[k], step, spread, seen[k])
            else:
                costs[k, column] = _step_cost(rise[k], step, spread, typical)
    return costs


@compiled
def known_cost(
    rise: Vector,
    usual: Vector,
    seen: Flags,
    at_risk: Vector,
    survival: Vector,
    spread: float,
    typical: float,
) -> float:
    """Tell -2 log L of rises where the numbers at risk are known."""
    total = 0.0
    for k in range(rise.size):
        if at_risk[k] > 0.0 and survival[k] > 0.0:
            step = survival[k] / at_risk[k]
            if usual.size:
                total += _flow_cost(rise[k], usual[k], step, spread, seen[k])
            else:
                total += _step_cost(rise[k], step, spread, typical)
    return total


@compiled
def segment_costs(  # noqa: PLR0913, PLR0917 - compiled code takes no bundles
    costs: Matrix,
    rise: Vector,
    patients: float,
    along: Vector,
    segment: Codes,
    levels: Matrix,
    finest: float,
    expected: Vector,
    trust: float,
) -> tuple[Cube, Cube]:
    """Tell the cost, and the events, of G falling from one level to another in each segment.

    Args:
        costs: of `step_costs`, at shares exp(-finest · column).
        rise: of all causes together at each point.
        patients: at risk at the beginning, over survival there.
        along: how far through its segment each point lies.
        segment: of each point.
        levels: knot × level, falling along each row.
        finest: distance of shares on the log scale.
        expected: share of those followed who are censored in each segment, a priori.
        trust: weight of the squared distance from that.
    """
    segments, size = levels.shape[0] - 1, levels.shape[1]
    cost, events = np.full((segments, size, size), np.inf), np.zeros((segments, size, size))
    first = 0
    for s in range(segments):
        last = first
        while last < segment.size and segment[last] == s:
            last += 1
        for a in range(size if s > 0 else 1):  # all levels of the first knot are one
            for b in range(size):
                high, low = levels[s, a], levels[s + 1, b]
                if low > high * (1.0 + 1e-12):
                    continue
                off = 1.0 - low / high - expected[s]
                total, had = trust * off * off, 0.0
                for k in range(first, last):
                    share = high + (low - high) * along[k]
                    column = int(-np.log(share) / finest + 0.5)
                    total += costs[k, min(column, costs.shape[1] - 1)]
                    had += rise[k] * patients * share
                cost[s, a, b], events[s, a, b] = total, had
        first = last
    return cost, events


@compiled
def best_path(cost: Cube, events: Cube, price: float) -> tuple[Codes, float, float]:
    """Give the levels at all knots of least cost + price · events, their events and cost."""
    segments, size = cost.shape[0], cost.shape[1]
    ahead = np.zeros(size)
    choice = np.zeros((segments, size), np.int64)
    for back in range(segments):
        s = segments - 1 - back
        here = np.full(size, np.inf)
        for a in range(size):
            for b in range(size):
                total = cost[s, a, b] + price * events[s, a, b] + ahead[b]
                if total < here[a]:
                    here[a], choice[s, a] = total, b
        ahead = here
    path, had, paid = np.zeros(segments + 1, np.int64), 0.0, 0.0
    path[0] = int(np.argmin(ahead))
    for s in range(segments):
        path[s + 1] = choice[s, path[s]]
        had += events[s, path[s], path[s + 1]]
        paid += cost[s, path[s], path[s + 1]]
    return path, had, paid


@compiled
def random_path(cost: Cube, events: Cube, price: float, uniform: Vector) -> Codes:
    """Draw the levels at all knots, each path as likely as exp(-(cost + price · events) / 2)."""
    segments, size = cost.shape[0], cost.shape[1]
    log_ahead = np.zeros((segments + 1, size))
    for back in range(segments):
        s = segments - 1 - back
        for a in range(size):
            weigh = -0.5 * (cost[s, a] + price * events[s, a]) + log_ahead[s + 1]
            top = weigh.max()
            log_ahead[s, a] = -np.inf
            if top > -np.inf:
                log_ahead[s, a] = top + np.log(np.exp(weigh - top).sum())
    path = np.zeros(segments + 1, np.int64)
    path[0] = _drawn(log_ahead[0], uniform[0])
    for s in range(segments):
        a = path[s]
        weigh = -0.5 * (cost[s, a] + price * events[s, a]) + log_ahead[s + 1]
        path[s + 1] = _drawn(weigh, uniform[s + 1])
    return path


@compiled
def _drawn(log_weight: Vector, uniform: float) -> int:
    """Draw a position, as likely as its weight."""
    weight = np.exp(log_weight - log_weight.max())
    reach = uniform * weight.sum()
    for i in range(weight.size):
        reach -= weight[i]
        if reach <= 0.0:
            return i
    return int(np.argmax(weight))

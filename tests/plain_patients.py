"""The patients of a rehearsed trial the slow, obvious way: plain NumPy, one patient at a time.

Reads the `World` as it was written, never its arrays; random numbers are NumPy's own Philox.
"""

from itertools import count

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.simulate.worlds.world import AnswerTruth, ResampledPatients


class Numbers:
    """The random numbers of one trial, by purpose and patient."""

    def __init__(self, seed, scenario, trial):
        self.key, self.trial, self.known = [seed, scenario], trial, {}

    def __call__(self, purpose, patient):
        if patient >= len(self.known.get(purpose, ())):
            bits = np.random.Philox(
                key=np.array(self.key, np.uint64),
                counter=np.array([0, purpose, self.trial, 0], np.uint64),
            )
            self.known[purpose] = np.random.Generator(bits).random(2 * patient + 100)
        return self.known[purpose][patient]

    def gap(self, patient):
        return -np.log1p(-self(0, patient))


def reached(rate, needed):
    """When the integral of a rate reaches what is needed."""
    ends = [*rate.starts[1:], np.inf]
    for start, end, value in zip(rate.starts, ends, rate.values, strict=True):
        if value > 0 and needed <= value * (end - start):
            return start + needed / value
        needed -= value * (end - start) if value > 0 else 0.0
    return np.inf


def arrival(world, numbers, patient):
    """When patient number so much comes."""
    come, n = world.enrollment, world.enrollment.patients
    if come.process == "even":
        return reached(come.rates, patient + 1)
    spent = np.cumsum([numbers.gap(i) for i in range(max(patient, n) + 2)])
    if come.process == "poisson":
        return reached(come.rates, spent[patient])
    if patient < n:
        whole = come.rates.cumulative(come.duration)[0]
        return reached(come.rates, spent[patient] / spent[n] * whole)
    return come.duration * (1 + (spent[patient + 1] - spent[n]) / n)


def place(number, shares):
    """Which share of 0 ... 1 holds a number."""
    return int(np.sum(number >= np.cumsum(shares)[:-1]))


class Office:
    """Gives out arms."""

    def __init__(self, world, numbers):
        self.world, self.numbers, self.blocks, self.seen = world, numbers, {}, []
        self.ratio = np.array(world.allocation) // np.gcd.reduce(world.allocation)

    def arm(self, patient, stratum, free):
        how, number = self.world.randomization, self.numbers(2, patient)
        if how.method == "minimization":
            return self.minimized(stratum, free, number)
        if how.method == "simple":
            return self.drawn([a for a in free for _ in range(self.ratio[a])], number)
        row = stratum if how.by_stratum else 0
        left = [a for a in self.blocks.get(row, []) if a in free]
        if not left:
            sizes = how.block if isinstance(how.block, tuple) else (how.block,)
            size = sizes[int(self.numbers(9, patient) * len(sizes))] or sum(self.ratio)
            times = size // sum(self.ratio)
            self.blocks[row] = [a for a, r in enumerate(self.ratio) for _ in range(r * times)]
            left = [a for a in self.blocks[row] if a in free]
        arm = self.drawn(left, number)
        self.blocks[row].remove(arm)
        return arm

    def drawn(self, places, number):
        return sorted(places)[int(number * len(places))]

    def minimized(self, stratum, free, number):
        world, how = self.world, self.world.randomization
        levels = world.stratum_levels or tuple((s,) for s in world.strata)
        weights = how.weights or (1.0,) * len(levels[0])
        spread = np.ptp if how.imbalance == "range" else (lambda x: np.var(x, ddof=1))
        total = {}
        for arm in free:
            total[arm] = 0.0
            for f, weight in enumerate(weights):
                like = [a for s, a in self.seen if levels[s][f] == levels[stratum][f]] + [arm]
                counts = [like.count(a) / self.ratio[a] for a in free]
                total[arm] += weight * (spread(counts) if len(counts) > 1 else 0.0)
        least = min(total.values())
        best = [a for a in free if total[a] < least + 1e-9]
        others = [a for a in free if a not in best]
        p = how.probability
        if others:
            best, number = (best, number / p) if number < p else (others, (number - p) / (1 - p))
        arm = self.drawn([a for a in best for _ in range(self.ratio[a])], number)
        self.seen.append((stratum, arm))
        return arm


def event_time(law, number):
    """When an event comes, and the cumulative hazard that it had to reach."""
    if number >= 1 - law.cured:
        return np.inf, np.inf
    needed = -np.log1p(-number / (1 - law.cured))
    return reached(law.hazard, needed) ** (1 / law.shape), needed


def follow(world, numbers, patient):
    """What becomes of one patient: [(time, outcome)], in the order of the endpoints."""
    arm, cell, i = patient["arm"], patient["cell"], patient["number"]
    truth, found, scores = world.truth, {}, []
    if isinstance(truth, ResampledPatients):
        mine = np.flatnonzero(np.isin(truth.arm, [arm, -1]) & (truth.cell == cell))
        row = mine[int(numbers(5, i) * mine.size)]
        ended = [
            t
            for t, o, b in zip(truth.time[:, row], truth.outcome[:, row], truth.binary, strict=True)
            if o == 0 and not b
        ]
        patient["lost"] = min(patient["lost"], max(ended, default=np.inf))
        known = truth.time[:, row] <= np.where(truth.binary, patient["lost"], np.inf)
        return list(
            zip(truth.time[:, row], np.where(known, truth.outcome[:, row], -1), strict=True)
        )
    uniform = [numbers(512 + 16 * e, i) for e in range(len(truth.endpoints))]
    if truth.correlation is not None:
        scores = np.linalg.cholesky(truth.correlation) @ ndtri(uniform)
        uniform = ndtr(scores)
    waiting = list(enumerate(truth.endpoints))
    while waiting:
        e, each = waiting.pop(0)
        if isinstance(each, AnswerTruth):
            gone = numbers(512 + 16 * e + 1, i) < each.missing or each.at > patient["lost"]
            found[e] = (each.at, -1 if gone else int(1 - uniform[e] <= each.probability[arm][cell]))
            continue
        after = None
        if each.switching is not None:
            after = world.endpoints.index(each.switching.after)
            if after not in found:
                waiting.append((e, each))
                continue
        law = each.laws[arm][cell]
        time, needed = event_time(law, uniform[e])
        if after is not None and each.switching.arm == arm and found[after][1] == 1:
            since = found[after][0] + each.switching.delay
            if since < time < np.inf and numbers(4, i) < each.switching.probability:
                spent = law.hazard.cumulative(since**law.shape)[0]
                rest = (needed - spent) / each.switching.hazard_ratio
                time = reached(law.hazard, spent + rest) ** (1 / law.shape)
        outcome = int(time < np.inf)
        for cause, laws in enumerate(each.competing, start=1):
            other, _ = event_time(laws[arm][cell], numbers(512 + 16 * e + cause, i))
            time, outcome = (other, cause + 1) if other < time else (time, outcome)
        found[e] = (time, outcome)
    return [found[e] for e in range(len(found))]


def plain_patients(world, seed, scenario, trial, *, wanted=None, arm_closes=(), cell_closes=()):
    """Every patient enrolled, as a dictionary."""
    numbers, enrolled = Numbers(seed, scenario, trial), []
    office = Office(world, numbers)
    for i in count():
        if len(enrolled) == (wanted or world.enrollment.patients):
            return enrolled
        entry = arrival(world, numbers, i)
        free = [a for a in range(len(world.arms)) if entry < dict(arm_closes).get(a, np.inf)]
        if not free:
            return enrolled
        cell = place(numbers(1, i), [cell.share for cell in world.cells])
        if entry >= dict(cell_closes).get(cell, np.inf):
            continue
        stratum = world.cells[cell].stratum
        arm = office.arm(i, stratum, free)
        patient = {"number": i, "entry": entry, "cell": cell, "stratum": stratum, "arm": arm}
        gone = event_time(world.dropout[arm][cell], numbers(3, i))[0] if world.dropout else np.inf
        patient["lost"] = min(gone, world.longest_follow_up)
        patient["outcomes"] = follow(world, numbers, patient)
        patient["delay"] = [
            -np.log1p(-numbers(256 + e, i)) * mean
            for e, mean in enumerate(world.reporting.mean_delay)
        ]
        enrolled.append(patient)
    return enrolled

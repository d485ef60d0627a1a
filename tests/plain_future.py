"""Futures drawn one patient at a time from the model, with NumPy's streams: slow and obvious."""

import numpy as np

from equipoise.kernel.arrays import codes, flags, frozen, vector
from equipoise.monitor.future.future import FutureModel, PatientsAtHand, RateDraws
from twice.test_philox import numpy_uniforms

FUTURE = 2**62


def rates(starts, values):
    return RateDraws(vector(starts), frozen(np.array(values, dtype=float, ndmin=2)))


def patients(
    cut, entry, time, *, event=None, lost=None, group=None, groups=("everyone",)
) -> PatientsAtHand:
    """Patients at hand of lists; nobody had the event or was lost unless told."""
    size = len(entry)
    return PatientsAtHand(
        cut=float(cut),
        entry=vector(entry),
        time=vector(time),
        event=flags(np.zeros(size, bool) if event is None else event),
        lost=flags(np.zeros(size, bool) if lost is None else lost),
        group=codes(np.zeros(size, int) if group is None else group),
        groups=groups,
    )


def busy_hand(size=60, seed=5) -> PatientsAtHand:
    """Patients of two groups, some with events, some lost, some last seen before the cut."""
    chosen = np.random.default_rng(seed)
    entry = np.sort(chosen.uniform(0, 20, size))
    ends = chosen.exponential(15, size)
    seen = (24 - entry) * chosen.choice([1.0, 0.6], size)
    over = ends <= seen
    lost = over & (chosen.random(size) < 0.2)
    return patients(
        24,
        entry,
        np.minimum(ends, seen),
        event=over & ~lost,
        lost=lost,
        group=np.arange(size) % 2,
        groups=("a", "b"),
    )


def busy_model(*, longest=float("inf")) -> FutureModel:
    """Pieces, a Weibull group, a hazard that ends, drawn and known rates."""
    chosen = np.random.default_rng(6)
    return FutureModel(
        event=(
            rates([0, 3, 6, 12], chosen.gamma(4, 0.02, (7, 4)) * [1, 1, 1, 0]),
            rates([0], chosen.gamma(4, 0.01, (5, 1))),
        ),
        dropout=(rates([0, 5], [[0.01, 0.03]]), rates([0], chosen.gamma(2, 0.01, (3, 1)))),
        shape=(vector([1.0]), vector([0.7, 1.3])),
        accrual=rates([0, 2, 8], chosen.gamma(9, 1, (4, 3))),
        to_come=40,
        shares=vector([0.3, 0.7]),
        assumed=(),
        longest_follow_up=longest,
    )


def row(draws: RateDraws, replicate):
    return draws.values[replicate % draws.values.shape[0]]


def cumulative(starts, values, clock):
    knots = np.append(starts, np.inf)
    return sum(
        value * max(min(clock, knots[piece + 1]) - knots[piece], 0.0)
        for piece, value in enumerate(values)
    )


def reaching(starts, values, goal):
    """Find the clock at which the cumulative hazard is `goal`, piece by piece."""
    left = goal
    for piece, value in enumerate(values):
        end = starts[piece + 1] if piece + 1 < len(starts) else np.inf
        if value > 0 and left <= value * (end - starts[piece]):
            return starts[piece] + left / value
        left -= value * (end - starts[piece]) if value > 0 else 0.0
    return np.inf


def drawn_time(draws, shape, replicate, since, wait):
    starts, values = draws.starts, row(draws, replicate)
    goal = cumulative(starts, values, since**shape) + wait
    return reaching(starts, values, goal) ** (1 / shape)


def plain_future(model: FutureModel, at_hand: PatientsAtHand, seed, replicate):
    """(entry, event, loss, group) of every patient, at hand and to come."""
    size = at_hand.entry.size
    total = size + model.to_come

    def exponentials(purpose, count):
        return -np.log1p(-numpy_uniforms((seed, FUTURE, replicate, purpose, 0), 0, count))

    waits, losses = exponentials(0, total), exponentials(1, total)
    arrivals = np.cumsum(exponentials(2, model.to_come))
    labels = numpy_uniforms((seed, FUTURE, replicate, 3, 0), 0, model.to_come)
    told = []
    for who in range(total):
        seen = who < size
        if seen:
            entry, group, since = at_hand.entry[who], at_hand.group[who], at_hand.time[who]
        else:
            accrual = model.accrual
            wait = reaching(accrual.starts, row(accrual, replicate), arrivals[who - size])
            entry, since = at_hand.cut + wait, 0.0
            group = int(np.sum(labels[who - size] >= np.cumsum(model.shares)[:-1]))
        shape = model.shape[group][replicate % model.shape[group].size]
        event = drawn_time(model.event[group], shape, replicate, since, waits[who])
        loss = drawn_time(model.dropout[group], 1.0, replicate, since, losses[who])
        loss = min(loss, max(model.longest_follow_up, since))
        if seen and at_hand.event[who]:
            event, loss = since, np.inf
        elif seen and at_hand.lost[who]:
            event, loss = np.inf, since
        told.append((entry, event, loss, group))
    return tuple(np.array(each) for each in zip(*told, strict=True))

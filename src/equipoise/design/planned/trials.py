"""Trials of several hypotheses, simulated look by look until nothing more is rejected.

W_k = W_{k-1} + √(t_k - t_{k-1}) ε_k,   ε_k ~ N(0, R),   Z_k = W_k / √t_k + E[Z_k]

for all hypotheses at once.  A look is read with the bounds that go with those rejected until then,
again after each rejection; statistics of earlier looks are not read again.

How often each succeeds by its own test alone is known exactly, p_j; with the same trials counted
for it as well, c_j, a share y is told as y - β'(c - p), β by least squares (control variates).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector

Bounds: TypeAlias = Mapping[str, Mapping[frozenset[str], tuple[float, ...]]]
EIGENVALUE = 1e-12


@dataclass(frozen=True, slots=True)
class Statistic:
    """One hypothesis as its test statistic goes over the looks of the trial."""

    name: str
    information: Vector  # (looks of the trial,) fractions
    mean: Vector  # (looks of the trial,) E[Z]
    looks: tuple[int, ...]  # of the trial, at which it is tested; from 0
    futility: Vector  # (its looks,) z at or below which it is tested no more
    power: float  # of its own test, at the level it is planned at
    alone: tuple[float, ...]  # (its looks,) z of that test


@dataclass(frozen=True, slots=True)
class Trials:
    """What became of each hypothesis in each simulated trial."""

    rejected: Flags  # (trials, hypotheses)
    alone: Flags  # (trials, hypotheses) by its own test, whatever became of the others
    power: Vector  # (hypotheses,) how likely that is

    def share(self, of: Flags) -> tuple[float, float]:
        """Give how likely an outcome is, and its standard error: 0 if the chance is known.

        Args:
            of: (trials,) whether it came.
        """
        for own, power in zip(self.alone.T, self.power.tolist(), strict=True):
            if np.array_equal(own, of):
                return power, 0.0
        outcome, trials = of.astype(np.float64), of.size
        apart = self.alone - self.alone.mean(axis=0)
        slope = np.linalg.lstsq(apart.T @ apart, apart.T @ outcome, rcond=None)[0]
        found = outcome.mean() - slope @ (self.alone.mean(axis=0) - self.power)
        error = np.sqrt(np.mean((outcome - outcome.mean() - apart @ slope) ** 2) / trials)
        return float(min(max(found, 0.0), 1.0)), max(float(error), 1.0 / trials)


def step_by_step(
    tested: tuple[Statistic, ...], correlation: Matrix, bounds: Bounds, trials: int, seed: int
) -> Trials:
    """Say which hypotheses are rejected, each look read until nothing more is.

    Args:
        tested: the hypotheses.
        correlation: of their increments.
        bounds: of each, by those rejected; infinite where not tested, absent where it waits.
        trials: simulated.
        seed: of the random numbers.

    Witness: `graph_power`; closed forms (independent hypotheses); a loop over trials (tests/twice).
    """
    state = np.zeros(trials, dtype=np.int64)  # those rejected, a binary digit each
    stopped = np.zeros((trials, len(tested)), dtype=np.bool_)
    alone = np.zeros_like(stopped)
    for look, z in enumerate(_statistics(tested, correlation, trials, seed)):
        tables = [_table(each, tested, bounds[each.name], look) for each in tested]
        again = True
        while again:
            before = state
            for j, table in enumerate(tables):
                crossed = (z[:, j] >= table[state]) & ~stopped[:, j]
                state = np.where(crossed, state | (1 << j), state)
            again = bool((state != before).any())
        for j, each in enumerate(tested):
            if look in each.looks:
                place = each.looks.index(look)
                alone[:, j] |= (z[:, j] >= each.alone[place]) & ~stopped[:, j]
                stopped[:, j] |= z[:, j] <= each.futility[place]
    return Trials(_digits(state, len(tested)), alone, _powers(tested))


def step_up(
    tested: tuple[Statistic, ...], correlation: Matrix, critical: Vector, trials: int, seed: int
) -> Trials:
    """Say which hypotheses Hochberg's procedure rejects, at one look.

    Args:
        tested: the hypotheses.
        correlation: of their statistics.
        critical: (hypotheses,) z at alpha over 1, 2, ...
        trials: simulated.
        seed: of the random numbers.

    Witness: `procedures.hochberg`.
    """
    *_, z = _statistics(tested, correlation, trials, seed)
    smallest_first = np.sort(z, axis=1)
    reached = np.asarray(smallest_first >= critical)
    some = np.asarray(reached.any(axis=1))
    least = smallest_first[np.arange(trials), reached.argmax(axis=1)]
    rejected = some[:, None] & (z >= least[:, None])
    alone = z >= np.array([each.alone[-1] for each in tested])
    return Trials(np.asarray(rejected), np.asarray(alone), _powers(tested))


def _statistics(
    tested: tuple[Statistic, ...], correlation: Matrix, trials: int, seed: int
) -> Iterator[Matrix]:
    """Give Z of every trial and hypothesis, look by look."""
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.where(values > EIGENVALUE, values, 0.0))
    random = np.random.default_rng(seed)
    information = np.column_stack([each.information for each in tested])
    mean = np.column_stack([each.mean for each in tested])
    walk = np.zeros((trials, len(tested)))
    for look, step in enumerate(np.diff(information, axis=0, prepend=0.0)):
        walk += np.sqrt(step) * (random.standard_normal(walk.shape) @ root.T)
        yield walk / np.sqrt(information[look]) + mean[look]


def _table(
    own: Statistic,
    tested: tuple[Statistic, ...],
    bounds: Mapping[frozenset[str], tuple[float, ...]],
    look: int,
) -> Vector:
    """Give one hypothesis's bound for every set of rejections; infinite where it has none."""
    names = [each.name for each in tested]
    table = np.full(1 << len(names), np.inf)
    if look not in own.looks:
        return table
    for state in range(table.size):
        rejected = frozenset(name for j, name in enumerate(names) if state >> j & 1)
        if own.name not in rejected and rejected in bounds:
            table[state] = bounds[rejected][own.looks.index(look)]
    return table


def _powers(tested: tuple[Statistic, ...]) -> Vector:
    return np.array([each.power for each in tested])


def _digits(state: Codes, size: int) -> Flags:
    return np.asarray((state[:, None] >> np.arange(size)) & 1 == 1)

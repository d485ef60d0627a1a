"""Made-up rehearsed trials: plausible looks, decisions, estimates, each from its number."""

import numpy as np

from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, NOT_TESTED, Decisions
from equipoise.simulate.arrays import LookTable
from equipoise.simulate.rehearsed import Effects, Rehearsed

LOOKS, HYPOTHESES, ENDPOINTS, ARMS = 3, 2, 2, 2
INFORMATION = np.array([12.0, 22.0, 32.0])
FIELDS = ("reached", "time", "patients", "dropouts", "events", "z", "score", "information")
UPPER = np.array([3.44, 2.47, 2.0])


def made_up(first: int, last: int, *, seed: int = 7, drift: float = 2.9) -> Rehearsed:
    """Trials `first` ... `last - 1`; hypothesis 1 has half the drift of hypothesis 0."""
    rows = [_trial(trial, seed, drift) for trial in range(first, last)]
    named = {name: np.stack([row[at] for row in rows]) for at, name in enumerate(FIELDS)}
    other = {name: named["information"] for name in LookTable._fields if name not in named}
    table = LookTable(**named, **other)
    decisions = _decided(table)
    trials = np.arange(last - first)
    estimate = (
        -table.score[trials, decisions.stopped] / table.information[trials, decisions.stopped]
    )
    error = 1 / np.sqrt(table.information[trials, decisions.stopped])
    shrunk = 0.95 * estimate
    effects = Effects(estimate, error, shrunk, shrunk - 2 * error, shrunk + 2 * error)
    closed = np.full((last - first, ARMS), -1)
    closed[:, 1] = np.where(table.z[:, 0, 0] < -1.0, 0, -1)
    patients = np.full(last - first, 220, dtype=np.int32)
    enriched = np.where(table.z[:, 0, 1] > 2.5, 1, -1)
    return Rehearsed(first, table, decisions, effects, patients, closed, enriched)


def _trial(trial: int, seed: int, drift: float) -> tuple[np.ndarray, ...]:
    random = np.random.Generator(np.random.Philox(key=[seed, 0], counter=[0, 0, trial, 0]))
    walk = (
        random.normal(size=(LOOKS, HYPOTHESES))
        * np.sqrt(np.diff(INFORMATION, prepend=0.0))[:, None]
    )
    slope = drift / np.sqrt(INFORMATION[-1]) * np.array([1.0, 0.5])
    information = INFORMATION[:, None] * random.uniform(0.98, 1.0, size=(LOOKS, HYPOTHESES))
    score = walk.cumsum(axis=0) + slope * information
    time = np.array([29.0, 42.0, 55.0]) + random.normal(size=LOOKS)
    reached = np.array([True, True, random.random() > 0.02])
    if random.random() < 0.01:
        time[2] = np.inf  # the last look is never held
    events = random.integers(10, 30, size=(LOOKS, ENDPOINTS, ARMS)).cumsum(axis=0).astype(np.int32)
    patients = np.minimum(random.integers(120, 150, size=LOOKS).cumsum(), 220).astype(np.int32)
    dropouts = random.integers(0, 9, size=LOOKS).cumsum().astype(np.int32)
    z = score / np.sqrt(information)
    return reached, time, patients, dropouts, events, z, score, information


def _decided(table: LookTable) -> Decisions:
    held = np.isfinite(table.time)
    crossed = (table.z >= UPPER[:, None]) & held[:, :, None]
    futile = (table.z <= -0.5) & held[:, :, None]
    last = held.sum(axis=1) - 1
    over = crossed.cumsum(axis=1) > 0
    stopped = np.minimum(
        np.where(over.all(axis=2).any(axis=1), over.all(axis=2).argmax(axis=1), 9), last
    )
    decision = np.where(futile, FUTILITY, CONTINUE).astype(np.int8)
    decision[crossed] = EFFICACY
    earlier = (crossed.cumsum(axis=1) - crossed) > 0
    after = np.arange(LOOKS)[None, :] > stopped[:, None]
    decision[earlier | after[:, :, None]] = NOT_TESTED
    bound = np.broadcast_to(UPPER[:, None], table.z.shape).copy()
    return Decisions(
        decision, bound, np.full_like(bound, -0.5), stopped, np.full((last.size, 2), 0.0125)
    )

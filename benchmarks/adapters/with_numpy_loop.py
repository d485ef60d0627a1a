"""The plain loop that a statistician writes first: NumPy, trial by trial."""

# ruff: noqa: ANN001, ANN201, ANN202
import numpy as np

from jobs import Task

TRIALS = 2_000
EVENTS, BOUNDS = (50, 90, 131), (3.471, 2.454, 2.004)


def log_rank(time, event, arm):
    order = np.argsort(time)
    time, event, arm = time[order], event[order], arm[order]
    at_risk = np.arange(time.size, 0, -1)
    share = np.cumsum(arm[::-1])[::-1] / at_risk
    score = (share - arm)[event].sum()
    return score / np.sqrt((share * (1 - share))[event].sum())


def trial(chosen):
    n = 220
    entry = np.cumsum(chosen.exponential(48 / n, n))
    arm = chosen.permuted(np.tile([0, 1], (n // 2, 1)), axis=1).ravel()
    hazard = np.log(2) / 15 * np.where(arm == 1, 0.6, 1.0)
    time = chosen.exponential(1 / hazard)
    lost = chosen.exponential(12 / -np.log(0.95), n)
    event, own = time <= lost, np.minimum(time, lost)
    until = entry + own
    looks = np.sort(until[event])[[count - 1 for count in EVENTS]]
    z = []
    for at in looks:
        inside = entry <= at
        z.append(
            log_rank(
                np.minimum(own, at - entry)[inside], (event & (until <= at))[inside], arm[inside]
            )
        )
    return z, looks


def prepare():
    def act():
        chosen = np.random.default_rng(1)
        return [trial(chosen) for _ in range(TRIALS)]

    return act


def read(result):
    z = np.array([each[0] for each in result])
    return {
        "trials": TRIALS,
        "power": float((z >= BOUNDS).any(axis=1).mean()),
        "months until the last look": float(np.mean([each[1][-1] for each in result])),
    }


TASKS = {"three looks": Task(prepare, read)}

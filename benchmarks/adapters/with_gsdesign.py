"""Python's gsdesign: the steps of the integration; the loop over the looks is ours."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201, ANN202

import gsdesign
import numpy as np

from jobs import Task

DRIFT = 3.0


def step(before, k, information, low, high):
    """The sub-density on a stretch of the k-th look."""
    if before is None:
        return gsdesign.h1(18, DRIFT, information[0], low, high)
    return gsdesign.hupdate(18, DRIFT, information[k], low, high, DRIFT, information[k - 1], before)


def crossing_10():
    information = np.arange(1, 11) / 10
    upper, lower = 2.04 / np.sqrt(information), 3.2 * information - 1.5

    def call():
        running, above, below = None, [], []
        for k in range(10):
            above.append(step(running, k, information, upper[k], np.inf)[2].sum())
            below.append(step(running, k, information, -np.inf, lower[k])[2].sum())
            running = step(running, k, information, lower[k], upper[k])
        return above, below

    return call


def read(found):
    above, below = found
    answers = {f"upper at look {k + 1}": float(chance) for k, chance in enumerate(above)}
    return answers | {f"lower at look {k + 1}": float(chance) for k, chance in enumerate(below)}


TASKS = {"crossing_10": Task(crossing_10, read)}

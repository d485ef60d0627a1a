"""The yardstick: what sorting the same times costs."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN201

import numpy as np

from jobs import TITLES, Task


def prepare(trial):
    return lambda: np.argsort(trial.time)


def read(order):
    return {"_rows": float(order.size)}


TASKS = dict.fromkeys(TITLES, Task(prepare, read))

"""The published algorithm, a line at a time: the second program of our tests."""

import sys
from pathlib import Path

from appraise_jobs import AT_RISK, printed_arm, read_arm
from jobs import Task

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from plain_guyot import Plain, plain_guyot


def arm():  # noqa: ANN201 - as every adapter
    given = printed_arm()
    numbers = (list(AT_RISK), given["at_risk"])
    return lambda: plain_guyot(given["time"], given["survival"], numbers, given["events"])


def read_rebuilt(found: Plain) -> dict[str, float]:
    return read_arm(found.time.tolist(), (found.event == 1).tolist())


TASKS = {"arm": Task(arm, read_rebuilt)}

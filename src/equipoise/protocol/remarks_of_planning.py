"""What is planned of a trial's course that no trial has seen: worth a second look."""

from collections.abc import Iterator
from math import exp

from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.trial import DAYS_PER, Protocol, TimeUnit

LONGEST = 20.0  # years
MOST_LOST = 0.5  # of the patients, in a year
KEEP = "keep it if it is meant so"


def planning_remarks(protocol: Protocol) -> Iterator[Contradiction]:
    """Remark on enrollment or follow-up over many years, and on patients who hardly stay."""
    promise, unit = protocol.design, protocol.trial.time_unit
    if promise is None:
        return
    planning = promise.planning
    for path, lengths in (
        (("planning", "accrual", "duration"), planning.accrual_duration),
        (("planning", "follow_up"), planning.follow_up),
    ):
        for length in lengths[:1]:
            if years(length, unit) > LONGEST:
                what = f"that is {years(length, unit):.3g} years"
                yield Contradiction(path, what, f"{length:g} {unit}s", KEEP)
    for dropout in {planning.control_dropout, planning.experimental_dropout}:
        lost = 1.0 - exp(-dropout[0][1] * DAYS_PER["year"] / DAYS_PER[unit]) if dropout else 0.0
        if lost > MOST_LOST:
            what = "more than half of the patients are lost within a year"
            yield Contradiction(("planning", "dropout"), what, f"{lost:.0%} a year", KEEP)


def years(length: float, unit: TimeUnit) -> float:
    """Give a length of time in years.

    >>> years(36.0, "month")
    3.0
    """
    return length * DAYS_PER[unit] / DAYS_PER["year"]

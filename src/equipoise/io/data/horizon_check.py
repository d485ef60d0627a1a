"""Whether follow-up reaches the times at which the protocol wants to know something.

No landmark reached by anybody usually means that months were read as days: a warning.  Some
beyond the longest follow-up are told in a note, since their numbers do not exist.
"""

from collections.abc import Mapping

import numpy as np

from equipoise.analyze.snapshot import Followup
from equipoise.io.data.findings import FindingLog
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import DAYS_PER, Protocol, TimeUnit

LARGER_UNITS: tuple[TimeUnit, ...] = ("month", "year", "week")  # the likeliest first
LONGEST_YEARS = 60.0  # no follow-up lasts longer
ROUNDING = 1e-6


def check_horizons(protocol: Protocol, followups: Mapping[str, Followup], log: FindingLog) -> None:
    """Compare landmarks and the end of restricted means with the longest follow-up."""
    for_all: dict[float, list[str]] = {}
    for name, followup in followups.items():
        endpoint = protocol.endpoint(name)
        finite = followup.time[np.isfinite(followup.time)]
        if not finite.size or not isinstance(endpoint, TimeToEvent):
            continue
        longest = float(finite.max())
        check_landmarks(protocol, endpoint, longest, for_all, log)
        until = protocol.analysis.restricted_mean_until
        if until is not None and until > longest and not endpoint.competing:
            unit = protocol.trial.time_unit
            message = (
                f"{endpoint.label}: restricted means are wanted up to {in_words(until, unit)}, "
                f"but the longest follow-up is {in_words(longest, unit)}, so they do not exist. "
                "Shorten analysis.restricted_mean_until, or check trial.time_unit."
            )
            log.add("warning", "restricted-mean-beyond-follow-up", message)
    for longest, labels in for_all.items():
        log.add("warning", "landmarks-beyond-follow-up", none_reached(protocol, longest, labels))


def check_landmarks(
    protocol: Protocol,
    endpoint: TimeToEvent,
    longest: float,
    for_all: dict[float, list[str]],
    log: FindingLog,
) -> None:
    """Note the landmarks that nobody reached; where it is all of them, gather the endpoint."""
    landmarks, unit = protocol.analysis.landmarks, protocol.trial.time_unit
    beyond = [landmark for landmark in landmarks if landmark > longest]
    if beyond and len(beyond) == len(landmarks):
        for_all.setdefault(longest, []).append(endpoint.label)
    elif beyond:
        which = ", ".join(in_words(landmark, unit) for landmark in beyond)
        message = (
            f"{endpoint.label}: the longest follow-up is {in_words(longest, unit)}, before the "
            f"landmark{'s' if len(beyond) > 1 else ''} {which}; nothing can be said of them."
        )
        log.add("note", "landmark-beyond-follow-up", message)


def none_reached(protocol: Protocol, longest: float, labels: list[str]) -> str:
    """Ask whether the times are in a larger unit, if that would reach the first landmark."""
    unit, first = protocol.trial.time_unit, min(protocol.analysis.landmarks)
    message = (
        f"{', '.join(labels)}: the longest follow-up is {in_words(longest, unit)}, before the "
        f"first landmark ({in_words(first, unit)})"
    )
    for larger in LARGER_UNITS:
        days = longest * DAYS_PER[larger]
        reached = first * DAYS_PER[unit] <= days <= LONGEST_YEARS * DAYS_PER["year"]
        if DAYS_PER[larger] > DAYS_PER[unit] and reached:
            return f"{message}: are these times in {larger}s? Then correct trial.time_unit."
    return f"{message}. Check trial.time_unit and analysis.landmarks."


def in_words(length: float, unit: TimeUnit) -> str:
    """Write a length in the largest of the trial's unit, years, months and weeks that is whole.

    >>> in_words(365.25, "day"), in_words(65, "day"), in_words(6.5, "month")
    ('1 year', '65 days', '6.5 months')
    """
    if abs(length - round(length)) < ROUNDING:
        return counted(length, unit)
    for other in ("year", "month", "week"):
        amount = length * DAYS_PER[unit] / DAYS_PER[other]
        if abs(amount - round(amount)) < ROUNDING:
            return counted(round(amount), other)
    return counted(length, unit)


def counted(amount: float, unit: str) -> str:
    """Write a number with its unit."""
    return f"{amount:g} {unit}{'' if amount == 1 else 's'}"

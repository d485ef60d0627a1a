"""Estimates and tests as plain data: what does not exist is null."""

from typing import Any

from equipoise.analyze.estimates import Absent, Estimate, Interval, Number, TestResult


def plain_number(value: Number | None) -> float | None:
    """Give the number, or nothing where there is none."""
    return None if isinstance(value, Absent) else value


def limits_record(limits: Interval | None) -> dict[str, Any] | None:
    """Tell an interval."""
    if limits is None:
        return None
    ends = {"lower": plain_number(limits.lower), "upper": plain_number(limits.upper)}
    return {**ends, "level": limits.level, "method": limits.method}


def estimate_record(estimate: Estimate) -> dict[str, Any]:
    """Tell an estimate; a number that does not exist is null, and `absent` says why."""
    record = {
        "value": plain_number(estimate.value),
        "lower": plain_number(estimate.interval.lower),
        "upper": plain_number(estimate.interval.upper),
        "level": estimate.interval.level,
        "standard_error": plain_number(estimate.standard_error),
        "method": estimate.method,
    }
    if isinstance(estimate.value, Absent):
        record["absent"] = estimate.value.value
    return record


def test_record(test: TestResult) -> dict[str, Any]:
    """Tell a test."""
    return {
        "method": test.method,
        "statistic": plain_number(test.statistic),
        "degrees_of_freedom": test.degrees_of_freedom,
        "p_one_sided": plain_number(test.p_one_sided),
        "p_two_sided": plain_number(test.p_two_sided),
    }

"""One of several causes in rebuilt patients: how often it came first, and whether arms differ.

Cumulative incidences are Aalen-Johansen's, the test is Gray's: other causes count as what they
are, and censor nothing.
"""

from equipoise.analyze.cumulative_incidence import (
    cumulative_incidence,
    cumulative_incidence_difference,
)
from equipoise.analyze.estimates import Absent, Estimate, TestResult, absent_test
from equipoise.analyze.gray import gray_test
from equipoise.appraise.rebuilt.values import ARMS, Arm, Measure
from equipoise.kernel.arrays import Codes, Vector


def said_of_cause(
    time: Vector, outcome: Codes, arm: Codes, cause: int, times: tuple[float, ...], level: float
) -> tuple[list[tuple[Measure, Arm | None, float | None, Estimate]], TestResult]:
    """Give cumulative incidences, their differences, and Gray's test.

    Args:
        time: follow-up of each patient.
        outcome: 0 censored; 1, 2, ... the cause.
        arm: 0 control, 1 experimental.
        cause: the one compared.
        times: of incidences.
        level: of intervals.

    Witness: R survival and cmprsk, by those of `analyze`.
    """
    causes = max(cause, int(outcome.max(initial=1)))
    control, experimental = (
        cumulative_incidence(time[arm == side], outcome[arm == side], causes=causes)
        for side in (0, 1)
    )
    found: list[tuple[Measure, Arm | None, float | None, Estimate]] = []
    for at in times:
        found += [
            ("cumulative incidence", name, at, course.estimate_at(cause, at, level))
            for name, course in zip(ARMS, (control, experimental), strict=True)
        ]
        compared = cumulative_incidence_difference(experimental, control, cause, at, level)
        found.append(("difference of cumulative incidences", None, at, compared.estimate))
    if not (outcome == cause).any():
        return found, absent_test("Gray", Absent.NO_EVENTS)
    return found, gray_test(time, outcome, arm, cause=cause)

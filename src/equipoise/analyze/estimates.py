"""The answers every method gives: numbers, or the named reason why there is none.

A quantity that does not exist (the median of a curve that never falls to one half) is a
member of `Absent`, never NaN: whoever prints it must say so in words.
"""

import math
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, TypeAlias

from equipoise.protocol.trial import Alternative


class Absent(Enum):
    """Why a number does not exist; the value is the sentence a footnote prints."""

    NOT_REACHED = "not reached: the curve does not fall to this level within follow-up"
    NO_EVENTS = "not estimable: no events"
    NO_EVENTS_IN_AN_ARM = "not estimable: an arm has no events, the ratio has no finite value"
    NO_PATIENTS = "not estimable: no patients in an arm"
    NO_VARIANCE = "not estimable: the variance is zero"
    BEYOND_FOLLOW_UP = "not estimable: beyond the last follow-up of an arm"
    MONOTONE_LIKELIHOOD = "not estimable: the likelihood has no finite maximum"
    COLLINEAR = "not estimable: the covariate is a linear combination of others"
    UNBOUNDED = "not estimable: this limit of the interval does not exist"
    NO_DIRECTION = "this test has no direction: see the two-sided p-value"
    NO_STANDARD_ERROR = "not given: this method has limits but no standard error"
    NO_RISK_SET = "not estimable: patients enter an arm after all earlier ones had events"
    TOO_FEW = "not estimable: too few patients"
    TOO_FEW_STUDIES = "not estimable: too few studies"
    NO_VALUE_FITS = "not estimable: no value from 0 upward agrees with the data"

    @property
    def mark(self) -> str:
        """What a table prints: NR (not reached) or NE (not estimable)."""
        return "NR" if self is Absent.NOT_REACHED else "NE"


Number: TypeAlias = float | Absent
WHOLE = 1e4  # from here on digits after the point say nothing at the prompt


def number(value: float, otherwise: Absent) -> Number:
    """Name the state of a kernel's NaN or infinity; pass finite numbers on as plain floats."""
    return float(value) if math.isfinite(value) else otherwise


def short(value: Number) -> str:
    """Write a number with four digits, or the mark of its absence.

    >>> short(0.123456), short(12345.678), short(Absent.NOT_REACHED)
    ('0.1235', '12346', 'NR')
    """
    if isinstance(value, Absent):
        return value.mark
    return f"{value:.0f}" if abs(value) >= WHOLE else f"{value:.4g}"


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval that names its method, e.g. ``log-log, Greenwood``."""

    lower: Number
    upper: Number
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its uncertainty; the standard error is on the scale named by `scale`."""

    value: Number
    standard_error: Number
    interval: Interval
    method: str
    scale: Literal["identity", "log", "log-log"] = "identity"

    def __repr__(self) -> str:
        """Show the number with its interval, rounded for reading."""
        limits = self.interval
        ends = f"({short(limits.lower)} to {short(limits.upper)})"
        return f"Estimate: {short(self.value)} {ends}, {100 * limits.level:g}% {limits.method}"


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test of no difference: positive `statistic` (df = 1) favors the experimental arm.

    With more than one degree of freedom `statistic` is a chi-square and has no direction.
    `p_one_sided` is in the direction of benefit for the experimental arm.
    """

    __test__ = False  # not a pytest class

    method: str
    statistic: Number
    degrees_of_freedom: int
    p_one_sided: Number  # Absent where the test has no direction
    p_two_sided: Number
    assumed: tuple[str, ...] = ()  # conventions: ties, variance, weights

    def p(self, alternative: Alternative) -> Number:
        """Give the p-value of the sidedness asked for."""
        return self.p_one_sided if alternative is Alternative.ONE_SIDED else self.p_two_sided

    def reversed(self) -> "TestResult":
        """Give the same test of a symmetric statistic with the other direction as the better one.

        The one-sided p comes from the two-sided: 1 - p would lose a small one to rounding.
        """
        if self.degrees_of_freedom != 1 or isinstance(self.statistic, Absent):
            return self
        one_sided, both = self.p_one_sided, self.p_two_sided
        if not isinstance(one_sided, Absent) and not isinstance(both, Absent):
            one_sided = both / 2 if self.statistic < 0 else 1.0 - both / 2
        return replace(self, statistic=-self.statistic, p_one_sided=one_sided)

    def __repr__(self) -> str:
        """Show the statistic and the two-sided P, or why there is none."""
        if isinstance(self.p_two_sided, Absent):
            return f"{self.method}: {self.p_two_sided.value}"
        name = "z" if self.degrees_of_freedom == 1 else f"chi-square ({self.degrees_of_freedom} df)"
        return (
            f"{self.method}: {name} = {short(self.statistic)}, two-sided P = {self.p_two_sided:.2g}"
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the data check, with the rows that caused it."""

    severity: Literal["error", "warning", "note"]
    rule: str  # short kebab-case name, e.g. "negative-time"
    message: str  # fact + value + remedy
    table: str | None = None
    rows: tuple[int, ...] = ()  # 1-based data rows, the first ten
    rows_in_all: int = 0
    subjects: tuple[str, ...] = field(default=())
    lines: tuple[int, ...] = ()  # lines of the file that `rows` stand on, where it is text


def absent_test(method: str, state: Absent) -> TestResult:
    """Name why a test does not exist for these data."""
    return TestResult(method, state, 1, state, state)


def absent_estimate(method: str, state: Absent, level: float) -> Estimate:
    """Name why an estimate does not exist for these data."""
    return Estimate(state, state, Interval(state, state, level, method), method)

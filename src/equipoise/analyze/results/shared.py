"""What several kinds of endpoint share: verdicts, curves, rates and differences at a time."""

from dataclasses import dataclass

from equipoise.analyze.estimates import Estimate, Number, TestResult
from equipoise.kernel.arrays import Vector
from equipoise.protocol.trial import Hypothesis


@dataclass(frozen=True, slots=True)
class Verdict:
    """A hypothesis, its test, and whether p is within alpha."""

    hypothesis: Hypothesis
    test: TestResult
    p: Number  # of the protocol's sidedness
    rejected: bool | None  # None: the test does not exist for these data
    significance_level: float  # alpha as it applies to `p`


@dataclass(frozen=True, slots=True)
class Curve:
    """A step function with pointwise limits, ready to draw: constant from `time[j]` on.

    The first point is time 0 (or the earliest entry).  Limits are NaN where they do not exist.
    """

    time: Vector
    value: Vector
    lower: Vector
    upper: Vector
    censored_at: Vector  # times with at least one censoring, for tick marks
    interval_method: str


@dataclass(frozen=True, slots=True)
class RateAt:
    """The estimate at one landmark."""

    time: float
    at_risk: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class DifferenceAt:
    """The difference between two arms at one landmark, experimental minus control."""

    time: float
    estimate: Estimate
    test: TestResult

"""What patients rebuilt from published curves say, each number with how sure it is.

Two things make a number unsure: few patients (its own interval), and not knowing them but by a
curve (its spread over many reconstructions that all fit).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, Interval, Number, TestResult
from equipoise.appraise.rebuilt.fragility import Fragility
from equipoise.monitor.beliefs.beliefs import Posterior
from equipoise.monitor.beliefs.critical_prior import CriticalPrior
from equipoise.monitor.beliefs.priors import Likelihood

Measure: TypeAlias = Literal[
    "median",
    "rate",
    "difference of rates",
    "cumulative incidence",  # of one of several causes
    "difference of cumulative incidences",
    "hazard ratio",
    "difference of restricted means",
]
TestName: TypeAlias = Literal[
    "log-rank",
    "Cox",
    "early differences",  # Fleming-Harrington (1, 0)
    "late differences",  # Fleming-Harrington (0, 1)
    "MaxCombo",
    "restricted means",
    "proportional hazards",
    "Gray",  # of one of several causes
]
RatioName: TypeAlias = Literal[  # what the hazards are of
    "hazard ratio",  # any event
    "cause-specific hazard ratio",  # one of several causes, each known
    "subdistribution hazard ratio",  # one cause's incidence, the others unknown
]
Arm: TypeAlias = Literal["control", "experimental"]
Verdict: TypeAlias = Literal["reproduced", "near", "not reproduced", "cannot tell"]
ARMS: tuple[Arm, Arm] = ("control", "experimental")


@dataclass(frozen=True, slots=True)
class OverDraws:
    """How a number varies over the reconstructions."""

    median: Number
    lower: Number
    upper: Number
    share: float  # of the reconstructions within the limits
    draws: int
    absent: int  # reconstructions in which the number does not exist

    @property
    def text(self) -> str:
        """The limits, or that there are none."""
        return f"{_short(self.lower)} to {_short(self.upper)}"


@dataclass(frozen=True, slots=True)
class RebuiltNumber:
    """An estimate of the likeliest patients, and what others that fit say."""

    measure: Measure
    arm: Arm | None  # None: of both
    time: float | None  # of a rate, or up to which a mean is restricted
    estimate: Estimate  # its interval: as if these were the patients
    over: OverDraws
    together: Interval | None  # of sampling and reconstruction (Rubin); None: not known in all


@dataclass(frozen=True, slots=True)
class RebuiltTest:
    """A test of the likeliest patients, and its two-sided P over others that fit."""

    name: TestName
    test: TestResult
    over: OverDraws


@dataclass(frozen=True, slots=True)
class RebuiltFragility:
    """How few patients decide, in the likeliest patients and over others that fit."""

    outcomes: Fragility
    outcomes_over: OverDraws  # of those that are significant, or not, as the likeliest are
    arms: Fragility
    arms_over: OverDraws
    significant: int  # reconstructions
    draws: int


@dataclass(frozen=True, slots=True)
class RebuiltBeliefs:
    """What priors become with the hazard ratio of the rebuilt patients."""

    likelihood: Likelihood
    posteriors: tuple[Posterior, ...]
    critical: CriticalPrior
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAgainst:
    """A published number beside what the rebuilt patients say."""

    what: str  # "hazard ratio", "P of the log-rank test"
    published: str  # as printed
    rebuilt: Number
    over: OverDraws
    distance: float | None  # between the ranges, in standard errors; None: cannot tell
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class RebuiltAnalysis:
    """Everything rebuilt patients of two arms say."""

    patients: tuple[int, int]  # control, experimental
    events: tuple[int, int]
    until: float | None  # of restricted means; None: not compared
    level: float
    draws: int
    ratio: RatioName  # what "hazard ratio" of `numbers` and `beliefs` is
    numbers: tuple[RebuiltNumber, ...]
    tests: tuple[RebuiltTest, ...]
    published: tuple[SetAgainst, ...]
    fragility: RebuiltFragility
    beliefs: RebuiltBeliefs | None  # None: no hazard ratio
    said: tuple[str, ...]  # what other tests than the log-rank say
    assumed: tuple[str, ...]

    def number(
        self, measure: Measure, arm: Arm | None = None, time: float | None = None
    ) -> RebuiltNumber | None:
        """Find a number; the first of its kind where no time is given."""
        return next(
            (
                each
                for each in self.numbers
                if each.measure == measure and each.arm == arm and time in {None, each.time}
            ),
            None,
        )

    def test(self, name: TestName) -> RebuiltTest | None:
        """Find a test."""
        return next((each for each in self.tests if each.name == name), None)


def over_draws(values: Sequence[Number], share: float = 0.95) -> OverDraws:
    """Tell how a number varies over reconstructions; absent ones count beyond every number.

    Witness: quantiles as of numpy, between the values in order.

    >>> over_draws([1.0, 2.0, 3.0]).text
    '1.05 to 2.95'
    """
    known = sorted(value for value in values if not isinstance(value, Absent))
    states = [value for value in values if isinstance(value, Absent)]
    ordered: list[Number] = [*known, *states]
    tail = (1.0 - share) / 2.0
    median, lower, upper = (_at(ordered, p) for p in (0.5, tail, 1.0 - tail))
    if not states:
        median = float(np.median(known))
    return OverDraws(median, lower, upper, share, len(ordered), len(states))


def _at(ordered: Sequence[Number], p: float) -> Number:
    place = p * (len(ordered) - 1)
    low, high = ordered[int(np.floor(place))], ordered[int(np.ceil(place))]
    if isinstance(low, Absent) or isinstance(high, Absent):
        return high if isinstance(high, Absent) else low
    return float(low + (place - np.floor(place)) * (high - low))


def _short(value: Number) -> str:
    return value.mark if isinstance(value, Absent) else f"{value:.3g}"

"""What is said of one hypothesis once its trial has ended, or is held to end now: the values.

Everything is of θ, the advantage of the experimental arm over the null hypothesis on the linear
scale, with z = θ̂ √information; `EffectScale` turns it into the effect that readers know, as exp(-θ)
into a hazard ratio.  Numbers that do not exist are None.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.monitor.statistics.effect_scale import EffectScale

Method: TypeAlias = Literal[
    "naive", "stage-wise", "likelihood ratio", "sample mean", "score", "repeated"
]
Ending: TypeAlias = Literal["efficacy", "futility", "harm", "last look", "without crossing"]


@dataclass(frozen=True, slots=True)
class Limits:
    """p-value, estimate and limits of one trial, of θ; None where one does not exist."""

    p_value: float | None  # one-sided, of no effect against a better experimental arm
    estimate: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """A number on both scales; None where it does not exist."""

    theta: float | None
    effect: float | None


@dataclass(frozen=True, slots=True)
class Inference:
    """p-value, estimate and limits by one method; `lower` and `upper` are of each scale itself."""

    method: Method
    p_value: float | None  # one-sided, of no effect against a better experimental arm
    estimate: Told
    lower: Told
    upper: Told
    level: float  # of the interval, two-sided
    remark: str = ""  # what is particular here, as a confidence set that is no interval

    @property
    def p_two_sided(self) -> float | None:
        """Twice the smaller of the p-values of both directions.

        A repeated p-value is no chance of the other direction's complement: it is doubled as it is.
        """
        if self.p_value is None:
            return None
        if self.method == "repeated":
            return min(1.0, 2.0 * self.p_value)
        return 2.0 * min(self.p_value, 1.0 - self.p_value)


@dataclass(frozen=True, slots=True)
class Overrun:
    """A trial that crossed a bound, and the data that came in afterwards."""

    z_at_stopping: float
    information_at_stopping: float
    z: float  # with all data
    information: float
    deletion: Inference  # the default: the look that stopped the trial is left out
    combination: Inference  # stage-wise p of the look that stopped and of what came later
    naive: Inference  # all data as if the trial had never been looked at


@dataclass(frozen=True, slots=True)
class AfterStopping:
    """All that is said of one hypothesis if its trial ends at a look."""

    hypothesis: str
    label: str
    why_not: str  # why nothing is said; empty where there is something
    ending: Ending | None
    z: float | None
    information: float | None  # 1 / variance of the estimate of θ
    scale: EffectScale | None  # None: numbers are of θ only
    level: float
    inferences: tuple[Inference, ...]  # "naive" first
    bias_adjusted: Told  # the effect under which the naive estimate is expected (Whitehead 1986)
    unbiased: Told  # uniformly minimum-variance unbiased (Emerson & Fleming 1990)
    bias: float | None  # of the naive estimate of θ, were it the truth: E[θ̂] - θ̂
    overrun: Overrun | None
    recommended: Method
    sentences: tuple[str, ...]  # for the committee
    assumed: tuple[str, ...]
    obeying: Inference | None = None  # stage-wise, with the futility obeyed that ended the trial

    def by(self, method: Method) -> Inference | None:
        """Give the inference by one method; None where there is none."""
        return next((each for each in self.inferences if each.method == method), None)

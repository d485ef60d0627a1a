"""What is said of one hypothesis once its trial has ended, or is held to end now: the values.

Everything is of θ, the effect with z = θ̂ √information, positive where the experimental arm is
better; `EffectScale` turns θ into the effect that readers know, as exp(-θ) into a hazard ratio.
Numbers that do not exist are None.
"""

from dataclasses import dataclass
from math import exp
from typing import Literal, TypeAlias

Method: TypeAlias = Literal[
    "naive", "stage-wise", "likelihood ratio", "sample mean", "score", "repeated"
]
Ending: TypeAlias = Literal["efficacy", "futility", "harm", "last look", "without crossing"]


@dataclass(frozen=True, slots=True)
class EffectScale:
    """How θ is told as an effect: sign × θ on the linear scale, and back from there."""

    scale: Literal["identity", "log"] = "identity"
    sign: Literal[-1, 1] = 1  # -1 for a hazard ratio of a harmful event: log HR = -θ

    def of(self, theta: float | None) -> float | None:
        """Give the effect of a θ.

        Witness: closed form.

        >>> EffectScale("log", -1).of(0.0), EffectScale("identity", 1).of(0.2)
        (1.0, 0.2)
        """
        if theta is None:
            return None
        return exp(self.sign * theta) if self.scale == "log" else self.sign * theta


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
        """Twice the smaller of the p-values of both directions."""
        return None if self.p_value is None else 2.0 * min(self.p_value, 1.0 - self.p_value)


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
    scale: EffectScale
    level: float
    inferences: tuple[Inference, ...]  # "naive" first
    bias_adjusted: Told  # the effect under which the naive estimate is expected (Whitehead 1986)
    unbiased: Told  # uniformly minimum-variance unbiased (Emerson & Fleming 1990)
    bias: float | None  # of the naive estimate of θ, were it the truth: E[θ̂] - θ̂
    overrun: Overrun | None
    recommended: Method
    sentences: tuple[str, ...]  # for the committee
    assumed: tuple[str, ...]

    def by(self, method: Method) -> Inference | None:
        """Give the inference by one method; None where there is none."""
        return next((each for each in self.inferences if each.method == method), None)

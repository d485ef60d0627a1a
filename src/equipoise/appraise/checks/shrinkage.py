"""How much too good is the estimate of a trial that was stopped early?

With information I seen (1 / variance of the log hazard ratio) and a skeptical prior N(0, σ²), σ
such that an effect beyond the planned one has a chance of 5%, the effect is believed to be

    N(m, v),    v = 1 / (I + 1/σ²),    m = v I θ̂           (Spiegelhalter, Freedman & Parmar 1994).

Had the trial gone on to information I / f, f the fraction seen, its final estimate would be

    f θ̂ + (1 - f) × what is still to come ~ N(f θ̂ + (1 - f) m, (1 - f)² (v + f / ((1 - f) I))).

Unlike adjusted means after a stopping rule, this needs neither the bounds nor the looks, which
news seldom prints (`monitor.inference.bias_adjusted` needs both).
"""

import math
from dataclasses import dataclass

from equipoise.errors import ClaimError
from equipoise.kernel.confidence import normal_quantile
from equipoise.kernel.normal import upper_quantile

BEYOND = 0.05  # prior chance of an effect larger than planned
USUAL_SD = 0.35  # of a log hazard ratio, where no effect was planned: 95% within 0.50 to 1.99


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """A hazard ratio after early stopping: seen, believed, and as it would have come out."""

    seen: float
    believed: float
    believed_interval: tuple[float, float]
    final: float | None  # expected estimate at full information; None: fraction not known
    final_interval: tuple[float, float] | None
    level: float
    prior_sd: float
    assumed: tuple[str, ...]


def shrinkage(
    hazard_ratio: float,
    error: float,
    *,
    fraction: float | None = None,
    planned: float | None = None,
    level: float = 0.95,
) -> Shrinkage:
    """Shrink a hazard ratio toward no effect, and foresee the final estimate.

    Args:
        hazard_ratio: as seen, experimental over control.
        error: standard error of its logarithm.
        fraction: of the planned information that was seen, below 1; None where unknown.
        planned: hazard ratio of the design; None where unknown.
        level: of the intervals.

    Raises:
        ClaimError: a ratio or error not above 0, or a fraction outside (0, 1).

    Witness: the conjugate normal posterior; trials simulated from the prior.

    >>> early = shrinkage(0.44, 0.30, fraction=0.61, planned=0.58)
    >>> round(early.believed, 2), round(early.final, 2)
    (0.64, 0.51)
    """
    if not hazard_ratio > 0.0 or not error > 0.0:
        raise ClaimError(
            f"A hazard ratio of {hazard_ratio:g} with standard error {error:g} cannot be shrunk; "
            "give both above 0."
        )
    if fraction is not None and not 0.0 < fraction < 1.0:
        raise ClaimError(
            f"An information fraction of {fraction:g} is not that of an early stop; give one "
            "between 0 and 1."
        )
    sd, assumed = prior_of(planned)
    information, seen = 1 / error**2, math.log(hazard_ratio)
    variance = 1 / (information + 1 / sd**2)
    mean, z = variance * information * seen, normal_quantile(level)
    final: float | None = None
    limits: tuple[float, float] | None = None
    if fraction is not None:
        rest = 1 - fraction
        later = fraction * seen + rest * mean
        spread = rest * math.sqrt(variance + fraction / (rest * information))
        final, limits = math.exp(later), _limits(later, z * spread)
    return Shrinkage(
        seen=hazard_ratio,
        believed=math.exp(mean),
        believed_interval=_limits(mean, z * math.sqrt(variance)),
        final=final,
        final_interval=limits,
        level=level,
        prior_sd=sd,
        assumed=(assumed,),
    )


def prior_of(planned: float | None) -> tuple[float, str]:
    """Give the standard deviation of the skeptical prior, and how it was chosen.

    Args:
        planned: hazard ratio of the design; None, or 1: the usual one.

    Witness: the prior chance beyond the planned effect is 5%.
    """
    if planned is None or planned <= 0.0 or abs(math.log(planned)) < 0.05:  # noqa: PLR2004 - no effect
        return USUAL_SD, (
            f"Before the trial, log hazard ratios are believed to be normal around 0 with standard "
            f"deviation {USUAL_SD:g}: no effect was planned that is printed."
        )
    sd = abs(math.log(planned)) / upper_quantile(BEYOND)
    return sd, (
        f"Before the trial, log hazard ratios are believed to be normal around 0 with standard "
        f"deviation {sd:.2f}: an effect larger than the planned {planned:g} has a chance of 5%."
    )


def _limits(mean: float, half: float) -> tuple[float, float]:
    return math.exp(mean - half), math.exp(mean + half)

"""How sure a number is where patients are few, and known only by their curve.

With Q of the likeliest patients, and Q_k with variance U_k of m others that fit, all on a scale on
which they are nearly normal (Rubin 1987),

    Q ± z √(mean U + (1 + 1/m) Var Q_k).

Ratios are joined as their logarithms; rates and incidences as log(-log), so that limits stay
between 0 and 1 (Marshall et al. 2009, BMC Med Res Methodol 9: 57), U by Greenwood.  A median has
no error of its own: its limits are the times at which such an interval of the rate holds one half
(Brookmeyer & Crowley 1982, with this variance), at follow-up times of the likeliest patients.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, Interval, number
from equipoise.analyze.kaplan_meier import SurvivalCurve
from equipoise.appraise.curves.draws import FEWEST
from equipoise.errors import DataError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.confidence import normal_quantile, survival_limits
from equipoise.kernel.ordering import near
from equipoise.kernel.quantiles import quantile

Joined: TypeAlias = Literal["as it is", "log", "log-log"]
RUBIN = "sampling and reconstruction (Rubin)"
INVERTED = "times at which the rate may be one half, sampling and reconstruction (Rubin)"


def joined_interval(
    estimate: Estimate, drawn: Sequence[Estimate], level: float, scale: Joined
) -> Interval | None:
    """Give the interval that knows of sampling and of reconstruction; None where there is none.

    Args:
        estimate: of the likeliest patients; its error on the log scale for "log", else its own.
        drawn: the same of each other reconstruction.
        level: of the interval.
        scale: on which they are joined.

    Raises:
        DataError: fewer than two other reconstructions.

    Witness: law (Rubin's rules by hand); simulation (it holds the truth as often as it says).
    """
    _some(drawn)
    known = [_on(scale, each) for each in drawn]
    center = _on(scale, estimate)
    pairs = [each for each in known if each is not None]
    if center is None or len(pairs) < len(known):
        return None
    values, errors = np.array(pairs).T
    half = normal_quantile(level) * float(np.sqrt(_variance(values, errors**2)))
    ends = [_back(scale, end) for end in (center[0] - half, center[0] + half)]
    return Interval(min(ends), max(ends), level, RUBIN)


def joined_median(best: SurvivalCurve, drawn: Sequence[SurvivalCurve], level: float) -> Interval:
    """Give the times at which the median may be, sampling and reconstruction together.

    Args:
        best: the curve of the likeliest patients.
        drawn: those of each other reconstruction.
        level: of the interval.

    Raises:
        DataError: fewer than two other reconstructions.

    Witness: law (without others that differ it is Brookmeyer and Crowley's, as of R survival);
        simulation (it holds the truth as often as it says).
    """
    _some(drawn)
    seen = [_at(curve, best.time) for curve in drawn]
    survival = np.array([each[0] for each in seen])
    log_variance = np.array([each[1] for each in seen])
    known = ((survival > 0.0) & (survival < 1.0)).all(axis=0)
    inside = np.where(known, survival, 0.5)
    within = np.where(known, log_variance, 0.0) / np.log(inside) ** 2
    both = _variance(np.log(-np.log(inside)), within)
    here = np.where(known, best.survival, 1.0)  # a limit that is not known exists at neither end
    limits = survival_limits(here, vector(both * np.log(here) ** 2), level, "log-log")
    low, high = (quantile(best.time, each, 0.5, start=min(0.0, best.origin)) for each in limits)
    return Interval(number(low, Absent.UNBOUNDED), number(high, Absent.UNBOUNDED), level, INVERTED)


def _some(drawn: Sequence[object]) -> None:
    if len(drawn) < FEWEST:
        raise DataError(
            f"{len(drawn)} other reconstructions tell nothing of a spread. Give at least {FEWEST}."
        )


def _variance(values: Vector, variances: Vector) -> Vector:
    """Add up both variances, draws along the first axis."""
    between = values.var(axis=0, ddof=1) * (1.0 + 1.0 / len(values))
    return np.asarray(variances.mean(axis=0) + between, dtype=np.float64)


def _at(curve: SurvivalCurve, times: Vector) -> tuple[Vector, Vector]:
    """Read a curve, and the variance of its logarithm."""
    place = np.searchsorted(curve.time, times + near(curve.time), side="right")
    return (
        np.append(1.0, curve.survival)[place],
        np.append(0.0, curve.log_variance)[place],
    )


def _on(scale: Joined, estimate: Estimate) -> tuple[float, float] | None:
    """Give value and error on the scale; None where either does not exist."""
    value, error = estimate.value, estimate.standard_error
    if isinstance(value, Absent) or isinstance(error, Absent):
        return None
    if scale == "as it is":
        return value, error
    if scale == "log":
        return float(np.log(value)), error
    if not 0.0 < value < 1.0:
        return None
    return float(np.log(-np.log(value))), error / (value * -float(np.log(value)))


def _back(scale: Joined, end: float) -> float:
    if scale == "as it is":
        return end
    return float(np.exp(end)) if scale == "log" else float(np.exp(-np.exp(end)))

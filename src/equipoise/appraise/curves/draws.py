"""Many sets of patients that fit one published curve, so that what follows carries how sure it is.

Each set is rebuilt from the curve shifted within its reading error (and made monotone again), with
censorings at random times between those known, counts as likely as they fit, and, where no number
at risk is printed, the share followed drawn from what the steps allow (`kernel.curve_censoring`).
An estimate Q with variance U in each of m sets has in all (Rubin 1987) the variance

    mean U + (1 + 1/m) Σ (Q - Q₀)² / (m - 1),

about the likeliest set's Q₀, which may lie aside of the others' mean: that counts as unsureness.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyze.estimates import Absent
from equipoise.appraise.curves.curve import AtRisk, Curve
from equipoise.appraise.curves.fit import compare_rebuilt
from equipoise.appraise.curves.parts import Steps
from equipoise.appraise.curves.reconstruct import Reconstruction, all_told, laid_out, rebuilt
from equipoise.errors import DataError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.confidence import normal_quantile

FEWEST = 2


@dataclass(frozen=True, slots=True)
class Reconstructions:
    """The likeliest patients, and others that fit as well."""

    best: Reconstruction
    drawn: tuple[Reconstruction, ...]
    seed: int

    def spread(self, of: Callable[[Reconstruction], float], level: float = 0.95) -> "Spread":
        """Tell how far a number of one arm varies among all that fit.

        Witness: law (a number that the curve fixes does not vary).
        """
        return _spread(of(self.best), [of(one) for one in self.drawn], level)


@dataclass(frozen=True, slots=True)
class Spread:
    """A number of the likeliest patients, and its range among all that fit."""

    best: float
    lower: float
    upper: float
    standard_deviation: float
    level: float
    values: Vector


@dataclass(frozen=True, slots=True)
class RatioSpread:
    """A hazard ratio from two rebuilt arms, and what its uncertainty is made of."""

    ratio: float
    lower: float  # interval of sampling and reconstruction together
    upper: float
    sampling_error: float  # of its log, as if the patients were known
    reading_error: float  # of its log: how far sets that fit lie from the likeliest
    level: float
    ratios: Vector


def reconstructions(
    curve: Curve | Sequence[Curve],
    *,
    at_risk: AtRisk | None = None,
    events: int | None = None,
    patients: int | None = None,
    censor_marks: ArrayLike | None = None,
    draws: int = 100,
    seed: int = 0,
) -> Reconstructions:
    """Rebuild one arm many times over, each time differently within what fits.

    Args:
        curve: as of `reconstruct`.
        at_risk: likewise.
        events: likewise.
        patients: likewise.
        censor_marks: likewise.
        draws: how many sets.
        seed: of the draws; the same seed gives the same sets.

    Raises:
        DataError: as `reconstruct`, or with fewer than two draws.
        ClaimError: as `reconstruct`.

    Accuracy: see docs/reconstruction.md.  Witness: simulation (intervals hold the truth).
    """
    if draws < FEWEST:
        raise DataError(f"{draws} draws tell nothing of a spread. Ask for at least {FEWEST}.")
    told = all_told(curve, at_risk, events, patients, censor_marks)
    steps, error = laid_out(told)
    drawn = []
    for i in range(draws):
        generator = np.random.default_rng([seed, i])
        drawn.append(rebuilt(told, _shifted(steps, error, generator), error, generator))
    return Reconstructions(rebuilt(told, steps, error, None), tuple(drawn), seed)


def hazard_ratio_spread(
    control: Reconstructions,
    experimental: Reconstructions,
    *,
    cause: int | None = None,
    level: float = 0.95,
) -> RatioSpread:
    """Give the hazard ratio of two rebuilt arms with an interval that knows they are rebuilt.

    Raises:
        DataError: when the arms have different numbers of draws, or a ratio does not exist.

    Witness: simulation (the interval of reconstruction holds the true patients' ratio).
    """
    if len(control.drawn) != len(experimental.drawn):
        raise DataError(
            f"{len(control.drawn)} draws of control but {len(experimental.drawn)} of experimental. "
            "Draw both alike."
        )
    best, error = _log_ratio(control.best, experimental.best, cause)
    pairs = zip(control.drawn, experimental.drawn, strict=True)
    logs, errors = np.array([_log_ratio(a, b, cause) for a, b in pairs]).T
    within = float(((logs - best) ** 2).sum()) / (logs.size - 1)  # the likeliest may lie aside
    between = within * (1.0 + 1.0 / logs.size)
    half = normal_quantile(level) * np.sqrt(float((errors**2).mean()) + between)
    return RatioSpread(
        ratio=float(np.exp(best)),
        lower=float(np.exp(best - half)),
        upper=float(np.exp(best + half)),
        sampling_error=error,
        reading_error=float(np.sqrt(within)),
        level=level,
        ratios=vector(np.exp(logs)),
    )


def _log_ratio(
    control: Reconstruction, experimental: Reconstruction, cause: int | None
) -> tuple[float, float]:
    """Give the log hazard ratio and its standard error."""
    ratio = compare_rebuilt(control, experimental, cause=cause).hazard_ratio
    if isinstance(ratio.value, Absent) or isinstance(ratio.standard_error, Absent):
        raise DataError(
            f"A set of rebuilt patients has no hazard ratio ({ratio.value}). Compare these arms "
            "otherwise, for one has hardly any events."
        )
    return float(np.log(ratio.value)), float(ratio.standard_error)


def _shifted(steps: Steps, error: float, generator: np.random.Generator) -> Steps:
    """Move every value within its reading error, and make the curve monotone again."""
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - slow to load

    reach = np.sqrt(3.0) * error
    moved = steps.incidence + generator.uniform(-reach, reach, steps.incidence.shape)
    rising = np.vstack([isotonic_regression(row).x for row in moved]) if moved.size else moved
    inside = np.clip(rising, 0.0, 1.0)
    return replace(steps, incidence=inside / np.maximum(inside.sum(axis=0), 1.0))


def _spread(best: float, values: list[float], level: float) -> Spread:
    """Put a spread together."""
    lower, upper = np.quantile(values, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return Spread(best, lower, upper, float(np.std(values, ddof=1)), level, vector(values))

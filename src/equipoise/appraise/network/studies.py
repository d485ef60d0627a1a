"""What one study of a network found: its treatments against its first one, with covariances.

Contrasts of a study with several arms share arms, so they are correlated.  With the variances
of all pairs, or with that of the shared arm's mean s²:

    Cov(θ_rj, θ_rk) = (v_rj + v_rk - v_jk) / 2 = s²_r        (Rücker 2012; Franchini et al. 2012)

Printed estimates of all pairs hardly ever close to the last digit: the arms' effects are their
averages over all paths of one step, and a misclosure beyond rounding is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from equipoise.appraise.pooling.studies import Scale, StudyEffect
from equipoise.errors import ClaimError
from equipoise.kernel.arrays import Matrix

CLOSURE = 0.05  # of a triangle, on the linear scale: three ratios of two digits


@dataclass(frozen=True, slots=True)
class ArmContrast:
    """One pair of arms: experimental against control."""

    experimental: str
    control: str
    estimate: float  # on the linear scale: logs of ratios
    standard_error: float
    remark: str = ""  # what a reader should know of how these were got


@dataclass(frozen=True, slots=True)
class NetworkStudy:
    """A study's treatments, and each one's effect against the first."""

    id: str
    label: str
    treatments: tuple[str, ...]  # the first is what the others are set against
    estimates: tuple[float, ...]  # of the others, on the linear scale
    covariance: tuple[tuple[float, ...], ...]  # of these estimates
    scale: Scale = "log"
    remark: str = ""  # what a reader should know of it

    def __post_init__(self) -> None:
        if len(set(self.treatments)) != len(self.treatments) or len(self.treatments) < 2:  # noqa: PLR2004
            raise ClaimError(
                f"Study {self.id!r} has the treatments {', '.join(self.treatments)}; a network "
                "needs two or more of each study, all different."
            )
        arms, known = len(self.treatments) - 1, np.array(self.covariance)
        if len(self.estimates) != arms or known.shape != (arms, arms):
            raise ClaimError(
                f"Study {self.id!r} has {len(self.treatments)} treatments and so {arms} "
                f"estimates with their covariances; found {len(self.estimates)} and a matrix of "
                f"shape {known.shape}."
            )
        if not (np.isfinite(self.estimates).all() and np.isfinite(known).all()):
            raise ClaimError(f"Study {self.id!r} lacks an estimate or an error; give numbers.")
        if not np.allclose(known, known.T) or np.linalg.eigvalsh(known)[0] <= 0:
            raise ClaimError(
                f"The errors of study {self.id!r} contradict each other: no three or more arms "
                "have such standard errors. Check that each belongs to its pair."
            )


def two_arm_study(study: StudyEffect, *, experimental: str, control: str) -> NetworkStudy:
    """Take a study with two arms into a network.

    Raises:
        ClaimError: experimental and control are the same.

    Witness: its estimate and standard error.
    """
    return NetworkStudy(
        study.id,
        study.label,
        (control, experimental),
        (study.estimate,),
        ((study.standard_error**2,),),
        study.scale,
        study.remark,
    )


def several_arm_study(
    id: str,  # noqa: A002 - the field's name
    contrasts: Sequence[ArmContrast],
    *,
    shared_variance: float | None = None,
    label: str = "",
    scale: Scale = "log",
) -> NetworkStudy:
    """Take a study with three or more arms into a network.

    Args:
        id: of the study.
        contrasts: of all pairs of arms; or, with `shared_variance`, of each arm against one.
        shared_variance: of the mean (log hazard) of the arm that the others are set against;
            for hazard ratios about 1 over its events.
        label: of the study.
        scale: of the estimates.

    Raises:
        ClaimError: pairs missing, estimates that do not add up round a triangle, or standard
            errors that no arms could have.

    Witness: R metafor 3.8 `rma.mv` with the covariances of shared arms.
    """
    if shared_variance is not None:
        return _against_one(id, contrasts, shared_variance, label or id, scale)
    arms = tuple(
        dict.fromkeys(name for each in contrasts for name in (each.control, each.experimental))
    )
    pairs = {frozenset((each.control, each.experimental)) for each in contrasts}
    missing = [pair for pair in combinations(arms, 2) if frozenset(pair) not in pairs]
    if missing or len(contrasts) != len(pairs):
        first = " against ".join(missing[0]) if missing else "a pair"
        raise ClaimError(
            f"Study {id!r} with {len(arms)} arms {'lacks' if missing else 'repeats'} {first}; give "
            "each pair of arms once, or each arm against one with `shared_variance`."
        )
    place = {name: k for k, name in enumerate(arms)}
    difference, variance = np.zeros((len(arms), len(arms))), np.zeros((len(arms), len(arms)))
    for each in contrasts:
        i, j = place[each.control], place[each.experimental]
        difference[i, j], difference[j, i] = each.estimate, -each.estimate
        variance[i, j] = variance[j, i] = each.standard_error**2
    _check_closure(id, arms, difference)
    potential = difference.mean(axis=0)
    covariance = (variance[0, 1:, None] + variance[0, None, 1:] - variance[1:, 1:]) / 2
    estimates = tuple((potential[1:] - potential[0]).tolist())
    return NetworkStudy(
        id, label or id, arms, estimates, _rows(covariance), scale, _remarks(contrasts)
    )


def _against_one(
    name: str, contrasts: Sequence[ArmContrast], shared: float, label: str, scale: Scale
) -> NetworkStudy:
    controls = {each.control for each in contrasts}
    if len(controls) != 1:
        raise ClaimError(
            f"With `shared_variance` all contrasts of study {name!r} are against one arm; found "
            f"{', '.join(sorted(controls))}."
        )
    if not shared > 0:
        raise ClaimError(f"The shared variance of study {name!r} is {shared:g}; give one above 0.")
    own = np.array([each.standard_error**2 for each in contrasts])
    covariance = np.full((own.size, own.size), shared)
    np.fill_diagonal(covariance, own)
    arms = (contrasts[0].control, *(each.experimental for each in contrasts))
    estimates = tuple(each.estimate for each in contrasts)
    return NetworkStudy(name, label, arms, estimates, _rows(covariance), scale, _remarks(contrasts))


def _remarks(contrasts: Sequence[ArmContrast]) -> str:
    return " ".join(each.remark for each in contrasts if each.remark)


def _check_closure(name: str, arms: tuple[str, ...], difference: Matrix) -> None:
    for i, j, k in combinations(range(len(arms)), 3):
        off = float(difference[i, j] + difference[j, k] + difference[k, i])
        if abs(off) > CLOSURE:
            raise ClaimError(
                f"In study {name!r} the estimates of {arms[i]}, {arms[j]} and {arms[k]} miss each "
                f"other by {off:.3f} round the triangle; check the direction of each pair."
            )


def _rows(matrix: Matrix) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())

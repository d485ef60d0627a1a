"""Patients of one study weighted until they look like those of another.

    w_i = exp(x_i'a),   a minimizes Σ exp((x_i - X̄)'a):   Σ w_i x_i / Σ w_i = X̄ exactly

(Signorovitch et al. 2010; Phillippo et al. 2018).  Only means of the other study are needed;
where its standard deviation is published, x² is matched to mean² + sd² as well.  The problem is
convex and has a solution exactly where X̄ lies within the convex hull of the patients.  Weights
are scaled to add up to the patients; the effective sample size is (Σw)² / Σw².
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyze.given import named_columns, numbers
from equipoise.errors import ClaimError, DataError, DidNotConverge, NotEstimable
from equipoise.kernel.arrays import Matrix, Vector, vector

STEPS = 200
CLOSE = 1e-11  # of the matched means, in standard deviations of the patients
SHORTEST = 1e-12  # part of a Newton step
NEAR = 1e-9  # fall that Newton's step expects
INSIDE = 1e-9  # of the patients' mean weight: the largest least weight of a target on the edge
NEGLIGIBLE = 1e-8  # of the mean weight: from here on we ask whether the target is on the edge
FEW = 0.5  # of the patients: an effective size below this share is remarked upon


@dataclass(frozen=True, slots=True)
class TargetCovariate:
    """What the other study publishes of one covariate."""

    name: str
    mean: float  # of a yes/no covariate the proportion
    sd: float | None = None  # None: not published, or a yes/no covariate


@dataclass(frozen=True, slots=True)
class Balance:
    """One matched moment."""

    name: str  # of the covariate; with "²" for a second moment
    before: float
    target: float
    after: float


@dataclass(frozen=True, slots=True)
class MatchingWeights:
    """Weights of patients, and what they do."""

    target: tuple[TargetCovariate, ...]
    weights: Vector = field(repr=False)  # adding up to the patients
    coefficients: Vector  # a, one a matched moment
    patients: int
    effective_size: float
    largest_share: float  # of all weight, of the heaviest patient
    balance: tuple[Balance, ...]
    assumed: tuple[str, ...]


def matching_weights(
    covariates: ArrayLike,
    target: Sequence[TargetCovariate],
    *,
    names: Sequence[str] | None = None,
) -> MatchingWeights:
    """Weight patients so that their covariates have the published means (and deviations).

    Args:
        covariates: numbers, a row a patient and a column a covariate; or a data frame.
        target: what is published, of these covariates.
        names: of the columns; those of the data frame, or the order of `target`.

    Raises:
        DataError: a covariate missing, or not a number.
        ClaimError: no target, or a deviation below 0.
        NotEstimable: no weights reach the target: it lies outside what these patients span.

    Accuracy: moments to 1e-10 of the patients' standard deviation.

    Witness: law: the weighted means are the target; R `optim` on the same function.

    >>> told = matching_weights([0.0, 0.0, 1.0, 1.0], [TargetCovariate("female", 0.25)])
    >>> told.weights.round(6).tolist(), round(told.effective_size, 6)
    ([1.5, 1.5, 0.5, 0.5], 3.2)
    """
    columns = covariate_columns(covariates, target, names)
    moments, aims, labels = _moments(columns, target)
    weights, coefficients = _solve(moments, aims, labels)
    size = float(weights.sum() ** 2 / (weights**2).sum())
    shares = weights / weights.sum()
    remark = (
        f"The weights leave {size:.1f} effective patients of {weights.size}: the studies overlap "
        "little, and the result rests on few patients."
    )
    return MatchingWeights(
        target=tuple(target),
        weights=vector(weights),
        coefficients=vector(coefficients),
        patients=int(weights.size),
        effective_size=size,
        largest_share=float(shares.max()),
        balance=tuple(
            Balance(label, float(x.mean()), float(aim), float(shares @ x))
            for label, x, aim in zip(labels, moments.T, aims, strict=True)
        ),
        assumed=(
            "Method-of-moments weights over all patients of the study, both arms together.",
            *((remark,) if size < FEW * weights.size else ()),
        ),
    )


def covariate_columns(
    covariates: ArrayLike, target: Sequence[TargetCovariate], names: Sequence[str] | None
) -> Matrix:
    """Give the columns in the order of the target.

    Raises:
        DataError: a covariate missing, or not a number.
        ClaimError: no target, or a deviation below 0.
    """
    if not target:
        raise ClaimError("No covariate to match; give the published mean of at least one.")
    for each in target:
        if not np.isfinite(each.mean) or (each.sd is not None and not 0 <= each.sd < np.inf):
            raise ClaimError(
                f"The target of {each.name!r} is {each.mean:g} with deviation {each.sd}; give a "
                "number, and a deviation of 0 or more."
            )
    given, found = named_columns(covariates, names)
    table = np.asarray(numbers("covariates", given), dtype=np.float64)
    table = table.reshape(-1, 1) if table.ndim == 1 else table
    wanted = [each.name for each in target]
    known = list(found) if found is not None else wanted
    if table.shape[1] != len(known):
        raise DataError(
            f"The patients have {table.shape[1]} covariates and {len(known)} are named; name each."
        )
    missing = [name for name in wanted if name not in known]
    if missing:
        raise DataError(
            f"The patients have no covariate {missing[0]!r}; they have {', '.join(known)}."
        )
    table = table[:, [known.index(name) for name in wanted]]
    broken = np.flatnonzero(~np.isfinite(table).all(axis=1))
    if broken.size or not table.size:
        raise DataError(
            f"Rows {(broken[:10] + 1).tolist()} have a missing or infinite covariate. Leave these "
            "rows out, and count them."
        )
    return table


def _moments(
    columns: Matrix, target: Sequence[TargetCovariate]
) -> tuple[Matrix, Vector, list[str]]:
    parts, aims, labels = [], [], []
    for column, each in zip(columns.T, target, strict=True):
        parts.append(column)
        aims.append(each.mean)
        labels.append(each.name)
        if each.sd is not None:
            parts.append(column**2)
            aims.append(each.mean**2 + each.sd**2)
            labels.append(f"{each.name}²")
    return np.column_stack(parts), np.array(aims), labels


def _solve(moments: Matrix, aims: Vector, labels: list[str]) -> tuple[Vector, Vector]:
    """Give weights adding up to the patients, and a."""
    low, high = moments.min(axis=0), moments.max(axis=0)
    for label, aim, least, most in zip(labels, aims, low, high, strict=True):
        if not (least < aim < most or least == aim == most):
            raise NotEstimable(
                f"The target {aim:g} of {label!r} does not lie within the patients' {least:g} "
                f"to {most:g}: no weights reach it. Leave this covariate out, and say that the "
                "studies differ in it."
            )
    spread = moments.std(axis=0)
    spread[spread == 0.0] = 1.0
    centered = (moments - aims) / spread
    found = _newton(centered)
    if found is None or found[0].min() * found[0].size < NEGLIGIBLE:
        _check_inside(centered, labels)
    if found is None:
        raise DidNotConverge(
            f"No weights were found after {STEPS} steps, though the target of "
            f"{', '.join(labels)} can be reached. Match fewer covariates."
        )
    weight, a = found
    return weight * weight.size, a / spread


def _newton(centered: Matrix) -> tuple[Vector, Vector] | None:
    """Minimize log Σ exp(z'a); None where it falls for ever."""
    a = np.zeros(centered.shape[1])
    height, share = _height(centered, a)
    for _ in range(STEPS):
        gradient = share @ centered
        if np.abs(gradient).max() < CLOSE:
            return share, a
        spread = centered - gradient
        curvature = (spread * share[:, None]).T @ spread
        step = np.linalg.lstsq(curvature, -gradient, rcond=1e-13)[0]
        near = -float(gradient @ step) < NEAR  # heights no longer tell: take the whole step
        fraction = 1.0
        trial = _height(centered, a + step)
        while trial[0] > height and not near and fraction > SHORTEST:
            fraction /= 2
            trial = _height(centered, a + fraction * step)
        a = a + fraction * step
        height, share = trial
    return None


def _height(centered: Matrix, a: Vector) -> tuple[float, Vector]:
    score = centered @ a
    top = float(score.max())
    weight = np.exp(score - top)
    total = float(weight.sum())
    return top + float(np.log(total)), weight / total


def _check_inside(centered: Matrix, labels: list[str]) -> None:
    """Refuse a target that mixes of all patients do not reach: outside the hull, or on its edge."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import, and rarely needed

    rows, columns = centered.shape
    least = np.zeros(
        rows + 1
    )  # the shares, and the least of them, which is made as large as can be
    least[-1] = -1.0
    program = linprog(
        c=least,
        A_ub=np.column_stack([-np.eye(rows), np.ones(rows)]),
        b_ub=np.zeros(rows),
        A_eq=np.column_stack([np.vstack([centered.T, np.ones(rows)]), np.zeros(columns + 1)]),
        b_eq=np.append(np.zeros(columns), 1.0),
        bounds=(0.0, None),
    )
    named = ", ".join(labels)
    if program.status != 0:
        raise NotEstimable(
            f"No weights reach the target of {named} together, though each is within the "
            "patients' range: it lies outside their convex hull. Match fewer covariates, and say "
            "so."
        )
    if -program.fun * rows < INSIDE:
        raise NotEstimable(
            f"The target lies at the very edge of what the patients span in {named} together: "
            "only some patients could have any weight. Match fewer covariates, and say so."
        )

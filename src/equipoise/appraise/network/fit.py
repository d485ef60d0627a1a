"""A network of studies by weighted least squares: effects, Q, and τ².

    y = X d + u + e,   V = blocks of (S_i + τ² R_i),  R_i: 1 on the diagonal, 1/2 beside it
    d̂ = (X'V⁻¹X)⁻¹ X'V⁻¹ y,   Q = (y - Xd̂)'V⁻¹(y - Xd̂) at τ = 0
    τ² = (Q - df) / tr(P R) at τ = 0                 (DerSimonian & Laird generalized: Jackson,
                                                      White & Riley 2012; Rücker 2012)

d holds the effect of each treatment but the first against the first.  X has, for the contrast
of b against a, 1 at b and -1 at a.  The same as Rücker's electrical network with the weights of
studies with several arms adjusted; that is the second program of the tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.appraise.network.studies import NetworkStudy
from equipoise.kernel.arrays import Matrix, Vector


@dataclass(frozen=True, slots=True)
class NetworkFit:
    """Effects against the first treatment, with what is left over."""

    effects: Vector  # one a treatment; 0 for the first
    covariance: Matrix
    q: float
    degrees_of_freedom: int
    trace: float  # of P R


def fit_network(
    studies: Sequence[NetworkStudy], treatments: Sequence[str], square: float = 0.0
) -> NetworkFit:
    """Fit a connected network.

    Args:
        studies: at least a tree over the treatments.
        treatments: all of them, the one the others are set against first.
        square: τ².

    Witness: R metafor 3.8 `rma.mv` with τ² given; Rücker's graph-theoretical estimator.
    """
    place = {name: k for k, name in enumerate(treatments)}
    size = len(treatments)
    information, score = np.zeros((size, size)), np.zeros(size)
    plain, crossed = 0.0, np.zeros((size, size))
    for study in studies:
        x, precision, shape = _block(study, place, square)
        y = np.array(study.estimates)
        weighed = precision @ x
        information += x.T @ weighed
        score += weighed.T @ y
        plain += float(np.trace(precision @ shape))
        crossed += weighed.T @ shape @ weighed
    covariance, effects = np.zeros((size, size)), np.zeros(size)
    covariance[1:, 1:] = np.linalg.inv(information[1:, 1:])
    effects[1:] = covariance[1:, 1:] @ score[1:]
    contrasts = sum(len(study.estimates) for study in studies)
    return NetworkFit(
        effects=effects,
        covariance=covariance,
        q=_left_over(studies, place, effects, square),
        degrees_of_freedom=contrasts - (size - 1),
        trace=plain - float(np.trace(covariance @ crossed)),
    )


def components(studies: Sequence[NetworkStudy]) -> tuple[tuple[str, ...], ...]:
    """Give the sets of treatments that studies connect, in the order of the studies.

    Witness: a set with no study between it and another.
    """
    groups: list[dict[str, None]] = []
    for study in studies:
        merged: dict[str, None] = {}
        apart = []
        for group in groups:
            if any(name in group for name in study.treatments):
                merged |= group
            else:
                apart.append(group)
        groups = [*apart, merged | dict.fromkeys(study.treatments)]
    return tuple(tuple(group) for group in groups)


def _block(
    study: NetworkStudy, place: dict[str, int], square: float
) -> tuple[Matrix, Matrix, Matrix]:
    """Give X, the inverse of V, and R of one study."""
    arms = len(study.estimates)
    x: Matrix = np.zeros((arms, len(place)))
    for row, name in enumerate(study.treatments[1:]):
        x[row, place[name]], x[row, place[study.treatments[0]]] = 1.0, -1.0
    shape: Matrix = (np.eye(arms) + 1.0) / 2.0
    known: Matrix = np.array(study.covariance, dtype=np.float64)
    precision: Matrix = np.asarray(np.linalg.inv(known + square * shape), dtype=np.float64)
    return x, precision, shape


def _left_over(
    studies: Sequence[NetworkStudy], place: dict[str, int], effects: Vector, square: float
) -> float:
    total = 0.0
    for study in studies:
        x, precision, _ = _block(study, place, square)
        residual = np.array(study.estimates) - x @ effects
        total += float(residual @ precision @ residual)
    return total

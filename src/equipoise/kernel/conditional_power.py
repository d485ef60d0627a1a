"""How a sequential trial may still end, seen from one of its looks.

Given Z_k = z at information t_k, the score still to come walks on from S_k = z √t_k with
independent steps, so the rest of the trial is a sequential trial of its own with

    information  t_j - t_k,    bounds  (b_j √t_j - z √t_k) / √(t_j - t_k),    j > k.

Averaged over a normal belief about the drift, δ ~ N(m, v) before look k, it is the belief's
mean μ_j = (m/v + S_j) / (1/v + t_j) that walks with independent steps, of variance
v_k - v_j where v_j = 1 / (1/v + t_j): again a sequential trial, exactly, and without drift
(Proschan, Lan & Wittes 2006, ch. 3; flat belief: 1/v = 0).
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.many_drifts import stopping_for_drifts
from equipoise.kernel.sequential import StoppingProbability, stopping_probability


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a sequential trial stops, on the z scale; infinite where it does not."""

    upper: Vector
    lower: Vector
    information: Vector
    inner: Matrix | None  # (looks, 2), nan where none

    def after(self, looks: int) -> "Bounds":
        """Give the looks after the first so many."""
        inner = None if self.inner is None else self.inner[looks:]
        return Bounds(self.upper[looks:], self.lower[looks:], self.information[looks:], inner)

    def at_last(self) -> "Bounds":
        """Give the last look alone."""
        return self.after(self.information.size - 1)

    def moved(self, at_zero: Vector, slope: Vector, information: Vector) -> "Bounds":
        """Give the bounds where every z is replaced by at_zero + slope z, at other information."""
        inner = None if self.inner is None else at_zero[:, None] + slope[:, None] * self.inner
        return Bounds(
            at_zero + slope * self.upper, at_zero + slope * self.lower, information, inner
        )

    def stopping(self, drift: float | Vector) -> StoppingProbability:
        """Give the chance of stopping first at each look."""
        return stopping_probability(
            self.upper, self.lower, self.information, drift=drift, inner=self.inner
        )


def conditional_stopping(
    later: Bounds, information: float, z: float, mean_score: Vector
) -> StoppingProbability:
    """Give the chance of stopping first at each later look, given z now.

    Args:
        later: the looks still to come.
        information: t_k, at which z was observed.
        z: the statistic observed.
        mean_score: expected score from now to each later look, θ (t_j - t_k).

    Witness: gsDesign 3.11 `gsCP` (cp01, cp02); the joint probability over that of the past.
    """
    rest = seen_from(later, information, z)
    return rest.stopping(mean_score / rest.information)


def conditional_stopping_for_drifts(
    later: Bounds, information: float, z: float, drifts: Vector
) -> StoppingProbability:
    """Give (drifts, later looks) chances of stopping first, given z now, in one walk.

    Witness: `conditional_stopping` drift by drift.
    """
    rest = seen_from(later, information, z)
    return stopping_for_drifts(rest.upper, rest.lower, rest.information, drifts, inner=rest.inner)


def seen_from(later: Bounds, information: float, z: float) -> Bounds:
    """Give the rest of a trial as a trial of its own."""
    ahead = later.information - information
    root = np.sqrt(ahead)
    return later.moved(-z * np.sqrt(information) / root, np.sqrt(later.information) / root, ahead)


def predictive_stopping(
    later: Bounds, information: float, z: float, *, mean: float, precision: float
) -> StoppingProbability:
    """Give the chance of stopping first at each later look, averaged over a belief of the drift.

    Args:
        later: the looks still to come.
        information: t_k, at which z was observed; may be 0 if `precision` is above 0.
        z: the statistic observed.
        mean: of the drift, before the trial.
        precision: 1/v of the belief before the trial; 0 for a flat one.

    Witness: gsDesign 3.11 `gsPP` and `gsPOS` (cp03); conditional power averaged by quadrature.
    """
    before = 1.0 / (precision + information)
    after = 1.0 / (precision + later.information)
    ahead = (later.information - information) * before * after  # before - after, undiminished
    root = np.sqrt(ahead)
    at_zero = -mean * precision * root - before * z * np.sqrt(information) / root
    return later.moved(at_zero, after * np.sqrt(later.information) / root, ahead).stopping(0.0)

"""Several 2 × 2 tables, one a stratum: what they say together.

Stratum i has x1 of n1 experimental and x0 of n0 control successes, N = n1 + n0, m = x1 + x0.

    CMH      [Σ (x1 - n1 m / N)]² / Σ n1 n0 m (N - m) / (N² (N - 1))        (Mantel-Haenszel)
    ψ_MH     Σ R / Σ S,  R = x1 (n0 - x0) / N,  S = x0 (n1 - x1) / N;  log-variance of Robins,
             Breslow & Greenland (1986)
    ρ_MH     Σ x1 n0 / N / Σ x0 n1 / N;  log-variance of Greenland & Robins (1985)
    δ_MH     Σ w (x1/n1 - x0/n0) / Σ w,  w = n1 n0 / N;  variance of Sato, Greenland & Robins
             (1989), consistent both for few large and for many sparse strata
    score    limits where Σ w (d̂ - δ) / √(Σ w² V(δ)) = ±z, V as in `two_by_two` (with N/(N-1))

A stratum with patients of one arm only is skipped everywhere, and counted by the caller.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Flags, Vector
from equipoise.kernel.two_by_two import crossing, difference_variance, signed_ratio


@dataclass(frozen=True, slots=True)
class Tables:
    """Successes and patients of both arms, stratum by stratum."""

    x1: Vector
    n1: Vector
    x0: Vector
    n0: Vector

    @property
    def patients(self) -> Vector:
        """N of each stratum."""
        return np.asarray(self.n1 + self.n0)

    @property
    def weight(self) -> Vector:
        """Mantel-Haenszel weights n1 n0 / N."""
        return np.asarray(self.n1 * self.n0 / self.patients)

    @property
    def both_arms(self) -> Flags:
        """Strata with patients of both arms."""
        return np.asarray((self.n1 > 0) & (self.n0 > 0))

    @property
    def informative(self) -> Flags:
        """Strata in which the test has something to say: no margin is zero."""
        successes = self.x1 + self.x0
        return np.asarray(self.both_arms & (successes > 0) & (successes < self.patients))

    def only(self, strata: Flags) -> "Tables":
        """Keep some strata."""
        return Tables(self.x1[strata], self.n1[strata], self.x0[strata], self.n0[strata])


def mantel_haenszel_z(tables: Tables, *, continuity: bool = False) -> float:
    """Give the signed root of the CMH statistic; NaN where no stratum is informative."""
    t = tables.only(tables.informative)
    n, m = t.patients, t.x1 + t.x0
    excess = float((t.x1 - t.n1 * m / n).sum())
    variance = float((t.n1 * t.n0 * m * (n - m) / (n**2 * (n - 1))).sum())
    if variance <= 0:
        return np.nan
    half = 0.5 if continuity and abs(excess) >= 0.5 else 0.0  # noqa: PLR2004 - half a patient
    return float(np.sign(excess) * (abs(excess) - half) / np.sqrt(variance))


def mantel_haenszel_log_odds(tables: Tables) -> tuple[float, float]:
    """Give log ψ_MH and its variance; infinite or NaN where a sum is zero."""
    t = tables.only(tables.both_arms)
    a, b, c, d, n = t.x1, t.n1 - t.x1, t.x0, t.n0 - t.x0, t.patients
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    top, bottom = float(r.sum()), float(s.sum())
    if top <= 0 or bottom <= 0:
        return _log_of(top, bottom), np.nan
    variance = (p * r).sum() / (2 * top**2) + (q * s).sum() / (2 * bottom**2)
    variance += (p * s + q * r).sum() / (2 * top * bottom)
    return float(np.log(top / bottom)), float(variance)


def mantel_haenszel_log_ratio(tables: Tables) -> tuple[float, float]:
    """Give log ρ_MH and its variance; infinite or NaN where a sum is zero."""
    t = tables.only(tables.both_arms)
    n, m = t.patients, t.x1 + t.x0
    top, bottom = float((t.x1 * t.n0 / n).sum()), float((t.x0 * t.n1 / n).sum())
    if top <= 0 or bottom <= 0:
        return _log_of(top, bottom), np.nan
    spread = (t.n1 * t.n0 * m - t.x1 * t.x0 * n) / n**2
    return float(np.log(top / bottom)), float(spread.sum() / (top * bottom))


def mantel_haenszel_difference(tables: Tables) -> tuple[float, float]:
    """Give δ_MH and its Sato variance; NaN without strata that have both arms."""
    t = tables.only(tables.both_arms)
    weight, n = t.weight, t.patients
    if weight.sum() <= 0:
        return np.nan, np.nan
    difference = float((weight * (t.x1 / t.n1 - t.x0 / t.n0)).sum() / weight.sum())
    p = t.n1**2 * t.x0 - t.n0**2 * t.x1 + t.n1 * t.n0 * (t.n0 - t.n1) / 2
    q = t.x1 * (t.n0 - t.x0) + t.x0 * (t.n1 - t.x1)
    variance = (difference * (p / n**2).sum() + (q / n).sum() / 2) / weight.sum() ** 2
    return difference, float(variance)


def stratified_score_z(tables: Tables, difference: float = 0.0) -> float:
    """Give Z of the stratified Miettinen-Nurminen score with Mantel-Haenszel weights."""
    return float(_score(tables.only(tables.both_arms), np.array([difference]))[0])


def stratified_score_limits(tables: Tables, z: float) -> tuple[float, float]:
    """Give the limits of the common difference by the stratified score."""
    t = tables.only(tables.both_arms)
    middle = np.array([mantel_haenszel_difference(t)[0]])
    lower = crossing(lambda at: _score(t, at), np.array([-1.0]), middle, z)
    upper = crossing(lambda at: _score(t, at), middle, np.array([1.0]), -z)
    return float(lower[0]), float(upper[0])


def _score(t: Tables, difference: Vector) -> Vector:
    weight = t.weight / t.weight.sum()
    at = np.broadcast_to(difference, t.n1.shape)
    variance = difference_variance(t.x1, t.n1, t.x0, t.n0, at)
    distance = (weight * (t.x1 / t.n1 - t.x0 / t.n0)).sum() - difference
    return signed_ratio(distance, np.atleast_1d((weight**2 * variance).sum()))


def _log_of(top: float, bottom: float) -> float:
    if top <= 0 and bottom <= 0:
        return np.nan
    return np.inf if bottom <= 0 else -np.inf

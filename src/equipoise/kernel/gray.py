"""Do groups differ in the cumulative incidence of one cause?  The score of Gray's test.

With Y_r at risk in group r, S_r its survival from every cause and F_r its incidence of the
cause tested, a group's *adjusted* risk set counts also those gone by a competing event,

    R_r(t) = Y_r (1 - F_r(t-)) / S_r(t-),      Z_r = Σ_t (1 - F₀(t-))^ρ (d_r - d R_r / Σ R),

where F₀ pools the groups under the null: dF₀ = d / Σ h_r, h_r = Y_r / S_r(t-).  The variance
follows each cause's independent increments through Z, with a hypergeometric correction for
ties; scores and variances add over strata.  (Gray 1988, Ann. Statist. 16:1141, §§2-3; the
tie corrections are those of his program, R's cmprsk.)

With late entry Y counts entry < t ≤ exit; the published test has no such case.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector, frozen
from equipoise.kernel.risk_sets import moments

CAUSE, OTHER = 1, 2  # what ended a row, seen from the cause tested; 0 is censoring


@dataclass(frozen=True, slots=True)
class GrayScore:
    """Weighted events above expectation in each group, and their covariance under the null."""

    score: Vector
    covariance: Matrix


@dataclass(frozen=True, slots=True)
class _Course:
    """One stratum as (moments with events) × (groups)."""

    at_risk: Matrix
    events: Matrix  # of the cause tested
    others: Matrix


def gray_score(
    time: Vector,
    outcome: Codes,
    group: Codes,
    *,
    groups: int,
    cause: int = 1,
    stratum: Codes | None = None,
    rho: float = 0.0,
    entry: Vector | None = None,
) -> GrayScore:
    """Score the groups 0 ... `groups` - 1 on one cause, all other outcomes above 0 competing.

    >>> t, how = np.array([1.0, 2, 3, 4]), np.array([1, 2, 1, 1])
    >>> gray_score(t, how, np.array([0, 1, 0, 1]), groups=2).score.round(6).tolist()
    [1.166667, -1.166667]
    """
    ending = np.where(outcome == cause, CAUSE, np.where(outcome > 0, OTHER, 0))
    score, covariance = np.zeros(groups), np.zeros((groups, groups))
    members: list[Flags | slice] = [slice(None)]
    if stratum is not None:
        members = [stratum == each for each in np.unique(stratum)]
    for rows in members:
        late = None if entry is None else entry[rows]
        course = _course(time[rows], ending[rows], group[rows], groups, late)
        z, v = _one_stratum(course, rho)
        score += z
        covariance += v
    return GrayScore(frozen(score), frozen(covariance))


def _course(
    time: Vector, ending: NDArray[np.int64], group: Codes, groups: int, entry: Vector | None
) -> _Course:
    placed = moments(time, entry)
    size, leave = placed.time.size, placed.exit
    joined = None
    if placed.first is not None:
        ever = placed.first <= placed.exit  # entry and exit may be near-ties
        leave, ending, group = leave[ever], ending[ever], group[ever]
        joined = np.bincount(placed.first[ever] * groups + group, minlength=size * groups)
    cell = (leave * groups + group) * 3 + ending
    left = np.bincount(cell, minlength=size * groups * 3).reshape(size, groups, 3)
    total = left.sum(axis=2)
    entered = np.broadcast_to(total.sum(axis=0), total.shape)
    if joined is not None:
        entered = np.cumsum(joined.reshape(size, groups), axis=0)
    at_risk = entered - (np.cumsum(total, axis=0) - total)
    busy = left[:, :, 1:].any(axis=(1, 2))
    return _Course(
        at_risk[busy].astype(np.float64),
        left[busy][:, :, CAUSE].astype(np.float64),
        left[busy][:, :, OTHER].astype(np.float64),
    )


def _one_stratum(course: _Course, rho: float) -> tuple[Vector, Matrix]:
    y, own = course.at_risk, course.events
    survival = np.asarray(np.cumprod(1 - _ratio(own + course.others, y), axis=0))  # S_r(t)
    before = _lagged(survival, 1.0)  # S_r(t-)
    share = _ratio(y, before)  # h_r
    deaths = own.sum(axis=1)
    null_step = _ratio(deaths, share.sum(axis=1))
    null = np.asarray(np.cumsum(null_step))
    staying = np.maximum(1 - _lagged(null, 0.0), 0.0)  # 1 - F₀(t-)
    weight = staying**rho

    adjusted = share * (1 - _lagged(np.cumsum(before * _ratio(own, y), axis=0), 0.0))
    expected = _ratio(deaths, adjusted.sum(axis=1))[:, None] * adjusted
    score = (weight[:, None] * (own - expected)).sum(axis=0)
    null_hazard = _ratio(null_step, staying)
    return score, _covariance(course, survival, 1 - null, weight, null_hazard)


def _covariance(
    course: _Course, survival: Matrix, staying: Vector, weight: Vector, null_hazard: Vector
) -> Matrix:
    """Follow every group's events of both kinds through the score, under the null."""
    before = _lagged(survival, 1.0)
    share = _ratio(course.at_risk, before)
    pooled, deaths = share.sum(axis=1), course.events.sum(axis=1)
    covariance = np.zeros((share.shape[1], share.shape[1]))
    for r in range(share.shape[1]):
        y, lived, others = course.at_risk[:, r], before[:, r], course.others[:, r]
        direct = -share * (weight * _ratio(share[:, r], pooled))[:, None]
        direct[:, r] += weight * share[:, r]
        owed = np.cumsum(direct * null_hazard[:, None], axis=0)
        to_come = owed[-1:] - owed  # what later moments owe to the incidence so far
        remaining = _ratio(staying, survival[:, r])
        kept = np.where(survival[:, r] > 0, 1 - remaining, 1.0)
        through_cause = direct + kept[:, None] * to_come
        through_others = remaining[:, None] * to_come
        one = _untied(deaths, pooled * lived) * _ratio(lived * deaths, pooled * y)
        two = _untied(others, y) * _ratio(lived**2 * others, y**2)
        covariance += through_cause.T @ (through_cause * one[:, None])
        covariance += through_others.T @ (through_others * two[:, None])
    return covariance


def _untied(events: Vector, at_risk: Vector) -> Vector:
    """Shrink a variance for ties: 1 - (d - 1) / (n - 1) where d > 1."""
    return np.asarray(1 - _ratio(np.maximum(events - 1, 0.0), at_risk - 1))


def _ratio(top: Matrix, bottom: Matrix) -> Matrix:
    """Divide, taking nothing over nothing as nothing."""
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom > 0)


def _lagged(values: Matrix, start: float) -> Matrix:
    """Give the value just before each moment."""
    return np.concatenate([np.full_like(values[:1], start), values[:-1]])

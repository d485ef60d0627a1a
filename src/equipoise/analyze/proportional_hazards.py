"""Whether a hazard ratio changes over time: the score test of Grambsch and Therneau.

    λ(t | x) = λ₀(t) exp(xβ + γ g(t) x),      H₀: γ = 0,      tested at the fitted β

One chi-square for each covariate (or term of several), with β free for all, and one for all
together.  This is the exact score test of R's survival ≥ 3.0 (`cox.zph`), with the variance
of the risk set at each event; survival < 3.0 and others still use an approximation that
takes this variance as constant.  g, centred at its mean over the events:

    km         1 - S(t-), S the Kaplan-Meier estimate of all rows together (default)
    rank       rank of t among the times of all rows, ties averaged
    identity   t
    log        log t
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtrc

from equipoise.analyze.cox_fit import CoxFit, CoxRows, chi_square
from equipoise.analyze.estimates import Absent, TestResult
from equipoise.errors import NotEstimable
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.cox_fit import sweep
from equipoise.kernel.cox_records import records
from equipoise.kernel.risk_sets import Moments

TESTABLE = 1e-11  # share of the variance of γ that β must leave
TimeScale = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True, slots=True)
class ProportionalHazards:
    """Chi-square tests that hazard ratios are constant; they have no direction."""

    terms: tuple[str, ...]
    tests: tuple[TestResult, ...]  # one a term
    together: TestResult  # of all terms
    transform: TimeScale


def proportional_hazards_test(
    fit: CoxFit,
    transform: TimeScale = "km",
    *,
    terms: Mapping[str, Sequence[str]] | None = None,
) -> ProportionalHazards:
    """Test each covariate, or each term made of several, and all of them together.

    Covariates left out of the model are left out here; where a coefficient is infinite the
    tests carry that state.

    Raises:
        NotEstimable: for the log of times that are not positive.

    Witness: R survival 3.5-3 `cox.zph`.
    """
    groups = {name: (name,) for name in fit.names} if terms is None else dict(terms)
    inside = [
        j
        for j, value in enumerate(fit.coefficients)
        if value not in {Absent.NO_VARIANCE, Absent.COLLINEAR}
    ]
    columns = {
        term: [inside.index(j) for j in map(fit.names.index, names) if j in inside]
        for term, names in groups.items()
    }
    assumed = (*fit.assumed, f"time scale {transform}, score test as in R survival ≥ 3.0")
    if Absent.MONOTONE_LIKELIHOOD in fit.coefficients:
        absent = [_absent(term, Absent.MONOTONE_LIKELIHOOD, assumed) for term in columns]
        whole = _absent("all covariates", Absent.MONOTONE_LIKELIHOOD, assumed)
        return ProportionalHazards(tuple(columns), tuple(absent), whole, transform)
    score, information = _score_and_information(fit, transform, inside)
    everything = list(range(len(inside)))
    tests = tuple(_test(term, score, information, of, assumed) for term, of in columns.items())
    together = _test("all covariates", score, information, everything, assumed)
    return ProportionalHazards(tuple(columns), tests, together, transform)


def _absent(term: str, state: Absent, assumed: tuple[str, ...]) -> TestResult:
    return TestResult(_method(term), state, 0, state, state, assumed)


def _method(term: str) -> str:
    return f"Proportional hazards test of {term}"


def _test(
    term: str, score: Vector, information: Matrix, of: list[int], assumed: tuple[str, ...]
) -> TestResult:
    """Test γ of some covariates with β of all covariates free."""
    size = score.size
    chosen = np.array([*range(size), *(size + j for j in of)], dtype=np.int64)
    own = information[np.ix_(chosen, chosen)]
    if not of or not _testable(own, size):
        return _absent(term, Absent.NO_VARIANCE, assumed)
    value = np.concatenate([np.zeros(size), score[of]])  # the score of β is 0 at its estimate
    statistic = chi_square(value, own)
    p = float(chdtrc(len(of), statistic))
    return TestResult(_method(term), statistic, len(of), Absent.NO_DIRECTION, p, assumed)


def _testable(information: Matrix, size: int) -> bool:
    """Tell whether γ keeps some variance once β, in the first `size` places, is fitted."""
    beta, crossed = information[:size, :size], information[:size, size:]
    whole = information[size:, size:]
    left = whole - crossed.T @ np.linalg.solve(beta, crossed)
    scale = np.sqrt(np.diag(whole))
    if not (scale > 0).all():
        return False
    return bool(np.linalg.eigvalsh(left / np.outer(scale, scale)).min() > TESTABLE)


def _score_and_information(
    fit: CoxFit, transform: TimeScale, inside: list[int]
) -> tuple[Vector, Matrix]:
    """Give the score of γ, and the information of (β, γ), in scaled covariates."""
    rows = fit.data
    known = records(
        rows.covariates,
        rows.cells,
        weight=rows.weight,
        offset=rows.offset,
        collapse=False,
    )
    scale = np.zeros(known.deaths.size)
    happens = known.deaths > 0
    scale[happens] = _time_scale(rows, transform)[rows.cells.moment[happens]]
    scale[happens] -= np.average(scale[happens], weights=known.deaths[happens])
    beta = fit.last_iterate * known.scale
    event = np.flatnonzero(rows.event)
    weight = np.ones(event.size) if rows.weight is None else rows.weight[event]
    observed = known.design[:, event] @ (weight * scale[known.place[event] >> 1])
    parts = [sweep(known, beta, fit.ties, scale**power) for power in range(3)]
    plain, crossed, squared = (part[2][np.ix_(inside, inside)] for part in parts)
    information = np.block([[plain, crossed], [crossed.T, squared]])
    return (observed - parts[1][1])[inside], information


def _time_scale(rows: CoxRows, transform: TimeScale) -> Vector:
    """Give g at every moment."""
    time = rows.moments.time
    leaving = np.bincount(rows.moments.exit, minlength=time.size)
    if transform == "identity":
        return time
    if transform == "rank":
        return np.cumsum(leaving) - (leaving - 1) / 2
    if transform == "log":
        events = np.unique(rows.moments.exit[rows.event])
        if time[events[0]] <= 0:
            raise NotEstimable(
                f"The log of time does not exist at {time[events[0]]:g}, where an event happens. "
                'Use the time scale "km" or "rank".'
            )
        return np.log(np.where(time > 0, time, 1.0))
    return _failed_before(rows.moments, rows.event, leaving)


def _failed_before(moments: Moments, event: Flags, leaving: Codes) -> Vector:
    """Give 1 - S(t-) at every moment, all rows together and unweighted, as R does."""
    size = moments.time.size
    at_risk = np.cumsum(leaving[::-1])[::-1]
    if moments.first is not None:
        entering = np.bincount(moments.first, minlength=size + 1)[:size]
        at_risk = at_risk - (moments.first.size - np.cumsum(entering))
    deaths = np.bincount(moments.exit, weights=event, minlength=size)
    survival = np.cumprod(1 - deaths / np.maximum(at_risk, 1))
    return np.concatenate([[0.0], 1 - survival[:-1]])

"""The partial likelihood once more, as its definition says: event by event, all at risk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import linprog

from equipoise.analyze import cox_diagnostics as diagnostics
from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
from equipoise.errors import NotEstimable
from equipoise.kernel.cox_fit import sweep
from equipoise.kernel.cox_records import records


def tie_steps(rows, beta, ties):
    """Yield for every step of every tie: weight, risk (with its tied part reduced), time, rows."""
    relative = rows["weight"] * np.exp(rows["x"] @ beta + rows["offset"])
    for stratum in np.unique(rows["stratum"]):
        inside = rows["stratum"] == stratum
        for time in np.unique(rows["time"][inside & rows["event"]]):
            tied = inside & rows["event"] & (rows["time"] == time)
            at_risk = inside & (rows["entry"] < time) & (rows["time"] >= time)
            deaths = int(tied.sum())
            for k in range(deaths):
                share = k / deaths if ties == "efron" else 0.0
                yield (
                    rows["weight"][tied].mean(),
                    relative * at_risk * np.where(tied, 1 - share, 1.0),
                    time,
                    tied,
                    at_risk * np.where(tied, 1 - share, 1.0),
                )


def slow(rows, beta, ties):
    """Log likelihood, score and information, straight from the definitions."""
    event, x, weight = rows["event"], rows["x"], rows["weight"]
    value = (weight * (x @ beta + rows["offset"]))[event].sum()
    score = (weight[:, None] * x)[event].sum(axis=0)
    information = np.zeros((beta.size, beta.size))
    for mean_weight, risk, *_ in tie_steps(rows, beta, ties):
        total = risk.sum()
        center = risk @ x / total
        value -= mean_weight * np.log(total)
        score = score - mean_weight * center
        away = x - center
        information += mean_weight * (away.T * risk) @ away / total
    return value, score, information


def slow_fit(rows, ties):
    beta = np.zeros(rows["x"].shape[1])
    for _ in range(60):
        _, score, information = slow(rows, beta, ties)
        beta = beta + np.linalg.solve(information, score)
    return beta


def slow_martingale(rows, beta, ties):
    relative = np.exp(rows["x"] @ beta + rows["offset"])
    residual = rows["event"].astype(float)
    for mean_weight, risk, _, _, share in tie_steps(rows, beta, ties):
        residual = residual - relative * share * mean_weight / risk.sum()
    return residual


def slow_score_residuals(rows, beta, ties):
    relative = np.exp(rows["x"] @ beta + rows["offset"])
    residual = np.zeros_like(rows["x"])
    for mean_weight, risk, _, tied, share in tie_steps(rows, beta, ties):
        away = rows["x"] - risk @ rows["x"] / risk.sum()
        residual += tied[:, None] * away / tied.sum()
        residual -= away * (relative * share * mean_weight / risk.sum())[:, None]
    return residual


@some.composite
def row_sets(draw):
    seed = draw(some.integers(0, 2**32 - 1))
    size = draw(some.integers(12, 40))
    random = np.random.default_rng(seed)
    entry = random.integers(-3, 3, size).astype(float)
    late = draw(some.booleans())
    time = np.maximum(entry, 0) + random.integers(1, draw(some.integers(2, 30)), size)
    return {
        "x": random.normal(size=(size, draw(some.integers(1, 3)))).round(draw(some.integers(0, 2))),
        "time": time,
        "event": random.random(size) < 0.7,
        "entry": entry if late else np.full(size, -np.inf),
        "late": late,
        "stratum": random.integers(0, draw(some.integers(1, 4)), size),
        "weight": random.uniform(0.3, 3, size) if draw(some.booleans()) else np.ones(size),
        "offset": random.normal(size=size) / 2 if draw(some.booleans()) else np.zeros(size),
    }


def fitted(rows, ties):
    return cox(
        rows["time"],
        rows["event"],
        rows["x"],
        stratum=rows["stratum"],
        entry=rows["entry"] if rows["late"] else None,
        ties=ties,
        weight=None if (rows["weight"] == 1).all() else rows["weight"],
        offset=rows["offset"] if rows["offset"].any() else None,
    )


@settings(deadline=None, max_examples=60)
@given(row_sets(), some.sampled_from(["efron", "breslow"]))
def test_the_sweep_is_the_definition(rows, ties):
    if not rows["event"].any():
        with pytest.raises(NotEstimable):
            fitted(rows, ties)
        return
    fit = fitted(rows, ties)
    zero = np.zeros(rows["x"].shape[1])
    value, score, _ = slow(rows, zero, ties)
    assert fit.log_likelihood_null == pytest.approx(value, rel=1e-11, abs=1e-11)
    kept = np.array(
        [state not in {Absent.NO_VARIANCE, Absent.COLLINEAR} for state in fit.coefficients]
    )
    assert fit.score[kept] == pytest.approx(score[kept], rel=1e-9, abs=1e-9)
    assert score[~kept] == pytest.approx(0 * score[~kept], abs=1e-9) or not kept.all()
    if any(isinstance(value, Absent) for value in fit.coefficients):
        return
    beta = fit.last_iterate
    value, score, information = slow(rows, beta, ties)
    assert fit.log_likelihood == pytest.approx(value, rel=1e-11, abs=1e-11)
    assert score == pytest.approx(np.zeros(beta.size), abs=1e-7)
    assert fit.covariance @ information == pytest.approx(np.eye(beta.size), abs=1e-7)
    residual = diagnostics.martingale_residuals(fit)
    assert residual == pytest.approx(slow_martingale(rows, beta, ties), abs=1e-9)
    residual = diagnostics.score_residuals(fit)
    assert residual == pytest.approx(slow_score_residuals(rows, beta, ties), abs=1e-9)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("power", [1.0, 10.0, 30.0, 100.0])
def test_late_rows_leave_no_trace_before_they_enter(power, ties):
    """Risk scores far beyond 1e16 times those before them: a difference would be rounding.

    Sums are made anew once six of their sixteen digits are gone: hence 1e-9.
    """
    random = np.random.default_rng(12)
    entry = random.integers(0, 20, 40).astype(float)
    rows = {
        "x": random.normal(size=(40, 2)),
        "time": entry + random.integers(1, 10, 40),
        "event": random.random(40) < 0.7,
        "entry": entry,
        "late": True,
        "stratum": random.integers(0, 2, 40),
        "weight": np.ones(40),
        "offset": np.zeros(40),
    }
    data = fitted(rows, ties).data
    known = records(data.covariates, data.cells)
    beta = np.array([power, -power / 2])
    denominator, expected, information = sweep(known, beta * known.scale, ties)
    value, score, slow_information = slow(rows, beta, ties)
    areas = np.outer(known.scale, known.scale)
    assert known.observed @ (beta * known.scale) - denominator == pytest.approx(value, rel=1e-12)
    assert known.observed - expected == pytest.approx(score / known.scale, abs=1e-9)
    assert information == pytest.approx(slow_information / areas, abs=1e-9)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_newton_twice(ties):
    random = np.random.default_rng(7)
    rows = {
        "x": random.normal(size=(80, 3)),
        "time": random.integers(1, 15, 80).astype(float),
        "event": random.random(80) < 0.6,
        "entry": np.full(80, -np.inf),
        "late": False,
        "stratum": random.integers(0, 2, 80),
        "weight": random.uniform(0.5, 2, 80),
        "offset": np.zeros(80),
    }
    assert fitted(rows, ties).last_iterate == pytest.approx(slow_fit(rows, ties), rel=1e-10)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("weighted", [False, True])
def test_like_rows_may_be_one_record(ties, weighted):
    """Collapsed and uncollapsed rows give the same fit."""
    random = np.random.default_rng(11)
    size = 4000
    x = np.column_stack([random.integers(0, 2, size), random.integers(1, 4, size)]).astype(float)
    time = np.ceil(random.exponential(20, size)).clip(max=25)
    event = random.random(size) < 0.7
    weight = random.uniform(0.5, 2, size) if weighted else None
    stratum = random.integers(0, 3, size)
    one = cox(time, event, x, stratum=stratum, weight=weight, ties=ties)
    # a negligible offset keeps rows apart
    other = cox(time, event, x, stratum=stratum, weight=weight, ties=ties, offset=np.zeros(size))
    together = records(one.data.covariates, one.data.cells, weight=one.data.weight)
    assert together.design.shape[1] < size / 4
    assert one.last_iterate == pytest.approx(other.last_iterate, rel=1e-11)
    assert one.covariance == pytest.approx(other.covariance, rel=1e-10)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-12)


def has_no_maximum(time, event, x):
    """Ask a linear program for a direction in which no event is ever outdone (and some outdo)."""
    pairs = [x[i] - x[k] for i in np.flatnonzero(event) for k in np.flatnonzero(time >= time[i])]
    away = np.array(pairs)
    best = linprog(-away.sum(axis=0), A_ub=-away, b_ub=np.zeros(len(away)), bounds=(-1, 1))
    return -best.fun > 1e-7


@settings(deadline=None, max_examples=150)
@given(some.integers(0, 2**32 - 1), some.integers(4, 14), some.integers(1, 3), some.booleans())
def test_infinite_coefficients_are_those_of_a_linear_program(seed, size, columns, coarse):
    random = np.random.default_rng(seed)
    x = random.normal(size=(size, columns))
    x = (x > 0).astype(float) if coarse else x.round(1)
    time = random.integers(1, 9, size).astype(float)
    event = random.random(size) < 0.6
    event[0] = True
    fit = cox(time, event, x)
    kept = [
        j
        for j, state in enumerate(fit.coefficients)
        if state not in {Absent.NO_VARIANCE, Absent.COLLINEAR}
    ]
    if kept:
        infinite = Absent.MONOTONE_LIKELIHOOD in fit.coefficients
        assert infinite == has_no_maximum(time, event, x[:, kept])

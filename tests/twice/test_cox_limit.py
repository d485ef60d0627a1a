"""Small Cox models with late entry, often without a maximum, once more by their definition.

Every risk set is summed by itself with `logsumexp`; whether a coefficient is infinite is asked
of a linear program that knows all comparisons; the highest log likelihood is climbed to along
the directions that have information left.
"""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.special import logsumexp

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent


def design(seed):
    """A dozen rows, one to three covariates, in units that differ, and up to three strata."""
    random = np.random.default_rng(seed)
    size, columns = int(random.integers(4, 25)), int(random.integers(1, 4))
    entry = random.integers(-6, 15, size).astype(float)
    time = entry + random.integers(1, 10, size)
    event = random.random(size) < 0.5
    event[0] = True
    stratum = random.integers(0, random.integers(1, 4), size)
    x = random.normal(size=(size, columns)) * np.array([1, 30, 0.1])[:columns]
    if seed % 5 == 0:
        x[:, 0] = x[:, 0] > 0
    return time, event, x.round(3), stratum, entry


def risk_sets(time, event, stratum, entry, ties):
    """Yield for every step of every tie: who is at risk, who has the event, and shares of r."""
    for where in np.unique(stratum):
        for at in np.unique(time[(stratum == where) & event]):
            at_risk = (stratum == where) & (entry < at) & (time >= at)
            tied = at_risk & event & (time == at)
            for k in range(tied.sum()):
                lost = k / tied.sum() if ties == "efron" else 0.0
                yield at_risk, tied, np.where(tied, 1 - lost, 1.0)


def evaluate(steps, x, beta):
    score, size = x @ beta, x.shape[1]
    height, slope, information = 0.0, np.zeros(size), np.zeros((size, size))
    for at_risk, tied, share in steps:
        log_risk = score[at_risk] + np.log(share[at_risk])
        whole = logsumexp(log_risk)
        chance = np.exp(log_risk - whole)
        away = x[at_risk] - chance @ x[at_risk]
        height += score[tied].mean() - whole
        slope += x[tied].mean(axis=0) - chance @ x[at_risk]
        information += (away.T * chance) @ away
    return height, slope, information


def highest(steps, x):
    """Climb by Newton's steps until they gain nothing; what is left is less than 1e-7."""
    beta = np.zeros(x.shape[1])
    here = evaluate(steps, x, beta)
    for _ in range(200):
        size, direction = np.linalg.eigh(here[2])
        some = size > 1e-15 * max(size[-1], 1e-6)
        step = direction[:, some] @ ((direction.T @ here[1])[some] / size[some])
        for fraction in 0.5 ** np.arange(40):
            there = evaluate(steps, x, beta + fraction * step)
            if there[0] >= here[0] - 1e-14 * (1 + abs(here[0])):
                break
        else:
            break
        beta, gain, here = beta + fraction * step, here[1] @ step, there
        if gain < 1e-15:
            break
    return here[0]


def has_no_maximum(steps, x):
    pairs = [
        x[i] - x[k]
        for at_risk, tied, _ in steps
        for i in np.flatnonzero(tied)
        for k in np.flatnonzero(at_risk)
    ]
    away = np.array(pairs) / np.abs(x).max(axis=0)
    best = linprog(-away.sum(axis=0), A_ub=-away, b_ub=np.zeros(len(away)), bounds=(-1, 1))
    return -best.fun > 1e-9


@pytest.mark.parametrize("block", range(10))
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_likelihood_ratio_is_that_of_the_definition(block, ties):
    infinite = 0
    for seed in range(block * 15, block * 15 + 15):
        time, event, x, stratum, entry = design(seed)
        steps = list(risk_sets(time, event, stratum, entry, ties))
        fit = cox(time, event, x, stratum=stratum, entry=entry, ties=ties)
        null, best = evaluate(steps, x, np.zeros(x.shape[1]))[0], highest(steps, x)
        assert (Absent.MONOTONE_LIKELIHOOD in fit.coefficients) == has_no_maximum(steps, x)
        assert fit.log_likelihood_null == pytest.approx(null, abs=1e-12)
        assert fit.log_likelihood == pytest.approx(best, abs=1e-7)
        assert fit.log_likelihood <= 0
        if fit.likelihood_ratio.degrees_of_freedom:
            statistic = fit.likelihood_ratio.statistic
            z = statistic**2 if fit.likelihood_ratio.degrees_of_freedom == 1 else statistic
            assert z == pytest.approx(2 * (best - null), abs=1e-6)
        infinite += Absent.MONOTONE_LIKELIHOOD in fit.coefficients
    assert infinite

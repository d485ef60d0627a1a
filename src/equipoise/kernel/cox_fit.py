"""A Cox model from its rows to its numbers: places, records, Newton, and what went wrong.

Covariates that add nothing to those before them are found at β = 0 and left out, as R does;
a likelihood without a maximum is recognized while it is climbed, and checked in the data.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.errors import DidNotConverge
from equipoise.kernel.arrays import Codes, Flags, Matrix, Vector
from equipoise.kernel.cox import evaluate, workspace
from equipoise.kernel.cox_records import Records
from equipoise.kernel.newton import (
    CONVERGED,
    DIVERGING,
    PIVOT,
    SINGULAR,
    cholesky,
    maximize,
)
from equipoise.kernel.recession import SMALL, infinite_along, infinite_anywhere

Ties = Literal["efron", "breslow"]
INFORMATIVE = 1e-11  # least information of a scaled covariate, per event


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest point found, in the original units of the covariates."""

    beta: Vector  # 0 where left out; the last iterate where infinite
    covariance: Matrix  # inverse information; 0 for coefficients that do not exist
    score: Vector  # at β = 0, of the covariates kept
    score_chi_square: float
    log_likelihood_null: float
    log_likelihood: float
    iterations: int
    flat: Flags  # no information at all: constant among those at risk
    dependent: Flags  # a linear combination of the covariates before it
    infinite: Flags  # the likelihood has no maximum

    @property
    def kept(self) -> Flags:
        """Covariates that are in the model."""
        return ~(self.flat | self.dependent)


def climb(records: Records, ties: Ties, tolerance: float, iterations: int) -> Peak:
    """Maximize the partial likelihood.

    Raises:
        DidNotConverge: when the iterations are used up without a reason.
    """
    columns = records.design.shape[0]
    run = _maximize(records, np.zeros(columns), ties, tolerance, iterations, wary=True)
    flat = dependent = np.zeros(columns, dtype=np.bool_)
    kept = records
    if run.state == SINGULAR:
        flat, dependent = _redundant(run.information, float(records.deaths @ records.mean_weight))
        kept = _only(records, ~(flat | dependent))
        run = _maximize(kept, np.zeros(kept.scale.size), ties, tolerance, iterations, wary=True)
    infinite = None
    if run.state == DIVERGING:
        infinite = infinite_along(kept, run.step)
    if run.state != CONVERGED and infinite is None:
        infinite = infinite_anywhere(kept, run.first_score)
    if run.state == DIVERGING and infinite is None:
        run = _resume(kept, run, ties, tolerance, iterations)
    if infinite is not None:
        # log L nears its limit as -c e^{-t}, where what is left to gain is the step's own gain
        run = replace(run, height=run.height + float(run.score @ run.step))
        infinite |= np.abs(run.step) >= SMALL * np.abs(run.step).max()
    elif run.state != CONVERGED:
        iterate = [float(f"{value:.9g}") for value in run.beta / kept.scale]
        raise DidNotConverge(
            f"The Cox model did not converge in {run.iterations} iterations; the coefficients "
            f"stood at {iterate}. Allow more iterations, or leave out covariates that nearly "
            "repeat each other."
        )
    if infinite is None:
        infinite = np.zeros(kept.scale.size, dtype=np.bool_)
    return _peak(records, kept, run, (flat, dependent, infinite))


@dataclass(frozen=True, slots=True)
class _Run:
    """What `maximize` gives, by name."""

    state: int
    iterations: int
    beta: Vector
    height: float
    score: Vector
    information: Matrix
    step: Vector
    first_height: float
    first_score: Vector
    first_information: Matrix


def _maximize(
    records: Records, beta: Vector, ties: Ties, tolerance: float, iterations: int, *, wary: bool
) -> _Run:
    return _Run(
        *maximize(
            beta,
            records.observed,
            records.reach,
            *arguments(records),
            ties == "efron",
            wary,
            tolerance,
            iterations,
        )
    )


def _resume(records: Records, run: _Run, ties: Ties, tolerance: float, iterations: int) -> _Run:
    """Climb on from where a suspicion arose, without it."""
    left = max(iterations - run.iterations, 1)
    further = _maximize(records, run.beta, ties, tolerance, left, wary=False)
    return replace(
        further,
        iterations=run.iterations + further.iterations,
        first_height=run.first_height,
        first_score=run.first_score,
        first_information=run.first_information,
    )


def arguments(records: Records) -> tuple[Matrix, Vector, Codes, Codes, Codes, Codes, Vector]:
    """List the arrays that the compiled sweep takes, in its order."""
    return (
        records.design,
        records.risk_weight,
        records.place,
        records.before,
        records.start,
        records.deaths,
        records.mean_weight,
    )


def sweep(
    records: Records, beta: Vector, ties: Ties, multiplier: Vector | None = None
) -> tuple[float, Vector, Matrix]:
    """Evaluate the model once at scaled coefficients; see `kernel.cox.evaluate`."""
    weights = np.ones(records.deaths.size) if multiplier is None else multiplier
    space = workspace(records.design, records.before, records.start)
    return evaluate(beta, *arguments(records), weights, ties == "efron", space)


def _redundant(information: Matrix, events: float) -> tuple[Flags, Flags]:
    """Find covariates without information, and those that repeat others before them."""
    flat = np.diag(information) <= INFORMATIVE * events
    dependent = np.zeros_like(flat)
    while True:
        kept = np.flatnonzero(~(flat | dependent))
        _, column = cholesky(np.ascontiguousarray(information[np.ix_(kept, kept)]), PIVOT)
        if column < 0:
            return flat, dependent
        dependent[kept[column]] = True


def _only(records: Records, kept: Flags) -> Records:
    return replace(
        records,
        design=np.ascontiguousarray(records.design[kept]),
        observed=records.observed[kept],
        center=records.center[:, kept],
        scale=records.scale[kept],
        reach=records.reach[kept],
    )


def _peak(records: Records, kept: Records, run: _Run, states: tuple[Flags, Flags, Flags]) -> Peak:
    """Return to the covariates' own units and full number."""
    flat, dependent, infinite = states
    columns = records.scale.size
    inside = np.flatnonzero(~(flat | dependent))
    finite = ~infinite
    covariance = np.zeros((columns, columns))
    inverse = np.linalg.inv(run.information)[np.ix_(finite, finite)]
    rows = inside[finite]
    scale = kept.scale[finite]
    covariance[np.ix_(rows, rows)] = inverse / np.outer(scale, scale)
    beta = np.zeros(columns)
    beta[inside] = run.beta / kept.scale
    score = np.zeros(columns)
    score[inside] = run.first_score * kept.scale
    never_ends = np.zeros(columns, dtype=np.bool_)
    never_ends[inside] = infinite
    chi_square = float(run.first_score @ np.linalg.solve(run.first_information, run.first_score))
    return Peak(
        beta=beta,
        covariance=covariance,
        score=score,
        score_chi_square=chi_square,
        log_likelihood_null=run.first_height + records.observed_offset,
        log_likelihood=run.height + records.observed_offset,
        iterations=run.iterations,
        flat=flat,
        dependent=dependent,
        infinite=never_ends,
    )

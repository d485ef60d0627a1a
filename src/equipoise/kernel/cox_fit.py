"""A Cox model from its rows to its numbers: places, records, Newton, and what went wrong.

Covariates that add nothing to those before them are found at β = 0 and left out, as R does;
a likelihood without a maximum is recognized while it is climbed, and checked in the data.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.errors import DidNotConverge
from equipoise.kernel.arrays import Flags, Matrix, Vector, frozen
from equipoise.kernel.cox import evaluate
from equipoise.kernel.cox_limit import limit
from equipoise.kernel.cox_records import Records
from equipoise.kernel.cox_sums import workspace
from equipoise.kernel.newton import FLAT, PIVOT, Climb, Likelihood, State, cholesky, maximize
from equipoise.kernel.recession import SMALL, infinite_along, infinite_anywhere

Ties = Literal["efron", "breslow"]
FEW_PAIRS = 300_000  # of rows and cells: a millisecond a step of climbing to a limit
MANY_PAIRS = 100_000_000  # half a second a step


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
    flat = dependent = np.zeros(records.scale.size, dtype=np.bool_)
    kept, likelihood = records, Likelihood(records, efron=ties == "efron")
    origin = np.zeros(records.scale.size)
    run = maximize(likelihood, origin, wary=True, tolerance=tolerance, most=iterations)
    if run.state is State.SINGULAR:
        flat, dependent = _redundant(run.top.information, likelihood.least_information)
        kept = _only(records, ~(flat | dependent))
        likelihood = Likelihood(kept, efron=ties == "efron")
        origin = np.zeros(kept.scale.size)
        run = maximize(likelihood, origin, wary=True, tolerance=tolerance, most=iterations)
    infinite = None
    if run.state is State.DIVERGING:
        infinite = infinite_along(kept, run.step)
    if run.state is not State.CONVERGED and infinite is None:
        infinite = infinite_anywhere(kept, run.first.score)
    if run.state is State.DIVERGING and infinite is None:
        run = _resume(likelihood, run, tolerance, iterations)
    if infinite is not None:
        run, infinite = _at_limit(likelihood, run, infinite)
    elif run.state is not State.CONVERGED:
        iterate = [float(f"{value:.9g}") for value in run.top.beta / kept.scale]
        raise DidNotConverge(
            f"The Cox model did not converge in {run.iterations} iterations; the coefficients "
            f"stood at {iterate}. Allow more iterations, or leave out covariates that nearly "
            "repeat each other."
        )
    else:
        infinite = np.zeros(kept.scale.size, dtype=np.bool_)
    return _peak(records, kept, run, (flat, dependent, infinite))


def _at_limit(likelihood: Likelihood, run: Climb, infinite: Flags) -> tuple[Climb, Flags]:
    """Give the limit of the likelihood, and all coefficients that are infinite there."""
    infinite = infinite | (np.abs(run.step) >= SMALL * np.abs(run.step).max())
    # log L nears its limit as -c e^{-t}, where what is left to gain is the step's own gain
    left = float(run.top.score @ run.step)
    top = replace(run.top, height=run.top.height + left)
    pairs = MANY_PAIRS if left > FLAT else FEW_PAIRS  # did the climb end early?
    top = limit(likelihood.records, run.top.beta, efron=likelihood.efron, most_pairs=pairs) or top
    rest = np.flatnonzero(~infinite)  # some may have no information left there
    inside = top.information[np.ix_(rest, rest)]
    infinite[rest] = np.logical_or(*_redundant(inside, likelihood.least_information))
    top = replace(top, beta=np.where(infinite, run.top.beta, top.beta))  # e^{xβ} stays a number
    return replace(run, top=top), infinite


def _resume(likelihood: Likelihood, run: Climb, tolerance: float, iterations: int) -> Climb:
    """Climb on from where a suspicion arose, without it."""
    left = max(iterations - run.iterations, 1)
    further = maximize(likelihood, run.top.beta, wary=False, tolerance=tolerance, most=left)
    return replace(further, iterations=run.iterations + further.iterations, first=run.first)


def sweep(
    records: Records, beta: Vector, ties: Ties, multiplier: Vector | None = None
) -> tuple[float, Vector, Matrix]:
    """Evaluate the model once at scaled coefficients; see `kernel.cox.evaluate`."""
    weights = np.ones(records.deaths.size) if multiplier is None else multiplier
    return evaluate(records, beta, weights, workspace(records), efron=ties == "efron")


def _redundant(information: Matrix, least: float) -> tuple[Flags, Flags]:
    """Find covariates without information, and those that repeat others before them."""
    flat = np.diag(information) <= least
    dependent = np.zeros_like(flat)
    while True:
        kept = np.flatnonzero(~(flat | dependent))
        _, column = cholesky(information[np.ix_(kept, kept)], PIVOT, least)
        if column < 0:
            return flat, dependent
        dependent[kept[column]] = True


def _only(records: Records, kept: Flags) -> Records:
    return replace(
        records,
        design=frozen(records.design[kept]),
        observed=frozen(records.observed[kept]),
        center=frozen(records.center[:, kept]),
        scale=frozen(records.scale[kept]),
        reach=frozen(records.reach[kept]),
    )


def _peak(records: Records, kept: Records, run: Climb, states: tuple[Flags, Flags, Flags]) -> Peak:
    """Return to the covariates' own units and full number."""
    flat, dependent, infinite = states
    columns = records.scale.size
    inside = np.flatnonzero(~(flat | dependent))
    finite = ~infinite
    covariance = np.zeros((columns, columns))
    inverse = np.linalg.inv(run.top.information[np.ix_(finite, finite)])
    rows = inside[finite]
    scale = kept.scale[finite]
    covariance[np.ix_(rows, rows)] = inverse / np.outer(scale, scale)
    beta = np.zeros(columns)
    beta[inside] = run.top.beta / kept.scale
    score = np.zeros(columns)
    score[inside] = run.first.score * kept.scale
    never_ends = np.zeros(columns, dtype=np.bool_)
    never_ends[inside] = infinite
    chi_square = float(run.first.score @ np.linalg.solve(run.first.information, run.first.score))
    # a likelihood is no probability above 1, except by rounding (or with weights other than 1)
    most = 0.0 if (records.mean_weight[records.deaths > 0] == 1.0).all() else np.inf
    return Peak(
        beta=beta,
        covariance=covariance,
        score=score,
        score_chi_square=chi_square,
        log_likelihood_null=run.first.height + records.observed_offset,
        log_likelihood=min(run.top.height + records.observed_offset, most),
        iterations=run.iterations,
        flat=flat,
        dependent=dependent,
        infinite=never_ends,
    )

"""Where a partial likelihood without a maximum is heading.

In such a direction log L nears its limit as -c e^{-gt}.  If two patients nearly agree g is
small, and the risk scores of others are past e^±700 long before the limit is near.  So every
risk set is summed by itself here, relative to its largest risk score and with covariates as
differences from that patient's:

    log S₀ = η* + log Σ w e^{η - η*},      a = x - x*

Nothing overflows or cancels, at the price of rows x cells for every step.  Directions in which
the information has come down to rounding are done, and are left out of Newton's step.
"""

from dataclasses import replace

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.cox_records import Records
from equipoise.kernel.newton import Likelihood, Point, rise

ROUNDING = 1e-15  # of the largest information: none
REACHED = 1e-13  # gain in log likelihood
STEPS = 200


def limit(records: Records, beta: Vector, *, efron: bool, most_pairs: int) -> Point | None:
    """Climb from β until nothing is left to gain; None with more pairs of row and cell."""
    if records.place.size * records.deaths.size > most_pairs:
        return None
    likelihood = _Direct(records, efron=efron)
    here = likelihood.at(beta)
    gain = 0.0
    for _ in range(STEPS):
        size, direction = np.linalg.eigh(here.information)
        some = size > ROUNDING * size[-1]
        along = direction[:, some].T @ here.score
        step = direction[:, some] @ (along / size[some])
        gain = float(here.score @ step)
        higher = rise(likelihood, here, step, gain) if gain > REACHED else None
        if higher is None:
            break
        here = higher
    return replace(here, height=here.height + gain)


class _Direct(Likelihood):
    """The partial likelihood summed one risk set at a time, for coefficients of any size."""

    def at(self, beta: Vector) -> Point:
        records = self.records
        first = records.before + 1
        if not records.before.size:  # the cell after that without events
            own = np.repeat(records.start[:-1] + 1, np.diff(records.start))
            first = own[records.place >> 1]
        denominator, expected, information = _evaluate(
            records.design,
            beta @ records.design,
            records.risk_weight,
            first,
            records.place,
            records.deaths,
            records.mean_weight,
            self.efron,
        )
        terms = records.observed * beta
        size = float(np.abs(terms).sum()) + abs(denominator) + 1.0
        height = float(terms.sum()) - denominator
        return Point(beta, height, records.observed - expected, information, size)

    def within_reach(self, beta: Vector) -> bool:
        return bool(np.isfinite(beta).all())


@compiled
def _evaluate(
    design: Matrix,
    score: Vector,
    risk_weight: Vector,
    first: Codes,
    place: Codes,
    deaths: Codes,
    mean_weight: Vector,
    efron: bool,  # noqa: FBT001 - compiled code has no keywords
) -> tuple[float, Vector, Matrix]:
    """Sum over the cells with events: Σ log-denominators, expected Σ w x, information."""
    columns, rows = design.shape
    log_denominator = 0.0
    expected, information = np.zeros(columns), np.zeros((columns, columns))
    away = np.empty(columns)
    total, linear, square = np.empty(2), np.empty((2, columns)), np.empty((2, columns, columns))
    for cell in range(deaths.size):
        if deaths[cell] == 0:
            continue
        top = _highest(cell, score, risk_weight, first, place)
        total[:], linear[:], square[:] = 0.0, 0.0, 0.0  # of all at risk, and of those tied
        for i in range(rows):
            if not first[i] <= cell <= place[i] >> 1:
                continue
            risk = risk_weight[i] * np.exp(score[i] - score[top])
            away[:] = design[:, i] - design[:, top]
            for group in range(2 if place[i] == 2 * cell + 1 else 1):
                total[group] += risk
                for j in range(columns):
                    linear[group, j] += risk * away[j]
                    for k in range(columns):
                        square[group, j, k] += risk * away[j] * away[k]
        weight = mean_weight[cell]
        for tie in range(deaths[cell]):
            share = tie / deaths[cell] if efron else 0.0
            left = total[0] - share * total[1]
            mean = (linear[0] - share * linear[1]) / left
            log_denominator += weight * (np.log(left) + score[top])
            expected += weight * (mean + design[:, top])
            spread = (square[0] - share * square[1]) / left
            information += weight * (spread - np.outer(mean, mean))
    return log_denominator, expected, information


@compiled
def _highest(cell: int, score: Vector, risk_weight: Vector, first: Codes, place: Codes) -> int:
    """Find the row with the highest score among those at risk in a cell."""
    top = -1
    for i in range(score.size):
        if first[i] <= cell <= place[i] >> 1 and risk_weight[i] > 0.0:
            top = i if top < 0 or score[i] > score[top] else top
    return top

"""How likely the order of the events is, given who was at risk: Cox's partial likelihood.

With risk score r = w e^{xβ + offset}, at an event time with d tied events of mean weight w̄,

    log L = Σ w (xβ + offset) - Σ_times w̄ Σ_{k<d} log(S₀ - (k/d) D₀)       (Efron 1977)

where S₀ sums r over all at risk and D₀ over the tied events; Breslow has D₀ = 0.  Each
term is a small step h of the baseline hazard, so that score and information are sums over
rows and cells (ibid.; Therneau & Grambsch 2000, §3.3), with H the cumulative steps:

    U = Σ w x - Σ_cells (h₁ S₁ - (h₁ - h₂) D₁),   I = Σ_rows r H x xᵀ - Σ_cells w̄ Σ_k x̄ₖ x̄ₖᵀ

h₁ is a cell's step for those who stay, h₂ for those tied in it.  One pass over the rows fills
the cells, one backwards over the cells gives S, one forward gives h, and one over the rows
Σ r H x xᵀ.
"""

import math

import numpy as np
from numba import njit

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.cox_records import Records
from equipoise.kernel.cox_sums import BLOCK, CANCELLED, Space, add, fill

HUGE, TINY = 1e250, 1e-250


def evaluate(
    records: Records, beta: Vector, multiplier: Vector, space: Space, *, efron: bool
) -> tuple[float, Vector, Matrix]:
    """Sweep once: Σ log-denominators, expected Σ w x, information.

    `multiplier` weights each cell's contribution to the last two (1 for the likelihood).
    """
    fill(records, beta, space)
    log_denominator, expected, information = _sweep(
        space.sums,
        records.start,
        records.deaths,
        records.mean_weight,
        multiplier,
        efron,
        space.step,
        space.hazard,
    )
    _weigh(space.risk, records.place, records.before, space.step, space.hazard)
    _add_gram(records.design, space.risk, information)
    return log_denominator, expected, information


@compiled
def _sweep(
    sums: Matrix,
    start: Codes,
    deaths: Codes,
    mean_weight: Vector,
    multiplier: Vector,
    efron: bool,  # noqa: FBT001 - compiled code has no keywords
    step: Vector,
    hazard: Vector,
) -> tuple[float, Vector, Matrix]:
    """Go through each stratum's cells, and cumulate their hazards."""
    columns = sums.shape[1] - 1
    log_denominator, log_lost = 0.0, 0.0
    expected = np.zeros(columns)
    information = np.zeros((columns, columns))
    product, last_weight = 1.0, 1.0  # of single events' risk sets: one log for many
    mean, tied = np.empty(columns), np.empty(columns)  # S₁ and D₁, divided by S₀
    for s in range(start.size - 1):
        for cell in range(start[s] + 1, start[s + 1]):
            at_risk = sums[2 * cell, 0]
            inverse = 1.0 / at_risk
            log_term, staying, leaving, square, cross, own = steps(
                sums[2 * cell + 1, 0] * inverse, deaths[cell], efron
            )
            weight = mean_weight[cell]
            if deaths[cell] == 1:
                if weight != last_weight or not TINY < product * at_risk < HUGE:
                    log_denominator, log_lost = add(
                        log_denominator, log_lost, last_weight * math.log(product)
                    )
                    product, last_weight = 1.0, weight
                product *= at_risk
            else:
                log_term += deaths[cell] * math.log(at_risk)
                log_denominator, log_lost = add(log_denominator, log_lost, weight * log_term)
            weight *= multiplier[cell]
            stay, leave, earlier = 2 * cell, 2 * cell + 1, 2 * cell - 2  # places
            step[stay] = weight * inverse * staying
            step[leave] = weight * inverse * leaving
            hazard[stay] = hazard[earlier] + step[stay]
            hazard[leave] = hazard[earlier] + step[leave]
            for j in range(columns):
                mean[j] = sums[2 * cell, j + 1] * inverse
                tied[j] = sums[2 * cell + 1, j + 1] * inverse
            for j in range(columns):
                expected[j] += weight * (staying * mean[j] - (staying - leaving) * tied[j])
                left = weight * (square * mean[j] - cross * tied[j])
                right = weight * (cross * mean[j] - own * tied[j])
                for k in range(j, columns):
                    information[j, k] -= left * mean[k] - right * tied[k]
    return log_denominator + last_weight * math.log(product), expected, information


@compiled
def steps(
    tied: float,
    deaths: int,
    efron: bool,  # noqa: FBT001 - compiled code has no keywords
) -> tuple[float, float, float, float, float, float]:
    """Sum over a cell's events, with f = k/d and z = 1 - f D₀/S₀ (Breslow: f = 0).

    Σ log z, then Σ 1/z, Σ (1-f)/z, and Σ 1/z², Σ f/z², Σ f²/z²; `tied` is D₀/S₀.  Being shares of
    S₀ they neither overflow nor vanish, however large or small the risk scores.
    """
    if deaths == 1 or not efron:
        return 0.0, float(deaths), float(deaths), float(deaths), 0.0, 0.0
    log_sum, product = 0.0, 1.0
    staying = leaving = square = cross = own = 0.0
    for k in range(deaths):
        f = k / deaths
        z = 1.0 - f * tied
        product *= z
        if product < TINY:
            log_sum += math.log(product)
            product = 1.0
        inverse = 1.0 / z
        staying += inverse
        leaving += (1.0 - f) * inverse
        square += inverse * inverse
        cross += f * inverse * inverse
        own += f * f * inverse * inverse
    return log_sum + math.log(product), staying, leaving, square, cross, own


@compiled
def _weigh(risk: Vector, place: Codes, before: Codes, step: Vector, hazard: Vector) -> None:
    """Multiply every row's risk score by the hazard it gathered while at risk.

    Where little came after its entry, the difference has lost its digits: add the steps up.
    """
    if not before.size:
        for i in range(risk.size):
            risk[i] *= hazard[place[i]]
        return
    for i in range(risk.size):
        gathered = hazard[place[i]] - hazard[2 * before[i]]
        if not abs(gathered) > CANCELLED * abs(hazard[place[i]]):
            last = place[i] >> 1
            gathered = step[place[i]] if before[i] < last else 0.0
            for cell in range(before[i] + 1, last):
                gathered += step[2 * cell]
        risk[i] *= gathered


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})  # type: ignore[misc, unused-ignore]
def _add_gram(design: Matrix, mass: Vector, information: Matrix) -> None:
    """Add Σ r H x xᵀ over the rows to the upper triangle; the lower becomes its mirror."""
    columns, rows = design.shape
    weighted = np.empty(BLOCK)
    for low in range(0, rows, BLOCK):
        high = min(low + BLOCK, rows)
        part = mass[low:high]
        for j in range(columns):
            x = design[j, low:high]
            for i in range(part.size):
                weighted[i] = part[i] * x[i]
            for k in range(j, columns):
                y, total = design[k, low:high], 0.0
                for i in range(part.size):
                    total += weighted[i] * y[i]
                information[j, k] += total
                information[k, j] = information[j, k]

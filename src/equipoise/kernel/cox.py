"""How likely the order of the events is, given who was at risk: Cox's partial likelihood.

With risk score r = w e^{xβ + offset}, at an event time with d tied events of mean weight w̄,

    log L = Σ w (xβ + offset) - Σ_times w̄ Σ_{k<d} log(S₀ - (k/d) D₀)       (Efron 1977)

where S₀ sums r over all at risk and D₀ over the tied events; Breslow has D₀ = 0.  Each
term is a small step h of the baseline hazard, so that score and information are sums over
rows and cells (ibid.; Therneau & Grambsch 2000, §3.3), with H the cumulative steps:

    U = Σ w x - Σ_cells (h₁ S₁ - (h₁ - h₂) D₁),   I = Σ_rows r H x xᵀ - Σ_cells w̄ Σ_k x̄ₖ x̄ₖᵀ

h₁ is a cell's step for those who stay, h₂ for those tied in it.  One pass over the rows fills
the cells, one backwards over the cells gives S and h, one over the rows gives Σ r H x xᵀ.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.cox_records import Records
from equipoise.kernel.exponential import exponentiate

BLOCK = 512  # rows handled together, so that their risk scores stay in the fastest cache
HUGE, TINY = 1e250, 1e-250


@dataclass(frozen=True, slots=True)
class Space:
    """Room to work in, the same for every sweep over some records."""

    risk: Vector  # record → w e^{xβ + offset}
    sums: Matrix  # place x (r, r x): sums over the records there
    entered: Matrix  # cell x (r, r x): sums over the records that enter after it
    hazard: Vector  # place → hazard gathered there since the stratum began


def workspace(records: Records) -> Space:
    """Make room for any number of sweeps."""
    columns, rows = records.design.shape
    cells = records.deaths.size
    return Space(
        np.empty(rows),
        np.empty((2 * cells, columns + 1)),
        np.empty((cells if records.before.size else 0, columns + 1)),
        np.empty(2 * cells),
    )


def evaluate(
    records: Records, beta: Vector, multiplier: Vector, space: Space, *, efron: bool
) -> tuple[float, Vector, Matrix]:
    """Sweep once: Σ log-denominators, expected Σ w x, information.

    `multiplier` weights each cell's contribution to the last two (1 for the likelihood).
    """
    fill(records, beta, space)
    log_denominator, expected, information = _sweep(
        space.sums,
        space.entered,
        records.start,
        records.deaths,
        records.mean_weight,
        multiplier,
        efron,
        space.hazard,
    )
    _add_gram(records.design, space.risk, records.place, records.before, space.hazard, information)
    return log_denominator, expected, information


def fill(records: Records, beta: Vector, space: Space) -> None:
    """Compute the risk scores at scaled coefficients, and their sums by place."""
    space.sums.fill(0.0)
    _fill(beta, records.design, records.risk_weight, records.place, space.risk, space.sums)
    if records.before.size:
        space.entered.fill(0.0)
        _scatter(records.design, space.risk, records.before, space.entered)


@compiled
def _fill(
    beta: Vector, design: Matrix, risk_weight: Vector, place: Codes, risk: Vector, sums: Matrix
) -> None:
    """Go through the rows a block at a time: risk scores, then their sums by place."""
    rows = design.shape[1]
    for low in range(0, rows, BLOCK):
        high = min(low + BLOCK, rows)
        part = risk[low:high]
        for i in range(part.size):
            part[i] = 0.0
        moved = False
        for j in range(beta.size):
            slope = beta[j]
            if slope != 0.0:
                moved = True
                x = design[j, low:high]
                for i in range(part.size):
                    part[i] += slope * x[i]
        if moved:
            exponentiate(part)
            for i in range(part.size):
                part[i] *= risk_weight[low + i]
        else:
            for i in range(part.size):
                part[i] = risk_weight[low + i]
        _gather_runs(design, risk, place, low, high, sums)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})  # type: ignore[misc, unused-ignore]
def _gather_runs(
    design: Matrix, risk: Vector, place: Codes, low: int, high: int, sums: Matrix
) -> None:
    """Add r and r x of some rows to their places, a run of rows of one place at a time."""
    while low < high:
        here, end = place[low], low + 1
        while end < high and place[end] == here:
            end += 1
        run = risk[low:end]
        total = 0.0
        for i in range(run.size):
            total += run[i]
        sums[here, 0] += total
        for j in range(design.shape[0]):
            x = design[j, low:end]
            total = 0.0
            for i in range(run.size):
                total += run[i] * x[i]
            sums[here, j + 1] += total
        low = end


@compiled
def _scatter(design: Matrix, risk: Vector, where: Codes, sums: Matrix) -> None:
    """Add r and r x of the rows, in any order, to the cells where they belong."""
    for low in range(0, risk.size, BLOCK):
        high = min(low + BLOCK, risk.size)
        for i in range(low, high):
            sums[where[i], 0] += risk[i]
        for j in range(design.shape[0]):
            for i in range(low, high):
                sums[where[i], j + 1] += risk[i] * design[j, i]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})  # type: ignore[misc, unused-ignore]
def _add_gram(
    design: Matrix, risk: Vector, place: Codes, before: Codes, hazard: Vector, information: Matrix
) -> None:
    """Add Σ r H x xᵀ over the rows to the upper triangle; the lower becomes its mirror."""
    columns, rows = design.shape
    mass, weighted = np.empty(BLOCK), np.empty(BLOCK)
    for low in range(0, rows, BLOCK):
        size = min(BLOCK, rows - low)
        for i in range(size):
            mass[i] = risk[low + i] * hazard[place[low + i]]
        if before.size:
            for i in range(size):
                mass[i] -= risk[low + i] * hazard[2 * before[low + i]]
        for j in range(columns):
            x = design[j, low : low + size]
            for i in range(size):
                weighted[i] = mass[i] * x[i]
            for k in range(j, columns):
                y, total = design[k, low : low + size], 0.0
                for i in range(size):
                    total += weighted[i] * y[i]
                information[j, k] += total
                information[k, j] = information[j, k]


@compiled
def _sweep(
    sums: Matrix,
    entered: Matrix,
    start: Codes,
    deaths: Codes,
    mean_weight: Vector,
    multiplier: Vector,
    efron: bool,  # noqa: FBT001 - compiled code has no keywords
    hazard: Vector,
) -> tuple[float, Vector, Matrix]:
    """Go back through each stratum's cells, then forward to cumulate their hazards."""
    columns = sums.shape[1] - 1
    log_denominator, log_lost = 0.0, 0.0
    expected = np.zeros(columns)
    information = np.zeros((columns, columns))
    product, last_weight = 1.0, 1.0  # of single events' risk sets: one log for many
    at_risk, lost = np.empty(columns + 1), np.empty(columns + 1)
    mean, tied = np.empty(columns), np.empty(columns)  # S₁ and D₁, divided by S₀
    for s in range(start.size - 1):
        hazard[2 * start[s]] = hazard[2 * start[s] + 1] = 0.0
        at_risk[:] = 0.0
        lost[:] = 0.0
        for cell in range(start[s + 1] - 1, start[s], -1):
            for j in range(columns + 1):
                change = sums[2 * cell, j] + sums[2 * cell + 1, j]
                if entered.size:
                    change -= entered[cell, j]
                at_risk[j], lost[j] = add(at_risk[j], lost[j], change)
            inverse = 1.0 / at_risk[0]
            log_term, staying, leaving, square, cross, own = steps(
                sums[2 * cell + 1, 0] * inverse, deaths[cell], efron
            )
            weight = mean_weight[cell]
            if deaths[cell] == 1:
                if weight != last_weight or not TINY < product * at_risk[0] < HUGE:
                    log_denominator, log_lost = add(
                        log_denominator, log_lost, last_weight * math.log(product)
                    )
                    product, last_weight = 1.0, weight
                product *= at_risk[0]
            else:
                log_term += deaths[cell] * math.log(at_risk[0])
                log_denominator, log_lost = add(log_denominator, log_lost, weight * log_term)
            weight *= multiplier[cell]
            hazard[2 * cell] = weight * inverse * staying
            hazard[2 * cell + 1] = weight * inverse * leaving
            for j in range(columns):
                mean[j], tied[j] = at_risk[j + 1] * inverse, sums[2 * cell + 1, j + 1] * inverse
            for j in range(columns):
                expected[j] += weight * (staying * mean[j] - (staying - leaving) * tied[j])
                left = weight * (square * mean[j] - cross * tied[j])
                right = weight * (cross * mean[j] - own * tied[j])
                for k in range(j, columns):
                    information[j, k] -= left * mean[k] - right * tied[k]
        _cumulate(hazard, start[s] + 1, start[s + 1])
    return log_denominator + last_weight * math.log(product), expected, information


@compiled
def _cumulate(hazard: Vector, low: int, high: int) -> None:
    """Turn the steps of a stratum's cells into what was gathered by the end of each."""
    total = 0.0
    for cell in range(low, high):
        hazard[2 * cell + 1] += total
        total += hazard[2 * cell]
        hazard[2 * cell] = total


@compiled
def add(total: float, lost: float, change: float) -> tuple[float, float]:
    """Add with the digits lost so far carried along (Kahan 1965)."""
    exact = change + lost
    new = total + exact
    return new, exact - (new - total)


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

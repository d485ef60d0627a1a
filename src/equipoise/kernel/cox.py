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

import numpy as np
from numba import njit

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.exponential import exponentiate

BLOCK = 512  # rows handled together, so that their risk scores stay in the fastest cache
HUGE, TINY = 1e250, 1e-250


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def evaluate(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    beta: Vector,
    design: Matrix,
    risk_weight: Vector,
    place: Codes,
    before: Codes,
    start: Codes,
    deaths: Codes,
    mean_weight: Vector,
    multiplier: Vector,
    efron: bool,  # noqa: FBT001 - compiled code has no keywords
    space: tuple[Vector, Matrix, Matrix, Vector],
) -> tuple[float, Vector, Matrix]:
    """Sweep once: Σ log-denominators, expected Σ w x, information.

    `multiplier` weights each cell's contribution to the last two (1 for the likelihood).
    `space` is room to work in: risk scores by row, their sums by place and by cell before
    entry, and hazards by place: what a row that leaves there gathered since its stratum began.
    """
    columns, rows = design.shape
    risk, sums, entered, hazard = space
    sums[:] = 0.0
    entered[:] = 0.0
    for low in range(0, rows, BLOCK):
        high = min(low + BLOCK, rows)
        risk_scores(beta, design, risk_weight, low, high, risk)
        gather_runs(design, risk, place, low, high, sums)
        if before.size:
            scatter(design, risk, before, low, high, entered)
    log_denominator, expected, information = _sweep(
        sums, entered, start, deaths, mean_weight, multiplier, efron, hazard
    )
    gathered = np.empty(BLOCK)
    for low in range(0, rows, BLOCK):
        high = min(low + BLOCK, rows)
        for i in range(low, high):
            gathered[i - low] = risk[i] * hazard[place[i]]
        if before.size:
            for i in range(low, high):
                gathered[i - low] -= risk[i] * hazard[2 * before[i]]
        _gram(design, gathered, low, high, information)
    for j in range(columns):
        for k in range(j):
            information[j, k] = information[k, j]
    return log_denominator, expected, information


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def workspace(design: Matrix, before: Codes, start: Codes) -> tuple[Vector, Matrix, Matrix, Vector]:
    """Make room for any number of sweeps."""
    columns, rows = design.shape
    cells = start[-1]
    return (
        np.empty(rows),
        np.empty((2 * cells, columns + 1)),
        np.empty((cells if before.size else 0, columns + 1)),
        np.empty(2 * cells),
    )


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def risk_scores(
    beta: Vector, design: Matrix, risk_weight: Vector, low: int, high: int, risk: Vector
) -> None:
    """Fill in w e^{xβ} of some rows."""
    part = risk[low:high]
    part[:] = 0.0
    moved = False
    for j in range(beta.size):
        if beta[j] != 0.0:
            moved = True
            x = design[j, low:high]
            for i in range(part.size):
                part[i] += beta[j] * x[i]
    if moved:
        exponentiate(part)
        for i in range(part.size):
            part[i] *= risk_weight[low + i]
    else:
        part[:] = risk_weight[low:high]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})  # type: ignore[misc, unused-ignore]
def gather_runs(
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


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def scatter(design: Matrix, risk: Vector, where: Codes, low: int, high: int, sums: Matrix) -> None:
    """Add r and r x of some rows, in any order, to the cells where they belong."""
    for i in range(low, high):
        sums[where[i], 0] += risk[i]
    for j in range(design.shape[0]):
        for i in range(low, high):
            sums[where[i], j + 1] += risk[i] * design[j, i]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})  # type: ignore[misc, unused-ignore]
def _gram(design: Matrix, gathered: Vector, low: int, high: int, information: Matrix) -> None:
    """Add Σ r H x xᵀ of some rows to the upper triangle."""
    mass = gathered[: high - low]
    weighted = np.empty(mass.size)
    for j in range(design.shape[0]):
        x = design[j, low:high]
        for i in range(mass.size):
            weighted[i] = mass[i] * x[i]
        for k in range(j, design.shape[0]):
            y = design[k, low:high]
            total = 0.0
            for i in range(mass.size):
                total += weighted[i] * y[i]
            information[j, k] += total


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
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
    hazard[:] = 0.0
    at_risk, lost = np.empty(columns + 1), np.empty(columns + 1)
    for s in range(start.size - 1):
        at_risk[:] = 0.0
        lost[:] = 0.0
        for cell in range(start[s + 1] - 1, start[s], -1):
            tied = sums[2 * cell + 1]
            for j in range(columns + 1):
                change = sums[2 * cell, j] + tied[j]
                if entered.size:
                    change -= entered[cell, j]
                at_risk[j], lost[j] = add(at_risk[j], lost[j], change)
            log_term, staying, leaving, square, cross, own = steps(
                at_risk[0], tied[0], deaths[cell], efron
            )
            weight = mean_weight[cell]
            if deaths[cell] == 1:
                if weight != last_weight or not TINY < product < HUGE:
                    log_term, product = math.log(product), 1.0
                    log_denominator, log_lost = add(
                        log_denominator, log_lost, last_weight * log_term
                    )
                    last_weight = weight
                product *= at_risk[0]
            else:
                log_denominator, log_lost = add(log_denominator, log_lost, weight * log_term)
            weight *= multiplier[cell]
            hazard[2 * cell] = weight * staying
            hazard[2 * cell + 1] = weight * leaving
            for j in range(columns):
                a, b = at_risk[j + 1], tied[j + 1]
                expected[j] += weight * (staying * a - (staying - leaving) * b)
                left, right = square * a - cross * b, cross * a - own * b
                for k in range(j, columns):
                    information[j, k] -= weight * (left * at_risk[k + 1] - right * tied[k + 1])
        total = 0.0
        for cell in range(start[s] + 1, start[s + 1]):
            earlier = total
            total += hazard[2 * cell]
            hazard[2 * cell] = total
            hazard[2 * cell + 1] += earlier
    return log_denominator + last_weight * math.log(product), expected, information


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def add(total: float, lost: float, change: float) -> tuple[float, float]:
    """Add with the digits lost so far carried along (Kahan 1965)."""
    exact = change + lost
    new = total + exact
    return new, exact - (new - total)


@njit(cache=True, nogil=True)  # type: ignore[misc, unused-ignore]
def steps(
    at_risk: float,
    tied: float,
    deaths: int,
    efron: bool,  # noqa: FBT001 - compiled code has no keywords
) -> tuple[float, float, float, float, float, float]:
    """Sum over a cell's events, with f = k/d and z = S₀ - f D₀ (Breslow: f = 0).

    Σ log z (0 for a single event), then Σ 1/z, Σ (1-f)/z, and Σ 1/z², Σ f/z², Σ f²/z².
    """
    inverse = 1.0 / at_risk
    if deaths == 1:  # its log is taken with others'
        return 0.0, inverse, inverse, inverse * inverse, 0.0, 0.0
    if not efron:
        square = deaths * inverse * inverse
        return deaths * math.log(at_risk), deaths * inverse, deaths * inverse, square, 0.0, 0.0
    log_sum, product = 0.0, 1.0
    staying = leaving = square = cross = own = 0.0
    for k in range(deaths):
        f = k / deaths
        z = at_risk - f * tied
        product *= z
        if not TINY < product < HUGE:
            log_sum += math.log(product)
            product = 1.0
        inverse = 1.0 / z
        staying += inverse
        leaving += (1.0 - f) * inverse
        square += inverse * inverse
        cross += f * inverse * inverse
        own += f * f * inverse * inverse
    return log_sum + math.log(product), staying, leaving, square, cross, own

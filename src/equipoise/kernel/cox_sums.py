"""Risk scores, and their sums over everyone at risk when an event happens.

    r = w e^{xβ + offset},      S₀ = Σ r,   S₁ = Σ r x    over  before < cell ≤ exit

Rows are added up where they leave, then backwards over the cells of a stratum, and taken out
again where they enter late.  The digits that a sum loses are carried along; where those taken
out were nearly all of it, so that its digits went with them, it is summed anew.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.cox_records import Records
from equipoise.kernel.exponential import exponentiate

BLOCK = 512  # rows handled together, so that their risk scores stay in the fastest cache
CANCELLED = 1e-6  # share of a sum left by those who were taken out of it: its digits are gone


@dataclass(frozen=True, slots=True)
class Space:
    """Room to work in, the same for every sweep over some records."""

    risk: Vector  # record → w e^{xβ + offset}; after a sweep, times the hazard gathered
    sums: Matrix  # place x (r, r x): sums over those at risk in a cell, and those tied in it
    entered: Matrix  # cell x (r, r x): sums over the records that enter after it
    step: Vector  # place → hazard gathered in its cell
    hazard: Vector  # place → hazard gathered there since the stratum began


def workspace(records: Records) -> Space:
    """Make room for any number of sweeps."""
    columns, rows = records.design.shape
    cells = records.deaths.size
    return Space(
        np.empty(rows),
        np.empty((2 * cells, columns + 1)),
        np.empty((cells if records.before.size else 0, columns + 1)),
        np.zeros(2 * cells),
        np.zeros(2 * cells),
    )


def fill(records: Records, beta: Vector, space: Space) -> None:
    """Compute the risk scores at scaled coefficients, and their sums by cell."""
    design, place, before, start = records.design, records.place, records.before, records.start
    space.sums.fill(0.0)
    _fill(beta, design, records.risk_weight, place, space.risk, space.sums)
    if before.size:
        space.entered.fill(0.0)
        _scatter(design, space.risk, before, space.entered)
        _accumulate_late(space.sums, space.entered, start, design, space.risk, place, before)
    else:
        _accumulate(space.sums, start)


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


@compiled
def _accumulate(sums: Matrix, start: Codes) -> None:
    """Go back through each stratum's cells: add to those who stay in one all at risk later."""
    width = sums.shape[1]
    at_risk, lost = np.empty(width), np.empty(width)
    for s in range(start.size - 1):
        at_risk[:] = 0.0
        lost[:] = 0.0
        for cell in range(start[s + 1] - 1, start[s], -1):
            for j in range(width):
                change = sums[2 * cell, j] + sums[2 * cell + 1, j]
                at_risk[j], lost[j] = add(at_risk[j], lost[j], change)
                sums[2 * cell, j] = at_risk[j]


@compiled
def _accumulate_late(
    sums: Matrix,
    entered: Matrix,
    start: Codes,
    design: Matrix,
    risk: Vector,
    place: Codes,
    before: Codes,
) -> None:
    """Do the same, and take out those who enter later; sum anew where they were nearly all."""
    width = sums.shape[1]
    at_risk, lost = np.empty(width), np.empty(width)
    for s in range(start.size - 1):
        at_risk[:] = 0.0
        lost[:] = 0.0
        most = 0.0
        for cell in range(start[s + 1] - 1, start[s], -1):
            for j in range(width):
                change = sums[2 * cell, j] + sums[2 * cell + 1, j] - entered[cell, j]
                at_risk[j], lost[j] = add(at_risk[j], lost[j], change)
            most = max(most, at_risk[0], entered[cell, 0])
            if not at_risk[0] > CANCELLED * most:
                _sum_anew(cell, design, risk, place, before, at_risk)
                lost[:] = 0.0
                most = at_risk[0]
            for j in range(width):
                sums[2 * cell, j] = at_risk[j]


@compiled
def _sum_anew(
    cell: int, design: Matrix, risk: Vector, place: Codes, before: Codes, at_risk: Vector
) -> None:
    """Add up everyone at risk in one cell."""
    at_risk[:] = 0.0
    for i in range(risk.size):
        if before[i] < cell <= place[i] >> 1:
            at_risk[0] += risk[i]
            for j in range(design.shape[0]):
                at_risk[j + 1] += risk[i] * design[j, i]


@compiled
def add(total: float, lost: float, change: float) -> tuple[float, float]:
    """Add with the digits lost so far carried along (Kahan 1965)."""
    exact = change + lost
    new = total + exact
    return new, exact - (new - total)

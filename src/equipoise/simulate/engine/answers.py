"""Answers of one simulated trial, yes or no, compared at all its looks.

Nothing needs to be put in order: a look counts whose answers are known by then (`cuts`), and two
proportions are compared as elsewhere (`statistics_answers`).
"""

import math

import numpy as np

from equipoise.kernel.compiling import borrowing
from equipoise.simulate.conduct_arrays import ConductArrays
from equipoise.simulate.cuts import answer_tables
from equipoise.simulate.engine.room import Comparisons, EngineRoom, Found
from equipoise.simulate.rehearsal import Seen
from equipoise.simulate.statistics.answers import answered, compare_answers


@borrowing
def compare_all_answers(
    conduct: ConductArrays,
    comparisons: Comparisons,
    c: int,
    seen: Seen,
    size: int,
    room: EngineRoom,
    found: Found,
    r: int,
) -> None:
    """Fill in the statistics of one comparison of answers, at every look of row r of the table."""
    table = found.table
    for h in range(comparisons.of.size):
        if comparisons.of[h] != c:
            continue
        endpoint, stratified = conduct.tested_endpoint[h], conduct.stratified[h]
        for k in range(table.time.shape[1]):
            if table.time[r, k] == np.inf:
                continue
            answer_tables(
                room.patients,
                size,
                room.known[endpoint],
                endpoint,
                table.time[r, k],
                seen.lag,
                (conduct.control[h], conduct.experimental[h]),
                seen.member,
                conduct.tested_population[h],
                stratified,
                seen.assessed[endpoint],
                conduct.option[h] == 1,
                room.counts,
            )
            z, estimate, variance = compare_answers(room.counts, stratified, conduct.margin[h])
            information = 1.0 / variance if variance > 0.0 else math.nan
            table.z[r, k, h], table.score[r, k, h] = conduct.sign[h] * z, estimate
            table.information[r, k, h] = information
            table.answers[r, k, h] = np.int32(answered(room.counts))

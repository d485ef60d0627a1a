"""What one look finds of one hypothesis: z, and the sums or the estimate behind it.

Of log-rank tests the score U and its variance V; of MaxCombo those of its first weight, and the
largest z (what that is worth is told afterwards, from the covariances left at the desk); of other
tests the estimate (experimental less control, or the log hazard ratio) and 1 / error².  NaN where
there is no statistic: no events, an arm without patients, a curve not yet known so far.  Signs of
z and U: positive where the experimental arm is better.
"""

import math

import numpy as np

from equipoise.kernel.compiling import compiled, within_loops
from equipoise.kernel.labels import label_bits
from equipoise.kernel.merge_sort import sort_keys
from equipoise.simulate.conduct_arrays import (
    COX_WALD,
    MILESTONE,
    PROPORTIONS,
    RESTRICTED_MEAN,
    ConductArrays,
)
from equipoise.simulate.cuts import answer_tables, compared_rows
from equipoise.simulate.rehearsal import Desk, Seen
from equipoise.simulate.statistics.answers import compare_answers
from equipoise.simulate.statistics.cox import cox_log_hazard_ratio
from equipoise.simulate.statistics.curves import difference_of_curves
from equipoise.simulate.statistics.moments import count_moments
from equipoise.simulate.statistics.rank import rank_sums

NOTHING = (np.nan, np.nan, np.nan)


@within_loops
def statistic(
    conduct: ConductArrays,
    h: int,
    seen: Seen,
    size: int,
    at: float,
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    desk: Desk,
) -> tuple[float, float, float]:
    """Compute hypothesis h at calendar time `at`: (z or p, U or estimate, V or 1 / error²).

    With `naive`, give the log hazard ratio of Cox's model for log-rank tests too, in their strata.
    """
    kind, sign, margin = conduct.test[h], conduct.sign[h], conduct.margin[h]
    endpoint, population = conduct.tested_endpoint[h], conduct.tested_population[h]
    pair, stratified = (conduct.control[h], conduct.experimental[h]), conduct.stratified[h]
    patients, known, member, lag = desk.patients, desk.known, seen.member, seen.lag
    if kind == PROPORTIONS:
        answer_tables(
            patients,
            size,
            known[endpoint],
            endpoint,
            at,
            lag,
            pair,
            member,
            population,
            stratified,
            seen.assessed[endpoint],
            conduct.option[h] == 1,
            desk.counts,
        )
        z, estimate, variance = compare_answers(desk.counts, stratified, margin)
        return sign * z, estimate, _inverse(variance)
    strata = seen.strata if stratified else 1
    bits = label_bits(2, strata)
    rows = compared_rows(
        patients,
        size,
        known[endpoint],
        endpoint,
        at,
        lag,
        pair,
        member,
        population,
        stratified,
        bits,
        desk.keys,
    )
    keys = desk.keys[:rows]
    sort_keys(keys, desk.spare[:rows])
    if kind in (RESTRICTED_MEAN, MILESTONE):
        log_log = conduct.option[h] == 1
        estimate, variance = difference_of_curves(
            keys, bits, conduct.at[h], kind == MILESTONE, log_log, desk.moments
        )
        information = _inverse(variance)
        return sign * (estimate - margin) * math.sqrt(information), estimate, information
    found = count_moments(keys, bits, strata, desk.moments)
    if naive or kind == COX_WALD:
        estimate, error = cox_log_hazard_ratio(desk.moments, found)
        return sign * (margin - estimate) / error, estimate, _inverse(error * error)
    start, stop = conduct.first_weight[h], conduct.first_weight[h + 1]
    rho, gamma = conduct.rho[start:stop], conduct.gamma[start:stop]
    score, covariance = desk.score[: stop - start], desk.covariance[: stop - start, : stop - start]
    rank_sums(desk.moments, math.exp(margin), rho, gamma, score, covariance)
    largest = -np.inf
    for a in range(stop - start):
        if not covariance[a, a] > 0.0:
            return np.nan, np.nan, np.nan
        largest = max(largest, sign * score[a] / math.sqrt(covariance[a, a]))
    return largest, sign * score[0], covariance[0, 0]


@compiled
def _inverse(variance: float) -> float:
    """Give NaN where there is no variance."""
    return 1.0 / variance if variance > 0.0 else np.nan

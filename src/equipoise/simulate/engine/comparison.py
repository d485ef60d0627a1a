"""One comparison of a simulated trial, at all its looks, from the last to the first.

Patients are dealt out to their strata and put in order of time once; every look merges what had
ended by then with what it cuts off (`kernel.trial_streams`, `kernel.trial_merge`).
"""

import math

import numpy as np

from equipoise.kernel.compiling import borrowing, inlined, within_loops
from equipoise.kernel.ordering import TIE_TOLERANCE
from equipoise.kernel.trial_merge import (
    log_rank_of_streams,
    merge_streams,
    moments_in_order,
    tie_tolerance,
)
from equipoise.kernel.trial_streams import BEFORE, TIME, Streams, cut_streams, order_ended
from equipoise.simulate.arrays import LookTable
from equipoise.simulate.conduct_arrays import COX_WALD, ConductArrays
from equipoise.simulate.engine.room import Comparisons, EngineRoom, Found
from equipoise.simulate.statistics.cox import cox_log_hazard_ratio
from equipoise.simulate.statistics.rank import rank_sums

NOTHING = (np.nan, np.nan, np.nan)
NO_TIES = -1.0


@inlined
def order_strata(strata: int, last: float, room: EngineRoom) -> None:
    """Put in order, stratum by stratum, whose follow-up ends by the last look."""
    for s in range(strata):
        low, high, shift = room.start[s], room.start[s + 1], 2 * s
        room.size[s] = order_ended(
            room.own[low:high],
            room.until[low:high],
            room.label[low:high],
            last,
            room.guess[1],
            room.order,
            room.ended[low + shift : high + shift + 2],
            room.ended_by[low + shift : high + shift + 2],
        )
    middle = room.size[0]
    if middle:
        typical = np.int64(room.ended[room.start[0] + (middle + 1) // 2] & TIME).view(np.float64)
        if typical > 0.0:
            room.guess[1] = typical


@inlined
def cut_strata(strata: int, at: float, lag: float, room: EngineRoom) -> None:
    """Cut every stratum at a look."""
    horizon = at - lag
    for s in range(strata):
        low, high, shift = room.start[s], room.start[s + 1], 2 * s
        entered = low + np.searchsorted(room.entry[low:high], horizon, side="right")
        streams = cut_streams(
            room.size[s],
            at,
            lag,
            room.entry[low:entered],
            room.until[low:entered],
            room.label[low:entered],
            room.ended[low + shift : high + shift + 2],
            room.ended_by[low + shift : high + shift + 2],
            room.cut_off[low + shift : high + shift + 2],
        )
        for part in range(5):
            room.streams[s, part] = streams[part]
        room.size[s] = streams[0]


@inlined
def plain_sums(strata: int, room: EngineRoom) -> tuple[float, float, bool]:
    """Give U and V of the log-rank test, and whether times so close that they may be one."""
    score = variance = 0.0
    close = False
    for s in range(strata):
        low, high, shift = room.start[s], room.start[s + 1], 2 * s
        ended = room.ended[low + shift : high + shift + 2]
        cut_off = room.cut_off[low + shift : high + shift + 2]
        row = room.streams[s]
        excess, spread, gap = log_rank_of_streams(
            ended, cut_off, Streams(row[0], row[1], row[2], row[3], row[4]), room.reciprocal
        )
        score, variance = score + excess, variance + spread
        close = close or gap <= TIE_TOLERANCE * max(1.0, latest(s, room))
    return score, variance, close


@inlined
def latest(s: int, room: EngineRoom) -> float:
    """Give the largest time of a stratum at the look in hand."""
    base = room.start[s] + 2 * s
    stamp = max(room.ended[base + room.streams[s, 0]], room.cut_off[base + room.streams[s, 1]])
    return np.int64(stamp & TIME).view(np.float64) if stamp > BEFORE else 0.0


@borrowing
def count_strata(strata: int, room: EngineRoom) -> int:
    """Count the moments of every stratum; give how many there are."""
    found, closest, longest = 0, np.inf, 0.0
    for s in range(strata, room.moments.stop.size):
        room.moments.stop[s] = 0
    for s in range(strata):
        low, high, shift = room.start[s], room.start[s + 1], 2 * s
        row = room.streams[s]
        rows, second = row[0] + row[1], row[2]
        merged = room.merged[low:high]
        merge_streams(
            room.ended[low + shift : high + shift + 2],
            room.cut_off[low + shift : high + shift + 2],
            rows,
            merged,
        )
        moments = room.moments
        found, gap = moments_in_order(
            merged, rows, second, NO_TIES, found, moments.time, moments.deaths, moments.at_risk
        )
        moments.stop[s] = found
        closest, longest = min(closest, gap), max(longest, latest(s, room))
    if closest <= TIE_TOLERANCE * max(1.0, longest):
        return count_ties(strata, room)
    return found


@borrowing
def count_ties(strata: int, room: EngineRoom) -> int:
    """Count again with care, what is as good as tied being one moment."""
    total, rows = 0.0, 0
    for s in range(strata):
        here = room.streams[s, 0] + room.streams[s, 1]
        total += here * tie_tolerance(room.merged[room.start[s] :], here)
        rows += here
    tolerance, found, moments = total / max(rows, 1), 0, room.moments
    for s in range(strata):
        row = room.streams[s]
        found, _ = moments_in_order(
            room.merged[room.start[s] : room.start[s + 1]],
            row[0] + row[1],
            row[2],
            tolerance,
            found,
            moments.time,
            moments.deaths,
            moments.at_risk,
        )
        moments.stop[s] = found
    return found


@within_loops
def statistic_of_moments(
    conduct: ConductArrays,
    h: int,
    found: int,
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    room: EngineRoom,
) -> tuple[float, float, float]:
    """Give (z, U or estimate, V or 1 / error²) of a hypothesis, as `statistics.statistic`."""
    sign, margin = conduct.sign[h], conduct.margin[h]
    if naive or conduct.test[h] == COX_WALD:
        estimate, error = cox_log_hazard_ratio(room.moments, found)
        squared = error * error
        information = 1.0 / squared if squared > 0.0 else np.nan
        return sign * (margin - estimate) / error, estimate, information
    start, stop = conduct.first_weight[h], conduct.first_weight[h + 1]
    rho, gamma = conduct.rho[start:stop], conduct.gamma[start:stop]
    score = room.score[: stop - start]
    covariance = room.covariance[: stop - start, : stop - start]
    rank_sums(room.moments, math.exp(margin), rho, gamma, score, covariance)
    largest = -np.inf
    for a in range(stop - start):
        if not covariance[a, a] > 0.0:
            return NOTHING
        largest = max(largest, sign * score[a] / math.sqrt(covariance[a, a]))
    return largest, sign * score[0], covariance[0, 0]


@inlined
def compare(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    conduct: ConductArrays,
    comparisons: Comparisons,
    c: int,
    strata: int,
    lag: float,
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    room: EngineRoom,
    found: Found,
    r: int,
) -> None:
    """Fill in the statistics of one comparison, as dealt, at every look of row r of the table."""
    time, last = found.table.time[r], -np.inf
    for at in time:
        last = max(last, at if at < np.inf else last)
    order_strata(strata, last, room)
    for k in range(time.size - 1, -1, -1):
        if time[k] < np.inf:
            cut_strata(strata, time[k], lag, room)
            if comparisons.counted:
                count_events(conduct, comparisons.model[c], found.table, r, k, room)
            test_at(conduct, comparisons, c, strata, naive, room, found, r, k)


@inlined
def test_at(  # noqa: PLR0913, PLR0917 - compiled code takes arrays, not objects
    conduct: ConductArrays,
    comparisons: Comparisons,
    c: int,
    strata: int,
    naive: bool,  # noqa: FBT001 - compiled code has no keywords
    room: EngineRoom,
    found: Found,
    r: int,
    k: int,
) -> None:
    """Fill in the statistics of a comparison at the look that is cut."""
    table, by_moments, moments = found.table, True, 0
    score = variance = 0.0
    if comparisons.plain[c] and not naive:
        score, variance, by_moments = plain_sums(strata, room)
    if by_moments:
        moments = count_strata(strata, room)
    for h in range(comparisons.of.size):
        if comparisons.of[h] != c:
            continue
        z = u = v = np.nan
        if by_moments:
            z, u, v = statistic_of_moments(conduct, h, moments, naive, room)
            if found.covariances.size:
                for a in range(room.score.size):
                    for b in range(room.score.size):
                        found.covariances[r, k, h, a, b] = room.covariance[a, b]
        elif variance > 0.0:
            u, v = conduct.sign[h] * score, variance
            z = u / math.sqrt(v)
        table.z[r, k, h], table.score[r, k, h], table.information[r, k, h] = z, u, v


@inlined
def count_events(
    conduct: ConductArrays, h: int, table: LookTable, r: int, k: int, room: EngineRoom
) -> None:
    """Fill in events and dropouts of a trial of one endpoint, two arms and one stratum."""
    ended, events, second = room.streams[0, 0], room.streams[0, 3], room.streams[0, 4]
    table.events[r, k, 0, conduct.experimental[h]] = second
    table.events[r, k, 0, conduct.control[h]] = events - second
    table.dropouts[r, k] = ended - events

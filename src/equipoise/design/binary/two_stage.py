"""Two stages in one arm: stop early for futility (Simon 1989), or for efficacy too.

After n1 patients the trial stops if at most r1 respond; after n it claims activity if more
than r respond.  With B1 and B2 the responders of the stages,

    P(claim) = Σ_{x > r1} P(B1 = x) P(B2 > r - x),    E(N) = n1 + P(B1 > r1) (n - n1).

`optimal` has the smallest E(N) under the null response rate, `minimax` the smallest n (then
the smallest E(N)); designs between are admissible if some weight w makes w n + (1 - w) E(N)
smallest (Jung et al. 2004, Statist. Med. 23:561).

The search is complete.  r1 is at most what leaves the first stage its power, r at most what
leaves one stage of n its power; and E(N) ≥ n1 + P(B1 > r1) (n - n1) grows with n, so that once
this passes the best E(N) found, no larger trial can be better.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from equipoise.design.checks import check_alpha, check_kind, check_power
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Codes, Matrix, Vector
from equipoise.kernel.binomial_walk import binomial_chances, upper_chances

MOST_PATIENTS = 400
ROOM = 1e-12  # for rounding, in comparing a chance with its limit


@dataclass(frozen=True, slots=True)
class TwoStageQuestion:
    """What is asked of a two-stage design."""

    null: float  # response rate that is not worth pursuing
    alternative: float  # response rate that is
    alpha: float
    power: float


@dataclass(frozen=True, slots=True)
class TwoStage:
    """One two-stage design and its exact characteristics."""

    first_patients: int  # n1
    first_futility: int  # r1: stop if at most so many respond
    patients: int  # n
    futility: int  # r: no claim if at most so many respond in all
    alpha: float  # attained
    power: float  # attained
    stops_early_null: float  # P(stop after the first stage) under the null rate
    stops_early_alternative: float
    expected_null: float  # patients
    expected_alternative: float


@dataclass(frozen=True, slots=True, repr=False)
class TwoStageDesigns(Printed):
    """The optimal and the minimax design, and the admissible ones from the one to the other."""

    asked: TwoStageQuestion
    optimal: TwoStage
    minimax: TwoStage
    admissible: tuple[TwoStage, ...]  # from minimax to optimal, both included
    weights: tuple[tuple[float, float], ...]  # w for which each is best, in w n + (1 - w) E(N)
    assumed: tuple[str, ...]


def simon(asked: TwoStageQuestion, *, most_patients: int = MOST_PATIENTS) -> TwoStageDesigns:
    """Find Simon's two-stage designs, and the admissible designs between them.

    Args:
        asked: response rates (null and alternative), alpha and power.
        most_patients: searched.

    Raises:
        DesignError: Rates or errors are impossible, or no design has so few patients.

    Accuracy: exact binomial; the search is complete.

    Witness: Simon (1989), tables 1 and 2; brute force over all designs (tests/twice).

    >>> designs = simon(TwoStageQuestion(0.1, 0.3, alpha=0.05, power=0.8))
    >>> best = designs.optimal
    >>> best.first_futility, best.first_patients, best.futility, best.patients
    (1, 10, 5, 29)
    """
    check_kind(asked, TwoStageQuestion, "The question", "`TwoStageQuestion(0.1, 0.3)`")
    _check(asked)
    best = _best_of_each_size(asked, most_patients)
    if not best:
        raise DesignError(
            f"No two-stage design with at most {most_patients} patients tells {asked.null:g} from "
            f"{asked.alternative:g} with alpha {asked.alpha:g} and power {asked.power:g}. "
            "Allow more patients, less power, or plan for a larger difference."
        )
    optimal = min(best, key=lambda design: (design.expected_null, design.patients))
    admissible, weights = _admissible(best, optimal)
    return TwoStageDesigns(
        asked=asked,
        optimal=optimal,
        minimax=best[0],
        admissible=admissible,
        weights=weights,
        assumed=(
            "Early stopping is for futility only, and is binding.",
            "Chances are exact binomial; one common response rate.",
        ),
    )


def two_stage(
    asked: TwoStageQuestion, first_patients: int, first_futility: int, patients: int, futility: int
) -> TwoStage:
    """Give the exact characteristics of a two-stage design as given.

    Args:
        asked: the question.
        first_patients: of the first stage.
        first_futility: most responses at which the first stage stops.
        patients: of both stages.
        futility: most responses at which the treatment is given up at the end.

    Witness: kernel recursion (tests/twice); Simon (1989).
    """
    if not (0 < first_patients < patients and -1 <= first_futility <= futility < patients):
        raise DesignError(
            f"A two-stage design needs 0 < n1 < n and r1 ≤ r < n, found n1 = {first_patients}, "
            f"r1 = {first_futility}, n = {patients}, r = {futility}."
        )
    claims, stops = [], []
    for rate in (asked.null, asked.alternative):
        first = binomial_chances(first_patients, rate)
        last = upper_chances(binomial_chances(patients - first_patients, rate))
        count = np.arange(first_futility + 1, first_patients + 1)
        needed = np.clip(futility + 1 - count, 0, last.size - 1)
        claims.append(float(first[count] @ last[needed]))
        stops.append(float(first[: first_futility + 1].sum()))
    expected = [first_patients + (1 - stop) * (patients - first_patients) for stop in stops]
    return TwoStage(first_patients, first_futility, patients, futility, *claims, *stops, *expected)


def _best_of_each_size(asked: TwoStageQuestion, most: int) -> list[TwoStage]:
    """Give for each feasible n the design with the smallest E(N), as far as it can matter."""
    chances = _Chances(asked, most)
    best: list[TwoStage] = []
    least = np.inf
    for n in range(2, most + 1):
        if best and chances.bound(n, least) >= least:
            break
        found = min(_feasible(asked, chances, n, least if best else np.inf), default=None)
        if found is not None:
            design = two_stage(asked, *found[1:3], n, found[3])
            if design.expected_null < least - ROOM:
                best.append(design)
                least = design.expected_null
    return best


class _Chances:
    """Binomial chances of every size, made once."""

    def __init__(self, asked: TwoStageQuestion, most: int) -> None:
        self.null: dict[int, Vector] = {}
        self.alternative: dict[int, Vector] = {}
        self.null_tail: dict[int, Vector] = {}
        self.alternative_tail: dict[int, Vector] = {}
        self.asked = asked
        self.most_futile = np.full(most + 1, -1)  # r1 by n1: largest that leaves the power
        self.goes_on = np.ones(most + 1)  # P(B1 > r1) under the null, at that r1
        self.known = 0

    def grow(self, n: int) -> None:
        for size in range(self.known + 1, n + 1):
            self.null[size] = binomial_chances(size, self.asked.null)
            self.alternative[size] = binomial_chances(size, self.asked.alternative)
            self.null_tail[size] = upper_chances(self.null[size])
            self.alternative_tail[size] = upper_chances(self.alternative[size])
            beyond = self.alternative_tail[size][1:]  # P(B > r), r = 0 …
            largest = int(np.count_nonzero(beyond >= self.asked.power - ROOM)) - 1
            self.most_futile[size] = largest
            self.goes_on[size] = self.null_tail[size][largest + 1]
            self.known = size

    def least_alpha(self, n: int, first: int, highest: int) -> float:
        """Give the alpha of the most futile r1 and the highest r: no design has less."""
        count = np.arange(int(self.most_futile[first]) + 1, first + 1)
        tail = self.null_tail[n - first]
        return float(self.null[first][count] @ tail[_needed(highest, count, tail)])

    def bound(self, n: int, least: float) -> float:
        """E(N) of any design with n patients is at least this."""
        self.grow(n)
        first = np.arange(1, min(n, int(np.ceil(least))))
        return float((first + self.goes_on[first] * (n - first)).min(initial=np.inf))


def _feasible(
    asked: TwoStageQuestion, chances: _Chances, n: int, least: float
) -> Iterator[tuple[float, int, int, int]]:
    """Give (E(N), n1, r1, r) of designs with n patients that may beat `least`."""
    chances.grow(n)
    highest = int(chances.most_futile[n])  # r that leaves one stage of n its power
    if highest < 0:
        return
    for first in range(1, n):
        largest = int(chances.most_futile[first])
        if first >= least:
            return
        if largest < 0 or first + chances.goes_on[first] * (n - first) >= least:
            continue
        if chances.least_alpha(n, first, highest) > asked.alpha + ROOM:
            continue
        r1, r = _limits(asked, chances, n, first, highest)
        if r1 is not None:
            goes_on = chances.null_tail[first][r1 + 1]
            yield first + goes_on * (n - first), first, r1, r


def _limits(
    asked: TwoStageQuestion, chances: _Chances, n: int, first: int, highest: int
) -> tuple[int | None, int]:
    """Give the largest r1 for which some r keeps both errors, and that r."""
    last = n - first
    largest = int(chances.most_futile[first])
    every = np.arange(highest + 1)
    alpha = _claims(chances.null[first], chances.null_tail[last], every)[: largest + 1]
    # the smallest r that keeps alpha, for each r1; raising r only loses power
    keeps = alpha <= asked.alpha + ROOM
    r = np.where(keeps.any(axis=1), keeps.argmax(axis=1), -1)
    rows = np.flatnonzero(r >= 0)
    if rows.size == 0:
        return None, -1
    tried, columns = np.unique(r[rows], return_inverse=True)
    power = _claims(chances.alternative[first], chances.alternative_tail[last], tried)
    enough = np.flatnonzero(power[rows, columns] >= asked.power - ROOM)
    if enough.size == 0:
        return None, -1
    r1 = int(rows[enough[-1]])
    return r1, int(r[r1])


def _needed(r: Codes | int, count: Codes, tail: Vector) -> Codes:
    """Give the responders of the second stage that pass r after `count` in the first."""
    return np.asarray(np.minimum(np.maximum(r + 1 - count, 0), tail.size - 1))


def _claims(first: Vector, tail: Vector, r: Codes) -> Matrix:
    """Give P(B1 > r1 and B1 + B2 > r), (r1 = 0 …, r); `tail` is P(B2 >= x)."""
    count = np.arange(1, first.size)
    joint = first[1:, None] * tail[_needed(r, count[:, None], tail)]
    return np.asarray(np.cumsum(joint[::-1], axis=0)[::-1])


def _admissible(
    best: list[TwoStage], optimal: TwoStage
) -> tuple[tuple[TwoStage, ...], tuple[tuple[float, float], ...]]:
    """Keep the lower convex hull of (n, E(N)), from minimax to optimal."""
    hull: list[TwoStage] = []
    for design in (d for d in best if d.patients <= optimal.patients):
        while len(hull) > 1 and _slope(hull[-2], design) <= _slope(hull[-2], hull[-1]):
            hull.pop()
        hull.append(design)
    changes = [_weight(a, b) for a, b in pairwise(hull)]
    upper, lower = [1.0, *changes], [*changes, 0.0]
    return tuple(hull), tuple(zip(lower, upper, strict=True))


def _slope(a: TwoStage, b: TwoStage) -> float:
    return (b.expected_null - a.expected_null) / (b.patients - a.patients)


def _weight(a: TwoStage, b: TwoStage) -> float:
    gain = a.expected_null - b.expected_null
    return gain / (gain + b.patients - a.patients)


def _check(asked: TwoStageQuestion) -> None:
    if not 0 < asked.null < asked.alternative < 1:
        raise DesignError(
            f"Response rates must satisfy 0 < null < alternative < 1, found {asked.null:g} and "
            f"{asked.alternative:g}. To show that a rate is low, count the non-responders."
        )
    check_alpha(asked.alpha)
    check_power(asked.power, asked.alpha)

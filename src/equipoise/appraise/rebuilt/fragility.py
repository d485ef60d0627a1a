"""How few patients decide whether a result is significant.

    outcomes        fewest patients whose event would have to be a censoring, or the reverse, at
                    the same time, for the log-rank P to cross alpha
    reassignment    fewest best survivors that would have to be of the other arm: survival-inferred
                    fragility index (Bomze et al. 2020, JAMA Netw Open 3: e2017675)

A significant result is lost; one that is not is gained ("reverse fragility").  The index is of a
threshold: it says nothing of bias, and small P values are never fragile in large trials.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent, Number, TestResult
from equipoise.analyze.log_rank import grouped_rows, log_rank
from equipoise.appraise.rebuilt.fragility_search import (
    Found,
    Outcomes,
    fewest_to_gain,
    fewest_to_lose,
    outcomes_of,
)
from equipoise.errors import DataError
from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.normal import upper_quantile

Sides: TypeAlias = Literal[1, 2]
SurvivalTest: TypeAlias = Literal["log-rank", "Cox"]
_Rows: TypeAlias = tuple[Vector, Flags, Codes]


@dataclass(frozen=True, slots=True)
class Fragility:
    """The fewest patients that would have to differ for P to cross alpha."""

    changed: Literal["outcomes", "arms"]  # what of the patients
    test: str
    alpha: float
    sides: Sides
    significant: bool  # as it is
    p: Number  # as it is
    patients: int | None  # who would have to differ; None: no number of them suffices
    at_least: int | None  # no fewer suffice, by proof; equal to `patients` where that is exact
    p_after: Number | None
    rows: tuple[int, ...]  # who, as numbered in what was given
    of: int  # patients in all
    assumed: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether no fewer patients suffice."""
        return self.patients is not None and self.patients == self.at_least

    @property
    def quotient(self) -> float | None:
        """The share of all patients who would have to differ."""
        return None if self.patients is None else self.patients / self.of


def outcome_fragility(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    alpha: float = 0.05,
    sides: Sides = 2,
) -> Fragility:
    """Find the fewest outcomes that would have to differ for the log-rank P to cross alpha.

    Args:
        time: follow-up of each patient.
        event: whether it ended in the event.
        group: 0 control, 1 experimental.
        alpha: of the test.
        sides: of the test; one-sided for the experimental arm.

    Raises:
        DataError: rows that break a convention, or an alpha that is none.

    Accuracy: exact where `exact` says so; never too small by more than `patients - at_least`.

    Witness: every set of changes of small trials, one by one; R's survdiff, greedily
        (colon_death_lev5fu, lung_sex).

    >>> few = outcome_fragility([1, 2, 3, 4, 5, 6, 7, 8], [1] * 8, [0] * 4 + [1] * 4)
    >>> few.significant, few.patients, few.exact
    (True, 2, True)
    """
    rows = _checked(time, event, group, alpha, sides)
    threshold = upper_quantile(alpha / sides)
    given = outcomes_of(*rows)
    test = log_rank(*rows, groups=2).test
    significant = _crosses(test, alpha, sides)
    found = _lost(given, threshold, sides) if significant else _gained(given, threshold, sides)
    who = () if found is None else found.rows
    event_after = rows[1].copy()
    event_after[list(who)] = ~event_after[list(who)]
    after = log_rank(rows[0], event_after, rows[2], groups=2).test
    return Fragility(
        changed="outcomes",
        test=test.method,
        alpha=alpha,
        sides=sides,
        significant=significant,
        p=_p(test, sides),
        patients=None if found is None else len(who),
        at_least=None if found is None else found.at_least,
        p_after=None if found is None else _p(after, sides),
        rows=who,
        of=rows[0].size,
        assumed=("An event becomes a censoring, or a censoring an event, at the same time.",),
    )


def reassignment_fragility(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    alpha: float = 0.05,
    sides: Sides = 2,
    test: SurvivalTest = "log-rank",
) -> Fragility:
    """Count the best survivors that would have to be of the other arm for P to cross alpha.

    One by one, the patient followed longest, with or without an event, goes from the better arm
    to the other where P is significant; where it is not, the control arm's go to the experimental.

    Args:
        time: follow-up of each patient.
        event: whether it ended in the event.
        group: 0 control, 1 experimental.
        alpha: of the test.
        sides: of the test; one-sided for the experimental arm.
        test: log-rank, or Wald's of a hazard ratio.

    Raises:
        DataError: rows that break a convention, or an alpha that is none.

    Witness: the rule of Bomze et al. by R survival 3.5-3 (colon_death_lev5fu, lung_sex).
    """
    time, event, group = _checked(time, event, group, alpha, sides)
    if test not in get_args(SurvivalTest):
        raise DataError(f"The test {test!r} is not known; use log-rank or Cox.")
    tested = _TESTS[test]
    first = tested(time, event, group)
    significant = _crosses(first, alpha, sides)
    harmful = isinstance(first.statistic, float) and first.statistic < 0.0
    giving = 1 if significant and not harmful else 0
    who, after = _reassigned(
        (time, event, group),
        giving,
        tested,
        lambda now: _crosses(now, alpha, sides) != significant,
    )
    return Fragility(
        changed="arms",
        test=first.method,
        alpha=alpha,
        sides=sides,
        significant=significant,
        p=_p(first, sides),
        patients=len(who) or None,
        at_least=len(who) or None,
        p_after=_p(after, sides) if who else None,
        rows=who,
        of=time.size,
        assumed=(
            (
                f"The {_ARM[giving]} patients followed longest, with or without an event, are "
                f"taken to be {_ARM[1 - giving]} ones, one after the other (Bomze et al. 2020)."
            ),
        ),
    )


def _reassigned(
    rows: _Rows,
    giving: int,
    tested: Callable[[Vector, Flags, Codes], TestResult],
    enough: Callable[[TestResult], bool],
) -> tuple[tuple[int, ...], TestResult]:
    """Take the best survivors of one arm to the other until it is enough; none if it never is."""
    time, event, group = rows
    best = np.lexsort((np.arange(time.size), event, -time))  # a censoring is longer than an event
    leaving = best[group[best] == giving][:-1].tolist()  # one stays
    now, after = group.copy(), tested(time, event, group)
    for moved, row in enumerate(leaving, start=1):
        now[row] = 1 - giving
        after = tested(time, event, now)
        if enough(after):
            return tuple(leaving[:moved]), after
    return (), after


_ARM = ("control", "experimental")


def _log_rank(time: Vector, event: Flags, group: Codes) -> TestResult:
    return log_rank(time, event, group, groups=2).test


def _cox(time: Vector, event: Flags, group: Codes) -> TestResult:
    """Give Wald's test of the hazard ratio, positive where the experimental arm is better."""
    method = "Cox, Wald"
    if not event.any():
        return TestResult(method, Absent.NO_EVENTS, 1, Absent.NO_EVENTS, Absent.NO_EVENTS)
    return cox(time, event, group[:, None].astype(np.float64), names=["arm"]).wald


_TESTS: dict[SurvivalTest, Callable[[Vector, Flags, Codes], TestResult]] = {
    "log-rank": _log_rank,
    "Cox": _cox,
}


def _lost(given: Outcomes, threshold: float, sides: Sides) -> Found | None:
    oriented = given if given.score > 0.0 else given.mirrored()
    return fewest_to_lose(oriented, threshold, both=sides == 2)  # noqa: PLR2004 - sides


def _gained(given: Outcomes, threshold: float, sides: Sides) -> Found | None:
    """Find the fewest changes in either direction that the test looks in."""
    ways = (given,) if sides == 1 else (given, given.mirrored())
    found = [one for one in (fewest_to_gain(way, threshold) for way in ways) if one is not None]
    if not found:
        return None
    best = min(found, key=lambda one: len(one.rows))
    return Found(best.rows, min(one.at_least for one in found))


def _p(test: TestResult, sides: Sides) -> Number:
    return test.p_one_sided if sides == 1 else test.p_two_sided


def _crosses(test: TestResult, alpha: float, sides: Sides) -> bool:
    p = _p(test, sides)
    return not isinstance(p, Absent) and p < alpha


def _checked(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, alpha: float, sides: Sides
) -> _Rows:
    if not 0.0 < alpha < 1.0:
        raise DataError(f"Alpha is {alpha:g}; it lies between 0 and 1, such as 0.05.")
    if sides not in {1, 2}:
        raise DataError(f"A test has 1 side or 2, not {sides}.")
    given = grouped_rows(time, event, group, groups=2, stratum=None, entry=None)
    return given.rows.time, given.rows.event.astype(np.bool_), given.group

"""How few patients decide whether a 2 × 2 table is significant by Fisher's exact test.

index    patients of the arm with fewer events who would need an event (lost), or would need
         to have none (gained), for P to cross alpha          (Walsh et al. 2014; Khan et al.
         2020 for the reverse)
fewest   the same with changes in either arm, both ways
"""

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.analyze.proportions import fisher_exact
from equipoise.analyze.two_arms import checked_counts
from equipoise.errors import DataError


@dataclass(frozen=True, slots=True)
class TableChange:
    """Events after so many outcomes were changed, and the P they give."""

    patients: int  # whose outcome was changed
    experimental_events: int
    control_events: int
    p: float


@dataclass(frozen=True, slots=True)
class TableFragility:
    """How many outcomes of a table would have to differ for P to cross alpha."""

    alpha: float
    significant: bool  # as it is
    p: float  # Fisher's, two-sided, as it is
    index: TableChange | None  # by Walsh's rule; None: the arm runs out of patients
    fewest: TableChange | None  # by any change; None: no change suffices
    of: int  # patients in all
    test: str = "Fisher exact, two-sided"


def table_fragility(
    experimental_events: int,
    experimental: int,
    control_events: int,
    control: int,
    *,
    alpha: float = 0.05,
) -> TableFragility:
    """Count the patients whose outcome would have to differ for Fisher's P to cross alpha.

    Raises:
        DataError: counts that are not whole, more events than patients, or an alpha that is none.

    Witness: all tables of small trials; R's fisher.test (large_trial, reverse).

    >>> table_fragility(1, 100, 9, 100).index.patients
    1
    """
    if not 0.0 < alpha < 1.0:
        raise DataError(f"Alpha is {alpha:g}; it lies between 0 and 1, such as 0.05.")
    x1, n1 = checked_counts(experimental_events, experimental)
    x0, n0 = checked_counts(control_events, control)
    p = _p(x1, n1, x0, n0)
    significant = p < alpha
    index = _first(_by_rule(x1, n1, x0, n0, lose=significant), (n1, n0), alpha, lose=significant)
    fewer = n1 + n0 if index is None else index.patients - 1
    every = _every_change(x1, n1, x0, n0, fewer)
    fewest = _first(every, (n1, n0), alpha, lose=significant)
    return TableFragility(alpha, significant, p, index, fewest or index, n1 + n0)


def _by_rule(x1: int, n1: int, x0: int, n0: int, *, lose: bool) -> Iterator[tuple[int, int, int]]:
    """Change the arm of fewer events (of a smaller share where they are equal) only."""
    mine = (x1, x1 / n1) <= (x0, x0 / n0)
    has, of = (x1, n1) if mine else (x0, n0)
    for k in range(1, (of - has if lose else has) + 1):
        to = has + k if lose else has - k
        yield (k, to, x0) if mine else (k, x1, to)


def _every_change(x1: int, n1: int, x0: int, n0: int, most: int) -> Iterator[tuple[int, int, int]]:
    """Give all tables in the order of how many outcomes differ."""
    for k in range(1, most + 1):
        for i in range(k + 1):
            for a in sorted({x1 - i, x1 + i}):
                for b in sorted({x0 - (k - i), x0 + (k - i)}):
                    if 0 <= a <= n1 and 0 <= b <= n0:
                        yield k, a, b


def _first(
    changes: Iterator[tuple[int, int, int]], of: tuple[int, int], alpha: float, *, lose: bool
) -> TableChange | None:
    for k, a, b in changes:
        p = _p(a, of[0], b, of[1])
        if (p >= alpha) if lose else (p < alpha):
            return TableChange(k, a, b, p)
    return None


def _p(x1: int, n1: int, x0: int, n0: int) -> float:
    return float(fisher_exact(x1, n1, x0, n0).p_two_sided)  # type: ignore[arg-type]

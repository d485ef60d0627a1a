"""A graph of hypotheses whose alpha is spent over several looks.

At each look every hypothesis still in the graph has the level w_j alpha, and its own bounds at
that level by its own spending function and information (Maurer & Bretz 2013).  When one is
rejected, its share moves along the edges, the bounds of the others are derived anew at their
larger levels, and the look is read again until nothing more is rejected.  Spending functions whose
bounds fall as the level grows keep the family-wise error rate, and earlier rejections stand.

Bounds are always those of the new level from the first look on.  With `retest_earlier`, statistics
of earlier looks are held against them as well (the test of the sequential p-values); without it,
only those of the current look.  Spending at the old level until now and at the new one from now
on is not offered: when to change would depend on the data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_alpha
from equipoise.design.multiplicity.graph import Graph, reject_hypotheses, weight_table
from equipoise.design.multiplicity.repeated_p import (
    HypothesisSchedule,
    bounds_at_levels,
    efficacy_bounds,
    sequential_p_value,
)
from equipoise.design.multiplicity.shortcut import adjusted_p_values
from equipoise.design.printing import Printed
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, frozen, vector
from equipoise.kernel.normal import upper_tail

ROUNDING = 1e-12
DISTINCT = 1e-9  # shares closer than this are one


@dataclass(frozen=True, slots=True)
class SequentialGraphQuestion:
    """What was asked of a group-sequential test on a graph."""

    graph: Graph
    schedules: tuple[HypothesisSchedule, ...]  # one per hypothesis
    z: Matrix  # (looks so far, hypotheses); nan where not tested
    alpha: float
    retest_earlier: bool


@dataclass(frozen=True, slots=True)
class HypothesisAtLook:
    """What became of one hypothesis at one look."""

    look: int  # from 1
    hypothesis: str
    level: float  # the alpha available to it when the look was over, or when it was rejected
    z: float  # nan where not tested
    bound: float  # z at that level
    nominal: float  # one-sided p at the bound
    rejected: bool  # at this look
    reached_at: int | None  # the look whose statistic reached the bound


@dataclass(frozen=True, slots=True, repr=False)
class SequentialGraphTest(Printed):
    """Decisions look by look, and where the graph stands."""

    asked: SequentialGraphQuestion
    rejected_at: tuple[int | None, ...]  # (hypotheses,) look, from 1
    decisions: tuple[HypothesisAtLook, ...]  # in the order of looks and hypotheses
    graphs: tuple[Graph, ...]  # after each look
    sequential_p: Vector  # (hypotheses,) from all looks so far
    adjusted_p: Vector  # (hypotheses,) of the sequential p-values, by the graph
    assumed: tuple[str, ...]


def group_sequential_graph(
    graph: Graph,
    schedules: Sequence[HypothesisSchedule],
    z: ArrayLike,
    alpha: float = 0.025,
    *,
    retest_earlier: bool = False,
) -> SequentialGraphTest:
    """Test hypotheses in a graph over several looks.

    Args:
        graph: Shares of alpha and their edges.
        schedules: One per hypothesis, for at least the looks so far.
        z: (looks so far, hypotheses) one-sided statistics; nan where not tested
            (`z_of_p_values` gives them).
        alpha: One-sided family-wise error rate.
        retest_earlier: Hold earlier looks' statistics against the bounds of a level gained later.

    Raises:
        DesignError: Not one schedule or statistic per hypothesis, or a statistic missing where the
            schedule has a test.
    Witness: lrstat fseqbon; Maurer & Bretz (2013), the case study; one look is `shortcut_test`.

    >>> from equipoise.design.multiplicity.graph import draw_graph
    >>> from equipoise.design.multiplicity.repeated_p import hypothesis_schedule
    >>> from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
    >>> plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [0.5, 1.0])
    >>> holm = draw_graph([0.5, 0.5], [[0, 1], [1, 0]])
    >>> group_sequential_graph(holm, [plan, plan], [[3.4, 3.1]]).rejected_at
    (1, 1)
    """
    statistics = np.atleast_2d(np.asarray(z, dtype=np.float64))
    plans = tuple(schedules)
    check_alpha(alpha)
    _check(graph, plans, statistics)
    rejected_at: list[int | None] = [None] * len(plans)
    decisions: list[HypothesisAtLook] = []
    graphs, now = [], graph
    for look in range(statistics.shape[0]):
        now, made = _read_look(now, plans, statistics, look, alpha, retest_earlier=retest_earlier)
        graphs.append(now)
        decisions.extend(made)
        for decision in made:
            if decision.rejected:
                rejected_at[graph.position(decision.hypothesis)] = look + 1
    sequential = vector([sequential_p_value(p, statistics[:, j]) for j, p in enumerate(plans)])
    return SequentialGraphTest(
        asked=SequentialGraphQuestion(graph, plans, frozen(statistics), alpha, retest_earlier),
        rejected_at=tuple(rejected_at),
        decisions=tuple(decisions),
        graphs=tuple(graphs),
        sequential_p=sequential,
        adjusted_p=vector(adjusted_p_values(graph, sequential)[0]),
        assumed=(
            "weighted Bonferroni tests at each look: valid under any correlation of hypotheses",
            "bounds of the level now available, derived as if it had been so from the first look",
        ),
    )


def _read_look(
    now: Graph,
    plans: Sequence[HypothesisSchedule],
    z: Matrix,
    look: int,
    alpha: float,
    *,
    retest_earlier: bool,
) -> tuple[Graph, list[HypothesisAtLook]]:
    """Read one look until nothing more is rejected."""
    made: dict[str, HypothesisAtLook] = {}
    waiting = [name for name in now.hypotheses if name not in now.removed]
    again = True
    while again:
        again = False
        for name in waiting:
            j = now.position(name)
            made[name] = _decide(
                plans[j],
                z[:, j],
                look,
                float(now.weights[j]) * alpha,
                name,
                retest_earlier=retest_earlier,
            )
            if made[name].rejected:
                now = reject_hypotheses(now, name)
                waiting.remove(name)
                again = True
                break
    return now, [made[name] for name in now.hypotheses if name in made]


def _decide(
    plan: HypothesisSchedule, z: Vector, look: int, level: float, name: str, *, retest_earlier: bool
) -> HypothesisAtLook:
    so_far = HypothesisSchedule(
        plan.spending,
        plan.information[: look + 1],
        None if plan.spending_time is None else plan.spending_time[: look + 1],
    )
    bounds = efficacy_bounds(so_far, level)
    # with nothing to spend the bound is infinite, and even an infinite z is not enough
    reached = (bounds < np.inf) & (z[: look + 1] >= bounds * (1.0 - ROUNDING))
    looks = np.flatnonzero(reached) if retest_earlier else np.flatnonzero(reached[look:]) + look
    return HypothesisAtLook(
        look=look + 1,
        hypothesis=name,
        level=level,
        z=float(z[look]),
        bound=float(bounds[look]),
        nominal=upper_tail(float(bounds[look])),
        rejected=bool(looks.size),
        reached_at=int(looks[0]) + 1 if looks.size else None,
    )


def _check(graph: Graph, plans: tuple[HypothesisSchedule, ...], z: Matrix) -> None:
    size = len(graph.hypotheses)
    if len(plans) != size or z.shape[1] != size:
        raise DesignError(
            f"{size} hypotheses need {size} schedules and {size} statistics at each look; found "
            f"{len(plans)} and {z.shape[1]}. Write nan where a hypothesis is not tested."
        )
    for name, plan, column in zip(graph.hypotheses, plans, z.T, strict=True):
        if plan.information.size < column.size:
            raise DesignError(
                f"{name} is planned for {plan.information.size} looks, but {column.size} were "
                "made. Give its information at each."
            )
        missing = np.isfinite(plan.information[: column.size]) & np.isnan(column)
        if missing.any():
            raise DesignError(
                f"{name} has information but no statistic at look {int(np.argmax(missing)) + 1}. "
                "Give its z, or write nan for the information."
            )


@dataclass(frozen=True, slots=True)
class HypothesisLevels:
    """Everything one hypothesis can be held against: the planning table of a graph."""

    hypothesis: str
    levels: Vector  # (levels,) alphas it can get, without 0
    bounds: Matrix  # (levels, looks) z; nan where not tested


def planning_table(
    graph: Graph, schedules: Sequence[HypothesisSchedule], alpha: float = 0.025
) -> tuple[HypothesisLevels, ...]:
    """Give the bounds of every hypothesis at every alpha it can get.

    Raises:
        DesignError: Not one schedule per hypothesis.
    Witness: nph16; `alpha_levels` and `bounds_at_levels`.

    >>> from equipoise.design.multiplicity.graph import draw_graph
    >>> from equipoise.design.multiplicity.repeated_p import hypothesis_schedule
    >>> from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
    >>> plan = hypothesis_schedule(LanDeMetsOBrienFleming(), [0.5, 1.0])
    >>> table = planning_table(draw_graph([1, 0], [[0, 1], [0, 0]]), [plan, plan])
    >>> table[1].levels.tolist(), table[1].bounds.round(3).tolist()
    ([0.025], [[2.963, 1.969]])
    """
    _check(graph, tuple(schedules), np.empty((0, len(graph.hypotheses))))
    levels = alpha_levels(graph, alpha)
    return tuple(
        HypothesisLevels(
            name,
            positive := vector([level for level in levels[name] if level > 0.0]),
            bounds_at_levels(plan, positive),
        )
        for name, plan in zip(graph.hypotheses, schedules, strict=True)
        if levels[name][-1] > 0.0
    )


def alpha_levels(graph: Graph, alpha: float) -> dict[str, tuple[float, ...]]:
    """Give every level each hypothesis can be tested at, from the smallest.

    As the others are rejected in any number and order; 0 where it has to wait.

    Args:
        graph: from `draw_graph`.
        alpha: for the whole family.

    Witness: closed forms (Holm: alpha over 1 to m); Maurer & Bretz (2013).

    >>> from equipoise.design.multiplicity.graph import draw_graph
    >>> alpha_levels(draw_graph([0.5, 0.5], [[0, 1], [1, 0]]), 0.025)
    {'H1': (0.0125, 0.025), 'H2': (0.0125, 0.025)}
    """
    check_alpha(alpha)
    table = weight_table(graph)
    size = len(graph.hypotheses)
    levels = {}
    for j, name in enumerate(graph.hypotheses):
        holds = (np.arange(table.shape[0]) >> (size - 1 - j)) & 1 == 1
        shares = np.sort(table[holds, j])
        distinct = shares[np.diff(shares, prepend=-1.0) > DISTINCT]
        levels[name] = tuple((distinct * alpha).tolist())
    return levels

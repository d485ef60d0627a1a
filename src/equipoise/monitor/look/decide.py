"""What a look decides: the same rule for the real trial and for a million rehearsed ones.

At a look, of each hypothesis that is open and tested there, with z its statistic:

    efficacy   z ≥ upper bound;  its alpha moves along the graph, the bounds of the others are
               drawn at their new levels, and the look is read again until nothing more is rejected
    harm       z ≤ bound for harm, or the lower efficacy bound of a two-sided test
    futility   z ≤ futility bound, where obeyed (between two bounds, for a wedge); its alpha stays

The last look of a hypothesis (of its looks, of the trial, or with all information there) spends
all that is left, and what it does not claim is FUTILITY.  A hypothesis without a statistic, or
without more information than at its look before, is not tested.  Bounds of a level gained are
those it would have had from the first look on, held against this look's statistics alone.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.monitor.bounds.rules import CONTINUE, Decisions, Evidence, StoppingRules
from equipoise.monitor.look.in_hand import LookInHand
from equipoise.monitor.look.standing import LookRead, Standing, opened


def decide(rules: StoppingRules, evidence: Evidence) -> Decisions:
    """Decide every look of many trials, and say where each trial stopped.

    A look that did not come due but was held all the same (its trial's time was up) is the final
    analysis; where it was not held, the one before is.

    Raises:
        DesignError: The rules contradict each other, or do not fit the evidence.

    Witness: `group_sequential_graph` and `updated_design`, trial by trial; family-wise error by
        simulation.

    >>> from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules
    >>> rules = StoppingRules((HypothesisRules("OS", FixedBounds((2.96, 1.97), (0.0,) * 2)),))
    >>> z = np.array([[[3.1], [3.0]], [[1.0], [2.0]], [[-0.2], [1.0]]])
    >>> found = decide(rules, Evidence(z, np.ones_like(z), np.ones((3, 2), dtype=bool)))
    >>> found.stopped.tolist(), found.decision[:, :, 0].tolist()
    ([0, 1, 0], [[1, -1], [0, 1], [2, -1]])
    """
    trials, looks = _checked(rules, evidence)
    standing = opened(rules, trials, looks)
    held = evidence.reached | ~np.isnan(evidence.z).all(axis=2)
    for look in range(looks):
        final = ~evidence.reached[:, look]
        if look + 1 < looks:
            final = final | ~held[:, look + 1]
        time = evidence.spending_time
        standing = decide_look(
            rules,
            standing,
            look,
            evidence.z[:, look],
            evidence.information[:, look],
            final=final,
            spending_time=None if time is None else time[:, look],
        )
    return decisions_of(standing)


def decide_look(
    rules: StoppingRules,
    standing: Standing,
    look: int,
    z: Matrix,
    information: Matrix,
    *,
    final: Flags | None = None,
    spending_time: Vector | None = None,
) -> Standing:
    """Decide one look of many trials; those that have stopped stay as they are.

    Args:
        rules: how the trials are decided.
        standing: after the looks before (`opened`, at first).
        look: from 0; looks come in order.
        z: (trials, hypotheses) statistics, nan where there is none.
        information: (trials, hypotheses) as the rules count it.
        final: (trials,) whether the trial ends with this look whatever it decides.
        spending_time: (trials,) fraction of the calendar time, where error is spent by it.

    Raises:
        DesignError: The look is not the next one, or bounds cannot be drawn there.

    Witness: as `decide`, which goes through the looks by this.
    """
    if rules is not standing.rules or look != len(standing.had) or look >= standing.looks:
        raise DesignError(
            f"Look {look + 1} cannot be decided after {len(standing.had)} of {standing.looks} "
            "looks by other rules or out of order; decide each look once, in order."
        )
    ends = np.full(standing.stopped.size, look + 1 == standing.looks)
    if final is not None:
        ends = ends | final
    tested, last = _tested(standing, look, z, information, ends)
    pending = tested & (standing.outcome == CONTINUE) & standing.running[:, None]
    seen = np.where(tested, information, np.nan)
    now = LookInHand(standing, look, z, seen, last, spending_time, pending)
    now.claim()
    decision = now.decision()
    outcome = np.where(decision > CONTINUE, decision, standing.outcome)
    read = LookRead(
        seen, spending_time, decision, now.upper, now.lower, now.harm, now.futility_from
    )
    after = replace(standing, had=(*standing.had, read), outcome=outcome, level=now.level)
    over = standing.running & (ends | ended(after, last))
    return replace(after, stopped=np.where(over, look, standing.stopped))


def _tested(
    standing: Standing, look: int, z: Matrix, information: Matrix, ends: Flags
) -> tuple[Flags, Flags]:
    """Tell which hypotheses are tested at a look, and for which it is the last one.

    Both (trials, hypotheses).
    """
    tested = ~np.isnan(z)
    last = np.empty_like(tested)
    for j, reader in enumerate(standing.readers):
        last[:, j] = ends | reader.all_there(information[:, j]) | (look >= reader.last)
        if reader.place[look] < 0:
            tested[:, j] = False
        else:
            tested[:, j] &= reader.testable(information[:, j], standing.latest(j), last[:, j])
    return tested, last


def ended(standing: Standing, last: Flags) -> Flags:
    """Tell which trials the stopping rule ends, (trials,).

    Args:
        standing: after a look.
        last: (trials, hypotheses) whether the look was the last one of a hypothesis.
    """
    rules = standing.rules
    waiting = standing.levels.within_reach(
        (standing.outcome == CONTINUE) & ~last, standing.rejected
    )
    if rules.stop == "never before the last look":
        return np.zeros(standing.stopped.size, dtype=np.bool_)
    if rules.stop == "primary decided":
        named = [standing.levels.names.index(name) for name in rules.primary]
        return np.asarray(~waiting[:, named].any(axis=1), dtype=np.bool_)
    over = ~waiting.any(axis=1)
    if rules.stop == "first rejection":
        over |= standing.rejected.any(axis=1)
    return np.asarray(over, dtype=np.bool_)


def decisions_of(standing: Standing) -> Decisions:
    """Put together what the looks decided.

    Witness: as `decide`.
    """
    had = standing.had
    nowhere = np.full(standing.outcome.shape, -np.inf)

    def lower_side(each: list[Matrix | None]) -> NDArray[np.float64] | None:
        if all(bound is None for bound in each):
            return None
        return np.stack([nowhere if bound is None else bound for bound in each], axis=1)

    shape = (standing.outcome.shape[0], 0, standing.outcome.shape[1])
    return Decisions(
        decision=np.stack([look.decision for look in had], axis=1)
        if had
        else np.empty(shape, dtype=np.int8),
        bound=np.stack([look.bound for look in had], axis=1) if had else np.empty(shape),
        lower=np.stack([look.lower for look in had], axis=1) if had else np.empty(shape),
        stopped=standing.stopped,
        alpha_left=standing.level,
        harm=lower_side([look.harm for look in had]),
        futility_from=lower_side([look.futility_from for look in had]),
    )


def _checked(rules: StoppingRules, evidence: Evidence) -> tuple[int, int]:
    """Refuse evidence whose parts do not fit together."""
    shape = evidence.z.shape
    size = len(rules.hypotheses)
    fits = len(shape) == 3 and shape[2] == size and evidence.information.shape == shape  # noqa: PLR2004
    if not fits or evidence.reached.shape != shape[:2]:
        raise DesignError(
            f"Evidence is (trials, looks, {size} hypotheses); found z {shape}, information "
            f"{evidence.information.shape}, reached {evidence.reached.shape}; give one shape."
        )
    return shape[0], shape[1]

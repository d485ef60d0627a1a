"""What the looks to come bring every hypothesis: all of them together, and each by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from equipoise.kernel.arrays import Vector
from equipoise.monitor.bounds.planned_rules import needs_time
from equipoise.monitor.bounds.rules import CONTINUE, Decisions, Evidence
from equipoise.monitor.look.look import Look, TrialRules
from equipoise.simulate.characteristics.monte_carlo import Probability
from equipoise.simulate.evidence import evidence_of
from equipoise.simulate.rehearsal import Rehearsal
from equipoise.simulate.rest.deciding import alone, claims, go_on, standing_after
from equipoise.simulate.rest.playing import Played
from equipoise.simulate.rest.telling import Now, chance, hypothesis_rest
from equipoise.simulate.rest.values import HypothesisRest, Replicates

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Deciding:
    """By what the looks to come are decided."""

    rules: TrialRules
    look: Look  # at hand
    tested: tuple[str, ...]  # hypotheses simulated, the leading one first
    labels: Mapping[str, tuple[str, str]]  # hypothesis → label, endpoint


def hypotheses_of(
    deciding: Deciding, rehearsal: Rehearsal, played: Played, now: Now
) -> tuple[tuple[HypothesisRest, ...], Replicates]:
    """Decide the looks to come, all hypotheses together and each alone."""
    names = tuple(each.hypothesis for each in deciding.rules.stopping.hypotheses)
    place = [names.index(each) for each in deciding.tested]
    whole = _timed(
        deciding, rehearsal, evidence_of(rehearsal.world, rehearsal.conduct, played.table)
    )
    replicates = whole.z.shape[0]
    left = tuple(name for name in names if name not in deciding.tested)
    standing = standing_after(deciding.rules, deciding.look, replicates, left_out=left)
    claimed = standing.rejected[0].tolist()
    given_up = (standing.outcome[0] > CONTINUE).tolist()
    decisions = go_on(standing, _among(whole, place, len(names)))
    every = _every(played, whole, decisions, place)
    found = tuple(
        hypothesis_rest(
            (name, *deciding.labels[name]),
            column,
            every,
            now,
            claimed=claimed[place[column]],
            given_up=given_up[place[column]] and not claimed[place[column]],
            alone=_alone(deciding, whole, column, name, standing.level[:, place[column]]),
        )
        for column, name in enumerate(deciding.tested)
    )
    return found, every


def _timed(deciding: Deciding, rehearsal: Rehearsal, whole: Evidence) -> Evidence:
    """Say by what time errors are spent: the calendar's, or the leading hypothesis's fraction."""
    if rehearsal.conduct.planned_duration is not None or not needs_time(deciding.rules):
        return whole
    name = deciding.tested[0]
    lead = next(e for e in deciding.rules.stopping.hypotheses if e.hypothesis == name)
    if lead.bounds.planned is None:
        return whole
    return replace(
        whole, spending_time=np.minimum(whole.information[:, :, 0] / lead.bounds.planned, 1.0)
    )


def _alone(
    deciding: Deciding, whole: Evidence, column: int, name: str, level: Vector
) -> Probability | None:
    """Give the chance that a hypothesis is claimed at its present level, whatever the others do."""
    rules = alone(deciding.rules, name)
    standing = standing_after(rules, deciding.look, whole.z.shape[0])
    if bool(standing.rejected[0, 0]):
        return chance(standing.rejected[:, 0])
    if not level[0] > 0.0:
        return None
    standing = replace(standing, level=level[:, None].copy())
    decisions = go_on(standing, _among(whole, [0], 1, [column]))
    return chance(claims(decisions, 0))


def _among(
    whole: Evidence, place: list[int], hypotheses: int, columns: list[int] | None = None
) -> Evidence:
    """Give the evidence of the looks to come, each hypothesis in its place; others have none."""
    shape = (whole.z.shape[0], whole.z.shape[1] - 1, hypotheses)
    z, information = np.full(shape, np.nan), np.zeros(shape)
    taken = list(range(len(place))) if columns is None else columns
    z[:, :, place] = whole.z[:, 1:, taken]
    information[:, :, place] = whole.information[:, 1:, taken]
    time = None if whole.spending_time is None else whole.spending_time[:, 1:]
    return Evidence(z, information, whole.reached[:, 1:], time)


def _every(
    played: Played,
    whole: Evidence,
    decisions: Decisions,
    place: list[int],
) -> Replicates:
    table = played.table
    return Replicates(
        time=_kept(table.time[:, 1:]),
        reached=_kept(table.reached[:, 1:]),
        patients=_kept(table.patients[:, 1:]),
        events=_kept(table.events[:, 1:, 0].sum(axis=2, dtype=np.int32)),
        z=_kept(whole.z[:, 1:]),
        information=_kept(whole.information[:, 1:]),
        effect=_kept(played.effect[:, 1:]),
        decision=_kept(decisions.decision[:, :, place]),
        bound=_kept(decisions.bound[:, :, place]),
        stopped=_kept(decisions.stopped),
    )


def _kept(values: NDArray[Number]) -> NDArray[Number]:
    """Freeze a copy that is laid out row by row."""
    own = np.array(values, order="C")
    own.setflags(write=False)
    return own

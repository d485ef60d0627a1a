"""What the looks to come decide, the looks so far standing as they are recorded.

The trial stands where the look at hand has left it: information spent, hypotheses claimed, levels
passed on.  Bounds of later looks are drawn from there, replicate by replicate.  That the rules may
already have ended the trial is set aside: what is asked is what going on would bring.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.monitor.bounds.rules import (
    CONTINUE,
    EFFICACY,
    FUTILITY,
    Decisions,
    Evidence,
    StoppingRules,
)
from equipoise.monitor.look.decide import decide_look, decisions_of
from equipoise.monitor.look.look import HypothesisLook, Look, PastLook, TrialRules
from equipoise.monitor.look.numbers import HeldLook, ThisLook, looks_before
from equipoise.monitor.look.past_standing import overrulable, standing_before
from equipoise.monitor.look.standing import LookRead, Standing


@dataclass(frozen=True, slots=True)
class LooksSoFar:
    """The looks that have been held, the one at hand the last."""

    past: dict[str, tuple[PastLook, ...]]  # by hypothesis
    held: tuple[HeldLook, ...]

    @property
    def planned(self) -> int:
        """How many of the planned looks have been held, or passed by."""
        return max((each.planned or 0 for each in self.held), default=0)

    @property
    def extras(self) -> int:
        """How many looks were held that had not been planned."""
        return sum(each.planned is None for each in self.held)


def looks_so_far(look: Look) -> LooksSoFar:
    """Give the looks held, that at hand beside those on record.

    Raises:
        DesignError: Hypotheses tell of different looks, or looks are out of order.
    """
    past = {each.hypothesis: (*each.past, _on_record(each, look)) for each in look.hypotheses}
    return LooksSoFar(past, looks_before(past))


def _on_record(each: HypothesisLook, look: Look) -> PastLook:
    return PastLook(
        look=look.number,
        as_of=look.as_of,
        z=each.seen.z,
        information=each.seen.information,
        score_information=each.seen.score_information,
        bound=each.bound,
        futility=each.futility,
        harm=each.harm,
        alpha_spent=each.alpha_spent,
        beta_spent=each.beta_spent,
        decision=each.decision,
        spending_time=look.spending_time,
        unplanned=look.unplanned,
    )


def futility_as(rules: TrialRules, obeyed: bool | None) -> TrialRules:  # noqa: FBT001 - a state
    """Obey futility or ignore it throughout; None: as the rules say."""
    if obeyed is None:
        return rules
    kept = tuple(replace(each, futility_obeyed=obeyed) for each in rules.stopping.hypotheses)
    return replace(rules, stopping=replace(rules.stopping, hypotheses=kept))


def alone(rules: TrialRules, hypothesis: str) -> TrialRules:
    """Give the rules of one hypothesis by itself."""
    own = next(each for each in rules.stopping.hypotheses if each.hypothesis == hypothesis)
    return replace(rules, stopping=StoppingRules((own,), rules.stopping.alpha))


def standing_after(
    rules: TrialRules,
    look: Look,
    replicates: int,
    *,
    left_out: tuple[str, ...] = (),
) -> Standing:
    """Give where every replicate stands after the look at hand.

    Args:
        rules: of the trial, or of one of its hypotheses.
        look: at hand, with what came before.
        replicates: as many trials.
        left_out: hypotheses that are not simulated: they are neither tested nor waited for.

    Raises:
        DesignError: The looks do not fit the rules.

    Witness: `decide` of the whole trial, on the same evidence.
    """
    so_far = looks_so_far(look)
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    past = {name: so_far.past[name] for name in names if name in so_far.past}
    upcoming = HeldLook(so_far.planned + so_far.extras + 1, so_far.planned + 1)
    this = ThisLook(upcoming, so_far.held, final=False, why_final="", skipped=(), fraction=0.0)
    standing = standing_before(rules, past, this).standing
    outcome, level = standing.outcome[0].copy(), standing.level[0].copy()
    known = {each.hypothesis: each.level for each in look.hypotheses}
    for j, reader in enumerate(standing.readers):
        level[j] = known.get(names[j], level[j])
        ignored = not reader.rules.futility_obeyed and FUTILITY in overrulable(reader)
        if outcome[j] == FUTILITY and ignored and reader.last >= len(standing.had):
            outcome[j] = CONTINUE
        if outcome[j] == CONTINUE and names[j] in left_out:
            outcome[j] = FUTILITY
    return replace(
        standing,
        had=tuple(_repeated(each, replicates) for each in standing.had),
        outcome=np.tile(outcome, (replicates, 1)),
        level=np.tile(level, (replicates, 1)),
        stopped=np.full(replicates, -1, dtype=np.int64),
    )


def _repeated(read: LookRead, replicates: int) -> LookRead:
    """Give one look so far, the same in every replicate."""

    def rows(values: Matrix) -> Matrix:
        return np.broadcast_to(values[0], (replicates, values.shape[1]))

    return LookRead(
        rows(read.information),
        None if read.time is None else np.full(replicates, read.time[0]),
        np.broadcast_to(read.decision[0], (replicates, read.decision.shape[1])),
        rows(read.bound),
        rows(read.lower),
        None,
        None,
    )


def go_on(standing: Standing, evidence: Evidence) -> Decisions:
    """Decide the looks to come; what is given is of these looks alone.

    Args:
        standing: after the look at hand.
        evidence: of the looks to come, in the order of the rules' hypotheses.

    Witness: `decide` of the whole trial, replicate by replicate.
    """
    past, looks = len(standing.had), evidence.z.shape[1]
    held = evidence.reached | ~np.isnan(evidence.z).all(axis=2)
    for look in range(looks):
        final = ~evidence.reached[:, look]
        if look + 1 < looks:
            final = final | ~held[:, look + 1]
        standing = decide_look(
            standing.rules,
            standing,
            past + look,
            evidence.z[:, look],
            evidence.information[:, look],
            final=final,
            spending_time=_time_of(evidence, look),
        )
    found = decisions_of(standing)
    return replace(
        found,
        decision=found.decision[:, past:],
        bound=found.bound[:, past:],
        lower=found.lower[:, past:],
        stopped=found.stopped - past,
        harm=None if found.harm is None else found.harm[:, past:],
        futility_from=None if found.futility_from is None else found.futility_from[:, past:],
    )


def _time_of(evidence: Evidence, look: int) -> Vector | None:
    return None if evidence.spending_time is None else evidence.spending_time[:, look]


def claims(decisions: Decisions, hypothesis: int) -> Flags:
    """Tell in which replicates a hypothesis is claimed at a look to come."""
    return np.asarray((decisions.decision[:, :, hypothesis] == EFFICACY).any(axis=1))

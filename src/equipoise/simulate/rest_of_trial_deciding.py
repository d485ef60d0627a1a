"""What the looks to come decide, the looks so far standing as they are recorded.

The trial stands where the look at hand has left it: information spent, hypotheses claimed, levels
passed on.  Bounds of later looks are drawn from there, replicate by replicate.  That the rules may
already have ended the trial is set aside: what is asked is what going on would bring.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from equipoise.kernel.arrays import Flags, Matrix, Vector
from equipoise.monitor.decide import decide_look, decisions_of
from equipoise.monitor.look import HypothesisLook, Look, PastLook
from equipoise.monitor.rules import (
    CONTINUE,
    EFFICACY,
    FUTILITY,
    NOT_TESTED,
    Decisions,
    Evidence,
    HypothesisRules,
    StoppingRules,
)
from equipoise.monitor.standing import LookRead, Standing, opened

DECIDING = (EFFICACY, FUTILITY)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one look has said of one hypothesis."""

    information: float  # nan where not tested
    decision: int
    spending_time: float  # nan where unknown
    bound: float
    futility: float


def futility_as(rules: StoppingRules, obeyed: bool | None) -> StoppingRules:  # noqa: FBT001
    """Obey futility or ignore it throughout; None: as the rules say."""
    if obeyed is None:
        return rules
    kept = tuple(replace(each, futility_obeyed=obeyed) for each in rules.hypotheses)
    return replace(rules, hypotheses=kept)


def alone(rules: StoppingRules, hypothesis: HypothesisRules) -> StoppingRules:
    """Give the rules of one hypothesis by itself."""
    return StoppingRules((hypothesis,), rules.alpha)


def standing_after(
    rules: StoppingRules,
    looks: int,
    look: Look,
    replicates: int,
    *,
    left_out: tuple[str, ...] = (),
) -> Standing:
    """Give where every replicate stands after the look at hand.

    Args:
        rules: of the trial, or of one of its hypotheses.
        looks: of the trial, at most.
        look: at hand, with what came before.
        replicates: as many trials.
        left_out: hypotheses that are not simulated: they are neither tested nor waited for.

    Witness: `decide_look`, look by look, of the same evidence.
    """
    standing = opened(rules, replicates, looks)
    held = {each.hypothesis: each for each in look.hypotheses}
    said = [_recorded(held.get(each.hypothesis), look) for each in rules.hypotheses]
    had = tuple(
        _read([each[number] for each in said], replicates) for number in range(1, look.number + 1)
    )
    outcome = [
        _outcome(each, rule, left=rule.hypothesis in left_out)
        for each, rule in zip(said, rules.hypotheses, strict=True)
    ]
    level = [
        held[rule.hypothesis].level if rule.hypothesis in held else start
        for rule, start in zip(rules.hypotheses, standing.level[0].tolist(), strict=True)
    ]
    return replace(
        standing,
        had=had,
        outcome=np.tile(np.array(outcome, dtype=np.int8), (replicates, 1)),
        level=np.tile(np.array(level), (replicates, 1)),
    )


def _recorded(found: HypothesisLook | None, look: Look) -> Mapping[int, Recorded]:
    """Give what each look so far has said of a hypothesis; looks without a record said nothing."""
    nothing = Recorded(np.nan, NOT_TESTED, np.nan, np.nan, -np.inf)
    told = dict.fromkeys(range(1, look.number + 1), nothing)
    if found is None:
        return told
    told |= {each.look: _past(each) for each in found.past if each.look < look.number}
    told[look.number] = Recorded(
        found.seen.information if found.tested else np.nan,
        found.decision,
        np.nan if look.spending_time is None else look.spending_time,
        np.nan if found.bound is None else found.bound,
        -np.inf if found.futility is None else found.futility,
    )
    return told


def _past(each: PastLook) -> Recorded:
    tested = each.bound is not None and each.decision != NOT_TESTED
    return Recorded(
        each.information if tested else np.nan,
        each.decision,
        np.nan if each.spending_time is None else each.spending_time,
        np.nan if each.bound is None else each.bound,
        -np.inf if each.futility is None else each.futility,
    )


def _read(said: list[Recorded], replicates: int) -> LookRead:
    """Give one look so far, the same in every replicate."""

    def rows(values: list[float]) -> Matrix:
        return np.broadcast_to(np.array(values), (replicates, len(values)))

    time = next((each.spending_time for each in said if not np.isnan(each.spending_time)), None)
    return LookRead(
        rows([each.information for each in said]),
        None if time is None else np.full(replicates, time),
        np.broadcast_to(
            np.array([each.decision for each in said], dtype=np.int8), (replicates, len(said))
        ),
        rows([each.bound for each in said]),
        rows([each.futility for each in said]),
        None,
        None,
    )


def _outcome(told: Mapping[int, Recorded], rule: HypothesisRules, *, left: bool) -> int:
    """Give what decided a hypothesis so far; what is not simulated counts as given up."""
    decided = [each.decision for each in told.values() if each.decision > CONTINUE]
    kept = [each for each in decided if each != FUTILITY or rule.futility_obeyed]
    if kept:
        return kept[0]
    return FUTILITY if left else CONTINUE


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

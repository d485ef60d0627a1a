"""Where a real trial stands after the looks on record: what they decided is taken as it was.

Information of past looks comes from the record, so do decisions and what they passed on of alpha;
nothing decided is decided again.  Where the rules ended the trial at a past look and it went on
all the same, hypotheses given up for futility that is not binding are open again: the efficacy
bounds do not rely on it.  Those given up for binding futility stay given up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from equipoise.errors import DesignError
from equipoise.monitor.bounds.bounds import Reader, reader_of
from equipoise.monitor.bounds.rules import (
    CONTINUE,
    EFFICACY,
    FUTILITY,
    HARM,
    NOT_TESTED,
    FixedBounds,
    HypothesisRules,
)
from equipoise.monitor.look.decide import ended
from equipoise.monitor.look.look import PastLook, TrialRules
from equipoise.monitor.look.numbers import HeldLook, ThisLook
from equipoise.monitor.look.standing import LookRead, Standing, opened

SAME = 1e-8  # relative: alpha that was spent in full


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The standing of one trial before a look."""

    standing: Standing
    overruled: tuple[tuple[int, str], ...]  # (look, hypothesis) given up there, and open again


def standing_before(
    rules: TrialRules, past: Mapping[str, tuple[PastLook, ...]], this: ThisLook
) -> Rebuilt:
    """Give the standing of a trial before a look.

    Args:
        rules: of the trial.
        past: by hypothesis, what the record says of earlier looks.
        this: the look that is being held.

    Raises:
        DesignError: The record tells of hypotheses or decisions that the rules do not know.

    Witness: `decide`, look by look on rehearsed trials.
    """
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    unknown = set(past) - set(names)
    if unknown:
        raise DesignError(
            f"The record tells of {', '.join(sorted(unknown))}, which the rules do not decide; "
            f"they decide {', '.join(names)}."
        )
    readers = tuple(_reader(each, rules.looks, this) for each in rules.stopping.hypotheses)
    looks = len(readers[0].place)
    standing = replace(opened(rules.stopping, 1, rules.looks), readers=readers, looks=looks)
    overruled: list[tuple[int, str]] = []
    for held in this.before:
        told = [_told(past.get(name, ()), held) for name in names]
        standing = _after(standing, told)
        for j in _going_on(standing, told):
            overruled.append((held.number, names[j]))
            standing.outcome[0, j] = CONTINUE
    return Rebuilt(standing, tuple(overruled))


def _reader(rules: HypothesisRules, looks: int, this: ThisLook) -> Reader:
    """Give a reader of the bounds for the looks as held and those planned to come."""
    planned = reader_of(rules, looks).place
    held = (*this.before, this.held)
    latest = max((each.planned or 0 for each in held), default=0)
    to_come = () if this.final else planned[latest:]
    place = tuple(_place(rules, planned, each) for each in held)
    if this.final and place[-1] >= looks and not isinstance(rules.bounds, FixedBounds):
        place = (*place[:-1], max(planned))
    return Reader(rules, (*place, *to_come))


def _place(rules: HypothesisRules, planned: tuple[int, ...], held: HeldLook) -> int:
    """Tell which look of the design a look is; an extra one is beyond its last."""
    if held.planned is not None:
        return planned[held.planned - 1]
    if isinstance(rules.bounds, FixedBounds) or rules.looks is not None:
        return -1
    return len(planned)


def _told(looks: Sequence[PastLook], held: HeldLook) -> PastLook | None:
    return next((each for each in looks if each.look == held.number), None)


def _after(standing: Standing, told: Sequence[PastLook | None]) -> Standing:
    """Give the standing after one past look."""
    look, names = len(standing.had), standing.levels.names
    information = np.full((1, len(names)), np.nan)
    bound, lower = information.copy(), np.full(information.shape, -np.inf)
    decision = np.full(information.shape, NOT_TESTED, dtype=np.int8)
    for j, each in enumerate(told):
        if each is None:
            continue
        if each.decision not in {CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED}:
            raise DesignError(
                f"Look {each.look} of {names[j]} has the decision {each.decision}, which is none; "
                "give a code of `monitor.bounds.rules`."
            )
        decision[0, j] = each.decision
        if _was_tested(standing, j, each):
            information[0, j] = each.information
            bound[0, j] = np.inf if each.bound is None else each.bound
            lower[0, j] = -np.inf if each.futility is None else each.futility
    times = [each.spending_time for each in told if each is not None]
    time = next((value for value in times if value is not None), None)
    read = LookRead(
        information,
        None if time is None else np.array([time]),
        decision,
        bound,
        lower,
        None,
        None,
    )
    was_open = standing.outcome == CONTINUE
    outcome = np.where(was_open & (decision > CONTINUE), decision, standing.outcome)
    remaining = outcome != EFFICACY
    level = np.where(remaining, standing.levels.given(remaining), standing.level)
    assert look < standing.looks  # noqa: S101 - as many places as looks
    return replace(standing, had=(*standing.had, read), outcome=outcome, level=level)


def _was_tested(standing: Standing, j: int, each: PastLook) -> bool:
    """Tell whether a look had a statistic, and information to test it by."""
    reader = standing.readers[j]
    if each.z is None or reader.place[len(standing.had)] < 0:
        return False
    decided = each.decision in {EFFICACY, FUTILITY, HARM}
    before = standing.latest(j)
    found = reader.testable(np.array([each.information]), before, np.array([decided]))
    return bool(found[0])


def _going_on(standing: Standing, told: Sequence[PastLook | None]) -> list[int]:
    """Name what was given up for futility that is not binding, where the rules ended the trial."""
    last = np.array([[_was_last(standing, j, each) for j, each in enumerate(told)]])
    if not ended(standing, last)[0]:
        return []
    return [
        j
        for j, reader in enumerate(standing.readers)
        if standing.outcome[0, j] in overrulable(reader) and not last[0, j]
    ]


def _was_last(standing: Standing, j: int, each: PastLook | None) -> bool:
    """Tell whether the latest past look left a hypothesis nothing to be tested with."""
    reader, look = standing.readers[j], len(standing.had) - 1
    bounds = reader.rules.bounds
    if look >= reader.last or each is None:
        return look >= reader.last
    if isinstance(bounds, FixedBounds):
        return reader.place[look] == len(bounds.upper) - 1
    level, spent = float(standing.level[0, j]), each.alpha_spent
    in_full = spent is not None and level > 0.0 and spent >= level * (1.0 - SAME)
    return in_full or bool(reader.all_there(np.array([each.information]))[0])


def overrulable(reader: Reader) -> frozenset[int]:
    """Name the decisions that a committee may overrule: efficacy bounds do not rely on them.

    What is at or below the lower efficacy bound of a two-sided test is rejected for good.
    """
    bounds = reader.rules.bounds
    if isinstance(bounds, FixedBounds):
        return frozenset({FUTILITY})
    if bounds.design.binding:
        return frozenset()
    return frozenset({FUTILITY, HARM} if bounds.design.sides == 1 else {FUTILITY})

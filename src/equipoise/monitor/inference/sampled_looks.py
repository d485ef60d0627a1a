"""The looks at which the trial of a hypothesis could have ended, as inference after it needs them.

Looks that were held have the bounds they were held against, those to come what is drawn for them.
Information is what the rules count (events, say), in the unit of 1 / variance of the estimate at
this look: bounds were drawn at its fractions, and so the p-value agrees with the decision.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.sequential.design import GroupSequential
from equipoise.kernel.arrays import Vector, vector
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, HARM, NOT_TESTED
from equipoise.monitor.look.look import HypothesisLook, PastLook

TWO_SIDES = 2


@dataclass(frozen=True, slots=True)
class SampledLooks:
    """Where a trial could have ended: looks before, the one it ended at, and those after."""

    information: Vector  # (looks,) 1 / variance of the estimate
    upper: Vector  # (looks,) z; inf where none
    lower: Vector  # (looks,) z; -inf where none, or where not obeyed
    at: int  # the look the trial ends at, from 0
    z: float  # there
    obeyed: bool  # whether lower bounds are

    @property
    def crossed(self) -> bool:
        """Whether z has crossed a bound."""
        return bool(self.z >= self.upper[self.at] or self.z <= self.lower[self.at])

    @property
    def before(self) -> tuple[Vector, Vector, Vector]:
        """Information, upper and lower bounds of the looks before."""
        here = slice(0, self.at)
        return self.information[here], self.upper[here], self.lower[here]

    @property
    def possible(self) -> tuple[Vector, Vector, Vector]:
        """The same of all looks that the trial could have had: none after one without crossing."""
        here = slice(0, None if self.crossed else self.at + 1)
        return self.information[here], self.upper[here], self.lower[here]


def stopped_before(look: HypothesisLook) -> PastLook | None:
    """Give the earlier look that decided the hypothesis for good, if one did.

    One given up and yet tested again was overruled: its trial did not end there.
    """
    stop: PastLook | None = None
    for each in look.past:
        if stop is not None and _for_good(stop, look):
            break
        if each.decision != NOT_TESTED:
            stop = None if each.decision == CONTINUE else each
    return stop if stop is None or not look.tested or _for_good(stop, look) else None


def _for_good(past: PastLook, look: HypothesisLook) -> bool:
    """Tell whether no committee can overrule what a look decided."""
    sides = 1 if look.drawn is None else look.drawn.sides
    return past.decision == EFFICACY or (past.decision == HARM and sides == TWO_SIDES)


def sampled_looks(
    look: HypothesisLook, information: float, *, futility_obeyed: bool | None = None
) -> SampledLooks:
    """Give the looks of a hypothesis that has a z, ended where it was decided or now.

    Args:
        look: at which it is read.
        information: at this look, 1 / variance of the estimate.
        futility_obeyed: whether bounds of futility ended the trial, so that the ordering obeys
            them; by default where they are binding.

    Witness: the looks of a design held as planned are the design's.
    """
    drawn, stop = look.drawn, stopped_before(look)
    sides = 1 if drawn is None else drawn.sides
    binding = drawn is not None and drawn.binding
    obeyed = sides == TWO_SIDES or (binding if futility_obeyed is None else futility_obeyed)

    def floor(futility: float | None, harm: float | None) -> float:
        bound = harm if sides == TWO_SIDES else futility
        return bound if obeyed and bound is not None and not np.isnan(bound) else -np.inf

    ratio = information / look.seen.information if look.seen.information > 0.0 else np.nan
    rows, at, z = [], -1, float(look.seen.z or 0.0)
    for each in look.past:
        row = each.information * ratio, _ceiling(each.bound), floor(each.futility, each.harm)
        if each is not stop and (not row[0] > 0.0 or row[1:] == (np.inf, -np.inf)):
            continue
        rows.append(row)
        if each is stop:
            at, z = len(rows) - 1, z if each.z is None else each.z
            break
    else:
        at = len(rows)
        rows.append((information, _ceiling(look.bound), floor(look.futility, look.harm)))
    rows += _to_come(look, drawn, rows[-1][0], information, obeyed=obeyed)
    seen, upper, lower = (vector(each) for each in zip(*rows, strict=True))
    return SampledLooks(seen, upper, lower, at, z, obeyed)


def _ceiling(bound: float | None) -> float:
    return np.inf if bound is None or np.isnan(bound) else bound


def _to_come(
    look: HypothesisLook,
    drawn: GroupSequential | None,
    latest: float,
    information: float,
    *,
    obeyed: bool,
) -> list[tuple[float, float, float]]:
    """Give the looks after this one, as drawn."""
    if drawn is None:
        return []
    placed = look.place > 0
    here = float(drawn.information[look.place - 1]) if placed else look.fraction
    if not here > 0.0:
        return []
    unit = information / here
    later = np.flatnonzero(drawn.information * unit > max(latest, information))
    lower = drawn.lower if obeyed else np.full(drawn.looks, -np.inf)
    return [
        (float(drawn.information[j] * unit), float(drawn.upper[j]), float(lower[j]))
        for j in later.tolist()
    ]

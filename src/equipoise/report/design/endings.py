"""How each look can end the trial, from the plan's chances: efficacy shown, or not, or harm.

At the last look everything that does not show efficacy ends without a rejection, whether or not
a futility bound is drawn there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.design.plan import LookPlan
from equipoise.design.trial_design import Truth


@dataclass(frozen=True, slots=True)
class Ending:
    """The chance that the trial ends first at this look, by how."""

    efficacy: float
    without: float  # for futility, or at the end without efficacy
    by_now: float  # ended at this look or before
    harm: float = 0.0


def endings(looks: Sequence[LookPlan], truth: Truth) -> tuple[Ending, ...]:
    """Give the endings of every look; they add up to 1."""
    found: list[Ending] = []
    ended = 0.0
    for look in looks:
        if truth == "null":
            efficacy, futility, harm = look.efficacy_null, look.futility_null, look.harm_null
        else:
            efficacy, futility = look.efficacy_alternative, look.futility_alternative
            harm = look.harm_alternative
        if look is looks[-1]:
            futility = max(0.0, 1.0 - ended - efficacy - harm)
        ended += efficacy + futility + harm
        found.append(Ending(efficacy, futility, min(1.0, ended), harm))
    return tuple(found)

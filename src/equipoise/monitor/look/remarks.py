"""What is to be said beside a look: looks left out or added, its information, why it ends."""

import numpy as np

from equipoise.design.wording.numbers import decimal, fraction_words
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY
from equipoise.monitor.look.look import HypothesisLook
from equipoise.monitor.look.numbers import ThisLook
from equipoise.monitor.look.past_standing import Rebuilt
from equipoise.monitor.look.wording import named

SAME = 1e-9


def remarks_of(
    this: ThisLook,
    before: Rebuilt,
    hypotheses: tuple[HypothesisLook, ...],
    stopped_for: str | None,
) -> tuple[str, ...]:
    """Give the remarks on a look, as sentences.

    Args:
        this: which look it is.
        before: where the trial stood, and what was overruled.
        hypotheses: as the look leaves them.
        stopped_for: why the trial ends here for other reasons; None: it does not.
    """
    return (
        *_skipped(this),
        *_unplanned(this),
        *_ending(this, hypotheses, stopped_for),
        *(_overruled(look, name) for look, name in before.overruled),
        *(said for each in hypotheses for said in _differing(each, before)),
    )


def _skipped(this: ThisLook) -> tuple[str, ...]:
    if not this.skipped:
        return ()
    looks, many = ", ".join(map(str, this.skipped)), len(this.skipped) > 1
    which = f"Planned look{'s' if many else ''} {looks} {'were' if many else 'was'} left out"
    return (f"{which}; what of alpha was meant for {'them' if many else 'it'} is spent here.",)


def _unplanned(this: ThisLook) -> tuple[str, ...]:
    if this.held.planned is not None:
        return ()
    told = _UNPLANNED.format(this.held.number)
    return (told, _SHORT.format(fraction_words(this.fraction))) if this.short_of_last else (told,)


def _ending(
    this: ThisLook, hypotheses: tuple[HypothesisLook, ...], stopped_for: str | None
) -> tuple[str, ...]:
    """Say why a look is the last, and what becomes of alpha."""
    share = fraction_words(this.fraction)
    if stopped_for and not this.final:
        return (_NOT_IN_FULL.format(stopped_for, _left(hypotheses)),)
    if this.why_final == "stopped":
        return (_STOPPED.format(f" for {stopped_for}" if stopped_for else "", share),)
    if this.why_final and this.fraction > 1.0 + SAME:
        return (_OVER.format(share),)
    if this.why_final == "planned" and this.fraction < 1.0 - SAME:
        return (_UNDER.format(share),)
    if this.why_final == "all information is there":
        return ("All the information planned is there: this look is the last.",)
    return ()


def _left(hypotheses: tuple[HypothesisLook, ...]) -> str:
    """Tell how much of alpha stays unspent."""
    told = [
        f"{decimal(each.level - each.alpha_spent, 4)} of {each.hypothesis}"
        for each in hypotheses
        if each.tested and each.alpha_spent is not None and each.decision == CONTINUE
    ]
    return f" ({', '.join(told)} is left)" if told else ""


def _overruled(look: int, name: str) -> str:
    return (
        f"The rules ended the trial at look {look}, with {name} given up; it went on. The bound is "
        f"not binding, so that {name} is open and the type I error is kept."
    )


def _differing(each: HypothesisLook, before: Rebuilt) -> tuple[str, ...]:
    """Name past looks whose bounds on record are not those that the rules draw now."""
    drawn, place = each.drawn, each.place
    standing = before.standing
    j = standing.levels.names.index(each.hypothesis)
    if drawn is None or place < 1 or each.decision == EFFICACY:
        return ()
    if each.level != float(standing.levels.given(np.ones_like(standing.rejected))[0, j]):
        return ()  # alpha came from others since
    held = [past for past in each.past if past.bound is not None]
    if len(held) != place - 1:
        return ()
    return tuple(
        f"{named(each)} was held against {decimal(past.bound or 0.0, 4)} at look {past.look}; the "
        f"rules draw {decimal(float(drawn.upper[at]), 4)} there now. What was decided stays; "
        "the bound here is drawn as if the rules had held from the first look."
        for at, past in enumerate(held)
        if past.bound is not None and bounds_differ(float(drawn.upper[at]), past.bound)
    )


def bounds_differ(drawn: float, recorded: float) -> bool:
    """Tell whether a bound on record is another than the rules draw.

    >>> bounds_differ(2.5, 2.5 + 1e-9)
    False
    """
    return bool(abs(drawn - recorded) > 1e-6) and bool(np.isfinite(drawn))  # noqa: PLR2004


_UNPLANNED = (
    "Look {0} was not planned; errors are spent by the same functions, at its information. That "
    "keeps alpha if the look was not added because of the results."
)
_SHORT = (
    "With {0} of the information planned it is not taken for the last look, and the trial goes on. "
    "If the trial ends with it whatever it shows, say beforehand that it is final: it then spends "
    "all of alpha that is left."
)
_NOT_IN_FULL = (
    "The trial stops here for {0}, and the look is held as planned: alpha is not spent in full{1}."
)
_STOPPED = (
    "The trial stops here{0} with {1} of the information, so that this look is the last and spends "
    "all of alpha that is left. That keeps alpha only if the reason does not rest on the "
    "comparison of the arms."
)
_OVER = (
    "There is more information than planned ({0}): the last look spends all of alpha that is left, "
    "and its bound allows for the information observed."
)
_UNDER = (
    "The last look has {0} of the information planned: it spends all of alpha that is left, "
    "wherever it comes."
)

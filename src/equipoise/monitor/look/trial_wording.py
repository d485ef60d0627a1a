"""What a look decides of the trial, in one sentence."""

from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, HARM
from equipoise.monitor.look.look import HypothesisLook, TrialRules
from equipoise.monitor.look.numbers import ThisLook


def trial_sentence(
    rules: TrialRules,
    hypotheses: tuple[HypothesisLook, ...],
    this: ThisLook,
    *,
    stop: bool,
    stopped_for: str | None,
) -> str:
    """Tell what is decided of the trial.

    Args:
        rules: of the trial.
        hypotheses: as the look leaves them.
        this: which look it is.
        stop: whether the trial ends here, by its rules or because this is the last look.
        stopped_for: other reasons for which it ends here.
    """
    claims = _claims(rules, hypotheses)
    number = this.held.number
    if stopped_for:
        ends = f"The trial stops at look {number} for {stopped_for}"
        return f"{ends}: {claims or 'no bound for efficacy is crossed, and nothing is claimed'}."
    if not stop:
        crossed = [each for each in hypotheses if each.decision > CONTINUE]
        here = f"{claims}; the" if claims else "The" if crossed else "No bound is crossed: the"
        return f"{here[0].upper()}{here[1:]} rules say go on after look {number}."
    if this.final:
        return f"Look {number} is the last: {claims or 'nothing is claimed'}."
    if not claims:
        claims = _ended_by(hypotheses)
    return f"The rules end the trial at look {number}: {claims}."


def _ended_by(hypotheses: tuple[HypothesisLook, ...]) -> str:
    """Tell why a trial ends without a claim."""
    harmed = [each for each in hypotheses if each.decision == HARM]
    if any(each.drawn is not None and each.drawn.sides > 1 for each in harmed):
        return "the control arm does better"
    return "a bound for harm is crossed" if harmed else "for futility; nothing is claimed"


def _claims(rules: TrialRules, hypotheses: tuple[HypothesisLook, ...]) -> str:
    """Name what is claimed, here or at an earlier look."""
    won = [
        each.hypothesis
        for each in hypotheses
        if each.decision == EFFICACY or any(past.decision == EFFICACY for past in each.past)
    ]
    together = rules.stopping.together
    if together and not set(together) <= set(won):
        won = [name for name in won if name not in together]
    if not won:
        return ""
    verb = "is" if len(won) == 1 else "are"
    return f"{', '.join(won)} {verb} claimed"

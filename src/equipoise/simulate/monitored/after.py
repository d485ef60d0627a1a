"""An analysis after the trial was stopped: all its data, and nothing decided anew.

What the last look decided stands.  Data that came in since are told with it: bounds are not drawn
for them, for whoever stops a trial has seen its results, and alpha that was left is spent no more.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from equipoise.design.trial_design import TrialDesign
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.inference.sampled_looks import stopped_before
from equipoise.monitor.look.hold import hold_look
from equipoise.monitor.look.look import HypothesisLook, Look, PastLook, TrialRules
from equipoise.monitor.look.wording import information_told, named, places, z_told
from equipoise.monitor.statistics.statistics import seen_statistics
from equipoise.simulate.monitored.look import Asked, Held

WORDS = {
    EFFICACY: "it was rejected that there is no benefit",
    FUTILITY: "it was given up for futility",
    HARM: "a lower bound was crossed",
}


def analyzed_after_stopping(
    design: TrialDesign,
    cut: DataCut,
    past: Mapping[str, tuple[PastLook, ...]],
    asked: Asked,
    rules: TrialRules,
    why: str,
) -> Held:
    """Give all data of a stopped trial as a look that decides nothing.

    Args:
        design: of the trial.
        cut: its data.
        past: what the record says of each hypothesis.
        asked: beside the data.
        rules: of the trial.
        why: the trial is stopped, as a clause.

    Raises:
        DesignError: The looks on record do not fit the design.

    Witness: the decisions on record; `hold_look` for what was seen.
    """
    seen = seen_statistics(cut.snapshot, design, rules)
    lead = next(each for each in seen if each.hypothesis == rules.leading)
    bounds = next(e.bounds for e in rules.stopping.hypotheses if e.hypothesis == rules.leading)
    there = bounds.planned is not None and lead.information >= bounds.planned
    look = hold_look(
        design,
        rules,
        seen,
        past,
        as_of=cut.as_of,
        number=asked.number,
        final=None if there else False,
        spending_time=asked.spending_time,
        stopped_for="its stopping",
    )
    return Held(rules, undecided(look, rules, why, cut.as_of), after=True)


def undecided(look: Look, rules: TrialRules, why: str, as_of: date) -> Look:
    """Take from a look what it would decide: the trial had been stopped.

    Witness: law: no bound, no decision, nothing spent.
    """
    told = (
        f"The trial is stopped: {why}. These are all its data as of {as_of.isoformat()}; what was "
        "decided stands, and nothing is decided by them."
    )
    hypotheses = tuple(_undecided(each, rules) for each in look.hypotheses)
    return replace(
        look, hypotheses=hypotheses, final=True, why_final="stopped", stop=True, sentence=told,
        remarks=(),
    )  # fmt: skip


def _undecided(look: HypothesisLook, rules: TrialRules) -> HypothesisLook:
    spent = [each.alpha_spent for each in look.past if each.alpha_spent is not None]
    beta = [each.beta_spent for each in look.past if each.beta_spent is not None]
    return replace(
        look,
        tested=False,
        bound=None,
        futility=None,
        harm=None,
        futility_from=None,
        p_bound=None,
        effect_bound=None,
        alpha_spent=spent[-1] if spent else None,
        beta_spent=beta[-1] if beta else None,
        decision=NOT_TESTED,
        sentence=_sentence(look, rules),
    )


def _sentence(look: HypothesisLook, rules: TrialRules) -> str:
    seen = look.seen
    if seen.z is None:
        return f"{named(look)}: no statistic, for {seen.why_not or 'want of data'}."
    z = z_told(seen.z, places(replace(look, bound=None, futility=None, harm=None)))
    decided = stopped_before(replace(look, tested=False))  # the look was held as if it went on
    at = f"{named(look)}: z {z} at {information_told(look, rules)}"
    if decided is None:
        return f"{at}; {_open(look.past)} when the trial was stopped."
    return f"{at}; at look {decided.look} {WORDS[decided.decision]}."


def _open(past: tuple[PastLook, ...]) -> str:
    """Say what there was of a hypothesis that no look had decided for good."""
    if any(each.decision in {FUTILITY, HARM} for each in past):
        return "what had given it up was overruled, and it was open"
    tested = any(each.decision == CONTINUE for each in past)
    return "it had crossed no bound" if tested else "it had not been tested"

"""Hold a look, and say what it foretells of each hypothesis.

Files, clocks and secrets stay with the verb; here a look is a function of the protocol, its data
as of a date, and what the record says of earlier looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf, isfinite

from equipoise.design.trial_design import TrialDesign
from equipoise.monitor.beliefs.beliefs import beliefs_at
from equipoise.monitor.bounds.planned_rules import needs_time, trial_rules
from equipoise.monitor.bounds.rules import CONTINUE, NOT_TESTED, HypothesisRules, UpdatedBounds
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.inference.after_stopping import after_stopping
from equipoise.monitor.likely.likely import likely_course, no_course
from equipoise.monitor.look.hold import hold_look
from equipoise.monitor.look.look import HypothesisLook, Look, PastLook, SeenStatistic, TrialRules
from equipoise.monitor.statistics.effect_scale import effect_scale
from equipoise.monitor.statistics.statistics import seen_statistics
from equipoise.protocol.trial import DAYS_PER
from equipoise.simulate.monitored.monitored import Outlook
from equipoise.simulate.planned.expected import expected_information


@dataclass(frozen=True, slots=True)
class Asked:
    """What a look is asked, beside its data."""

    number: int | None = None  # of the look, from 1
    final: bool | None = None
    spending_time: float | None = None  # fraction of the planned duration
    stopped_for: str | None = None
    unplanned: bool = False  # the look of this number was held as an extra one


@dataclass(frozen=True, slots=True)
class Held:
    """A look, decided: all that the record needs."""

    rules: TrialRules
    look: Look
    after: bool = False  # whether the trial had been stopped before


def rules_of(design: TrialDesign) -> TrialRules:
    """Give how the trial is decided: by the rules of its rehearsal.

    Witness: `trial_rules`.
    """
    return trial_rules(design, expected=expected_information(design.protocol, design))


def held_look(
    design: TrialDesign,
    seen: Sequence[SeenStatistic],
    past: Mapping[str, tuple[PastLook, ...]],
    as_of: date | None,
    asked: Asked,
    rules: TrialRules,
) -> Held:
    """Decide a look.

    Raises:
        DesignError: It cannot be held; the message says why.

    Witness: `hold_look`.
    """
    look = hold_look(
        design,
        rules,
        seen,
        past,
        as_of="" if as_of is None else as_of,
        number=asked.number,
        final=asked.final,
        spending_time=asked.spending_time,
        stopped_for=asked.stopped_for,
        unplanned=asked.unplanned,
    )
    return Held(rules, look)


def spending_time_of(design: TrialDesign, cut: DataCut) -> float | None:
    """Give the fraction of the planned duration that has passed; None without a plan in time.

    Witness: closed form.
    """
    lead = design.main
    planned = None if lead is None or lead.plan is None else lead.plan.looks[-1].time
    if not planned:
        return None
    days = (cut.as_of - cut.first_randomized).days
    return min(1.0, days / (planned * DAYS_PER[design.protocol.trial.time_unit]))


def held_on_data(
    design: TrialDesign,
    cut: DataCut,
    past: Mapping[str, tuple[PastLook, ...]],
    asked: Asked,
    rules: TrialRules,
) -> Held:
    """Decide a look on the data of a cut.

    Raises:
        DesignError: It cannot be held; the message says why.

    Witness: `seen_statistics`, `hold_look`.
    """
    seen = seen_statistics(cut.snapshot, design, rules)
    return held_look(design, seen, past, cut.as_of, asked, rules)


def said_of(held: Held) -> tuple[str, ...]:
    """Give what a look assumes, each sentence once; where looks are read stands in their table."""
    each_said = (line for each in held.look.hypotheses for line in each.assumed)
    told = (line for line in each_said if not (line.startswith("Look ") and " is read at " in line))
    return tuple(dict.fromkeys((*held.rules.assumed, *told)))


def outlook_of(design: TrialDesign, look: HypothesisLook, *, stopped: bool = False) -> Outlook:
    """Give what is likely of a hypothesis, believed of it, and said of it if the trial ends.

    Args:
        design: of the trial.
        look: of the hypothesis.
        stopped: whether the trial had been stopped before; then nothing is to come.

    Witness: `likely_course`, `beliefs_at`, `after_stopping`.
    """
    protocol = design.protocol
    each = design.hypothesis(look.hypothesis)
    scale = effect_scale(each, protocol.endpoint(each.endpoint))
    promise = protocol.monitoring
    leads = design.main is not None and design.main.hypothesis == look.hypothesis
    prior = protocol.design.prior if leads and protocol.design else None
    told = {scale.null, scale.planned}  # beside them the margins are effects of their own
    others = tuple(each for each in promise.margins if each not in told)
    return Outlook(
        look.hypothesis,
        scale,
        no_course(look, "The trial is stopped; nothing is to come.")
        if stopped
        else likely_course(look, promise, scale=scale, prior=prior, effects=others),
        beliefs_at(look, promise, scale, prior=prior),
        after_stopping(look, scale, level=protocol.analysis.level),
    )


def looks_as_planned(rules: TrialRules, number: int) -> dict[str, tuple[PastLook, ...]]:
    """Give the looks before one as if each had been held as planned, and nothing crossed.

    Args:
        rules: of the trial.
        number: of the look they come before, from 1.

    Witness: the bounds of the design (`read_at`).
    """
    return {
        each.hypothesis: tuple(
            replace(
                _as_planned(each, look, place, tested=has_alpha(rules, each.hypothesis)),
                spending_time=_spending_time(rules, look),
            )
            for place, look in enumerate(each.looks or range(1, rules.looks + 1))
            if look < number
        )
        for each in rules.stopping.hypotheses
    }


def _spending_time(rules: TrialRules, look: int) -> float | None:
    """Give the planned fraction of the leading hypothesis, where error is spent by such a time."""
    lead = next(e for e in rules.stopping.hypotheses if e.hypothesis == rules.leading)
    if not needs_time(rules) or not isinstance(lead.bounds, UpdatedBounds):
        return None
    design = lead.bounds.design
    planned = design.asked.stopping.spending_time or tuple(design.information.tolist())
    return float(planned[look - 1]) if look <= len(planned) else None


def has_alpha(rules: TrialRules, hypothesis: str) -> bool:
    """Tell whether a hypothesis has alpha at the start."""
    graph = rules.stopping.graph
    return graph is None or graph.weight(hypothesis) > 0.0


def _as_planned(each: HypothesisRules, look: int, place: int, *, tested: bool) -> PastLook:
    bounds = each.bounds
    if isinstance(bounds, UpdatedBounds):
        information = bounds.planned * float(bounds.design.information[place])
        upper, lower = float(bounds.design.upper[place]), float(bounds.design.lower[place])
    else:
        at = look - 1 if len(bounds.upper) > place + 1 and each.looks is not None else place
        information = (bounds.planned or 1.0) * (place + 1) / len(bounds.upper)
        upper = bounds.upper[at]
        lower = bounds.lower[at] if bounds.lower else -inf
    return PastLook(
        look=look,
        as_of="",
        z=0.0,  # anywhere between the bounds: what it was is not known
        information=information,
        score_information=None,
        bound=upper if tested and isfinite(upper) else None,
        futility=lower if tested and isfinite(lower) else None,
        harm=None,
        alpha_spent=None,
        beta_spent=None,
        decision=CONTINUE if tested else NOT_TESTED,
    )

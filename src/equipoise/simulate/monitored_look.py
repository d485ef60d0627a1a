"""Hold a look, and say what it foretells of each hypothesis.

Files, clocks and secrets stay with the verb; here a look is a function of the protocol, its data
as of a date, and what the record says of earlier looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.design.trial_design import TrialDesign
from equipoise.monitor.after_stopping import after_stopping
from equipoise.monitor.beliefs import beliefs_at
from equipoise.monitor.cut import DataCut
from equipoise.monitor.effect_scale import effect_scale
from equipoise.monitor.hold import hold_look
from equipoise.monitor.likely import likely_course
from equipoise.monitor.look import HypothesisLook, Look, PastLook, SeenStatistic, TrialRules
from equipoise.monitor.planned_rules import trial_rules
from equipoise.monitor.statistics import seen_statistics
from equipoise.protocol.trial import DAYS_PER
from equipoise.simulate.monitored import Outlook
from equipoise.simulate.planned_expected import expected_information


@dataclass(frozen=True, slots=True)
class Asked:
    """What a look is asked, beside its data."""

    number: int | None = None  # of the look, from 1
    final: bool | None = None
    spending_time: float | None = None  # fraction of the planned duration
    stopped_for: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A look, decided: all that the record needs."""

    rules: TrialRules
    look: Look


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
) -> Held:
    """Decide a look on the data of a cut.

    Raises:
        DesignError: It cannot be held; the message says why.

    Witness: `seen_statistics`, `hold_look`.
    """
    rules = rules_of(design)
    seen = seen_statistics(cut.snapshot, design, rules)
    return held_look(design, seen, past, cut.as_of, asked, rules)


def outlook_of(design: TrialDesign, look: HypothesisLook) -> Outlook:
    """Give what is likely of a hypothesis, believed of it, and said of it if the trial ends.

    Witness: `likely_course`, `beliefs_at`, `after_stopping`.
    """
    protocol = design.protocol
    each = design.hypothesis(look.hypothesis)
    scale = effect_scale(each, protocol.endpoint(each.endpoint))
    promise = protocol.monitoring
    leads = design.main is not None and design.main.hypothesis == look.hypothesis
    prior = protocol.design.prior if leads and protocol.design else None
    return Outlook(
        look.hypothesis,
        scale,
        likely_course(look, promise, scale=scale, prior=prior, effects=promise.margins),
        beliefs_at(look, promise, scale, prior=prior),
        after_stopping(look, scale, level=protocol.analysis.level),
    )

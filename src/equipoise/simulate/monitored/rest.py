"""The rest of a monitored trial under several models of it, and its dates with and without arms.

    posterior   hazards by arm as the patients at hand tell them: predictive power
    design      the design's hazards and effect: conditional power
    null        the design's control hazards in both arms
    scenarios   of the protocol, where they change the leading hazard ratio: also non-proportional

Dates are foretold twice: from everyone together (blinded), and by arm.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equipoise.analyze.progress import Progress, only_notices
from equipoise.design.survival.world import Piecewise
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError, EquipoiseError
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.future.at_hand import patients_at_hand
from equipoise.monitor.future.forecast import forecast
from equipoise.monitor.future.forecast_results import Forecast
from equipoise.monitor.future.future import FutureModel, PatientsAtHand
from equipoise.monitor.look.look import Look, TrialRules
from equipoise.monitor.pooled.information import SOME_ARMS
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.monitoring import Projecting
from equipoise.protocol.rehearsal import NO_EFFECT, PLANNED
from equipoise.simulate.monitored.models import (
    Projection,
    assumed_model,
    assumed_others,
    fitted_model,
    foretold_others,
    grouped_by_arm,
    ratios_of_scenarios,
)
from equipoise.simulate.monitored.monitored import ForetoldRest
from equipoise.simulate.planned.looks import maximum_duration, whole_plan
from equipoise.simulate.rest.rest import Foretold, simulate_rest


def projection_of(
    design: TrialDesign,
    randomized: int,
    promise: Projecting,
    *,
    to_come: int | None = None,
    workers: int = 1,
) -> Projection:
    """Say how many patients are still to come, by the plan unless told.

    Witness: closed form.
    """
    if to_come is None:
        lead = design.main
        planned = 0 if lead is None else planned_patients(design, lead)
        to_come = max(0, planned - randomized)
    return Projection(promise, to_come, workers)


def planned_patients(design: TrialDesign, lead: HypothesisDesign) -> int:
    """Give how many patients the trial is planned for, all arms together.

    Witness: the design's own count.
    """
    pair = sum(whole_plan(lead).patients_whole)
    arms = {arm.id: arm.allocation for arm in design.protocol.arms}
    share = arms[lead.control] + arms[lead.experimental]
    return round(pair * sum(arms.values()) / share)


def why_not_drawn(design: TrialDesign) -> str:
    """Say why the rest of the trial cannot be drawn patient by patient; empty where it can."""
    lead = design.main
    if lead is None:
        return "No hypothesis is planned, so that nothing says when the trial ends."
    if not isinstance(design.protocol.endpoint(lead.endpoint), TimeToEvent):
        return (
            f"{lead.label} is not about a time to an event; the rest of the trial is drawn from "
            "times to events."
        )
    return ""


def blinded_forecast(cut: DataCut, design: TrialDesign, projection: Projection) -> Forecast:
    """Predict the dates of the events planned for the looks, from everyone together.

    Raises:
        EquipoiseError: The data do not tell the future, nothing counts events, or the looks wait
            for the events of some of the arms only.

    Witness: `forecast`; law: permuting arms changes nothing.
    """
    lead = design.main
    assert lead is not None  # noqa: S101 - `why_not_drawn` has seen to it
    if {arm.id for arm in design.protocol.arms} != {lead.control, lead.experimental}:
        raise DesignError(f"{lead.label} {SOME_ARMS}.")
    everyone = replace(patients_at_hand(cut, lead.hypothesis, by="everyone"), arm=None)
    model = fitted_model(everyone, design, projection)
    return _foretold(cut, design, everyone, model, projection)


def forecast_by_arm(cut: DataCut, design: TrialDesign, projection: Projection) -> Forecast:
    """Predict the same dates with every arm's own hazards.

    Raises:
        EquipoiseError: The data do not tell the future.

    Witness: `forecast`.
    """
    at_hand = grouped_by_arm(cut, design)
    return _foretold(cut, design, at_hand, fitted_model(at_hand, design, projection), projection)


def rests_of(
    cut: DataCut,
    design: TrialDesign,
    rules: TrialRules,
    look: Look,
    projection: Projection,
    progress: Progress = only_notices,
) -> tuple[ForetoldRest, ...]:
    """Simulate the rest of the trial under each model.

    Witness: `simulate_rest`.
    """
    lead = design.main
    assert lead is not None  # noqa: S101 - `why_not_drawn` has seen to it
    said = "as the patients at hand tell it, by arm"
    models: list[tuple[str, str, Piecewise | float | None]] = [("posterior", said, None)]
    if lead.world is not None:
        models += [
            ("design", "as designed", None),
            ("null", "no effect", 1.0),
            *ratios_of_scenarios(design),
        ]
    found = []
    for name, label, ratio in models:
        progress(f"The rest of the trial, {label}")
        found.append(_rest(cut, design, rules, look, projection, (name, label, ratio)))
    return (*found, *_not_drawn(design))


def _not_drawn(design: TrialDesign) -> list[ForetoldRest]:
    """Name the scenarios of the protocol that are more than another leading hazard ratio."""
    drawn = {name for name, _, _ in ratios_of_scenarios(design)}
    why = (
        "It is more than another hazard ratio of the leading endpoint; rehearse it with `equipoise "
        "simulate`."
    )
    return [
        ForetoldRest(each.id, f"scenario {each.label}", None, why)
        for each in design.protocol.rehearsal.scenarios
        if each.id not in {*drawn, PLANNED, NO_EFFECT}
    ]


def _rest(
    cut: DataCut,
    design: TrialDesign,
    rules: TrialRules,
    look: Look,
    projection: Projection,
    asked: tuple[str, str, Piecewise | float | None],
) -> ForetoldRest:
    name, label, ratio = asked
    try:
        if name == "posterior":
            at_hand = grouped_by_arm(cut, design)
            model = fitted_model(at_hand, design, projection)
            others = foretold_others(cut, design, rules, at_hand, projection)
        else:
            at_hand, model = assumed_model(cut, design, projection, ratio)
            others = {}
            if name in {"design", "null"}:
                same = None if ratio is None else 1.0
                others = assumed_others(
                    cut, design, rules, Foretold(at_hand, model), projection, same
                )
        rest = simulate_rest(
            cut,
            design,
            rules,
            look,
            model,
            at_hand=at_hand,
            others=others,
            replicates=projection.promise.replicates,
            seed=projection.promise.seed,
            workers=projection.workers,
        )
    except EquipoiseError as refusal:
        return ForetoldRest(name, label, None, str(refusal))
    return ForetoldRest(name, label, rest, "")


def _foretold(
    cut: DataCut,
    design: TrialDesign,
    at_hand: PatientsAtHand,
    model: FutureModel,
    projection: Projection,
) -> Forecast:
    promise = projection.promise
    longest, _ = maximum_duration(design.protocol, design)
    return forecast(
        model,
        at_hand,
        _targets(design, int(at_hand.event.sum())),
        opened=cut.first_randomized,
        time_unit=design.protocol.trial.time_unit,
        replicates=promise.replicates,
        seed=promise.seed,
        level=promise.level,
        horizon=max(longest, at_hand.cut),
        workers=projection.workers,
    )


def _targets(design: TrialDesign, seen: int) -> Sequence[int]:
    """Give the events planned for the looks still to come; those of the last look at least."""
    lead = design.main
    assert lead is not None  # noqa: S101 - `why_not_drawn` has seen to it
    planned = [look.events for look in whole_plan(lead).looks if look.events is not None]
    counts = sorted({int(np.ceil(each - 1e-6)) for each in planned})
    return [each for each in counts if each > seen] or counts[-1:]

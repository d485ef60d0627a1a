"""The rest of a monitored trial under several models of it, and its dates with and without arms.

    posterior   hazards by arm as the patients at hand tell them: predictive power
    design      the design's hazards and effect: conditional power
    null        the design's control hazards in both arms
    scenarios   of the protocol, where they change the leading hazard ratio: also non-proportional

Dates are foretold twice: from everyone together (blinded), and by arm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from equipoise.analyze.progress import Progress, only_notices
from equipoise.design.survival.world import Piecewise, SurvivalWorld
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.errors import DesignError, EquipoiseError
from equipoise.kernel.arrays import vector
from equipoise.monitor.at_hand import patients_at_hand
from equipoise.monitor.cut import DataCut
from equipoise.monitor.forecast import forecast
from equipoise.monitor.forecast_results import Forecast
from equipoise.monitor.future import FutureModel, PatientsAtHand
from equipoise.monitor.future_model import AccrualPlan, fitted_future
from equipoise.monitor.future_model_assumed import assumed_future
from equipoise.monitor.look import Look, TrialRules
from equipoise.monitor.pooled_information import SOME_ARMS
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.monitoring import Projecting
from equipoise.simulate.monitored import ForetoldRest
from equipoise.simulate.planned_looks import maximum_duration, whole_plan
from equipoise.simulate.rest_of_trial import Foretold, simulate_rest

DRAWS = 1000  # of the parameters
FEWEST = 10  # events that tell the hazards of an arm in a stratum apart


@dataclass(frozen=True, slots=True)
class Projection:
    """How the rest is foretold."""

    promise: Projecting
    to_come: int  # patients still to be randomized
    workers: int


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


def in_time(design: TrialDesign) -> str:
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
    assert lead is not None  # noqa: S101 - `in_time` has seen to it
    if {arm.id for arm in design.protocol.arms} != {lead.control, lead.experimental}:
        raise DesignError(f"{lead.label} {SOME_ARMS}.")
    everyone = replace(patients_at_hand(cut, lead.hypothesis, by="everyone"), arm=None)
    model = _fitted(everyone, design, projection)
    return _foretold(cut, design, everyone, model, projection)


def forecast_by_arm(cut: DataCut, design: TrialDesign, projection: Projection) -> Forecast:
    """Predict the same dates with every arm's own hazards.

    Raises:
        EquipoiseError: The data do not tell the future.

    Witness: `forecast`.
    """
    at_hand = _by_arm(cut, design)
    return _foretold(cut, design, at_hand, _fitted(at_hand, design, projection), projection)


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
    assert lead is not None  # noqa: S101 - `in_time` has seen to it
    said = "as the patients at hand tell it, by arm"
    models: list[tuple[str, str, Piecewise | float | None]] = [("posterior", said, None)]
    if lead.world is not None:
        models += [("design", "as designed", None), ("null", "no effect", 1.0), *_ratios(design)]
    found = []
    for name, label, ratio in models:
        progress(f"The rest of the trial, {label}")
        found.append(_rest(cut, design, rules, look, projection, (name, label, ratio)))
    return tuple(found)


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
            at_hand = _by_arm(cut, design)
            model = _fitted(at_hand, design, projection)
            others = _others(cut, design, rules, at_hand, projection)
        else:
            at_hand, model = _assumed(cut, design, projection, ratio)
            others = {}
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


def _by_arm(cut: DataCut, design: TrialDesign) -> PatientsAtHand:
    """Group the patients by arm and stratum, or by arm where that leaves too few events."""
    lead = design.main
    assert lead is not None  # noqa: S101 - `in_time` has seen to it
    both = patients_at_hand(cut, lead.hypothesis, by="arm and stratum")
    events = np.bincount(both.group[both.event], minlength=len(both.groups))
    if events.size and events.min() >= FEWEST:
        return both
    return patients_at_hand(cut, lead.hypothesis, by="arm")


def _fitted(at_hand: PatientsAtHand, design: TrialDesign, projection: Projection) -> FutureModel:
    promise = projection.promise
    longest = design.protocol.design.planning.longest_follow_up if design.protocol.design else None
    return fitted_future(
        at_hand,
        AccrualPlan(projection.to_come),
        hazard=promise.hazard,
        draws=DRAWS,
        seed=promise.seed,
        longest_follow_up=np.inf if longest is None else longest,
    )


def _others(
    cut: DataCut,
    design: TrialDesign,
    rules: TrialRules,
    at_hand: PatientsAtHand,
    projection: Projection,
) -> Mapping[str, Foretold]:
    """Foretell the endpoints of the other hypotheses, of the same patients, each by itself."""
    strata = len(at_hand.groups) > len(design.protocol.arms)
    lead = design.hypothesis(rules.leading)
    found: dict[str, Foretold] = {}
    for rule in rules.stopping.hypotheses:
        endpoint = design.hypothesis(rule.hypothesis).endpoint
        of_time = isinstance(design.protocol.endpoint(endpoint), TimeToEvent)
        if endpoint == lead.endpoint or endpoint in found or not of_time:
            continue
        other = patients_at_hand(cut, rule.hypothesis, by="arm and stratum" if strata else "arm")
        if np.array_equal(other.entry, at_hand.entry):
            found[endpoint] = Foretold(other, _fitted(other, design, projection))
    return found


def _assumed(
    cut: DataCut, design: TrialDesign, projection: Projection, ratio: Piecewise | float | None
) -> tuple[PatientsAtHand, FutureModel]:
    lead = design.main
    assert lead is not None and lead.world is not None  # noqa: PT018, S101 - `rests_of` has
    strata = [each.name for each in lead.world.strata]
    at_hand = (
        patients_at_hand(cut, lead.hypothesis, by="arm and stratum", strata=strata)
        if len(strata) > 1
        else patients_at_hand(cut, lead.hypothesis, by="arm")
    )
    arms = design.protocol.arms
    model = assumed_future(
        _of_all_arms(lead.world, design, lead),
        at_hand.cut,
        to_come=projection.to_come,
        ratio=ratio,
        roles=[arm.role for arm in arms],
        arm_shares=[arm.allocation for arm in arms],
    )
    return at_hand, model


def _of_all_arms(
    world: SurvivalWorld, design: TrialDesign, lead: HypothesisDesign
) -> SurvivalWorld:
    """Give a world whose patients come as fast as those of all arms do."""
    arms = {arm.id: arm.allocation for arm in design.protocol.arms}
    factor = sum(arms.values()) / (arms[lead.control] + arms[lead.experimental])
    return replace(world, accrual=replace(world.accrual, rates=world.accrual.rates * factor))


def _ratios(design: TrialDesign) -> list[tuple[str, str, Piecewise | float | None]]:
    """Give the hazard ratios of the protocol's scenarios, where they change the leading one."""
    lead = design.main
    found: list[tuple[str, str, Piecewise | float | None]] = []
    for scenario in design.protocol.rehearsal.scenarios:
        pieces = scenario.endpoint(lead.endpoint).everyone.hazard_ratio if lead else ()
        if pieces:
            starts, values = zip(*pieces, strict=True)
            ratio = Piecewise(vector(starts), vector(values))
            found.append((scenario.id, f"scenario {scenario.label}", ratio))
    return found


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
    assert lead is not None  # noqa: S101 - `in_time` has seen to it
    planned = [look.events for look in whole_plan(lead).looks if look.events is not None]
    counts = sorted({int(np.ceil(each - 1e-6)) for each in planned})
    return [each for each in counts if each > seen] or counts[-1:]

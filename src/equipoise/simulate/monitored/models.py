"""What the rest of a monitored trial is drawn from: models fitted to the patients, or assumed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.survival.world import Piecewise, SurvivalWorld
from equipoise.design.trial_design import HypothesisDesign, TrialDesign
from equipoise.kernel.arrays import vector
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.future.at_hand import patients_at_hand
from equipoise.monitor.future.future import FutureModel, PatientsAtHand
from equipoise.monitor.future.model import AccrualPlan, fitted_future
from equipoise.monitor.future.model_assumed import assumed_future
from equipoise.monitor.future.model_hazards import HazardPrior
from equipoise.monitor.look.look import TrialRules
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.monitoring import Projecting
from equipoise.simulate.rest.rest import Foretold

DRAWS = 1000  # of the parameters
FEWEST = 10  # events that tell the hazards of an arm in a stratum apart


@dataclass(frozen=True, slots=True)
class Projection:
    """How the rest is foretold."""

    promise: Projecting
    to_come: int  # patients still to be randomized
    workers: int


def grouped_by_arm(cut: DataCut, design: TrialDesign) -> PatientsAtHand:
    """Group the patients by arm and stratum, or by arm where that leaves too few events."""
    lead = design.main
    assert lead is not None  # noqa: S101 - `why_not_drawn` has seen to it
    both = patients_at_hand(cut, lead.hypothesis, by="arm and stratum")
    events = np.bincount(both.group[both.event], minlength=len(both.groups))
    if events.size and events.min() >= FEWEST:
        return both
    return patients_at_hand(cut, lead.hypothesis, by="arm")


def fitted_model(
    at_hand: PatientsAtHand, design: TrialDesign, projection: Projection
) -> FutureModel:
    """Learn the future from the patients at hand, as the protocol says.

    Raises:
        EquipoiseError: The data do not tell it.

    Witness: `fitted_future`.
    """
    promise = projection.promise
    longest = design.protocol.design.planning.longest_follow_up if design.protocol.design else None
    prior = None if at_hand.event.any() else planned_hazard(design)
    model = fitted_future(
        at_hand,
        AccrualPlan(projection.to_come),
        hazard=promise.hazard,
        draws=DRAWS,
        seed=promise.seed,
        prior=prior,
        longest_follow_up=np.inf if longest is None else longest,
    )
    unit = design.protocol.trial.time_unit
    said = (e.replace("time units", f"{unit}s").replace("time unit", unit) for e in model.assumed)
    return replace(model, assumed=tuple(said))


def planned_hazard(design: TrialDesign) -> HazardPrior | None:
    """Give the hazard the design begins with, for a trial that has had no event; None: no plan.

    Witness: closed form.
    """
    lead = design.main
    if lead is None or lead.world is None:
        return None
    share = lead.world.experimental_share
    rate = sum(
        each.share
        * (
            (1.0 - share) * float(each.control_hazard.values[0])
            + share * float(each.experimental_hazard.values[0])
        )
        for each in lead.world.strata
    )
    return HazardPrior(rate)


def foretold_others(
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
            found[endpoint] = Foretold(other, fitted_model(other, design, projection))
    return found


def assumed_model(
    cut: DataCut, design: TrialDesign, projection: Projection, ratio: Piecewise | float | None
) -> tuple[PatientsAtHand, FutureModel]:
    """Give the future as the design assumes it, with its own hazard ratio or another.

    Witness: `assumed_future`.
    """
    lead = design.main
    assert lead is not None and lead.world is not None  # noqa: PT018, S101 - `rests_of` has
    return _assumed(cut, design, lead, lead.world, projection, ratio)


def assumed_others(
    cut: DataCut,
    design: TrialDesign,
    rules: TrialRules,
    leading: Foretold,
    projection: Projection,
    ratio: float | None,
) -> Mapping[str, Foretold]:
    """Give the other endpoints that have a plan of their own: as designed, or with one ratio.

    Those planned with other strata, or other shares of them, are left out.

    Witness: `assumed_future`, endpoint by endpoint.
    """
    lead = design.hypothesis(rules.leading)
    found: dict[str, Foretold] = {}
    for rule in rules.stopping.hypotheses:
        each = design.hypothesis(rule.hypothesis)
        known = each.endpoint == lead.endpoint or each.endpoint in found
        if known or each.world is None:
            continue
        other, model = _assumed(cut, design, each, each.world, projection, ratio)
        same = other.groups == leading.at_hand.groups
        same &= np.array_equal(other.entry, leading.at_hand.entry)
        if same and np.array_equal(model.shares, leading.model.shares):
            found[each.endpoint] = Foretold(other, model)
    return found


def _assumed(
    cut: DataCut,
    design: TrialDesign,
    each: HypothesisDesign,
    world: SurvivalWorld,
    projection: Projection,
    ratio: Piecewise | float | None,
) -> tuple[PatientsAtHand, FutureModel]:
    """Give the patients as followed for one hypothesis, and the future its world assumes."""
    strata = [stratum.name for stratum in world.strata]
    at_hand = (
        patients_at_hand(cut, each.hypothesis, by="arm and stratum", strata=strata)
        if len(strata) > 1
        else patients_at_hand(cut, each.hypothesis, by="arm")
    )
    arms = design.protocol.arms
    model = assumed_future(
        _of_all_arms(world, design, each),
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


def ratios_of_scenarios(design: TrialDesign) -> list[tuple[str, str, Piecewise | float | None]]:
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

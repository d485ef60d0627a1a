"""Where the rest of a trial starts: who is at hand, in order of entry, and who may come."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.errors import DataError, SimulationError
from equipoise.kernel.arrays import Codes, Flags, Matrix, codes, flags, frozen, vector
from equipoise.monitor.future.future import FutureModel, PatientsAtHand
from equipoise.monitor.future.model_arrays import future_arrays, hand_arrays
from equipoise.protocol.trial import Protocol
from equipoise.simulate.planned.patients import arms_of
from equipoise.simulate.rest.loops import Placing, Rest


@dataclass(frozen=True, slots=True)
class Foretold:
    """One endpoint: the patients at hand as followed for it, and what its future is drawn from."""

    at_hand: PatientsAtHand
    model: FutureModel


@dataclass(frozen=True, slots=True)
class Start:
    """What the loops begin with."""

    rest: Rest
    strata: int
    patients: int  # at hand and to come
    randomized: int  # at hand
    events: int  # at hand, of the first endpoint


def start_of(protocol: Protocol, endpoints: Mapping[str, Foretold]) -> Start:
    """Put the patients of all endpoints in order of entry.

    Args:
        protocol: with the arms.
        endpoints: by id, the leading one first; all of the same patients.

    Raises:
        DataError: The patients at hand have no arm, or differ between endpoints.
        SimulationError: The groups of a model do not tell arms, or nobody takes part.
        DesignError: Rates or times that are none.

    Witness: closed form (an ordering).
    """
    lead = next(iter(endpoints.values()))
    for name, each in endpoints.items():
        if not np.array_equal(each.at_hand.entry, lead.at_hand.entry):
            raise DataError(
                f"The patients at hand differ between endpoints: {lead.at_hand.entry.size} of the "
                f"leading one and {each.at_hand.entry.size} of {name!r}, or they entered at other "
                "times. Give all endpoints of the same patients, in one order."
            )
    order = np.argsort(lead.at_hand.entry, kind="stable")
    hands = tuple(hand_arrays(_in_order(each.at_hand, order)) for each in endpoints.values())
    strata = _strata(lead, len(protocol.arms))
    patients = order.size + lead.model.to_come
    if patients < 1:
        raise SimulationError(
            "Nobody is at hand and nobody is to come: there is no trial to go on with. Give the "
            "model patients to come.",
            "patients",
        )
    models = tuple(future_arrays(each.model) for each in endpoints.values())
    if len({(each.to_come, each.share_below.tobytes()) for each in models}) > 1:
        raise SimulationError(
            "The models of the endpoints differ in who is to come. Give them the same patients to "
            "come, the same groups and the same shares.",
            "patients",
        )
    placing = _placing(protocol, _in_order(lead.at_hand, order), lead.model, strata)
    return Start(
        Rest(models, hands, placing),
        strata,
        patients,
        order.size,
        int(lead.at_hand.event.sum()),
    )


def _in_order(at_hand: PatientsAtHand, order: Codes) -> PatientsAtHand:
    def put(values: Codes | None) -> Codes | None:
        return None if values is None else codes(values[order])

    def put_flags(values: Flags) -> Flags:
        return flags(values[order])

    return PatientsAtHand(
        at_hand.cut,
        vector(at_hand.entry[order]),
        vector(at_hand.time[order]),
        put_flags(at_hand.event),
        put_flags(at_hand.lost),
        codes(at_hand.group[order]),
        at_hand.groups,
        put(at_hand.arm),
        put(at_hand.stratum),
    )


def _strata(lead: Foretold, arms: int) -> int:
    """Count the strata of the test: those met, or those the groups are made of."""
    met = lead.at_hand.stratum
    if met is None:
        return 1
    found = int(met.max()) + 1 if met.size else 1
    groups = lead.model.shares.size
    return max(found, groups // arms if groups % arms == 0 else 1)


def _placing(
    protocol: Protocol, at_hand: PatientsAtHand, model: FutureModel, strata: int
) -> Placing:
    """Tell everyone's arm and stratum; groups by arm and stratum are numbered arm by arm."""
    if at_hand.arm is None and at_hand.entry.size:
        raise DataError(
            "The arms of the patients at hand are not told, so that nothing can be compared. The "
            "rest of a trial is simulated unblinded; give their arms."
        )
    place = np.array([arms_of(protocol).index(arm.id) for arm in protocol.arms])
    arms, groups = len(protocol.arms), model.shares.size
    if groups not in {arms, arms * strata}:
        raise SimulationError(
            f"The model has {groups} groups for {arms} arms and {strata} strata; give it a group "
            "for each arm, or for each arm in each stratum, arm by arm.",
            "groups",
        )
    per_arm = groups // arms
    group = np.arange(groups)
    none = np.zeros(at_hand.entry.size, np.int64)
    arm = none if at_hand.arm is None else at_hand.arm
    stratum = none if at_hand.stratum is None else at_hand.stratum
    if stratum.size and int(stratum.min()) < 0:
        raise DataError(
            f"{int((stratum < 0).sum())} patients at hand have no stratum. Leave them out, as the "
            "test does."
        )
    return Placing(
        codes(place[arm]),
        codes(stratum),
        codes(place[group // per_arm]),
        _stratum_below(stratum, groups, per_arm, strata),
    )


def _stratum_below(stratum: Codes, groups: int, per_arm: int, strata: int) -> Matrix:
    """Give the shares of strata of those to come, summed up; as at hand where groups are arms."""
    if per_arm == strata:
        own = np.eye(strata)[np.arange(groups) % strata]
    else:
        met = np.bincount(stratum, minlength=strata).astype(np.float64)
        own = np.tile(met / max(met.sum(), 1.0), (groups, 1))
    return frozen(np.ascontiguousarray(np.cumsum(own, axis=1)))

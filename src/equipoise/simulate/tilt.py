"""A world in which a rare result is common, and how much rarer it is in the true one.

The hazards of the tested endpoint are multiplied by e^a in the experimental arm and e^b in the
control arm, a : -b in proportion to 1 / (their patients), the least change that moves the
statistic so far.  What was seen of a patient until the look has the likelihood ratio

    event at t        exp(-a + Λ(t) (e^a - 1)),
    none until t      S(t) / S_a(t),       S = c + (1 - c) e^-Λ,  S_a = c + (1 - c) exp(-e^a Λ),

Λ the true cumulative hazard and c the fraction cured; the trial's is their product (Siegmund
1976).  Events of other endpoints, arrivals and dropout are as likely in both worlds.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Flags, Vector
from equipoise.simulate.conduct import Tested
from equipoise.simulate.snapshots import TrialSnapshot
from equipoise.simulate.worlds.world import IndependentEndpoints, Law, TimeTruth, World


@dataclass(frozen=True, slots=True)
class Tilt:
    """By how much log hazards are changed, arm by arm."""

    endpoint: int
    by_arm: tuple[float, ...]


def tilt_of(world: World, tested: Tested, log_hazard_ratio: float) -> Tilt:
    """Share a change of the log hazard ratio between the two arms that are compared.

    Raises:
        SimulationError: The world is of a kind whose likelihood is not known here.
    """
    truth = _tiltable(world, tested)
    names = [each.endpoint for each in truth.endpoints]
    control, experimental = (world.allocation[arm] for arm in (tested.control, tested.experimental))
    by_arm = [0.0] * len(world.arms)
    by_arm[tested.experimental] = log_hazard_ratio * control / (control + experimental)
    by_arm[tested.control] = -log_hazard_ratio * experimental / (control + experimental)
    return Tilt(names.index(tested.endpoint), tuple(by_arm))


def tilted(world: World, tilt: Tilt) -> World:
    """Give the world with these hazards."""
    truth = world.truth
    if not isinstance(truth, IndependentEndpoints):
        raise SimulationError(_NOT_HERE, about="truth")
    endpoint = truth.endpoints[tilt.endpoint]
    if not isinstance(endpoint, TimeTruth):
        raise SimulationError(_NOT_HERE, about="truth")
    laws = tuple(
        tuple(replace(law, hazard=law.hazard.times(float(np.exp(by)))) for law in row)
        for row, by in zip(endpoint.laws, tilt.by_arm, strict=True)
    )
    endpoints = list(truth.endpoints)
    endpoints[tilt.endpoint] = replace(endpoint, laws=laws)
    return replace(world, truth=replace(truth, endpoints=tuple(endpoints)))


def log_likelihood_ratio(world: World, tilt: Tilt, seen: TrialSnapshot) -> float:
    """Compare the true world with the tilted one, given what was seen of a trial.

    Witness: its exponential has mean 1 in the tilted world, at any look.
    """
    truth = world.truth
    if not isinstance(truth, IndependentEndpoints):
        raise SimulationError(_NOT_HERE, about="truth")
    endpoint = truth.endpoints[tilt.endpoint]
    if not isinstance(endpoint, TimeTruth):
        raise SimulationError(_NOT_HERE, about="truth")
    total = 0.0
    for arm, by in enumerate(tilt.by_arm):
        for cell, law in enumerate(endpoint.laws[arm]) if by else ():
            rows = (seen.arm == arm) & (seen.cell == cell)
            event = seen.outcome[tilt.endpoint][rows] == 1
            total += _of_law(law, by, seen.time[tilt.endpoint][rows], event)
    return total


def _of_law(law: Law, by: float, time: Vector, event: Flags) -> float:
    hazard = law.hazard.cumulative(time**law.shape)
    ratio = hazard * np.expm1(by)
    if law.cured:
        left = np.log(law.cured + (1.0 - law.cured) * np.exp(-hazard))
        left -= np.log(law.cured + (1.0 - law.cured) * np.exp(-np.exp(by) * hazard))
        return float(np.where(event, ratio - by, left).sum())
    return float(ratio.sum() - by * np.count_nonzero(event))


_NOT_HERE = (
    "The likelihood of this world is not known here: importance sampling takes independent times "
    "to an event, without correlation, switching or delayed news. Use plain simulation."
)


def _tiltable(world: World, tested: Tested) -> IndependentEndpoints:
    truth = world.truth
    if not isinstance(truth, IndependentEndpoints) or truth.correlation is not None:
        raise SimulationError(_NOT_HERE, about="truth")
    if world.reporting.mean_delay or any(
        isinstance(each, TimeTruth) and each.switching is not None for each in truth.endpoints
    ):
        raise SimulationError(_NOT_HERE, about="truth")
    named = [each for each in truth.endpoints if each.endpoint == tested.endpoint]
    if not named or not isinstance(named[0], TimeTruth):
        raise SimulationError(_NOT_HERE, about="endpoint")
    return truth

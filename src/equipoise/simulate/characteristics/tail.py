"""The probability of a rare rejection, by importance sampling.

Trials are played in a world where the rejection is common (see `tilt`), and each that rejects
counts its likelihood ratio at the look where it did:

    P(reject) = E_tilted[ L 1{reject} ].

Of the first crossing of an O'Brien-Fleming-type bound under the null, 3·10⁻⁴, one tilted trial is
worth several hundred plain ones; of a type I error of 0.025 in all it is worth a few.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from equipoise.design.printing import Printed
from equipoise.errors import SimulationError
from equipoise.kernel.arrays import Vector
from equipoise.monitor.bounds.rules import EFFICACY
from equipoise.simulate.characteristics.moments import moments_of
from equipoise.simulate.conduct import Conduct
from equipoise.simulate.rehearsal import Rehearsal, prepare
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.snapshots import snapshot_of_trial
from equipoise.simulate.tilt import Tilt, log_likelihood_ratio, tilt_of, tilted
from equipoise.simulate.worlds.world import World

PILOT = 400  # plain trials that tell where the statistic stands, and how the bound
CHUNK = 5000


@dataclass(frozen=True, slots=True, repr=False)
class TailProbability(Printed):
    """A small probability, and how it was found."""

    hypothesis: str
    look: int | None  # from 1, of the first rejection; none: at any look
    value: float
    error: float  # Monte Carlo standard error
    trials: int  # tilted ones
    rejected: int  # of them
    log_hazard_ratio: float  # of the tilt
    gain: float  # plain trials that one tilted trial is worth
    assumed: tuple[str, ...]


def tail_probability(
    world: World,
    conduct: Conduct,
    hypothesis: str,
    *,
    seed: int,
    trials: int = 10_000,
    look: int | None = None,
    log_hazard_ratio: float | None = None,
    scenario: int = 0,
) -> TailProbability:
    """Give the probability of rejecting a hypothesis for efficacy.

    Args:
        world: The truth.
        conduct: How the trial is run, without adaptations.
        hypothesis: By id.
        seed: 0 or more.
        trials: Tilted trials to be played.
        look: Where it is first rejected, from 1; none: at any look.
        log_hazard_ratio: By which the truth is changed; none: so that the statistic has its bound
            for a mean, found by a few plain trials.
        scenario: Random streams.

    Raises:
        SimulationError: The world's likelihood is not known here, the trial is adaptive, or the
            look has no bound that can be reached.

    Witness: plain simulation where the probability is not small; one look against the normal tail.
    """
    names = [each.hypothesis for each in conduct.tested]
    if hypothesis not in names or trials < 2 or conduct.adaptations or conduct.closed_test:  # noqa: PLR2004
        raise SimulationError(
            f"{hypothesis!r} of {', '.join(names)} by {trials} trials: name one that is tested, "
            "without adaptations, and play at least 2.",
            about="hypothesis",
        )
    at = names.index(hypothesis)
    if look is not None and not 1 <= look <= len(conduct.looks):
        raise SimulationError(
            f"There is no look {look}; count from 1 to {len(conduct.looks)}.", about="look"
        )
    tilt_of(world, conduct.tested[at], 0.0)  # refuses what it cannot do before anything is played
    if log_hazard_ratio is None:
        plain = prepare(world, conduct)
        log_hazard_ratio = _towards_the_bound(plain, at, look, (seed, scenario))
    tilt = tilt_of(world, conduct.tested[at], log_hazard_ratio)
    weights = _weights(
        world, prepare(tilted(world, tilt), conduct), tilt, (at, look), (seed, scenario, trials)
    )
    return _told(hypothesis, look, log_hazard_ratio, weights)


def _told(
    hypothesis: str, look: int | None, log_hazard_ratio: float, weights: Vector
) -> TailProbability:
    found = moments_of(weights)
    value = float(found.mean)
    variance = float(found.squares) / (weights.size - 1)
    return TailProbability(
        hypothesis=hypothesis,
        look=look,
        value=value,
        error=sqrt(variance / weights.size),
        trials=weights.size,
        rejected=int(np.count_nonzero(weights)),
        log_hazard_ratio=log_hazard_ratio,
        gain=value * (1.0 - value) / variance if variance > 0.0 else 1.0,
        assumed=("Importance sampling: hazards tilted, likelihood ratios at the look.",),
    )


def _towards_the_bound(
    rehearsal: Rehearsal, at: int, look: int | None, numbers: tuple[int, int]
) -> float:
    """Find the change of the log hazard ratio that carries the mean of z to its bound."""
    seed, scenario = numbers
    pilot = rehearse_range(
        rehearsal, seed=seed, scenario=scenario, first=0, last=PILOT, estimates=False
    )
    held = np.isfinite(pilot.table.time)
    z, information = pilot.table.z[:, :, at], pilot.table.information[:, :, at]
    bound = pilot.decisions.bound[:, :, at]
    steps = []
    for k in range(z.shape[1]) if look is None else (look - 1,):
        kept = held[:, k] & np.isfinite(z[:, k] + bound[:, k]) & (information[:, k] > 0.0)
        if kept.any():
            away = float(np.mean(bound[kept, k]) - np.mean(z[kept, k]))
            steps.append((away, away / sqrt(float(np.mean(information[kept, k])))))
    if not steps:
        raise SimulationError(
            "No trial of the pilot had a statistic and a bound there; name another look, or give "
            "the change of the log hazard ratio.",
            about="look",
        )
    toward = -1.0 if not rehearsal.conduct.tested[at].sooner_is_better else 1.0
    return toward * max(min(steps)[1], 0.0)


def _weights(
    world: World,
    rehearsal: Rehearsal,
    tilt: Tilt,
    sought: tuple[int, int | None],
    numbers: tuple[int, int, int],
) -> Vector:
    """Play tilted trials; each that rejects has its likelihood ratio, the others 0."""
    (at, look), (seed, scenario, trials) = sought, numbers
    weights = np.zeros(trials)
    for first in range(0, trials, CHUNK):
        last = min(first + CHUNK, trials)
        played = rehearse_range(
            rehearsal, seed=seed, scenario=scenario, first=first, last=last, estimates=False
        )
        decided = played.decisions
        looks = np.arange(decided.decision.shape[1])
        rejects = (decided.decision[:, :, at] == EFFICACY) & (looks <= decided.stopped[:, None])
        where = rejects.argmax(axis=1)
        counted = rejects.any(axis=1) & ((where == look - 1) if look is not None else True)
        for row in np.flatnonzero(counted).tolist():
            seen = snapshot_of_trial(
                rehearsal,
                seed=seed,
                scenario=scenario,
                trial=first + row,
                at=float(played.table.time[row, where[row]]),
            )
            weights[first + row] = np.exp(log_likelihood_ratio(world, tilt, seen))
    return weights

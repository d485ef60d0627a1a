"""How fast events come, against the plan, told from all patients together.

With the planned hazards h_g of every arm and stratum g (shares π_g) multiplied by κ_j in period j
of follow-up, a patient of unknown g followed to t, with an event (δ = 1) or without, has likelihood

    Σ_g π_g [κ_j h_g(t)]^δ exp{-Σ_k κ_k H_gk(t)},     H_gk(t) = ∫ h_g over period k up to t.

It is maximized by EM: weights of g given the patient, then κ_j = D_j / Σ_i Σ_g w_ig H_gj(t_i).
The planned effect, and with it the difference between arms, is taken as it is (Whitehead 2001,
Drug Inf J 35:1387; Todd, Valdés-Márquez & West 2012, Pharm Stat 11:141).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv, logsumexp

from equipoise.design.survival.world import Piecewise, SurvivalWorld
from equipoise.errors import DataError, DesignError, DidNotConverge
from equipoise.kernel.arrays import Flags, Matrix, Vector, vector
from equipoise.kernel.piecewise_exponential import Cube

STEPS = 10_000
CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class BlindedHazard:
    """Hazards of all patients together, against those planned."""

    factor: Piecewise  # by follow-up time: times the planned hazards, in every arm and stratum
    lower: Vector  # (periods,) limits of the factors, events taken as Poisson counts
    upper: Vector
    level: float
    events: Vector  # (periods,) seen
    planned: Vector  # (periods,) under the plan: the pooled hazard, added up over this follow-up
    iterations: int


def blinded_hazard(
    time: ArrayLike,
    event: ArrayLike,
    world: SurvivalWorld,
    *,
    starts: ArrayLike = (0.0,),
    level: float = 0.95,
) -> BlindedHazard:
    """Estimate how much faster events come than planned, by periods of follow-up.

    Args:
        time: (patients,) since randomization: to the event, or as far as is known.
        event: (patients,) whether it ended in the event.
        world: as planned: hazards, hazard ratio, allocation, strata.
        starts: of the periods; the first is 0.
        level: of the limits.

    Raises:
        DataError: no event yet in a period, or one where the plan has none.
        DesignError: the world's hazards are not piecewise constant.

    Accuracy: 1e-12 relative in the factors.

    Witness: direct maximization of the likelihood (tests/twice); events over planned at ratio 1.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum
    >>> world = one_stratum(accrual(24, 10), 0.05, 1.0)
    >>> found = blinded_hazard([10.0, 20.0, 30.0], [1, 1, 0], world)
    >>> round(float(found.factor.values[0]), 6)
    0.666667
    """
    at, had = vector(time), np.asarray(event, dtype=np.bool_)
    begin = vector(starts)
    _check(at, had, begin, world)
    period = np.maximum(np.searchsorted(begin, at, side="left") - 1, 0)  # pieces are (from, to]
    seen = np.bincount(period[had], minlength=begin.size).astype(np.float64)
    hazard, spent, share = _components(at, begin, world)
    if (seen == 0).any():
        empty = float(begin[int(np.argmin(seen))])
        raise DataError(
            f"No event yet in the period of follow-up from {empty:g} on: how fast they come there "
            "cannot be told. Join it to another period, or wait."
        )
    factor, weight, steps = _maximized(seen, hazard, spent, share, had)
    pooled = -logsumexp(np.log(share)[:, None, None] - np.cumsum(spent, axis=2), axis=0)
    exposed = np.einsum("gi,gij->j", weight, spent)
    tail = (1 - level) / 2
    return BlindedHazard(
        factor=Piecewise(begin, vector(factor)),
        lower=vector(gammaincinv(seen, tail) / exposed),
        upper=vector(gammaincinv(seen + 1, 1 - tail) / exposed),
        level=level,
        events=vector(seen),
        planned=vector(np.diff(pooled, axis=1, prepend=0.0).sum(axis=0)),
        iterations=steps,
    )


def _components(time: Vector, starts: Vector, world: SurvivalWorld) -> tuple[Matrix, Cube, Vector]:
    """Give every arm's and stratum's planned hazard, its integral by period, and its share."""
    ends = np.append(starts[1:], np.inf)
    hazards, spent, shares = [], [], []
    arms = ((False, 1.0 - world.experimental_share), (True, world.experimental_share))
    for stratum in world.strata:
        for experimental, part in arms:
            rate = stratum.experimental_hazard if experimental else stratum.control_hazard
            cured = stratum.experimental_cured if experimental else stratum.control_cured
            low = rate.cumulative(starts)
            upto = np.minimum(time[:, None], ends)
            inside = rate.cumulative(upto.ravel()).reshape(upto.shape) - low
            mine = np.where(time[:, None] > starts, inside, 0.0)
            if cured < 1:
                hazards.append(rate.at(np.nextafter(time, 0.0)))
                spent.append(mine)
                shares.append(stratum.share * part * (1.0 - cured))
            if cured > 0:
                hazards.append(np.zeros(time.size))
                spent.append(np.zeros_like(mine))
                shares.append(stratum.share * part * cured)
    return np.array(hazards), np.array(spent), vector(shares)


def _maximized(
    seen: Vector,
    hazard: Matrix,
    spent: Cube,
    share: Vector,
    had: Flags,
) -> tuple[Vector, Matrix, int]:
    """Run EM until the factors stand still; components without weight at first never gain any."""
    exposed = np.einsum("g,gij->j", share, spent)
    if (exposed <= 0).any():
        raise DataError(
            "Events came where the plan has none: its hazard there is 0. Plan for some, or look "
            "at the data."
        )
    factor = seen / exposed
    with np.errstate(divide="ignore"):
        log_share, log_hazard = np.log(share)[:, None], np.log(hazard)
    for step in range(1, STEPS + 1):
        each = log_share - spent @ factor
        each = np.where(had, each + log_hazard, each)
        most = logsumexp(each, axis=0)
        if not np.isfinite(most).all():
            raise DataError(
                "An event came where no arm's planned hazard is above 0. Plan for some, or look "
                "at the data."
            )
        weight = np.exp(each - most)
        following = seen / np.einsum("gi,gij->j", weight, spent)
        moved = float(np.abs(following / factor - 1).max())
        factor = following
        if moved <= CLOSE:
            return factor, weight, step
    raise DidNotConverge(
        f"The blinded event rate did not settle; the last step changed it by {moved:.3g}. Use "
        "fewer periods of follow-up."
    )


def _check(time: Vector, event: Flags, starts: Vector, world: SurvivalWorld) -> None:
    if world.weibull_shape != 1.0:
        raise DesignError(
            f"Blinded re-estimation needs hazards that are constant on pieces; the world has the "
            f"Weibull shape {world.weibull_shape:g}. Write its hazard in pieces."
        )
    if time.size != event.size:
        raise DataError(f"{time.size} times but {event.size} events. Give one a patient.")
    if not (np.isfinite(time) & (time >= 0)).all():
        raise DataError("Follow-up times must be finite and not below 0. Correct these rows.")
    if not event.any():
        raise DataError("No event yet: how fast they come cannot be told. Wait for some.")
    if starts[0] != 0 or (np.diff(starts) <= 0).any():
        raise DataError(f"Periods must start at 0 and increase; found {starts.tolist()}.")

"""The future as a design assumes it, known and not drawn: hazards by arm and stratum.

The effect may be the design's, none, a trend, or any ratio by pieces, also where hazards are not
proportional.  With a fraction c cured, S(t) = c + (1 - c) e^{-H(t)} has a hazard that falls: it is
given by pieces that agree with S(t) at every one of FINE heights, those cured having none after.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from equipoise.design.survival.world import (
    Accrual,
    Piecewise,
    StratumWorld,
    SurvivalWorld,
    constant_rate,
)
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, frozen, vector
from equipoise.monitor.future.future import FutureModel, RateDraws

FINE = 400  # heights of survival at which a cured fraction's pieces are exact
REST = 1e-6  # of those not cured still event-free when the pieces end
Role = Literal["control", "experimental"]


def assumed_future(
    world: SurvivalWorld,
    cut: float,
    *,
    to_come: int,
    ratio: Piecewise | float | None = None,
    roles: Sequence[Role] = ("control", "experimental"),
    arm_shares: Sequence[float] | None = None,
) -> FutureModel:
    """Give the future of a design's own assumptions, with its effect or another.

    Groups are numbered as in `model_groups`, by arm and stratum of the world.

    Args:
        world: as the design assumes it; its accrual is of all the arms in `roles`.
        cut: calendar time since the first randomization.
        to_come: patients still to be randomized.
        ratio: hazard ratio in every stratum; None: the design's.
        roles: of the protocol's arms, in order.
        arm_shares: of those to come, by arm; None: the world's allocation, with two arms.

    Raises:
        DesignError: A ratio that is none, or shares that are not told.

    Witness: closed forms in `tests/laws/test_monitored_forecast.py`.
    """
    effect = constant_rate(ratio) if isinstance(ratio, float | int) else ratio
    if effect is not None and not ((effect.values >= 0) & np.isfinite(effect.values)).all():
        raise DesignError(
            f"A hazard ratio must be a number from 0; found {effect.values.tolist()}."
        )
    kappa = world.weibull_shape
    arms = _arm_shares(world, roles, arm_shares)
    cells = [(role, stratum) for role in roles for stratum in world.strata]
    shares = [share * stratum.share for share in arms for stratum in world.strata]
    return FutureModel(
        event=tuple(_event(role, stratum, effect) for role, stratum in cells),
        dropout=tuple(
            _known(s.control_dropout if role == "control" else s.experimental_dropout)
            for role, s in cells
        ),
        shape=tuple(vector([kappa]) for _ in cells),
        accrual=accrual_after(world.accrual, cut),
        to_come=to_come,
        shares=vector(np.array(shares) / sum(shares)),
        assumed=_sentences(world, effect),
        longest_follow_up=world.longest_follow_up,
    )


def accrual_after(accrual: Accrual, cut: float) -> RateDraws:
    """Give planned rates as they hold after the cut; the last goes on until all have come."""
    later = accrual.starts > cut
    current = max(int(np.count_nonzero(~later)) - 1, 0)
    starts = np.concatenate([[0.0], accrual.starts[later] - cut])
    rates = np.concatenate([[accrual.rates[current]], accrual.rates[later]])
    return RateDraws(vector(starts), frozen(rates[None, :]))


def _arm_shares(
    world: SurvivalWorld, roles: Sequence[Role], arm_shares: Sequence[float] | None
) -> Sequence[float]:
    if arm_shares is not None and len(arm_shares) == len(roles):
        return arm_shares
    if arm_shares is not None or sorted(roles) != ["control", "experimental"]:
        raise DesignError(
            f"The shares of {len(roles)} arms in those to come must be told, one an arm; found "
            f"{'none' if arm_shares is None else list(arm_shares)}."
        )
    share = world.experimental_share
    return [share if role == "experimental" else 1.0 - share for role in roles]


def _event(role: Role, stratum: StratumWorld, effect: Piecewise | None) -> RateDraws:
    hazard, cured = stratum.control_hazard, stratum.control_cured
    if role == "experimental":
        hazard = hazard.times(stratum.hazard_ratio if effect is None else effect)
        cured = stratum.experimental_cured
    return _known(hazard) if cured == 0.0 else _known(_with_cured(hazard, cured))


def _known(rate: Piecewise) -> RateDraws:
    return RateDraws(rate.starts, frozen(np.array(rate.values[None, :])))


def _with_cured(hazard: Piecewise, cured: float) -> Piecewise:
    """Give the hazard of a mixture, by pieces between heights of its survival."""
    goal = -np.log(np.linspace(1.0, REST, FINE + 1))
    if hazard.values[-1] == 0.0:
        goal = goal[goal <= hazard.cumulative(hazard.starts[-1])[0]]
    at = np.union1d(_reaching(hazard, goal), hazard.starts)
    alive = cured + (1.0 - cured) * np.exp(-hazard.cumulative(at))
    values = np.append(-np.diff(np.log(alive)) / np.diff(at), 0.0)
    return Piecewise(vector(at), vector(np.maximum(values, 0.0)))


def _reaching(hazard: Piecewise, goal: Vector) -> Vector:
    """Give when a cumulative hazard first reaches each goal."""
    reached = hazard.cumulative(hazard.starts)
    piece = np.maximum(np.searchsorted(reached, goal, side="left") - 1, 0)
    rate = hazard.values[piece]
    wait = np.divide(goal - reached[piece], rate, out=np.zeros_like(goal), where=rate > 0)
    return np.asarray(hazard.starts[piece] + wait)


def _sentences(world: SurvivalWorld, effect: Piecewise | None) -> tuple[str, ...]:
    said = ["Hazards, dropout and accrual are those the design assumes, taken as known."]
    if effect is not None and effect.values.size == 1:
        said.append(f"The hazard ratio is taken to be {float(effect.values[0]):.3g} throughout.")
    elif effect is not None:
        said.append("The hazard ratio is taken to change over time as given.")
    if world.accrual_by_stratum:
        said.append("Those to come belong to strata by the shares of the whole enrollment.")
    said.append("Enrollment goes on at the last planned rate until all patients have come.")
    return tuple(said)

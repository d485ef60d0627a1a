"""How fast events will come: hazards learned from the patients at hand, with what is not known.

d events in T patient times; a prior is worth `events` events at a hazard `rate`.

exponential  λ ~ Gamma(d + a, T + a / rate)
weibull      H(t) = λ t^κ;  λ | κ ~ Gamma(d + a, Σ t^κ + a / rate^κ),  log κ ~ N(0, ½²)
piecewise    log λ_k = α + β x_k + γ u_k + w(x_k),  x the log of time, u time over the longest
             follow-up: Weibull's and Gompertz' trends, and a walk about them,
             Var w = τ² |x - x'|; sampled by importance from a Laplace approximation

Pieces hold equal numbers of events.  Beyond the longest follow-up further pieces go on by Weibull's
trend and the walk, so that what nobody has seen yet is told with the uncertainty it has.
(Random walk priors of log hazards: Gamerman 1991, Applied Statistics 40: 63.)
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from equipoise.errors import DataError, DesignError
from equipoise.kernel.arrays import Flags, Matrix, Vector, frozen, vector
from equipoise.monitor.future.future import PatientsAtHand, RateDraws
from equipoise.monitor.future.model_walk import WalkPrior, walk_draws

HazardModel: TypeAlias = Literal["piecewise", "exponential", "weibull"]
EVENTS_A_PIECE = 5
MOST_PIECES = 12
FURTHER = 1.5  # each piece beyond the longest follow-up ends so many times as late
FURTHER_PIECES = 5
BENT = 1.25  # of the longest follow-up: so far Gompertz' trend goes on
SHAPES = np.exp(np.linspace(-2.5, 2.0, 600))
SHAPE_SD = 0.5  # of log κ


@dataclass(frozen=True, slots=True)
class HazardPrior:
    """What is believed of a hazard, as if so many events had been seen at this rate."""

    rate: float
    events: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.rate < np.inf and 0 < self.events < np.inf):
            raise DesignError(
                f"A prior of {self.events:g} events at a rate of {self.rate:g} is none; give both "
                "above 0."
            )


@dataclass(frozen=True, slots=True)
class HazardDraws:
    """One group's event hazard."""

    rates: RateDraws
    shape: Vector  # (draws,), or one


def hazard_draws(
    at_hand: PatientsAtHand,
    model: HazardModel,
    prior: HazardPrior,
    draws: int,
    generator: np.random.Generator,
) -> tuple[HazardDraws, ...]:
    """Draw the event hazards of every group from what the patients at hand tell.

    Args:
        at_hand: in the groups that share a hazard.
        model: how hazards may change with time.
        prior: of every group.
        draws: rows.
        generator: of random numbers.

    Witness: the gamma law (exponential); quadrature (weibull, piecewise with one piece).
    """
    pieces = _pieces(at_hand)
    made = []
    for group in range(len(at_hand.groups)):
        mine = at_hand.group == group
        time, event = at_hand.time[mine], at_hand.event[mine]
        if model == "exponential":
            rate = gamma_draws(float(event.sum()), float(time.sum()), prior, draws, generator)
            made.append(HazardDraws(_rates(vector([0.0]), rate[:, None]), vector([1.0])))
        elif model == "weibull":
            made.append(_weibull(time, event, prior, draws, generator))
        else:
            made.append(_piecewise(time, event, pieces, prior, draws, generator))
    return tuple(made)


def pooled_prior(at_hand: PatientsAtHand, given: HazardPrior | None) -> HazardPrior:
    """Give the prior, or one event's worth at the hazard of all patients together.

    Raises:
        DataError: There is neither a prior nor an event to learn from.
    """
    if given is not None:
        return given
    events, exposure = float(at_hand.event.sum()), float(at_hand.time.sum())
    if not (events and exposure):
        raise DataError(
            f"{events:g} events in {exposure:g} patient times do not tell how fast events come; "
            "give the hazard that the design assumes as a prior."
        )
    return HazardPrior(events / exposure)


def gamma_draws(
    events: float,
    exposure: float,
    prior: HazardPrior,
    draws: int,
    generator: np.random.Generator,
) -> Vector:
    """Draw a constant rate from its gamma posterior.

    Witness: scipy.stats.gamma.
    """
    shape, rate = events + prior.events, exposure + prior.events / prior.rate
    return np.asarray(generator.gamma(shape, size=draws) / rate)


def _pieces(at_hand: PatientsAtHand) -> Vector:
    """Give where pieces begin: at quantiles of the event times, then beyond what was seen."""
    times = np.sort(at_hand.time[at_hand.event])
    count = min(max(times.size // EVENTS_A_PIECE, 1), MOST_PIECES)
    inner = np.quantile(times, np.arange(1, count) / count) if count > 1 else np.empty(0)
    longest = float(at_hand.time.max(initial=0.0))
    further = longest * FURTHER ** np.arange(FURTHER_PIECES) if longest > 0 else np.empty(0)
    inner = np.unique(inner[(inner > 0) & (inner < longest)])
    return np.concatenate([[0.0], inner, further])


def _piecewise(
    time: Vector,
    event: Flags,
    starts: Vector,
    prior: HazardPrior,
    draws: int,
    generator: np.random.Generator,
) -> HazardDraws:
    ends = np.append(starts[1:], np.inf)
    exposure = np.clip(time[:, None], starts, ends) - starts
    last = np.maximum(np.searchsorted(starts, time[event], side="left") - 1, 0)
    events = np.bincount(last, minlength=starts.size).astype(np.float64)
    middle = np.append((starts[1:] + starts[:-1]) / 2.0, starts[-1] * (1.0 + FURTHER) / 2.0)
    place = np.zeros((2, starts.size))
    if starts.size > 1:
        longest = starts[-FURTHER_PIECES]
        place = np.stack([np.log(middle), np.minimum(middle / longest, BENT)])
    believed = WalkPrior(np.log(prior.rate), prior.events**-0.5)
    log_rates = walk_draws(events, exposure.sum(axis=0), place, believed, draws, generator)
    return HazardDraws(_rates(vector(starts), np.exp(log_rates)), vector([1.0]))


def _weibull(
    time: Vector,
    event: Flags,
    prior: HazardPrior,
    draws: int,
    generator: np.random.Generator,
) -> HazardDraws:
    """Draw the shape from its exact marginal on a fine grid, then the rate given the shape."""
    events, kept = float(event.sum()), _above_zero(time)
    exposure = np.array([float((kept**shape).sum()) for shape in SHAPES])
    logs = float(np.log(kept[event]).sum())
    worth = prior.events / prior.rate**SHAPES
    height = (
        events * np.log(SHAPES)
        + SHAPES * logs
        + prior.events * np.log(worth)
        - (events + prior.events) * np.log(exposure + worth)
        - 0.5 * (np.log(SHAPES) / SHAPE_SD) ** 2
    )
    density = np.exp(height - height.max())
    below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2.0)])
    uniform = generator.random(draws) * below[-1]
    shape = np.exp(np.interp(uniform, below, np.log(SHAPES)))
    total = np.exp(np.interp(np.log(shape), np.log(SHAPES), np.log(exposure + worth)))
    rate = generator.gamma(events + prior.events, size=draws) / total
    return HazardDraws(_rates(vector([0.0]), rate[:, None]), vector(shape))


def _above_zero(time: Vector) -> Vector:
    """Move times of 0, at which a Weibull density is 0 or infinite, to half the shortest other."""
    some = time[time > 0]
    least = float(some.min()) / 2.0 if some.size else 1.0
    return np.where(time > 0, time, least)


def _rates(starts: Vector, values: Matrix) -> RateDraws:
    return RateDraws(starts, frozen(np.ascontiguousarray(values, dtype=np.float64)))

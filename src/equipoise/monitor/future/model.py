"""What the rest of a trial is drawn from, learned from the patients at hand.

Events by `model_hazards`; dropout with a constant hazard, and enrollment as a Poisson
process whose planned rates are all wrong by one factor φ (or whose rate is constant, φ itself):

    n came where E were planned:  φ ~ Gamma(n + a, E + a)       a: what the plan is worth, patients

with Jeffreys' Gamma(n + ½, E) where the plan is worth nothing.  Each draw of the parameters is a
row, so that predictions carry what is not known of them.
(Bagiella & Heitjan 2001, Stat Med 20: 2055; Anisimov & Fedorov 2007, Stat Med 26: 4958.)
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.survival.world import Piecewise, constant_rate
from equipoise.errors import DataError, DesignError
from equipoise.kernel.arrays import Vector, frozen, vector
from equipoise.monitor.future.future import FutureModel, PatientsAtHand, RateDraws
from equipoise.monitor.future.model_hazards import (
    HazardModel,
    HazardPrior,
    gamma_draws,
    hazard_draws,
    pooled_prior,
)

PARAMETERS = 2**62 + 1  # key of the stream that parameters are drawn from
LATER_PART = 0.5  # of the time so far tells how fast patients come
JEFFREYS = 0.5  # events
LARGEST_SEED = 2**63


@dataclass(frozen=True, slots=True)
class AccrualPlan:
    """How many are still to come, and what tells how fast."""

    to_come: int  # 0: enrollment is closed
    recent: float | None = None  # time before the cut that tells the rate; None: the later half
    planned: Piecewise | None = None  # patients a time unit, by calendar time; None: constant
    worth: float = 0.0  # patients' worth of belief in `planned`
    shares: Vector | None = None  # (groups,) of those to come; None: as in those at hand

    def __post_init__(self) -> None:
        if self.to_come < 0 or not 0 <= self.worth < np.inf:
            raise DesignError(
                f"{self.to_come} patients are to come, by a plan worth {self.worth:g} patients; "
                "give 0 or more."
            )
        if self.recent is not None and not self.recent > 0:
            raise DesignError(
                f"The rate of enrollment cannot be seen in a time of {self.recent:g}; give a time "
                "above 0."
            )


def fitted_future(
    at_hand: PatientsAtHand,
    accrual: AccrualPlan,
    *,
    hazard: HazardModel = "piecewise",
    draws: int = 1000,
    seed: int = 1,
    prior: HazardPrior | None = None,
    dropout_prior: HazardPrior | None = None,
    longest_follow_up: float = float("inf"),
) -> FutureModel:
    """Learn the future from the patients at hand, with the uncertainty of all its rates.

    Args:
        at_hand: in the groups that share hazards (see `model_groups`).
        accrual: of those to come.
        hazard: how event hazards may change with the time since randomization.
        draws: of the parameters.
        seed: of their random numbers.
        prior: of every group's event hazard; None: one event's worth at the pooled hazard.
        dropout_prior: of dropout; None: half an event's worth at the pooled rate.
        longest_follow_up: of each patient.

    Raises:
        DataError: The patients at hand do not tell it, and no prior is given.
        DesignError: A plan, prior or number that is none.

    Witness: gamma laws, quadrature; calibrated on simulated trials (docs/forecasts.md).
    """
    from equipoise.monitor.future.model_arrays import hand_arrays  # noqa: PLC0415 - compiled code

    hand_arrays(at_hand)  # refuses what cannot be drawn from
    if draws < 1 or not 0 <= seed < LARGEST_SEED:
        raise DesignError(
            f"{draws} draws from seed {seed}; give at least 1 draw, and a seed from 0 to 2^63 - 1."
        )
    generator = np.random.Generator(np.random.Philox(key=np.array([seed, PARAMETERS], np.uint64)))
    believed = pooled_prior(at_hand, prior)
    fitted = hazard_draws(at_hand, hazard, believed, draws, generator)
    lost = _dropout(at_hand, dropout_prior, draws, generator)
    coming, how = _accrual(at_hand, accrual, draws, generator)
    return FutureModel(
        event=tuple(each.rates for each in fitted),
        dropout=lost,
        shape=tuple(each.shape for each in fitted),
        accrual=coming,
        to_come=accrual.to_come,
        shares=_shares(at_hand) if accrual.shares is None else accrual.shares,
        assumed=(*_sentences(at_hand, hazard, believed, prior), *how),
        longest_follow_up=longest_follow_up,
    )


def _dropout(
    at_hand: PatientsAtHand,
    given: HazardPrior | None,
    draws: int,
    generator: np.random.Generator,
) -> tuple[RateDraws, ...]:
    exposure = float(at_hand.time.sum())
    pooled = max(float(at_hand.lost.sum()), JEFFREYS) / exposure if exposure else 0.0
    if given is None and pooled == 0.0:  # nobody has been followed yet
        return (RateDraws(vector([0.0]), frozen(np.zeros((1, 1)))),) * len(at_hand.groups)
    prior = given or HazardPrior(pooled, JEFFREYS)
    made = []
    for group in range(len(at_hand.groups)):
        mine = at_hand.group == group
        lost, time = float(at_hand.lost[mine].sum()), float(at_hand.time[mine].sum())
        rate = gamma_draws(lost, time, prior, draws, generator)
        made.append(RateDraws(vector([0.0]), frozen(np.ascontiguousarray(rate[:, None]))))
    return tuple(made)


def _accrual(
    at_hand: PatientsAtHand,
    plan: AccrualPlan,
    draws: int,
    generator: np.random.Generator,
) -> tuple[RateDraws, tuple[str, ...]]:
    """Give the rates after the cut, and how they were found."""
    if plan.to_come == 0:
        return RateDraws(vector([0.0]), frozen(np.zeros((1, 1)))), ("Enrollment is closed.",)
    planned = constant_rate(1.0) if plan.planned is None else plan.planned
    since = max(at_hand.cut - plan.recent, 0.0) if plan.recent else at_hand.cut * LATER_PART
    came = int(np.count_nonzero(at_hand.entry > since)) if since > 0 else at_hand.entry.size
    expected = float(np.diff(planned.cumulative([since, at_hand.cut]))[0])
    if not (expected + plan.worth > 0):
        raise DataError(
            f"No patients were planned between {since:g} and the cut at {at_hand.cut:g}, so that "
            "the rate of enrollment cannot be learned; give a plan that is worth some patients."
        )
    shape = came + (plan.worth or JEFFREYS)
    factor = generator.gamma(shape, size=draws) / (expected + plan.worth)
    later = planned.starts > at_hand.cut
    rates = np.concatenate([planned.at([at_hand.cut]), planned.values[later]])
    starts = np.concatenate([[0.0], planned.starts[later] - at_hand.cut])
    said = (
        f"Enrollment goes on as a Poisson process, its rate learned from the {came} patients "
        f"randomized in the last {at_hand.cut - since:.3g} time units before the cut"
        + ("" if plan.planned is None else ", in proportion to the planned rates")
        + f", until {plan.to_come} more have come."
    )
    return RateDraws(vector(starts), frozen(factor[:, None] * rates)), (said,)


def _shares(at_hand: PatientsAtHand) -> Vector:
    """Give the groups' shares among those at hand; equal ones where there is nobody."""
    counts = np.bincount(at_hand.group, minlength=len(at_hand.groups)).astype(np.float64)
    return vector(counts / counts.sum() if counts.sum() else np.full(counts.size, 1 / counts.size))


_MODELS: dict[HazardModel, str] = {
    "piecewise": (
        "Event hazards are constant on pieces, smoothed by a random walk about Weibull's and "
        "Gompertz' trends; beyond the longest follow-up seen Weibull's trend and the walk go on."
    ),
    "exponential": "Event hazards are constant.",
    "weibull": "Event times are Weibull.",
}


_DROPOUT = "Dropout has a constant hazard and tells nothing of the event."
LAST_SEEN = (
    "A patient last seen before the cut may have had an event or been lost since then: the future "
    "is drawn from when each was last seen."
)


def _events(number: float) -> str:
    """Count events, one as one.

    >>> _events(1.0), _events(0.5)
    ('1 event', '0.5 events')
    """
    return f"{number:g} event" + ("" if number == 1 else "s")


def _sentences(
    at_hand: PatientsAtHand,
    hazard: HazardModel,
    believed: HazardPrior,
    given: HazardPrior | None,
) -> tuple[str, ...]:
    whose = "everyone" if len(at_hand.groups) == 1 else f"each of {len(at_hand.groups)} groups"
    source = "pooled hazard" if given is None else "hazard assumed beforehand"
    learned = (
        f"They are learned for {whose}, with a prior worth {_events(believed.events)} at the "
        f"{source} of {believed.rate:.4g} a time unit."
    )
    return (f"{_MODELS[hazard]} {learned}", _DROPOUT, LAST_SEEN)

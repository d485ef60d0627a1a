"""Read operating characteristics off a tally."""

from typing import cast

import numpy as np

from equipoise.kernel.arrays import Matrix, frozen
from equipoise.simulate.adapt.checks import assumed_of
from equipoise.simulate.characteristics.characteristics import (
    ArmCharacteristics,
    EstimateCharacteristics,
    HypothesisCharacteristics,
    LookAverages,
    LookCharacteristics,
    OperatingCharacteristics,
    OperatingQuestion,
    Verdicts,
)
from equipoise.simulate.characteristics.moments import Comoments, Moments
from equipoise.simulate.characteristics.monte_carlo import (
    Mean,
    Probability,
    mean,
    probability,
    spread,
)
from equipoise.simulate.characteristics.tally import Tally
from equipoise.simulate.counting import Truths, truths_of
from equipoise.simulate.plan import SimulationPlan

ASSUMED = (
    "Standard errors are of the simulation; limits of probabilities are Wilson's, 95%.",
    (
        "Averages at a look are over the trials that came to it; those carried are over all "
        "trials, as if none were stopped."
    ),
    "The duration is the calendar time of the look at which the trial ended.",
    "Quantiles are interpolated in buckets of relative width 2^-10 or less.",
)


def characterize(
    plan: SimulationPlan, scenario: int, design: int, tally: Tally, *, partial: bool
) -> OperatingCharacteristics:
    """Turn what was counted into operating characteristics.

    Witness: NumPy on the table of all trials.
    """
    world = plan.designs[design].world_in(plan.scenarios[scenario])
    conduct, truths = plan.designs[design].conduct, truths_of(plan, scenario, design)
    looks = range(len(conduct.looks))
    error = _one(tally, "family-wise error") if truths.null.any() else None
    return OperatingCharacteristics(
        asked=_question(plan, scenario, design),
        trials=tally.trials,
        partial=partial,
        at_least_one=_one(tally, "at least one primary"),
        all_primary=_one(tally, "all primary"),
        familywise_error=error,
        duration=spread(tally.moments("end duration"), tally.histogram("end duration spread")),
        patients=spread(
            tally.moments("end patients"), tally.histogram("end patients spread"), whole=True
        ),
        dropouts=mean(tally.moments("end dropouts")),
        events=tuple(
            spread(
                tally.moments("end events"), tally.histogram(f"end events {at}"), (at,), whole=True
            )
            for at in range(len(world.endpoints))
        ),
        planned_patients=mean(tally.moments("end planned")),
        endpoints=world.endpoints,
        looks=tuple(_look(tally, look, len(conduct.tested)) for look in looks),
        hypotheses=tuple(
            _hypothesis(tally, truths, at, each.hypothesis, len(conduct.looks))
            for at, each in enumerate(conduct.tested)
        ),
        arms=tuple(_arm(tally, at, name) for at, name in enumerate(world.arms)),
        enriched=_chance(tally, int(tally.counts("enriched").counts.sum())),
        enriched_by_look=_chances(tally, "enriched"),
        assumed=(*ASSUMED, *assumed_of(conduct)),
        together=bool(conduct.stopping.together),
    )


def _question(plan: SimulationPlan, scenario: int, design: int) -> OperatingQuestion:
    return OperatingQuestion(
        scenario=plan.scenarios[scenario].name,
        design=plan.designs[design].name,
        trials=plan.trials,
        seed=plan.seed,
        stream=plan.stream(scenario),
        level=plan.level,
        plan=plan.identity,
    )


def _chance(tally: Tally, count: int) -> Probability:
    return cast("Probability", probability(count, tally.trials))


def _one(tally: Tally, name: str, at: tuple[int, ...] = ()) -> Probability:
    return _chance(tally, int(tally.counts(name).counts[at]))


def _chances(tally: Tally, name: str, at: tuple[int, ...] = ()) -> tuple[Probability, ...]:
    return tuple(_chance(tally, int(each)) for each in tally.counts(name).counts[at])


def _look(tally: Tally, look: int, hypotheses: int) -> LookCharacteristics:
    information = tally.moments("carried information")
    return LookCharacteristics(
        look=look + 1,
        condition_met=_one(tally, "condition met", (look,)),
        held=_one(tally, "held", (look,)),
        came_to=_one(tally, "came to", (look,)),
        ended=_one(tally, "ended", (look,)),
        at_look=_averages(tally, look, "at look", tally.moments("at look z")),
        carried=_averages(tally, look, "carried", _diagonal(tally.comoments("carried z"))),
        time=spread(
            tally.moments("carried time"), tally.histogram(f"carried time {look}"), (look,)
        ),
        information=tuple(
            spread(information, tally.histogram(f"carried information {look} {at}"), (look, at))
            for at in range(hypotheses)
        ),
    )


def _diagonal(table: Comoments) -> Moments:
    """Give each column's own moments; its extremes are not kept."""
    own = np.arange(table.count.shape[0])
    none = np.full(table.mean[own, own].shape, np.nan)
    return Moments(
        table.count[own, own], table.mean[own, own], table.products[own, own], none, none
    )


def _averages(tally: Tally, look: int, which: str, z: Moments) -> LookAverages:
    events = tally.moments(f"{which} events")  # (looks, endpoints, arms and all)
    endpoints, arms = events.mean.shape[1], events.mean.shape[2] - 1

    def by_hypothesis(moments: Moments) -> tuple[Mean | None, ...]:
        return tuple(mean(moments, (look, at)) for at in range(moments.mean.shape[1]))

    return LookAverages(
        time=mean(tally.moments(f"{which} time"), (look,)),
        patients=mean(tally.moments(f"{which} patients"), (look,)),
        dropouts=mean(tally.moments(f"{which} dropouts"), (look,)),
        events=tuple(mean(events, (look, endpoint, arms)) for endpoint in range(endpoints)),
        events_by_arm=tuple(
            tuple(mean(events, (look, endpoint, arm)) for arm in range(arms))
            for endpoint in range(endpoints)
        ),
        z=by_hypothesis(z),
        score=by_hypothesis(tally.moments(f"{which} score")),
        information=by_hypothesis(tally.moments(f"{which} information")),
    )


def _hypothesis(
    tally: Tally, truths: Truths, at: int, name: str, looks: int
) -> HypothesisCharacteristics:
    verdicts = tally.counts("verdicts").counts[:, at, :]  # (looks, verdicts)
    direction, effect = int(truths.direction[at]), float(truths.effect[at])
    by_look = [
        Verdicts(look + 1, *(_chance(tally, int(each)) for each in verdicts[look]))
        for look in range(looks)
    ]
    estimated = tally.has("naive estimate")
    return HypothesisCharacteristics(
        hypothesis=name,
        primary=bool(truths.primary[at]),
        null=bool(truths.null[at]) if truths.told[at] else None,
        effect=None if np.isnan(effect) else effect,
        power=_one(tally, "rejected", (at,)),
        futility=_chance(tally, int(verdicts[:, 1].sum())),
        harm=_chance(tally, int(verdicts[:, 2].sum())),
        undecided=_one(tally, "undecided", (at,)),
        by_look=tuple(by_look),
        cumulative=tuple(_chance(tally, int(each)) for each in verdicts[:, 0].cumsum()),
        z_correlation=_correlations(tally.comoments("carried z"), at),
        wrong_efficacy=_one(tally, "wrong efficacy", (at,)) if direction < 0 else None,
        wrong_side=_one(tally, "wrong side", (at,)) if direction else None,
        naive=_estimate(tally, "naive", at) if estimated else None,
        adjusted=_estimate(tally, "adjusted", at) if estimated else None,
    )


def _correlations(table: Comoments, at: int) -> Matrix:
    """Correlate the looks' z, over the trials carried to both."""
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = table.products[:, :, at] / table.count[:, :, at]
        own = np.diagonal(covariance)
        found = covariance / np.sqrt(np.outer(own, own))
    return frozen(np.where(np.isfinite(found), found, np.nan))


def _estimate(tally: Tally, which: str, at: int) -> EstimateCharacteristics | None:
    estimate = tally.moments(f"{which} estimate")
    if not estimate.count[at]:
        return None
    off = mean(tally.moments(f"{which} off"), (at,))
    limits = int(tally.counts(f"{which} limits").counts[at])
    covered = int(tally.counts(f"{which} covered").counts[at])
    return EstimateCharacteristics(
        estimate=spread(estimate, tally.histogram(f"{which} spread {at}"), (at,)),
        where_rejected=mean(tally.moments(f"{which} where rejected"), (at,)),
        bias=off,
        mean_squared_error=mean(tally.moments(f"{which} squared"), (at,)),
        coverage=None if off is None else probability(covered, limits),
        told_error=mean(tally.moments("naive error"), (at,)) if which == "naive" else None,
    )


def _arm(tally: Tally, at: int, name: str) -> ArmCharacteristics:
    dropped = tally.counts("arm dropped").counts[at]
    by_look = tuple(_chance(tally, int(each)) for each in dropped)
    return ArmCharacteristics(name, _chance(tally, int(dropped.sum())), by_look)

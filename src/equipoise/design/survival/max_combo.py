"""What a trial takes that is tested by the largest of several weighted log-rank tests.

MaxCombo (Lee 2007; Karrison 2016; Lin et al. 2020; Wang, Luo & Zheng 2021, group-sequential):
no one weight suits every departure from proportional hazards, so several are tried and the
largest counts, against a bound that knows how alike they are (`combo`).

By default error is spent by the smallest of the tests' information fractions in a world where
both arms have the averaged hazard, as gsDesign2 does: no test then spends ahead of its own
information.  Means, variances and correlations are those of `log_rank_moments` under the
planned effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from equipoise.design.checks import check_power
from equipoise.design.plan import Plan
from equipoise.design.printing import Printed
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.average_hazard_ratio import average_evidence
from equipoise.design.survival.checks import check_world
from equipoise.design.survival.combo import Combo
from equipoise.design.survival.combo_rules import BoundRules, Solved, fixed_effect
from equipoise.design.survival.enrollment import with_rate
from equipoise.design.survival.evidence import Evidence
from equipoise.design.survival.large_sample import cohort
from equipoise.design.survival.log_rank_moments import joint_moments
from equipoise.design.survival.max_combo_plan import max_combo_plan
from equipoise.design.survival.timing import Timing, at_fractions, look_times
from equipoise.design.survival.weighted_log_rank import averaged, moments_of
from equipoise.design.survival.weights import Weight
from equipoise.design.survival.world import SurvivalWorld
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Matrix, Vector, frozen, frozen_codes, vector
from equipoise.kernel.lattice import DIMENSIONS, GENERATORS

SAME = 1e-9  # correlations nearer to 1 are of the same test

Points = Literal[1021, 4093, 16381]


@dataclass(frozen=True, slots=True)
class MaxComboQuestion:
    """What was asked of `max_combo_design`."""

    world: SurvivalWorld
    timing: Timing
    weights: tuple[Weight, ...]
    tested: tuple[tuple[int, ...], ...]  # at each look, which of the weights, from 0
    stopping: StoppingPlan
    power: float | None
    beta: float | None
    points: Points


@dataclass(frozen=True, slots=True, repr=False)
class MaxComboDesign(Printed):
    """A design by the largest of several weighted log-rank tests."""

    asked: MaxComboQuestion
    plan: Plan
    world: SurvivalWorld  # with the accrual that was solved for
    evidence: Evidence  # average hazard ratio, events, patients at each look
    combo: Combo  # the tests' means and correlations
    information_fraction: Matrix  # (looks, weights) of each weight's own last, under the null
    power_error: float  # standard error of the computed power


def max_combo_design(
    world: SurvivalWorld,
    timing: Timing,
    *,
    weights: Sequence[Weight],
    tested: Sequence[Sequence[int]] | None = None,
    stopping: StoppingPlan | None = None,
    power: float | None = None,
    beta: float | None = None,
    points: Points = 4093,
) -> MaxComboDesign:
    """Plan a trial that is tested by the largest of several weighted log-rank tests.

    Args:
        world: accrual and hazards; with `power`, the accrual is scaled to reach it.
        timing: when the looks are; information fractions are of the events.
        weights: of the tests.
        tested: at each look, the places of the weights tested (from 0); all by default.
        stopping: one-sided boundaries, by spending or as given.
        power: to be reached; None: computed for the accrual of the world.
        beta: for futility to spend; by default 1 - power.
        points: of the lattice, for each of eight shifts: more are slower and more exact.

    Raises:
        DesignError: the world, looks, tests or boundaries cannot be, or give no power.
    Accuracy:
        1e-9 with up to three tests in all; beyond, `power_error` of power: some 1e-6 with six
        tests in all, 1e-5 with nine, 2e-5 with twelve and futility; a third with 16381 points.
    Witness:
        nph09, nph17 (gsDesign2, within its Monte Carlo error); one weight: the weighted log-rank
        design.

    >>> from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
    >>> from equipoise.design.survival.weights import FlemingHarrington, log_rank_weight
    >>> world = one_stratum(accrual(12, 20), 0.06, piecewise_rate([0, 4], [1.0, 0.6]))
    >>> design = max_combo_design(world, Timing(36.0), power=0.9,
    ...                           weights=[log_rank_weight(), FlemingHarrington(0.0, 0.5)])
    >>> round(float(design.plan.sequential.upper[0]), 4), round(design.plan.patients, 1)
    (2.0781, 346.4)
    """
    check_world(world)
    stopping = stopping or StoppingPlan()
    timing = at_fractions(timing, stopping.information)
    at_each = _tested(len(weights), tested, timing.looks)
    asked = MaxComboQuestion(world, timing, tuple(weights), at_each, stopping, power, beta, points)
    _check(asked)
    times = look_times(world, timing, average_evidence, null=True)
    evidence = average_evidence(world, times)
    combo, fractions = _combo(asked, times)
    _check_effect(combo)
    solved = _solve(asked, combo, fractions)
    scaled = with_rate(world, solved.factor)
    evidence = evidence.times(solved.factor)
    names = [weight.name for weight in weights]
    plan = max_combo_plan(scaled, evidence, solved, names, calendar=bool(timing.calendar))
    return MaxComboDesign(
        asked, plan, scaled, evidence, solved.combo, fractions, solved.alternative.error
    )


def _combo(asked: MaxComboQuestion, times: Vector) -> tuple[Combo, Matrix]:
    """Give the tests, and each weight's information at each look over its last."""
    world, end = asked.world, float(times[-1])
    breaks = tuple({b for weight in asked.weights for b in weight.breaks(world, end)})
    seen = cohort(world, times, breaks=breaks)
    curves = [weight.at(seen) for weight in asked.weights]
    count, looks = len(asked.weights), times.size
    every = [(k, w) for k in range(looks) for w in range(count)]
    stacked = np.stack([curves[w][k if curves[w].shape[0] > 1 else 0] for k, w in every])
    mean, covariance = joint_moments(seen, stacked, vector([k for k, _ in every]))
    sd = np.sqrt(np.diag(covariance))
    if not sd.min() > 0:
        k, w = every[int(np.argmin(sd))]
        raise DesignError(
            f"At look {k + 1}, {times[k]:g}, the {asked.weights[w].name} test has weighed no event "
            "yet; place the look later or leave the test out there."
        )
    kept = np.array([i for i, (k, w) in enumerate(every) if w in asked.tested[k]])
    correlation = covariance / np.outer(sd, sd)
    look = np.array([every[i][0] for i in kept], dtype=np.int64)
    combo = Combo(
        vector((mean / sd)[kept]),
        frozen(correlation[np.ix_(kept, kept)].copy()),
        frozen_codes(look),
    )
    _check_different(combo, [asked.weights[every[i][1]].name for i in kept])
    return combo, _fractions(asked, times)


def _fractions(asked: MaxComboQuestion, times: Vector) -> Matrix:
    """Give each weight's information at each look over its last, were there no effect."""
    alike = averaged(asked.world)
    information = [moments_of(alike, times, weight).variance for weight in asked.weights]
    return frozen(np.column_stack([part / part[-1] for part in information]))


def _solve(asked: MaxComboQuestion, combo: Combo, fractions: Matrix) -> Solved:
    """Find bounds, and patients or power."""
    spent_by = fractions.min(axis=1)
    stopping = replace(asked.stopping, information=tuple(float(part) for part in spent_by))
    rules = BoundRules(combo, stopping, vector(stopping.spending_time or spent_by))
    if asked.power is None:
        effect = 1.0
        beta = rules.own_beta(asked.points) if asked.beta is None else asked.beta
    else:
        beta = 1.0 - asked.power if asked.beta is None else asked.beta
        effect = rules.effect_for(asked.power, beta, asked.points)
    found, alternative = rules.stops(effect, beta, asked.points)
    null, alpha = rules.null(found, asked.points)
    planned = replace(combo, mean=vector(combo.mean * effect))
    fixed = 1.0
    if combo.looks > 1:
        power = float(alternative.upper.sum())
        fixed = fixed_effect(planned, stopping.alpha, power, asked.points) ** 2
    return Solved(
        combo=planned,
        bounds=found,
        alternative=alternative,
        null=null,
        alpha=alpha,
        stopping=stopping,
        power=asked.power,
        factor=effect**2,
        fixed_factor=fixed,
        points=asked.points,
    )


def _tested(
    weights: int, tested: Sequence[Sequence[int]] | None, looks: int
) -> tuple[tuple[int, ...], ...]:
    """Give which weights are tested at each look, or refuse what cannot be."""
    if weights == 0:
        raise DesignError("A MaxCombo test needs at least one weight; found none.")
    if tested is None:
        return (tuple(range(weights)),) * looks
    at_each = tuple(tuple(sorted(set(places))) for places in tested)
    if len(at_each) != looks:
        raise DesignError(
            f"The weights tested are given for {len(at_each)} looks, but there are {looks}; give "
            "them for each."
        )
    for look, places in enumerate(at_each, 1):
        if not places or places[0] < 0 or places[-1] >= weights:
            raise DesignError(
                f"Look {look} tests the weights {list(places)}; name at least one, each from 0 to "
                f"{weights - 1}."
            )
    return at_each


def _check(asked: MaxComboQuestion) -> None:
    """Refuse what no MaxCombo design answers."""
    if asked.stopping.sides != 1:
        raise DesignError("MaxCombo designs are one-sided; halve alpha and ask for one side.")
    tests = sum(len(places) for places in asked.tested)
    if tests > DIMENSIONS:
        raise DesignError(
            f"There are {tests} tests over all looks; at most {DIMENSIONS} can be computed. Test "
            "fewer weights at the interim looks (`tested`)."
        )
    if asked.points not in GENERATORS:
        raise DesignError(
            f"A lattice of {asked.points} points is not known; take one of {sorted(GENERATORS)}."
        )
    if asked.power is not None:
        check_power(asked.power, asked.stopping.alpha)
    if asked.power is not None and asked.timing.events:
        raise DesignError(
            "Looks at numbers of events fix the power; leave the power out, or give the looks "
            "by calendar time or information fractions to solve for the patients."
        )
    if asked.beta is not None and not 0.0 < asked.beta < 1.0:
        raise DesignError(f"Futility must spend a beta between 0 and 1; found {asked.beta:g}.")


def _check_effect(combo: Combo) -> None:
    """Refuse tests that all expect nothing."""
    if not combo.mean[combo.at(combo.looks - 1)].max() > 0:
        raise DesignError(
            "None of the tests expects to find the experimental arm better at the last look: no "
            "trial can show it. Change the assumed effect or the weights."
        )


def _check_different(combo: Combo, names: list[str]) -> None:
    """Refuse tests that are the same."""
    for look in range(combo.looks):
        places = combo.at(look)
        alike = combo.correlation[np.ix_(places, places)] - np.eye(places.size)
        first, second = np.unravel_index(int(np.argmax(alike)), alike.shape)
        if alike[first, second] > 1.0 - SAME:
            raise DesignError(
                f"At look {look + 1} the tests {names[places[first]]} and {names[places[second]]} "
                "are the same; leave one out."
            )

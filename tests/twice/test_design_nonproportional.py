"""Large-sample moments a second time: by sums over a fine grid, and by simulated trials."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.design.sequential.rules import FixedEfficacy, FixedFutility, StoppingPlan
from equipoise.design.survival.average_hazard_ratio import average_hazard_ratio
from equipoise.design.survival.curve_moments import curve_moments
from equipoise.design.survival.events import expected_events
from equipoise.design.survival.hazards import accrual, one_stratum, piecewise_rate
from equipoise.design.survival.large_sample import cohort
from equipoise.design.survival.log_rank_moments import joint_moments, score_moments
from equipoise.design.survival.max_combo import max_combo_design
from equipoise.design.survival.timing import Timing
from equipoise.design.survival.weights import (
    AtRiskWeight,
    FlemingHarrington,
    ModestlyWeighted,
    early_zero_weight,
    log_rank_weight,
)
from equipoise.design.survival.world import StratumWorld, SurvivalWorld, constant_rate
from equipoise.kernel.arrays import vector

MIXED = SurvivalWorld(  # strata, unequal arms, unequal dropout, a cured fraction
    accrual(10, piecewise_rate([0, 3], [4, 12])),
    (
        StratumWorld(
            "a",
            0.3,
            constant_rate(0.09),
            piecewise_rate([0, 3], [1.3, 0.5]),
            constant_rate(0.01),
            constant_rate(0.03),
        ),
        StratumWorld(
            "b",
            0.7,
            piecewise_rate([0, 5], [0.03, 0.06]),
            constant_rate(0.7),
            constant_rate(0.0),
            constant_rate(0.01),
            control_cured=0.1,
            experimental_cured=0.2,
        ),
    ),
    allocation=2.0,
)
LOOK = 17.0
STEP = 0.0005


def grid_course(stratum, arm):
    """Survival, staying and hazard at the middles of short steps, the slow way."""
    time = np.arange(STEP / 2, LOOK, STEP)
    rate = stratum.control_hazard.at(time)
    dropout, cured = stratum.control_dropout, stratum.control_cured
    if arm:
        rate = rate * stratum.hazard_ratio.at(time)
        dropout, cured = stratum.experimental_dropout, stratum.experimental_cured
    uncured = (1 - cured) * np.exp(-np.cumsum(rate * STEP) + rate * STEP / 2)
    survival = cured + uncured
    leaving = dropout.at(time)
    staying = survival * np.exp(-np.cumsum(leaving * STEP) + leaving * STEP / 2)
    return time, survival, staying, rate * uncured / survival


def grid_arms(stratum):
    """At risk and hazard of each arm, per short step."""
    share = (1 - MIXED.experimental_share, MIXED.experimental_share)
    arms = []
    for arm in (0, 1):
        time, _, staying, hazard = grid_course(stratum, arm)
        entered = MIXED.accrual.enrolled(np.maximum(LOOK - time, 0.0)) * stratum.share
        arms.append((entered * share[arm] * staying, hazard))
    return time, arms


def summed_moments(weight_of, null_ratio):
    """Mean and variance of the score, summed over the grid."""
    mean = variance = 0.0
    for stratum in MIXED.strata:
        time, ((y0, h0), (y1, h1)) = grid_arms(stratum)
        pooled = np.exp(-np.cumsum((y0 * h0 + y1 * h1) / (y0 + y1) * STEP))
        weight = weight_of(time, pooled, y0 + y1)
        both = y0 + null_ratio * y1
        mean += np.sum(weight * y0 * y1 / both * (null_ratio * h0 - h1)) * STEP
        spread = null_ratio * y0 * y1 / both**2 * (y0 * h0 + y1 * h1)
        variance += np.sum(weight**2 * spread) * STEP
    return mean, variance


@pytest.mark.parametrize(
    ("weight", "slow"),
    [
        (log_rank_weight(), lambda *_: 1.0),
        (FlemingHarrington(0.5, 0.5), lambda _, s, __: s**0.5 * (1 - s) ** 0.5),
        (FlemingHarrington(0, 1, until=6.0), lambda t, s, _: 1 - np.where(t < 6, s, s[t < 6][-1])),
        (ModestlyWeighted(largest=1.4), lambda _, s, __: np.minimum(1 / s, 1.4)),
        (AtRiskWeight(0.5), lambda _, __, y: (y / 96.0) ** 0.5),
        (early_zero_weight(4.0), lambda t, *_: t >= 4.0),
    ],
    ids=lambda x: getattr(x, "name", ""),
)
def test_score_moments(weight, slow):
    seen = cohort(MIXED, vector([LOOK]), breaks=weight.breaks(MIXED, LOOK))
    ours = score_moments(seen, weight.at(seen), null_ratio=1.2)
    mean, variance = summed_moments(slow, 1.2)
    assert ours.mean[0] == pytest.approx(mean, rel=3e-4)
    assert ours.variance[0] == pytest.approx(variance, rel=3e-4)


@pytest.mark.parametrize("quantity", ["milestone", "restricted mean"])
def test_curve_moments(quantity):
    at = 9.0
    seen = cohort(MIXED, vector([LOOK]), breaks=(at,))
    means, variances = curve_moments(seen, MIXED, quantity, at)
    for arm in (0, 1):
        mean = variance = 0.0
        for stratum in MIXED.strata:
            time, arms = grid_arms(stratum)
            survival = grid_course(stratum, arm)[1]
            at_risk, hazard = (part[time < at] for part in arms[arm])
            area = np.cumsum(survival[time < at][::-1])[::-1] * STEP
            value, moved = survival[time < at][-1], survival[time < at][-1]
            if quantity == "restricted mean":
                value, moved = area[0], area
            mean += stratum.share * value
            variance += stratum.share**2 * np.sum(moved**2 * hazard / at_risk) * STEP
        assert means[0, arm] == pytest.approx(mean, rel=1e-4)
        assert variances[0, arm] == pytest.approx(variance, rel=3e-4)


def test_average_hazard_ratio_piece_by_piece():
    """Events of each arm in each piece, summed over the grid."""
    weighted = total = information = 0.0
    for stratum in MIXED.strata:
        time, arms = grid_arms(stratum)
        for low, high in ((0, 3), (3, 5), (5, LOOK)):
            inside = (time >= low) & (time < high)
            events = [np.sum((y * h)[inside]) * STEP for y, h in arms]
            ratio = stratum.hazard_ratio.at((low + high) / 2)
            weighted += sum(events) * np.log(ratio)
            total += sum(events)
            information += 1 / (1 / events[0] + 1 / events[1])
    ours = average_hazard_ratio(MIXED, [LOOK])
    assert ours.hazard_ratio[0] == pytest.approx(np.exp(weighted / total), rel=1e-4)
    assert ours.information[0] == pytest.approx(information, rel=3e-4)


class TestSimulatedTrials:
    """Trials drawn patient by patient; bounds are five Monte Carlo standard errors."""

    PATIENTS, TRIALS = 400, 1500
    WEIGHTS = (log_rank_weight(), FlemingHarrington(0, 1))
    TIMES = (14.0, 24.0)
    WORLD = one_stratum(
        accrual(12, 400 / 12), 0.06, piecewise_rate([0, 4], [1.0, 0.7]), dropout=0.005
    )

    def statistics(self):
        """(trials, 4) weighted log-rank Z: two weights at each of two looks."""
        draw = np.random.default_rng(11)
        rows = []
        for _ in range(self.TRIALS):
            entry = draw.uniform(0, 12, self.PATIENTS)
            experimental = draw.permutation(self.PATIENTS) % 2
            early = draw.exponential(1 / 0.06, self.PATIENTS)
            slowed = 4 + (early - 4) / 0.7
            event = np.where((early > 4) & (experimental == 1), slowed, early)
            leaving = draw.exponential(1 / 0.005, self.PATIENTS)
            rows.append(
                [
                    z
                    for look in self.TIMES
                    for z in self.log_ranks(entry, experimental, event, leaving, look)
                ]
            )
        return np.array(rows)

    @staticmethod
    def log_ranks(entry, experimental, event, leaving, look):
        """Log-rank and Fleming-Harrington (0, 1) statistics at a look, positive when better."""
        known = entry < look
        last = np.minimum(leaving, look - entry)[known]
        died = event[known] <= last
        time = np.minimum(event[known], last)
        order = np.argsort(time)
        died, arm = died[order], experimental[known][order]
        at_risk = np.arange(time.size, 0, -1)
        treated = np.cumsum(arm[::-1])[::-1] / at_risk
        survival = np.cumprod(1 - died / at_risk)
        before = np.concatenate([[1.0], survival[:-1]])
        for weight in (np.ones(time.size), 1 - before):
            score = np.sum((weight * (treated - arm))[died])
            yield score / np.sqrt(np.sum((weight**2 * treated * (1 - treated))[died]))

    def test_means_and_correlations(self):
        simulated = self.statistics()
        seen = cohort(self.WORLD, vector(self.TIMES))
        weights = np.stack([w.at(seen)[0] for _ in self.TIMES for w in self.WEIGHTS])
        mean, covariance = joint_moments(seen, weights, vector([0, 0, 1, 1]))
        sd = np.sqrt(np.diag(covariance))
        bound = 5 / np.sqrt(self.TRIALS)
        assert simulated.mean(axis=0) == pytest.approx(mean / sd, abs=bound)
        correlation = covariance / np.outer(sd, sd)
        assert np.corrcoef(simulated.T) == pytest.approx(correlation, abs=bound)

    def test_chances_of_a_max_combo(self):
        simulated = self.statistics().reshape(self.TRIALS, 2, 2).max(axis=2)
        stopping = StoppingPlan(efficacy=FixedEfficacy((2.4, 2.1)), futility=FixedFutility((0.8,)))
        design = max_combo_design(
            self.WORLD, Timing(calendar=self.TIMES), weights=self.WEIGHTS, stopping=stopping
        )
        early = simulated[:, 0] >= 2.4
        futile = simulated[:, 0] <= 0.8
        late = ~early & ~futile & (simulated[:, 1] >= 2.1)
        under = design.plan.sequential.under_alternative
        bound = 5 * 0.5 / np.sqrt(self.TRIALS)
        assert under.upper == pytest.approx([early.mean(), late.mean()], abs=bound)
        assert under.lower[0] == pytest.approx(futile.mean(), abs=bound)


def test_follow_up_limit_and_weibull_clock_keep_the_events():
    """The quadrature counts the events that the closed form counts, whatever the world."""
    world = replace(MIXED, longest_follow_up=9.0, weibull_shape=0.7)
    times = vector([6.0, 12.0, 17.0])
    ours = cohort(world, times).events.sum(axis=1)
    assert ours == pytest.approx(expected_events(world, times).total_events, rel=1e-8)

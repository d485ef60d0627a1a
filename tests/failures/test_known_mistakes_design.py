"""Designs that other programs get wrong: the part "Design" of docs/known-mistakes.md."""

from math import sqrt

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import binom, multivariate_normal

from equipoise.design import (
    ExactBinaryQuestion,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    NoInterimEfficacy,
    Observation,
    OneRateQuestion,
    SpendAlpha,
    SpendBeta,
    SpendUnderNull,
    StoppingPlan,
    TwoRates,
    TwoStageQuestion,
    WangTsiatis,
    XiGallo,
    conditional_error,
    counts_design,
    draw_graph,
    equally_spaced,
    exact_binary_power,
    fisher_combination,
    group_sequential,
    multi_arm_bounds,
    one_rate_patients,
    one_rate_power,
    predictive_power,
    rate_ratio,
    shortcut_test,
    simon,
)
from equipoise.errors import DesignError


def test_exact_sizes_of_one_rate_are_the_smallest_or_last():
    """rpact 3.3.4: 43, which 39 make do for, and 35, after which 37 fall short."""
    for null, alternative, smallest, lasting in ((0.3, 0.5, 39, 43), (0.2, 0.4, 35, 38)):
        asked = OneRateQuestion(null, alternative, alpha=0.05)
        found = one_rate_patients(asked, power=0.8)
        assert found.patients == smallest
        assert found.power >= 0.8 > one_rate_power(asked, smallest - 1).power
        assert one_rate_patients(asked, power=0.8, choice="lasting").patients == lasting
        assert one_rate_power(asked, lasting - 1).power < 0.8


def test_conditional_error_too_small_to_be_spent():
    """gsDesign 3.11, sfXG2 with 0.02: 0.142 spent at 0.3 of the information, of 0.025."""
    with pytest.raises(DesignError, match=r"without falling; choose 0\.1312 or more"):
        XiGallo(2, 0.02)(np.array([0.3, 0.6, 1.0]), 0.025)


def test_binding_futility_counts_where_efficacy_is_tested_once():
    """rpact 3.3.4, noEarlyEfficacy with binding beta spending: 1.95996, and alpha unspent."""
    futility = SpendBeta(LanDeMetsOBrienFleming(), binding=True)
    rules = StoppingPlan(equally_spaced(3), efficacy=NoInterimEfficacy(), futility=futility)
    design = group_sequential(rules, power=0.9)
    assert design.upper[-1] == pytest.approx(1.926412, abs=1e-6)
    assert design.stops(0.0).upper.sum() == pytest.approx(0.025, abs=1e-12)


def test_two_arms_at_two_looks():
    """mvtnorm: 0.00578756; lrstat 0.3.3 exitprob_mams: 0.00580839."""
    bounds = multi_arm_bounds(2, (0.5, 1.0), WangTsiatis(0.0), 0.0057875563)
    assert bounds.upper == pytest.approx([3.8866, 2.7482], abs=2e-4)


def test_skipped_futility_looks_ask_for_nobody():
    """gsDesign 3.11, test.type 6, `testLower`: 1.0321 times the fixed size for 0.95, has 0.9534."""
    harm = SpendUnderNull(LanDeMetsPocock(), 0.8, looks=(2, 3))
    design = group_sequential(StoppingPlan(equally_spaced(3), futility=harm), power=0.95)
    assert design.lower[1:] == pytest.approx([0.2811596, 0.7476553], abs=1e-6)  # as theirs
    assert design.inflation == pytest.approx(1.0130800, abs=1e-6)


def test_nobody_crosses_where_there_is_no_bound():
    """lrstat 0.3.3 writes 8 there, and crosses it: 0.0009 at half of a drift of 6.9."""
    last = SpendAlpha(LanDeMetsOBrienFleming(), looks=(2,))
    design = group_sequential(StoppingPlan((0.5, 1.0), efficacy=last), drift=6.9)
    assert design.stops(6.9).upper[0] == 0.0


def test_conditional_error_is_that_of_the_trial_as_planned():
    """lrstat 0.3.3 adaptDesign(MullerSchafer = TRUE), two new looks: 0.15872; FALSE: as ours."""
    design, z = group_sequential(StoppingPlan((0.65, 0.79, 1.0)), power=0.9), 1.75
    later = np.array([0.79, 1.0])
    known = z * np.sqrt(0.65 / later)
    variance = (later[:, None].clip(max=later) - 0.65) / np.sqrt(np.outer(later, later))
    stays = multivariate_normal(known, variance).cdf(design.upper[1:])
    assert conditional_error(design, 1, z) == pytest.approx(1 - stays, abs=1e-6)
    assert conditional_error(design, 1, z) == pytest.approx(0.1621370, abs=1e-6)


@pytest.mark.parametrize("z", [1.0, 1.5, 1.99, 2.5])
def test_predictive_power_at_the_last_interim(z):
    """lrstat 0.3.3 adaptDesign: 0.029, 0.258, 0.737 and 1.046; a flat prior has a closed form."""
    design, t = group_sequential(StoppingPlan((0.81, 1.0)), power=0.9), 0.81
    closed = ndtr((z / sqrt(t) - design.upper[1]) * sqrt(t / (1 - t)))
    assert predictive_power(design, 1, z) == pytest.approx(closed, abs=1e-9)


def test_the_minimax_design_is_the_smallest():
    """lrstat 0.3.3 simon2stage: 42 patients."""
    found = simon(TwoStageQuestion(0.49, 0.69, alpha=0.1, power=0.9)).minimax
    assert (found.first_futility, found.first_patients, found.futility, found.patients) == (
        21,
        37,
        23,
        40,
    )
    first = np.arange(22, 38)
    for rate, chance in ((0.49, found.alpha), (0.69, found.power)):
        by_hand = binom.pmf(first, 37, rate) @ binom.sf(23 - first, 3, rate)
        assert chance == pytest.approx(by_hand, abs=1e-12)
    assert found.alpha <= 0.1
    assert found.power >= 0.9


def test_tables_with_one_z_are_rejected_together():
    """lrstat 0.3.3 powerRiskDiffExact keeps some of six tables with z = 1.46059: size 0.0879."""
    rates = TwoRates(0.3, 0.6)
    found = exact_binary_power(ExactBinaryQuestion(rates, "unconditional", alpha=0.1), 16, 16)
    treated, control = np.meshgrid(np.arange(17), np.arange(17), indexing="ij")
    pooled = (treated + control) / 32
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-9) / 8)
    z = (treated - control) / 16 / spread
    chance = binom.pmf(np.arange(17)[:, None], 16, np.linspace(0, 1, 2001))

    def size(critical):
        return np.einsum("er,cr,ec->r", chance, chance, z >= critical - 1e-9).max()

    assert size(1.460593487) == pytest.approx(0.11344, abs=1e-5)  # all of them: above 0.1
    assert found.critical_value == pytest.approx(1.525540, abs=1e-6)
    assert found.size == pytest.approx(size(found.critical_value), abs=1e-6)


def test_rates_under_a_margin_with_unequal_arms():
    """lrstat 0.3.3 nbpower, `nullVariance`, two to one: 0.4788; its null score counts 2:1 twice."""
    rates = rate_ratio(
        control_rate=0.7, experimental_rate=0.6, null=1.2, dispersion=1.0, allocation=2.0
    )
    found = counts_design(
        rates, Observation(exposure=1.0), patients=400, null_variance="null maximum likelihood"
    )
    x = 0.5617487001802033  # where the score of the null is 0
    assert 2 * (0.6 - 1.2 * x) / (1 + 1.2 * x) + (0.7 - x) / (1 + x) == pytest.approx(0, abs=1e-12)
    null, true = (
        (1 / a + 1) / (800 / 3) + (1 / b + 1) / (400 / 3) for a, b in ((1.2 * x, x), (0.6, 0.7))
    )
    above = (np.log(1.2 * 0.7 / 0.6) - ndtri(0.975) * sqrt(null)) / sqrt(true)
    assert found.plan.power == pytest.approx(ndtr(above), abs=1e-9)


def test_a_hypothesis_that_no_alpha_reaches_is_never_rejected():
    """lrstat 0.3.3 fadjpbon: adjusted p 0 for the second, and for all such."""
    line = draw_graph([1, 0], [[0, 0], [0, 0]])
    assert shortcut_test(line, [0.3, 0.2]).adjusted_p.tolist() == [0.3, 1.0]


def test_fisher_without_interaction_keeps_alpha():
    """rpact 3.3.4 getDesignFisher: 0.1012 of 0.1; here in two million trials under the null."""
    futility = (0.7, 0.6, 0.5, 0.4, 0.3)
    test = fisher_combination(
        (0.1, 0.15, 0.3, 0.4, 0.9, 1.0), alpha=0.1, bounds="no interaction", futility=futility
    )
    theirs = np.array(
        [8.238150e-2, 1.792520e-4, 1.181205e-4, 5.906024e-5, 3.920406e-5, 1.176122e-5]
    )
    trials, error = 2_000_000, sqrt(0.1 * 0.9 / 2_000_000)
    random = np.random.default_rng(20261123)
    running, product = np.ones(trials, dtype=bool), np.zeros(trials)
    rejected = {"ours": np.zeros(trials, dtype=bool), "theirs": np.zeros(trials, dtype=bool)}
    for stage, stops_above in enumerate((*futility, 1.0)):
        p = random.random(trials)
        product += test.weight[stage] * np.log(p)
        rejected["ours"] |= running & (product <= np.log(test.critical[stage]))
        rejected["theirs"] |= running & (product <= np.log(theirs[stage]))
        running &= p <= stops_above
    assert rejected["ours"].mean() == pytest.approx(0.1, abs=3.5 * error)
    assert rejected["theirs"].mean() > 0.1 + 4 * error

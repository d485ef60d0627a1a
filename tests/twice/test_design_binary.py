"""Designs of response rates, programmed a second time, slowly."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, fisher_exact, norm

from equipoise.design.binary.continuity import corrected
from equipoise.design.binary.equivalence import binary_equivalence_design
from equipoise.design.binary.exact import ExactBinaryQuestion, exact_binary_power, rejection_region
from equipoise.design.binary.exact_equivalence import exact_binary_equivalence_power
from equipoise.design.binary.multi_stage import (
    Stages,
    claim_chances,
    fleming,
    multi_stage,
    sequential_probability_ratio,
)
from equipoise.design.binary.one_arm import critical_counts
from equipoise.design.binary.rates import TwoRates, spread
from equipoise.design.binary.stratified import (
    RateStratum,
    paired_design,
    strata_of_odds_ratio,
    stratified_design,
)
from equipoise.design.binary.two_arms import binary_design
from equipoise.design.binary.two_stage import TwoStageQuestion, simon, two_stage
from equipoise.design.sequential.rules import FixedFutility, StoppingPlan, WangTsiatis

Z = norm.ppf(0.975)


def courses(patients):
    return itertools.product((0, 1), repeat=patients)


def test_stages_by_every_course():
    stages = Stages((3, 5, 9), (0, 1, 3), (3, 4, 4))
    for rate in (0.2, 0.55):
        claim, expected = np.zeros(3), 0.0
        for course in courses(9):
            chance = rate ** sum(course) * (1 - rate) ** (9 - sum(course))
            for k, n in enumerate(stages.patients):
                seen = sum(course[:n])
                if seen >= stages.high[k] or seen <= stages.low[k] or k == 2:
                    claim[k] += chance * (seen >= stages.high[k])
                    expected += chance * n
                    break
        found = multi_stage(stages, (rate,)).rates[0]
        assert found.claim_by_look == pytest.approx(claim.tolist(), abs=1e-14)
        assert found.expected_patients == pytest.approx(expected, abs=1e-12)
        assert claim_chances(stages, np.array([rate]))[:, 0] == pytest.approx(claim, abs=1e-14)


def brute_force_simon(asked, most):
    """Every (n1, r1, n, r), by summing over the first stage."""
    feasible = []
    for n in range(2, most + 1):
        for n1 in range(1, n):
            for r1 in range(n1):
                stops = binom.cdf(r1, n1, asked.null)
                expected = n1 + (1 - stops) * (n - n1)
                x = np.arange(r1 + 1, n1 + 1)
                for r in range(r1, n):
                    alpha, power = (
                        binom.pmf(x, n1, p) @ binom.sf(r - x, n - n1, p)
                        for p in (asked.null, asked.alternative)
                    )
                    if alpha <= asked.alpha and power >= asked.power:
                        feasible.append((expected, n, n1, r1))
    return feasible


@pytest.mark.parametrize(
    "asked", [TwoStageQuestion(0.1, 0.45, 0.1, 0.8), TwoStageQuestion(0.3, 0.65, 0.1, 0.75)]
)
def test_simon_by_brute_force(asked):
    feasible = brute_force_simon(asked, 15)
    found = simon(asked, most_patients=15)
    optimal = min(feasible)
    minimax = min(feasible, key=lambda design: (design[1], design[0]))
    for design, best in ((found.optimal, optimal), (found.minimax, minimax)):
        assert design.expected_null == pytest.approx(best[0], abs=1e-12)
        assert (design.patients, design.first_patients, design.first_futility) == best[1:]
    for design, (low, high) in zip(found.admissible, found.weights, strict=True):
        w = (low + high) / 2
        least = min(w * n + (1 - w) * expected for expected, n, *_ in feasible)
        chosen = w * design.patients + (1 - w) * design.expected_null
        assert chosen == pytest.approx(least, abs=1e-12)


def test_two_stages_are_two_looks():
    design = two_stage(TwoStageQuestion(0.2, 0.4, 0.05, 0.9), 19, 4, 54, 15)
    low, high = multi_stage(Stages((19, 54), (4, 15), (20, 16)), (0.2, 0.4)).rates
    assert (design.alpha, design.power) == pytest.approx((low.claim, high.claim), abs=1e-13)
    expected = (design.expected_null, design.expected_alternative)
    assert expected == pytest.approx((low.expected_patients, high.expected_patients), abs=1e-11)


def test_critical_counts_are_binomial_quantiles():
    n = np.arange(1, 300)
    for rate, alpha in ((0.05, 0.025), (0.5, 0.1), (0.97, 0.01), (0.2, 0.6)):
        expected = binom.isf(alpha, n, rate) + 1  # P(X > isf) <= alpha
        assert critical_counts(n, rate, alpha).tolist() == expected.astype(int).tolist()


def test_fleming_by_hand():
    n, p, z = np.array([15, 30, 45]), 0.2, norm.ppf(0.95)
    other = (math.sqrt(45 * p) + z * math.sqrt(1 - p)) ** 2 / (45 + z**2)
    high = [round(k * p + z * math.sqrt(45 * p * (1 - p))) + 1 for k in n]
    low = [round(k * other - z * math.sqrt(45 * other * (1 - other))) for k in n]
    stages = fleming((15, 30, 45), p, 0.05)
    assert list(stages.high) == high
    assert list(stages.low) == [*low[:2], high[2] - 1]


def test_wald_lines_by_likelihood_ratios():
    stages = sequential_probability_ratio(0.1, 0.3, 0.05, 0.2, first=5, patients=40)
    for n, low, high in zip(stages.patients, stages.low, stages.high, strict=True):
        ratio = [binom.logpmf(x, n, 0.3) - binom.logpmf(x, n, 0.1) for x in range(n + 1)]
        rejects = [x for x in range(n + 1) if ratio[x] >= math.log(0.8 / 0.05)]
        accepts = [x for x in range(n + 1) if ratio[x] <= math.log(0.2 / 0.95)]
        assert low == max(accepts, default=-1)
        assert high == (min(rejects) if rejects else high)
        assert rejects or high > n


def slow_power(rejects, n1, n0, p1, p0):
    chance = binom.pmf(np.arange(n1 + 1), n1, p1)[:, None] * binom.pmf(np.arange(n0 + 1), n0, p0)
    return float(chance[rejects].sum())


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("rates", [TwoRates(0.2, 0.6), TwoRates(0.7, 0.3)])
def test_fisher_by_scipy(rates, sides):
    n1, n0, alpha = 11, 14, 0.05
    higher = rates.experimental > rates.control
    side = "two-sided" if sides == 2 else ("greater" if higher else "less")
    p = np.array(
        [
            [fisher_exact([[i, n1 - i], [j, n0 - j]], alternative=side)[1] for j in range(n0 + 1)]
            for i in range(n1 + 1)
        ]
    )
    found = exact_binary_power(ExactBinaryQuestion(rates, "fisher", alpha, sides), n0, n1)
    expected = slow_power(p <= alpha, n1, n0, rates.experimental, rates.control)
    assert found.power == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("method", "rates"),
    [
        ("boschloo", TwoRates(0.2, 0.6)),
        ("boschloo", TwoRates(0.5, 0.25, "risk ratio")),
        ("unconditional", TwoRates(0.2, 0.6)),
        ("unconditional", TwoRates(0.6, 0.6, null=-0.2)),
        ("unconditional", TwoRates(0.5, 0.25, "risk ratio", null=0.9)),
        ("wald", TwoRates(0.2, 0.6)),
    ],
)
def test_size_is_told_on_a_fine_grid(rates, method):
    asked = ExactBinaryQuestion(rates, method, 0.05)
    n0, n1 = 17, 14
    region, _ = rejection_region(asked, n0, n1)
    found = exact_binary_power(asked, n0, n1)
    null = rates.null_effect
    grid = np.linspace(max(0.0, -null) if rates.measure == "risk difference" else 0.0, 1.0, 2001)
    pairs = grid + null if rates.measure == "risk difference" else grid * null
    sizes = [
        slow_power(region, n1, n0, p1, p0) for p1, p0 in zip(pairs, grid, strict=True) if p1 <= 1
    ]
    assert max(sizes) <= 0.05 or method == "wald"
    assert found.size == pytest.approx(max(sizes), abs=1e-6)
    assert found.size >= max(sizes) - 1e-12


def test_unconditional_region_cannot_grow():
    """Adding the next most extreme tables breaks the size."""
    rates = TwoRates(0.2, 0.6)
    region, _ = rejection_region(ExactBinaryQuestion(rates, "unconditional", 0.05), 15, 15)
    x1, x0 = np.arange(16)[:, None], np.arange(16)[None, :]
    pooled = (x1 + x0) / 30
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.nan_to_num((x1 - x0) / 15 / np.sqrt(pooled * (1 - pooled) * 2 / 15))
    following = z[~region].max()
    larger = z >= following - 1e-9
    assert max(slow_power(larger, 15, 15, p, p) for p in np.linspace(0, 1, 501)) > 0.05
    assert (region == (z > following + 1e-9)).all()


def test_equivalence_in_closed_form():
    design = binary_equivalence_design(
        TwoRates(0.7, 0.75, allocation=2.0), -0.15, 0.2, patients=400
    )
    se = math.sqrt(0.75 * 0.25 / (400 * 2 / 3) + 0.7 * 0.3 / (400 / 3))
    z = norm.ppf(0.95)
    expected = norm.cdf((0.2 - 0.05) / se - z) - norm.cdf(z - (0.05 + 0.15) / se)
    assert design.power == pytest.approx(expected, abs=1e-12)
    assert design.looks[0].above == pytest.approx(-0.15 + z * se, abs=1e-12)


def test_sequential_equivalence_by_integration():
    """Two looks: integrate the second over the first, table of what each has ruled out."""
    looks = StoppingPlan(information=(0.5, 1.0), alpha=0.05)
    design = binary_equivalence_design(TwoRates(0.7, 0.7), -0.2, 0.2, patients=160, stopping=looks)
    sd, (b1, b2) = math.sqrt(4 * 0.21), (look.z for look in design.looks)
    scores = [0.2 / sd * math.sqrt(160) * t for t in (0.5, 1.0)]  # drift of the score to a limit

    def later(score):
        low_done = (score + scores[0]) / math.sqrt(0.5) >= b1
        high_done = (scores[0] - score) / math.sqrt(0.5) >= b1
        at_least = -np.inf if low_done else b2 - scores[1]
        at_most = np.inf if high_done else scores[1] - b2
        inside = norm.cdf((at_most - score) / math.sqrt(0.5)) - norm.cdf(
            (at_least - score) / math.sqrt(0.5)
        )
        return (1.0 if low_done and high_done else max(inside, 0.0)) * norm.pdf(
            score, scale=math.sqrt(0.5)
        )

    edges = sorted({-6.0, 6.0, b1 * math.sqrt(0.5) - scores[0], scores[0] - b1 * math.sqrt(0.5)})
    power = sum(quad(later, a, b, epsabs=1e-12)[0] for a, b in itertools.pairwise(edges))
    assert design.power == pytest.approx(power, abs=1e-9)


def test_stratified_formula_term_by_term():
    strata = strata_of_odds_ratio((("a", 0.3), ("b", 0.7)), (0.2, 0.5), 2.0)
    found = stratified_design(strata, power=0.9, allocation=2.0)
    s1, s0 = 2 / 3, 1 / 3
    numerator = under_null = under_alternative = 0.0
    for s in strata:
        p = s1 * s.experimental + s0 * s.control
        numerator += s.share * s1 * s0 * (s.experimental - s.control)
        under_null += s.share * s1 * s0 * p * (1 - p)
        under_alternative += (
            s.share
            * s1
            * s0
            * (s0 * s.experimental * (1 - s.experimental) + s1 * s.control * (1 - s.control))
        )
    n = (Z * math.sqrt(under_null) + norm.ppf(0.9) * math.sqrt(under_alternative)) ** 2
    assert found.plan.patients == pytest.approx(n / numerator**2, rel=1e-12)
    one = stratified_design((RateStratum("all", 1.0, 0.3, 0.5),), power=0.9)
    plain = binary_design(TwoRates(0.3, 0.5), power=0.9)
    assert one.plan.patients == pytest.approx(plain.plan.patients, rel=1e-12)


def test_mcnemar_by_hand():
    n = (Z * math.sqrt(0.35) + norm.ppf(0.9) * math.sqrt(0.35 - 0.0225)) ** 2 / 0.0225
    assert paired_design(0.25, 0.1, power=0.9).plan.patients == pytest.approx(n, rel=1e-12)


def test_continuity_correction_by_hand():
    plain = binary_design(TwoRates(0.3, 0.5), power=0.9).plan.patients / 2
    m = plain / 4 * (1 + math.sqrt(1 + 4 / (plain * 0.2))) ** 2
    found = binary_design(TwoRates(0.3, 0.5), power=0.9, continuity=True)
    assert found.plan.patients == pytest.approx(2 * m, rel=1e-12)
    assert corrected(TwoRates(0.3, 0.5), 2 * plain) == pytest.approx(2 * m, rel=1e-12)


def test_variance_ratio_is_the_power_of_simulated_score_tests():
    """Three looks, unequal variances: 200 000 trials, four Monte Carlo standard errors."""
    looks = StoppingPlan(
        information=(1 / 3, 2 / 3, 1.0),
        efficacy=WangTsiatis(0.2),
        futility=FixedFutility((0.0, 0.5)),
    )
    rates, per_arm, trials = TwoRates(0.1, 0.3, null=0.05, allocation=1.0), 300, 200_000
    design = binary_design(
        rates, patients=2 * per_arm, stopping=looks, calibration="variance ratio"
    )
    upper, lower = design.plan.sequential.upper, design.plan.sequential.lower
    random = np.random.default_rng(20240601)
    apart = random.uniform(-0.5, 0.5, trials)  # a count is a rounded number: smooth the steps
    going, won = np.ones(trials, bool), np.zeros(trials, bool)
    for k in range(3):
        apart += random.binomial(per_arm // 3, 0.3, trials)
        apart -= random.binomial(per_arm // 3, 0.1, trials)
        n = per_arm * (k + 1) / 3
        z = (apart / n - 0.05) / (spread(rates).null_sd / math.sqrt(2 * n))
        won |= going & (z >= upper[k])
        going &= (z < upper[k]) & (z > lower[k])
    error = math.sqrt(design.plan.power * (1 - design.plan.power) / trials)
    assert abs(won.mean() - design.plan.power) < 4 * error


def test_exact_equivalence_is_both_tests():
    rates, n = TwoRates(0.7, 0.72), 60
    found = exact_binary_equivalence_power(rates, -0.25, 0.25, n, n)
    both = np.ones((n + 1, n + 1), bool)
    for limit in (-0.25, 0.25):
        asked = ExactBinaryQuestion(replace(rates, null=limit), "unconditional", 0.05)
        both &= rejection_region(asked, n, n)[0]
    assert found.power == pytest.approx(slow_power(both, n, n, 0.72, 0.7), abs=1e-12)
    assert max(found.sizes) <= 0.05
    approximate = binary_equivalence_design(rates, -0.25, 0.25, patients=2 * n).power
    assert found.power == pytest.approx(approximate, abs=0.03)

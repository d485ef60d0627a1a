"""The thirteen conventions behind most published discrepancies, each held to by a test.

docs/known-mistakes.md says what of each is built.  Numbers that are not derived here are R's.
"""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.analyze import cox_diagnostics as diagnostics
from equipoise.analyze.cox import cox
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.estimates import Absent
from equipoise.analyze.gray import gray_test
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.log_rank import log_rank
from equipoise.analyze.max_combo import max_combo
from equipoise.analyze.restricted_mean import restricted_mean_difference
from equipoise.errors import DataError, NotEstimable
from equipoise.protocol.trial import AnalysisPlan
from known_mistakes import bladder, lung, mgus2


def arms_of(size=60, seed=4):
    """Two arms with ties and censoring."""
    random = np.random.default_rng(seed)
    time = random.integers(1, 15, size).astype(float)
    return time, random.random(size) < 0.7, np.arange(size) % 2


class TestTies:  # 1
    def test_efron_unless_asked_otherwise(self):
        efron, breslow = cox(*bladder()), cox(*bladder(), ties="breslow")
        assert efron.ties == AnalysisPlan().ties == "efron"
        assert abs(efron.coefficients[0]) > abs(breslow.coefficients[0])

    def test_efron_in_all_that_is_derived(self):
        """The baseline makes as many expected deaths as there were, with its own ties only."""
        for ties in ("efron", "breslow"):
            fit = cox(*bladder(), ties=ties)
            assert diagnostics.martingale_residuals(fit).sum() == pytest.approx(0, abs=1e-11)
            assert diagnostics.score_residuals(fit).sum(axis=0) == pytest.approx(0, abs=1e-9)
            schoenfeld = diagnostics.schoenfeld_residuals(fit)
            assert schoenfeld.residual.sum(axis=0) == pytest.approx(0, abs=1e-9)

    def test_weights_are_replicated_rows_for_breslow_only(self):
        """Efron takes the mean weight of the ties, as R: two of a patient are tied, one is not."""
        time, died, arm = arms_of()
        weight = 1.0 + np.arange(time.size) % 3
        again = np.repeat(np.arange(time.size), weight.astype(int))
        for ties, same in (("breslow", True), ("efron", False)):
            weighted = cox(time, died, arm, weight=weight, ties=ties).coefficients[0]
            replicated = cox(time[again], died[again], arm[again], ties=ties).coefficients[0]
            assert (weighted == pytest.approx(replicated, rel=1e-9)) is same


def test_weights_are_never_rescaled_nor_robust_in_silence():  # 2
    time, died, covariates = lung("age")
    weight = np.full(time.size, 0.5)
    fit = cox(time, died, covariates, weight=weight, ties="breslow")
    plain = cox(time, died, covariates, ties="breslow")
    assert fit.standard_errors[0] == pytest.approx(np.sqrt(2) * plain.standard_errors[0])
    assert fit.robust_covariance is None
    assert {"case weights", "model-based variance"} <= set(fit.assumed)
    with pytest.raises(DataError, match="weight of 0 or less"):
        cox([1, 2], [1, 1], [0, 1], weight=[0, 1])


def test_near_ties_are_ties_for_every_method():  # 3
    """Days as months and back: every method sees the days."""
    days, died, arm = arms_of()
    months = np.where(np.arange(days.size) % 2, days / 30.4375 * 30.4375, days * 0.1 * 10)
    months = months * (1 + 4e-16 * (np.arange(days.size) % 3))
    assert np.unique(months).size > np.unique(days).size
    assert kaplan_meier(months, died).events.tolist() == kaplan_meier(days, died).events.tolist()
    for noisy, exact in (
        (log_rank(months, died, arm).statistic, log_rank(days, died, arm).statistic),
        (cox(months, died, arm).coefficients[0], cox(days, died, arm).coefficients[0]),
        (gray_test(months, died * 1, arm).statistic, gray_test(days, died * 1, arm).statistic),
    ):
        assert noisy == pytest.approx(exact, rel=1e-12)
    incidence = cumulative_incidence(months, died * 1).incidence
    assert incidence.shape == cumulative_incidence(days, died * 1).incidence.shape


def test_quantiles_and_what_lies_beyond():  # 4
    curve = kaplan_meier([1, 2, 3, 4], [1, 1, 0, 0])
    assert curve.quantile(0.25).value == 1.5
    assert curve.quantile(0.6).value is Absent.NOT_REACHED
    assert curve.quantile(0.6).value.mark == "NR"
    assert curve.survival_at(4).value == 0.5
    assert curve.survival_at(4.5).value is Absent.BEYOND_FOLLOW_UP


def test_intervals_name_their_scale():  # 5
    time, died, _ = lung("age")
    curve = kaplan_meier(time, died)
    assert AnalysisPlan().survival_interval == "log-log"
    found = {}
    for scale in ("plain", "log", "log-log", "logit", "arcsin"):
        limits = curve.survival_at(365, scale=scale).interval
        found[scale] = (limits.lower, limits.upper)
        assert limits.method == f"{scale}, Greenwood"
    assert len(set(found.values())) == 5
    assert curve.survival_at(365).interval.method == "log-log, Greenwood"


class TestRiskSets:  # 6
    def test_entry_is_not_yet_at_risk_and_exit_still_is(self):
        curve = kaplan_meier([3, 6, 6], [1, 1, 0], entry=[0, 3, 0])
        assert curve.at_risk.tolist() == [2, 2]

    def test_events_come_before_censorings_of_a_day(self):
        assert kaplan_meier([5, 5], [1, 0]).survival.tolist() == [0.5]

    def test_negative_times_are_legal_where_entry_is_given(self):
        late = kaplan_meier([-1, 2, 3], [1, 1, 0], entry=[-5, -4, -3])
        moved = kaplan_meier([9, 12, 13], [1, 1, 0], entry=[5, 6, 7])
        assert late.survival.tolist() == moved.survival.tolist()
        with pytest.raises(DataError, match=r"1 row\(s\) have a negative time: 1"):
            kaplan_meier([-1, 2], [1, 0])

    @pytest.mark.parametrize("method", [kaplan_meier, cox, cumulative_incidence])
    def test_rows_of_no_length_are_refused_by_number(self, method):
        more = ([[0.0], [1.0], [0.0]],) if method is cox else ()
        with pytest.raises(DataError, match="2"):
            method([4.0, 5.0, 6.0], [1, 0, 1], *more, entry=[0.0, 5.0, 0.0])


class TestDegenerate:  # 7
    def test_score_and_likelihood_ratio_hold_without_a_maximum(self):
        fit = cox([1, 2, 3, 4], [1, 1, 0, 0], [0, 0, 1, 1])
        assert fit.coefficients == (Absent.MONOTONE_LIKELIHOOD,)
        assert fit.wald.p_two_sided is Absent.MONOTONE_LIKELIHOOD
        assert fit.likelihood_ratio.statistic**2 == pytest.approx(2 * np.log(6))
        assert fit.score_test.statistic > 0  # the arm without events does better

    def test_groups_never_at_risk_cost_no_degree_of_freedom(self):
        time, died, arm = arms_of()
        third = np.append(arm, [2, 2])
        more = log_rank(np.append(time, [0.5, 0.5]), np.append(died, [0, 0]), third)
        assert more.degrees_of_freedom == 1
        plain = log_rank(time, died, arm).statistic
        assert more.statistic == pytest.approx(plain**2, rel=1e-9)

    def test_collinear_columns_are_named(self):
        time, died, arm = arms_of()
        fit = cox(time, died, np.column_stack([arm, 1 - arm]), names=("new", "old"))
        assert fit.names[fit.coefficients.index(Absent.COLLINEAR)] == "old"

    def test_no_events_is_a_state_of_a_table_not_an_exception(self):
        assert log_rank([1, 2], [0, 0], [0, 1]).statistic is Absent.NO_EVENTS
        assert kaplan_meier([1, 2], [0, 0]).quantile(0.5).value is Absent.NOT_REACHED

    def test_a_horizon_beyond_follow_up_is_refused_with_the_largest(self):
        arms = kaplan_meier([4, 9], [1, 0]), kaplan_meier([2, 5], [1, 0])
        with pytest.raises(NotEstimable, match="up to 5"):
            restricted_mean_difference(*arms, 6)


def test_the_variance_of_a_restricted_mean_is_a_sum_over_the_area_ahead():  # 8
    """Σ (area from t_j to τ)² d_j / (n_j (n_j - d_j)), by hand."""
    curve, until = kaplan_meier([1, 3, 4, 6, 8], [1, 1, 0, 1, 0]), 7.0
    edges = np.append(curve.time[curve.time < until], until)
    ahead = [
        sum(curve.at(low)[0] * (high - low) for low, high in pairwise(edges[j:]))
        for j in range(edges.size - 1)
    ]
    n, d = curve.at_risk[: len(ahead)], curve.events[: len(ahead)]
    variance = (np.array(ahead) ** 2 * d / (n * (n - d))).sum()
    assert curve.restricted_mean(until).standard_error == pytest.approx(np.sqrt(variance))


class TestCompetingRisks:  # 9
    def test_one_cause_is_one_minus_kaplan_meier(self):
        """Ties and late entry included: nothing is jittered."""
        time, died, _ = arms_of()
        entry = time - 1 - np.arange(time.size) % 5
        course = cumulative_incidence(time, died * 1, entry=entry)
        curve = kaplan_meier(time, died, entry=entry)
        assert 1 - course.incidence[0] == pytest.approx(curve.survival, abs=1e-14)

    def test_both_variances_are_named(self):
        time, outcome = mgus2()
        for variance, name in (("jackknife", "infinitesimal jackknife"), ("aalen", "Aalen")):
            course = cumulative_incidence(time, outcome, variance=variance)
            assert course.estimate_at(1, 120).interval.method == f"log-log, {name}"

    def test_gray_has_strata_and_rho(self):
        time, died, arm = arms_of()
        stratum = np.arange(time.size) // 30
        plain = gray_test(time, died * 1, arm)
        weighted = gray_test(time, died * 1, arm, rho=1.0)
        within = gray_test(time, died * 1, arm, stratum=stratum)
        assert len({plain.statistic, weighted.statistic, within.statistic}) == 3
        assert within.method == "stratified Gray"
        assert weighted.method == "Gray, rho = 1"


def test_weights_come_from_just_before_each_time():  # 10
    """All die at once: S(t-) is 1, so rho changes nothing and gamma leaves nothing."""
    time, died, arm = np.full(8, 3.0), [1, 1, 0, 1, 0, 0, 0, 1], [0, 0, 0, 0, 1, 1, 1, 1]
    plain = log_rank(time, died, arm).statistic
    assert log_rank(time, died, arm, rho=1.0).statistic == pytest.approx(plain, rel=1e-14)
    assert log_rank(time, died, arm, gamma=1.0).statistic is Absent.NO_VARIANCE


def test_max_combo_gives_the_same_p_every_time():  # 11
    """And the right one: with one weight it is the normal tail of that test."""
    rows = arms_of(seed=9)
    first, second = max_combo(*rows).test, max_combo(*rows).test
    assert (first.p_one_sided, first.p_two_sided) == (second.p_one_sided, second.p_two_sided)
    alone = max_combo(*rows, weights=[(0.0, 1.0)]).test
    assert alone.p_two_sided == pytest.approx(2 * norm.sf(abs(alone.statistic)), rel=1e-12)
    assert "p-value by deterministic integration" in first.assumed


def test_small_p_values_are_tails():  # 12
    """Never 1 - Φ.  Past z = 38 a double holds no smaller number, and p is 0."""
    time = np.arange(800.0)
    test = log_rank(time, np.ones(800), np.repeat([0, 1], 400)).test
    assert test.statistic > 20
    assert 0 < test.p_two_sided == pytest.approx(2 * norm.sf(test.statistic), rel=1e-9)


def test_results_say_how_they_were_made():  # 13
    rows = arms_of()
    assert log_rank(*rows).assumed[0] == "hypergeometric variance, ties kept"
    fit = cox(*rows, robust=True)
    assert {"Efron ties", "robust variance (Lin-Wei sandwich)"} <= set(fit.assumed)
    assert fit.hazard_ratio(0).interval.method == "Wald on the log scale, robust variance"
    assert any("Newton" in said for said in fit.assumed)
    assert gray_test(rows[0], rows[1] * 1, rows[2]).assumed
    assert max_combo(*rows).test.assumed

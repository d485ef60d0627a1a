"""Wrong results of other software, one test each: docs/known-mistakes.md has the whole table.

The numbers in the docstrings are what the other program printed; expected values are R's
(tests/reference/scripts/known_mistakes.R) unless said otherwise.
"""

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.analyze import cox_diagnostics as diagnostics
from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.landmark import landmark_difference
from equipoise.analyze.proportional_hazards import proportional_hazards_test
from equipoise.analyze.restricted_mean import restricted_mean_difference
from equipoise.analyze.signed_test import signed_test
from equipoise.errors import NotEstimable
from known_mistakes import EXPECTED, bladder, channing, lung, table


def same(fit, name, relative=1e-8):
    expected = EXPECTED[name]
    assert fit.coefficients == pytest.approx(np.atleast_1d(expected["coefficients"]), rel=relative)
    errors = np.atleast_1d(expected["standard_errors"])
    assert fit.standard_errors == pytest.approx(errors, rel=relative)


class TestCox:
    @pytest.mark.parametrize("ties", ["efron", "breslow"])
    def test_01_case_weights(self, ties):
        """Efron's mean weight of the ties: greenwood gives (-0.00748, -0.75583)."""
        time, died, covariates = lung("age", "sex")
        performance = table("lung")["ph.karno"]
        keep = np.isfinite(performance)
        weight = 1.0 + (performance[keep] > 80)
        fit = cox(time[keep], died[keep], covariates[keep], weight=weight, ties=ties)
        same(fit, f"lung_weights_{ties}")

    def test_02_weights_are_not_rescaled(self):
        """Every weight 2 is twice the information: greenwood gives the unweighted error."""
        time, died, covariates = lung("age", "sex")
        fit = cox(time, died, covariates, weight=np.full(time.size, 2.0), ties="breslow")
        same(fit, "lung_weights_doubled")
        plain = cox(time, died, covariates, ties="breslow")
        assert np.sqrt(2) * np.array(fit.standard_errors) == pytest.approx(plain.standard_errors)

    def test_05_15_robust_variance_under_efron(self):
        """Heavy ties: greenwood 11% too small, lifelines 15% too large."""
        fit = cox(*bladder(), robust=True)
        same(fit, "bladder_robust")

    def test_06_14_residuals_under_efron(self):
        """Sums are 0 at the estimate: greenwood -8.28 (martingale), lifelines -53.9 (score)."""
        fit = cox(*bladder())
        for kind, expected in EXPECTED["bladder_squares"].items():
            name = kind if kind == "dfbeta" else f"{kind}_residuals"
            residual = getattr(diagnostics, name)(fit)
            assert (residual**2).sum(axis=0) == pytest.approx(expected, rel=1e-8)
            if kind != "deviance":
                size = np.abs(residual).max()
                assert residual.sum(axis=0) == pytest.approx(0.0, abs=1e-10 * size)

    def test_07_martingale_residuals_of_start_stop_rows(self):
        """The hazard before entry is not theirs: greenwood's squares sum to 80.36."""
        heart = table("heart")
        covariates = np.column_stack([heart[name] for name in ("age", "surgery", "transplant")])
        fit = cox(heart["stop"], heart["event"] == 1, covariates, entry=heart["start"])
        residual = diagnostics.martingale_residuals(fit)
        expected = EXPECTED["heart_squares"]["martingale"]
        assert (residual**2).sum() == pytest.approx(expected, rel=1e-8)
        assert residual.sum() == pytest.approx(0.0, abs=1e-10)

    @pytest.mark.parametrize("shift", [0.0, 900.0, 1300.0])
    def test_08_23_entry_times_below_zero(self, shift):
        """The origin of time means nothing: greenwood -0.2001, statsmodels -0.31500 or refuses."""
        entry, exit_, died, gender = channing()
        fit = cox(exit_ - shift, died, gender, entry=entry - shift)
        same(fit, "channing_negative")
        assert EXPECTED["channing"] == EXPECTED["channing_negative"]

    def test_18_proportional_hazards(self):
        """The exact score test: lifelines approximates, as survival < 3 did (10.98 for karno)."""
        known, expected = table("veteran"), EXPECTED["veteran_zph"]
        cells = ("smallcell", "adeno", "large")
        covariates = np.column_stack(
            [
                known["trt"],
                *(known["celltype"] == cell for cell in cells),
                known["karno"],
                known["age"],
            ]
        )
        names = ("trt", *cells, "karno", "age")
        fit = cox(known["time"], known["status"] == 1, covariates, names=names)
        terms = {"trt": ["trt"], "celltype": cells, "karno": ["karno"], "age": ["age"]}
        tests = proportional_hazards_test(fit, "km", terms=terms)
        found = [test.statistic for test in (*tests.tests, tests.together)]
        assert found == pytest.approx(expected["chi_square"], rel=1e-8)

    def test_19_coefficients_to_the_last_digits(self):
        """The iteration stops by standard errors, not early: lifelines is 1e-6 off."""
        time, died, covariates = lung("age", "sex")
        fit = cox(time, died, covariates)
        same(fit, "lung_offset", 1e-11)
        assert any("standard errors" in said for said in fit.assumed)

    def test_20_curves_are_steps_with_efron_in_them(self):
        """Between two deaths nothing changes: lifelines interpolates, over a Breslow baseline."""
        time, died, covariates = lung("age", "sex")
        (hazard,) = diagnostics.cumulative_hazards(cox(time, died, covariates), [60.0, 1.0])
        expected = EXPECTED["lung_curve"]
        place = np.searchsorted(hazard.time, expected["time"], side="right") - 1
        survival = np.exp(-hazard.cumulative_hazard[place])
        assert survival == pytest.approx(expected["survival"], rel=1e-8)

    def test_24_covariates_far_from_zero(self):
        """A date is a covariate too: scikit-survival's direction of search is NaN at 1e6."""
        time, died, covariates = lung("age", "sex")
        same(cox(time, died, covariates + np.array([1e6, 0.0])), "lung_offset")
        farther = cox(time, died, covariates + np.array([1e9, 0.0]))
        expected = EXPECTED["lung_offset"]["coefficients"]
        assert farther.coefficients == pytest.approx(expected, rel=1e-6)

    def test_25_monotone_likelihood(self):
        """All deaths in one arm: scikit-survival and greenwood return -22.9 without a word."""
        fit = cox([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1])
        assert fit.coefficients == (Absent.MONOTONE_LIKELIHOOD,)
        assert fit.hazard_ratio(0).interval.upper is Absent.MONOTONE_LIKELIHOOD
        assert 0 < fit.likelihood_ratio.p_two_sided < 0.05

    def test_29_collinear_covariates(self):
        """One is named and left out: pystatistics returns zeros for both."""
        time, died, age = lung("age")
        fit = cox(time, died, np.column_stack([age, 2 * age + 1]), names=("age", "again"))
        alone = cox(time, died, age)
        assert fit.coefficients[1] is Absent.COLLINEAR
        assert fit.coefficients[0] == pytest.approx(alone.coefficients[0], rel=1e-10)

    def test_31_ties_are_stated(self):
        """R changed a default between versions; we print which one it was."""
        time, died, covariates = lung("age", "sex")
        assert "Efron ties" in cox(time, died, covariates).assumed
        breslow = cox(time, died, covariates, ties="breslow")
        assert "Breslow ties" in breslow.assumed
        assert breslow.hazard_ratio(0).method == "Cox model, Breslow ties"


class TestCurves:
    def test_10_restricted_mean_beyond_follow_up(self):
        """Greenwood: 13356 days apart at 99999 days; here the largest valid time is named."""
        known = table("ovarian")
        arms = [
            kaplan_meier(known["futime"][known["rx"] == rx], known["fustat"][known["rx"] == rx])
            for rx in (2, 1)
        ]
        assert all(isinstance(arm.restricted_mean(600).value, float) for arm in arms)
        with pytest.raises(NotEstimable, match="up to 1106"):
            restricted_mean_difference(*arms, 99999)

    def test_11_a_large_z_has_a_p_above_zero(self):
        """2 (1 - Φ(z)) is 0 from z = 8.3 on."""
        for z in (8.5, 20.0, 37.0):
            assert signed_test("z", z, 1.0).p_two_sided == pytest.approx(2 * norm.sf(z), rel=1e-12)
            assert signed_test("z", z, 1.0).p_one_sided > 0

    def test_12_a_median_where_the_curve_is_flat_at_one_half(self):
        """Greenwood, lifelines, SurPyval: 2; R and SAS: the middle, also of all other tenths."""
        assert kaplan_meier([1, 2, 3, 4], [1] * 4).quantile(0.5).value == 2.5
        tenths = kaplan_meier(np.arange(1, 11), np.ones(10))
        found = [tenths.quantile(share / 10).value for share in range(1, 10)]
        assert found == [share + 0.5 for share in range(1, 10)]
        assert kaplan_meier([1, 2, 3, 4], [1, 1, 0, 0]).quantile(0.5).value == 3.0  # R: 3

    def test_13_floating_point_ties(self):
        """0.1 + 0.2 is 0.3: greenwood and lifelines see six times, there are four."""
        curve = kaplan_meier([0.1 + 0.2, 0.3, 0.5, 0.7, 0.1 * 7, 1.0], [1, 1, 0, 1, 1, 0])
        assert curve.time.size == 4
        assert curve.survival.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 9, 2 / 9])

    def test_16_the_variance_of_a_restricted_mean(self):
        """Of the estimator, not of the data: lifelines 575 and 593 (colon; survRM2's numbers)."""
        known = table("colon")
        errors = {}
        for rx in ("Lev+5FU", "Obs"):
            mine = (known["etype"] == 2) & (known["rx"] == rx)
            curve = kaplan_meier(known["time"][mine], known["status"][mine])
            errors[rx] = curve.restricted_mean(1825).standard_error
        assert errors["Lev+5FU"] == pytest.approx(32.9984722063238, rel=1e-8)
        assert errors["Obs"] == pytest.approx(33.4412787772236, rel=1e-8)

    def test_20_landmarks_are_not_interpolated(self):
        """Lifelines' test draws straight lines between steps."""
        time, died, _ = lung("age")
        curve, expected = kaplan_meier(time, died), EXPECTED["lung_kaplan_meier"]
        assert curve.at(expected["time"]) == pytest.approx(expected["survival"], rel=1e-12)
        arms = kaplan_meier([2, 4, 6], [1, 1, 0]), kaplan_meier([1, 5, 6], [1, 1, 0])
        between, at_step = (landmark_difference(*arms, at).estimate for at in (3.9, 2.0))
        assert between == at_step

    def test_21_a_left_truncated_risk_set_that_empties(self):
        """The curve falls to 0 and stays, as in R: lifelines raises an error."""
        known = table("deg_trunc_gap")
        curve = kaplan_meier(known["stop"], known["status"], entry=known["start"])
        assert curve.survival.tolist() == [0.5, 0.0, 0.0, 0.0, 0.0, 0.0]
        assert curve.at_risk.tolist() == [2, 1, 4, 3, 2, 1]

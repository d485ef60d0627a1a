"""What designs of response rates obey, whatever their numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from equipoise.design.binary.bounds import effect_at_z
from equipoise.design.binary.continuity import corrected, uncorrected
from equipoise.design.binary.exact import (
    ExactBinaryQuestion,
    exact_binary_patients,
    exact_binary_power,
)
from equipoise.design.binary.one_arm import OneRateQuestion, one_rate_patients, one_rate_power
from equipoise.design.binary.one_arm_plan import one_arm_design
from equipoise.design.binary.rates import TwoRates, effect_of, experimental_rate, spread
from equipoise.design.binary.two_arms import (
    binary_design,
    detectable_rate,
    optimal_binary_allocation,
)
from equipoise.design.sequential.rules import StoppingPlan, WangTsiatis

RATE = st.floats(0.03, 0.97)
RATIO = st.floats(0.3, 3.0)
MEASURE = st.sampled_from(["risk difference", "risk ratio", "odds ratio"])
TEST = st.sampled_from(["score", "wald"])
LOOKS = StoppingPlan(information=(0.5, 1.0), efficacy=WangTsiatis(0.1))
CALIBRATION = st.sampled_from(["inflation", "shift", "variance ratio"])
Z_ALPHA, Z_BETA = 1.959963984540054, 1.2815515655446004


def patients(rates):
    return spread(rates).fixed_patients(Z_ALPHA, Z_BETA)


def apart(control, experimental):
    assume(abs(control - experimental) > 0.05)


class TestScales:
    """The rate that makes an effect is the rate the effect was made of."""

    @given(MEASURE, RATE, RATE)
    def test_inverse(self, measure, control, experimental):
        effect = effect_of(measure, experimental, control)
        assert experimental_rate(measure, effect, control) == pytest.approx(experimental)


class TestSymmetry:
    """Swapping the arms, or counting failures, changes the sign of a difference and no size."""

    @given(RATE, RATE, RATIO, TEST)
    def test_swapping_the_arms(self, control, experimental, allocation, test):
        apart(control, experimental)
        rates = TwoRates(control, experimental, test=test, allocation=allocation)
        swapped = TwoRates(experimental, control, test=test, allocation=1 / allocation)
        assert patients(rates) == pytest.approx(patients(swapped), rel=1e-9)

    @given(RATE, RATE, RATIO, st.sampled_from(["risk difference", "odds ratio"]))
    def test_counting_failures(self, control, experimental, allocation, measure):
        apart(control, experimental)
        rates = TwoRates(control, experimental, measure, allocation=allocation)
        failures = replace(rates, control=1 - control, experimental=1 - experimental)
        assert patients(rates) == pytest.approx(patients(failures), rel=1e-9)

    @given(RATE, RATE, st.floats(-0.2, 0.2), RATIO)
    def test_swapping_the_arms_turns_the_margin(self, control, experimental, margin, allocation):
        assume(abs(experimental - control - margin) > 0.05)
        rates = TwoRates(control, experimental, null=margin, allocation=allocation)
        swapped = TwoRates(experimental, control, null=-margin, allocation=1 / allocation)
        assert patients(rates) == pytest.approx(patients(swapped), rel=1e-7)


class TestTheNull:
    """A margin of no difference is no margin; one statistic under three names agrees there."""

    @given(RATE, RATE, RATIO)
    def test_a_margin_next_to_none(self, control, experimental, allocation):
        apart(control, experimental)
        plain = TwoRates(control, experimental, allocation=allocation)
        margin = replace(plain, null=1e-7)
        assert patients(plain) == pytest.approx(patients(margin), rel=1e-4)

    @given(RATE, RATE, RATIO)
    def test_ratio_and_difference_share_the_score_test(self, control, experimental, allocation):
        apart(control, experimental)
        difference = TwoRates(control, experimental, allocation=allocation)
        ratio = replace(difference, measure="risk ratio")
        assert patients(difference) == pytest.approx(patients(ratio), rel=1e-12)


class TestInverses:
    """What is solved for gives back what it was solved from."""

    @settings(max_examples=25, deadline=None)
    @given(st.floats(0.1, 0.6), st.floats(0.08, 0.3), st.floats(0.5, 0.97), CALIBRATION, TEST)
    def test_power_of_the_patients(self, control, difference, power, calibration, test):
        rates = TwoRates(control, control + difference, null=-0.02, test=test)
        plan = binary_design(rates, power=power, stopping=LOOKS, calibration=calibration).plan
        again = binary_design(
            rates, patients=plan.patients, stopping=LOOKS, calibration=calibration
        )
        assert again.plan.power == pytest.approx(power, abs=1e-8)
        told = {truth.truth: truth.power for truth in again.plan.expected}
        assert told["alternative"] == pytest.approx(power, abs=1e-8)
        assert told["null"] == pytest.approx(LOOKS.alpha, abs=1e-9)

    @settings(max_examples=15, deadline=None)
    @given(st.floats(0.2, 0.6), st.floats(0.1, 0.3), st.booleans(), MEASURE)
    def test_effect_of_the_patients(self, control, difference, lower, measure):
        experimental = control - min(difference, control / 2) if lower else control + difference
        rates = TwoRates(control, experimental, measure)
        plan = binary_design(rates, power=0.9).plan
        found = detectable_rate(rates, power=0.9, patients=plan.patients)
        assert found.rates.experimental == pytest.approx(experimental, abs=1e-7)

    @given(RATE, RATE, RATIO, st.floats(100, 5000))
    def test_continuity(self, control, experimental, allocation, n):
        apart(control, experimental)
        rates = TwoRates(control, experimental, allocation=allocation)
        assert uncorrected(rates, corrected(rates, n)) == pytest.approx(n, rel=1e-10)
        assert corrected(rates, n) > n

    @given(RATE, st.floats(-3, 3), st.floats(50, 1000))
    def test_effect_at_a_bound(self, control, z, n):
        rates = TwoRates(control, 0.5 if abs(control - 0.5) > 0.01 else 0.6)
        effect = effect_at_z(rates, z, n)
        assume(np.isfinite(effect) and abs(effect) > 1e-6)
        seen = spread(replace(rates, experimental=control + effect))
        assert seen.distance * np.sqrt(n) / seen.null_sd == pytest.approx(z, abs=1e-5)


class TestOneLook:
    """With one look the three calibrations are one design."""

    @settings(max_examples=10, deadline=None)
    @given(st.floats(0.1, 0.5), st.floats(0.1, 0.4))
    def test_calibrations_agree(self, control, difference):
        rates = TwoRates(control, control + difference, null=-0.05, allocation=2.0)
        sizes = [
            binary_design(rates, power=0.8, calibration=name).plan.patients
            for name in ("inflation", "shift", "variance ratio")
        ]
        assert sizes == pytest.approx([patients_at(rates, 0.8)] * 3, rel=1e-8)


def patients_at(rates, power):
    return spread(rates).fixed_patients(Z_ALPHA, {0.8: 0.8416212335729143}[power])


class TestAllocation:
    """The best allocation of the Wald test is the ratio of the standard deviations."""

    @settings(max_examples=10, deadline=None)
    @given(RATE, RATE)
    def test_closed_form(self, control, experimental):
        apart(control, experimental)
        rates = TwoRates(control, experimental, test="wald")
        expected = np.sqrt(experimental * (1 - experimental) / (control * (1 - control)))
        assert optimal_binary_allocation(rates, power=0.9) == pytest.approx(expected, rel=1e-4)


class TestExact:
    """Exact tests keep what they promise, and a found size is the first that does."""

    @settings(max_examples=20, deadline=None)
    @given(st.floats(0.05, 0.9), st.floats(0.02, 0.98), st.floats(0.01, 0.2), st.integers(5, 120))
    def test_size_of_one_rate(self, null, alternative, alpha, n):
        assume(abs(null - alternative) > 0.02)
        design = one_rate_power(OneRateQuestion(null, alternative, alpha), n)
        assert design.alpha <= alpha
        mirrored = one_rate_power(OneRateQuestion(1 - null, 1 - alternative, alpha), n)
        assert design.power == pytest.approx(mirrored.power, abs=1e-10)

    @pytest.mark.parametrize("rates", [(0.1, 0.3), (0.5, 0.8), (0.4, 0.2)])
    def test_sizes_of_one_rate_by_scan(self, rates):
        asked = OneRateQuestion(*rates, alpha=0.05)
        powers = np.array([one_rate_power(asked, n).power for n in range(1, 200)])
        smallest = one_rate_patients(asked, power=0.8).patients
        lasting = one_rate_patients(asked, power=0.8, choice="lasting").patients
        assert smallest == int((powers >= 0.8).argmax()) + 1
        assert lasting == int(np.flatnonzero(powers < 0.8)[-1]) + 2

    @pytest.mark.parametrize("method", ["fisher", "boschloo", "unconditional", "score"])
    def test_first_size_with_the_power(self, method):
        asked = ExactBinaryQuestion(TwoRates(0.1, 0.6), method, 0.05)
        found = exact_binary_patients(asked, power=0.8)
        assert found.power >= 0.8
        smaller = range(max(3, found.control_patients - 6), found.control_patients)
        assert all(exact_binary_power(asked, n, n).power < 0.8 for n in smaller)

    @settings(max_examples=10, deadline=None)
    @given(st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.integers(5, 25), st.integers(5, 25))
    def test_order_of_the_tests(self, control, experimental, n0, n1):
        """Boschloo's test is never less powerful than Fisher's, and both keep the size."""
        apart(control, experimental)
        rates = TwoRates(control, experimental)
        fisher, boschloo = (
            exact_binary_power(ExactBinaryQuestion(rates, method, 0.05), n0, n1)
            for method in ("fisher", "boschloo")
        )
        assert fisher.power <= boschloo.power + 1e-12
        assert fisher.size <= 0.05 + 1e-12
        assert boschloo.size <= 0.05 + 1e-12


class TestOneArm:
    """A rate tested from above is its complement tested from below."""

    @settings(max_examples=10, deadline=None)
    @given(st.floats(0.1, 0.8), st.floats(0.05, 0.15))
    def test_mirror(self, null, difference):
        up = one_arm_design(null, null + difference, power=0.9, stopping=LOOKS).plan
        down = one_arm_design(1 - null, 1 - null - difference, power=0.9, stopping=LOOKS).plan
        assert up.patients == pytest.approx(down.patients, rel=1e-9)
        assert [look.efficacy.effect for look in up.looks] == pytest.approx(
            [1 - look.efficacy.effect for look in down.looks], abs=1e-9
        )

"""What holds of pooled effects, networks and matched patients, whatever the numbers."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
from equipoise.appraise.indirect.matched import anchored_comparison, unanchored_comparison
from equipoise.appraise.indirect.weights import TargetCovariate, matching_weights
from equipoise.appraise.network.consistency import decompose
from equipoise.appraise.network.network import network
from equipoise.appraise.network.studies import two_arm_study
from equipoise.appraise.pooling.pool import ESTIMATORS, pool
from equipoise.appraise.pooling.printed import study_from_printed
from equipoise.appraise.pooling.sensitivity import leave_one_out
from equipoise.appraise.pooling.studies import (
    StudyEffect,
    study_from_difference,
    study_from_estimate,
    study_from_ratio,
)
from equipoise.design import pooled_evidence
from equipoise.kernel.heterogeneity import q_profile, tau_squared, weighted

METHODS = list(ESTIMATORS)
effects = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.05, 2)), min_size=2, max_size=7
)  # estimate, standard error


def studies_of(pairs, **known):
    return [StudyEffect(str(k), str(k), y, s, **known) for k, (y, s) in enumerate(pairs)]


class TestPool:
    """A pooled mean lies among its studies and moves with them."""

    @given(effects, st.sampled_from(METHODS))
    @settings(max_examples=60, deadline=None)
    def test_the_mean_lies_among_the_estimates(self, pairs, method):
        told = pool(studies_of(pairs), method=method)
        values = [value for value, _ in pairs]
        assert min(values) - 1e-9 <= told.mean <= max(values) + 1e-9
        assert sum(told.weights) == pytest.approx(1)
        assert min(told.weights) > 0

    @given(effects, st.sampled_from(METHODS), st.floats(-5, 5), st.floats(0.1, 10))
    @settings(max_examples=60, deadline=None)
    def test_shifts_and_units_pass_through(self, pairs, method, shift, unit):
        assume(np.ptp([value for value, _ in pairs]) > 1e-3)
        plain = pool(studies_of(pairs, scale="identity"), method=method)
        moved = pool(
            studies_of([(unit * (y + shift), unit * s) for y, s in pairs], scale="identity"),
            method=method,
        )
        assert moved.mean == pytest.approx(unit * (plain.mean + shift), rel=1e-5, abs=1e-5)
        assert moved.standard_error == pytest.approx(unit * plain.standard_error, rel=1e-5)
        assert moved.heterogeneity.q == pytest.approx(plain.heterogeneity.q, rel=1e-6, abs=1e-9)

    @given(effects, st.sampled_from(METHODS), st.randoms())
    @settings(max_examples=40, deadline=None)
    def test_the_order_of_the_studies_does_not_matter(self, pairs, method, random):
        studies = studies_of(pairs)
        mixed = random.sample(studies, len(studies))
        told, other = pool(studies, method=method), pool(mixed, method=method)
        assert other.mean == pytest.approx(told.mean, rel=1e-6, abs=1e-7)

    @given(effects)
    @settings(max_examples=40, deadline=None)
    def test_inverted_ratios_give_the_inverse(self, pairs):
        told = pool(studies_of(pairs), interval="hartung-knapp-modified")
        turned = pool(studies_of([(-y, s) for y, s in pairs]), interval="hartung-knapp-modified")
        assert turned.effect.value * told.effect.value == pytest.approx(1, rel=1e-5)
        assert turned.effect.interval.lower * told.effect.interval.upper == pytest.approx(
            1, rel=1e-4
        )

    @given(effects, st.sampled_from(METHODS))
    @settings(max_examples=40, deadline=None)
    def test_modified_intervals_are_never_narrower_than_their_parents(self, pairs, method):
        assume(method != "fixed")
        studies = studies_of(pairs, scale="identity")
        plain, modified = (
            pool(studies, method=method, interval=each)
            for each in ("normal", "hartung-knapp-modified")
        )
        assert modified.standard_error >= plain.standard_error * (1 - 1e-12)
        assert modified.effect.interval.upper >= plain.effect.interval.upper - 1e-9


class TestHeterogeneity:
    """τ² solves its estimating equation, and the Q-profile holds every τ² that Q allows."""

    @given(effects)
    @settings(max_examples=60, deadline=None)
    def test_paule_mandel_gives_q_its_expectation(self, pairs):
        value, error = map(np.array, zip(*pairs, strict=True))
        square = tau_squared(value, error**2, "PM")
        q = weighted(value, error**2, square, np.ones((value.size, 1))).q
        if square > 0:
            assert q == pytest.approx(value.size - 1, rel=1e-6)
        else:
            assert q <= value.size - 1 + 1e-9

    @given(effects)
    @settings(max_examples=60, deadline=None)
    def test_the_profile_holds_paule_and_mandel(self, pairs):
        value, error = map(np.array, zip(*pairs, strict=True))
        limits, square = q_profile(value, error**2, 0.95), tau_squared(value, error**2, "PM")
        if limits is None:
            assert square == 0
        else:
            assert limits[0] <= square * (1 + 1e-9) + 1e-12
            assert square <= limits[1] * (1 + 1e-9) + 1e-12

    @given(effects, st.sampled_from(METHODS))
    @settings(max_examples=60, deadline=None)
    def test_it_is_never_below_zero(self, pairs, method):
        value, error = map(np.array, zip(*pairs, strict=True))
        assert tau_squared(value, error**2, method) >= 0

    def test_priors_of_a_design_use_the_same_formula(self):
        pairs = [(-0.5, 0.2), (-0.1, 0.15), (0.4, 0.3)]
        for long, short in (("dersimonian-laird", "DL"), ("paule-mandel", "PM")):
            prior, told = pooled_evidence(pairs, method=long), pool(studies_of(pairs), method=short)
            assert prior.mean == told.mean
            assert prior.between**2 == pytest.approx(told.heterogeneity.tau_squared)


class TestStudies:
    """What is printed goes in and comes out again."""

    @given(st.floats(0.05, 5), st.floats(0.05, 1), st.floats(0.5, 0.999))
    @settings(max_examples=60, deadline=None)
    def test_limits_come_back(self, ratio, error, level):
        made = StudyEffect("a", "a", np.log(ratio), error)
        lower, upper = made.limits(level)
        told = study_from_ratio("a", ratio, lower, upper, level=level)
        assert told.standard_error == pytest.approx(error)
        assert told.remark == ""
        assert told.limits(level) == pytest.approx((lower, upper))

    def test_lopsided_limits_are_remarked_upon_in_the_pool(self):
        odd = study_from_ratio("odd", 0.7, 0.65, 1.6, label="Odd et al.")
        assert "Odd et al." in odd.remark
        assert odd.remark in pool([odd]).assumed

    def test_an_estimate_of_ours_is_taken_as_it_is(self):
        fit = cox([9, 1, 1, 6, 6, 8, 3, 7], [1, 1, 0, 1, 1, 0, 1, 1], [0, 1, 1, 1, 0, 0, 1, 0])
        ratio = fit.hazard_ratio(0)
        study = study_from_estimate("ours", ratio)
        assert study.limits() == pytest.approx((ratio.interval.lower, ratio.interval.upper))
        told = pool([study]).effect
        assert told.value == pytest.approx(ratio.value)

    def test_a_difference(self):
        study = study_from_difference("a", -0.1, -0.2, 0.0)
        assert study.limits() == pytest.approx((-0.2, 0.0))
        assert study.value == -0.1


def triangle(seed, studies=7):
    random = np.random.default_rng(seed)
    pairs = list(combinations("ABCD", 2))
    for k in range(studies):
        control, experimental = pairs[k % len(pairs)]
        yield two_arm_study(
            StudyEffect(str(k), str(k), random.normal(0, 0.4), random.uniform(0.1, 0.4)),
            experimental=experimental,
            control=control,
        )


class TestNetwork:
    """Effects add up round every loop; the reference is a matter of writing."""

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("method", ["fixed", "DL"])
    def test_effects_add_up_and_the_reference_does_not_matter(self, seed, method):
        studies = list(triangle(seed, 12))
        told = network(studies, method=method, reference="A")
        other = network(studies, method=method, reference="C")
        for one, two, three in combinations("ABCD", 3):
            assert told.mean(one, three)[0] == pytest.approx(
                told.mean(one, two)[0] + told.mean(two, three)[0]
            )
            assert other.mean(one, three) == pytest.approx(told.mean(one, three))
        assert sum(told.p_scores) == pytest.approx(2)  # half of the treatments
        parts = decompose(told)
        assert parts.within.q + parts.between.q == pytest.approx(parts.total.q)

    @pytest.mark.parametrize("method", ["fixed", "DL"])
    def test_two_treatments_are_a_pool(self, method):
        studies = studies_of([(-0.5, 0.2), (-0.1, 0.15), (0.4, 0.3)])
        joined = [two_arm_study(each, experimental="A", control="B") for each in studies]
        told, known = network(joined, method=method), pool(studies, method=method)
        assert told.mean("A", "B") == pytest.approx((known.mean, known.standard_error))
        assert told.heterogeneity.tau_squared == pytest.approx(known.heterogeneity.tau_squared)
        assert told.p("A", "B") == pytest.approx(known.p)

    def test_the_league_names_every_pair_once(self):
        told = network(list(triangle(1)))
        rows = told.league()
        assert len(rows) == 6
        assert {frozenset(row[:2]) for row in rows} == set(map(frozenset, combinations("ABCD", 2)))
        best = told.treatments[int(np.argmax(told.p_scores))]
        assert rows[0][0] == best

    def test_turning_a_study_round_changes_nothing(self):
        first, *rest = triangle(2)
        turned = replace(
            first,
            treatments=first.treatments[::-1],
            estimates=tuple(-value for value in first.estimates),
        )
        plain, other = (
            network([first, *rest]),
            network([turned, *rest], reference=first.treatments[0]),
        )
        assert other.mean("B", "D") == pytest.approx(plain.mean("B", "D"))


def patients(seed, size=60):
    random = np.random.default_rng(seed)
    covariates = np.column_stack([random.normal(60, 8, size), random.integers(0, 2, size)])
    arm = np.arange(size) % 2
    time = random.exponential(10, size) * np.exp(0.4 * arm)
    return time, np.ones(size), arm, covariates


class TestMatching:
    """Weights reach their target exactly, and their own means leave patients as they are."""

    @given(st.integers(0, 1000), st.floats(56, 64), st.floats(0.3, 0.7))
    @settings(max_examples=25, deadline=None)
    def test_the_target_is_reached(self, seed, age, share):
        covariates = patients(seed)[3]
        told = matching_weights(
            covariates, [TargetCovariate("age", age), TargetCovariate("female", share)]
        )
        for each in told.balance:
            assert each.after == pytest.approx(each.target, abs=1e-8)
        assert told.weights.sum() == pytest.approx(60)
        assert 0 < told.effective_size <= 60 * (1 + 1e-12)
        assert told.largest_share == pytest.approx(told.weights.max() / 60)

    def test_own_means_give_every_patient_weight_one(self):
        time, event, arm, covariates = patients(1)
        target = [
            TargetCovariate("age", covariates[:, 0].mean(), covariates[:, 0].std()),
            TargetCovariate("female", covariates[:, 1].mean()),
        ]
        told = anchored_comparison(
            time, event, arm, covariates, target, StudyEffect("b", "B", -0.2, 0.2)
        )
        assert told.matching.weights == pytest.approx(np.ones(60), abs=1e-8)
        assert told.hazard_ratio.value == pytest.approx(told.naive.effect.value)
        assert told.standard_error == pytest.approx(told.naive.standard_error)

    def test_a_bootstrap_is_the_same_for_the_same_seed_and_near_the_robust_error(self):
        time, event, arm, covariates = patients(2, 120)
        target = [TargetCovariate("age", 61.0), TargetCovariate("female", 0.45)]
        asked = {"draws": 200, "seed": 5}
        published = StudyEffect("b", "B", -0.2, 0.2)
        told, again = (
            anchored_comparison(time, event, arm, covariates, target, published, **asked)
            for _ in range(2)
        )
        assert told.bootstrap == again.bootstrap
        assert told.bootstrap.standard_error == pytest.approx(told.standard_error, rel=0.2)
        assert told.bootstrap.interval.lower < told.hazard_ratio.value
        assert told.hazard_ratio.value < told.bootstrap.interval.upper

    def test_the_same_patients_on_both_sides_do_not_differ(self):
        time, event, _, covariates = patients(3)
        target = [TargetCovariate("age", covariates[:, 0].mean())]
        told = unanchored_comparison(time, event, covariates[:, 0], target, time, event)
        assert told.log_hazard_ratio == pytest.approx(0, abs=1e-9)
        assert told.naive is None
        assert told.bootstrap is None


def test_leaving_out_a_copy_changes_only_the_weight_of_evidence():
    studies = studies_of([(-0.3, 0.2)] * 4)
    told = leave_one_out(pool(studies, method="DL"))
    assert {round(each.pooled.mean, 12) for each in told} == {-0.3}
    assert all(each.pooled.heterogeneity.tau_squared == 0 for each in told)
    assert told[0].pooled.heterogeneity.tau_squared_interval.upper is Absent.NO_VALUE_FITS


class TestPrintedLimits:
    """Limits stay as printed; the weight is that of their width."""

    @given(st.integers(5, 300), st.integers(5, 60), st.integers(1, 3))
    @settings(max_examples=80, deadline=None)
    def test_rounding_alone_is_never_remarked_upon(self, hundredth, error, digits):
        """A ratio and its symmetric limits, rounded as papers do, are taken as they are."""
        exact = StudyEffect("a", "a", np.log(hundredth / 100), error / 100)
        ends = (exact.value, *exact.limits())
        assume(round(ends[1], digits) > 0 and len({round(each, digits) for each in ends}) == 3)
        text = "{:.{d}f} ({:.{d}f}-{:.{d}f})".format(*ends, d=digits)
        study = study_from_printed("a", text)
        assert study.remark == ""
        assert study.shown() == pytest.approx([round(each, digits) for each in ends[1:]])

    def test_the_limits_printed_at_another_level_are_not_shown_at_this_one(self):
        study = study_from_printed("a", "0.70 (90% CI, 0.50-0.98)")
        assert study.shown(0.9) == (0.50, 0.98)
        assert study.shown(0.95) == study.limits(0.95)
        assert study.shown(0.95)[0] < 0.50

    def test_printed_limits_change_no_number(self):
        printed = [
            study_from_printed("a", "0.70 (0.47-1.03)"),
            study_from_printed("b", "0.33 (0.18-0.61)"),
        ]
        plain = [replace(study, as_printed=None) for study in printed]
        assert pool(printed).effect == pool(plain).effect

    @pytest.mark.parametrize(
        ("text", "kind", "words"),
        [
            ("0.70 (0.47-1.03)", "ratio", ""),
            ("0.70 (0.47-1.08)", "ratio", "4% of the half-width"),
            ("0.70 (0.47-1.80)", "ratio", "may not be its own"),
            ("15.4% (2-28)", "risk difference", ""),
            ("15.4% (2.0-28.0)", "risk difference", "more than rounding"),
            ("-3.5 (-7 to 0)", "difference", ""),
        ],
    )
    def test_limits_off_the_middle_by_more_than_rounding(self, text, kind, words):
        remark = study_from_printed("Ho", text, kind=kind).remark
        assert bool(remark) == bool(words)
        assert words in remark

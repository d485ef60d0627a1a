"""Laws that printed numbers obey, whatever the trial."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraised_claims import CONTROL, TREATED, claims, counted, events, p, rate, ratio
from equipoise.analyze.cox import cox
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.appraise.checks.check import appraise
from equipoise.appraise.checks.reading import ratios_of
from equipoise.appraise.checks.shrinkage import shrinkage
from equipoise.appraise.checks.sidedness import p_of_z, sides_that_fit
from equipoise.appraise.checks.slips import one_digit_other, printed_so, slips_of_p
from equipoise.appraise.claims.claim import PrintedInterval
from equipoise.appraise.claims.intervals import Range, image
from equipoise.appraise.claims.printed import printed
from equipoise.appraise.relations.counts import counts_that_fit
from equipoise.appraise.relations.events import early_censoring
from equipoise.appraise.relations.rates import error_by_shape, least_error
from equipoise.appraise.relations.ratio import least_events
from equipoise.kernel.confidence import SCALES, survival_limits
from equipoise.kernel.normal import upper_tail

ends = st.tuples(st.floats(0.05, 5.0), st.floats(0.0, 2.0)).map(lambda t: Range(t[0], t[0] + t[1]))
parts = st.floats(0.0, 1.0)


class TestAResultOfRangesHoldsEveryResultOfTheirValues:
    @given(ends, ends, parts, parts)
    def test_of_arithmetic(self, one: Range, other: Range, a: float, b: float):
        x = min(one.upper, one.lower + a * (one.upper - one.lower))
        y = min(other.upper, other.lower + b * (other.upper - other.lower))
        assert (one + other).contains(x + y)
        assert (one - other).contains(x - y)
        assert (one * other).contains(x * y)
        assert (one / other).contains(x / y)
        found = image(lambda u, v: math.log(u) / v, one, other)
        assert found.widened(1e-12).contains(math.log(x) / y)

    @given(ends, ends)
    def test_ranges_meet_or_are_apart(self, one: Range, other: Range):
        assert one.meets(other) == other.meets(one) == (one.gap(other) == 0.0)
        assert (one.shared(other) is None) == (not one.meets(other))


class TestAPercentageIsOfAWholeNumber:
    @given(st.integers(1, 300), st.floats(0, 1), st.integers(0, 2))
    def test_a_true_count_is_always_among_those_that_fit(self, n: int, part: float, digits: int):
        x = round(part * n)
        number = printed(f"{100 * x / n:.{digits}f}%", "proportion")
        assert (x, n) in counts_that_fit(Range(number.lower, number.upper), Range(n, n))

    @given(st.integers(1, 60), st.floats(0, 1))
    def test_every_count_that_fits_prints_so(self, n: int, part: float):
        text = f"{100 * part:.1f}%"
        number = printed(text, "proportion")
        for x, _ in counts_that_fit(Range(number.lower, number.upper), Range(n, n)):
            assert abs(100 * x / n - 100 * number.value) <= 0.05 + 1e-9


@st.composite
def followed(draw: st.DrawFn):
    seed, n = draw(st.integers(0, 2**31)), draw(st.integers(5, 120))
    rng = np.random.default_rng(seed)
    time = np.ceil(10 * rng.exponential(1.0, n)) / 10 if seed % 2 else rng.exponential(1.0, n)
    lost = rng.exponential(draw(st.floats(0.3, 3.0)), n)
    return np.minimum(time, lost), time <= lost


class TestCensoringOnlyTakesInformationAway:
    @given(followed())
    @settings(max_examples=80, deadline=None)
    def test_greenwood_is_at_least_binomial_and_risk_at_most_survival(self, data):
        time, event = data
        at = float(np.quantile(time, 0.6))
        curve = kaplan_meier(time, event)
        place = int(np.searchsorted(curve.time, at, side="right")) - 1
        rate_then = float(curve.survival[place]) if place >= 0 else 1.0
        if not 0.0 < rate_then < 1.0:
            return
        error = rate_then * math.sqrt(curve.log_variance[place])
        n = time.size
        assert error >= least_error(Range(rate_then, rate_then), Range(n, n)).upper - 1e-12
        assert (time > at).sum() <= n * rate_then + 1e-9

    @given(followed())
    @settings(max_examples=80, deadline=None)
    def test_censored_early_is_never_more_than_were_censored(self, data):
        time, event = data
        at, n = float(np.quantile(time, 0.6)), time.size
        curve = kaplan_meier(time, event)
        rate_then = float(curve.at(at)[0])
        by_then = int((event & (time <= at)).sum())
        if rate_then >= 0.9995 or not by_then:
            return
        text = f"{100 * rate_then:.1f}%"
        made = claims(rate("os", CONTROL, at, text), *events("os", 1, by_then), sizes=(200, n))
        found = early_censoring(made, made.claimed[0])
        assert found.least <= (~event & (time <= at)).sum()


class TestACoxModelNeedsEvents:
    @given(st.integers(0, 2**31))
    @settings(max_examples=25, deadline=None)
    def test_no_fewer_than_four_over_the_variance(self, seed: int):
        rng = np.random.default_rng(seed)
        arm = np.arange(60) % 2
        time = np.ceil(5 * rng.exponential(1.0 + arm)) / 5
        event = rng.random(60) < 0.8
        fit = cox(time, event, arm[:, None].astype(float), stratum=rng.integers(0, 2, 60))
        error = fit.standard_errors[0]
        if isinstance(error, float):
            assert event.sum() >= least_events(Range(error, error)).lower * (1 - 1e-6)


class TestAnIntervalGivesBackItsStandardError:
    @given(st.floats(0.15, 0.85), st.floats(0.02, 0.08), st.sampled_from(SCALES))
    def test_by_the_shape_it_was_made_with(self, survival: float, error: float, shape: str):
        scale, shape = shape, "arcsine" if shape == "arcsin" else shape
        variance = np.array([(error / survival) ** 2])
        low, high = survival_limits(np.array([survival]), variance, 0.95, scale)
        limits = [printed(f"{100 * float(each[0]):.1f}%", "proportion") for each in (low, high)]
        own = printed(f"{100 * survival:.1f}%", "proportion")
        found = error_by_shape(
            Range(own.lower, own.upper), PrintedInterval(limits[0], limits[1]), shape
        )
        assert found is not None
        assert found.widened(1e-9).contains(error)


class TestAPPrintsTheSidednessItHas:
    @given(st.floats(-3.5, 3.5), st.sampled_from([1, 2]))
    def test_the_true_sidedness_always_fits(self, z: float, sides: int):
        value = upper_tail(z) if sides == 1 else 2 * upper_tail(abs(z))
        number = printed(f"{value:.3f}", "P")
        assert sides in sides_that_fit(Range(number.lower, number.upper), Range(z, z))

    @given(st.floats(0.3, 3.0))
    def test_two_sided_is_twice_one_sided_in_favor(self, z: float):
        one, two = (p_of_z(Range(z, z), sides).upper for sides in (1, 2))
        assert two == pytest.approx(2 * one)

    def test_an_inverted_ratio_says_the_same(self):
        one = claims(ratio("os", "0.70", "0.47-1.03"), p("os", ".03"))
        other = claims(ratio("os", "1.43", "0.97-2.13", inverted=True), p("os", ".03"))
        assert appraise(one).sidedness["os"].fits == appraise(other).sidedness["os"].fits == {1}
        assert ratios_of(other)[0].log.meets(ratios_of(one)[0].log)


class TestShrinkageGoesTowardNoEffect:
    @given(st.floats(0.2, 0.95), st.floats(0.05, 0.8), st.floats(0.1, 0.9))
    def test_between_seen_and_none_and_the_final_between_both(self, seen, error, fraction):
        result = shrinkage(seen, error, fraction=fraction)
        assert seen < result.believed < 1.0
        assert seen <= result.final <= result.believed
        assert result.final_interval[0] < result.final < result.final_interval[1]

    def test_final_estimates_of_trials_from_the_prior_are_foreseen(self):
        rng = np.random.default_rng(4)
        n, error, fraction = 400_000, 0.3, 0.6
        truth = 0.35 * rng.standard_normal(n)
        seen = truth + error * rng.standard_normal(n)
        rest = truth + error * math.sqrt(fraction / (1 - fraction)) * rng.standard_normal(n)
        final = fraction * seen + (1 - fraction) * rest
        near = np.abs(seen + 0.7) < 0.02
        result = shrinkage(math.exp(-0.7), error, fraction=fraction)
        mistake = final[near].std() / math.sqrt(near.sum())
        assert math.log(result.final) == pytest.approx(final[near].mean(), abs=4 * mistake)
        inside = (np.log(result.final_interval[0]) < final[near]) & (
            final[near] < np.log(result.final_interval[1])
        )
        assert inside.mean() == pytest.approx(0.95, abs=4 * math.sqrt(0.05 / near.sum()))


class TestSlips:
    @given(st.from_regex(r"\.[0-9]{2,3}", fullmatch=True))
    def test_none_is_the_number_itself(self, text: str):
        assert all(slip.values != printed_so(text) for slip in slips_of_p(text))

    @given(st.from_regex(r"[1-9][0-9]\.[0-9]", fullmatch=True))
    def test_one_digit_differs(self, text: str):
        others = one_digit_other(text)
        assert len(set(others)) == len(others) == 27
        assert all(sum(a != b for a, b in zip(text, o, strict=True)) == 1 for o in others)


def test_relations_are_pure():
    made = claims(
        counted("mrd", TREATED, "79", "75%"),
        counted("mrd", CONTROL, "33", "32%"),
        p("mrd", "<.001"),
        sizes=(105, 103),
    )
    assert appraise(made).findings == appraise(made).findings


class TestAStatedSidednessThatFitsOnlyJust:
    """KEYNOTE-024 prints P = .005 of 0.60 (0.41 to 0.89): one-sided, and no exact two-sided one."""

    def graded(self, sides):
        found = appraise(claims(ratio("os", "0.60", "0.41-0.89"), p("os", ".005", sides)), trials=0)
        (finding,) = found.about("p-of-ratio")
        return finding

    def test_as_stated_only_just(self):
        found = self.graded(2)
        assert found.grade == "possible"
        assert "fits one-sided; two-sided, as stated, only just" in found.sentence

    def test_as_it_is(self):
        assert self.graded(1).grade == "consistent"
        assert "two-sided only just" in self.graded(None).sentence

"""What rebuilt patients say must be what the methods say of them, and no surer than they are."""

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.estimates import Absent
from equipoise.analyze.gray import gray_test
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.log_rank import log_rank
from equipoise.appraise.claims.claim import ClaimedMedian, ClaimedP, ClaimedRate, ClaimedRatio
from equipoise.appraise.claims.printed import printed
from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import at_risk_table
from equipoise.appraise.curves.draws import reconstructions
from equipoise.appraise.curves.fit import rows_of
from equipoise.appraise.rebuilt.analysis import analyze_rebuilt
from equipoise.appraise.rebuilt.fragility import outcome_fragility
from equipoise.appraise.rebuilt.together import joined_interval, joined_median
from equipoise.appraise.rebuilt.values import over_draws


def trial(seed: int = 3, patients: int = 120, ratio: float = 0.8):
    random = np.random.default_rng(seed)
    arm = np.arange(2 * patients) % 2
    death = random.exponential(12.0, arm.size) / np.where(arm == 1, ratio, 1.0)
    seen = random.uniform(12.0, 36.0, arm.size)
    return np.minimum(death, seen), death <= seen, arm


def published_curve(time, event, decimals: int = 3, draws: int = 12):
    """Print an arm as a paper does, and rebuild it."""
    known = kaplan_meier(time, event)
    points = np.concatenate([[0.0], known.time])
    values = np.concatenate([[1.0], known.survival])
    curve = cleaned_curve(points, np.round(values, decimals))
    columns = np.arange(0.0, time.max(), 6.0)
    below = at_risk_table(columns, [(time >= at).sum() for at in columns])
    return reconstructions(curve, at_risk=below, draws=draws, seed=1)


@pytest.fixture(scope="module")
def rebuilt():
    time, event, arm = trial()
    return tuple(published_curve(time[arm == side], event[arm == side]) for side in (0, 1))


@pytest.fixture(scope="module")
def analysis(rebuilt):
    time, event, arm = trial()
    ratio = cox(time, event, arm[:, None].astype(float), names=["arm"]).hazard_ratio("arm").value
    p = log_rank(time, event, arm, groups=2).test
    of_control = kaplan_meier(time[arm == 0], event[arm == 0])
    claimed = (
        ClaimedRatio("os", "new", "old", printed(f"{ratio:.2f}", "ratio")),
        ClaimedRatio("os", "old", "new", printed(f"{1 / ratio:.2f}", "ratio")),
        ClaimedRatio("os", "new", "old", printed(f"{ratio + 0.3:.2f}", "ratio")),
        ClaimedP("os", printed(f"{p.p_two_sided:.4f}", "p")),
        ClaimedP("os", printed(f"{p.p_one_sided:.5f}", "p")),
        ClaimedMedian("os", "old", printed(f"{of_control.quantile(0.5).value:.1f}")),
        ClaimedRate("os", "old", 12.0, printed(f"{float(of_control.at(12.0)[0]):.3f}")),
    )
    return analyze_rebuilt(
        *rebuilt, published=claimed, arms=("old", "new"), margins=(0.8,), planned=0.7
    )


class TestWhatThePatientsSay:
    """Every number is that of the methods on the likeliest patients."""

    def test_of_the_likeliest_patients(self, rebuilt, analysis):
        time, event, arm = rows_of(rebuilt[0].best, rebuilt[1].best)
        fit = cox(time, event, arm[:, None].astype(float), names=["arm"])
        assert analysis.number("hazard ratio").estimate.value == fit.hazard_ratio("arm").value
        test = log_rank(time, event, arm, groups=2).test
        assert analysis.test("log-rank").test == test
        median = kaplan_meier(time[arm == 1], event[arm == 1]).quantile(0.5)
        assert analysis.number("median", "experimental").estimate == median
        assert sum(analysis.events) == event.sum()

    def test_wider_than_sampling_alone(self, analysis):
        ratio = analysis.number("hazard ratio")
        alone, together = ratio.estimate.interval, ratio.together
        assert np.log(together.upper / together.lower) > 0.99 * np.log(alone.upper / alone.lower)
        assert ratio.over.lower <= ratio.over.median <= ratio.over.upper

    def test_all_methods_are_there(self, analysis):
        assert {each.name for each in analysis.tests} == {
            "log-rank",
            "Cox",
            "early differences",
            "late differences",
            "MaxCombo",
            "restricted means",
            "proportional hazards",
        }
        assert {each.time for each in analysis.numbers if each.measure == "rate"} == {
            6.0,
            12.0,
            18.0,
            24.0,
            30.0,
        }


class TestWhatWasPublished:
    """What the true patients gave is reproduced; what they did not give is not."""

    def test_verdicts(self, analysis):
        verdicts = [each.verdict for each in analysis.published]
        assert verdicts == [*("reproduced",) * 2, "not reproduced", *("reproduced",) * 4]

    def test_sides_are_named(self, analysis):
        two, one = analysis.published[3:5]
        assert "give two-sided" in two.sentence
        assert "give one-sided" in one.sentence
        assert "fits as well" not in two.sentence + one.sentence


class TestFragility:
    """The rebuilt patients are as fragile as the true ones, to a patient or two."""

    def test_near_the_truth(self, analysis):
        true, rebuilt = outcome_fragility(*trial()), analysis.fragility
        assert rebuilt.outcomes.significant == true.significant
        assert abs(rebuilt.outcomes.patients - true.patients) <= 2
        over = rebuilt.outcomes_over
        assert over.lower <= rebuilt.outcomes.patients + 1
        assert float(over.lower).is_integer()
        assert float(over.upper).is_integer()
        assert 0 <= rebuilt.significant <= rebuilt.draws == 12


class TestBeliefs:
    """A sceptical prior draws the ratio toward 1; half of it lies on each side before."""

    def test_shrunk(self, analysis):
        flat, sceptical = analysis.beliefs.posteriors
        assert flat.effect < sceptical.effect < 1.0
        assert sceptical.better[0].before == pytest.approx(0.5)
        assert sceptical.better[0].after < flat.better[0].after
        assert [each.value for each in flat.better] == [1.0, 0.7, 0.8]

    def test_the_usual_sceptic_without_a_plan(self, rebuilt):
        beliefs = analyze_rebuilt(*rebuilt).beliefs
        assert beliefs.posteriors[1].prior.sd == 0.35


class TestTogether:
    """Rubin's rules, on the scale that each number is nearly normal on."""

    def test_ratio_and_rate_by_hand(self, rebuilt, analysis):
        sets = [
            rows_of(one, other)
            for one, other in zip(rebuilt[0].drawn, rebuilt[1].drawn, strict=True)
        ]
        curves = [kaplan_meier(time[arm == 1], event[arm == 1]) for time, event, arm in sets]
        rates = [curve.survival_at(12.0) for curve in curves]
        found = analysis.number("rate", "experimental", 12.0)
        values = np.log(-np.log([each.value for each in rates]))
        errors = [each.standard_error / (each.value * abs(np.log(each.value))) for each in rates]
        total = np.mean(np.square(errors)) + (1 + 1 / 12) * values.var(ddof=1)
        center = np.log(-np.log(found.estimate.value))
        ends = np.exp(-np.exp(center + 1.959963984540054 * np.sqrt(total) * np.array([1, -1])))
        assert [found.together.lower, found.together.upper] == pytest.approx(ends, rel=1e-12)

    def test_rates_stay_between_0_and_1(self, analysis):
        for each in analysis.numbers:
            if each.measure == "rate":
                assert 0.0 < each.together.lower < each.estimate.value < each.together.upper < 1.0

    def test_without_others_that_differ_a_median_is_brookmeyer_and_crowley(self):
        time, event, _ = trial(patients=60)
        curve = kaplan_meier(time, event)
        own = curve.quantile(0.5).interval
        joined = joined_median(curve, [curve, curve], 0.95)
        assert (joined.lower, joined.upper) == (own.lower, own.upper)

    def test_a_median_is_no_surer_than_sampling_alone(self, analysis):
        for arm in ("control", "experimental"):
            found = analysis.number("median", arm)
            assert found.together.lower <= found.estimate.interval.lower
            assert found.together.upper >= found.estimate.interval.upper

    def test_where_a_rate_is_1_there_is_no_joint_interval(self):
        whole = kaplan_meier([5.0, 6.0], [1, 1]).survival_at(4.0)
        assert joined_interval(whole, [whole, whole], 0.95, "log-log") is None


class TestHowOftenItHolds:
    """The truth behind coarsely printed curves lies within the joint limits as often as told."""

    def test_medians_and_rates(self):
        held = {"median": 0, "rate": 0}
        trials, truth = 60, 12.0 * np.log(2.0)
        for seed in range(trials):
            time, event, _ = trial(seed=1000 + seed, patients=30, ratio=1.0)
            arm = published_curve(time, event, decimals=2, draws=6)
            curves = [kaplan_meier(one.time, one.event) for one in (arm.best, *arm.drawn)]
            median = joined_median(curves[0], curves[1:], 0.95)
            upper = np.inf if isinstance(median.upper, Absent) else median.upper
            held["median"] += median.lower <= truth <= upper
            rates = [curve.survival_at(12.0) for curve in curves]
            rate = joined_interval(rates[0], rates[1:], 0.95, "log-log")
            held["rate"] += rate.lower <= np.exp(-1.0) <= rate.upper
        least = 0.95 * trials - 3.0 * np.sqrt(0.95 * 0.05 * trials)
        assert min(held.values()) >= least


class TestOneCause:
    """With one of several causes, incidences and Gray's test stand where curves cannot."""

    @pytest.fixture(scope="class")
    @staticmethod
    def arms():
        found = []
        for side in (0, 1):
            random = np.random.default_rng(40 + side)
            first, second = random.exponential([[20.0 + 10 * side], [30.0]], (2, 100))
            seen = random.uniform(10.0, 30.0, 100)
            time = np.minimum(np.minimum(first, second), seen)
            outcome = np.where(time == seen, 0, np.where(first < second, 1, 2))
            course = cumulative_incidence(time, outcome, causes=2)
            curves = [
                cleaned_curve(
                    np.append(0.0, course.time),
                    np.round(np.append(0.0, row), 3),
                    kind="incidence",
                )
                for row in course.incidence
            ]
            columns = np.arange(0.0, time.max(), 5.0)
            below = at_risk_table(columns, [(time >= at).sum() for at in columns])
            found.append(reconstructions(curves, at_risk=below, draws=5, seed=2))
        return found

    def test_incidences_are_those_of_the_methods(self, arms):
        found = analyze_rebuilt(
            *arms,
            cause=1,
            arms=("old", "new"),
            published=[
                ClaimedRate("relapse", "old", 15.0, printed("0.400"), kind="incidence"),
            ],
        )
        courses = [
            cumulative_incidence(each.best.time, each.best.outcome, causes=2) for each in arms
        ]
        for course, arm in zip(courses, ("control", "experimental"), strict=True):
            one = found.number("cumulative incidence", arm, 15.0)
            assert one.estimate == course.estimate_at(1, 15.0)
            assert one.together.lower < one.estimate.interval.lower + 0.01
        compared = found.number("difference of cumulative incidences", None, 15.0)
        assert compared.estimate.value == pytest.approx(
            courses[1].at(15.0)[0] - courses[0].at(15.0)[0]
        )
        assert compared.together is not None
        time, _, group = rows_of(arms[0].best, arms[1].best, 1)
        outcome = np.concatenate([each.best.outcome for each in arms])
        assert found.test("Gray").test == gray_test(time, outcome, group, cause=1)
        assert found.published[0].what == "cumulative incidence of the control arm at 15"
        assert any("Gray's test" in each for each in found.said)

    def test_no_survival_curves(self, arms):
        found = analyze_rebuilt(*arms, cause=2)
        assert {each.measure for each in found.numbers} == {
            "hazard ratio",
            "cumulative incidence",
            "difference of cumulative incidences",
        }
        assert found.test("restricted means") is None
        assert found.until is None

    def test_a_cause_that_never_came(self, arms):
        found = analyze_rebuilt(*arms, cause=3)
        assert found.test("Gray").test.p_two_sided is Absent.NO_EVENTS
        assert found.number("cumulative incidence", "control").together is None


class TestOverDraws:
    """Numbers that do not exist are beyond all that do."""

    def test_absent_ones_are_last(self):
        over = over_draws([3.0, Absent.NOT_REACHED, 1.0, 2.0, 2.0])
        assert (over.median, over.upper, over.absent) == (2.0, Absent.NOT_REACHED, 1)

    def test_all_absent(self):
        assert over_draws([Absent.NO_EVENTS] * 3).median is Absent.NO_EVENTS

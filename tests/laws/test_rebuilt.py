"""What rebuilt patients say must be what the methods say of them, and no surer than they are."""

import numpy as np
import pytest

from equipoise.analyze.cox import cox
from equipoise.analyze.estimates import Absent
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


class TestOneCause:
    """With one of several causes there are tests and a ratio, and no curves."""

    def test_no_curves(self, rebuilt):
        of_cause = analyze_rebuilt(*rebuilt, cause=1)
        assert [each.measure for each in of_cause.numbers] == ["hazard ratio"]
        assert of_cause.test("restricted means") is None
        assert of_cause.until is None


class TestOverDraws:
    """Numbers that do not exist are beyond all that do."""

    def test_absent_ones_are_last(self):
        over = over_draws([3.0, Absent.NOT_REACHED, 1.0, 2.0, 2.0])
        assert (over.median, over.upper, over.absent) == (2.0, Absent.NOT_REACHED, 1)

    def test_all_absent(self):
        assert over_draws([Absent.NO_EVENTS] * 3).median is Absent.NO_EVENTS

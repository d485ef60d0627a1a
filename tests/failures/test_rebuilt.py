"""What cannot be asked of rebuilt patients is refused in words; what is empty is said to be."""

import numpy as np
import pytest

from equipoise.analyze.estimates import Absent
from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import at_risk_table
from equipoise.appraise.curves.draws import reconstructions
from equipoise.appraise.rebuilt.analysis import analyze_rebuilt
from equipoise.appraise.rebuilt.fragility import outcome_fragility, reassignment_fragility
from equipoise.appraise.rebuilt.fragility_tables import table_fragility
from equipoise.errors import DataError, NotEstimable
from equipoise.monitor.beliefs.beliefs import Beliefs
from equipoise.monitor.beliefs.critical_prior import critical_prior
from equipoise.monitor.beliefs.priors import Likelihood
from equipoise.monitor.statistics.effect_scale import EffectScale
from equipoise.report.monitoring.closed_beliefs import critical_words

TIMES, EVENTS, ARMS = np.arange(1.0, 9.0), np.ones(8, bool), np.repeat([0, 1], 4)


def arm(values, draws=3):
    curve = cleaned_curve([1.0, 2.0, 4.0], values)
    return reconstructions(curve, at_risk=at_risk_table([0, 3], [20, 8]), draws=draws)


@pytest.mark.parametrize("fragility", [outcome_fragility, reassignment_fragility])
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"alpha": 0.0}, "Alpha is 0"),
        ({"alpha": 1.0}, "Alpha is 1"),
        ({"sides": 3}, "1 side or 2"),
    ],
)
def test_what_is_no_test_is_refused(fragility, asked, words):
    with pytest.raises(DataError, match=words):
        fragility(TIMES, EVENTS, ARMS, **asked)


def test_unknown_test():
    with pytest.raises(DataError, match="log-rank or Cox"):
        reassignment_fragility(TIMES, EVENTS, ARMS, test="Gehan")


def test_bad_counts():
    with pytest.raises(DataError, match="successes"):
        table_fragility(5, 4, 1, 4)


def test_without_events_nothing_is_significant():
    found = outcome_fragility(TIMES, np.zeros(8, bool), ARMS)
    assert found.p is Absent.NO_EVENTS
    assert not found.significant
    assert found.patients is not None  # events given to one arm would make it so


def test_two_patients_never_reach_significance():
    found = outcome_fragility([1.0, 2.0], [True, True], [0, 1])
    assert (found.patients, found.p_after, found.rows) == (None, None, ())
    assert reassignment_fragility([1.0, 2.0], [True, True], [0, 1]).patients is None


def test_draws_of_both_arms_must_match():
    with pytest.raises(DataError, match="Draw both alike"):
        analyze_rebuilt(arm([0.8, 0.6, 0.4]), arm([0.9, 0.7, 0.5], draws=4))


def test_means_beyond_follow_up():
    with pytest.raises(NotEstimable, match="up to 50"):
        analyze_rebuilt(arm([0.8, 0.6, 0.4]), arm([0.9, 0.7, 0.5]), until=50.0)


def test_an_arm_without_events():
    found = analyze_rebuilt(arm([0.8, 0.6, 0.4]), arm([1.0, 1.0, 1.0]))
    ratio = found.number("hazard ratio")
    assert isinstance(ratio.estimate.value, Absent)
    assert ratio.together is None
    assert found.beliefs is None
    assert found.number("median", "experimental").over.absent == 3


def test_no_events_at_all():
    found = analyze_rebuilt(arm([1.0, 1.0, 1.0]), arm([1.0, 1.0, 1.0]))
    assert found.events == (0, 0)
    assert found.said == ("The log-rank test does not exist: not estimable: no events.",)


def test_an_advocate_of_an_all_but_clear_benefit_is_not_told_a_ratio_of_nothing():
    """Just short of significance the critical advocacy prior reaches to a ratio of 0."""
    scale = EffectScale("hazard ratio", 1.0, "log", "lower")
    seen = Likelihood(1.95 * 0.2, 0.2, 100.0, "made up")
    critical = critical_prior(seen, scale)
    assert critical.kind == "advocacy"
    assert critical.limit < 1e-6
    told = critical_words(
        Beliefs("OS", "", scale, seen, posteriors=(), assumed=(), critical=critical)
    )
    assert "effects up to a hazard ratio of below 0.01 for plausible" in told
    assert "0.00" not in told

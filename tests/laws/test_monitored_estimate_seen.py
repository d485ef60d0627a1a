"""One number for the effect seen: the estimate of the analysis, with the p of the decision."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from closed_reports import ANSWER, ARMS, CUT, OF_ANSWER, example, look, patients, protocol
from equipoise.analyze.proportions import miettinen_nurminen_difference
from equipoise.monitor.inference.inference import Inference, Told

TWO_TO_ONE = ARMS.replace("role: experimental}", "role: experimental, allocation: 2}")


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Answers of a 2:1 trial in which the test's error and the estimate's are far from equal."""
    rows = patients(("usual", "novel", "novel"), size=90)
    for place, row in enumerate(rows):
        row["cure"] = "yes" if place % 10 < (8 if row["arm"] == "novel" else 5) else "no"
    result = look(tmp_path_factory.mktemp("answers"), protocol(TWO_TO_ONE, ANSWER, OF_ANSWER), rows)
    known = [each for each in rows if each["cure_date"] <= CUT.isoformat()]
    counts = []
    for arm in ("novel", "usual"):
        cured = [each["cure"] == "yes" for each in known if each["arm"] == arm]
        counts += [sum(cured), len(cured)]
    return result, tuple(counts)


def test_unadjusted_difference_is_the_observed_one_with_its_interval(answers):
    result, counts = answers
    (outlook,) = result.outlooks
    x1, n1, x0, n0 = counts
    seen = miettinen_nurminen_difference(x1, n1, x0, n0)
    naive = outlook.after.by("naive")
    assert naive.estimate.effect == pytest.approx(x1 / n1 - x0 / n0, abs=1e-12)
    limits = seen.interval.lower, seen.interval.upper
    assert (naive.lower.effect, naive.upper.effect) == pytest.approx(limits, abs=1e-9)


def test_estimate_of_the_inference_and_the_p_of_the_decision_both_hold(answers):
    result, _ = answers
    (each,) = result.look.hypotheses
    (outlook,) = result.outlooks
    naive, stagewise = (outlook.after.by(name) for name in ("naive", "stage-wise"))
    assert naive.p_value == pytest.approx(ndtr(-each.seen.z), rel=1e-12)
    information = each.seen.score_information
    assert each.seen.z / math.sqrt(information) == pytest.approx(naive.estimate.theta, rel=1e-12)
    assert stagewise.estimate.theta == pytest.approx(naive.estimate.theta, abs=1e-6)  # first look


def test_the_hazard_ratio_is_coxs_in_every_place():
    outlook, each = example().outlooks[0], example().look.hypotheses[0]
    naive = outlook.after.by("naive")
    assert naive.estimate.effect == each.seen.effect.value
    assert (naive.lower.effect, naive.upper.effect) == (
        each.seen.effect.interval.lower,
        each.seen.effect.interval.upper,
    )
    assert naive.p_value == pytest.approx(ndtr(-each.seen.z), rel=1e-9)


@pytest.mark.parametrize("p_value", [0.001, 0.4, 0.6, 1.0])
def test_a_repeated_p_is_doubled_never_turned(p_value):
    none = Told(None, None)
    given = Inference("repeated", p_value, none, none, none, 0.95)
    assert given.p_two_sided == min(1.0, 2.0 * p_value)
    other = Inference("stage-wise", p_value, none, none, none, 0.95)
    assert np.isclose(other.p_two_sided, 2.0 * min(p_value, 1.0 - p_value))


def test_a_hypothesis_no_look_tested_is_not_said_to_be_adjusted():
    result = example()
    after = next(each.after for each in result.outlooks if each.hypothesis == "H2")
    assert not result.hypothesis("H2").tested
    assert [each.method for each in after.inferences] == ["naive"]
    assert after.bias is None
    assert after.bias_adjusted.theta is None
    (said,) = after.sentences
    assert said.startswith("Not adjusted for the looks: it was not tested at them.")
    assert "unbiased" not in said

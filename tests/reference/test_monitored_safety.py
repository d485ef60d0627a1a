"""Safety of a trial at a cut against R 4.2: rates, toxic death, Gray's test."""

import json
from pathlib import Path

import pytest
from numpy.testing import assert_allclose

import sample_safety
from equipoise.analyze.estimates import Absent
from equipoise.analyze.proportions import proportion
from equipoise.monitor.safety.exposure import event_rate, rate_ratio
from equipoise.monitor.safety.safety import safety_review
from equipoise.protocol.monitoring import MonitoringPromise

CASES = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "monitored_safety.json").read_text())["cases"]
}


def test_one_rate():
    case = CASES["rate_one"]
    for events, years, *expected in case["expected"]:
        found = event_rate(events, years)
        told = [found.value, found.interval.lower, found.interval.upper]
        assert_allclose(told, expected, rtol=case["tolerance"])


def test_two_rates():
    case = CASES["rate_two"]
    for x1, t1, x0, t0, *expected in case["expected"]:
        found = rate_ratio((x1, t1), (x0, t0))
        for told, value in zip(
            (found.value, found.interval.lower, found.interval.upper), expected, strict=True
        ):
            if value is None:
                assert isinstance(told, Absent)
            else:
                assert told == pytest.approx(value, rel=case["tolerance"])


def test_rate_of_harm():
    case = CASES["harm_rate"]
    for harmed, patients, *expected in case["expected"]:
        limits = proportion(harmed, patients, method="clopper-pearson").interval
        assert_allclose([limits.lower, limits.upper], expected, rtol=case["tolerance"])


def test_cumulative_incidence_of_toxic_death():
    case = CASES["toxic_death"]
    cut = sample_safety.cut(seed=4, patients=160)
    survival = cut.snapshot.followups["os"]
    inside = cut.snapshot.subjects.populations["safety"]
    assert survival.time[inside].tolist() == case["data"]["time"]  # the data R was given
    found = safety_review(cut, MonitoringPromise()).toxic
    for arm in found.arms:
        expected = case["expected"][arm.arm.id]
        for place, landmark in enumerate(arm.causes[0].landmarks):
            told = landmark.estimate
            limits = told.interval
            assert_allclose(
                [told.value, told.standard_error, limits.lower, limits.upper],
                [expected[key][place] for key in ("value", "error", "lower", "upper")],
                rtol=case["tolerance"],
            )
    test = found.tests["c"]
    assert test.statistic**2 == pytest.approx(case["expected"]["gray_chi_square"], rel=1e-9)
    assert test.p_two_sided == pytest.approx(case["expected"]["gray_p"], rel=1e-9)

"""Curves, quantiles, landmarks and restricted means against R, survRM2 and SAS."""

import numpy as np

from equipoise.analyze.estimates import Absent
from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.landmark import landmark_difference, landmark_test
from equipoise.analyze.restricted_mean import restricted_mean_difference
from survival_cases import cases, close, rows_of


def numbers(values):
    return [np.nan if isinstance(value, Absent) else value for value in values]


def curves(case):
    rows = rows_of(case)
    arms = rows.pop("group").astype(int)
    return [
        kaplan_meier(**{name: values[arms == arm] for name, values in rows.items()})
        for arm in (1, 0)
    ]


@cases("kaplan_meier_full")
def test_every_step_of_the_curve(case):
    curve = kaplan_meier(**rows_of(case))
    expected, tolerance = case["expected"], case["tolerance"]
    for name in ("time", "at_risk", "events", "censored", "survival"):
        if name in expected:
            close(getattr(curve, name)[: len(expected[name])], expected[name], tolerance)
    if "log_standard_error" in expected:
        have = np.sqrt(curve.log_variance)[: len(expected["log_standard_error"])]
        close(have, expected["log_standard_error"], tolerance)
    if "lower" in expected:
        for have, name in zip(curve.interval(0.95, case["scale"]), ("lower", "upper"), strict=True):
            close(have[: len(expected[name])], expected[name], tolerance)
    if "median" in expected:
        close(numbers([curve.quantile(0.5).value]), [expected["median"]], tolerance)


@cases("kaplan_meier_at")
def test_landmarks_and_quantiles(case):
    curve = kaplan_meier(**rows_of(case), since=case.get("since"))
    expected, tolerance, scale = case["expected"], case["tolerance"], case["scale"]
    times, level = expected.get("times", []), case.get("level", 0.95)
    if "at_risk" in expected:
        assert curve.at_risk_at(times).tolist() == expected["at_risk"]
    if "cumulative_events" in expected:
        seen = np.searchsorted(curve.time, times, side="right")
        done = np.concatenate([[0], np.cumsum(curve.events)])[seen]
        assert done.tolist() == expected["cumulative_events"]
    if "survival" in expected:
        close(curve.at(times), expected["survival"], tolerance)
    found = [curve.survival_at(time, level, scale) for time in times]
    for name, have in (
        ("standard_error", [each.standard_error for each in found]),
        ("lower", [each.interval.lower for each in found]),
        ("upper", [each.interval.upper for each in found]),
    ):
        if name in expected:
            close(numbers(have), expected[name], tolerance)
    quantiles = [curve.quantile(share, level, scale) for share in expected.get("shares", [])]
    for name, have in (
        ("quantiles", [each.value for each in quantiles]),
        ("quantile_lower", [each.interval.lower for each in quantiles]),
        ("quantile_upper", [each.interval.upper for each in quantiles]),
    ):
        if name in expected:
            close(numbers(have), expected[name], tolerance)


@cases("landmark")
def test_difference_at_a_landmark(case):
    experimental, control = curves(case)
    expected, tolerance = case["expected"], case["tolerance"]
    for k, time in enumerate(expected["time"]):
        found = landmark_difference(experimental, control, time)
        by_log_log = landmark_test(experimental, control, time)
        have = [
            found.estimate.value,
            found.estimate.standard_error,
            found.estimate.interval.lower,
            found.estimate.interval.upper,
            found.test.statistic,
            found.test.p_two_sided,
            by_log_log.statistic**2,
            by_log_log.p_two_sided,
        ]
        names = ["diff", "se", "lower", "upper", "z", "p", "chisq_cloglog", "p_cloglog"]
        close(have, [expected[name][k] for name in names], tolerance)
        assert np.sign(by_log_log.statistic) == np.sign(found.estimate.value)


@cases("restricted_mean")
def test_restricted_mean(case):
    found = kaplan_meier(**rows_of(case)).restricted_mean(case["until"])
    expected = [case["expected"]["value"], case["expected"]["standard_error"]]
    close([found.value, found.standard_error], expected, case["tolerance"])


@cases("restricted_mean_difference")
def test_restricted_mean_difference(case):
    arms = curves(case)
    found = restricted_mean_difference(*arms, case["until"])
    expected, tolerance = case["expected"], case["tolerance"]
    if "chi_square" in expected:
        close(found.test.statistic**2, expected["chi_square"], tolerance["chi_square"])
        close(found.test.p_two_sided, expected["p"], tolerance["p"])
        return
    for curve, name in zip(arms, ("experimental", "control"), strict=True):
        mean = curve.restricted_mean(case["until"])
        have = [mean.value, mean.standard_error, mean.interval.lower, mean.interval.upper]
        close(have, expected[name], tolerance)
    limits = found.difference.interval
    have = [found.difference.value, limits.lower, limits.upper, found.test.p_two_sided]
    close(have, expected["difference"], tolerance)
    limits = found.ratio.interval
    close([found.ratio.value, limits.lower, limits.upper], expected["ratio"][:3], tolerance)

"""Cumulative incidence and Gray's test against R's survival and cmprsk, and Stata."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.cumulative_incidence import cumulative_incidence
from equipoise.analyze.gray import gray_test

HERE = Path(__file__).parent


def cases(name):
    found = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in found}


CASES = cases("competing_risks")
GENERATED = cases("competing_risks_generated")
SCALES = {
    "aj_mgus2_ci_plain": "plain",
    "aj_mgus2_ci_logit": "logit",
    "aj_mgus2_ci_arcsin": "arcsine",
}


@pytest.fixture(scope="module")
def mgus2():
    """Time to plasma cell malignancy (1) or death without it (2), in months."""
    with (HERE / "data" / "mgus2.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    progressed = np.array([row["pstat"] == "1" for row in rows])
    time = np.array([float(row["ptime" if row["pstat"] == "1" else "futime"]) for row in rows])
    died = np.array([row["death"] == "1" for row in rows])
    male = np.array([row["sex"] == "M" for row in rows])
    return time, np.where(progressed, 1, 2 * died), male


@pytest.mark.parametrize("sex", ["F", "M"])
def test_incidence_by_sex(mgus2, sex):
    time, outcome, male = mgus2
    mine = male == (sex == "M")
    course = cumulative_incidence(time[mine], outcome[mine])
    expected = CASES["aj_mgus2"]["expected"]
    for place, stratum in enumerate(expected["strata"]):
        if stratum != f"sex={sex}":
            continue
        at = expected["time"][place]
        for cause in (1, 2):
            estimate = course.estimate_at(cause, at, scale="log")
            assert estimate.value == pytest.approx(expected["pstate"][place][cause], rel=1e-10)
            assert estimate.standard_error == pytest.approx(
                expected["std.err"][place][cause], rel=1e-10
            )
            assert estimate.interval.lower == pytest.approx(
                expected["lower"][place][cause], rel=1e-10
            )
            assert estimate.interval.upper == pytest.approx(
                expected["upper"][place][cause], rel=1e-10
            )


@pytest.mark.parametrize("name", SCALES)
def test_interval_scales(mgus2, name):
    time, outcome, _ = mgus2
    course = cumulative_incidence(time, outcome)
    expected = CASES[name]["expected"]
    for place, at in enumerate(expected["time"]):
        estimate = course.estimate_at(1, at, scale=SCALES[name])
        assert estimate.value == pytest.approx(expected["pcm"][place], rel=1e-10)
        assert estimate.standard_error == pytest.approx(expected["se"][place], rel=1e-10)
        ends = [estimate.interval.lower, estimate.interval.upper]
        assert ends == pytest.approx([expected[e][place] for e in ("lower", "upper")], rel=1e-10)


def test_left_truncated_jackknife(mgus2):
    time, outcome, _ = mgus2
    late = time > 12
    course = cumulative_incidence(time[late], outcome[late], entry=np.full(late.sum(), 12.0))
    expected = CASES["aj_lefttrunc"]["expected"]
    for place, at in enumerate(expected["time"]):
        for cause in (1, 2):
            estimate = course.estimate_at(cause, at)
            assert estimate.value == pytest.approx(expected["pstate"][place][cause], rel=1e-10)
            assert estimate.standard_error == pytest.approx(
                expected["std.err"][place][cause], rel=1e-10
            )


def test_aalen_variance_as_cuminc(mgus2):
    time, outcome, male = mgus2
    expected = CASES["cuminc_mgus2"]["expected"]
    for row, label in enumerate(expected["rows"]):
        mine = male == (label[0] == "M")
        course = cumulative_incidence(time[mine], outcome[mine], variance="aalen")
        cause = int(label[-1])
        for place, at in enumerate((60, 120, 240)):
            estimate = course.estimate_at(cause, at)
            assert estimate.value == pytest.approx(expected["est"][row][place], rel=1e-10)
            variance = estimate.standard_error**2
            assert variance == pytest.approx(expected["var"][row][place], rel=1e-10)


@pytest.mark.parametrize(("name", "rho"), [("cuminc_mgus2", 0.0), ("gray_rho", 1.0)])
def test_gray_by_sex(mgus2, name, rho):
    time, outcome, male = mgus2
    for cause, (statistic, p, _) in enumerate(CASES[name]["expected"]["tests"], start=1):
        test = gray_test(time, outcome, male.astype(int), cause=cause, rho=rho)
        assert test.statistic**2 == pytest.approx(statistic, rel=1e-10)
        assert test.p_two_sided == pytest.approx(p, rel=1e-9)


def test_three_causes_as_stata():
    case = CASES["surv-0102"]
    course = cumulative_incidence(case["rows"]["times"], case["rows"]["cause"])
    for at, incidence in zip(
        case["expected"]["at_times"], case["expected"]["probabilities"], strict=True
    ):
        assert course.at(at) == pytest.approx(incidence, rel=1e-10)
    first = [course.estimate_at(1, at).standard_error for at in (1, 2)]
    assert first == pytest.approx(case["standard_error_cause1"], abs=5.1e-9)
    last = course.estimate_at(3, 9).standard_error
    assert last == pytest.approx(case["standard_error_cause3_at_end"], abs=5.1e-9)


def columns(case):
    rows = case["rows"]
    take = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    late = take["entry"].any() or "gray" not in case["expected"]
    return take, take["entry"].astype(float) if late else None


@pytest.mark.parametrize("case", GENERATED.values(), ids=GENERATED.keys())
def test_generated_incidence(case):
    take, entry = columns(case)
    expected = case["expected"]
    course = cumulative_incidence(take["time"], take["outcome"], causes=case["causes"], entry=entry)
    assert course.time == pytest.approx(expected["time"])
    assert course.at_risk == pytest.approx(expected["at_risk"])
    assert course.survival == pytest.approx(expected["survival"], rel=1e-10, abs=1e-14)
    assert course.incidence == pytest.approx(np.array(expected["incidence"]), rel=1e-10)
    error = np.sqrt(course.variance)
    assert error == pytest.approx(np.array(expected["standard_error"]), rel=1e-9, abs=1e-12)
    for scale in ("log-log", "log", "plain", "logit"):
        for cause in range(case["causes"]):
            curve = course.curve(cause + 1, scale=scale)
            inside = (curve.value[1:] > 0) & (curve.value[1:] < 1)
            for found, end in ((curve.lower, "lower"), (curve.upper, "upper")):
                wanted = np.array(expected[end][scale][cause], dtype=float)
                assert found[1:][inside] == pytest.approx(wanted[inside], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "case",
    [case for case in GENERATED.values() if "gray" in case["expected"]],
    ids=lambda c: c["id"],
)
def test_generated_gray_and_aalen(case):
    take, _ = columns(case)
    expected = case["expected"]
    for cause, (statistic, p, freedom) in enumerate(expected["gray"], start=1):
        test = gray_test(
            take["time"],
            take["outcome"],
            take["group"],
            cause=cause,
            stratum=take["stratum"],
            rho=case["rho"],
        )
        assert test.degrees_of_freedom == freedom
        found = test.statistic**2 if freedom == 1 else test.statistic
        assert found == pytest.approx(statistic, rel=1e-9)
        assert test.p_two_sided == pytest.approx(p, rel=1e-9)
    course = cumulative_incidence(take["time"], take["outcome"], variance="aalen")
    known = np.array(expected["aalen_variance"], dtype=float)
    agree = np.isfinite(known)
    assert agree.sum() > agree.size / 2
    assert course.variance[agree] == pytest.approx(known[agree], rel=1e-10, abs=1e-14)
    estimate = np.array(expected["aalen_incidence"], dtype=float)
    assert course.incidence[agree] == pytest.approx(estimate[agree], rel=1e-10)
    assert not math.isnan(course.variance.sum())

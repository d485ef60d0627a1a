"""The whole analyses of colon and myeloid against R, number by number.

R's numbers: tests/reference/examples.json, made by tests/reference/scripts/examples.R.
"""

import json
from pathlib import Path

import pytest

from equipoise.analyze.estimates import Absent
from equipoise.analyze.results import (
    CompetingRisksAnalysis,
    TimeToEventAnalysis,
    TimeToEventComparison,
    TrialAnalysis,
)
from equipoise.verbs import analyze

ROOT = Path(__file__).parents[2]
R = json.loads((ROOT / "tests" / "reference" / "examples.json").read_text(encoding="utf-8"))
EXACT = 1e-8
ARMS = {"observation": "Obs", "levamisole": "Lev", "levamisole-fluorouracil": "Lev+5FU"}


def whole(example: str) -> TrialAnalysis:
    folder = ROOT / "examples" / example
    return analyze(folder / "protocol.yaml", folder / "data")


@pytest.fixture(scope="module")
def colon() -> TrialAnalysis:
    return whole("colon")


@pytest.fixture(scope="module")
def myeloid() -> TrialAnalysis:
    return whole("myeloid")


def of(analysis: TrialAnalysis, endpoint: str):
    return next(each for each in analysis.endpoints if each.endpoint.id == endpoint)


def close(value, expected, tolerance: float = EXACT) -> None:
    if expected == "NA":
        assert isinstance(value, Absent)
    else:
        assert value == pytest.approx(expected, rel=tolerance)


def check_pair(ours: TimeToEventComparison, theirs: dict) -> None:
    strata = ours.strata
    stratified = theirs["stratified"]
    close(ours.hazard_ratio.value, stratified["hazard_ratio"])
    close(ours.hazard_ratio.standard_error, stratified["se"])
    close(ours.hazard_ratio.interval.lower, stratified["lower"])
    close(ours.hazard_ratio.interval.upper, stratified["upper"])
    wald, score, ratio = ours.hazard_ratio_tests
    close(wald.p_two_sided, stratified["wald_p"], 1e-7)
    close(score.statistic**2, stratified["score"])
    close(ratio.statistic**2, stratified["likelihood_ratio"], 1e-7)
    close(ours.proportional_hazards.statistic, stratified["zph"][0], 1e-7)
    close(ours.proportional_hazards.p_two_sided, stratified["zph"][1], 1e-7)
    close(ours.unstratified_hazard_ratio.value, theirs["unstratified"]["hazard_ratio"])
    expected = theirs["log_rank_stratified"] if strata else theirs["log_rank"]
    close(ours.tests[0].statistic ** 2, expected["chisq"])
    close(ours.tests[0].p_two_sided, expected["p"])


@pytest.mark.parametrize("endpoint", ["dfs", "os"])
def test_colon_by_arm(colon: TrialAnalysis, endpoint: str):
    ours = of(colon, endpoint)
    assert isinstance(ours, TimeToEventAnalysis)
    follow_up = {each.arm.id: each.median.value for each in ours.follow_up if each.arm}
    for arm in ours.arms:
        theirs = R["colon"][endpoint]["arms"][ARMS[arm.arm.id]]
        assert arm.events == theirs["events"]
        quantiles = (arm.lower_quartile, arm.median, arm.upper_quartile)
        for place, quantile in enumerate(quantiles):
            close(quantile.value, theirs["quantiles"][place])
            close(quantile.interval.lower, theirs["lower"][place])
            close(quantile.interval.upper, theirs["upper"][place])
        for place, rate in enumerate(arm.landmarks):
            assert rate.at_risk == theirs["at_risk"][place]
            close(rate.estimate.value, theirs["survival"][place])
            close(rate.estimate.interval.lower, theirs["survival_lower"][place])
            close(rate.estimate.interval.upper, theirs["survival_upper"][place])
        assert arm.restricted_mean is not None
        close(arm.restricted_mean.value, theirs["restricted_mean"][0])
        close(arm.restricted_mean.standard_error, theirs["restricted_mean"][1])
        close(follow_up[arm.arm.id], theirs["follow_up"])


@pytest.mark.parametrize("endpoint", ["dfs", "os"])
@pytest.mark.parametrize(
    ("comparison", "theirs"), [("combination", "combination"), ("levamisole-alone", "levamisole")]
)
def test_colon_comparisons(colon: TrialAnalysis, endpoint: str, comparison: str, theirs: str):
    ours = of(colon, endpoint)
    pair = next(each for each in ours.comparisons if each.comparison.id == comparison)
    check_pair(pair, R["colon"][endpoint][theirs])


@pytest.mark.parametrize("endpoint", ["os", "efs"])
def test_myeloid_survival(myeloid: TrialAnalysis, endpoint: str):
    check_pair(of(myeloid, endpoint).comparisons[0], R["myeloid"][endpoint])


@pytest.mark.parametrize("endpoint", ["remission", "transplant"])
def test_myeloid_competing_risks(myeloid: TrialAnalysis, endpoint: str):
    ours, theirs = of(myeloid, endpoint), R["myeloid"][endpoint]
    assert isinstance(ours, CompetingRisksAnalysis)
    for arm, side in zip(ours.arms, ("control", "experimental"), strict=True):
        for place, cause in enumerate(arm.causes):
            for time, rate in enumerate(cause.landmarks):
                close(rate.estimate.value, theirs[side]["incidence"][time][place])
                close(rate.estimate.standard_error, theirs[side]["se"][time][place], 1e-6)
    for place, test in enumerate(ours.comparisons[0].tests.values()):
        close(test.statistic**2, theirs["gray_chisq"][place], 1e-7)
        close(test.p_two_sided, theirs["gray_p"][place], 1e-6)


def test_myeloid_response(myeloid: TrialAnalysis):
    ours, theirs = of(myeloid, "early-remission"), R["myeloid"]["early_remission"]
    for arm in ours.arms:
        assert [arm.responders, arm.patients] == theirs[arm.arm.id]

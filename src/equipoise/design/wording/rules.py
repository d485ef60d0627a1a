"""Tests and stopping rules in the words of a statistics section."""

from equipoise.design.sequential.rules import (
    O_BRIEN_FLEMING,
    POCOCK,
    ConditionalPowerFutility,
    EffectFutility,
    EfficacyRule,
    FixedEfficacy,
    FixedFutility,
    FutilityRule,
    HaybittlePeto,
    NoInterimEfficacy,
    OptimalWangTsiatis,
    PampallonaTsiatis,
    PredictivePowerFutility,
    SpendAlpha,
    SpendBeta,
    SpendBothSides,
    SpendUnderNull,
    WangTsiatis,
)
from equipoise.design.wording.numbers import listed, short_percent
from equipoise.protocol.trial import Hypothesis, Protocol, TestMethod

TESTS = {
    TestMethod.LOG_RANK: "a log-rank test",
    TestMethod.FLEMING_HARRINGTON: "a Fleming-Harrington weighted log-rank test",
    TestMethod.MAX_COMBO: "a MaxCombo test",
    TestMethod.COX_WALD: "a Wald test in a Cox model",
    TestMethod.RESTRICTED_MEAN: "a comparison of restricted mean survival times",
    TestMethod.GRAY: "Gray's test",
    TestMethod.MIETTINEN_NURMINEN: "a Miettinen-Nurminen score test",
    TestMethod.COCHRAN_MANTEL_HAENSZEL: "a Cochran-Mantel-Haenszel test",
    TestMethod.FISHER: "Fisher's exact test",
    TestMethod.WELCH: "a Welch t-test",
    TestMethod.ANCOVA: "an analysis of covariance",
}


def words_of_test(protocol: Protocol, hypothesis: Hypothesis) -> str:
    """Name a hypothesis's test, with its weights and strata."""
    test = hypothesis.test
    words = TESTS[test.method]
    if test.method is TestMethod.FLEMING_HARRINGTON:
        words += f" (rho {test.rho:g}, gamma {test.gamma:g})"
    if test.stratified_by:
        known = {variable.id: variable.label for variable in protocol.variables}
        labels = listed(known.get(name, name).lower() for name in test.stratified_by)
        words += f" stratified by {labels}"
    return words


def efficacy_words(  # noqa: C901, PLR0911 - one sentence for each rule
    rule: EfficacyRule | None,
) -> str:
    """Say how efficacy bounds are drawn, to follow "Efficacy bounds are drawn by"."""
    match rule:
        case None:
            return "Lan-DeMets spending of O'Brien-Fleming type"
        case SpendAlpha(spending=spending):
            return f"{spending}"
        case SpendBothSides(upper=upper, lower=lower, alpha_lower=alpha):
            return f"{upper} on the upper side and {lower} of alpha {alpha:g} on the lower"
        case WangTsiatis(delta=delta) if delta in {O_BRIEN_FLEMING, POCOCK}:
            return "O'Brien and Fleming's rule" if delta == O_BRIEN_FLEMING else "Pocock's rule"
        case WangTsiatis(delta=delta):
            return f"Wang and Tsiatis's rule with delta {delta:g}"
        case OptimalWangTsiatis(under=under):
            return f"Wang and Tsiatis's rule with the least expected size ({under})"
        case HaybittlePeto(z=z):
            return f"Haybittle and Peto's rule (z of {z:g} before the last look)"
        case PampallonaTsiatis(delta_efficacy=efficacy, delta_futility=futility):
            return f"Pampallona and Tsiatis's rule (delta {efficacy:g} and {futility:g})"
        case FixedEfficacy():
            return "values of z given in advance"
        case NoInterimEfficacy():
            return "the last look alone"
    return "values of z given in advance"


def futility_words(rule: FutilityRule) -> str:
    """Say when the trial stops for futility, to follow "It stops for futility"."""
    match rule:
        case SpendBeta(spending=spending):
            return f"at bounds that spend the type II error by {spending}"
        case SpendUnderNull(spending=spending, total=total):
            budget = "all but the chance of a claim" if total is None else f"{total:g}"
            return f"at a bound for harm that spends {budget} under no effect by {spending}"
        case FixedFutility():
            return "at values of z given in advance"
        case EffectFutility():
            return "where the estimate is no better than a given effect"
        case ConditionalPowerFutility(below=below, given=given):
            return f"where conditional power {_given(given)} is below {_thresholds(below)}"
        case PredictivePowerFutility(below=below):
            return f"where predictive power is below {_thresholds(below)}"


def _thresholds(below: float | tuple[float, ...]) -> str:
    each = below if isinstance(below, tuple) else (below,)
    return ", then ".join(map(short_percent, each))


def _given(given: str | float) -> str:
    if given == "design":
        return "under the planned effect"
    if given == "trend":
        return "under the effect seen so far"
    return f"under {given:g} times the planned effect"

"""What the sentences may say, whatever the numbers are."""

from dataclasses import replace

import pytest

from equipoise.analyze.estimates import Absent, TestResult
from equipoise.analyze.results import TimeToEventAnalysis
from equipoise.protocol.estimands import Summary
from equipoise.protocol.trial import Alternative
from equipoise.report.context import Context
from equipoise.report.findings import finding, hazard_change
from equipoise.report.plain_words import verdict_words
from sample_analysis import sample_analysis


def survival(**changes: object) -> tuple[TimeToEventAnalysis, Context]:
    whole = sample_analysis()
    dfs = whole.endpoints[0]
    assert isinstance(dfs, TimeToEventAnalysis)
    if changes:
        verdict = replace(dfs.verdicts[0], **changes)
        dfs = replace(dfs, verdicts=(verdict, *dfs.verdicts[1:]))
    return dfs, Context(whole.protocol)


class TestNotRejected:
    def test_is_never_told_as_no_difference(self) -> None:
        analysis, context = survival(rejected=False, p=0.3)
        said = finding(analysis, analysis.verdicts[0], context)
        assert "was not shown" in said
        assert "This does not show that there is none" in said
        assert "compatible with a hazard from 52% lower to 23% lower" in said
        assert "longer with" not in said
        assert "not evidence that there is none" in verdict_words(analysis.verdicts[0], context)


class TestRejected:
    def test_tells_the_direction_the_test_found(self) -> None:
        analysis, context = survival()
        assert "was longer with Levamisole plus fluorouracil than with Observation" in finding(
            analysis, analysis.verdicts[0], context
        )
        test = analysis.verdicts[0].test
        harm = replace(test, statistic=-3.0, p_one_sided=0.999, p_two_sided=0.002)
        analysis, context = survival(test=harm, p=0.002, rejected=True)
        assert "was shorter with" in finding(analysis, analysis.verdicts[0], context)

    def test_a_test_without_direction_claims_none(self) -> None:
        analysis, context = survival()
        pair = analysis.comparisons[0]
        state = Absent.NO_EVENTS_IN_AN_ARM
        gone = replace(pair.hazard_ratio, value=state,
                       interval=replace(pair.hazard_ratio.interval, upper=state))  # fmt: skip
        test = TestResult("omnibus", 9.0, 2, Absent.NO_VARIANCE, 0.01)
        analysis = replace(
            analysis, comparisons=(replace(pair, hazard_ratio=gone), *analysis.comparisons[1:])
        )
        verdict = replace(analysis.verdicts[0], test=test, p=0.01, rejected=True)
        said = finding(analysis, verdict, context)
        assert "differed between" in said
        assert "an arm has no events" in said

    def test_says_what_it_does_not_show(self) -> None:
        analysis, context = survival()
        assert "This does not show that every patient benefits alike" in finding(
            analysis, analysis.verdicts[0], context
        )


class TestSooner:
    @pytest.mark.parametrize(("statistic", "words"), [(3.0, "came sooner"), (-3.0, "came later")])
    def test_good_news_may_come_early(self, statistic: float, words: str) -> None:
        analysis, context = survival()
        test = replace(analysis.verdicts[0].test, statistic=statistic)
        verdict = replace(analysis.verdicts[0], test=test, rejected=True)
        early = replace(analysis, endpoint=replace(analysis.endpoint, better="sooner"))
        assert words in finding(early, verdict, context)


class TestCaveats:
    def test_doubtful_proportionality_is_said_beside_the_hazard_ratio(self) -> None:
        analysis, context = survival()
        first, second = (finding(analysis, v, context) for v in analysis.verdicts)
        assert "do not look proportional (two-sided P = 0.007)" in first
        assert "do not look proportional" not in second

    def test_a_median_that_was_not_reached_is_said_in_words(self) -> None:
        analysis, context = survival()
        assert "The median was not reached with Levamisole plus" in finding(
            analysis, analysis.verdicts[0], context
        )

    def test_a_two_sided_protocol_says_so(self) -> None:
        analysis, context = survival()
        plan = replace(context.protocol.analysis, alternative=Alternative.TWO_SIDED)
        context = Context(replace(context.protocol, analysis=plan))
        assert "two-sided P" in verdict_words(analysis.verdicts[0], context)

    def test_hazards_change_by_percent(self) -> None:
        assert hazard_change(1.0) == "0% higher"
        assert hazard_change(0.5) == "50% lower"


class TestPromisedEffect:
    @pytest.mark.parametrize(
        ("summary", "words"),
        [
            (Summary.HAZARD_RATIO, "(hazard ratio 0.61, "),
            (Summary.RESTRICTED_MEAN_DIFFERENCE, "difference in restricted mean time to 60 months"),
            (Summary.SURVIVAL_DIFFERENCE, "(difference at 60 months −1.2 percentage points, "),
        ],
    )
    def test_the_effect_told_is_the_summary_promised(self, summary: Summary, words: str) -> None:
        analysis, context = survival()
        analysis = replace(analysis, estimand=replace(analysis.estimand, summary=summary))
        said = finding(analysis, analysis.verdicts[0], context)
        assert words in said
        assert ("do not look proportional" in said) is (summary is Summary.HAZARD_RATIO)

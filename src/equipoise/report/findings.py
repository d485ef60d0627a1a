"""The paragraph of one hypothesis: how the arms compared, by the kind of endpoint.

Each begins with what was found, or that it was not, goes on with what the reader can picture
(events, rates at a landmark, medians), and ends with what the result does not show.
"""

from equipoise.analyze.estimates import Absent
from equipoise.analyze.results import (
    ArmIncidence,
    ArmSurvival,
    BinaryAnalysis,
    CompetingRisksAnalysis,
    ContinuousAnalysis,
    TimeToEventAnalysis,
    TimeToEventComparison,
    Verdict,
)
from equipoise.protocol.trial import Alternative
from equipoise.report.context import Context
from equipoise.report.format import count, decimal, p_statement, percent, significant
from equipoise.report.plain_words import (
    NOT_SHOWN,
    analyzed,
    effect_words,
    in_words,
    lowered,
    not_shown,
    opening,
    toward_benefit,
)
from equipoise.report.promised_effect import (
    effect_on_incidence,
    effect_on_mean,
    effect_on_response,
    effect_on_survival,
    tells_hazard_ratio,
)

DOUBTFUL = 0.05  # a test of proportional hazards below this puts a caveat beside the hazard ratio
Tested = TimeToEventAnalysis | CompetingRisksAnalysis | BinaryAnalysis | ContinuousAnalysis


def finding(analysis: Tested, verdict: Verdict, context: Context) -> str:
    """Write the paragraph of one hypothesis."""
    return " ".join(sentences(analysis, verdict, context))


def brief_finding(analysis: Tested, verdict: Verdict, context: Context) -> str:
    """Write what was found, or that it was not, and no more than must stand beside it."""
    first, *others = sentences(analysis, verdict, context)
    needed = [each for each in others if verdict.rejected is False and each.startswith(NOT_SHOWN)]
    return " ".join([first, *needed])


def sentences(analysis: Tested, verdict: Verdict, context: Context) -> list[str]:
    """Collect what is said of one hypothesis."""
    match analysis:
        case TimeToEventAnalysis():
            parts = survival_finding(analysis, verdict, context)
        case CompetingRisksAnalysis():
            parts = incidence_finding(analysis, verdict, context)
        case BinaryAnalysis():
            parts = response_finding(analysis, verdict, context)
        case ContinuousAnalysis():
            parts = mean_finding(analysis, verdict, context)
    return [part for part in parts if part]


def survival_finding(
    analysis: TimeToEventAnalysis, verdict: Verdict, context: Context
) -> list[str]:
    """Tell one comparison of survival curves."""
    pair = next(c for c in analysis.comparisons if c.comparison.id == verdict.hypothesis.comparison)
    experimental, control = (
        next(a for a in analysis.arms if a.arm.id == identifier)
        for identifier in (pair.comparison.experimental, pair.comparison.control)
    )
    endpoint = analysis.endpoint
    better = toward_benefit(
        verdict.test, pair.hazard_ratio, benefit_below=endpoint.better == "later"
    )
    kinder, harsher = ("was longer", "was shorter")
    if endpoint.better == "sooner":
        kinder, harsher = ("came sooner", "came later")
    how = "differed" if better is None else kinder if better else harsher
    effect = effect_on_survival(analysis, pair, context)
    hazards = tells_hazard_ratio(analysis, pair)
    patients = experimental.patients + control.patients
    return [
        opening(verdict, context, analyzed(patients, verdict, pair.left_out),
                lowered(endpoint.label), how, pair.comparison, effect),
        events_sentence(experimental, control),
        survival_rates(experimental, control, context),
        median_sentence(experimental, control, context),
        compatible_hazards(verdict, pair) if hazards else not_shown(verdict),
        proportional_caveat(pair, context) if hazards else "",
        beyond(verdict, benefit=better is True),
    ]  # fmt: skip


def events_sentence(experimental: ArmSurvival, control: ArmSurvival) -> str:
    """Count the events."""
    return (
        f"Events were recorded in {count(experimental.events)} of {count(experimental.patients)} "
        f"patients with {experimental.arm.label} and in {count(control.events)} of "
        f"{count(control.patients)} with {control.arm.label}."
    )


def survival_rates(experimental: ArmSurvival, control: ArmSurvival, context: Context) -> str:
    """Tell the last landmark at which both arms have an estimate."""
    for one, other in reversed(list(zip(experimental.landmarks, control.landmarks, strict=False))):
        if not isinstance(one.estimate.value, Absent) and not isinstance(
            other.estimate.value, Absent
        ):
            return (
                f"At {context.clock.length(one.time)}, "
                f"{in_words(one.estimate, percent, '%')} were free of the event with "
                f"{experimental.arm.label} and {in_words(other.estimate, percent, '%')} with "
                f"{control.arm.label}."
            )
    return ""


def median_sentence(experimental: ArmSurvival, control: ArmSurvival, context: Context) -> str:
    """Tell the medians, or that they were not reached."""
    one, other = (
        in_words(arm.median, context.clock.show, f" {context.clock.units}")
        for arm in (experimental, control)
    )
    if one == other == "not reached":
        return "The median was reached in neither arm."
    return (
        f"The median was {one} with {experimental.arm.label} and {other} with {control.arm.label}."
    )


def compatible_hazards(verdict: Verdict, pair: TimeToEventComparison) -> str:
    """Where a difference was not shown, say which differences remain compatible."""
    limits = pair.hazard_ratio.interval
    if verdict.rejected is not False:
        return ""
    if isinstance(limits.lower, Absent) or isinstance(limits.upper, Absent):
        return f"{NOT_SHOWN}."
    low, high = (hazard_change(x) for x in (limits.lower, limits.upper))
    return f"{NOT_SHOWN}: the data are compatible with a hazard from {low} to {high}."


def hazard_change(hazard_ratio: float) -> str:
    """Turn a hazard ratio into a change in percent.

    >>> hazard_change(0.77), hazard_change(1.22)
    ('23% lower', '22% higher')
    """
    change = round(100 * abs(hazard_ratio - 1))
    return f"{change}% {'lower' if hazard_ratio < 1 else 'higher'}"


def proportional_caveat(pair: TimeToEventComparison, context: Context) -> str:
    """Warn where one hazard ratio does not describe the whole of follow-up."""
    p = pair.proportional_hazards.p_two_sided
    if isinstance(p, Absent) or p >= DOUBTFUL:
        return ""
    said = (
        f"The hazards do not look proportional ({p_statement(p, Alternative.TWO_SIDED)}): the "
        "hazard ratio is an average over the follow-up and may hide that the difference grows "
        "or shrinks."
    )
    means = pair.restricted_mean
    if means is None or isinstance(means.difference.value, Absent):
        return f"{said} Read it with the curves."
    clock = context.clock
    unit = f" {clock.units}"
    asked = context.protocol.analysis.restricted_mean_until is not None
    unasked = "" if asked else " (the largest time common to the arms, not prespecified)"
    return (
        f"{said} Up to {clock.length(means.until)}{unasked}, the mean time free of the event "
        "differed by "
        f"{in_words(means.difference, clock.show_finely, unit)}."
    )


def beyond(verdict: Verdict, *, benefit: bool) -> str:
    """Say what a rejected hypothesis does not show."""
    if not verdict.rejected:
        return ""
    return (
        f"This does not show that every patient {'benefits' if benefit else 'is affected'} alike, "
        "nor what happens beyond the follow-up observed."
    )


def incidence_finding(
    analysis: CompetingRisksAnalysis, verdict: Verdict, context: Context
) -> list[str]:
    """Tell one comparison of cumulative incidence."""
    pair = next(c for c in analysis.comparisons if c.comparison.id == verdict.hypothesis.comparison)
    comparison = pair.comparison
    experimental, control = (
        next(a for a in analysis.arms if a.arm.id == identifier)
        for identifier in (comparison.experimental, comparison.control)
    )
    later = analysis.endpoint.better == "later"
    better = toward_benefit(verdict.test, pair.cause_specific_hazard_ratio, benefit_below=later)
    how = "differed" if better is None else "was lower" if better is later else "was higher"
    effect = effect_on_incidence(pair, context)
    cause = analysis.arms[0].causes[0].cause
    what = f"the cumulative incidence of {lowered(cause)}"
    patients = analyzed(experimental.patients + control.patients, verdict, pair.left_out)
    return [
        opening(verdict, context, patients, what, how, comparison, effect),
        incidence_rates(experimental, control, context),
        not_shown(verdict),
    ]


def incidence_rates(experimental: ArmIncidence, control: ArmIncidence, context: Context) -> str:
    """Tell the last landmark at which both arms have an estimate."""
    first, second = experimental.causes[0].landmarks, control.causes[0].landmarks
    for one, other in reversed(list(zip(first, second, strict=False))):
        if not isinstance(one.estimate.value, Absent) and not isinstance(
            other.estimate.value, Absent
        ):
            return (
                f"At {context.clock.length(one.time)} it was "
                f"{in_words(one.estimate, percent, '%')} with {experimental.arm.label} and "
                f"{in_words(other.estimate, percent, '%')} with {control.arm.label}."
            )
    return ""


def response_finding(analysis: BinaryAnalysis, verdict: Verdict, context: Context) -> list[str]:
    """Tell one comparison of proportions."""
    pair = next(c for c in analysis.comparisons if c.comparison.id == verdict.hypothesis.comparison)
    comparison = pair.comparison
    experimental, control = (
        next(a for a in analysis.arms if a.arm.id == identifier)
        for identifier in (comparison.experimental, comparison.control)
    )
    value = pair.difference.value
    how = "differed" if isinstance(value, Absent) else direction(value, "frequent")
    effect = effect_on_response(analysis, pair, verdict)
    patients = analyzed(experimental.patients + control.patients, verdict, pair.left_out)
    said = opening(verdict, context, patients, lowered(analysis.endpoint.label), how, comparison,
                   effect)  # fmt: skip
    rates = " and ".join(
        f"in {count(arm.responders)} of {count(arm.patients)} with {arm.arm.label} "
        f"({percent(arm.proportion.value)}%)"
        for arm in (experimental, control)
    )
    return [said, f"It was recorded {rates}.", not_shown(verdict)]


def direction(value: float, word: str = "") -> str:
    """Choose between more and less."""
    if word:
        return f"was more {word}" if value > 0 else f"was less {word}"
    return "was higher" if value > 0 else "was lower"


def mean_finding(analysis: ContinuousAnalysis, verdict: Verdict, context: Context) -> list[str]:
    """Tell one comparison of means."""
    pair = next(c for c in analysis.comparisons if c.comparison.id == verdict.hypothesis.comparison)
    comparison = pair.comparison
    arms = [
        next(a for a in analysis.arms if a.arm.id == identifier)
        for identifier in (comparison.experimental, comparison.control)
    ]
    kind, chosen = effect_on_mean(pair, verdict)
    unit = f" {analysis.endpoint.unit}" if analysis.endpoint.unit else ""
    how = "differed" if isinstance(chosen.value, Absent) else direction(chosen.value)
    patients = analyzed(sum(arm.summary.patients for arm in arms), verdict, 0)
    said = opening(verdict, context, patients, lowered(analysis.endpoint.label), how, comparison,
                   effect_words(kind, chosen, significant, unit))  # fmt: skip
    means = " and ".join(f"{decimal(a.mean.value)}{unit} with {a.arm.label}" for a in arms)
    return [said, f"The mean was {means}.", not_shown(verdict)]

"""What was found, and what was not, in sentences a reader without statistics can rely on.

Rules of wording: a hypothesis that is not rejected is "not shown", never "no difference"; every
p-value says its sidedness; a number that does not exist is said in words; an effect names its
interval; where hazards do not look proportional, the hazard ratio is called an average; what the
result does not show is said beside what it shows.
"""

from collections.abc import Sequence

from equipoise.analyze.estimates import Absent, Estimate, TestResult
from equipoise.analyze.results import TimeToEventAnalysis, Verdict
from equipoise.protocol.trial import Comparison
from equipoise.report.context import Context
from equipoise.report.format import (
    Printer,
    alpha_text,
    count,
    interval,
    level_percent,
    p_statement,
    sentence,
)

NAMES = frozenset({"Cox", "Efron", "Breslow", "Fisher", "Gray", "Wald", "Welch"})
NOT_SHOWN = "This does not show that there is none"


def lowered(label: str) -> str:
    """Begin with a small letter inside a sentence, unless the word is a name or abbreviation.

    >>> lowered("Disease-free survival"), lowered("MRD below 0.01%"), lowered("Fisher's exact")
    ('disease-free survival', 'MRD below 0.01%', "Fisher's exact")
    """
    word = label.partition(" ")[0]
    keep = not word[1:].islower() or word.removesuffix("'s") in NAMES
    return label if keep else label[:1].lower() + label[1:]


def reason(state: Absent) -> str:
    """Say why a number does not exist, as part of a sentence.

    >>> reason(Absent.NO_EVENTS)
    'no events'
    """
    return state.value.partition(": ")[2] or state.value


def in_words(estimate: Estimate, show: Printer, unit: str = "") -> str:
    """Tell an estimate with its interval, or why there is none.

    >>> from equipoise.analyze.estimates import Interval
    >>> from equipoise.report.format import ratio
    >>> in_words(Estimate(0.6, 0.1, Interval(0.48, 0.75, 0.95, "Wald"), "Cox"), ratio)
    '0.60 (95% CI 0.48 to 0.75)'
    """
    if isinstance(estimate.value, Absent):
        if estimate.value is Absent.NOT_REACHED:
            return "not reached"
        return f"not estimable ({reason(estimate.value)})"
    level, limits = level_percent(estimate.interval.level), estimate.interval
    if isinstance(limits.lower, Absent) and isinstance(limits.upper, Absent):
        return f"{show(estimate.value)}{unit} (interval not estimable: {reason(limits.lower)})"
    return f"{show(estimate.value)}{unit} ({level} CI {interval(limits, show)})"


def effect_words(name: str, estimate: Estimate, show: Printer, unit: str = "") -> str:
    """Tell an effect without brackets, to stand inside brackets itself.

    >>> from equipoise.analyze.estimates import Interval
    >>> from equipoise.report.format import ratio
    >>> hazard = Estimate(0.6, 0.1, Interval(0.48, 0.75, 0.95, "Wald"), "Cox")
    >>> effect_words("hazard ratio", hazard, ratio)
    'hazard ratio 0.60, 95% confidence interval 0.48 to 0.75'
    """
    if isinstance(estimate.value, Absent):
        return f"{name} not estimable: {reason(estimate.value)}"
    level = level_percent(estimate.interval.level)
    limits = interval(estimate.interval, show)
    return f"{name} {show(estimate.value)}{unit}, {level} confidence interval {limits}"


def name_of_test(method: str) -> str:
    """Name a test as people do.

    >>> name_of_test("stratified Gray"), name_of_test("Gray, rho = 1"), name_of_test("Log-rank")
    ("stratified Gray's test", "Gray's test, rho = 1", 'Log-rank')
    """
    name, comma, rest = method.partition(",")
    return f"{name}'s test{comma}{rest}" if name.endswith("Gray") else method


def listed(names: Sequence[str]) -> str:
    """List names in words.

    >>> listed(["H1"]), listed(["H1", "H2", "H3"])
    ('H1', 'H1, H2 and H3')
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def phrase_of_test(test: TestResult, context: Context) -> str:
    """Name a test with its p-value, as part of a sentence."""
    return f"{lowered(name_of_test(test.method))} {context.p_phrase(test)}"


def by_test(test: TestResult, verdict: Verdict, context: Context) -> str:
    """Name the test, its p-value with its sidedness, and the level it is held against."""
    p = p_statement(verdict.p, context.alternative, verdict.significance_level)
    level = alpha_text(verdict.significance_level)
    return f"{lowered(name_of_test(test.method))}, {p}, significance level {level}"


def verdict_words(verdict: Verdict, context: Context) -> str:
    """State the decision on one hypothesis, for the box beside the numbers."""
    hypothesis = verdict.hypothesis
    name = f"{sentence(hypothesis.role)} hypothesis {hypothesis.id} ({hypothesis.label})"
    if verdict.rejected is None:
        why = reason(verdict.p) if isinstance(verdict.p, Absent) else "the test does not exist"
        return f"{name}: not testable with these data ({why})."
    said = by_test(verdict.test, verdict, context)
    if verdict.rejected:
        return f"{name}: the hypothesis of no difference is rejected ({said})."
    return (
        f"{name}: the hypothesis of no difference is not rejected ({said}). "
        "A difference was not shown; this is not evidence that there is none."
    )


def toward_benefit(test: TestResult, effect: Estimate, *, benefit_below: bool) -> bool | None:
    """Tell whether the experimental arm did better; None where neither test nor effect says."""
    if test.degrees_of_freedom == 1 and not isinstance(test.statistic, Absent):
        return test.statistic > 0
    if isinstance(effect.value, Absent):
        return None
    no_effect = 1.0 if effect.scale == "log" else 0.0
    return (effect.value < no_effect) is benefit_below


def analyzed(patients: int, verdict: Verdict, left_out: int) -> str:
    """Count the patients a test used: those without a stratum are in no stratified test."""
    if not (left_out and verdict.hypothesis.test.stratified_by):
        return f"{count(patients)} patients"
    used = f"{count(patients - left_out)} of {count(patients)} patients"
    return f"{used} ({count(left_out)} without a stratum left out)"


def opening(
    verdict: Verdict, context: Context, patients: str, what: str, how: str,
    comparison: Comparison, effect: str,
) -> str:  # fmt: skip
    """Begin with what was found, or that it was not."""
    experimental = context.label(comparison.experimental)
    control = context.label(comparison.control)
    said = by_test(verdict.test, verdict, context)
    if verdict.rejected is None:
        why = reason(verdict.p) if isinstance(verdict.p, Absent) else "the test does not exist"
        return (
            f"In {patients}, {experimental} and {control} could not be tested for a "
            f"difference in {what} ({why}); {effect}."
        )
    if not verdict.rejected:
        return (
            f"In {patients}, a difference in {what} between {experimental} and "
            f"{control} was not shown ({effect}; {said})."
        )
    if how == "differed":
        how = f"differed between {experimental} and {control}"
        return f"In {patients}, {what} {how} ({effect}; {said})."
    return (
        f"In {patients}, {what} {how} with {experimental} than with {control} ({effect}; {said})."
    )


def not_shown(verdict: Verdict) -> str:
    """Say what a hypothesis that is not rejected does not mean."""
    return f"{NOT_SHOWN}." if verdict.rejected is False else ""


def no_restricted_mean(analysis: TimeToEventAnalysis, context: Context) -> tuple[str, ...]:
    """Say why the restricted mean that was promised is not given, and what could be."""
    until = context.protocol.analysis.restricted_mean_until
    if until is None or any(pair.restricted_mean for pair in analysis.comparisons):
        return ()
    curves = [arm.curve for arm in analysis.arms]
    known_to = [float(c.time[-1]) for c in curves if c.value[-1] > 0]
    largest = min(known_to) if known_to else max(float(c.time[-1]) for c in curves)
    asked, known = context.clock.length(until), context.clock.length(largest)
    return (f"Restricted means to {asked} do not exist: the arms allow times up to {known}.",)

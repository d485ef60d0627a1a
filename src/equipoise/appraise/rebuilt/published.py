"""Do the rebuilt patients say what was published?

The distance is between two ranges: all values that would be printed as the published one, and 95%
of the reconstructions; in standard errors of the rebuilt number (for a P value, of its z).

    reproduced  up to 0.1      near  up to 0.5      not reproduced  beyond

A P whose sides are not stated is set against both, and it is said which fits.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtri

from equipoise.analyze.estimates import Absent, Estimate, Number, TestResult, short
from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedDifference,
    ClaimedMedian,
    ClaimedP,
    ClaimedRate,
    ClaimedRatio,
    PrintedNumber,
)
from equipoise.appraise.claims.intervals import Range
from equipoise.appraise.rebuilt.methods import Said
from equipoise.appraise.rebuilt.values import (
    Measure,
    OverDraws,
    RebuiltNumber,
    RebuiltTest,
    SetAgainst,
    Verdict,
    over_draws,
)
from equipoise.appraise.rebuilt.wording import number_of, p_digits
from equipoise.kernel.confidence import error_of_limits

REPRODUCED, NEAR = 0.1, 0.5  # standard errors
WHY = "A stratified or adjusted analysis, other patients, or a misread figure may explain it."
_KIND: dict[int, str] = {1: "one-sided", 2: "two-sided"}
_TESTED = {"log-rank": "log-rank", "cox": "Cox", "not stated": "log-rank"}


def set_against(
    claimed: Claimed,
    numbers: Sequence[RebuiltNumber],
    tests: Sequence[RebuiltTest],
    others: Sequence[Said],
    arms: tuple[str, str],
) -> SetAgainst | None:
    """Set one published number against the rebuilt patients; None for kinds they do not tell.

    Args:
        claimed: as printed.
        numbers: of the rebuilt patients.
        tests: likewise.
        others: what each other reconstruction says, in the same order.
        arms: ids of control and experimental arm.

    Witness: law (what the rebuilt patients say themselves is reproduced).
    """
    match claimed:
        case ClaimedRatio():
            printed = _range(claimed.ratio)
            if claimed.inverted or claimed.experimental == arms[0]:
                printed = Range(1.0 / printed.upper, 1.0 / max(printed.lower, 1e-300))
            found = number_of(numbers, "hazard ratio", None, None)
            return _number("hazard ratio", claimed.ratio.text, printed, found)
        case ClaimedP():
            return _p(claimed, tests, others)
        case ClaimedMedian() if claimed.arm in arms:
            arm = "control" if claimed.arm == arms[0] else "experimental"
            found = number_of(numbers, "median", arm, None)
            return _number(
                f"median of the {arm} arm", claimed.median.text, _range(claimed.median), found
            )
        case ClaimedRate() if claimed.arm in arms:
            arm = "control" if claimed.arm == arms[0] else "experimental"
            measure: Measure = "rate" if claimed.kind == "survival" else "cumulative incidence"
            found = number_of(numbers, measure, arm, claimed.time)
            what = f"{measure} of the {arm} arm at {claimed.time:g}"
            return _number(what, claimed.rate.text, _range(claimed.rate), found, _percent)
        case ClaimedDifference() if claimed.time is not None:
            found = number_of(numbers, "difference of rates", None, claimed.time)
            what = f"difference of rates at {claimed.time:g}"
            printed = _range(claimed.difference)
            if claimed.experimental == arms[0]:
                printed = -printed
            return _number(what, claimed.difference.text, printed, found, _percent)
    return None


def _range(printed: PrintedNumber) -> Range:
    return Range(printed.lower, printed.upper)


def _percent(value: Number) -> str:
    """Write a proportion as a percentage."""
    return value.mark if isinstance(value, Absent) else f"{100.0 * value:.1f}%"


def _number(
    what: str,
    text: str,
    printed: Range,
    found: RebuiltNumber | None,
    show: Callable[[Number], str] = short,
) -> SetAgainst | None:
    """Set an estimate against its published value."""
    if found is None:
        return None
    value, over = found.estimate.value, found.over
    if np.isinf(printed.lower):
        return _not_reached(what, text, found, show)
    error = _error(found.estimate)
    ends = [end for end in (over.lower, over.upper, value) if not isinstance(end, Absent)]
    if isinstance(value, Absent) or error is None or len(ends) < 3:  # noqa: PLR2004 - all three
        why = value.value if isinstance(value, Absent) else "its error is not known"
        told = f"Rebuilt patients do not tell the published {what}, {text}: {why}."
        return SetAgainst(what, text, value, over, None, "cannot tell", told)
    rebuilt = Range(min(ends), max(ends))
    if found.estimate.scale == "log":
        rebuilt, printed = _logs(rebuilt), _logs(printed)
    away = max(rebuilt.gap(printed), 0.0) / error
    spread = f"{show(over.lower)} to {show(over.upper)}"
    return _judged(what, text, (value, over), away, f"{show(value)} ({spread})")


def _not_reached(
    what: str, text: str, found: RebuiltNumber, show: Callable[[Number], str]
) -> SetAgainst:
    """Set an estimate against a published one that was not reached."""
    value, over = found.estimate.value, found.over
    first = f"The published {what}, {text}, is"
    if value is Absent.NOT_REACHED:
        told = f"{first} reproduced: rebuilt patients do not reach it either."
        return SetAgainst(what, text, value, over, 0.0, "reproduced", told)
    told = f"{first} not reproduced: rebuilt patients give {show(value)}. {WHY}"
    return SetAgainst(what, text, value, over, None, "not reproduced", told)


def _error(estimate: Estimate) -> float | None:
    """Give the standard error on the linear scale, else that of the interval."""
    limits, error = estimate.interval, estimate.standard_error
    if estimate.scale in {"identity", "log"} and not isinstance(error, Absent) and error > 0.0:
        return error
    if isinstance(limits.lower, Absent) or isinstance(limits.upper, Absent):
        return None
    return error_of_limits(limits.lower, limits.upper, limits.level) or None


def _logs(of: Range) -> Range:
    low, high = np.log(np.maximum([of.lower, of.upper], 1e-300)).tolist()
    return Range(low, high)


def _p(
    claimed: ClaimedP, tests: Sequence[RebuiltTest], others: Sequence[Said]
) -> SetAgainst | None:
    """Set a test against its published P."""
    name = _TESTED.get(claimed.test)
    place = next((k for k, each in enumerate(tests) if each.name == name), None)
    if place is None:
        return None
    test = tests[place].test
    what = f"P of the {name} test"
    drawn = [other.tests[place][1].statistic for other in others]
    over = over_draws(drawn)
    ends = [end for end in (over.lower, over.upper, test.statistic) if not isinstance(end, Absent)]
    if isinstance(test.statistic, Absent) or len(ends) < 3:  # noqa: PLR2004 - all three
        told = f"Rebuilt patients do not tell the published {what}, {claimed.p.text}."
        return SetAgainst(what, claimed.p.text, test.p_two_sided, over, None, "cannot tell", told)
    sides = (2, 1) if claimed.sides is None else (claimed.sides,)
    signed = Range(min(ends), max(ends))
    away = {each: _gap_of_z(claimed.p, signed, each) for each in sides}
    best = min(away, key=away.__getitem__)
    value = _p_of(test, best)
    p_over = over_draws([_p_of(other.tests[place][1], best) for other in others])
    spread = f"{p_digits(p_over.lower)} to {p_digits(p_over.upper)}"
    rebuilt = f"{_KIND[best]} {p_digits(value)} ({spread})"
    for other in (each for each in away if each != best and away[best] <= NEAR):
        fits = ", which fits as well" if away[other] <= REPRODUCED else ""
        rebuilt += f", {_KIND[other]} {p_digits(_p_of(test, other))}{fits}"
    return _judged(what, claimed.p.text, (value, p_over), away[best], rebuilt)


def _p_of(test: TestResult, sides: int) -> Number:
    return test.p_one_sided if sides == 1 else test.p_two_sided


def _gap_of_z(p: PrintedNumber, signed: Range, sides: int) -> float:
    """Give how far z is from any that gives the printed P; two-sided, of either sign."""
    low, high = max(p.lower, 1e-300) / sides, min(p.upper, 1.0) / sides
    printed = Range(float(-ndtri(high)), float(-ndtri(low)))
    gap = signed.gap(printed)
    if sides == 2:  # noqa: PLR2004 - sides
        gap = min(gap, signed.gap(-printed))
    return max(gap, 0.0)


def _judged(
    what: str, text: str, rebuilt: tuple[Number, OverDraws], away: float, told: str
) -> SetAgainst:
    """Grade the distance, and say so."""
    verdict: Verdict = "not reproduced"
    if away <= NEAR:
        verdict = "reproduced" if away <= REPRODUCED else "near"
    words = {
        "reproduced": "is reproduced",
        "near": "is nearly reproduced",
        "not reproduced": "is not reproduced",
    }[verdict]
    sentence = f"The published {what}, {text}, {words}: rebuilt patients give {told}."
    if verdict == "not reproduced":
        sentence += f" {WHY}"
    return SetAgainst(what, text, *rebuilt, away, verdict, sentence)

"""Does the standard error or interval of a rate fit its number of patients?

Greenwood's variance of a Kaplan-Meier rate is least where nobody is censored before t, and most
where all censoring came first (Peto 1977, with Y at risk after t):

    √(S (1 - S) / n₀) ≤ SE = S √(Σ d / (n (n - d))) ≤ S √((1 - S) / Y).

S (1 - S) / SE² is the effective number: of patients who, followed in full, give such an error; it
is 2 or more.  Tsiatis's Σ d / n² is smaller: SE ≥ S √((1 - S) / n₀) whatever the ties, and without
ties SE ≥ S √(1 / (n₀ S + 1) - 1 / (n₀ + 1)).

An interval may be symmetric on one of several scales; each limit gives an SE, and a scale fits
where both limits and the rate allow one.  Wilson's (of the effective number: Rothman 1978) is
symmetric on the logit scale, h to each side: SE = 2 S (1 - S) sinh(h / 2) / z.
"""

import math

from equipoise.appraise.checks.finding import Finding, Grade
from equipoise.appraise.checks.reading import Patients, median_follow_up, patients_of, rates_of
from equipoise.appraise.checks.wording import (
    between,
    duration,
    finding,
    label_of,
    line,
    name_of,
    percent,
)
from equipoise.appraise.claims.claim import ClaimedRate, Claims, PrintedInterval
from equipoise.appraise.claims.intervals import Range, exactly, image, range_of
from equipoise.kernel.confidence import normal_quantile

FEW = 2.0  # effective patients: no Greenwood variance comes from fewer, a deviation from 1
FOLLOWED = 0.3  # of the arm: least effective part where half were followed so long
INNER = 1e-9
WILSON = "Wilson"
SHAPES = ("log-log", "log", "plain", "logit", "arcsine", WILSON)


def least_error(rate: Range, patients: Range) -> Range:
    """Give the standard error of a rate without censoring: none is smaller.

    Args:
        rate: the fraction without an event.
        patients: of the arm.

    Witness: Kaplan-Meier with Greenwood's variance of uncensored and censored patients.

    >>> round(least_error(Range(0.39, 0.39), Range(103, 103)).lower, 4)
    0.0481
    """
    inside = rate.within(0.0, 1.0)
    ends = [math.sqrt(each * (1 - each)) for each in (inside.lower, inside.upper)]
    top = 0.5 if inside.lower <= 0.5 <= inside.upper else max(ends)  # noqa: PLR2004 - the half
    return Range(min(ends) / math.sqrt(patients.upper), top / math.sqrt(patients.lower))


def least_by_tsiatis(rate: Range, patients: Range, *, ties: bool) -> float:
    """Give the least standard error by Tsiatis's variance, the smallest that is in use.

    Args:
        rate: the fraction without an event.
        patients: of the arm.
        ties: whether any number of events may fall at one time; else each at its own.

    Witness: both variances of simulated trials with times rounded, and not.

    >>> round(least_by_tsiatis(Range(0.39, 0.39), Range(103, 103), ties=True), 4)
    0.03
    """
    inside, number = rate.within(0.0, 1.0), patients.upper
    ends = (inside.lower, inside.upper)  # between them it rises, then falls
    if ties:
        return min(each * math.sqrt((1 - each) / number) for each in ends)
    return min(
        each * math.sqrt(max(0.0, 1 / (number * each + 1) - 1 / (number + 1))) for each in ends
    )


def scaled(rate: float, shape: str) -> float:
    """Put a rate on the scale of an interval, rising with it."""
    inside = min(max(rate, INNER), 1 - INNER)
    match shape:
        case "plain":
            return rate
        case "log":
            return math.log(inside)
        case "log-log":
            return -math.log(-math.log(inside))
        case "logit" | "Wilson":
            return math.log(inside / (1 - inside))
    return math.asin(math.sqrt(inside))


def slope(rate: float, shape: str) -> float:
    """Give the derivative of the scale: an SE on it is the slope times that of the rate."""
    inside = min(max(rate, INNER), 1 - INNER)
    match shape:
        case "plain":
            return 1.0
        case "log":
            return 1 / inside
        case "log-log":
            return -1 / (inside * math.log(inside))
        case "logit" | "Wilson":
            return 1 / (inside * (1 - inside))
    return 0.5 / math.sqrt(inside * (1 - inside))


def error_by_shape(rate: Range, interval: PrintedInterval, shape: str) -> Range | None:
    """Give the standard errors of a rate whose interval on a scale prints so; None where none does.

    Args:
        rate: as printed.
        interval: its limits; one at 0 or 1 may have been cut, and then says only "at least".
        shape: the scale.

    Witness: `survival_limits` of a known SE, printed and read back.
    """
    z = normal_quantile(interval.level)
    center = rate.image(lambda value: scaled(value, shape))
    low = range_of(interval.lower).image(lambda value: scaled(value, shape))
    high = range_of(interval.upper).image(lambda value: scaled(value, shape))
    below, above = center - low, high - center
    if shape in {"plain", "log"}:
        if interval.lower.lower <= 0.0:
            below = Range(below.lower, math.inf)
        if interval.upper.upper >= 1.0:
            above = Range(above.lower, math.inf)
    both = below.within(0.0, math.inf).shared(above.within(0.0, math.inf))
    if both is None:
        return None
    if shape == WILSON:
        both = both.image(lambda half: 2 * math.sinh(half / 2))
    steep = image(lambda value: slope(value, shape), rate)
    if shape == "log-log":  # its slope is least in the middle
        steep = Range(steep.lower * (1 - INNER), steep.upper)
    return Range(both.lower / z / steep.upper, both.upper / z / steep.lower)


def errors_of(rate: ClaimedRate) -> tuple[Range | None, tuple[str, ...]]:
    """Give the standard error of a rate, printed or from its interval, and the shapes that fit.

    Args:
        rate: with a standard error, an interval, both or neither.

    Witness: `error_by_shape`.
    """
    if rate.interval is None:
        return (None if rate.standard_error is None else range_of(rate.standard_error)), ()
    own = range_of(rate.rate)
    found = {shape: error_by_shape(own, rate.interval, shape) for shape in SHAPES}
    fits = {shape: error for shape, error in found.items() if error is not None}
    if rate.standard_error is not None:
        return range_of(rate.standard_error), tuple(fits)
    if not fits:
        return None, ()
    return Range(min(e.lower for e in fits.values()), max(e.upper for e in fits.values())), tuple(
        fits
    )


def errors_of_rates(claims: Claims) -> tuple[Finding, ...]:
    """Find whether standard errors and intervals of rates fit the number of patients."""
    return tuple(
        found
        for each in rates_of(claims)
        if (found := _error_and_patients(claims, each)) is not None
    )


def _error_and_patients(claims: Claims, each: ClaimedRate) -> Finding | None:
    error, shapes = errors_of(each)
    patients = patients_of(claims, each.arm)
    rate = range_of(each.rate)
    if error is None and each.interval is not None and rate.lower > 0.0 and rate.upper < 1.0:
        return _no_shape(claims, each)
    if error is None or patients is None or not 0.0 < rate.lower <= rate.upper < 1.0:
        return None
    if error.upper <= 0.0:
        return None
    least = least_error(rate, patients.number)
    spread = Range(*(each_one * (1 - each_one) for each_one in (rate.lower, rate.upper)))
    spread = Range(min(spread.lower, spread.upper), max(spread.lower, spread.upper))
    effective = Range(
        spread.lower / error.upper**2,
        spread.upper / error.lower**2 if error.lower > 0 else math.inf,
    )
    limits = [] if each.interval is None else [each.interval.lower, each.interval.upper]
    arithmetic = [
        line("standard error", "printed" if each.standard_error else "from the interval", error),
        line("least standard error", "√(S (1 - S) / patients), nobody censored", least),
        line(
            "the same by Tsiatis's variance",
            "S √(1 / (patients S + 1) - 1 / (patients + 1)), each event at its own time",
            exactly(least_by_tsiatis(rate, patients.number, ties=False)),
        ),
        line(
            "the same, however many events fall at one time",
            "S √((1 - S) / patients)",
            exactly(least_by_tsiatis(rate, patients.number, ties=True)),
        ),
        line("effective number of patients", "S (1 - S) / SE²", effective),
    ]
    about = (
        f"{name_of(each.endpoint)}, {label_of(claims, each.arm)}, at {duration(claims, each.time)}"
    )
    shape = f" Its interval is one by {' or '.join(shapes)}." if shapes else ""
    grade, words, settles = _graded(claims, each, (error, least, effective), patients)
    return finding(
        "error-of-rate",
        each.endpoint,
        grade,
        f"{about}: {words}{shape}",
        arithmetic=arithmetic,
        numbers=[each.rate, each.standard_error, *limits],
        settles=settles,
    )


def _graded(
    claims: Claims, each: ClaimedRate, ranges: tuple[Range, Range, Range], patients: Patients
) -> tuple[Grade, str, str]:
    error, least, effective = ranges
    if error.upper < least.lower:
        return _too_small(each, error, least, patients)
    size = between(patients.number, 6)
    followed = median_follow_up(claims, each.arm)
    given = each.standard_error is not None  # an interval is hardly that of a deviation
    long = given and followed is not None and followed.lower >= each.time
    floor = max(FEW, FOLLOWED * patients.number.lower) if long else FEW
    if effective.upper < floor:
        return (
            "unlikely",
            (
                f"the error is so large that it would come from only {between(effective, 2)} "
                f"patients followed in full, and there are {size}; a standard deviation may have "
                "been printed."
            ),
            "Whether this is a standard error, and how many were still followed then.",
        )
    return "consistent", f"its error is that of {between(effective, 3)} of {size} patients.", ""


def _too_small(
    each: ClaimedRate, error: Range, least: Range, patients: Patients
) -> tuple[Grade, str, str]:
    rate, size = range_of(each.rate), between(patients.number, 6)
    bounds = [least_by_tsiatis(rate, patients.number, ties=ties) for ties in (True, False)]
    known = each.interval is None or each.standard_error is not None
    level = "" if known else f", read as {each.interval.level:.0%} limits,"  # type: ignore[union-attr]
    given = f"what is printed{level} gives at most {100 * error.upper:.2f}"
    grade: Grade
    if error.upper < bounds[0]:
        grade = "unlikely" if patients.assumed else "impossible"
        words = (
            f"a Kaplan-Meier rate of {percent(each.rate)} in {size} patients has a standard error "
            f"of at least {100 * bounds[0]:.2f} points, however many events fall at one time and "
            f"by whatever variance; {given}."
        )
    elif error.upper < bounds[1]:
        grade = "unlikely"
        words = (
            f"the standard error of {size} patients followed in full is at least "
            f"{100 * bounds[1]:.2f} points, unless many events fall at one time; {given}."
        )
    else:
        grade = "possible"
        words = (
            f"Greenwood's standard error of {size} patients followed in full is at least "
            f"{100 * least.lower:.2f} points; {given}, as only another variance (Tsiatis's) can."
        )
    return grade, words, "How the error was calculated, and from how many patients."


def _no_shape(claims: Claims, each: ClaimedRate) -> Finding:
    limits = each.interval
    assert limits is not None  # noqa: S101 - asked only of intervals
    tried = ", ".join(SHAPES)
    return finding(
        "error-of-rate",
        each.endpoint,
        "possible",
        f"{name_of(each.endpoint)}, {label_of(claims, each.arm)}: the interval "
        f"{percent(limits.lower)} to {percent(limits.upper)} lies around {percent(each.rate)} as "
        "none of the usual methods places it.",
        arithmetic=[line("methods tried", tried)],
        numbers=[each.rate, limits.lower, limits.upper],
        settles="How the interval was calculated.",
    )

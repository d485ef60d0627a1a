"""What the other tests of rebuilt patients add to the log-rank, in sentences."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equipoise.analyze.estimates import Absent, Number
from equipoise.appraise.rebuilt.values import Measure, RebuiltNumber, RebuiltTest, SetAgainst

NOT_PROPORTIONAL = 0.05  # P below which it is remarked upon
TELLING = 0.05  # P that most papers call significant
AT_TIME = re.compile(r" at [-+.e\d]+$")  # ends the name of a rate or of a difference
LEAST_P = 0.0001  # below which no digits are told


def wording(
    numbers: Sequence[RebuiltNumber],
    tests: Sequence[RebuiltTest],
    *,
    unit: str = "",
    arms: tuple[str, str] = ("the control arm", "the experimental arm"),
) -> tuple[str, ...]:
    """Say what MaxCombo, restricted means and the test of proportional hazards add.

    Args:
        numbers: of the rebuilt patients.
        tests: likewise.
        unit: of times, in the plural; empty where it is not known.
        arms: names of control and experimental arm.
    """
    named = {each.name: each for each in tests}
    plain = named["log-rank"].test.p_two_sided
    if isinstance(plain, Absent):
        return (f"The log-rank test does not exist: {plain.value}.",)
    said = [_beside(plain, "MaxCombo", named["MaxCombo"])]
    if "Gray" in named:
        said.append(_beside(plain, "Gray's test of cumulative incidences", named["Gray"]))
    if "restricted means" in named:
        means = number_of(numbers, "difference of restricted means", None, None)
        said.append(_beside(plain, "the difference of restricted means", named["restricted means"]))
        said.append("" if means is None else _longer(means, unit, arms))
    proportional = named["proportional hazards"].test.p_two_sided
    if not isinstance(proportional, Absent) and proportional < NOT_PROPORTIONAL:
        said.append(
            f"Hazards do not look proportional (P {p_text(proportional)}): the hazard ratio is an "
            "average over follow-up, and depends on how long that was."
        )
    return tuple(each for each in said if each)


def told_by_name(each: SetAgainst, unit: str, arms: tuple[str, str]) -> SetAgainst:
    """Name arms and unit in what is said of a published number.

    Args:
        each: with its arms as "the control arm" and "the experimental arm", times without unit.
        unit: of times, in the plural.
        arms: names of control and experimental arm.
    """
    what = each.what.replace("the control arm", arms[0])
    what = what.replace("the experimental arm", arms[1])
    what = f"{what} {unit}" if AT_TIME.search(what) else what
    return replace(each, what=what, sentence=each.sentence.replace(each.what, what))


def _longer(means: RebuiltNumber, unit: str, arms: tuple[str, str]) -> str:
    """Say how much longer one arm is without the event."""
    limits, value, until = means.estimate.interval, means.estimate.value, means.time
    if isinstance(value, Absent) or until is None:
        return ""
    if isinstance(limits.lower, Absent) or isinstance(limits.upper, Absent):
        return ""
    ends = (limits.lower, limits.upper) if value >= 0.0 else (-limits.upper, -limits.lower)
    more = "more" if value >= 0.0 else "less"
    time = f"up to {until:.3g} {unit}" if unit else f"up to time {until:.3g}"
    places = max(0, 2 - int(np.floor(np.log10(max(1e-9, *map(abs, ends))))))
    shown, low, high = (f"{each:.{places}f}".replace("-", "\u2212") for each in (abs(value), *ends))
    return (
        f"Patients of {arms[1]} have {shown} ({low} to {high}) {more} "
        f"{unit or 'time'} without the event than those of {arms[0]}, on average {time}."
    )


def _beside(plain: float, name: str, other: RebuiltTest) -> str:
    p, over = other.test.p_two_sided, other.over
    if isinstance(p, Absent):
        return ""
    agree = (p < TELLING) == (plain < TELLING)
    end = "" if agree else f", on the other side of {TELLING:g}"
    low, high = p_digits(over.lower), p_digits(over.upper)
    spread = low if low == high else f"{low} to {high}"
    return (
        f"Where the log-rank test gives two-sided P {p_text(plain)}, {name} gives P {p_text(p)} "
        f"({spread} over reconstructions){end}."
    )


def p_text(p: Number) -> str:
    """Write a P with its sign.

    >>> p_text(0.00224), p_text(0.00001), p_text(0.5)
    ('= 0.0022', '<0.0001', '= 0.50')
    """
    text = p_digits(p)
    return text if text.startswith("<") else f"= {text}"


def p_digits(p: Number) -> str:
    """Write a P with two digits."""
    if isinstance(p, Absent):
        return p.mark
    return f"<{LEAST_P}" if p < LEAST_P else f"{p:#.2g}"


def number_of(
    numbers: Sequence[RebuiltNumber], measure: Measure, arm: str | None, time: float | None
) -> RebuiltNumber | None:
    """Find a number; the first of its kind where no time is given."""
    for each in numbers:
        if each.measure == measure and each.arm == arm and (time is None or each.time == time):
            return each
    return None

"""Numbers and names in the sentences of findings, as the paper prints them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from equipoise.appraise.checks.finding import Finding, Grade, Line
from equipoise.appraise.checks.reading import Pair, arm_of, pairs_of_arms
from equipoise.appraise.claims.claim import ClaimedP, Claims, PrintedInterval, PrintedNumber
from equipoise.appraise.claims.intervals import TOUCH, Range
from equipoise.appraise.claims.printed import DEFAULT_LEVEL

ABBREVIATION = 4  # letters: an endpoint's id so short is one


def name_of(about: str) -> str:
    """Write an endpoint or what is counted, abbreviations in capitals, an id as words.

    >>> name_of("dfs"), name_of("event_free_survival"), name_of("event-free survival")
    ('DFS', 'event free survival', 'event-free survival')
    """
    if len(about) <= ABBREVIATION and about.isalpha():
        return about.upper()
    return about if " " in about else about.replace("_", " ").replace("-", " ")


def name_of_pair(claims: Claims, about: str, arms: Pair | None) -> str:
    """Write an endpoint with the arms that are compared, where there are more than two."""
    name = name_of(about)
    if arms is None or len(pairs_of_arms(claims)) == 1:
        return name
    return f"{name} ({label_of(claims, arms[0])} v {label_of(claims, arms[1])})"


def p_words(p: ClaimedP) -> str:
    """Write a P as papers print it.

    >>> p_words(ClaimedP("os", PrintedNumber("<.001", 0.0, 0.0, 0.001)))
    'P <.001'
    """
    return f"P {p.p.text}" if p.p.text[:1] in "<>≤≥" else f"P = {p.p.text}"


def interval_words(limits: PrintedInterval) -> str:
    """Write a printed interval, with its level where that is not 95%.

    >>> ends = [PrintedNumber(text, 0.0, 0.0, 0.0) for text in ("0.31", "0.57")]
    >>> interval_words(PrintedInterval(*ends)), interval_words(PrintedInterval(*ends, 0.995))
    ('0.31 to 0.57', '0.31 to 0.57, 99.5% interval')
    """
    level = "" if limits.level == DEFAULT_LEVEL else f", {level_words(limits.level)}"
    return f"{limits.lower.text} to {limits.upper.text}{level}"


def level_words(level: float) -> str:
    """Name an interval by its level.

    >>> level_words(0.995)
    '99.5% interval'
    """
    return f"{100 * level:g}% interval"


def whole_between(values: Range) -> str:
    """Write how many events or patients are needed at the least: parts of one count as one.

    >>> whole_between(Range(97.8, 105.0)), whole_between(Range(97.2, 97.8))
    ('98 to 105', '98')
    """
    slack = TOUCH * max(1.0, abs(values.upper))
    low, high = (math.ceil(each - slack) for each in (values.lower, values.upper))
    return f"{low}" if low == high else f"{low} to {high}"


def printed_duration(claims: Claims, number: PrintedNumber) -> str:
    """Write a printed time with its unit; "not reached" without one.

    >>> number = PrintedNumber("NR", float("inf"), float("inf"), float("inf"))
    >>> printed_duration(Claims("x", "x", "month", (), None, ()), number)
    'not reached'
    """
    if math.isinf(number.lower):
        return "not reached"
    return f"{number.text} {claims.time_unit}{'' if number.value == 1 else 's'}"


def label_of(claims: Claims, arm: str) -> str:
    """Write an arm."""
    return arm_of(claims, arm).label


def duration(claims: Claims, time: float) -> str:
    """Write a time in the claim's unit."""
    return f"{time:g} {claims.time_unit}{'' if time == 1 else 's'}"


def percent(number: PrintedNumber) -> str:
    """Write a printed proportion as a percentage, with the digits that are printed.

    >>> percent(PrintedNumber("59.3", 0.593, 0.5925, 0.5935))
    '59.3%'
    """
    text = number.text.strip().rstrip("%").strip()
    try:
        written = abs(float(text) - 100 * number.value) < 1e-6 * max(1.0, 100 * abs(number.value))
    except ValueError:
        written = any(sign in text for sign in "<>≤≥")
    return f"{text}%" if written else f"{100 * number.value:.4g}%"


def as_percent(value: float) -> str:
    """Write a calculated proportion.

    >>> as_percent(0.27762)
    '27.8%'
    """
    return f"{100 * value:.1f}%"


def between(values: Range, digits: int = 3) -> str:
    """Write a calculated range; one number where both ends are printed alike.

    >>> between(Range(0.03194, 0.0434)), between(Range(2.0, 2.0))
    ('0.0319 to 0.0434', '2')
    >>> between(Range(1743.2, 2315.4))
    '1743 to 2315'
    """
    ends = (values.lower, values.upper)
    low, high = (f"{each:.{max(digits, len(f'{abs(each):.0f}'))}g}" for each in ends)
    return low if low == high else f"{low} to {high}"


def p_between(values: Range) -> str:
    """Write a range of P values, as papers print them.

    >>> p_between(Range(0.03194, 0.0434)), p_between(Range(1e-9, 1e-7))
    ('.032 to .043', '<.0001')
    """
    low, high = (_p(each) for each in (values.lower, values.upper))
    return low if low == high else f"{low} to {high}"


def _p(value: float) -> str:
    if value < 1e-4:  # noqa: PLR2004 - the smallest P that journals print
        return "<.0001"
    digits = 4 if value < 0.00095 else 3  # noqa: PLR2004 - one digit that is not 0
    return f"{value:.{digits}f}".removeprefix("0")


def chance_words(chance: float, trials: int | None = None) -> str:
    """Write a chance for a clinician.

    >>> chance_words(0.0432), chance_words(0.0, 5000)
    ('about 4 in 100', 'fewer than 1 in 1,000')
    """
    least = 0.001 if trials is None else max(0.001, 3.0 / trials)
    if chance < least:
        return f"fewer than {_ratio_words(least)}"
    return f"about {_ratio_words(chance)}"


def _ratio_words(chance: float) -> str:
    if chance >= 0.0095:  # noqa: PLR2004 - from here a whole number of 100
        return f"{round(100 * chance)} in 100"
    return f"{max(1, round(1000 * chance))} in 1,000"


def sides_words(sides: Iterable[int]) -> str:
    """Write a set of sidednesses.

    >>> sides_words({1, 2}), sides_words({1})
    ('one-sided or two-sided', 'one-sided')
    """
    words = {1: "one-sided", 2: "two-sided"}
    return " or ".join(words[each] for each in sorted(sides)) or "neither one- nor two-sided"


def line(what: str, how: str, values: Range | None = None) -> Line:
    """Write one line of arithmetic."""
    if values is None:
        return Line(what, how, None, None)
    return Line(what, how, values.lower, values.upper)


def finding(  # noqa: PLR0913 - a finding has as many parts
    relation: str,
    about: str,
    grade: Grade,
    sentence: str,
    *,
    arithmetic: Iterable[Line],
    numbers: Iterable[PrintedNumber | None],
    settles: str = "",
    chance: float | None = None,
    sides: Iterable[int] | None = None,
    p: ClaimedP | None = None,
) -> Finding:
    """Put a finding together; where the numbers stand is taken from them."""
    places = [each.place for each in numbers if each is not None and each.place is not None]
    return Finding(
        relation=relation,
        about=about,
        grade=grade,
        sentence=sentence,
        arithmetic=tuple(arithmetic),
        settles=settles,
        places=tuple(dict.fromkeys(places)),
        chance=chance,
        sides=None if sides is None else frozenset(each for each in (1, 2) if each in set(sides)),
        p=p,
    )


def spoken(sources: Sequence[Claims], found: Finding, source: str = "") -> Finding:
    """Begin the sentence with the source and a capital, and call endpoints as the file does.

    What abbreviates the label stays.

    Args:
        sources: all that are appraised; the first that labels what it is about names it.
        found: a finding.
        source: in which it was found; empty where nothing else is appraised, or between sources.
    """
    name, said = name_of(found.about), found.sentence
    labels = [dict(each.labels).get(found.about) for each in sources]
    label = next((each for each in labels if each is not None), None)
    if label is not None and said.startswith(name) and not abbreviates(name, label):
        said = f"{label}{said.removeprefix(name)}"
    where = f"{source}. " if source else ""
    return replace(found, sentence=f"{where}{said[:1].upper()}{said[1:]}", source=source)


def abbreviates(name: str, label: str) -> bool:
    """Tell whether a short name is made of the letters with which the words of a label begin.

    >>> abbreviates("DFS", "Disease-free survival"), abbreviates("HSCT", "Transplant")
    (True, False)
    """
    words = label.replace("-", " ").split()
    return name.casefold() == "".join(word[0] for word in words).casefold()

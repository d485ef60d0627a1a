"""A number as printed, and every value that would be printed so.

With the last digit printed at 10^d, a number x stands for the closed interval

    [x - 10^d / 2, x + 10^d / 2]:

a half may have been rounded either way, and zeros at the end count as printed.  A count is exact.
"<.0001" stands for [0, .0001].  A percentage is turned into a proportion; without its sign, what is
above 1 or has no decimal point is a percentage.  "NR" and "NE" (not reached, not estimable) stand
for infinity.  The interval is calculated in decimal digits, not in floating point.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from equipoise.appraise.claims.claim import Place, PrintedInterval, PrintedNumber
from equipoise.errors import ClaimError

Kind: TypeAlias = Literal["number", "proportion", "difference", "P", "ratio", "time", "count"]
Relation: TypeAlias = Literal["=", "<", ">", "<=", ">="]

LONGEST = 120  # characters of what is read as one number with its interval
WIDEST = 15  # powers of ten, either way
SHOWN = 40  # characters of what cannot be read
DEFAULT_LEVEL = 0.95
SHARES: frozenset[Kind] = frozenset({"proportion", "difference"})
NOT_REACHED = frozenset({"nr", "ne", "not reached", "not estimable", "∞"})
EXPECTED = {
    "number": "a number",
    "proportion": "a percentage or a proportion",
    "difference": "a difference of percentages or proportions",
    "P": "a P value",
    "ratio": "a ratio",
    "time": "a time",
    "count": "a count",
}
EXAMPLES = {
    "number": "1.4",
    "proportion": "59.3%, or .593",
    "difference": "15.4%, or 15.4% (2-28)",
    "P": ".05, or <.0001",
    "ratio": "0.70, or 0.70 (0.47-1.03)",
    "time": "7.7, 17 months, or NR",
    "count": "105",
}
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)"
_NUMBER = rf"[-+]?{_DIGITS}(?:[eE][-+]?\d{{1,3}})?"
_WORD = r"(?:NR|NE|not reached|not estimable|∞)"
_VALUE = rf"(?:{_NUMBER}\s*%?|{_WORD})"
_ONE = re.compile(
    rf"(?:[Pp]\s*)?(?P<relation><=|>=|<|>|=)?\s*(?P<number>{_NUMBER})\s*(?P<percent>%?)"
)
_LIMITS = re.compile(
    rf"(?:(?P<level>\d{{2}}(?:\.\d+)?)\s*%?\s*(?:CI|confidence interval)\s*[,:=]?\s*)?"
    rf"(?P<lower>{_VALUE})\s*(?:-|to|,|;)\s*(?P<upper>{_VALUE})",
    re.IGNORECASE,
)
_ESTIMATE = re.compile(
    r"(?P<number>[^(\[±]+?)\s*(?:(?:±|\(SE)\s*(?P<error>[^()\[\]]+?)\)?)?"
    r"\s*(?:[,;]?\s*[(\[](?P<limits>[^()\[\]]+)[)\]])?"
)
_SIGNS = str.maketrans({"·": ".", "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-"})
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")


class PrintedError(ClaimError):
    """What should be a printed number is none: fact, value, remedy."""

    def __init__(self, fact: str, text: str, remedy: str) -> None:
        shown = text.strip()
        self.fact, self.remedy = fact, remedy
        self.value = repr(shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}...")
        super().__init__(f"{fact[0].upper()}{fact[1:]}, found {self.value}; {remedy}.")


@dataclass(frozen=True, slots=True)
class PrintedEstimate:
    """A number with the standard error or the interval that is printed beside it."""

    number: PrintedNumber
    standard_error: PrintedNumber | None = None
    interval: PrintedInterval | None = None


def printed(text: str, kind: Kind = "number", *, place: Place | None = None) -> PrintedNumber:
    """Read a number as printed: "59.3%", ".05", "<.0001", "0.70", "1,234", "NR".

    Args:
        text: as printed; "P = .05" and "0·70" are read, too.
        kind: what it is, so that it is known what it can be and in which unit it is.
        place: where it stands.

    Raises:
        PrintedError: It is no number, or none of its kind: a percentage over 100, half a patient.

    Witness: enumeration of all decimals around each number, rounded by Python's `Decimal`.

    >>> number = printed("59.3%")
    >>> number.value, number.lower, number.upper
    (0.593, 0.5925, 0.5935)
    >>> printed("<.0001", "P").upper
    0.0001
    >>> printed("103", "count").lower
    103.0
    """
    return _printed(text, kind, place, percent=None)


def _printed(text: str, kind: Kind, place: Place | None, *, percent: bool | None) -> PrintedNumber:
    """Read a number; `percent` tells its unit where its sign is left out, None: from its digits."""
    plain = _plain(text)
    if plain.casefold() in NOT_REACHED and kind in {"time", "ratio", "number"}:
        return PrintedNumber(text.strip(), math.inf, math.inf, math.inf, place=place)
    found = _ONE.fullmatch(plain)
    if found is None:
        raise _unread(text, kind)
    relation = _relation(found["relation"])
    value, half = _decimal(found["number"], text)
    if found["percent"] or (
        kind in SHARES and _as_percent(found["number"], value, percent=percent)
    ):
        value, half = value.scaleb(-2), half.scaleb(-2)
    _check(value, kind, text)
    if kind == "count":
        half = Decimal(0)
    lower, upper = _ends(value, half, relation, kind)
    return PrintedNumber(text.strip(), float(value), lower, upper, relation, place)


def _as_percent(digits: str, value: Decimal, *, percent: bool | None = None) -> bool:
    return abs(value) > 1 or "." not in digits if percent is None else percent


def printed_interval(
    text: str, kind: Kind = "number", *, place: Place | None = None
) -> PrintedInterval:
    """Read an interval as printed: "0.47-1.03", "(0.47, 1.03)", "95% CI, 15% to 41%".

    Args:
        text: as printed; without a level it is taken to be of 95%.
        kind: of its limits.
        place: where it stands.

    Raises:
        PrintedError: It is no interval, or its limits stand the wrong way round.

    Witness: each limit is read by `printed`.

    >>> interval = printed_interval("(0.47, 1.03)", "ratio")
    >>> interval.lower.value, interval.upper.value, interval.level
    (0.47, 1.03, 0.95)
    """
    return _printed_interval(text, kind, place, percent=None)


def _printed_interval(
    text: str, kind: Kind, place: Place | None, *, percent: bool | None
) -> PrintedInterval:
    found = _LIMITS.fullmatch(_plain(text).strip("()[] "))
    if found is None:
        raise PrintedError(
            "this is no interval", text, "write both limits: 0.47-1.03, or 0.47 to 1.03"
        )
    low, high = found["lower"], found["upper"]
    if percent is None and "%" in high:
        percent = True
    lower, upper = (_printed(each, kind, place, percent=percent) for each in (low, high))
    if lower.value > upper.value:
        raise PrintedError(
            "an interval ends below its beginning", text, "write its lower limit first"
        )
    level = DEFAULT_LEVEL if found["level"] is None else float(Decimal(found["level"]).scaleb(-2))
    return PrintedInterval(lower, upper, level)


def printed_estimate(
    text: str, kind: Kind = "number", *, place: Place | None = None, percent: bool | None = None
) -> PrintedEstimate:
    """Read a number with what is printed beside it: "0.70 (0.47-1.03)", "96.0% ± 1.2".

    Args:
        text: a number; it may be followed by ± its standard error, and by its interval.
        kind: what it is; a percent sign of the number also holds beside it.
        place: where it stands.
        percent: whether numbers without a sign are percentages; None: as the digits tell.

    Raises:
        PrintedError: A part of it cannot be read.

    Witness: each part is read by `printed` or `printed_interval`.

    >>> ratio = printed_estimate("0.70 (95% CI, 0.47-1.03)", "ratio")
    >>> ratio.number.text, ratio.interval.upper.text
    ('0.70', '1.03')
    >>> printed_estimate("96.0% ± 1.2", "proportion").standard_error.value
    0.012
    """
    found = _ESTIMATE.fullmatch(_plain(text))
    if found is None:
        raise _unread(text, kind)
    number = _printed(found["number"], kind, place, percent=percent)
    if percent is None:
        percent = _is_percent(found["number"])
    error = interval = None
    if found["error"] is not None:
        beside: Kind = "proportion" if kind == "difference" else kind
        error = _printed(found["error"], beside, place, percent=percent)
    if found["limits"] is not None:
        interval = _printed_interval(found["limits"], kind, place, percent=percent)
    return PrintedEstimate(number, error, interval)


def _is_percent(text: str) -> bool:
    """Tell in which unit numbers beside this one are, where their sign is left out."""
    found = _ONE.fullmatch(text)
    return found is not None and (
        bool(found["percent"])
        or _as_percent(found["number"], Decimal(found["number"].replace(",", "")))
    )


def _plain(text: str) -> str:
    """Write signs and spaces in one way."""
    if len(text) > LONGEST:
        raise PrintedError("this is too long for a number", text, "write one number as printed")
    told = text.translate(_SIGNS).replace("≤", "<=").replace("≥", ">=").replace("⩽", "<=")
    return _SPACES.sub(" ", told.replace("⩾", ">=")).strip()


def _unread(text: str, kind: Kind) -> PrintedError:
    return PrintedError(
        f"{EXPECTED[kind]} belongs here", text, f"write it as printed, such as {EXAMPLES[kind]}"
    )


def _relation(sign: str | None) -> Relation:
    match sign:
        case "<" | ">" | "<=" | ">=":
            return sign
    return "="


def _decimal(digits: str, text: str) -> tuple[Decimal, Decimal]:
    """Give a number and half a unit of its last digit."""
    value = Decimal(digits.replace(",", ""))
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > WIDEST or abs(value.adjusted()) > WIDEST:
        raise PrintedError(
            "a number beyond what papers print", text, f"write at most {WIDEST} digits"
        )
    return value, Decimal(5).scaleb(exponent - 1)


def _check(value: Decimal, kind: Kind, text: str) -> None:
    """Refuse what no number of its kind can be."""
    if kind not in {"number", "difference"} and value < 0:
        raise PrintedError(f"{EXPECTED[kind]} is not below 0", text, "check its sign")
    if kind in SHARES and abs(value) > 1:
        raise PrintedError("a percentage over 100", text, "check the digits and the decimal point")
    if kind == "P" and value > 1:
        raise PrintedError("a P value over 1", text, "check the decimal point")
    if kind == "count" and value != value.to_integral_value():
        remedy = "write a whole number, or a percentage with its sign"
        raise PrintedError("this is no count of patients", text, remedy)


def _ends(value: Decimal, half: Decimal, relation: Relation, kind: Kind) -> tuple[float, float]:
    """Give the least and the largest value that would be printed so."""
    least = -math.inf if kind in {"number", "difference"} else 0.0
    most = 1.0 if kind in {"proportion", "difference", "P"} else math.inf
    if kind == "difference":
        least = -1.0
    step = 1 if kind == "count" else 0  # fewer than 5 patients are at most 4
    match relation:
        case "=":
            return max(least, float(value - half)), min(most, float(value + half))
        case "<":
            below = 0.0 if kind == "number" and value >= 0 else least
            return below, float(value) - step
        case "<=":
            return (0.0 if kind == "number" and value >= 0 else least), float(value)
        case ">":
            return float(value) + step, most
        case ">=":
            return float(value), most
